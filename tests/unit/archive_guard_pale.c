/* Pale strokes on layered pages: those of seals and pencils are seen, and shown or refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive/image/guard_lines.h"
#include "tests/pencil.h"
#include "tests/unit/archive_guard.h"

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

/* ---------------------------------------------------------------- pencil */

static struct stroke stroke;
static const struct box blank = {700, 3200, 600, 220};

/* What is shown of the master, and the guard's verdict; places as guard_judge. */
static enum guard_verdict show(struct image *image, const char **reason,
                               struct guard_places *places)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    figures = (struct guard_figures){0};
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    enum guard_verdict verdict =
        guard_judge(&master, master.dpi_x, &shown, &figures, reason, places);
    image_clear(image);
    shown_image(&shown, &master, image);
    shown_close(&shown);
    buffer_clear(&mask);
    return verdict;
}

/* As packing does it: made, judged, places kept, judged anew. */
static enum guard_verdict pack(struct image *image, const char **reason)
{
    struct guard_places places = {0};
    layered_clear(&layers);
    assert_null(layered_make(&master, master.dpi_x, QUALITY, &layers));
    enum guard_verdict verdict = show(image, reason, &places);
    if (places.count > 0 &&
        layered_keep(&master, master.dpi_x, places.boxes, places.count, &layers))
        verdict = show(image, reason, NULL);
    guard_places_clear(&places);
    return verdict;
}

static void draw_pencil(const struct box *box, enum pencil_shape shape, double contrast,
                        double width_px)
{
    const struct pencil pencil = {
        .contrast = contrast, .width_px = width_px, .texture = 0.7, .seed = 5};
    pencil_draw(&master, master.dpi_x, box, shape, &pencil, &stroke);
}

static void a_pencil_signature_that_breaks_is_refused_and_whole_when_kept(void **state)
{
    struct image image = {0};
    const char *reason = NULL;
    (void)state;
    draw_pencil(&blank, PENCIL_SIGNATURE, 12, 2);
    layered_clear(&layers);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    assert_int_equal(show(&image, &reason, NULL), GUARD_REFUSED);
    assert_string_equal(reason, "broken");
    assert_true(figures.broken_mm > 20);
    assert_true(stroke_compare(&stroke, &master, &image).longest_gap_mm > 10);
    assert_int_equal(pack(&image, &reason), GUARD_GOOD);
    const struct stroke_seen seen = stroke_compare(&stroke, &master, &image);
    assert_true(seen.visible_mm > 100);
    assert_true(seen.shown > 0.95);
    assert_true(seen.longest_gap_mm < 3);
    image_clear(&image);
}

/* A sheet of its own: paper of that colour, 4 by 3 inches. */
static void new_sheet(int dpi, const uint8_t color[3])
{
    image_clear(&master);
    image_init(&master, 4 * dpi, 3 * dpi, 3, 8);
    master.dpi_x = master.dpi_y = dpi;
    for (size_t i = 0; i < master.stride * (size_t)master.height_px; i++)
        master.data[i] = color[i % 3];
}

static void scan_as_jpeg(int quality)
{
    struct buffer jpeg = {0};
    double dpi = master.dpi_x;
    assert_int_equal(image_encode_jpeg(&master, quality, &jpeg, &fault), STATUS_OK);
    image_clear(&master);
    assert_int_equal(image_decode_jpeg(jpeg.data, jpeg.size, &master, &fault), STATUS_OK);
    master.dpi_x = master.dpi_y = dpi;
    buffer_clear(&jpeg);
}

/* contrast: that an eye sees it by, a piece of 1 mm eight times above grain. */
static const struct pale_case {
    int dpi;
    double contrast, width_px, grain;
    enum pencil_shape shape;
    bool old; /* yellowed, and scanned as JPEG */
} cases[] = {
    {300, 6, 3, 0, PENCIL_SIGNATURE, false},  {300, 8, 2, 2, PENCIL_LINE, false},
    {300, 12, 1.5, 2, PENCIL_DIGITS, false},  {300, 16, 3, 4, PENCIL_TICK, false},
    {300, 22, 2, 4, PENCIL_SIGNATURE, true},  {300, 30, 1.5, 4, PENCIL_LINE, true},
    {300, 30, 3, 8, PENCIL_DIGITS, true},     {300, 16, 2, 2, PENCIL_TICK, true},
    {200, 16, 2, 2, PENCIL_SIGNATURE, false}, {200, 22, 1.5, 4, PENCIL_LINE, true},
};

static void what_an_eye_follows_in_the_master_it_follows_in_what_is_shown(void **state)
{
    static const uint8_t white[] = {250, 250, 248}, yellow[] = {236, 222, 180};
    struct image image = {0};
    const char *reason = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct pale_case *one = &cases[i];
        int high = one->shape == PENCIL_TICK || one->shape == PENCIL_DIGITS ? 3 : 8;
        int wide = one->shape == PENCIL_TICK ? 3 : one->shape == PENCIL_DIGITS ? 8 : 20;
        const struct box box = {one->dpi, one->dpi, one->dpi * wide / 10, one->dpi * high / 10};
        new_sheet(one->dpi, one->old ? yellow : white);
        draw_pencil(&box, one->shape, one->contrast, one->width_px);
        pencil_grain(&master, one->grain, 9);
        if (one->old)
            scan_as_jpeg(85);
        enum guard_verdict verdict = pack(&image, &reason);
        const struct stroke_seen seen = stroke_compare(&stroke, &master, &image);
        if (verdict != GUARD_REFUSED && (seen.shown < 0.8 || seen.longest_gap_mm > 3))
            fail_msg("case %zu (d %.1f): %.2f shown, gap %.1f mm", i, seen.d, seen.shown,
                     seen.longest_gap_mm);
        assert_true(seen.d > 7);
    }
    image_clear(&image);
}

/* Specks of dust, and soft strokes as of letters that shine through from the back. */
static void dust_grain_and_what_shines_through_are_no_broken_lines(void **state)
{
    static const uint8_t yellow[] = {236, 222, 180};
    struct image image = {0};
    const char *reason = NULL;
    (void)state;
    new_sheet(LAYER_DPI, yellow);
    for (int i = 0; i < 12; i++)
        color_box(&master, &(struct box){120 + 83 * i, 100 + 37 * (i % 5), 4, 4}, 120, 110, 90);
    for (int i = 0; i < 30; i++)
        for (int x = -14; x <= 14; x++) {
            double dark = 9 * exp(-x * x / 32.0);
            for (int y = 0; y < 30; y++)
                for (int c = 0; c < 3; c++) {
                    uint8_t *to = &master.data[(size_t)(500 + y) * master.stride +
                                               (size_t)(3 * (150 + 31 * i + x) + c)];
                    *to = (uint8_t)lround(*to - dark);
                }
        }
    pencil_grain(&master, 5, 4);
    scan_as_jpeg(85);
    pack(&image, &reason);
    assert_true(figures.broken_mm < 3);
    assert_int_equal(layers.patch_count, 0);
    image_clear(&image);
}

/* A sheet with a pale line across its middle. */
enum { SHEET_WIDE = 780, SHEET_HIGH = 180, SHEET_SIDE = 60, SHEET_DPI = 150 };

/* No line is shown there. */
static void wipe(uint8_t *shown, int x, int length)
{
    for (int y = 0; y < SHEET_HIGH; y++)
        memset(shown + (ptrdiff_t)y * SHEET_WIDE + x, 250, (size_t)length);
}

static void a_broken_line_goes_on_where_pieces_of_it_are_missing_and_between_two(void **state)
{
    static uint8_t master_plane[SHEET_WIDE * SHEET_HIGH], shown[sizeof master_plane];
    enum { ACROSS = SHEET_WIDE / SHEET_SIDE, DOWN = SHEET_HIGH / SHEET_SIDE };
    double broken_mm[ACROSS * DOWN] = {0}, *line = broken_mm + ACROSS;
    (void)state;
    memset(master_plane, 250, sizeof master_plane);
    for (int y = 88; y < 90; y++)
        memset(master_plane + (ptrdiff_t)y * SHEET_WIDE, 235, SHEET_WIDE);
    memcpy(shown, master_plane, sizeof shown);
    wipe(shown, 130, 160); /* regions 2 to 4 */
    wipe(shown, 330, 9);   /* a little of 5 */
    wipe(shown, 490, 40);  /* in 8 */
    wipe(shown, 610, 40);  /* in 10 */
    lines_broken(&(struct line_planes){.was = master_plane,
                                       .is = shown,
                                       .width = SHEET_WIDE,
                                       .height = SHEET_HIGH,
                                       .dpi = SHEET_DPI,
                                       .side_px = SHEET_SIDE},
                 ACROSS, DOWN, broken_mm);
    assert_true(line[2] >= 3 && line[3] >= 3 && line[4] >= 3 && line[8] >= 3 && line[10] >= 3);
    assert_true(line[5] >= 3);
    assert_true(line[9] >= 3);
    assert_true(line[0] < 3 && line[1] < 3 && line[6] < 3 && line[7] < 3 && line[11] < 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(pale_strokes_that_were_blurred_are_refused),
        PAGE_TEST(pale_thin_strokes_are_seen_and_stay_countable),
        PAGE_TEST(strokes_on_a_tinted_field_are_in_the_mask_and_not_the_field),
        PAGE_TEST(a_pencil_signature_that_breaks_is_refused_and_whole_when_kept),
        PAGE_TEST(what_an_eye_follows_in_the_master_it_follows_in_what_is_shown),
        PAGE_TEST(dust_grain_and_what_shines_through_are_no_broken_lines),
        PAGE_TEST(a_broken_line_goes_on_where_pieces_of_it_are_missing_and_between_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
