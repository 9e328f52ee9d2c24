#include "archive/image/again.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/hash.h"

static bool same_bytes(const struct image *master, int quality, const char *sha256)
{
    struct buffer bytes = {0};
    char hex[HASH_HEX_SIZE] = "";
    if (quality > 0 && image_encode_jpeg(master, quality, &bytes, NULL) == STATUS_OK)
        hash_bytes(bytes.data, bytes.size, hex);
    buffer_clear(&bytes);
    return strcmp(hex, sha256) == 0;
}

/* One square of one channel; x and y in pixels. */
static bool square_alike(const struct image *a, const struct image *b, int left, int top,
                         int channel)
{
    int right = left + AGAIN_SQUARE < a->width_px ? left + AGAIN_SQUARE : a->width_px;
    int bottom = top + AGAIN_SQUARE < a->height_px ? top + AGAIN_SQUARE : a->height_px;
    long difference = 0, apart = 0, pixels = (long)(right - left) * (bottom - top);
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            size_t at = (size_t)y * a->stride + (size_t)x * (size_t)a->channels + (size_t)channel;
            long one = (long)a->data[at] - (long)b->data[at];
            difference += one;
            apart += labs(one);
        }
    return labs(difference) <= AGAIN_LEVELS * pixels && apart <= AGAIN_APART * pixels;
}

static bool alike(const struct image *a, const struct image *b)
{
    if (a->width_px != b->width_px || a->height_px != b->height_px || a->channels != b->channels ||
        a->bits != 8 || b->bits != 8 || a->stride != b->stride)
        return false;
    for (int y = 0; y < a->height_px; y += AGAIN_SQUARE)
        for (int x = 0; x < a->width_px; x += AGAIN_SQUARE)
            for (int channel = 0; channel < a->channels; channel++)
                if (!square_alike(a, b, x, y, channel))
                    return false;
    return true;
}

enum again again_encoded(const struct image *master, int quality, const struct image *shown,
                         const char *sha256)
{
    if (same_bytes(master, quality, sha256))
        return AGAIN_SAME;
    return alike(master, shown) ? AGAIN_ALIKE : AGAIN_DIFFERS;
}
