#include <stdlib.h>
#include <string.h>

#include "ocr/segment.h"

#define ZONE_SHARE 0.35   /* of the page's height: where letterhead and signature stand */
#define CENTRE_SHARE 0.10 /* of the text's width: lines of a column share their middle ... */
#define LEFT_SHARE 0.04   /* ... or their left edge */
#define PARAGRAPH_GAP 3.0 /* in small letters */
#define COLUMNS_MAX 8

struct column {
    int left, right;        /* extent so far */
    int first_left, centre; /* of the line that opened it, and the mean middle */
    size_t lines;
};

static int right_of(const struct segment_line *line)
{
    return line->body.x + line->body.width;
}

static int bottom_of(const struct segment_line *line)
{
    return line->body.y + line->body.height;
}

static int centre_of(const struct segment_line *line)
{
    return line->body.x + line->body.width / 2;
}

static int by_bottom(const void *a, const void *b)
{
    const struct segment_line *p = a, *q = b;
    if (bottom_of(p) != bottom_of(q))
        return bottom_of(p) < bottom_of(q) ? -1 : 1;
    return (p->body.x > q->body.x) - (p->body.x < q->body.x);
}

static int by_x(const void *a, const void *b)
{
    const struct segment_line *p = a, *q = b;
    return (p->body.x > q->body.x) - (p->body.x < q->body.x);
}

/* lines come sorted by their foot; those whose foot is within half a letter stand on one row and
 * are sorted by x. */
static void order_rows(struct segment_line *lines, size_t count)
{
    for (size_t start = 0, end; start < count; start = end) {
        int text = lines[start].text_px;
        for (end = start + 1; end < count; end++)
            if (bottom_of(&lines[end]) - bottom_of(&lines[start]) > text / 2 + 1)
                break;
        qsort(lines + start, end - start, sizeof *lines, by_x);
    }
}

static int difference(int a, int b)
{
    return a > b ? a - b : b - a;
}

/* Into which column the line goes: a new one when it meets none; -1 when it crosses two or does not
 * stand under the one it meets. */
static int column_for(struct column *columns, size_t *count, const struct segment_line *line,
                      int text_width)
{
    int meets = -1;
    for (size_t i = 0; i < *count; i++) {
        if (line->body.x >= columns[i].right || right_of(line) <= columns[i].left)
            continue;
        if (meets >= 0)
            return -1;
        meets = (int)i;
    }
    if (meets < 0) {
        if (*count == COLUMNS_MAX)
            return -1;
        columns[*count] =
            (struct column){line->body.x, right_of(line), line->body.x, centre_of(line), 1};
        return (int)(*count)++;
    }
    struct column *column = &columns[meets];
    if (difference(column->centre, centre_of(line)) > CENTRE_SHARE * text_width &&
        difference(column->first_left, line->body.x) > LEFT_SHARE * text_width)
        return -1;
    column->left = column->left < line->body.x ? column->left : line->body.x;
    column->right = column->right > right_of(line) ? column->right : right_of(line);
    column->centre += (centre_of(line) - column->centre) / (int)++column->lines;
    return meets;
}

/* Lines from..to of a zone, sorted by their foot, are put one column after the other. step +1: the
 * zone is built downwards from `from`, -1: upwards. Returns how many lines belong to it; 0 when
 * there are no two columns. */
static size_t order_columns(struct segment_line *lines, size_t count, int step, int zone_px,
                            int text_width, int *block, struct arena *arena)
{
    struct column columns[COLUMNS_MAX];
    int *in = arena_array(arena, count + 1, sizeof *in);
    size_t column_count = 0, taken = 0;
    const struct segment_line *edge = step > 0 ? &lines[0] : &lines[count - 1];
    while (taken < count) {
        size_t at = step > 0 ? taken : count - 1 - taken;
        if (difference(bottom_of(&lines[at]), bottom_of(edge)) > zone_px)
            break;
        in[at] = column_for(columns, &column_count, &lines[at], text_width);
        if (in[at] < 0)
            break;
        taken++;
    }
    if (column_count < 2)
        return 0;
    size_t base = step > 0 ? 0 : count - taken, put = 0;
    struct segment_line *sorted = arena_array(arena, taken, sizeof *sorted);
    for (size_t done = 0; done < column_count; done++) {
        size_t leftmost = column_count;
        for (size_t i = 0; i < column_count; i++)
            if (columns[i].lines &&
                (leftmost == column_count || columns[i].left < columns[leftmost].left))
                leftmost = i;
        for (size_t i = base; i < base + taken; i++)
            if (in[i] == (int)leftmost) {
                sorted[put] = lines[i];
                sorted[put++].block = *block;
            }
        columns[leftmost].lines = 0;
        (*block)++;
    }
    memcpy(lines + base, sorted, taken * sizeof *lines);
    return taken;
}

static void order_body(struct segment_line *lines, size_t count, int text_px, int *block)
{
    order_rows(lines, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && lines[i].body.y - bottom_of(&lines[i - 1]) > PARAGRAPH_GAP * text_px)
            (*block)++;
        lines[i].block = *block;
    }
    (*block)++;
}

void layout_order(struct segment_line *lines, size_t count, int text_px, int page_height_px,
                  struct arena *arena)
{
    if (count == 0)
        return;
    int left = lines[0].body.x, right = right_of(&lines[0]);
    for (size_t i = 1; i < count; i++) {
        left = left < lines[i].body.x ? left : lines[i].body.x;
        right = right > right_of(&lines[i]) ? right : right_of(&lines[i]);
    }
    qsort(lines, count, sizeof *lines, by_bottom);
    int zone = (int)(ZONE_SHARE * page_height_px), block = 0, last = 0;
    size_t head = order_columns(lines, count, +1, zone, right - left, &block, arena);
    size_t tail = head < count ? order_columns(lines + head, count - head, -1, zone, right - left,
                                               &last, arena)
                               : 0;
    order_body(lines + head, count - head - tail, text_px, &block);
    for (size_t i = count - tail; i < count; i++)
        lines[i].block += block;
}
