/* The door to libtiff: what image_tiff.c (files) and image_g4.c (memory) share. Private to core. */
#ifndef SOHOA_CORE_IMAGE_TIFF_H
#define SOHOA_CORE_IMAGE_TIFF_H

#include <stdbool.h>

#include <tiffio.h>

#include "core/image.h"

/* What libtiff said while we used one file. */
struct tiff_state {
    char cause[160];
    bool decoding; /* pixels are being read: then warnings count too */
    bool failed;
};

/* Handlers that fill state, and a bound on memory. NULL: no memory. */
TIFFOpenOptions *tiff_options(struct tiff_state *state);
/* Fields of a directory of ours; tags may be NULL. */
void tiff_set_fields(TIFF *tiff, const struct image *image, const struct image_tags *tags);
/* All rows and the directory. */
bool tiff_write_rows(TIFF *tiff, const struct image *image);

#endif
