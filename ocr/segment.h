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
#define SEGMENT_LINES_MAX 2500   /* parts of lines, before they are merged */

struct segment_line {
    struct box box;  /* what to read: with room for marks above and tails below */
    struct box body; /* the letters' own extent, without that room */
    int text_px;     /* height of its letters (median) */
    int block;       /* lines of one column, paragraph or table cell share a number */
    bool in_table;   /* stands in a ruled cell */
};

/* Long straight strokes, taken off the picture before its components are looked for. */
struct rules {
    struct box *walls; /* upright: no line of text goes over one */
    size_t wall_count;
    struct box *levels;
    size_t level_count;
};

struct segments {
    struct segment_line *lines; /* reading order */
    size_t line_count;
    struct box *leaders; /* rows of dots to be painted white before reading */
    size_t leader_count;
    int text_px; /* usual height of a small letter; 0: there is no text */
};

/* pieces: boxes of the black components. False: too many pieces or parts. All results are in the
 * arena; the lines come in no order. */
bool segment_lines(const struct box *pieces, size_t piece_count, const struct rules *rules,
                   double dpi, struct arena *arena, struct segments *out);

/* Of the upright strokes only those of ruled tables stay, from the first level rule they touch to
 * the last: streaks of a copier cross the whole page and touch none. (table.c) */
void table_walls(struct rules *rules, double dpi, struct arena *arena);

/* Puts lines into reading order and numbers the blocks: rows from top to bottom, each from left to
 * right; the columns of a letterhead, and of recipients beside the signature, one after the other;
 * a table cell by cell. (layout.c) */
void layout_order(struct segments *segments, const struct rules *rules, int page_height_px,
                  struct arena *arena);

/* Sorts the lines that stand in ruled tables to the end, table by table, cell by cell, and numbers
 * their cells in .block from 0 in each table. starts[i] is the first line of table i; returns the
 * number of tables, at most max. (table.c) */
size_t table_find(struct segments *segments, const struct rules *rules, size_t *starts, size_t max,
                  struct arena *arena);

#endif
