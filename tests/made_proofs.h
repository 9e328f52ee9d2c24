/* A certification authority in memory, and what it and its time-stamp authorities would give out,
 * good and bad. Times are seconds since 1970. */
#ifndef SOHOA_TESTS_MADE_PROOFS_H
#define SOHOA_TESTS_MADE_PROOFS_H

#include <stdbool.h>
#include <time.h>

#include <openssl/x509.h>

#include "core/buffer.h"

struct made_key {
    EVP_PKEY *key;
    X509 *certificate;
};

/* issuer NULL: a root. usage: "signer", "tsa", "ocsp", "ca", "ca-without-lists"; of curve P-256, or
 * RSA with 2048 bits. From 2026 to 2035. points: its CRL distribution point, or NULL. */
void made_key(struct made_key *out, const struct made_key *issuer, const char *name,
              const char *usage, bool rsa, const char *points);
void made_key_clear(struct made_key *key);

struct made_list {
    time_t from, until; /* 0: none */
    X509 *revoked;      /* NULL: nobody */
    time_t revoked_at;
    int reason;         /* -1: none */
    const EVP_MD *md;   /* NULL: SHA-256 */
    const char *scope;  /* IssuingDistributionPoint as openssl.cnf has it, or NULL */
    bool delta;         /* critical delta CRL indicator */
    bool strange;       /* a critical extension that nobody knows */
    bool strange_entry; /* the same in the entry of revoked */
};
void made_list(const struct made_key *issuer, const struct made_list *list, struct buffer *der);

struct made_answer {
    X509 *about;
    time_t from, until, revoked_at; /* 0: none, not revoked */
    const EVP_MD *md;               /* NULL: SHA-256 */
};
/* An OCSPResponse that signer signs; produced now, whatever SOHOA_NOW says. */
void made_answer(const struct made_key *signer, const struct made_key *issuer,
                 const struct made_answer *answer, struct buffer *der);

/* A time-stamp token over a SHA-256 digest, its SignerInfo by md. */
void made_token(const struct made_key *authority, const struct made_key *root,
                const uint8_t digest[32], const EVP_MD *md, time_t when, struct buffer *der);

#endif
