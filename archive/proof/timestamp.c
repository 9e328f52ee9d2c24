#include "archive/proof/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include "archive/sign/algorithm.h"
#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "core/message.h"

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

/* Tokens come in BER, too, which is longer; but one that is as long as its DER must be it, or some
 * bit of it says nothing. */
static bool is_encoded_well(PKCS7 *token, const uint8_t *bytes, size_t size)
{
    unsigned char *again = NULL;
    int length = i2d_PKCS7(token, &again);
    bool well = length > 0 && ((size_t)length != size || memcmp(again, bytes, size) == 0);
    OPENSSL_free(again);
    return well;
}

/* What nothing signs is held against the one value it can have (RFC 5652 5.1, 5.3). */
static bool check_frame(const PKCS7 *token, const PKCS7_SIGNER_INFO *signer, X509 *certificate,
                        struct judging *judging)
{
    const PKCS7_SIGNED *body = token->d.sign;
    const X509_ALGOR *listed =
        sk_X509_ALGOR_num(body->md_algs) == 1 ? sk_X509_ALGOR_value(body->md_algs, 0) : NULL;
    const ASN1_OBJECT *first = NULL, *second = NULL;
    if (algorithm_is_old_digest(signer->digest_alg)) {
        tell(judging, _("A time-stamp uses an old digest algorithm."));
        return false;
    }
    if (!algorithm_fits(signer->digest_enc_alg, signer->digest_alg,
                        X509_get0_pubkey(certificate))) {
        tell(judging, _("The time-stamp names another algorithm than the one it was made by."));
        return false;
    }
    if (listed) {
        X509_ALGOR_get0(&first, NULL, NULL, listed);
        X509_ALGOR_get0(&second, NULL, NULL, signer->digest_alg);
    }
    if (!listed || OBJ_cmp(first, second) != 0 || !algorithm_is_digest(listed) ||
        !algorithm_is_digest(signer->digest_alg) || ASN1_INTEGER_get(body->version) != 3 ||
        ASN1_INTEGER_get(signer->version) != 1 ||
        !certificate_is_issued_by(certificate, signer->issuer_and_serial->issuer))
        tell(judging, _("The time-stamp is damaged."));
    return judging->good;
}

/* Is it about these bytes, and is its signature that of the certificate it brings? */
static bool is_intact(PKCS7 *token, X509 *certificate, enum hash_kind kind, const uint8_t *digest,
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
    return good && check_frame(token, sk_PKCS7_SIGNER_INFO_value(token->d.sign->signer_info, 0),
                               certificate, judging);
}

static void tell_chain(X509_STORE *store, struct timestamp_reading *reading, time_t when,
                       struct judging *judging)
{
    char sentence[400], who[150];
    int code = chain_build(store, reading->certificate, reading->others, when, NULL);
    certificate_name(X509_get_subject_name(reading->certificate), who, sizeof who);
    reading->over = code == X509_V_ERR_CERT_HAS_EXPIRED;
    if (reading->over)
        snprintf(sentence, sizeof sentence,
                 _("The certificate of the time-stamp authority %s has expired, and no later "
                   "time-stamp proves that its own is older."),
                 who);
    else
        snprintf(sentence, sizeof sentence, _("The time-stamp authority %s is not trusted: %s."),
                 who,
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
    if (!is_intact(token, reading->certificate, kind, digest, judging))
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

bool timestamp_is_ahead(const struct timestamp_reading *reading, time_t when, char sentence[400])
{
    char who[150], shown[MESSAGE_DATE_SIZE];
    /* two clocks, each off as far as may be */
    if (!reading->intact || reading->time <= when + 2 * TIMESTAMP_SKEW_S)
        return false;
    certificate_name(X509_get_subject_name(reading->certificate), who, sizeof who);
    snprintf(sentence, 400,
             _("The time-stamp of %s says a time (%s) after that at which it was there: the clock "
               "of its authority, of the authority that stamped it again, or of this computer is "
               "wrong."),
             who, message_date(reading->iso, shown));
    return true;
}

bool timestamp_check(const uint8_t *bytes, size_t size, enum hash_kind kind, const uint8_t *digest,
                     X509_STORE *roots, time_t when, struct timestamp_reading *reading,
                     void (*finding)(void *context, const char *sentence), void *context)
{
    struct judging judging = {finding, context, true};
    TS_TST_INFO *info = NULL;
    char ahead[400];
    memset(reading, 0, sizeof *reading);
    PKCS7 *token = read_token(bytes, size, &reading->size, &info);
    if (!token)
        tell(&judging, _("A time-stamp is not readable."));
    else if (!read_info(token, info, reading))
        tell(&judging, _("A time-stamp does not bring its authority's certificate."));
    else if (!is_encoded_well(token, bytes, reading->size))
        tell(&judging, _("The time-stamp is damaged."));
    else
        verify(token, kind, digest, roots, when ? when : reading->time, reading, &judging);
    if (judging.good && roots && when && timestamp_is_ahead(reading, when, ahead))
        tell(&judging, ahead);
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

bool timestamp_read(const uint8_t *bytes, size_t size, struct timestamp_reading *reading)
{
    TS_TST_INFO *info = NULL;
    memset(reading, 0, sizeof *reading);
    PKCS7 *token = read_token(bytes, size, &reading->size, &info);
    bool good = token && read_info(token, info, reading);
    TS_TST_INFO_free(info);
    PKCS7_free(token);
    return good;
}

void timestamp_until(const uint8_t *bytes, size_t size, char until[26])
{
    struct timestamp_reading reading;
    until[0] = '\0';
    if (timestamp_read(bytes, size, &reading))
        certificate_time(X509_get0_notAfter(reading.certificate), until);
    timestamp_reading_clear(&reading);
}

struct archive_settings timestamp_patient(const struct archive_settings *settings)
{
    struct archive_settings patient = *settings;
    if (patient.tsa_timeout_s < patient.tsa_patience_s)
        patient.tsa_timeout_s = patient.tsa_patience_s;
    return patient;
}

enum status archive_stamp_until(const struct archive_settings *settings, char until[26],
                                struct error *error)
{
    static const uint8_t nothing[HASH_SIZE];
    struct buffer token = {0};
    const struct archive_settings patient = timestamp_patient(settings);
    enum status status = timestamp_get(&patient, NULL, NULL, HASH_SHA256, nothing, &token, error);
    until[0] = '\0';
    if (status == STATUS_OK)
        timestamp_until(token.data, token.size, until);
    buffer_clear(&token);
    return status;
}
