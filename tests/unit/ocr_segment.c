/* Lines of text from boxes, on pages made of boxes: letters are 20 px high, 300 dpi. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ocr/segment.h"

#define DPI 300
#define PAGE_PX 3500

static struct arena *arena;
static struct box pieces[SEGMENT_PIECES_MAX + 100];
static size_t piece_count;
static struct rules rules;
static struct segments result;

static int start(void **state)
{
    (void)state;
    arena = arena_new();
    piece_count = 0;
    rules = (struct rules){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void put(int x, int y, int width, int height)
{
    pieces[piece_count++] = (struct box){x, y, width, height};
}

/* Words of five letters, the feet at y; returns the right end. */
static int write_text(int x, int y, int words)
{
    for (int i = 0; i < words; i++, x += 20)
        for (int j = 0; j < 5; j++, x += 18)
            put(x, y - 20, 14, 20);
    return x;
}

static void cut(void)
{
    assert_true(segment_lines(pieces, piece_count, &rules, DPI, arena, &result));
}

static void order(void)
{
    cut();
    layout_order(&result, &rules, PAGE_PX, arena);
}

static int foot(size_t line)
{
    return result.lines[line].body.y + result.lines[line].body.height;
}

static void no_pieces_are_no_lines(void **state)
{
    (void)state;
    cut();
    assert_int_equal(result.line_count, 0);
    assert_int_equal(result.text_px, 0);
}

static void specks_are_no_lines(void **state)
{
    (void)state;
    for (int i = 0; i < 500; i++)
        put(i * 7 % 2000, i * 31 % 3000, 3, 3);
    cut();
    assert_int_equal(result.line_count, 0);
}

static void letters_of_a_row_are_one_line(void **state)
{
    (void)state;
    write_text(200, 500, 10);
    write_text(200, 570, 8);
    order();
    assert_int_equal(result.line_count, 2);
    assert_in_range(result.text_px, 19, 21);
    assert_int_equal(foot(0), 500);
    assert_int_equal(foot(1), 570);
    assert_true(result.lines[0].box.x < 200 && result.lines[0].box.y < 480);
}

static void a_wide_gap_parts_two_columns(void **state)
{
    (void)state;
    int right = write_text(200, 500, 3);
    write_text(right + 100, 500, 3);
    cut();
    assert_int_equal(result.line_count, 2);
}

static void a_dash_bridges_a_gap(void **state)
{
    (void)state;
    int right = write_text(200, 500, 3);
    put(right + 12, 488, 12, 3);
    write_text(right + 50, 500, 3);
    cut();
    assert_int_equal(result.line_count, 1);
}

static void a_wall_parts_cells(void **state)
{
    (void)state;
    struct box wall = {310, 400, 3, 300};
    write_text(200, 500, 1);
    write_text(320, 500, 1);
    cut();
    assert_int_equal(result.line_count, 1);
    rules = (struct rules){.walls = &wall, .wall_count = 1};
    cut();
    assert_int_equal(result.line_count, 2);
}

static void marks_go_to_the_nearest_line(void **state)
{
    (void)state;
    write_text(200, 500, 5);
    write_text(200, 570, 5);
    put(240, 470, 8, 6); /* above the first */
    put(260, 573, 5, 5); /* below the second */
    order();
    assert_int_equal(result.line_count, 2);
    assert_true(result.lines[0].box.y <= 470);
    assert_true(result.lines[1].box.y + result.lines[1].box.height >= 578);
    assert_true(result.lines[0].box.y + result.lines[0].box.height < 550);
}

static void a_seal_and_a_signature_are_no_text(void **state)
{
    (void)state;
    write_text(200, 500, 5);
    put(250, 520, 300, 300);
    put(260, 600, 200, 110);
    cut();
    assert_int_equal(result.line_count, 1);
}

static void leaders_are_taken_out(void **state)
{
    (void)state;
    int right = write_text(200, 500, 2);
    for (int i = 0; i < 30; i++)
        put(right + 10 + 10 * i, 496, 4, 4);
    cut();
    assert_int_equal(result.leader_count, 30);
    assert_int_equal(result.line_count, 1);
    assert_true(result.lines[0].box.width < right - 200 + 60);
}

static void dots_below_letters_are_no_leader(void **state)
{
    (void)state;
    static const int under[] = {205, 241, 330, 349, 420, 500, 519, 640, 700};
    write_text(200, 500, 5);
    for (size_t i = 0; i < sizeof under / sizeof *under; i++)
        put(under[i], 504, 4, 4);
    cut();
    assert_int_equal(result.leader_count, 0);
}

static void a_page_full_of_specks_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i <= SEGMENT_PIECES_MAX; i++)
        put(i % 250 * 10, i / 250 * 12, 4, 4);
    assert_false(segment_lines(pieces, piece_count, &rules, DPI, arena, &result));
}

static void columns_of_a_letterhead_come_one_after_the_other(void **state)
{
    (void)state;
    write_text(300, 300, 3);
    write_text(310, 370, 3);
    write_text(320, 450, 3);
    write_text(1200, 300, 7);
    write_text(1250, 365, 6);
    write_text(1260, 450, 6);
    write_text(250, 700, 15);
    write_text(250, 770, 15);
    order();
    static const int feet[] = {300, 370, 450, 300, 365, 450, 700, 770};
    assert_int_equal(result.line_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(foot(i), feet[i]);
    assert_int_equal(result.lines[0].block, result.lines[2].block);
    assert_int_not_equal(result.lines[0].block, result.lines[3].block);
    assert_int_not_equal(result.lines[3].block, result.lines[6].block);
}

static void rows_of_the_body_are_read_across(void **state)
{
    (void)state;
    write_text(250, 700, 15);
    write_text(250, 770, 3);
    write_text(900, 772, 3);
    write_text(250, 840, 3);
    write_text(900, 842, 3);
    write_text(250, 910, 15);
    order();
    static const int feet[] = {700, 770, 772, 840, 842, 910};
    assert_int_equal(result.line_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(foot(i), feet[i]);
}

/* Two columns, two rows; the left cell of the first row holds two lines. */
static void tables_are_read_cell_by_cell(void **state)
{
    (void)state;
    struct box walls[] = {{200, 1000, 3, 300}, {700, 1000, 3, 300}, {1200, 1000, 3, 300}};
    struct box levels[] = {{200, 1000, 1003, 3}, {200, 1180, 1003, 3}, {200, 1297, 1003, 3}};
    rules = (struct rules){walls, 3, levels, 3};
    table_walls(&rules, DPI, arena);
    assert_int_equal(rules.wall_count, 3);
    write_text(250, 800, 15);
    write_text(220, 1060, 2);
    write_text(220, 1130, 1);
    write_text(720, 1060, 2);
    write_text(220, 1250, 2);
    write_text(720, 1250, 2);
    write_text(250, 1500, 15);
    order();
    static const int feet[] = {800, 1060, 1130, 1060, 1250, 1250, 1500};
    assert_int_equal(result.line_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(foot(i), feet[i]);
        assert_int_equal(result.lines[i].in_table, i > 0 && i < 6);
    }
    assert_int_equal(result.lines[1].block, result.lines[2].block);
    assert_int_not_equal(result.lines[2].block, result.lines[3].block);
}

static void a_copier_streak_is_no_wall(void **state)
{
    (void)state;
    struct box walls[] = {{400, 0, 3, 3500}, {900, 2000, 3, 400}};
    struct box levels[] = {{300, 2000, 800, 3}, {300, 2400, 50, 3}};
    rules = (struct rules){walls, 2, levels, 2};
    table_walls(&rules, DPI, arena);
    assert_int_equal(rules.wall_count, 0);
}

/* The line under a title ends in the open; streaks that cross it, a table and the
 * sheet's dark edge end at the table. */
static void a_line_under_a_title_makes_no_wall(void **state)
{
    (void)state;
    struct box walls[] = {{200, 2000, 3, 400}, {400, 500, 3, 2500}, {1100, 2000, 3, 400}};
    struct box levels[] = {
        {300, 700, 500, 3}, {200, 2000, 903, 3}, {200, 2397, 903, 3}, {400, 2970, 1500, 27}};
    rules = (struct rules){walls, 3, levels, 4};
    table_walls(&rules, DPI, arena);
    assert_int_equal(rules.wall_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(rules.walls[i].y >= 1990 && rules.walls[i].y + rules.walls[i].height <= 2410);
}

static void a_broken_wall_is_one(void **state)
{
    (void)state;
    struct box walls[] = {{500, 1000, 3, 140}, {502, 1190, 3, 110}};
    struct box levels[] = {{200, 1000, 1003, 3}, {200, 1297, 1003, 3}};
    rules = (struct rules){walls, 2, levels, 2};
    table_walls(&rules, DPI, arena);
    assert_int_equal(rules.wall_count, 1);
    assert_in_range(rules.walls[0].height, 290, 300);
}

/* The lowest rule is broken off at both ends: the walls end at it all the same. */
static void a_last_rule_broken_at_its_ends_ends_the_table(void **state)
{
    (void)state;
    struct box walls[] = {
        {200, 1000, 3, 600}, {500, 1000, 3, 600}, {800, 1000, 3, 600}, {1200, 1000, 3, 600}};
    struct box levels[] = {{200, 1000, 1003, 3}, {200, 1297, 1003, 3}, {450, 1597, 400, 3}};
    rules = (struct rules){walls, 4, levels, 3};
    table_walls(&rules, DPI, arena);
    assert_int_equal(rules.wall_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_in_range(rules.walls[i].height, 590, 600);
}

/* "Đông Khê, ngày ..." at the right, a row above where recipients and signature begin. */
static void the_day_of_issue_comes_before_recipients_and_signature(void **state)
{
    (void)state;
    write_text(250, 2000, 15);
    write_text(1200, 2200, 6);
    write_text(1250, 2400, 5);
    write_text(1260, 2480, 5);
    write_text(1250, 2900, 5);
    write_text(250, 2400, 2);
    write_text(255, 2460, 3);
    order();
    static const int feet[] = {2000, 2200, 2400, 2460, 2400, 2480, 2900};
    assert_int_equal(result.line_count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(foot(i), feet[i]);
}

/* The page's number stands above both columns of what comes below it. */
static void the_number_of_the_page_comes_first(void **state)
{
    (void)state;
    write_text(250, 400, 3);
    write_text(255, 460, 3);
    write_text(1200, 400, 4);
    write_text(1250, 900, 4);
    put(820, 180, 14, 20);
    order();
    assert_int_equal(result.line_count, 5);
    assert_int_equal(foot(0), 200);
    assert_int_not_equal(result.lines[0].block, result.lines[1].block);
}

/* Too low to be linked with its neighbours, and within the line all the same. */
static void a_comma_is_no_line_of_its_own(void **state)
{
    (void)state;
    int right = write_text(300, 500, 3);
    put(right - 22, 495, 8, 12);
    write_text(right + 14, 500, 3);
    cut();
    assert_int_equal(result.line_count, 1);
}

/* A speck at the end of one part reaches below the beginning of the next. */
static void parts_that_touch_are_one_line(void **state)
{
    (void)state;
    int right = write_text(300, 500, 3) - 24;
    put(right + 4, 494, 16, 12);
    write_text(right + 16, 496, 3);
    cut();
    assert_int_equal(result.line_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_pieces_are_no_lines),
        TEST(specks_are_no_lines),
        TEST(letters_of_a_row_are_one_line),
        TEST(a_wide_gap_parts_two_columns),
        TEST(a_dash_bridges_a_gap),
        TEST(a_wall_parts_cells),
        TEST(marks_go_to_the_nearest_line),
        TEST(a_seal_and_a_signature_are_no_text),
        TEST(leaders_are_taken_out),
        TEST(dots_below_letters_are_no_leader),
        TEST(a_page_full_of_specks_is_refused),
        TEST(columns_of_a_letterhead_come_one_after_the_other),
        TEST(rows_of_the_body_are_read_across),
        TEST(tables_are_read_cell_by_cell),
        TEST(a_copier_streak_is_no_wall),
        TEST(a_line_under_a_title_makes_no_wall),
        TEST(a_broken_wall_is_one),
        TEST(a_last_rule_broken_at_its_ends_ends_the_table),
        TEST(the_day_of_issue_comes_before_recipients_and_signature),
        TEST(the_number_of_the_page_comes_first),
        TEST(a_comma_is_no_line_of_its_own),
        TEST(parts_that_touch_are_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
