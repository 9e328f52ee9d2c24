/* Reading pages: known words come out, boxes lie on ink, nothing is invented, nothing hostile
 * hurts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "ocr/ocr.h"
#include "ocr/pix.h"

#define DATA "tests/data/ocr/"

static const struct ocr_settings settings = {
    .tessdata = "", .model = "Vietnamese", .doubt_confidence = 0.75, .doubt_words = 0.15};
static struct ocr_engine *engine;
static struct arena *arena;
static struct error fault;
static struct image image;
static struct words words;

static int open_engine(void **state)
{
    (void)state;
    message_use("en");
    return ocr_open(&settings, &engine, &fault) != STATUS_OK;
}

static int close_engine(void **state)
{
    (void)state;
    ocr_close(engine);
    return 0;
}

static int start(void **state)
{
    (void)state;
    arena = arena_new();
    fault.text[0] = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    image_clear(&image);
    return 0;
}

static void load(const char *name)
{
    assert_int_equal(image_read(file_join(arena, DATA, name), 0, &image, &fault), STATUS_OK);
}

static void read_image(void)
{
    assert_int_equal(ocr_read(engine, &image, arena, &words, &fault), STATUS_OK);
}

static bool says(const char *text)
{
    return strstr(words_text(&words, arena), text) != NULL;
}

static const struct word *find_word(const char *text)
{
    for (size_t i = 0; i < words.line_count; i++)
        for (size_t j = 0; j < words.lines[i].word_count; j++)
            if (strcmp(words.lines[i].words[j].text, text) == 0)
                return &words.lines[i].words[j];
    return NULL;
}

static size_t line_of(const char *text)
{
    for (size_t i = 0; i < words.line_count; i++)
        for (size_t j = 0; j < words.lines[i].word_count; j++)
            if (strcmp(words.lines[i].words[j].text, text) == 0)
                return i;
    fail_msg("%s was not read", text);
    return 0;
}

static bool black(const struct image *page, int x, int y)
{
    const uint8_t *row = page->data + (size_t)y * page->stride;
    if (page->bits == 1)
        return row[x / 8] >> (7 - x % 8) & 1;
    return row[x * page->channels] < 128;
}

static double ink_in(const struct image *page, struct box box)
{
    double ink = 0;
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++)
            ink += black(page, x, y);
    return ink / (box.width * (double)box.height);
}

static void check_boxes(const struct image *upright)
{
    size_t sure = 0;
    assert_int_equal(words.width_px, upright->width_px);
    assert_int_equal(words.height_px, upright->height_px);
    for (size_t i = 0; i < words.line_count; i++)
        for (size_t j = 0; j < words.lines[i].word_count; j++) {
            const struct word *word = &words.lines[i].words[j];
            assert_true(word->box.x >= 0 && word->box.y >= 0);
            assert_true(word->box.x + word->box.width <= words.width_px);
            assert_true(word->box.y + word->box.height <= words.height_px);
            assert_true(word->confidence >= 0 && word->confidence <= 1);
            if (word->confidence < 0.85 || strlen(word->text) < 3)
                continue;
            assert_true(ink_in(upright, word->box) > 0.06);
            sure++;
        }
    assert_true(sure > 30);
}

/* ---------------------------------------------------------------- good pages */

static void an_upright_page_is_read(void **state)
{
    (void)state;
    load("wedding.tif");
    read_image();
    assert_int_equal(words.turn_deg, 0);
    assert_true(words.turn_confidence > 0.8);
    assert_true(fabs(words.skew_deg) < 0.1);
    assert_true(words.dpi == 200);
    assert_true(says("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    assert_true(says("TRÍCH LỤC KẾT HÔN"));
    assert_true(says("040091029539"));
    assert_true(says("Trần Bá Phú"));
    assert_true(words.confidence > 0.85);
    assert_int_equal(strlen(words.model_sha256), 64);
    assert_string_equal(words.model, "Vietnamese");
    assert_non_null(strstr(words.engine, "tesseract "));
    check_boxes(&image);
}

static void the_letterhead_is_two_blocks(void **state)
{
    (void)state;
    load("wedding.tif");
    read_image();
    const struct word *agency = find_word("ỦY"), *motto = find_word("CỘNG");
    assert_non_null(agency);
    assert_non_null(motto);
    assert_true(agency->box.x < motto->box.x);
    assert_true(abs(agency->box.y - motto->box.y) < 40);
    assert_int_not_equal(words.lines[line_of("ỦY")].block, words.lines[line_of("CỘNG")].block);
    assert_int_equal(words.lines[line_of("ỦY")].block, words.lines[line_of("HÙNG")].block);
    assert_true(line_of("HÙNG") < line_of("CỘNG"));
}

static void words_carry_other_readings(void **state)
{
    (void)state;
    size_t with = 0;
    load("slanting.tif");
    read_image();
    for (size_t i = 0; i < words.line_count; i++)
        for (size_t j = 0; j < words.lines[i].word_count; j++) {
            const struct word *word = &words.lines[i].words[j];
            with += word->alternative_count > 0;
            for (size_t k = 0; k < word->alternative_count; k++) {
                assert_string_not_equal(word->alternatives[k].text, word->text);
                assert_true(word->alternatives[k].confidence > 0);
                assert_true(k == 0 || word->alternatives[k].confidence <=
                                          word->alternatives[k - 1].confidence);
            }
        }
    assert_true(with > 20);
}

static void a_turned_page_is_turned_back(void **state)
{
    (void)state;
    load("wedding.tif");
    read_image();
    struct box upright = find_word("040091029539,")->box;
    for (int turn = 90; turn < 360; turn += 90) {
        struct image turned = {0}, back = image;
        image_turn(&back, turn, &turned);
        assert_int_equal(ocr_read(engine, &turned, arena, &words, &fault), STATUS_OK);
        assert_int_equal(words.turn_deg, 360 - turn);
        assert_true(words.turn_confidence > 0.3);
        assert_true(says("TRÍCH LỤC KẾT HÔN"));
        struct box box = find_word("040091029539,")->box;
        assert_true(abs(box.x - upright.x) < 5 && abs(box.y - upright.y) < 5);
        assert_true(abs(box.width - upright.width) < 8);
        check_boxes(&image);
        image_clear(&turned);
    }
}

static void a_slanting_page_keeps_its_boxes(void **state)
{
    (void)state;
    load("slanting.tif");
    read_image();
    assert_true(fabs(words.skew_deg - 1.94) < 0.3);
    assert_true(says("186093528"));
    check_boxes(&image);
}

static void a_red_seal_is_looked_through(void **state)
{
    (void)state;
    load("permit.jpg");
    read_image();
    assert_int_equal(image.channels, 3);
    assert_true(says("Đặng Khắc Thịnh"));
    assert_true(says("181938841"));
}

/* The reader as it is shipped: two networks. */
static void read_as_shipped(const char *name)
{
    const struct ocr_settings shipped = {.tessdata = "",
                                         .model = "sohoa_nhanh",
                                         .second = "sohoa",
                                         .doubt_confidence = 0.75,
                                         .shipped = "tessdata",
                                         .correct = true,
                                         .language = "config/language"};
    struct ocr_engine *both = NULL;
    load(name);
    assert_int_equal(ocr_open(&shipped, &both, &fault), STATUS_OK);
    assert_int_equal(ocr_read(both, &image, arena, &words, &fault), STATUS_OK);
    ocr_close(both);
}

/* Lines that hold nothing but a number, one behind the other: the page's and the rows'. */
static char *lone_numbers(void)
{
    char *all = arena_strdup(arena, "");
    for (size_t i = 0; i < words.line_count; i++) {
        const struct line *line = &words.lines[i];
        const char *text = line->words[0].text;
        if (line->word_count == 1 && strspn(text, "0123456789") == strlen(text))
            all = arena_printf(arena, "%s%s ", all, text);
    }
    return all;
}

static void numbers_that_stand_alone_are_read(void **state)
{
    (void)state;
    read_as_shipped("row_numbers.tif");
    assert_string_equal(lone_numbers(), "2 1 2 3 4 5 6 7 8 9 ");
    assert_string_equal(words.lines[0].words[0].text, "2"); /* the page's number comes first */
    assert_true(says("Số: 127"));
}

static void commas_are_no_numbers(void **state)
{
    (void)state;
    read_as_shipped("list.tif");
    assert_string_equal(lone_numbers(), "2 1 2 3 4 5 6 7 8 9 ");
}

static void the_image_stays_as_it_is(void **state)
{
    (void)state;
    char before[HASH_HEX_SIZE], after[HASH_HEX_SIZE];
    load("permit.jpg");
    size_t size = image.stride * (size_t)image.height_px;
    hash_bytes(image.data, size, before);
    read_image();
    hash_bytes(image.data, size, after);
    assert_string_equal(before, after);
}

static void depth_does_not_matter(void **state)
{
    (void)state;
    load("wedding.tif");
    struct image gray = {0};
    image_to_8bit(&image, &gray);
    image_clear(&image);
    image_init(&image, gray.width_px, gray.height_px, 3, 16);
    image.dpi_x = image.dpi_y = 200;
    for (int y = 0; y < gray.height_px; y++)
        for (int x = 0; x < 3 * gray.width_px; x++) {
            uint16_t value = (uint16_t)(gray.data[(size_t)y * gray.stride + (size_t)x / 3] * 257);
            memcpy(image.data + (size_t)y * image.stride + 2 * (size_t)x, &value, 2);
        }
    image_clear(&gray);
    read_image();
    assert_true(says("TRÍCH LỤC KẾT HÔN"));
    assert_true(says("040091029539"));
}

static void an_a4_page_without_resolution_is_read(void **state)
{
    (void)state;
    load("wedding.tif");
    image.dpi_x = image.dpi_y = 0;
    read_image();
    assert_in_range((int)words.dpi, 195, 205);
    assert_true(says("TRÍCH LỤC KẾT HÔN"));
}

/* ---------------------------------------------------------------- nothing there */

/* Each pixel was taken for a point: a poster of 83 cm. */
static void a_page_that_says_it_is_a_poster_is_read_as_the_sheet_it_is(void **state)
{
    (void)state;
    load("wedding.tif");
    image.dpi_x = image.dpi_y = 72;
    read_image();
    assert_true(says("TRÍCH LỤC KẾT HÔN"));
    assert_true(words.dpi > 190 && words.dpi < 210);
    check_boxes(&image);
}

static void blank_pages_have_no_text(void **state)
{
    (void)state;
    static const char *const names[] = {"blank.tif", "back.jpg"};
    for (size_t i = 0; i < 2; i++) {
        load(names[i]);
        read_image();
        assert_int_equal(words.line_count, 0);
        assert_string_equal(words_text(&words, arena), "");
        assert_true(words.confidence == 0);
        assert_int_equal(words.turn_deg, 0);
        assert_int_equal(words.width_px, image.width_px);
        image_clear(&image);
    }
}

static unsigned seed = 1;

static uint8_t random_byte(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint8_t)(seed >> 24);
}

/* share: of the bytes that are random, the rest is fill. */
static void fill(int width, int height, int channels, int bits, int value, int share)
{
    image_init(&image, width, height, channels, bits);
    image.dpi_x = image.dpi_y = 300;
    for (size_t i = 0; i < (size_t)height * image.stride; i++)
        image.data[i] = random_byte() % 100 < share ? random_byte() : (uint8_t)value;
}

static void strange_images_do_no_harm(void **state)
{
    (void)state;
    static const int shapes[][6] = {
        {16, 16, 1, 8, 0, 0},      {16, 16, 1, 1, 0, 100},       {16, 16, 3, 16, 128, 50},
        {16, 20000, 1, 8, 255, 5}, {20000, 16, 3, 8, 255, 1},    {17, 900, 1, 1, 255, 0},
        {1240, 1754, 1, 8, 0, 0},  {1240, 1754, 1, 8, 255, 0},   {1240, 1754, 1, 1, 255, 0},
        {1240, 1754, 1, 1, 0, 50}, {1240, 1754, 3, 8, 255, 100}, {1240, 1754, 1, 8, 255, 2},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        fill(s[0], s[1], s[2], s[3], s[4], s[5]);
        enum status status = ocr_read(engine, &image, arena, &words, &fault);
        assert_true(status == STATUS_OK || (status == STATUS_REJECT && fault.text[0]));
        image_clear(&image);
    }
}

static void a_solid_page_has_no_text(void **state)
{
    (void)state;
    for (int value = 0; value <= 255; value += 255) {
        fill(1240, 1754, 1, 8, value, 0);
        read_image();
        assert_int_equal(words.line_count, 0);
        image_clear(&image);
    }
}

static void without_resolution_an_odd_image_is_refused(void **state)
{
    (void)state;
    fill(500, 500, 1, 8, 255, 0);
    image.dpi_x = image.dpi_y = 0;
    assert_int_equal(ocr_read(engine, &image, arena, &words, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "resolution"));
}

/* ---------------------------------------------------------------- opening */

static void missing_language_data_names_folder_and_package(void **state)
{
    (void)state;
    struct ocr_engine *none = NULL;
    struct ocr_settings wrong = {.tessdata = "/nonexistent/tessdata", .model = "Vietnamese"};
    assert_int_equal(ocr_open(&wrong, &none, &fault), STATUS_FATAL);
    assert_null(none);
    assert_non_null(strstr(fault.text, "/nonexistent/tessdata"));
    assert_non_null(strstr(fault.text, "tesseract-ocr-script-viet"));
    wrong = (struct ocr_settings){.tessdata = "/nonexistent/tessdata", .model = "vie"};
    assert_int_equal(ocr_open(&wrong, &none, &fault), STATUS_FATAL);
    assert_non_null(strstr(fault.text, "tesseract-ocr-vie"));
    wrong = (struct ocr_settings){.tessdata = "", .model = "vie", .second = "nothing"};
    assert_int_equal(ocr_open(&wrong, &none, &fault), STATUS_FATAL);
    assert_non_null(strstr(fault.text, "tesseract-ocr-nothing"));
    wrong = (struct ocr_settings){.tessdata = "", .model = "../../etc/passwd"};
    assert_int_equal(ocr_open(&wrong, &none, &fault), STATUS_FATAL);
}

/* The engine must not be given such a file: each is refused by a sentence that has the word. */
static void refused(const char *folder, const char *word)
{
    struct ocr_engine *none = NULL;
    struct ocr_settings wrong = {.tessdata = folder, .model = "Vietnamese"};
    fault.text[0] = 0;
    assert_int_equal(ocr_open(&wrong, &none, &fault), STATUS_FATAL);
    assert_null(none);
    if (strstr(fault.text, word) == NULL)
        fail_msg("\"%s\" does not say %s", fault.text, word);
}

/* The installed model's bytes. */
static size_t model_bytes(char **bytes)
{
    size_t size = 0;
    assert_int_equal(file_read("/usr/share/tesseract-ocr/5/tessdata/Vietnamese.traineddata",
                               1 << 26, arena, bytes, &size, &fault),
                     STATUS_OK);
    return size;
}

static void damaged_language_data_is_told(void **state)
{
    (void)state;
    char folder[] = "/tmp/sohoa-tessdata-XXXXXX", *model = NULL;
    assert_non_null(mkdtemp(folder));
    const char *path = file_join(arena, folder, "Vietnamese.traineddata");
    size_t size = model_bytes(&model);
    static const size_t cuts[] = {0, 3, 4, 100, 195, 196, 4096, 400000};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        assert_true(cuts[i] < size);
        assert_int_equal(file_write(path, model, cuts[i], &fault), STATUS_OK);
        refused(folder, "cut short");
    }
    assert_int_equal(file_write(path, "no model at all", 15, &fault), STATUS_OK);
    refused(folder, "no language data");
    model[4 + 8 * 17] = 0x10; /* the network would begin in the table */
    assert_int_equal(file_write(path, model, size, &fault), STATUS_OK);
    refused(folder, "no language data");
    memset(model + 4 + 8 * 17, 0xff, 8); /* no network */
    assert_int_equal(file_write(path, model, size, &fault), STATUS_OK);
    refused(folder, "no language data");
    file_remove_tree(folder, &fault);
}

/* A FIFO with nobody behind it would never answer; a folder and a dead link are no model either. */
static void language_data_that_is_no_file_is_told(void **state)
{
    (void)state;
    char folder[] = "/tmp/sohoa-tessdata-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = file_join(arena, folder, "Vietnamese.traineddata");
    assert_int_equal(mkfifo(path, 0600), 0);
    refused(folder, "no ordinary file");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    refused(folder, "no ordinary file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("nowhere", path), 0);
    refused(folder, "no ordinary file");
    file_remove_tree(folder, &fault);
}

static void language_data_behind_a_link_is_taken(void **state)
{
    (void)state;
    char folder[] = "/tmp/sohoa-tessdata-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct ocr_engine *linked = NULL;
    struct ocr_settings there = {.tessdata = folder, .model = "Vietnamese"};
    assert_int_equal(symlink("/usr/share/tesseract-ocr/5/tessdata/Vietnamese.traineddata",
                             file_join(arena, folder, "Vietnamese.traineddata")),
                     0);
    assert_int_equal(ocr_open(&there, &linked, &fault), STATUS_OK);
    ocr_close(linked);
    file_remove_tree(folder, &fault);
}

/* Tesseract holds each line's picture in memory and asks Leptonica to pack it. */
int pixWriteMem(unsigned char **data, size_t *size, struct Pix *pix, int format);

static void pictures_in_memory_are_not_packed(void **state)
{
    (void)state;
    PIX *pix = pixCreate(40, 30, 8), *back = NULL;
    unsigned char *data = NULL;
    size_t size = 0;
    pixSetPixel(pix, 7, 9, 200);
    assert_int_equal(pixWriteMem(&data, &size, pix, IFF_PNG), 0);
    assert_true(size >= 40 * 30 && data[0] == 'P' && data[1] == '5');
    back = pixReadMem(data, size);
    l_int32 same = 0;
    assert_int_equal(pixEqual(pix, back, &same), 0);
    assert_true(same);
    lept_free(data);
    pixDestroy(&back);
    pixDestroy(&pix);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upright_page_is_read),
        TEST(the_letterhead_is_two_blocks),
        TEST(words_carry_other_readings),
        TEST(a_turned_page_is_turned_back),
        TEST(a_slanting_page_keeps_its_boxes),
        TEST(a_red_seal_is_looked_through),
        TEST(numbers_that_stand_alone_are_read),
        TEST(commas_are_no_numbers),
        TEST(the_image_stays_as_it_is),
        TEST(depth_does_not_matter),
        TEST(an_a4_page_without_resolution_is_read),
        TEST(a_page_that_says_it_is_a_poster_is_read_as_the_sheet_it_is),
        TEST(blank_pages_have_no_text),
        TEST(strange_images_do_no_harm),
        TEST(a_solid_page_has_no_text),
        TEST(without_resolution_an_odd_image_is_refused),
        TEST(missing_language_data_names_folder_and_package),
        TEST(damaged_language_data_is_told),
        TEST(language_data_that_is_no_file_is_told),
        TEST(language_data_behind_a_link_is_taken),
        TEST(pictures_in_memory_are_not_packed),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
