/* The visible block: top right, 10 points, never over ink while there is free space. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- the visible block */

static const struct pdf_value *widget_of(struct pdf_file *file)
{
    const struct pdf_value *list = pdf_get(file, page_of(file, 0), "Annots");
    assert_int_equal(list->size, 1);
    return pdf_resolve(file, &list->items[0]);
}

/* The widget's place, from the top left of the page. */
static struct box block_box(struct pdf_file *file)
{
    const struct pdf_value *rect = pdf_get(file, widget_of(file), "Rect");
    double height = pdf_get(file, page_of(file, 0), "MediaBox")->items[3].real;
    return (struct box){(int)rect->items[0].real, (int)(height - rect->items[3].real),
                        (int)(rect->items[2].real - rect->items[0].real),
                        (int)(rect->items[3].real - rect->items[1].real)};
}

/* A white page at 72 dpi, so that pixels are points, with ink where the boxes are. */
static struct box block_on_page_with(const struct box *ink, size_t count, double *size)
{
    struct image image;
    image_init(&image, 595, 842, 1, 8);
    image.dpi_x = image.dpi_y = 72;
    memset(image.data, 250, image.stride * 842);
    for (size_t i = 0; i < count; i++)
        for (int y = ink[i].y; y < ink[i].y + ink[i].height; y++)
            memset(image.data + (size_t)y * image.stride + ink[i].x, 20, (size_t)ink[i].width);
    assert_int_equal(image_write_tiff(&image, in("p.tif"), NULL, &fault), STATUS_OK);
    image_clear(&image);
    sample.pages[0] = (struct archive_page){.image_path = in("p.tif")};
    sample.source.page_count = 1;
    build(true, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    struct box block = block_box(&file);
    struct buffer content = {0};
    const struct pdf_value *form = pdf_get(&file, pdf_get(&file, widget_of(&file), "AP"), "N");
    assert_true(pdf_stream_decoded(&file, form, 1 << 20, &content));
    assert_int_equal(sscanf((char *)content.data, "q 0 g BT /F %lf Tf", size), 1);
    buffer_clear(&content);
    pdf_file_close(&file);
    return block;
}

static bool meets(const struct box *a, const struct box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static void block_stands_at_the_top_right_in_10_points(void **state)
{
    double size;
    (void)state;
    struct box block = block_on_page_with(NULL, 0, &size);
    assert_true(size == 10);
    assert_true(block.y < 57); /* the top margin of NĐ 30: 20 mm */
    assert_true(block.x > 595 / 2 && block.x + block.width < 595 - 30);
    assert_true(report.has_signature_field);
}

static void block_keeps_off_the_ink(void **state)
{
    const struct box cases[][2] = {
        {{300, 0, 295, 60}, {0, 0, 0, 0}}, /* a stamp at the top right */
        {{0, 70, 595, 700}, {0, 0, 0, 0}}, /* text from just below the margin on */
        {{350, 10, 200, 20}, {40, 10, 60, 700}},
        {{0, 0, 595, 400}, {0, 420, 300, 400}} /* only the lower right is free */
    };
    double size;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct box block = block_on_page_with(cases[i], 2, &size);
        assert_false(meets(&block, &cases[i][0]));
        assert_false(meets(&block, &cases[i][1]));
        assert_true(size >= 8 && block.x >= 0 && block.y >= 0 && block.x + block.width <= 595 &&
                    block.y + block.height <= 842);
    }
}

static void block_stands_even_where_nothing_is_free(void **state)
{
    struct box stripes[80];
    double size;
    (void)state;
    for (int i = 0; i < 80; i++)
        stripes[i] = (struct box){0, i * 10, 595, i == 3 ? 1 : 5};
    struct box block = block_on_page_with(stripes, 80, &size);
    assert_true(block.width > 0 && block.height > 0 && size == 10);
    /* A page too small for it: inside all the same. */
    struct image tiny;
    image_init(&tiny, 80, 60, 1, 8);
    tiny.dpi_x = tiny.dpi_y = 72;
    assert_int_equal(image_write_tiff(&tiny, in("tiny.tif"), NULL, &fault), STATUS_OK);
    image_clear(&tiny);
    sample.pages[0].image_path = in("tiny.tif");
    build(true, "tiny.pdf");
    struct pdf_file file = open_pdf("tiny.pdf");
    block = block_box(&file);
    assert_true(block.width <= 84 && block.height <= 64);
    pdf_file_close(&file);
}

static void a_page_that_lay_turned_has_its_block_upright(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_GRAY, 90, false);
    build(true, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    struct box block = block_box(&file);
    double width = pdf_get(&file, page_of(&file, 0), "MediaBox")->items[2].real;
    assert_true(width < 600 && block.y < 60 && block.x > width / 2);
    pdf_file_close(&file);
}

/* A ring in red on white. */
static const char *a_seal(void)
{
    struct image image;
    image_init(&image, 200, 200, 3, 8);
    image.dpi_x = image.dpi_y = 150;
    memset(image.data, 255, image.stride * 200);
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 200; x++) {
            int far = (x - 100) * (x - 100) + (y - 100) * (y - 100);
            if (far > 80 * 80 && far < 98 * 98)
                memcpy(image.data + (size_t)y * image.stride + (size_t)x * 3, "\xE0\x10\x20", 3);
        }
    assert_int_equal(image_write_tiff(&image, in("seal.tif"), NULL, &fault), STATUS_OK);
    image_clear(&image);
    return in("seal.tif");
}

static void block_with_a_seal(struct box ink, struct box *out)
{
    double size;
    struct box text = block_on_page_with(&ink, 1, &size);
    sample.settings.seal_image = a_seal();
    sample.settings.seal_width_mm = 36;
    *out = block_on_page_with(&ink, 1, &size);
    sample.settings.seal_image = NULL;
    assert_true(out->width >= text.width + 102 && out->width <= text.width + 110);
    assert_true(out->height >= 102 && out->height <= 108); /* as large as the real one */
}

static void a_seal_stands_beside_the_text_and_keeps_off_the_ink(void **state)
{
    struct box ink = {0, 0, 595, 200}, block;
    struct buffer content = {0};
    (void)state;
    block_with_a_seal(ink, &block);
    assert_false(meets(&block, &ink));
    struct pdf_file file = open_pdf("a.pdf");
    const struct pdf_value *form = pdf_get(&file, pdf_get(&file, widget_of(&file), "AP"), "N");
    assert_true(pdf_stream_decoded(&file, form, 1 << 20, &content));
    buffer_add(&content, "", 1);
    assert_non_null(strstr((char *)content.data, "/S Do"));
    double red = 0, green = 1, blue = 1;
    const char *color = strstr((char *)content.data, "ET Q\nq ");
    assert_non_null(color);
    assert_int_equal(sscanf(color + 7, "%lf %lf %lf rg", &red, &green, &blue), 3);
    assert_true(red > 0.8 && green < 0.1 && blue < 0.2);
    const struct pdf_value *seal =
        pdf_get(&file, pdf_get(&file, pdf_get(&file, form, "Resources"), "XObject"), "S");
    assert_true(pdf_get(&file, seal, "ImageMask")->kind == PDF_BOOL);
    buffer_clear(&content);
    pdf_file_close(&file);
}

static void what_is_no_seal_is_refused(void **state)
{
    struct image image;
    (void)state;
    image_init(&image, 50, 50, 3, 8);
    memset(image.data, 120, image.stride * 50); /* a photograph with its ground */
    image.dpi_x = image.dpi_y = 150;
    assert_int_equal(image_write_tiff(&image, in("full.tif"), NULL, &fault), STATUS_OK);
    image_clear(&image);
    add("p.tif", SAMPLE_GRAY, 0, false);
    const char *const bad[] = {in("full.tif"), in("nowhere.png")};
    for (size_t i = 0; i < 2; i++) {
        sample.settings.seal_image = bad[i];
        refused(STATUS_FATAL, "archive.seal_image");
    }
    sample.settings.seal_image = NULL;
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(block_stands_at_the_top_right_in_10_points),
    PROBE_TEST(block_keeps_off_the_ink),
    PROBE_TEST(block_stands_even_where_nothing_is_free),
    PROBE_TEST(a_page_that_lay_turned_has_its_block_upright),
    PROBE_TEST(a_seal_stands_beside_the_text_and_keeps_off_the_ink),
    PROBE_TEST(what_is_no_seal_is_refused),
};

PROBE_MAIN(tests)
