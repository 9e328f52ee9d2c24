/* Images: what is written comes back, what is damaged is refused in words. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/image.h"
#include "core/message.h"
#include "tests/sample_png.h"
#include "tests/scratch.h"

static struct error fault;

static const char *at(const char *name)
{
    return file_join(arena, folder, name);
}

/* A page that no codec finds trivial: a slope with noise. */
static struct image sample(int width, int height, int channels, int bits)
{
    struct image image;
    unsigned seed = 7;
    image_init(&image, width, height, channels, bits);
    image.dpi_x = image.dpi_y = 300;
    for (size_t y = 0; y < (size_t)height; y++)
        for (size_t i = 0; i < image.stride; i++) {
            seed = seed * 1664525u + 1013904223u;
            unsigned slope = bits == 1 ? 0 : (unsigned)(i + y) / 2;
            image.data[y * image.stride + i] = (uint8_t)(slope + (seed >> 24) % 16);
        }
    int spare = (int)image.stride * 8 - width;
    for (int y = 0; bits == 1 && y < height; y++)
        image.data[((size_t)y + 1) * image.stride - 1] &= (uint8_t)(0xff << spare);
    return image;
}

static void assert_same(const struct image *a, const struct image *b)
{
    assert_int_equal(a->width_px, b->width_px);
    assert_int_equal(a->height_px, b->height_px);
    assert_int_equal(a->channels, b->channels);
    assert_int_equal(a->bits, b->bits);
    assert_true(fabs(a->dpi_x - b->dpi_x) < 0.01 && fabs(a->dpi_y - b->dpi_y) < 0.01);
    assert_memory_equal(a->data, b->data, a->stride * (size_t)a->height_px);
}

static void assert_rejected(const char *path)
{
    struct image image;
    fault.text[0] = '\0';
    assert_int_equal(image_read(path, 0, &image, &fault), STATUS_REJECT);
    assert_null(image.data);
    assert_true(strlen(fault.text) > 10);
}

static char *bytes_of(const char *path, size_t *size)
{
    char *bytes = NULL;
    assert_int_equal(file_read(path, 1 << 26, arena, &bytes, size, &fault), STATUS_OK);
    return bytes;
}

static void save_jpeg(const struct image *image, int quality, const char *path)
{
    struct buffer bytes = {0};
    assert_int_equal(image_encode_jpeg(image, quality, &bytes, &fault), STATUS_OK);
    assert_int_equal(file_write(path, bytes.data, bytes.size, &fault), STATUS_OK);
    buffer_clear(&bytes);
}

/* ---------------------------------------------------------------- round trips */

static void lossless_formats_give_back_every_pixel(void **state)
{
    (void)state;
    static const int kinds[][2] = {{1, 1}, {1, 8}, {1, 16}, {3, 8}, {3, 16}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct image image = sample(203, 157, kinds[i][0], kinds[i][1]), back;
        assert_int_equal(image_write_tiff(&image, at("a.tif"), NULL, &fault), STATUS_OK);
        assert_int_equal(image_read(at("a.tif"), 0, &back, &fault), STATUS_OK);
        assert_same(&image, &back);
        image_clear(&back);
        assert_true(sample_png(&image, at("a.png")));
        assert_int_equal(image_read(at("a.png"), 0, &back, &fault), STATUS_OK);
        assert_same(&image, &back);
        image_clear(&back);
        image_clear(&image);
    }
}

static void probing_tells_what_reading_gives(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int channels, bits;
        enum image_format format;
    } rows[] = {{"p.tif", 1, 1, IMAGE_TIFF},
                {"p.tif", 3, 16, IMAGE_TIFF},
                {"p.png", 3, 8, IMAGE_PNG},
                {"p.png", 1, 1, IMAGE_PNG},
                {"p.jpg", 3, 8, IMAGE_JPEG}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct image image = sample(64, 90, rows[i].channels, rows[i].bits), facts, back;
        enum image_format format;
        int pages = 0;
        const char *path = at(rows[i].name);
        if (rows[i].format == IMAGE_TIFF)
            assert_int_equal(image_write_tiff(&image, path, NULL, &fault), STATUS_OK);
        else if (rows[i].format == IMAGE_PNG)
            assert_true(sample_png(&image, path));
        else
            save_jpeg(&image, 80, path);
        assert_int_equal(image_probe(path, &facts, &format, &pages, &fault), STATUS_OK);
        assert_int_equal(image_read(path, 0, &back, &fault), STATUS_OK);
        assert_int_equal(format, rows[i].format);
        assert_int_equal(pages, 1);
        assert_null(facts.data);
        assert_int_equal(facts.width_px, back.width_px);
        assert_int_equal(facts.height_px, back.height_px);
        assert_int_equal(facts.channels, back.channels);
        assert_int_equal(facts.bits, back.bits);
        assert_true(fabs(facts.dpi_x - 300) < 0.01);
        image_clear(&image);
        image_clear(&back);
    }
}

static void a_jpeg_comes_back_alike(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        struct image image = sample(200, 120, channels, 8), back;
        save_jpeg(&image, 95, at("a.jpg"));
        assert_int_equal(image_read(at("a.jpg"), 0, &back, &fault), STATUS_OK);
        assert_int_equal(back.channels, channels);
        double sum = 0;
        size_t size = image.stride * (size_t)image.height_px;
        for (size_t i = 0; i < size; i++)
            sum += abs(image.data[i] - back.data[i]);
        assert_true(sum / (double)size < 4);
        struct image_jpeg_facts facts;
        assert_int_equal(image_jpeg_probe(at("a.jpg"), &facts, &fault), STATUS_OK);
        assert_int_equal(facts.channels, channels);
        assert_int_equal(facts.orientation, 1);
        assert_false(facts.cmyk);
        image_clear(&image);
        image_clear(&back);
    }
}

static void a_tiff_is_the_same_bytes_again(void **state)
{
    (void)state;
    struct image image = sample(300, 200, 3, 8);
    struct image_tags tags = {"batch 1 page 0001-1", "feeder", "sohoa", "2026:11:22 14:05:09"};
    size_t one, two;
    assert_int_equal(image_write_tiff(&image, at("1.tif"), &tags, &fault), STATUS_OK);
    assert_int_equal(image_write_tiff(&image, at("2.tif"), &tags, &fault), STATUS_OK);
    char *a = bytes_of(at("1.tif"), &one), *b = bytes_of(at("2.tif"), &two);
    assert_int_equal(one, two);
    assert_memory_equal(a, b, one);
    assert_non_null(memmem(a, one, "batch 1 page 0001-1", 19));
    assert_non_null(memmem(a, one, "2026:11:22 14:05:09", 19));
    image_clear(&image);
}

static void g4_in_memory_is_the_strip_of_the_file(void **state)
{
    (void)state;
    struct image image = sample(203, 157, 1, 1), gray = sample(32, 32, 1, 8);
    struct buffer g4 = {0};
    size_t size;
    assert_int_equal(image_encode_g4(&image, &g4, &fault), STATUS_OK);
    assert_int_equal(image_write_tiff(&image, at("g4.tif"), NULL, &fault), STATUS_OK);
    char *file = bytes_of(at("g4.tif"), &size);
    assert_true(g4.size > 100);
    assert_non_null(memmem(file, size, g4.data, g4.size));
    buffer_clear(&g4);
    assert_int_equal(image_encode_g4(&gray, &g4, &fault), STATUS_FATAL);
    image_clear(&image);
    image_clear(&gray);
}

/* ---------------------------------------------------------------- copies */

static void turning_four_times_is_nothing(void **state)
{
    (void)state;
    static const int kinds[][2] = {{1, 1}, {1, 8}, {3, 8}, {1, 16}};
    for (size_t i = 0; i < 4; i++) {
        struct image image = sample(37, 21, kinds[i][0], kinds[i][1]), now, next;
        image_turn(&image, 0, &now);
        for (int turn = 0; turn < 4; turn++) {
            image_turn(&now, 90, &next);
            image_clear(&now);
            now = next;
        }
        assert_same(&image, &now);
        image_clear(&now);
        struct image once, back;
        image_turn(&image, 270, &once);
        assert_int_equal(once.width_px, 21);
        image_turn(&once, 90, &back);
        assert_same(&image, &back);
        image_clear(&once);
        image_clear(&back);
        image_clear(&image);
    }
}

static void a_quarter_turn_goes_clockwise(void **state)
{
    (void)state;
    struct image image, turned;
    image_init(&image, 20, 16, 1, 8);
    image.data[0] = 200; /* top left goes to top right */
    image_turn(&image, 90, &turned);
    assert_int_equal(turned.data[15], 200);
    image_clear(&image);
    image_clear(&turned);
}

static void grey_is_luma_and_bilevel_is_black_where_set(void **state)
{
    (void)state;
    struct image color, bits, gray;
    image_init(&color, 16, 16, 3, 8);
    color.data[0] = 255;
    color.data[4] = 255;
    color.data[8] = 255;
    image_to_gray(&color, &gray);
    assert_int_equal(gray.data[0], 76);
    assert_int_equal(gray.data[1], 150);
    assert_int_equal(gray.data[2], 29);
    image_clear(&gray);
    image_init(&bits, 16, 16, 1, 1);
    bits.data[0] = 0x80;
    image_to_8bit(&bits, &gray);
    assert_int_equal(gray.data[0], 0);
    assert_int_equal(gray.data[1], 255);
    image_clear(&gray);
    image_clear(&color);
    image_clear(&bits);
}

static void exif_orientation_is_applied(void **state)
{
    (void)state;
    struct image image, back;
    struct buffer jpeg = {0}, file = {0};
    image_init(&image, 64, 32, 1, 8);
    memset(image.data, 255, 64 * 32);
    for (size_t y = 0; y < 16; y++)
        memset(image.data + y * 64, 0, 16); /* black corner, top left */
    assert_int_equal(image_encode_jpeg(&image, 90, &jpeg, &fault), STATUS_OK);
    static const uint8_t exif[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,    'M', 'M',
                                   0,    '*',  0, 0,  0,   8,   0,   1,   1, 0x12, 0,   3,
                                   0,    0,    0, 1,  0,   6,   0,   0,   0, 0,    0,   0};
    buffer_add(&file, jpeg.data, 2);
    buffer_add(&file, exif, sizeof exif);
    buffer_add(&file, jpeg.data + 2, jpeg.size - 2);
    assert_int_equal(file_write(at("o.jpg"), file.data, file.size, &fault), STATUS_OK);
    struct image_jpeg_facts facts;
    assert_int_equal(image_jpeg_probe(at("o.jpg"), &facts, &fault), STATUS_OK);
    assert_int_equal(facts.orientation, 6);
    assert_int_equal(facts.width_px, 64);
    assert_int_equal(image_read(at("o.jpg"), 0, &back, &fault), STATUS_OK);
    assert_int_equal(back.width_px, 32);
    assert_int_equal(back.height_px, 64);
    assert_true(back.data[31] < 40); /* top right */
    assert_true(back.data[0] > 200);
    image_clear(&image);
    image_clear(&back);
    buffer_clear(&jpeg);
    buffer_clear(&file);
}

/* ---------------------------------------------------------------- bad input */

static void a_page_cut_short_is_refused_at_every_length(void **state)
{
    (void)state;
    struct image color = sample(180, 120, 3, 8), bits = sample(180, 120, 1, 1);
    save_jpeg(&color, 85, at("c0"));
    assert_true(sample_png(&color, at("c1")));
    assert_int_equal(image_write_tiff(&color, at("c2"), NULL, &fault), STATUS_OK);
    assert_int_equal(image_write_tiff(&bits, at("c3"), NULL, &fault), STATUS_OK);
    static const char *const names[] = {"c0", "c1", "c2", "c3"};
    for (size_t i = 0; i < 4; i++) {
        size_t size;
        char *bytes = bytes_of(at(names[i]), &size);
        for (size_t part = 1; part < 20; part++) {
            assert_int_equal(file_write(at("cut"), bytes, size * part / 20, &fault), STATUS_OK);
            assert_rejected(at("cut"));
        }
    }
    image_clear(&color);
    image_clear(&bits);
}

/* A G4 strip that breaks off inside a file that is otherwise whole. */
static void a_broken_fax_strip_is_refused(void **state)
{
    (void)state;
    struct image bits = sample(180, 120, 1, 1);
    struct buffer g4 = {0};
    size_t size;
    assert_int_equal(image_write_tiff(&bits, at("fax.tif"), NULL, &fault), STATUS_OK);
    assert_int_equal(image_encode_g4(&bits, &g4, &fault), STATUS_OK);
    char *bytes = bytes_of(at("fax.tif"), &size);
    char *strip = memmem(bytes, size, g4.data, g4.size);
    assert_non_null(strip);
    memset(strip + g4.size / 2, 0, g4.size - g4.size / 2);
    assert_int_equal(file_write(at("fax.tif"), bytes, size, &fault), STATUS_OK);
    assert_rejected(at("fax.tif"));
    buffer_clear(&g4);
    image_clear(&bits);
}

static void what_is_no_image_is_refused(void **state)
{
    (void)state;
    assert_int_equal(file_write(at("zero"), "", 0, &fault), STATUS_OK);
    assert_rejected(at("zero"));
    assert_int_equal(file_write(at("text"), "Cộng hòa xã hội", 20, &fault), STATUS_OK);
    assert_rejected(at("text"));
    assert_int_equal(file_write(at("head"), "\xff\xd8\xff", 3, &fault), STATUS_OK);
    assert_rejected(at("head"));
    assert_rejected(at("absent"));
    assert_rejected(folder);
}

static void too_small_is_no_page(void **state)
{
    (void)state;
    struct image image;
    image_init(&image, 1, 1, 1, 8);
    save_jpeg(&image, 90, at("one.jpg"));
    assert_true(sample_png(&image, at("one.png")));
    assert_int_equal(image_write_tiff(&image, at("one.tif"), NULL, &fault), STATUS_OK);
    assert_rejected(at("one.jpg"));
    assert_non_null(strstr(fault.text, "1 × 1"));
    assert_rejected(at("one.png"));
    assert_rejected(at("one.tif"));
    image_clear(&image);
}

/* 30000 x 30000 in a small file: refused from the header, so that little memory is enough. */
static void too_big_is_refused_before_memory_is_taken(void **state)
{
    (void)state;
    struct image image = sample(64, 48, 1, 8);
    size_t size;
    struct rusage before, after;
    save_jpeg(&image, 90, at("big.jpg"));
    char *bytes = bytes_of(at("big.jpg"), &size);
    char *sof = memmem(bytes, size, "\xff\xc0", 2);
    assert_non_null(sof);
    memcpy(sof + 5, "\x75\x30\x75\x30", 4);
    assert_int_equal(file_write(at("big.jpg"), bytes, size, &fault), STATUS_OK);
    assert_int_equal(image_write_tiff(&image, at("big.tif"), NULL, &fault), STATUS_OK);
    bytes = bytes_of(at("big.tif"), &size);
    uint32_t folder_at;
    memcpy(&folder_at, bytes + 4, 4);
    for (int i = 0; i < 2; i++) { /* ImageWidth and ImageLength: SHORT entries */
        char *entry = memmem(bytes + folder_at, size - folder_at, i ? "\1\1\3\0" : "\0\1\3\0", 4);
        assert_non_null(entry);
        memcpy(entry + 8, "\x30\x75", 2);
    }
    assert_int_equal(file_write(at("big.tif"), bytes, size, &fault), STATUS_OK);
    getrusage(RUSAGE_SELF, &before);
    assert_rejected(at("big.jpg"));
    assert_non_null(strstr(fault.text, "30000"));
    assert_rejected(at("big.tif"));
    assert_non_null(strstr(fault.text, "30000"));
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
    image_clear(&image);
}

static void a_full_disk_is_try_again_and_leaves_nothing(void **state)
{
    (void)state;
    struct image image = sample(600, 400, 3, 16);
    struct rlimit old, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 20000;
    setrlimit(RLIMIT_FSIZE, &small);
    enum status tiff = image_write_tiff(&image, at("full.tif"), NULL, &fault);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(tiff, STATUS_RETRY);
    assert_false(file_exists(at("full.tif")) || file_exists(at("full.tif.part")));
    image_clear(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_formats_give_back_every_pixel),
        cmocka_unit_test(probing_tells_what_reading_gives),
        cmocka_unit_test(a_jpeg_comes_back_alike),
        cmocka_unit_test(a_tiff_is_the_same_bytes_again),
        cmocka_unit_test(g4_in_memory_is_the_strip_of_the_file),
        cmocka_unit_test(turning_four_times_is_nothing),
        cmocka_unit_test(a_quarter_turn_goes_clockwise),
        cmocka_unit_test(grey_is_luma_and_bilevel_is_black_where_set),
        cmocka_unit_test(exif_orientation_is_applied),
        cmocka_unit_test(a_page_cut_short_is_refused_at_every_length),
        cmocka_unit_test(a_broken_fax_strip_is_refused),
        cmocka_unit_test(what_is_no_image_is_refused),
        cmocka_unit_test(too_small_is_no_page),
        cmocka_unit_test(too_big_is_refused_before_memory_is_taken),
        cmocka_unit_test(a_full_disk_is_try_again_and_leaves_nothing),
    };
    return cmocka_run_group_tests_name("core_image", tests, scratch_open, scratch_close);
}
