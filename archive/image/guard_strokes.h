/*
 * Fine strokes of little contrast, for the guard (guard.h): the small letters of a pale seal, a
 * pencil's note. Sums over a region do not see that they were blurred, and no pixel of them changes
 * by as much as the guard calls lost.
 *
 * Here the structure of the master is held against that of what is shown: how far each pixel stands
 * out from its surroundings of about 1.2 mm, in both. faded is the share of the master's structure
 * that is not shown, in the worst region that has as much of it as a small letter. A stroke that
 * was smeared over its valleys stands out no more: strokes of two pixels of the master are
 * structure, what is thinner is grain. Private to guard*.c.
 */
#ifndef SOHOA_ARCHIVE_GUARD_STROKES_H
#define SOHOA_ARCHIVE_GUARD_STROKES_H

#include "core/image.h"

struct strokes;

/* side_px: side of a region in pixels of the master. paper: its colour, of grey pages the first. */
struct strokes *strokes_new(int width_px, int height_px, double dpi, int side_px,
                            const int paper[3]);
void strokes_free(struct strokes *strokes); /* NULL is fine */

/* One row of each, top down; 8 bits, grey or RGB. What stands out in any channel does. */
void strokes_row(struct strokes *strokes, int y, const uint8_t *was, const uint8_t *is,
                 int channels);

/* After the last row: faded[y * across + x] is 0 (all is there) to 1 for each region; what passes
 * the last one across or down belongs to that. */
void strokes_faded(const struct strokes *strokes, int across, int down, double *faded);
/* The same of lines that are seen along their length alone (guard_lines.h): mm of them broken. */
void strokes_broken(const struct strokes *strokes, int across, int down, double *broken_mm);

#endif
