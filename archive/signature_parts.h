/* What the files that judge signatures share (signature.h is their door). */
#ifndef SOHOA_ARCHIVE_SIGNATURE_PARTS_H
#define SOHOA_ARCHIVE_SIGNATURE_PARTS_H

#include <stdio.h>
#include <time.h>

#include <openssl/x509.h>

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
bool signature_is_padding(const uint8_t *bytes, size_t size); /* nothing but zeros */

/* ---- signature_place.c: what was found by its bytes, held against what the reader finds */

/* Gives each its field's name and its time; leaves out what lies in the bytes of a
 * stream (a PDF within the PDF); adds, as doubtful, what the reader finds and the bytes did not
 * show, and what was taken out of the document again. */
void signature_place(struct pdf_file *file, struct arena *arena, struct sigdict **found,
                     size_t *count);
/* The revision that ends at end, from 1; all of them when end is the file's. */
int signature_revision(const struct pdf_file *file, int64_t end);

/* ---- signature_trust.c */

/* Did the signer's chain end in a root at when (the moment at which the signature is known to have
 * been there), and does no proof in the file's own DSS say that a certificate of it was revoked
 * before that? Only proofs that their authority signed count. pdf: NULL, it cannot be read. why:
 * the sentence when not; "" when a certificate that came along is damaged. */
bool signature_trusted(struct pdf_file *pdf, X509_STORE *roots, X509 *signer,
                       STACK_OF(X509) * others, time_t when, char why[400]);

#endif
