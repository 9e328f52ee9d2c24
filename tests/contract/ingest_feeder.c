/* The feeder as a SANE back end: loaded by SANE's own loader, held to SANE's standard. */
#include "tests/contract/ingest_feeding.h"

#include <dlfcn.h>

static void lists_one_virtual_device(void **state)
{
    (void)state;
    const SANE_Device **list = NULL;
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_get_devices(&list, SANE_TRUE), SANE_STATUS_GOOD);
    assert_non_null(list[0]);
    assert_string_equal(list[0]->name, "sohoafeeder:0");
    assert_string_equal(list[0]->type, "virtual device");
    assert_null(list[1]);
    sane_exit();
    setenv("SOHOA_FEEDER", "/nonexistent", 1);
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_get_devices(&list, SANE_TRUE), SANE_STATUS_GOOD);
    assert_null(list[0]);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_INVAL);
    sane_exit();
}

static void exports_nothing_but_sane(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/libsane-sohoafeeder.so.1", getenv("LD_LIBRARY_PATH"));
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(library);
    assert_non_null(dlsym(library, "sane_sohoafeeder_start"));
    assert_null(dlsym(library, "image_read"));
    assert_null(dlsym(library, "stack_load"));
    dlclose(library);
}

static void describes_its_options_as_the_standard_says(void **state)
{
    (void)state;
    begin();
    SANE_Int count = 0;
    assert_int_equal(sane_control_option(device, 0, SANE_ACTION_GET_VALUE, &count, NULL),
                     SANE_STATUS_GOOD);
    assert_true(count > 20);
    assert_null(sane_get_option_descriptor(device, count));
    assert_null(sane_get_option_descriptor(device, -1));
    for (int i = 0; i < count; i++) {
        const SANE_Option_Descriptor *option = sane_get_option_descriptor(device, i);
        char value[64];
        assert_non_null(option);
        assert_non_null(option->name);
        assert_non_null(option->title);
        if (option->type == SANE_TYPE_GROUP)
            continue;
        assert_true(option->size > 0 && option->size <= (SANE_Int)sizeof value);
        assert_int_equal(sane_control_option(device, i, SANE_ACTION_GET_VALUE, value, NULL),
                         SANE_STATUS_GOOD);
        if (option->type == SANE_TYPE_STRING)
            assert_true(strlen(value) < (size_t)option->size);
    }
    finish();
}

static void rounds_refuses_and_tells_what_changed(void **state)
{
    (void)state;
    begin();
    SANE_Int info = 0;
    assert_int_equal(set_string("mode", "Sepia", &info), SANE_STATUS_INVAL);
    assert_int_equal(set_word("auto-size", 7, &info), SANE_STATUS_INVAL);
    assert_int_equal(set_word("page-loaded", 1, &info), SANE_STATUS_INVAL);
    assert_int_equal(set_word("resolution", 10, &info), SANE_STATUS_GOOD);
    assert_int_equal(info, SANE_INFO_INEXACT | SANE_INFO_RELOAD_PARAMS);
    assert_int_equal(get_word("resolution"), 50);
    assert_int_equal(set_word("depth", 14, &info), SANE_STATUS_GOOD);
    assert_true(info & SANE_INFO_INEXACT);
    assert_int_equal(get_word("depth"), 16);
    assert_int_equal(set_string("mode", "Lineart", &info), SANE_STATUS_GOOD);
    assert_int_equal(info, SANE_INFO_RELOAD_OPTIONS | SANE_INFO_RELOAD_PARAMS);
    assert_false(SANE_OPTION_IS_ACTIVE(sane_get_option_descriptor(device, find("depth"))->cap));
    assert_int_equal(set_word("depth", 8, &info), SANE_STATUS_INVAL);
    assert_int_equal(set_string("page-size", "A5", &info), SANE_STATUS_GOOD);
    assert_true(info & SANE_INFO_RELOAD_OPTIONS);
    assert_int_equal(get_word("br-x"), SANE_FIX(148.0));
    assert_int_equal(get_word("br-y"), SANE_FIX(210.0));
    finish();
}

static void passes_pixels_unchanged_in_every_mode(void **state)
{
    (void)state;
    static const struct {
        const char *mode;
        int channels, bits;
    } kinds[] = {
        {"Color", 3, 8}, {"Color", 3, 16}, {"Gray", 1, 8}, {"Gray", 1, 16}, {"Lineart", 1, 1}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct image paper;
        rig_sheet(&rig, "0001.tif", 301, 203, kinds[i].channels, kinds[i].bits, 5, &paper);
        begin();
        use("ADF", kinds[i].mode, kinds[i].bits);
        assert_scans(&paper);
        assert_int_equal(scan_and_drop(), SANE_STATUS_NO_DOCS);
        sane_cancel(device);
        finish();
        image_clear(&paper);
    }
}

static void makes_gray_and_lineart_of_colour(void **state)
{
    (void)state;
    struct image paper, gray, image;
    rig_sheet(&rig, "0001.tif", 97, 61, 3, 8, 3, &paper);
    image_to_gray(&paper, &gray);
    begin();
    use("Flatbed", "Gray", 8);
    scan_whole(&image);
    for (int y = 0; y < 61; y++)
        for (int x = 0; x < 97; x++)
            assert_true(abs(image.data[(size_t)y * image.stride + (size_t)x] -
                            gray.data[(size_t)y * gray.stride + (size_t)x]) <= 1);
    image_clear(&image);
    use("Flatbed", "Lineart", 1);
    scan_whole(&image);
    for (int x = 0; x < 97; x++) {
        bool black = image.data[x / 8] & (0x80 >> (x % 8));
        if (abs(gray.data[x] - 128) > 1)
            assert_true(black == (gray.data[x] < 128));
    }
    image_clear(&image);
    image_clear(&gray);
    image_clear(&paper);
    finish();
}

static void gives_three_passes_one_colour_each(void **state)
{
    (void)state;
    static const SANE_Frame formats[] = {SANE_FRAME_RED, SANE_FRAME_GREEN, SANE_FRAME_BLUE};
    struct image paper, pass;
    SANE_Parameters parameters;
    rig_sheet(&rig, "0001.tif", 50, 40, 3, 8, 9, &paper);
    begin();
    use("ADF", "Color", 8);
    assert_int_equal(set_word("three-pass", SANE_TRUE, NULL), SANE_STATUS_GOOD);
    for (int channel = 0; channel < 3; channel++) {
        scan_whole(&pass);
        for (size_t i = 0; i < 50 * 40; i++)
            assert_int_equal(pass.data[i / 50 * pass.stride + i % 50],
                             paper.data[i / 50 * paper.stride + 3 * (i % 50) + (size_t)channel]);
        image_clear(&pass);
    }
    sane_cancel(device);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    for (int channel = 0; channel < 3; channel++) {
        assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
        assert_int_equal(sane_get_parameters(device, &parameters), SANE_STATUS_GOOD);
        assert_int_equal(parameters.format, formats[channel]);
        assert_int_equal(parameters.last_frame, channel == 2);
        assert_int_equal(drain(NULL), SANE_STATUS_EOF);
        /* saned reads ahead: its client may ask only now */
        assert_int_equal(sane_get_parameters(device, &parameters), SANE_STATUS_GOOD);
        assert_int_equal(parameters.format, formats[channel]);
    }
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    image_clear(&paper);
    finish();
}

static void feeds_both_sides_in_order_and_white_backs(void **state)
{
    (void)state;
    struct image front, back, third;
    rig_sheet(&rig, "0001-1.tif", 120, 80, 1, 8, 1, &front);
    rig_sheet(&rig, "0001-2.tif", 120, 80, 1, 8, 2, &back);
    rig_sheet(&rig, "0002.tif", 64, 90, 1, 8, 3, &third);
    rig_sheet(&rig, "0003-2.tif", 30, 40, 1, 8, 4, NULL);
    rig_file(&rig, "sheets", "readme.txt", "not a page");
    begin();
    use("ADF Duplex", "Gray", 8);
    assert_int_equal(get_word("page-loaded"), SANE_TRUE);
    assert_scans(&front);
    assert_scans(&back);
    assert_scans(&third);
    assert_scans_white(64, 90);
    assert_scans_white(30, 40);
    assert_int_equal(scan_and_drop(), SANE_STATUS_EOF);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    sane_cancel(device);
    assert_int_equal(get_word("page-loaded"), SANE_FALSE);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    use("ADF", "Gray", 8);
    assert_scans(&front);
    assert_scans(&third);
    sane_cancel(device);
    use("Flatbed", "Gray", 8);
    assert_scans(&front);
    sane_cancel(device);
    assert_scans(&front);
    finish();
    image_clear(&front);
    image_clear(&back);
    image_clear(&third);
}

static void cuts_the_window_and_pads_with_white(void **state)
{
    (void)state;
    struct image paper, image;
    rig_sheet(&rig, "0001.tif", 300, 300, 1, 8, 1, &paper); /* one inch */
    begin();
    use("Flatbed", "Gray", 8);
    assert_int_equal(set_word("tl-x", SANE_FIX(2.54), NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("tl-y", SANE_FIX(5.08), NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("br-x", SANE_FIX(12.7), NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("br-y", SANE_FIX(50.8), NULL), SANE_STATUS_GOOD);
    scan_whole(&image);
    assert_int_equal(image.width_px, 120);
    assert_int_equal(image.height_px, 240); /* ends with the paper */
    assert_memory_equal(image.data, paper.data + 60 * paper.stride + 30, 120);
    image_clear(&image);
    assert_int_equal(set_word("auto-size", SANE_FALSE, NULL), SANE_STATUS_GOOD);
    scan_whole(&image);
    assert_int_equal(image.height_px, 540);
    assert_memory_equal(image.data + 239 * image.stride, paper.data + 299 * paper.stride + 30, 120);
    for (size_t i = 240 * image.stride; i < 540 * image.stride; i++)
        assert_int_equal(image.data[i], 255);
    image_clear(&image);
    assert_int_equal(set_string("page-size", "Largest", NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("auto-size", SANE_TRUE, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("resolution", 150, NULL), SANE_STATUS_GOOD);
    scan_whole(&image);
    assert_int_equal(image.width_px, 150);
    int mean = (paper.data[0] + paper.data[1] + paper.data[paper.stride] +
                paper.data[paper.stride + 1] + 2) /
               4;
    assert_true(abs(image.data[0] - mean) <= 1);
    image_clear(&image);
    image_clear(&paper);
    finish();
}

static void does_not_tell_the_height_when_it_does_not_know(void **state)
{
    (void)state;
    struct image paper;
    SANE_Parameters parameters;
    rig_sheet(&rig, "0001.tif", 100, 77, 1, 8, 1, &paper);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(set_word("unknown-height", SANE_TRUE, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_get_parameters(device, &parameters), SANE_STATUS_GOOD);
    assert_int_equal(parameters.lines, -1);
    assert_scans(&paper);
    image_clear(&paper);
    finish();
}

/* ---------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_one_virtual_device),
        TEST(exports_nothing_but_sane),
        TEST(describes_its_options_as_the_standard_says),
        TEST(rounds_refuses_and_tells_what_changed),
        TEST(passes_pixels_unchanged_in_every_mode),
        TEST(makes_gray_and_lineart_of_colour),
        TEST(gives_three_passes_one_colour_each),
        TEST(feeds_both_sides_in_order_and_white_backs),
        TEST(cuts_the_window_and_pads_with_white),
        TEST(does_not_tell_the_height_when_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
