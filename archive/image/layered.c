#include "archive/image/layered.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/layered_parts.h"

#define CELL_DPI 100.0       /* of background and ink */
#define CELL_DPI_COARSE 72.0 /* of pages below EDGE_DPI, whose strokes have fewer pixels */
#define CELLS_MIN 48         /* a page with fewer on a side is left as it is */
#define PHOTO_MAX 0.25       /* share of the page that patches may take */
#define PATCH_QUALITY 80
#define COLOR_QUALITY 85 /* colour is half as fine and smooth: cheap to keep right */
#define KEPT_MAX 0.15    /* share of the page that kept words may take */
#define BOXES_MAX 4096   /* places before they are united: a quarter of a square metre is bad */
#define UNITED_MAX 1.2   /* times the area of two places that is still one */
#define KEPT_MARGIN_INCH 0.03 /* a mark may stand a little off its letter */
#define EDGE_DPI 250          /* from here on an edge is two pixels wide */

static void pack_mask(const struct plane *mask, struct layered *out)
{
    image_init(&out->mask, out->cells_x * out->cell_px, out->cells_y * out->cell_px, 1, 1);
    for (int y = 0; y < mask->height; y++) {
        const uint8_t *from = plane_row(mask, y);
        uint8_t *to = out->mask.data + (size_t)y * out->mask.stride;
        for (int x = 0; x < mask->width; x++) {
            to[x / 8] |= (uint8_t)(from[x] << (7 - x % 8));
            out->ink_px += from[x];
        }
    }
}

/* In patches there is neither ink nor paper. */
static void cut_patches(const struct layered *layers, struct plane *mask, struct plane *near)
{
    for (size_t i = 0; i < layers->patch_count; i++) {
        const struct patch *patch = &layers->patches[i];
        for (int y = patch->y_px; y < patch->y_px + patch->height_px; y++) {
            memset(plane_row(mask, y) + patch->x_px, 0, (size_t)patch->width_px);
            memset(plane_row(near, y) + patch->x_px, 2, (size_t)patch->width_px);
        }
    }
}

static enum status encode_patch(const struct image *image, struct patch *patch)
{
    struct image cut;
    size_t pixel = (size_t)image->channels;
    const struct image_jpeg_way way = {
        .quality = PATCH_QUALITY, .progressive = true, .full_chroma = true};
    image_init(&cut, patch->width_px, patch->height_px, image->channels, 8);
    for (int y = 0; y < patch->height_px; y++)
        memcpy(cut.data + (size_t)y * cut.stride,
               image->data + (size_t)(patch->y_px + y) * image->stride +
                   (size_t)patch->x_px * pixel,
               cut.stride);
    enum status status = image_encode_jpeg_way(&cut, &way, &patch->jpeg, NULL);
    image_clear(&cut);
    return status;
}

static bool encode_layers(const struct image *image, const struct plane *mask,
                          const struct plane *near, int quality, struct layered *out)
{
    struct image background, ink;
    const struct image_jpeg_way way = {.quality = quality,
                                       .color_quality =
                                           quality > COLOR_QUALITY ? quality : COLOR_QUALITY,
                                       .progressive = true};
    struct image_jpeg_way ink_way = way;
    ink_way.full_chroma = true;         /* pens cross seals */
    ink_way.quality = quality * 7 / 10; /* spread smoothly, it has nothing fine */
    ink_way.color_quality = quality;
    fill_layers(image, mask, near, out, &background, &ink);
    bool good = image_encode_jpeg_way(&background, &way, &out->background, NULL) == STATUS_OK &&
                image_encode_jpeg_way(&ink, &ink_way, &out->ink, NULL) == STATUS_OK;
    for (size_t i = 0; i < out->patch_count && good; i++)
        good = encode_patch(image, &out->patches[i]) == STATUS_OK;
    image_clear(&background);
    image_clear(&ink);
    return good;
}

/* The mask's whole cells pass what any image may have: nobody would read it back. */
static bool is_too_large(const struct layered *layers)
{
    int64_t width = (int64_t)layers->cells_x * layers->cell_px;
    int64_t height = (int64_t)layers->cells_y * layers->cell_px;
    return width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX || width * height > IMAGE_PIXELS_MAX;
}

const char *layered_make(const struct image *image, double dpi, int quality, struct layered *out)
{
    struct plane dark = {0}, mask = {0}, near = {0};
    struct tiles tiles = {0};
    const char *reason = NULL;
    int cell = (int)lround(dpi / (dpi < EDGE_DPI ? CELL_DPI_COARSE : CELL_DPI));
    *out = (struct layered){.width_px = image->width_px,
                            .height_px = image->height_px,
                            .channels = image->channels,
                            .cell_px = cell < 1    ? 1
                                       : cell > 16 ? 16
                                                   : cell};
    out->cells_x = (image->width_px + out->cell_px - 1) / out->cell_px;
    out->cells_y = (image->height_px + out->cell_px - 1) / out->cell_px;
    if (out->cell_px < 2 || out->cells_x < CELLS_MIN || out->cells_y < CELLS_MIN)
        return "small";
    if (is_too_large(out))
        return "large";
    ink_plane(image, &dark);
    tiles_new(&dark, dpi, &tiles);
    if (find_patches(&tiles, dpi, out) > PHOTO_MAX) {
        reason = "photo";
    } else {
        ink_mask(&dark, &tiles, dpi, image->channels == 3, &mask);
        plane_widen(&mask, dpi >= EDGE_DPI ? 2 : 1, &near);
        cut_patches(out, &mask, &near);
        pack_mask(&mask, out);
        if (!encode_layers(image, &mask, &near, quality, out))
            reason = "encoder";
    }
    tiles_clear(&tiles);
    plane_clear(&dark);
    plane_clear(&mask);
    plane_clear(&near);
    return reason;
}

/* ---------------------------------------------------------------- kept places */

/* The box with its margin, within the page. */
static struct box widened(const struct box *box, int margin, const struct layered *layers)
{
    int left = box->x - margin > 0 ? box->x - margin : 0;
    int top = box->y - margin > 0 ? box->y - margin : 0;
    int right = box->x + box->width + margin, bottom = box->y + box->height + margin;
    right = right < layers->width_px ? right : layers->width_px;
    bottom = bottom < layers->height_px ? bottom : layers->height_px;
    return (struct box){left, top, right - left, bottom - top};
}

static bool touch(const struct box *a, const struct box *b)
{
    return a->x <= b->x + b->width && b->x <= a->x + a->width && a->y <= b->y + b->height &&
           b->y <= a->y + a->height;
}

static struct box united(const struct box *a, const struct box *b)
{
    int left = a->x < b->x ? a->x : b->x, top = a->y < b->y ? a->y : b->y;
    int right = a->x + a->width > b->x + b->width ? a->x + a->width : b->x + b->width;
    int bottom = a->y + a->height > b->y + b->height ? a->y + a->height : b->y + b->height;
    return (struct box){left, top, right - left, bottom - top};
}

static double area_of(const struct box *box)
{
    return (double)box->width * box->height;
}

/* Touching boxes that are one place: it is not much larger than they are. Two folds that cross are
 * two. */
static bool are_one(const struct box *a, const struct box *b)
{
    const struct box both = united(a, b);
    return touch(a, b) && area_of(&both) <= UNITED_MAX * (area_of(a) + area_of(b));
}

/* Boxes that touch become one, until none are. Of the boxes before one that grew no two are one, so
 * they are held against that one alone. */
static size_t unite(struct box *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count;) {
            if (!are_one(&places[i], &places[k])) {
                k++;
                continue;
            }
            places[i] = united(&places[i], &places[k]);
            places[k] = places[--count];
            size_t before = 0;
            while (before < i && !are_one(&places[before], &places[i]))
                before++;
            k = before < i ? i : i + 1;
            i = before;
        }
    return count;
}

static void clear_mask(struct layered *layers, const struct box *place)
{
    for (int y = place->y; y < place->y + place->height; y++) {
        uint8_t *row = layers->mask.data + (size_t)y * layers->mask.stride;
        for (int x = place->x; x < place->x + place->width; x++) {
            uint8_t bit = (uint8_t)(0x80 >> x % 8);
            layers->ink_px -= (row[x / 8] & bit) != 0;
            row[x / 8] &= (uint8_t)~bit;
        }
    }
}

bool layered_keep(const struct image *image, double dpi, const struct box *boxes, size_t count,
                  struct layered *layers)
{
    if (count > BOXES_MAX)
        return false;
    struct box *places = memory_new((count + 1) * sizeof *places);
    double area = 0, page = (double)layers->width_px * layers->height_px;
    bool good = true;
    for (size_t i = 0; i < count; i++)
        places[i] = widened(&boxes[i], (int)lround(dpi * KEPT_MARGIN_INCH), layers);
    count = unite(places, count);
    for (size_t i = 0; i < count; i++) {
        area += area_of(&places[i]);
        good = good && places[i].width > 0 && places[i].height > 0;
    }
    good = good && layers->patch_count + count <= PATCHES_MAX && area <= KEPT_MAX * page;
    for (size_t i = 0; i < count && good; i++) {
        struct patch *patch = &layers->patches[layers->patch_count++];
        *patch = (struct patch){.x_px = places[i].x,
                                .y_px = places[i].y,
                                .width_px = places[i].width,
                                .height_px = places[i].height};
        clear_mask(layers, &places[i]);
        good = encode_patch(image, patch) == STATUS_OK;
    }
    free(places);
    return good;
}

void layered_clear(struct layered *layers)
{
    image_clear(&layers->mask);
    buffer_clear(&layers->background);
    buffer_clear(&layers->ink);
    for (size_t i = 0; i < layers->patch_count; i++)
        buffer_clear(&layers->patches[i].jpeg);
    *layers = (struct layered){0};
}
