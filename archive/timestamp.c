#include "archive/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "archive/certificate.h"
#include "archive/chain.h"
#include "archive/http.h"
#include "core/file.h"
#include "core/message.h"

#define ANSWER_MAX 65536
#define NONCE_SIZE 8

static const EVP_MD *digest_of(enum hash_kind kind)
{
    return kind == HASH_SHA512 ? EVP_sha512() : kind == HASH_SHA384 ? EVP_sha384() : EVP_sha256();
}

/* ---------------------------------------------------------------- asking */

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

static enum status check_answer(const char *url, const TS_REQ *request, TS_RESP *answer,
                                enum hash_kind kind, const uint8_t *digest, X509_STORE *roots,
                                struct buffer *token, struct error *error)
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
    else if (!timestamp_check(der, (size_t)size, kind, digest, roots, 0, &reading, keep_first,
                              fault))
        status =
            error_set(error, STATUS_RETRY, _("The time-stamp of %s does not hold: %s"), url, fault);
    else
        status = check_clock(url, reading.time, error);
    if (status == STATUS_OK)
        buffer_add(token, der, (size_t)size);
    OPENSSL_free(der);
    timestamp_reading_clear(&reading);
    return status;
}

static enum status ask(const char *url, const struct archive_settings *settings,
                       enum hash_kind kind, const uint8_t *digest, X509_STORE *roots,
                       struct buffer *token, struct error *error)
{
    unsigned char *der = NULL;
    struct buffer bytes = {0};
    TS_RESP *answer = NULL;
    TS_REQ *request = make_request(kind, digest);
    int size = request ? i2d_TS_REQ(request, &der) : 0;
    struct http_question question = {.url = url,
                                     .type = "application/timestamp-query",
                                     .body = der,
                                     .size = size > 0 ? (size_t)size : 0,
                                     .timeout_s = settings->tsa_timeout_s,
                                     .limit = ANSWER_MAX};
    enum status status = size > 0 ? http_ask(&question, &bytes, error)
                                  : error_set(error, STATUS_RETRY,
                                              _("The question for a time-stamp cannot be made."));
    if (status != STATUS_OK)
        goto end;
    const unsigned char *at = bytes.data;
    answer = bytes.size ? d2i_TS_RESP(NULL, &at, (long)bytes.size) : NULL;
    status = answer
                 ? check_answer(url, request, answer, kind, digest, roots, token, error)
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

enum status timestamp_get(const struct archive_settings *settings, struct rest *rest,
                          enum hash_kind kind, const uint8_t *digest, struct buffer *token,
                          struct error *error)
{
    X509_STORE *roots = NULL;
    enum status status = chain_roots(archive_roots(settings), &roots, error);
    if (status != STATUS_OK)
        return status;
    if (!roots) /* an answer that nobody vouches for is worth nothing */
        return error_set(error, STATUS_FATAL,
                         _("Time-stamps need trusted roots: name their PEM file in archive.trust, "
                           "trust_public or trust_government."));
    const char *at = settings->tsa ? settings->tsa : "";
    struct error why = {""};
    status = no_authority(&why);
    for (char *url = next_url(&at); url; url = next_url(&at)) {
        bool rests = rest_ask(rest, url, &why) == STATUS_RETRY;
        status = rests ? STATUS_RETRY : ask(url, settings, kind, digest, roots, token, &why);
        if (!rests)
            rest_note(rest, url, status, &why);
        free(url);
        if (status == STATUS_OK)
            break;
    }
    X509_STORE_free(roots);
    if (status != STATUS_OK && error)
        *error = why;
    return status;
}

/* ---------------------------------------------------------------- judging */

struct judging {
    void (*finding)(void *context, const char *sentence);
    void *context;
    bool good;
};

static void tell(struct judging *judging, const char *sentence)
{
    judging->good = false;
    judging->finding(judging->context, sentence);
}

static PKCS7 *read_token(const uint8_t *bytes, size_t size, size_t *used, TS_TST_INFO **info)
{
    const unsigned char *at = bytes;
    PKCS7 *token = d2i_PKCS7(NULL, &at, (long)size);
    *info = token && PKCS7_type_is_signed(token) ? PKCS7_to_TS_TST_INFO(token) : NULL;
    *used = token ? (size_t)(at - bytes) : 0;
    if (token && !*info) {
        PKCS7_free(token);
        token = NULL;
    }
    ERR_clear_error();
    return token;
}

bool timestamp_digest(const uint8_t *bytes, size_t size, enum hash_kind *kind,
                      void (*finding)(void *context, const char *sentence), void *context)
{
    struct judging judging = {finding, context, true};
    TS_TST_INFO *info = NULL;
    size_t used = 0;
    PKCS7 *token = read_token(bytes, size, &used, &info);
    const ASN1_OBJECT *object = NULL;
    if (info)
        X509_ALGOR_get0(&object, NULL, NULL,
                        TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info)));
    int nid = object ? OBJ_obj2nid(object) : NID_undef;
    *kind = nid == NID_sha512 ? HASH_SHA512 : nid == NID_sha384 ? HASH_SHA384 : HASH_SHA256;
    if (!info)
        tell(&judging, _("A time-stamp is not readable."));
    else if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512)
        tell(&judging, _("A time-stamp uses an old digest algorithm."));
    TS_TST_INFO_free(info);
    PKCS7_free(token);
    return judging.good;
}

/* Without roots the chain is not judged: then what comes with the token counts as a root. */
static X509_STORE *roots_of(X509_STORE *roots, STACK_OF(X509) * others)
{
    if (roots) {
        X509_STORE_up_ref(roots);
        return roots;
    }
    X509_STORE *own = X509_STORE_new();
    for (int i = 0; own && i < sk_X509_num(others); i++)
        X509_STORE_add_cert(own, sk_X509_value(others, i));
    if (own)
        X509_STORE_set_flags(own, X509_V_FLAG_PARTIAL_CHAIN);
    return own;
}

/* One call of OpenSSL's verifier; 0: all is well, else its reason. */
static int verify_as(PKCS7 *token, enum hash_kind kind, const uint8_t *digest, unsigned flags,
                     X509_STORE *store)
{
    size_t size = hash_kind_size(kind);
    TS_VERIFY_CTX *context = TS_VERIFY_CTX_new();
    unsigned char *copy = OPENSSL_memdup(digest, size);
    int reason = ERR_R_MALLOC_FAILURE;
    if (context && copy) {
        TS_VERIFY_CTX_set_flags(context, (int)flags);
        TS_VERIFY_CTX_set_imprint(context, copy, (long)size);
        copy = NULL;
        if (store && X509_STORE_up_ref(store))
            TS_VERIFY_CTX_set_store(context, store);
        ERR_clear_error();
        bool good = TS_RESP_verify_token(context, token) == 1;
        int code = ERR_GET_REASON(ERR_peek_last_error());
        reason = good ? 0 : code ? code : ERR_R_MALLOC_FAILURE;
    }
    OPENSSL_free(copy);
    TS_VERIFY_CTX_free(context);
    ERR_clear_error();
    return reason;
}

/* Is it about these bytes, and is its signature that of the certificate it brings? */
static bool is_intact(PKCS7 *token, enum hash_kind kind, const uint8_t *digest,
                      struct judging *judging)
{
    int reason = verify_as(token, kind, digest, TS_VFY_VERSION | TS_VFY_IMPRINT, NULL);
    if (reason) {
        tell(judging, reason == TS_R_MESSAGE_IMPRINT_MISMATCH
                          ? _("The time-stamp is for other bytes.")
                          : _("The time-stamp is damaged."));
        return false;
    }
    bool good = PKCS7_verify(token, NULL, NULL, NULL, NULL, PKCS7_NOVERIFY) == 1;
    ERR_clear_error();
    if (!good)
        tell(judging, _("The time-stamp was not signed by its authority, or was changed."));
    return good;
}

static void tell_chain(X509_STORE *store, const struct timestamp_reading *reading, time_t when,
                       struct judging *judging)
{
    char sentence[400], who[150];
    int code = chain_build(store, reading->certificate, reading->others, when, NULL);
    certificate_name(X509_get_subject_name(reading->certificate), who, sizeof who);
    snprintf(sentence, sizeof sentence, _("The time-stamp authority %s is not trusted: %s."), who,
             code == X509_V_OK ? _("its certificate was not made for time-stamps")
                               : chain_fault(code));
    tell(judging, sentence);
}

/* Digest and signature first; then ESS attribute, key usage and chain as OpenSSL's verifier has
 * them. */
static void verify(PKCS7 *token, enum hash_kind kind, const uint8_t *digest, X509_STORE *roots,
                   time_t when, struct timestamp_reading *reading, struct judging *judging)
{
    const unsigned all = TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE;
    if (!is_intact(token, kind, digest, judging))
        return;
    X509_STORE *store = roots_of(roots, token->d.sign->cert);
    if (!store) {
        tell(judging, _("A time-stamp could not be judged for want of memory."));
        return;
    }
    /* the store's own rules, as they were */
    X509_VERIFY_PARAM *rules = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_time(rules, when);
    X509_VERIFY_PARAM_set_auth_level(rules, 2);
    int reason = verify_as(token, kind, digest, all, store);
    reading->intact = reason == 0 || reason == TS_R_CERTIFICATE_VERIFY_ERROR;
    if (reason == TS_R_CERTIFICATE_VERIFY_ERROR)
        tell_chain(store, reading, when, judging);
    else if (reason)
        tell(judging, _("The time-stamp does not name its authority's certificate, or names "
                        "another one."));
    X509_STORE_free(store);
}

static bool read_info(PKCS7 *token, TS_TST_INFO *info, struct timestamp_reading *reading)
{
    struct tm utc;
    if (!ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &utc))
        return false;
    reading->time = timegm(&utc);
    certificate_time(TS_TST_INFO_get_time(info), reading->iso);
    reading->others = sk_X509_new_null();
    for (int i = 0; i < sk_X509_num(token->d.sign->cert); i++) {
        X509 *one = sk_X509_value(token->d.sign->cert, i);
        X509_up_ref(one);
        sk_X509_push(reading->others, one);
    }
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    if (sk_X509_num(signers) == 1) {
        reading->certificate = sk_X509_value(signers, 0);
        X509_up_ref(reading->certificate);
    }
    sk_X509_free(signers);
    ERR_clear_error();
    return reading->certificate != NULL;
}

bool timestamp_check(const uint8_t *bytes, size_t size, enum hash_kind kind, const uint8_t *digest,
                     X509_STORE *roots, time_t when, struct timestamp_reading *reading,
                     void (*finding)(void *context, const char *sentence), void *context)
{
    struct judging judging = {finding, context, true};
    TS_TST_INFO *info = NULL;
    memset(reading, 0, sizeof *reading);
    PKCS7 *token = read_token(bytes, size, &reading->size, &info);
    if (!token)
        tell(&judging, _("A time-stamp is not readable."));
    else if (!read_info(token, info, reading))
        tell(&judging, _("A time-stamp does not bring its authority's certificate."));
    else
        verify(token, kind, digest, roots, when ? when : reading->time, reading, &judging);
    TS_TST_INFO_free(info);
    PKCS7_free(token);
    return judging.good;
}

void timestamp_reading_clear(struct timestamp_reading *reading)
{
    X509_free(reading->certificate);
    sk_X509_pop_free(reading->others, X509_free);
    memset(reading, 0, sizeof *reading);
}

void timestamp_until(const uint8_t *bytes, size_t size, char until[26])
{
    struct timestamp_reading reading = {.size = 0};
    TS_TST_INFO *info = NULL;
    PKCS7 *token = read_token(bytes, size, &reading.size, &info);
    until[0] = '\0';
    if (token && read_info(token, info, &reading))
        certificate_time(X509_get0_notAfter(reading.certificate), until);
    TS_TST_INFO_free(info);
    PKCS7_free(token);
    timestamp_reading_clear(&reading);
}

enum status archive_stamp_until(const struct archive_settings *settings, char until[26],
                                struct error *error)
{
    static const uint8_t nothing[HASH_SIZE];
    struct buffer token = {0};
    enum status status = timestamp_get(settings, NULL, HASH_SHA256, nothing, &token, error);
    until[0] = '\0';
    if (status == STATUS_OK)
        timestamp_until(token.data, token.size, until);
    buffer_clear(&token);
    return status;
}
