#include "ocr/leader.h"

#include <stdlib.h>

#define DOTS_MIN 7
#define EVEN 0.75 /* of the steps, at least, are one pitch */

#define BESIDE 8        /* dots at each side that one is held against */
#define ROW_OFF 0.07    /* of a small letter: so far a dot may stand off their row ... */
#define ROW_GREATER 1.7 /* ... and of so many times their area it may be */
#define HALF_STEP 0.8   /* of the pitch: nearer to both than this is a dot between two */
#define ONE_STEP 1.3
#define APART 1.6 /* a dot so far before the first or behind the last is none of them */

/* Dots of a leader stand at one pitch; dots below letters (ạ ẹ ị) do not. Decided by the row. */
static bool is_leader(const struct box *dots, size_t count, double h)
{
    if (count < DOTS_MIN)
        return false;
    double pitch = (dots[count - 1].x - dots[0].x) / (double)(count - 1);
    size_t even = 0;
    for (size_t i = 1; i < count; i++) {
        double step = dots[i].x - dots[i - 1].x;
        even += step > 0.55 * pitch && step < 1.45 * pitch;
    }
    return pitch < LEADER_PITCH * h && (double)even >= EVEN * (double)(count - 1);
}

static int by_number(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static int median(int *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_number);
    return numbers[count / 2];
}

/* It is as high as the dots beside it, and as great. */
static bool fits(const struct box *dots, size_t count, double h, size_t at)
{
    int middles[2 * BESIDE + 1], areas[2 * BESIDE + 1];
    size_t from = at > BESIDE ? at - BESIDE : 0, n = 0;
    size_t to = at + BESIDE < count ? at + BESIDE + 1 : count;
    for (size_t i = from; i < to; i++, n++) {
        middles[n] = 2 * dots[i].y + dots[i].height;
        areas[n] = dots[i].width * dots[i].height;
    }
    int off = abs(2 * dots[at].y + dots[at].height - median(middles, n));
    return off <= 2 * (ROW_OFF * h + 1) &&
           dots[at].width * dots[at].height <= ROW_GREATER * median(areas, n);
}

static int pitch_of(const struct box *dots, size_t count, int *steps)
{
    for (size_t i = 1; i < count; i++)
        steps[i - 1] = dots[i].x - dots[i - 1].x;
    return median(steps, count - 1);
}

static bool is_between(const struct box *dots, size_t at, double pitch)
{
    int before = dots[at].x - dots[at - 1].x, behind = dots[at + 1].x - dots[at].x;
    return before < HALF_STEP * pitch && behind < HALF_STEP * pitch &&
           before + behind < ONE_STEP * pitch;
}

bool leader_dots(const struct box *dots, size_t count, double h, struct arena *arena,
                 bool *of_leader)
{
    if (!is_leader(dots, count, h))
        return false;
    double pitch = pitch_of(dots, count, arena_array(arena, count, sizeof(int)));
    for (size_t i = 0; i < count; i++)
        of_leader[i] =
            fits(dots, count, h, i) && (i == 0 || i + 1 == count || !is_between(dots, i, pitch));
    if (dots[1].x - dots[0].x > APART * pitch)
        of_leader[0] = false;
    if (dots[count - 1].x - dots[count - 2].x > APART * pitch)
        of_leader[count - 1] = false;
    return true;
}
