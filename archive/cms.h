/*
 * The CMS blob in a PDF signature (RFC 5652, profile PAdES baseline B of ETSI EN 319 142-1).
 *
 * Written through OpenSSL's PKCS7 calls, not its CMS ones: OpenSSL 3.0's CMS_sign always adds a
 * signing-time, which the baseline profile forbids (the time stands in the dictionary's M).
 */
#ifndef SOHOA_ARCHIVE_CMS_H
#define SOHOA_ARCHIVE_CMS_H

#include <openssl/x509.h>

#include "archive/keys.h"
#include "core/buffer.h"
#include "core/hash.h"

/* DER of a detached signature over digest (SHA-256 of the signed ranges) with exactly three signed
 * attributes: contentType, messageDigest, signingCertificateV2. RSA keys sign PKCS#1 v1.5 and give
 * the same bytes each time. RETRY: the token did not sign. */
enum status cms_write(const struct signer *signer, const uint8_t digest[HASH_SIZE],
                      struct buffer *out, struct error *error);

/* What can be said about a blob without knowing whom to trust. */
struct cms_reading {
    X509 *certificate;       /* the signer's, NULL when it is not in the blob */
    STACK_OF(X509) * others; /* all certificates in the blob, for building the chain */
    size_t size;             /* bytes of DER that were read */
};

/* Reads and checks: one signer, detached, attributes as above present, digest equal, signature by
 * the certificate's key, signingCertificateV2 names that certificate, no old algorithm. Each fault
 * goes to finding(). False when anything was told. reading is to be cleared in any case. */
bool cms_check(const uint8_t *bytes, size_t size, const uint8_t digest[HASH_SIZE],
               struct cms_reading *reading, void (*finding)(void *context, const char *sentence),
               void *context);
void cms_reading_clear(struct cms_reading *reading);

#endif
