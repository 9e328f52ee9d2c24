/*
 * Lines that cross a page are no writing: folds, streaks of a dirty scanner glass or copier, ruled
 * paper. Private to ingest.
 */
#ifndef SOHOA_INGEST_LINES_H
#define SOHOA_INGEST_LINES_H

#include <stdbool.h>
#include <stdint.h>

/* dark: width * height flags. Clears those of thin lines, nearly upright or level, of 20 mm or
 * more. Strokes of a pen are shorter or bend. */
void lines_erase(uint8_t *dark, int width, int height, double per_mm);

#endif
