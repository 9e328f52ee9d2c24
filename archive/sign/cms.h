/*
 * The CMS blob in a PDF signature (RFC 5652, profile PAdES baseline B of ETSI EN 319 142-1).
 *
 * Written through OpenSSL's PKCS7 calls, not its CMS ones: OpenSSL 3.0's CMS_sign always adds a
 * signing-time, which the baseline profile forbids (the time stands in the dictionary's M).
 */
#ifndef SOHOA_ARCHIVE_CMS_H
#define SOHOA_ARCHIVE_CMS_H

#include <openssl/x509.h>

#include "archive/sign/keys.h"
#include "core/buffer.h"
#include "core/hash.h"

/* Gets a time-stamp token over signature bytes; OK with an empty token: there is none to be had
 * now, and the signature goes without. */
typedef enum status cms_stamp_fn(void *context, const uint8_t *signature, size_t size,
                                 struct buffer *token, struct error *error);

/* DER of a detached signature over digest (of the signed ranges, by signer->digest) with exactly
 * three signed attributes: contentType, messageDigest, signingCertificateV2; and, when stamp is
 * given and finds one, the unsigned attribute signature-time-stamp. RSA signs by signer->pss: PSS
 * with a salt as long as the digest, or PKCS#1 v1.5, which gives the same bytes each time. RETRY:
 * the token did not sign. */
enum status cms_write(const struct signer *signer, const uint8_t *digest, size_t size,
                      cms_stamp_fn *stamp, void *context, struct buffer *out, struct error *error);

/* What can be said about a blob without knowing whom to trust. */
struct cms_reading {
    X509 *certificate;       /* the signer's, NULL when it is not in the blob */
    STACK_OF(X509) * others; /* all certificates in the blob, for building the chain */
    size_t size;             /* bytes of DER that were read */
    struct buffer signature; /* what a signature-time-stamp stamps */
    struct buffer token;     /* DER of that time-stamp, empty when there is none */
};

/* By which digest the blob says it signs. False: another one, or no such blob; both are told. */
bool cms_digest(const uint8_t *bytes, size_t size, enum hash_kind *kind,
                void (*finding)(void *context, const char *sentence), void *context);

/* Does the blob sign by a digest that is not allowed any more (SHA-1, MD5)? */
bool cms_is_old(const uint8_t *bytes, size_t size);

/* CMS_PLAIN is what ISO 32000 alone asks (adbe.pkcs7.detached, signatures of other programs):
 * signingCertificateV2 may be missing, other attributes that nobody signed may be there. */
enum cms_profile { CMS_BASELINE, CMS_PLAIN };

/* Reads and checks: one signer, detached, attributes as above present, digest equal, signature by
 * the certificate's key, signingCertificateV2 names that certificate, no old algorithm, nothing
 * unsigned but a time-stamp. Each fault goes to finding(). False when anything was told. The token
 * itself is judged by timestamp.h. reading is to be cleared in any case. */
bool cms_check(const uint8_t *bytes, size_t size, enum cms_profile profile, enum hash_kind kind,
               const uint8_t *digest, struct cms_reading *reading,
               void (*finding)(void *context, const char *sentence), void *context);
void cms_reading_clear(struct cms_reading *reading);

#endif
