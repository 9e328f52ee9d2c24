/* Files as a source: pages durable one by one, what is no page is named and stays where it is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/message.h"
#include "ingest/ingest.h"
#include "ingest/master.h"
#include "tests/sample_png.h"
#include "tests/scratch.h"

static const char *from, *batch; /* folders */
static struct error fault;

/* What the sink and held() were told. */
static struct {
    char names[32][16], files[32][24], origins[32][200];
    int pages, held;
    char held_path[16][200], why[16][512];
    int stop_after, cancel_before;
} seen;

static enum status on_page(void *context, const struct page *page, struct error *error)
{
    assert_ptr_equal(context, &seen);
    assert_true(file_exists(file_join(arena, batch, page->file)));
    assert_true(file_exists(arena_printf(arena, "%s/%s.page.json", batch, page->name)));
    snprintf(seen.names[seen.pages], sizeof seen.names[0], "%s", page->name);
    snprintf(seen.files[seen.pages], sizeof seen.files[0], "%s", page->file);
    snprintf(seen.origins[seen.pages], sizeof seen.origins[0], "%s", page->origin);
    seen.pages++;
    return seen.pages == seen.stop_after ? error_set(error, STATUS_RETRY, "no row") : STATUS_OK;
}

static bool on_progress(void *context, int sheet, int side, double share)
{
    (void)context, (void)side, (void)share;
    return sheet != seen.cancel_before;
}

static void on_held(void *context, const char *path, const char *why)
{
    (void)context;
    snprintf(seen.held_path[seen.held], sizeof seen.held_path[0], "%s", path);
    snprintf(seen.why[seen.held++], sizeof seen.why[0], "%s", why);
}

static enum status take(const char *path, int first_sheet, struct ingest_result *result)
{
    struct ingest_sink sink = {.page = on_page, .progress = on_progress, .context = &seen};
    fault.text[0] = '\0';
    return ingest_files(&path, 1, batch, first_sheet, &sink, on_held, result, &fault);
}

static const char *at(const char *name)
{
    return file_join(arena, from, name);
}

static const char *origin_of(const char *name)
{
    char hex[HASH_HEX_SIZE];
    hash_bytes(at(name), strlen(at(name)), hex);
    return arena_printf(arena, "file-%.16s", hex);
}

static struct image sample(int dpi, int channels, int bits, unsigned seed)
{
    struct image image;
    image_init(&image, 120, 170, channels, bits);
    image.dpi_x = image.dpi_y = dpi;
    for (size_t i = 0; i < image.stride * 170; i++) {
        seed = seed * 1664525u + 1013904223u;
        image.data[i] = (uint8_t)(seed >> 24);
    }
    return image;
}

static void save(const char *name, int dpi, int channels, int bits)
{
    struct image image = sample(dpi, channels, bits, (unsigned)strlen(name));
    struct buffer jpeg = {0};
    if (strstr(name, ".jpg")) {
        assert_int_equal(image_encode_jpeg(&image, 80, &jpeg, &fault), STATUS_OK);
        assert_int_equal(file_write(at(name), jpeg.data, jpeg.size, &fault), STATUS_OK);
    } else if (strstr(name, ".png")) {
        assert_true(sample_png(&image, at(name)));
    } else {
        assert_int_equal(image_write_tiff(&image, at(name), NULL, &fault), STATUS_OK);
    }
    buffer_clear(&jpeg);
    image_clear(&image);
}

static char *bytes_of(const char *path, size_t *size)
{
    char *bytes = NULL;
    assert_int_equal(file_read(path, 1 << 24, arena, &bytes, size, &fault), STATUS_OK);
    return bytes;
}

/* ---------------------------------------------------------------- a TIFF of several pages, by hand
 */

static void put16(struct buffer *buffer, unsigned value)
{
    buffer_add(buffer, (uint8_t[]){value & 255, value >> 8 & 255}, 2);
}

static void put32(struct buffer *buffer, unsigned value)
{
    put16(buffer, value & 0xffff);
    put16(buffer, value >> 16);
}

static void entry(struct buffer *buffer, unsigned tag, unsigned type, unsigned value)
{
    put16(buffer, tag);
    put16(buffer, type);
    put32(buffer, 1);
    put32(buffer, value);
}

/* Uncompressed grey pages of 64 x 48 at 300 dpi; page n is all n. bad: its pixels are not there. */
static void save_pages(const char *name, int pages, int bad)
{
    enum { WIDTH = 64, HEIGHT = 48, ENTRIES = 11, FOLDER = 2 + 12 * ENTRIES + 4 };
    struct buffer file = {0};
    buffer_add(&file, "II*\0", 4);
    put32(&file, 8);
    for (int page = 0; page < pages; page++) {
        unsigned here = (unsigned)file.size, dpi = here + FOLDER, pixels = dpi + 8;
        put16(&file, ENTRIES);
        entry(&file, 256, 3, WIDTH);
        entry(&file, 257, 3, HEIGHT);
        entry(&file, 258, 3, 8);
        entry(&file, 259, 3, 1);
        entry(&file, 262, 3, 1);
        entry(&file, 273, 4, page == bad ? 1000000 : pixels);
        entry(&file, 277, 3, 1);
        entry(&file, 278, 3, HEIGHT);
        entry(&file, 279, 4, WIDTH * HEIGHT);
        entry(&file, 282, 5, dpi);
        entry(&file, 283, 5, dpi);
        put32(&file, page + 1 < pages ? pixels + WIDTH * HEIGHT : 0);
        put32(&file, 300);
        put32(&file, 1);
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            buffer_add(&file, &(uint8_t){(uint8_t)page}, 1);
    }
    assert_int_equal(file_write(at(name), file.data, file.size, &fault), STATUS_OK);
    buffer_clear(&file);
}

/* ---------------------------------------------------------------- taking */

static void pages_come_in_the_order_people_number_them(void **state)
{
    (void)state;
    struct ingest_result result;
    save("trang 10.png", 300, 1, 8);
    save("trang 2.jpg", 300, 3, 8);
    save("trang 1.tif", 200, 1, 1);
    assert_int_equal(file_mkdirs(at("below"), &fault), STATUS_OK);
    assert_int_equal(file_write(at(".hidden"), "x", 1, &fault), STATUS_OK);
    assert_int_equal(take(from, 7, &result), STATUS_OK);
    assert_int_equal(result.pages, 3);
    assert_int_equal(result.sheets, 3);
    assert_int_equal(result.held, 0);
    assert_int_equal(result.put_back_sheet, 0);
    assert_string_equal(seen.files[0], "0007-1.scan.tif");
    assert_string_equal(seen.files[1], "0008-1.scan.jpg");
    assert_string_equal(seen.files[2], "0009-1.scan.tif");
    assert_string_equal(seen.origins[0], origin_of("trang 1.tif"));
    assert_string_equal(seen.origins[2], origin_of("trang 10.png"));
}

static void a_jpeg_s_bytes_stay_and_other_pixels_stay(void **state)
{
    (void)state;
    struct ingest_result result;
    static const int kinds[][2] = {{1, 1}, {1, 8}, {3, 8}, {3, 16}};
    save("0.jpg", 300, 3, 8);
    for (int i = 0; i < 4; i++)
        save(arena_printf(arena, "%d.%s", i + 1, i % 2 ? "png" : "tif"), 300, kinds[i][0],
             kinds[i][1]);
    assert_int_equal(take(from, 1, &result), STATUS_OK);
    assert_int_equal(result.pages, 5);
    size_t one, two;
    char *a = bytes_of(at("0.jpg"), &one);
    char *b = bytes_of(file_join(arena, batch, "0001-1.scan.jpg"), &two);
    assert_int_equal(one, two);
    assert_memory_equal(a, b, one);
    for (int i = 0; i < 4; i++) {
        struct image source, master;
        const char *name = arena_printf(arena, "%d.%s", i + 1, i % 2 ? "png" : "tif");
        assert_int_equal(image_read(at(name), 0, &source, &fault), STATUS_OK);
        assert_int_equal(image_read(file_join(arena, batch, seen.files[i + 1]), 0, &master, &fault),
                         STATUS_OK);
        assert_int_equal(master.bits, kinds[i][1]);
        assert_int_equal(master.channels, kinds[i][0]);
        assert_memory_equal(source.data, master.data, source.stride * 170);
        assert_true(fabs(master.dpi_x - 300) < 0.01);
        image_clear(&source);
        image_clear(&master);
    }
}

static void a_page_s_record_is_true(void **state)
{
    (void)state;
    struct ingest_result result;
    struct page page;
    char hex[HASH_HEX_SIZE];
    save("a.tif", 240, 3, 8);
    assert_int_equal(take(at("a.tif"), 12, &result), STATUS_OK);
    assert_int_equal(page_read(batch, "0012-1", arena, &page, &fault), STATUS_OK);
    assert_int_equal(hash_file(file_join(arena, batch, page.file), hex, &fault), STATUS_OK);
    assert_string_equal(page.sha256, hex);
    assert_string_equal(page.mode, "color");
    assert_int_equal(page.sheet, 12);
    assert_int_equal(page.side, 1);
    assert_int_equal(page.width_px, 120);
    assert_int_equal(page.height_px, 170);
    assert_true(page.dpi_x == 240);
    assert_false(page.inspected);
    assert_string_equal(page.scanned_at, "2026-11-22T14:05:09+07:00");
    size_t size;
    char *master = bytes_of(file_join(arena, batch, page.file), &size);
    assert_non_null(memmem(master, size, "2026:11:22 14:05:09", 19));
}

static void every_page_of_a_tiff_is_a_sheet(void **state)
{
    (void)state;
    struct ingest_result result;
    save_pages("three.tif", 3, -1);
    assert_int_equal(take(from, 1, &result), STATUS_OK);
    assert_int_equal(result.pages, 3);
    for (int i = 0; i < 3; i++) {
        struct image master;
        const char *path = arena_printf(arena, "%s/%04d-1.scan.tif", batch, i + 1);
        assert_int_equal(image_read(path, 0, &master, &fault), STATUS_OK);
        assert_int_equal(master.data[100], i);
        assert_string_equal(seen.origins[i], origin_of("three.tif"));
        image_clear(&master);
    }
}

static void a_master_that_is_there_is_kept(void **state)
{
    (void)state;
    struct ingest_result result;
    size_t one, two;
    save("a.tif", 300, 1, 8);
    save("b.jpg", 300, 1, 8);
    assert_int_equal(take(at("a.tif"), 1, &result), STATUS_OK);
    char *old = bytes_of(file_join(arena, batch, "0001-1.scan.tif"), &one);
    assert_int_equal(take(at("b.jpg"), 1, &result), STATUS_OK);
    assert_int_equal(take(at("a.tif"), 1, &result), STATUS_OK);
    char *kept = bytes_of(file_join(arena, batch, "0001-1.superseded-1.tif"), &two);
    assert_int_equal(one, two);
    assert_memory_equal(old, kept, one);
    assert_true(file_exists(file_join(arena, batch, "0001-1.superseded-1.jpg")));
    assert_true(file_exists(file_join(arena, batch, "0001-1.scan.tif")));
    assert_false(file_exists(file_join(arena, batch, "0001-1.scan.jpg")));
    assert_int_equal(take(at("a.tif"), 1, &result), STATUS_OK);
    assert_true(file_exists(file_join(arena, batch, "0001-1.superseded-2.tif")));
}

/* ---------------------------------------------------------------- held */

static void what_is_no_page_is_held_and_the_rest_goes_on(void **state)
{
    (void)state;
    struct ingest_result result;
    struct image small;
    size_t size;
    save("1 good.jpg", 300, 3, 8);
    save("2 cut.jpg", 300, 3, 8);
    char *bytes = bytes_of(at("2 cut.jpg"), &size);
    assert_int_equal(file_write(at("2 cut.jpg"), bytes, size / 2, &fault), STATUS_OK);
    assert_int_equal(file_write(at("3 empty.tif"), "", 0, &fault), STATUS_OK);
    assert_int_equal(file_write(at("4 text.tif"), "xin chào", 9, &fault), STATUS_OK);
    save("5 coarse.tif", 150, 1, 8);
    save("6 unsaid.png", 0, 1, 8);
    image_init(&small, 1, 1, 1, 8);
    assert_true(sample_png(&small, at("7 dot.png")));
    image_clear(&small);
    save_pages("8 torn.tif", 3, 2);
    save("9 good.tif", 300, 1, 1);
    assert_int_equal(take(from, 1, &result), STATUS_OK);
    assert_int_equal(result.pages, 2);
    assert_int_equal(result.held, 7);
    assert_int_equal(seen.held, 7);
    assert_string_equal(seen.files[1], "0002-1.scan.tif");
    assert_non_null(strstr(seen.held_path[0], "2 cut.jpg"));
    static const char *const whys[] = {"damaged",    "empty", "no TIFF",    "150 dpi",
                                       "resolution", "1 × 1", "page 3 of 3"};
    for (int i = 0; i < 7; i++) {
        assert_non_null(strstr(seen.why[i], whys[i]));
        assert_true(file_exists(seen.held_path[i]));
    }
}

static void a_hostile_name_is_held_and_never_shown_raw(void **state)
{
    (void)state;
    struct ingest_result result;
    static const char *const names[] = {"a\xff\xfe.jpg", "b\x1b[31m.jpg", "c\n.jpg",
                                        "d\xe2\x80\xaegpj.exe.jpg", "e\xc0\xaf.jpg"};
    for (size_t i = 0; i < 5; i++)
        save(names[i], 300, 1, 8);
    save("tên tiếng Việt.jpg", 300, 1, 8);
    assert_int_equal(take(from, 1, &result), STATUS_OK);
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.held, 5);
    assert_string_equal(seen.origins[0], origin_of("tên tiếng Việt.jpg"));
    assert_null(strstr(seen.origins[0], "Việt")); /* names of files may be names of citizens */
    assert_non_null(strstr(seen.held_path[0], "a\\xff\\xfe.jpg"));
    assert_non_null(strstr(seen.held_path[1], "b\\x1b[31m.jpg"));
    for (int i = 0; i < 5; i++)
        assert_null(strpbrk(seen.held_path[i], "\x1b\n\xff\xc0\xe2"));
    for (size_t i = 0; i < 5; i++)
        assert_true(file_exists(at(names[i])));
}

static void what_is_not_there_is_held(void **state)
{
    (void)state;
    struct ingest_result result;
    assert_int_equal(take(at("none.jpg"), 1, &result), STATUS_OK);
    assert_int_equal(result.held, 1);
    assert_int_equal(take(from, 1, &result), STATUS_REJECT); /* an empty folder */
    assert_true(fault.text[0]);
}

/* ---------------------------------------------------------------- stopping */

static void the_source_stops_when_the_sink_says_so(void **state)
{
    (void)state;
    struct ingest_result result;
    for (int i = 1; i < 5; i++)
        save(arena_printf(arena, "%d.jpg", i), 300, 1, 8);
    seen.stop_after = 2;
    assert_int_equal(take(from, 1, &result), STATUS_RETRY);
    assert_string_equal(fault.text, "no row");
    assert_int_equal(result.pages, 2);
    assert_int_equal(result.put_back_sheet, 3);
    assert_false(file_exists(file_join(arena, batch, "0003-1.scan.jpg")));
}

static void it_can_be_cancelled_between_pages(void **state)
{
    (void)state;
    struct ingest_result result;
    save_pages("three.tif", 3, -1);
    seen.cancel_before = 2;
    assert_int_equal(take(from, 1, &result), STATUS_RETRY);
    assert_int_equal(result.pages, 1);
    assert_non_null(strstr(fault.text, "sheet 2"));
}

/* A disk that is full at any of the durable acts: nothing is told that is not durable. */
static void a_full_disk_stops_with_what_is_durable(void **state)
{
    (void)state;
    save("1.tif", 300, 1, 8);
    save("2.jpg", 300, 1, 8);
    for (int n = 1;; n++) {
        struct ingest_result result;
        memset(&seen, 0, sizeof seen);
        assert_int_equal(file_remove_tree(batch, &fault), STATUS_OK);
        assert_int_equal(file_mkdirs(batch, &fault), STATUS_OK);
        setenv("SOHOA_FAULT_FAIL", arena_printf(arena, "%d", n), 1);
        fault_start();
        enum status status = take(from, 1, &result);
        unsetenv("SOHOA_FAULT_FAIL");
        fault_start();
        assert_int_equal(result.pages, seen.pages);
        assert_int_equal(result.held, 0);
        if (status == STATUS_OK) {
            assert_true(n > 4); /* two masters and two records at least */
            break;
        }
        assert_int_equal(status, STATUS_RETRY);
        assert_int_equal(result.put_back_sheet, result.pages + 1);
        assert_true(fault.text[0]);
    }
}

static int set_up(void **state)
{
    if (scratch_open(state) != 0)
        return -1;
    memset(&seen, 0, sizeof seen);
    from = in("from");
    batch = in("20261122T140509-3fa9");
    return file_mkdirs(from, NULL) == STATUS_OK && file_mkdirs(batch, NULL) == STATUS_OK ? 0 : -1;
}

static void taken_again_only_what_is_new_comes_in(void **state)
{
    (void)state;
    struct ingest_result result;
    save("1.tif", 300, 1, 8);
    save("02.jpg", 300, 1, 8);
    assert_int_equal(take(from, 1, &result), STATUS_OK);
    assert_int_equal(seen.pages, 2);
    save("4.png", 300, 3, 8);
    assert_int_equal(take(from, 3, &result), STATUS_OK);
    assert_int_equal(result.pages, 3); /* all three are safe */
    assert_int_equal(seen.pages, 3);   /* one of them since just now */
    assert_string_equal(seen.names[2], "0003-1");
    save("1.tif", 300, 3, 8); /* another picture under the same name is another page */
    assert_int_equal(take(from, 4, &result), STATUS_OK);
    assert_int_equal(seen.pages, 4);
    assert_string_equal(seen.origins[3], origin_of("1.tif"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_close)

int main(void)
{
    message_use("en");
    setenv("SOHOA_NOW", "2026-11-22T14:05:09+07:00", 1);
    const struct CMUnitTest tests[] = {
        TEST(pages_come_in_the_order_people_number_them),
        TEST(a_jpeg_s_bytes_stay_and_other_pixels_stay),
        TEST(a_page_s_record_is_true),
        TEST(every_page_of_a_tiff_is_a_sheet),
        TEST(a_master_that_is_there_is_kept),
        TEST(what_is_no_page_is_held_and_the_rest_goes_on),
        TEST(a_hostile_name_is_held_and_never_shown_raw),
        TEST(what_is_not_there_is_held),
        TEST(the_source_stops_when_the_sink_says_so),
        TEST(it_can_be_cancelled_between_pages),
        TEST(a_full_disk_stops_with_what_is_durable),
        TEST(taken_again_only_what_is_new_comes_in),
    };
    return cmocka_run_group_tests_name("ingest_files", tests, NULL, NULL);
}
