#include "ocr/seal.h"

#include <math.h>
#include <stdlib.h>

/* An office's seal measures 36 mm across, those of others and older ones 30 to 42. */
#define RADIUS_MIN_MM 13.5
#define RADIUS_MAX_MM 22.0
#define FRAME_MM 0.9 /* a frame is thinner */

#define CANDIDATES_MAX 12 /* pieces that are looked at, the greatest first */
#define POINTS_MAX 512    /* of a piece's outline */
#define TRIES 600         /* circles through three of its points */
#define LIKELY 0.40       /* of a circle that is worth fitting, the share with a frame */
#define CERTAIN 0.62      /* of a frame of a seal */
#define INNERMOST 0.35    /* the smallest frame within, of the outermost */
#define DIRECTIONS 180
#define WOBBLE 3.0  /* px: so far a frame leaves its circle */
#define THICKER 1.5 /* a frame is as thick as it is, give or take */

struct point {
    int x, y;
};

struct sight {
    PIX *binary;
    l_uint32 *data;
    int width, height, words;
    double thick; /* px: no frame is thicker */
    struct point points[POINTS_MAX];
    size_t count;
};

static bool ink(const struct sight *sight, double x, double y)
{
    int px = (int)lround(x), py = (int)lround(y);
    if (px < 0 || py < 0 || px >= sight->width || py >= sight->height)
        return false;
    return GET_DATA_BIT(sight->data + (size_t)py * (size_t)sight->words, px) != 0;
}

/* ---------------------------------------------------------------- circles */

/* The stroke that the ray meets within reach of the radius: *from to *to; false: none, or one too
 * thick for a frame. */
static bool frame_at(const struct sight *sight, const struct seal *circle, double angle,
                     double reach, double *from, double *to)
{
    double dx = cos(angle), dy = sin(angle), r = circle->radius;
    for (int half = 0; half <= (int)(2 * reach); half++)
        for (int side = -1; side <= 1; side += 2) {
            double at = r + side * half / 2.0;
            if (!ink(sight, circle->x + at * dx, circle->y + at * dy))
                continue;
            *from = *to = at;
            while (*to - *from <= sight->thick &&
                   ink(sight, circle->x + (*from - 0.5) * dx, circle->y + (*from - 0.5) * dy))
                *from -= 0.5;
            while (*to - *from <= sight->thick &&
                   ink(sight, circle->x + (*to + 0.5) * dx, circle->y + (*to + 0.5) * dy))
                *to += 0.5;
            return *to - *from <= sight->thick;
        }
    return false;
}

static double coverage(const struct sight *sight, const struct seal *circle, int directions,
                       double reach)
{
    int hits = 0;
    double from, to;
    for (int i = 0; i < directions; i++)
        hits += frame_at(sight, circle, 2 * M_PI * i / directions, reach, &from, &to);
    return (double)hits / directions;
}

/* The circle through three points; false: they lie on a line. */
static bool circle_through(struct point a, struct point b, struct point c, struct seal *out)
{
    double bx = b.x - a.x, by = b.y - a.y, cx = c.x - a.x, cy = c.y - a.y;
    double twice = 2 * (bx * cy - by * cx);
    if (fabs(twice) < 1)
        return false;
    double b2 = bx * bx + by * by, c2 = cx * cx + cy * cy;
    double x = (cy * b2 - by * c2) / twice, y = (bx * c2 - cx * b2) / twice;
    *out = (struct seal){a.x + x, a.y + y, hypot(x, y)};
    return true;
}

static void add_point(struct sight *sight, int x, int y)
{
    if (sight->count < POINTS_MAX)
        sight->points[sight->count++] = (struct point){x, y};
}

/* The outermost ink of a piece's rows and columns: of a seal, mostly its frame. */
static void outline(struct sight *sight, struct box box)
{
    int step = (box.width + box.height) * 2 / POINTS_MAX + 1;
    sight->count = 0;
    for (int y = box.y; y < box.y + box.height; y += step) {
        int left = box.x, right = box.x + box.width - 1;
        while (left < right && !ink(sight, left, y))
            left++;
        while (right > left && !ink(sight, right, y))
            right--;
        add_point(sight, left, y);
        add_point(sight, right, y);
    }
    for (int x = box.x; x < box.x + box.width; x += step) {
        int top = box.y, bottom = box.y + box.height - 1;
        while (top < bottom && !ink(sight, x, top))
            top++;
        while (bottom > top && !ink(sight, x, bottom))
            bottom--;
        add_point(sight, x, top);
        add_point(sight, x, bottom);
    }
}

/* Small steps as long as more of the circle lies on a frame. */
static double settle(const struct sight *sight, struct seal *circle)
{
    double best = coverage(sight, circle, DIRECTIONS, 1);
    static const double steps[] = {4, 2, 1, 0.5};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        for (bool better = true; better;) {
            better = false;
            for (int i = 0; i < 6; i++) {
                struct seal moved = *circle;
                double *value = i / 2 == 0 ? &moved.x : i / 2 == 1 ? &moved.y : &moved.radius;
                *value += i % 2 ? steps[s] : -steps[s];
                double now = coverage(sight, &moved, DIRECTIONS, 1);
                if (now > best) {
                    best = now;
                    *circle = moved;
                    better = true;
                }
            }
        }
    return best;
}

/* Circles through three points of the outline are tried, always the same ones. */
static bool find_circle(struct sight *sight, struct box box, double dpi, struct seal *out)
{
    double least = RADIUS_MIN_MM * dpi / 25.4, most = RADIUS_MAX_MM * dpi / 25.4, best = 0;
    unsigned int chance = 1;
    outline(sight, box);
    for (int i = 0; i < TRIES && sight->count >= 3; i++) {
        struct point three[3];
        for (int k = 0; k < 3; k++) {
            chance = chance * 1664525u + 1013904223u;
            three[k] = sight->points[(chance >> 8) % sight->count];
        }
        struct seal circle;
        if (!circle_through(three[0], three[1], three[2], &circle) || circle.radius < least ||
            circle.radius > most)
            continue;
        double now = coverage(sight, &circle, DIRECTIONS / 3, 2);
        if (now > best) {
            best = now;
            *out = circle;
        }
    }
    return best >= LIKELY && settle(sight, out) >= CERTAIN;
}

/* ---------------------------------------------------------------- taking off */

static int by_length(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

/* How thick the frame is where nothing crosses it: the median. */
static double thickness(const struct sight *sight, const struct seal *circle)
{
    double lengths[DIRECTIONS], from, to;
    size_t count = 0;
    for (int i = 0; i < DIRECTIONS; i++)
        if (frame_at(sight, circle, 2 * M_PI * i / DIRECTIONS, WOBBLE, &from, &to))
            lengths[count++] = to - from;
    qsort(lengths, count, sizeof *lengths, by_length);
    return count ? lengths[count / 2] : 0;
}

/* Where the stroke is thicker, something crosses the frame. */
static void mark_frame(const struct sight *sight, const struct seal *circle, PIX *mask)
{
    double step = 0.35 / circle->radius, from, to;
    int steps = (int)ceil(2 * M_PI / step);
    double thick = THICKER * thickness(sight, circle) + 1;
    for (int i = 0; i < steps; i++) {
        double angle = i * step;
        if (!frame_at(sight, circle, angle, WOBBLE, &from, &to) || to - from > thick)
            continue;
        for (int half = 0; half <= (int)(2 * (to - from)); half++) {
            double at = from + half / 2.0;
            pixSetPixel(mask, (int)lround(circle->x + at * cos(angle)),
                        (int)lround(circle->y + at * sin(angle)), 1);
        }
    }
}

/* The outermost frame and those within it. */
static void mark_frames(const struct sight *sight, const struct seal *seal, PIX *mask)
{
    double innermost = seal->radius * INNERMOST;
    int count = (int)ceil(seal->radius + sight->thick - innermost);
    for (int i = 0; i < count; i++) {
        struct seal circle = {seal->x, seal->y, innermost + i};
        if (coverage(sight, &circle, DIRECTIONS, 0.5) >= CERTAIN)
            mark_frame(sight, &circle, mask);
    }
    mark_frame(sight, seal, mask);
}

static bool could_be(struct box box, double dpi)
{
    int longer = box.width > box.height ? box.width : box.height;
    int shorter = box.width > box.height ? box.height : box.width;
    double radius = RADIUS_MIN_MM * dpi / 25.4, greatest = 6 * RADIUS_MAX_MM * dpi / 25.4;
    return longer >= radius && shorter >= 0.3 * radius && longer <= greatest;
}

static bool found_before(const struct seal *seals, size_t count, struct box box)
{
    for (size_t i = 0; i < count; i++)
        if (hypot(box.x + box.width / 2.0 - seals[i].x, box.y + box.height / 2.0 - seals[i].y) <
            seals[i].radius)
            return true;
    return false;
}

static size_t choose(const struct box *pieces, size_t count, double dpi, struct box *chosen)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!could_be(pieces[i], dpi))
            continue;
        size_t at = found < CANDIDATES_MAX ? found++ : CANDIDATES_MAX;
        double area = (double)pieces[i].width * pieces[i].height;
        for (; at > 0 && (double)chosen[at - 1].width * chosen[at - 1].height < area; at--)
            if (at < CANDIDATES_MAX)
                chosen[at] = chosen[at - 1];
        if (at < CANDIDATES_MAX)
            chosen[at] = pieces[i];
    }
    return found;
}

size_t seals_off(struct clean *clean, const struct box *pieces, size_t count, double dpi,
                 struct seal *seals)
{
    struct box chosen[CANDIDATES_MAX];
    size_t candidates = choose(pieces, count, dpi, chosen), found = 0;
    if (candidates == 0)
        return 0;
    struct sight sight = {.binary = clean->binary,
                          .data = pixGetData(clean->binary),
                          .width = pixGetWidth(clean->binary),
                          .height = pixGetHeight(clean->binary),
                          .words = pixGetWpl(clean->binary),
                          .thick = FRAME_MM * dpi / 25.4};
    PIX *mask = pixCreate(sight.width, sight.height, 1);
    for (size_t i = 0; i < candidates && found < SEALS_MAX && mask; i++)
        if (!found_before(seals, found, chosen[i]) &&
            find_circle(&sight, chosen[i], dpi, &seals[found]))
            mark_frames(&sight, &seals[found++], mask);
    PIX *wide = found ? pixDilateBrick(NULL, mask, 3, 3) : NULL;
    if (wide) {
        pixSubtract(clean->binary, clean->binary, mask);
        pixSubtract(wide, wide, clean->binary); /* what crosses stays whole */
        pixSetMasked(clean->gray, wide, 255);
    }
    pixDestroy(&wide);
    pixDestroy(&mask);
    return found;
}

bool seal_holds(const struct seal *seal, struct box box)
{
    double x = fmax(fabs(box.x - seal->x), fabs(box.x + box.width - seal->x));
    double y = fmax(fabs(box.y - seal->y), fabs(box.y + box.height - seal->y));
    return hypot(x, y) < seal->radius;
}
