/*
 * PDF files that others made, for source_files.c. Private to ingest.
 *
 * The file itself is what is kept, byte for byte; its pages are rendered only to be read. Other
 * people's PDFs are the most doubtful bytes there are, so none of them is opened in this process:
 * qpdf looks into them, poppler's pdftoppm renders them, each in a process of its own with limits.
 */
#ifndef SOHOA_INGEST_RECEIVED_H
#define SOHOA_INGEST_RECEIVED_H

#include <stdbool.h>

#include "core/image.h"
#include "core/status.h"

#define RECEIVED_DPI 300

/* By its first bytes, not by its name. */
bool received_is_pdf(const char *path);
/* REJECT: encrypted, damaged, with JavaScript, an XFA form, actions that start programs or send and
 * fetch data, films, an attached program, no pages or far too many; each its sentence. FATAL: qpdf
 * is not installed. END: interrupted. */
enum status received_look(const char *path, int *pages, struct error *error);
/* Page (from 0) as a colour raster of RECEIVED_DPI, or coarse, to see whether it can be rendered at
 * all. REJECT: it cannot. FATAL: poppler-utils is not installed. */
enum status received_render(const char *path, int page, bool coarse, struct image *out,
                            struct error *error);

#endif
