/* Judging the signatures of a PDF. */
#ifndef SOHOA_ARCHIVE_SIGNATURE_H
#define SOHOA_ARCHIVE_SIGNATURE_H

#include "archive/archive.h"

/* For each signature in the file: its ranges leave out only its own Contents and reach the end of
 * its revision (of the file for the last one), the digest matches, the CMS is as it must be
 * (cms.h), nothing is hidden behind it, the certificate was fit and valid at the time M, and, when
 * trust is given, its chain ends in one of the roots of that PEM file. Fills verdict's signatures,
 * intact, trusted, signer, issuer, signed_at, certificate_until; leaves the rest. finding() is
 * called for each fault. OK: none was told (also when there is no signature); REJECT: some were;
 * RETRY: path cannot be read; FATAL: trust cannot be read. */
enum status signature_check(const char *path, const char *trust, struct archive_verdict *verdict,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct error *error);

#endif
