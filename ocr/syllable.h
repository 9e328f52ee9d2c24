/*
 * syllable: can Vietnamese have this syllable? By rule: an onset, a rhyme that may follow it, a
 * tone that the rhyme may bear, written on the letter where one of the two usual placements has it
 * (hòa and hoà, but not hòan). Loans and names of other languages are not judged here: they stand
 * in the language data (ocr/language.h).
 */
#ifndef SOHOA_OCR_SYLLABLE_H
#define SOHOA_OCR_SYLLABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYLLABLE_LETTERS 8 /* "nghiêng" has seven */

/* One syllable in NFC, any case, letters only. */
bool syllable_possible(const char *text);

/* The letter without its tone (0 level, 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng), lower case: ể ->
 * ê, 3. Letters that no Vietnamese word has come back as they are. */
uint32_t syllable_letter(uint32_t code, int *tone);
/* That letter without its other mark: ê -> e, đ -> d. */
uint32_t syllable_base(uint32_t letter);

#endif
