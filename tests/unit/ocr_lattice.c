/* The language mends marks in known phrases, and never a number, a code or a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ocr/lattice.h"

static struct speech *language;

static int open_language(void **state)
{
    (void)state;
    struct error error = {0};
    return language_open("config/language", &language, &error) == STATUS_OK ? 0 : -1;
}

static int close_language(void **state)
{
    (void)state;
    language_close(language);
    return 0;
}

static struct line line_of(const char *text, double confidence, struct arena *arena)
{
    struct line line = {.words = arena_array(arena, 32, sizeof *line.words)};
    char *rest = NULL, *copy = arena_strdup(arena, text);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        line.words[line.word_count++] = (struct word){.text = word, .confidence = confidence};
    return line;
}

static void check(const char *read, double confidence, const char *mended)
{
    struct arena *arena = arena_new();
    struct line line = line_of(read, confidence, arena);
    struct words words = {.lines = &line, .line_count = 1};
    lattice_correct(language, &line, NULL, arena);
    assert_string_equal(words_text(&words, arena), mended);
    arena_free(arena);
}

static void wrong_marks_in_a_known_phrase_are_mended(void **state)
{
    (void)state;
    check("về việc giải quyêt thủ tuc hành chính", 0.7, "về việc giải quyết thủ tục hành chính");
    check("ỦY BAN NHÂN DẬN", 0.7, "ỦY BAN NHÂN DÂN");
    check("(hồ sợ, giấy tờ)", 0.7, "(hồ sơ, giấy tờ)");
}

static void what_was_read_stays_beside_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct alternative others[] = {{"dân.", 0.3}, {"đản.", 0.1}};
    struct line line = line_of("ủy ban nhân đân.", 0.7, arena);
    line.words[3].alternatives = others;
    line.words[3].alternative_count = 2;
    lattice_correct(language, &line, NULL, arena);
    assert_string_equal(line.words[3].text, "dân.");
    assert_string_equal(line.words[3].changed, "language");
    assert_int_equal(line.words[3].alternative_count, 2);
    assert_string_equal(line.words[3].alternatives[0].text, "đân.");
    assert_string_equal(line.words[3].alternatives[1].text, "đản.");
    assert_null(line.words[2].changed);
    arena_free(arena);
}

static void names_stay(void **state)
{
    (void)state;
    static const char *const lines[] = {"Họ và tên: Nguyên Van Thuc",
                                        "ông Trân Đan Nhận",
                                        "xã Van Khanh, huyện Van Ninh",
                                        "LÊ THỊ DẬN",
                                        "cho bà Hồ Sợ",
                                        NULL};
    for (size_t i = 0; lines[i]; i++)
        check(lines[i], 0.5, lines[i]);
}

static void numbers_and_codes_stay(void **state)
{
    (void)state;
    static const char *const lines[] = {"số 30/2O14/TT-BTNMT", "221538266 l2 0]", "ngày 31 tháng 2",
                                        NULL};
    for (size_t i = 0; lines[i]; i++)
        check(lines[i], 0.3, lines[i]);
}

static void what_is_sure_or_not_clearly_better_stays(void **state)
{
    (void)state;
    check("có thể kể đến cửa sông", 0.97, "có thể kể đến cửa sông");
    check("bâng khuâng xao xuyến", 0.6, "bâng khuâng xao xuyến");
    check("hoà giải hòa giải", 0.5, "hoà giải hòa giải");
    check("", 0.5, "");
}

static void the_line_before_is_remembered(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct line line = line_of("đân", 0.8, arena);
    struct word before = {.text = "nhân"};
    lattice_correct(language, &line, &before, arena);
    assert_string_equal(line.words[0].text, "dân");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_marks_in_a_known_phrase_are_mended),
        cmocka_unit_test(what_was_read_stays_beside_it),
        cmocka_unit_test(names_stay),
        cmocka_unit_test(numbers_and_codes_stay),
        cmocka_unit_test(what_is_sure_or_not_clearly_better_stays),
        cmocka_unit_test(the_line_before_is_remembered),
    };
    return cmocka_run_group_tests(tests, open_language, close_language);
}
