#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/sign/signature.h"
#include "core/file.h"
#include "tests/sample_pdf.h"

#define NOW "2026-11-22T14:05:09+07:00"
#define PDF_NOW "D:20261122140509+07'00'"

/* Paths and the opened test key, made once for all tests. */
static struct fixture {
    char folder[64], keys[128], trust[160], plain[128], signed_path[128], other[128];
    struct signer *signer;
    struct arena *arena;
    char *bytes; /* of the signed file */
    size_t size;
} fixture;

static void open_key(const char *folder, struct arena *arena, struct signer **signer)
{
    struct error error = {""};
    char *pass = NULL;
    struct archive_settings settings = {.key = arena_printf(arena, "file:%s/agency.p12", folder),
                                        .certificate = "",
                                        .pin_command = ""};
    assert_int_equal(
        file_read(arena_printf(arena, "%s/agency.pass", folder), 100, arena, &pass, NULL, &error),
        STATUS_OK);
    assert_int_equal(signer_open(&settings, pass, signer, &error), STATUS_OK);
}

static int set_up(void **state)
{
    struct error error = {""};
    (void)state;
    setenv("SOHOA_NOW", NOW, 1);
    strcpy(fixture.folder, "/tmp/sohoa-sign.XXXXXX");
    if (!mkdtemp(fixture.folder))
        return -1;
    snprintf(fixture.keys, sizeof fixture.keys, "%s/keys", fixture.folder);
    snprintf(fixture.trust, sizeof fixture.trust, "%s/ca.pem", fixture.keys);
    snprintf(fixture.plain, sizeof fixture.plain, "%s/plain.pdf", fixture.folder);
    snprintf(fixture.signed_path, sizeof fixture.signed_path, "%s/signed.pdf", fixture.folder);
    snprintf(fixture.other, sizeof fixture.other, "%s/other.pdf", fixture.folder);
    fixture.arena = arena_new();
    assert_int_equal(archive_test_keys(fixture.keys, "UBND xã Đông Sơn", &error), STATUS_OK);
    open_key(fixture.keys, fixture.arena, &fixture.signer);
    assert_int_equal(sample_pdf(fixture.plain, PDF_NOW, 3000, 16384), 0);
    assert_int_equal(archive_sign(fixture.signer, fixture.plain, fixture.signed_path, &error),
                     STATUS_OK);
    assert_int_equal(file_read(fixture.signed_path, 1 << 20, fixture.arena, &fixture.bytes,
                               &fixture.size, &error),
                     STATUS_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    signer_close(fixture.signer);
    arena_free(fixture.arena);
    return file_remove_tree(fixture.folder, NULL) == STATUS_OK ? 0 : -1;
}

struct told {
    int count;
    char first[300];
};

static void count_finding(void *context, const char *sentence)
{
    struct told *told = context;
    if (told->count++ == 0)
        snprintf(told->first, sizeof told->first, "%s", sentence);
}

static enum status check(const char *path, const char *trust, struct archive_verdict *verdict,
                         struct told *told)
{
    struct error error;
    memset(told, 0, sizeof *told);
    return signature_check(path, trust, verdict, count_finding, told, &error);
}

static void write_other(const void *bytes, size_t size)
{
    FILE *to = fopen(fixture.other, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, size, to), size);
    assert_int_equal(fclose(to), 0);
}

/* Offsets of the signature's digits: from behind '<' to before '>'. */
static void contents(size_t *start, size_t *end)
{
    char *at = memmem(fixture.bytes, fixture.size, "/Contents <", 11);
    while (at && at[11] != '3') /* a DER SEQUENCE begins 30; decoys do not */
        at = memmem(at + 1, fixture.size - (size_t)(at + 1 - fixture.bytes), "/Contents <", 11);
    assert_non_null(at);
    *start = (size_t)(at + 11 - fixture.bytes);
    *end = *start + strspn(fixture.bytes + *start, "0123456789abcdef");
    assert_int_equal(fixture.bytes[*end], '>');
}

static void a_signed_file_is_intact_and_trusted(void **state)
{
    struct archive_verdict verdict = {.pdfa_2u = true};
    struct told told;
    (void)state;
    assert_int_equal(check(fixture.signed_path, fixture.trust, &verdict, &told), STATUS_OK);
    assert_int_equal(told.count, 0);
    assert_int_equal(verdict.signatures, 1);
    assert_true(verdict.intact);
    assert_true(verdict.trusted);
    assert_true(verdict.pdfa_2u);
    assert_string_equal(verdict.signer, "UBND xã Đông Sơn");
    assert_string_equal(verdict.issuer, "sohoa test CA");
    assert_string_equal(verdict.signed_at, NOW);
    assert_memory_equal(verdict.certificate_until, "2031-11-", 8);
}

static void without_roots_the_chain_is_not_judged(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    (void)state;
    assert_int_equal(check(fixture.signed_path, NULL, &verdict, &told), STATUS_OK);
    assert_true(verdict.intact);
    assert_false(verdict.trusted);
}

static void another_root_is_no_trust(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    struct error error;
    (void)state;
    char *keys = arena_printf(fixture.arena, "%s/keys2", fixture.folder);
    assert_int_equal(archive_test_keys(keys, "UBND xã khác", &error), STATUS_OK);
    assert_int_equal(
        check(fixture.signed_path, arena_printf(fixture.arena, "%s/ca.pem", keys), &verdict, &told),
        STATUS_REJECT);
    assert_true(verdict.intact);
    assert_false(verdict.trusted);
    assert_non_null(strstr(told.first, "UBND xã Đông Sơn"));
}

static void unreadable_roots_stop_the_check(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    (void)state;
    assert_int_equal(check(fixture.signed_path, "/nowhere/ca.pem", &verdict, &told), STATUS_FATAL);
}

static void signing_again_gives_the_same_bytes(void **state)
{
    struct error error;
    char *bytes = NULL;
    size_t size = 0;
    (void)state;
    assert_int_equal(archive_sign(fixture.signer, fixture.plain, fixture.other, &error), STATUS_OK);
    assert_int_equal(file_read(fixture.other, 1 << 20, fixture.arena, &bytes, &size, &error),
                     STATUS_OK);
    assert_int_equal(size, fixture.size);
    assert_memory_equal(bytes, fixture.bytes, size);
}

static void signing_changes_only_the_room_kept_for_it(void **state)
{
    struct error error;
    char *plain = NULL;
    size_t size = 0, start, end;
    (void)state;
    contents(&start, &end);
    assert_int_equal(file_read(fixture.plain, 1 << 20, fixture.arena, &plain, &size, &error),
                     STATUS_OK);
    assert_int_equal(size, fixture.size);
    for (size_t i = 0; i < size; i++)
        if (plain[i] != fixture.bytes[i])
            assert_true((i >= start && i < end) || (i + 60 > start && i < start));
}

/* Each byte of the file in turn, in steps; the DER is gone through byte for byte. */
static void a_byte_changed_anywhere_is_found(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    size_t start, end;
    char *copy = memory_new(fixture.size);
    (void)state;
    contents(&start, &end);
    memcpy(copy, fixture.bytes, fixture.size);
    for (size_t i = 0; i < fixture.size; i += i >= start && i < start + 3000 ? 5 : 61) {
        char was = copy[i];
        copy[i] = (char)(was ^ 0x01);
        write_other(copy, fixture.size);
        enum status status = check(fixture.other, fixture.trust, &verdict, &told);
        if (verdict.signatures > 0 && status == STATUS_OK)
            fail_msg("a change at byte %zu of %zu was not found", i, fixture.size);
        copy[i] = was;
    }
    free(copy);
}

/* Three steps on: first and second digits of the bytes in turn. */
static void no_part_of_the_signature_is_slack(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    size_t start, end, missed = 0;
    char *copy = memory_new(fixture.size);
    (void)state;
    contents(&start, &end);
    memcpy(copy, fixture.bytes, fixture.size);
    for (size_t i = start; i < end && i < start + 2 * 2900; i += 3) {
        char was = copy[i];
        copy[i] = was == '0' ? '1' : '0';
        write_other(copy, fixture.size);
        if (check(fixture.other, fixture.trust, &verdict, &told) == STATUS_OK) {
            missed++;
            printf("# digit %zu of the signature\n", i - start);
        }
        copy[i] = was;
    }
    assert_int_equal(missed, 0);
    free(copy);
}

static void bytes_behind_the_end_are_found(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    char *longer = memory_new(fixture.size + 20);
    (void)state;
    memcpy(longer, fixture.bytes, fixture.size);
    memcpy(longer + fixture.size, "\n%%EOF\n", 7);
    write_other(longer, fixture.size + 7);
    assert_int_equal(check(fixture.other, fixture.trust, &verdict, &told), STATUS_REJECT);
    assert_false(verdict.intact);
    assert_non_null(strstr(told.first, "added"));
    write_other(longer, fixture.size - 1);
    assert_int_equal(check(fixture.other, fixture.trust, &verdict, &told), STATUS_REJECT);
    assert_false(verdict.intact);
    free(longer);
}

static void the_signature_of_another_document_is_found(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    struct error error;
    char *plain = arena_printf(fixture.arena, "%s/plain2.pdf", fixture.folder), *bytes = NULL;
    char *path = arena_printf(fixture.arena, "%s/signed2.pdf", fixture.folder);
    size_t size = 0, start, end;
    (void)state;
    assert_int_equal(sample_pdf(plain, "D:20261122140510+07'00'", 3000, 16384), 0);
    assert_int_equal(archive_sign(fixture.signer, plain, path, &error), STATUS_OK);
    assert_int_equal(file_read(path, 1 << 20, fixture.arena, &bytes, &size, &error), STATUS_OK);
    contents(&start, &end);
    memcpy(bytes + start, fixture.bytes + start, end - start);
    write_other(bytes, size);
    assert_int_equal(check(fixture.other, fixture.trust, &verdict, &told), STATUS_REJECT);
    assert_false(verdict.intact);
    assert_non_null(strstr(told.first, "changed"));
}

static void ranges_that_leave_out_more_are_found(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    char *copy = arena_alloc(fixture.arena, fixture.size);
    size_t start, end;
    (void)state;
    contents(&start, &end);
    memcpy(copy, fixture.bytes, fixture.size);
    char *range = memmem(copy + start - 80, 80, "/ByteRange [0 ", 14);
    assert_non_null(range);
    range[14] = (char)(range[14] == '1' ? '2' : '1');
    write_other(copy, fixture.size);
    assert_int_equal(check(fixture.other, fixture.trust, &verdict, &told), STATUS_REJECT);
    assert_non_null(strstr(told.first, "cover"));
}

static void an_unsigned_file_has_no_signature(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    static const char text[] = "%PDF-1.7\n1 0 obj\n(/ByteRange [0 1 2 3])\nendobj\n%%EOF\n";
    (void)state;
    write_other(text, sizeof text - 1);
    assert_int_equal(check(fixture.other, fixture.trust, &verdict, &told), STATUS_OK);
    assert_int_equal(verdict.signatures, 0);
    assert_false(verdict.intact);
    assert_false(verdict.trusted);
}

static void room_that_was_never_filled_is_told(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    (void)state;
    assert_int_equal(check(fixture.plain, fixture.trust, &verdict, &told), STATUS_REJECT);
    assert_int_equal(verdict.signatures, 0);
    assert_non_null(strstr(told.first, "never signed"));
}

static void refuse(const char *from, const char *words)
{
    struct error error = {""};
    char *to = arena_printf(fixture.arena, "%s/refused.pdf", fixture.folder);
    assert_int_equal(archive_sign(fixture.signer, from, to, &error), STATUS_REJECT);
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
    assert_false(file_exists(to));
    assert_false(file_exists(arena_printf(fixture.arena, "%s.part", to)));
}

static void what_cannot_be_signed_is_refused(void **state)
{
    (void)state;
    refuse(fixture.signed_path, "signed already");
    refuse(arena_printf(fixture.arena, "%s/none.pdf", fixture.folder), "cannot be read");
    write_other("%PDF-1.7\n%%EOF\n", 15);
    refuse(fixture.other, "no room");
    assert_int_equal(sample_pdf(fixture.other, PDF_NOW, 100, 500), 0);
    refuse(fixture.other, "too long");
    assert_int_equal(sample_pdf(fixture.other, "D:20401122140509+07'00'", 100, 16384), 0);
    refuse(fixture.other, "expired");
    assert_int_equal(sample_pdf(fixture.other, "yesterday", 100, 16384), 0);
    refuse(fixture.other, "when it is signed");
}

static void a_file_of_many_windows_is_signed(void **state)
{
    struct archive_verdict verdict;
    struct told told;
    struct error error;
    char *path = arena_printf(fixture.arena, "%s/big.pdf", fixture.folder);
    (void)state;
    /* the room lies across every place of the 1 MiB border in turn */
    for (size_t padding = (1 << 20) - 1400; padding < (1 << 20) - 900; padding += 37) {
        assert_int_equal(sample_pdf(fixture.other, PDF_NOW, padding, 16384), 0);
        assert_int_equal(archive_sign(fixture.signer, fixture.other, path, &error), STATUS_OK);
        assert_int_equal(check(path, fixture.trust, &verdict, &told), STATUS_OK);
        assert_true(verdict.trusted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_file_is_intact_and_trusted),
        cmocka_unit_test(without_roots_the_chain_is_not_judged),
        cmocka_unit_test(another_root_is_no_trust),
        cmocka_unit_test(unreadable_roots_stop_the_check),
        cmocka_unit_test(signing_again_gives_the_same_bytes),
        cmocka_unit_test(signing_changes_only_the_room_kept_for_it),
        cmocka_unit_test(a_byte_changed_anywhere_is_found),
        cmocka_unit_test(no_part_of_the_signature_is_slack),
        cmocka_unit_test(bytes_behind_the_end_are_found),
        cmocka_unit_test(the_signature_of_another_document_is_found),
        cmocka_unit_test(ranges_that_leave_out_more_are_found),
        cmocka_unit_test(an_unsigned_file_has_no_signature),
        cmocka_unit_test(room_that_was_never_filled_is_told),
        cmocka_unit_test(what_cannot_be_signed_is_refused),
        cmocka_unit_test(a_file_of_many_windows_is_signed),
    };
    setenv("SOHOA_LANG", "en", 1);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
