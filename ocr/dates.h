/*
 * dates: "ngày 0] tháng Ì2 năm" -> "ngày 01 tháng 12 năm". Between these words stands a number and
 * nothing else, so letters and signs that look like digits are digits. What was read stays as the
 * first of the word's other readings.
 */
#ifndef SOHOA_OCR_DATES_H
#define SOHOA_OCR_DATES_H

#include "core/words.h"

void dates_mend(struct line *line, struct arena *arena);

#endif
