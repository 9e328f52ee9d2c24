#include "archive/archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "archive/sign/certificate.h"
#include "archive/sign/keys.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"

/* Not translated: it stands in certificates and must read the same in every installation. */
static const char test_mark[] = ARCHIVE_TEST_MARK;

#define NAME_MAX_CHARACTERS 64 /* ub-common-name of RFC 5280 */
#define CA_YEARS 20
#define AGENCY_YEARS 5
#define YEAR_S (365.25 * 24 * 3600)

static const char *const file_names[] = {"ca.pem", "agency.pem", "agency.pass", "agency.p12"};
enum { FILE_CA, FILE_CERTIFICATE, FILE_PASS, FILE_P12, FILE_COUNT };

/* Everything that is made, so that one place frees it. */
struct making {
    EVP_PKEY *ca_key, *key;
    X509 *ca, *certificate;
    STACK_OF(X509) * chain;
    PKCS12 *p12;
    char pass[33];
};

/* ---------------------------------------------------------------- certificates */

static bool add_name(X509_NAME *name, const char *part, const char *text)
{
    return X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, (const unsigned char *)text, -1,
                                      -1, 0) == 1;
}

static bool set_subject(X509 *certificate, const char *common)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return add_name(name, "C", "VN") && add_name(name, "O", test_mark) &&
           add_name(name, "CN", common);
}

static bool set_serial(X509 *certificate)
{
    unsigned char bytes[16];
    hash_random(bytes, sizeof bytes);
    bytes[0] = (unsigned char)((bytes[0] & 0x7F) | 0x40); /* positive, always 16 bytes */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool done = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return done;
}

/* From a day ago, so that a clock that is a little behind does not matter. */
static bool set_dates(X509 *certificate, int years)
{
    char iso[26];
    time_t now;
    file_now(iso);
    return certificate_seconds(iso, &now) &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), now - 24 * 3600) &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), now + (time_t)(years * YEAR_S));
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool done = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return done;
}

/* No AIA and no CRL distribution point: nobody answers there for a test authority. */
static bool make_ca(struct making *making)
{
    making->ca_key = EVP_EC_gen("P-256");
    X509 *ca = making->ca = X509_new();
    return making->ca_key && ca && X509_set_version(ca, X509_VERSION_3) && set_serial(ca) &&
           set_dates(ca, CA_YEARS) && set_subject(ca, "sohoa test CA") &&
           X509_set_issuer_name(ca, X509_get_subject_name(ca)) &&
           X509_set_pubkey(ca, making->ca_key) &&
           add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
           X509_sign(ca, making->ca_key, EVP_sha256()) > 0;
}

static bool make_certificate(struct making *making, const char *agency)
{
    making->key = EVP_RSA_gen(2048);
    X509 *one = making->certificate = X509_new();
    return making->key && one && X509_set_version(one, X509_VERSION_3) && set_serial(one) &&
           set_dates(one, AGENCY_YEARS) && set_subject(one, agency) &&
           X509_set_issuer_name(one, X509_get_subject_name(making->ca)) &&
           X509_set_pubkey(one, making->key) &&
           add_extension(one, making->ca, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(one, making->ca, NID_key_usage,
                         "critical,digitalSignature,nonRepudiation") &&
           add_extension(one, making->ca, NID_subject_key_identifier, "hash") &&
           add_extension(one, making->ca, NID_authority_key_identifier, "keyid:always") &&
           X509_sign(one, making->ca_key, EVP_sha256()) > 0;
}

/* The CA's key is in no file: it signs once and is forgotten. */
static bool make_all(struct making *making, const char *agency)
{
    unsigned char random[16];
    hash_random(random, sizeof random);
    hash_hex(random, sizeof random, making->pass);
    OPENSSL_cleanse(random, sizeof random);
    making->chain = sk_X509_new_null();
    if (!make_ca(making) || !make_certificate(making, agency) || !making->chain ||
        !sk_X509_push(making->chain, making->ca))
        return false;
    making->p12 = PKCS12_create(making->pass, agency, making->key, making->certificate,
                                making->chain, 0, 0, 0, 0, 0);
    return making->p12 != NULL;
}

static void making_clear(struct making *making)
{
    EVP_PKEY_free(making->ca_key);
    EVP_PKEY_free(making->key);
    X509_free(making->ca);
    X509_free(making->certificate);
    sk_X509_free(making->chain);
    PKCS12_free(making->p12);
    OPENSSL_cleanse(making, sizeof *making);
}

/* ---------------------------------------------------------------- files */

static void write_part(const struct making *making, int which, FILE *to)
{
    switch (which) {
    case FILE_CA:
        PEM_write_X509(to, making->ca);
        break;
    case FILE_CERTIFICATE:
        PEM_write_X509(to, making->certificate);
        PEM_write_X509(to, making->ca);
        break;
    case FILE_PASS:
        fprintf(to, "%s\n", making->pass);
        break;
    default:
        i2d_PKCS12_fp(to, making->p12);
    }
}

static enum status write_files(const struct making *making, const char *folder, struct arena *arena,
                               struct error *error)
{
    for (int i = 0; i < FILE_COUNT; i++) {
        struct file_writer *writer = NULL;
        enum status status = file_create(file_join(arena, folder, file_names[i]), &writer, error);
        if (status != STATUS_OK)
            return status;
        bool secret = i == FILE_PASS || i == FILE_P12;
        if (fchmod(fileno(file_stream(writer)), secret ? 0600 : 0644) != 0) {
            status = error_set(error, STATUS_RETRY, _("Rights cannot be set in %s: %s."), folder,
                               message_errno(errno));
            file_abandon(writer);
            return status;
        }
        write_part(making, i, file_stream(writer));
        status = file_commit(writer, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* Common names are at most 64 characters; a long agency name is cut between two of them. */
static char *short_name(struct arena *arena, const char *agency)
{
    const char *at = agency;
    for (int i = 0; i < NAME_MAX_CHARACTERS && *at; i++)
        text_next(&at);
    return arena_strndup(arena, agency, (size_t)(at - agency));
}

static enum status refuse_existing(const char *folder, struct arena *arena, struct error *error)
{
    for (int i = 0; i < FILE_COUNT; i++)
        if (file_exists(file_join(arena, folder, file_names[i])))
            return error_set(error, STATUS_REJECT,
                             _("%s/%s is there already; keys are never overwritten: choose another "
                               "folder."),
                             folder, file_names[i]);
    return STATUS_OK;
}

enum status archive_test_keys(const char *folder, const char *agency, struct error *error)
{
    struct arena *arena = arena_new();
    struct making making = {.pass = ""};
    enum status status = refuse_existing(folder, arena, error);
    if (status != STATUS_OK)
        goto done;
    ERR_clear_error();
    const char *name = short_name(arena, text_tidy(arena, agency));
    if (!make_all(&making, *name ? name : "sohoa test agency")) {
        status = error_set(error, STATUS_FATAL, _("The test keys cannot be made: %s."),
                           certificate_fault());
        goto done;
    }
    /* A new folder appears with all four files or not at all, however the program ends. */
    if (file_exists(folder)) {
        status = write_files(&making, folder, arena, error);
        goto done;
    }
    char *building = arena_printf(arena, "%s.building", folder);
    if ((status = file_remove_tree(building, error)) != STATUS_OK ||
        (status = file_mkdirs(building, error)) != STATUS_OK)
        goto done;
    if (chmod(building, 0700) != 0) {
        status = error_set(error, STATUS_RETRY, _("Rights cannot be set in %s: %s."), building,
                           message_errno(errno));
        goto done;
    }
    if ((status = write_files(&making, building, arena, error)) == STATUS_OK)
        status = file_rename(building, folder, error);
done:
    making_clear(&making);
    arena_free(arena);
    return status;
}
