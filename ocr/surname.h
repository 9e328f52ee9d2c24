/*
 * surname: the first word of a name that stands alone in its line, as a signer's does. The frame of
 * a seal hides or joins its first letters, and of a few dozen family names nearly everybody bears
 * one.
 */
#ifndef SOHOA_OCR_SURNAME_H
#define SOHOA_OCR_SURNAME_H

#include "core/words.h"

/* In a line of three to five words with capitals, a first word that was read doubtfully and is no
 * family name becomes the one that is clearly the likeliest; what was read stays its first other
 * reading (changed: "language"). Returns whether it did. */
bool surname_mend(struct line *line, struct arena *arena);

#endif
