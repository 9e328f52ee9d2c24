#include <stdlib.h>
#include <string.h>

#include "ocr/segment.h"

#define ZONE_SHARE 0.35   /* of the page's height: where letterhead and signature stand */
#define CENTRE_SHARE 0.10 /* of the text's width: lines of a column share their middle ... */
#define LEFT_SHARE 0.04   /* ... or their left edge */
#define PARAGRAPH_GAP 3.0 /* in small letters */
#define START_GAP 1.8     /* of a line's letters: more is another row */
#define NUMBER_WIDTH 4    /* in small letters */
#define COLUMNS_MAX 8
#define TABLES_MAX 16

/* What is put in order: a line, or a whole table. */
struct item {
    struct box body;
    int text_px, block;
    size_t first, count; /* its lines */
};

struct column {
    int left, right;        /* extent so far */
    int first_left, centre; /* of the line that opened it, and the mean middle */
    size_t lines;
};

static int right_of(const struct item *line)
{
    return line->body.x + line->body.width;
}

static int bottom_of(const struct item *line)
{
    return line->body.y + line->body.height;
}

static int centre_of(const struct item *line)
{
    return line->body.x + line->body.width / 2;
}

static struct box join(struct box a, struct box b)
{
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct box){x, y, right - x, bottom - y};
}

static int by_bottom(const void *a, const void *b)
{
    const struct item *p = a, *q = b;
    if (bottom_of(p) != bottom_of(q))
        return bottom_of(p) < bottom_of(q) ? -1 : 1;
    return (p->body.x > q->body.x) - (p->body.x < q->body.x);
}

static int by_x(const void *a, const void *b)
{
    const struct item *p = a, *q = b;
    return (p->body.x > q->body.x) - (p->body.x < q->body.x);
}

/* lines come sorted by their foot; those whose foot is within half a letter stand on one row and
 * are sorted by x. */
static void order_rows(struct item *items, size_t count)
{
    for (size_t start = 0, end; start < count; start = end) {
        int text = items[start].text_px;
        for (end = start + 1; end < count; end++)
            if (bottom_of(&items[end]) - bottom_of(&items[start]) > text / 2 + 1)
                break;
        qsort(items + start, end - start, sizeof *items, by_x);
    }
}

static int difference(int a, int b)
{
    return a > b ? a - b : b - a;
}

/* Into which column the line goes: a new one when it meets none; -1 when it crosses two or does not
 * stand under the one it meets. */
static int column_for(struct column *columns, size_t *count, const struct item *line,
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

/* Recipients and signature begin on about one row: what stands clearly above where the second of
 * the columns begins ("Đông Khê, ngày ...") is read before them. items are sorted by their foot.
 * Returns how many of them remain. */
static size_t below_the_start(const struct item *items, const int *in, size_t count)
{
    size_t second = 0, above = 0;
    while (second < count && in[second] == in[0])
        second++;
    while (above < second && second < count &&
           bottom_of(&items[above]) + START_GAP * items[above].text_px < items[second].body.y)
        above++;
    return count - above;
}

/* Lines from..to of a zone, sorted by their foot, are put one column after the other. step +1: the
 * zone is built downwards from `from`, -1: upwards. Returns how many lines belong to it; 0 when
 * there are no two columns. */
static size_t order_columns(struct item *items, size_t count, int step, int zone_px, int text_width,
                            int *block, struct arena *arena)
{
    struct column columns[COLUMNS_MAX];
    int *in = arena_array(arena, count + 1, sizeof *in);
    size_t column_count = 0, taken = 0;
    const struct item *edge = step > 0 ? &items[0] : &items[count - 1];
    while (taken < count) {
        size_t at = step > 0 ? taken : count - 1 - taken;
        if (difference(bottom_of(&items[at]), bottom_of(edge)) > zone_px)
            break;
        in[at] = column_for(columns, &column_count, &items[at], text_width);
        if (in[at] < 0)
            break;
        taken++;
    }
    if (column_count < 2)
        return 0;
    if (step < 0)
        taken = below_the_start(items + count - taken, in + count - taken, taken);
    size_t base = step > 0 ? 0 : count - taken, put = 0;
    struct item *sorted = arena_array(arena, taken, sizeof *sorted);
    for (size_t done = 0; done < column_count; done++) {
        size_t leftmost = column_count;
        for (size_t i = 0; i < column_count; i++)
            if (columns[i].lines &&
                (leftmost == column_count || columns[i].left < columns[leftmost].left))
                leftmost = i;
        for (size_t i = base; i < base + taken; i++)
            if (in[i] == (int)leftmost) {
                sorted[put] = items[i];
                sorted[put++].block = *block;
            }
        columns[leftmost].lines = 0;
        (*block)++;
    }
    memcpy(items + base, sorted, taken * sizeof *items);
    return taken;
}

static void order_body(struct item *items, size_t count, int text_px, int *block)
{
    order_rows(items, count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && items[i].body.y - bottom_of(&items[i - 1]) > PARAGRAPH_GAP * text_px)
            (*block)++;
        items[i].block = *block;
    }
    (*block)++;
}

/* Lines of their own, then the tables. */
static size_t make_items(struct segments *segments, const struct rules *rules, struct item *items,
                         struct arena *arena)
{
    size_t starts[TABLES_MAX];
    size_t tables = table_find(segments, rules, starts, TABLES_MAX, arena), count = 0;
    size_t single = tables ? starts[0] : segments->line_count;
    for (; count < single; count++) {
        const struct segment_line *line = &segments->lines[count];
        items[count] = (struct item){line->body, line->text_px, 0, count, 1};
    }
    for (size_t i = 0; i < tables; i++) {
        size_t end = i + 1 < tables ? starts[i + 1] : segments->line_count;
        struct item *item = &items[count++];
        *item = (struct item){.first = starts[i], .count = end - starts[i]};
        item->text_px = segments->text_px;
        item->body = segments->lines[starts[i]].body;
        for (size_t j = starts[i] + 1; j < end; j++)
            item->body = join(item->body, segments->lines[j].body);
    }
    return count;
}

/* Lines in the order of the items; the cells of a table are blocks of their own. */
static void flatten(struct segments *segments, const struct item *items, size_t count,
                    struct arena *arena)
{
    struct segment_line *sorted = arena_array(arena, segments->line_count + 1, sizeof *sorted);
    size_t put = 0;
    int extra = 0;
    for (size_t i = 0; i < count; i++) {
        int cells = 0;
        for (size_t j = 0; j < items[i].count; j++) {
            sorted[put] = segments->lines[items[i].first + j];
            cells = sorted[put].in_table ? sorted[put].block : 0;
            sorted[put++].block = items[i].block + extra + cells;
        }
        extra += cells;
    }
    segments->lines = sorted;
}

/* The first item stands alone above all the others and is as wide as a number: that of the page. */
static bool page_number_first(const struct item *items, size_t count, int text_px)
{
    if (count < 2 || items[0].count != 1 || items[0].body.width > NUMBER_WIDTH * text_px)
        return false;
    for (size_t i = 1; i < count; i++)
        if (items[i].body.y < bottom_of(&items[0]) + text_px)
            return false;
    return true;
}

void layout_order(struct segments *segments, const struct rules *rules, int page_height_px,
                  struct arena *arena)
{
    if (segments->line_count == 0)
        return;
    struct item *items = arena_array(arena, segments->line_count, sizeof *items);
    size_t count = make_items(segments, rules, items, arena);
    struct box text = items[0].body;
    for (size_t i = 1; i < count; i++)
        text = join(text, items[i].body);
    qsort(items, count, sizeof *items, by_bottom);
    int zone = (int)(ZONE_SHARE * page_height_px), block = 0, last = 0;
    size_t number = page_number_first(items, count, segments->text_px);
    block = (int)number; /* a block of its own */
    items += number;
    count -= number;
    size_t head = order_columns(items, count, +1, zone, text.width, &block, arena);
    size_t tail =
        head < count ? order_columns(items + head, count - head, -1, zone, text.width, &last, arena)
                     : 0;
    order_body(items + head, count - head - tail, segments->text_px, &block);
    for (size_t i = count - tail; i < count; i++)
        items[i].block += block;
    flatten(segments, items - number, count + number, arena);
}
