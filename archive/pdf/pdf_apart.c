/*
 * Words that readers of PDF take apart. The blank between two words is in the content, but not
 * every reader goes by it: poppler (pdftotext, Evince, Okular) goes by the room between the boxes,
 * in parts of the font size:
 *
 *   - in the order of the content (-raw) a word ends at a gap of 0.15, in the order of the page at
 *     one of 0.03 (minWordSpacing, maxCharSpacing in its TextOutputDev.cc); pdf.js takes 0.1, mupdf
 *     0.15 and the blank;
 *   - a line that begins with two words of one letter is taken for letters set wide: there a word
 *     ends only at a gap of 0.4 (maxWideCharSpacing), up to the first gap of 1.5 (maxWordSpacing);
 *   - words are of one line when their feet differ by less than 0.5 (maxIntraLineDelta) from those
 *     of its first word, in parts of that word's size, whatever line or column of ours they stand
 *     in, unless one begins more than 0.5 before the other's end (minCharSpacing);
 *   - letters that advance by less than 0.1 are taken for one printed twice (dupMaxPriDelta).
 *
 * Boxes come from ink, so that they touch where a stroke runs into the next word, and overlap where
 * letters lean. What is asked for here is a little more than what readers ask for.
 */
#include "archive/pdf/pdf.h"

#include <math.h>
#include <stdlib.h>

#define GAP 0.2
#define WIDE_GAP 0.45
#define STEP_BACK 0.55
#define ONE_FOOT 0.2   /* surely of one line: words of it never lie on one another */
#define NEXT_LINE 0.55 /* not of one by themselves */
#define FAR_GAP 0.08   /* then, when a third word makes them of one */
#define NEIGHBOUR 1.6
#define ADVANCE 0.12
#define ROUNDS_MAX 8 /* what moves makes others move: rarely twice */

static double right_of(const struct pdf_word *word)
{
    return word->left + word->width;
}

static double least_width(const struct pdf_word *word)
{
    return ADVANCE * word->size * (double)word->characters;
}

static int from_left(const void *a, const void *b)
{
    const struct pdf_word *first = *(struct pdf_word *const *)a;
    const struct pdf_word *second = *(struct pdf_word *const *)b;
    if (first->left != second->left)
        return first->left > second->left ? 1 : -1;
    return (first > second) - (first < second);
}

/* Lines whose feet are so near for their height that readers would mix them are made lower: a deep
 * stroke above a line that has none is enough for that. reach: nothing further away matters. */
static void lower_lines(struct pdf_word *words, struct pdf_word **list, size_t count, size_t lines,
                        double reach, struct arena *arena)
{
    double *highest = arena_array(arena, lines + 1, sizeof *highest);
    for (size_t i = 0; i < lines; i++)
        highest[i] = INFINITY;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && list[j]->left - right_of(list[i]) <= reach; j++) {
            const struct pdf_word *word = list[i], *next = list[j];
            double feet = fabs(next->bottom - word->bottom), size = fmax(word->size, next->size);
            if (word->line == next->line || feet < ONE_FOOT * size)
                continue;
            highest[word->line] = fmin(highest[word->line], feet / NEXT_LINE);
            highest[next->line] = fmin(highest[next->line], feet / NEXT_LINE);
        }
    for (size_t i = 0; i < count; i++) {
        double limit = fmax(highest[words[i].line], words[i].middle / PDF_TEXT_HEIGHT);
        words[i].size = fmax(fmin(words[i].size, limit), 1);
    }
}

struct apart {
    struct pdf_word *words;
    struct pdf_word **list, **feet; /* from left to right; from the lowest foot up */
    size_t count;
    bool *wide;     /* stands in a line of single letters; by place in words */
    double largest; /* size */
};

/* Makes room between a word and one that begins no further left. Was there none? */
static bool make_room(struct pdf_word *word, struct pdf_word *next, double gap)
{
    if (next->left >= right_of(word) + gap)
        return false;
    double end = fmax(next->left - gap, word->left + least_width(word));
    word->width = fmin(word->width, end - word->left);
    double begin = right_of(word) + gap;
    if (next->left < begin) {
        next->width = fmax(right_of(next) - begin, least_width(next));
        next->left = begin;
    }
    return true;
}

/* Size of the largest word in whose line a reader may see both; 0: none. */
static double line_size(const struct apart *apart, const struct pdf_word *a,
                        const struct pdf_word *b)
{
    double lower = fmin(a->bottom, b->bottom), upper = fmax(a->bottom, b->bottom), found = 0;
    size_t low = 0, high = apart->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (apart->feet[middle]->bottom < upper - NEXT_LINE * apart->largest)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < apart->count && apart->feet[low]->bottom <= lower + NEXT_LINE * apart->largest;
         low++) {
        const struct pdf_word *first = apart->feet[low];
        double reach = NEXT_LINE * first->size;
        if (upper - first->bottom <= reach && first->bottom - lower <= reach)
            found = fmax(found, first->size);
    }
    return found;
}

/* The room that readers need between the two; 0: they do not take them for one line. */
static double gap_wanted(const struct apart *apart, const struct pdf_word *word,
                         const struct pdf_word *next, bool wide)
{
    double size = fmax(word->size, next->size), line = 0;
    double feet = fabs(next->bottom - word->bottom), gap = next->left - right_of(word);
    if (gap < NEIGHBOUR * size && feet < 2 * NEXT_LINE * apart->largest)
        line = line_size(apart, word, next);
    if (line == 0 || (feet >= ONE_FOOT * size && gap <= -STEP_BACK * fmax(line, size)))
        return 0;
    return fmax(FAR_GAP * line, feet >= NEXT_LINE * size ? 0 : size * (wide ? WIDE_GAP : GAP));
}

/* The word at index at was moved to the right: back into the order. */
static void sink(struct pdf_word **list, size_t count, size_t at)
{
    for (; at + 1 < count && list[at]->left > list[at + 1]->left; at++) {
        struct pdf_word *moved = list[at];
        list[at] = list[at + 1];
        list[at + 1] = moved;
    }
}

/* One word against those to the right of it. Did any move? */
static bool clear_right(struct apart *apart, size_t at)
{
    struct pdf_word *word = apart->list[at];
    bool moved = false, *wide = &apart->wide[word - apart->words];
    double reach = NEIGHBOUR * apart->largest;
    for (size_t j = at + 1; j < apart->count && apart->list[j]->left - right_of(word) <= reach;) {
        struct pdf_word *next = apart->list[j];
        bool *next_wide = &apart->wide[next - apart->words];
        bool single = word->characters == 1 && next->characters == 1;
        double gap = gap_wanted(apart, word, next, *wide || single);
        if (gap >= GAP * fmax(word->size, next->size)) {
            *wide = *wide || single;
            *next_wide = *next_wide || *wide;
        }
        if (gap > 0 && make_room(word, next, gap)) {
            moved = true;
            sink(apart->list, apart->count, j);
        }
        j += apart->list[j] == next;
    }
    return moved;
}

static int from_foot(const void *a, const void *b)
{
    const struct pdf_word *first = *(struct pdf_word *const *)a;
    const struct pdf_word *second = *(struct pdf_word *const *)b;
    return (first->bottom > second->bottom) - (first->bottom < second->bottom);
}

void pdf_words_apart(struct pdf_word *words, size_t count, size_t lines, struct arena *arena)
{
    struct apart apart = {.words = words,
                          .list = arena_array(arena, count + 1, sizeof *apart.list),
                          .feet = arena_array(arena, count + 1, sizeof *apart.feet),
                          .wide = arena_array(arena, count + 1, sizeof *apart.wide),
                          .count = count};
    bool moved = true;
    for (size_t i = 0; i < count; i++) {
        apart.list[i] = apart.feet[i] = &words[i];
        apart.wide[i] = false;
        apart.largest = fmax(apart.largest, words[i].size);
    }
    qsort(apart.list, count, sizeof(struct pdf_word *), from_left);
    qsort(apart.feet, count, sizeof(struct pdf_word *), from_foot);
    lower_lines(words, apart.list, count, lines, NEIGHBOUR * apart.largest, arena);
    for (size_t i = 0; i < count; i++)
        words[i].width = fmax(words[i].width, least_width(&words[i]));
    for (int round = 0; moved && round < ROUNDS_MAX; round++) {
        moved = false;
        for (size_t i = 0; i < count; i++)
            moved |= clear_right(&apart, i);
    }
}
