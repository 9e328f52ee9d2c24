/* Text of the years before Unicode is read; text in Unicode is never touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/text.h"

static struct arena *arena;

static void becomes(const char *text, const char *unicode)
{
    assert_string_equal(text_unicode(arena, text), unicode);
    assert_string_equal(text_unicode(arena, unicode), unicode);
}

static void tcvn3_taken_for_latin_is_read(void **state)
{
    (void)state;
    becomes("NguyÔn V¨n An", "Nguyễn Văn An");
    becomes("Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam");
    becomes("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc");
    becomes("QuyÕt ®Þnh vÒ viÖc trî cÊp", "Quyết định về việc trợ cấp");
}

static void vni_taken_for_latin_is_read(void **state)
{
    (void)state;
    becomes("Nguyeãn Vaên An", "Nguyễn Văn An");
    becomes("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    becomes("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc");
    becomes("ñaêng kyù keát hoân", "đăng ký kết hôn");
}

static void its_bytes_as_they_were_are_read(void **state)
{
    (void)state;
    assert_string_equal(text_unicode(arena, "Nguy\xD4n V\xA8n An"), "Nguyễn Văn An");
    assert_string_equal(text_unicode(arena, "Nguye\xE3n Va\xEAn An"), "Nguyễn Văn An");
}

/* Also where all its letters are in Latin-1, or it is another language's, or an engine's debris. */
static void unicode_stays_what_it_is(void **state)
{
    (void)state;
    static const char *const same[] = {
        "",          "Lê Thành Tôn",     "Trà",    "Nguyễn Văn An",  "René Müller café à la carte",
        "Phòng",     "tùe dirông 4n há", "àê öü",  "bén cäng hàa",   "Điều 5 § 2 £3",
        "São Paulo", "Hà Nội",           "Ủy ban", "số 145/QĐ-UBND", "\xF0\x9F\x98\x80 à"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(text_unicode(arena, same[i]), same[i]);
    assert_string_equal(text_unicode(arena, "Nguye\xCC\x82\xCC\x83n"), "Nguyễn");
}

/* Every counted syllable, alone and beside another. */
static void no_syllable_of_unicode_is_taken_for_another(void **state)
{
    (void)state;
    struct error error;
    char *text = NULL, *rest = NULL;
    const char *before = "là";
    assert_int_equal(file_read("config/language/counts.tsv", 16 << 20, arena, &text, NULL, &error),
                     STATUS_OK);
    struct arena *own = arena_new();
    for (char *row = strtok_r(text, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
        row[strcspn(row, "\t")] = 0;
        const char *pair = arena_printf(own, "%s %s", before, row);
        assert_string_equal(text_unicode(own, row), row);
        assert_string_equal(text_unicode(own, pair), pair);
        before = row;
        arena_clear(own);
    }
    arena_free(own);
}

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcvn3_taken_for_latin_is_read),
        cmocka_unit_test(vni_taken_for_latin_is_read),
        cmocka_unit_test(its_bytes_as_they_were_are_read),
        cmocka_unit_test(unicode_stays_what_it_is),
        cmocka_unit_test(no_syllable_of_unicode_is_taken_for_another),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
