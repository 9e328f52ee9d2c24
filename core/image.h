/*
 * A raster in memory, and the three file formats pages come in.
 * Doors: image_tiff.h libtiff, image_jpeg.c libjpeg, image_png.c libpng.
 */
#ifndef SOHOA_CORE_IMAGE_H
#define SOHOA_CORE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/status.h"

struct image {
    int width_px, height_px;
    int channels;  /* 1 grey or bilevel, 3 RGB interleaved */
    int bits;      /* 1 (channels 1; most significant bit first, 1 = black), 8 or 16 (native) */
    size_t stride; /* bytes a row */
    double dpi_x, dpi_y; /* 0 when unknown */
    uint8_t *data;       /* height_px * stride bytes, owned */
};

/* Limits that a page must keep, else REJECT with a sentence: a decoder never allocates more. */
#define IMAGE_SIDE_MAX 20000 /* px: A3 at 1200 dpi is 19,843 */
#define IMAGE_PIXELS_MAX (200LL * 1000 * 1000)
#define IMAGE_SIDE_MIN 16 /* px: less is no page */

enum image_format { IMAGE_UNKNOWN, IMAGE_TIFF, IMAGE_JPEG, IMAGE_PNG };

void image_init(struct image *image, int width_px, int height_px, int channels, int bits);
void image_clear(struct image *image); /* frees data, back to {0} */

/* Facts without decoding: size, dpi, channels, bits, pages (TIFF: number of directories, else 1).
 * data stays NULL. JPEG: also whether it may stand in a PDF as it is (see image_jpeg_facts). */
enum status image_probe(const char *path, struct image *facts, enum image_format *format,
                        int *pages, struct error *error);

/* Decodes page (from 0) of a TIFF, or the one page of a JPEG or PNG; 1, 8 or 16 bits, grey or RGB
 * (palette, CMYK and YCCK are converted, alpha is laid on white; EXIF/TIFF orientation applied).
 * REJECT: unknown format, damaged, truncated, empty, outside the limits above. */
enum status image_read(const char *path, int page, struct image *out, struct error *error);

/* What a JPEG file is, for handing its bytes on unchanged. */
struct image_jpeg_facts {
    int width_px, height_px, channels, bits;
    int orientation; /* EXIF 1-8; 1 when absent */
    bool cmyk;
    double dpi_x, dpi_y;
};
enum status image_jpeg_probe(const char *path, struct image_jpeg_facts *out, struct error *error);
/* How many of the bytes are the JPEG itself, up to and with its end marker (EOI): phones and
 * cameras put further pictures, a short film or padding behind it. 0: no JPEG, or it does not
 * end. */
size_t image_jpeg_end(const void *bytes, size_t size);
/* The same of a file, with the SHA-256 of those bytes; of one that does not end all of them. */
enum status image_jpeg_own(const char *path, int64_t *size, char sha256[65], struct error *error);

/* Lossless TIFF, one directory, durable (core/file.h): G4 for 1 bit, Deflate with predictor else.
 * dpi goes into the resolution tags, description into ImageDescription, device into Make/Model,
 * software into Software; each may be NULL. */
struct image_tags {
    const char *description, *device, *software, *datetime; /* datetime: "2026:11:22 14:05:09" */
};
enum status image_write_tiff(const struct image *image, const char *path,
                             const struct image_tags *tags, struct error *error);
/* Image of any kind as baseline JPEG (16 bits are cut to 8, 1 bit becomes grey), dpi in JFIF. */
enum status image_encode_jpeg(const struct image *image, int quality, struct buffer *out,
                              struct error *error);
/* As image_encode_jpeg, with what matters for layers of a page. */
struct image_jpeg_way {
    int quality;
    int color_quality; /* of chroma; 0: as quality */
    bool progressive;  /* smaller, more work */
    bool full_chroma;  /* colour as fine as brightness; else half as fine in both directions */
};
enum status image_encode_jpeg_way(const struct image *image, const struct image_jpeg_way *way,
                                  struct buffer *out, struct error *error);
/* JPEG bytes in memory, as image_read gives a file; EXIF orientation is not applied. */
enum status image_decode_jpeg(const void *bytes, size_t size, struct image *out,
                              struct error *error);
/* Mirrors and turns by an EXIF orientation (1-8) so that the image stands upright, as image_read
 * does; facts without data only change their sides. */
void image_upright(struct image *image, int orientation);
/* The same coefficients coded as progressive JPEG with its own Huffman tables: no pixel changes,
 * the file is about an eighth smaller. Markers other than JFIF and Adobe are left out: EXIF's
 * orientation too, which PDF ignores. REJECT: damaged. */
enum status image_transcode_jpeg(const char *path, struct buffer *out, struct error *error);
/* One G4 strip (MMR, T.6), 1 bit only, MINISWHITE: for a PDF's CCITTFaxDecode K -1. */
enum status image_encode_g4(const struct image *image, struct buffer *out, struct error *error);
/* Back from there. REJECT: damaged, breaks off, or larger than a page may be. */
enum status image_decode_g4(const void *bytes, size_t size, int width_px, int height_px,
                            struct image *out, struct error *error);

/* 8-bit copies. RGB to grey by Rec. 601 luma. */
void image_to_gray(const struct image *image, struct image *out);
void image_to_8bit(const struct image *image,
                   struct image *out); /* keeps channels; 1 bit -> grey */
/* Turned clockwise by 0, 90, 180 or 270 degrees, for reading and previews only. */
void image_turn(const struct image *image, int degrees_clockwise, struct image *out);

#endif
