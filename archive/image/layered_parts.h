/* The parts of layered_make. Private to layered*.c. */
#ifndef SOHOA_ARCHIVE_LAYERED_PARTS_H
#define SOHOA_ARCHIVE_LAYERED_PARTS_H

#include "archive/image/layered.h"

/* Bytes, one a pixel, rows without gaps; a margin of one pixel around that may be written. */
struct plane {
    int width, height;
    size_t stride;
    uint8_t *at; /* pixel 0,0 */
    uint8_t *memory;
};
void plane_new(struct plane *plane, int width, int height);
void plane_clear(struct plane *plane);
static inline uint8_t *plane_row(const struct plane *plane, int y)
{
    return plane->at + (ptrdiff_t)y * (ptrdiff_t)plane->stride;
}

/* Small squares of the page with what is known of the darkness in them. */
struct tiles {
    int size_px, across, down;
    int width_px, height_px; /* of the page */
    uint32_t *sum, *squares;
    uint8_t *high; /* brightest pixel */
};

/* layered_mask.c */

/* The darkest channel of each pixel against the paper: red and blue ink are as dark as black. */
void ink_plane(const struct image *image, struct plane *out);
void tiles_new(const struct plane *ink, double dpi, struct tiles *out);
void tiles_clear(struct tiles *tiles);
/* Of the page: a tenth of the tiles have lighter pixels. */
int paper_level(const struct tiles *tiles);
/* out: 1 where there is ink (Sauvola's threshold, taken for tiles and bent between them; where the
 * noise decides, the neighbours do). */
void ink_mask(const struct plane *ink, const struct tiles *tiles, double dpi, bool color,
              struct plane *out);
/* 1 within radius pixels (a square) of a 1. */
void plane_widen(const struct plane *from, int radius, struct plane *out);

/* layered_photo.c: finds places of continuous tone. Their share of the page comes back. */
double find_patches(const struct tiles *tiles, double dpi, struct layered *out);

/* layered_fill.c */

/* Colours of the cells from the page, the mask and the widened mask. near: 2 in patches. */
void fill_layers(const struct image *image, const struct plane *mask, const struct plane *near,
                 const struct layered *layers, struct image *background, struct image *ink);

#endif
