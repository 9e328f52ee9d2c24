/* Two readings of a line become one, word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "ocr/vote.h"

static struct arena *arena;
static struct speech *language;
static struct error fault;

static int open_language(void **state)
{
    (void)state;
    arena = arena_new();
    return language_open("config/language", &language, &fault) != STATUS_OK;
}

static int close_language(void **state)
{
    (void)state;
    language_close(language);
    arena_free(arena);
    return 0;
}

/* Words "text confidence", each 100 px wide at the place of its number. */
static struct line line_of(size_t count, const char *const *texts, const double *confidences)
{
    struct line line = {.word_count = count,
                        .words = arena_array(arena, count + 1, sizeof *line.words)};
    for (size_t i = 0; i < count; i++)
        line.words[i] = (struct word){
            .text = texts[i], .confidence = confidences[i], .box = {(int)i * 120, 0, 100, 30}};
    return line;
}
#define LINE(texts, confidences) line_of(sizeof(texts) / sizeof *(texts), texts, confidences)

static void what_both_read_is_surer_and_never_certain(void **state)
{
    (void)state;
    const char *const texts[] = {"145/QĐ-UBND", "hòa"}, *const same[] = {"145/QĐ-UBND", "hoà"};
    struct line line = LINE(texts, ((const double[]){0.80, 0.985}));
    const struct line second = LINE(same, ((const double[]){0.90, 0.99}));
    vote_line(language, &line, &second, arena);
    assert_true(line.words[0].confidence > 0.90 && line.words[0].confidence < 0.99);
    assert_true(line.words[1].confidence <= 0.99 && line.words[1].confidence > 0.985);
    assert_string_equal(line.words[1].text, "hòa");
    assert_int_equal(line.words[0].alternative_count, 0);
}

static void agreement_makes_nothing_less_sure(void **state)
{
    (void)state;
    const char *const texts[] = {"khai"};
    struct line line = LINE(texts, ((const double[]){0.995}));
    const struct line second = LINE(texts, ((const double[]){0.10}));
    vote_line(language, &line, &second, arena);
    assert_true(line.words[0].confidence == 0.995);
}

static void of_two_readings_the_one_vietnamese_has_is_taken(void **state)
{
    (void)state;
    const char *const texts[] = {"ngưyễn"}, *const others[] = {"nguyễn"};
    struct line line = LINE(texts, ((const double[]){0.80}));
    const struct line second = LINE(others, ((const double[]){0.75}));
    vote_line(language, &line, &second, arena);
    assert_string_equal(line.words[0].text, "nguyễn");
    assert_int_equal(line.words[0].alternative_count, 1);
    assert_string_equal(line.words[0].alternatives[0].text, "ngưyễn");
}

static void a_number_is_taken_from_the_second_reading_only_when_it_is_much_surer(void **state)
{
    (void)state;
    const char *const texts[] = {"4292", "1990"}, *const others[] = {"4393", "1999"};
    struct line line = LINE(texts, ((const double[]){0.70, 0.40}));
    const struct line second = LINE(others, ((const double[]){0.90, 0.97}));
    vote_line(language, &line, &second, arena);
    assert_string_equal(line.words[0].text, "4292");
    assert_string_equal(line.words[0].alternatives[0].text, "4393");
    assert_string_equal(line.words[1].text, "1999");
}

static void a_word_that_two_read_otherwise_is_doubtful(void **state)
{
    (void)state;
    const char *const texts[] = {"4292"}, *const others[] = {"4293"};
    struct line line = LINE(texts, ((const double[]){0.91}));
    const struct line second = LINE(others, ((const double[]){0.88}));
    vote_line(language, &line, &second, arena);
    assert_true(line.words[0].confidence < 0.60);
}

static void words_cut_otherwise_stay(void **state)
{
    (void)state;
    const char *const texts[] = {"UBND", "xã"};
    struct line line = LINE(texts, ((const double[]){0.80, 0.80}));
    struct word wide = {.text = "UBNDxã", .confidence = 0.99, .box = {0, 0, 220, 30}};
    const struct line second = {.words = &wide, .word_count = 1};
    vote_line(language, &line, &second, arena);
    assert_string_equal(line.words[0].text, "UBND");
    assert_true(line.words[0].confidence == 0.80 && line.words[1].confidence == 0.80);
}

static void only_what_can_become_surer_is_read_again(void **state)
{
    (void)state;
    const char *const sure[] = {"giấy", "khai", "Sinh"}, *const number[] = {"giấy", "145/QĐ"},
                      *const name[] = {"ông", "Tâm"}, *const dirt[] = {"i.", "Ê"};
    const struct line line[] = {LINE(sure, ((const double[]){0.70, 0.97, 0.90})),
                                LINE(number, ((const double[]){0.97, 0.90})),
                                LINE(name, ((const double[]){0.97, 0.80})),
                                LINE(dirt, ((const double[]){0.20, 0.25})),
                                {.words = NULL}};
    const bool pays[] = {false, true, true, false, false};
    struct span spans[4];
    for (size_t i = 0; i < sizeof pays / sizeof *pays; i++)
        assert_int_equal(vote_spans(&line[i], arena, spans) > 0, pays[i]);
}

static void doubtful_words_are_read_again_with_their_neighbours(void **state)
{
    (void)state;
    const char *const texts[] = {"Căn", "cứ",  "Luật", "Đất",  "đai", "ngày", "26", "tháng",
                                 "11",  "năm", "của",  "Quốc", "hội", "khóa", "một"};
    double sure[15];
    for (size_t i = 0; i < 15; i++)
        sure[i] = 0.97;
    sure[6] = 0.80;
    struct line line = line_of(15, texts, sure);
    struct span spans[15];
    assert_int_equal(vote_spans(&line, arena, spans), 1);
    assert_int_equal(spans[0].from, 5);
    assert_int_equal(spans[0].to, 8);
    line.words[0].confidence = line.words[8].confidence = 0.5; /* parts that touch are one */
    assert_int_equal(vote_spans(&line, arena, spans), 2);
    assert_int_equal(spans[0].to, 2);
    assert_int_equal(spans[1].from, 5);
    assert_int_equal(spans[1].to, 10);
    for (size_t i = 0; i < 15; i += 2) /* nearly all of it: as one */
        line.words[i].confidence = 0.5;
    assert_int_equal(vote_spans(&line, arena, spans), 1);
    assert_int_equal(spans[0].from, 0);
    assert_int_equal(spans[0].to, 15);
}

static void one_network_twice_makes_nothing_surer(void **state)
{
    (void)state;
    const char *const texts[] = {"000000000", "221530266"}, *const other[] = {"000000000",
                                                                              "221538266"};
    struct line line = LINE(texts, ((const double[]){0.41, 0.93}));
    const struct line second = LINE(other, ((const double[]){0.41, 0.96}));
    vote_again(language, &line, &second, arena);
    assert_true(line.words[0].confidence <= 0.41);
    assert_string_equal(line.words[1].text, "221530266");
    assert_true(line.words[1].confidence < 0.75); /* two readings: a person looks */
}

/* One digit makes an identity number another's: it is sure, or read again, and by a third. */
static void long_numbers_are_read_again_sooner(void **state)
{
    (void)state;
    const char *const texts[] = {"số", "221538266,", "tại", "đường", "Trần", "Phú,", "nhà", "123"};
    const double sure[] = {0.97, 0.94, 0.97, 0.97, 0.97, 0.97, 0.97, 0.94};
    struct line line = line_of(8, texts, sure);
    struct span spans[8];
    assert_int_equal(vote_spans(&line, arena, spans), 1);
    assert_int_equal(spans[0].from, 0);
    assert_int_equal(spans[0].to, 3);
    assert_true(spans[0].number);
    line.words[1].confidence = 0.97;
    line.words[7].confidence = 0.80;
    assert_int_equal(vote_spans(&line, arena, spans), 1);
    assert_false(spans[0].number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_both_read_is_surer_and_never_certain),
        cmocka_unit_test(agreement_makes_nothing_less_sure),
        cmocka_unit_test(of_two_readings_the_one_vietnamese_has_is_taken),
        cmocka_unit_test(a_number_is_taken_from_the_second_reading_only_when_it_is_much_surer),
        cmocka_unit_test(a_word_that_two_read_otherwise_is_doubtful),
        cmocka_unit_test(words_cut_otherwise_stay),
        cmocka_unit_test(only_what_can_become_surer_is_read_again),
        cmocka_unit_test(one_network_twice_makes_nothing_surer),
        cmocka_unit_test(long_numbers_are_read_again_sooner),
        cmocka_unit_test(doubtful_words_are_read_again_with_their_neighbours),
    };
    return cmocka_run_group_tests(tests, open_language, close_language);
}
