/* Vietnamese text: the 134 letters in every way to write them, and bytes that are no text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "tests/scratch.h"

/* Each vowel with its five tones in the order of the digits, the plain one last; then đ. */
static const char *const rows[][6] = {
    {"à", "á", "ả", "ã", "ạ", "a"}, {"ằ", "ắ", "ẳ", "ẵ", "ặ", "ă"}, {"ầ", "ấ", "ẩ", "ẫ", "ậ", "â"},
    {"è", "é", "ẻ", "ẽ", "ẹ", "e"}, {"ề", "ế", "ể", "ễ", "ệ", "ê"}, {"ì", "í", "ỉ", "ĩ", "ị", "i"},
    {"ò", "ó", "ỏ", "õ", "ọ", "o"}, {"ồ", "ố", "ổ", "ỗ", "ộ", "ô"}, {"ờ", "ớ", "ở", "ỡ", "ợ", "ơ"},
    {"ù", "ú", "ủ", "ũ", "ụ", "u"}, {"ừ", "ứ", "ử", "ữ", "ự", "ư"}, {"ỳ", "ý", "ỷ", "ỹ", "ỵ", "y"},
};
static const char *const bases = "aaaeeiooouuy";
static const char *const capitals[][6] = {
    {"À", "Á", "Ả", "Ã", "Ạ", "A"}, {"Ằ", "Ắ", "Ẳ", "Ẵ", "Ặ", "Ă"}, {"Ầ", "Ấ", "Ẩ", "Ẫ", "Ậ", "Â"},
    {"È", "É", "Ẻ", "Ẽ", "Ẹ", "E"}, {"Ề", "Ế", "Ể", "Ễ", "Ệ", "Ê"}, {"Ì", "Í", "Ỉ", "Ĩ", "Ị", "I"},
    {"Ò", "Ó", "Ỏ", "Õ", "Ọ", "O"}, {"Ồ", "Ố", "Ổ", "Ỗ", "Ộ", "Ô"}, {"Ờ", "Ớ", "Ở", "Ỡ", "Ợ", "Ơ"},
    {"Ù", "Ú", "Ủ", "Ũ", "Ụ", "U"}, {"Ừ", "Ứ", "Ử", "Ữ", "Ự", "Ư"}, {"Ỳ", "Ý", "Ỷ", "Ỹ", "Ỵ", "Y"},
};
#define ROWS (sizeof rows / sizeof *rows)

static const char *const shapes[] = {
    "", "\u0306", "\u0302", "", "\u0302", "", /* a ă â e ê i */
    "", "\u0302", "\u031B", "", "\u031B", "", /* o ô ơ u ư y */
};
static const char *const tones[] = {"\u0300", "\u0301", "\u0309", "\u0303", "\u0323", ""};

static void folds_to(const char *text, const char *folded)
{
    assert_string_equal(text_fold(arena, text), folded);
}

static void tones_to(const char *text, const char *form)
{
    assert_string_equal(text_tone_last(arena, text), form);
}

static void letters_fold_to_their_base(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t tone = 0; tone < 6; tone++) {
            const char base[] = {bases[row], '\0'};
            folds_to(rows[row][tone], base);
            folds_to(capitals[row][tone], base);
            assert_string_equal(text_lower(arena, capitals[row][tone]), rows[row][tone]);
            assert_string_equal(text_upper(arena, rows[row][tone]), capitals[row][tone]);
            assert_string_equal(text_title(arena, rows[row][tone]), capitals[row][tone]);
        }
    }
    folds_to("đĐ", "dd");
    folds_to("ðÐƉ", "ddd");
    assert_string_equal(text_lower(arena, "Đ"), "đ");
    assert_string_equal(text_upper(arena, "Ủy ban nhân dân xã Đông Tiến"),
                        "ỦY BAN NHÂN DÂN XÃ ĐÔNG TIẾN");
}

/* Marks in either order, and the half-composed letters some keyboards send (ê + dot below). */
static void letters_are_the_same_composed_or_not(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t tone = 0; tone < 6; tone++) {
            const char *whole = rows[row][tone], *shape = shapes[row], *mark = tones[tone];
            const char *ways[] = {
                arena_printf(arena, "%c%s%s", bases[row], shape, mark),
                arena_printf(arena, "%c%s%s", bases[row], mark, shape),
                arena_printf(arena, "%s%s", rows[row][5], mark),
            };
            for (size_t i = 0; i < 3; i++) {
                /* a grave before a hat is another letter to Unicode, except for the dot below */
                if (i == 1 && strcmp(shape, "\u031B") != 0 && strcmp(mark, "\u0323") != 0)
                    continue;
                assert_string_equal(text_nfc(arena, ways[i]), whole);
                assert_string_equal(text_fold(arena, ways[i]), text_fold(arena, whole));
                assert_string_equal(text_tone_last(arena, ways[i]), text_tone_last(arena, whole));
            }
        }
    }
}

static void tone_goes_behind_its_syllable_and_shapes_stay(void **state)
{
    (void)state;
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t tone = 0; tone < 6; tone++) {
            const char digit[] = {tone < 5 ? (char)('1' + tone) : '\0', '\0'};
            tones_to(arena_printf(arena, "b%sn", rows[row][tone]),
                     arena_printf(arena, "b%sn%s", rows[row][5], digit));
        }
    }
    tones_to("Hòa", "hoa1");
    tones_to("đường", "đương1");
    tones_to("ĐƯỜNG SỐ 5", "đương1 sô2 5");
}

static void old_and_new_tone_placement_are_equal(void **state)
{
    static const char *const pairs[][2] = {
        {"hoà", "hòa"},   {"thuỷ", "thủy"}, {"khoẻ", "khỏe"}, {"hoá", "hóa"}, {"uý", "úy"},
        {"loã", "lõa"},   {"hoạ", "họa"},   {"tuỳ", "tùy"},   {"xoè", "xòe"}, {"luỹ", "lũy"},
        {"thuở", "thủơ"}, {"HOÀ", "Hòa"},   {"hoà", "hoà"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_string_equal(text_tone_last(arena, pairs[i][0]), text_tone_last(arena, pairs[i][1]));
        assert_string_equal(text_fold(arena, pairs[i][0]), text_fold(arena, pairs[i][1]));
    }
}

/* Every syllable of one consonant, one vowel, one tone, one final: 12 x 6 x 8 x 5 of them. */
static void different_words_stay_different_but_for_their_marks(void **state)
{
    static const char *const heads[] = {"", "b", "d", "đ", "ngh", "qu", "tr", "x"};
    static const char *const tails[] = {"", "n", "ng", "ch", "t"};
    const char *words[8 * 5 * 12 * 6], *plain[8 * 5 * 12 * 6];
    size_t count = 0;
    (void)state;

    for (size_t head = 0; head < 8; head++)
        for (size_t tail = 0; tail < 5; tail++)
            for (size_t row = 0; row < ROWS; row++)
                for (size_t tone = 0; tone < 6; tone++, count++) {
                    words[count] =
                        text_tone_last(arena, arena_printf(arena, "%s%s%s", heads[head],
                                                           rows[row][tone], tails[tail]));
                    plain[count] = arena_printf(arena, "%s%c%s", head == 3 ? "d" : heads[head],
                                                bases[row], tails[tail]);
                    folds_to(
                        arena_printf(arena, "%s%s%s", heads[head], rows[row][tone], tails[tail]),
                        plain[count]);
                }
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            if (strcmp(words[i], words[j]) == 0)
                fail_msg("two words became %s", words[i]);
}

static void all_forms_are_idempotent_for_every_code_point(void **state)
{
    static char *(*const forms[])(struct arena *, const char *) = {
        text_nfc, text_fold, text_tone_last, text_lower, text_tidy, text_title};
    (void)state;

    for (uint32_t code = 1; code <= 0x10FFFF; code += code < 0x3100 ? 1 : 37) {
        char text[8] = "x";
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        strcpy(text + 1 + text_put(code, text + 1), "y");
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            const char *once = forms[i](arena, text), *twice = forms[i](arena, once);
            assert_true(text_valid(once, strlen(once)));
            if (strcmp(once, twice) != 0)
                fail_msg("form %zu of U+%04X changes again: %s, %s", i, code, once, twice);
        }
        arena_clear(arena);
    }
}

/* Alone, and beside a letter that has to be composed. */
static void letters_that_are_composed_stay(void **state)
{
    (void)state;
    for (uint32_t code = 1; code < 0x2100; code++) {
        char alone[8], beside[16];
        alone[text_put(code, alone)] = 0;
        snprintf(beside, sizeof beside, "%sa\xCC\x81", alone);
        const char *both = text_nfc(arena, beside), *one = text_nfc(arena, alone);
        assert_memory_equal(both, one, strlen(one));
        assert_string_equal(both + strlen(one), "\xC3\xA1");
    }
}

/* Many more code points than bytes: an Arabic sentence that Unicode has as one sign. */
static void what_grows_a_lot_is_whole(void **state)
{
    (void)state;
    assert_int_equal(text_length(text_fold(arena, "\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA")), 3 * 18);
}

static void blanks_and_punctuation_become_plain(void **state)
{
    (void)state;
    folds_to("  Số:\t123/QĐ–UBND\u00A0 \r\n", "so: 123/qd-ubnd");
    folds_to("“Giấy” ‘khai’…", "\"giay\" 'khai'...");
    folds_to("a•b", "a b");
    folds_to("zero\u200Bwidth\uFEFF", "zerowidth");
    folds_to("", "");
    folds_to(" \t ", "");
    folds_to("ＡＢ１２ m²", "ab12 m2");
    assert_string_equal(text_tidy(arena, " Giấy\u00A0\n khai\x01 sinh\u200B "), "Giấy khai sinh");
    assert_string_equal(text_tidy(arena, "e\u0302\u0323"), "ệ");
}

static void names_get_capitals(void **state)
{
    (void)state;
    assert_string_equal(text_title(arena, "NGUYỄN VĂN AN"), "Nguyễn Văn An");
    assert_string_equal(text_title(arena, "đặng thị ánh-nguyệt"), "Đặng Thị Ánh-Nguyệt");
    assert_string_equal(text_title(arena, "H'HEN NIÊ"), "H'Hen Niê");
    assert_string_equal(text_title(arena, "nguye\u0302\u0303n"), "Nguyễn");
    assert_string_equal(text_digits(arena, "079.083 001234 số"), "079083001234");
}

static void only_well_formed_utf8_is_valid(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        bool valid;
    } cases[] = {
        {"", 0, true},
        {"Hà Nội", 9, true},
        {"a\0b", 3, true},
        {"\xF4\x8F\xBF\xBF", 4, true},
        {"\xED\x9F\xBF\xEE\x80\x80", 6, true},
        {"\xC0\x80", 2, false},         /* overlong 0 */
        {"\xC1\xBF", 2, false},         /* overlong */
        {"\xE0\x9F\xBF", 3, false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 4, false}, /* overlong */
        {"\xED\xA0\x80", 3, false},     /* surrogate */
        {"\xF4\x90\x80\x80", 4, false}, /* above 10FFFF */
        {"\xF5\x80\x80\x80", 4, false},
        {"\x80", 1, false},
        {"\xE1\xBB", 2, false}, /* cut in the middle */
        {"\xFF", 1, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_valid(cases[i].bytes, cases[i].size), cases[i].valid);
}

static void every_code_point_is_written_and_read_back(void **state)
{
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char text[8] = "";
        const char *at = text;
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        size_t size = text_put(code, text);
        assert_true(text_valid(text, size));
        assert_int_equal(text_next(&at), code);
        assert_ptr_equal(at, text + size);
    }
}

static void hostile_bytes_become_replacement_characters(void **state)
{
    char marks[4001], *form;
    (void)state;

    assert_string_equal(text_nfc(arena, "a\xFF\xC3"), "a\uFFFD\uFFFD");
    assert_string_equal(text_nfc(arena, "\xE1\xBB"), "\uFFFD\uFFFD");
    folds_to("a\xFFz", "a z");
    assert_int_equal(text_length("Hà\xFF"), 3);
    /* a tower of alternating marks, whose sorting would be quadratic */
    for (size_t i = 0; i + 4 < sizeof marks; i += 4)
        memcpy(marks + i, "\u0301\u0323", 5);
    form = text_nfc(arena, marks);
    assert_true(text_valid(form, strlen(form)));
    assert_string_equal(text_nfc(arena, form), form);
    folds_to(arena_printf(arena, "a%s", marks), "a");
}

static void distance_counts_changes(void **state)
{
    (void)state;
    assert_int_equal(text_distance("", ""), 0);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("model", "modle"), 1);
    assert_int_equal(text_distance("Nguyễn", "Nguyen"), 1);
    assert_int_equal(text_distance("đường", "đuờng"), 1);
    assert_int_equal(text_distance("ca", "abc"), 3); /* a swapped pair is not cut open again */
}

static void dates_that_exist_are_read(void **state)
{
    static const struct {
        const char *text, *iso; /* NULL: no date */
    } cases[] = {
        {"2/9/1945", "1945-09-02"},
        {"02-09-1945", "1945-09-02"},
        {"02.09.1945", "1945-09-02"},
        {"1945-09-02", "1945-09-02"},
        {" 2 / 9 / 1945 ", "1945-09-02"},
        {"29/2/2024", "2024-02-29"},
        {"29/2/2000", "2000-02-29"},
        {"31/12/2199", "2199-12-31"},
        {"29/2/1900", NULL},
        {"29/2/2023", NULL},
        {"31/6/2025", NULL},
        {"0/1/2020", NULL},
        {"1/13/2020", NULL},
        {"1/1/1799", NULL},
        {"1/1/2200", NULL},
        {"1/1/20", NULL},
        {"1/1-2020", NULL},
        {"1945/09/02", NULL},
        {"2/9/1945x", NULL},
        {"2/9/", NULL},
        {"", NULL},
        {"99999999999/1/2020", NULL},
        {"001/1/2020", NULL},
        {"1//2020", NULL},
        {"-1/1/2020", NULL},
        {"1/1/02020", NULL},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char iso[11] = "unchanged";
        bool good = text_date(cases[i].text, iso);
        if (good != (cases[i].iso != NULL))
            fail_msg("\"%s\" is read as %s", cases[i].text, good ? iso : "no date");
        assert_string_equal(iso, good ? cases[i].iso : "unchanged");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_fold_to_their_base),
        cmocka_unit_test(letters_are_the_same_composed_or_not),
        cmocka_unit_test(tone_goes_behind_its_syllable_and_shapes_stay),
        cmocka_unit_test(old_and_new_tone_placement_are_equal),
        cmocka_unit_test(different_words_stay_different_but_for_their_marks),
        cmocka_unit_test(all_forms_are_idempotent_for_every_code_point),
        cmocka_unit_test(letters_that_are_composed_stay),
        cmocka_unit_test(what_grows_a_lot_is_whole),
        cmocka_unit_test(blanks_and_punctuation_become_plain),
        cmocka_unit_test(names_get_capitals),
        cmocka_unit_test(only_well_formed_utf8_is_valid),
        cmocka_unit_test(every_code_point_is_written_and_read_back),
        cmocka_unit_test(hostile_bytes_become_replacement_characters),
        cmocka_unit_test(distance_counts_changes),
        cmocka_unit_test(dates_that_exist_are_read),
    };

    return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
