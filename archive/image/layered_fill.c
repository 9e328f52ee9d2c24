/* Colours of background and ink, cell by cell. */
#include <stdlib.h>
#include <string.h>

#include "archive/image/layered_parts.h"

/* Values of a layer with their weights; 0: nothing is known, push-pull fills it. */
struct grid {
    int width, height, channels;
    float *value;  /* channels interleaved */
    float *weight; /* one a cell */
};

static void grid_new(struct grid *grid, int width, int height, int channels)
{
    size_t cells = (size_t)width * (size_t)height;
    *grid = (struct grid){.width = width, .height = height, .channels = channels};
    grid->value = memory_new(cells * (size_t)channels * sizeof *grid->value);
    grid->weight = memory_new(cells * sizeof *grid->weight);
}

static void grid_clear(struct grid *grid)
{
    free(grid->value);
    free(grid->weight);
}

/* ---------------------------------------------------------------- push-pull */

/* Half as large; what is known is averaged by weight. */
static void push(const struct grid *fine, struct grid *coarse)
{
    size_t channels = (size_t)fine->channels;
    grid_new(coarse, (fine->width + 1) / 2, (fine->height + 1) / 2, fine->channels);
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            size_t from = (size_t)y * (size_t)fine->width + (size_t)x;
            size_t to = (size_t)(y / 2) * (size_t)coarse->width + (size_t)(x / 2);
            float weight = fine->weight[from];
            coarse->weight[to] += weight;
            for (size_t c = 0; c < channels && weight > 0; c++)
                coarse->value[to * channels + c] += weight * fine->value[from * channels + c];
        }
    for (size_t i = 0; i < (size_t)coarse->width * (size_t)coarse->height; i++) {
        for (size_t c = 0; c < channels && coarse->weight[i] > 0; c++)
            coarse->value[i * channels + c] /= coarse->weight[i];
        coarse->weight[i] = coarse->weight[i] > 1 ? 1 : coarse->weight[i];
    }
}

/* Three quarters of the nearest coarse cell and a quarter of the next, each way, so that what is
 * filled has no steps. */
static void pull(const struct grid *coarse, struct grid *fine)
{
    size_t channels = (size_t)fine->channels;
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            size_t to = (size_t)y * (size_t)fine->width + (size_t)x;
            if (fine->weight[to] > 0)
                continue;
            int cx = x / 2, cy = y / 2;
            int nx = x % 2 ? cx + 1 : cx - 1, ny = y % 2 ? cy + 1 : cy - 1;
            nx = nx < 0 || nx >= coarse->width ? cx : nx;
            ny = ny < 0 || ny >= coarse->height ? cy : ny;
            const float *a =
                coarse->value + ((size_t)cy * (size_t)coarse->width + (size_t)cx) * channels;
            const float *b =
                coarse->value + ((size_t)cy * (size_t)coarse->width + (size_t)nx) * channels;
            const float *c =
                coarse->value + ((size_t)ny * (size_t)coarse->width + (size_t)cx) * channels;
            const float *d =
                coarse->value + ((size_t)ny * (size_t)coarse->width + (size_t)nx) * channels;
            for (size_t i = 0; i < channels; i++)
                fine->value[to * channels + i] = (9 * a[i] + 3 * b[i] + 3 * c[i] + d[i]) / 16;
        }
}

static void fill_holes(struct grid *grid)
{
    struct grid coarse;
    if (grid->width == 1 && grid->height == 1)
        return;
    push(grid, &coarse);
    fill_holes(&coarse);
    pull(&coarse, grid);
    grid_clear(&coarse);
}

static void grid_image(const struct grid *grid, struct image *out)
{
    image_init(out, grid->width, grid->height, grid->channels, 8);
    for (size_t i = 0; i < out->stride * (size_t)grid->height; i++) {
        float value = grid->value[i];
        out->data[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5F);
    }
}

/* ---------------------------------------------------------------- from the page */

/* What a cell holds of the page. */
struct cell {
    uint32_t paper[3], paper_px; /* away from ink */
    uint32_t near[3], near_px;   /* ink and its edges */
    uint32_t ink_px;             /* set in the mask */
};

/* One cell's pixels of one row. */
static void add_gray(const uint8_t *pixel, const uint8_t *is_ink, const uint8_t *is_near, int count,
                     struct cell *cell)
{
    for (int x = 0; x < count; x++)
        if (is_near[x] == 0) {
            cell->paper[0] += pixel[x];
            cell->paper_px++;
        } else if (is_near[x] == 1) {
            cell->near[0] += pixel[x];
            cell->near_px++;
            cell->ink_px += is_ink[x];
        }
}

static void add_color(const uint8_t *pixel, const uint8_t *is_ink, const uint8_t *is_near,
                      int count, struct cell *cell)
{
    uint32_t red = 0, green = 0, blue = 0, paper_px = 0;
    for (int x = 0; x < count; x++, pixel += 3)
        if (is_near[x] == 0) {
            red += pixel[0];
            green += pixel[1];
            blue += pixel[2];
            paper_px++;
        } else if (is_near[x] == 1) {
            cell->near[0] += pixel[0];
            cell->near[1] += pixel[1];
            cell->near[2] += pixel[2];
            cell->near_px++;
            cell->ink_px += is_ink[x];
        }
    cell->paper[0] += red;
    cell->paper[1] += green;
    cell->paper[2] += blue;
    cell->paper_px += paper_px;
}

static void add_pixels(const struct image *image, const struct plane *mask,
                       const struct plane *near, int y, int cell_px, struct cell *cells)
{
    const uint8_t *row = image->data + (size_t)y * image->stride;
    const uint8_t *is_ink = plane_row(mask, y), *is_near = plane_row(near, y);
    for (int x = 0; x < image->width_px; x += cell_px, cells++) {
        int count = image->width_px - x < cell_px ? image->width_px - x : cell_px;
        if (image->channels == 1)
            add_gray(row + x, is_ink + x, is_near + x, count, cells);
        else
            add_color(row + (ptrdiff_t)3 * x, is_ink + x, is_near + x, count, cells);
    }
}

/* How much darker than the paper the ink and its edges are, in sum. Shared out among the pixels
 * that will be painted: what is shown has as much ink as the master, of the same colour. */
static void share_ink(const struct cell *cells, const struct grid *paper, struct grid *ink)
{
    size_t channels = (size_t)ink->channels;
    for (int y = 0; y < ink->height; y++)
        for (int x = 0; x < ink->width; x++) {
            size_t at = (size_t)y * (size_t)ink->width + (size_t)x;
            float lack[3] = {0}, count = 0;
            if (cells[at].ink_px == 0)
                continue;
            for (int ny = y - 1; ny <= y + 1; ny++)
                for (int nx = x - 1; nx <= x + 1; nx++) {
                    if (nx < 0 || ny < 0 || nx >= ink->width || ny >= ink->height)
                        continue;
                    size_t from = (size_t)ny * (size_t)ink->width + (size_t)nx;
                    const struct cell *cell = &cells[from];
                    float own = from == at ? 24 : 1; /* inks of two colours meet: little mixing */
                    count += own * (float)cell->ink_px;
                    for (size_t c = 0; c < channels; c++)
                        lack[c] += own * (float)cell->near_px * paper->value[from * channels + c] -
                                   own * (float)cell->near[c];
                }
            ink->weight[at] = 1;
            for (size_t c = 0; c < channels; c++)
                ink->value[at * channels + c] = paper->value[at * channels + c] - lack[c] / count;
        }
}

void fill_layers(const struct image *image, const struct plane *mask, const struct plane *near,
                 const struct layered *layers, struct image *background, struct image *ink)
{
    size_t across = (size_t)layers->cells_x, channels = (size_t)image->channels;
    size_t count = across * (size_t)layers->cells_y;
    struct cell *cells = memory_new(count * sizeof *cells);
    struct grid paper, colors;
    for (int y = 0; y < image->height_px; y++)
        add_pixels(image, mask, near, y, layers->cell_px,
                   cells + (size_t)(y / layers->cell_px) * across);
    grid_new(&paper, layers->cells_x, layers->cells_y, image->channels);
    grid_new(&colors, layers->cells_x, layers->cells_y, image->channels);
    for (size_t i = 0; i < count; i++) {
        if (cells[i].paper_px == 0)
            continue;
        paper.weight[i] = 1;
        for (size_t c = 0; c < channels; c++)
            paper.value[i * channels + c] = (float)cells[i].paper[c] / (float)cells[i].paper_px;
    }
    fill_holes(&paper);
    share_ink(cells, &paper, &colors);
    fill_holes(&colors);
    grid_image(&paper, background);
    grid_image(&colors, ink);
    grid_clear(&paper);
    grid_clear(&colors);
    free(cells);
}
