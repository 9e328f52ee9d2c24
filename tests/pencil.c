#include "tests/pencil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_D 4.0      /* times the grain's own spread: less is grain to an eye */
#define SEEN_LEVELS 2.5 /* a hundredth of full scale: less is no contrast to an eye */
#define SHOWN 0.5

/* ---------------------------------------------------------------- chance */

static uint32_t mix(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t h = a * 0x9E3779B1U ^ b * 0x85EBCA77U ^ c * 0xC2B2AE3DU;
    h ^= h >> 15;
    h *= 0x2C1B3C6DU;
    h ^= h >> 12;
    h *= 0x297A2D39U;
    return h ^ h >> 15;
}

static double even(uint32_t a, uint32_t b, uint32_t c) /* 0 to 1 */
{
    return mix(a, b, c) / 4294967296.0;
}

/* About normal, spread 1. */
static double normal(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t one = mix(x, y, seed), two = mix(x, y, seed + 77);
    double sum = (one & 0xFFFF) + (one >> 16) + (two & 0xFFFF) + (two >> 16);
    return (sum / 65536.0 - 2) * 1.7320508;
}

/* The paper's tooth: even 0 to 1, smooth over about two pixels. */
static double tooth(int x, int y, unsigned seed)
{
    double sum = 0;
    for (int dy = 0; dy < 2; dy++)
        for (int dx = 0; dx < 2; dx++)
            sum += even((uint32_t)(x + dx), (uint32_t)(y + dy), seed);
    double z = (sum / 4 - 0.5) / 0.144;
    return 0.5 * (1 + erf(z / 1.4142136));
}

/* ---------------------------------------------------------------- shapes */

/* The pen at t from 0 to 1, in the unit square. */
static void signature_at(double t, double *x, double *y)
{
    double a = 6.2831853 * t;
    *x = 0.04 + 0.86 * t + 0.06 * sin(5 * a + 0.7);
    *y = 0.5 + 0.30 * sin(5 * a) * (1 - 0.6 * t) - 0.16 * cos(2 * a) + 0.05 * sin(9 * a);
}

static void tick_at(double t, double *x, double *y)
{
    *x = t < 0.3 ? t : 0.3 + (t - 0.3);
    *y = t < 0.3 ? 0.55 + 1.4 * t : 0.97 - 1.35 * (t - 0.3) - 0.1 * sin(4.4 * (t - 0.3));
}

/* A 2, then a 9, then a 7. */
static void digits_at(double t, double *x, double *y, bool *lifted)
{
    double part = fmod(3 * t, 1), at = floor(3 * t), a;
    *lifted = part < 1e-9;
    if (at == 0) {
        a = 3.6 * part / 0.6;
        *x = part < 0.6 ? 0.14 - 0.12 * cos(a) : 0.03 + 0.25 * (part - 0.6) / 0.4;
        *y = part < 0.6 ? 0.28 - 0.24 * sin(a) + 0.35 * part : 0.93;
    } else if (at == 1) {
        a = 6.2831853 * part / 0.6;
        *x = part < 0.6 ? 0.50 + 0.11 * cos(a) : 0.61 - 0.10 * (part - 0.6);
        *y = part < 0.6 ? 0.28 - 0.22 * sin(a) : 0.28 + 0.68 * (part - 0.6) / 0.4;
    } else {
        *x = part < 0.4 ? 0.72 + 0.25 * part / 0.4 : 0.97 - 0.15 * (part - 0.4) / 0.6;
        *y = part < 0.4 ? 0.07 : 0.07 + 0.88 * (part - 0.4) / 0.6;
    }
}

static void line_at(double t, double *x, double *y)
{
    *x = t;
    *y = 0.5 + 0.03 * sin(5 * t);
}

static void trace_shape(enum pencil_shape shape, const struct box *box, struct stroke *out)
{
    enum { STEPS = 30000 };
    double last_x = 0, last_y = 0;
    out->count = 0;
    for (int i = 0; i < STEPS && out->count < PENCIL_POINTS; i++) {
        double x, y, t = (double)i / STEPS;
        bool lifted = i == 0;
        if (shape == PENCIL_SIGNATURE)
            signature_at(t, &x, &y);
        else if (shape == PENCIL_TICK)
            tick_at(t, &x, &y);
        else if (shape == PENCIL_DIGITS)
            digits_at(t, &x, &y, &lifted);
        else
            line_at(t, &x, &y);
        x = box->x + x * box->width;
        y = box->y + y * box->height;
        if (!lifted && hypot(x - last_x, y - last_y) < 1)
            continue;
        out->lifted[out->count] = lifted;
        out->x[out->count] = last_x = x;
        out->y[out->count++] = last_y = y;
    }
}

/* ---------------------------------------------------------------- drawing */

/* How hard the pencil is pressed at a point: rises and runs out at a stroke's ends. */
static double pressure_at(const struct stroke *stroke, int i, unsigned seed)
{
    int from = i, to = i;
    while (from > 0 && !stroke->lifted[from])
        from--;
    while (to + 1 < stroke->count && !stroke->lifted[to + 1])
        to++;
    double end = fmin(i - from, to - i) / (stroke->dpi * 0.03);
    double slow = 0.85 + 0.15 * sin(i / stroke->dpi * 9 + seed);
    return slow * fmin(1, 0.35 + 0.65 * end);
}

/* lay: how much of the stroke each pixel of the box takes, the most of all its points. */
static void lay_point(const struct box *box, double x, double y, double half, double pressure,
                      float *lay)
{
    int reach = (int)ceil(half + 1);
    for (int v = (int)y - reach; v <= (int)y + reach + 1; v++)
        for (int u = (int)x - reach; u <= (int)x + reach + 1; u++) {
            if (u < box->x || v < box->y || u >= box->x + box->width || v >= box->y + box->height)
                continue;
            double cover = fmin(1, half + 0.5 - hypot(u - x, v - y));
            /* thinner than a pixel is paler */
            cover *= fmin(1, 2 * half);
            float *to = &lay[(ptrdiff_t)(v - box->y) * box->width + (u - box->x)];
            if (cover * pressure > *to)
                *to = (float)(cover * pressure);
        }
}

/* Graphite stays on the tops: the less it is pressed the fewer. Its mean is as it would be even. */
static double deposit(double lay, double texture, double tooth_here)
{
    double share = 0.35 + 0.65 * lay; /* of the tooth that is touched */
    double touched = tooth_here < share ? lay / share : 0;
    return lay * (1 - texture) + touched * texture;
}

static void lay_down(struct image *image, const struct box *box, const struct pencil *pencil,
                     const float *lay)
{
    int most = pencil->color[0] > pencil->color[1] ? pencil->color[0] : pencil->color[1];
    most = pencil->color[2] > most ? pencil->color[2] : most;
    for (int v = 0; v < box->height; v++)
        for (int u = 0; u < box->width; u++) {
            double own = lay[(ptrdiff_t)v * box->width + u];
            int x = box->x + u, y = box->y + v;
            if (own <= 0 || x < 0 || y < 0 || x >= image->width_px || y >= image->height_px)
                continue;
            double dark =
                pencil->contrast * deposit(own, pencil->texture, tooth(x, y, pencil->seed)) / 0.85;
            uint8_t *pixel =
                image->data + (size_t)y * image->stride + (size_t)x * (size_t)image->channels;
            for (int c = 0; c < image->channels; c++) {
                double part = most == 0 ? 1 : 1 - (double)pencil->color[c] / 255;
                double value = pixel[c] - dark * part;
                value += even((uint32_t)x, (uint32_t)y, pencil->seed + 5); /* rounded by chance */
                pixel[c] = (uint8_t)fmax(0, fmin(255, floor(value)));
            }
        }
}

void pencil_draw(struct image *image, double dpi, const struct box *box, enum pencil_shape shape,
                 const struct pencil *pencil, struct stroke *out)
{
    const struct box around = {box->x - 20, box->y - 20, box->width + 40, box->height + 40};
    float *lay = memory_new((size_t)around.width * (size_t)around.height * sizeof *lay);
    out->dpi = dpi;
    out->width_px = pencil->width_px;
    trace_shape(shape, box, out);
    for (int i = 0; i < out->count; i++) {
        double pressure = pressure_at(out, i, pencil->seed);
        lay_point(&around, out->x[i], out->y[i], pencil->width_px / 2 * (0.6 + 0.4 * pressure),
                  pressure, lay);
    }
    lay_down(image, &around, pencil, lay);
    free(lay);
}

void pencil_grain(struct image *image, double sigma, unsigned seed)
{
    if (sigma <= 0)
        return;
    for (int y = 0; y < image->height_px; y++)
        for (int x = 0; x < image->width_px; x++) {
            uint8_t *pixel =
                image->data + (size_t)y * image->stride + (size_t)x * (size_t)image->channels;
            double fiber = normal((uint32_t)(x / 2), (uint32_t)(y / 2), seed);
            for (int c = 0; c < image->channels; c++) {
                double own = normal((uint32_t)x, (uint32_t)y, seed + 11 + (unsigned)c);
                double value = pixel[c] + sigma * (0.7071 * fiber + 0.7071 * own) + 0.5;
                pixel[c] = (uint8_t)fmax(0, fmin(255, floor(value)));
            }
        }
}

/* ---------------------------------------------------------------- seeing */

static double gray_at(const struct image *image, double x, double y)
{
    int u = (int)lround(x), v = (int)lround(y);
    u = u < 0 ? 0 : u >= image->width_px ? image->width_px - 1 : u;
    v = v < 0 ? 0 : v >= image->height_px ? image->height_px - 1 : v;
    const uint8_t *pixel =
        image->data + (size_t)v * image->stride + (size_t)u * (size_t)image->channels;
    return image->channels == 1 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
}

/* Of the pixels across the stroke at point i: mean of its width, mean and spread of its sides. */
struct across {
    double middle, sides, squares;
    int on, beside;
};

static void add_across(const struct stroke *stroke, const struct image *image, int i,
                       struct across *out)
{
    int before = i > 2 && !stroke->lifted[i] ? i - 2 : i;
    int after = i + 2 < stroke->count && !stroke->lifted[i + 1] ? i + 2 : i;
    double dx = stroke->x[after] - stroke->x[before], dy = stroke->y[after] - stroke->y[before];
    double length = hypot(dx, dy);
    int half = (int)fmax(0, round(stroke->width_px / 2 - 0.5));
    int near = half + 3, far = near + (int)lround(stroke->dpi / 75);
    if (length == 0)
        return;
    for (int k = -far; k <= far; k++) {
        if (abs(k) > half && abs(k) < near)
            continue;
        double value =
            gray_at(image, stroke->x[i] - k * dy / length, stroke->y[i] + k * dx / length);
        if (abs(k) <= half) {
            out->middle += value;
            out->on++;
        } else {
            out->sides += value;
            out->squares += value * value;
            out->beside++;
        }
    }
}

/* By how many levels the piece from i on is darker than its sides; spread: what grain makes it. */
static double piece_at(const struct stroke *stroke, const struct image *image, int i, int length,
                       double *spread)
{
    struct across sum = {0};
    for (int k = i; k < i + length; k++)
        add_across(stroke, image, k, &sum);
    if (sum.on == 0 || sum.beside == 0)
        return 0;
    double sides = sum.sides / sum.beside;
    double sigma = sqrt(fmax(0.25, sum.squares / sum.beside - sides * sides));
    *spread = sigma * sqrt(1.0 / sum.on + 1.0 / sum.beside) * 1.5; /* grain is not white */
    return sides - sum.middle / sum.on;
}

static int compare_numbers(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

struct stroke_seen stroke_compare(const struct stroke *stroke, const struct image *master,
                                  const struct image *shown)
{
    struct stroke_seen seen = {0};
    int length = (int)lround(PIECE_MM * stroke->dpi / 25.4), pieces = 0, visible = 0, kept = 0;
    double gap = 0, millimetre = 25.4 / stroke->dpi;
    double *all = memory_new((size_t)stroke->count * sizeof *all);
    for (int i = 0; i + length <= stroke->count; i++) {
        double grain = 1, other;
        double was = piece_at(stroke, master, i, length, &grain);
        double is = piece_at(stroke, shown, i, length, &other);
        bool sees = was >= SEEN_D * grain && was >= SEEN_LEVELS, shows = is >= SHOWN * was;
        seen.contrast += was;
        all[pieces++] = was / grain;
        visible += sees;
        kept += sees && shows;
        gap = sees && !shows ? gap + millimetre : 0;
        seen.longest_gap_mm = fmax(seen.longest_gap_mm, gap);
    }
    if (pieces > 0) {
        qsort(all, (size_t)pieces, sizeof *all, compare_numbers);
        seen.d = all[pieces / 2];
        seen.contrast /= pieces;
    }
    seen.visible_mm = visible * millimetre;
    seen.shown = visible == 0 ? 1 : (double)kept / visible;
    free(all);
    return seen;
}
