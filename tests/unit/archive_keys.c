#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "archive/archive.h"
#include "core/file.h"
#include "tests/scratch.h"

#define NOW "2026-11-22T14:05:09+07:00"
#define NOW_S 1795331109 /* the same moment */
#define DAY_S 86400

/* ---------------------------------------------------------------- making keys and certificates */

struct wish {
    int bits; /* RSA; 0: the curve */
    const char *curve;
    int from_day, to_day; /* around NOW */
    const char *usage;    /* NULL: none */
    const char *basic, *purposes;
    const EVP_MD *digest;
    const char *pass; /* of the key in the PEM file */
    bool mismatch;    /* the certificate is for another key */
};

static const struct wish good = {.bits = 2048,
                                 .from_day = -1,
                                 .to_day = 30,
                                 .usage = "critical,digitalSignature,nonRepudiation",
                                 .basic = "critical,CA:FALSE"};

static void extend(X509 *certificate, int nid, const char *value)
{
    if (!value)
        return;
    X509_EXTENSION *one = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(one);
    assert_true(X509_add_ext(certificate, one, -1));
    X509_EXTENSION_free(one);
}

static EVP_PKEY *make_key(const struct wish *wish)
{
    EVP_PKEY *key = wish->bits ? EVP_RSA_gen((unsigned)wish->bits) : EVP_EC_gen(wish->curve);
    assert_non_null(key);
    return key;
}

static X509 *make_certificate(const struct wish *wish, EVP_PKEY *key)
{
    X509 *one = X509_new();
    X509_set_version(one, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one), 77);
    ASN1_TIME_set(X509_getm_notBefore(one), NOW_S + (time_t)wish->from_day * DAY_S);
    ASN1_TIME_set(X509_getm_notAfter(one), NOW_S + (time_t)wish->to_day * DAY_S);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_UTF8,
                               (const unsigned char *)"Văn thư", -1, -1, 0);
    X509_set_issuer_name(one, X509_get_subject_name(one));
    X509_set_pubkey(one, key);
    extend(one, NID_basic_constraints, wish->basic);
    extend(one, NID_key_usage, wish->usage);
    extend(one, NID_ext_key_usage, wish->purposes);
    assert_true(X509_sign(one, key, wish->digest ? wish->digest : EVP_sha256()) > 0);
    return one;
}

/* Key and certificate in one PEM file; "file:..." of it. */
static const char *make_pem(const struct wish *wish, const char *name)
{
    char *path = file_join(arena, folder, name);
    EVP_PKEY *key = make_key(wish), *other = wish->mismatch ? make_key(wish) : NULL;
    X509 *certificate = make_certificate(wish, other ? other : key);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    if (wish->pass)
        PEM_write_PKCS8PrivateKey(to, key, EVP_aes_256_cbc(), wish->pass, (int)strlen(wish->pass),
                                  NULL, NULL);
    else
        PEM_write_PrivateKey(to, key, NULL, NULL, 0, NULL, NULL);
    PEM_write_X509(to, certificate);
    fclose(to);
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return arena_printf(arena, "file:%s", path);
}

static const char *make_p12(const struct wish *wish, const char *name, const char *pass)
{
    char *path = file_join(arena, folder, name);
    EVP_PKEY *key = make_key(wish);
    X509 *certificate = make_certificate(wish, key);
    PKCS12 *p12 = PKCS12_create(pass, "x", key, certificate, NULL, 0, 0, 0, 0, 0);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    i2d_PKCS12_fp(to, p12);
    fclose(to);
    PKCS12_free(p12);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return arena_printf(arena, "file:%s", path);
}

/* ---------------------------------------------------------------- opening them */

static void opens(const char *key, const char *pin, const char *command)
{
    struct archive_settings settings = {.key = key, .certificate = "", .pin_command = command};
    struct signer *signer = NULL;
    struct error error = {""};
    if (signer_open(&settings, pin, &signer, &error) != STATUS_OK)
        fail_msg("%s: %s", key, error.text);
    assert_non_null(strstr(signer_describe(signer, arena), "CN=Văn thư, serial 4D, valid to "));
    signer_close(signer);
}

static void refuses(const char *key, const char *certificate, const char *pin, const char *command,
                    const char *words)
{
    struct archive_settings settings = {
        .key = key, .certificate = certificate, .pin_command = command, .pkcs11_module = ""};
    struct signer *signer = NULL;
    struct error error = {""};
    assert_int_equal(signer_open(&settings, pin, &signer, &error), STATUS_REJECT);
    assert_null(signer);
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void refuses_pem(struct wish wish, const char *words)
{
    refuses(make_pem(&wish, "bad.pem"), "", NULL, "", words);
}

static void sound_keys_open(void **state)
{
    struct wish curve = good;
    (void)state;
    opens(make_pem(&good, "good.pem"), NULL, "");
    curve.bits = 0;
    curve.curve = "P-256";
    opens(make_pem(&curve, "good.pem"), NULL, "");
    curve.curve = "P-384";
    opens(make_pem(&curve, "good.pem"), NULL, "");
    opens(make_p12(&good, "good.p12", "bí mật"), "bí mật", "");
    opens(make_p12(&good, "good.PFX", ""), NULL, "");
}

static void an_expired_certificate_is_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.from_day = -30;
    wish.to_day = -1;
    refuses_pem(wish, "expired on 2026-11-21T14:05:09+07:00");
}

static void a_certificate_of_the_future_is_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.from_day = 1;
    refuses_pem(wish, "valid from 2026-11-23T14:05:09+07:00 only");
}

static void the_wrong_usage_is_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.usage = "critical,keyEncipherment,dataEncipherment";
    refuses_pem(wish, "not meant for signing");
    wish.usage = NULL;
    refuses_pem(wish, "not meant for signing");
    wish.usage = "critical,digitalSignature";
    refuses_pem(wish, "lacks non-repudiation");
    wish.usage = "critical,digitalSignature,keyCertSign";
    wish.basic = "critical,CA:TRUE";
    refuses_pem(wish, "certification authority");
    wish = good;
    wish.purposes = "critical,timeStamping";
    refuses_pem(wish, "another purpose");
    wish.purposes = "serverAuth,codeSigning";
    refuses_pem(wish, "another purpose");
    wish.purposes = "clientAuth,emailProtection";
    opens(make_pem(&wish, "good.pem"), NULL, "");
    wish.purposes = "1.3.6.1.5.5.7.3.36,codeSigning"; /* document signing */
    opens(make_pem(&wish, "good.pem"), NULL, "");
}

static void weak_keys_and_old_algorithms_are_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.bits = 1024;
    refuses_pem(wish, "too weak: RSA with 1024 bits");
    wish.bits = 0;
    wish.curve = "secp256k1";
    refuses_pem(wish, "only P-256 and P-384");
    wish = good;
    wish.digest = EVP_sha1();
    refuses_pem(wish, "old algorithm");
}

static void a_certificate_of_another_key_is_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.mismatch = true;
    refuses_pem(wish, "does not belong to the key");
    make_pem(&good, "other.pem");
    refuses(make_p12(&good, "mine.p12", "x"), file_join(arena, folder, "other.pem"), "x", "",
            "does not belong to the key");
}

static void a_wrong_passphrase_is_refused(void **state)
{
    struct wish wish = good;
    (void)state;
    wish.pass = "right";
    const char *pem = make_pem(&wish, "locked.pem"), *p12 = make_p12(&good, "l.p12", "right");
    refuses(pem, "", "wrong", "", "passphrase");
    refuses(p12, "", "wrong", "", "passphrase");
    refuses(p12, "", "", "", "empty");
    opens(pem, "right", "");
    opens(p12, "right", "");
}

static void the_pin_comes_from_command_or_descriptor(void **state)
{
    const char *p12 = make_p12(&good, "l.p12", "right");
    char *path = file_join(arena, folder, "pin");
    (void)state;
    opens(p12, NULL, "printf 'right\\nmore\\n'; head -c 100000 /dev/zero");
    refuses(p12, "", NULL, "echo wrong", "passphrase");
    refuses(p12, "", NULL, "exit 3", "code 3");
    refuses(p12, "", NULL, "true", "empty");
    refuses(p12, "", NULL, "head -c 5000 /dev/zero | tr '\\0' x", "longer");
    /* a file's descriptor can be read again and again: workers share it */
    assert_int_equal(file_write(path, "right\n", 6, NULL), STATUS_OK);
    int fd = open(path, O_RDONLY);
    setenv("SOHOA_PIN_FD", arena_printf(arena, "%d", fd), 1);
    opens(p12, NULL, "echo wrong");
    opens(p12, NULL, "echo wrong");
    close(fd);
    refuses(p12, "", NULL, "echo right", "SOHOA_PIN_FD");
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "right\n", 6), 6);
    setenv("SOHOA_PIN_FD", arena_printf(arena, "%d", ends[0]), 1);
    opens(p12, NULL, "");
    close(ends[0]);
    close(ends[1]);
    setenv("SOHOA_PIN_FD", "seven", 1);
    refuses(p12, "", NULL, "", "number of an open descriptor");
    unsetenv("SOHOA_PIN_FD");
}

/* A child on a terminal of its own opens key; we are the person who types. Its outcome. */
static int type_pin(const char *key, const char *typed, char *seen, size_t room)
{
    int terminal = -1, result = -1;
    size_t size = 0;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    if (child == 0) {
        struct archive_settings settings = {.key = key, .certificate = "", .pin_command = ""};
        struct signer *signer = NULL;
        enum status status = signer_open(&settings, NULL, &signer, NULL);
        signer_close(signer);
        _exit((int)status);
    }
    assert_true(child > 0);
    memset(seen, 0, room);
    bool asked = false;
    for (ssize_t got; (got = read(terminal, seen + size, room - 1 - size)) > 0;) {
        size += (size_t)got;
        if (!asked && strstr(seen, "l.p12: ")) {
            asked = true;
            assert_true(write(terminal, typed, strlen(typed)) > 0);
        }
    }
    close(terminal);
    assert_true(asked);
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void the_pin_is_asked_for_without_echo(void **state)
{
    const char *p12 = make_p12(&good, "l.p12", "right");
    char seen[500];
    (void)state;
    assert_int_equal(type_pin(p12, "right\n", seen, sizeof seen), STATUS_OK);
    assert_null(strstr(seen, "right"));
    assert_int_equal(type_pin(p12, "wrong\n", seen, sizeof seen), STATUS_REJECT);
    assert_int_equal(type_pin(p12, "\003\n", seen, sizeof seen), STATUS_REJECT);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    char *path = file_join(arena, folder, "junk.p12"), *pem = file_join(arena, folder, "junk.pem");
    assert_int_equal(file_write(path, "junk", 4, NULL), STATUS_OK);
    assert_int_equal(file_write(pem, "", 0, NULL), STATUS_OK);
    refuses("", "", NULL, "", "No signing key is set");
    refuses("file:", "", NULL, "", "No signing key is set");
    refuses("http://example.org/key", "", NULL, "", "No signing key is set");
    refuses("file:/nowhere/key.p12", "", "x", "", "not there");
    refuses(arena_printf(arena, "file:%s", folder), "", "x", "", "folder");
    refuses(arena_printf(arena, "file:%s", path), "", "x", "", "not a PKCS#12");
    refuses(arena_printf(arena, "file:%s", pem), "", "x", "", "no private key");
    refuses(make_pem(&good, "good.pem"), "/nowhere/cert.pem", NULL, "", "not there");
    refuses(make_pem(&good, "good.pem"), pem, NULL, "", "no certificate");
}

static void a_token_without_module_is_refused(void **state)
{
    (void)state;
    refuses("pkcs11:token=x;pin-value=1234", "", NULL, "", "PIN must not stand there");
    refuses("pkcs11:token=x", "", NULL, "", "pkcs11_module is not set");
}

static void test_keys_are_made_once_and_kept_from_others(void **state)
{
    char *keys = file_join(arena, folder, "keys"), *pass = NULL;
    struct archive_settings settings = {.key = arena_printf(arena, "file:%s/agency.p12", keys),
                                        .certificate = "",
                                        .pin_command = ""};
    struct signer *signer = NULL;
    struct error error = {""};
    struct stat about;
    (void)state;
    const char *name =
        "Uỷ ban nhân dân phường có một cái tên dài hơn sáu mươi tư chữ cái nên phải cắt";
    assert_int_equal(archive_test_keys(keys, name, &error), STATUS_OK);
    assert_int_equal(
        file_read(file_join(arena, keys, "agency.pass"), 100, arena, &pass, NULL, &error),
        STATUS_OK);
    assert_int_equal(signer_open(&settings, pass, &signer, &error), STATUS_OK);
    assert_non_null(strstr(signer_describe(signer, arena), "CN=Uỷ ban nhân dân phường có một"));
    signer_close(signer);
    assert_int_equal(stat(file_join(arena, keys, "agency.pass"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(stat(file_join(arena, keys, "agency.p12"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(archive_test_keys(keys, name, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "never overwritten"));
    assert_int_equal(archive_test_keys(file_join(arena, folder, "keys3"), "", &error), STATUS_OK);
}

static void the_test_certificates_say_that_they_are_tests(void **state)
{
    (void)state;
    char *keys = file_join(arena, folder, "keys2");
    struct error error = {""};
    assert_int_equal(archive_test_keys(keys, "UBND xã", &error), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        FILE *from = fopen(file_join(arena, keys, i ? "ca.pem" : "agency.pem"), "r");
        X509 *one = PEM_read_X509(from, NULL, NULL, NULL);
        unsigned char *text = NULL;
        fclose(from);
        assert_non_null(one);
        X509_NAME *name = X509_get_subject_name(one);
        int at = X509_NAME_get_index_by_NID(name, NID_organizationName, -1);
        assert_true(at >= 0);
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
        assert_string_equal((char *)text, "KHÓA THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ");
        assert_int_equal(X509_get_ext_by_NID(one, NID_info_access, -1), -1);
        assert_int_equal(X509_get_ext_by_NID(one, NID_crl_distribution_points, -1), -1);
        OPENSSL_free(text);
        X509_free(one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_keys_open),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(a_certificate_of_the_future_is_refused),
        cmocka_unit_test(the_wrong_usage_is_refused),
        cmocka_unit_test(weak_keys_and_old_algorithms_are_refused),
        cmocka_unit_test(a_certificate_of_another_key_is_refused),
        cmocka_unit_test(a_wrong_passphrase_is_refused),
        cmocka_unit_test(the_pin_comes_from_command_or_descriptor),
        cmocka_unit_test(the_pin_is_asked_for_without_echo),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(a_token_without_module_is_refused),
        cmocka_unit_test(test_keys_are_made_once_and_kept_from_others),
        cmocka_unit_test(the_test_certificates_say_that_they_are_tests),
    };
    setenv("SOHOA_LANG", "en", 1);
    setenv("SOHOA_NOW", NOW, 1);
    unsetenv("SOHOA_PIN_FD");
    return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
