/*
 * vote: two readings of one line by different networks, put together word by word.
 *
 * Two networks that were taught apart err in different places: what both read is nearly always
 * right, and where they differ one look at the paper pays most.
 */
#ifndef SOHOA_OCR_VOTE_H
#define SOHOA_OCR_VOTE_H

#include "core/words.h"
#include "ocr/language.h"

/* Words at the same place are compared: what both read the same becomes surer; of two readings the
 * one is taken that is read more surely, or that Vietnamese has where it has not the other, and the
 * other one becomes the first of its other readings. Such a word is no surer than their difference
 * makes it. Words that the other reading cuts otherwise stay as they are. language may be NULL;
 * texts come to be the arena's. */
void vote_line(const struct speech *language, struct line *line, const struct line *second,
               struct arena *arena);

/* Is there anything in the line that a second reading could make surer? */
bool vote_pays(const struct line *line, struct arena *arena);

#endif
