/* What the files that judge signatures share (signature.h is their door). */
#ifndef SOHOA_ARCHIVE_SIGNATURE_PARTS_H
#define SOHOA_ARCHIVE_SIGNATURE_PARTS_H

#include <stdio.h>
#include <time.h>

#include <openssl/x509.h>

#include "archive/archive.h"
#include "archive/sign/cms.h"
#include "archive/pdf/pdf_read.h"
#include "archive/proof/proof.h"
#include "archive/pdf/sigdict.h"
#include "archive/proof/timestamp.h"
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

/* Gives each its field's name (one that the form leads to, by AcroForm and Kids; else it is
 * unnamed) and its time; leaves out what lies in the bytes of a stream (a PDF within the PDF);
 * adds, as doubtful, what the reader finds and the bytes did not show, and what was taken out of
 * the document again. */
void signature_place(struct pdf_file *file, struct arena *arena, struct sigdict **found,
                     size_t *count);
/* The revision that ends at end, from 1; all of them when end is the file's. */
int signature_revision(const struct pdf_file *file, int64_t end);

/* ---- signature_describe.c: who signed it, as its certificate says, and when; in the arena */

void signature_describe(struct archive_signature *one, struct arena *arena, X509 *certificate,
                        const char *signed_at);
/* The verdict tells of the last signature. */
void signature_describe_last(struct archive_verdict *verdict, const struct archive_signature *one,
                             X509 *certificate);

/* ---- signature_proofs.c: what the DSS of each revision brings. A proof that stands in any of them
 * is heard; a level counts only what stands in the one it speaks of. */

struct signature_heard { /* what a proof said of a certificate: lists can be long */
    X509 *one, *issuer;
    struct proof_saying saying;
};
struct signature_proof {
    struct proof proof;
    int64_t first, last; /* ends of the revisions that have it */
    struct signature_heard *heard;
    size_t heard_count;
};
struct signature_proofs {
    struct signature_proof *items;
    size_t count, room;
    STACK_OF(X509) * certificates; /* of all revisions */
    bool damaged;                  /* an entry that is no certificate, no list and no answer */
};
/* pdf: NULL, there are none. */
void signature_proofs_read(struct pdf_file *pdf, struct signature_proofs *out);
void signature_proofs_clear(struct signature_proofs *proofs);
/* One that stands in the revision which ends at end; what a time-stamp token brings has none: 0. */
void signature_proofs_add(struct signature_proofs *out, bool ocsp, const struct buffer *der,
                          int64_t end);
/* Does each of them say something of a certificate that is known, and did its issuer, known too,
 * sign it? */
bool signature_proofs_are_heard(const struct signature_proofs *proofs, STACK_OF(X509) * known);
/* Does one of them say that a certificate was revoked? Gives the earliest that says so. */
bool signature_proofs_revoked(const struct signature_proofs *proofs, X509 *one, X509 *issuer,
                              struct proof_saying *out);
/* Does the revision that ends at end prove of every certificate of the chain of one (the last of it
 * apart) that it was good at when? roots may be NULL: then the chain goes as far as issuers are
 * known, and must end in one that signs itself. False when there is no proof at all. */
bool signature_proofs_cover(const struct signature_proofs *proofs, int64_t end, X509_STORE *roots,
                            X509 *one, STACK_OF(X509) * others, time_t when);

/* A document time-stamp around a signature. */
struct signature_stamp {
    struct signature_stamp *next; /* further out */
    struct timestamp_reading reading;
    int64_t end; /* of what it covers */
};
/* What a signature reaches, known to have been there at proven: B-LT when the file of file_bytes
 * proves the signer's chain and that of who says when it was signed (its own time-stamp inner, NULL
 * when it has none; else the first of around); B-LTA when what one of around covers does. */
enum archive_level signature_level(const struct signature_proofs *proofs, int64_t file_bytes,
                                   X509_STORE *roots, const struct signature_stamp *around,
                                   const struct cms_reading *reading, time_t proven,
                                   const struct timestamp_reading *inner);

/* ---- signature_trust.c */

/* Did the signer's chain end in a root at when (the moment at which the signature is known to have
 * been there), and does no proof in the file's own DSS say that a certificate of it was revoked
 * before that? Only proofs that their authority signed count. why: the sentence when not; "" when
 * a certificate that came along is damaged. over: the root is trusted, and a certificate of the
 * chain was over at when, which alone speaks against it. */
bool signature_trusted(const struct signature_proofs *proofs, X509_STORE *roots, X509 *signer,
                       STACK_OF(X509) * others, time_t when, bool *over, char why[400]);
/* The same of the authority of a time-stamp that holds. Its certificate may have been revoked after
 * stamped, by a list that says for which reason, when none of its key's (RFC 3161 4). */
bool signature_stamp_trusted(const struct signature_proofs *proofs, X509_STORE *roots,
                             X509 *authority, STACK_OF(X509) * others, time_t stamped, time_t when,
                             char why[400]);

#endif
