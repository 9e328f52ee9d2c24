/* What the files that judge signatures share (signature.h is their door). */
#ifndef SOHOA_ARCHIVE_SIGNATURE_PARTS_H
#define SOHOA_ARCHIVE_SIGNATURE_PARTS_H

#include <stdio.h>

#include "archive/pdf_read.h"
#include "archive/sigdict.h"
#include "core/buffer.h"
#include "core/hash.h"

/* ---- signature_bytes.c: path is for sentences; RETRY: it cannot be read */

enum status signature_hash(FILE *file, const char *path, const int64_t range[4],
                           enum hash_kind kind, uint8_t digest[HASH_SIZE_MAX], struct error *error);
/* A revision ends with %%EOF and at most one line end. */
bool signature_ends_revision(FILE *file, int64_t end);
/* The Contents as bytes; the padding stays on. Programs write either ABCDEF or abcdef: both
 * together mean the same bytes, but somebody changed the file, and it is not readable. */
enum status signature_contents(FILE *file, const char *path, const struct sigdict *one,
                               struct buffer *out, bool *readable, struct error *error);

/* ---- signature_place.c: what was found by its bytes, held against what the reader finds */

/* Gives each its field's name and its time; leaves out what lies in the bytes of a
 * stream (a PDF within the PDF); adds, as doubtful, what the reader finds and the bytes did not
 * show, and what was taken out of the document again. */
void signature_place(struct pdf_file *file, struct arena *arena, struct sigdict **found,
                     size_t *count);
/* The revision that ends at end, from 1; all of them when end is the file's. */
int signature_revision(const struct pdf_file *file, int64_t end);

#endif
