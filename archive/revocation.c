#include "archive/revocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "archive/certificate.h"
#include "archive/http.h"
#include "core/file.h"
#include "core/message.h"

#define OCSP_MAX 262144
#define CRL_MAX (32 << 20)
#define KEEP_OCSP_S 600
#define KEEP_CRL_S 3600
#define SKEW_S 300

struct kept {
    struct kept *next;
    char *key; /* URL of a CRL; URL and serial number for OCSP */
    struct buffer der;
    time_t until;
};

struct revocation {
    double timeout_s;
    struct rest *rest;
    struct kept *kept;
};

struct revocation *revocation_new(double timeout_s, struct rest *rest)
{
    struct revocation *revocation = memory_new(sizeof *revocation);
    revocation->timeout_s = timeout_s;
    revocation->rest = rest;
    return revocation;
}

void revocation_free(struct revocation *revocation)
{
    if (!revocation)
        return;
    while (revocation->kept) {
        struct kept *one = revocation->kept;
        revocation->kept = one->next;
        buffer_clear(&one->der);
        free(one->key);
        free(one);
    }
    free(revocation);
}

static time_t now_s(void)
{
    char iso[26];
    time_t now = 0;
    file_now(iso);
    certificate_seconds(iso, &now);
    return now;
}

static struct kept *find_kept(struct revocation *revocation, const char *key)
{
    for (struct kept *one = revocation->kept; one; one = one->next)
        if (strcmp(one->key, key) == 0)
            return one->until > now_s() ? one : NULL;
    return NULL;
}

static void keep(struct revocation *revocation, const char *key, const struct buffer *der,
                 time_t until)
{
    struct kept *one = revocation->kept;
    while (one && strcmp(one->key, key) != 0)
        one = one->next;
    if (!one) {
        one = memory_new(sizeof *one);
        one->key = strdup(key);
        one->next = revocation->kept;
        revocation->kept = one;
    }
    buffer_clear(&one->der);
    buffer_add(&one->der, der->data, der->size);
    one->until = until;
}

static enum status say_revoked(X509 *one, const ASN1_TIME *when, struct error *error)
{
    char who[150], iso[26] = "", shown[MESSAGE_DATE_SIZE];
    certificate_name(X509_get_subject_name(one), who, sizeof who);
    if (when)
        certificate_time(when, iso);
    return error_set(error, STATUS_REJECT,
                     _("The certificate of %s was revoked on %s: it must not be used any more."),
                     who, message_date(iso, shown));
}

/* Of now: from not after it, until not before it (when it says one). */
static bool is_current(const ASN1_TIME *from, const ASN1_TIME *until)
{
    time_t now = now_s(), late = now - SKEW_S, early = now + SKEW_S;
    return from && X509_cmp_time(from, &early) < 0 && (!until || X509_cmp_time(until, &late) > 0);
}

/* Who does not answer rests; what they answer may be about one certificate only. */
static enum status ask_http(struct revocation *revocation, const struct http_question *question,
                            struct buffer *answer, struct error *error)
{
    struct error why = {""};
    enum status status = rest_ask(revocation->rest, question->url, error);
    if (status != STATUS_OK)
        return status;
    status = http_ask(question, answer, &why);
    rest_note(revocation->rest, question->url, status, &why);
    if (status != STATUS_OK && error)
        *error = why;
    return status;
}

/* ---------------------------------------------------------------- OCSP */

static OCSP_REQUEST *make_request(X509 *one, X509 *issuer)
{
    OCSP_REQUEST *request = OCSP_REQUEST_new();
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), one, issuer); /* a name, no signature */
    if (request && id && OCSP_request_add0_id(request, id))
        return request;
    OCSP_CERTID_free(id);
    OCSP_REQUEST_free(request);
    return NULL;
}

/* What the response says of the certificate, whoever signed it. */
static int find_answer(OCSP_BASICRESP *basic, X509 *one, X509 *issuer,
                       ASN1_GENERALIZEDTIME **revoked, ASN1_GENERALIZEDTIME **from,
                       ASN1_GENERALIZEDTIME **until)
{
    static const EVP_MD *(*const digests[])(void) = {EVP_sha1, EVP_sha256};
    int code = -1, reason = 0;
    for (size_t i = 0; i < 2 && code < 0; i++) {
        OCSP_CERTID *id = OCSP_cert_to_id(digests[i](), one, issuer);
        if (id && OCSP_resp_find_status(basic, id, &code, &reason, revoked, from, until) != 1)
            code = -1;
        OCSP_CERTID_free(id);
    }
    return code;
}

static enum status judge_ocsp(const struct buffer *der, X509 *one, X509 *issuer, X509_STORE *roots,
                              const char *url, struct error *error)
{
    const unsigned char *at = der->data;
    ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
    STACK_OF(X509) *help = sk_X509_new_null();
    OCSP_RESPONSE *response = der->size ? d2i_OCSP_RESPONSE(NULL, &at, (long)der->size) : NULL;
    OCSP_BASICRESP *basic =
        response && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL
            ? OCSP_response_get1_basic(response)
            : NULL;
    enum status status = STATUS_OK;
    if (help)
        sk_X509_push(help, issuer);
    if (!basic) {
        status = error_set(error, STATUS_RETRY, _("%s gives no answer about a certificate."), url);
        goto end;
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(roots), now_s());
    int code = find_answer(basic, one, issuer, &revoked, &from, &until);
    if (OCSP_basic_verify(basic, help, roots, OCSP_TRUSTOTHER) != 1 || !is_current(from, until))
        status = error_set(error, STATUS_RETRY,
                           _("The answer of %s about a certificate cannot be believed."), url);
    else if (code == V_OCSP_CERTSTATUS_REVOKED)
        status = say_revoked(one, revoked, error);
    else if (code != V_OCSP_CERTSTATUS_GOOD)
        status = error_set(error, STATUS_RETRY, _("%s does not know the certificate."), url);
end:
    sk_X509_free(help);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    ERR_clear_error();
    return status;
}

static enum status ask_ocsp(struct revocation *revocation, const char *url, X509 *one, X509 *issuer,
                            X509_STORE *roots, struct revocation_proof *proof, struct error *error)
{
    char key[600], *serial = i2s_ASN1_INTEGER(NULL, X509_get0_serialNumber(one));
    snprintf(key, sizeof key, "%.500s %s", url, serial ? serial : "");
    OPENSSL_free(serial);
    struct kept *kept = find_kept(revocation, key);
    if (kept) {
        buffer_add(&proof->der, kept->der.data, kept->der.size);
        return judge_ocsp(&proof->der, one, issuer, roots, url, error);
    }
    unsigned char *der = NULL;
    OCSP_REQUEST *request = make_request(one, issuer);
    int size = request ? i2d_OCSP_REQUEST(request, &der) : 0;
    struct http_question question = {.url = url,
                                     .type = "application/ocsp-request",
                                     .body = der,
                                     .size = size > 0 ? (size_t)size : 0,
                                     .timeout_s = revocation->timeout_s,
                                     .limit = OCSP_MAX};
    enum status status = ask_http(revocation, &question, &proof->der, error);
    if (status == STATUS_OK)
        status = judge_ocsp(&proof->der, one, issuer, roots, url, error);
    if (status == STATUS_OK)
        keep(revocation, key, &proof->der, now_s() + KEEP_OCSP_S);
    OPENSSL_free(der);
    OCSP_REQUEST_free(request);
    return status;
}

/* ---------------------------------------------------------------- CRL */

static enum status judge_crl(X509_CRL *crl, X509 *one, X509 *issuer, const char *url,
                             struct error *error)
{
    X509_REVOKED *entry = NULL;
    if (!crl || X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0 ||
        X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1 ||
        !is_current(X509_CRL_get0_lastUpdate(crl), X509_CRL_get0_nextUpdate(crl)))
        return error_set(error, STATUS_RETRY,
                         _("The list of revoked certificates at %s cannot be believed."), url);
    if (X509_CRL_get0_by_cert(crl, &entry, one) == 1) /* 2: taken off the list again */
        return say_revoked(one, X509_REVOKED_get0_revocationDate(entry), error);
    return STATUS_OK;
}

static enum status ask_crl(struct revocation *revocation, const char *url, X509 *one, X509 *issuer,
                           struct revocation_proof *proof, struct error *error)
{
    struct kept *kept = find_kept(revocation, url);
    enum status status = STATUS_OK;
    struct http_question question = {
        .url = url, .timeout_s = revocation->timeout_s, .limit = CRL_MAX};
    if (kept)
        buffer_add(&proof->der, kept->der.data, kept->der.size);
    else
        status = ask_http(revocation, &question, &proof->der, error);
    if (status != STATUS_OK)
        return status;
    const unsigned char *at = proof->der.data;
    X509_CRL *crl = proof->der.size ? d2i_X509_CRL(NULL, &at, (long)proof->der.size) : NULL;
    status = judge_crl(crl, one, issuer, url, error);
    if (!kept && crl && status != STATUS_RETRY) {
        time_t next = now_s() + KEEP_CRL_S;
        keep(revocation, url, &proof->der, next);
    }
    X509_CRL_free(crl);
    ERR_clear_error();
    return status;
}

/* ---------------------------------------------------------------- both */

static enum status ask_crls(struct revocation *revocation, X509 *one, X509 *issuer,
                            struct revocation_proof *proof, struct error *error)
{
    enum status status = STATUS_END;
    STACK_OF(DIST_POINT) *points = X509_get_ext_d2i(one, NID_crl_distribution_points, NULL, NULL);
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT_NAME *place = sk_DIST_POINT_value(points, i)->distpoint;
        GENERAL_NAMES *names = place && place->type == 0 ? place->name.fullname : NULL;
        for (int j = 0; j < sk_GENERAL_NAME_num(names); j++) {
            const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, j);
            const char *url =
                name->type == GEN_URI
                    ? (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier)
                    : "";
            if (strncmp(url, "http", 4) != 0 || status == STATUS_OK || status == STATUS_REJECT)
                continue;
            buffer_clear(&proof->der);
            status = ask_crl(revocation, url, one, issuer, proof, error);
        }
    }
    sk_DIST_POINT_pop_free(points, DIST_POINT_free);
    return status;
}

enum status revocation_ask(struct revocation *revocation, X509 *one, X509 *issuer,
                           X509_STORE *roots, struct revocation_proof *proof, struct error *error)
{
    enum status status = STATUS_END;
    struct error first = {""};
    STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(one);
    memset(proof, 0, sizeof *proof);
    proof->ocsp = true;
    for (int i = 0; i < sk_OPENSSL_STRING_num(urls); i++) {
        buffer_clear(&proof->der);
        status = ask_ocsp(revocation, sk_OPENSSL_STRING_value(urls, i), one, issuer, roots, proof,
                          &first);
        if (status == STATUS_OK || status == STATUS_REJECT)
            break;
    }
    X509_email_free(urls);
    if (status == STATUS_END || status == STATUS_RETRY) {
        struct error second = {""};
        enum status other = ask_crls(revocation, one, issuer, proof, &second);
        proof->ocsp = false;
        if (other != STATUS_END) {
            status = other;
            first = second;
        }
    }
    if (error && status != STATUS_OK)
        *error = first;
    return status;
}

/* Signed by the issuer, or by a responder whose certificate it made and that was fit then. */
static bool is_signed_answer(OCSP_BASICRESP *basic, X509 *issuer, X509_STORE *roots,
                             const ASN1_GENERALIZEDTIME *from)
{
    STACK_OF(X509) *help = sk_X509_new_null();
    struct tm then = {0};
    bool good = help && sk_X509_push(help, issuer) > 0 && from && ASN1_TIME_to_tm(from, &then) == 1;
    if (good) {
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(roots), timegm(&then));
        good = OCSP_basic_verify(basic, help, roots, OCSP_TRUSTOTHER) == 1;
    }
    sk_X509_free(help);
    return good;
}

static bool answer_says_revoked(const struct buffer *der, X509 *one, X509 *issuer,
                                X509_STORE *roots, time_t when)
{
    const unsigned char *at = der->data;
    ASN1_GENERALIZEDTIME *moment = NULL, *from = NULL, *until = NULL;
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)der->size);
    OCSP_BASICRESP *basic = response ? OCSP_response_get1_basic(response) : NULL;
    bool revoked =
        basic &&
        find_answer(basic, one, issuer, &moment, &from, &until) == V_OCSP_CERTSTATUS_REVOKED &&
        moment && X509_cmp_time(moment, &when) < 0 && is_signed_answer(basic, issuer, roots, from);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    return revoked;
}

static bool list_says_revoked(const struct buffer *der, X509 *one, X509 *issuer, time_t when)
{
    const unsigned char *at = der->data;
    X509_REVOKED *entry = NULL;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der->size);
    bool revoked = crl &&
                   X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 &&
                   X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1 &&
                   X509_CRL_get0_by_cert(crl, &entry, one) == 1 &&
                   X509_cmp_time(X509_REVOKED_get0_revocationDate(entry), &when) < 0;
    X509_CRL_free(crl);
    return revoked;
}

bool revocation_says_revoked(const struct revocation_proof *proof, X509 *one, X509 *issuer,
                             X509_STORE *roots, time_t when)
{
    bool revoked = proof->ocsp ? answer_says_revoked(&proof->der, one, issuer, roots, when)
                               : list_says_revoked(&proof->der, one, issuer, when);
    ERR_clear_error();
    return revoked;
}
