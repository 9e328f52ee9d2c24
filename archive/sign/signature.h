/* Judging the signatures of a PDF. */
#ifndef SOHOA_ARCHIVE_SIGNATURE_H
#define SOHOA_ARCHIVE_SIGNATURE_H

#include <stdint.h>

#include "archive/archive.h"

/* For each signature and document time-stamp in the file: its ranges leave out only its own
 * Contents and reach the end of its revision, what later revisions add is only what may be added
 * (revision.h), the digest matches, the CMS or token is as it must be (cms.h, timestamp.h), nothing
 * is hidden behind it, the certificate was fit at the time M, and, when trust is given, its chain
 * ends in one of the roots of that PEM file at the moment that is proven: the time of the earliest
 * time-stamp around it that holds, or now when there is none. Fills verdict but for pdfa_2u and
 * pages. finding() is called for each fault. OK: none was told (also when there is no signature);
 * REJECT: some were; RETRY: path cannot be read; FATAL: trust cannot be read. */
enum status signature_check(const char *path, const char *trust, struct archive_verdict *verdict,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct error *error);

/* The same of a PDF of anyone: what may follow a signature is given (REVISION_*, less by what its
 * DocMDP forbids), and each signature and document time-stamp is told of by itself, oldest first,
 * in the arena. moment: when the file is known to have been there (ISO), in the place of now;
 * NULL: now. */
enum status signature_list(const char *path, const char *trust, const char *moment,
                           unsigned allowed, struct archive_verdict *verdict, struct arena *arena,
                           struct archive_signature **list,
                           void (*finding)(void *context, const char *sentence), void *context,
                           struct error *error);

/* Gives visit the Contents (padding and all) of each signature and document time-stamp, in file
 * order; ends with the first outcome that is not OK. RETRY: path cannot be read; REJECT: far too
 * many, or Contents that is no hexadecimal string. */
enum status signature_each(const char *path,
                           enum status (*visit)(void *context, const char *sub_filter,
                                                const uint8_t *bytes, size_t size,
                                                struct error *error),
                           void *context, struct error *error);

#endif
