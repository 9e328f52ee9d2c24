/* The ALTO file of a page whose words are fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/words.h"
#include "tests/golden/golden.h"

static struct alternative readings[] = {{"Nguyên", 0.4}, {"Nguyen", 0.125}};
static struct word name[] = {{"Họ", 0.99, {300, 400, 70, 48}, NULL, 0, NULL, NULL},
                             {"tên:", 0.975, {384, 402, 90, 46}, NULL, 0, NULL, NULL},
                             {"Nguyễn", 0.9312, {490, 398, 168, 60}, readings, 2, NULL, NULL},
                             {"“An”", 0.5, {672, 400, 96, 48}, NULL, 0, NULL, NULL}};
static struct word number[] = {{"Số:", 1, {300, 480, 80, 44}, NULL, 0, NULL, NULL},
                               {"12/UB-<KS>&'\"", 0, {396, 480, 210, 50}, NULL, 0, NULL, NULL}};
static struct word place[] = {{"Đông", 0.88, {1400, 2900, 130, 50}, NULL, 0, NULL, NULL},
                              {"Sơn,", 0.81, {1546, 2900, 120, 56}, NULL, 0, NULL, NULL}};
static struct line lines[] = {{{300, 398, 468, 60}, 1, name, 4},
                              {{300, 480, 306, 50}, 1, number, 2},
                              {{20, 2000, 40, 40}, 2, NULL, 0}, /* a line that gave no word */
                              {{1400, 2900, 266, 56}, 3, place, 2}};
static const struct words page = {.width_px = 2480,
                                  .height_px = 3508,
                                  .dpi = 300,
                                  .turn_deg = 180,
                                  .turn_confidence = 0.98,
                                  .skew_deg = -0.5,
                                  .confidence = 0.8,
                                  .engine = "tesseract 5.3.0",
                                  .model = "Vietnamese",
                                  .model_sha256 = "00ff",
                                  .lines = lines,
                                  .line_count = 4};
static const struct words blank = {.width_px = 1, .height_px = 1};

static void same_as_before(const char *file, const struct words *words, const char *image)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    char *xml = NULL;
    size_t size = 0;
    char path[] = "/tmp/sohoa-alto-XXXXXX";
    assert_true(mkstemp(path) >= 0);
    assert_int_equal(words_write_alto(words, image, path, &error), STATUS_OK);
    assert_int_equal(file_read(path, 1 << 20, arena, &xml, &size, &error), STATUS_OK);
    unlink(path);
    golden(file, xml, size);
    arena_free(arena);
}

static void alto_of_fixed_words_is_as_before(void **state)
{
    (void)state;
    same_as_before("page.alto.xml", &page, "0001-1.scan.tif");
}

static void alto_of_a_page_without_words_is_as_before(void **state)
{
    (void)state;
    same_as_before("blank.alto.xml", &blank, "tờ <trắng> & \"sạch\".tif");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alto_of_fixed_words_is_as_before),
        cmocka_unit_test(alto_of_a_page_without_words_is_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
