/*
 * Between image.c and the doors image_tiff.h, image_jpeg.c, image_png.c. Private to core.
 *
 * Sentences here never name the file: names of files that people bring may hold a citizen's name;
 * whoever may show it puts it in front.
 */
#ifndef SOHOA_CORE_IMAGE_CODEC_H
#define SOHOA_CORE_IMAGE_CODEC_H

#include <stdio.h>

#include "core/image.h"

/* Orientation as EXIF and TIFF count it, 1 (upright) to 8. */
#define ORIENTATION_UPRIGHT 1
#define ORIENTATION_LAST 8
#define ORIENTATION_LIES 5 /* from here on rows are columns */

/* Opens a regular file for reading: REJECT when absent or none, RETRY when the machine fails. */
enum status image_open(const char *path, FILE **out, struct error *error);
/* Within IMAGE_SIDE_MIN .. IMAGE_SIDE_MAX and IMAGE_PIXELS_MAX? */
enum status image_check_size(uint64_t width_px, uint64_t height_px, struct error *error);
/* The sentence for a file that ends too early or holds nonsense. cause: the library's, in
 * English. */
enum status image_damaged(const char *cause, struct error *error);
double image_sane_dpi(double dpi); /* 0 unless between 10 and 10000 */
/* Clears the bits behind the last pixel of 1-bit rows. */
void image_trim_rows(struct image *image);
/* Lays pixels that have 8-bit samples and alpha behind them on white. */
static inline uint8_t image_on_white(unsigned sample, unsigned alpha)
{
    return (uint8_t)((sample * alpha + 255u * (255u - alpha) + 127u) / 255u);
}

/* What TIFF 6.0 / EXIF says in IFD 0. */
struct image_exif {
    int orientation;
    double dpi_x, dpi_y;
};
/* bytes: a TIFF header and what follows ("II*\0..."). Nonsense gives orientation 1, dpi 0. */
void image_exif_parse(const uint8_t *bytes, size_t size, struct image_exif *out);

enum status image_tiff_probe(const char *path, struct image *facts, int *pages,
                             struct error *error);
enum status image_tiff_read(const char *path, int page, struct image *out, struct error *error);
enum status image_jpeg_read(const char *path, struct image *out, struct error *error);
enum status image_png_probe(const char *path, struct image *facts, struct error *error);
enum status image_png_read(const char *path, struct image *out, struct error *error);

#endif
