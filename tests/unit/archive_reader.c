/* The reader of PDF files: tables, streams and both; what is damaged or an attack is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "archive/pdf/flate.h"
#include "archive/pdf/pdf_read.h"
#include "core/message.h"
#include "tests/unit/archive_made.h"

static void assert_refused(const char *words)
{
    fault.text[0] = '\0';
    assert_int_equal(pdf_file_bytes(made.out.data, made.out.size, &file, &fault), STATUS_REJECT);
    if (!strstr(fault.text, words))
        fail_msg("\"%s\" does not say %s", fault.text, words);
}

static void plain(void)
{
    for (int i = 0; i < 3; i++)
        sample_object(&made, packed[i], bodies[i]);
}

/* ---------------------------------------------------------------- what is read */

static void objects_in_streams_are_read(void **state)
{
    (void)state;
    pack();
    sample_xref(&made, 11, ROOT, NULL, NULL);
    opens();
    assert_true(pdf_object_sound(&file, 1));
    assert_true(pdf_object_sound(&file, 10));
    assert_false(pdf_object_sound(&file, 4));
    assert_int_equal(file.end, made.out.size);
    pdf_file_close(&file);
    assert_note("first");
}

static void the_newest_definition_wins(void **state)
{
    static const int one[] = {1};
    static const char *const second[] = {"<< /Type /Catalog /Pages 2 0 R /Note (second) >>"};
    (void)state;
    pack();
    sample_xref(&made, 11, ROOT, NULL, NULL);
    sample_packed(&made, 12, one, second, 1, "/Extends 10 0 R", NULL);
    sample_xref(&made, 13, ROOT, NULL, NULL);
    assert_note("second");
    /* a table behind streams, and a stream behind that */
    sample_object(&made, 1, "<< /Type /Catalog /Pages 2 0 R /Note (third) >>");
    sample_table(&made, ROOT);
    assert_note("third");
    sample_packed(&made, 14, one, second, 1, "/Extends 14 0 R", NULL); /* of itself: no harm */
    sample_xref(&made, 15, ROOT, NULL, NULL);
    assert_note("second");
    opens();
    assert_int_equal(file.old_count, 1); /* the plain catalog */
    assert_int_equal(file.olds[0].number, 1);
    pdf_file_close(&file);
}

static void a_freed_object_is_gone(void **state)
{
    (void)state;
    plain();
    sample_object(&made, 4, "(there)");
    sample_table(&made, ROOT);
    sample_packed(&made, 10, (const int[]){4}, (const char *const[]){"(x)"}, 1, "", NULL);
    sample_table(&made, ROOT); /* calls object 4 free, and says nothing of a stream */
    opens();
    assert_int_equal(pdf_object_at(&file, 4)->kind, PDF_NULL);
    pdf_file_close(&file);
}

static void what_a_hybrid_file_hides_is_read(void **state)
{
    char trailer[80];
    (void)state;
    plain();
    sample_object(&made, 4, "(old)");
    sample_table(&made, ROOT);
    long before = made.section;
    sample_packed(&made, 10, (const int[]){4}, (const char *const[]){"(hidden)"}, 1, "", NULL);
    made.section = 0;
    struct sample_file kept = made; /* the stream speaks of the objects, and so does the table */
    sample_xref(&made, 11, "", NULL, NULL);
    snprintf(trailer, sizeof trailer, ROOT " /XRefStm %ld", made.section);
    memcpy(made.objects, kept.objects, sizeof made.objects);
    made.section = before;
    sample_table(&made, trailer);
    opens();
    assert_string_equal(pdf_object_at(&file, 4)->text, "hidden");
    pdf_file_close(&file);
    assert_note("first");
}

static void a_linearized_file_ends_at_its_end(void **state)
{
    (void)state;
    /* the newest section stands first and names one behind it */
    buffer_text(&made.out,
                "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 64 /Prev ");
    size_t hole = made.out.size, first = 15;
    buffer_text(&made.out, "000000 >>\nstartxref\n0\n%%EOF\n");
    plain();
    long second = (long)made.out.size;
    sample_table(&made, "");
    char digits[7];
    snprintf(digits, sizeof digits, "%06ld", second);
    memcpy(made.out.data + hole, digits, 6);
    made.out.size -= strlen("startxref\n000\n%%EOF\n");
    sample_end(&made, (long)first);
    assert_note("first");
    opens();
    assert_int_equal(file.end, made.out.size);
    pdf_file_close(&file);
}

/* Object 1 stands at two places, and one table names it twice, as these rows say. */
static void named_twice(const char *first, const char *second)
{
    plain();
    long place = made.objects[1].place, other = (long)made.out.size;
    sample_object(&made, 1, "<< /Type /Catalog /Pages 2 0 R /Note (second) >>");
    long start = (long)made.out.size;
    const char *rows[] = {first, second};
    buffer_text(&made.out, "xref\n0 1\n0000000000 65535 f \n");
    for (int i = 0; i < 2; i++)
        buffer_printf(&made.out, "1 1\n%010ld 00000 %c \n", rows[i][0] == '1' ? place : other,
                      rows[i][1]);
    buffer_printf(&made.out, "2 2\n%010ld 00000 n \n%010ld 00000 n \n", made.objects[2].place,
                  made.objects[3].place);
    buffer_text(&made.out, "trailer\n<< /Size 4 " ROOT " >>\n");
    sample_end(&made, start);
}

/* Some readers take the first of two, others the last: neither may be believed. */
static void a_section_that_says_two_things_is_told(void **state)
{
    static const char *const rows[][2] = {{"1n", "2n"}, {"2n", "1n"}, {"1n", "1f"}, {"1f", "1n"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        named_twice(rows[i][0], rows[i][1]);
        assert_refused("is damaged");
        buffer_clear(&made.out);
        sample_begin(&made);
    }
    named_twice("1n", "1n");
    assert_note("first");
}

static void a_hybrid_file_that_says_two_things_is_told(void **state)
{
    char trailer[80];
    (void)state;
    plain();
    sample_packed(&made, 10, (const int[]){4}, (const char *const[]){"(hidden)"}, 1, "", NULL);
    struct sample_file kept = made;
    sample_xref(&made, 11, "", NULL, NULL);
    snprintf(trailer, sizeof trailer, ROOT " /XRefStm %ld", made.section);
    memcpy(made.objects, kept.objects, sizeof made.objects);
    made.section = 0;
    sample_object(&made, 4, "(shown)");
    sample_table(&made, trailer);
    assert_refused("is damaged");
}

/* ---------------------------------------------------------------- predictors */

/* The rows of the cross-reference stream as PNG filters (Paeth) and Flate have them. */
static void squeeze(const struct buffer *rows, int width, struct buffer *out)
{
    struct image image = {0};
    image_init(&image, width, (int)rows->size / width, 1, 8);
    for (int y = 0; y < image.height_px; y++)
        memcpy(image.data + (size_t)y * image.stride, rows->data + y * width, (size_t)width);
    assert_int_equal(flate_encode(&image, out, &fault), STATUS_OK);
    image_clear(&image);
}

static void squeezed(const char *parms)
{
    struct buffer rows = {0}, index = {0}, data = {0};
    char dict[200];
    pack();
    sample_rows(&made, 11, &rows, &index);
    squeeze(&rows, 7, &data);
    snprintf(dict, sizeof dict, ROOT " /Filter /FlateDecode /DecodeParms %s", parms);
    sample_xref(&made, 11, dict, NULL, &data);
    buffer_clear(&rows);
    buffer_clear(&index);
    buffer_clear(&data);
}

static void predictors_are_undone(void **state)
{
    (void)state;
    squeezed("<< /Predictor 12 /Columns 7 >>");
    assert_note("first");
}

static void wrong_predictors_are_told(void **state)
{
    static const char *const parms[] = {"<< /Predictor 12 /Columns 6 >>",
                                        "<< /Predictor 12 /Columns 0 >>",
                                        "<< /Predictor 12 /Columns 99999999 >>",
                                        "<< /Predictor 9 /Columns 7 >>",
                                        "<< /Predictor 12 /Columns 7 /Colors 2147483647 >>",
                                        "<< /Predictor 12 /Columns 7 /BitsPerComponent 7 >>",
                                        "(no dictionary)"};
    (void)state;
    for (size_t i = 0; i < sizeof parms / sizeof *parms; i++) {
        squeezed(parms[i]);
        assert_refused("is damaged");
        buffer_clear(&made.out);
        sample_begin(&made);
    }
}

static void tiff_predictor_is_undone(void **state)
{
    struct buffer rows = {0}, data = {0}, plain_bytes = {0};
    (void)state;
    /* rows of a PNG type byte would be in the way: Predictor 2 over a row as long as the whole */
    buffer_add(&rows, "\x01\x01\x01\x01", 4);
    squeeze(&rows, 4, &data); /* 04 01 00 00 00: Paeth of four equal bytes */
    sample_stream(&made, 4, "/Filter [/FlateDecode] /DecodeParms [<< /Predictor 2 /Columns 5 >>]",
                  data.data, data.size);
    plain();
    sample_table(&made, ROOT);
    opens();
    assert_true(pdf_stream_decoded(&file, pdf_object_at(&file, 4), 100, &plain_bytes));
    assert_int_equal(plain_bytes.size, 5);
    assert_memory_equal(plain_bytes.data, "\x04\x05\x05\x05\x05", 5);
    pdf_file_close(&file);
    buffer_clear(&rows);
    buffer_clear(&data);
    buffer_clear(&plain_bytes);
}

/* ---------------------------------------------------------------- attacks */

static void a_loop_is_told(void **state)
{
    char trailer[60];
    (void)state;
    plain();
    snprintf(trailer, sizeof trailer, ROOT " /Prev %zu", made.out.size);
    sample_table(&made, trailer);
    assert_refused("chain");
}

static void a_long_loop_is_told(void **state)
{
    (void)state;
    plain();
    sample_table(&made, ROOT " /Prev 00000000000");
    long first = made.section;
    sample_xref(&made, 11, ROOT, NULL, NULL);
    char digits[12];
    snprintf(digits, sizeof digits, "%011ld", made.section);
    char *hole = memmem(made.out.data + first, made.out.size - (size_t)first, "00000000000", 11);
    while (memcmp(hole - 6, "/Prev ", 6) != 0)
        hole = memmem(hole + 1, 4096, "00000000000", 11);
    memcpy(hole, digits, 11);
    assert_refused("chain");
}

static void wrong_widths_are_told(void **state)
{
    static const char *const widths[] = {"[1 9 2]",   "[0 0 0]", "[1 0 2]", "[1 -1 2]", "[1 4]",
                                         "[1 4 2 1]", "[8 8 8]", "(w)",     "[1 4.5 2]"};
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        pack();
        sample_xref(&made, 11, ROOT, widths[i], NULL);
        assert_refused("is damaged");
        buffer_clear(&made.out);
        sample_begin(&made);
    }
}

static void an_object_stream_that_lies_gives_nothing(void **state)
{
    static const char *const heads[] = {"/N 1000000 /First 12",
                                        "/N 99999999999 /First 12",
                                        "/N -1 /First 12",
                                        "/N 0 /First 0",
                                        "/N 3 /First 99999",
                                        "/N 3 /First -1",
                                        "/N 3 /First 3",
                                        "/N 3",
                                        "/First 12",
                                        "/N (3) /First 12"};
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        sample_packed(&made, 10, packed, bodies, 3, "", heads[i]);
        sample_xref(&made, 11, ROOT, NULL, NULL);
        opens();
        assert_int_equal(pdf_object_at(&file, 1)->kind, PDF_NULL);
        assert_false(pdf_object_sound(&file, 1));
        pdf_file_close(&file);
        buffer_clear(&made.out);
        sample_begin(&made);
    }
}

static void an_object_stream_in_an_object_stream_gives_nothing(void **state)
{
    (void)state;
    pack();
    sample_packed(&made, 12, (const int[]){10}, (const char *const[]){"<< /Type /ObjStm >>"}, 1, "",
                  NULL);
    sample_xref(&made, 11, ROOT, NULL, NULL);
    opens();
    assert_int_equal(pdf_object_at(&file, 1)->kind, PDF_NULL);
    assert_int_equal(pdf_object_at(&file, 10)->stream_at, 0);
    pdf_file_close(&file);
}

static void an_object_stream_that_needs_itself_gives_nothing(void **state)
{
    (void)state;
    buffer_text(&made.out, "");
    made.objects[10].kind = 1;
    made.objects[10].place = (long)made.out.size;
    buffer_text(&made.out, "10 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 4 0 R >>\nstream\n"
                           "4 0 7\nendstream\nendobj\n");
    made.objects[4].kind = 2;
    made.objects[4].place = 10;
    sample_xref(&made, 11, ROOT, NULL, NULL);
    opens();
    assert_int_equal(pdf_object_at(&file, 4)->kind, PDF_NULL);
    pdf_file_close(&file);
}

static void numbers_that_differ_give_nothing(void **state)
{
    (void)state;
    pack();
    made.objects[1].index = 1;
    made.objects[2].index = 7;
    sample_xref(&made, 11, ROOT, NULL, NULL);
    opens();
    assert_false(pdf_object_sound(&file, 1));
    assert_false(pdf_object_sound(&file, 2));
    assert_true(pdf_object_sound(&file, 3));
    pdf_file_close(&file);
}

/* 256 MB of zeros, and an object stream that is said to be in them. */
static void a_bomb_is_not_blown_up(void **state)
{
    struct image zeros = {0};
    struct buffer data = {0};
    char dict[120];
    (void)state;
    image_init(&zeros, 8192, 8192, 1, 8);
    memset(zeros.data, 0, zeros.stride * (size_t)zeros.height_px);
    assert_int_equal(flate_encode(&zeros, &data, &fault), STATUS_OK);
    image_clear(&zeros);
    snprintf(dict, sizeof dict, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode");
    for (int i = 20; i < 40; i++) {
        sample_stream(&made, i, dict, data.data, data.size);
        made.objects[i + 20].kind = 2;
        made.objects[i + 20].place = i;
    }
    sample_xref(&made, 11, ROOT, NULL, NULL);
    opens();
    for (int i = 40; i < 60; i++)
        assert_int_equal(pdf_object_at(&file, i)->kind, PDF_NULL);
    assert_true(file.inflated <= (size_t)256 << 20);
    pdf_file_close(&file);
    buffer_clear(&data);
}

static void huge_numbers_are_told(void **state)
{
    static const char *const index[] = {
        "/Index [0 99999999]", "/Index [8388600 1]", "/Index [9223372036854775807 2]",
        "/Index [1]",          "/Index [(a) 1]",     "/Index 7"};
    (void)state;
    for (size_t i = 0; i < sizeof index / sizeof *index; i++) {
        long at = (long)made.out.size;
        buffer_printf(&made.out,
                      "7 0 obj\n<< /Type /XRef /Size 2 /W [1 1 1] %s /Length 6 >>\nstream\nabcdef\n"
                      "endstream\nendobj\n",
                      index[i]);
        sample_end(&made, at);
        assert_refused("is damaged");
    }
}

static void what_is_cut_off_is_told(void **state)
{
    (void)state;
    pack();
    sample_xref(&made, 11, ROOT, NULL, NULL);
    size_t size = made.out.size;
    /* behind its end-of-file marker nothing is missing */
    for (made.out.size = 0; made.out.size + 8 < size; made.out.size++)
        assert_int_not_equal(pdf_file_bytes(made.out.data, made.out.size, &file, &fault),
                             STATUS_OK);
}

static void other_starts_are_told(void **state)
{
    struct buffer whole = {0};
    (void)state;
    plain();
    sample_table(&made, ROOT);
    made.out.size -= strlen("startxref\n000\n%%EOF\n");
    sample_end(&made, made.section + 2);
    assert_refused("There is no cross-reference table or stream at byte");
    made.out.size -= strlen("startxref\n000\n%%EOF\n");
    sample_end(&made, made.section - 2);
    buffer_text(&whole, "From: a mail\n\n");
    buffer_add(&whole, made.out.data, made.out.size);
    buffer_clear(&made.out);
    made.out = whole;
    assert_refused("begins at byte 14");
}

static void what_is_encrypted_is_told(void **state)
{
    (void)state;
    pack();
    sample_xref(&made, 11, ROOT " /Encrypt << /Filter /Standard >>", NULL, NULL);
    assert_refused("encrypted");
}

#define READER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static const struct CMUnitTest tests[] = {
    READER_TEST(objects_in_streams_are_read),
    READER_TEST(the_newest_definition_wins),
    READER_TEST(a_freed_object_is_gone),
    READER_TEST(what_a_hybrid_file_hides_is_read),
    READER_TEST(a_linearized_file_ends_at_its_end),
    READER_TEST(a_section_that_says_two_things_is_told),
    READER_TEST(a_hybrid_file_that_says_two_things_is_told),
    READER_TEST(predictors_are_undone),
    READER_TEST(wrong_predictors_are_told),
    READER_TEST(tiff_predictor_is_undone),
    READER_TEST(a_loop_is_told),
    READER_TEST(a_long_loop_is_told),
    READER_TEST(wrong_widths_are_told),
    READER_TEST(an_object_stream_that_lies_gives_nothing),
    READER_TEST(an_object_stream_in_an_object_stream_gives_nothing),
    READER_TEST(an_object_stream_that_needs_itself_gives_nothing),
    READER_TEST(numbers_that_differ_give_nothing),
    READER_TEST(a_bomb_is_not_blown_up),
    READER_TEST(huge_numbers_are_told),
    READER_TEST(what_is_cut_off_is_told),
    READER_TEST(other_starts_are_told),
    READER_TEST(what_is_encrypted_is_told),
};

int main(void)
{
    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
