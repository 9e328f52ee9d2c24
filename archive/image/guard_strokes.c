#include "archive/image/guard_strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/guard_lines.h"
#include "core/status.h"

#define FINE_DPI 250        /* from here on four pixels are taken as one */
#define REACH_INCH 0.025    /* to each side, from which a stroke stands out */
#define LETTER_INCH2 0.0015 /* strokes of a small letter */
#define PART_INCH2 0.00025  /* what of them is looked at in a region by itself */
#define LINE_INCH 0.027     /* length from which a line of single pixels is a stroke */
#define NOISE 3.0           /* standard deviations of the paper's grain that are no stroke */
#define PAPER 240           /* what the paper is lifted to, in all channels */
#define OUT_MIN 7           /* levels that a stroke stands out by at least */
#define LINE_OUT_MIN 12     /* and a line of single pixels: most creases are paler */

/* What is compared is a plane of single bytes for each side; at 300 dpi of half the resolution. */
struct strokes {
    int width, height, step; /* master pixels a pixel here is wide */
    int side, reach, letter_px, part_px;
    int line_px; /* 0: a stroke of two pixels of the master is two pixels wide here */
    int lift[3];
    double dpi;
    uint8_t *was, *is;
    uint16_t *above_was, *above_is; /* the row before, for pairs of rows */
};

struct strokes *strokes_new(int width_px, int height_px, double dpi, int side_px,
                            const int paper[3])
{
    struct strokes *strokes = memory_new(sizeof *strokes);
    int step = dpi >= FINE_DPI ? 2 : 1;
    double own_dpi = dpi / step;
    *strokes = (struct strokes){.width = width_px / step,
                                .height = height_px / step,
                                .step = step,
                                .side = side_px / step,
                                .dpi = own_dpi,
                                .reach = (int)lround(fmax(2, own_dpi * REACH_INCH)),
                                .letter_px = (int)lround(own_dpi * own_dpi * LETTER_INCH2),
                                .part_px = (int)lround(own_dpi * own_dpi * PART_INCH2),
                                .line_px = step == 2 ? (int)lround(own_dpi * LINE_INCH) : 0};
    for (int c = 0; c < 3; c++)
        strokes->lift[c] = PAPER - paper[c];
    size_t size = (size_t)strokes->width * (size_t)strokes->height + 1;
    strokes->was = memory_new(size);
    strokes->is = memory_new(size);
    strokes->above_was = memory_new(((size_t)width_px + 2) * sizeof *strokes->above_was);
    strokes->above_is = memory_new(((size_t)width_px + 2) * sizeof *strokes->above_is);
    return strokes;
}

void strokes_free(struct strokes *strokes)
{
    if (strokes == NULL)
        return;
    free(strokes->was);
    free(strokes->is);
    free(strokes->above_was);
    free(strokes->above_is);
    free(strokes);
}

/* The darkest channel against the paper's own colour: blue is low all over yellow paper. */
static int low(const struct strokes *strokes, const uint8_t *pixel, int channels)
{
    int least = pixel[0] + strokes->lift[0];
    if (channels == 3) {
        int green = pixel[1] + strokes->lift[1], blue = pixel[2] + strokes->lift[2];
        least = green < least ? green : least;
        least = blue < least ? blue : least;
    }
    return least < 0 ? 0 : least > 255 ? 255 : least;
}

/* Pairs of pixels of this row and of the row above, a mean of four: grain is halved, strokes of two
 * pixels stay, as lines of one pixel or two. */
static void add_row(const struct strokes *strokes, int y, const uint8_t *row, int channels,
                    uint16_t *above, uint8_t *plane)
{
    int step = strokes->step, out = step == 2 ? y / 2 : y;
    bool give = (step == 1 || y % 2 == 1) && out < strokes->height;
    uint8_t *to = plane + (size_t)out * (size_t)strokes->width;
    for (int x = 0; x < strokes->width; x++) {
        const uint8_t *pixel = row + (ptrdiff_t)x * step * channels;
        bool last = step == 1 && x + 1 == strokes->width;
        int pair =
            low(strokes, pixel, channels) + low(strokes, last ? pixel : pixel + channels, channels);
        if (give)
            to[x] = (uint8_t)((pair + (y == 0 ? pair : above[x])) / 4);
        above[x] = (uint16_t)pair;
    }
}

void strokes_row(struct strokes *strokes, int y, const uint8_t *was, const uint8_t *is,
                 int channels)
{
    add_row(strokes, y, was, channels, strokes->above_was, strokes->was);
    add_row(strokes, y, is, channels, strokes->above_is, strokes->is);
}

/* ---------------------------------------------------------------- standing out */

/* Sums over the stretches of a column above and below a row. */
struct columns {
    const uint8_t *plane;
    uint32_t *above, *below;
};

static const uint8_t *row_of(const struct columns *columns, const struct strokes *strokes, int y)
{
    return columns->plane + (size_t)y * (size_t)strokes->width;
}

/* sum += row y, or -= when away; nothing where there is no such row. */
static void add_to(const struct columns *columns, const struct strokes *strokes, uint32_t *sum,
                   int y, bool away)
{
    if (y < 0 || y >= strokes->height)
        return;
    const uint8_t *row = row_of(columns, strokes, y);
    for (int x = 0; x < strokes->width; x++)
        sum[x] += away ? -(uint32_t)row[x] : row[x];
}

static void move_columns(const struct columns *columns, const struct strokes *strokes, int y)
{
    int reach = strokes->reach;
    if (y == 0)
        for (int i = 1; i <= reach; i++)
            add_to(columns, strokes, columns->below, i, false);
    else {
        add_to(columns, strokes, columns->below, y, true);
        add_to(columns, strokes, columns->below, y + reach, false);
        add_to(columns, strokes, columns->above, y - 1, false);
        add_to(columns, strokes, columns->above, y - 1 - reach, true);
    }
}

/* By how many levels each pixel of row y is darker than what lies to both sides of it, across or
 * down: a stroke is, the rim of a punched hole or of the paper is not. */
static void stand_out(const struct columns *columns, const struct strokes *strokes, int y,
                      int16_t *out)
{
    const uint8_t *row = row_of(columns, strokes, y);
    int width = strokes->width, reach = strokes->reach;
    bool inside = y >= reach && y + reach < strokes->height;
    uint32_t left = 0, right = 0;
    move_columns(columns, strokes, y);
    for (int x = 1; x <= reach && x < width; x++)
        right += row[x];
    for (int x = 0; x < width; x++) {
        uint32_t across = left < right ? left : right;
        uint32_t above = columns->above[x], below = columns->below[x];
        uint32_t down = !inside ? 0 : above < below ? above : below;
        if (x < reach || x + reach >= width)
            across = 0;
        uint32_t most = across > down ? across : down;
        out[x] = (int16_t)(most == 0 ? 0 : (int)most / reach - row[x]);
        left += row[x] - (x >= reach ? row[x - reach] : 0U);
        right +=
            (x + 1 + reach < width ? row[x + 1 + reach] : 0U) - (x + 1 < width ? row[x + 1] : 0U);
    }
}

/* A row of regions: how much each of their pixels stands out, in the master and as shown. */
struct band {
    int16_t *was, *is;
    int height;
};

/* The least that is no grain: half of a region's pixels are bare paper. */
static int least_stroke(const int16_t *from, size_t width, int columns, int rows)
{
    int histogram[256] = {0}, seen = 0, middle = 0;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++)
            histogram[abs(from[(size_t)y * width + (size_t)x])]++;
    while (middle < 255 && (seen += histogram[middle]) < columns * rows / 2)
        middle++;
    double least = NOISE * (middle + 0.5) / 0.6745;
    return least > OUT_MIN ? (int)lround(least) : OUT_MIN;
}

/* The most that a pixel or one beside it stands out: sharper edges lie a pixel further in. */
static int most_about(const int16_t *at, size_t width)
{
    int most = at[0];
    for (int y = -1; y <= 0; y++)
        for (int x = -1; x <= 1; x++)
            most = at[y * (ptrdiff_t)width + x] > most ? at[y * (ptrdiff_t)width + x] : most;
    return most;
}

/* A region of a band: its columns, and the least that is no grain in it. */
struct area {
    const struct band *band;
    size_t width;
    int x0, end, least, line_px;
};

static bool stands(const struct area *area, int x, int y, int least)
{
    return x >= area->x0 && x < area->end && y >= 0 && y < area->band->height &&
           area->band->was[(size_t)y * area->width + (size_t)x] >= least;
}

/* Two by two pixels of which this is the last. */
static bool is_square(const struct area *area, int x, int y)
{
    int least = area->least;
    return stands(area, x, y, least) && stands(area, x - 1, y, least) &&
           stands(area, x, y - 1, least) && stands(area, x - 1, y - 1, least);
}

/* Part of a line that is one pixel wide, across, down or slanting: where four pixels are taken as
 * one, a stroke of two pixels is no wider. */
static bool is_line(const struct area *area, int x, int y)
{
    static const int ways[][2] = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};
    int least = area->least > LINE_OUT_MIN ? area->least : LINE_OUT_MIN;
    if (area->line_px == 0 || !stands(area, x, y, least) || is_square(area, x + 1, y) ||
        is_square(area, x, y + 1) || is_square(area, x + 1, y + 1))
        return false;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        int on = 1, back = 1, dx = ways[i][0], dy = ways[i][1];
        while (on < area->line_px && stands(area, x + on * dx, y + on * dy, least))
            on++;
        while (back < area->line_px && stands(area, x - back * dx, y - back * dy, least))
            back++;
        if (on + back > area->line_px)
            return true;
    }
    return false;
}

/* The structure in a region: its pixels, those of lines, how much of it there is in the master and
 * as shown. */
struct structure {
    int64_t was, is;
    int pixels, lines;
};

/* What stands out by less than two by two pixels, and is no line, is grain. */
static void add_region(const struct area *area, struct structure *out)
{
    for (int y = 1; y < area->band->height; y++) {
        const int16_t *was = area->band->was + (size_t)y * area->width;
        const int16_t *is = area->band->is + (size_t)y * area->width;
        for (int x = area->x0 + 1; x + 1 < area->end; x++) {
            bool line = was[x] >= area->least && !is_square(area, x, y);
            if (was[x] < area->least || (line && !is_line(area, x, y)))
                continue;
            int square = was[x] * was[x], product = was[x] * most_about(is + x, area->width);
            out->pixels++;
            out->lines += line;
            out->was += square;
            out->is += product > square ? square : product;
        }
    }
}

/* The regions of one row of them. */
static void add_band(const struct strokes *strokes, const struct band *band, int across,
                     struct structure *out)
{
    size_t width = (size_t)strokes->width;
    for (int x = 0; x < strokes->width; x += strokes->side) {
        int end = x + strokes->side < strokes->width ? x + strokes->side : strokes->width;
        int at = x / strokes->side < across ? x / strokes->side : across - 1;
        const struct area area = {.band = band,
                                  .width = width,
                                  .x0 = x,
                                  .end = end,
                                  .least =
                                      least_stroke(band->was + x, width, end - x, band->height),
                                  .line_px = strokes->line_px};
        add_region(&area, &out[at]);
    }
}

/* Pixels of lines in a region and those about it: lines do not end where regions do. */
static int lines_about(const struct structure *all, int across, int down, int x, int y)
{
    int lines = 0;
    for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < down; v++)
        for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < across; u++)
            lines += all[(ptrdiff_t)v * across + u].lines;
    return lines;
}

/* A region is judged that has as much as a small letter, or its part of as much in lines. */
static void judge_all(const struct strokes *strokes, const struct structure *all, int across,
                      int down, double *faded)
{
    for (int y = 0; y < down; y++)
        for (int x = 0; x < across; x++) {
            const struct structure *own = &all[(ptrdiff_t)y * across + x];
            bool judged = own->pixels >= strokes->letter_px ||
                          (own->lines >= strokes->part_px &&
                           lines_about(all, across, down, x, y) >= strokes->letter_px);
            if (judged && own->was > 0)
                faded[(ptrdiff_t)y * across + x] = 1 - (double)own->is / (double)own->was;
        }
}

void strokes_faded(const struct strokes *strokes, int across, int down, double *faded)
{
    size_t width = (size_t)strokes->width, side = (size_t)strokes->side;
    if (side == 0 || width == 0 || strokes->height == 0)
        return;
    uint32_t *sums = memory_new(4 * width * sizeof *sums);
    int16_t *memory = memory_new(2 * side * width * sizeof *memory);
    struct structure *all = memory_new((size_t)across * (size_t)down * sizeof *all);
    struct band band = {.was = memory, .is = memory + side * width};
    const struct columns was = {strokes->was, sums, sums + width};
    const struct columns is = {strokes->is, sums + 2 * width, sums + 3 * width};
    for (int y = 0; y < strokes->height; y++) {
        size_t row = (size_t)band.height++ * width;
        stand_out(&was, strokes, y, band.was + row);
        stand_out(&is, strokes, y, band.is + row);
        if (band.height < strokes->side && y + 1 < strokes->height)
            continue;
        int at = y / strokes->side < down ? y / strokes->side : down - 1;
        add_band(strokes, &band, across, all + (ptrdiff_t)at * across);
        band.height = 0;
    }
    judge_all(strokes, all, across, down, faded);
    free(all);
    free(memory);
    free(sums);
}

void strokes_broken(const struct strokes *strokes, int across, int down, double *broken_mm)
{
    const struct line_planes planes = {.was = strokes->was,
                                       .is = strokes->is,
                                       .width = strokes->width,
                                       .height = strokes->height,
                                       .dpi = strokes->dpi,
                                       .side_px = strokes->side};
    if (strokes->side > 0)
        lines_broken(&planes, across, down, broken_mm);
}
