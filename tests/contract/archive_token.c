/*
 * Signing with a PKCS#11 token: SoftHSM2 with a token, keys and certificates that the test makes.
 *
 * With arguments it is the tool of archive_signature.sh and archive_bag.sh instead of a test:
 *   keys FOLDER              test keys
 *   sample PATH TIME         a PDF with room for a signature
 *   sign KEY PIN FROM TO     PKCS#11 library from the environment's MODULE; DIGEST 0 1 2 and
 *                            SCHEME 0 1 as archive.digest and archive.signature_scheme count
 *   put STORE FILE...        a package of these files; prints its folder
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/sign/signature.h"
#include "archive/store.h"
#include "core/file.h"
#include "tests/sample_pdf.h"

static const char *const modules[] = {"/usr/lib/softhsm/libsofthsm2.so",
                                      "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                                      "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"};
static const char *module;
static char folder[64];
static struct arena *arena;

static const char *in(const char *name)
{
    return file_join(arena, folder, name);
}

/* ---------------------------------------------------------------- the token */

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    char command[2000];
    va_list values;
    va_start(values, format);
    vsnprintf(command, sizeof command, format, values);
    va_end(values);
    /* LD_PRELOAD and the like of a sanitizer are none of these programs' business */
    if (system(arena_printf(arena, "{ %s; } >%s 2>&1 </dev/null", command, in("out"))) != 0) {
        char *said = NULL;
        file_read(in("out"), 100000, arena, &said, NULL, NULL);
        fail_msg("%s: %s", command, said ? said : "");
    }
}

static void import(const char *token, const char *name, const char *id)
{
    run("softhsm2-util --import %s/%s.key --token '%s' --label %s --id %s --pin 1234", folder, name,
        token, name, id);
    run("openssl x509 -in %s/%s.pem -outform DER -out %s/%s.der", folder, name, folder, name);
    run("pkcs11-tool --module %s --token-label '%s' --login --pin 1234 --write-object %s/%s.der "
        "--type cert --id %s --label %s",
        module, token, folder, name, id, name);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof modules / sizeof *modules && !module; i++)
        if (file_exists(modules[i]))
            module = modules[i];
    strcpy(folder, "/tmp/sohoa-token.XXXXXX");
    arena = arena_new();
    if (!module || !mkdtemp(folder))
        return -1;
    setenv("SOFTHSM2_CONF", in("softhsm2.conf"), 1);
    run("mkdir %s/tokens && echo 'directories.tokendir = %s/tokens' > %s/softhsm2.conf", folder,
        folder, folder);
    run("softhsm2-util --init-token --free --label 'UBND xã' --pin 1234 --so-pin 5678");
    run("softhsm2-util --init-token --free --label empty --pin 1234 --so-pin 5678");
    run("openssl req -x509 -newkey rsa:2048 -nodes -keyout %s/rsa.key -out %s/rsa.pem -subj "
        "/CN=rsa "
        "-addext keyUsage=critical,digitalSignature,nonRepudiation "
        "-addext basicConstraints=critical,CA:FALSE",
        folder, folder);
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %s/ec.key "
        "-out %s/ec.pem -subj /CN=ec -addext keyUsage=critical,digitalSignature,nonRepudiation "
        "-addext basicConstraints=critical,CA:FALSE",
        folder, folder);
    import("UBND xã", "rsa", "01");
    import("UBND xã", "ec", "02");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    enum status status = file_remove_tree(folder, NULL);
    arena_free(arena);
    return status == STATUS_OK ? 0 : -1;
}

static enum status open_token(const char *key, const char *pin, const char *library,
                              struct signer **signer, struct error *error)
{
    struct archive_settings settings = {
        .key = key, .certificate = "", .pin_command = "", .pkcs11_module = library};
    const char *digest = getenv("DIGEST"), *scheme = getenv("SCHEME"); /* of the tool */
    settings.digest = digest ? (int)strtol(digest, NULL, 10) : 0;
    settings.signature_scheme = scheme ? (int)strtol(scheme, NULL, 10) : 0;
    return signer_open(&settings, pin, signer, error);
}

static void no_finding(void *context, const char *sentence)
{
    (void)context;
    fail_msg("%s", sentence);
}

static void signs(const char *key, const char *trust, const char *name)
{
    struct signer *signer = NULL;
    struct error error = {""};
    struct archive_verdict verdict;
    char now[26], time[40];
    file_now(now);
    snprintf(time, sizeof time, "D:%.4s%.2s%.2s%.2s%.2s%.2s+07'00'", now, now + 5, now + 8,
             now + 11, now + 14, now + 17);
    assert_int_equal(sample_pdf(in("plain.pdf"), time, 500, 16384), 0);
    if (open_token(key, "1234", module, &signer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (int i = 0; i < 3; i++) /* one login, many signatures */
        if (archive_sign(signer, in("plain.pdf"), in("signed.pdf"), &error) != STATUS_OK)
            fail_msg("%s", error.text);
    signer_close(signer);
    assert_int_equal(signature_check(in("signed.pdf"), trust, &verdict, no_finding, NULL, &error),
                     STATUS_OK);
    assert_true(verdict.intact);
    assert_true(verdict.trusted);
    assert_string_equal(verdict.signer, name);
}

static void rsa_and_ecdsa_keys_on_a_token_sign(void **state)
{
    (void)state;
    signs("pkcs11:token=UBND%20x%C3%A3;object=rsa", in("rsa.pem"), "rsa");
    signs("pkcs11:token=UBND%20x%C3%A3;id=%02;type=private", in("ec.pem"), "ec");
}

static void refuses(const char *key, const char *pin, const char *library, const char *words)
{
    struct signer *signer = NULL;
    struct error error = {""};
    assert_int_equal(open_token(key, pin, library, &signer, &error), STATUS_REJECT);
    assert_null(signer);
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void each_fault_of_a_token_has_its_sentence(void **state)
{
    const char *key = "pkcs11:token=UBND%20x%C3%A3;object=rsa";
    (void)state;
    refuses(key, "9999", module, "PIN of the token \"UBND xã\" is wrong");
    refuses(key, "1", module, "PIN of the token \"UBND xã\" is wrong");
    refuses("pkcs11:token=nowhere;object=rsa", "1234", module,
            "not plugged in, or it has another name. There are: \"");
    refuses("pkcs11:object=rsa", "1234", module, "2 tokens answer");
    refuses("pkcs11:token=UBND%20x%C3%A3", "1234", module, "2 keys");
    refuses("pkcs11:token=nowhere;object=rsa", "1234", module, "\"UBND xã\"");
    refuses("pkcs11:token=UBND%20x%C3%A3;object=other", "1234", module, "no private key \"other\"");
    refuses("pkcs11:token=UBND%20x%C3%A3;object=other", "1234", module, "There are: \"");
    refuses("pkcs11:token=empty;object=rsa", "1234", module, "no private key");
    refuses(key, "1234", "/nowhere/token.so", "not there");
    refuses(key, "1234", in("softhsm2.conf"), "cannot be loaded");
    refuses("pkcs11:token=a%2", "1234", module, "not understood");
    signs(key, in("rsa.pem"), "rsa"); /* none of this locked or changed the token */
}

static void a_locked_pin_has_its_sentence(void **state)
{
    (void)state;
    run("${CC:-cc} -shared -fPIC -DREAL='\"%s\"' -o %s/locked.so tests/contract/token/locked.c "
        "-ldl",
        module, folder);
    refuses("pkcs11:token=UBND%20x%C3%A3;object=rsa", "1234", in("locked.so"), "locked: unlock it");
}

/* A session belongs to the process that opened it: using it in a child could only go wrong. */
static void a_child_process_does_not_sign(void **state)
{
    struct signer *signer = NULL;
    struct error error = {""};
    (void)state;
    assert_int_equal(sample_pdf(in("plain.pdf"), "D:20300101000000Z", 500, 16384), 0);
    assert_int_equal(
        open_token("pkcs11:token=UBND%20x%C3%A3;object=rsa", "1234", module, &signer, &error),
        STATUS_OK);
    pid_t child = fork();
    if (child == 0)
        _exit(archive_sign(signer, in("plain.pdf"), in("child.pdf"), &error) == STATUS_FATAL ? 0
                                                                                             : 1);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    signer_close(signer);
}

/* A login rewrites the file in which SoftHSM keeps the token, and whoever loads the library in that
 * moment sees none: the workers of a run log in at once. */
static void workers_that_log_in_at_once_all_find_the_token(void **state)
{
    enum { WORKERS = 4, LOGINS = 40 };
    pid_t children[WORKERS];
    (void)state;
    for (int i = 0; i < WORKERS; i++)
        if ((children[i] = fork()) == 0) {
            struct error error = {""};
            enum status status = STATUS_OK;
            for (int j = 0; j < LOGINS && status == STATUS_OK; j++) {
                struct signer *signer = NULL;
                status = open_token("pkcs11:token=UBND%20x%C3%A3;object=rsa", "1234", module,
                                    &signer, &error);
                signer_close(signer);
            }
            if (status != STATUS_OK)
                fprintf(stderr, "# %s\n", error.text);
            _exit(status == STATUS_OK ? 0 : 1);
        }
    int failed = 0;
    for (int i = 0; i < WORKERS; i++) {
        int result = -1;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        failed += result != 0;
    }
    assert_int_equal(failed, 0);
}

/* ---------------------------------------------------------------- the tool */

static enum status put(const char *store, char **files, size_t count, struct error *error)
{
    struct arena *memory = arena_new();
    struct document document;
    struct store_item *items = arena_array(memory, count + 1, sizeof *items);
    const char *path = NULL;
    document_init(&document, "20261122T140509-3fa9", "0001-1");
    document.custodian = "UBND xã Đông Sơn";
    for (size_t i = 0; i < count; i++)
        items[i] =
            (struct store_item){files[i], arena_printf(memory, "%zu %s", i, file_name(files[i]))};
    enum status status =
        store_package(store, "config", &document, items, count, memory, &path, error);
    if (status == STATUS_OK)
        puts(path);
    arena_free(memory);
    return status;
}

static int tool(int count, char **words)
{
    struct error error = {""};
    struct signer *signer = NULL;
    enum status status = STATUS_FATAL;
    if (count == 3 && strcmp(words[1], "keys") == 0)
        status = archive_test_keys(words[2], "UBND xã Đông Sơn", &error);
    else if (count > 3 && strcmp(words[1], "put") == 0)
        status = put(words[2], words + 3, (size_t)count - 3, &error);
    else if (count == 4 && strcmp(words[1], "sample") == 0)
        return sample_pdf(words[2], words[3], 2000, 16384) == 0 ? 0 : 1;
    else if (count == 6 && strcmp(words[1], "sign") == 0) {
        status = open_token(words[2], words[3], getenv("MODULE"), &signer, &error);
        if (status == STATUS_OK)
            status = archive_sign(signer, words[4], words[5], &error);
        signer_close(signer);
    }
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", error.text);
    return (int)status;
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_and_ecdsa_keys_on_a_token_sign),
        cmocka_unit_test(each_fault_of_a_token_has_its_sentence),
        cmocka_unit_test(a_locked_pin_has_its_sentence),
        cmocka_unit_test(a_child_process_does_not_sign),
        cmocka_unit_test(workers_that_log_in_at_once_all_find_the_token),
    };
    setenv("SOHOA_LANG", "en", 1);
    if (count > 1)
        return tool(count, words);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
