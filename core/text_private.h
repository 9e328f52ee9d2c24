/* What text.c, the door to utf8proc, offers to text_fold.c. */
#ifndef SOHOA_CORE_TEXT_PRIVATE_H
#define SOHOA_CORE_TEXT_PRIVATE_H

#include "core/text.h"

struct codes { /* code points on the heap */
    uint32_t *at;
    size_t count, room;
};

void codes_add(struct codes *codes, uint32_t code);
void codes_clear(struct codes *codes);

enum text_kind { TEXT_LETTER, TEXT_NUMBER, TEXT_MARK, TEXT_BLANK, TEXT_SIGN, TEXT_NOTHING };

/* What a code point is for us. TEXT_NOTHING: control and format characters, which nobody sees. */
enum text_kind text_kind(uint32_t code);

uint32_t text_code_lower(uint32_t code);

/* NFD, or NFKD when compatible is set; what is not UTF-8 becomes U+FFFD. Free by codes_clear. */
void text_decompose(const char *text, bool compatible, struct codes *out);
/* NFC of codes, in whatever order they are, in the arena; clears codes. */
char *text_compose(struct arena *arena, struct codes *codes);

#endif
