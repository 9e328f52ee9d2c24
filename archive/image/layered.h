/*
 * A page as three layers (mixed raster content), much smaller than one JPEG and as sharp:
 *
 *   background   paper, stains, all that has no sharp edge: about 100 dpi, JPEG
 *   ink          the colours of all strokes, spread smoothly between them: about 100 dpi, JPEG
 *   mask         where ink is painted: one bit a pixel at the master's own dpi, without loss
 *   patches      places of continuous tone (a portrait): JPEG at the master's own dpi
 *
 * Ink keeps its own colour everywhere; a mask in one colour would turn seals and pens black. What
 * is painted is never judged here: guard.h compares it with the master.
 */
#ifndef SOHOA_ARCHIVE_LAYERED_H
#define SOHOA_ARCHIVE_LAYERED_H

#include "archive/image/page_report.h"
#include "core/buffer.h"
#include "core/image.h"
#include "core/page.h"

struct patch {
    int x_px, y_px, width_px, height_px; /* on the master */
    struct buffer jpeg;
};

struct layered {
    int width_px, height_px, channels; /* of the master */
    int cell_px;                       /* master pixels a background and ink pixel is wide */
    struct image mask;                 /* whole cells: may pass the master's right and lower edge */
    int cells_x, cells_y;              /* size of background and ink */
    struct buffer background, ink;     /* JPEG */
    struct patch patches[PATCHES_MAX];
    size_t patch_count;
    size_t ink_px; /* set in the mask */
};

/* image: 8 bits, grey or RGB. dpi: across. Returns NULL when out is made; else why this page has no
 * use for layers ("small", "large", "photo"), as a word for the report. Clear out in any case. */
const char *layered_make(const struct image *image, double dpi, int quality, struct layered *out);
/* Shows places of the master by their own pixels (a patch each): mask and ink end there. boxes: on
 * the master; a margin is added, and what touches is one place, unless that is much larger. False:
 * too many, or too much of the page; layers are as they were then. */
bool layered_keep(const struct image *image, double dpi, const struct box *boxes, size_t count,
                  struct layered *layers);
void layered_clear(struct layered *layers);

#endif
