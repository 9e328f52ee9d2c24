/* The text layer and the metadata of a PDF: all that was read comes back, no citizen's name is
 * told. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/pdf/closed.h"
#include "core/text.h"
#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- text */

/* Unicode of each CID, from "<0001> <1EA5>" lines. */
static void read_map(struct pdf_file *file, uint32_t *codes, size_t room)
{
    const struct pdf_value *fonts =
        pdf_get(file, pdf_get(file, page_of(file, 0), "Resources"), "Font");
    struct buffer cmap = {0};
    assert_true(pdf_stream_decoded(file, pdf_get(file, pdf_get(file, fonts, "T"), "ToUnicode"),
                                   1 << 20, &cmap));
    for (const char *line = strstr((char *)cmap.data, "beginbfchar"); line != NULL;
         line = strchr(line + 1, '\n')) {
        unsigned cid, high, low;
        int got = sscanf(line + 1, "<%4x> <%4x%4x>", &cid, &high, &low);
        if (got < 2)
            continue;
        assert_true(cid > 0 && cid < room && codes[cid] == 0);
        codes[cid] = got == 2 ? high : 0x10000 + ((high - 0xD800) << 10) + (low & 0x3FF);
    }
    buffer_clear(&cmap);
}

/* All that Tj shows, as UTF-8. */
static char *shown_text(struct pdf_file *file)
{
    static uint32_t codes[1000];
    struct buffer out = {0};
    memset(codes, 0, sizeof codes);
    read_map(file, codes, 1000);
    for (const char *tj = strstr(content_of(file, 0), "Tm <"); tj != NULL;
         tj = strstr(tj, "Tm <")) {
        unsigned cid;
        for (tj += 4; sscanf(tj, "%4x", &cid) == 1 && *tj != '>'; tj += 4) {
            char utf8[4];
            assert_true(cid < 1000 && codes[cid] != 0);
            buffer_add(&out, utf8, text_put(codes[cid], utf8));
        }
    }
    char *text = arena_strndup(arena, (char *)out.data, out.size);
    buffer_clear(&out);
    return text;
}

static void text_comes_back_in_order_and_in_nfc(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    struct buffer wanted = {0};
    const struct words *words = sample.pages[0].words;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            buffer_printf(&wanted, "%s ", text_nfc(arena, words->lines[i].words[j].text));
    const char *got = shown_text(&file);
    assert_string_equal(got, (char *)wanted.data);
    assert_non_null(strstr(got, "Nguyễn")); /* was decomposed */
    assert_non_null(strstr(got, "𡨸喃"));   /* above U+FFFF */
    assert_int_equal(report.words, words_count(words));
    buffer_clear(&wanted);
    pdf_file_close(&file);
    assert_pdfa("a.pdf");
}

static void words_of_a_sloping_line_climb_with_it(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    struct words words = *sample.pages[0].words;
    struct line line = {.word_count = 2, .box = {100, 180, 400, 40}};
    /* level words of 100x14 px, turned by 2 degrees: their boxes grow, the second stands higher */
    struct word pair[] = {{.text = "một", .box = {100, 200, 100, 18}},
                          {.text = "hai", .box = {400, 190, 100, 18}}};
    line.words = pair;
    words.lines = &line;
    words.line_count = 1;
    words.skew_deg = 2;
    sample.pages[0].words = &words;
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    double size, stretch, m[6], other[6];
    char *content = content_of(&file, 0), *second = strstr(strstr(content, "Tj"), "/T ");
    assert_int_equal(sscanf(strstr(content, "/T "), "/T %lf Tf %lf Tz %lf %lf %lf %lf %lf %lf Tm",
                            &size, &stretch, &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]),
                     8);
    assert_int_equal(sscanf(second, "/T %*f Tf %*f Tz %lf %lf %lf %lf %lf %lf Tm", &other[0],
                            &other[1], &other[2], &other[3], &other[4], &other[5]),
                     6);
    assert_true(m[0] == 1 && m[1] == 0 && m[2] == 0 && m[3] == 1); /* level, see pdf_text.c */
    double slope = atan2(other[5] - m[5], other[4] - m[4]) * 180 / acos(-1);
    assert_true(slope > 1.7 && slope < 2.3); /* both stand on one sloping line */
    assert_true(size < 18 * 0.72);           /* the letters, not the box around the slope */
    pdf_file_close(&file);
}

static void a_page_without_text_has_no_font(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    sample.pages[0].words = NULL;
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    assert_int_equal(pdf_get(&file, pdf_get(&file, page_of(&file, 0), "Resources"), "Font")->kind,
                     PDF_NULL);
    for (size_t i = 1; i < file.slot_count; i++)
        assert_false(pdf_is_name(pdf_raw(pdf_object_at(&file, (int64_t)i), "Type"), "Font"));
    pdf_file_close(&file);
    assert_int_equal(report.words, 0);
    assert_pdfa("a.pdf");
}

static void characters_that_mean_nothing_are_left_out(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    struct words words = *sample.pages[0].words;
    struct word one[] = {{.text = "a\xEF\xBB\xBF\x01"
                                  "b",
                          .box = {10, 10, 40, 10}},
                         {.text = "\xEF\xBB\xBF", .box = {60, 10, 40, 10}}};
    struct line line = {.words = one, .word_count = 2, .box = {10, 10, 90, 10}};
    words.lines = &line;
    words.line_count = 1;
    sample.pages[0].words = &words;
    build(false, "a.pdf");
    assert_int_equal(report.words, 1);
    struct pdf_file file = open_pdf("a.pdf");
    assert_string_equal(shown_text(&file), "ab ");
    pdf_file_close(&file);
    assert_pdfa("a.pdf");
}

/* ---------------------------------------------------------------- metadata */

/* The decoded XMP packet. */
static char *xmp_of(struct pdf_file *file)
{
    struct buffer bytes = {0};
    const struct pdf_value *root = pdf_get(file, file->trailer, "Root");
    assert_true(pdf_stream_decoded(file, pdf_get(file, root, "Metadata"), 1 << 20, &bytes));
    char *text = arena_strndup(arena, (char *)bytes.data, bytes.size);
    buffer_clear(&bytes);
    return text;
}

static void agencies_of_any_name_stay_well_formed(void **state)
{
    struct buffer longest = {0};
    (void)state;
    for (int i = 0; i < 500; i++)
        buffer_text(&longest, "Ộ");
    const char *const names[] = {"A & B <i>\"c\"</i> 'd' ]]> &amp;", (char *)longest.data, "𡨸喃",
                                 "a\x01\x02 b\tc\nd", "(\\)"};
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sample.document.custodian = names[i];
        build(false, "a.pdf");
        assert_pdfa("a.pdf"); /* XML, and Info says the same */
    }
    sample.document.custodian = names[0];
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    assert_non_null(strstr(xmp_of(&file), "A &amp; B &lt;i&gt;"));
    pdf_file_close(&file);
    buffer_clear(&longest);
}

/* Bytes of text, as UTF-8 and as the hexadecimal UTF-16 that Info uses, must not be in the file. */
static void assert_absent(const char *name, const char *text)
{
    char *bytes = NULL;
    size_t size = 0;
    struct buffer hex = {0};
    assert_int_equal(file_read(in(name), 1 << 26, arena, &bytes, &size, &fault), STATUS_OK);
    for (const char *c = text; *c != 0;)
        buffer_printf(&hex, "%04X", text_next(&c));
    assert_null(memmem(bytes, size, text, strlen(text)));
    assert_null(memmem(bytes, size, hex.data, hex.size));
    buffer_clear(&hex);
}

static void no_citizen_stands_in_the_metadata(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    sample.document.fields[FIELD_OWNER].value = "Nguyễn Văn An";
    sample.document.fields[FIELD_OWNER_ID].value = "079083001234";
    sample.document.fields[FIELD_SIGNER].value = "Trần Thị Bình";
    sample.document.operator_name = "Lê Văn Cường";
    sample.document.fields[FIELD_TITLE].value = "Giấy khai sinh của NGUYỄN VĂN AN";
    sample.document.fields[FIELD_NUMBER].value = "079 083 001 234";
    build(false, "a.pdf");
    static const char *const secrets[] = {"Nguyễn Văn An",   "NGUYỄN VĂN AN", "079083001234",
                                          "079 083 001 234", "Trần Thị Bình", "Lê Văn Cường"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_absent("a.pdf", secrets[i]);
    struct pdf_file file = open_pdf("a.pdf");
    assert_non_null(strstr(xmp_of(&file), sample.document.id));
    pdf_file_close(&file);
}

/* Whoever they name, and whatever else names them: a title, a number typed in the wrong field. */
static void words_of_the_paper_stand_nowhere_but_in_its_text(void **state)
{
    static const char *const words[] = {"Về việc giao đất cho Vũ Văn Lộc",
                                        "Vũ Văn Lộc",
                                        "Giấy khai sinh",
                                        "LÊ-AN-12",
                                        "12 Lê An",
                                        "123456789"};
    static const enum field_id fields[] = {FIELD_TYPE, FIELD_TITLE,  FIELD_PROCEDURE, FIELD_NUMBER,
                                           FIELD_BOOK, FIELD_AGENCY, FIELD_UNIT,      FIELD_OWNER,
                                           FIELD_DATE, FIELD_SIGNER};
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
            sample.document.fields[fields[k]].value = words[i];
        sample.document.box_code = sample.document.shelf = words[i];
        build(false, "a.pdf");
        assert_absent("a.pdf", words[i]);
    }
    struct pdf_file file = open_pdf("a.pdf");
    assert_non_null(strstr(xmp_of(&file), CLOSED_NO_TITLE));
    pdf_file_close(&file);
}

static void what_is_of_closed_lists_is_said(void **state)
{
    static const struct {
        enum field_id id;
        const char *value, *said;
    } rows[] = {
        {FIELD_TYPE, "dat_dai", "<sohoa:documentType>dat_dai<"},
        {FIELD_PROCEDURE, "1.013978", ">Giấy chứng nhận quyền sử dụng đất<"},
        {FIELD_PROCEDURE, "1.013978.000.00.00.H56", ">1.013978.000.00.00.H56<"},
        {FIELD_PROCEDURE, "1.013949", ">Quyết định về đất đai<"},
        {FIELD_DATE, "2019-03-12", "<sohoa:issued>2019-03-12<"},
        {FIELD_UNIT, "Xã Vạn Thắng", "<sohoa:unit>Xã Vạn Thắng<"},
        {FIELD_AGENCY, "Ủy ban nhân dân xã Vạn Thắng",
         "<sohoa:agency>Ủy ban nhân dân xã Vạn Thắng<"},
        {FIELD_NUMBER, "45/2019/QĐ-UBND", "<sohoa:number>45/2019/QĐ-UBND<"},
    };
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sample.document.fields[rows[i].id].value = rows[i].value;
        build(false, "a.pdf");
        struct pdf_file file = open_pdf("a.pdf");
        if (strstr(xmp_of(&file), rows[i].said) == NULL)
            fail_msg("%s is not said", rows[i].value);
        pdf_file_close(&file);
        assert_pdfa("a.pdf");
    }
}

static void a_code_is_no_name_and_no_persons_number(void **state)
{
    static const char *const abbreviations[] = {"UBND", "SCT", NULL};
    static const char *const codes[] = {
        "45/2019/QĐ-UBND", "Hộp 12",   "K-2",    "01 TP/CC-SCT/BS", "Kệ 3, ngăn 4", "12",
        "HỘP SỐ 05",       "12345678", "K-A-12", "01/G.X.N"};
    static const char *const others[] = {"Nguyễn Văn An",
                                         "079083001234",
                                         "079 083 001 234",
                                         "123456789",
                                         "12/NGUYEN",
                                         "Hộp của bà Hoa 12",
                                         "12 lê an",
                                         "A",
                                         "",
                                         "12/LÊ VĂN AN",
                                         "Hộp Năm 3",
                                         "1 Hồ",
                                         "1 N G U Y Ễ N",
                                         "2/H.O.A",
                                         "1 阮文安",
                                         "1 阮",
                                         "1 ИВАНОВ",
                                         "1 ０７９０８３００１２３４"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (!closed_code(arena, codes[i], abbreviations))
            fail_msg("%s is a code", codes[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (closed_code(arena, others[i], abbreviations))
            fail_msg("%s is no code", others[i]);
}

/* Of the paper and of what came in with a package: all of it has a shape, or is not said. */
static void what_has_another_shape_is_not_said(void **state)
{
    static const struct {
        enum field_id id;
        const char *value;
    } rows[] = {{FIELD_NUMBER, "C1234567"},
                {FIELD_BOOK, "P 00412345"},
                {FIELD_PROCEDURE, "1.013978.NGUYENVANAN"},
                {FIELD_PROCEDURE, "1.013978.079.083.001.234"},
                {FIELD_PROCEDURE, "1.013978.079083001234"}};
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sample.document.fields[rows[i].id].value = rows[i].value;
        build(false, "a.pdf");
        assert_absent("a.pdf", rows[i].value);
    }
    sample.document.batch = "2026 Nguyễn Văn An";
    sample.document.scanned_at = "2026 Trần Thị Bình";
    sample.document.supersedes = "Vũ Văn Lộc/v1";
    build(false, "a.pdf");
    assert_absent("a.pdf", "Nguyễn Văn An");
    assert_absent("a.pdf", "Trần Thị Bình");
    assert_absent("a.pdf", "Vũ Văn Lộc");
    sample.document.batch = "20261122T140509-3fa9";
    sample.document.scanned_at = "2026-11-22T14:05:09+07:00";
    sample.document.supersedes = arena_printf(arena, "%s/v3", sample.document.id);
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    const char *xmp = xmp_of(&file);
    assert_non_null(strstr(xmp, "<sohoa:batch>20261122T140509-3fa9<"));
    assert_non_null(strstr(xmp, "<sohoa:scanned>2026-11-22T14:05:09+07:00<"));
    assert_non_null(strstr(xmp, sample.document.supersedes));
    pdf_file_close(&file);
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(text_comes_back_in_order_and_in_nfc),
    PROBE_TEST(words_of_a_sloping_line_climb_with_it),
    PROBE_TEST(a_page_without_text_has_no_font),
    PROBE_TEST(characters_that_mean_nothing_are_left_out),
    PROBE_TEST(agencies_of_any_name_stay_well_formed),
    PROBE_TEST(no_citizen_stands_in_the_metadata),
    PROBE_TEST(words_of_the_paper_stand_nowhere_but_in_its_text),
    PROBE_TEST(what_is_of_closed_lists_is_said),
    PROBE_TEST(what_has_another_shape_is_not_said),
    PROBE_TEST(a_code_is_no_name_and_no_persons_number),
};

PROBE_MAIN(tests)
