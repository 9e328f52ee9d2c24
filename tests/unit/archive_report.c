/* Reports as PDF: PDF/A-3u by our own checker, the same bytes each time, all words on the pages and
 * none lost, and out of it again what went in. Spreadsheet cells as other programs save them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zip.h>

#include "archive/report.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "tests/scratch.h"

static struct error error;
static const struct archive_settings settings = {.custodian = "UBND xã Thử Nghiệm", .font = ""};

#define GOOD(call)                                                                                 \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            fail_msg("%s: %s", #call, error.text);                                                 \
    } while (0)

static struct report *make(int rows, const char *word)
{
    struct report *report = report_new();
    report->title = "BÁO CÁO";
    report->agency = "UBND xã Thử Nghiệm";
    report->number = "Số: …/BC-UBND";
    report->signer = "CHỦ TỊCH";
    report->made_at = "2026-11-30T16:00:00+07:00";
    json_object_set_new(report->facts, "kind", json_string("month"));
    report_heading(report, "I. Tiến độ");
    struct report_table *table =
        report_table(report, "bands", "Bảng", (const char *[]){"giai đoạn", ">đã xong", NULL});
    for (int i = 0; i < rows; i++) {
        struct report_cell *cells = report_row(report, table);
        cells[0] = report_words(report, word);
        cells[1] = report_count(report, arena_printf(arena, "k%d", i), "d", 1000 * i);
    }
    report_paragraph(report, "Hết.");
    return report;
}

static void hear(void *context, const char *sentence)
{
    print_error("%s\n", sentence);
    ++*(int *)context;
}

/* ---------------------------------------------------------------- PDF */

static void every_report_is_pdfa_and_says_all_it_has(void **state)
{
    (void)state;
    static const int rows[] = {0, 1, 40, 700};
    for (size_t i = 0; i < 4; i++) {
        int findings = 0;
        struct archive_verdict verdict;
        struct report *report = make(rows[i], "Thủ tục đăng ký khai sinh có yếu tố nước ngoài"),
                      *back;
        json_t *json = NULL, *expected = report_json(report);
        const char *shown = NULL, *laid = NULL, *path = in("r.pdf");
        GOOD(archive_report(&settings, report, false, path, &error));
        GOOD(archive_check(path, NULL, &verdict, hear, &findings, &error));
        assert_int_equal(findings, 0);
        assert_string_equal(verdict.flavour, "3u");
        assert_true(rows[i] < 700 || verdict.pages > 10);
        GOOD(archive_report_read(path, arena, &json, &shown, &error));
        assert_true(json_equal(json, expected));
        GOOD(archive_report_shown(&settings, report, arena, &laid, &error));
        assert_string_equal(shown, laid);
        GOOD(report_from_json(json, &back, &error));
        GOOD(archive_report_shown(&settings, back, arena, &laid, &error));
        assert_string_equal(shown, laid);
        assert_non_null(strstr(shown, "CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM"));
        if (rows[i])
            assert_non_null(strstr(
                shown, arena_printf(arena, "%s", report_shown(back, &back->figures[rows[i] - 1]))));
        json_decref(json);
        json_decref(expected);
        report_free(report);
        report_free(back);
    }
}

/* Wherever on its page a heading comes to stand, its table begins below it. */
static bool heading_is_alone(int rows, int layout)
{
    struct report *report = make(rows, "khai sinh");
    const char *laid = NULL;
    report->layout = layout;
    report_heading(report, "II. Mục sau");
    struct report_table *table =
        report_table(report, "more", "Bảng", (const char *[]){"đầu cột", ">số", NULL});
    for (int i = 0; i < 4; i++)
        report_row(report, table)[0] = report_words(report, "dòng");
    GOOD(archive_report_shown(&settings, report, arena, &laid, &error));
    report_free(report);
    return !strstr(laid, "II.Mụcsauđầucột");
}

static void no_heading_stands_alone_at_the_end_of_a_page(void **state)
{
    (void)state;
    int alone = 0;
    for (int rows = 20; rows < 90; rows++) {
        assert_false(heading_is_alone(rows, REPORT_LAYOUT));
        alone += heading_is_alone(rows, 1); /* what was made before is laid out as it was */
    }
    assert_true(alone > 0);
}

static void the_same_report_is_the_same_bytes(void **state)
{
    (void)state;
    char one[HASH_HEX_SIZE], other[HASH_HEX_SIZE];
    struct report *report = make(30, "khai sinh");
    GOOD(archive_report(&settings, report, true, in("a.pdf"), &error));
    GOOD(archive_report(&settings, report, true, in("b.pdf"), &error));
    GOOD(hash_file(in("a.pdf"), one, &error));
    GOOD(hash_file(in("b.pdf"), other, &error));
    assert_string_equal(one, other);
    report_free(report);
}

static void odd_words_are_shown_as_far_as_the_font_goes(void **state)
{
    (void)state;
    int findings = 0;
    struct archive_verdict verdict;
    static const char *const words[] = {
        "",
        "Rấtdàikhôngcókhoảngtrắngrấtdàikhôngcókhoảngtrắngrấtdàikhôngcókhoảngtrắngrấtdàikhôngcókhoản"
        "gtr"
        "ắngrấtdàikhôngcókhoảngtrắngrấtdàikhôngcókhoảngtrắngrấtdàikhôngcókhoảngtrắng",
        "emoji 😀 中文 \t tab", "e\xCC\x81 tách rời"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct report *report = make(3, words[i]);
        json_t *json = NULL;
        const char *shown = NULL, *laid = NULL;
        GOOD(archive_report(&settings, report, false, in("odd.pdf"), &error));
        GOOD(archive_check(in("odd.pdf"), NULL, &verdict, hear, &findings, &error));
        GOOD(archive_report_read(in("odd.pdf"), arena, &json, &shown, &error));
        GOOD(archive_report_shown(&settings, report, arena, &laid, &error));
        assert_string_equal(shown, laid);
        json_decref(json);
        report_free(report);
    }
}

static void what_is_no_report_is_refused(void **state)
{
    (void)state;
    json_t *json = NULL;
    const char *shown = NULL;
    GOOD(file_write(in("x.pdf"), "%PDF-1.7\nnothing", 16, &error));
    assert_int_equal(archive_report_read(in("x.pdf"), arena, &json, &shown, &error), STATUS_REJECT);
    assert_int_equal(archive_report_read(in("none.pdf"), arena, &json, &shown, &error),
                     STATUS_REJECT);
    assert_null(json);
}

/* ---------------------------------------------------------------- the noun */

static void figures_are_written_as_people_write_them(void **state)
{
    (void)state;
    struct report *report = report_new();
    report->vietnamese = true;
    assert_string_equal(report_count(report, "a", "d", 1234567).text, "1.234.567");
    assert_string_equal(report_count(report, "a", "d", 999).text, "999");
    assert_string_equal(report_share(report, "a", "d", 1, 3).text, "33,33");
    assert_string_equal(report_share(report, "a", "d", 0, 0).text, "chưa có");
    assert_string_equal(report_measure(report, "a", "d", -1234.5, 1).text, "-1.234,5");
    assert_string_equal(report_measure(report, "a", "d", -0.001, 1).text, "0,0");
    report->vietnamese = false;
    assert_string_equal(report_share(report, "a", "d", 123456, 100).text, "123,456.00");
    assert_string_equal(report_share(report, "a", "d", 0, 0).text, "n/a");
    report->layout = 3; /* of before */
    assert_string_equal(report_share(report, "a", "d", 0, 0).text, "N/A");
    report_free(report);
}

static void damaged_json_is_refused(void **state)
{
    (void)state;
    struct report *report = make(3, "x"), *back = NULL;
    json_t *json = report_json(report);
    static const struct {
        const char *path[6], *value;
    } damages[] = {
        {{"report", NULL}, "2"},
        {{"report", NULL}, "0"},
        {{"facts", NULL}, "1"},
        {{"blocks", NULL}, "{}"},
        {{"figures", NULL}, "null"},
        {{"blocks", "1", "columns", NULL}, "[]"},
        {{"blocks", "1", "rows", "0", NULL}, "[]"},
        {{"blocks", "1", "rows", "0", "1", NULL}, "{\"text\": \"1\", \"figure\": 99}"},
        {{"blocks", "1", "kind", NULL}, "\"picture\""},
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        json_t *copy = json_deep_copy(json), *into = copy;
        json_t *value = json_loads(damages[i].value, JSON_DECODE_ANY, NULL);
        const char *const *step = damages[i].path;
        for (; step[1]; step++)
            into = json_is_array(into) ? json_array_get(into, (size_t)atoi(*step))
                                       : json_object_get(into, *step);
        if (json_is_array(into))
            json_array_set_new(into, (size_t)atoi(*step), value);
        else
            json_object_set_new(into, *step, value);
        assert_int_equal(report_from_json(copy, &back, &error), STATUS_REJECT);
        assert_null(back);
        json_decref(copy);
    }
    json_decref(json);
    report_free(report);
}

/* ---------------------------------------------------------------- spreadsheets of others */

static void add_part(zip_t *zip, const char *name, const char *text)
{
    zip_source_t *source = zip_source_buffer(zip, text, strlen(text), 0);
    assert_true(zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) >= 0);
}

static enum status read_sheet(const char *shared, const char *sheet, struct spread_cell **cells,
                              size_t *count)
{
    int code = 0;
    zip_t *zip = zip_open(in("s.xlsx"), ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(zip);
    if (shared)
        add_part(zip, "xl/sharedStrings.xml", shared);
    add_part(zip, "xl/worksheets/sheet1.xml", sheet);
    assert_int_equal(zip_close(zip), 0);
    return archive_spreadsheet(in("s.xlsx"), arena, cells, count, &error);
}

#define SHEET(cells) "<worksheet><sheetData><row r=\"1\">" cells "</row></sheetData></worksheet>"

static void cells_of_any_kind_are_read(void **state)
{
    (void)state;
    struct spread_cell *cells = NULL;
    size_t count = 0;
    GOOD(
        read_sheet("<sst><si><t>một</t></si><si><r><t>h</t></r><r><t>ai</t></r>"
                   "<rPh sb=\"0\" eb=\"1\"><t>!</t></rPh></si><si/><si><t xml:space=\"preserve\"> "
                   "bốn</t></si></sst>",
                   SHEET("<c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"B1\"><v>12.5</v></c><c r=\"C1\" "
                         "t=\"inlineStr\"><is><t>x</t></is></c><c r=\"AB7\" t=\"s\"><v>3</v></c><c "
                         "r=\"D1\" s=\"3\"/><c r=\"E1\" t=\"s\"><v>99</v></c>"),
                   &cells, &count));
    assert_int_equal(count, 4);
    assert_string_equal(cells[0].text, "hai");
    assert_false(cells[0].number);
    assert_true(cells[1].number && cells[1].value == 12.5 && cells[1].column == 1);
    assert_string_equal(cells[2].text, "x");
    assert_int_equal(cells[3].column, 27);
    assert_int_equal(cells[3].row, 6);
    assert_string_equal(cells[3].text, " bốn");
}

static void what_is_computed_or_hostile_is_refused(void **state)
{
    (void)state;
    struct spread_cell *cells = NULL;
    size_t count = 0;
    assert_int_equal(read_sheet(NULL, SHEET("<c r=\"A1\"><f>1+1</f><v>2</v></c>"), &cells, &count),
                     STATUS_REJECT);
    assert_int_equal(read_sheet(NULL, "<worksheet><c>", &cells, &count), STATUS_REJECT);
    assert_int_equal(read_sheet(NULL,
                                "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><worksheet>&a;</worksheet>",
                                &cells, &count),
                     STATUS_REJECT);
    assert_int_equal(read_sheet(NULL, "<worksheet/>", &cells, &count), STATUS_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report_is_pdfa_and_says_all_it_has),
        cmocka_unit_test(no_heading_stands_alone_at_the_end_of_a_page),
        cmocka_unit_test(the_same_report_is_the_same_bytes),
        cmocka_unit_test(odd_words_are_shown_as_far_as_the_font_goes),
        cmocka_unit_test(what_is_no_report_is_refused),
        cmocka_unit_test(figures_are_written_as_people_write_them),
        cmocka_unit_test(damaged_json_is_refused),
        cmocka_unit_test(cells_of_any_kind_are_read),
        cmocka_unit_test(what_is_computed_or_hostile_is_refused),
    };
    return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
