/*
 * What a master shows, measured at about 150 dpi.
 *
 *   grey  ->  paper (75th percentile of 5 mm tiles, median of neighbours, interpolated)
 *         ->  darkness = 255 * (paper - grey) / paper     stains and shadows are paper
 *         ->  connected marks darker than DARK_EDGE, at least some of it darker than DARK_CORE
 *         ->  without lines across the page, specks, scanner edges and punch holes: the ink
 *
 * The other side shining through stays under DARK_CORE; a pen, a stamp and even a pencil do not.
 */
#include "ingest/ingest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/image.h"
#include "ingest/inspect.h"
#include "ingest/lines.h"

#define WORK_DPI 150
#define TILE_MM 5.0
#define DARK_EDGE 45 /* of 255 */
#define DARK_CORE 85
#define RIM_MM 2.0         /* never looked at: paper edges and their shadows */
#define EDGE_DEPTH_MM 30.0 /* as far as a black edge reaches in, with some skew */
#define EDGE_SHARE_MAX 0.3 /* more black at the edges is no edge but the page */
#define SPECK_MM 1.1       /* smaller marks are dust and noise */
#define PAPER_MIN 80       /* darker tiles have no paper in them */
#define EDGE_FALL 48       /* of 255; the grain of paper falls less */
#define COLOR_MIN 48       /* spread of the channels, of 255, on white paper */

/* The page at working resolution. */
struct view {
    int width, height;
    double per_mm;
    uint8_t *gray;
    uint8_t *dark; /* 0..255 below the paper */
};

static void view_clear(struct view *view)
{
    free(view->gray);
    free(view->dark);
}

static double dpi_of(const struct image *image)
{
    double dpi = image->dpi_x > image->dpi_y ? image->dpi_x : image->dpi_y;
    return dpi > 0 ? dpi : 300;
}

static int step_of(const struct image *image)
{
    int step = (int)lround(dpi_of(image) / WORK_DPI);
    return step > 1 ? step : 1;
}

/* Means of step x step pixels, of 8-bit samples. */
static unsigned mean_at(const struct image *image, int x, int y, int step, int channel)
{
    unsigned sum = 0;
    for (int j = 0; j < step; j++) {
        const uint8_t *row = image->data + (size_t)(y * step + j) * image->stride;
        for (int i = 0; i < step; i++)
            sum += row[(x * step + i) * image->channels + channel];
    }
    return sum / (unsigned)(step * step);
}

static void view_init(struct view *view, const struct image *gray)
{
    int step = step_of(gray);
    *view = (struct view){.width = gray->width_px / step,
                          .height = gray->height_px / step,
                          .per_mm = dpi_of(gray) / step / 25.4};
    size_t size = (size_t)view->width * (size_t)view->height;
    view->gray = memory_new(size);
    view->dark = memory_new(size);
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++)
            view->gray[(size_t)y * (size_t)view->width + (size_t)x] =
                (uint8_t)mean_at(gray, x, y, step, 0);
}

/* ---------------------------------------------------------------- paper */

struct tiles {
    int across, down, size;
    uint8_t *paper;
};

static uint8_t percentile(const unsigned *histogram, unsigned total, unsigned percent)
{
    unsigned want = total * percent / 100, seen = 0;
    for (int value = 0; value < 256; value++) {
        seen += histogram[value];
        if (seen > want)
            return (uint8_t)value;
    }
    return 255;
}

static uint8_t tile_paper(const struct view *view, int left, int top, int size)
{
    unsigned histogram[256] = {0}, total = 0;
    for (int y = top; y < top + size && y < view->height; y++)
        for (int x = left; x < left + size && x < view->width; x++, total++)
            histogram[view->gray[(size_t)y * (size_t)view->width + (size_t)x]]++;
    return percentile(histogram, total, 75);
}

static int by_value(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

static void tiles_smooth(struct tiles *tiles)
{
    size_t count = (size_t)tiles->across * (size_t)tiles->down;
    uint8_t *old = memory_new(count);
    memcpy(old, tiles->paper, count);
    for (int y = 0; y < tiles->down; y++)
        for (int x = 0; x < tiles->across; x++) {
            uint8_t near[9];
            size_t n = 0;
            for (int j = y - 1; j <= y + 1; j++)
                for (int i = x - 1; i <= x + 1; i++)
                    if (i >= 0 && j >= 0 && i < tiles->across && j < tiles->down)
                        near[n++] = old[j * tiles->across + i];
            qsort(near, n, 1, by_value);
            tiles->paper[y * tiles->across + x] = near[n / 2];
        }
    free(old);
}

static void tiles_init(struct tiles *tiles, const struct view *view)
{
    tiles->size = (int)ceil(TILE_MM * view->per_mm);
    tiles->across = (view->width + tiles->size - 1) / tiles->size;
    tiles->down = (view->height + tiles->size - 1) / tiles->size;
    size_t count = (size_t)tiles->across * (size_t)tiles->down;
    tiles->paper = memory_new(count);
    unsigned histogram[256] = {0};
    for (int y = 0; y < tiles->down; y++)
        for (int x = 0; x < tiles->across; x++) {
            uint8_t paper = tile_paper(view, x * tiles->size, y * tiles->size, tiles->size);
            tiles->paper[y * tiles->across + x] = paper;
            histogram[paper]++;
        }
    /* A tile without paper (black edge, solid stamp) is measured against the page's. */
    uint8_t page = percentile(histogram, (unsigned)count, 75);
    page = page < PAPER_MIN ? 255 : page;
    for (size_t i = 0; i < count; i++)
        if (tiles->paper[i] < PAPER_MIN)
            tiles->paper[i] = page;
    tiles_smooth(tiles);
}

/* Between the middles of four tiles. */
static double paper_at(const struct tiles *tiles, int x, int y)
{
    double across = (x + 0.5) / tiles->size - 0.5, down = (y + 0.5) / tiles->size - 0.5;
    across = across < 0 ? 0 : across > tiles->across - 1 ? tiles->across - 1 : across;
    down = down < 0 ? 0 : down > tiles->down - 1 ? tiles->down - 1 : down;
    int i = (int)across, j = (int)down;
    int right = i + 1 < tiles->across ? i + 1 : i, below = j + 1 < tiles->down ? j + 1 : j;
    const uint8_t *row = tiles->paper + j * tiles->across,
                  *next = tiles->paper + below * tiles->across;
    double top = row[i] + (row[right] - row[i]) * (across - i);
    double bottom = next[i] + (next[right] - next[i]) * (across - i);
    return top + (bottom - top) * (down - j);
}

static void measure_darkness(struct view *view)
{
    struct tiles tiles;
    tiles_init(&tiles, view);
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++) {
            size_t at = (size_t)y * (size_t)view->width + (size_t)x;
            double paper = paper_at(&tiles, x, y);
            double dark = 255 * (paper - view->gray[at]) / paper;
            view->dark[at] = (uint8_t)(dark < 0 ? 0 : dark);
        }
    free(tiles.paper);
}

/* ---------------------------------------------------------------- marks */

struct mark {
    int left, top, right, bottom;
    size_t area, core; /* px; core: darker than DARK_CORE */
    size_t deep;       /* px further in than EDGE_DEPTH_MM */
    bool at_edge;
};

static bool is_deep(const struct view *view, int x, int y)
{
    int depth = (int)(EDGE_DEPTH_MM * view->per_mm);
    return x >= depth && y >= depth && x < view->width - depth && y < view->height - depth;
}

static void mark_add(struct mark *mark, const struct view *view, int x, int y)
{
    int rim = (int)(RIM_MM * view->per_mm);
    mark->left = x < mark->left ? x : mark->left;
    mark->top = y < mark->top ? y : mark->top;
    mark->right = x > mark->right ? x : mark->right;
    mark->bottom = y > mark->bottom ? y : mark->bottom;
    mark->area++;
    mark->core += view->dark[(size_t)y * (size_t)view->width + (size_t)x] >= DARK_CORE;
    mark->deep += is_deep(view, x, y);
    mark->at_edge = mark->at_edge || x <= rim || y <= rim || x >= view->width - 1 - rim ||
                    y >= view->height - 1 - rim;
}

/* Takes the mark that (x, y) belongs to out of `open` and describes it. stack: room for all. */
static struct mark mark_take(const struct view *view, uint8_t *open, uint32_t *stack, int x, int y)
{
    struct mark mark = {.left = x, .top = y, .right = x, .bottom = y};
    size_t depth = 0, width = (size_t)view->width;
    stack[depth++] = (uint32_t)((size_t)y * width + (size_t)x);
    open[(size_t)y * width + (size_t)x] = 0;
    while (depth) {
        uint32_t at = stack[--depth];
        int px = (int)(at % width), py = (int)(at / width);
        mark_add(&mark, view, px, py);
        for (int j = py - 1; j <= py + 1; j++)
            for (int i = px - 1; i <= px + 1; i++) {
                if (i < 0 || j < 0 || i >= view->width || j >= view->height)
                    continue;
                size_t near = (size_t)j * width + (size_t)i;
                if (open[near]) {
                    open[near] = 0;
                    stack[depth++] = (uint32_t)near;
                }
            }
    }
    return mark;
}

static bool is_speck(const struct view *view, const struct mark *mark)
{
    int width = mark->right - mark->left + 1, height = mark->bottom - mark->top + 1;
    double size_mm = (width > height ? width : height) / view->per_mm;
    return size_mm < SPECK_MM || mark->core * 8 < mark->area;
}

/* A filled round of 4.5 to 7.5 mm within 20 mm of an edge. */
static bool is_punch_hole(const struct view *view, const struct mark *mark)
{
    double width = (mark->right - mark->left + 1) / view->per_mm;
    double height = (mark->bottom - mark->top + 1) / view->per_mm;
    double area = (double)mark->area / view->per_mm / view->per_mm;
    double margin = 20 * view->per_mm;
    bool near = mark->left < margin || mark->top < margin || mark->right > view->width - margin ||
                mark->bottom > view->height - margin;
    double fill = area / (width * height);
    return near && width > 4.5 && width < 7.5 && fabs(width - height) < 0.15 * width &&
           fill > 0.68 && fill < 0.88;
}

static double ink_of(const struct view *view)
{
    size_t size = (size_t)view->width * (size_t)view->height;
    uint8_t *open = memory_new(size);
    uint32_t *stack = memory_new(size * sizeof *stack);
    size_t ink = 0, edge = 0;
    for (size_t i = 0; i < size; i++)
        open[i] = view->dark[i] >= DARK_EDGE;
    lines_erase(open, view->width, view->height, view->per_mm);
    for (int y = 0; y < view->height; y++)
        for (int x = 0; x < view->width; x++) {
            if (!open[(size_t)y * (size_t)view->width + (size_t)x])
                continue;
            struct mark mark = mark_take(view, open, stack, x, y);
            if (is_speck(view, &mark) || is_punch_hole(view, &mark))
                continue;
            ink += mark.at_edge ? mark.deep : mark.area;
            edge += mark.at_edge ? mark.area - mark.deep : 0;
        }
    free(open);
    free(stack);
    if ((double)edge > EDGE_SHARE_MAX * (double)size)
        ink += edge;
    return (double)ink / (double)size;
}

/* ---------------------------------------------------------------- colour and sharpness */

/* Against the page's own white, so that yellowed paper is no colour. */
static double color_of(const struct image *image)
{
    if (image->channels != 3)
        return 0;
    int step = step_of(image), width = image->width_px / step, height = image->height_px / step;
    unsigned histogram[3][256] = {{0}}, total = 0, colored = 0, paper[3];
    for (int y = 0; y < height; y += 4)
        for (int x = 0; x < width; x += 4, total++)
            for (int c = 0; c < 3; c++)
                histogram[c][mean_at(image, x, y, step, c)]++;
    for (int c = 0; c < 3; c++) {
        paper[c] = percentile(histogram[c], total, 75);
        paper[c] = paper[c] < PAPER_MIN ? 255 : paper[c];
    }
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            unsigned low = 255, high = 0;
            for (int c = 0; c < 3; c++) {
                unsigned value = mean_at(image, x, y, step, c) * 255 / paper[c];
                value = value > 255 ? 255 : value;
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
            colored += high - low > COLOR_MIN;
        }
    return (double)colored / ((double)width * height);
}

/* How much of the way from light to dark an edge makes in its largest step from one pixel to the
 * next: near 1 where print is crisp, 0.2 where it is out of focus. Without edges: 1 for a page that
 * has no ink to be blurred, 0 for one that has. */
static double sharpness_of(const struct image *gray, bool blank)
{
    double sum = 0;
    unsigned count = 0;
    for (int y = 0; y < gray->height_px; y += 8) {
        const uint8_t *row = gray->data + (size_t)y * gray->stride;
        int start = 0, steepest = 0;
        for (int x = 1; x < gray->width_px; x++) {
            int step = row[x - 1] - row[x]; /* falling: into the dark */
            if (step > 0) {
                steepest = step > steepest ? step : steepest;
                continue;
            }
            int fall = row[start] - row[x - 1];
            if (fall >= EDGE_FALL) {
                sum += (double)steepest / fall;
                count++;
            }
            start = x;
            steepest = 0;
        }
    }
    return count >= 20 ? sum / count : blank ? 1 : 0;
}

/* ---------------------------------------------------------------- the page */

void inspect_image(const struct image *image, double blank_ink_share, struct page *page)
{
    struct image plain = {0}, gray;
    struct view view;
    const struct image *eight = image;
    if (image->bits != 8) {
        image_to_8bit(image, &plain);
        eight = &plain;
    }
    image_to_gray(eight, &gray);
    view_init(&view, &gray);
    measure_darkness(&view);
    page->ink_share = ink_of(&view);
    page->color_share = color_of(eight);
    page->blank = page->ink_share < blank_ink_share;
    page->sharpness = image->bits == 1 ? 1 : sharpness_of(&gray, page->blank);
    page->inspected = true;
    view_clear(&view);
    image_clear(&gray);
    image_clear(&plain);
}

enum status ingest_inspect(const char *folder, const struct ingest_settings *settings,
                           struct page *page, struct error *error)
{
    struct arena *arena = arena_new();
    struct image image = {0};
    enum status status = image_read(file_join(arena, folder, page->file), 0, &image, error);
    if (status == STATUS_OK)
        inspect_image(&image, settings->blank_ink_share, page);
    else
        error_add(error, status, "%s", page->name);
    image_clear(&image);
    arena_free(arena);
    return status;
}
