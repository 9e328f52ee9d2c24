/* Measuring an image that is already in memory. Private to ingest; ingest_inspect() is its user. */
#ifndef SOHOA_INGEST_INSPECT_H
#define SOHOA_INGEST_INSPECT_H

#include "core/image.h"
#include "core/page.h"

/* Sets ink_share, color_share, sharpness, blank and inspected. image: any kind. */
void inspect_image(const struct image *image, double blank_ink_share, struct page *page);

#endif
