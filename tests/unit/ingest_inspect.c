/* Blank or not: on pages drawn here, with what scanners and decades do to paper. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/message.h"
#include "ingest/ingest.h"
#include "ingest/inspect.h"

#define BLANK_SHARE 0.00015 /* the default of [ingest] blank_ink_share */

static unsigned seed;

static int noise(int range)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 16) % (unsigned)(2 * range + 1)) - range;
}

/* A4 of paper that is not quite white, not evenly lit and grainy. */
static struct image paper(int dpi, int channels, int light, int grain)
{
    struct image image;
    image_init(&image, dpi * 827 / 100, dpi * 1169 / 100, channels, 8);
    image.dpi_x = image.dpi_y = dpi;
    seed = 11;
    for (int y = 0; y < image.height_px; y++)
        for (size_t i = 0; i < image.stride; i++) {
            int value = light - 25 * y / image.height_px + noise(grain);
            image.data[(size_t)y * image.stride + i] = (uint8_t)(value > 255 ? 255 : value);
        }
    return image;
}

/* A round nib: darkens towards ink, never lightens. Places in mm from the top left. */
static void dab(struct image *image, double x_mm, double y_mm, double wide_mm, const uint8_t ink[3])
{
    double per_mm = image->dpi_x / 25.4, radius = wide_mm * per_mm / 2;
    int left = (int)(x_mm * per_mm - radius), top = (int)(y_mm * per_mm - radius);
    for (int y = top; y <= top + 2 * radius + 1; y++)
        for (int x = left; x <= left + 2 * radius + 1; x++) {
            double dx = x - x_mm * per_mm, dy = y - y_mm * per_mm;
            if (x < 0 || y < 0 || x >= image->width_px || y >= image->height_px ||
                dx * dx + dy * dy > radius * radius)
                continue;
            uint8_t *at = image->data + (size_t)y * image->stride + (size_t)(x * image->channels);
            for (int c = 0; c < (image->channels == 3 ? 3 : 1); c++)
                at[c] = ink[c] < at[c] ? ink[c] : at[c];
        }
}

static void stroke(struct image *image, double x0, double y0, double x1, double y1, double wide_mm,
                   const uint8_t ink[3])
{
    double length = hypot(x1 - x0, y1 - y0);
    int steps = (int)(length * 8) + 1;
    for (int i = 0; i <= steps; i++)
        dab(image, x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, wide_mm, ink);
}

/* About 60 mm of pen, 45 x 15 mm. */
static void signature(struct image *image, double x, double y, const uint8_t ink[3])
{
    for (int i = 0; i < 400; i++) {
        double t = i / 400.0;
        dab(image, x + 40 * t + 4 * sin(20 * t), y + 5 * sin(9 * t) * (1 - t), 0.4, ink);
    }
}

/* "174" as a hand writes it, 6 mm tall. */
static void number(struct image *image, double x, double y, const uint8_t ink[3])
{
    stroke(image, x, y + 1, x + 1.5, y, 0.45, ink);
    stroke(image, x + 1.5, y, x + 1, y + 6, 0.45, ink);
    stroke(image, x + 4, y, x + 7.5, y, 0.45, ink);
    stroke(image, x + 7.5, y, x + 5, y + 6, 0.45, ink);
    stroke(image, x + 11.5, y, x + 9, y + 4, 0.45, ink);
    stroke(image, x + 9, y + 4, x + 13, y + 4, 0.45, ink);
    stroke(image, x + 12, y + 2, x + 11.5, y + 6, 0.45, ink);
}

/* Lines of something like letters. */
static void text_lines(struct image *image, double top, int lines, double wide_mm,
                       const uint8_t ink[3])
{
    for (int line = 0; line < lines; line++)
        for (int letter = 0; letter < 60; letter++) {
            double x = 30 + 2.6 * letter, y = top + 7 * line;
            if (letter % 6 == 5)
                continue;
            stroke(image, x, y, x, y + 2.4, wide_mm, ink);
            stroke(image, x, y + 1.2, x + 1.6, y + 1.2 + (letter % 3) * 0.5, wide_mm, ink);
        }
}

static struct image bilevel(const struct image *gray, int threshold)
{
    struct image bits;
    image_init(&bits, gray->width_px, gray->height_px, 1, 1);
    bits.dpi_x = bits.dpi_y = gray->dpi_x;
    for (int y = 0; y < gray->height_px; y++)
        for (int x = 0; x < gray->width_px; x++)
            if (gray->data[(size_t)y * gray->stride + (size_t)x] < threshold)
                bits.data[(size_t)y * bits.stride + (size_t)x / 8] |= (uint8_t)(0x80 >> x % 8);
    return bits;
}

static struct page inspected(struct image *image)
{
    struct page page = {0};
    inspect_image(image, BLANK_SHARE, &page);
    image_clear(image);
    assert_true(page.inspected);
    return page;
}

static const uint8_t black[3] = {30, 30, 30}, blue[3] = {45, 60, 150}, pencil[3] = {120, 120, 120},
                     red[3] = {200, 40, 50}, faint[3] = {205, 205, 205};

/* ---------------------------------------------------------------- not blank */

static void a_signature_alone_is_not_blank(void **state)
{
    (void)state;
    for (int dpi = 200; dpi <= 300; dpi += 100)
        for (int channels = 1; channels <= 3; channels += 2) {
            struct image image = paper(dpi, channels, 244, 8);
            signature(&image, 120, 200, channels == 3 ? blue : black);
            struct page page = inspected(&image);
            assert_false(page.blank);
            assert_true(page.ink_share > 0.0002 && page.ink_share < 0.0006);
            assert_true(channels == 3 ? page.color_share > 0.0001 : page.color_share == 0);
        }
}

static void a_register_number_alone_is_not_blank(void **state)
{
    (void)state;
    static const uint8_t *const inks[] = {black, blue, pencil};
    for (int dpi = 200; dpi <= 300; dpi += 100)
        for (size_t i = 0; i < 3; i++) {
            struct image image = paper(dpi, 3, 240, 8);
            number(&image, 170, 15, inks[i]);
            assert_false(inspected(&image).blank);
        }
}

static void a_signature_is_seen_in_black_and_white_and_16_bits(void **state)
{
    (void)state;
    struct image gray = paper(200, 1, 244, 8), wide;
    signature(&gray, 120, 200, black);
    struct image bits = bilevel(&gray, 140);
    image_init(&wide, gray.width_px, gray.height_px, 1, 16);
    wide.dpi_x = wide.dpi_y = 200;
    for (size_t i = 0; i < gray.stride * (size_t)gray.height_px; i++)
        memcpy(wide.data + 2 * i, &(uint16_t){(uint16_t)(gray.data[i] * 257)}, 2);
    assert_false(inspected(&bits).blank);
    assert_false(inspected(&wide).blank);
    image_clear(&gray);
}

static void a_red_stamp_is_ink_and_colour(void **state)
{
    (void)state;
    struct image image = paper(200, 3, 240, 8);
    for (int i = 0; i < 720; i++)
        dab(&image, 100 + 17 * cos(i * 0.00873), 150 + 17 * sin(i * 0.00873), 0.8, red);
    struct page page = inspected(&image);
    assert_false(page.blank);
    assert_true(page.color_share > 0.0005 && page.color_share < 0.01);
}

static void a_page_all_black_is_not_blank(void **state)
{
    (void)state;
    struct image image = paper(200, 1, 240, 4);
    memset(image.data, 12, image.stride * (size_t)image.height_px);
    assert_false(inspected(&image).blank);
}

static void text_is_not_blank(void **state)
{
    (void)state;
    struct image image = paper(200, 1, 235, 10);
    text_lines(&image, 40, 20, 0.35, black);
    struct page page = inspected(&image);
    assert_false(page.blank);
    assert_true(page.ink_share > 0.005);
}

/* ---------------------------------------------------------------- blank */

static void clean_paper_is_blank(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image image = paper(300, channels, 250, 3);
        struct page page = inspected(&image);
        assert_true(page.blank);
        assert_true(page.ink_share == 0 && page.color_share == 0);
    }
}

static void the_other_side_shining_through_is_blank(void **state)
{
    (void)state;
    struct image image = paper(300, 1, 240, 12);
    text_lines(&image, 40, 30, 0.4, faint);
    assert_true(inspected(&image).blank);
}

/* Black wedges of a page fed askew, dust, a fold, punch holes. */
static void dirt_of_scanner_and_age_is_blank(void **state)
{
    (void)state;
    for (int dpi = 200; dpi <= 300; dpi += 100) {
        struct image image = paper(dpi, 1, 228, 14);
        for (int y = 0; y < image.height_px; y++)
            memset(image.data + (size_t)y * image.stride, 15,
                   (size_t)dpi / 12 + (size_t)y * (size_t)dpi / 12 / (size_t)image.height_px);
        memset(image.data, 15, image.stride * (size_t)(dpi / 10));
        for (int i = 0; i < 300; i++)
            dab(&image, 100 + noise(95), 145 + noise(140), 0.2 + 0.15 * (i % 4), black);
        stroke(&image, 5, 148, 205, 150, 0.5, pencil);
        stroke(&image, 60, 4, 61, 295, 0.3, black);
        dab(&image, 12, 108, 6, black);
        dab(&image, 12, 188, 6, black);
        struct page page = inspected(&image);
        assert_true(page.ink_share < BLANK_SHARE);
        assert_true(page.blank);
    }
}

static void yellow_paper_is_blank_and_no_colour(void **state)
{
    (void)state;
    struct image image = paper(200, 3, 225, 10);
    for (size_t i = 2; i < image.stride * (size_t)image.height_px; i += 3)
        image.data[i] = (uint8_t)(image.data[i] * 3 / 4);
    struct page page = inspected(&image);
    assert_true(page.blank);
    assert_true(page.color_share < 0.0001);
}

static void specks_of_black_and_white_scans_are_blank(void **state)
{
    (void)state;
    struct image gray = paper(300, 1, 240, 10);
    for (int i = 0; i < 2000; i++)
        gray.data[(size_t)(1700 + noise(1600)) * gray.stride + (size_t)(1200 + noise(1100))] = 0;
    struct image bits = bilevel(&gray, 140);
    image_clear(&gray);
    assert_true(inspected(&bits).blank);
}

/* ---------------------------------------------------------------- sharpness, files */

static void a_blurred_page_is_less_sharp(void **state)
{
    (void)state;
    struct image crisp = paper(200, 1, 240, 3), blurred;
    text_lines(&crisp, 40, 20, 0.35, black);
    image_init(&blurred, crisp.width_px, crisp.height_px, 1, 8);
    blurred.dpi_x = blurred.dpi_y = 200;
    for (int y = 0; y < crisp.height_px; y++)
        for (int x = 4; x < crisp.width_px - 4; x++) {
            int sum = 0;
            for (int i = -4; i <= 4; i++)
                sum += crisp.data[(size_t)y * crisp.stride + (size_t)(x + i)];
            blurred.data[(size_t)y * blurred.stride + (size_t)x] = (uint8_t)(sum / 9);
        }
    double sharp = inspected(&crisp).sharpness, soft = inspected(&blurred).sharpness;
    assert_true(sharp > 0.6 && sharp <= 1);
    assert_true(soft < 0.5);
}

static void a_master_is_inspected_from_its_folder(void **state)
{
    (void)state;
    char folder[] = "/tmp/sohoa-inspect-XXXXXX";
    struct ingest_settings settings = {.blank_ink_share = BLANK_SHARE};
    struct page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    struct error fault = {0};
    struct arena *arena = arena_new();
    struct image image = paper(200, 1, 240, 6);
    assert_non_null(mkdtemp(folder));
    const char *path = file_join(arena, folder, page.file);
    assert_int_equal(image_write_tiff(&image, path, NULL, &fault), STATUS_OK);
    assert_int_equal(ingest_inspect(folder, &settings, &page, &fault), STATUS_OK);
    assert_true(page.inspected && page.blank);
    assert_int_equal(truncate(path, 3000), 0);
    page.inspected = false;
    assert_int_equal(ingest_inspect(folder, &settings, &page, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "0001-1"));
    assert_false(page.inspected);
    image_clear(&image);
    arena_free(arena);
    assert_int_equal(file_remove_tree(folder, &fault), STATUS_OK);
}

int main(void)
{
    message_use("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_alone_is_not_blank),
        cmocka_unit_test(a_register_number_alone_is_not_blank),
        cmocka_unit_test(a_signature_is_seen_in_black_and_white_and_16_bits),
        cmocka_unit_test(a_red_stamp_is_ink_and_colour),
        cmocka_unit_test(a_page_all_black_is_not_blank),
        cmocka_unit_test(text_is_not_blank),
        cmocka_unit_test(clean_paper_is_blank),
        cmocka_unit_test(the_other_side_shining_through_is_blank),
        cmocka_unit_test(dirt_of_scanner_and_age_is_blank),
        cmocka_unit_test(yellow_paper_is_blank_and_no_colour),
        cmocka_unit_test(specks_of_black_and_white_scans_are_blank),
        cmocka_unit_test(a_blurred_page_is_less_sharp),
        cmocka_unit_test(a_master_is_inspected_from_its_folder),
    };
    return cmocka_run_group_tests_name("ingest_inspect", tests, NULL, NULL);
}
