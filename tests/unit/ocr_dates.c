/* Numbers between "ngày", "tháng" and "năm" are digits, whatever they were read as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ocr/dates.h"

static void check(const char *read, const char *mended)
{
    struct arena *arena = arena_new();
    struct line line = {.words = arena_array(arena, 32, sizeof *line.words)};
    struct words words = {.lines = &line, .line_count = 1};
    char *rest = NULL, *copy = arena_strdup(arena, read);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        line.words[line.word_count++] = (struct word){.text = word, .confidence = 0.5};
    dates_mend(&line, arena);
    assert_string_equal(words_text(&words, arena), mended);
    arena_free(arena);
}

static void misread_digits_of_a_date_are_mended(void **state)
{
    (void)state;
    check("Hòa Đông, ngày 0] tháng Ì2 năm 2019", "Hòa Đông, ngày 01 tháng 12 năm 2019");
    check("ngáy lI thóng D1 nám 1990", "ngáy 11 thóng 01 nám 1990");
    check("Nam Đàn, ngày lổ tháng 6 năm 2011", "Nam Đàn, ngày 18 tháng 6 năm 2011");
}

static void what_was_read_stays_as_another_reading(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct alternative others[] = {{"01", 0.2}, {"03", 0.1}};
    struct word words[] = {
        {.text = "ngày"},
        {.text = "0]", .confidence = 0.6, .alternatives = others, .alternative_count = 2},
        {.text = "tháng"}};
    struct line line = {.words = words, .word_count = 3};
    dates_mend(&line, arena);
    assert_string_equal(words[1].text, "01");
    assert_int_equal(words[1].alternative_count, 2);
    assert_string_equal(words[1].alternatives[0].text, "0]");
    assert_string_equal(words[1].alternatives[1].text, "03");
    arena_free(arena);
}

static void other_words_stay(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "ngày 03 tháng 12 năm 2021",
        "I. Mục đích, yêu cầu",
        "ngày ký tháng nào năm 2021",
        "Ol ] lI",
        "trong ngày lI hội",
        "ngày lIl tháng 5 năm 1999",
        "ngày",
        "ngày ]",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check(lines[i], lines[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misread_digits_of_a_date_are_mended),
        cmocka_unit_test(what_was_read_stays_as_another_reading),
        cmocka_unit_test(other_words_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
