#include "archive/sign/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/pin.h"
#include "archive/proof/rest.h"
#include "archive/proof/revocation.h"
#include "core/file.h"
#include "core/message.h"

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
            pin_get(from->given, from->settings->pin_variable, from->settings->pin_command,
                    from->settings->pin_command_s, from->path, from->text, from->error);
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
                     message_errno(errno));
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
    const char *reason = certificate_fault();
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
        const char *reason = certificate_fault();
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

static bool is_p12(const char *path)
{
    return ends_with(path, ".p12") || ends_with(path, ".pfx");
}

static enum status open_file_key(const struct archive_settings *settings, const char *pin,
                                 struct signer *signer, struct error *error)
{
    const char *path = settings->key + strlen("file:");
    struct passphrase secret = {.settings = settings, .given = pin, .path = path, .error = error};
    bool p12 = is_p12(path);
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

/* Some validators (pyHanko) call invalid what a certificate without it signs; EN 319 412-2 4.3.2
 * asks for it. What others signed is judged as they do who only ask for the chain. */
static enum status check_commitment(X509 *certificate, struct error *error)
{
    if (X509_get_key_usage(certificate) & KU_NON_REPUDIATION)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("The signing certificate's key usage lacks non-repudiation: some programs "
                       "would call invalid what it signs. Ask for a certificate that has it."));
}

/* NĐ 30/2020 and NĐ 137/2024: a copy says who made it. What a TEST key signs is none. */
static enum status check_agency(const struct archive_settings *settings,
                                const struct signer *signer, struct error *error)
{
    if (!settings->custodian || *settings->custodian || signer_is_test(signer))
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("No agency is named: each copy bears the full name of the agency that made "
                       "it. Set archive.custodian."));
}

/* ---------------------------------------------------------------- the signer */

enum status signer_open(const struct archive_settings *settings, const char *pin,
                        struct signer **out, struct error *error)
{
    struct signer *signer = memory_new(sizeof *signer);
    signer->process = getpid();
    signer->digest = settings->digest == HASH_SHA512   ? HASH_SHA512
                     : settings->digest == HASH_SHA384 ? HASH_SHA384
                                                       : HASH_SHA256;
    signer->pss = settings->signature_scheme == ARCHIVE_PSS;
    if (settings->tsa && *settings->tsa && settings->level >= ARCHIVE_B_T)
        signer->stamps = settings;
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
    chain_keep_issuers(signer->certificate, signer->chain);
    char now[26];
    file_now(now);
    status = certificate_check(signer->certificate, now, error);
    if (status == STATUS_OK)
        status = check_commitment(signer->certificate, error);
    if (status == STATUS_OK)
        status = check_agency(settings, signer, error);
done:
    if (status == STATUS_OK)
        *out = signer;
    else
        signer_close(signer);
    return status;
}

/* The officer's as if it were the agency's. */
static struct archive_settings officers(const struct archive_settings *settings)
{
    struct archive_settings own = *settings;
    own.key = settings->officer_key;
    own.certificate = settings->officer_certificate;
    own.pin_command = settings->officer_pin_command;
    own.pin_variable = "SOHOA_OFFICER_PIN_FD";
    return own;
}

enum status signer_open_officer(const struct archive_settings *settings, const char *pin,
                                struct signer **out, struct error *error)
{
    struct archive_settings own = officers(settings);
    enum status status = signer_open(&own, pin, out, error);
    if (status != STATUS_OK)
        return error_add(error, status, "%s", _("officer"));
    if ((*out)->stamps)
        (*out)->stamps = settings; /* which lives on; what it says of authorities is the same */
    return STATUS_OK;
}

void signer_close(struct signer *signer)
{
    if (!signer)
        return;
    EVP_PKEY_free(signer->key);
    X509_free(signer->certificate);
    sk_X509_pop_free(signer->chain, X509_free);
    token_close(signer->token);
    revocation_free(signer->revocation);
    rest_free(signer->rest);
    free(signer);
}

const char *signer_describe(const struct signer *signer, struct arena *arena)
{
    char name[256], until[26], shown[MESSAGE_DATE_SIZE];
    certificate_name(X509_get_subject_name(signer->certificate), name, sizeof name);
    certificate_time(X509_get0_notAfter(signer->certificate), until);
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(signer->certificate), NULL);
    char *serial = number ? BN_bn2hex(number) : NULL;
    const char *text = arena_printf(arena, _("CN=%s, serial %s, valid to %s"), name,
                                    serial ? serial : "?", message_date(until, shown));
    OPENSSL_free(serial);
    BN_free(number);
    return text;
}

int signer_days(const struct signer *signer)
{
    char now[26];
    struct tm until;
    time_t today = 0;
    file_now(now);
    if (!certificate_seconds(now, &today) ||
        !ASN1_TIME_to_tm(X509_get0_notAfter(signer->certificate), &until))
        return 0;
    return (int)((timegm(&until) - today) / 86400);
}

bool signer_is_test(const struct signer *signer)
{
    return certificate_is_test(signer->certificate);
}

bool signer_is_set(const struct archive_settings *settings, bool officer)
{
    const char *key = officer ? settings->officer_key : settings->key;
    return settings->sign && key && *key;
}

X509 *signer_known(const struct archive_settings *settings, bool officer)
{
    const struct archive_settings own = officer ? officers(settings) : *settings;
    const char *key = own.key && strncmp(own.key, "file:", 5) == 0 ? own.key + 5 : "";
    bool told = own.pin_command && *own.pin_command;
    struct error error = {""};
    struct passphrase secret = {.settings = &own,
                                .path = key,
                                .known = !told, /* else it would be asked for */
                                .status = told ? STATUS_OK : STATUS_REJECT,
                                .error = &error};
    struct signer *signer = memory_new(sizeof *signer);
    if (own.certificate && *own.certificate)
        read_certificates(own.certificate, signer, &error);
    else if (is_p12(key))
        read_p12(key, &secret, signer, &error);
    else if (*key)
        read_certificates(key, signer, &error);
    X509 *certificate = signer->certificate;
    if (certificate)
        X509_up_ref(certificate);
    pin_wipe(secret.text);
    signer_close(signer);
    return certificate;
}

void signer_until(const struct archive_settings *settings, bool officer, char until[26])
{
    X509 *certificate = signer_known(settings, officer);
    until[0] = '\0';
    if (certificate)
        certificate_time(X509_get0_notAfter(certificate), until);
    X509_free(certificate);
}
