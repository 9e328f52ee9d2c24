#include "archive/proof/revocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "archive/sign/certificate.h"
#include "archive/proof/http.h"
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

static enum status say_revoked(X509 *one, const struct proof_saying *saying, struct error *error)
{
    char who[150], shown[MESSAGE_DATE_SIZE];
    certificate_name(X509_get_subject_name(one), who, sizeof who);
    return error_set(error, STATUS_REJECT,
                     _("The certificate of %s was revoked on %s: it must not be used any more."),
                     who, message_date(saying->revoked_at, shown));
}

/* Of now: from not after it, until not before it (when it says one). */
static bool is_current(const struct proof_saying *saying)
{
    time_t now = now_s();
    return saying->from && saying->from < now + SKEW_S &&
           (!saying->until || saying->until > now - SKEW_S);
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

static enum status judge_ocsp(const struct proof *proof, X509 *one, X509 *issuer, const char *url,
                              struct error *error)
{
    struct proof_saying saying = proof_says(proof, one, issuer);
    if (!proof_is_readable(proof))
        return error_set(error, STATUS_RETRY, _("%s gives no answer about a certificate."), url);
    if (saying.word == PROOF_NOTHING || !is_current(&saying))
        return error_set(error, STATUS_RETRY,
                         _("The answer of %s about a certificate cannot be believed."), url);
    if (saying.word == PROOF_UNKNOWN)
        return error_set(error, STATUS_RETRY, _("%s does not know the certificate."), url);
    return saying.word == PROOF_REVOKED ? say_revoked(one, &saying, error) : STATUS_OK;
}

static enum status ask_ocsp(struct revocation *revocation, const char *url, X509 *one, X509 *issuer,
                            struct proof *proof, struct error *error)
{
    char key[600], *serial = i2s_ASN1_INTEGER(NULL, X509_get0_serialNumber(one));
    snprintf(key, sizeof key, "%.500s %s", url, serial ? serial : "");
    OPENSSL_free(serial);
    struct kept *kept = find_kept(revocation, key);
    if (kept) {
        buffer_add(&proof->der, kept->der.data, kept->der.size);
        return judge_ocsp(proof, one, issuer, url, error);
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
        status = judge_ocsp(proof, one, issuer, url, error);
    if (status == STATUS_OK)
        keep(revocation, key, &proof->der, now_s() + KEEP_OCSP_S);
    OPENSSL_free(der);
    OCSP_REQUEST_free(request);
    return status;
}

/* ---------------------------------------------------------------- CRL */

static enum status judge_crl(const struct proof *proof, X509 *one, X509 *issuer, const char *url,
                             struct error *error)
{
    struct proof_saying saying = proof_says(proof, one, issuer);
    if (saying.word == PROOF_NOTHING || !is_current(&saying))
        return error_set(error, STATUS_RETRY,
                         _("The list of revoked certificates at %s cannot be believed."), url);
    return saying.word == PROOF_REVOKED ? say_revoked(one, &saying, error) : STATUS_OK;
}

static enum status ask_crl(struct revocation *revocation, const char *url, X509 *one, X509 *issuer,
                           struct proof *proof, struct error *error)
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
    status = judge_crl(proof, one, issuer, url, error);
    if (!kept && status != STATUS_RETRY)
        keep(revocation, url, &proof->der, now_s() + KEEP_CRL_S);
    return status;
}

/* ---------------------------------------------------------------- both */

static enum status ask_crls(struct revocation *revocation, X509 *one, X509 *issuer,
                            struct proof *proof, struct error *error)
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
                           struct proof *proof, struct error *error)
{
    enum status status = STATUS_END;
    struct error first = {""};
    STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(one);
    memset(proof, 0, sizeof *proof);
    proof->ocsp = true;
    for (int i = 0; i < sk_OPENSSL_STRING_num(urls); i++) {
        buffer_clear(&proof->der);
        status = ask_ocsp(revocation, sk_OPENSSL_STRING_value(urls, i), one, issuer, proof, &first);
        if (status == STATUS_OK || status == STATUS_REJECT)
            break;
    }
    X509_email_free(urls);
    if (status == STATUS_END || status == STATUS_RETRY) {
        struct error second = {""};
        proof->ocsp = false;
        enum status other = ask_crls(revocation, one, issuer, proof, &second);
        if (other != STATUS_END) {
            status = other;
            first = second;
        }
    }
    if (error && status != STATUS_OK)
        *error = first;
    return status;
}
