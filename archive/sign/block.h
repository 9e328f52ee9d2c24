/*
 * Where the visible block of an electronic copy goes: NĐ 30/2020 PL I part II wants the form of
 * copy, the agency and the time at the top right of page 1, 10 pt, upright, black, as text. The top
 * margin is only 20-25 mm and the page may carry stamps there, so free space is searched: never
 * over ink unless there is nowhere else.
 */
#ifndef SOHOA_ARCHIVE_BLOCK_H
#define SOHOA_ARCHIVE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/image.h"

/* Which cells of a page carry ink, as sums so that any rectangle is asked in one step. */
struct ink {
    int columns, rows;
    double cell_pt;
    double width_pt, height_pt;
    unsigned *sums; /* (columns + 1) * (rows + 1), in the arena */
};

/* page: upright raster of any kind; width_pt, height_pt: size of the page it fills. */
void ink_measure(const struct image *page, double width_pt, double height_pt, struct arena *arena,
                 struct ink *out);
/* Share of the rectangle's cells that carry ink, 0..1. Points from the top left. */
double ink_share(const struct ink *ink, double left, double top, double width, double height);

#define BLOCK_LINES_MAX 4
#define BLOCK_GAP_PT 4.0   /* between a picture and the text on its right */
#define BLOCK_LEADING 1.15 /* of the size */

struct block_place {
    double left, top, width, height; /* points from the page's top left */
    double size;                     /* of the letters, points */
    const char *lines[BLOCK_LINES_MAX];
    int line_count;
    double picture_width, picture_height; /* at the left, as asked for; 0: none, or no room */
    double ink;                           /* share of the place that is not free; 0 as a rule */
};

struct block_text {
    const char *form, *agency, *time;
    double picture_width, picture_height; /* points; 0: text only */
};

/* Breaks the text into lines and finds their place. width(): of a text in units of the size. */
void block_place(const struct ink *ink, const struct block_text *text,
                 double (*width)(void *context, const char *text), void *context,
                 struct arena *arena, struct block_place *out);

#endif
