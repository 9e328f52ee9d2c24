#include "archive/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "archive/pin.h"
#include "core/file.h"
#include "core/message.h"

#define VIETNAM_S (7 * 3600)

const char *keys_openssl_reason(void)
{
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return reason ? reason : "unknown cause";
}

/* ---------------------------------------------------------------- names and times */

void keys_common_name(const X509_NAME *name, char *out, size_t size)
{
    out[0] = '\0';
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0)
        at = X509_NAME_entry_count(name) - 1;
    if (at < 0)
        return;
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
        out[i] = text[i] < 0x20 || text[i] == 0x7F ? ' ' : (char)text[i];
    out[kept] = '\0';
    OPENSSL_free(text);
}

void keys_iso_time(const ASN1_TIME *time, char iso[26])
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

bool keys_seconds(const char *iso, time_t *out)
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
    if (!keys_seconds(iso, &now))
        return error_set(error, STATUS_FATAL, _("The time %s cannot be read."), iso);
    char limit[26];
    keys_iso_time(X509_get0_notBefore(certificate), limit);
    if (X509_cmp_time(X509_get0_notBefore(certificate), &now) > 0)
        return error_set(error, STATUS_REJECT,
                         _("The certificate of %s is valid from %s only, the time is %s."), who,
                         limit, iso);
    keys_iso_time(X509_get0_notAfter(certificate), limit);
    if (X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0)
        return error_set(
            error, STATUS_REJECT,
            _("The certificate of %s expired on %s, the time is %s: signing needs a new "
              "one."),
            who, limit, iso);
    return STATUS_OK;
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

enum status keys_check_certificate(X509 *certificate, const char *iso, struct error *error)
{
    char who[200];
    keys_common_name(X509_get_subject_name(certificate), who, sizeof who);
    enum status status = check_dates(certificate, who, iso, error);
    if (status == STATUS_OK)
        status = check_usage(certificate, who, error);
    if (status == STATUS_OK)
        status = check_strength(certificate, who, error);
    return status;
}

/* ---------------------------------------------------------------- keys in files */

/* What OpenSSL's callback needs to find the passphrase, asked for at most once. */
struct passphrase {
    const struct archive_settings *settings;
    const char *given, *path;
    char text[PIN_SIZE];
    bool known;
    enum status status; /* of getting it */
    struct error *error;
};

static const char *passphrase(struct passphrase *from)
{
    if (!from->known) {
        from->known = true;
        from->status =
            pin_get(from->given, from->settings->pin_command, from->path, from->text, from->error);
    }
    return from->status == STATUS_OK ? from->text : NULL;
}

static int pem_passphrase(char *to, int size, int writing, void *context)
{
    (void)writing;
    const char *text = passphrase(context);
    if (!text || strlen(text) > (size_t)size)
        return -1;
    memcpy(to, text, strlen(text));
    return (int)strlen(text);
}

/* A file of our caller that may be absent, a folder, or not ours to read: each in its words. */
static enum status open_key_file(const char *path, FILE **out, struct error *error)
{
    if (file_is_folder(path))
        return error_set(error, STATUS_REJECT, _("%s is a folder and not a key or certificate."),
                         path);
    *out = fopen(path, "rbe");
    if (*out)
        return STATUS_OK;
    if (errno == ENOENT)
        return error_set(error, STATUS_REJECT, _("The file %s is not there."), path);
    return error_set(error, STATUS_REJECT, _("The file %s cannot be read: %s."), path,
                     strerror(errno));
}

/* All certificates of a PEM file: the first is the signer's, the others its chain. */
static enum status read_certificates(const char *path, struct signer *signer, struct error *error)
{
    FILE *file = NULL;
    enum status status = open_key_file(path, &file, error);
    if (status != STATUS_OK)
        return status;
    X509_free(signer->certificate);
    signer->certificate = NULL;
    sk_X509_pop_free(signer->chain, X509_free);
    signer->chain = sk_X509_new_null();
    for (X509 *one; (one = PEM_read_X509(file, NULL, NULL, NULL)) != NULL;) {
        if (!signer->certificate)
            signer->certificate = one;
        else
            sk_X509_push(signer->chain, one);
    }
    ERR_clear_error(); /* the end of the file counts as an error there */
    fclose(file);
    if (!signer->certificate)
        return error_set(error, STATUS_REJECT, _("There is no certificate in %s."), path);
    return STATUS_OK;
}

static enum status read_pem(const char *path, struct passphrase *secret, struct signer *signer,
                            struct error *error)
{
    FILE *file = NULL;
    enum status status = open_key_file(path, &file, error);
    if (status != STATUS_OK)
        return status;
    signer->key = PEM_read_PrivateKey(file, NULL, pem_passphrase, secret);
    fclose(file);
    if (signer->key)
        return STATUS_OK;
    const char *reason = keys_openssl_reason();
    if (!secret->known)
        return error_set(error, STATUS_REJECT, _("There is no private key in %s (%s)."), path,
                         reason);
    if (secret->status != STATUS_OK)
        return secret->status;
    return error_set(error, STATUS_REJECT, _("The passphrase for %s is wrong."), path);
}

static enum status parse_p12(PKCS12 *p12, const char *path, struct passphrase *secret,
                             struct signer *signer, struct error *error)
{
    const char *text = NULL; /* some are kept without a passphrase */
    if (!PKCS12_mac_present(p12) ||
        (!PKCS12_verify_mac(p12, NULL, 0) && !PKCS12_verify_mac(p12, "", 0))) {
        text = passphrase(secret);
        if (!text)
            return secret->status;
        if (PKCS12_mac_present(p12) && !PKCS12_verify_mac(p12, text, -1)) {
            ERR_clear_error();
            return error_set(error, STATUS_REJECT, _("The passphrase for %s is wrong."), path);
        }
    }
    ERR_clear_error();
    if (!PKCS12_parse(p12, text, &signer->key, &signer->certificate, &signer->chain)) {
        const char *reason = keys_openssl_reason();
        return error_set(error, STATUS_REJECT,
                         _("The key file %s cannot be opened (%s). If it is an old one, convert it "
                           "with openssl pkcs12 -legacy."),
                         path, reason);
    }
    ERR_clear_error();
    if (!signer->key)
        return error_set(error, STATUS_REJECT, _("There is no private key in %s."), path);
    return STATUS_OK;
}

static enum status read_p12(const char *path, struct passphrase *secret, struct signer *signer,
                            struct error *error)
{
    FILE *file = NULL;
    enum status status = open_key_file(path, &file, error);
    if (status != STATUS_OK)
        return status;
    PKCS12 *p12 = d2i_PKCS12_fp(file, NULL);
    fclose(file);
    if (!p12) {
        ERR_clear_error();
        return error_set(error, STATUS_REJECT, _("%s is not a PKCS#12 file, or it is damaged."),
                         path);
    }
    status = parse_p12(p12, path, secret, signer, error);
    PKCS12_free(p12);
    return status;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcasecmp(text + length - tail, end) == 0;
}

static enum status open_file_key(const struct archive_settings *settings, const char *pin,
                                 struct signer *signer, struct error *error)
{
    const char *path = settings->key + strlen("file:");
    struct passphrase secret = {.settings = settings, .given = pin, .path = path, .error = error};
    bool p12 = ends_with(path, ".p12") || ends_with(path, ".pfx");
    enum status status =
        p12 ? read_p12(path, &secret, signer, error) : read_pem(path, &secret, signer, error);
    pin_wipe(secret.text);
    if (status == STATUS_OK && settings->certificate && *settings->certificate)
        return read_certificates(settings->certificate, signer, error);
    if (status == STATUS_OK && !p12)
        return read_certificates(path, signer, error);
    return status;
}

static enum status open_token_key(const struct archive_settings *settings, const char *pin,
                                  struct signer *signer, struct error *error)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    enum status status = token_open(settings, pin, &signer->token, &key, &certificate, error);
    if (status != STATUS_OK)
        return status;
    EVP_PKEY_up_ref(key);
    signer->key = key;
    if (settings->certificate && *settings->certificate)
        return read_certificates(settings->certificate, signer, error);
    if (certificate)
        X509_up_ref(certificate);
    signer->certificate = certificate;
    return STATUS_OK;
}

/* ---------------------------------------------------------------- the signer */

enum status signer_open(const struct archive_settings *settings, const char *pin,
                        struct signer **out, struct error *error)
{
    struct signer *signer = memory_new(sizeof *signer);
    signer->process = getpid();
    const char *key = settings->key ? settings->key : "";
    enum status status;
    if (strncmp(key, "file:", 5) == 0 && key[5])
        status = open_file_key(settings, pin, signer, error);
    else if (strncmp(key, "pkcs11:", 7) == 0)
        status = open_token_key(settings, pin, signer, error);
    else
        status =
            error_set(error, STATUS_REJECT,
                      _("No signing key is set: archive.key is file:PATH of a .p12 or .pem file, "
                        "or pkcs11:token=NAME;object=NAME."));
    if (status != STATUS_OK)
        goto done;
    if (!signer->certificate || X509_check_private_key(signer->certificate, signer->key) != 1) {
        ERR_clear_error();
        status =
            error_set(error, STATUS_REJECT,
                      signer->certificate ? _("The certificate does not belong to the key %s.")
                                          : _("There is no certificate for the key %s: name it in "
                                              "archive.certificate."),
                      key);
        goto done;
    }
    char now[26];
    file_now(now);
    status = keys_check_certificate(signer->certificate, now, error);
done:
    if (status == STATUS_OK)
        *out = signer;
    else
        signer_close(signer);
    return status;
}

void signer_close(struct signer *signer)
{
    if (!signer)
        return;
    EVP_PKEY_free(signer->key);
    X509_free(signer->certificate);
    sk_X509_pop_free(signer->chain, X509_free);
    token_close(signer->token);
    free(signer);
}

const char *signer_describe(const struct signer *signer, struct arena *arena)
{
    char name[256], until[26];
    keys_common_name(X509_get_subject_name(signer->certificate), name, sizeof name);
    keys_iso_time(X509_get0_notAfter(signer->certificate), until);
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(signer->certificate), NULL);
    char *serial = number ? BN_bn2hex(number) : NULL;
    const char *text =
        arena_printf(arena, _("CN=%s, serial %s, valid to %s"), name, serial ? serial : "?", until);
    OPENSSL_free(serial);
    BN_free(number);
    return text;
}
