/* From the scan to the PDF: each coding's pages are held against their masters, by real pixels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "archive/image/page_report.h"
#include "archive/store.h"
#include "archive/verify/trace.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/json.h"
#include "core/package.h"
#include "tests/pencil.h"
#include "tests/unit/archive_document.h"
#include "tests/scratch.h"

static void must(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", status_name(status), error->text);
}

/* ---------------------------------------------------------------- masters and packages */

struct form {
    int channels, bits;
    bool jpeg, flate, transcode, layered;
    const char *coding; /* what packing.json must say */
};

static void sign_in_pencil(struct image *image)
{
    static struct stroke stroke;
    const struct box box = {700, 3200, 600, 220};
    const struct pencil pencil = {.contrast = 12, .width_px = 2, .texture = 0.7};
    pencil_draw(image, 300, &box, PENCIL_SIGNATURE, &pencil, &stroke);
}

/* Lines of writing; seed moves one of them a little. Below 0, of layers: signed in pencil. */
static const char *make_master(const char *name, const struct form *form, int seed)
{
    struct image image = {0};
    struct image_tags tags = {.description = "page"};
    struct error error = {""};
    const char *path = in(name);
    if (form->layered && form->bits == 8) { /* lines are too thin for layers */
        struct words words;
        sample_page(SAMPLE_COLOR, 300, arena, &image, &words);
        for (int y = 700; seed > 0 && y < 740; y++) /* a word struck out */
            memset(image.data + (size_t)y * image.stride + (size_t)(400 * 3), 0x20, 180 * 3);
        if (seed < 0)
            sign_in_pencil(&image);
        must(image_write_tiff(&image, path, &tags, &error), &error);
        image_clear(&image);
        return path;
    }
    image_init(&image, 1621, 2200, form->channels, form->bits);
    image.dpi_x = image.dpi_y = 200;
    if (form->bits != 1)
        memset(image.data, 0xf4, image.stride * (size_t)image.height_px);
    for (int y = 100; y < 2000; y++)
        for (int x = 90; x < 1400; x++)
            if (y % 40 < 3 || (x % 30 < 3 && y % 40 < 20) || (y == 500 + seed && x < 95) ||
                (seed >= 100 && y > 500 && y < 530 && x < 130)) {
                size_t at = (size_t)y * image.stride;
                if (form->bits == 1)
                    image.data[at + (size_t)x / 8] |= (uint8_t)(0x80 >> (x % 8));
                else
                    memset(image.data + at + (size_t)(x * form->channels * form->bits / 8), 0x20,
                           (size_t)(form->channels * form->bits / 8));
            }
    if (form->jpeg) {
        struct buffer bytes = {0};
        must(image_encode_jpeg(&image, 90, &bytes, &error), &error);
        must(file_write(path, bytes.data, bytes.size, &error), &error);
        buffer_clear(&bytes);
    } else {
        must(image_write_tiff(&image, path, &tags, &error), &error);
    }
    image_clear(&image);
    return path;
}

struct made {
    struct sample_document *sample;
    struct document_page page;
    const char *master, *pdf, *packing;
};

static void make(struct made *made, const struct form *form, const char *prefix, int seed)
{
    struct archive_report report;
    struct error error = {""};
    const char *file = form->jpeg ? "0001-1.scan.jpg" : "0001-1.scan.tif";
    must(file_mkdirs(in(prefix), &error), &error);
    made->sample = arena_alloc(arena, sizeof *made->sample);
    sample_document(made->sample);
    made->master = make_master(arena_printf(arena, "%s/%s", prefix, file), form, seed);
    made->pdf = in(arena_printf(arena, "%s/document.pdf", prefix));
    made->packing = in(arena_printf(arena, "%s/packing.json", prefix));
    made->page = (struct document_page){.name = "0001-1", .file = file};
    made->sample->document.pages = &made->page;
    made->sample->document.page_count = 1;
    made->sample->settings.raster_coding = form->flate ? RASTER_FLATE : RASTER_JPEG;
    made->sample->settings.jpeg_transcode = form->transcode;
    made->sample->settings.page_profile = form->layered ? PROFILE_LAYERED : PROFILE_FAITHFUL;
    made->sample->settings.layer_quality = 50;
    made->sample->settings.reread = REREAD_NEVER;
    made->sample->pages[0].image_path = made->master;
    made->sample->source.page_count = 1;
    made->sample->source.packing = made->packing;
    must(sample_build(made->sample, ARCHIVE_PDFA_2U, false, made->pdf, &report, &error), &error);
    json_t *packing = NULL;
    must(json_read(made->packing, &packing, &error), &error);
    const json_t *page = json_array_get(json_object_get(packing, "pages"), 0);
    assert_string_equal(json_string_value(json_object_get(page, "coding")), form->coding);
    json_decref(packing);
}

struct heard {
    int count;
    char first[400], all[2000];
};

static void hear(void *context, const char *sentence)
{
    struct heard *heard = context;
    if (heard->count++ == 0)
        strncat(heard->first, sentence, sizeof heard->first - 1);
    strncat(heard->all, sentence, sizeof heard->all - strlen(heard->all) - 1);
}

/* Puts master, PDF and packing.json into a store of their own and traces the page. */
static void trace(const struct made *master, const char *pdf, const char *packing,
                  struct trace_report *report, struct heard *heard)
{
    struct error error = {""};
    const char *json = in("document.json"), *path = NULL;
    struct document *document = &master->sample->document;
    document->version = 1;
    must(file_remove_tree(in("store"), &error), &error);
    must(document_write(document, json, &error), &error);
    const struct store_item items[] = {
        {json, package_part(PACKAGE_DOCUMENT)},
        {pdf, package_part(PACKAGE_PDF)},
        {packing, package_part(PACKAGE_PACKING)},
        {master->master, package_page(PACKAGE_MASTER, master->page.file, arena)}};
    must(store_package(in("store"), "config", document, items, 4, arena, &path, &error), &error);
    *heard = (struct heard){0};
    trace_check(path, document, true, false, report, hear, heard);
}

/* ---------------------------------------------------------------- what holds */

static const struct form forms[] = {
    {.channels = 3, .bits = 8, .jpeg = true, .coding = "faithful"},
    {.channels = 3, .bits = 8, .jpeg = true, .transcode = true, .coding = "transcoded"},
    {.channels = 1, .bits = 1, .coding = "lossless"},
    {.channels = 1, .bits = 1, .layered = true, .coding = "lossless"},
    {.channels = 1, .bits = 8, .flate = true, .coding = "lossless"},
    {.channels = 3, .bits = 8, .flate = true, .coding = "lossless"},
    {.channels = 3, .bits = 16, .flate = true, .coding = "lossless"},
};
#define FORMS (sizeof forms / sizeof *forms)

static void exact_pages_are_traced_by_their_pixels(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMS; i++) {
        struct made made;
        struct trace_report report;
        struct heard heard;
        make(&made, &forms[i], arena_printf(arena, "a%zu", i), 0);
        trace(&made, made.pdf, made.packing, &report, &heard);
        assert_string_equal(heard.first, "");
        assert_int_equal(report.traced, 1);
        assert_int_equal(report.same, 1);
        assert_int_equal(report.untraced, 0);
    }
}

/* packing.json of made, made to say what whoever forges would have it say. */
static const char *forge(const struct made *from, const char *member, const char *value)
{
    struct error error = {""};
    json_t *packing = NULL;
    must(json_read(from->packing, &packing, &error), &error);
    json_t *page = json_array_get(json_object_get(packing, "pages"), 0);
    if (value)
        json_put_text(page, member, value);
    else
        json_object_del(page, member);
    const char *path = in("forged.json");
    must(json_write(path, packing, &error), &error);
    json_decref(packing);
    return path;
}

/* The other's PDF in made's package, with a record in which all hashes are right: told so, and not
 * traced. */
static void trace_other(struct made *made, const struct made *other, struct trace_report *report,
                        const char *wanted)
{
    struct heard heard;
    struct error error = {""};
    char hex[HASH_HEX_SIZE];
    must(hash_file(made->master, hex, &error), &error);
    trace(made, other->pdf, forge(other, "master_sha256", hex), report, &heard);
    assert_non_null(strstr(heard.first, wanted));
    assert_int_equal(report->traced, 0);
}

/* The record says "lossless": only the pixels tell. */
static void other_pixels_under_right_hashes_are_found(void **state)
{
    (void)state;
    for (size_t i = 1; i < FORMS; i++) {
        struct made made, other;
        struct trace_report report;
        make(&made, &forms[i], arena_printf(arena, "a%zu", i), 0);
        make(&other, &forms[i], arena_printf(arena, "b%zu", i), 7);
        trace_other(&made, &other, &report, "the pixels in the PDF are not those");
        assert_int_equal(report.same, 0);
    }
}

static void an_encoded_page_is_encoded_again(void **state)
{
    static const struct form form = {.channels = 3, .bits = 8, .coding = "encoded"};
    struct made made, other;
    struct trace_report report;
    struct heard heard;
    (void)state;
    make(&made, &form, "a", 0);
    make(&other, &form, "b", 100); /* another letter */
    trace(&made, made.pdf, made.packing, &report, &heard);
    assert_string_equal(heard.first, "");
    assert_int_equal(report.encoded, 1);
    trace(&made, made.pdf, forge(&made, "quality", NULL), &report, &heard);
    assert_string_equal(heard.first, "");
    assert_int_equal(report.encoded, 0);
    assert_int_equal(report.alike, 1);
    trace_other(&made, &other, &report, "does not show what the scanned image shows");
    trace(&made, made.pdf, forge(&made, "coding", "photograph"), &report, &heard);
    assert_non_null(strstr(heard.first, "does not say how its image was made"));
}

/* Everything in the package was made anew for another image; only what is signed stayed. */
static void a_pdf_names_the_masters_that_it_was_made_of(void **state)
{
    struct made made, other;
    struct trace_report report;
    struct heard heard;
    struct error error = {""};
    char hex[HASH_HEX_SIZE];
    (void)state;
    make(&made, &forms[0], "a", 0);
    make(&other, &forms[0], "b", 7);
    trace(&made, made.pdf, made.packing, &report, &heard);
    assert_int_equal(heard.count, 0);
    assert_int_equal(report.bound, 1);
    must(hash_file(other.master, hex, &error), &error);
    trace(&other, made.pdf, forge(&made, "master_sha256", hex), &report, &heard);
    assert_non_null(strstr(heard.all, "other scanned images than those in the package"));
}

static void a_pdf_of_another_image_is_found(void **state)
{
    struct made made, other;
    struct trace_report report;
    struct heard heard;
    (void)state;
    make(&made, &forms[2], "a", 0);
    make(&other, &forms[2], "b", 7);
    trace(&made, other.pdf, made.packing, &report, &heard);
    assert_non_null(strstr(heard.first, "not the one that was made of the scan"));
    trace(&made, other.pdf, other.packing, &report, &heard);
    assert_non_null(strstr(heard.first, "made of another image"));
    trace(&made, made.pdf, forge(&made, "master", "0002-1.scan.tif"), &report, &heard);
    assert_non_null(strstr(heard.first, "another page in its place"));
}

static void a_layered_page_needs_the_guards_figures(void **state)
{
    static const struct form form = {
        .channels = 3, .bits = 8, .layered = true, .coding = "layered"};
    struct made made;
    struct trace_report report;
    struct heard heard;
    struct error error = {""};
    (void)state;
    make(&made, &form, "a", 0);
    trace(&made, made.pdf, made.packing, &report, &heard);
    assert_string_equal(heard.first, "");
    assert_int_equal(report.layered, 1);
    assert_int_equal(report.same, 0);
    trace(&made, made.pdf, forge(&made, "guard", NULL), &report, &heard);
    assert_non_null(strstr(heard.first, "passed the guard"));
    json_t *packing = NULL;
    must(json_read(made.packing, &packing, &error), &error);
    json_t *page = json_array_get(json_object_get(packing, "pages"), 0);
    json_object_set_new(json_object_get(page, "guard"), "lost_px", json_integer(400));
    must(json_write(in("forged.json"), packing, &error), &error);
    json_decref(packing);
    trace(&made, made.pdf, in("forged.json"), &report, &heard);
    assert_non_null(strstr(heard.first, "passed the guard"));
    assert_int_equal(report.traced, 0);
}

/* Another page's layers under figures and hashes that are right by themselves; a mark put over one
 * of our own. */
static void layers_of_another_page_are_found(void **state)
{
    static const struct form form = {
        .channels = 3, .bits = 8, .layered = true, .coding = "layered"};
    struct made made, other;
    struct trace_report report;
    (void)state;
    make(&made, &form, "a", 0);
    make(&other, &form, "b", 7);
    trace_other(&made, &other, &report, "layers in the PDF do not show");
    assert_int_equal(report.layered, 0);
}

/* Files of before pale lines were looked for do not tell of them, and hold as they did. */
static void pencil_that_the_layers_do_not_show_is_found_where_it_was_looked_for(void **state)
{
    static const struct form form = {
        .channels = 3, .bits = 8, .layered = true, .coding = "layered"};
    struct made plain, signed_one;
    struct trace_report report;
    struct heard heard;
    struct error error = {""};
    (void)state;
    make(&plain, &form, "a", 0);
    make(&signed_one, &form, "b", -1);
    trace(&signed_one, signed_one.pdf, signed_one.packing, &report, &heard);
    assert_string_equal(heard.first, "");
    trace_other(&signed_one, &plain, &report, "layers in the PDF do not show");
    json_t *packing = NULL;
    must(json_read(in("forged.json"), &packing, &error), &error);
    json_t *page = json_array_get(json_object_get(packing, "pages"), 0);
    assert_int_equal(json_object_del(json_object_get(page, "guard"), "broken_mm"), 0);
    must(json_write(in("forged.json"), packing, &error), &error);
    json_decref(packing);
    trace(&signed_one, plain.pdf, in("forged.json"), &report, &heard);
    assert_null(strstr(heard.all, "layers in the PDF do not show"));
    assert_int_equal(report.layered, 1);
}

static void without_a_record_only_the_masters_own_bytes_are_traced(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct made made;
        struct trace_report report;
        struct heard heard;
        struct error error = {""};
        make(&made, &forms[i], arena_printf(arena, "a%zu", i), 0);
        trace(&made, made.pdf, made.packing, &report, &heard);
        const char *path = NULL;
        must(store_find(in("store"), made.sample->document.id, 1, arena, &path, &error), &error);
        must(file_remove(package_part_path(arena, path, PACKAGE_PACKING), &error), &error);
        trace_check(path, &made.sample->document, true, false, &report, hear, &heard);
        assert_string_equal(heard.first, "");
        assert_int_equal(report.same, i == 0);
        assert_int_equal(report.untraced, i == 1);
    }
}

/* Without its masters packing.json stands for them; without that there is nothing to hold. */
static void a_copy_for_use_is_held_against_its_record(void **state)
{
    struct made made;
    struct trace_report report;
    struct heard heard;
    struct error error = {""};
    const char *path = NULL;
    (void)state;
    make(&made, &forms[0], "a", 0);
    trace(&made, made.pdf, made.packing, &report, &heard);
    must(store_find(in("store"), made.sample->document.id, 1, arena, &path, &error), &error);
    trace_check(path, &made.sample->document, true, true, &report, hear, &heard);
    assert_string_equal(heard.first, "");
    assert_int_equal(report.elsewhere, 1);
    assert_int_equal(report.bound, 1);
    assert_int_equal(report.traced, 0);
    must(file_remove(package_part_path(arena, path, PACKAGE_PACKING), &error), &error);
    trace_check(path, &made.sample->document, true, true, &report, hear, &heard);
    assert_string_equal(heard.first, "");
    assert_int_equal(report.elsewhere, 0);
    assert_int_equal(report.untraced, 1);
    assert_int_equal(report.unbound, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_open, scratch_close)
    const struct CMUnitTest tests[] = {
        TEST(exact_pages_are_traced_by_their_pixels),
        TEST(other_pixels_under_right_hashes_are_found),
        TEST(a_pdf_of_another_image_is_found),
        TEST(an_encoded_page_is_encoded_again),
        TEST(a_pdf_names_the_masters_that_it_was_made_of),
        TEST(a_layered_page_needs_the_guards_figures),
        TEST(layers_of_another_page_are_found),
        TEST(pencil_that_the_layers_do_not_show_is_found_where_it_was_looked_for),
        TEST(without_a_record_only_the_masters_own_bytes_are_traced),
        TEST(a_copy_for_use_is_held_against_its_record),
    };
    setenv("SOHOA_LANG", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
