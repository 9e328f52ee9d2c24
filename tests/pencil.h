/*
 * Strokes of a pencil or of pale ink, drawn on pages for the tests and the bench of layered pages,
 * and how much of them another picture of the same page shows.
 *
 * A stroke is a curve with pressure that varies along it and runs out at its ends. Graphite takes
 * to the tops of the paper's grain alone (texture); ink covers evenly. What an eye sees of it is
 * measured along it: darkness of its width against both its sides, in pieces of PIECE_MM.
 */
#ifndef SOHOA_TESTS_PENCIL_H
#define SOHOA_TESTS_PENCIL_H

#include "core/image.h"
#include "core/page.h"

#define PENCIL_POINTS 8000
#define PIECE_MM 1.0 /* that an eye takes in at once along a line */

enum pencil_shape { PENCIL_SIGNATURE, PENCIL_TICK, PENCIL_DIGITS, PENCIL_LINE, PENCIL_SHAPES };

struct pencil {
    double contrast; /* levels darker than the paper, in the mean along its middle */
    double width_px;
    double texture;   /* 0 ink, 1 graphite on rough paper */
    uint8_t color[3]; /* of full ink: only its ratio to the paper counts; 0: grey */
    unsigned seed;
};

/* The middle of a stroke, a point for each pixel of its length; lifted[i]: the pen comes down anew
 * at point i. */
struct stroke {
    double dpi, width_px;
    int count;
    double x[PENCIL_POINTS], y[PENCIL_POINTS];
    bool lifted[PENCIL_POINTS];
};

/* The shape within the box, drawn on the image (8 bits). */
void pencil_draw(struct image *image, double dpi, const struct box *box, enum pencil_shape shape,
                 const struct pencil *pencil, struct stroke *out);
/* Paper's grain over the whole image: sigma levels a pixel, half of it two pixels wide. */
void pencil_grain(struct image *image, double sigma, unsigned seed);

struct stroke_seen {
    double contrast;   /* levels, in the mean over its pieces */
    double d;          /* of a piece, in the median: that contrast against the grain beside it */
    double visible_mm; /* pieces of the master that stand out from grain, d and contrast */
    double shown;      /* share of those that stand out at least half as much in the other */
    double longest_gap_mm; /* visible in the master, not in the other, without a break */
};
struct stroke_seen stroke_compare(const struct stroke *stroke, const struct image *master,
                                  const struct image *shown);

#endif
