/* The fields of a document read back from the words of its PDF, by their places in the metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/package/mets_read.h"
#include "archive/pdf/places.h"
#include "archive/pdf/xmp.h"
#include "core/text.h"
#include "tests/unit/archive_probe.h"

/* Words of the page, 40 px high, one line under the other; "|" parts two columns. */
static void print(const char *const *lines)
{
    struct words *words = arena_alloc(arena, sizeof *words);
    size_t count = 0;
    *words = *sample.pages[0].words;
    while (lines[count] != NULL)
        count++;
    words->lines = arena_array(arena, count, sizeof *words->lines);
    words->line_count = count;
    for (size_t i = 0; i < count; i++) {
        struct line *line = &words->lines[i];
        char *text = arena_strdup(arena, lines[i]), *save = NULL;
        line->words = arena_array(arena, strlen(text) + 1, sizeof *line->words);
        int x = 100;
        for (char *one = strtok_r(text, " ", &save); one; one = strtok_r(NULL, " ", &save)) {
            int width = 20 * (int)text_length(one);
            line->words[line->word_count++] = (struct word){
                .text = one, .confidence = 1, .box = {x, 100 + 60 * (int)i, width, 40}};
            x += width + 20;
        }
        line->box = (struct box){100, 100 + 60 * (int)i, x, 40};
    }
    sample.pages[0].words = words;
}

/* The field stands in words first to last (from 0) of that line. */
static struct box box_of(size_t line, size_t first, size_t last)
{
    const struct word *words = sample.pages[0].words->lines[line].words;
    struct box box = words[first].box;
    box.width = words[last].box.x + words[last].box.width - box.x;
    return box;
}

static void put(enum field_id id, const char *value, struct box box)
{
    sample.document.fields[id] = (struct field){.value = value, .page = 0, .box = box};
}

static const char *const paper[] = {"UỶ BAN NHÂN DÂN",
                                    "XÃ ĐÔNG KHÊ",
                                    "Số: 45/2019/TLKS",
                                    "TRÍCH LỤC KHAI SINH",
                                    "(BẢN SAO)",
                                    "Họ, tên: NGUYỄN THỊ HOA.",
                                    "Sinh ngày 02 tháng 3 năm 1994",
                                    "Số định danh: 038 194 001234",
                                    "Đông Khê, ngày 05 tháng 6 năm 2019",
                                    "Cha: Nguyễn Văn Bình, mẹ: Lê Thị Cúc",
                                    "sinh 25/02/1961, số 186300626, và 17/06/1964",
                                    NULL};

static void fill(void)
{
    static struct document_owner owners[2];
    add("p.jpg", SAMPLE_COLOR, 0, true);
    print(paper);
    for (int id = 0; id < FIELD_COUNT; id++)
        sample.document.fields[id] = (struct field){.page = -1};
    put(FIELD_AGENCY, "Ủy ban nhân dân xã Đông Khê", box_of(1, 0, 2)); /* of its last line */
    put(FIELD_UNIT, "Xã Đông Khê", box_of(1, 0, 2));
    put(FIELD_NUMBER, "45/2019/TLKS", box_of(2, 0, 1));
    put(FIELD_TITLE, "TRÍCH LỤC KHAI SINH BẢN SAO", box_of(3, 0, 3)); /* of its first line */
    put(FIELD_OWNER, "Nguyễn Thị Hoa", box_of(5, 2, 4));
    put(FIELD_BIRTH_DATE, "1994-03-02", box_of(6, 1, 6));
    put(FIELD_OWNER_ID, "038194001234", box_of(7, 3, 5));
    put(FIELD_DATE, "2019-06-05", box_of(8, 2, 7));
    owners[0] = (struct document_owner){.name = "Nguyễn Văn Bình", .box = box_of(9, 1, 3)};
    owners[1] = (struct document_owner){.name = "Lê Thị Cúc",
                                        .birth_date = "1961-02-25",
                                        .id = "186300626",
                                        .box = box_of(9, 5, 7)};
    sample.document.owners = owners;
    sample.document.owner_count = 2;
}

static struct document read_back(const char *name)
{
    struct archive_identity identity;
    if (archive_identify(in(name), arena, &identity, &fault) != STATUS_OK)
        fail_msg("%s", fault.text);
    return identity.document;
}

static void all_fields_come_back_from_the_pdf_alone(void **state)
{
    (void)state;
    fill();
    build(false, "a.pdf");
    assert_pdfa("a.pdf");
    struct document got = read_back("a.pdf");
    for (int id = 0; id < FIELD_COUNT; id++) {
        const char *had = sample.document.fields[id].value;
        if (had != NULL && (got.fields[id].value == NULL || strcmp(got.fields[id].value, had) != 0))
            fail_msg("%s: %s", field_name((enum field_id)id), got.fields[id].value);
    }
    assert_int_equal(got.owner_count, 2);
    assert_string_equal(got.owners[0].name, "Nguyễn Văn Bình");
    assert_string_equal(got.owners[1].name, "Lê Thị Cúc");
    assert_null(got.owners[0].birth_date);
    assert_string_equal(got.owners[1].birth_date, "1961-02-25");
    assert_string_equal(got.owners[1].id, "186300626");
}

/* What a person typed that stands otherwise on the paper: nothing is better than something else. */
static void what_does_not_read_back_is_not_told(void **state)
{
    (void)state;
    fill();
    sample.document.fields[FIELD_OWNER].value = "Nguyễn Thị Hóa";
    sample.document.fields[FIELD_BIRTH_DATE].value = "1994-02-03";
    build(false, "a.pdf");
    struct document got = read_back("a.pdf");
    assert_null(got.fields[FIELD_OWNER].value);
    assert_null(got.fields[FIELD_BIRTH_DATE].value);
    assert_string_equal(got.fields[FIELD_OWNER_ID].value, "038194001234");
}

static void type_in(enum field_id id, const char *value)
{
    sample.document.fields[id] =
        (struct field){.value = value, .page = -1, .source = SOURCE_PERSON, .confidence = 1};
}

/* A person's correction may have lost its box (no room, another title, first taken away and then
 * typed): it stands in the text all the same. What was read and has no box is not looked for. */
static void what_was_typed_without_a_place_is_found_in_the_text(void **state)
{
    (void)state;
    fill();
    type_in(FIELD_OWNER, "Nguyễn Văn Bình");
    type_in(FIELD_TITLE, "TRÍCH LỤC KHAI SINH (BẢN SAO)");
    type_in(FIELD_SIGNER, "Người Không Có");
    sample.document.fields[FIELD_BOOK] =
        (struct field){.value = "Bình", .page = -1, .source = SOURCE_OCR};
    build(false, "a.pdf");
    struct document got = read_back("a.pdf");
    assert_string_equal(got.fields[FIELD_OWNER].value, "Nguyễn Văn Bình");
    assert_string_equal(got.fields[FIELD_TITLE].value, "TRÍCH LỤC KHAI SINH (BẢN SAO)");
    assert_null(got.fields[FIELD_SIGNER].value);
    assert_null(got.fields[FIELD_BOOK].value);
}

/* A stamp that was read into the letterhead. */
static void words_that_something_parts_are_one_field(void **state)
{
    static const char *const stamped[] = {"UỶ BAN NHÂN DÂN", "Ký bởi: Sở Thử Nghiệm", "XÃ ĐÔNG KHÊ",
                                          "Nguyễn Văn 45/2019 An", NULL};
    (void)state;
    fill();
    print(stamped);
    sample.document.owner_count = 0;
    for (int id = 0; id < FIELD_COUNT; id++)
        sample.document.fields[id] = (struct field){.page = -1};
    put(FIELD_AGENCY, "Ủy ban nhân dân xã Đông Khê", box_of(0, 0, 3));
    put(FIELD_SIGNER, "Nguyễn Văn An", box_of(3, 0, 1));
    put(FIELD_OWNER, "Nhân Khê Đông", box_of(2, 0, 2)); /* in another order: no */
    build(false, "a.pdf");
    struct document got = read_back("a.pdf");
    assert_string_equal(got.fields[FIELD_AGENCY].value, "Ủy ban nhân dân xã Đông Khê");
    assert_string_equal(got.fields[FIELD_SIGNER].value, "Nguyễn Văn An");
    assert_null(got.fields[FIELD_OWNER].value);
}

/* Its name was misread where it stands and taken from the catalogue of units, while the unit stands
 * elsewhere, too. */
static void an_agency_of_the_catalogue_comes_back_without_a_place(void **state)
{
    static const char *const misread[] = {"Xã Đông Khê", "Ủy ban nhân dân xã Dong Khê", NULL};
    (void)state;
    fill();
    print(misread);
    sample.document.owner_count = 0;
    for (int id = 0; id < FIELD_COUNT; id++)
        sample.document.fields[id] = (struct field){.page = -1};
    put(FIELD_UNIT, "Xã Đông Khê", box_of(0, 0, 2));
    put(FIELD_AGENCY, "Ủy ban nhân dân xã Đông Khê", box_of(1, 0, 6));
    build(false, "a.pdf");
    struct document got = read_back("a.pdf");
    assert_string_equal(got.fields[FIELD_UNIT].value, "Xã Đông Khê");
    assert_string_equal(got.fields[FIELD_AGENCY].value, "Ủy ban nhân dân xã Đông Khê");
}

static void places_that_are_none_are_left_out(void **state)
{
    static const char *const wrong[] = {"",
                                        ";",
                                        "; ; ",
                                        "owner",
                                        "owner ",
                                        "owner 1",
                                        "owner 1:",
                                        "owner 1:1",
                                        "owner 1:1-",
                                        "owner 1:1-2",
                                        "owner 1:1-2 ",
                                        "owner 1:1-2 other",
                                        "owner 2:1-2 text",
                                        "owner 0:1-2 text",
                                        "owner -1:1-2 text",
                                        "owner 1:0-2 text",
                                        "owner 1:2-1 text",
                                        "owner 1:1-999999 text",
                                        "owner 1:1-2+ text",
                                        "owner 1:99999999999999999999-2 text",
                                        "owner 1:1-4 date",
                                        "other 1:1-2 text",
                                        "owner:1 1-2 text"};
    struct pdf_file file;
    (void)state;
    fill();
    build(false, "a.pdf");
    assert_int_equal(pdf_file_open(in("a.pdf"), &file, &fault), STATUS_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct document document = {.owner_count = 0};
        places_take(&file, wrong[i], &document, arena);
        for (int id = 0; id < FIELD_COUNT; id++)
            if (document.fields[id].value != NULL)
                fail_msg("\"%s\": %s", wrong[i], document.fields[id].value);
    }
    struct document document = {.owner_count = 0};
    places_take(&file, "x; owner 1:1-1+3-4 text; owners 1:1-1 text", &document, arena);
    assert_string_equal(document.fields[FIELD_OWNER].value, "UỶ NHÂN DÂN");
    assert_int_equal(document.owner_count, 1);
    pdf_file_close(&file);
}

/* Who made the PDF decides neither how long it is looked at nor how much memory that takes. */
static void no_more_places_are_read_than_fields_can_have(void **state)
{
    struct pdf_file file;
    struct buffer many = {0};
    (void)state;
    fill();
    build(false, "a.pdf");
    assert_int_equal(pdf_file_open(in("a.pdf"), &file, &fault), STATUS_OK);
    for (int i = 0; i < 3100; i++)
        buffer_text(&many, "owners 1:1-1 text; ");
    buffer_text(&many, "owner 1:1-1 text");
    struct document document = {.owner_count = 0};
    places_take(&file, (const char *)many.data, &document, arena);
    assert_int_equal(document.owner_count, 1000);
    assert_null(document.fields[FIELD_OWNER].value);
    buffer_clear(&many);
    pdf_file_close(&file);
}

/* The same number of bytes, so that nothing else moves. */
static void change(const char *name, const char *old, const char *new)
{
    char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(file_read(in(name), 1 << 26, arena, &bytes, &size, &fault), STATUS_OK);
    char *place = memmem(bytes, size, old, strlen(old));
    assert_non_null(place);
    memset(place, ' ', strlen(old));
    assert_true(strlen(new) <= strlen(old));
    memcpy(place, new, strlen(new));
    assert_int_equal(file_write(in(name), bytes, size, &fault), STATUS_OK);
}

static void a_pdf_that_tells_of_a_thousand_million_pages_is_refused(void **state)
{
    struct archive_identity identity;
    static const char one[] =
        "<sohoa:pageCount>1</sohoa:pageCount>\n<sohoa:volume>1</sohoa:volume>";
    (void)state;
    fill();
    build(false, "a.pdf");
    change("a.pdf", one, "<sohoa:pageCount>99</sohoa:pageCount>");
    assert_int_equal(archive_identify(in("a.pdf"), arena, &identity, &fault), STATUS_OK);
    assert_int_equal(identity.pages, 99);
    build(false, "a.pdf");
    change("a.pdf", one, "<sohoa:pageCount>1000000000</sohoa:pageCount>");
    assert_int_equal(archive_identify(in("a.pdf"), arena, &identity, NULL), STATUS_REJECT);
    build(false, "a.pdf");
    change("a.pdf", one, "<sohoa:pageCount>9223372036854775807</sohoa:pageCount>");
    assert_int_equal(archive_identify(in("a.pdf"), arena, &identity, NULL), STATUS_REJECT);
}

/* It becomes the name of a folder. */
static void an_id_that_leads_elsewhere_is_none(void **state)
{
    struct archive_identity identity;
    (void)state;
    fill();
    build(false, "a.pdf");
    change("a.pdf", arena_printf(arena, "<sohoa:documentId>%s<", sample.document.id),
           "<sohoa:documentId>../../../../../../../../etc/passwd-x<");
    fault.text[0] = 0;
    assert_int_equal(archive_identify(in("a.pdf"), arena, &identity, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "does not say which document"));
}

static bool reads_with(size_t count)
{
    struct buffer packet = {0};
    struct xmp_node *properties = NULL;
    buffer_text(&packet, "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
                         "<rdf:Description rdf:about=\"\" xmlns:q=\"http://q/\">");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&packet, "<q:p%zu/>", i);
    buffer_text(&packet, "</rdf:Description></rdf:RDF>");
    bool read = xmp_read(arena, (const char *)packet.data, packet.size, &properties);
    buffer_clear(&packet);
    return read;
}

static void metadata_of_more_properties_than_anybody_writes_are_not_read(void **state)
{
    (void)state;
    assert_true(reads_with(1000));
    assert_false(reads_with(1001));
}

/* An element of so many attributes, and so many elements of different names. */
static const char *made_busy(size_t attributes, size_t elements, const char *id)
{
    struct buffer out = {0};
    buffer_text(&out, "<mets xmlns=\"http://www.loc.gov/METS/\" OBJID=\"urn:x\"><fileSec");
    for (size_t i = 0; i < attributes; i++)
        buffer_printf(&out, " a%zu=\"\"", i);
    buffer_text(&out, ">");
    for (size_t i = 0; i < elements; i++)
        buffer_printf(&out, "<n%zu/>", i);
    for (size_t i = 0; id != NULL && i < 60000; i++)
        buffer_printf(
            &out,
            "<file ID=\"%s%zu\" SIZE=\"%zu\"><FLocat xmlns:x=\"http://www.w3.org/1999/xlink\""
            " x:href=\"f%zu\"/></file>",
            id, i, i, i);
    buffer_text(&out, "</fileSec></mets>");
    assert_int_equal(file_write(in("METS.xml"), out.data, out.size, &fault), STATUS_OK);
    buffer_clear(&out);
    return in("METS.xml");
}

/* A parser would be busy with them for minutes, or hours. */
static void xml_that_is_made_to_keep_a_reader_busy_is_not_read(void **state)
{
    struct mets mets;
    (void)state;
    assert_int_equal(mets_read(made_busy(5000, 5000, "id"), arena, &mets, &fault), STATUS_OK);
    assert_int_equal(mets.count, 60000);
    assert_int_equal(mets_read(made_busy(20000, 0, NULL), arena, &mets, NULL), STATUS_REJECT);
    assert_int_equal(mets_read(made_busy(0, 60000, NULL), arena, &mets, NULL), STATUS_REJECT);
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(all_fields_come_back_from_the_pdf_alone),
    PROBE_TEST(what_does_not_read_back_is_not_told),
    PROBE_TEST(what_was_typed_without_a_place_is_found_in_the_text),
    PROBE_TEST(words_that_something_parts_are_one_field),
    PROBE_TEST(an_agency_of_the_catalogue_comes_back_without_a_place),
    PROBE_TEST(places_that_are_none_are_left_out),
    PROBE_TEST(no_more_places_are_read_than_fields_can_have),
    PROBE_TEST(an_id_that_leads_elsewhere_is_none),
    PROBE_TEST(a_pdf_that_tells_of_a_thousand_million_pages_is_refused),
    PROBE_TEST(metadata_of_more_properties_than_anybody_writes_are_not_read),
    PROBE_TEST(xml_that_is_made_to_keep_a_reader_busy_is_not_read),
};

PROBE_MAIN(tests)
