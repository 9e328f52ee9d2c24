#include "ocr/segment.h"

#include "ocr/leader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Sizes are in units of H, the usual height of a small letter on the page. */
#define H_MIN_INCH 0.030 /* 5-point type */
#define H_MAX_INCH 0.25
#define LETTER_MIN 0.45 /* lower: a mark, a dot, a dash */
#define LETTER_MAX 3.6  /* higher: an arc of the seal, the pen, a picture */
#define LETTER_WIDE 30  /* wider: no run of touching letters */
#define GAP_MAX 2.2     /* between letters of one line */
#define CENTRE_MAX 0.62 /* between the middles of neighbours */
#define OVERLAP_MIN 0.5
#define PEN_HIGHER 1.5
#define DASH_MIN 0.25
#define DASH_CENTRE_MAX 0.35
#define MARK_NEAR 0.55 /* from the letters to a mark that is theirs */
#define PART_WIDTH 1.5 /* in small letters: a wider piece is a line */
#define PART_OF 4      /* so much wider is the line that a part stands in */
#define DOT_MAX 0.40   /* a leader's dot is smaller */

#define CROWDED 1200 /* lines: on a page with more, letters that stand alone are specks */

/* A dash stands in the middle of the row and bridges the gap between words; it measures nothing. */
enum piece_kind { PIECE_DROPPED, PIECE_LETTER, PIECE_DASH, PIECE_MARK };

struct piece {
    struct box box;
    enum piece_kind kind;
    int line; /* root of its group while linking, then number of its line; -1 none */
};

struct page_pieces {
    struct piece *pieces; /* sorted by x */
    size_t count;
    double h;
    const struct rules *rules;
};

static int right_of(struct box box)
{
    return box.x + box.width;
}

static int bottom_of(struct box box)
{
    return box.y + box.height;
}

static int middle_of(struct box box)
{
    return box.y + box.height / 2;
}

static int overlap(int a0, int a1, int b0, int b1)
{
    return (a1 < b1 ? a1 : b1) - (a0 > b0 ? a0 : b0);
}

static int rows_shared(struct box a, struct box b)
{
    return overlap(a.y, bottom_of(a), b.y, bottom_of(b));
}

static struct box join(struct box a, struct box b)
{
    int right = right_of(a) > right_of(b) ? right_of(a) : right_of(b);
    int bottom = bottom_of(a) > bottom_of(b) ? bottom_of(a) : bottom_of(b);
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct box){x, y, right - x, bottom - y};
}

/* ---------------------------------------------------------------- the usual height */

/* The mode of the heights, counted by height so that letters outweigh specks, over three
 * neighbours. */
static double usual_height(const struct box *pieces, size_t count, double dpi)
{
    enum { BINS = 512 };
    double weight[BINS] = {0};
    int low = (int)(dpi * H_MIN_INCH), high = (int)(dpi * H_MAX_INCH);
    if (low < 4)
        low = 4;
    if (high > BINS - 2)
        high = BINS - 2;
    for (size_t i = 0; i < count; i++)
        if (pieces[i].height >= low && pieces[i].height <= high &&
            pieces[i].width <= 4 * pieces[i].height)
            weight[pieces[i].height] += pieces[i].height;
    int best = 0;
    double best_sum = 0;
    for (int i = low; i <= high; i++) {
        double sum = weight[i - 1] + weight[i] + weight[i + 1];
        if (sum > best_sum) {
            best_sum = sum;
            best = i;
        }
    }
    return best;
}

static enum piece_kind kind_of(struct box box, double h)
{
    if (box.height > LETTER_MAX * h || box.width > LETTER_WIDE * h)
        return PIECE_DROPPED;
    if (box.height < 2 && box.width < 2)
        return PIECE_DROPPED;
    bool flat = box.width > 3 * h && box.height < 0.25 * h;
    bool thin = box.height > 2.2 * h && box.width < 0.15 * h;
    if (flat || thin || (box.width > 12 * box.height && box.width > 2 * h))
        return PIECE_DROPPED;
    if (box.height >= LETTER_MIN * h)
        return PIECE_LETTER;
    bool dash = box.width >= DASH_MIN * h && box.width >= 1.5 * box.height;
    return dash ? PIECE_DASH : PIECE_MARK;
}

static int by_x(const void *a, const void *b)
{
    const struct piece *p = a, *q = b;
    if (p->box.x != q->box.x)
        return p->box.x < q->box.x ? -1 : 1;
    return (p->box.y > q->box.y) - (p->box.y < q->box.y);
}

static bool take_pieces(const struct box *boxes, size_t count, struct arena *arena,
                        struct page_pieces *page)
{
    page->pieces = arena_array(arena, count ? count : 1, sizeof *page->pieces);
    for (size_t i = 0; i < count; i++) {
        enum piece_kind kind = kind_of(boxes[i], page->h);
        if (kind != PIECE_DROPPED)
            page->pieces[page->count++] = (struct piece){boxes[i], kind, -1};
    }
    qsort(page->pieces, page->count, sizeof *page->pieces, by_x);
    return page->count > 0;
}

/* ---------------------------------------------------------------- leaders */

/* ......... : the next dot of a row lies within a pitch, at the same height. Found by walking
 * right. */
static size_t next_dot(const struct page_pieces *page, size_t from)
{
    struct box a = page->pieces[from].box;
    double reach = right_of(a) + LEADER_PITCH * page->h;
    for (size_t i = from + 1; i < page->count && page->pieces[i].box.x <= reach; i++) {
        struct box b = page->pieces[i].box;
        bool dot = b.height <= DOT_MAX * page->h && b.width <= DOT_MAX * page->h;
        if (dot && page->pieces[i].kind == PIECE_MARK && b.x >= right_of(a) &&
            abs(bottom_of(a) - bottom_of(b)) <= 0.15 * page->h + 1)
            return i;
    }
    return page->count;
}

static void find_leaders(struct page_pieces *page, struct arena *arena, struct segments *out)
{
    size_t *row = arena_array(arena, page->count, sizeof *row);
    struct box *dots = arena_array(arena, page->count, sizeof *dots);
    bool *of_leader = arena_array(arena, page->count, sizeof *of_leader);
    out->leaders = arena_array(arena, page->count, sizeof *out->leaders);
    bool *seen = arena_array(arena, page->count, sizeof *seen);
    for (size_t start = 0; start < page->count; start++) {
        struct box box = page->pieces[start].box;
        if (seen[start] || page->pieces[start].kind != PIECE_MARK ||
            box.height > DOT_MAX * page->h || box.width > DOT_MAX * page->h)
            continue;
        size_t count = 0;
        for (size_t at = start; at < page->count && !seen[at]; at = next_dot(page, at)) {
            dots[count] = page->pieces[at].box;
            row[count++] = at;
            seen[at] = true;
        }
        if (!leader_dots(dots, count, page->h, arena, of_leader))
            continue;
        for (size_t i = 0; i < count; i++) {
            if (!of_leader[i])
                continue;
            page->pieces[row[i]].kind = PIECE_DROPPED;
            out->leaders[out->leader_count++] = page->pieces[row[i]].box;
        }
    }
}

/* ---------------------------------------------------------------- linking letters */

static int root_of(struct piece *pieces, int at)
{
    while (pieces[at].line != at) {
        pieces[at].line = pieces[pieces[at].line].line;
        at = pieces[at].line;
    }
    return at;
}

static bool wall_between(const struct page_pieces *page, struct box a, struct box b)
{
    int top = a.y > b.y ? a.y : b.y,
        bottom = bottom_of(a) < bottom_of(b) ? bottom_of(a) : bottom_of(b);
    for (size_t i = 0; i < page->rules->wall_count; i++) {
        struct box wall = page->rules->walls[i];
        int x = wall.x + wall.width / 2;
        if (x >= right_of(a) - 2 && x <= b.x + 2 &&
            overlap(wall.y, bottom_of(wall), top, bottom) > 0)
            return true;
    }
    return false;
}

static bool on_one_row(struct box a, struct box b, double h)
{
    int lower = a.height < b.height ? a.height : b.height;
    return rows_shared(a, b) >= OVERLAP_MIN * lower &&
           abs(middle_of(a) - middle_of(b)) <= CENTRE_MAX * (lower > h ? lower : h);
}

static bool links(enum piece_kind kind)
{
    return kind == PIECE_LETTER || kind == PIECE_DASH;
}

static bool neighbours(const struct piece *a, const struct piece *b, double h)
{
    if (a->kind == PIECE_DASH || b->kind == PIECE_DASH)
        return abs(middle_of(a->box) - middle_of(b->box)) <= DASH_CENTRE_MAX * h;
    return on_one_row(a->box, b->box, h);
}

static void link_letters(struct page_pieces *page)
{
    struct piece *pieces = page->pieces;
    for (size_t i = 0; i < page->count; i++)
        pieces[i].line = (int)i;
    for (size_t i = 0; i < page->count; i++) {
        if (!links(pieces[i].kind))
            continue;
        struct box a = pieces[i].box;
        size_t best = page->count;
        int best_gap = INT_MAX;
        double reach = right_of(a) + GAP_MAX * page->h;
        for (size_t j = i + 1; j < page->count && pieces[j].box.x <= reach; j++) {
            struct box b = pieces[j].box;
            int gap = b.x - right_of(a);
            if (!links(pieces[j].kind) || gap >= best_gap || right_of(b) <= right_of(a) ||
                !neighbours(&pieces[i], &pieces[j], page->h))
                continue;
            best = j;
            best_gap = gap;
        }
        if (best < page->count && !wall_between(page, a, pieces[best].box)) {
            int from = root_of(pieces, (int)best), to = root_of(pieces, (int)i);
            pieces[from].line = to;
        }
    }
}

/* ---------------------------------------------------------------- lines */

struct draft {
    struct box letters; /* union of the letters */
    struct box all;     /* with its marks */
    size_t letter_count;
    int top, bottom; /* medians */
    int into;        /* merged into another; -1: stands */
};

static int by_int(const void *a, const void *b)
{
    int p = *(const int *)a, q = *(const int *)b;
    return (p > q) - (p < q);
}

static int median(int *values, size_t count)
{
    qsort(values, count, sizeof *values, by_int);
    return values[count / 2];
}

/* Groups become drafts; pieces[].line becomes the number of the draft. */
static size_t make_drafts(struct page_pieces *page, struct arena *arena, struct draft **out)
{
    int *number = arena_array(arena, page->count, sizeof *number);
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++)
        number[i] = links(page->pieces[i].kind) && root_of(page->pieces, (int)i) == (int)i
                        ? (int)count++
                        : -1;
    for (size_t i = 0; i < page->count; i++) /* path ends first, then names */
        page->pieces[i].line = links(page->pieces[i].kind) ? root_of(page->pieces, (int)i) : -1;
    struct draft *drafts = arena_array(arena, count ? count : 1, sizeof *drafts);
    for (size_t i = 0; i < page->count; i++) {
        struct piece *piece = &page->pieces[i];
        if (piece->line < 0)
            continue;
        piece->line = number[piece->line];
        struct draft *draft = &drafts[piece->line];
        draft->letters = draft->letter_count ? join(draft->letters, piece->box) : piece->box;
        draft->letter_count++;
        draft->into = -1;
    }
    *out = drafts;
    return count;
}

static void measure_drafts(const struct page_pieces *page, struct draft *drafts, size_t count,
                           struct arena *arena)
{
    int *tops = arena_array(arena, page->count + 1, sizeof *tops);
    int *bottoms = arena_array(arena, page->count + 1, sizeof *bottoms);
    size_t *start = arena_array(arena, count + 1, sizeof *start);
    for (size_t i = 0; i < page->count; i++)
        if (page->pieces[i].line >= 0 && page->pieces[i].kind == PIECE_LETTER)
            start[page->pieces[i].line + 1]++;
    for (size_t i = 0; i < count; i++)
        start[i + 1] += start[i];
    size_t *fill = arena_array(arena, count + 1, sizeof *fill);
    memcpy(fill, start, (count + 1) * sizeof *fill);
    for (size_t i = 0; i < page->count; i++) {
        int line = page->pieces[i].line;
        if (line < 0 || page->pieces[i].kind != PIECE_LETTER)
            continue;
        tops[fill[line]] = page->pieces[i].box.y;
        bottoms[fill[line]++] = bottom_of(page->pieces[i].box);
    }
    for (size_t i = 0; i < count; i++) {
        size_t letters = start[i + 1] - start[i];
        drafts[i].letter_count = letters;
        drafts[i].all = drafts[i].letters;
        if (letters) {
            drafts[i].top = median(tops + start[i], letters);
            drafts[i].bottom = median(bottoms + start[i], letters);
        }
    }
}

static bool same_line(const struct page_pieces *page, const struct draft *a, const struct draft *b)
{
    struct box p = {a->letters.x, a->top, a->letters.width, a->bottom - a->top};
    struct box q = {b->letters.x, b->top, b->letters.width, b->bottom - b->top};
    int shared = overlap(p.x, right_of(p), q.x, right_of(q));
    if (!on_one_row(p, q, page->h))
        return false;
    if (shared > 0) /* one runs through the other, or they touch; a pen's figures are taller */
        return shared * 2 > (p.width < q.width ? p.width : q.width) || shared > page->h ||
               (p.height < PEN_HIGHER * q.height && q.height < PEN_HIGHER * p.height);
    return -shared <= GAP_MAX * page->h * 0.6 &&
           !(p.x < q.x ? wall_between(page, p, q) : wall_between(page, q, p));
}

/* Drafts that are parts of one line (a broken letter in between) become one. */
static void merge_drafts(struct page_pieces *page, struct draft *drafts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && drafts[i].into < 0; j++) {
            if (drafts[j].into >= 0 || !drafts[i].letter_count || !drafts[j].letter_count ||
                !same_line(page, &drafts[i], &drafts[j]))
                continue;
            size_t big = drafts[i].letter_count >= drafts[j].letter_count ? i : j;
            size_t small = big == i ? j : i;
            drafts[big].letters = join(drafts[big].letters, drafts[small].letters);
            drafts[big].letter_count += drafts[small].letter_count;
            drafts[small].into = (int)big;
        }
    for (size_t i = 0; i < page->count; i++) {
        int line = page->pieces[i].line;
        while (line >= 0 && drafts[line].into >= 0)
            line = drafts[line].into;
        page->pieces[i].line = line;
    }
    for (size_t i = 0; i < page->count; i++) { /* a dash alone is a mark like any other */
        struct piece *piece = &page->pieces[i];
        if (piece->kind == PIECE_DASH && !drafts[piece->line].letter_count)
            *piece = (struct piece){piece->box, PIECE_MARK, -1};
    }
    for (size_t i = 0; i < count; i++)
        drafts[i].all = drafts[i].letters;
}

/* Marks and dots go to the nearest line, which grows by them. */
static void give_marks(struct page_pieces *page, struct draft *drafts, size_t count)
{
    for (size_t i = 0; i < page->count; i++) {
        struct box mark = page->pieces[i].box;
        if (page->pieces[i].kind != PIECE_MARK)
            continue;
        double nearest = MARK_NEAR * page->h;
        size_t best = count;
        for (size_t j = 0; j < count; j++) {
            const struct draft *draft = &drafts[j];
            if (draft->into >= 0 || !draft->letter_count ||
                mark.x > right_of(draft->letters) + page->h ||
                right_of(mark) < draft->letters.x - 0.6 * page->h)
                continue;
            int above = draft->top - bottom_of(mark), below = mark.y - draft->bottom;
            int distance = above > below ? above : below;
            if (distance < nearest) {
                nearest = distance;
                best = j;
            }
        }
        if (best < count)
            drafts[best].all = join(drafts[best].all, mark);
    }
}

/* The part to read: the letters and marks with some room, but not the neighbours' lines. */
static struct segment_line finish(const struct draft *draft, double h)
{
    int text = draft->bottom - draft->top;
    int room = (int)(0.25 * h) + 2, side = (int)(0.5 * h) + 2;
    int top = draft->all.y - room, bottom = bottom_of(draft->all) + room;
    int highest = draft->top - (int)(0.9 * (text > h ? text : h)) - room;
    int lowest = draft->bottom + (int)(0.55 * (text > h ? text : h)) + room;
    if (top < highest)
        top = highest;
    if (bottom > lowest)
        bottom = lowest;
    return (struct segment_line){
        .box = {draft->all.x - side, top, draft->all.width + 2 * side, bottom - top},
        .body = {draft->letters.x, draft->top, draft->letters.width, text > 0 ? text : 1},
        .text_px = text > 0 ? text : 1,
    };
}

static bool inside(struct box part, struct box whole, int near)
{
    return part.x >= whole.x && part.y >= whole.y && right_of(part) <= right_of(whole) &&
           bottom_of(part) <= bottom_of(whole) + near;
}

/* A comma or a broken letter that found no neighbour is read with the line it stands in, and is no
 * line of its own. */
static void leave_out_parts(struct segments *segments)
{
    size_t kept = 0, count = segments->line_count;
    bool *part = memory_new((count + 1) * sizeof *part);
    for (size_t i = 0; i < count; i++) {
        const struct segment_line *line = &segments->lines[i];
        for (size_t j = 0; j < count && line->body.width < PART_WIDTH * segments->text_px; j++)
            part[i] |= segments->lines[j].body.width > PART_OF * line->body.width &&
                       inside(line->body, segments->lines[j].box, segments->text_px / 5);
    }
    for (size_t i = 0; i < count; i++)
        if (!part[i])
            segments->lines[kept++] = segments->lines[i];
    segments->line_count = kept;
    free(part);
}

bool segment_lines(const struct box *pieces, size_t piece_count, const struct rules *rules,
                   double dpi, struct arena *arena, struct segments *out)
{
    *out = (struct segments){0};
    if (piece_count > SEGMENT_PIECES_MAX)
        return false;
    struct page_pieces page = {.rules = rules};
    page.h = usual_height(pieces, piece_count, dpi);
    if (page.h <= 0 || !take_pieces(pieces, piece_count, arena, &page))
        return true;
    out->text_px = (int)page.h;
    find_leaders(&page, arena, out);
    link_letters(&page);
    struct draft *drafts = NULL;
    size_t count = make_drafts(&page, arena, &drafts);
    if (count > SEGMENT_LINES_MAX)
        return false;
    measure_drafts(&page, drafts, count, arena);
    merge_drafts(&page, drafts, count);
    measure_drafts(&page, drafts, count, arena);
    give_marks(&page, drafts, count);
    size_t standing = 0;
    for (size_t i = 0; i < count; i++)
        standing += drafts[i].into < 0 && drafts[i].letter_count > 0;
    size_t least = standing > CROWDED ? 2 : 1;
    out->lines = arena_array(arena, standing + 1, sizeof *out->lines);
    for (size_t i = 0; i < count; i++)
        if (drafts[i].into < 0 && drafts[i].letter_count >= least &&
            drafts[i].letters.width > 0.3 * page.h)
            out->lines[out->line_count++] = finish(&drafts[i], page.h);
    leave_out_parts(out);
    return true;
}
