/*
 * doubt: which words of a line a person may want to look at. The review queue counts and shows
 * them (pipeline.h); nothing is changed.
 */
#ifndef SOHOA_OCR_DOUBT_H
#define SOHOA_OCR_DOUBT_H

#include "core/words.h"
#include "ocr/language.h"

/* Sets .doubt: "syllable" where Vietnamese has none such, abbreviations and single letters (a), b))
 * excepted; "reading" where the engine was less than half sure. language NULL: only the latter. */
void doubt_line(const struct speech *language, struct line *line, struct arena *arena);

#endif
