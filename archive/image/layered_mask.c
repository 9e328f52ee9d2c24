#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/layered_parts.h"

#define TILE_INCH (8.0 / 300) /* side of a tile */
#define WINDOW 3              /* tiles to each side that a threshold is taken from */
#define SAUVOLA_K 0.24
#define SAUVOLA_K_COLOR 0.12 /* stamps may be pale */
#define SAUVOLA_R 128.0
#define DARK_SHARE 0.66 /* of the paper's level about there; what is darker is ink */
#define DARK_SHARE_COLOR 0.70
#define FIELD_LIGHTEST 1.15 /* of that: a field that is lighter is paper */
#define FIELD_DARKEST 0.35  /* of the paper's level: what is darker is ink */
#define FIELD_TILES 16      /* of those within WINDOW: a field is wider than any stroke */
#define FIELD_NOISE 24      /* levels that its tiles may differ by */
#define FIELD_SPREAD 14     /* levels: there are strokes on it */
#define PAPER_REACH 8       /* tiles to each side in which paper is looked for */
#define DOUBT 8             /* levels about the threshold within which the neighbours decide */
#define SPECK_DPI 250       /* from here on a lone pixel is smaller than any dot that is printed */

/* ---------------------------------------------------------------- planes */

void plane_new(struct plane *plane, int width, int height)
{
    plane->width = width;
    plane->height = height;
    plane->stride = (size_t)width + 2;
    plane->memory = memory_new(plane->stride * ((size_t)height + 2));
    plane->at = plane->memory + plane->stride + 1;
}

void plane_clear(struct plane *plane)
{
    free(plane->memory);
    *plane = (struct plane){0};
}

static uint8_t lower(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* The lightest tenth of the page's pixels, channel by channel: its paper. */
static void paper_color(const struct image *image, int level[3])
{
    uint32_t histogram[3][256] = {0}, seen[3] = {0};
    uint32_t tenth = (uint32_t)(image->width_px / 4) * (uint32_t)(image->height_px / 4) / 10;
    for (int y = 0; y + 4 <= image->height_px; y += 4)
        for (int x = 0; x + 4 <= image->width_px; x += 4)
            for (int c = 0; c < 3; c++)
                histogram[c][image->data[(size_t)y * image->stride + (size_t)(3 * x + c)]]++;
    for (int c = 0; c < 3; c++)
        for (level[c] = 255; level[c] > 64 && (seen[c] += histogram[c][level[c]]) < tenth;)
            level[c]--;
}

/* Against the paper's own colour: on yellow paper blue is low everywhere, and would hide a pale red
 * seal. */
static void color_row(const uint8_t *from, int width, uint8_t scale[3][256], uint8_t *restrict to)
{
    for (int x = 0; x < width; x++, from += 3)
        to[x] = lower(lower(scale[0][from[0]], scale[1][from[1]]), scale[2][from[2]]);
}

void ink_plane(const struct image *image, struct plane *out)
{
    uint8_t scale[3][256];
    int paper[3];
    plane_new(out, image->width_px, image->height_px);
    if (image->channels == 3) {
        paper_color(image, paper);
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 256; i++)
                scale[c][i] = (uint8_t)(i * 240 / paper[c] > 255 ? 255 : i * 240 / paper[c]);
    }
    for (int y = 0; y < image->height_px; y++) {
        const uint8_t *from = image->data + (size_t)y * image->stride;
        if (image->channels == 1)
            memcpy(plane_row(out, y), from, (size_t)image->width_px);
        else
            color_row(from, image->width_px, scale, plane_row(out, y));
    }
}

/* to |= from, eight at a time. */
static void merge(uint8_t *to, const uint8_t *from, int count)
{
    uint64_t here, there;
    int x = 0;
    for (; x + 8 <= count; x += 8) {
        memcpy(&here, to + x, 8);
        memcpy(&there, from + x, 8);
        here |= there;
        memcpy(to + x, &here, 8);
    }
    for (; x < count; x++)
        to[x] |= from[x];
}

void plane_widen(const struct plane *from, int radius, struct plane *out)
{
    struct plane flat;
    int width = from->width, height = from->height;
    plane_new(&flat, width, height);
    plane_new(out, width, height);
    for (int y = 0; y < height; y++) {
        const uint8_t *row = plane_row(from, y);
        uint8_t *to = plane_row(&flat, y);
        memcpy(to, row, (size_t)width);
        for (int by = 1; by <= radius && by < width; by++) {
            merge(to, row + by, width - by);
            merge(to + by, row, width - by);
        }
    }
    for (int y = 0; y < height; y++)
        for (int by = -radius; by <= radius; by++)
            if (y + by >= 0 && y + by < height)
                merge(plane_row(out, y), plane_row(&flat, y + by), width);
    plane_clear(&flat);
}

/* ---------------------------------------------------------------- tiles */

static void add_row(struct tiles *tiles, int tile_y, const uint8_t *row, int width)
{
    size_t at = (size_t)tile_y * (size_t)tiles->across;
    for (int x = 0; x < width; at++) {
        uint32_t sum = 0, squares = 0;
        uint8_t high = tiles->high[at];
        int end = x + tiles->size_px < width ? x + tiles->size_px : width;
        for (; x < end; x++) {
            uint32_t value = row[x];
            sum += value;
            squares += value * value;
            high = value > high ? (uint8_t)value : high;
        }
        tiles->sum[at] += sum;
        tiles->squares[at] += squares;
        tiles->high[at] = high;
    }
}

void tiles_new(const struct plane *ink, double dpi, struct tiles *out)
{
    int size = (int)lround(dpi * TILE_INCH);
    out->size_px = size < 4 ? 4 : size > 64 ? 64 : size;
    out->across = (ink->width + out->size_px - 1) / out->size_px;
    out->down = (ink->height + out->size_px - 1) / out->size_px;
    out->width_px = ink->width;
    out->height_px = ink->height;
    size_t count = (size_t)out->across * (size_t)out->down;
    out->sum = memory_new(count * sizeof *out->sum);
    out->squares = memory_new(count * sizeof *out->squares);
    out->high = memory_new(count);
    for (int y = 0; y < ink->height; y++)
        add_row(out, y / out->size_px, plane_row(ink, y), ink->width);
}

void tiles_clear(struct tiles *tiles)
{
    free(tiles->sum);
    free(tiles->squares);
    free(tiles->high);
    *tiles = (struct tiles){0};
}

/* ---------------------------------------------------------------- thresholds */

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static int tile_pixels(const struct tiles *tiles, int x, int y)
{
    return clamp(tiles->width_px - x * tiles->size_px, 0, tiles->size_px) *
           clamp(tiles->height_px - y * tiles->size_px, 0, tiles->size_px);
}

int paper_level(const struct tiles *tiles)
{
    size_t histogram[256] = {0}, count = (size_t)tiles->across * (size_t)tiles->down, seen = 0;
    for (size_t i = 0; i < count; i++)
        histogram[tiles->high[i]]++;
    int level = 255;
    while (level > 0 && (seen += histogram[level]) < count / 10)
        level--;
    return level;
}

/* The lightest tile within reach of each: paper, even in the middle of a seal's star. */
static uint8_t *paper_near(const struct tiles *tiles)
{
    int across = tiles->across, down = tiles->down;
    size_t count = (size_t)across * (size_t)down;
    uint8_t *rows = memory_new(count), *out = memory_new(count);
    for (int y = 0; y < down; y++)
        for (int x = 0; x < across; x++) {
            const uint8_t *from = tiles->high + (size_t)y * (size_t)across;
            uint8_t most = 0;
            for (int i = clamp(x - PAPER_REACH, 0, across); i < clamp(x + PAPER_REACH, 0, across);
                 i++)
                most = from[i] > most ? from[i] : most;
            rows[(size_t)y * (size_t)across + (size_t)x] = most;
        }
    for (int y = 0; y < down; y++)
        for (int i = clamp(y - PAPER_REACH, 0, down); i < clamp(y + PAPER_REACH, 0, down); i++)
            for (size_t x = 0; x < (size_t)across; x++) {
                uint8_t high = rows[(size_t)i * (size_t)across + x];
                uint8_t *most = &out[(size_t)y * (size_t)across + x];
                *most = high > *most ? high : *most;
            }
    free(rows);
    return out;
}

/* The tiles from WINDOW to one side to WINDOW to the other, inclusive. */
struct window {
    int left, top, right, bottom;
};

static struct window window_about(const struct tiles *tiles, int x, int y)
{
    return (struct window){
        clamp(x - WINDOW, 0, tiles->across - 1), clamp(y - WINDOW, 0, tiles->down - 1),
        clamp(x + WINDOW, 0, tiles->across - 1), clamp(y + WINDOW, 0, tiles->down - 1)};
}

struct levels {
    double mean, spread;
};

/* Of the pixels in the window's tiles; of those alone whose light is below limit. */
static struct levels window_levels(const struct tiles *tiles, const uint8_t *light,
                                   const struct window *window, int limit)
{
    uint64_t sum = 0, squares = 0, count = 0;
    for (int y = window->top; y <= window->bottom; y++)
        for (int x = window->left; x <= window->right; x++) {
            size_t at = (size_t)y * (size_t)tiles->across + (size_t)x;
            if (light[at] >= limit)
                continue;
            sum += tiles->sum[at];
            squares += tiles->squares[at];
            count += (uint64_t)tile_pixels(tiles, x, y);
        }
    double mean = (double)sum / (double)count;
    return (struct levels){mean, sqrt(fmax(0, (double)squares / (double)count - mean * mean))};
}

/* What most of the window's dark tiles are about as light as; 0: they have nothing in common. */
static int field_level(const struct tiles *tiles, const uint8_t *light, const struct window *window,
                       int limit)
{
    uint8_t seen[256] = {0};
    int count = 0, level = 0, alike = 0;
    for (int y = window->top; y <= window->bottom; y++)
        for (int x = window->left; x <= window->right; x++) {
            uint8_t one = light[(size_t)y * (size_t)tiles->across + (size_t)x];
            seen[one] += one < limit;
            count += one < limit;
        }
    for (int before = seen[0]; 2 * before < count; before += seen[++level])
        ;
    for (int i = level - FIELD_NOISE; i <= level + FIELD_NOISE; i++)
        alike += i >= 0 && i < limit ? seen[i] : 0;
    return alike >= FIELD_TILES ? level : 0;
}

/* Sauvola's threshold. What is very dark against the paper is ink in any case: within a large field
 * of ink there is no paper to compare with. But where strokes stand on a tinted field (by a
 * highlighter, in a cell of a table), the field is their paper. */
static double tile_threshold(const struct tiles *tiles, const uint8_t *light, int x, int y,
                             double paper, bool color)
{
    double k = color ? SAUVOLA_K_COLOR : SAUVOLA_K, share = color ? DARK_SHARE_COLOR : DARK_SHARE;
    double least = share * paper;
    int limit = (int)(least * FIELD_LIGHTEST);
    struct window window = window_about(tiles, x, y);
    struct levels levels = window_levels(tiles, light, &window, 256);
    if (light[(size_t)y * (size_t)tiles->across + (size_t)x] < limit) {
        int field = field_level(tiles, light, &window, limit);
        struct levels there = window_levels(tiles, light, &window, limit);
        if (field >= FIELD_DARKEST * paper && there.spread >= FIELD_SPREAD) {
            levels = there;
            least = share * field;
        }
    }
    return fmax(least, levels.mean * (1 + k * (levels.spread / SAUVOLA_R - 1)));
}

/* How light a tile is but for its brightest pixels, which are noise or the fringe of a stroke. */
static uint8_t *tile_lights(const struct tiles *tiles)
{
    uint8_t *out = memory_new((size_t)tiles->across * (size_t)tiles->down);
    for (int y = 0; y < tiles->down; y++)
        for (int x = 0; x < tiles->across; x++) {
            size_t at = (size_t)y * (size_t)tiles->across + (size_t)x;
            double count = tile_pixels(tiles, x, y), mean = tiles->sum[at] / count;
            double spread = sqrt(fmax(0, tiles->squares[at] / count - mean * mean));
            out[at] = (uint8_t)clamp((int)(mean + spread), 0, 255);
        }
    return out;
}

/* For each tile, times 256. */
static int32_t *thresholds(const struct tiles *tiles, bool color)
{
    int across = tiles->across;
    int32_t *out = memory_new((size_t)across * (size_t)tiles->down * sizeof *out);
    uint8_t *paper = paper_near(tiles), *light = tile_lights(tiles);
    for (int y = 0; y < tiles->down; y++)
        for (int x = 0; x < across; x++) {
            size_t at = (size_t)y * (size_t)across + (size_t)x;
            out[at] = (int32_t)(256 * tile_threshold(tiles, light, x, y, paper[at], color));
        }
    free(light);
    free(paper);
    return out;
}

/* Tiles on both sides of pixel p's centre and how far it is from the first to the second, of
 * 256. */
static int between(int p, int size, int count, int *first, int *second)
{
    int twice = 2 * p + 1 - size; /* from the first tile's centre, in half pixels */
    int tile = twice < 0 ? -1 : twice / (2 * size);
    *first = clamp(tile, 0, count - 1);
    *second = clamp(tile + 1, 0, count - 1);
    return tile < 0 ? 0 : (twice - tile * 2 * size) * 256 / (2 * size);
}

struct bend {
    int *first, *second, *part; /* for each x */
    int32_t *column;            /* thresholds of this row at the tiles' centres */
    uint8_t *row;
};

static void threshold_row(const struct bend *bend, const int32_t *grid, const struct tiles *tiles,
                          int y, int width)
{
    int first, second, part = between(y, tiles->size_px, tiles->down, &first, &second);
    const int32_t *above = grid + (size_t)first * (size_t)tiles->across;
    const int32_t *below = grid + (size_t)second * (size_t)tiles->across;
    for (int x = 0; x < tiles->across; x++)
        bend->column[x] = above[x] + (below[x] - above[x]) / 256 * part;
    for (int x = 0; x < width; x++) {
        int32_t left = bend->column[bend->first[x]], right = bend->column[bend->second[x]];
        bend->row[x] = (uint8_t)clamp((left + (right - left) / 256 * bend->part[x]) >> 8, 1, 255);
    }
}

/* 1: ink; 2 added: within the noise of the threshold. */
static void compare_row(const uint8_t *ink, const uint8_t *threshold, int width,
                        uint8_t *restrict out)
{
    for (int x = 0; x < width; x++) {
        int over = ink[x] - threshold[x];
        out[x] = (uint8_t)((over < 0) | (over > -DOUBT && over < DOUBT) << 1);
    }
}

/* The doubtful pixels go with the majority of their neighbours: edges get smooth, and code short. A
 * pixel without any neighbour is none at a high resolution. */
static void decide(const struct plane *raw, bool drop_lone, struct plane *out)
{
    for (int y = 0; y < raw->height; y++) {
        const uint8_t *a = plane_row(raw, y - 1), *b = plane_row(raw, y),
                      *c = plane_row(raw, y + 1);
        uint8_t *restrict to = plane_row(out, y);
        for (int x = 0; x < raw->width; x++) {
            if (b[x] == 0)
                continue; /* paper, beyond doubt */
            int near = (a[x - 1] & 1) + (a[x] & 1) + (a[x + 1] & 1) + (b[x - 1] & 1) +
                       (b[x + 1] & 1) + (c[x - 1] & 1) + (c[x] & 1) + (c[x + 1] & 1);
            int own = b[x] & 1, doubt = b[x] >> 1;
            int majority = near > 4 || (near == 4 && own);
            to[x] = (uint8_t)(doubt ? majority : own & (near > 0 || !drop_lone));
        }
    }
}

void ink_mask(const struct plane *ink, const struct tiles *tiles, double dpi, bool color,
              struct plane *out)
{
    size_t width = (size_t)ink->width;
    int32_t *grid = thresholds(tiles, color);
    int *memory = memory_new((3 * width + (size_t)tiles->across) * sizeof *memory);
    struct bend bend = {memory, memory + width, memory + 2 * width, memory + 3 * width,
                        memory_new(width)};
    struct plane raw;
    plane_new(&raw, ink->width, ink->height);
    plane_new(out, ink->width, ink->height);
    for (int x = 0; x < ink->width; x++)
        bend.part[x] = between(x, tiles->size_px, tiles->across, &bend.first[x], &bend.second[x]);
    for (int y = 0; y < ink->height; y++) {
        if (y % 2 == 0) /* it changes slowly */
            threshold_row(&bend, grid, tiles, y, ink->width);
        compare_row(plane_row(ink, y), bend.row, ink->width, plane_row(&raw, y));
    }
    decide(&raw, dpi >= SPECK_DPI, out);
    plane_clear(&raw);
    free(bend.row);
    free(memory);
    free(grid);
}
