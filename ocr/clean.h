/*
 * clean: a picture made ready for reading. The master is never touched.
 *
 *   clean_page      background evened out, binarised once, dark borders off
 *   clean_turned    that, turned by quarter turns and straightened, table rules taken off
 */
#ifndef SOHOA_OCR_CLEAN_H
#define SOHOA_OCR_CLEAN_H

#include "ocr/pix.h"
#include "ocr/segment.h"

struct clean {
    PIX *gray;       /* 8 bit, background near white */
    PIX *binary;     /* 1 bit, the same place and size */
    double skew_deg; /* by how much clean_turned turned it clockwise beyond the quarter turns */
    struct rules rules;
};

/* False: the picture cannot be worked on (out of memory). page is 8 or 1 bit and stays the
 * caller's. */
bool clean_page(PIX *page, double dpi, struct clean *out);

/* quarters: clockwise. The picture grows when it is turned by a slope, its centre stays. */
bool clean_turned(const struct clean *page, int quarters, double dpi, struct arena *arena,
                  struct clean *out);

void clean_free(struct clean *clean); /* half-built ones too */

#endif
