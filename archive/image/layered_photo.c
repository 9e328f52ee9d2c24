/* Places of continuous tone: no paper shines through, and no one tone prevails. */
#include <stdlib.h>
#include <string.h>

#include "archive/image/layered_parts.h"

#define REACH 2           /* tiles to each side in which paper would be seen beside strokes */
#define DARKER 28         /* levels below the page's paper */
#define SIDE_MIN_INCH 0.4 /* about 1 cm */
#define FILLED_MIN 0.6    /* of the box that is drawn round a place */
#define ONE_TONE 8        /* levels: a shaded field is all within these of its commonest tone */
#define ONE_TONE_SHARE 0.55

struct box_tiles {
    int left, top, right, bottom, count; /* inclusive */
};

/* Marks tiles that see no paper within their reach. */
static uint8_t *closed_tiles(const struct tiles *tiles)
{
    uint8_t *out = memory_new((size_t)tiles->across * (size_t)tiles->down);
    int limit = paper_level(tiles) - DARKER;
    for (int y = 0; y < tiles->down; y++)
        for (int x = 0; x < tiles->across; x++) {
            bool closed = true;
            for (int ny = y - REACH; ny <= y + REACH && closed; ny++)
                for (int nx = x - REACH; nx <= x + REACH && closed; nx++)
                    closed = nx < 0 || ny < 0 || nx >= tiles->across || ny >= tiles->down ||
                             tiles->high[(size_t)ny * (size_t)tiles->across + (size_t)nx] <= limit;
            out[(size_t)y * (size_t)tiles->across + (size_t)x] = closed;
        }
    return out;
}

/* Takes the tiles that hang together with one, and their box. stack has room for all. */
static struct box_tiles take_place(const struct tiles *tiles, uint8_t *closed, size_t start,
                                   size_t *stack)
{
    size_t across = (size_t)tiles->across, depth = 0;
    struct box_tiles box = {tiles->across, tiles->down, 0, 0, 0};
    stack[depth++] = start;
    closed[start] = 0;
    while (depth > 0) {
        size_t at = stack[--depth];
        int x = (int)(at % across), y = (int)(at / across);
        box.left = x < box.left ? x : box.left;
        box.right = x > box.right ? x : box.right;
        box.top = y < box.top ? y : box.top;
        box.bottom = y > box.bottom ? y : box.bottom;
        box.count++;
        const size_t next[4] = {x > 0 ? at - 1 : at, x + 1 < tiles->across ? at + 1 : at,
                                y > 0 ? at - across : at, y + 1 < tiles->down ? at + across : at};
        for (size_t i = 0; i < 4; i++)
            if (closed[next[i]]) {
                closed[next[i]] = 0;
                stack[depth++] = next[i];
            }
    }
    return box;
}

/* A field of one colour, with or without print on it, is no photo: the background carries it. */
static bool is_one_tone(const struct tiles *tiles, const struct box_tiles *box)
{
    size_t histogram[256] = {0}, count = 0, most = 0;
    double area = (double)tiles->size_px * tiles->size_px;
    for (int y = box->top; y <= box->bottom; y++)
        for (int x = box->left; x <= box->right; x++) {
            double mean = tiles->sum[(size_t)y * (size_t)tiles->across + (size_t)x] / area;
            histogram[mean > 255 ? 255 : (int)mean]++;
            count++;
        }
    for (int level = 0; level < 256; level++) {
        size_t near = 0;
        for (int i = level - ONE_TONE; i <= level + ONE_TONE; i++)
            near += i >= 0 && i < 256 ? histogram[i] : 0;
        most = near > most ? near : most;
    }
    return (double)most > ONE_TONE_SHARE * (double)count;
}

static void add_patch(const struct tiles *tiles, const struct box_tiles *box, struct layered *out)
{
    int size = tiles->size_px;
    struct patch *patch = &out->patches[out->patch_count++];
    /* the reach was lost at the rims */
    int left = (box->left - REACH) * size, top = (box->top - REACH) * size;
    int right = (box->right + REACH + 1) * size, bottom = (box->bottom + REACH + 1) * size;
    patch->x_px = left < 0 ? 0 : left;
    patch->y_px = top < 0 ? 0 : top;
    patch->width_px = (right > out->width_px ? out->width_px : right) - patch->x_px;
    patch->height_px = (bottom > out->height_px ? out->height_px : bottom) - patch->y_px;
}

double find_patches(const struct tiles *tiles, double dpi, struct layered *out)
{
    size_t count = (size_t)tiles->across * (size_t)tiles->down;
    uint8_t *closed = closed_tiles(tiles);
    size_t *stack = memory_new(count * sizeof *stack);
    int side_min = (int)(dpi * SIDE_MIN_INCH) / tiles->size_px - 2 * REACH;
    double area = 0;
    for (size_t i = 0; i < count; i++) {
        if (!closed[i])
            continue;
        struct box_tiles box = take_place(tiles, closed, i, stack);
        int width = box.right - box.left + 1, height = box.bottom - box.top + 1;
        if (width < side_min || height < side_min ||
            box.count < FILLED_MIN * (double)width * height || is_one_tone(tiles, &box))
            continue;
        if (out->patch_count == PHOTOS_MAX) {
            area = (double)out->width_px * out->height_px; /* an album, not a paper */
            break;
        }
        add_patch(tiles, &box, out);
        const struct patch *patch = &out->patches[out->patch_count - 1];
        area += (double)patch->width_px * patch->height_px;
    }
    free(stack);
    free(closed);
    return area / ((double)out->width_px * out->height_px);
}
