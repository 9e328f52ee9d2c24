#include "archive/sign/chain.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "archive/sign/certificate.h"
#include "core/message.h"

enum status chain_roots(const char *trust, X509_STORE **out, struct error *error)
{
    *out = NULL;
    if (!trust || !*trust)
        return STATUS_OK;
    X509_STORE *roots = X509_STORE_new();
    bool good = roots != NULL;
    char *file = NULL;
    for (const char *at = trust; *at && good;) {
        size_t length = strcspn(at, "\n");
        free(file);
        file = strndup(at, length);
        good = file && (length == 0 || X509_STORE_load_file(roots, file) == 1);
        at += length + (at[length] == '\n');
    }
    if (good)
        *out = roots;
    else
        X509_STORE_free(roots);
    if (!good)
        error_set(error, STATUS_FATAL,
                  _("The trusted roots in %s cannot be read (%s): correct archive.trust, "
                    "trust_public or trust_government."),
                  file ? file : trust, certificate_fault());
    free(file);
    return good ? STATUS_OK : STATUS_FATAL;
}

static int build(X509_STORE *roots, X509 *one, STACK_OF(X509) * others, time_t when,
                 STACK_OF(X509) * *chain)
{
    X509_STORE_CTX *building = X509_STORE_CTX_new();
    int code = X509_V_ERR_OUT_OF_MEM;
    if (building && X509_STORE_CTX_init(building, roots, one, others)) {
        X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(building);
        X509_VERIFY_PARAM_set_time(rules, when);
        X509_VERIFY_PARAM_set_auth_level(rules, 2); /* 112 bits: no SHA-1, no RSA below 2048 */
        code = X509_verify_cert(building) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(building);
        if (code == X509_V_OK && chain)
            *chain = X509_STORE_CTX_get1_chain(building);
    }
    X509_STORE_CTX_free(building);
    ERR_clear_error();
    return code;
}

/* OpenSSL goes one way only. Where that ended in a root that is not trusted, a certificate of the
 * same name and key by another root (a cross certificate) may still lead to one that is. */
int chain_build(X509_STORE *roots, X509 *one, STACK_OF(X509) * others, time_t when,
                STACK_OF(X509) * *chain)
{
    int code = build(roots, one, others, when, chain);
    if (code != X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)
        return code;
    STACK_OF(X509) *crossed = sk_X509_new_null();
    for (int i = 0; crossed && i < sk_X509_num(others); i++)
        if (!(X509_get_extension_flags(sk_X509_value(others, i)) & EXFLAG_SI))
            sk_X509_push(crossed, sk_X509_value(others, i));
    if (crossed && build(roots, one, crossed, when, chain) == X509_V_OK)
        code = X509_V_OK;
    sk_X509_free(crossed);
    return code;
}

/* The one among certificates, or in the roots, that may have issued this one; NULL: none. */
static X509 *find_issuer(X509_STORE_CTX *chain, STACK_OF(X509) * certificates, X509 *one)
{
    X509 *issuer = NULL;
    for (int i = 0; i < sk_X509_num(certificates) && !issuer; i++)
        if (X509_check_issued(sk_X509_value(certificates, i), one) == X509_V_OK)
            issuer = sk_X509_value(certificates, i);
    if (issuer)
        X509_up_ref(issuer);
    else if (X509_STORE_CTX_get1_issuer(&issuer, chain, one) != 1)
        issuer = NULL;
    return issuer;
}

static bool signs(X509 *issuer, X509 *one)
{
    return X509_check_issued(issuer, one) == X509_V_OK &&
           X509_verify(one, X509_get0_pubkey(issuer)) == 1;
}

static bool is_among(STACK_OF(X509) * certificates, X509 *one)
{
    for (int i = 0; i < sk_X509_num(certificates); i++)
        if (X509_cmp(sk_X509_value(certificates, i), one) == 0)
            return true;
    return false;
}

/* The root that signed it, else one of others; lent. */
static X509 *find_signer(STACK_OF(X509) * roots, STACK_OF(X509) * others, X509 *one)
{
    for (int i = 0; i < sk_X509_num(roots); i++)
        if (signs(sk_X509_value(roots, i), one))
            return sk_X509_value(roots, i);
    for (int i = 0; i < sk_X509_num(others); i++)
        if (signs(sk_X509_value(others, i), one))
            return sk_X509_value(others, i);
    return NULL;
}

STACK_OF(X509) * chain_known(X509_STORE *roots, X509 *one, STACK_OF(X509) * others)
{
    enum { DEPTH_MAX = 10 };
    STACK_OF(X509) *trusted = roots ? X509_STORE_get1_all_certs(roots) : NULL;
    STACK_OF(X509) *chain = sk_X509_new_null();
    bool ended = false;
    for (int i = 0; chain && one && i < DEPTH_MAX && !ended; i++) {
        X509_up_ref(one);
        sk_X509_push(chain, one);
        ended = is_among(trusted, one) || signs(one, one);
        one = find_signer(trusted, others, one);
    }
    sk_X509_pop_free(trusted, X509_free);
    if (!ended) {
        sk_X509_pop_free(chain, X509_free);
        chain = NULL;
    }
    ERR_clear_error();
    return chain;
}

void chain_keep_issuers(X509 *one, STACK_OF(X509) * others)
{
    STACK_OF(X509) *found = sk_X509_new_null();
    for (int at = -1; found && at < sk_X509_num(found); at++) {
        X509 *below = at < 0 ? one : sk_X509_value(found, at);
        for (int i = sk_X509_num(others) - 1; i >= 0; i--)
            if (signs(sk_X509_value(others, i), below))
                sk_X509_push(found, sk_X509_delete(others, i));
    }
    while (found && sk_X509_num(others) > 0)
        X509_free(sk_X509_pop(others));
    while (found && sk_X509_num(found) > 0)
        sk_X509_push(others, sk_X509_shift(found));
    sk_X509_free(found);
    ERR_clear_error();
}

bool chain_others_hold(X509_STORE *roots, STACK_OF(X509) * others)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool hold = context && X509_STORE_CTX_init(context, roots, NULL, others);
    for (int i = 0; i < sk_X509_num(others) && hold; i++) {
        X509 *one = sk_X509_value(others, i);
        X509 *issuer = find_issuer(context, others, one);
        hold = issuer && X509_verify(one, X509_get0_pubkey(issuer)) == 1;
        X509_free(issuer);
    }
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return hold;
}

const char *chain_fault(int code)
{
    switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return _("a certificate of its chain has expired");
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return _("a certificate of its chain is not valid yet");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return _("the certificate of who issued it is not among the trusted ones");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return _("the certificate is signed by itself and not among the trusted ones");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return _("the root of its chain is not among the trusted ones");
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return _("a certificate of its chain is damaged or forged");
    case X509_V_ERR_CERT_REVOKED:
        return _("a certificate of its chain was revoked");
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        return _("a certificate of its chain was made for another purpose");
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return _("a certificate of its chain uses a key or digest that is too weak");
    default:
        return _("its chain of certificates does not hold");
    }
}
