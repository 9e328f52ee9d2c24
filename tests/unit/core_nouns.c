/* Batches, pages, words and documents: what is written is read back equal, nonsense is refused. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/document.h"
#include "core/file.h"
#include "core/gain.h"
#include "core/json.h"
#include "core/message.h"
#include "core/words.h"
#include "tests/scratch.h"

static struct error fault;

static const char *at(const char *name)
{
    return file_join(arena, folder, name);
}

static char *text_of(const char *path)
{
    static char *bytes;
    assert_int_equal(file_read(path, 1 << 24, arena, &bytes, NULL, &fault), STATUS_OK);
    return bytes;
}

static void put(const char *path, const char *text)
{
    assert_int_equal(file_write(path, text, strlen(text), &fault), STATUS_OK);
}

/* ---------------------------------------------------------------- JSON */

static void equal_values_are_equal_bytes(void **state)
{
    (void)state;
    json_t *one = json_object(), *two = json_object();
    json_put_text(one, "b", "hoà");
    json_put_number(one, "a", 0.1 + 0.2, 4);
    json_put_number(two, "a", 0.3, 4);
    json_put_text(two, "b", "hoà");
    json_put_text(two, "absent", NULL);
    json_put_number(two, "c", -0.00001, 2);
    json_put_number(one, "c", 0, 2);
    assert_int_equal(json_write(at("1.json"), one, &fault), STATUS_OK);
    assert_int_equal(json_write(at("2.json"), two, &fault), STATUS_OK);
    assert_string_equal(text_of(at("1.json")),
                        "{\n \"a\": 0.3,\n \"b\": \"hoà\",\n \"c\": 0.0\n}\n");
    assert_string_equal(text_of(at("1.json")), text_of(at("2.json")));
    json_decref(one);
    json_decref(two);
}

static void what_is_no_json_is_refused_without_repeating_it(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    "{", "[1]", "{\"ten\": Nguyễn Văn An}", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}",
        "{} x"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *value = NULL;
        put(at("bad.json"), texts[i]);
        assert_int_equal(json_read(at("bad.json"), &value, &fault), STATUS_REJECT);
        assert_null(value);
        assert_non_null(strstr(fault.text, "bad.json"));
        assert_null(strstr(fault.text, "Nguyễn"));
    }
    json_t *value = NULL;
    assert_int_equal(json_read(at("none.json"), &value, &fault), STATUS_REJECT);
}

static void a_member_of_another_type_is_its_default(void **state)
{
    (void)state;
    json_t *value = NULL;
    put(at("types.json"), "{\"t\":1,\"i\":\"x\",\"n\":true,\"f\":\"no\",\"ok\":2}");
    assert_int_equal(json_read(at("types.json"), &value, &fault), STATUS_OK);
    assert_null(json_text(value, "t", arena));
    assert_int_equal(json_int(value, "i", 7), 7);
    assert_true(json_number(value, "n", 1.5) == 1.5);
    assert_int_equal(json_flag(value, "f", 1), 1);
    assert_true(json_number(value, "ok", 0) == 2);
    json_decref(value);
}

/* ---------------------------------------------------------------- batch and page */

static void a_batch_comes_back(void **state)
{
    (void)state;
    struct batch in = {.id = "20261122T140509-3fa9",
                       .source = "files",
                       .device = "/thư mục",
                       .profile = "",
                       .operator_name = "Lê Thị Na",
                       .box_code = "H-12",
                       .shelf = "",
                       .started = "2026-11-22T14:05:09+07:00",
                       .ended = "",
                       .sheets_expected = 12,
                       .separate = 2,
                       .separate_count = 3};
    struct batch out;
    assert_int_equal(batch_write(&in, folder, &fault), STATUS_OK);
    assert_int_equal(batch_read(folder, arena, &out, &fault), STATUS_OK);
    assert_string_equal(out.id, in.id);
    assert_string_equal(out.device, in.device);
    assert_string_equal(out.operator_name, in.operator_name);
    assert_string_equal(out.shelf, "");
    assert_int_equal(out.sheets_expected, 12);
    assert_int_equal(out.separate, 2);
    assert_int_equal(out.separate_count, 3);
    put(at("batch.json"), "{\"id\":\"../up\"}");
    assert_int_equal(batch_read(folder, arena, &out, &fault), STATUS_REJECT);
}

static void a_page_comes_back(void **state)
{
    (void)state;
    struct page in = {.name = "0007-2",
                      .file = "0007-2.scan.tif",
                      .origin = "",
                      .sha256 = "ab",
                      .device = "test:0",
                      .mode = "gray",
                      .scanned_at = "2026-11-22T14:05:09+07:00",
                      .sheet = 7,
                      .side = 2,
                      .width_px = 2480,
                      .height_px = 3508,
                      .channels = 1,
                      .bits = 8,
                      .dpi_x = 300,
                      .dpi_y = 299.9994,
                      .inspected = true,
                      .blank = true,
                      .ink_share = 0.000123,
                      .color_share = 0.5,
                      .sharpness = 0.75};
    struct page out;
    assert_int_equal(page_write(&in, folder, &fault), STATUS_OK);
    assert_int_equal(page_read(folder, "0007-2", arena, &out, &fault), STATUS_OK);
    assert_string_equal(out.file, in.file);
    assert_string_equal(out.device, in.device);
    assert_int_equal(out.sheet * 10 + out.side, 72);
    assert_true(out.inspected && out.blank);
    assert_true(out.ink_share == in.ink_share && out.sharpness == in.sharpness);
    assert_true(fabs(out.dpi_y - in.dpi_y) < 0.001);
    put(at("0008-1.page.json"),
        "{\"name\":\"0008-1\",\"file\":\"../x.tif\",\"sheet\":8,\"side\":1}");
    assert_int_equal(page_read(folder, "0008-1", arena, &out, &fault), STATUS_REJECT);
}

/* ---------------------------------------------------------------- words */

static struct words sample_words(void)
{
    static struct alternative others[] = {{"Nguyên", 0.4}, {"Nguyen", 0.125}};
    static struct word first[] = {{"Nguyễn", 0.9312, {10, 20, 60, 18}, others, 2, NULL, "reading"},
                                  {"<Văn>&\"", 0.5, {80, 20, 40, 18}, NULL, 0, NULL, NULL}};
    static struct word second[] = {{"An", 1, {10, 60, 20, 18}, NULL, 0, NULL, NULL}};
    static struct line lines[] = {{{10, 20, 110, 18}, 1, first, 2},
                                  {{10, 60, 20, 18}, 1, second, 1},
                                  {{0, 0, 5, 5}, 2, NULL, 0}};
    return (struct words){.width_px = 2480,
                          .height_px = 3508,
                          .dpi = 300,
                          .turn_deg = 180,
                          .turn_confidence = 0.98,
                          .skew_deg = -0.5,
                          .confidence = 0.8,
                          .engine = "tesseract 5.3.0",
                          .model = "Vietnamese",
                          .model_sha256 = "00ff",
                          .lines = lines,
                          .line_count = 3};
}

static void words_come_back_equal(void **state)
{
    (void)state;
    struct words in = sample_words(), out;
    assert_int_equal(words_write(&in, at("w.json"), &fault), STATUS_OK);
    assert_int_equal(words_read(at("w.json"), arena, &out, &fault), STATUS_OK);
    assert_int_equal(out.turn_deg, 180);
    assert_true(out.skew_deg == in.skew_deg && out.confidence == in.confidence);
    assert_string_equal(out.model_sha256, "00ff");
    assert_int_equal(out.line_count, 3);
    assert_int_equal(out.lines[1].block, 1);
    const struct word *word = &out.lines[0].words[0];
    assert_string_equal(word->text, "Nguyễn");
    assert_true(word->confidence == 0.9312);
    assert_memory_equal(&word->box, &in.lines[0].words[0].box, sizeof word->box);
    assert_int_equal(word->alternative_count, 2);
    assert_string_equal(word->alternatives[1].text, "Nguyen");
    assert_true(word->alternatives[1].confidence == 0.125);
    assert_string_equal(word->doubt, "reading");
    assert_int_equal(words_doubtful(&out), 1);
    assert_string_equal(words_text(&out, arena), "Nguyễn <Văn>&\"\nAn\n");
    assert_int_equal(words_count(&out), 3);
    assert_int_equal(words_write(&out, at("w2.json"), &fault), STATUS_OK);
    assert_string_equal(text_of(at("w.json")), text_of(at("w2.json")));
}

static void words_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "{\"width_px\":10,\"height_px\":10,\"lines\":{}}",
        "{\"width_px\":10,\"height_px\":10,\"turn_deg\":45,\"lines\":[]}",
        "{\"width_px\":10,\"height_px\":10,\"lines\":[{\"box\":[0,0,1],\"words\":[]}]}",
        "{\"width_px\":10,\"height_px\":10,\"lines\":[{\"box\":[0,0,1,-1],\"words\":[]}]}",
        ("{\"width_px\":10,\"height_px\":10,\"lines\":[{\"box\":[0,0,1,1],\"words\":[{\"text\":1,"
         "\"box\":[0,0,1,1]}]}]}")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct words out;
        put(at("bad.json"), texts[i]);
        assert_int_equal(words_read(at("bad.json"), arena, &out, &fault), STATUS_REJECT);
        assert_int_equal(out.line_count, 0);
    }
}

static void alto_carries_places_confidence_and_other_readings(void **state)
{
    (void)state;
    struct words words = sample_words();
    setlocale(LC_ALL, ""); /* a decimal comma must not reach the file */
    assert_int_equal(words_write_alto(&words, "0001-1.scan.tif", at("w.alto.xml"), &fault),
                     STATUS_OK);
    const char *xml = text_of(at("w.alto.xml"));
    static const char *const parts[] = {
        "http://www.loc.gov/standards/alto/ns-v4#",
        "<MeasurementUnit>pixel</MeasurementUnit>",
        "<fileName>0001-1.scan.tif</fileName>",
        ("<String ID=\"l1s1\" HPOS=\"10\" VPOS=\"20\" WIDTH=\"60\" HEIGHT=\"18\" WC=\"0.9312\" "
         "CONTENT=\"Nguyễn\">"),
        "<ALTERNATIVE>Nguyên</ALTERNATIVE><ALTERNATIVE>Nguyen</ALTERNATIVE></String>",
        "CONTENT=\"&lt;Văn&gt;&amp;&quot;\"/>",
        "WC=\"1.0000\"",
        "PC=\"0.8000\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(xml, parts[i]));
    const char *block = strstr(xml, "<TextBlock");
    assert_non_null(block);
    assert_null(
        strstr(block + 1, "<TextBlock")); /* both lines are one block; the empty one is none */
}

static void hocr_carries_places_and_confidence(void **state)
{
    (void)state;
    struct words words = sample_words();
    assert_int_equal(words_write_hocr(&words, "a\"b.tif", at("w.hocr"), &fault), STATUS_OK);
    const char *html = text_of(at("w.hocr"));
    static const char *const parts[] = {"title=\"image &quot;a&quot;b.tif&quot;; bbox 0 0 ",
                                        "class=\"ocrx_word\" id=\"word_1_1_1\" title=\"bbox 10 20 "
                                        "70 38; x_wconf 93\">Nguyễn</span>",
                                        ">&lt;Văn&gt;&amp;&quot;</span>", "x_wconf 100"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(html, parts[i]));
}

/* ---------------------------------------------------------------- documents */

static struct document sample_document(void)
{
    static struct document_page pages[] = {
        {"0001-1", "0001-1.scan.tif", false, 180, NULL},
        {"0001-2", "0001-2.scan.tif", true, 0, "không đọc được"}};
    struct document document;
    document_init(&document, "20261122T140509-3fa9", "0001-1");
    document.pages = pages;
    document.page_count = 2;
    document.box_code = "H-12";
    document.fields[FIELD_OWNER] =
        (struct field){"Nguyễn Văn An", "NGUYỄN VĂN AN", 0.625, SOURCE_OCR, 0, {1, 2, 3, 4}, NULL};
    document.fields[FIELD_DATE] =
        (struct field){NULL, "31/6/2025", 0.25, SOURCE_OCR, 0, {5, 6, 7, 8}, "không có ngày này"};
    return document;
}

static void a_document_comes_back(void **state)
{
    (void)state;
    struct document in = sample_document(), out;
    struct document_owner more = {
        .name = "Lý Hoài Tỵ", .confidence = 0.5, .page = 1, .box.width = 9};
    in.owners = &more;
    in.owner_count = 1;
    assert_int_equal(document_write(&in, at("d.json"), &fault), STATUS_OK);
    assert_int_equal(document_read(at("d.json"), arena, &out, &fault), STATUS_OK);
    assert_string_equal(out.id, in.id);
    assert_int_equal(out.owner_count, 1);
    assert_string_equal(out.owners[0].name, "Lý Hoài Tỵ");
    assert_true(out.owners[0].confidence == 0.5 && out.owners[0].page == 1);
    assert_int_equal(out.owners[0].box.width, 9);
    assert_null(out.owners[0].id);
    assert_int_equal(out.version, 1);
    assert_string_equal(out.batch, in.batch);
    assert_null(out.approved_by);
    const struct field *owner = &out.fields[FIELD_OWNER], *date = &out.fields[FIELD_DATE];
    assert_string_equal(owner->value, "Nguyễn Văn An");
    assert_string_equal(owner->printed, "NGUYỄN VĂN AN");
    assert_true(owner->confidence == 0.625 && owner->source == SOURCE_OCR && owner->page == 0);
    assert_int_equal(owner->box.height, 4);
    assert_null(date->value);
    assert_string_equal(date->doubt, "không có ngày này");
    assert_int_equal(out.fields[FIELD_SIGNER].page, -1);
    assert_int_equal(out.fields[FIELD_SIGNER].source, SOURCE_NONE);
    assert_int_equal(out.page_count, 2);
    assert_int_equal(out.pages[0].turn_deg, 180);
    assert_true(out.pages[1].blank);
    assert_string_equal(out.pages[1].held, "không đọc được");
    assert_int_equal(document_write(&out, at("d2.json"), &fault), STATUS_OK);
    assert_string_equal(text_of(at("d.json")), text_of(at("d2.json")));
}

static void what_is_unsure_and_important_gains_most(void **state)
{
    (void)state;
    struct field sure = {.value = "x", .confidence = 0.97, .source = SOURCE_OCR};
    struct field unsure = sure, said = sure, missing = {0};
    unsure.confidence = 0.6;
    said.source = SOURCE_PERSON;
    assert_true(field_gain(FIELD_OWNER, &said) == 0);
    assert_true(field_gain(FIELD_OWNER, &sure) < field_gain(FIELD_OWNER, &unsure));
    assert_true(field_gain(FIELD_SIGNER, &unsure) < field_gain(FIELD_OWNER, &unsure));
    assert_true(field_gain(FIELD_DATE, &sure) < field_gain(FIELD_DATE, &missing));
    for (int percent = 0; percent <= 100; percent += 5) {
        unsure.confidence = percent / 100.0;
        for (enum field_id id = 0; id < FIELD_COUNT; id++)
            assert_in_range(1000 * field_sureness(id, &unsure), 0, 1000);
    }
    struct document one, more;
    document_init(&one, "x", "0001-1");
    one.fields[FIELD_OWNER] = sure;
    more = one;
    struct document_owner owner = {.name = "Lý Hoài Tỵ", .confidence = 0.5};
    more.owners = &owner;
    more.owner_count = 1;
    assert_true(document_gain(&more) > document_gain(&one));
}

static void a_document_has_the_same_id_when_formed_again(void **state)
{
    (void)state;
    struct document a, b, c;
    document_init(&a, "x", "0001-1");
    document_init(&b, "x", "0001-1");
    document_init(&c, "x", "0002-1");
    assert_string_equal(a.id, b.id);
    assert_string_not_equal(a.id, c.id);
    assert_int_equal(strlen(a.id), 36);
}

static void nonsense_is_no_document(void **state)
{
    (void)state;
    struct document in = sample_document(), out;
    assert_int_equal(document_write(&in, at("d.json"), &fault), STATUS_OK);
    static const char *const changes[][2] = {{"\"version\": 1", "\"version\": 0"},
                                             {"0001-1.scan.tif", "../../x.scan.t"},
                                             {"\"turn_deg\": 180", "\"turn_deg\": 181"},
                                             {"\"id\": \"", "\"id\": \"/"},
                                             {"\"batch\": \"2", "\"batch\": \".."}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *text = text_of(at("d.json")), *place = strstr(text, changes[i][0]);
        assert_non_null(place);
        put(at("bad.json"), arena_printf(arena, "%.*s%s%s", (int)(place - text), text,
                                         changes[i][1], place + strlen(changes[i][0])));
        assert_int_equal(document_read(at("bad.json"), arena, &out, &fault), STATUS_REJECT);
    }
}

static void a_correction_is_checked_and_normalised(void **state)
{
    (void)state;
    static const struct {
        enum field_id id;
        const char *typed, *value; /* value NULL: refused */
    } rows[] = {
        {FIELD_DATE, " 2/9/2025 ", "2025-09-02"},
        {FIELD_DATE, "2025-09-02", "2025-09-02"},
        {FIELD_DATE, "31/6/2025", NULL},
        {FIELD_BIRTH_DATE, "hôm qua", NULL},
        {FIELD_OWNER_ID, "079.083 001234", "079083001234"},
        {FIELD_OWNER_ID, "013140311", "013140311"},
        {FIELD_OWNER_ID, "0123456789", "0123456789"},
        {FIELD_OWNER_ID, "0123456789-001", "0123456789001"},
        {FIELD_OWNER_ID, "12345678", NULL},
        {FIELD_OWNER_ID, "12345678901", NULL},
        {FIELD_OWNER_ID, "O13140311", NULL},
        {FIELD_TYPE, "khai_sinh", "khai_sinh"},
        {FIELD_TYPE, "Khai sinh", NULL},
        {FIELD_PROCEDURE, "1.001193", "1.001193"},
        {FIELD_PROCEDURE, "khai sinh", NULL},
        {FIELD_PROCEDURE, "11.00119", NULL},
        {FIELD_OWNER, "  Trần\tThị   Bé\n", "Trần Thị Bé"},
        {FIELD_OWNER, "Tra\xcc\x82\xcc\x80n", "Trần"},
        {FIELD_OWNER, "\xff\xfe", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document document = sample_document();
        document.fields[rows[i].id].value = "before";
        fault.text[0] = '\0';
        enum status status = document_correct(&document, arena, rows[i].id, rows[i].typed, &fault);
        const struct field *field = &document.fields[rows[i].id];
        if (!rows[i].value) {
            assert_int_equal(status, STATUS_REJECT);
            assert_string_equal(field->value, "before");
            assert_true(fault.text[0]);
            continue;
        }
        assert_int_equal(status, STATUS_OK);
        assert_string_equal(field->value, rows[i].value);
        assert_true(field->source == SOURCE_PERSON && field->confidence == 1);
        assert_true(!field->printed && !field->doubt);
    }
}

/* What was read elsewhere on the page is not written over by what a person says. */
static void a_correction_keeps_its_place_when_it_stands_there(void **state)
{
    (void)state;
    static const struct {
        enum field_id id;
        const char *printed, *typed;
        struct box box;
        bool kept;
    } rows[] = {
        {FIELD_OWNER, "PHAN THỊ HOA,", "Phan Thị Hoài", {1054, 1150, 319, 49}, true},
        {FIELD_OWNER, "Phan Th] H0a", "Phan Thị Hoa", {1054, 1150, 319, 49}, true},
        {FIELD_OWNER, "Phan Thị Hoa", "", {1054, 1150, 319, 49}, false},
        {FIELD_OWNER, "Lương Tiến Ước", "Hoàng Thị Kiểm", {1054, 1150, 319, 49}, true},
        {FIELD_OWNER, "Ước", "Nguyễn Thị Hương Giang", {1054, 1150, 60, 49}, false},
        {FIELD_NUMBER, "27/QĐ-UB", "78/QĐ-UB", {573, 396, 282, 73}, true},
        {FIELD_NUMBER, "3", "12/UBND", {573, 396, 20, 60}, false}, /* no room */
        {FIELD_AGENCY,
         "ỦY BAN NHÂN DÂN XÃ VẬN BÌNH",
         "Ủy ban nhân dân xã Vạn Bình",
         {461, 319, 400, 104},
         true}, /* two lines */
        {FIELD_TITLE, "GIẤY KHAl SINH", "GIẤY KHAI SINH", {900, 540, 560, 66}, true},
        {FIELD_TITLE,
         "QUYẾT ĐỊNH Về việc cho phép cải chinh hộ tịch", /* two lines, box of one */
         "QUYẾT ĐỊNH Về việc cho phép cải chính hộ tịch",
         {1109, 538, 394, 68},
         false},
        {FIELD_TITLE,
         "Số: )/QĐ-UBND CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
         "QUYẾT ĐỊNH Về việc cho phép cải chính hộ tịch",
         {392, 397, 491, 110},
         false},
        {FIELD_DATE, "ngày 12 tháng 3 năm 2010", "13/03/2010", {1257, 428, 900, 53}, true},
        {FIELD_TYPE, "GIẤY KHAI SINH", "ket_hon", {900, 540, 560, 66}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document document = sample_document();
        struct field *field = &document.fields[rows[i].id];
        *field = (struct field){.value = "read", .printed = rows[i].printed, .box = rows[i].box};
        assert_int_equal(document_correct(&document, arena, rows[i].id, rows[i].typed, &fault),
                         STATUS_OK);
        assert_int_equal(field->page, rows[i].kept ? 0 : -1);
        assert_int_equal(field->box.width, rows[i].kept ? rows[i].box.width : 0);
    }
}

static void an_empty_correction_says_there_is_none(void **state)
{
    (void)state;
    struct document document = sample_document();
    assert_int_equal(document_correct(&document, arena, FIELD_DATE, " ", &fault), STATUS_OK);
    assert_null(document.fields[FIELD_DATE].value);
    assert_null(document.fields[FIELD_DATE].doubt);
    assert_int_equal(document.fields[FIELD_DATE].source, SOURCE_PERSON);
}

static void fields_are_found_by_name(void **state)
{
    (void)state;
    for (enum field_id id = 0; id < FIELD_COUNT; id++) {
        assert_int_equal(field_find(field_name(id)), id);
        assert_true(strlen(field_label(id)) > 0);
    }
    assert_int_equal(field_find("nonsense"), FIELD_COUNT);
    assert_int_equal(field_find(""), FIELD_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values_are_equal_bytes),
        cmocka_unit_test(what_is_no_json_is_refused_without_repeating_it),
        cmocka_unit_test(a_member_of_another_type_is_its_default),
        cmocka_unit_test(a_batch_comes_back),
        cmocka_unit_test(a_page_comes_back),
        cmocka_unit_test(words_come_back_equal),
        cmocka_unit_test(words_that_make_no_sense_are_refused),
        cmocka_unit_test(alto_carries_places_confidence_and_other_readings),
        cmocka_unit_test(hocr_carries_places_and_confidence),
        cmocka_unit_test(a_document_comes_back),
        cmocka_unit_test(what_is_unsure_and_important_gains_most),
        cmocka_unit_test(a_document_has_the_same_id_when_formed_again),
        cmocka_unit_test(nonsense_is_no_document),
        cmocka_unit_test(a_correction_is_checked_and_normalised),
        cmocka_unit_test(a_correction_keeps_its_place_when_it_stands_there),
        cmocka_unit_test(an_empty_correction_says_there_is_none),
        cmocka_unit_test(fields_are_found_by_name),
    };
    return cmocka_run_group_tests_name("core_nouns", tests, scratch_open, scratch_close);
}
