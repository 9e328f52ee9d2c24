/* What folding must keep apart and what it must not, over every counted syllable; and what the
 * channel makes of what was misread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/text.h"
#include "index/text/channel.h"
#include "index/text/token.h"

static struct arena *arena;
static struct channel *channel;
static struct syllables *table;
static const char **all; /* counted syllables */
static long *times;      /* and how often each was */
static size_t count;

static const struct syllable *form(const char *text)
{
    struct tokens tokens = {0};
    tokens_cut(table, text, strlen(text), &tokens);
    assert_int_equal(tokens.count, 1);
    const struct syllable *syllable = tokens.at[0].syllable;
    tokens_clear(&tokens);
    return syllable;
}

/* The plain letters of a syllable, by a table of the test's own. */
static const char *plain(const char *text)
{
    static const char *const families[] = {
        "aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ",
        "uùúủũụưừứửữự",       "yỳýỷỹỵ",       "dđ"};
    char *out = arena_alloc(arena, strlen(text) + 1), *to = out;
    for (uint32_t code; (code = text_next(&text)) != 0;) {
        char letter[5] = "";
        text_put(code, letter);
        for (size_t i = 0; i < sizeof families / sizeof *families && code >= 0x80; i++)
            if (strstr(families[i], letter))
                code = (unsigned char)families[i][0];
        to += text_put(code, to);
    }
    return out;
}

static void folding_takes_marks_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *folded = form(all[i])->folded;
        assert_string_equal(folded, plain(all[i]));
        assert_string_equal(form(folded)->folded, folded);
    }
}

/* Small and capital letters, composed and not: one token. */
static void case_and_composition_do_not_count(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"hòa", "ho\xCC\x80"
                                                   "a"},
                                           {"Đổi", "ĐO\xCC\x82\xCC\x89I"},
                                           {"người", "NGU\xCC\x9BO\xCC\x9B\xCC\x80I"},
                                           {"thủy", "thuỷ"},
                                           {"hóa", "hoá"},
                                           {"khỏe", "khoẻ"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_string_equal(form(pairs[i][0])->exact, form(pairs[i][1])->exact);
        assert_true(form(pairs[i][0])->exact_hash == form(pairs[i][1])->exact_hash);
        assert_string_equal(form(pairs[i][0])->folded, form(pairs[i][1])->folded);
    }
}

static void other_tones_and_hats_are_other_words(void **state)
{
    (void)state;
    static const char *const others[][2] = {{"hóa", "hòa"}, {"ma", "má"}, {"dan", "đan"},
                                            {"an", "ân"},   {"mo", "mơ"}, {"cua", "của"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_string_equal(form(others[i][0])->folded, form(others[i][1])->folded);
        assert_string_not_equal(form(others[i][0])->exact, form(others[i][1])->exact);
    }
}

static int place_of(const char *raw, enum engine engine, const char *exact)
{
    const struct stood *stood = syllables_stood(table, form(raw), engine);
    for (int i = 0; i < STOOD && stood->chance[i]; i++)
        if (strcmp(channel_exact(channel, stood->syllable[i]), exact) == 0)
            return i + 1;
    return 0;
}

/* An engine with Vietnamese is mostly right: what it wrote is the likeliest. */
static void what_is_written_with_marks_is_meant(void **state)
{
    (void)state;
    long first = 0, marked = 0;
    for (size_t i = 0; i < count; i++) {
        const struct syllable *syllable = form(all[i]);
        bool is_first = syllable->marked && place_of(all[i], ENGINE_VN, syllable->exact) == 1;
        marked += syllable->marked ? times[i] : 0;
        first += is_first ? times[i] : 0;
    }
    assert_true(marked > 1000);
    assert_true(first * 100 >= marked * 98);
}

static void what_an_engine_without_vietnamese_writes_is_turned_around(void **state)
{
    (void)state;
    assert_true(place_of("x4", ENGINE_LATIN, "xa4") > 0);    /* xã */
    assert_true(place_of("s6", ENGINE_LATIN, "sô2") > 0);    /* số */
    assert_true(place_of("PANG", ENGINE_LATIN, "đang") > 0); /* P for Đ */
    assert_true(place_of("hoa", ENGINE_LATIN, "hoa1") > 0);
    assert_int_equal(place_of("hoa", ENGINE_LATIN, "lam2"), 0);
}

static void unknown_spellings_are_repaired_known_ones_are_left(void **state)
{
    (void)state;
    const char *forms[REPAIRS];
    size_t repairs = syllables_repair(table, form("x4"), forms);
    assert_true(repairs > 0);
    for (size_t i = 0; i < repairs; i++) {
        assert_true(channel_knows(channel, forms[i]));
        assert_int_equal(strncmp(forms[i], "x", 1), 0);
    }
    for (size_t i = 0; i < count; i++)
        assert_int_equal(syllables_repair(table, form(all[i]), forms), 0);
    assert_int_equal(syllables_repair(table, form("12"), forms), 0);
}

static void rare_ones_are_rarer(void **state)
{
    (void)state;
    assert_true(channel_rarity(channel, "ho") < channel_rarity(channel, "khuynh"));
    assert_true(channel_rarity(channel, "khuynh") <= channel_rarity(channel, "zzzz"));
    assert_true(channel_rarity(NULL, "ho") > 0);
}

static int begin(void **state)
{
    (void)state;
    struct error error;
    char *text = NULL, *rest = NULL;
    arena = arena_new();
    if (channel_read("config/language", &channel, &error) != STATUS_OK || !channel ||
        file_read("config/language/counts.tsv", 16 << 20, arena, &text, NULL, &error) != STATUS_OK)
        return -1;
    table = syllables_new(channel);
    all = arena_array(arena, 20000, sizeof *all);
    times = arena_array(arena, 20000, sizeof *times);
    for (char *row = strtok_r(text, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(row, '\t');
        if (*row == '#' || *row == '<' || !tab || strchr(tab + 1, '\t') || count == 20000)
            continue;
        *tab = 0;
        times[count] = strtol(tab + 1, NULL, 10);
        all[count++] = row;
    }
    return count > 3000 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    syllables_free(table);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_takes_marks_and_nothing_else),
        cmocka_unit_test(case_and_composition_do_not_count),
        cmocka_unit_test(other_tones_and_hats_are_other_words),
        cmocka_unit_test(what_is_written_with_marks_is_meant),
        cmocka_unit_test(what_an_engine_without_vietnamese_writes_is_turned_around),
        cmocka_unit_test(unknown_spellings_are_repaired_known_ones_are_left),
        cmocka_unit_test(rare_ones_are_rarer),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
