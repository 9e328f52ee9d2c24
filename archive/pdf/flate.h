/* Rasters without loss as PDF's FlateDecode with PNG's predictor wants them. */
#ifndef SOHOA_ARCHIVE_FLATE_H
#define SOHOA_ARCHIVE_FLATE_H

#include "core/buffer.h"
#include "core/image.h"

/* 8 or 16 bits (big-endian there), each row behind the number of its predictor. Appends to out. */
enum status flate_encode(const struct image *image, struct buffer *out, struct error *error);
/* Back from there, any of PNG's predictors. out: image_init has given it its form; 16 bits become
 * native. REJECT: damaged, too short or too long. */
enum status flate_decode(const uint8_t *bytes, size_t size, struct image *out, struct error *error);
/* PNG 9.2: puts back what the predictor took off a row of size bytes, pixel bytes a pixel; above:
 * the row before it, or zeros. False: PNG has no such predictor. */
bool flate_undo(int predictor, const uint8_t *above, uint8_t *row, size_t size, size_t pixel);

#endif
