/* What may follow a signature in a PDF, and what not; evidence records' bytes. */
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

#include <openssl/pem.h>

#include "archive/archive.h"
#include "archive/proof/der.h"
#include "archive/sign/revision.h"
#include "archive/sign/room.h"
#include "archive/sign/signature.h"
#include "archive/pdf/update.h"
#include "core/file.h"
#include "tests/sample_pdf.h"

#define NOW "2026-11-22T14:05:09+07:00"

static struct fixture {
    char folder[64];
    struct arena *arena;
    struct signer *signer;
    const char *signed_path, *changed, *trust;
} fixture;

static const char *in(const char *name)
{
    return file_join(fixture.arena, fixture.folder, name);
}

static int set_up(void **state)
{
    struct error error = {""};
    char *pass = NULL;
    (void)state;
    setenv("SOHOA_NOW", NOW, 1);
    strcpy(fixture.folder, "/tmp/sohoa-update.XXXXXX");
    if (!mkdtemp(fixture.folder))
        return -1;
    fixture.arena = arena_new();
    fixture.signed_path = in("signed.pdf");
    fixture.changed = in("changed.pdf");
    fixture.trust = in("keys/ca.pem");
    assert_int_equal(archive_test_keys(in("keys"), "UBND xã Đông Sơn", &error), STATUS_OK);
    assert_int_equal(file_read(in("keys/agency.pass"), 100, fixture.arena, &pass, NULL, &error),
                     STATUS_OK);
    struct archive_settings settings = {
        .key = arena_printf(fixture.arena, "file:%s", in("keys/agency.p12")),
        .certificate = "",
        .pin_command = ""};
    assert_int_equal(signer_open(&settings, pass, &fixture.signer, &error), STATUS_OK);
    assert_int_equal(sample_pdf(in("plain.pdf"), "D:20261122140509+07'00'", 3000, 16384), 0);
    assert_int_equal(archive_sign(fixture.signer, in("plain.pdf"), fixture.signed_path, &error),
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

/* ---------------------------------------------------------------- updates of a signed file */

static void keep_first(void *context, const char *sentence)
{
    char *kept = context;
    if (!kept[0])
        snprintf(kept, 300, "%s", sentence);
}

/* Writes the update, and says what is found in the file. */
static enum status judge(struct update *update, char told[300], struct archive_verdict *verdict)
{
    struct file_writer *writer = NULL;
    struct error error = {""};
    assert_int_equal(file_create(fixture.changed, &writer, &error), STATUS_OK);
    update_write(update, file_stream(writer));
    assert_int_equal(file_commit(writer, &error), STATUS_OK);
    update_close(update);
    told[0] = '\0';
    return signature_check(fixture.changed, fixture.trust, verdict, keep_first, told, &error);
}

static struct update *open_signed(void)
{
    struct update *update = NULL;
    struct error error = {""};
    assert_int_equal(update_open(fixture.signed_path, &update, &error), STATUS_OK);
    return update;
}

static void put(struct update *update, int64_t number, const char *text)
{
    struct buffer body = {0};
    buffer_text(&body, text);
    update_put(update, number, &body);
    buffer_clear(&body);
}

static void refused(struct update *update, const char *words)
{
    struct archive_verdict verdict;
    char told[300];
    assert_int_equal(judge(update, told, &verdict), STATUS_REJECT);
    assert_false(verdict.intact);
    assert_false(verdict.trusted);
    assert_non_null(strstr(told, words));
}

static void the_bytes_before_are_kept(void **state)
{
    char *before = NULL, *after = NULL, told[300];
    size_t size = 0, longer = 0;
    struct archive_verdict verdict;
    struct update *update = open_signed();
    (void)state;
    /* an object that nothing names harms nobody */
    update_put_stream(update, update_number(update), "abc", 3);
    assert_int_equal(judge(update, told, &verdict), STATUS_OK);
    assert_true(verdict.intact);
    assert_int_equal(file_read(fixture.signed_path, 1 << 20, fixture.arena, &before, &size, NULL),
                     STATUS_OK);
    assert_int_equal(file_read(fixture.changed, 1 << 20, fixture.arena, &after, &longer, NULL),
                     STATUS_OK);
    assert_true(longer > size);
    assert_memory_equal(before, after, size);
}

static void another_page_content_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    update_put_stream(update, 4, "BT (99 000 000) Tj ET", 21);
    refused(update, "Object 4 ");
}

static void a_page_with_other_content_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    put(update, 3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
        "/Contents 8 0 R /Annots [6 0 R] >>");
    update_put_stream(update, 8, "BT (x) Tj ET", 12);
    refused(update, "Object 3 ");
}

static void an_annotation_that_is_no_signature_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    put(update, 3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
        "/Contents 4 0 R /Annots [6 0 R 8 0 R] >>");
    put(update, 8, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 500] /Contents (x) >>");
    refused(update, "drawn on a page");
}

static void a_field_without_a_signature_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    put(update, 5, "<< /Fields [6 0 R 8 0 R] /SigFlags 3 >>");
    put(update, 8, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 99 99] >>");
    refused(update, "Object 5 ");
}

static void a_catalog_with_another_tree_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    put(update, 1, "<< /Type /Catalog /Pages 8 0 R /AcroForm 5 0 R >>");
    put(update, 8, "<< /Type /Pages /Kids [] /Count 0 >>");
    refused(update, "Object 1 ");
}

static void a_catalog_that_acts_when_opened_is_found(void **state)
{
    struct update *update = open_signed();
    (void)state;
    put(update, 1,
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction "
        "<< /S /JavaScript /JS (app.alert) >> >>");
    refused(update, "Object 1 ");
}

/* With these bytes as its only certificate. */
static struct update *add_dss(const void *bytes, size_t size)
{
    struct update *update = open_signed();
    put(update, 1,
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS 8 0 R /Extensions "
        "<< /ESIC << /BaseVersion /1.7 /ExtensionLevel 1 >> >> >>");
    put(update, 8, "<< /Certs [9 0 R] >>");
    update_put_stream(update, 9, bytes, size);
    return update;
}

static void a_dss_may_follow(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    unsigned char *der = NULL;
    FILE *from = fopen(fixture.trust, "r");
    X509 *ca = PEM_read_X509(from, NULL, NULL, NULL);
    int size = i2d_X509(ca, &der);
    (void)state;
    assert_int_equal(judge(add_dss(der, (size_t)size), told, &verdict), STATUS_OK);
    assert_true(verdict.intact);
    assert_true(verdict.trusted);
    assert_int_equal(verdict.level, ARCHIVE_B_B);
    fclose(from);
    X509_free(ca);
    OPENSSL_free(der);
}

static void an_entry_of_a_dss_that_is_nothing_is_told(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    (void)state;
    assert_int_equal(judge(add_dss("0", 1), told, &verdict), STATUS_REJECT);
    assert_true(verdict.intact);
    assert_non_null(strstr(told, "proofs"));
}

static void a_field_cannot_be_filled_twice(void **state)
{
    struct error error = {""};
    struct update *update = open_signed();
    (void)state;
    assert_int_equal(update_fill_field(update, "Signature1", 8, &error), STATUS_REJECT);
    assert_int_equal(update_fill_field(update, "Nobody", 8, &error), STATUS_REJECT);
    update_close(update);
}

static void two_signatures_hold_and_each_covers_its_own(void **state)
{
    struct archive_verdict verdict;
    struct error error = {""};
    char told[300] = "", *bytes = NULL;
    size_t size = 0;
    struct update *update = open_signed();
    (void)state;
    int64_t value = update_number(update);
    struct buffer body = {0};
    buffer_text(&body, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M "
                       "(D:20261122140509+07'00') ");
    room_keys(&body);
    buffer_text(&body, " >>");
    update_put(update, value, &body);
    buffer_clear(&body);
    assert_int_equal(update_add_field(update, "Signature1", value, &error), STATUS_OK);
    assert_int_equal(judge(update, told, &verdict), STATUS_REJECT); /* not filled yet */
    const char *both = in("both.pdf");
    assert_int_equal(archive_sign(fixture.signer, fixture.changed, both, &error), STATUS_OK);
    told[0] = '\0';
    assert_int_equal(signature_check(both, fixture.trust, &verdict, keep_first, told, &error),
                     STATUS_OK);
    assert_int_equal(verdict.signatures, 2);
    assert_true(verdict.intact && verdict.trusted);

    /* a byte of the first revision breaks both, one of the second only that */
    assert_int_equal(file_read(both, 1 << 20, fixture.arena, &bytes, &size, &error), STATUS_OK);
    char *at = memmem(bytes, size, "MediaBox [0 0 595", 17);
    assert_non_null(at);
    at[16] = '6';
    assert_int_equal(file_write(both, bytes, size, &error), STATUS_OK);
    assert_int_equal(signature_check(both, fixture.trust, &verdict, keep_first, told, &error),
                     STATUS_REJECT);
    assert_false(verdict.intact);
}

/* Each in a process of its own, to one name: whoever comes second waits or writes the same. */
static void processes_that_sign_one_document_leave_one_signature(void **state)
{
    enum { PROCESSES = 6 };
    const char *both = in("raced.pdf");
    int outcomes[STATUS_FATAL + 1] = {0};
    struct archive_verdict verdict;
    struct error error = {""};
    char told[300] = "";
    (void)state;
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            enum status status = STATUS_OK;
            for (int n = 0; n < 20 && (status == STATUS_OK || status == STATUS_RETRY); n++)
                status = archive_sign(fixture.signer, in("plain.pdf"), both, &error);
            _exit((int)status);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        assert_true(wait(&result) > 0);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) <= STATUS_FATAL);
        outcomes[WEXITSTATUS(result)]++;
    }
    assert_int_equal(outcomes[STATUS_OK] + outcomes[STATUS_RETRY], PROCESSES);
    assert_int_equal(signature_check(both, fixture.trust, &verdict, keep_first, told, &error),
                     STATUS_OK);
    assert_int_equal(verdict.signatures, 1);
    assert_true(verdict.intact && verdict.trusted);
    assert_false(file_exists(in("raced.pdf.part")));
    /* signed already: nobody signs over it */
    assert_int_equal(archive_sign(fixture.signer, both, in("twice.pdf"), &error), STATUS_REJECT);
    assert_int_equal(archive_countersign(fixture.signer, ARCHIVE_AGENCY_FIELD, "", NOW, both,
                                         in("twice.pdf"), &error),
                     STATUS_REJECT);
    assert_false(file_exists(in("twice.pdf")));
}

/* ---------------------------------------------------------------- by others' rules */

static struct archive_signature *listed(struct update *update, struct archive_verdict *verdict,
                                        char told[300])
{
    struct archive_signature *list = NULL;
    struct error error = {""};
    judge(update, told, verdict);
    told[0] = '\0';
    signature_list(fixture.changed, fixture.trust, NULL, REVISION_OTHERS, verdict, fixture.arena,
                   &list, keep_first, told, &error);
    assert_non_null(list);
    return list;
}

static void others_may_annotate_and_it_is_told(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    struct update *update = open_signed();
    (void)state;
    put(update, 3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
        "/Contents 4 0 R /Annots [6 0 R 8 0 R] >>");
    put(update, 8, "<< /Type /Annot /Subtype /Text /Rect [0 0 50 50] /Contents (x) >>");
    struct archive_signature *one = listed(update, &verdict, told);
    assert_string_equal(told, "");
    assert_true(one->intact && one->trusted && !one->whole);
    assert_int_equal(one->changes, CHANGED_ANNOTATIONS);
    assert_int_equal(one->revision, 1);
    assert_int_equal(one->revisions, 2);
    assert_string_equal(one->field, "Signature1");
    assert_string_equal(one->role, "approval");
    assert_null(one->next);
}

static void others_may_not_draw_over_a_page(void **state)
{
    static const char *const drawn[] = {
        "<< /Type /Annot /Subtype /Square /Rect [0 0 595 842] /IC [1 1 1] >>",
        "<< /Type /Annot /Subtype /Text /Rect [0 0 595 842] /AP << /N 4 0 R >> >>",
        "<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] /Contents (x) >>"};
    struct archive_verdict verdict;
    char told[300];
    (void)state;
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++) {
        struct update *update = open_signed();
        put(update, 3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
            "/Contents 4 0 R /Annots [6 0 R 8 0 R] >>");
        put(update, 8, drawn[i]);
        struct archive_signature *one = listed(update, &verdict, told);
        assert_false(one->intact);
        assert_int_equal(one->changes, CHANGED_MARKS);
        assert_non_null(strstr(told, "drawn"));
    }
}

/* The field leaves the form in the bytes that are signed already: pdfsig shows no signature. */
static void a_signature_of_no_field_is_none(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    struct update *update = open_signed();
    (void)state;
    put(update, 5, "<< /Fields [] /SigFlags 3 >>");
    struct archive_signature *one = listed(update, &verdict, told);
    assert_false(one->intact);
    assert_int_equal(verdict.signatures, 0);
    assert_non_null(strstr(told, "no field"));
}

static void others_may_not_change_the_page_either(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    struct update *update = open_signed();
    (void)state;
    update_put_stream(update, 4, "BT (99 000 000) Tj ET", 21);
    struct archive_signature *one = listed(update, &verdict, told);
    assert_true(!one->intact && !verdict.intact);
    assert_int_equal(one->changes, CHANGED_CONTENT);
    assert_non_null(strstr(one->fault, "Object 4 "));
}

static void a_signature_that_was_taken_out_is_told(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    struct update *update = open_signed();
    (void)state;
    put(update, 7, "<< /Type /Nothing >>");
    struct archive_signature *one = listed(update, &verdict, told);
    assert_false(one->intact);
    assert_non_null(strstr(one->fault, "taken out"));
}

static void a_signature_by_another_spelling_is_told(void **state)
{
    struct archive_verdict verdict;
    char told[300];
    struct update *update = open_signed();
    (void)state;
    put(update, 8, "<< /Type /Sig /Byte#52ange [0 1 2 3] /Contents <00> >>");
    struct archive_signature *one = listed(update, &verdict, told);
    assert_non_null(one->next);
    assert_false(verdict.intact);
}

static void the_room_may_not_overflow(void **state)
{
    struct error error = {""};
    struct buffer blob = {0};
    struct sigdict room = {.contents_at = 0, .contents_size = 102};
    FILE *file = tmpfile();
    (void)state;
    char bytes[51] = {0};
    buffer_add(&blob, bytes, sizeof bytes);
    assert_int_equal(room_fill(file, &room, &blob, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "51 bytes"));
    buffer_clear(&blob);
    fclose(file);
}

static void der_is_written_and_read(void **state)
{
    static const size_t sizes[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer out = {0};
        char *content = calloc(1, sizes[i] + 1);
        der_put(&out, 0x30, content, sizes[i]);
        struct der from = {out.data, out.size}, got, whole;
        assert_true(der_next_whole(&from, 0x30, &whole, &got));
        assert_int_equal(got.size, sizes[i]);
        assert_int_equal(whole.size, out.size);
        assert_int_equal(from.size, 0);
        for (size_t cut = 0; cut < out.size && cut < 8; cut++) {
            struct der less = {out.data, out.size - 1 - cut};
            assert_false(der_next(&less, 0x30, &got));
        }
        buffer_clear(&out);
        free(content);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_before_are_kept),
        cmocka_unit_test(another_page_content_is_found),
        cmocka_unit_test(a_page_with_other_content_is_found),
        cmocka_unit_test(an_annotation_that_is_no_signature_is_found),
        cmocka_unit_test(a_field_without_a_signature_is_found),
        cmocka_unit_test(a_catalog_with_another_tree_is_found),
        cmocka_unit_test(a_catalog_that_acts_when_opened_is_found),
        cmocka_unit_test(a_dss_may_follow),
        cmocka_unit_test(an_entry_of_a_dss_that_is_nothing_is_told),
        cmocka_unit_test(a_field_cannot_be_filled_twice),
        cmocka_unit_test(two_signatures_hold_and_each_covers_its_own),
        cmocka_unit_test(processes_that_sign_one_document_leave_one_signature),
        cmocka_unit_test(others_may_annotate_and_it_is_told),
        cmocka_unit_test(others_may_not_draw_over_a_page),
        cmocka_unit_test(a_signature_of_no_field_is_none),
        cmocka_unit_test(others_may_not_change_the_page_either),
        cmocka_unit_test(a_signature_that_was_taken_out_is_told),
        cmocka_unit_test(a_signature_by_another_spelling_is_told),
        cmocka_unit_test(the_room_may_not_overflow),
        cmocka_unit_test(der_is_written_and_read),
    };
    setenv("SOHOA_LANG", "en", 1);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
