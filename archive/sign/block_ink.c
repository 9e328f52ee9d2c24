/* The ink mask of a page: paper tone is judged locally, so yellow paper and shadows are not ink. */
#include "archive/sign/block.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL_PT 2.0     /* side of a cell: 0.7 mm */
#define TILE_CELLS 20   /* paper tone is taken from tiles of 14 mm ... */
#define TILE_REACH 1    /* ... and their neighbours up to this far */
#define DARKER 0.72     /* of the paper tone: the smallest channel of ink lies below */
#define INK_SHARE 0.015 /* of a cell's pixels */
#define DUST_REACH 4    /* cells: so few that far from any other ink ... */
#define DUST_CELLS 4    /* ... are dust, a full stop has its sentence beside it */
#define PAPER_MIN 90    /* darker than this is no paper: black edges, photographs */

/* The smallest channel: red and blue ink are dark in it, too. 0..255 */
static uint8_t tone_at(const struct image *image, int x, int y)
{
    const uint8_t *row = image->data + (size_t)y * image->stride;
    if (image->bits == 1)
        return row[x / 8] >> (7 - x % 8) & 1 ? 0 : 255;
    unsigned smallest = UINT16_MAX;
    for (int c = 0; c < image->channels; c++) {
        size_t at = (size_t)x * (size_t)image->channels + (size_t)c;
        unsigned value =
            image->bits == 16 ? ((const uint16_t *)(const void *)row)[at] >> 8 : row[at];
        smallest = value < smallest ? value : smallest;
    }
    return (uint8_t)smallest;
}

struct tiles {
    int columns, rows;
    double tile_px_x, tile_px_y;
    uint8_t *paper;
};

/* Paper is the tone that 80 % of a tile's pixels reach at most: bright, but no speck. */
static void measure_tiles(const struct image *image, struct tiles *tiles, struct arena *arena)
{
    size_t cells = (size_t)tiles->columns * (size_t)tiles->rows;
    uint32_t(*counts)[256] = arena_array(arena, cells, sizeof *counts);
    for (int y = 0; y < image->height_px; y += 2)
        for (int x = 0; x < image->width_px; x += 2) {
            int column = (int)(x / tiles->tile_px_x), row = (int)(y / tiles->tile_px_y);
            counts[row * tiles->columns + column][tone_at(image, x, y)]++;
        }
    tiles->paper = arena_alloc(arena, cells);
    for (size_t i = 0; i < cells; i++) {
        uint64_t total = 0, seen = 0;
        for (int tone = 0; tone < 256; tone++)
            total += counts[i][tone];
        int tone = 0;
        while (tone < 255 && (seen += counts[i][tone]) * 10 < total * 8)
            tone++;
        tiles->paper[i] = (uint8_t)tone;
    }
}

/* The brightest paper around: a tile that is all ink must not pass for dark paper. */
static uint8_t paper_near(const struct tiles *tiles, int column, int row)
{
    uint8_t paper = PAPER_MIN;
    for (int y = row - TILE_REACH; y <= row + TILE_REACH; y++)
        for (int x = column - TILE_REACH; x <= column + TILE_REACH; x++)
            if (x >= 0 && x < tiles->columns && y >= 0 && y < tiles->rows &&
                tiles->paper[y * tiles->columns + x] > paper)
                paper = tiles->paper[y * tiles->columns + x];
    return paper;
}

static bool cell_has_ink(const struct image *image, int left, int top, int right, int bottom,
                         unsigned threshold)
{
    int dark = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++)
            dark += tone_at(image, x, y) < threshold;
    int allowed = (int)(INK_SHARE * (right - left) * (bottom - top));
    return dark > allowed;
}

static void sum_up(struct ink *ink, const bool *mask, struct arena *arena)
{
    size_t stride = (size_t)ink->columns + 1;
    ink->sums = arena_array(arena, stride * ((size_t)ink->rows + 1), sizeof *ink->sums);
    for (int row = 0; row < ink->rows; row++)
        for (int column = 0; column < ink->columns; column++) {
            unsigned *sum = &ink->sums[((size_t)row + 1) * stride + (size_t)column + 1];
            *sum =
                sum[-1] + *(sum - stride) - *(sum - stride - 1) + mask[row * ink->columns + column];
        }
}

static int clamp(int value, int high)
{
    return value < 0 ? 0 : value > high ? high : value;
}

static unsigned count_ink(const struct ink *ink, int left, int top, int right, int bottom)
{
    size_t stride = (size_t)ink->columns + 1;
    size_t x0 = (size_t)clamp(left, ink->columns), x1 = (size_t)clamp(right, ink->columns);
    const unsigned *above = ink->sums + (size_t)clamp(top, ink->rows) * stride;
    const unsigned *below = ink->sums + (size_t)clamp(bottom, ink->rows) * stride;
    return below[x1] - above[x1] - below[x0] + above[x0];
}

void ink_measure(const struct image *page, double width_pt, double height_pt, struct arena *arena,
                 struct ink *out)
{
    *out = (struct ink){.columns = (int)ceil(width_pt / CELL_PT),
                        .rows = (int)ceil(height_pt / CELL_PT),
                        .cell_pt = CELL_PT,
                        .width_pt = width_pt,
                        .height_pt = height_pt};
    double px_x = page->width_px / width_pt * CELL_PT, px_y = page->height_px / height_pt * CELL_PT;
    struct tiles tiles = {.columns = out->columns / TILE_CELLS + 1,
                          .rows = out->rows / TILE_CELLS + 1,
                          .tile_px_x = px_x * TILE_CELLS,
                          .tile_px_y = px_y * TILE_CELLS};
    measure_tiles(page, &tiles, arena);

    bool *mask = arena_array(arena, (size_t)out->columns * (size_t)out->rows, sizeof *mask);
    for (int row = 0; row < out->rows; row++)
        for (int column = 0; column < out->columns; column++) {
            int left = (int)(column * px_x), top = (int)(row * px_y);
            int right = (int)fmin(page->width_px, (column + 1) * px_x);
            int bottom = (int)fmin(page->height_px, (row + 1) * px_y);
            uint8_t paper = paper_near(&tiles, column / TILE_CELLS, row / TILE_CELLS);
            mask[row * out->columns + column] =
                cell_has_ink(page, left, top, right, bottom, (unsigned)(paper * DARKER));
        }
    sum_up(out, mask, arena);
    for (int row = 0; row < out->rows; row++)
        for (int column = 0; column < out->columns; column++)
            if (mask[row * out->columns + column] &&
                count_ink(out, column - DUST_REACH, row - DUST_REACH, column + DUST_REACH + 1,
                          row + DUST_REACH + 1) <= DUST_CELLS)
                mask[row * out->columns + column] = false;
    sum_up(out, mask, arena);
}

double ink_share(const struct ink *ink, double left, double top, double width, double height)
{
    int x0 = clamp((int)floor(left / ink->cell_pt), ink->columns);
    int x1 = clamp((int)ceil((left + width) / ink->cell_pt), ink->columns);
    int y0 = clamp((int)floor(top / ink->cell_pt), ink->rows);
    int y1 = clamp((int)ceil((top + height) / ink->cell_pt), ink->rows);
    if (x1 <= x0 || y1 <= y0)
        return 1;
    return (double)count_ink(ink, x0, y0, x1, y1) / ((double)(x1 - x0) * (y1 - y0));
}
