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
#define RECEIVED_COARSE_DPI 36 /* to see whether a page can be rendered at all */

/* By its first bytes, not by its name. */
bool received_is_pdf(const char *path);
/* REJECT: encrypted, damaged, with JavaScript, an XFA form, actions that start programs or send and
 * fetch data, films, an attached program, no pages or far too many; each its sentence. FATAL: qpdf
 * is not installed. END: interrupted. */
enum status received_look(const char *path, int *pages, struct error *error);
/* Page (from 0) as a colour raster, by at most most_s seconds of CPU; cpu_s gets what it took
 * added. REJECT: it cannot, or takes longer. FATAL: poppler-utils is not installed. */
enum status received_render(const char *path, int page, int resolution_dpi, double most_s,
                            struct image *out, double *cpu_s, struct error *error);
/* REJECT, with the sentence of a file that was made to keep computers busy. */
enum status received_too_dear(double cpu_s, struct error *error);

#endif
