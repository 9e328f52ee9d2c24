#include "archive/sign/certificate.h"

#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "archive/archive.h"
#include "core/message.h"
#include "core/text.h"

#define VIETNAM_S (7 * 3600)

const char *certificate_fault(void)
{
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return reason ? reason : "unknown cause";
}

X509 *certificate_read(const void *der, size_t size)
{
    const unsigned char *at = der;
    X509 *one = size ? d2i_X509(NULL, &at, (long)size) : NULL;
    ERR_clear_error();
    return one;
}

/* ---------------------------------------------------------------- names and times */

/* What is not seen, or turns round what follows, is no part of anybody's name. */
static void blank_hidden(char *text)
{
    char *to = text;
    for (const char *at = text; *at;) {
        const char *from = at;
        char one[5] = {0};
        text_next(&at);
        size_t size = (size_t)(at - from);
        memcpy(one, from, size);
        if (text_hidden(one))
            *to++ = ' ';
        else
            to = (char *)memmove(to, from, size) + size;
    }
    *to = '\0';
}

static void name_part(const X509_NAME *name, int at, char *out, size_t size)
{
    unsigned char *text = NULL;
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, at);
    int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    size_t kept = length > 0 ? (size_t)length : 0;
    if (kept >= size) {
        kept = size - 1;
        while (kept > 0 && (text[kept] & 0xC0) == 0x80)
            kept--;
    }
    for (size_t i = 0; i < kept; i++)
        out[i] = text[i] ? (char)text[i] : ' ';
    out[kept] = '\0';
    blank_hidden(out);
    OPENSSL_free(text);
}

void certificate_name(const X509_NAME *name, char *out, size_t size)
{
    out[0] = '\0';
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0)
        at = X509_NAME_entry_count(name) - 1;
    if (at >= 0)
        name_part(name, at, out, size);
}

void certificate_organization(const X509_NAME *name, char *out, size_t size)
{
    char part[128];
    static const int parts[] = {NID_organizationalUnitName, NID_organizationName};
    out[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int at = X509_NAME_get_index_by_NID(name, parts[i], -1);
        size_t used = strlen(out);
        if (at < 0)
            continue;
        name_part(name, at, part, sizeof part);
        if (used + strlen(part) + 3 < size)
            snprintf(out + used, size - used, "%s%s", used ? ", " : "", part);
    }
}

bool certificate_is_issued_by(X509 *certificate, const X509_NAME *name)
{
    const unsigned char *first = NULL, *second = NULL;
    size_t size = 0, other = 0;
    return X509_NAME_get0_der(X509_get_issuer_name(certificate), &first, &size) == 1 &&
           X509_NAME_get0_der(name, &second, &other) == 1 && size == other &&
           memcmp(first, second, size) == 0;
}

bool certificate_is_test(X509 *certificate)
{
    char organization[256];
    certificate_organization(X509_get_subject_name(certificate), organization, sizeof organization);
    return strstr(organization, ARCHIVE_TEST_MARK) != NULL;
}

bool certificate_is_old(X509 *certificate)
{
    int digest = NID_undef, kind = NID_undef;
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    if (OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, &kind) &&
        (digest == NID_sha1 || digest == NID_md5))
        return true;
    return key && ((EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) < 2048) ||
                   (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && EVP_PKEY_get_bits(key) < 256));
}

bool certificate_may_be_of(X509 *certificate, X509 *issuer)
{
    return X509_check_issued(issuer, certificate) == X509_V_OK;
}

void certificate_time(const ASN1_TIME *time, char iso[26])
{
    struct tm utc, local;
    iso[0] = '\0';
    if (!time || !ASN1_TIME_to_tm(time, &utc))
        return;
    time_t seconds = timegm(&utc) + VIETNAM_S;
    if (!gmtime_r(&seconds, &local) || local.tm_year + 1900 > 9999 ||
        strftime(iso, 26, "%Y-%m-%dT%H:%M:%S+07:00", &local) != 25)
        iso[0] = '\0';
}

bool certificate_seconds(const char *iso, time_t *out)
{
    struct tm tm = {0};
    int zone_h = 0, zone_min = 0, used = 0;
    char sign = 0;
    if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
               &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &sign, &zone_h, &zone_min, &used) != 9 ||
        used != 25 || (sign != '+' && sign != '-'))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    time_t zone_s = (zone_h * 60 + zone_min) * 60;
    *out = timegm(&tm) - (sign == '+' ? zone_s : -zone_s);
    return true;
}

/* ---------------------------------------------------------------- what a signing certificate must
 * be */

static enum status check_dates(X509 *certificate, const char *who, const char *iso,
                               struct error *error)
{
    time_t now;
    if (!certificate_seconds(iso, &now))
        return error_set(error, STATUS_FATAL, _("The time %s cannot be read."), iso);
    char limit[26], shown[MESSAGE_DATE_SIZE], today[MESSAGE_DATE_SIZE];
    certificate_time(X509_get0_notBefore(certificate), limit);
    if (X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0)
        return error_set(error, STATUS_REJECT,
                         _("The certificate of %s is valid from %s only, the time is %s."), who,
                         message_date(limit, shown), message_date(iso, today));
    certificate_time(X509_get0_notAfter(certificate), limit);
    if (X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0)
        return error_set(
            error, STATUS_REJECT,
            _("The certificate of %s expired on %s, the time is %s: signing needs a new "
              "one."),
            who, message_date(limit, shown), message_date(iso, today));
    return STATUS_OK;
}

/* Its purposes, if it names any, are all of another trade: time-stamps, answers of OCSP, servers,
 * programs. Those for documents have no one name: e-mail protection, document signing, Adobe's. */
static bool has_other_trade(X509 *certificate)
{
    static const int others[] = {NID_time_stamp, NID_OCSP_sign, NID_server_auth, NID_code_sign};
    EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
    int count = sk_ASN1_OBJECT_num(purposes), found = 0;
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            found += OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, i)) == others[k];
    EXTENDED_KEY_USAGE_free(purposes);
    return count > 0 && found == count;
}

static enum status check_usage(X509 *certificate, const char *who, struct error *error)
{
    uint32_t usage = X509_get_key_usage(certificate); /* all bits set when there is no extension */
    if (X509_get_extension_flags(certificate) & EXFLAG_CA)
        return error_set(
            error, STATUS_REJECT,
            _("The certificate of %s belongs to a certification authority and must not "
              "sign documents."),
            who);
    if (usage == UINT32_MAX || !(usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
        return error_set(error, STATUS_REJECT,
                         _("The certificate of %s is not meant for signing: its key usage has "
                           "neither digital signature nor non-repudiation."),
                         who);
    if (has_other_trade(certificate))
        return error_set(
            error, STATUS_REJECT,
            _("The certificate of %s was given for another purpose (extended key usage) "
              "and must not sign documents."),
            who);
    return STATUS_OK;
}

static enum status check_strength(X509 *certificate, const char *who, struct error *error)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    int kind = key ? EVP_PKEY_get_base_id(key) : 0;
    if (kind == EVP_PKEY_RSA) {
        if (EVP_PKEY_get_bits(key) < 2048)
            return error_set(error, STATUS_REJECT,
                             _("The key of %s is too weak: RSA with %d bits, 2048 are the least."),
                             who, EVP_PKEY_get_bits(key));
    } else if (kind == EVP_PKEY_EC) {
        char curve[64] = "";
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof curve, NULL);
        int nid = OBJ_txt2nid(curve);
        if (nid != NID_X9_62_prime256v1 && nid != NID_secp384r1)
            return error_set(
                error, STATUS_REJECT,
                _("The key of %s lies on the curve %s: only P-256 and P-384 are used."), who,
                curve[0] ? curve : "?");
    } else {
        return error_set(error, STATUS_REJECT,
                         _("The key of %s is neither RSA nor ECDSA and cannot be used."), who);
    }
    int digest = NID_undef;
    if (!X509_get_signature_info(certificate, &digest, NULL, NULL, NULL) || digest == NID_sha1 ||
        digest == NID_md5)
        return error_set(error, STATUS_REJECT,
                         _("The certificate of %s was issued with an old algorithm (%s), which may "
                           "not be used any more: ask for a new one."),
                         who, OBJ_nid2sn(digest));
    return STATUS_OK;
}

enum status certificate_check(X509 *certificate, const char *iso, struct error *error)
{
    char who[200];
    certificate_name(X509_get_subject_name(certificate), who, sizeof who);
    enum status status = check_dates(certificate, who, iso, error);
    if (status == STATUS_OK)
        status = check_usage(certificate, who, error);
    if (status == STATUS_OK)
        status = check_strength(certificate, who, error);
    return status;
}
