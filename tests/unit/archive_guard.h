/* A layered page and its guard, for the tests of them: included by one .c file each, after
 * cmocka.h. */
#ifndef SOHOA_TESTS_UNIT_ARCHIVE_GUARD_H
#define SOHOA_TESTS_UNIT_ARCHIVE_GUARD_H

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "tests/unit/archive_probe.h"

#define LAYER_DPI 300
#define QUALITY 50
#define PAGE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_page, tear_down_page)

/* An A4 page of 300 dpi with text, a seal, a pen's signature and a dot below a letter. */
static struct image master;
static struct words *master_words;
static struct layered layers;
static struct guard_figures figures; /* of the last judgement */
static const struct box pen = {900, 3000, 700, 8}, dot = {1500, 2960, 8, 8};
static const struct box seal = {2480 * 3 / 4 - 190, 3507 * 3 / 4 - 190, 380, 380};
static const struct box empty = {1200, 3200, 300, 60};

static inline void color_box(struct image *image, const struct box *box, uint8_t red, uint8_t green,
                             uint8_t blue)
{
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++) {
            uint8_t *pixel = image->data + (size_t)y * image->stride + (size_t)x * 3;
            pixel[0] = red;
            pixel[1] = green;
            pixel[2] = blue;
        }
}

static inline int set_up_page(void **state)
{
    set_up(state);
    master_words = arena_alloc(arena, sizeof *master_words);
    sample_page(SAMPLE_COLOR, LAYER_DPI, arena, &master, master_words);
    color_box(&master, &pen, 30, 40, 150);
    color_box(&master, &dot, 40, 40, 40);
    assert_null(layered_make(&master, LAYER_DPI, QUALITY, &layers));
    return 0;
}

static inline int tear_down_page(void **state)
{
    layered_clear(&layers);
    image_clear(&master);
    return scratch_close(state);
}

static inline void set_mask(struct image *mask, const struct box *box, bool ink)
{
    for (int y = box->y; y < box->y + box->height; y++)
        for (int x = box->x; x < box->x + box->width; x++) {
            uint8_t *bits = mask->data + (size_t)y * mask->stride + (size_t)x / 8;
            *bits = (uint8_t)(ink ? *bits | 0x80 >> x % 8 : *bits & ~(0x80 >> x % 8));
        }
}

/* Colours all cells of the box in a decoded layer. */
static inline void color_cells(struct image *layer, const struct box *box, uint8_t red,
                               uint8_t green, uint8_t blue)
{
    int cell = layers.cell_px;
    const struct box cells = {box->x / cell, box->y / cell, box->width / cell + 1,
                              box->height / cell + 1};
    color_box(layer, &cells, red, green, blue);
}

/* Judges the layers as they are; damage changes what a reader would decode. */
static inline enum guard_verdict judge(void (*damage)(struct shown *), const char **reason)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    figures = (struct guard_figures){0};
    jbig2_encode(&layers.mask, &mask);
    assert_int_equal(shown_open(&layers, &mask, MASK_JBIG2, &shown, &fault), STATUS_OK);
    if (damage != NULL)
        damage(&shown);
    enum guard_verdict verdict = guard_judge(&master, LAYER_DPI, &shown, &figures, reason, NULL);
    shown_close(&shown);
    buffer_clear(&mask);
    return verdict;
}

static inline void assert_refused(void (*damage)(struct shown *), const char *wanted)
{
    const char *reason = NULL;
    assert_int_equal(judge(damage, &reason), GUARD_REFUSED);
    assert_string_equal(reason, wanted);
}

#endif
