/* The feeder by hand through libsane: for its contract tests; each program has its own. */
#ifndef SOHOA_TESTS_CONTRACT_INGEST_FEEDING_H
#define SOHOA_TESTS_CONTRACT_INGEST_FEEDING_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sane/sane.h>

#include "core/file.h"
#include "tests/scanner_rig.h"

static struct rig rig;
static SANE_Handle device;

static inline void begin(void)
{
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_GOOD);
}

static inline void finish(void)
{
    sane_close(device);
    sane_exit();
}

static inline int find(const char *name)
{
    const SANE_Option_Descriptor *option;
    for (int i = 1; (option = sane_get_option_descriptor(device, i)); i++)
        if (option->name && strcmp(option->name, name) == 0)
            return i;
    fail_msg("no option %s", name);
    return 0;
}

static inline SANE_Status set_string(const char *name, const char *value, SANE_Int *info)
{
    char room[64] = "";
    snprintf(room, sizeof room, "%s", value);
    return sane_control_option(device, find(name), SANE_ACTION_SET_VALUE, room, info);
}

static inline SANE_Status set_word(const char *name, SANE_Word word, SANE_Int *info)
{
    return sane_control_option(device, find(name), SANE_ACTION_SET_VALUE, &word, info);
}

static inline SANE_Word get_word(const char *name)
{
    SANE_Word word = -1;
    assert_int_equal(sane_control_option(device, find(name), SANE_ACTION_GET_VALUE, &word, NULL),
                     SANE_STATUS_GOOD);
    return word;
}

static inline void use(const char *source, const char *mode, int depth)
{
    assert_int_equal(set_string("source", source, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_string("mode", mode, NULL), SANE_STATUS_GOOD);
    if (depth > 1)
        assert_int_equal(set_word("depth", depth, NULL), SANE_STATUS_GOOD);
}

static inline void arm(const char *kind, int sheet, int side)
{
    assert_int_equal(set_string("fault", kind, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("fault-sheet", sheet, NULL), SANE_STATUS_GOOD);
    assert_int_equal(set_word("fault-side", side, NULL), SANE_STATUS_GOOD);
}

/* Reads the frame that was started to its end. */
static inline SANE_Status drain(struct buffer *out)
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
static inline SANE_Status scan(struct image *out)
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

static inline void scan_whole(struct image *out)
{
    SANE_Status status = scan(out);
    if (status == SANE_STATUS_EOF && out->data)
        return;
    fail_msg("the page ended with: %s", sane_strstatus(status));
    abort(); /* fail_msg has left already */
}

static inline SANE_Status scan_and_drop(void)
{
    struct image image;
    SANE_Status status = scan(&image);
    image_clear(&image);
    return status;
}

static inline void assert_scans(const struct image *paper)
{
    struct image image;
    scan_whole(&image);
    assert_true(rig_same(&image, paper));
    image_clear(&image);
}

static inline void assert_scans_white(int width_px, int height_px)
{
    struct image image;
    scan_whole(&image);
    assert_int_equal(image.width_px, width_px);
    assert_int_equal(image.height_px, height_px);
    for (size_t i = 0; i < (size_t)image.height_px * image.stride; i++)
        assert_int_equal(image.data[i], 255);
    image_clear(&image);
}

static inline int set_up(void **state)
{
    (void)state;
    rig_make(&rig, "sohoafeeder\n");
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    sane_exit(); /* of a test that failed half-way */
    rig_remove(&rig);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
