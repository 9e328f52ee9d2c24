/*
 * Images of a PDF of ours, read back: what stands on a page, and its pixels.
 */
#ifndef SOHOA_ARCHIVE_PDF_RASTER_H
#define SOHOA_ARCHIVE_PDF_RASTER_H

#include "archive/pdf/pdf_read.h"
#include "core/hash.h"
#include "core/image.h"

/* An image stream that a page shows, or the mask of one. */
struct pdf_shown {
    const struct pdf_value *object;
    char sha256[HASH_HEX_SIZE]; /* of the bytes between stream and endstream */
};

/* Those of the page's own resources, masks right behind theirs; at most room of them are listed.
 * Returns how many there are. */
size_t pdf_page_images(struct pdf_file *file, const struct pdf_value *page, struct pdf_shown *out,
                       size_t room);

/* Its one filter, also when that stands in a list. */
const struct pdf_value *pdf_image_filter(struct pdf_file *file, const struct pdf_value *object);

/* Decodes an image as PDF readers show it: DCTDecode, CCITTFaxDecode (Group 4), JBIG2Decode (our
 * form), FlateDecode with PNG's predictors. 1 bit: 1 is black. REJECT: damaged, another form, or
 * something in its dictionary that would change what is seen (Decode, colour spaces, masks). */
enum status pdf_image_decode(struct pdf_file *file, const struct pdf_value *object,
                             struct image *out, struct error *error);

#endif
