/* SHA-256 against published vectors (FIPS 180-4), names by subject, random bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"

static void published_vectors_hold(void **state)
{
    char hex[HASH_HEX_SIZE], million[1000];
    uint8_t out[HASH_SIZE];
    struct hash *hash = hash_new();
    (void)state;

    hash_bytes("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_bytes("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(million, 'a', sizeof million);
    for (int i = 0; i < 1000; i++)
        hash_add(hash, million, sizeof million);
    hash_end(hash, out);
    hash_hex(out, sizeof out, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void keyed_hash_is_that_of_rfc_4231(void **state)
{
    char hex[HASH_HEX_SIZE];
    uint8_t key[131];
    (void)state;

    hash_keyed("Jefe", 4, "what do ya want for nothing?", 28, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    hash_keyed(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, hex);
    assert_string_equal(hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void file_has_the_hash_of_its_bytes(void **state)
{
    size_t size = 3 * 1024 * 1024 + 17; /* more than one reading */
    char path[] = "/tmp/sohoa-hash-XXXXXX";
    char *bytes = memory_new(size), whole[HASH_HEX_SIZE], read[HASH_HEX_SIZE];
    struct error error;
    (void)state;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 7 % 251);
    assert_non_null(mkdtemp(path));
    char *file = memory_new(100);
    snprintf(file, 100, "%s/a", path);
    assert_int_equal(file_write(file, bytes, size, &error), STATUS_OK);
    hash_bytes(bytes, size, whole);
    assert_int_equal(hash_file(file, read, &error), STATUS_OK);
    assert_string_equal(whole, read);
    file[strlen(file) - 1] = 'f';
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_int_equal(hash_file(file, read, &error), STATUS_REJECT); /* and does not wait */
    assert_int_equal(file_remove_tree(path, &error), STATUS_OK);
    assert_int_equal(hash_file(file, read, &error), STATUS_REJECT);
    assert_string_equal(read, "");
    assert_non_null(strstr(error.text, file));
    assert_int_equal(hash_file("/", read, &error),
                     STATUS_REJECT); /* trying again makes it no file */
    free(file);
    free(bytes);
}

static void uuid_is_the_same_for_the_same_subject_only(void **state)
{
    char a[37], b[37], c[37];
    (void)state;

    hash_uuid("20261122T140509-3fa9/0001-1", a);
    hash_uuid("20261122T140509-3fa9/0001-1", b);
    hash_uuid("20261122T140509-3fa9/0001-2", c);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    assert_int_equal(strlen(a), 36);
    for (int i = 0; i < 36; i++)
        assert_true((i == 8 || i == 13 || i == 18 || i == 23) == (a[i] == '-'));
    assert_int_equal(a[14], '8');
    assert_non_null(strchr("89ab", a[19]));
    /* stays so for ever: documents are called by it. From `printf abc | sha256sum`. */
    hash_uuid("abc", a);
    assert_string_equal(a, "ba7816bf-8f01-8fea-8141-40de5dae2223");
}

static void random_bytes_do_not_repeat(void **state)
{
    uint8_t a[32] = {0}, b[32] = {0};
    (void)state;

    hash_random(a, sizeof a);
    hash_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_hold),
        cmocka_unit_test(keyed_hash_is_that_of_rfc_4231),
        cmocka_unit_test(file_has_the_hash_of_its_bytes),
        cmocka_unit_test(uuid_is_the_same_for_the_same_subject_only),
        cmocka_unit_test(random_bytes_do_not_repeat),
    };

    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
