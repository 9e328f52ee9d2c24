/* PNG files for tests: the program only reads them. */
#ifndef SOHOA_TESTS_SAMPLE_PNG_H
#define SOHOA_TESTS_SAMPLE_PNG_H

#include "core/image.h"

/* Writes the image as a PNG file; whether that went well. */
bool sample_png(const struct image *image, const char *path);

#endif
