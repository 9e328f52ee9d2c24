/*
 * Bilevel images as JBIG2 (ITU-T T.88), generic regions only: each pixel is coded on its own by the
 * MQ coder in the context of its neighbours, so nothing can be taken for something alike. Symbol
 * coding, lossy or not, is neither written nor read (docs/design.md says why).
 *
 * What is written is what PDF's JBIG2Decode wants: a page information segment and one immediate
 * lossless generic region (template 0, typical prediction), no file header, no end of page.
 */
#ifndef SOHOA_ARCHIVE_JBIG2_H
#define SOHOA_ARCHIVE_JBIG2_H

#include "core/buffer.h"
#include "core/image.h"
#include "core/status.h"

/* image: 1 bit. Appends to out. */
void jbig2_encode(const struct image *image, struct buffer *out);
/* Reads what jbig2_encode writes, and nothing else of T.88. REJECT: another form, damaged, or not
 * width_px x height_px. */
enum status jbig2_decode(const uint8_t *bytes, size_t size, int width_px, int height_px,
                         struct image *out, struct error *error);

#endif
