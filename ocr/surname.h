/*
 * surname: the first word of a name that stands alone in its line, as a signer's does. The frame of
 * a seal hides or joins its first letters, and of a few dozen family names nearly everybody bears
 * one. A name is never made likely: what was read stays, and a person is asked.
 */
#ifndef SOHOA_OCR_SURNAME_H
#define SOHOA_OCR_SURNAME_H

#include "core/words.h"

/* In a line of three to five words with capitals, a first word that was read doubtfully and is no
 * family name gets the one that is clearly the likeliest as its first other reading, and the doubt
 * "reading". Returns whether it did. */
bool surname_doubt(struct line *line, struct arena *arena);

#endif
