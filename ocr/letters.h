/* Letters that Vietnamese is written with; what else a reader may give are signs or dirt. */
#ifndef SOHOA_OCR_LETTERS_H
#define SOHOA_OCR_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool text_is_letter(uint32_t code)
{
    bool latin = (code >= 0xC0 && code <= 0x24F && code != 0xD7 && code != 0xF7) ||
                 (code >= 0x1E00 && code <= 0x1EFF);
    return latin || ((code | 32) >= 'a' && (code | 32) <= 'z');
}

#endif
