/* Words that a person may want to look at are marked, and what is written as it should be is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ocr/doubt.h"

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

/* The first word of the line that has a doubt, and which; NULL: none. */
static const char *doubt_in(const struct speech *known, const char *text, double confidence,
                            const char **word, struct arena *arena)
{
    struct line line = {.words = arena_array(arena, 32, sizeof *line.words)};
    char *rest = NULL, *copy = arena_strdup(arena, text);
    for (char *one = strtok_r(copy, " ", &rest); one; one = strtok_r(NULL, " ", &rest))
        line.words[line.word_count++] = (struct word){.text = one, .confidence = confidence};
    doubt_line(known, &line, arena);
    for (size_t i = 0; i < line.word_count; i++)
        if (line.words[i].doubt) {
            *word = line.words[i].text;
            return line.words[i].doubt;
        }
    return NULL;
}

static void expect(const char *text, double confidence, const char *doubt, const char *where)
{
    struct arena *arena = arena_new();
    const char *word = NULL, *found = doubt_in(language, text, confidence, &word, arena);
    if (!doubt)
        assert_null(found);
    else {
        assert_non_null(found);
        assert_string_equal(found, doubt);
        assert_string_equal(word, where);
    }
    arena_free(arena);
}

static void a_syllable_that_vietnamese_has_not_is_doubtful(void **state)
{
    (void)state;
    expect("giấy khai sihn bản chính", 0.97, "syllable", "sihn");
    expect("(nghuyễn văn an)", 0.97, "syllable", "(nghuyễn");
    expect("Họ và tên: Trầqn Thị Hoa", 0.97, "syllable", "Trầqn");
}

static void a_title_in_capitals_hides_no_misreading(void **state)
{
    (void)state;
    expect("TRÍCH LỤC KHAI SIHN", 0.97, "syllable", "SIHN");
    expect("ỦY BAN NHÂN DÂN", 0.97, NULL, NULL);
}

static void abbreviations_letters_of_lists_and_numbers_are_not(void **state)
{
    (void)state;
    expect("UBND xã và HĐND huyện theo QSDĐ", 0.97, NULL, NULL);
    expect("a) bản sao b) bản chính số 12/QĐ-UBND ngày 02/09/1994", 0.97, NULL, NULL);
    expect("các xã vùng cao huyện Krông Pắk", 0.97, NULL, NULL);
}

static void what_was_hardly_read_is_doubtful_though_it_could_be_a_word(void **state)
{
    (void)state;
    expect("bản sao", 0.3, "reading", "bản");
    expect("... ___ ,", 0.1, NULL, NULL); /* leaders say nothing */
}

static void without_the_language_only_the_reading_counts(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const char *word = NULL;
    assert_null(doubt_in(NULL, "giấy khai sihn", 0.97, &word, arena));
    assert_string_equal(doubt_in(NULL, "giấy khai sihn", 0.2, &word, arena), "reading");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_syllable_that_vietnamese_has_not_is_doubtful),
        cmocka_unit_test(a_title_in_capitals_hides_no_misreading),
        cmocka_unit_test(abbreviations_letters_of_lists_and_numbers_are_not),
        cmocka_unit_test(what_was_hardly_read_is_doubtful_though_it_could_be_a_word),
        cmocka_unit_test(without_the_language_only_the_reading_counts),
    };
    return cmocka_run_group_tests(tests, open_language, close_language);
}
