/* The PDF writer: what goes in comes out, upright, the same bytes each time; what may not stand in
 * PDF/A is refused in words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- bytes */

static void same_input_gives_same_bytes(void **state)
{
    char first[HASH_HEX_SIZE], second[HASH_HEX_SIZE], third[HASH_HEX_SIZE];
    (void)state;
    add("p.tif", SAMPLE_COLOR, 0, false);
    build(true, "a.pdf");
    build(true, "b.pdf");
    sample.document.version = 2;
    build(true, "c.pdf");
    assert_int_equal(hash_file(in("a.pdf"), first, &fault), STATUS_OK);
    assert_int_equal(hash_file(in("b.pdf"), second, &fault), STATUS_OK);
    assert_int_equal(hash_file(in("c.pdf"), third, &fault), STATUS_OK);
    assert_string_equal(first, second);
    assert_string_not_equal(first, third);
    assert_int_equal(report.bytes, file_size(in("c.pdf")));
    struct pdf_file a = open_pdf("a.pdf"), c = open_pdf("c.pdf");
    const struct pdf_value *id_a = pdf_get(&a, a.trailer, "ID"),
                           *id_c = pdf_get(&c, c.trailer, "ID");
    assert_int_equal(id_a->items[0].size, 16);
    assert_memory_not_equal(id_a->items[0].text, id_c->items[0].text, 16);
    pdf_file_close(&a);
    pdf_file_close(&c);
}

static void jpeg_goes_in_byte_for_byte(void **state)
{
    char *jpeg = NULL;
    size_t size = 0, got_size;
    const uint8_t *got;
    (void)state;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    build(false, "a.pdf");
    assert_int_equal(file_read(in("p.jpg"), 1 << 26, arena, &jpeg, &size, &fault), STATUS_OK);
    struct pdf_file file = open_pdf("a.pdf");
    assert_true(pdf_stream_raw(&file, image_of(&file, 0), &got, &got_size));
    assert_int_equal(size, got_size);
    assert_memory_equal(jpeg, got, size);
    pdf_file_close(&file);
    assert_pdfa("a.pdf");
}

static void bilevel_grey_and_colour_keep_their_kind(void **state)
{
    static const struct {
        const char *space, *filter;
        int bits;
    } wanted[] = {{"DeviceGray", "CCITTFaxDecode", 1},
                  {"DeviceGray", "DCTDecode", 8},
                  {"DeviceRGB", "DCTDecode", 8}};
    (void)state;
    add("b.tif", SAMPLE_BILEVEL, 0, false);
    add("g.tif", SAMPLE_GRAY, 0, false);
    add("c.tif", SAMPLE_COLOR, 0, false);
    build(false, "a.pdf");
    assert_pdfa("a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    for (size_t i = 0; i < 3; i++) {
        const struct pdf_value *image = image_of(&file, i),
                               *filter = pdf_get(&file, image, "Filter");
        if (filter->kind == PDF_ARRAY)
            filter = &filter->items[0];
        assert_true(pdf_is_name(pdf_get(&file, image, "ColorSpace"), wanted[i].space));
        assert_true(pdf_is_name(filter, wanted[i].filter));
        assert_int_equal(pdf_get(&file, image, "BitsPerComponent")->number, wanted[i].bits);
    }
    pdf_file_close(&file);
}

static void many_pages_make_a_tree_that_holds(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    for (size_t i = 1; i < 130; i++)
        sample.pages[i] = sample.pages[0];
    sample.source.page_count = 130;
    build(false, "a.pdf");
    assert_int_equal(report.pages, 130);
    assert_pdfa("a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    page_of(&file, 129);
    pdf_file_close(&file);
}

/* In a process of its own: the most memory it had, in KiB. */
static long memory_of(size_t pages)
{
    struct rusage usage = {.ru_maxrss = 0};
    int state = 0;
    sample.source.page_count = pages;
    pid_t child = fork();
    if (child == 0) {
        sample.source.packing = in("packing.json");
        _exit(sample_build(&sample, ARCHIVE_PDFA_2U, false, in("m.pdf"), &report, &fault) !=
              STATUS_OK);
    }
    assert_true(child > 0 && wait4(child, &state, 0, &usage) == child);
    assert_int_equal(state, 0);
    return usage.ru_maxrss;
}

/* What libharu and packing.json keep of a page is all that grows. */
static void a_page_more_takes_few_kilobytes(void **state)
{
    enum { FEW = 50, MANY = 350, KIB_A_PAGE = 12 };
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* it keeps what was freed */
#endif
    add("p.tif", SAMPLE_GRAY, 0, false);
    for (size_t i = 1; i < MANY; i++)
        sample.pages[i] = sample.pages[0];
    long few = memory_of(FEW), many = memory_of(MANY);
    if (many - few > (MANY - FEW) * KIB_A_PAGE)
        fail_msg("%ld KiB at 50 pages, %ld KiB at 350", few, many);
    sample.source.page_count = 0;
    sample.source.packing = NULL;
}

/* ---------------------------------------------------------------- upright */

/* The six numbers before "cm". */
static void assert_matrix(struct pdf_file *file, size_t n, const double wanted[6])
{
    double got[6];
    assert_int_equal(sscanf(content_of(file, n), "q %lf %lf %lf %lf %lf %lf cm", &got[0], &got[1],
                            &got[2], &got[3], &got[4], &got[5]),
                     6);
    for (int i = 0; i < 6; i++)
        assert_true(fabs(got[i] - wanted[i]) < 0.01);
}

static void a_page_that_lay_turned_is_drawn_upright(void **state)
{
    const double w = 827 * 72.0 / DPI, h = 1169 * 72.0 / DPI;
    const double wanted[4][6] = {
        {w, 0, 0, h, 0, 0}, {0, -h, w, 0, 0, h}, {-w, 0, 0, -h, w, h}, {0, h, -w, 0, w, 0}};
    (void)state;
    for (int i = 0; i < 4; i++)
        add(arena_printf(arena, "p%d.tif", i), SAMPLE_GRAY, i * 90, false);
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    for (size_t i = 0; i < 4; i++) {
        const struct pdf_value *box = pdf_get(&file, page_of(&file, i), "MediaBox");
        assert_true(fabs(box->items[2].real - w) < 0.01 && fabs(box->items[3].real - h) < 0.01);
        assert_matrix(&file, i, wanted[i]);
        assert_int_equal(pdf_get(&file, page_of(&file, i), "Rotate")->kind, PDF_NULL);
    }
    pdf_file_close(&file);
}

/* EXIF 6 says "turn 90 clockwise to see it"; with a further half turn it is 270. */
static void exif_orientation_counts(void **state)
{
    const double w = 1169 * 72.0 / DPI, h = 827 * 72.0 / DPI;
    const double wanted[2][6] = {{0, -h, w, 0, 0, h}, {0, h, -w, 0, w, 0}};
    struct image image;
    struct words words;
    struct buffer jpeg = {0};
    (void)state;
    sample_page(SAMPLE_GRAY, DPI, arena, &image, &words);
    assert_int_equal(image_encode_jpeg(&image, 90, &jpeg, &fault), STATUS_OK);
    sample_exif(&jpeg, 6);
    assert_int_equal(file_write(in("exif.jpg"), jpeg.data, jpeg.size, &fault), STATUS_OK);
    for (size_t i = 0; i < 2; i++)
        sample.pages[i] =
            (struct archive_page){.image_path = in("exif.jpg"), .turn_deg = (int)i * 180};
    sample.source.page_count = 2;
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    for (size_t i = 0; i < 2; i++)
        assert_matrix(&file, i, wanted[i]);
    pdf_file_close(&file);
    image_clear(&image);
    buffer_clear(&jpeg);
}

static void a_page_without_dpi_takes_that_of_its_text(void **state)
{
    struct image image;
    struct words *words = arena_alloc(arena, sizeof *words);
    (void)state;
    sample_page(SAMPLE_GRAY, DPI, arena, &image, words);
    image.dpi_x = image.dpi_y = 0;
    assert_int_equal(image_write_tiff(&image, in("p.tif"), NULL, &fault), STATUS_OK);
    image_clear(&image);
    sample.pages[0] = (struct archive_page){.image_path = in("p.tif"), .words = words};
    sample.pages[1] = (struct archive_page){.image_path = in("p.tif")};
    sample.source.page_count = 2;
    build(false, "a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    double with = pdf_get(&file, page_of(&file, 0), "MediaBox")->items[2].real;
    double without = pdf_get(&file, page_of(&file, 1), "MediaBox")->items[2].real;
    assert_true(fabs(with - 827 * 72.0 / DPI) < 0.01);
    assert_true(fabs(without - 827 * 72.0 / 300) < 0.01);
    pdf_file_close(&file);
}

/* ---------------------------------------------------------------- refusals */

/* Says so in the frame's head. */
static void make_12_bit(uint8_t *jpeg, size_t size)
{
    for (size_t at = 2; at + 9 < size; at += 2 + (size_t)(jpeg[at + 2] << 8 | jpeg[at + 3]))
        if (jpeg[at + 1] == 0xC0) {
            jpeg[at + 1] = 0xC1;
            jpeg[at + 4] = 12;
            return;
        }
    fail_msg("no frame");
}

static void refuse_images(void)
{
    char *bytes = NULL;
    size_t size = 0;
    add("p.jpg", SAMPLE_COLOR, 0, true);
    assert_int_equal(file_read(in("p.jpg"), 1 << 26, arena, &bytes, &size, &fault), STATUS_OK);
    sample.pages[0] = (struct archive_page){.image_path = "tests/data/jpeg/cmyk.jpg"};
    refused(STATUS_REJECT, "CMYK");
    sample.pages[0].image_path = "tests/data/jpeg/arithmetic.jpg";
    refused(STATUS_REJECT, "coding");
    sample.pages[0].image_path = in("cut.jpg");
    make_12_bit((uint8_t *)bytes, size);
    assert_int_equal(file_write(in("cut.jpg"), bytes, size, &fault), STATUS_OK);
    refused(STATUS_REJECT, "12 bits");
    assert_int_equal(file_read(in("p.jpg"), 1 << 26, arena, &bytes, &size, &fault), STATUS_OK);
    assert_int_equal(file_write(in("cut.jpg"), bytes, size / 2, &fault), STATUS_OK);
    refused(STATUS_REJECT, "page 1");
    assert_int_equal(file_write(in("cut.jpg"), "\xFF\xD8\xFF", 3, &fault), STATUS_OK);
    refused(STATUS_REJECT, "page 1");
    assert_int_equal(file_write(in("cut.jpg"), "", 0, &fault), STATUS_OK);
    refused(STATUS_REJECT, "page 1");
    sample.pages[0].image_path = in("absent.tif");
    refused(STATUS_REJECT, "page 1");
}

static void images_that_may_not_stand_in_pdfa_are_refused(void **state)
{
    (void)state;
    refuse_images();
    sample.source.page_count = 0;
    sample.settings.page_profile = PROFILE_LAYERED;
    refuse_images();
}

/* The layers are of the upright raster: no turn is left for the drawing. */
static void layers_of_a_page_with_exif_stand_upright(void **state)
{
    struct image image;
    struct words words;
    struct buffer jpeg = {0};
    (void)state;
    sample_page(SAMPLE_COLOR, 300, arena, &image, &words);
    assert_int_equal(image_encode_jpeg(&image, 90, &jpeg, &fault), STATUS_OK);
    sample_exif(&jpeg, 6);
    assert_int_equal(file_write(in("exif.jpg"), jpeg.data, jpeg.size, &fault), STATUS_OK);
    sample.pages[0] = (struct archive_page){.image_path = in("exif.jpg")};
    sample.source.page_count = 1;
    sample.settings.page_profile = PROFILE_LAYERED;
    sample.settings.layer_quality = 50;
    build(false, "a.pdf");
    assert_pdfa("a.pdf");
    struct pdf_file file = open_pdf("a.pdf");
    const struct pdf_value *page = page_of(&file, 0);
    const struct pdf_value *box = pdf_get(&file, page, "MediaBox");
    assert_true(box->items[2].real > box->items[3].real);
    const struct pdf_value *objects = pdf_get(&file, pdf_get(&file, page, "Resources"), "XObject");
    const struct pdf_value *layer = pdf_get(&file, objects, "B");
    assert_true(pdf_get(&file, layer, "Width")->number > pdf_get(&file, layer, "Height")->number);
    assert_true(pdf_get(&file, objects, "I")->kind != PDF_NULL);
    pdf_file_close(&file);
    image_clear(&image);
    buffer_clear(&jpeg);
}

static void text_of_another_image_is_refused(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_GRAY, 0, false);
    sample.pages[0].turn_deg = 90;
    refused(STATUS_REJECT, "read the page again");
    sample.source.page_count = 0;
    refused(STATUS_REJECT, "without pages");
}

static void a_letter_that_the_font_lacks_is_refused(void **state)
{
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    sample.document.custodian = "Ủy ban 𡨸";
    refused(STATUS_REJECT, "U+21A38");
    sample.document.custodian = SAMPLE_CUSTODIAN;
    sample.settings.font = in("absent.ttf");
    refused(STATUS_FATAL, "archive.font");
    assert_int_equal(file_write(in("broken.ttf"), "no font, 32 bytes of something", 30, &fault),
                     STATUS_OK);
    sample.settings.font = in("broken.ttf");
    refused(STATUS_FATAL, "damaged");
    sample.settings.font = "";
    sample.settings.icc = in("broken.ttf");
    refused(STATUS_FATAL, "archive.icc");
}

static void a_file_above_the_limit_is_refused(void **state)
{
    (void)state;
    add("p.jpg", SAMPLE_BILEVEL, 0, true);
    sample.pages[0].words = NULL;
    FILE *file = fopen(in("p.jpg"), "r+be");
    assert_int_equal(fseek(file, -2, SEEK_END), 0); /* a hole, no blocks, before the end marker */
    fwrite("\0", 1, 2, file);
    assert_int_equal(fseek(file, 400 << 20, SEEK_SET), 0);
    fwrite("\xFF\xD9", 1, 2, file);
    fclose(file);
    for (size_t i = 1; i < 6; i++)
        sample.pages[i] = sample.pages[0];
    sample.source.page_count = 6;
    refused(STATUS_REJECT, "1.9 GiB");
}

static void a_full_disk_leaves_nothing_half_written(void **state)
{
    struct rlimit old, tight;
    (void)state;
    add("p.tif", SAMPLE_COLOR, 0, false);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    for (rlim_t limit = 1000; limit < 200000; limit *= 6) {
        tight = (struct rlimit){limit, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &tight);
        enum status status =
            sample_build(&sample, ARCHIVE_PDFA_2U, true, in("full.pdf"), &report, &fault);
        setrlimit(RLIMIT_FSIZE, &old);
        if (limit < 40000)
            assert_int_equal(status, STATUS_RETRY);
        assert_int_equal(file_exists(in("full.pdf")), status == STATUS_OK);
        assert_false(file_exists(in("full.pdf.part")));
    }
    fault.text[0] = 0;
    build(true, "full.pdf");
}

static void settings_have_their_defaults(void **state)
{
    struct archive_settings got;
    struct settings *settings = settings_new();
    (void)state;
    settings_add(settings, "archive", archive_setting_rows, &got);
    assert_string_equal(got.copy_form, "SAO Y");
    assert_int_equal(got.jpeg_quality, 85);
    assert_true(got.sign);
    assert_string_equal(got.font, "");
    assert_int_equal(settings_set(settings, "archive.jpeg_quality=5", &fault), STATUS_REJECT);
    settings_free(settings);
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(same_input_gives_same_bytes),
    PROBE_TEST(jpeg_goes_in_byte_for_byte),
    PROBE_TEST(bilevel_grey_and_colour_keep_their_kind),
    PROBE_TEST(many_pages_make_a_tree_that_holds),
    PROBE_TEST(a_page_more_takes_few_kilobytes),
    PROBE_TEST(a_page_that_lay_turned_is_drawn_upright),
    PROBE_TEST(exif_orientation_counts),
    PROBE_TEST(layers_of_a_page_with_exif_stand_upright),
    PROBE_TEST(a_page_without_dpi_takes_that_of_its_text),
    PROBE_TEST(images_that_may_not_stand_in_pdfa_are_refused),
    PROBE_TEST(text_of_another_image_is_refused),
    PROBE_TEST(a_letter_that_the_font_lacks_is_refused),
    PROBE_TEST(a_file_above_the_limit_is_refused),
    PROBE_TEST(a_full_disk_leaves_nothing_half_written),
    PROBE_TEST(settings_have_their_defaults),
};

PROBE_MAIN(tests)
