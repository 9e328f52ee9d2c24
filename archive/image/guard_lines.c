#include "archive/image/guard_lines.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define PIECE_INCH 0.06   /* length that is added up */
#define BESIDE_INCH 0.018 /* from its middle to what it is held against */
#define CLOSE_INCH 0.013  /* to where the side of a sharp line is over */

/* Times the spread of what grain adds up to. */
#define SURE 4.5
#define LIKELY 2.5
#define SURE_MM 1.3    /* of a line that are surely seen */
#define LINE_MM 3.0    /* such a line is broken, as guard.c has it */
#define FOLLOWED_MM 1  /* of what goes on beside it */
#define SEEN_MIN 1.5   /* levels: less is no contrast to an eye */
#define PAGE_GRAIN 1.5 /* times the page's grain: more, among letters, is none */

/* Shares of a piece's contrast. */
#define SHARP_SURE 0.8 /* left when held against what lies close */
#define SHARP_LIKELY 0.5
#define EVEN 0.5   /* that two of its three parts have at least */
#define SHOWN 0.55 /* that must be shown */
#define GAP 0.7    /* that no part may have less than it had */

enum {
    WAYS = 8,
    LENGTH_MAX = 31, /* pixels of a piece */
    PARTS = 3,       /* of a piece */
    BLOCK = 16,      /* columns that are worked on at once */
    ZERO = 64,       /* strength of what does not stand out */
    STEPS = 8        /* of strength a level has */
};
/* What is known of a pixel: the way along which it stands out most, and these. */
enum { WAY = 7, BROKEN = 8, IS_SURE = 16 };

/* A direction: a piece's pixels from its middle, steps to its sides, and how much of a line's
 * length a pixel is. */
struct step {
    int x, y;
};
struct way {
    struct step along[LENGTH_MAX], beside, close, one;
    double pixel_mm;
};

/* How far grain goes in a region: strengths. */
struct grain {
    double middle, spread;
};

struct search {
    const struct line_planes *planes;
    struct way ways[WAYS];
    int length, margin, ring; /* ring: rows of sums that are at hand */
    int across, down;
    uint16_t *sums;          /* by direction, then by row of the ring */
    uint8_t *strength, *how; /* of each pixel: ZERO + by how much it stands out; see above */
    struct grain *grain;     /* of each region */
};

static void make_ways(struct search *search)
{
    double dpi = search->planes->dpi;
    int half = search->length / 2, beside = search->margin - half;
    for (int i = 0; i < WAYS; i++) {
        double angle = 3.14159265358979 * i / WAYS, dx = cos(angle), dy = sin(angle);
        double close = dpi * CLOSE_INCH;
        struct way *way = &search->ways[i];
        for (int k = -half; k <= half; k++)
            way->along[k + half] = (struct step){(int)lround(k * dx), (int)lround(k * dy)};
        way->beside = (struct step){(int)lround(-dy * beside), (int)lround(dx * beside)};
        way->close = (struct step){(int)lround(-dy * close), (int)lround(dx * close)};
        way->one = (struct step){(int)lround(-dy), (int)lround(dx)};
        way->pixel_mm = 25.4 / dpi / fmax(fabs(dx), fabs(dy));
    }
}

static ptrdiff_t offset(const struct search *search, struct step step)
{
    return step.x + (ptrdiff_t)step.y * search->planes->width;
}

/* ---------------------------------------------------------------- standing out */

static uint16_t *row_of(const struct search *search, int way, int y)
{
    int at = way * search->ring + y % search->ring;
    return search->sums + (ptrdiff_t)at * search->planes->width;
}

/* The block that begins at x, or so far before it that it ends before end. */
static int block_at(int x, int end)
{
    return x < end - BLOCK ? x : end - BLOCK;
}

static void add_row(const struct search *search, int y)
{
    int width = search->planes->width, half = search->length / 2;
    const uint8_t *plane = search->planes->was + (ptrdiff_t)y * width;
    for (int i = 0; i < WAYS; i++) {
        const struct way *way = &search->ways[i];
        uint16_t *row = row_of(search, i, y);
        for (int x = half; x < width - half; x += BLOCK) {
            int at = block_at(x, width - half);
            uint16_t sum[BLOCK] = {0};
            for (int k = 0; k < search->length; k++) {
                const uint8_t *from = plane + at + offset(search, way->along[k]);
                for (int j = 0; j < BLOCK; j++)
                    sum[j] = (uint16_t)(sum[j] + from[j]);
            }
            memcpy(row + at, sum, sizeof sum);
        }
    }
}

/* By how much the pieces of a block are darker than the darker of their sides. */
static void stand_out(const struct search *search, int way, int x, int y, int16_t out[BLOCK])
{
    struct step to = search->ways[way].beside;
    int16_t own[BLOCK], one[BLOCK], two[BLOCK];
    memcpy(own, row_of(search, way, y) + x, sizeof own);
    memcpy(one, row_of(search, way, y + to.y) + x + to.x, sizeof one);
    memcpy(two, row_of(search, way, y - to.y) + x - to.x, sizeof two);
    for (int j = 0; j < BLOCK; j++)
        out[j] = (int16_t)((one[j] < two[j] ? one[j] : two[j]) - own[j]);
}

static void find_block(const struct search *search, int x, int y)
{
    int16_t best[BLOCK], best_way[BLOCK] = {0}, own[BLOCK];
    size_t at = (size_t)y * (size_t)search->planes->width + (size_t)x;
    int scale = STEPS * 4096 / search->length;
    stand_out(search, 0, x, y, best);
    for (int i = 1; i < WAYS; i++) {
        const int16_t way = (int16_t)i;
        stand_out(search, i, x, y, own);
        for (int j = 0; j < BLOCK; j++) {
            best_way[j] = own[j] > best[j] ? way : best_way[j];
            best[j] = own[j] > best[j] ? own[j] : best[j];
        }
    }
    for (int j = 0; j < BLOCK; j++) {
        int strength = ZERO + best[j] * scale / 4096;
        search->strength[at + (size_t)j] = (uint8_t)(strength < 0     ? 0
                                                     : strength > 255 ? 255
                                                                      : strength);
        search->how[at + (size_t)j] = (uint8_t)best_way[j];
    }
}

static void find_strength(const struct search *search)
{
    const struct line_planes *planes = search->planes;
    int half = search->length / 2, margin = search->margin, right = planes->width - margin;
    for (int y = half; y < planes->height - half; y++) {
        int done = y - (margin - half);
        add_row(search, y);
        if (done >= margin && done < planes->height - margin)
            for (int x = margin; x < right; x += BLOCK)
                find_block(search, block_at(x, right), done);
    }
}

/* ---------------------------------------------------------------- grain */

static int region_of(const struct search *search, int x, int y)
{
    int u = x / search->planes->side_px, v = y / search->planes->side_px;
    u = u < search->across ? u : search->across - 1;
    v = v < search->down ? v : search->down - 1;
    return v * search->across + u;
}

/* Half of a region's pixels are paper: the middle of all, and the quarter below it, tell. */
static void find_grain(const struct search *search, int left, int top, int right, int bottom)
{
    int histogram[256] = {0}, count = 0, seen = 0, quarter = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            int own = search->strength[(size_t)y * (size_t)search->planes->width + (size_t)x];
            histogram[own]++;
            count += own > 0;
        }
    while (quarter < 255 && seen < count / 4)
        seen += histogram[++quarter];
    int middle = quarter;
    while (middle < 255 && seen < count / 2)
        seen += histogram[++middle];
    search->grain[region_of(search, left, top)] =
        (struct grain){middle, (middle - quarter + 0.5) / 0.6745};
}

static int compare_numbers(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

/* Among letters there is less paper: grain is not much more there than where there are none. */
static void find_all_grain(const struct search *search)
{
    const struct line_planes *planes = search->planes;
    int side = planes->side_px, count = search->across * search->down;
    double *sorted = memory_new((size_t)count * sizeof *sorted);
    for (int v = 0; v < search->down; v++)
        for (int u = 0; u < search->across; u++) {
            int right = u + 1 == search->across ? planes->width : (u + 1) * side;
            int bottom = v + 1 == search->down ? planes->height : (v + 1) * side;
            find_grain(search, u * side, v * side, right, bottom);
            sorted[v * search->across + u] = search->grain[v * search->across + u].spread;
        }
    qsort(sorted, (size_t)count, sizeof *sorted, compare_numbers);
    for (int i = 0; i < count; i++)
        if (search->grain[i].spread > PAGE_GRAIN * sorted[count / 4])
            search->grain[i] = (struct grain){ZERO, PAGE_GRAIN * sorted[count / 4]};
    free(sorted);
}

/* ---------------------------------------------------------------- pieces */

/* Mean of a piece's pixels, from and before end. */
static double mean_of(const struct search *search, const uint8_t *middle, const struct way *way,
                      int from, int end)
{
    int sum = 0;
    for (int k = from; k < end; k++)
        sum += middle[offset(search, way->along[k])];
    return (double)sum / (end - from);
}

/* Of the darker side of a piece. */
static double side_of(const struct search *search, const uint8_t *middle, const struct way *way,
                      struct step to)
{
    return fmin(mean_of(search, middle + offset(search, to), way, 0, search->length),
                mean_of(search, middle - offset(search, to), way, 0, search->length));
}

/* The piece about a pixel that stands out: is it a line's, and is that broken? */
static bool is_broken(const struct search *search, size_t at, bool sure)
{
    const struct way *way = &search->ways[search->how[at] & WAY];
    const uint8_t *was = search->planes->was + at, *is = search->planes->is + at;
    double sides = side_of(search, was, way, way->beside);
    double sides_is = side_of(search, is, way, way->beside);
    double own = mean_of(search, was, way, 0, search->length), contrast = sides - own;
    double shown = sides_is - mean_of(search, is, way, 0, search->length);
    double sharp = side_of(search, was, way, way->close) - own;
    int even = 0, gaps = 0;
    if (sharp < (sure ? SHARP_SURE : SHARP_LIKELY) * contrast)
        return false;
    for (int i = 0; i < PARTS; i++) {
        int from = i * search->length / PARTS, end = (i + 1) * search->length / PARTS;
        double part = sides - mean_of(search, was, way, from, end);
        double part_is = sides_is - mean_of(search, is, way, from, end);
        even += part > EVEN * contrast;
        gaps += part - part_is > GAP * contrast;
    }
    return even > 1 && (gaps > 0 || shown < SHOWN * contrast);
}

/* Returns how many pixels are marked BROKEN. */
static size_t mark_broken(const struct search *search)
{
    const struct line_planes *planes = search->planes;
    size_t count = 0;
    for (int y = search->margin; y < planes->height - search->margin; y++)
        for (int x = search->margin; x < planes->width - search->margin; x++) {
            size_t at = (size_t)y * (size_t)planes->width + (size_t)x;
            if (search->strength[at] < ZERO + SEEN_MIN * STEPS)
                continue;
            const struct grain *grain = &search->grain[region_of(search, x, y)];
            double over = (search->strength[at] - grain->middle) / grain->spread;
            bool sure = over >= SURE && is_broken(search, at, true);
            if (!sure && (over < LIKELY || !is_broken(search, at, false)))
                continue;
            search->how[at] |= sure ? BROKEN | IS_SURE : BROKEN;
            count++;
        }
    return count;
}

/* ---------------------------------------------------------------- lines */

/* Adds to line[] all broken pixels that hang together with its first; their number. */
static size_t gather(const struct search *search, size_t *line)
{
    size_t count = 1;
    search->how[line[0]] &= (uint8_t)~BROKEN;
    for (size_t i = 0; i < count; i++)
        for (int v = -1; v <= 1; v++)
            for (int u = -1; u <= 1; u++) {
                size_t at = line[i] + (size_t)offset(search, (struct step){u, v});
                if (!(search->how[at] & BROKEN))
                    continue;
                search->how[at] &= (uint8_t)~BROKEN;
                line[count++] = at;
            }
    return count;
}

/* Along the ridge; *sure: of that, what is surely seen. */
static double length_mm(const struct search *search, const size_t *line, size_t count, double *sure)
{
    double length = 0;
    *sure = 0;
    for (size_t i = 0; i < count; i++) {
        const struct way *way = &search->ways[search->how[line[i]] & WAY];
        const uint8_t *own = search->strength + line[i];
        if (own[offset(search, way->one)] > own[0] || own[-offset(search, way->one)] >= own[0])
            continue;
        length += way->pixel_mm;
        *sure += search->how[line[i]] & IS_SURE ? way->pixel_mm : 0;
    }
    return length;
}

/* Lines of which enough is surely seen go to broken_mm, those of which little is to pieces_mm. */
static void find_lines(const struct search *search, size_t broken, double *broken_mm,
                       double *pieces_mm)
{
    size_t width = (size_t)search->planes->width, size = width * (size_t)search->planes->height;
    size_t *line = memory_new((broken + 1) * sizeof *line);
    for (size_t at = 0; at < size; at++) {
        if (!(search->how[at] & BROKEN))
            continue;
        line[0] = at;
        size_t count = gather(search, line);
        double sure, length = length_mm(search, line, count, &sure);
        double *longest = sure < SURE_MM ? pieces_mm : broken_mm;
        for (size_t i = 0; i < count && sure > 0; i++) {
            int region = region_of(search, (int)(line[i] % width), (int)(line[i] / width));
            longest[region] = fmax(longest[region], length);
        }
    }
    free(line);
}

/* A broken line goes on beside its own region: where pieces of it are seen, and between two. */
static void follow(const struct search *search, double *broken_mm, const double *pieces_mm)
{
    int across = search->across, down = search->down, count = across * down;
    double *found = memory_new((size_t)count * sizeof *found);
    memcpy(found, broken_mm, (size_t)count * sizeof *found);
    for (int i = 0; i < count; i++) {
        bool pieces = fmax(found[i], pieces_mm[i]) >= FOLLOWED_MM;
        double line[9] = {0};
        for (int k = 0; k < 9; k++) {
            int u = i % across + k % 3 - 1, v = i / across + k / 3 - 1;
            if (u >= 0 && v >= 0 && u < across && v < down && found[v * across + u] >= LINE_MM)
                line[k] = found[v * across + u];
        }
        for (int k = 0; k < 9; k++)
            broken_mm[i] = fmax(broken_mm[i], pieces ? line[k] : fmin(line[k], line[8 - k]));
    }
    free(found);
}

void lines_broken(const struct line_planes *planes, int across, int down, double *broken_mm)
{
    int half = (int)lround(planes->dpi * PIECE_INCH / 2);
    int beside = (int)lround(fmax(2, planes->dpi * BESIDE_INCH));
    half = half < 2 ? 2 : half > LENGTH_MAX / 2 ? LENGTH_MAX / 2 : half;
    struct search search = {.planes = planes,
                            .length = 2 * half + 1,
                            .margin = half + beside,
                            .ring = 2 * beside + 1,
                            .across = across,
                            .down = down};
    size_t width = (size_t)planes->width, size = width * (size_t)planes->height;
    if (planes->width < 2 * search.margin + BLOCK || planes->height <= 2 * search.margin)
        return;
    make_ways(&search);
    search.sums = memory_new((size_t)(WAYS * search.ring) * width * sizeof *search.sums);
    search.strength = memory_new(2 * size);
    search.how = search.strength + size;
    search.grain = memory_new((size_t)across * (size_t)down * sizeof *search.grain);
    double *pieces_mm = memory_new((size_t)across * (size_t)down * sizeof *pieces_mm);
    find_strength(&search);
    find_all_grain(&search);
    find_lines(&search, mark_broken(&search), broken_mm, pieces_mm);
    follow(&search, broken_mm, pieces_mm);
    free(pieces_mm);
    free(search.grain);
    free(search.strength);
    free(search.sums);
}
