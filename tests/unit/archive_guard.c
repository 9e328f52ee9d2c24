/* Layered pages: masks come back as they were, what is shown is the master, and every damage that a
 * page could take on the way is seen by the guard, which gives the page back as it was scanned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "core/json.h"
#include "tests/unit/archive_probe.h"

#define LAYER_DPI 300
#define QUALITY 50

/* ---------------------------------------------------------------- masks */

static void assert_comes_back(const struct image *image)
{
    struct buffer bytes = {0};
    struct image again = {0};
    jbig2_encode(image, &bytes);
    assert_int_equal(
        jbig2_decode(bytes.data, bytes.size, image->width_px, image->height_px, &again, &fault),
        STATUS_OK);
    assert_memory_equal(again.data, image->data, image->stride * (size_t)image->height_px);
    image_clear(&again);
    buffer_clear(&bytes);
}

static void masks_of_every_width_come_back_bit_for_bit(void **state)
{
    static const int widths[] = {1, 7, 8, 9, 31, 64, 65, 257};
    unsigned seed = 7;
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int kind = 0; kind < 4; kind++) { /* blank, full, noise, blots */
            struct image image;
            image_init(&image, widths[i], 40, 1, 1);
            for (int y = 0; y < 40; y++)
                for (int x = 0; x < widths[i]; x++) {
                    seed = seed * 1103515245U + 12345U;
                    int bit = kind == 1   ? 1
                              : kind == 2 ? (int)(seed >> 16 & 1)
                              : kind == 3 ? (x / 5 + y / 7) % 3 == 0
                                          : 0;
                    image.data[(size_t)y * image.stride + (size_t)x / 8] |=
                        (uint8_t)(bit << (7 - x % 8));
                }
            assert_comes_back(&image);
            image_clear(&image);
        }
}

static void a_damaged_mask_is_refused_or_differs(void **state)
{
    struct image image, again = {0};
    struct buffer bytes = {0};
    (void)state;
    image_init(&image, 200, 100, 1, 1);
    for (size_t i = 0; i < image.stride * 100; i++)
        image.data[i] = (uint8_t)(i * 37 >> 2);
    jbig2_encode(&image, &bytes);
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_equal(jbig2_decode(bytes.data, size, 200, 100, &again, &fault), STATUS_REJECT);
    assert_int_equal(jbig2_decode(bytes.data, bytes.size, 201, 100, &again, &fault), STATUS_REJECT);
    /* the coder's last bytes only fill up */
    for (size_t at = 0; at + 3 < bytes.size; at++) {
        bytes.data[at] ^= 0x10;
        if (jbig2_decode(bytes.data, bytes.size, 200, 100, &again, &fault) == STATUS_OK)
            assert_memory_not_equal(again.data, image.data, image.stride * 100);
        image_clear(&again);
        bytes.data[at] ^= 0x10;
    }
    buffer_clear(&bytes);
    image_clear(&image);
}

/* ---------------------------------------------------------------- a page */

/* An A4 page of 300 dpi with text, a seal, a pen's signature and a dot below a letter. */
static struct image master;
static struct words *master_words;
static struct layered layers;
static struct guard_figures figures; /* of the last judgement */
static const struct box pen = {900, 3000, 700, 8}, dot = {1500, 2960, 8, 8};
static const struct box seal = {2480 * 3 / 4 - 190, 3507 * 3 / 4 - 190, 380, 380};
static const struct box empty = {1200, 3200, 300, 60};

static void color_box(struct image *image, const struct box *box, uint8_t red, uint8_t green,
                      uint8_t blue)
{
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++) {
            uint8_t *pixel = image->data + (size_t)y * image->stride + (size_t)x * 3;
            pixel[0] = red;
            pixel[1] = green;
            pixel[2] = blue;
        }
}

static int set_up_page(void **state)
{
    set_up(state);
    master_words = arena_alloc(arena, sizeof *master_words);
    sample_page(SAMPLE_COLOR, LAYER_DPI, arena, &master, master_words);
    color_box(&master, &pen, 30, 40, 150);
    color_box(&master, &dot, 40, 40, 40);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    return 0;
}

static int tear_down_page(void **state)
{
    layered_clear(&layers);
    image_clear(&master);
    return scratch_close(state);
}

static void set_mask(struct image *mask, const struct box *box, bool ink)
{
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++) {
            uint8_t *bits = mask->data + (size_t)y * mask->stride + (size_t)x / 8;
            *bits = (uint8_t)(ink ? *bits | 0x80 >> x % 8 : *bits & ~(0x80 >> x % 8));
        }
}

/* Colours all cells of the box in a decoded layer. */
static void color_cells(struct image *layer, const struct box *box, uint8_t red, uint8_t green,
                        uint8_t blue)
{
    int cell = layers.cell_px;
    const struct box cells = {box->x / cell, box->y / cell, box->width / cell + 1,
                              box->height / cell + 1};
    color_box(layer, &cells, red, green, blue);
}

/* Judges the layers as they are; damage changes what a reader would decode. */
static enum guard_verdict judge(void (*damage)(struct shown *), const char **reason)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    figures = (struct guard_figures){0};
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    if (damage != NULL)
        damage(&shown);
    enum guard_verdict verdict = guard_judge(&master, LAYER_DPI, &shown, &figures, reason, NULL);
    shown_close(&shown);
    buffer_clear(&mask);
    return verdict;
}

static void assert_refused(void (*damage)(struct shown *), const char *wanted)
{
    const char *reason = NULL;
    assert_int_equal(judge(damage, &reason), GUARD_REFUSED);
    assert_string_equal(reason, wanted);
}

static void a_good_page_is_good(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(NULL, &reason), GUARD_GOOD);
    assert_null(reason);
    assert_true(layers.ink_px > 10000);
}

static void flip_one_bit(struct shown *shown)
{
    shown->mask.data[shown->mask.stride * 1700 + 100] ^= 4;
}

static void one_flipped_bit_of_the_mask_is_refused(void **state)
{
    (void)state;
    assert_refused(flip_one_bit, "mask");
}

static void a_dropped_word_is_refused(void **state)
{
    (void)state;
    set_mask(&layers.mask, &master_words->lines[3].words[2].box, false);
    assert_refused(NULL, "ink");
}

static void a_dropped_stroke_is_refused(void **state)
{
    struct box stroke = master_words->lines[3].words[2].box;
    (void)state;
    stroke.width /= 10;
    const char *reason = NULL;
    set_mask(&layers.mask, &stroke, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.lost_px > 16);
}

static void a_dropped_dot_is_never_simply_good(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &dot, false);
    assert_int_not_equal(judge(NULL, &reason), GUARD_GOOD);
    assert_non_null(reason);
}

static void ink_that_nobody_wrote_is_refused(void **state)
{
    (void)state;
    set_mask(&layers.mask, &empty, true);
    const char *reason = NULL;
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
}

static void a_seal_that_is_gone_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &seal, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.red > 0.5);
}

static void blacken_seal(struct shown *shown)
{
    color_cells(&shown->ink, &seal, 91, 91, 91); /* as dark as it was */
}

static void a_seal_that_turned_black_is_refused(void **state)
{
    (void)state;
    assert_refused(blacken_seal, "red");
}

static void a_pen_stroke_that_is_gone_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &pen, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.blue > 0.5);
}

static void blacken_pen(struct shown *shown)
{
    color_cells(&shown->ink, &pen, 73, 73, 73);
}

static void a_pen_stroke_that_turned_black_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(blacken_pen, &reason), GUARD_REFUSED);
    assert_true(figures.blue > 0.5);
}

static void redden_text(struct shown *shown)
{
    color_cells(&shown->ink, &master_words->lines[3].words[2].box, 220, 20, 20);
}

static void text_that_turned_red_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(redden_text, &reason), GUARD_REFUSED);
}

static void fade_ink(struct shown *shown)
{
    for (size_t i = 0; i < shown->ink.stride * (size_t)shown->ink.height_px; i++)
        shown->ink.data[i] = (uint8_t)(shown->ink.data[i] / 3 + 160);
}

static void faded_ink_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(fade_ink, &reason), GUARD_REFUSED);
}

/* Pale strokes three pixels wide, as of a worn seal's smallest letters. */
static const struct box pale = {1560, 3210, 180, 60};

static void draw_pale_strokes(void)
{
    for (int x = pale.x; x < pale.x + pale.width; x += 12)
        color_box(&master, &(struct box){x, pale.y, 3, pale.height}, 235, 200, 200);
}

/* As if no stroke had been found there and coarse coding had smoothed what is left: the mean of
 * each twelve pixels, which has the ink's sum and its colour. */
static void blur_pale_strokes(struct shown *shown)
{
    enum { WIDE = 12 };
    struct image *background = &shown->background;
    int cell = layers.cell_px;
    for (int y = pale.y / cell; y < (pale.y + pale.height) / cell; y++)
        for (int x = pale.x / cell; x < (pale.x + pale.width) / cell; x++)
            for (int c = 0; c < 3; c++) {
                const uint8_t *from = master.data + (size_t)(y * cell) * master.stride +
                                      (size_t)(x * cell / WIDE * WIDE * 3 + c);
                int sum = 0;
                for (int i = 0; i < WIDE; i++)
                    sum += from[3 * i];
                background->data[(size_t)y * background->stride + (size_t)x * 3 + (size_t)c] =
                    (uint8_t)(sum / WIDE);
            }
}

static void pale_strokes_that_were_blurred_are_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    draw_pale_strokes();
    layered_clear(&layers);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    assert_int_equal(judge(NULL, &reason), GUARD_GOOD);
    assert_true(figures.faded < 0.3);
    set_mask(&layers.mask, &pale, false);
    assert_int_equal(judge(blur_pale_strokes, &reason), GUARD_REFUSED);
    assert_string_equal(reason, "faded");
    assert_true(figures.ink < 0.25 && figures.red < 0.3 && figures.lost_px < 6);
}

/* Ten strokes of a pencil, two pixels wide, across where regions meet. */
enum { THIN = 10, THIN_APART = 30, THIN_X = 520, THIN_Y = 3225, THIN_HIGH = 30 };

static bool thin_strokes_can_be_counted(const struct shown *shown)
{
    uint8_t *row = memory_new((size_t)master.width_px * 3);
    bool all = true;
    for (int y = THIN_Y + 2; y < THIN_Y + THIN_HIGH - 2; y += 5) {
        shown_row(shown, y, row);
        for (int i = 0; i < THIN; i++) {
            ptrdiff_t at = 3 * (ptrdiff_t)(THIN_X + i * THIN_APART);
            int paper = master.data[(size_t)y * master.stride + (size_t)(at - 3 * 8)];
            all = all && row[at] < paper - 14 && row[at - 3 * 4] > paper - 6 &&
                  row[at + 3 * 5] > paper - 6;
        }
    }
    free(row);
    return all;
}

static void pale_thin_strokes_are_seen_and_stay_countable(void **state)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    struct guard_places places = {0};
    const char *reason = NULL;
    (void)state;
    for (int i = 0; i < THIN; i++) {
        uint8_t *pixel =
            master.data + (size_t)THIN_Y * master.stride + (size_t)(THIN_X + i * THIN_APART) * 3;
        color_box(&master, &(struct box){THIN_X + i * THIN_APART, THIN_Y, 2, THIN_HIGH},
                  (uint8_t)(pixel[0] - 21), (uint8_t)(pixel[1] - 21), (uint8_t)(pixel[2] - 21));
    }
    layered_clear(&layers);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    assert_int_equal(guard_judge(&master, LAYER_DPI, &shown, &figures, &reason, &places),
                     GUARD_REFUSED);
    assert_string_equal(reason, "faded");
    assert_false(thin_strokes_can_be_counted(&shown));
    shown_close(&shown);
    assert_true(layered_keep(&master, LAYER_DPI, places.boxes, places.count, &layers));
    buffer_clear(&mask);
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    assert_int_equal(guard_judge(&master, LAYER_DPI, &shown, &figures, &reason, NULL), GUARD_GOOD);
    assert_true(thin_strokes_can_be_counted(&shown));
    guard_places_clear(&places);
    shown_close(&shown);
    buffer_clear(&mask);
}

static int mask_share(const struct box *box) /* in percent */
{
    int count = 0;
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++)
            count +=
                layers.mask.data[(size_t)y * layers.mask.stride + (size_t)x / 8] >> (7 - x % 8) & 1;
    return 100 * count / (box->width * box->height);
}

/* A highlighter's or a table's: as dark as ink against the paper, and yet what stands on it is as
 * sharp as anywhere else. */
static void strokes_on_a_tinted_field_are_in_the_mask_and_not_the_field(void **state)
{
    static const uint8_t tints[][3] = {
        {250, 250, 110}, {150, 240, 140}, {245, 165, 200}, {160, 195, 245}};
    const char *reason = NULL;
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct box field = {300, 2400 + 150 * i, 500, 110};
        color_box(&master, &field, tints[i][0], tints[i][1], tints[i][2]);
        for (int x = 330; x < 760; x += 25)
            color_box(&master, &(struct box){x, field.y + 35, 4, 40}, 40, 40, 40);
    }
    layered_clear(&layers);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    for (int i = 0; i < 4; i++) {
        const struct box stroke = {405, 2400 + 150 * i + 37, 4, 36};
        const struct box beside = {412, 2400 + 150 * i + 37, 15, 36};
        assert_true(mask_share(&stroke) > 90);
        assert_true(mask_share(&beside) < 10);
    }
    assert_int_not_equal(judge(NULL, &reason), GUARD_REFUSED);
}

static void layers_that_do_not_decode_are_no_page(void **state)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    (void)state;
    jbig2_encode(&layers.mask, &mask);
    layers.ink.size /= 2;
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_REJECT);
    shown_close(&shown);
    mask.size -= 1;
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_REJECT);
    shown_close(&shown);
    buffer_clear(&mask);
}

/* ---------------------------------------------------------------- in a document */

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

static void a_page_too_small_for_layers_stays_as_it_was(void **state)
{
    struct image small;
    json_t *root;
    (void)state;
    image_init(&small, 120, 120, 1, 8);
    small.dpi_x = small.dpi_y = LAYER_DPI;
    memset(small.data, 240, small.stride * 120);
    master_words = NULL;
    assert_packed(pack(&small, REREAD_RISK, &root), "encoded", "small");
    json_decref(root);
    image_clear(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(masks_of_every_width_come_back_bit_for_bit, set_up,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_damaged_mask_is_refused_or_differs, set_up,
                                        scratch_close),
#define PAGE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_page, tear_down_page)
        PAGE_TEST(a_good_page_is_good),
        PAGE_TEST(one_flipped_bit_of_the_mask_is_refused),
        PAGE_TEST(a_dropped_word_is_refused),
        PAGE_TEST(a_dropped_stroke_is_refused),
        PAGE_TEST(a_dropped_dot_is_never_simply_good),
        PAGE_TEST(ink_that_nobody_wrote_is_refused),
        PAGE_TEST(a_seal_that_is_gone_is_refused),
        PAGE_TEST(a_seal_that_turned_black_is_refused),
        PAGE_TEST(a_pen_stroke_that_is_gone_is_refused),
        PAGE_TEST(a_pen_stroke_that_turned_black_is_refused),
        PAGE_TEST(text_that_turned_red_is_refused),
        PAGE_TEST(pale_strokes_that_were_blurred_are_refused),
        PAGE_TEST(pale_thin_strokes_are_seen_and_stay_countable),
        PAGE_TEST(strokes_on_a_tinted_field_are_in_the_mask_and_not_the_field),
        PAGE_TEST(faded_ink_is_refused),
        PAGE_TEST(layers_that_do_not_decode_are_no_page),
        PAGE_TEST(lost_words_are_shown_by_their_own_pixels),
        PAGE_TEST(a_page_that_loses_many_words_comes_back_as_it_was),
        PAGE_TEST(kept_words_of_a_turned_page_lie_where_they_are),
        PAGE_TEST(kept_places_are_the_master_and_the_rest_stays),
        PAGE_TEST(a_coarse_page_is_read_again),
        PAGE_TEST(without_a_reader_what_must_be_read_stays),
        PAGE_TEST(a_reader_that_fails_fails_the_packing),
        PAGE_TEST(a_photograph_stays_as_it_was),
        PAGE_TEST(a_page_too_small_for_layers_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
