/* What a certificate says, and whether documents may be signed with it. */
#ifndef SOHOA_ARCHIVE_CERTIFICATE_H
#define SOHOA_ARCHIVE_CERTIFICATE_H

#include <stdbool.h>
#include <time.h>

#include <openssl/x509.h>

#include "core/status.h"

/* Is this certificate fit for signing documents at the moment iso? One sentence for what is not:
 * dates, key usage, kind and size of the key, SHA-1. */
enum status certificate_check(X509 *certificate, const char *iso, struct error *error);

/* Of DER; NULL when it is none. The caller frees it. */
X509 *certificate_read(const void *der, size_t size);
/* "CN" of a name (else its last part) as UTF-8, cut at a whole character to fit. */
void certificate_name(const X509_NAME *name, char *out, size_t size);
/* The agency a certificate was given to: "OU, O", as far as it names them. */
void certificate_organization(const X509_NAME *name, char *out, size_t size);
/* Is this its issuer's name, byte for byte? Names also match without regard to case and blanks, but
 * whoever signs copies it. */
bool certificate_is_issued_by(X509 *certificate, const X509_NAME *name);
/* Was it made by archive_test_keys? It says so in its name. */
bool certificate_is_test(X509 *certificate);
/* SHA-1 or MD5 in its own signature, or a key too weak for today's rules: RSA below 2048, EC below
 * 256. */
bool certificate_is_old(X509 *certificate);
/* By its names and key identifiers: could issuer have issued it? No signature is looked at. */
bool certificate_may_be_of(X509 *certificate, X509 *issuer);
/* A certificate's time as "2026-11-22T14:05:09+07:00"; "" when it cannot be read. */
void certificate_time(const ASN1_TIME *time, char iso[26]);
/* Seconds since 1970 of such a time; false when it is none. */
bool certificate_seconds(const char *iso, time_t *out);
/* What OpenSSL says went wrong first; clears its queue. Lent until the next call. */
const char *certificate_fault(void);

#endif
