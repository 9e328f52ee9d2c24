#include "teach/damage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 64 /* px: paper and ink change slowly */

struct harm {
    double fade;              /* share of the ink that is left */
    double uneven;            /* how much that varies over the page */
    double blur_px;           /* deviation */
    double noise;             /* grey levels */
    double paper, tint, lamp; /* brightness of the paper, its yellow, fall of the light */
    double contrast, shift;   /* of a copier; 1 and 0: none */
    double holes, specks;     /* a page's share of px */
    int folds;
    int quality; /* of JPEG; 0: none */
};

static struct harm choose(int level, struct chance *chance)
{
    struct harm harm = {.fade = chance_between(chance, 0.8, 1),
                        .blur_px = chance_between(chance, 0.3, 0.7),
                        .noise = chance_between(chance, 0, 3),
                        .paper = chance_between(chance, 240, 255),
                        .contrast = 1,
                        .quality = chance_int(chance, 60, 92)};
    if (level == 0)
        return harm;
    harm.lamp = chance_between(chance, 0, 0.08 * level);
    harm.noise = chance_between(chance, 1, 4 + 3 * level);
    harm.tint = chance_between(chance, 0, 0.05 * level);
    harm.paper = chance_between(chance, 250 - 14 * level, 252);
    harm.blur_px = chance_between(chance, 0.4, 0.7 + 0.25 * level);
    harm.uneven = chance_between(chance, 0, 0.12 * level);
    harm.fade = chance_between(chance, level == 3 ? 0.35 : 0.65, 1);
    harm.quality = chance_int(chance, 75 - 12 * level, 90);
    if (level >= 2) {
        harm.holes = chance_between(chance, 0, 0.02 * (level - 1));
        harm.specks = chance_between(chance, 0, 0.0006 * (level - 1));
        harm.folds = chance_int(chance, 0, level);
    }
    if (level == 2 || (level == 3 && chance_hit(chance, 0.3))) {
        harm.contrast = chance_between(chance, 1.4, 3.5);
        harm.shift = chance_between(chance, -45, 45);
    }
    return harm;
}

/* One channel as floats. */
struct plane {
    float *at;
    int width, height;
};

/* Values that change slowly: a coarse grid, straight lines between. */
static float *slow_grid(const struct plane *plane, struct chance *chance, int *columns)
{
    int wide = plane->width / CELL + 2, high = plane->height / CELL + 2;
    float *grid = malloc(sizeof *grid * (size_t)wide * (size_t)high);
    if (!grid)
        abort();
    float coarse[8][8];
    for (int i = 0; i < 64; i++)
        coarse[i / 8][i % 8] = (float)chance_normal(chance);
    for (int y = 0; y < high; y++)
        for (int x = 0; x < wide; x++) {
            float u = 6.99F * (float)x / (float)wide, v = 6.99F * (float)y / (float)high;
            int i = (int)u, j = (int)v;
            u -= (float)i;
            v -= (float)j;
            grid[y * wide + x] = (1 - v) * ((1 - u) * coarse[j][i] + u * coarse[j][i + 1]) +
                                 v * ((1 - u) * coarse[j + 1][i] + u * coarse[j + 1][i + 1]);
        }
    *columns = wide;
    return grid;
}

/* Three running means are nearly a bell; one with weights does for what is less than a px. */
static void blur_row(float *at, int count, size_t step, double deviation, float *row)
{
    double side = exp(-0.5 / (deviation * deviation)), far = exp(-2 / (deviation * deviation));
    float sum = (float)(1 + 2 * side + 2 * far), near = (float)side / sum, wide = (float)far / sum;
    for (int i = 0; i < count; i++)
        row[i + 2] = at[(size_t)i * step];
    row[0] = row[1] = row[2];
    row[count + 2] = row[count + 3] = row[count + 1];
    for (int i = 0; i < count; i++)
        at[(size_t)i * step] =
            row[i + 2] / sum + near * (row[i + 1] + row[i + 3]) + wide * (row[i] + row[i + 4]);
}

static void blur(struct plane *plane, double deviation)
{
    int longer = plane->width > plane->height ? plane->width : plane->height;
    float *row = malloc(sizeof *row * (size_t)(longer + 4));
    if (!row)
        abort();
    for (int y = 0; y < plane->height; y++)
        blur_row(plane->at + (size_t)y * (size_t)plane->width, plane->width, 1, deviation, row);
    for (int x = 0; x < plane->width; x++)
        blur_row(plane->at + x, plane->height, (size_t)plane->width, deviation, row);
    free(row);
}

static void age(struct plane *plane, const struct harm *harm, double colour, struct chance *chance)
{
    int columns;
    float *grid = slow_grid(plane, chance, &columns);
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++) {
            float *at = &plane->at[(size_t)y * (size_t)plane->width + (size_t)x];
            double slow = grid[(y / CELL) * columns + x / CELL];
            double ink = (255 - *at) / 255 * harm->fade * (1 + harm->uneven * slow);
            if (harm->holes > 0 && chance_hit(chance, harm->holes))
                ink *= 0.3;
            double light = harm->paper * colour * (1 - harm->lamp * (0.5 + 0.35 * slow));
            *at = (float)(light * (1 - (ink < 0 ? 0 : ink > 1 ? 1 : ink)));
        }
    free(grid);
    for (int fold = 0; fold < harm->folds; fold++) {
        bool upright = chance_hit(chance, 0.5);
        int at = chance_int(chance, 20, (upright ? plane->width : plane->height) - 20);
        float depth = (float)chance_between(chance, -50, 50);
        int side = upright ? plane->height : plane->width, thick = chance_int(chance, 1, 4);
        for (int i = 0; i < side; i++)
            for (int t = 0; t < thick; t++)
                plane->at[upright ? (size_t)i * (size_t)plane->width + (size_t)(at + t)
                                  : (size_t)(at + t) * (size_t)plane->width + (size_t)i] += depth;
    }
}

static void scan(struct plane *plane, const struct harm *harm, struct chance *chance)
{
    size_t count = (size_t)plane->width * (size_t)plane->height;
    for (size_t i = 0; i < count; i++) {
        double value =
            (plane->at[i] - 140) * harm->contrast + 140 + harm->shift * (harm->contrast > 1);
        if (harm->specks > 0 && chance_hit(chance, harm->specks))
            value -= chance_between(chance, 60, 220);
        value += harm->noise * (chance_unit(chance) + chance_unit(chance) - 1) * 2.4;
        plane->at[i] = (float)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
    for (double specks = harm->specks * (double)count / 3; specks > 0; specks--) {
        int x = chance_int(chance, 1, plane->width - 3),
            y = chance_int(chance, 1, plane->height - 3);
        for (int i = 0; i < 4; i++)
            plane->at[(size_t)(y + i / 2) * (size_t)plane->width + (size_t)(x + i % 2)] *= 0.4F;
    }
}

static void to_bits(const struct plane *plane, double threshold, struct image *page)
{
    struct image bits;
    image_init(&bits, plane->width, plane->height, 1, 1);
    bits.dpi_x = bits.dpi_y = page->dpi_x;
    for (int y = 0; y < plane->height; y++)
        for (int x = 0; x < plane->width; x++)
            if (plane->at[(size_t)y * (size_t)plane->width + (size_t)x] < threshold)
                bits.data[(size_t)y * bits.stride + (size_t)x / 8] |= (uint8_t)(128 >> (x % 8));
    image_clear(page);
    *page = bits;
}

static void press(struct image *page, int quality)
{
    struct buffer bytes = {0};
    struct image pressed = {0};
    struct error error = {0};
    if (image_encode_jpeg(page, quality, &bytes, &error) != STATUS_OK ||
        image_decode_jpeg(bytes.data, bytes.size, &pressed, &error) != STATUS_OK)
        abort();
    image_clear(page);
    *page = pressed;
    buffer_clear(&bytes);
}

void damage_page(struct image *page, int level, enum scan_mode mode, struct chance *chance)
{
    struct harm harm = choose(level, chance);
    if (mode != SCAN_COLOUR) {
        struct image gray;
        image_to_gray(page, &gray);
        gray.dpi_x = gray.dpi_y = page->dpi_x;
        image_clear(page);
        *page = gray;
    }
    struct plane plane = {NULL, page->width_px, page->height_px};
    size_t count = (size_t)plane.width * (size_t)plane.height;
    plane.at = malloc(count * sizeof *plane.at);
    if (!plane.at)
        abort();
    struct chance same = *chance; /* what differs between channels is the paper's colour only */
    for (int channel = 0; channel < page->channels; channel++) {
        *chance = same;
        for (size_t i = 0; i < count; i++)
            plane.at[i] = page->data[i * (size_t)page->channels + (size_t)channel];
        age(&plane, &harm, 1 - harm.tint * channel, chance);
        blur(&plane, harm.blur_px);
        scan(&plane, &harm, chance);
        for (size_t i = 0; i < count; i++)
            page->data[i * (size_t)page->channels + (size_t)channel] = (uint8_t)plane.at[i];
    }
    if (mode == SCAN_BILEVEL)
        to_bits(&plane, harm.paper * chance_between(chance, 0.5, 0.8), page);
    else if (harm.quality)
        press(page, harm.quality);
    free(plane.at);
}
