/* The feeder as a SANE back end: loaded by SANE's own loader, held to SANE's standard. */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sane/sane.h>

#include "core/file.h"
#include "tests/scanner_rig.h"

static struct rig rig;
static SANE_Handle device;

/* ---------------------------------------------------------------- by hand through libsane */

static void begin(void)
{
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_GOOD);
}

static void finish(void)
{
    sane_close(device);
    sane_exit();
}

static int find(const char *name)
{
    const SANE_Option_Descriptor *option;
    for (int i = 1; (option = sane_get_option_descriptor(device, i)); i++)
        if (option->name && strcmp(option->name, name) == 0)
            return i;
    fail_msg("no option %s", name);
    return 0;
}

static SANE_Status set_string(const char *name, const char *value, SANE_Int *info)
{
    char room[64] = "";
    snprintf(room, sizeof room, "%s", value);
    return sane_control_option(device, find(name), SANE_ACTION_SET_VALUE, room, info);
}

static SANE_Status set_word(const char *name, SANE_Word word, SANE_Int *info)
{
    return sane_control_option(device, find(name), SANE_ACTION_SET_VALUE, &word, info);
}

static SANE_Word get_word(const char *name)
{
    SANE_Word word = -1;
    assert_int_equal(sane_control_option(device, find(name), SANE_ACTION_GET_VALUE, &word, NULL),
                     SANE_STATUS_GOOD);
    return word;
}

static void use(const char *source, const char *mode, int depth)
{
    assert_int_equal(set_string("source", source, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_string("mode", mode, NULL), SANE_STATUS_GOOD);
    if (depth > 1)
        assert_int_equal(set_word("depth", depth, NULL), SANE_STATUS_GOOD);
}

static void arm(const char *kind, int sheet, int side)
{
    assert_int_equal(set_string("fault", kind, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("fault-sheet", sheet, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("fault-side", side, NULL), SANE_STATUS_GOOD);
}

/* Reads the frame that was started to its end. */
static SANE_Status drain(struct buffer *out)
{
    SANE_Byte bytes[5000];
    SANE_Int length = 0;
    SANE_Status status;
    while ((status = sane_read(device, bytes, sizeof bytes, &length)) == SANE_STATUS_GOOD)
        if (out)
            buffer_add(out, bytes, (size_t)length);
    assert_int_equal(length, 0);
    return status;
}

/* One whole frame as an image. */
static SANE_Status scan(struct image *out)
{
    SANE_Parameters parameters;
    struct buffer rows = {0};
    SANE_Status status = sane_start(device);
    memset(out, 0, sizeof *out);
    if (status != SANE_STATUS_GOOD)
        return status;
    assert_int_equal(sane_get_parameters(device, &parameters), SANE_STATUS_GOOD);
    status = drain(&rows);
    size_t lines = rows.size / (size_t)parameters.bytes_per_line;
    if (status == SANE_STATUS_EOF) {
        assert_int_equal(rows.size % (size_t)parameters.bytes_per_line, 0);
        if (parameters.lines >= 0)
            assert_int_equal(lines, parameters.lines);
        out->width_px = parameters.pixels_per_line;
        out->height_px = (int)lines;
        out->channels = parameters.format == SANE_FRAME_RGB ? 3 : 1;
        out->bits = parameters.depth;
        out->stride = (size_t)parameters.bytes_per_line;
        out->data = rows.data;
        return status;
    }
    buffer_clear(&rows);
    return status;
}

static void scan_whole(struct image *out)
{
    SANE_Status status = scan(out);
    if (status == SANE_STATUS_EOF && out->data)
        return;
    fail_msg("the page ended with: %s", sane_strstatus(status));
    abort(); /* fail_msg has left already */
}

static SANE_Status scan_and_drop(void)
{
    struct image image;
    SANE_Status status = scan(&image);
    image_clear(&image);
    return status;
}

static void assert_scans(const struct image *paper)
{
    struct image image;
    scan_whole(&image);
    assert_true(rig_same(&image, paper));
    image_clear(&image);
}

static void assert_scans_white(int width_px, int height_px)
{
    struct image image;
    scan_whole(&image);
    assert_int_equal(image.width_px, width_px);
    assert_int_equal(image.height_px, height_px);
    for (size_t i = 0; i < (size_t)image.height_px * image.stride; i++)
        assert_int_equal(image.data[i], 255);
    image_clear(&image);
}

/* ---------------------------------------------------------------- tests */

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

static void keeps_the_order_of_calls(void **state)
{
    (void)state;
    SANE_Byte byte[64];
    SANE_Int length, fd;
    rig_sheet(&rig, "0001.tif", 400, 300, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(sane_read(device, byte, sizeof byte, &length), SANE_STATUS_INVAL);
    assert_int_equal(sane_set_io_mode(device, SANE_TRUE), SANE_STATUS_INVAL);
    assert_int_equal(sane_get_select_fd(device, &fd), SANE_STATUS_INVAL);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_DEVICE_BUSY);
    assert_int_equal(set_string("mode", "Color", NULL), SANE_STATUS_DEVICE_BUSY);
    SANE_Handle second;
    assert_int_equal(sane_open("sohoafeeder:0", &second), SANE_STATUS_DEVICE_BUSY);
    assert_int_equal(drain(NULL), SANE_STATUS_EOF);
    assert_int_equal(sane_read(device, byte, sizeof byte, &length), SANE_STATUS_EOF);
    finish();
}

static void reads_without_blocking(void **state)
{
    (void)state;
    SANE_Byte bytes[4096];
    SANE_Int length = -1, fd = -1;
    size_t total = 0;
    int empty = 0;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(set_word("page-time", 300, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_set_io_mode(device, SANE_TRUE), SANE_STATUS_GOOD);
    assert_int_equal(sane_get_select_fd(device, &fd), SANE_STATUS_GOOD);
    for (;;) {
        SANE_Status status = sane_read(device, bytes, sizeof bytes, &length);
        if (status == SANE_STATUS_EOF)
            break;
        assert_int_equal(status, SANE_STATUS_GOOD);
        total += (size_t)length;
        if (length > 0)
            continue;
        struct pollfd readable = {fd, POLLIN, 0};
        empty++;
        assert_int_equal(poll(&readable, 1, 10000), 1);
    }
    assert_int_equal(total, 200 * 100);
    assert_true(empty > 0);
    finish();
}

static void cancel_ends_a_page_and_the_sheet_is_fed_again(void **state)
{
    (void)state;
    struct image front, back;
    SANE_Byte bytes[1000];
    SANE_Int length;
    rig_sheet(&rig, "0001-1.tif", 500, 400, 1, 8, 1, &front);
    rig_sheet(&rig, "0001-2.tif", 500, 400, 1, 8, 2, &back);
    begin();
    use("ADF Duplex", "Gray", 8);
    sane_cancel(device); /* nothing to cancel: harmless */
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_read(device, bytes, sizeof bytes, &length), SANE_STATUS_GOOD);
    sane_cancel(device);
    assert_int_equal(sane_read(device, bytes, sizeof bytes, &length), SANE_STATUS_CANCELLED);
    assert_scans(&front);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD); /* the back */
    sane_cancel(device);
    sane_cancel(device);
    assert_int_equal(set_word("page-time", 0, NULL), SANE_STATUS_GOOD);
    assert_scans(&front);
    assert_scans(&back);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    finish(); /* in the middle of a page */
    image_clear(&front);
    image_clear(&back);
}

static void cancel_now(int number)
{
    (void)number;
    sane_cancel(device);
}

static void cancel_in_a_signal_handler_ends_a_read_that_blocks(void **state)
{
    (void)state;
    struct sigaction act = {.sa_handler = cancel_now}, before;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(set_word("page-time", 600000, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    sigaction(SIGALRM, &act, &before);
    ualarm(200 * 1000, 0);
    assert_int_equal(drain(NULL), SANE_STATUS_CANCELLED);
    sigaction(SIGALRM, &before, NULL);
    finish();
}

static void gives_each_fault_its_status_and_once(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        SANE_Status at_start, at_end;
    } faults[] = {{"jam", SANE_STATUS_GOOD, SANE_STATUS_JAMMED},
                  {"double-feed", SANE_STATUS_JAMMED, 0},
                  {"out-of-paper", SANE_STATUS_NO_DOCS, 0},
                  {"cover-open", SANE_STATUS_COVER_OPEN, 0},
                  {"io-error", SANE_STATUS_GOOD, SANE_STATUS_IO_ERROR}};
    struct image papers[3];
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, &papers[0]);
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 2, &papers[1]);
    rig_sheet(&rig, "0003.tif", 200, 100, 1, 8, 3, &papers[2]);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct buffer rows = {0};
        begin();
        use("ADF", "Gray", 8);
        arm(faults[i].name, 2, 1);
        assert_scans(&papers[0]);
        assert_int_equal(sane_start(device), faults[i].at_start);
        if (faults[i].at_start == SANE_STATUS_GOOD) {
            assert_int_equal(drain(&rows), faults[i].at_end);
            assert_int_equal(rows.size, 200 * 50); /* the upper half */
        }
        assert_int_equal(get_word("double-feed"), strcmp(faults[i].name, "double-feed") == 0);
        assert_int_equal(get_word("cover-open"), strcmp(faults[i].name, "cover-open") == 0);
        assert_scans(&papers[1]); /* put back */
        assert_scans(&papers[2]);
        assert_int_equal(get_word("double-feed"), SANE_FALSE);
        assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
        finish();
        buffer_clear(&rows);
    }
    begin();
    use("ADF", "Gray", 8);
    arm("double-feed", 1, 1);
    assert_int_equal(set_word("double-feed-detection", SANE_FALSE, NULL), SANE_STATUS_GOOD);
    assert_scans(&papers[0]);
    assert_scans(&papers[2]); /* the second sheet went through unseen */
    finish();
    begin();
    use("ADF", "Gray", 8);
    arm("unplugged", 1, 1);
    assert_int_equal(scan_and_drop(), SANE_STATUS_IO_ERROR);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR);
    sane_close(device);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_INVAL);
    sane_exit();
    for (int i = 0; i < 3; i++)
        image_clear(&papers[i]);
}

static void remembers_what_was_fed_and_what_went_wrong(void **state)
{
    (void)state;
    struct image papers[2];
    rig_file(&rig, "sane", "sohoafeeder.conf",
             "# as an office would keep it\n"
             "state feeder.state\n"
             "option mode Gray\n"
             "fault jam 2\n");
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, &papers[0]);
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 2, &papers[1]);
    begin();
    assert_scans(&papers[0]);
    assert_int_equal(scan_and_drop(), SANE_STATUS_JAMMED);
    finish();
    begin(); /* on another day */
    assert_int_equal(get_word("next-sheet"), 2);
    assert_scans(&papers[1]);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    finish();
    begin();
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    assert_scans(&papers[0]);
    finish();
    begin();
    assert_int_equal(get_word("next-sheet"), 2);
    SANE_Handle second;
    assert_int_equal(sane_open("sohoafeeder:0", &second), SANE_STATUS_DEVICE_BUSY);
    finish();
    image_clear(&papers[0]);
    image_clear(&papers[1]);
}

static void an_open_device_is_busy_for_other_programs(void **state)
{
    (void)state;
    rig_file(&rig, "sane", "sohoafeeder.conf", "state feeder.state\n");
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    pid_t other = fork();
    int ended = 0;
    assert_true(other >= 0);
    if (other == 0) {
        sane_init(NULL, NULL);
        SANE_Status status = sane_open("sohoafeeder:0", &device);
        rig_file(&rig, "out", "open", "");
        while (rig_has(&rig, "open"))
            usleep(10000);
        _exit(status);
    }
    for (int i = 0; i < 1000 && !rig_has(&rig, "open"); i++)
        usleep(10000);
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_DEVICE_BUSY);
    rig_clear_out(&rig);
    assert_int_equal(waitpid(other, &ended, 0), other);
    assert_int_equal(WEXITSTATUS(ended), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_GOOD);
    finish();
}

static void a_damaged_image_is_an_io_error(void **state)
{
    (void)state;
    rig_file(&rig, "sheets", "0001.tif", "II*");
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR); /* it is still there */
    assert_int_equal(set_word("next-sheet", 2, NULL), SANE_STATUS_GOOD);
    assert_int_equal(scan_and_drop(), SANE_STATUS_EOF);
    finish();
}

static void an_empty_folder_is_an_empty_feeder(void **state)
{
    (void)state;
    begin();
    assert_int_equal(get_word("page-loaded"), SANE_FALSE);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_string("source", "Flatbed", NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    finish();
}

static int set_up(void **state)
{
    (void)state;
    rig_make(&rig, "sohoafeeder\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sane_exit(); /* of a test that failed half-way */
    rig_remove(&rig);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
        TEST(keeps_the_order_of_calls),
        TEST(reads_without_blocking),
        TEST(cancel_ends_a_page_and_the_sheet_is_fed_again),
        TEST(cancel_in_a_signal_handler_ends_a_read_that_blocks),
        TEST(gives_each_fault_its_status_and_once),
        TEST(remembers_what_was_fed_and_what_went_wrong),
        TEST(an_open_device_is_busy_for_other_programs),
        TEST(a_damaged_image_is_an_io_error),
        TEST(an_empty_folder_is_an_empty_feeder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
