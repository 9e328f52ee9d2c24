#include "tests/made_proofs.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#define FROM 1767225600 /* 2026-01-01 */
#define UNTIL 2051222400

static void must(bool done)
{
    if (done)
        return;
    ERR_print_errors_fp(stderr);
    abort();
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *one = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    must(one && X509_add_ext(certificate, one, -1));
    X509_EXTENSION_free(one);
}

static void extend_by_usage(X509 *certificate, X509 *issuer, const char *usage)
{
    bool ca = strncmp(usage, "ca", 2) == 0;
    extend(certificate, issuer, NID_basic_constraints,
           ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(certificate, issuer, NID_key_usage,
           strcmp(usage, "ca") == 0 ? "critical,keyCertSign,cRLSign"
           : ca                     ? "critical,keyCertSign"
                                    : "critical,digitalSignature");
    if (strcmp(usage, "tsa") == 0)
        extend(certificate, issuer, NID_ext_key_usage, "critical,timeStamping");
    if (strcmp(usage, "ocsp") == 0)
        extend(certificate, issuer, NID_ext_key_usage, "critical,OCSPSigning");
}

void made_key(struct made_key *out, const struct made_key *issuer, const char *name,
              const char *usage, bool rsa, const char *points)
{
    static long serial = 4096;
    out->key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    X509 *one = out->certificate = X509_new();
    const struct made_key *by = issuer ? issuer : out;
    X509_NAME *subject = X509_get_subject_name(one);
    must(out->key && X509_set_version(one, X509_VERSION_3) &&
         ASN1_INTEGER_set(X509_get_serialNumber(one), ++serial) &&
         ASN1_TIME_set(X509_getm_notBefore(one), FROM) &&
         ASN1_TIME_set(X509_getm_notAfter(one), UNTIL) &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                    -1, 0) &&
         X509_set_issuer_name(one, X509_get_subject_name(by->certificate)) &&
         X509_set_pubkey(one, out->key));
    extend_by_usage(one, by->certificate, usage);
    if (points)
        extend(one, by->certificate, NID_crl_distribution_points, points);
    must(X509_sign(one, by->key, EVP_sha256()) > 0);
}

void made_key_clear(struct made_key *key)
{
    EVP_PKEY_free(key->key);
    X509_free(key->certificate);
}

/* ---------------------------------------------------------------- lists */

static X509_EXTENSION *strange(void)
{
    ASN1_OBJECT *name = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    must(name && value && ASN1_OCTET_STRING_set(value, (const unsigned char *)"\5\0", 2));
    X509_EXTENSION *one = X509_EXTENSION_create_by_OBJ(NULL, name, 1, value);
    must(one != NULL);
    ASN1_OBJECT_free(name);
    ASN1_OCTET_STRING_free(value);
    return one;
}

static void add_entry(X509_CRL *crl, const struct made_list *list)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, list->revoked_at);
    ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
    must(entry && when && reason &&
         X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(list->revoked)) &&
         X509_REVOKED_set_revocationDate(entry, when) && ASN1_ENUMERATED_set(reason, list->reason));
    must(list->reason < 0 ||
         X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, X509V3_ADD_DEFAULT) == 1);
    if (list->strange_entry) {
        X509_EXTENSION *one = strange();
        must(X509_REVOKED_add_ext(entry, one, -1));
        X509_EXTENSION_free(one);
    }
    must(X509_CRL_add0_revoked(crl, entry));
    ASN1_ENUMERATED_free(reason);
    ASN1_TIME_free(when);
}

static void extend_list(X509_CRL *crl, const struct made_list *list)
{
    X509_EXTENSION *all[3] = {NULL};
    X509V3_CTX context;
    X509V3_set_ctx(&context, NULL, NULL, NULL, crl, 0);
    X509V3_set_ctx_nodb(&context);
    if (list->scope)
        all[0] = X509V3_EXT_conf_nid(NULL, &context, NID_issuing_distribution_point, list->scope);
    must(!list->scope || all[0]);
    if (list->strange)
        all[1] = strange();
    if (list->delta) {
        ASN1_INTEGER *base = ASN1_INTEGER_new();
        must(base && ASN1_INTEGER_set(base, 1) &&
             X509_CRL_add1_ext_i2d(crl, NID_delta_crl, base, 1, X509V3_ADD_DEFAULT) == 1);
        ASN1_INTEGER_free(base);
    }
    for (int i = 0; i < 3; i++) {
        must(!all[i] || X509_CRL_add_ext(crl, all[i], -1));
        X509_EXTENSION_free(all[i]);
    }
}

void made_list(const struct made_key *issuer, const struct made_list *list, struct buffer *der)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = ASN1_TIME_set(NULL, list->from), *until = ASN1_TIME_set(NULL, list->until);
    unsigned char *bytes = NULL;
    must(crl && X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
         X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->certificate)) &&
         X509_CRL_set1_lastUpdate(crl, from) &&
         (!list->until || X509_CRL_set1_nextUpdate(crl, until)));
    if (list->revoked)
        add_entry(crl, list);
    extend_list(crl, list);
    must(X509_CRL_sign(crl, issuer->key, list->md ? list->md : EVP_sha256()) > 0);
    int size = i2d_X509_CRL(crl, &bytes);
    must(size > 0);
    buffer_clear(der);
    buffer_add(der, bytes, (size_t)size);
    OPENSSL_free(bytes);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    X509_CRL_free(crl);
}

/* ---------------------------------------------------------------- answers */

void made_answer(const struct made_key *signer, const struct made_key *issuer,
                 const struct made_answer *answer, struct buffer *der)
{
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), answer->about, issuer->certificate);
    ASN1_TIME *from = ASN1_TIME_set(NULL, answer->from);
    ASN1_TIME *until = answer->until ? ASN1_TIME_set(NULL, answer->until) : NULL;
    ASN1_TIME *revoked = answer->revoked_at ? ASN1_TIME_set(NULL, answer->revoked_at) : NULL;
    unsigned char *bytes = NULL;
    must(basic && id &&
         OCSP_basic_add1_status(basic, id,
                                revoked ? V_OCSP_CERTSTATUS_REVOKED : V_OCSP_CERTSTATUS_GOOD,
                                OCSP_REVOKED_STATUS_NOSTATUS, revoked, from, until) &&
         OCSP_basic_sign(basic, signer->certificate, signer->key,
                         answer->md ? answer->md : EVP_sha256(), NULL, 0));
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    int size = response ? i2d_OCSP_RESPONSE(response, &bytes) : 0;
    must(size > 0);
    buffer_clear(der);
    buffer_add(der, bytes, (size_t)size);
    OPENSSL_free(bytes);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    ASN1_TIME_free(revoked);
}

/* ---------------------------------------------------------------- time-stamps */

static int give_time(TS_RESP_CTX *context, void *data, long *seconds, long *micro)
{
    const time_t *when = data;
    (void)context;
    *seconds = (long)*when;
    *micro = 0;
    return 1;
}

static ASN1_INTEGER *give_serial(TS_RESP_CTX *context, void *data)
{
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    (void)context;
    (void)data;
    must(serial && ASN1_INTEGER_set(serial, 77));
    return serial;
}

static BIO *make_question(const uint8_t digest[32])
{
    TS_REQ *request = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    BIO *question = BIO_new(BIO_s_mem());
    must(request && imprint && algorithm && question &&
         X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) &&
         TS_REQ_set_version(request, 1) && TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
         TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)digest, 32) &&
         TS_REQ_set_msg_imprint(request, imprint) && TS_REQ_set_cert_req(request, 1) &&
         i2d_TS_REQ_bio(question, request));
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    TS_REQ_free(request);
    return question;
}

void made_token(const struct made_key *authority, const struct made_key *root,
                const uint8_t digest[32], const EVP_MD *md, time_t when, struct buffer *der)
{
    TS_RESP_CTX *context = TS_RESP_CTX_new();
    BIO *question = make_question(digest);
    ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4", 1);
    STACK_OF(X509) *chain = sk_X509_new_null();
    unsigned char *bytes = NULL;
    must(context && policy && chain && sk_X509_push(chain, root->certificate) &&
         TS_RESP_CTX_set_signer_cert(context, authority->certificate) &&
         TS_RESP_CTX_set_signer_key(context, authority->key) &&
         TS_RESP_CTX_set_signer_digest(context, md) && TS_RESP_CTX_set_certs(context, chain) &&
         TS_RESP_CTX_set_def_policy(context, policy) && TS_RESP_CTX_add_md(context, EVP_sha256()));
    TS_RESP_CTX_set_serial_cb(context, give_serial, NULL);
    TS_RESP_CTX_set_time_cb(context, give_time, &when);
    TS_RESP *response = TS_RESP_create_response(context, question);
    PKCS7 *token = response ? TS_RESP_get_token(response) : NULL;
    int size = token ? i2d_PKCS7(token, &bytes) : 0;
    must(size > 0);
    buffer_clear(der);
    buffer_add(der, bytes, (size_t)size);
    OPENSSL_free(bytes);
    TS_RESP_free(response);
    sk_X509_free(chain);
    ASN1_OBJECT_free(policy);
    BIO_free(question);
    TS_RESP_CTX_free(context);
}
