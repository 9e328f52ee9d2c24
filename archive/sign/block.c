/* Lines and place of the visible block. */
#include "archive/sign/block.h"

#include <math.h>
#include <string.h>

#define SIZE_WANTED 10.0 /* NĐ 30/2020 PL I part II */
#define CLEAR_PT 4.0     /* free on all sides */
#define EDGE_PT 12.0     /* from the edge of the page: printers do not reach it */
#define RIGHT_PT 43.0    /* right margin of NĐ 30: 15 mm */
#define TOP_PT 18.0
#define STEP_PT 2.0
#define LAYOUTS_MAX 8

/* One way of breaking the text; widths in units of the size. */
struct layout {
    const char *lines[BLOCK_LINES_MAX];
    int count;
    double width;
};

/* Smaller letters are worse than another place in the top margin, better than leaving the top. */
static const struct {
    double size, cost;
} sizes[] = {{SIZE_WANTED, 0}, {9, 300}, {8, 450}};

/* ---------------------------------------------------------------- lines */

struct measure {
    double (*width)(void *context, const char *text);
    void *context;
};

static double layout_width(const struct measure *measure, const struct layout *layout)
{
    double width = 0;
    for (int i = 0; i < layout->count; i++)
        width = fmax(width, measure->width(measure->context, layout->lines[i]));
    return width;
}

/* Breaks text at the blank that makes the longer half shortest; without a blank it stays whole. */
static int break_in_two(const struct measure *measure, const char *text, struct arena *arena,
                        const char *out[2])
{
    double best = INFINITY;
    out[0] = text;
    for (const char *blank = strchr(text, ' '); blank != NULL; blank = strchr(blank + 1, ' ')) {
        const char *first = arena_strndup(arena, text, (size_t)(blank - text));
        double width = fmax(measure->width(measure->context, first),
                            measure->width(measure->context, blank + 1));
        if (width < best) {
            best = width;
            out[0] = first;
            out[1] = arena_strdup(arena, blank + 1);
        }
    }
    return best == INFINITY ? 1 : 2;
}

static void add_layout(struct layout *layouts, size_t *count, const struct measure *measure,
                       const char *a, const char *b, const char *c, const char *d)
{
    const char *lines[] = {a, b, c, d};
    struct layout *layout = &layouts[*count];
    *layout = (struct layout){0};
    for (size_t i = 0; i < 4; i++)
        if (lines[i] != NULL && lines[i][0] != 0)
            layout->lines[layout->count++] = lines[i];
    layout->width = layout_width(measure, layout);
    if (layout->count > 0)
        (*count)++;
}

/* From the narrowest to the flattest. */
static size_t make_layouts(const struct measure *measure, const struct block_text *text,
                           struct arena *arena, struct layout *layouts)
{
    size_t count = 0;
    const char *halves[2] = {NULL, NULL};
    if (break_in_two(measure, text->agency, arena, halves) == 2)
        add_layout(layouts, &count, measure, text->form, halves[0], halves[1], text->time);
    add_layout(layouts, &count, measure, text->form, text->agency, text->time, NULL);
    const char *head = arena_printf(arena, "%s, %s", text->form, text->agency);
    const char *tail = arena_printf(arena, "%s, %s", text->form, text->time);
    if (text->agency[0] != 0) {
        add_layout(layouts, &count, measure, tail, text->agency, NULL, NULL);
        add_layout(layouts, &count, measure, head, text->time, NULL, NULL);
        add_layout(layouts, &count, measure, arena_printf(arena, "%s, %s", head, text->time), NULL,
                   NULL, NULL);
    }
    return count;
}

/* ---------------------------------------------------------------- place */

struct search {
    const struct ink *ink;
    const struct block_text *text;
    struct block_place best;
    double best_cost;
};

/* How far from where the rule wants it: down costs more than left. */
static double distance_cost(const struct ink *ink, const struct block_place *place)
{
    double right = ink->width_pt - (place->left + place->width);
    return fabs(right - RIGHT_PT) + 2 * fabs(place->top - TOP_PT);
}

static void try_place(struct search *search, struct block_place *place, double cost)
{
    cost += distance_cost(search->ink, place);
    /* ink outweighs everything: a place with less of it wins */
    place->ink = ink_share(search->ink, place->left - CLEAR_PT, place->top - CLEAR_PT,
                           place->width + 2 * CLEAR_PT, place->height + 2 * CLEAR_PT);
    cost += place->ink > 0 ? 1e6 + 1e6 * place->ink : 0;
    if (cost < search->best_cost) {
        search->best_cost = cost;
        search->best = *place;
    }
}

static void try_layout(struct search *search, const struct layout *layout, double size, double cost)
{
    const struct block_text *text = search->text;
    double beside = text->picture_width > 0 ? text->picture_width + BLOCK_GAP_PT : 0;
    struct block_place place = {
        .size = size,
        .width = beside + layout->width * size,
        .height = fmax(text->picture_height, layout->count * size * BLOCK_LEADING),
        .picture_width = text->picture_width,
        .picture_height = text->picture_height,
        .line_count = layout->count};
    memcpy(place.lines, layout->lines, sizeof place.lines);
    double last_left = search->ink->width_pt - EDGE_PT - place.width;
    double last_top = search->ink->height_pt - EDGE_PT - place.height;
    for (place.top = EDGE_PT; place.top <= last_top; place.top += STEP_PT)
        for (place.left = last_left; place.left >= EDGE_PT; place.left -= STEP_PT)
            try_place(search, &place, cost);
}

void block_place(const struct ink *ink, const struct block_text *text,
                 double (*width)(void *context, const char *text), void *context,
                 struct arena *arena, struct block_place *out)
{
    struct measure measure = {width, context};
    struct layout layouts[LAYOUTS_MAX];
    size_t count = make_layouts(&measure, text, arena, layouts);
    struct search search = {.ink = ink, .text = text, .best_cost = INFINITY};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t i = 0; i < count; i++)
            try_layout(&search, &layouts[i], sizes[s].size, sizes[s].cost + 20.0 * (double)i);
    /* a page smaller than the block: as much as fits, shrunk into its top right corner */
    if (search.best_cost == INFINITY && count > 0) {
        struct block_place place = {.line_count = layouts[0].count, .left = 1, .top = 1, .ink = 1};
        memcpy(place.lines, layouts[0].lines, sizeof place.lines);
        place.size =
            fmin(SIZE_WANTED, fmin((ink->width_pt - 2) / layouts[0].width,
                                   (ink->height_pt - 2) / (layouts[0].count * BLOCK_LEADING)));
        place.width = layouts[0].width * place.size;
        place.height = layouts[0].count * place.size * BLOCK_LEADING;
        search.best = place;
    }
    *out = search.best;
}
