#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ocr/segment.h"

#define COLUMNS_MAX 64
#define ROWS_MAX 400
#define WALL_SHARE 0.3  /* of the table's height that walls at one x must cover to part columns */
#define LEVEL_SHARE 0.4 /* of the table's width that rules at one y must cover to part rows */

/* ---------------------------------------------------------------- true walls */

#define WALL_NEAR_INCH                                                                             \
    0.03 /* pieces of one wall lie so near in x; a level that touches it, as well */
#define WALL_HOLE_INCH 0.40 /* a longer hole parts two walls */
#define FOOT_WALLS 2        /* a level at which so many walls end is the table's first or last */
#define LEVEL_MIN_INCH 1.0  /* the line under an agency's name is shorter */

static int by_x_then_y(const void *a, const void *b)
{
    const struct box *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

static int by_y(const void *a, const void *b)
{
    const struct box *p = a, *q = b;
    return (p->y > q->y) - (p->y < q->y);
}

static bool touches(struct box run, struct box level, int near)
{
    return level.x <= run.x + run.width + near && level.x + level.width >= run.x - near &&
           level.y <= run.y + run.height + near && level.y + level.height >= run.y - near;
}

/* The wall's upper or lower end is as high as the level. */
static bool ends_at(struct box run, struct box level, int near)
{
    return abs(run.y - level.y) <= near || abs(run.y + run.height - level.y) <= near;
}

/* Walls that have their upper or lower end at the level. */
static size_t walls_ending_at(struct box level, const struct box *runs, size_t count, int near)
{
    size_t ending = 0;
    for (size_t i = 0; i < count; i++)
        ending += touches(runs[i], level, near) && ends_at(runs[i], level, near);
    return ending;
}

/* A table's levels end at walls, or where another of its levels does, or, broken at both ends, have
 * walls that end at them; the line under a title ends in the open, whatever streak of the copier
 * crosses it, and a thick one is the sheet's edge. Pieces at one height are one level. */
static bool *levels_of_tables(const struct rules *rules, const struct box *runs, size_t run_count,
                              int near, struct arena *arena)
{
    const struct box *all = rules->levels;
    bool *ends = arena_array(arena, rules->level_count + 1, sizeof *ends);
    bool *levels = arena_array(arena, rules->level_count + 1, sizeof *levels);
    for (size_t i = 0; i < rules->level_count; i++) {
        struct box left = {all[i].x, all[i].y, 1, all[i].height}, right = left;
        right.x = all[i].x + all[i].width;
        for (size_t k = 0; k < run_count && !ends[i]; k++)
            ends[i] = touches(runs[k], left, near) || touches(runs[k], right, near);
        ends[i] = ends[i] || walls_ending_at(all[i], runs, run_count, near) >= FOOT_WALLS;
        for (size_t k = 0; k < rules->level_count && !ends[i]; k++)
            ends[i] = abs(all[i].y - all[k].y) > near && abs(all[i].x - all[k].x) <= near &&
                      abs(all[i].width - all[k].width) <= 2 * near;
    }
    for (size_t i = 0; i < rules->level_count; i++)
        for (size_t k = 0; k < rules->level_count && !levels[i]; k++)
            levels[i] = ends[k] && abs(all[i].y - all[k].y) <= near && all[i].height <= 2 * near;
    return levels;
}

/* Cuts the run to the levels that touch it, or would where they are broken off; false: it meets
 * them at fewer than two places. */
static bool cut_to_levels(struct box *run, const struct rules *rules, const bool *of_table,
                          double dpi)
{
    int near = (int)(WALL_NEAR_INCH * dpi) + 1, first = INT_MAX, last = INT_MIN;
    for (size_t i = 0; i < rules->level_count; i++) {
        struct box level = rules->levels[i];
        if (!of_table[i] || level.width < LEVEL_MIN_INCH * dpi ||
            (!touches(*run, level, near) && !ends_at(*run, level, near)))
            continue;
        int middle = level.y + level.height / 2;
        first = middle < first ? middle : first;
        last = middle > last ? middle : last;
    }
    if (first > last || last - first < 3 * near)
        return false;
    run->y = first;
    run->height = last - first;
    return true;
}

/* Pieces of one wall become one run. */
static size_t join_pieces(struct box *pieces, size_t count, double dpi, struct box *runs)
{
    int near = (int)(WALL_NEAR_INCH * dpi) + 1, hole = (int)(WALL_HOLE_INCH * dpi);
    size_t found = 0;
    if (count)
        qsort(pieces, count, sizeof *pieces, by_x_then_y);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && pieces[end].x - pieces[end - 1].x <= near; end++)
            continue;
        qsort(pieces + start, end - start, sizeof *pieces, by_y);
        struct box run = pieces[start];
        for (size_t i = start + 1; i < end; i++) {
            int bottom = pieces[i].y + pieces[i].height;
            if (pieces[i].y > run.y + run.height + hole) {
                runs[found++] = run;
                run = pieces[i];
            } else if (bottom > run.y + run.height) {
                run.height = bottom - run.y;
            }
        }
        runs[found++] = run;
    }
    return found;
}

void table_walls(struct rules *rules, double dpi, struct arena *arena)
{
    struct box *runs = arena_array(arena, rules->wall_count + 1, sizeof *runs);
    size_t count = join_pieces(rules->walls, rules->wall_count, dpi, runs), kept = 0;
    bool *of_table = levels_of_tables(rules, runs, count, (int)(WALL_NEAR_INCH * dpi) + 1, arena);
    for (size_t i = 0; i < count; i++)
        if (cut_to_levels(&runs[i], rules, of_table, dpi))
            runs[kept++] = runs[i];
    rules->walls = runs;
    rules->wall_count = kept;
}

/* ---------------------------------------------------------------- tables and their cells */

/* Strokes at about one place along an axis, however broken. */
struct stroke {
    int at;     /* x of a wall, y of a level */
    int length; /* sum of the pieces */
};

struct table {
    int top, bottom, left, right;
    int columns[COLUMNS_MAX], rows[ROWS_MAX]; /* places that part them, ascending */
    size_t column_count, row_count;
};

static int by_at(const void *a, const void *b)
{
    const struct stroke *p = a, *q = b;
    return (p->at > q->at) - (p->at < q->at);
}

/* Strokes nearer than `near` become one; those shorter than `least` in all are left out. */
static size_t gather(struct stroke *strokes, size_t count, int near, double least, int *out,
                     size_t max)
{
    size_t found = 0;
    qsort(strokes, count, sizeof *strokes, by_at);
    for (size_t start = 0, end; start < count; start = end) {
        int length = strokes[start].length;
        for (end = start + 1; end < count && strokes[end].at - strokes[end - 1].at <= near; end++)
            length += strokes[end].length;
        if (length >= least && found < max)
            out[found++] = (strokes[start].at + strokes[end - 1].at) / 2;
    }
    return found;
}

static bool measure_table(struct table *table, const struct rules *rules, int h,
                          struct arena *arena)
{
    size_t room = rules->wall_count + rules->level_count, count = 0;
    struct stroke *strokes = arena_array(arena, room, sizeof *strokes);
    for (size_t i = 0; i < rules->wall_count; i++) {
        struct box wall = rules->walls[i];
        if (wall.y >= table->top && wall.y + wall.height <= table->bottom)
            strokes[count++] = (struct stroke){wall.x + wall.width / 2, wall.height};
    }
    table->column_count = gather(strokes, count, h, WALL_SHARE * (table->bottom - table->top),
                                 table->columns, COLUMNS_MAX);
    if (table->column_count < 2)
        return false;
    table->left = table->columns[0];
    table->right = table->columns[table->column_count - 1];

    count = 0;
    for (size_t i = 0; i < rules->level_count; i++) {
        struct box level = rules->levels[i];
        int middle = level.y + level.height / 2;
        if (middle >= table->top - h && middle <= table->bottom + h && level.x < table->right &&
            level.x + level.width > table->left)
            strokes[count++] = (struct stroke){middle, level.width};
    }
    table->row_count = gather(strokes, count, h / 2, LEVEL_SHARE * (table->right - table->left),
                              table->rows, ROWS_MAX);
    return true;
}

/* Walls whose heights overlap stand in one table. */
static size_t find_tables(const struct rules *rules, int h, struct table *tables, size_t max,
                          struct arena *arena)
{
    size_t found = 0;
    struct box *walls = arena_array(arena, rules->wall_count + 1, sizeof *walls);
    if (rules->wall_count)
        memcpy(walls, rules->walls, rules->wall_count * sizeof *walls);
    qsort(walls, rules->wall_count, sizeof *walls, by_y);
    for (size_t start = 0, end; start < rules->wall_count && found < max; start = end) {
        struct table *table = &tables[found];
        *table =
            (struct table){.top = walls[start].y, .bottom = walls[start].y + walls[start].height};
        for (end = start + 1; end < rules->wall_count && walls[end].y <= table->bottom + h; end++)
            if (walls[end].y + walls[end].height > table->bottom)
                table->bottom = walls[end].y + walls[end].height;
        found += measure_table(table, rules, h, arena);
    }
    return found;
}

static size_t places_before(const int *places, size_t count, int at)
{
    size_t before = 0;
    while (before < count && places[before] < at)
        before++;
    return before;
}

struct placed {
    struct segment_line line;
    size_t table, row, column;
};

static int by_cell(const void *a, const void *b)
{
    const struct placed *p = a, *q = b;
    if (p->table != q->table)
        return p->table < q->table ? -1 : 1;
    if (p->row != q->row)
        return p->row < q->row ? -1 : 1;
    if (p->column != q->column)
        return p->column < q->column ? -1 : 1;
    int p_foot = p->line.body.y + p->line.body.height,
        q_foot = q->line.body.y + q->line.body.height;
    if (abs(p_foot - q_foot) > p->line.text_px / 2)
        return p_foot < q_foot ? -1 : 1;
    return (p->line.body.x > q->line.body.x) - (p->line.body.x < q->line.body.x);
}

static void place(struct placed *placed, const struct table *tables, size_t count)
{
    int x = placed->line.body.x + placed->line.body.width / 2;
    int y = placed->line.body.y + placed->line.body.height / 2;
    placed->table = 0; /* 0: in none; tables count from 1 */
    for (size_t i = 0; i < count; i++) {
        const struct table *table = &tables[i];
        if (y < table->top || y > table->bottom || x < table->left || x > table->right)
            continue;
        placed->table = i + 1;
        placed->row = places_before(table->rows, table->row_count, y);
        placed->column = places_before(table->columns, table->column_count, x);
        return;
    }
}

size_t table_find(struct segments *segments, const struct rules *rules, size_t *starts, size_t max,
                  struct arena *arena)
{
    struct table *tables = arena_array(arena, max, sizeof *tables);
    size_t count = find_tables(rules, segments->text_px, tables, max, arena), found = 0;
    if (count == 0)
        return 0;
    struct placed *all = arena_array(arena, segments->line_count + 1, sizeof *all);
    for (size_t i = 0; i < segments->line_count; i++) {
        all[i].line = segments->lines[i];
        place(&all[i], tables, count);
    }
    qsort(all, segments->line_count, sizeof *all, by_cell);
    for (size_t i = 0; i < segments->line_count; i++) {
        struct segment_line *line = &segments->lines[i];
        *line = all[i].line;
        line->in_table = all[i].table > 0;
        if (!line->in_table)
            continue;
        bool opens = i == 0 || all[i].table != all[i - 1].table;
        if (opens)
            starts[found++] = i;
        line->block = opens ? 0
                            : line[-1].block + (all[i].row != all[i - 1].row ||
                                                all[i].column != all[i - 1].column);
    }
    return found;
}
