/* By which algorithms signatures, time-stamps and lists of revoked certificates may be made. */
#ifndef SOHOA_ARCHIVE_ALGORITHM_H
#define SOHOA_ARCHIVE_ALGORITHM_H

#include <stdbool.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/* SHA-256, SHA-384, SHA-512, with no parameters: what signatures and time-stamps sign by. */
bool algorithm_is_digest(const X509_ALGOR *digest);
/* MD5 or SHA-1. */
bool algorithm_is_old_digest(const X509_ALGOR *digest);

/* Does the signatureAlgorithm of a SignerInfo (RFC 5652 5.3) say what was done: sign by that digest
 * with a key of this kind? Nobody signs that field, and OpenSSL looks at no more than the key: the
 * algorithm of the key alone (rsaEncryption), of key and digest (sha256WithRSAEncryption,
 * ecdsa-with-SHA256), or RSASSA-PSS with parameters of that digest (RFC 4056). */
bool algorithm_fits(const X509_ALGOR *signature, const X509_ALGOR *digest, const EVP_PKEY *key);

/* Is this signature, of a list or an answer about certificates, made by a digest that may be
 * believed: none of MD5 and SHA-1, none that is not known? */
bool algorithm_is_strong(const X509_ALGOR *signature);

#endif
