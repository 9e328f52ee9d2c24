/* What is shown of a layered page is the master, and every damage that a page could take on the way
 * is seen by the guard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/archive_guard.h"

static void a_good_page_is_good(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(NULL, &reason), GUARD_GOOD);
    assert_null(reason);
    assert_true(layers.ink_px > 10000);
}

static void flip_one_bit(struct shown *shown)
{
    shown->mask.data[shown->mask.stride * 1700 + 100] ^= 4;
}

static void one_flipped_bit_of_the_mask_is_refused(void **state)
{
    (void)state;
    assert_refused(flip_one_bit, "mask");
}

static void a_dropped_word_is_refused(void **state)
{
    (void)state;
    set_mask(&layers.mask, &master_words->lines[3].words[2].box, false);
    assert_refused(NULL, "ink");
}

static void a_dropped_stroke_is_refused(void **state)
{
    struct box stroke = master_words->lines[3].words[2].box;
    (void)state;
    stroke.width /= 10;
    const char *reason = NULL;
    set_mask(&layers.mask, &stroke, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.lost_px > 16);
}

static void a_dropped_dot_is_never_simply_good(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &dot, false);
    assert_int_not_equal(judge(NULL, &reason), GUARD_GOOD);
    assert_non_null(reason);
}

static void ink_that_nobody_wrote_is_refused(void **state)
{
    (void)state;
    set_mask(&layers.mask, &empty, true);
    const char *reason = NULL;
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
}

static void a_seal_that_is_gone_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &seal, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.red > 0.5);
}

static void blacken_seal(struct shown *shown)
{
    color_cells(&shown->ink, &seal, 91, 91, 91); /* as dark as it was */
}

static void a_seal_that_turned_black_is_refused(void **state)
{
    (void)state;
    assert_refused(blacken_seal, "red");
}

static void a_pen_stroke_that_is_gone_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    set_mask(&layers.mask, &pen, false);
    assert_int_equal(judge(NULL, &reason), GUARD_REFUSED);
    assert_true(figures.blue > 0.5);
}

static void blacken_pen(struct shown *shown)
{
    color_cells(&shown->ink, &pen, 73, 73, 73);
}

static void a_pen_stroke_that_turned_black_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(blacken_pen, &reason), GUARD_REFUSED);
    assert_true(figures.blue > 0.5);
}

static void redden_text(struct shown *shown)
{
    color_cells(&shown->ink, &master_words->lines[3].words[2].box, 220, 20, 20);
}

static void text_that_turned_red_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(redden_text, &reason), GUARD_REFUSED);
}

static void fade_ink(struct shown *shown)
{
    for (size_t i = 0; i < shown->ink.stride * (size_t)shown->ink.height_px; i++)
        shown->ink.data[i] = (uint8_t)(shown->ink.data[i] / 3 + 160);
}

static void faded_ink_is_refused(void **state)
{
    const char *reason = NULL;
    (void)state;
    assert_int_equal(judge(fade_ink, &reason), GUARD_REFUSED);
}

static void layers_that_do_not_decode_are_no_page(void **state)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    (void)state;
    jbig2_encode(&layers.mask, &mask);
    layers.ink.size /= 2;
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_REJECT);
    shown_close(&shown);
    mask.size -= 1;
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_REJECT);
    shown_close(&shown);
    buffer_clear(&mask);
}

/* Figures are told with a few digits: one just below its limit is not told as one at it. */
static void what_passed_passes_again_by_what_packing_json_tells(void **state)
{
    const struct guard_figures worst = {.judged = true,
                                        .ink = 0.49999,
                                        .red = 0.39999,
                                        .blue = 0.39999,
                                        .lost_px = 15,
                                        .gained_px = 119,
                                        .faded = 0.49999,
                                        .broken_mm = 2.99,
                                        .reread = true};
    struct guard_figures again;
    bool older = true;
    (void)state;
    assert_false(guard_refuses(&worst));
    json_t *json = guard_figures_json(&worst);
    assert_true(guard_figures_read(json, &again, &older));
    assert_false(older || guard_refuses(&again));
    json_object_del(json, "broken_mm");
    assert_true(guard_figures_read(json, &again, &older) && older);
    json_object_del(json, "lost_px");
    assert_false(guard_figures_read(json, &again, &older));
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(a_good_page_is_good),
        PAGE_TEST(one_flipped_bit_of_the_mask_is_refused),
        PAGE_TEST(a_dropped_word_is_refused),
        PAGE_TEST(a_dropped_stroke_is_refused),
        PAGE_TEST(a_dropped_dot_is_never_simply_good),
        PAGE_TEST(ink_that_nobody_wrote_is_refused),
        PAGE_TEST(a_seal_that_is_gone_is_refused),
        PAGE_TEST(a_seal_that_turned_black_is_refused),
        PAGE_TEST(a_pen_stroke_that_is_gone_is_refused),
        PAGE_TEST(a_pen_stroke_that_turned_black_is_refused),
        PAGE_TEST(text_that_turned_red_is_refused),
        PAGE_TEST(faded_ink_is_refused),
        PAGE_TEST(layers_that_do_not_decode_are_no_page),
        cmocka_unit_test(what_passed_passes_again_by_what_packing_json_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
