/* Lines that cross the page: see lines.h. */
#include "ingest/lines.h"

#include <math.h>
#include <stdlib.h>

#include "core/arena.h"

#define LONG_MM 60.0 /* the flourish of a signature is shorter */
#define THIN_MM 1.2
#define GAP_MM 0.6     /* a fold comes and goes */
#define SLOPE_MAX 0.07 /* 4 degrees */
#define NONE UINT32_MAX

/* A thin run of dark pixels across the line's direction, and the one before it. */
struct run {
    int along, start, end;
    uint32_t before;
};

/* What grows along the line: where it began and its last run. */
struct tracer {
    uint8_t *dark;
    int length, breadth; /* along and across */
    size_t step_along, step_across;
    int thin, gap, least; /* px */
    struct run *runs;
    size_t count, room;
    uint32_t *head; /* per place across: last run that passed there */
};

static uint8_t *at(const struct tracer *tracer, int along, int across)
{
    return tracer->dark + (size_t)along * tracer->step_along + (size_t)across * tracer->step_across;
}

static uint32_t find_before(const struct tracer *tracer, int along, int start, int end)
{
    for (int x = start > 0 ? start - 1 : 0; x <= end + 1 && x < tracer->breadth; x++) {
        uint32_t run = tracer->head[x];
        if (run != NONE && tracer->runs[run].along < along &&
            tracer->runs[run].along >= along - tracer->gap)
            return run;
    }
    return NONE;
}

static void add_run(struct tracer *tracer, int along, int start, int end)
{
    if (tracer->count == tracer->room) {
        tracer->room = tracer->room ? 2 * tracer->room : 4096;
        tracer->runs = memory_resize(tracer->runs, tracer->room * sizeof *tracer->runs);
    }
    uint32_t before = find_before(tracer, along, start, end);
    uint32_t index = (uint32_t)tracer->count++;
    tracer->runs[index] = (struct run){along, start, end, before};
    for (int x = start; x <= end; x++)
        tracer->head[x] = index;
}

static void find_runs(struct tracer *tracer)
{
    for (int along = 0; along < tracer->length; along++)
        for (int x = 0; x < tracer->breadth; x++) {
            if (!*at(tracer, along, x))
                continue;
            int start = x;
            while (x + 1 < tracer->breadth && *at(tracer, along, x + 1))
                x++;
            if (x - start < tracer->thin)
                add_run(tracer, along, start, x);
        }
}

/* The run that lies LONG_MM before last in its chain, or the chain's first. */
static uint32_t piece_start(const struct tracer *tracer, uint32_t last)
{
    const struct run *runs = tracer->runs;
    uint32_t first = last;
    while (runs[first].before != NONE && runs[last].along - runs[first].along < tracer->least)
        first = runs[first].before;
    return first;
}

static bool is_straight(const struct run *begin, const struct run *end)
{
    double drift = abs(end->start + end->end - begin->start - begin->end) / 2.0;
    return drift <= SLOPE_MAX * (end->along - begin->along) + 1;
}

static void erase_piece(struct tracer *tracer, uint32_t first, uint32_t last, uint8_t *seen)
{
    uint32_t beyond = tracer->runs[first].before;
    for (uint32_t run = last; run != beyond; run = tracer->runs[run].before) {
        for (int x = tracer->runs[run].start; x <= tracer->runs[run].end; x++)
            *at(tracer, tracer->runs[run].along, x) = 0;
        seen[run] = run != first; /* the next piece ends there */
    }
}

/* Runs come in order along the line, so that from behind the last of a chain is met first. Pieces
 * of LONG_MM are judged one after the other, for a fold may bend where a piece of it does not; what
 * is left over at the chain's beginning goes with the piece behind it. */
static void erase_chains(struct tracer *tracer)
{
    uint8_t *seen = memory_new(tracer->count + 1);
    for (size_t i = tracer->count; i-- > 0;) {
        bool follows = false;
        for (uint32_t last = (uint32_t)i; last != NONE && !seen[last];) {
            uint32_t first = piece_start(tracer, last);
            const struct run *begin = &tracer->runs[first], *end = &tracer->runs[last];
            bool enough = end->along - begin->along >= tracer->least || follows;
            if (enough && is_straight(begin, end)) {
                erase_piece(tracer, first, last, seen);
                follows = true;
                seen[first] = begin->before == NONE;
                last = first;
            } else {
                seen[last] = 1;
                follows = false;
                last = end->before;
            }
        }
    }
    free(seen);
}

static void trace(uint8_t *dark, int width, int height, double per_mm, bool vertical)
{
    struct tracer tracer = {.dark = dark,
                            .length = vertical ? height : width,
                            .breadth = vertical ? width : height,
                            .step_along = vertical ? (size_t)width : 1,
                            .step_across = vertical ? 1 : (size_t)width,
                            .thin = (int)ceil(THIN_MM * per_mm),
                            .gap = (int)ceil(GAP_MM * per_mm),
                            .least = (int)(LONG_MM * per_mm)};
    tracer.head = memory_new((size_t)tracer.breadth * sizeof *tracer.head);
    for (int i = 0; i < tracer.breadth; i++)
        tracer.head[i] = NONE;
    find_runs(&tracer);
    erase_chains(&tracer);
    free(tracer.head);
    free(tracer.runs);
}

void lines_erase(uint8_t *dark, int width, int height, double per_mm)
{
    trace(dark, width, height, per_mm, true);
    trace(dark, width, height, per_mm, false);
}
