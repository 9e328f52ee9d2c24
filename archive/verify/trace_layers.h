/*
 * A layered page as it stands in a PDF, read back: layers from the image streams, places from the
 * page's content. The guard (guard.h) judges it against the master once more, so that the figures
 * of packing.json need not be believed.
 *
 *   q A B C D E F cm /B Do Q     background first, then patches, the ink through its mask last
 *
 * A patch's place is its matrix against the background's, a pixel off at most. Ink over a patch is
 * refused: the guard sees patches above all.
 */
#ifndef SOHOA_ARCHIVE_TRACE_LAYERS_H
#define SOHOA_ARCHIVE_TRACE_LAYERS_H

#include "archive/image/page_report.h"
#include "archive/pdf/pdf_read.h"
#include "core/image.h"

/* master: 8 bits, as image_read gives it. figures: those of today. False: they are no layers as we
 * write them, or not this page's size. */
bool trace_layers(struct pdf_file *pdf, const struct pdf_value *page, const struct image *master,
                  struct guard_figures *figures);

#endif
