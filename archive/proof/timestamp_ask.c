#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/proof/http.h"
#include "archive/proof/timestamp.h"
#include "core/file.h"
#include "core/message.h"

#define ANSWER_MAX 65536
#define NONCE_SIZE 8
#define REVOCATION_S 10.0 /* they serve files; only time-stamps may take minutes */

static const EVP_MD *digest_of(enum hash_kind kind)
{
    return kind == HASH_SHA512 ? EVP_sha512() : kind == HASH_SHA384 ? EVP_sha384() : EVP_sha256();
}

struct asking {
    const struct archive_settings *settings;
    struct revocation *revocation;
    enum hash_kind kind;
    const uint8_t *digest;
    X509_STORE *roots;
};

static TS_REQ *make_request(enum hash_kind kind, const uint8_t *digest)
{
    uint8_t random[NONCE_SIZE];
    bool done = false;
    TS_REQ *request = TS_REQ_new();
    TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    hash_random(random, sizeof random);
    random[0] = (uint8_t)((random[0] & 0x7F) | 0x40); /* positive, always as long */
    BIGNUM *number = BN_bin2bn(random, sizeof random, NULL);
    ASN1_INTEGER *nonce = number ? BN_to_ASN1_INTEGER(number, NULL) : NULL;
    if (!request || !imprint || !algorithm || !nonce)
        goto end;
    X509_ALGOR_set0(algorithm, OBJ_nid2obj(EVP_MD_get_type(digest_of(kind))), V_ASN1_NULL, NULL);
    done = TS_REQ_set_version(request, 1) && TS_MSG_IMPRINT_set_algo(imprint, algorithm) &&
           TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)digest,
                                  (int)hash_kind_size(kind)) &&
           TS_REQ_set_msg_imprint(request, imprint) && TS_REQ_set_nonce(request, nonce) &&
           TS_REQ_set_cert_req(request, 1);
end:
    ASN1_INTEGER_free(nonce);
    BN_free(number);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(imprint);
    if (!done) {
        TS_REQ_free(request);
        request = NULL;
    }
    return request;
}

static void keep_first(void *context, const char *sentence)
{
    char *kept = context;
    if (!kept[0])
        snprintf(kept, 300, "%s", sentence);
}

/* The nonce is the proof that the answer is to this question and not an old one. */
static bool same_nonce(const TS_REQ *request, TS_TST_INFO *info)
{
    const ASN1_INTEGER *given = TS_TST_INFO_get_nonce(info);
    return given && ASN1_INTEGER_cmp(given, TS_REQ_get_nonce(request)) == 0;
}

static enum status check_clock(const char *url, time_t said, struct error *error)
{
    char iso[26];
    time_t now = 0;
    file_now(iso);
    certificate_seconds(iso, &now);
    long apart = (long)(now > said ? now - said : said - now);
    if (apart <= TIMESTAMP_SKEW_S)
        return STATUS_OK;
    return error_set(error, STATUS_RETRY,
                     _("The clock of this computer and that of %s are %ld seconds apart: set the "
                       "clock right."),
                     url, apart);
}

/* No proof in a file can tell that a time is true when its authority's key was given up before. Who
 * does not answer about it now is asked again for the DSS. */
static enum status ask_about(const struct timestamp_reading *reading, X509_STORE *roots,
                             struct revocation *revocation, struct error *error)
{
    STACK_OF(X509) *chain = NULL;
    enum status status = STATUS_OK;
    chain_build(roots, reading->certificate, reading->others, reading->time, &chain);
    for (int i = 0; i + 1 < sk_X509_num(chain) && status != STATUS_REJECT; i++) {
        struct proof proof;
        status = revocation_ask(revocation, sk_X509_value(chain, i), sk_X509_value(chain, i + 1),
                                &proof, error);
        buffer_clear(&proof.der);
    }
    sk_X509_pop_free(chain, X509_free);
    return status == STATUS_REJECT ? STATUS_RETRY : STATUS_OK; /* another may stamp */
}

static enum status check_answer(const struct asking *asking, const char *url, const TS_REQ *request,
                                TS_RESP *answer, struct buffer *token, struct error *error)
{
    struct timestamp_reading reading = {.size = 0};
    char fault[300] = "";
    unsigned char *der = NULL;
    enum status status = STATUS_OK;
    PKCS7 *given = TS_RESP_get_token(answer);
    TS_TST_INFO *info = TS_RESP_get_tst_info(answer);
    long code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer)));
    if ((code != TS_STATUS_GRANTED && code != TS_STATUS_GRANTED_WITH_MODS) || !given || !info)
        return error_set(error, STATUS_RETRY, _("%s refuses to stamp (status %ld)."), url, code);
    int size = i2d_PKCS7(given, &der);
    if (size <= 0 || !same_nonce(request, info))
        status = error_set(error, STATUS_RETRY,
                           _("%s answers another question than was asked (wrong nonce)."), url);
    else if (!timestamp_check(der, (size_t)size, asking->kind, asking->digest, asking->roots, 0,
                              &reading, keep_first, fault))
        status =
            error_set(error, STATUS_RETRY, _("The time-stamp of %s does not hold: %s"), url, fault);
    else
        status = check_clock(url, reading.time, error);
    if (status == STATUS_OK)
        status = ask_about(&reading, asking->roots, asking->revocation, error);
    if (status == STATUS_OK)
        buffer_add(token, der, (size_t)size);
    OPENSSL_free(der);
    timestamp_reading_clear(&reading);
    return status;
}

static enum status ask(const struct asking *asking, const char *url, struct buffer *token,
                       struct error *error)
{
    unsigned char *der = NULL;
    struct buffer bytes = {0};
    TS_RESP *answer = NULL;
    TS_REQ *request = make_request(asking->kind, asking->digest);
    int size = request ? i2d_TS_REQ(request, &der) : 0;
    struct http_question question = {.url = url,
                                     .type = "application/timestamp-query",
                                     .body = der,
                                     .size = size > 0 ? (size_t)size : 0,
                                     .timeout_s = asking->settings->tsa_timeout_s,
                                     .limit = ANSWER_MAX};
    enum status status = size > 0 ? http_ask(&question, &bytes, error)
                                  : error_set(error, STATUS_RETRY,
                                              _("The question for a time-stamp cannot be made."));
    if (status != STATUS_OK)
        goto end;
    const unsigned char *at = bytes.data;
    answer = bytes.size ? d2i_TS_RESP(NULL, &at, (long)bytes.size) : NULL;
    status = answer
                 ? check_answer(asking, url, request, answer, token, error)
                 : error_set(error, STATUS_RETRY, _("%s answers with what is no time-stamp."), url);
end:
    TS_RESP_free(answer);
    TS_REQ_free(request);
    OPENSSL_free(der);
    buffer_clear(&bytes);
    ERR_clear_error();
    return status;
}

/* The next URL of the list, to be freed; NULL: no more. */
static char *next_url(const char **at)
{
    const char *blanks = " ,\t\n";
    *at += strspn(*at, blanks);
    size_t length = strcspn(*at, blanks);
    char *url = length > 0 ? strndup(*at, length) : NULL;
    *at += length;
    return url;
}

static enum status no_authority(struct error *error)
{
    return error_set(error, STATUS_FATAL,
                     _("No time-stamp authority is set: give its URL in archive.tsa."));
}

enum status timestamp_no_roots(struct error *error)
{
    return error_set(error, STATUS_FATAL,
                     _("Time-stamps need trusted roots: name their PEM file in archive.trust, "
                       "trust_public or trust_government."));
}

enum status timestamp_rests(const struct archive_settings *settings, const struct rest *rest,
                            struct error *error)
{
    const char *at = settings->tsa ? settings->tsa : "";
    enum status status = STATUS_OK;
    char *url = next_url(&at);
    while (url) {
        status = rest_ask(rest, url, error);
        free(url);
        url = status == STATUS_RETRY ? next_url(&at) : NULL;
    }
    return status;
}

/* The authorities in turn, but for those that rest. */
static enum status ask_each(const struct asking *asking, struct rest *rest, struct buffer *token,
                            struct error *error)
{
    const char *at = asking->settings->tsa ? asking->settings->tsa : "";
    enum status status = no_authority(error);
    for (char *url = next_url(&at); url; url = next_url(&at)) {
        bool rests = rest_ask(rest, url, error) == STATUS_RETRY;
        status = rests ? STATUS_RETRY : ask(asking, url, token, error);
        if (!rests)
            rest_note(rest, url, status, error);
        free(url);
        if (status == STATUS_OK)
            break;
    }
    return status;
}

enum status timestamp_get(const struct archive_settings *settings, struct rest *rest,
                          struct revocation *revocation, enum hash_kind kind, const uint8_t *digest,
                          struct buffer *token, struct error *error)
{
    struct asking asking = {settings, revocation, kind, digest, NULL};
    struct revocation *own = NULL;
    struct error why = {""};
    enum status status = chain_roots(archive_roots(settings), &asking.roots, error);
    if (status != STATUS_OK)
        return status;
    if (!asking.roots) /* an answer that nobody vouches for is worth nothing */
        return timestamp_no_roots(error);
    if (!revocation)
        asking.revocation = own = revocation_new(
            settings->tsa_timeout_s < REVOCATION_S ? settings->tsa_timeout_s : REVOCATION_S, rest);
    status = ask_each(&asking, rest, token, &why);
    revocation_free(own);
    X509_STORE_free(asking.roots);
    if (status != STATUS_OK && error)
        *error = why;
    return status;
}
