/* For tests that scan: a private folder with sheets, SANE configuration and a place for pages, so
 * that no test touches /etc/sane.d or another test's scanner. */
#ifndef SOHOA_TESTS_SCANNER_RIG_H
#define SOHOA_TESTS_SCANNER_RIG_H

#include "core/image.h"

struct rig {
    char folder[64]; /* FOLDER/sane is SANE_CONFIG_DIR, FOLDER/sheets the feeder's, FOLDER/out */
    char sheets[80], sane[80], out[80];
};

/* dll: back ends, one a line. LD_LIBRARY_PATH leads SANE's loader to our feeder (build/sane). */
void rig_make(struct rig *rig, const char *dll);
void rig_remove(struct rig *rig);
void rig_clear_out(struct rig *rig);
/* Writes a file FOLDER/PLACE/NAME; place: "sane", "sheets" ... */
void rig_file(struct rig *rig, const char *place, const char *name, const char *text);
/* A page of noise, the same for the same seed, as sheets/NAME (TIFF). Caller clears out; out NULL:
 * not wanted. */
void rig_sheet(struct rig *rig, const char *name, int width_px, int height_px, int channels,
               int bits, unsigned seed, struct image *out);
/* Noise in memory. */
void rig_noise(struct image *image, int width_px, int height_px, int channels, int bits,
               unsigned seed);
/* Same size, channels, depth and pixels. */
bool rig_same(const struct image *one, const struct image *other);
/* Reads FOLDER/out/NAME; ends the test program when it cannot. */
void rig_read(struct rig *rig, const char *name, struct image *out);
bool rig_has(struct rig *rig, const char *name); /* FOLDER/out/NAME */

#endif
