/*
 * segment: black components of a straightened page -> lines of text. Geometry only, no pixels.
 *
 * The engine's own layout loses whole lines near seals, signatures, leaders and rules, and invents
 * text there; half of its errors go when lines are found here and read one by one.
 */
#ifndef SOHOA_OCR_SEGMENT_H
#define SOHOA_OCR_SEGMENT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/page.h"

#define SEGMENT_PIECES_MAX 50000 /* more is noise or a screened picture, not a page of text */
#define SEGMENT_LINES_MAX 4000   /* parts of lines, before they are merged */

struct segment_line {
    struct box box;  /* what to read: with room for marks above and tails below */
    struct box body; /* the letters' own extent, without that room */
    int text_px;     /* height of its letters (median) */
    int block;       /* lines of one column or paragraph share a number */
};

struct segments {
    struct segment_line *lines; /* reading order */
    size_t line_count;
    struct box *leaders; /* rows of dots to be painted white before reading */
    size_t leader_count;
    int text_px; /* usual height of a small letter; 0: there is no text */
};

/* pieces: boxes of the black components; walls: upright rules, over which no line goes. False: too
 * many pieces or parts. All results are in the arena. */
bool segment_lines(const struct box *pieces, size_t piece_count, const struct box *walls,
                   size_t wall_count, double dpi, struct arena *arena, struct segments *out);

/* Puts lines into reading order and numbers the blocks: rows from top to bottom, each from left to
 * right; but the columns of a letterhead, and of recipients beside the signature, one after the
 * other. (layout.c) */
void layout_order(struct segment_line *lines, size_t count, int text_px, int page_height_px,
                  struct arena *arena);

#endif
