/* Which pages begin a document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ingest/ingest.h"
#include "tests/scratch.h"

#define MAX 12

/* Words of a page: lines of text at heights in per cent of the page. */
struct printed {
    int at_percent;
    const char *text;
};

static struct words *page_words(const struct printed *printed, size_t count)
{
    struct words *words = arena_alloc(arena, sizeof *words);
    *words = (struct words){.width_px = 2480, .height_px = 3508, .dpi = 300};
    words->lines = arena_array(arena, count, sizeof *words->lines);
    words->line_count = count;
    for (size_t i = 0; i < count; i++) {
        char *text = arena_strdup(arena, printed[i].text), *rest = text, *token;
        struct line *line = &words->lines[i];
        line->words = arena_array(arena, strlen(text) + 1, sizeof *line->words);
        while ((token = strsep(&rest, " ")))
            if (*token)
                line->words[line->word_count++] = (struct word){
                    .text = token, .box = {10, 3508 * printed[i].at_percent / 100, 50, 40}};
    }
    return words;
}

static bool begins(const char *text, int at_percent)
{
    struct printed lines[] = {{at_percent, text}, {60, "Nơi nhận: Như trên"}};
    struct words *second = page_words(lines, 2);
    struct page pages[2] = {{.sheet = 1, .side = 1}, {.sheet = 2, .side = 1}};
    const struct words *words[2] = {NULL, second};
    bool starts[2];
    ingest_separate(SEPARATE_MOTTO, 1, pages, words, 2, starts);
    assert_true(starts[0]);
    return starts[1];
}

static void the_motto_begins_a_document(void **state)
{
    (void)state;
    assert_true(begins("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 5));
    assert_true(begins("Độc lập - Tự do - Hạnh phúc", 7));
    assert_true(begins("ỦY BAN NHÂN DÂN CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", 4));
    assert_true(begins("PHƯỜNG ĐÔNG SƠN Độc lập – Tự do – Hạnh phúc", 6));
}

static void the_motto_is_known_in_spite_of_the_reader_s_faults(void **state)
{
    (void)state;
    assert_true(begins("C0NG HOA XÃ HỌI CHU NGHĨA VIẸT NAN", 5));
    assert_true(begins("CỘNGHÒA XÃHỘI CHỦNGHĨA VIỆTNAM", 5));
    assert_true(begins("ĐỘNG HOÀ XÀ BỘI CHÚ NGHĨN VIỆT NAM", 5));
    assert_true(begins("Dộc lâp Tu đo Hanb phúc", 7));
    assert_true(begins("Đôc Iập - Tự dọ - Hanh phúe", 7));
}

static void other_pages_go_on(void **state)
{
    (void)state;
    assert_false(begins("Điều 1. Cấp cho ông Nguyễn Văn An", 5));
    assert_false(begins("căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam năm 2013", 10));
    assert_false(begins("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 50));
    assert_false(begins("CỘNG TÁC XÃ HỘI HÓA GIÁO DỤC Ở VIỆT NAM", 5));
    assert_false(begins("có cuộc sống độc lập và hạnh phúc", 5));
    assert_false(begins("", 5));
}

static void a_page_without_words_goes_on(void **state)
{
    (void)state;
    struct page pages[3] = {{.sheet = 1}, {.sheet = 2}, {.sheet = 3}};
    bool starts[3];
    ingest_separate(SEPARATE_MOTTO, 1, pages, NULL, 3, starts);
    assert_true(starts[0] && !starts[1] && !starts[2]);
}

/* Pages as letters: w written, b blank; a blank of letters parts the sheets. */
static size_t make(const char *sheets, struct page *pages)
{
    size_t count = 0;
    int sheet = 1, side = 1;
    for (; *sheets; sheets++) {
        if (*sheets == ' ') {
            sheet++;
            side = 1;
            continue;
        }
        pages[count++] = (struct page){
            .sheet = sheet, .side = side++, .inspected = true, .blank = *sheets == 'b'};
    }
    return count;
}

/* Digit per page: 1 where a document begins. */
static void assert_starts(int separation, int every, const char *sheets, const char *expected)
{
    struct page pages[MAX] = {0};
    bool starts[MAX] = {false};
    char found[MAX + 1] = "";
    size_t count = make(sheets, pages);
    ingest_separate(separation, every, pages, NULL, count, starts);
    for (size_t i = 0; i < count; i++)
        found[i] = starts[i] ? '1' : '0';
    assert_string_equal(found, expected);
}

static void a_blank_sheet_stands_between_documents(void **state)
{
    (void)state;
    assert_starts(SEPARATE_BLANK, 1, "w w b w b b w", "1001001");
    assert_starts(SEPARATE_BLANK, 1, "ww wb bb ww", "10000010");
    assert_starts(SEPARATE_BLANK, 1, "wb wb wb", "100000"); /* blank backs part nothing */
    assert_starts(SEPARATE_BLANK, 1, "b w b w", "1001");    /* in front: with the first */
    assert_starts(SEPARATE_BLANK, 1, "b b", "10");
    assert_starts(SEPARATE_BLANK, 1, "w b", "10");
}

static void a_page_not_inspected_is_not_taken_for_blank(void **state)
{
    (void)state;
    struct page pages[3] = {{.sheet = 1, .inspected = true},
                            {.sheet = 2, .blank = true},
                            {.sheet = 3, .inspected = true}};
    bool starts[3];
    ingest_separate(SEPARATE_BLANK, 1, pages, NULL, 3, starts);
    assert_true(starts[0] && !starts[1] && !starts[2]);
}

static void sheets_are_counted_not_pages(void **state)
{
    (void)state;
    assert_starts(SEPARATE_COUNT, 2, "ww ww wb ww w", "100010001");
    assert_starts(SEPARATE_COUNT, 1, "ww w w", "1011");
    assert_starts(SEPARATE_COUNT, 0, "w w", "11");
}

static void one_file_is_one_document(void **state)
{
    (void)state;
    static const char *const origins[] = {"a.tif", "a.tif", "b.jpg", "c.jpg", "c.jpg"};
    struct page pages[5] = {0};
    bool starts[5];
    for (int i = 0; i < 5; i++) {
        pages[i].sheet = i + 1;
        pages[i].origin = origins[i];
    }
    ingest_separate(SEPARATE_FILE, 1, pages, NULL, 5, starts);
    assert_true(starts[0] && !starts[1] && starts[2] && starts[3] && !starts[4]);
}

static void a_batch_can_be_one_document(void **state)
{
    (void)state;
    assert_starts(SEPARATE_BATCH, 1, "ww bb w", "10000");
    ingest_separate(SEPARATE_BATCH, 1, NULL, NULL, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_motto_begins_a_document),
        cmocka_unit_test(the_motto_is_known_in_spite_of_the_reader_s_faults),
        cmocka_unit_test(other_pages_go_on),
        cmocka_unit_test(a_page_without_words_goes_on),
        cmocka_unit_test(a_blank_sheet_stands_between_documents),
        cmocka_unit_test(a_page_not_inspected_is_not_taken_for_blank),
        cmocka_unit_test(sheets_are_counted_not_pages),
        cmocka_unit_test(one_file_is_one_document),
        cmocka_unit_test(a_batch_can_be_one_document),
    };
    return cmocka_run_group_tests_name("ingest_separate", tests, scratch_open, scratch_close);
}
