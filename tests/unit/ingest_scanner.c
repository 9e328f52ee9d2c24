/* What back ends call their sources and modes, and how frames become a page. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ingest/scanner_sane.h"

static void assert_named(const char *got, const char *expected)
{
    if (expected)
        assert_string_equal(got ? got : "(none)", expected);
    else
        assert_null(got);
}

static void finds_the_source_by_each_back_ends_words(void **state)
{
    (void)state;
    static const struct {
        const char *values[8];
        const char *flatbed, *simplex, *duplex;
    } rows[] = {
        /* fujitsu, canon_dr, epjitsu, kodak */
        {{"Flatbed", "ADF Front", "ADF Back", "ADF Duplex"}, "Flatbed", "ADF Front", "ADF Duplex"},
        /* airscan, escl */
        {{"Flatbed", "ADF", "ADF Duplex"}, "Flatbed", "ADF", "ADF Duplex"},
        /* hpaio */
        {{"Auto", "Flatbed", "ADF", "Duplex"}, "Flatbed", "ADF", "Duplex"},
        /* pixma */
        {{"Flatbed", "Automatic Document Feeder", "ADF Duplex", "Transparency Unit"},
         "Flatbed",
         "Automatic Document Feeder",
         "ADF Duplex"},
        /* brother4 */
        {{"FlatBed", "Automatic Document Feeder(left aligned)",
          "Automatic Document Feeder(left aligned,Duplex)"},
         "FlatBed",
         "Automatic Document Feeder(left aligned)",
         "Automatic Document Feeder(left aligned,Duplex)"},
        /* epson2: both sides by another option */
        {{"Flatbed", "Automatic Document Feeder", "Transparency Unit"},
         "Flatbed",
         "Automatic Document Feeder",
         NULL},
        /* avision */
        {{"Normal", "ADF", "ADF Rear", "ADF Duplex"}, "Normal", "ADF", "ADF Duplex"},
        /* kvs1025 */
        {{"adf", "fb"}, "fb", "adf", NULL},
        /* a sheet-fed scanner, a plain flatbed */
        {{"ADF Duplex", "ADF Back"}, NULL, NULL, "ADF Duplex"},
        {{"Flatbed", "Transparency Adapter"}, "Flatbed", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_named(scanner_profile_source(rows[i].values, SCAN_FLATBED), rows[i].flatbed);
        assert_named(scanner_profile_source(rows[i].values, SCAN_ADF_SIMPLEX), rows[i].simplex);
        assert_named(scanner_profile_source(rows[i].values, SCAN_ADF_DUPLEX), rows[i].duplex);
    }
}

static void finds_the_mode_by_each_back_ends_words(void **state)
{
    (void)state;
    static const struct {
        const char *values[8];
        const char *color, *gray, *lineart;
    } rows[] = {
        {{"Lineart", "Halftone", "Gray", "Color"}, "Color", "Gray", "Lineart"},
        {{"Lineart", "Halftone", "Grayscale", "Color"}, "Color", "Grayscale", "Lineart"},
        {{"Black & White", "Gray[Error Diffusion]", "True Gray", "24bit Color[Fast]",
          "24bit Color"},
         "24bit Color",
         "True Gray",
         "Black & White"},
        {{"Black and White - Line Art", "Black and White - Halftone", "Grayscale - 256 Levels",
          "Color - 16 Million Colors"},
         "Color - 16 Million Colors",
         "Grayscale - 256 Levels",
         "Black and White - Line Art"},
        {{"bw", "halftone", "gray", "color"}, "color", "gray", "bw"},
        {{"Line Art", "Dithered", "Gray", "256 Colors"}, "256 Colors", "Gray", "Line Art"},
        {{"Gray", "Color"}, "Color", "Gray", NULL},
        {{"Halftone", "Gray[Error Diffusion]"}, NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_named(scanner_profile_mode(rows[i].values, SCAN_COLOR), rows[i].color);
        assert_named(scanner_profile_mode(rows[i].values, SCAN_GRAY), rows[i].gray);
        assert_named(scanner_profile_mode(rows[i].values, SCAN_LINEART), rows[i].lineart);
    }
}

/* ---------------------------------------------------------------- frames */

static const uint8_t zeros[4096];

static struct scanner_frame frame_of(int channels, int lines, int depth_bits)
{
    int samples = 20 * (channels == SCANNER_RGB ? 3 : 1);
    return (struct scanner_frame){.channels = channels,
                                  .last = 1,
                                  .width_px = 20,
                                  .lines = lines,
                                  .stride = depth_bits == 1 ? 3 : samples * depth_bits / 8,
                                  .depth_bits = depth_bits,
                                  .dpi_x = 300,
                                  .dpi_y = 300};
}

static void a_page_needs_exactly_its_rows(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        int lines;
        bool data, end;
    } rows[] = {
        {600, 30, true, true},   /* as announced */
        {599, 30, true, false},  /* the last row is not whole */
        {580, 30, true, false},  /* a row is missing */
        {620, 30, false, false}, /* a row too many */
        {0, 30, true, false},    /* none */
        {700, -1, true, true},   /* not announced: as many as come */
        {701, -1, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scanner_page page = {0};
        struct scanner_frame frame = frame_of(SCANNER_GRAY, rows[i].lines, 8);
        assert_true(scanner_page_frame(&page, &frame));
        assert_true(scanner_page_data(&page, zeros, rows[i].bytes) == rows[i].data);
        if (rows[i].data)
            assert_true((scanner_page_frame_end(&page) && scanner_page_end(&page)) == rows[i].end);
        if (rows[i].end)
            assert_int_equal(page.image.height_px, rows[i].bytes / 20);
        scanner_page_clear(&page);
    }
}

static void a_frame_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    const struct scanner_frame good = frame_of(SCANNER_GRAY, 30, 8);
    struct scanner_frame bad[9];
    for (size_t i = 0; i < 9; i++)
        bad[i] = good;
    bad[0].width_px = 0;
    bad[1].width_px = IMAGE_SIDE_MAX + 1;
    bad[2].lines = IMAGE_SIDE_MAX + 1;
    bad[3].lines = 0;
    bad[4].stride = 19;
    bad[5].depth_bits = 12;
    bad[6].channels = 9;
    bad[7] = frame_of(SCANNER_RGB, 30, 1);
    bad[8].width_px = bad[8].lines = bad[8].stride = IMAGE_SIDE_MAX; /* too many pixels */
    for (size_t i = 0; i < 9; i++) {
        struct scanner_page page = {0};
        assert_false(scanner_page_frame(&page, &bad[i]));
        scanner_page_clear(&page);
    }
}

static void passes_must_be_three_colours_of_one_size(void **state)
{
    (void)state;
    static const int orders[][3] = {
        {SCANNER_RED, SCANNER_GREEN, SCANNER_BLUE},
        {SCANNER_BLUE, SCANNER_RED, SCANNER_GREEN},
        {SCANNER_RED, SCANNER_RED, SCANNER_BLUE},
        {SCANNER_RED, SCANNER_GREEN, SCANNER_GRAY},
    };
    for (size_t i = 0; i < 4; i++) {
        struct scanner_page page = {0};
        bool good = true;
        for (int pass = 0; pass < 3 && good; pass++) {
            struct scanner_frame frame = frame_of(orders[i][pass], 30, 8);
            uint8_t rows[600];
            memset(rows, 10 * orders[i][pass], sizeof rows);
            good = scanner_page_frame(&page, &frame) && scanner_page_data(&page, rows, 600) &&
                   scanner_page_frame_end(&page);
        }
        assert_true(good == (i < 2));
        if (good) {
            assert_true(scanner_page_end(&page));
            assert_int_equal(page.image.channels, 3);
            for (int channel = 0; channel < 3; channel++)
                assert_int_equal(page.image.data[channel], 10 * (SCANNER_RED + channel));
        }
        scanner_page_clear(&page);
    }
    struct scanner_page page = {0};
    struct scanner_frame red = frame_of(SCANNER_RED, 30, 8), green = frame_of(SCANNER_GREEN, -1, 8);
    assert_true(scanner_page_frame(&page, &red) && scanner_page_data(&page, zeros, 600) &&
                scanner_page_frame_end(&page));
    assert_false(scanner_page_end(&page)); /* one pass is no page */
    assert_true(scanner_page_frame(&page, &green) && scanner_page_data(&page, zeros, 580));
    assert_false(scanner_page_frame_end(&page)); /* shorter than the first */
    scanner_page_clear(&page);
}

static void lineart_beyond_the_edge_is_white(void **state)
{
    (void)state;
    struct scanner_page page = {0};
    struct scanner_frame frame = frame_of(SCANNER_GRAY, 30, 1);
    uint8_t rows[90];
    memset(rows, 0xff, sizeof rows);
    assert_true(scanner_page_frame(&page, &frame) && scanner_page_data(&page, rows, sizeof rows) &&
                scanner_page_frame_end(&page) && scanner_page_end(&page));
    assert_int_equal(page.image.data[1], 0xff);
    assert_int_equal(page.image.data[2], 0xf0); /* 20 px */
    scanner_page_clear(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_source_by_each_back_ends_words),
        cmocka_unit_test(finds_the_mode_by_each_back_ends_words),
        cmocka_unit_test(a_page_needs_exactly_its_rows),
        cmocka_unit_test(a_frame_that_makes_no_sense_is_refused),
        cmocka_unit_test(passes_must_be_three_colours_of_one_size),
        cmocka_unit_test(lineart_beyond_the_edge_is_white),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
