#include "archive/proof/proof.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "archive/sign/algorithm.h"
#include "archive/sign/certificate.h"

#define SKEW_S 600            /* two clocks, each 300 s off */
#define ENDLESS_S (24 * 3600) /* how long a word without an end is of now */

static time_t seconds_of(const ASN1_TIME *time)
{
    struct tm utc = {0};
    return time && ASN1_TIME_to_tm(time, &utc) == 1 ? timegm(&utc) : 0;
}

static void say_revoked(struct proof_saying *saying, const ASN1_TIME *when, int reason)
{
    saying->word = PROOF_REVOKED;
    saying->revoked = seconds_of(when);
    saying->reason = reason;
    certificate_time(when, saying->revoked_at);
}

/* ---------------------------------------------------------------- lists */

static X509_CRL *read_list(const struct buffer *der)
{
    const unsigned char *at = der->data;
    return der->size ? d2i_X509_CRL(NULL, &at, (long)der->size) : NULL;
}

/* Is the same place named in the list and in the certificate? Both are of this issuer. */
static bool same_point(DIST_POINT_NAME *list, DIST_POINT_NAME *point, X509 *issuer)
{
    const X509_NAME *name = X509_get_subject_name(issuer);
    if (!point || list->type != point->type)
        return false;
    if (list->type == 1) /* relative to the issuer's name */
        return DIST_POINT_set_dpname(list, name) == 1 && DIST_POINT_set_dpname(point, name) == 1 &&
               X509_NAME_cmp(list->dpname, point->dpname) == 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(list->name.fullname); i++)
        for (int k = 0; k < sk_GENERAL_NAME_num(point->name.fullname); k++)
            if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(list->name.fullname, i),
                                 sk_GENERAL_NAME_value(point->name.fullname, k)) == 0)
                return true;
    return false;
}

static bool names_point(X509 *one, X509 *issuer, DIST_POINT_NAME *list)
{
    STACK_OF(DIST_POINT) *points = X509_get_ext_d2i(one, NID_crl_distribution_points, NULL, NULL);
    bool found = false;
    for (int i = 0; i < sk_DIST_POINT_num(points) && !found; i++)
        found = same_point(list, sk_DIST_POINT_value(points, i)->distpoint, issuer);
    sk_DIST_POINT_pop_free(points, DIST_POINT_free);
    return found;
}

/* Is the list about certificates like this one, and about every reason (RFC 5280 5.2.5)? */
static bool is_in_scope(const X509_CRL *list, X509 *one, X509 *issuer)
{
    int critical = 0;
    ISSUING_DIST_POINT *scope =
        X509_CRL_get_ext_d2i(list, NID_issuing_distribution_point, &critical, NULL);
    bool ca = X509_check_ca(one) > 0;
    bool in = scope ? !scope->onlyattr && !scope->onlysomereasons && !(scope->onlyuser && ca) &&
                          !(scope->onlyCA && !ca) &&
                          (!scope->distpoint || names_point(one, issuer, scope->distpoint))
                    : critical == -1; /* none; else one that cannot be read, or two */
    ISSUING_DIST_POINT_free(scope);
    return in;
}

static bool is_known(const X509_EXTENSION *extension)
{
    static const int known[] = {NID_issuing_distribution_point,
                                NID_crl_number,
                                NID_authority_key_identifier,
                                NID_crl_reason,
                                NID_invalidity_date,
                                NID_certificate_issuer};
    int nid = OBJ_obj2nid(X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (nid == known[i])
            return true;
    return X509_EXTENSION_get_critical(extension) == 0;
}

static bool all_known(const STACK_OF(X509_EXTENSION) * extensions)
{
    for (int i = 0; i < sk_X509_EXTENSION_num(extensions); i++)
        if (!is_known(sk_X509_EXTENSION_value(extensions, i)))
            return false;
    return true;
}

/* Does the list say all there is about certificates like this one, so that silence means good? */
static bool is_complete(X509_CRL *list, X509 *one, X509 *issuer)
{
    const X509_ALGOR *algorithm = NULL;
    X509_CRL_get0_signature(list, NULL, &algorithm);
    if (!algorithm_is_strong(algorithm) || X509_CRL_get_ext_by_NID(list, NID_delta_crl, -1) >= 0 ||
        !all_known(X509_CRL_get0_extensions(list)) || !is_in_scope(list, one, issuer))
        return false;
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(list);
    for (int i = 0; i < sk_X509_REVOKED_num(entries); i++)
        if (!all_known(X509_REVOKED_get0_extensions(sk_X509_REVOKED_value(entries, i))))
            return false;
    return true;
}

static int reason_of(const X509_REVOKED *entry)
{
    ASN1_ENUMERATED *value = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    int reason = value ? (int)ASN1_ENUMERATED_get(value) : -1;
    ASN1_ENUMERATED_free(value);
    return reason;
}

static void hear_list(const struct buffer *der, X509 *one, X509 *issuer,
                      struct proof_saying *saying)
{
    X509_REVOKED *entry = NULL;
    X509_CRL *list = read_list(der);
    if (!list || X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0 ||
        !(X509_get_key_usage(issuer) & KU_CRL_SIGN) ||
        X509_CRL_verify(list, X509_get0_pubkey(issuer)) != 1)
        goto end;
    saying->from = seconds_of(X509_CRL_get0_lastUpdate(list));
    saying->until = seconds_of(X509_CRL_get0_nextUpdate(list));
    if (X509_CRL_get0_by_cert(list, &entry, one) == 1) /* 2: taken off the list again */
        say_revoked(saying, X509_REVOKED_get0_revocationDate(entry), reason_of(entry));
    else if (is_complete(list, one, issuer))
        saying->word = PROOF_GOOD;
end:
    X509_CRL_free(list);
}

/* ---------------------------------------------------------------- answers */

static OCSP_BASICRESP *read_answer(const struct buffer *der)
{
    const unsigned char *at = der->data;
    OCSP_RESPONSE *response = der->size ? d2i_OCSP_RESPONSE(NULL, &at, (long)der->size) : NULL;
    OCSP_BASICRESP *basic =
        response && OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL
            ? OCSP_response_get1_basic(response)
            : NULL;
    OCSP_RESPONSE_free(response);
    return basic;
}

/* By the issuer, or by a responder whose certificate it made and that was fit then. */
static bool is_signed(OCSP_BASICRESP *basic, X509 *issuer)
{
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *help = sk_X509_new_null();
    time_t then = seconds_of(OCSP_resp_get0_produced_at(basic));
    bool good = store && help && then && X509_STORE_add_cert(store, issuer) == 1 &&
                sk_X509_push(help, issuer) > 0;
    if (good) {
        X509_VERIFY_PARAM *rules = X509_STORE_get0_param(store);
        X509_VERIFY_PARAM_set_time(rules, then);
        X509_VERIFY_PARAM_set_auth_level(rules, 2);
        X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
        good = OCSP_basic_verify(basic, help, store, OCSP_TRUSTOTHER) == 1;
    }
    sk_X509_free(help);
    X509_STORE_free(store);
    return good;
}

static void hear_answer(const struct buffer *der, X509 *one, X509 *issuer,
                        struct proof_saying *saying)
{
    static const EVP_MD *(*const digests[])(void) = {EVP_sha1, EVP_sha256}; /* they name it */
    ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
    int code = -1, reason = -1;
    OCSP_BASICRESP *basic = read_answer(der);
    for (size_t i = 0; basic && i < 2 && code < 0; i++) {
        OCSP_CERTID *id = OCSP_cert_to_id(digests[i](), one, issuer);
        if (id && OCSP_resp_find_status(basic, id, &code, &reason, &revoked, &from, &until) != 1)
            code = -1;
        OCSP_CERTID_free(id);
    }
    if (code < 0 || !is_signed(basic, issuer))
        goto end;
    saying->from = seconds_of(from);
    saying->until = seconds_of(until);
    if (code == V_OCSP_CERTSTATUS_REVOKED)
        say_revoked(saying, revoked, reason);
    else if (code != V_OCSP_CERTSTATUS_GOOD)
        saying->word = PROOF_UNKNOWN;
    else if (algorithm_is_strong(OCSP_resp_get0_tbs_sigalg(basic)))
        saying->word = PROOF_GOOD;
end:
    OCSP_BASICRESP_free(basic);
}

/* ---------------------------------------------------------------- both */

bool proof_is_readable(const struct proof *proof)
{
    OCSP_BASICRESP *answer = proof->ocsp ? read_answer(&proof->der) : NULL;
    X509_CRL *list = proof->ocsp ? NULL : read_list(&proof->der);
    bool readable = answer || list;
    OCSP_BASICRESP_free(answer);
    X509_CRL_free(list);
    ERR_clear_error();
    return readable;
}

struct proof_saying proof_says(const struct proof *proof, X509 *one, X509 *issuer)
{
    struct proof_saying saying = {.word = PROOF_NOTHING, .reason = -1};
    if (proof->ocsp)
        hear_answer(&proof->der, one, issuer, &saying);
    else
        hear_list(&proof->der, one, issuer, &saying);
    ERR_clear_error();
    return saying;
}

bool proof_is_given_up(const struct proof_saying *saying)
{
    return saying->word == PROOF_REVOKED && (saying->reason == CRL_REASON_UNSPECIFIED ||
                                             saying->reason == CRL_REASON_AFFILIATION_CHANGED ||
                                             saying->reason == CRL_REASON_SUPERSEDED ||
                                             saying->reason == CRL_REASON_CESSATION_OF_OPERATION);
}

bool proof_covers(const struct proof_saying *saying, X509 *one, time_t when)
{
    time_t over = seconds_of(X509_get0_notAfter(one)) + SKEW_S;
    time_t until = (saying->until ? saying->until : saying->from + ENDLESS_S) + SKEW_S;
    return saying->word == PROOF_GOOD && saying->from && saying->from <= over && until >= when;
}
