/*
 * How much work a PDF of others may make. A page that a person sent has bytes of its own, and what
 * those cost is known within a factor: a file that asks for far more of the processor was made to
 * keep a computer busy (inflated a thousandfold, one page painted a million times), and is refused
 * before anything of it is taken. Private to ingest.
 */
#ifndef SOHOA_INGEST_EFFORT_H
#define SOHOA_INGEST_EFFORT_H

#include <stdint.h>

#define EFFORT_CALL_MAX_S 120 /* of one call, whatever the size */

/* Seconds of CPU that one call of another program may take for a file of so many bytes: a drawing
 * that fills a wall, a page in JPEG 2000 on a slow computer. */
double effort_call_s(int64_t bytes);
/* What all pages together may take, coarse or at the full resolution. Of pages that have hardly a
 * byte each not all are counted. */
double effort_pages_s(int64_t bytes, int pages, int dpi);

#endif
