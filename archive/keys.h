/* The opened key, for the files that sign with it. */
#ifndef SOHOA_ARCHIVE_KEYS_H
#define SOHOA_ARCHIVE_KEYS_H

#include <sys/types.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "archive/archive.h"
#include "archive/token.h"

struct signer {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * chain; /* certificates of the issuers, may be empty */
    struct token *token;    /* NULL: key from a file */
    pid_t process;          /* that opened it; a token's session is of no use to a child */
};

/* Is this certificate fit for signing documents at the moment iso? One sentence for what is not:
 * dates, key usage, kind and size of the key, SHA-1. */
enum status keys_check_certificate(X509 *certificate, const char *iso, struct error *error);

/* "CN" of a name (else its last part) as UTF-8, cut at a whole character to fit. */
void keys_common_name(const X509_NAME *name, char *out, size_t size);
/* A certificate's time as "2026-11-22T14:05:09+07:00"; "" when it cannot be read. */
void keys_iso_time(const ASN1_TIME *time, char iso[26]);
/* Seconds since 1970 of such a time; false when it is none. */
bool keys_seconds(const char *iso, time_t *out);
/* What OpenSSL says went wrong first; clears its queue. Lent until the next call. */
const char *keys_openssl_reason(void);

#endif
