/* Masks of layered pages come back as they were, or are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/image/jbig2.h"
#include "tests/unit/archive_probe.h"

static void assert_comes_back(const struct image *image)
{
    struct buffer bytes = {0};
    struct image again = {0};
    jbig2_encode(image, &bytes);
    assert_int_equal(
        jbig2_decode(bytes.data, bytes.size, image->width_px, image->height_px, &again, &fault),
        STATUS_OK);
    assert_memory_equal(again.data, image->data, image->stride * (size_t)image->height_px);
    image_clear(&again);
    buffer_clear(&bytes);
}

static void masks_of_every_width_come_back_bit_for_bit(void **state)
{
    static const int widths[] = {1, 7, 8, 9, 31, 64, 65, 257};
    unsigned seed = 7;
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int kind = 0; kind < 4; kind++) { /* blank, full, noise, blots */
            struct image image;
            image_init(&image, widths[i], 40, 1, 1);
            for (int y = 0; y < 40; y++)
                for (int x = 0; x < widths[i]; x++) {
                    seed = seed * 1103515245U + 12345U;
                    int bit = kind == 1   ? 1
                              : kind == 2 ? (int)(seed >> 16 & 1)
                              : kind == 3 ? (x / 5 + y / 7) % 3 == 0
                                          : 0;
                    image.data[(size_t)y * image.stride + (size_t)x / 8] |=
                        (uint8_t)(bit << (7 - x % 8));
                }
            assert_comes_back(&image);
            image_clear(&image);
        }
}

static void a_damaged_mask_is_refused_or_differs(void **state)
{
    struct image image, again = {0};
    struct buffer bytes = {0};
    (void)state;
    image_init(&image, 200, 100, 1, 1);
    for (size_t i = 0; i < image.stride * 100; i++)
        image.data[i] = (uint8_t)(i * 37 >> 2);
    jbig2_encode(&image, &bytes);
    for (size_t size = 0; size < bytes.size; size++)
        assert_int_equal(jbig2_decode(bytes.data, size, 200, 100, &again, &fault), STATUS_REJECT);
    assert_int_equal(jbig2_decode(bytes.data, bytes.size, 201, 100, &again, &fault), STATUS_REJECT);
    /* the coder's last bytes only fill up */
    for (size_t at = 0; at + 3 < bytes.size; at++) {
        bytes.data[at] ^= 0x10;
        if (jbig2_decode(bytes.data, bytes.size, 200, 100, &again, &fault) == STATUS_OK)
            assert_memory_not_equal(again.data, image.data, image.stride * 100);
        image_clear(&again);
        bytes.data[at] ^= 0x10;
    }
    buffer_clear(&bytes);
    image_clear(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(masks_of_every_width_come_back_bit_for_bit, set_up,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_damaged_mask_is_refused_or_differs, set_up,
                                        scratch_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
