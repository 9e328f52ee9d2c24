/* What others may change behind a signature, and our updates of files with cross-reference streams.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/pdf/pdf_read.h"
#include "archive/sign/revision.h"
#include "archive/pdf/update.h"
#include "archive/pdf/xmp.h"
#include "core/file.h"
#include "core/message.h"
#include "tests/unit/archive_made.h"

/* ---------------------------------------------------------------- behind a signature */

static void take_sentence(void *context, const char *sentence)
{
    snprintf(context, 300, "%s", sentence);
}

/* What was changed after the first size bytes, which are closed again. */
static unsigned changes_since(size_t size, char told[300])
{
    unsigned changes = 0;
    opens();
    told[0] = '\0';
    revision_check(&file, (int64_t)size, REVISION_OTHERS & revision_permits(&file), &changes,
                   take_sentence, told);
    pdf_file_close(&file);
    return changes;
}

static const int form_numbers[] = {1, 2, 3, 5, 6};
static const char *const form_bodies[] = {
    "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 20 0 R >> >>", TREE,
    "<< /Type /Page /Parent 2 0 R /Annots [6 0 R] /Contents [7 0 R 30 0 R] >>",
    "<< /Fields [6 0 R] >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (old) /Rect [0 0 9 9] >>"};

static size_t make_form(const char *level)
{
    char body[120];
    sample_packed(&made, 10, form_numbers, form_bodies, 5, "", NULL);
    sample_stream(&made, 7, "", "q Q", 3);
    snprintf(body, sizeof body, "<< /Type /Sig /Reference [<< /TransformParams << /P %s >> >>] >>",
             level);
    sample_object(&made, 20, body);
    sample_xref(&made, 11, ROOT " /Info 21 0 R", NULL, NULL);
    return made.out.size;
}

static void end_change(void)
{
    sample_xref(&made, 12, ROOT " /Info 21 0 R", NULL, NULL);
}

static void a_filled_field_is_told_from_a_changed_page(void **state)
{
    char told[300];
    (void)state;
    size_t size = make_form("2");
    sample_packed(&made, 13, (const int[]){6},
                  (const char *const[]){"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (new) "
                                        "/Rect [0 0 9 9] >>"},
                  1, "", NULL);
    end_change();
    assert_int_equal(changes_since(size, told), CHANGED_FORM);
    assert_string_equal(told, "");
    sample_stream(&made, 7, "", "Q q", 3);
    end_change();
    assert_int_equal(changes_since(size, told), CHANGED_FORM | CHANGED_CONTENT);
    assert_non_null(strstr(told, "Object 7 "));
}

static void what_a_certification_forbids_is_told(void **state)
{
    char told[300];
    (void)state;
    size_t size = make_form("1");
    sample_object(&made, 6,
                  "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (new) /Rect [0 0 9 9] >>");
    end_change();
    assert_int_equal(changes_since(size, told), CHANGED_FORM);
    assert_non_null(strstr(told, "Object 6 "));
}

/* The page names object 30, which is not there when it is signed. */
static void what_was_missing_and_comes_later_is_told(void **state)
{
    char told[300];
    (void)state;
    size_t size = make_form("3");
    sample_object(&made, 31, "(nobody names it)");
    end_change();
    assert_int_equal(changes_since(size, told), 0);
    sample_stream(&made, 30, "", "BT ET", 5);
    end_change();
    assert_int_equal(changes_since(size, told), CHANGED_CONTENT);
}

/* Only the object stream is written again: the entries of its objects stay. */
static void another_object_stream_in_its_place_is_told(void **state)
{
    static const char *const others[] = {
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction 9 0 R >>", TREE, PAGE,
        "<< /Fields [] >>", "<< >>"};
    char told[300];
    (void)state;
    size_t size = make_form("3");
    sample_packed(&made, 10, form_numbers, others, 5, "", NULL);
    for (int i = 0; i < 5; i++)
        made.objects[form_numbers[i]].kind = 0;
    end_change();
    assert_true(changes_since(size, told) & CHANGED_CONTENT);
}

/* Some readers take the first of two, others the last: neither may be believed. */
static void a_key_that_stands_twice_is_no_dictionary(void **state)
{
    static const char *const bodies_of_forgers[] = {
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 20 0 R >> /Pages 9 0 R "
        ">>",
        "<< /Pages 9 0 R /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 20 0 R >> "
        ">>",
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 20 0 R >> /#50ages 9 0 R "
        ">>",
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Perms << /DocMDP 20 0 R >> /Pages#00 9 0 "
        "R "
        ">>"};
    char told[300];
    (void)state;
    for (size_t i = 0; i < sizeof bodies_of_forgers / sizeof *bodies_of_forgers; i++) {
        buffer_clear(&made.out);
        sample_begin(&made);
        size_t size = make_form("2");
        sample_object(&made, 1, bodies_of_forgers[i]);
        end_change();
        assert_true(changes_since(size, told) & CHANGED_CONTENT);
        assert_non_null(strstr(told, "Object 1 "));
    }
}

static void a_trailer_with_two_roots_is_no_file(void **state)
{
    (void)state;
    sample_object(&made, 1, CATALOG);
    sample_object(&made, 2, TREE);
    sample_object(&made, 3, PAGE);
    sample_table(&made, ROOT " /Root 2 0 R");
    assert_int_equal(pdf_file_bytes(made.out.data, made.out.size, &file, &fault), STATUS_REJECT);
    assert_string_not_equal(fault.text, "");
}

/* Object 7 in another generation is another object, which is not there. */
static void another_generation_is_another_object(void **state)
{
    char told[300];
    (void)state;
    size_t size = make_form("2");
    sample_object(&made, 3,
                  "<< /Type /Page /Parent 2 0 R /Annots [6 0 R] /Contents [7 1 R 30 0 R] >>");
    end_change();
    assert_int_equal(changes_since(size, told), CHANGED_CONTENT);
    opens();
    const struct pdf_value *list = pdf_get(&file, pdf_object_at(&file, 3), "Contents");
    assert_int_equal(pdf_resolve(&file, &list->items[0])->kind, PDF_NULL);
    pdf_file_close(&file);
}

/* What says that there are signatures is not taken back. */
static void flags_of_signatures_stay(void **state)
{
    static const char *const forms[] = {"<< /Fields [] /SigFlags 3 >>", "<< /Fields [] >>",
                                        "<< /Fields [] /SigFlags 2 >>",
                                        "<< /Fields [] /SigFlags (3) >>"};
    char told[300];
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        buffer_clear(&made.out);
        sample_begin(&made);
        sample_object(&made, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>");
        sample_object(&made, 2, TREE);
        sample_object(&made, 3, PAGE);
        sample_object(&made, 5, "<< /Fields [] /SigFlags 1 >>");
        sample_table(&made, ROOT);
        size_t size = made.out.size;
        sample_object(&made, 5, forms[i]);
        sample_table(&made, ROOT);
        assert_int_equal(changes_since(size, told), i == 0 ? 0 : CHANGED_CONTENT);
    }
}

static void proofs_that_are_taken_away_are_told(void **state)
{
    static const char *const shrunk[] = {
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Catalog /Pages 2 0 R /DSS << >> >>",
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R] /CRLs [] >> >>"};
    char told[300];
    (void)state;
    for (size_t i = 0; i <= sizeof shrunk / sizeof *shrunk; i++) {
        bool grows = i == sizeof shrunk / sizeof *shrunk;
        buffer_clear(&made.out);
        sample_begin(&made);
        sample_object(&made, 1,
                      "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R] /CRLs [8 0 R] >> >>");
        sample_object(&made, 2, TREE);
        sample_object(&made, 3, PAGE);
        sample_stream(&made, 7, "", "a", 1);
        sample_stream(&made, 8, "", "b", 1);
        sample_table(&made, ROOT);
        size_t size = made.out.size;
        sample_object(&made, 1,
                      grows ? "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R 8 0 R] /CRLs "
                              "[8 0 R] >> >>"
                            : shrunk[i]);
        sample_table(&made, ROOT);
        assert_int_equal(changes_since(size, told), grows ? CHANGED_PROOFS : CHANGED_CONTENT);
    }
}

/* As many as before, but others. */
static void proofs_that_are_replaced_are_told(void **state)
{
    static const char *const later[] = {
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R] /CRLs [9 0 R] >> >>",
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R] /CRLs [7 0 R] >> >>",
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [9 0 R 10 0 R] /CRLs [10 0 R] >> >>",
        "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R 9 0 R] /CRLs [10 0 R] >> >>"};
    char told[300];
    (void)state;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        buffer_clear(&made.out);
        sample_begin(&made);
        sample_object(&made, 1,
                      "<< /Type /Catalog /Pages 2 0 R /DSS << /Certs [7 0 R] /CRLs [8 0 R] >> >>");
        sample_object(&made, 2, TREE);
        sample_object(&made, 3, PAGE);
        sample_stream(&made, 7, "", "a", 1);
        sample_stream(&made, 8, "", "b", 1);
        sample_table(&made, ROOT);
        size_t size = made.out.size;
        sample_object(&made, 1, later[i]);
        sample_stream(&made, 9, "", "c", 1);
        sample_stream(&made, 10, "", "b", 1);
        sample_table(&made, ROOT);
        bool kept = i == 3; /* the same bytes in another object */
        assert_int_equal(changes_since(size, told), kept ? CHANGED_PROOFS : CHANGED_CONTENT);
    }
}

/* Its object is the same one, written again with other bytes. */
static void a_proof_in_the_place_of_another_is_told(void **state)
{
    char told[300];
    (void)state;
    sample_object(&made, 1, "<< /Type /Catalog /Pages 2 0 R /DSS << /CRLs [8 0 R] >> >>");
    sample_object(&made, 2, TREE);
    sample_object(&made, 3, PAGE);
    sample_stream(&made, 8, "", "b", 1);
    sample_table(&made, ROOT);
    size_t size = made.out.size;
    sample_stream(&made, 8, "", "c", 1);
    sample_table(&made, ROOT);
    assert_true(changes_since(size, told) & CHANGED_CONTENT);
}

/* ---------------------------------------------------------------- fields that a signature locks */

static void make_locked(const char *lock, const char *reference)
{
    char body[300];
    buffer_clear(&made.out);
    sample_begin(&made);
    sample_object(&made, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>");
    sample_object(&made, 2, TREE);
    sample_object(&made, 3, "<< /Type /Page /Parent 2 0 R /Annots [6 0 R 8 0 R 9 0 R] >>");
    sample_object(&made, 5, "<< /Fields [6 0 R 7 0 R 9 0 R] >>");
    sample_object(&made, 6,
                  "<< /Subtype /Widget /FT /Tx /T (amount) /V (1) /AP << /N 12 0 R >> >>");
    sample_object(&made, 7, "<< /FT /Tx /T (owner) /V (x) /Kids [8 0 R] >>");
    sample_object(&made, 8, "<< /Subtype /Widget /FT /Tx /T (name) /Parent 7 0 R /V (A) >>");
    snprintf(body, sizeof body, "<< /Subtype /Widget /FT /Sig /T (s) /V 10 0 R %s >>", lock);
    sample_object(&made, 9, body);
    snprintf(body, sizeof body, "<< /Type /Sig /ByteRange [0 0 0 0] %s >>", reference);
    sample_object(&made, 10, body);
    sample_stream(&made, 12, "", "q Q", 3);
    sample_table(&made, ROOT);
}

static unsigned changed_by(int number, const char *body, char told[300])
{
    size_t size = made.out.size;
    if (body)
        sample_object(&made, number, body);
    else
        sample_stream(&made, number, "", "Q q", 3);
    sample_table(&made, ROOT);
    return changes_since(size, told);
}

#define MDP(action)                                                                                \
    "/Reference [<< /TransformMethod /FieldMDP /TransformParams << " action " >> >>]"

static void a_locked_field_stays_as_it_was_signed(void **state)
{
    static const struct {
        const char *lock, *reference;
        bool amount, name; /* locked */
    } cases[] = {{"", "", false, false},
                 {"", MDP("/Action /All"), true, true},
                 {"", MDP("/Action /Include /Fields [(amount)]"), true, false},
                 {"", MDP("/Action /Exclude /Fields [(amount)]"), false, true},
                 {"/Lock << /Action /All >>", "", true, true},
                 {"/Lock << /Action /Include /Fields [(owner)] >>", "", false, true},
                 {"/Lock << /Action /Include /Fields [(owner.name)] >>", "", false, true},
                 {"/Lock << /Action /Include /Fields [(own)] >>", "", false, false}};
    char told[300];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const unsigned amount = cases[i].amount ? CHANGED_CONTENT : CHANGED_FORM;
        const unsigned name = cases[i].name ? CHANGED_CONTENT : CHANGED_FORM;
        make_locked(cases[i].lock, cases[i].reference);
        assert_int_equal(changed_by(6,
                                    "<< /Subtype /Widget /FT /Tx /T (amount) /V (9) /AP << /N 12 0 "
                                    "R >> >>",
                                    told),
                         amount);
        assert_true(!cases[i].amount || strstr(told, "locks"));
        make_locked(cases[i].lock, cases[i].reference);
        assert_int_equal(changed_by(12, NULL, told), amount);
        make_locked(cases[i].lock, cases[i].reference);
        assert_int_equal(
            changed_by(8, "<< /Subtype /Widget /FT /Tx /T (name) /Parent 7 0 R /V (B) >>", told),
            name);
    }
}

/* What the lock of an approval says of all that follows (ISO 32000-2). */
static void a_lock_may_forbid_every_change(void **state)
{
    char told[300];
    (void)state;
    make_locked("/Lock << /Action /Include /Fields [(amount)] /P 1 >>", "");
    changed_by(8, "<< /Subtype /Widget /FT /Tx /T (name) /Parent 7 0 R /V (B) >>", told);
    assert_non_null(strstr(told, "Object 8 "));
}

/* ---------------------------------------------------------------- our own updates */

/* Whoever has no key of ours gets a time-stamp from any authority: its field may not be painted. */
static void what_a_later_signature_shows_is_told(void **state)
{
    static const char xmp[] =
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
        "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
        "rdf:about=\"\" xmlns:sohoa=\"" XMP_SOHOA "\"><sohoa:mastersDigest>0"
        "</sohoa:mastersDigest></rdf:Description></rdf:RDF></x:xmpmeta>";
    static const struct {
        const char *filter, *box;
        bool ours, told;
    } cases[] = {{"ETSI.RFC3161", "0 0 0 0", true, false},
                 {"ETSI.RFC3161", "9 9 99 99", true, true},
                 {"ETSI.RFC3161", "9 9 99 99", false, true},
                 {"ETSI.RFC3161", "9 9 9 99", false, false},
                 {"ETSI.RFC3161", "8 0 R 8 0 R 9 9", true, true},
                 {"ETSI.CAdES.detached", "9 9 99 99", true, true},
                 {"ETSI.CAdES.detached", "9 9 99 99", false, false},
                 {"ETSI.CAdES.detached", "0 0 0 0", true, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char told[300], field[200];
        const bool stamp = strcmp(cases[i].filter, "ETSI.RFC3161") == 0;
        buffer_clear(&made.out);
        sample_begin(&made);
        sample_packed(&made, 10, form_numbers, form_bodies, 5, "", NULL);
        sample_object(&made, 1,
                      cases[i].ours ? "<< /Pages 2 0 R /AcroForm 5 0 R /Metadata 40 0 R >>"
                                    : "<< /Pages 2 0 R /AcroForm 5 0 R >>");
        sample_object(&made, 8, "50");
        sample_stream(&made, 40, "/Type /Metadata /Subtype /XML", xmp, strlen(xmp));
        sample_xref(&made, 11, ROOT, NULL, NULL);
        const size_t size = made.out.size;
        snprintf(
            field, sizeof field,
            "<< /FT /Sig /Subtype /Widget /Rect [%s] /V << /SubFilter /%s /ByteRange [0] >> >>",
            cases[i].box, cases[i].filter);
        sample_object(&made, 31, field);
        sample_object(&made, 5, "<< /Fields [6 0 R 31 0 R] >>");
        sample_xref(&made, 12, ROOT, NULL, NULL);
        unsigned marks = stamp && cases[i].told ? CHANGED_MARKS : 0;
        assert_int_equal(changes_since(size, told),
                         marks | (stamp ? CHANGED_TIMESTAMP : CHANGED_SIGNATURE));
        assert_true((strstr(told, "shows something on a page") != NULL) == cases[i].told);
    }
}

static void an_update_goes_on_with_streams(void **state)
{
    struct update *update = NULL;
    char *bytes = NULL, path[] = "/tmp/sohoa-reader.XXXXXX";
    struct buffer body = {0};
    size_t size = 0;
    (void)state;
    pack();
    sample_xref(&made, 11, ROOT " /ID [<01> <02>]", NULL, NULL);
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    assert_int_equal(file_write(path, made.out.data, made.out.size, &fault), STATUS_OK);
    assert_int_equal(update_open(path, &update, &fault), STATUS_OK);
    buffer_text(&body, "<< /Type /Catalog /Pages 2 0 R /Note (updated) >>");
    update_put(update, 1, &body);
    update_put_stream(update, update_number(update), "abc", 3);
    FILE *to = open_memstream(&bytes, &size);
    update_write(update, to);
    fclose(to);
    update_close(update);
    buffer_clear(&made.out);
    buffer_add(&made.out, bytes, size);
    opens();
    assert_true(file.sections->stream);
    const struct pdf_value *index = pdf_raw(file.trailer, "Index");
    assert_int_equal(index->size, 6);
    for (size_t i = 2; i < index->size; i += 2) /* strict readers ask for that */
        assert_true(index->items[i].number > index->items[i - 2].number);
    assert_string_equal(pdf_raw(file.trailer, "ID")->items[0].text, "\1");
    assert_true(pdf_object_sound(&file, (int64_t)file.slot_count - 1)); /* the section itself */
    assert_true(pdf_object_sound(&file, 1));
    pdf_file_close(&file);
    assert_note("updated");
    unlink(path);
    free(bytes);
    buffer_clear(&body);
}

#define REVISION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    REVISION_TEST(a_filled_field_is_told_from_a_changed_page),
    REVISION_TEST(what_a_certification_forbids_is_told),
    REVISION_TEST(what_was_missing_and_comes_later_is_told),
    REVISION_TEST(another_object_stream_in_its_place_is_told),
    REVISION_TEST(a_key_that_stands_twice_is_no_dictionary),
    REVISION_TEST(a_trailer_with_two_roots_is_no_file),
    REVISION_TEST(another_generation_is_another_object),
    REVISION_TEST(flags_of_signatures_stay),
    REVISION_TEST(proofs_that_are_taken_away_are_told),
    REVISION_TEST(proofs_that_are_replaced_are_told),
    REVISION_TEST(a_proof_in_the_place_of_another_is_told),
    REVISION_TEST(a_locked_field_stays_as_it_was_signed),
    REVISION_TEST(a_lock_may_forbid_every_change),
    REVISION_TEST(what_a_later_signature_shows_is_told),
    REVISION_TEST(an_update_goes_on_with_streams),
};

int main(void)
{
    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
