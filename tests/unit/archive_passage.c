/* Text that survives, the pass record, what a PDF says of itself, volumes, attachments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/check/check_text.h"
#include "core/json.h"
#include "core/text.h"
#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- text */

static void the_text_comes_back_word_for_word(void **state)
{
    size_t words = 0;
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 90, true);
    add("q.tif", SAMPLE_BILEVEL, 0, false);
    sample.pages[1].words = NULL; /* a page without text */
    add("r.tif", SAMPLE_GRAY, 180, false);
    build(true, "text.pdf");
    assert_int_equal(archive_check_text(in("text.pdf"), &sample.source, &words, &fault), STATUS_OK);
    assert_int_equal(words,
                     words_count(sample.pages[0].words) + words_count(sample.pages[2].words));

    char **pages = NULL;
    size_t count = 0;
    assert_int_equal(archive_text(in("text.pdf"), arena, &pages, &count, &fault), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(pages[0], text_nfc(arena, words_text(sample.pages[0].words, arena)));
    assert_string_equal(pages[1], "");
    assert_non_null(strstr(pages[2], "𡨸喃"));
    assert_non_null(strstr(pages[2], "&<>\"'"));
}

static void differs(const char *words)
{
    size_t compared = 0;
    fault.text[0] = 0;
    assert_int_equal(archive_check_text(in("text.pdf"), &sample.source, &compared, &fault),
                     STATUS_REJECT);
    if (strstr(fault.text, words) == NULL)
        fail_msg("\"%s\" does not say %s", fault.text, words);
}

static void each_difference_of_text_is_found(void **state)
{
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "text.pdf");
    struct words *words = (struct words *)(uintptr_t)sample.pages[0].words;
    struct word *word = &words->lines[3].words[2];
    const struct word kept = *word;
    word->text = "khác";
    differs("page 1: word 23 came out");
    word->text = arena_printf(arena, "%sx", kept.text);
    differs("came out");
    *word = kept;
    word->box.x += words->width_px / 20;
    differs("word 23 does not lie");
    *word = kept;
    word->box.y += words->height_px / 20;
    differs("does not lie");
    *word = kept;
    words->lines[words->line_count - 1].word_count--;
    differs("nobody approved");
    words->lines[words->line_count - 1].word_count++;
    words->line_count--;
    differs("nobody approved");
    words->line_count++;
    sample.pages[0].words = NULL;
    differs("nobody approved");
    sample.pages[0].words = words;
    sample.source.page_count = 0;
    differs("other pages");
}

/* The PDF says another word than the one that is painted over: a map that was changed. */
static void a_changed_character_map_is_found(void **state)
{
    struct pdf_file file;
    const uint8_t *bytes;
    size_t size, whole, words = 0;
    char *pdf;
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "text.pdf");
    file = open_pdf("text.pdf");
    const struct pdf_value *font =
        pdf_get(&file, pdf_get(&file, pdf_get(&file, page_of(&file, 0), "Resources"), "Font"), "T");
    assert_true(pdf_stream_raw(&file, pdf_get(&file, font, "ToUnicode"), &bytes, &size));
    size_t place = (size_t)(bytes - file.bytes);
    pdf_file_close(&file);
    assert_int_equal(file_read(in("text.pdf"), 1 << 26, arena, &pdf, &whole, &fault), STATUS_OK);
    memset(pdf + place + 4, 0, size - 4); /* damaged: nothing can be read back */
    assert_int_equal(file_write(in("text.pdf"), pdf, whole, &fault), STATUS_OK);
    assert_int_equal(archive_check_text(in("text.pdf"), &sample.source, &words, &fault),
                     STATUS_REJECT);
}

/* ---------------------------------------------------------------- words apart */

static void told(const struct shown *list, size_t count, const char *wanted)
{
    fault.text[0] = 0;
    assert_int_equal(shown_apart(list, count, arena, &fault), *wanted ? STATUS_REJECT : STATUS_OK);
    if (strstr(fault.text, wanted) == NULL)
        fail_msg("\"%s\" does not say %s", fault.text, wanted);
}

/* From the places alone, whoever wrote them. */
static void words_that_readers_would_join_are_refused(void **state)
{
    (void)state;
    struct shown pair[] = {{"hai", 3, true, 100, 500, 10, 20}, {"chữ", 3, true, 122, 500, 10, 20}};
    told(pair, 2, "");
    pair[1].left = 121; /* 0.1 of the size */
    told(pair, 2, "words 1 and 2 stand so close");
    pair[1].left = 118.5;
    told(pair, 2, "words 1 and 2");
    pair[1].bottom = 504; /* of one line all the same */
    told(pair, 2, "words 1 and 2");
    pair[1].bottom = 507; /* of the next */
    pair[1].left = 118.5;
    told(pair, 2, "");
    struct shown between[] = {pair[0], pair[1], {"to", 2, true, 60, 503, 16, 20}};
    told(between, 3, "words 1 and 2"); /* a third one makes them of one line */
    between[1].left = 121;
    told(between, 3, "");
    struct shown columns[] = {{"a1", 2, true, 100, 500, 10, 20},
                              {"a2", 2, false, 100, 480, 10, 20},
                              {"b1", 2, true, 120, 500, 10, 20}}; /* beside the first */
    told(columns, 3, "words 1 and 3");
    struct shown letters[] = {{"1", 1, true, 100, 500, 10, 5},
                              {"2", 1, true, 108, 500, 10, 5},
                              {"ba", 2, true, 116, 500, 10, 10}};
    told(letters, 3, "words 1 and 2"); /* 0.3: taken for letters set wide */
    letters[1].left = 110;
    letters[2].left = 118;
    told(letters, 3, "words 2 and 3"); /* then for that whole line */
    letters[2].left = 120;
    told(letters, 3, "");
    struct shown twice[] = {{"hai", 3, true, 100, 500, 10, 20}, {"hai", 3, true, 100, 501, 10, 20}};
    told(twice, 2, "words 1 and 2"); /* one of them would be left out */
    twice[1].text = "ba";
    told(twice, 2, ""); /* on one another: two lines */
    const struct shown thin = {"llll", 4, false, 100, 500, 10, 3};
    told(&thin, 1, "word 1 is so narrow");
}

static void our_own_reading_goes_by_places_too(void **state)
{
    (void)state;
    struct shown a = {"a", 1, false, 100, 500, 10, 5}, b = {"b", 1, false, 105, 500, 10, 5};
    assert_string_equal(shown_between(&a, &b), "");
    b.left = 107;
    assert_string_equal(shown_between(&a, &b), " ");
    b.left = 105;
    a.blank = true;
    assert_string_equal(shown_between(&a, &b), " ");
    b.bottom = 480;
    assert_string_equal(shown_between(&a, &b), "\n");
}

/* ---------------------------------------------------------------- the pass record */

static void only_what_passed_has_a_record(void **state)
{
    char *pdf;
    size_t size;
    json_t *record = NULL;
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "pass.pdf");
    const char *path = in("pass.pdf"), *pass = in("check.json");
    assert_int_equal(archive_passed(path, pass, &fault), STATUS_REJECT);
    assert_int_equal(archive_pass(path, NULL, &sample.source, pass, &fault), STATUS_OK);
    assert_int_equal(archive_passed(path, pass, &fault), STATUS_OK);
    assert_int_equal(json_read(pass, &record, &fault), STATUS_OK);
    assert_string_equal(json_text(record, "flavour", arena), "2u");
    assert_int_equal(json_int(record, "findings", -1), 0);
    assert_int_equal(json_int(record, "words_compared", 0), words_count(sample.pages[0].words));
    assert_int_equal(json_int(record, "bytes", 0), file_size(path));
    json_decref(record);

    /* a byte of the picture, which no rule forbids, is another file */
    assert_int_equal(file_read(path, 1 << 26, arena, &pdf, &size, &fault), STATUS_OK);
    char *picture = memmem(pdf, size, "\xFF\xD8\xFF\xE0", 4);
    picture[30] ^= 1;
    assert_int_equal(file_write(path, pdf, size, &fault), STATUS_OK);
    assert_int_equal(archive_passed(path, pass, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "changed since"));

    /* a file that breaks a rule loses the record it had */
    memcpy(memmem(pdf, size, "/Subtype /XML", 13), "/SubType /XML", 13);
    assert_int_equal(file_write(path, pdf, size, &fault), STATUS_OK);
    assert_int_equal(archive_pass(path, NULL, &sample.source, pass, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "XMP"));
    assert_false(file_exists(pass));
}

static void a_field_without_signature_does_not_pass(void **state)
{
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(true, "field.pdf");
    assert_int_equal(archive_pass(in("field.pdf"), NULL, NULL, in("check.json"), &fault),
                     STATUS_REJECT);
    assert_false(file_exists(in("check.json")));
}

/* ---------------------------------------------------------------- identity */

static void a_pdf_says_which_document_it_is(void **state)
{
    struct archive_identity identity;
    (void)state;
    struct field *fields = sample.document.fields;
    fields[FIELD_PROCEDURE].value = "1.001193";
    fields[FIELD_NUMBER].value = "12/2006";
    fields[FIELD_BOOK].value = "01/2006";
    fields[FIELD_DATE].value = "2006-03-12";
    fields[FIELD_AGENCY].value = "Ủy ban nhân dân xã Đông Sơn";
    fields[FIELD_UNIT].value = "Xã Đông Sơn";
    fields[FIELD_OWNER].value = "Nguyễn Văn An";
    fields[FIELD_OWNER_ID].value = "079083001234";
    sample.document.version = 3;
    sample.document.box_code = "H-12";
    sample.document.shelf = "K2";
    sample.document.scanned_at = "2026-11-20T08:00:00+07:00";
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "identity.pdf");
    assert_int_equal(archive_identify(in("identity.pdf"), arena, &identity, &fault), STATUS_OK);
    const struct document *got = &identity.document, *had = &sample.document;
    assert_string_equal(got->id, had->id);
    assert_int_equal(got->version, 3);
    assert_string_equal(got->batch, had->batch);
    assert_string_equal(got->box_code, "H-12");
    assert_string_equal(got->shelf, "K2");
    assert_string_equal(got->custodian, SAMPLE_CUSTODIAN);
    assert_string_equal(got->scanned_at, had->scanned_at);
    assert_string_equal(got->signed_at, had->signed_at);
    assert_int_equal(got->page_count, 1);
    assert_string_equal(identity.flavour, "2u");
    for (int id = 0; id < FIELD_COUNT; id++)
        if (id == FIELD_OWNER || id == FIELD_OWNER_ID)
            assert_null(got->fields[id].value);
        else if (had->fields[id].value != NULL)
            assert_string_equal(got->fields[id].value, had->fields[id].value);
    assert_pdfa("identity.pdf");
}

static void nothing_of_a_citizen_stands_in_the_metadata(void **state)
{
    char *pdf;
    size_t size;
    (void)state;
    sample.pages[0].words = NULL;
    struct field *fields = sample.document.fields;
    fields[FIELD_OWNER].value = "Nguyễn Văn An";
    fields[FIELD_OWNER_ID].value = "079083001234";
    fields[FIELD_BIRTH_DATE].value = "1983-02-01";
    fields[FIELD_TITLE].value = "Giấy khai sinh của NGUYỄN VĂN AN";
    fields[FIELD_NUMBER].value = "079 083 001 234";
    sample.document.shelf = "hộp Nguyen Van An";
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "owner.pdf");
    assert_int_equal(file_read(in("owner.pdf"), 1 << 26, arena, &pdf, &size, &fault), STATUS_OK);
    static const char *const secrets[] = {"Văn An",       "VĂN AN",          "Van An",
                                          "079083001234", "079 083 001 234", "1983-02-01"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_null(memmem(pdf, size, secrets[i], strlen(secrets[i])));
}

static void other_files_have_no_identity(void **state)
{
    struct archive_identity identity;
    (void)state;
    assert_int_equal(
        file_write(in("no.pdf"), "no pdf at all, but longer than thirty-two", 41, &fault),
        STATUS_OK);
    assert_int_equal(archive_identify(in("no.pdf"), arena, &identity, &fault), STATUS_REJECT);
    assert_int_equal(archive_identify(in("absent.pdf"), arena, &identity, &fault), STATUS_REJECT);
}

/* ---------------------------------------------------------------- volumes */

static void a_large_document_becomes_volumes(void **state)
{
    size_t pages = 0, words = 0;
    int volumes = 0;
    (void)state;
    for (int i = 0; i < 12; i++)
        add(arena_printf(arena, "p%d.jpg", i), SAMPLE_COLOR, 0, true);
    sample.settings.volume_mb = 1;
    for (sample.source.first = 0; sample.source.first < 12; sample.source.first += report.pages) {
        struct archive_identity identity;
        sample.source.volume = ++volumes;
        const char *name = arena_printf(arena, "v%d.pdf", volumes);
        build(false, name);
        assert_true(report.pages >= 1 && report.bytes < 2 << 20);
        assert_pdfa(name);
        assert_int_equal(archive_check_text(in(name), &sample.source, &words, &fault), STATUS_OK);
        assert_int_equal(archive_identify(in(name), arena, &identity, &fault), STATUS_OK);
        assert_int_equal(identity.volume, volumes);
        assert_int_equal(identity.first, pages);
        assert_int_equal(identity.pages, 12);
        pages += report.pages;
    }
    assert_int_equal(pages, 12);
    assert_true(volumes > 1);
}

/* ---------------------------------------------------------------- 3u */

static void a_3u_carries_the_alto_of_each_page(void **state)
{
    struct archive_verdict verdict;
    (void)state;
    for (int i = 0; i < 70; i++) { /* more than one leaf of names */
        const char *alto = in(arena_printf(arena, "%04d-1.alto.xml", i));
        if (i < 2)
            add(arena_printf(arena, "p%d.jpg", i), SAMPLE_COLOR, 0, true);
        else
            sample.pages[sample.source.page_count++] = sample.pages[i % 2];
        assert_int_equal(words_write_alto(sample.pages[i].words, "p.jpg", alto, &fault), STATUS_OK);
        sample.pages[i].alto_path = i == 5 ? NULL : alto;
        sample.pages[i].name = arena_printf(arena, "%04d-1", i);
    }
    assert_int_equal(sample_build(&sample, ARCHIVE_PDFA_3U, false, in("3u.pdf"), &report, &fault),
                     STATUS_OK);
    assert_int_equal(archive_check(in("3u.pdf"), NULL, &verdict, no_finding, NULL, &fault),
                     STATUS_OK);
    assert_true(verdict.pdfa_2u);
    assert_string_equal(verdict.flavour, "3u");
    struct pdf_file file = open_pdf("3u.pdf");
    const struct pdf_value *catalog = pdf_get(&file, file.trailer, "Root");
    const struct pdf_value *list = pdf_get(&file, catalog, "AF");
    assert_int_equal(list->size, 69);
    const struct pdf_value *spec = pdf_resolve(&file, &list->items[6]);
    struct buffer bytes = {0};
    char *wanted;
    size_t size;
    assert_true(pdf_stream_decoded(&file, pdf_get(&file, pdf_get(&file, spec, "EF"), "F"), 1 << 24,
                                   &bytes));
    assert_int_equal(file_read(in("0007-1.alto.xml"), 1 << 24, arena, &wanted, &size, &fault),
                     STATUS_OK);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, wanted, size);
    buffer_clear(&bytes);
    pdf_file_close(&file);
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(the_text_comes_back_word_for_word),
    PROBE_TEST(each_difference_of_text_is_found),
    PROBE_TEST(a_changed_character_map_is_found),
    PROBE_TEST(words_that_readers_would_join_are_refused),
    PROBE_TEST(our_own_reading_goes_by_places_too),
    PROBE_TEST(only_what_passed_has_a_record),
    PROBE_TEST(a_field_without_signature_does_not_pass),
    PROBE_TEST(a_pdf_says_which_document_it_is),
    PROBE_TEST(nothing_of_a_citizen_stands_in_the_metadata),
    PROBE_TEST(other_files_have_no_identity),
    PROBE_TEST(a_large_document_becomes_volumes),
    PROBE_TEST(a_3u_carries_the_alto_of_each_page),
};

PROBE_MAIN(tests)
