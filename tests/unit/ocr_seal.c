/* What lies over letters: frames of seals and streaks of the copier go, the letters stay. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ocr/clean.h"
#include "ocr/seal.h"

#define DPI 300
#define SIDE 1000
#define RADIUS 205 /* of a seal of 35 mm */

static struct arena *arena;
static struct clean page;

static int start(void **state)
{
    (void)state;
    pix_silence();
    arena = arena_new();
    page.gray = pixCreate(SIDE, SIDE, 8);
    pixSetAll(page.gray);
    return 0;
}

static int end(void **state)
{
    (void)state;
    clean_free(&page);
    arena_free(arena);
    return 0;
}

static void draw(int x, int y, int width, int height)
{
    for (int i = 0; i < width; i++)
        for (int j = 0; j < height; j++)
            pixSetPixel(page.gray, x + i, y + j, 0);
}

static void draw_grey_ring(int radius, int thick, unsigned int grey)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            if (fabs(hypot(x - 500, y - 500) - radius) <= thick / 2.0)
                pixSetPixel(page.gray, x, y, grey);
}

static void draw_ring(int radius, int thick)
{
    draw_grey_ring(radius, thick, 0);
}

static size_t take_off(struct seal *seals)
{
    size_t count;
    page.binary = pixThresholdToBinary(page.gray, 128);
    const struct box *pieces = pix_components(page.binary, arena, &count);
    return seals_off(&page, pieces, count, DPI, seals);
}

static bool black(PIX *pix, int x, int y)
{
    l_uint32 value;
    pixGetPixel(pix, x, y, &value);
    return pixGetDepth(pix) == 1 ? value == 1 : value < 128;
}

static void the_frame_goes_and_what_crosses_it_stays(void **state)
{
    (void)state;
    struct seal seals[SEALS_MAX];
    draw_ring(RADIUS, 5);
    draw_ring(RADIUS - 80, 3);
    for (int i = 0; i < 6; i++)
        draw(440 + 22 * i, 685, 7, 40); /* letters over the lower edge */
    assert_int_equal(take_off(seals), 1);
    assert_true(fabs(seals[0].radius - RADIUS) < 4 && fabs(seals[0].x - 500) < 4);
    PIX *both[] = {page.gray, page.binary};
    for (int i = 0; i < 2; i++) {
        assert_false(black(both[i], 500, 500 - RADIUS));
        assert_false(black(both[i], 500 - RADIUS, 500));
        assert_false(black(both[i], 500, 500 - RADIUS + 80));
        for (int k = 0; k < 6; k++)
            for (int y = 690; y < 720; y++)
                assert_true(black(both[i], 443 + 22 * k, y));
    }
}

/* Strokes of 6 px that go down to the right at 45 degrees, over the lower edge. */
static void draw_aslant(int x, int y, int length)
{
    for (int i = 0; i < length; i++)
        draw(x + i, y + i, 6, 1);
}

static void a_thick_frame_and_the_thin_one_in_it_go(void **state)
{
    (void)state;
    struct seal seals[SEALS_MAX];
    draw_ring(RADIUS, 14);
    draw_ring(RADIUS - 14, 3);
    draw_aslant(470, 670, 60);
    assert_int_equal(take_off(seals), 1);
    for (int degrees = 150; degrees < 390; degrees++) { /* all but where the stroke is */
        double dx = cos(degrees * M_PI / 180), dy = sin(degrees * M_PI / 180);
        for (int r = RADIUS - 16; r <= RADIUS + 6; r++)
            assert_false(black(page.binary, (int)lround(500 + r * dx), (int)lround(500 + r * dy)));
    }
    for (int i = 0; i < 60; i++)
        assert_true(black(page.binary, 470 + i + 3, 670 + i));
}

static void print_that_is_darker_than_the_frame_stays_within_it(void **state)
{
    (void)state;
    struct seal seals[SEALS_MAX];
    draw_grey_ring(RADIUS, 12, 110);
    draw(480, 680, 6, 40);
    draw(480, 702, 40, 5); /* the stroke of an H, all of it in the frame */
    draw(514, 680, 6, 40);
    assert_int_equal(take_off(seals), 1);
    for (int x = 486; x < 514; x++)
        assert_true(black(page.gray, x, 704) && black(page.binary, x, 704));
    assert_false(black(page.gray, 500, 500 - RADIUS));
    assert_false(black(page.gray, 500, 500 + RADIUS + 4));
}

static void a_frame_with_corners_and_a_small_ring_are_no_seals(void **state)
{
    (void)state;
    struct seal seals[SEALS_MAX];
    draw(100, 100, 500, 4);
    draw(100, 500, 500, 4);
    draw(100, 100, 4, 400);
    draw(596, 100, 4, 404);
    draw_ring(60, 4);
    assert_int_equal(take_off(seals), 0);
    assert_true(black(page.gray, 300, 101));
}

static void what_stands_within_is_the_seals_own(void **state)
{
    (void)state;
    const struct seal seal = {500, 500, 200};
    assert_true(seal_holds(&seal, (struct box){430, 480, 140, 40}));
    assert_false(seal_holds(&seal, (struct box){430, 480, 400, 40}));
    assert_false(seal_holds(&seal, (struct box){430, 680, 140, 40}));
}

static void a_streak_goes_and_letters_under_it_stay(void **state)
{
    (void)state;
    struct clean turned;
    draw(400, 0, 3, SIDE);
    for (int y = 200; y < 800; y += 60)
        draw(380, y, 44, 6);
    assert_true(clean_page(page.gray, DPI, &turned));
    clean_free(&page);
    page = turned;
    assert_true(clean_turned(&page, 0, DPI, arena, &turned));
    assert_false(black(turned.gray, 401, 240));
    for (int y = 200; y < 800; y += 60)
        assert_true(black(turned.binary, 401, y + 3) && black(turned.gray, 401, y + 3));
    clean_free(&turned);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_frame_goes_and_what_crosses_it_stays),
        TEST(a_thick_frame_and_the_thin_one_in_it_go),
        TEST(print_that_is_darker_than_the_frame_stays_within_it),
        TEST(a_frame_with_corners_and_a_small_ring_are_no_seals),
        TEST(what_stands_within_is_the_seals_own),
        TEST(a_streak_goes_and_letters_under_it_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
