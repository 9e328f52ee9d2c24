/* The opened key, for the files that sign with it. */
#ifndef SOHOA_ARCHIVE_KEYS_H
#define SOHOA_ARCHIVE_KEYS_H

#include <stdint.h>
#include <sys/types.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "archive/archive.h"
#include "archive/sign/token.h"
#include "core/hash.h"

struct signer {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * chain; /* certificates of the issuers, may be empty */
    struct token *token;    /* NULL: key from a file */
    enum hash_kind digest;
    bool pss;                              /* RSA keys: RSASSA-PSS instead of PKCS#1 v1.5 */
    const struct archive_settings *stamps; /* NULL: signs without time-stamps */
    int64_t stamp_again_ms;                /* no authority is asked before; monotonic */
    struct revocation *revocation;         /* of who stamps; NULL: nobody was asked yet */
    struct rest *rest;                     /* who does not answer about them */
    pid_t process; /* that opened it; a token's session is of no use to a child */
};

/* The certificate that signs now (officer: the officer's), to be freed, as far as it can be known
 * without asking anybody (signer_until); NULL: it is not. */
X509 *signer_known(const struct archive_settings *settings, bool officer);

#endif
