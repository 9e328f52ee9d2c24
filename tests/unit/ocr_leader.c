/* Rows of dots that values are written on, and the dots of those values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ocr/leader.h"

#define H 26 /* a small letter at 300 dpi */
#define PITCH 12
#define DOTS 20

static struct arena *arena;
static struct box dots[DOTS + 2];
static bool of_leader[DOTS + 2];
static size_t count;

static int start(void **state)
{
    (void)state;
    arena = arena_new();
    for (count = 0; count < DOTS; count++)
        dots[count] = (struct box){400 + PITCH * (int)count, 808, 5, 5};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void put(size_t at, struct box dot)
{
    for (size_t i = count++; i > at; i--)
        dots[i] = dots[i - 1];
    dots[at] = dot;
}

/* All but the one at that place. */
static void check_all_but(size_t other)
{
    assert_true(leader_dots(dots, count, H, arena, of_leader));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(of_leader[i], i != other);
}

static void a_row_at_one_pitch_is_a_leader(void **state)
{
    (void)state;
    check_all_but(count);
    assert_false(leader_dots(dots, 5, H, arena, of_leader));
}

static void a_dot_that_stands_higher_is_a_letters(void **state)
{
    (void)state;
    put(8, (struct box){400 + 7 * PITCH + 6, 804, 5, 5});
    check_all_but(8);
}

static void a_dot_between_two_is_a_letters(void **state)
{
    (void)state;
    put(8, (struct box){400 + 7 * PITCH + 6, 808, 5, 5});
    check_all_but(8);
}

static void a_comma_is_greater(void **state)
{
    (void)state;
    dots[8].y -= 2;
    dots[8].height = 9;
    check_all_but(8);
}

static void half_a_colon_stands_apart(void **state)
{
    (void)state;
    put(0, (struct box){400 - 2 * PITCH, 809, 5, 5});
    check_all_but(0);
}

/* Dots of a bad copy differ by a pixel, and some are missing. */
static void a_worn_leader_goes_as_a_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        dots[i].y += i % 3 == 0;
        dots[i].height += i % 4 == 0;
        dots[i].x += i > 11 ? PITCH : 0;
    }
    check_all_but(count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_row_at_one_pitch_is_a_leader), TEST(a_dot_that_stands_higher_is_a_letters),
        TEST(a_dot_between_two_is_a_letters), TEST(a_comma_is_greater),
        TEST(half_a_colon_stands_apart),      TEST(a_worn_leader_goes_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
