/*
 * The door to Leptonica: only this header includes it. Pictures here are for reading only, 8-bit
 * grey (0 black) or 1 bit (1 black); the master is never touched.
 */
#ifndef SOHOA_OCR_PIX_H
#define SOHOA_OCR_PIX_H

#include <leptonica/allheaders.h>

#include "core/arena.h"
#include "core/image.h"
#include "core/page.h"

/* The library prints nothing from here on; what goes wrong is seen by the NULL it returns. */
void pix_silence(void);

/* The image as grey (or 1 bit, when it is 1 bit), scaled by `scale` (0 < scale). Red ink is
 * weakened: where red outweighs green and blue, the luminance moves towards the red channel, so
 * that seals pale and blue pen stays. NULL when memory runs out or the image is none. */
PIX *pix_from_image(const struct image *image, double scale);

/* Boxes of the 8-connected black components; NULL and *count = 0 when there are none. */
struct box *pix_components(PIX *binary, struct arena *arena, size_t *count);

/* Paints the rectangle white; parts outside are cut off. */
void pix_erase(PIX *pix, struct box box);

/* A copy of the part inside box, which is cut to the picture first; NULL when nothing is left. */
PIX *pix_part(PIX *pix, struct box *box);

#endif
