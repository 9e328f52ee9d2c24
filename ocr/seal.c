#include "ocr/seal.h"

#include <math.h>
#include <stdlib.h>

/* An office's seal measures 36 mm across, those of others and older ones 30 to 42. */
#define RADIUS_MIN_MM 13.5
#define RADIUS_MAX_MM 22.0
#define FRAME_MM 1.6 /* a frame is thinner */

#define CANDIDATES_MAX 12 /* pieces that are looked at, the greatest first */
#define POINTS_MAX 512    /* of a piece's outline */
#define TRIES 600         /* circles through three of its points */
#define GUESSES 4         /* of them, the best are fitted */
#define LIKELY 0.40       /* of a circle that is worth fitting, the share with a frame */
#define CERTAIN 0.62      /* of a frame of a seal */
#define ENOUGH 0.85       /* ... and no other circle need be tried */
#define ASIDE 0.08        /* the middle may have so much less of it than a circle beside it */
#define BESIDE 0.50       /* of a further frame round the same centre */
#define INNERMOST 0.35    /* the smallest of them, of the one that was found */
#define OUTERMOST 1.08    /* the greatest */
#define DIRECTIONS 180
#define WOBBLE 3.0  /* px: so far a frame leaves its circle */
#define STRAY 2.0   /* px: what lies further off is none of the frame */
#define THICKER 1.5 /* a frame is as thick as it is, give or take */
#define SLANTS 4    /* in so many steps to each side up to 45 degrees a stroke may cross */
#define ABOUT 25    /* directions at each side that tell how dark the frame is */
#define DARKER 0.65 /* of the grey of a seal's ink: print is darker */

struct point {
    int x, y;
};

struct sight {
    PIX *binary, *gray;
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

/* Solves the three equations m * x = v, by Cramer's rule; false: they depend on each other. */
static bool solve(double m[3][3], const double v[3], double x[3])
{
    double det = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
                 m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                 m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    if (fabs(det) < 1e-6)
        return false;
    for (int i = 0; i < 3; i++) {
        double c[3][3];
        for (int row = 0; row < 3; row++)
            for (int column = 0; column < 3; column++)
                c[row][column] = column == i ? v[row] : m[row][column];
        x[i] = (c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) -
                c[0][1] * (c[1][0] * c[2][2] - c[1][2] * c[2][0]) +
                c[0][2] * (c[1][0] * c[2][1] - c[1][1] * c[2][0])) /
               det;
    }
    return true;
}

/* A circle anywhere within a thick frame lies on it all round: the middle of the frame is what the
 * frames within share their centre with. Least squares, strays left out. */
static void centre(const struct sight *sight, struct seal *circle)
{
    for (int pass = 0; pass < 5; pass++) {
        double m[3][3] = {{0}}, v[3] = {0}, moved[3];
        for (int i = 0; i < DIRECTIONS; i++) {
            double from, to, angle = 2 * M_PI * i / DIRECTIONS;
            if (!frame_at(sight, circle, angle, WOBBLE, &from, &to))
                continue;
            double off = (from + to) / 2 - circle->radius;
            if (pass > 1 && fabs(off) > STRAY)
                continue;
            const double by[3] = {cos(angle), sin(angle), 1};
            for (int row = 0; row < 3; row++) {
                v[row] += by[row] * off;
                for (int column = 0; column < 3; column++)
                    m[row][column] += by[row] * by[column];
            }
        }
        if (!solve(m, v, moved))
            return;
        circle->x += moved[0];
        circle->y += moved[1];
        circle->radius += moved[2];
    }
}

/* A circle and the share of it that lies on a frame. */
struct guess {
    struct seal circle;
    double share;
};

/* Keeps the best, best first. */
static void keep_best(struct guess *best, const struct guess *guess)
{
    size_t at = GUESSES;
    while (at > 0 && guess->share > best[at - 1].share) {
        if (at < GUESSES)
            best[at] = best[at - 1];
        at--;
    }
    if (at < GUESSES)
        best[at] = *guess;
}

/* Circles through three points of the outline are tried, always the same ones. */
static void try_circles(struct sight *sight, double dpi, struct guess *best)
{
    double least = RADIUS_MIN_MM * dpi / 25.4, most = RADIUS_MAX_MM * dpi / 25.4;
    unsigned int chance = 1;
    for (int i = 0; i < TRIES && sight->count >= 3; i++) {
        struct point three[3];
        for (int k = 0; k < 3; k++) {
            chance = chance * 1664525u + 1013904223u;
            three[k] = sight->points[(chance >> 8) % sight->count];
        }
        struct guess guess;
        if (!circle_through(three[0], three[1], three[2], &guess.circle) ||
            guess.circle.radius < least || guess.circle.radius > most)
            continue;
        guess.share = coverage(sight, &guess.circle, DIRECTIONS / 3, 2);
        keep_best(best, &guess);
    }
}

static bool find_circle(struct sight *sight, struct box box, double dpi, struct seal *out)
{
    struct guess best[GUESSES] = {0};
    double most = 0;
    outline(sight, box);
    try_circles(sight, dpi, best);
    for (size_t i = 0; i < GUESSES && best[i].share >= LIKELY && most < ENOUGH; i++) {
        struct guess *guess = &best[i];
        guess->share = settle(sight, &guess->circle);
        struct seal middle = guess->circle;
        centre(sight, &middle);
        double share = coverage(sight, &middle, DIRECTIONS, 1);
        if (share >= guess->share - ASIDE)
            guess->circle = middle;
        guess->share = fmax(share, guess->share);
        if (guess->share > most) {
            most = guess->share;
            *out = guess->circle;
        }
    }
    return most >= CERTAIN;
}

/* ---------------------------------------------------------------- taking off */

static int by_length(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_length);
    return count ? values[count / 2] : 0;
}

/* How thick the frame is where nothing crosses it: the median. */
static double thickness(const struct sight *sight, const struct seal *circle)
{
    double lengths[DIRECTIONS], from, to;
    size_t count = 0;
    for (int i = 0; i < DIRECTIONS; i++)
        if (frame_at(sight, circle, 2 * M_PI * i / DIRECTIONS, WOBBLE, &from, &to))
            lengths[count++] = to - from;
    return median(lengths, count);
}

/* A stroke goes through the frame at this place: there is ink at both its sides, straight across or
 * aslant. */
static bool crossed(const struct sight *sight, const struct seal *circle, double angle, double at,
                    double from, double to)
{
    double inner = from - 1.5, outer = to + 1.5;
    for (int i = -SLANTS; i <= SLANTS; i++) {
        double slant = (double)i / SLANTS;
        double in = angle + slant * (inner - at) / at, out = angle + slant * (outer - at) / at;
        if (ink(sight, circle->x + inner * cos(in), circle->y + inner * sin(in)) &&
            ink(sight, circle->x + outer * cos(out), circle->y + outer * sin(out)))
            return true;
    }
    return false;
}

/* How dark the frame is about each direction: a copier inks unevenly. */
static void grey_of(const struct sight *sight, const struct seal *circle, double *out)
{
    double grey[DIRECTIONS], from, to, near[2 * ABOUT + 1];
    for (int i = 0; i < DIRECTIONS; i++) {
        double angle = 2 * M_PI * i / DIRECTIONS;
        l_uint32 value = 0;
        grey[i] = -1;
        if (!frame_at(sight, circle, angle, WOBBLE, &from, &to))
            continue;
        double at = (from + to) / 2;
        if (!pixGetPixel(sight->gray, (int)lround(circle->x + at * cos(angle)),
                         (int)lround(circle->y + at * sin(angle)), &value))
            grey[i] = value;
    }
    for (int i = 0; i < DIRECTIONS; i++) {
        size_t count = 0;
        for (int k = -ABOUT; k <= ABOUT; k++)
            if (grey[(i + k + DIRECTIONS) % DIRECTIONS] >= 0)
                near[count++] = grey[(i + k + DIRECTIONS) % DIRECTIONS];
        out[i] = median(near, count);
    }
}

/* What is marked: the frame goes, and what is darker than it unless print goes on there. */
struct marks {
    PIX *frame, *dark;
};

static void mark(const struct sight *sight, const struct marks *marks, double x, double y,
                 double grey)
{
    l_uint32 value = 0;
    int px = (int)lround(x), py = (int)lround(y);
    bool known = !pixGetPixel(sight->gray, px, py, &value);
    pixSetPixel(known && value < DARKER * grey ? marks->dark : marks->frame, px, py, 1);
}

/* Where the stroke is thicker, something crosses the frame. */
static void mark_frame(const struct sight *sight, const struct seal *circle,
                       const struct marks *marks)
{
    double step = 0.35 / circle->radius, from, to, grey[DIRECTIONS];
    int steps = (int)ceil(2 * M_PI / step);
    double thick = THICKER * thickness(sight, circle) + 1;
    grey_of(sight, circle, grey);
    for (int i = 0; i < steps; i++) {
        double angle = i * step;
        if (!frame_at(sight, circle, angle, WOBBLE, &from, &to) || to - from > thick)
            continue;
        for (int half = 0; half <= (int)(2 * (to - from)); half++) {
            double at = from + half / 2.0;
            if (!crossed(sight, circle, angle, at, from, to))
                mark(sight, marks, circle->x + at * cos(angle), circle->y + at * sin(angle),
                     grey[(int)(angle / (2 * M_PI) * DIRECTIONS) % DIRECTIONS]);
        }
    }
}

/* Print that is darker than the frame over it, and goes on beyond it, stays; the rest of what is
 * dark goes with the frame. */
static void part_dark(const struct clean *clean, const struct marks *marks)
{
    PIX *beyond = pixSubtract(NULL, clean->binary, marks->frame);
    if (beyond)
        pixSubtract(beyond, beyond, marks->dark);
    PIX *seed = beyond ? pixDilateBrick(NULL, beyond, 3, 3) : NULL;
    PIX *kept = seed && pixAnd(seed, seed, marks->dark)
                    ? pixSeedfillBinary(NULL, seed, marks->dark, 8)
                    : NULL;
    if (kept)
        pixSubtract(marks->dark, marks->dark, kept);
    pixOr(marks->frame, marks->frame, marks->dark);
    pixDestroy(&kept);
    pixDestroy(&seed);
    pixDestroy(&beyond);
}

/* The frame that was found and those round the same centre. */
static void mark_frames(const struct sight *sight, const struct seal *seal,
                        const struct marks *marks)
{
    double innermost = seal->radius * INNERMOST;
    int count = (int)ceil(seal->radius * OUTERMOST - innermost);
    for (int i = 0; i < count; i++) {
        struct seal circle = {seal->x, seal->y, innermost + i};
        if (coverage(sight, &circle, DIRECTIONS, 0.5) < BESIDE)
            continue;
        mark_frame(sight, &circle, marks);
        i += (int)thickness(sight, &circle); /* all of it is marked */
    }
    mark_frame(sight, seal, marks);
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
                          .gray = clean->gray,
                          .data = pixGetData(clean->binary),
                          .width = pixGetWidth(clean->binary),
                          .height = pixGetHeight(clean->binary),
                          .words = pixGetWpl(clean->binary),
                          .thick = FRAME_MM * dpi / 25.4};
    struct marks marks = {pixCreate(sight.width, sight.height, 1),
                          pixCreate(sight.width, sight.height, 1)};
    for (size_t i = 0; i < candidates && found < SEALS_MAX && marks.frame && marks.dark; i++)
        if (!found_before(seals, found, chosen[i]) &&
            find_circle(&sight, chosen[i], dpi, &seals[found]))
            mark_frames(&sight, &seals[found++], &marks);
    if (found)
        part_dark(clean, &marks);
    PIX *wide = found ? pixDilateBrick(NULL, marks.frame, 3, 3) : NULL;
    if (wide) {
        pixSubtract(clean->binary, clean->binary, marks.frame);
        pixSubtract(wide, wide, clean->binary); /* what crosses stays whole */
        pixSetMasked(clean->gray, wide, 255);
    }
    pixDestroy(&wide);
    pixDestroy(&marks.frame);
    pixDestroy(&marks.dark);
    return found;
}

bool seal_holds(const struct seal *seal, struct box box)
{
    double x = fmax(fabs(box.x - seal->x), fabs(box.x + box.width - seal->x));
    double y = fmax(fabs(box.y - seal->y), fabs(box.y + box.height - seal->y));
    return hypot(x, y) < seal->radius;
}
