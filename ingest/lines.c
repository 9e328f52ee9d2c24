/* Lines that cross the page: see lines.h. */
#include "ingest/lines.h"

#include <math.h>
#include <stdlib.h>

#include "core/arena.h"

#define LONG_MM 20.0 /* shorter ones may be a stroke of a pen */
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

/* Runs come in order along the line, so that the last of a chain is met first from behind. Pieces
 * of LONG_MM are judged one after the other: a fold may bend, a piece of it does not. */
static void erase_chains(struct tracer *tracer)
{
    uint8_t *seen = memory_new(tracer->count + 1);
    for (size_t i = tracer->count; i-- > 0;) {
        uint32_t last = (uint32_t)i;
        while (last != NONE && !seen[last]) {
            const struct run *end = &tracer->runs[last];
            uint32_t first = last;
            while (tracer->runs[first].before != NONE &&
                   end->along - tracer->runs[first].along < tracer->least)
                first = tracer->runs[first].before;
            const struct run *begin = &tracer->runs[first];
            int length = end->along - begin->along;
            double drift = abs(end->start + end->end - begin->start - begin->end) / 2.0;
            if (length >= tracer->least && drift <= SLOPE_MAX * length + 1) {
                for (uint32_t run = last; run != begin->before; run = tracer->runs[run].before) {
                    for (int x = tracer->runs[run].start; x <= tracer->runs[run].end; x++)
                        *at(tracer, tracer->runs[run].along, x) = 0;
                    if (run != first)
                        seen[run] = 1;
                }
                last = first;
            } else {
                seen[last] = 1;
                last = end->before;
            }
            if (last == first && tracer->runs[first].before == NONE)
                break;
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
