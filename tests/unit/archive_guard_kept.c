/* Layered pages in a document: what would be lost is shown by its own pixels, and what is too much
 * for that comes back as it was scanned, with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/json.h"
#include "tests/pencil.h"
#include "tests/unit/archive_guard.h"

static size_t words_lost; /* the page's first so many words */
static int readings;

static enum status read_again(void *context, const struct image *page, const struct image *shown,
                              const struct words *words, struct box *lost, size_t *count,
                              struct error *error)
{
    (void)context;
    (void)error;
    assert_int_equal(shown->width_px, words->width_px);
    assert_int_equal(page->width_px, shown->width_px);
    readings++;
    *count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t k = 0; k < words->lines[i].word_count && *count < words_lost; k++)
            lost[(*count)++] = words->lines[i].words[k].box;
    return STATUS_OK;
}

static enum status no_reader(void *context, const struct image *page, const struct image *shown,
                             const struct words *words, struct box *lost, size_t *count,
                             struct error *error)
{
    (void)context;
    (void)page;
    (void)shown;
    (void)words;
    (void)lost;
    (void)count;
    return error_set(error, STATUS_RETRY, "no reader");
}

/* Builds the one page and gives its entry of packing.json. */
static const json_t *pack(const struct image *image, int reread, json_t **root)
{
    assert_int_equal(image_write_tiff(image, in("p.tif"), NULL, &fault), STATUS_OK);
    sample.settings.page_profile = PROFILE_LAYERED;
    sample.settings.layer_quality = QUALITY;
    sample.settings.reread = reread;
    sample.settings.budget_color_kb = 120;
    sample.source.page_count = 1;
    sample.source.packing = in("packing.json");
    sample.pages[0] = (struct archive_page){.image_path = in("p.tif"), .words = master_words};
    build(false, "a.pdf");
    assert_pdfa("a.pdf");
    assert_int_equal(json_read(in("packing.json"), root, &fault), STATUS_OK);
    return json_array_get(json_object_get(*root, "pages"), 0);
}

static void assert_packed(const json_t *page, const char *coding, const char *reason)
{
    const char *said = json_string_value(json_object_get(page, "reason"));
    assert_string_equal(json_string_value(json_object_get(page, "coding")), coding);
    assert_string_equal(said == NULL ? "" : said, reason);
}

static int64_t guard_number(const json_t *page, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(page, "guard"), key));
}

static size_t patches_of(const json_t *page)
{
    const json_t *streams = json_object_get(page, "streams"), *stream;
    size_t i, count = 0;
    json_array_foreach(streams, i, stream) count +=
        strcmp(json_string_value(json_object_get(stream, "role")), "patch") == 0;
    return count;
}

static void lost_words_are_shown_by_their_own_pixels(void **state)
{
    json_t *root;
    (void)state;
    sample.source.reread = read_again;
    readings = 0;
    words_lost = 2;
    const json_t *page = pack(&master, REREAD_ALWAYS, &root);
    assert_packed(page, "layered", "");
    assert_int_equal(guard_number(page, "words_lost"), 0);
    assert_int_equal(guard_number(page, "words_kept"), 2);
    assert_in_range(patches_of(page), 1, 2);
    assert_int_equal(readings, 1);
    assert_int_equal(report.layered, 1);
    assert_int_equal(report.sizes[CLASS_COLOR].over_budget, 0);
    json_decref(root);
}

static void a_page_that_loses_many_words_comes_back_as_it_was(void **state)
{
    json_t *root;
    (void)state;
    sample.source.reread = read_again;
    readings = 0;
    words_lost = words_count(master_words);
    const json_t *page = pack(&master, REREAD_ALWAYS, &root);
    assert_packed(page, "encoded", "words");
    assert_int_equal(guard_number(page, "words_lost"), words_lost);
    assert_int_equal(readings, 1);
    assert_int_equal(report.kept, 1);
    assert_string_equal(report.kept_for[0].reason, "words");
    assert_int_equal(report.sizes[CLASS_COLOR].pages, 1);
    assert_int_equal(report.sizes[CLASS_COLOR].over_budget, 1);
    json_decref(root);
}

/* Below 250 dpi the figures alone are not believed. */
static void a_coarse_page_is_read_again(void **state)
{
    struct image coarse;
    json_t *root;
    (void)state;
    sample_page(SAMPLE_COLOR, 200, arena, &coarse, master_words);
    sample.source.reread = read_again;
    readings = 0;
    words_lost = 0;
    assert_packed(pack(&coarse, REREAD_RISK, &root), "layered", "");
    json_decref(root);
    assert_int_equal(readings, 1);
    words_lost = words_count(master_words);
    assert_packed(pack(&coarse, REREAD_RISK, &root), "encoded", "words");
    json_decref(root);
    image_clear(&coarse);
}

/* The words' boxes are on the upright page, the patches on the master as it lies. */
static void kept_words_of_a_turned_page_lie_where_they_are(void **state)
{
    json_t *root;
    (void)state;
    struct box where = master_words->lines[0].words[0].box;
    sample.source.reread = read_again;
    words_lost = 1;
    master_words->turn_deg = 90; /* read on the page turned clockwise: x there is y here */
    master_words->lines[0].words[0].box =
        (struct box){master.height_px - where.y - where.height, where.x, where.height, where.width};
    const json_t *page = pack(&master, REREAD_ALWAYS, &root), *stream;
    assert_packed(page, "layered", "");
    size_t i;
    json_array_foreach(
        json_object_get(page, "streams"), i,
        stream) if (strcmp(json_string_value(json_object_get(stream, "role")), "patch") == 0)
        assert_true(json_integer_value(json_object_get(stream, "width_px")) >= where.width);
    json_decref(root);
}

static void kept_places_are_the_master_and_the_rest_stays(void **state)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    const struct box place = master_words->lines[3].words[2].box;
    uint8_t *row = memory_new((size_t)master.width_px * 3);
    double far = 0, pixels = 0;
    (void)state;
    assert_true(layered_keep(&master, LAYER_DPI, &place, 1, &layers));
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    for (int y = place.y; y < place.y + place.height; y++) {
        shown_row(&shown, y, row);
        for (int x = place.x * 3; x < (place.x + place.width) * 3; x++, pixels++)
            far += abs(row[x] - master.data[(size_t)y * master.stride + (size_t)x]);
    }
    assert_true(far / pixels < 4);
    const struct box whole = {0, 0, master.width_px, master.height_px};
    size_t ink = layers.ink_px;
    assert_false(layered_keep(&master, LAYER_DPI, &whole, 1, &layers));
    assert_int_equal(layers.ink_px, ink);
    shown_close(&shown);
    buffer_clear(&mask);
    free(row);
}

static void without_a_reader_what_must_be_read_stays(void **state)
{
    json_t *root;
    (void)state;
    sample.source.reread = NULL;
    assert_packed(pack(&master, REREAD_ALWAYS, &root), "encoded", "not_read");
    json_decref(root);
    assert_packed(pack(&master, REREAD_RISK, &root), "layered", "");
    json_decref(root);
}

static void a_reader_that_fails_fails_the_packing(void **state)
{
    (void)state;
    json_t *root;
    pack(&master, REREAD_NEVER, &root);
    json_decref(root);
    sample.settings.reread = REREAD_ALWAYS;
    sample.source.reread = no_reader;
    refused(STATUS_RETRY, "no reader");
}

static void draw_pencil(const struct box *box)
{
    static struct stroke stroke;
    const struct pencil pencil = {.contrast = 14, .width_px = 2, .texture = 0.7, .seed = 3};
    pencil_draw(&master, LAYER_DPI, box, PENCIL_SIGNATURE, &pencil, &stroke);
}

static void a_pencil_signature_is_shown_by_its_own_pixels(void **state)
{
    json_t *root;
    (void)state;
    draw_pencil(&(struct box){700, 3200, 600, 220});
    const json_t *page = pack(&master, REREAD_NEVER, &root);
    assert_packed(page, "layered", "");
    assert_true(guard_number(page, "places_kept") > 10);
    assert_true(patches_of(page) > 0);
    assert_true(json_number_value(json_object_get(json_object_get(page, "guard"), "broken_mm")) <
                3);
    json_decref(root);
}

static void a_page_with_pencil_all_over_comes_back_as_it_was(void **state)
{
    json_t *root;
    (void)state;
    for (int i = 0; i < 12; i++)
        draw_pencil(&(struct box){100 + i % 2 * 1150, 100 + i / 2 * 560, 1050, 500});
    const json_t *page = pack(&master, REREAD_NEVER, &root);
    assert_packed(page, "encoded", "broken");
    assert_true(json_number_value(json_object_get(json_object_get(page, "guard"), "broken_mm")) >
                20);
    json_decref(root);
}

/* Tones everywhere, from edge to edge. */
static void a_photograph_stays_as_it_was(void **state)
{
    struct image photo;
    json_t *root;
    (void)state;
    image_init(&photo, 1200, 1600, 1, 8);
    photo.dpi_x = photo.dpi_y = LAYER_DPI;
    for (int y = 0; y < 1600; y++)
        for (int x = 0; x < 1200; x++)
            photo.data[(size_t)y * photo.stride + (size_t)x] =
                (uint8_t)(y < 400 ? 250 : 30 + (x / 8 + y / 10) % 150);
    master_words = NULL;
    assert_packed(pack(&photo, REREAD_RISK, &root), "encoded", "photo");
    json_decref(root);
    image_clear(&photo);
}

/* Blank paper of that size has no layers, for that reason. */
static void assert_encoded(int width, int height, const char *reason)
{
    struct image paper;
    json_t *root;
    image_init(&paper, width, height, 1, 8);
    paper.dpi_x = paper.dpi_y = LAYER_DPI;
    memset(paper.data, 240, paper.stride * (size_t)height);
    master_words = NULL;
    assert_packed(pack(&paper, REREAD_RISK, &root), "encoded", reason);
    json_decref(root);
    image_clear(&paper);
}

static void a_page_too_small_for_layers_stays_as_it_was(void **state)
{
    (void)state;
    assert_encoded(120, 120, "small");
}

/* 20,000 pixels and a rest: whole cells of three are 20,001, which nobody would read back. */
static void a_page_whose_mask_would_pass_the_limits_stays_as_it_was(void **state)
{
    (void)state;
    assert_encoded(IMAGE_SIDE_MAX, 150, "large");
}

/* Two places side by side, many times: of as many as are united the decision is one of a moment,
 * and more are not united at all. */
static void bad_places_all_over_a_wall_are_decided_at_once(void **state)
{
    enum { PAIRS = 2048, MANY = 200 * 200, ACROSS = 64, SIDE = 60, APART = 4 * SIDE };
    static struct box boxes[MANY];
    struct layered wall = {.width_px = ACROSS * APART, .height_px = PAIRS / ACROSS * APART};
    const struct image none = {0};
    (void)state;
    for (int i = 0; i < 2 * PAIRS; i++)
        boxes[i] =
            (struct box){i / 2 % ACROSS * APART + i % 2 * SIDE, i / 2 / ACROSS * APART, SIDE, SIDE};
    clock_t start = clock();
    assert_false(layered_keep(&none, LAYER_DPI, boxes, (size_t)2 * PAIRS, &wall));
    assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
    for (int i = 0; i < MANY; i++)
        boxes[i] = (struct box){i % ACROSS, 0, 1, 1};
    assert_false(layered_keep(&none, LAYER_DPI, boxes, MANY, &wall));
    assert_int_equal(wall.patch_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(lost_words_are_shown_by_their_own_pixels),
        PAGE_TEST(a_page_that_loses_many_words_comes_back_as_it_was),
        PAGE_TEST(a_coarse_page_is_read_again),
        PAGE_TEST(kept_words_of_a_turned_page_lie_where_they_are),
        PAGE_TEST(kept_places_are_the_master_and_the_rest_stays),
        PAGE_TEST(without_a_reader_what_must_be_read_stays),
        PAGE_TEST(a_reader_that_fails_fails_the_packing),
        PAGE_TEST(a_pencil_signature_is_shown_by_its_own_pixels),
        PAGE_TEST(a_page_with_pencil_all_over_comes_back_as_it_was),
        PAGE_TEST(a_photograph_stays_as_it_was),
        PAGE_TEST(a_page_too_small_for_layers_stays_as_it_was),
        PAGE_TEST(a_page_whose_mask_would_pass_the_limits_stays_as_it_was),
        PAGE_TEST(bad_places_all_over_a_wall_are_decided_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
