/* The rules accept every syllable that was counted, and refuse what Vietnamese cannot have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "ocr/language.h"
#include "ocr/syllable.h"

static void all_possible(const char *const *list)
{
    for (; *list; list++)
        if (!syllable_possible(*list))
            fail_msg("%s is refused", *list);
}

static void none_possible(const char *const *list)
{
    for (; *list; list++)
        if (syllable_possible(*list))
            fail_msg("%s is accepted", *list);
}

static void ordinary_syllables_are_possible(void **state)
{
    (void)state;
    static const char *const list[] = {
        "nghiêng", "NGUYỄN", "Huỳnh", "quốc",  "giếng", "gì",   "giữa", "khuỷu", "thuở", "quý",
        "quyết",   "ghế",    "kỳ",    "lý",    "yêu",   "ước",  "oanh", "xoong", "uống", "Đắc",
        "khuya",   "ngoéo",  "rượu",  "ngoằn", "quỳnh", "tuýp", "ý",    "ồ",     NULL};
    all_possible(list);
}

static void both_placements_of_the_tone_are_possible(void **state)
{
    (void)state;
    static const char *const both[] = {"hòa",  "hoà", "khỏe", "khoẻ", "thúy",
                                       "thuý", "ủy",  "uỷ",   NULL};
    static const char *const neither[] = {"hòan", "tòan", "thúyen", "mưà", "ngừơi", "qùy", NULL};
    all_possible(both);
    none_possible(neither);
}

static void impossible_syllables_are_refused(void **state)
{
    (void)state;
    static const char *const list[] = {
        "",      "đết2",  "guan", "gách h", "nềy",       "1y",  "dông1", "bh",  "cếp",
        "kan",   "ngê",   "gê",   "ghà",    "cin",       "hac", "hàc",   "tap", "tãp",
        "môt",   "việtt", "ăn ",  "â",      "fan",       "jun", "wa",    "zô",  "đưong",
        "trươc", "mua c", "óà",   "áá",     "nghiênggg", NULL};
    none_possible(list);
}

static void every_counted_syllable_is_known(void **state)
{
    (void)state;
    struct error error = {0};
    struct speech *language = NULL;
    assert_int_equal(language_open("config/language", &language, &error), STATUS_OK);
    assert_true(language_size(language) > 3000);
    for (int id = 0; id < language_size(language); id++) {
        const struct entry *entry = language_entry(language, id);
        bool loan = strcmp(entry->text, "buýt") == 0 || strcmp(entry->text, "voan") == 0 ||
                    strcmp(entry->text, "by") == 0 || strcmp(entry->text, "thy") == 0 ||
                    strcmp(entry->text, "xy") == 0;
        if (entry->length && entry->count > 0 && !loan && !syllable_possible(entry->text))
            fail_msg("%s is refused", entry->text);
    }
    assert_true(language_has(language, "Buýt"));
    assert_false(language_has(language, "cếp"));
    language_close(language);
}

static void what_was_seen_is_likelier(void **state)
{
    (void)state;
    struct error error = {0};
    struct speech *language = NULL;
    assert_int_equal(language_open("config/language", &language, &error), STATUS_OK);
    int nhan = language_find(language, "nhân"), dan = language_find(language, "dân");
    assert_true(nhan >= 0 && dan >= 0);
    assert_true(language_cost(language, nhan, dan) < language_cost(language, dan, nhan));
    assert_true(language_cost(language, nhan, dan) < language_cost(language, nhan, -1));
    assert_int_equal(language_find(language, "gdủa"), LANGUAGE_UNKNOWN);
    language_close(language);
}

static void damaged_counts_are_refused_in_words(void **state)
{
    (void)state;
    static const char *const rows[] = {"an\tx\n", "an\t-1\n", "an\tbinh\t1\t2\n",
                                       "\t1\n",   "",         NULL};
    char folder[] = "/tmp/sohoa-language-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *arena = arena_new();
    struct error error = {0};
    struct speech *language = NULL;
    assert_int_equal(language_open(folder, &language, &error), STATUS_FATAL);
    assert_int_equal(file_write(file_join(arena, folder, "exceptions.tsv"), "km\n", 3, &error),
                     STATUS_OK);
    for (size_t i = 0; rows[i]; i++) {
        file_write(file_join(arena, folder, "counts.tsv"), rows[i], strlen(rows[i]), &error);
        assert_int_equal(language_open(folder, &language, &error), STATUS_FATAL);
        assert_true(*error.text);
    }
    assert_int_equal(file_remove_tree(folder, &error), STATUS_OK);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_syllables_are_possible),
        cmocka_unit_test(both_placements_of_the_tone_are_possible),
        cmocka_unit_test(impossible_syllables_are_refused),
        cmocka_unit_test(every_counted_syllable_is_known),
        cmocka_unit_test(what_was_seen_is_likelier),
        cmocka_unit_test(damaged_counts_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
