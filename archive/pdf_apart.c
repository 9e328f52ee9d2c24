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
 *     of its first word, so by less than 1 from one another, whatever line or column of ours they
 *     stand in, unless one begins more than 0.2 before the other's end (minDupBreakOverlap);
 *   - letters that advance by less than 0.1 are taken for one printed twice (dupMaxPriDelta).
 *
 * Boxes come from ink, so that they touch where a stroke runs into the next word, and overlap where
 * letters lean. What is asked for here is a little more than what readers ask for.
 */
#include "archive/pdf.h"

#include <math.h>
#include <stdlib.h>

#define GAP 0.2
#define WIDE_GAP 0.45
#define STEP_BACK 0.25
#define ONE_FOOT 0.2   /* surely of one line: words of it never lie on one another */
#define NEXT_LINE 0.55 /* not of one by themselves */
#define FAR_LINE 1.05  /* surely not */
#define FAR_GAP 0.08
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

/* The room that readers need between the two; 0: they do not take them for one line. */
static double gap_wanted(const struct pdf_word *word, const struct pdf_word *next, bool wide,
                         double size)
{
    double feet = fabs(next->bottom - word->bottom), gap = next->left - right_of(word);
    if (gap >= NEIGHBOUR * size || feet >= FAR_LINE * size ||
        (feet >= ONE_FOOT * size && gap <= -STEP_BACK * size))
        return 0;
    return (feet >= NEXT_LINE * size ? FAR_GAP : wide ? WIDE_GAP : GAP) * size;
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

/* One word against those to the right of it; wide: by place in words. Did any move? */
static bool clear_right(struct pdf_word *words, struct pdf_word **list, size_t count, size_t at,
                        bool *wide, double reach)
{
    struct pdf_word *word = list[at];
    bool moved = false;
    for (size_t j = at + 1; j < count && list[j]->left - right_of(word) <= reach;) {
        struct pdf_word *next = list[j];
        double size = fmax(word->size, next->size);
        bool *is_wide = &wide[word - words];
        bool single = word->characters == 1 && next->characters == 1;
        double gap = gap_wanted(word, next, *is_wide || single, size);
        if (gap > FAR_GAP * size) {
            *is_wide = *is_wide || single;
            wide[next - words] = wide[next - words] || *is_wide;
        }
        if (gap > 0 && make_room(word, next, gap)) {
            moved = true;
            sink(list, count, j);
        }
        j += list[j] == next;
    }
    return moved;
}

void pdf_words_apart(struct pdf_word *words, size_t count, size_t lines, struct arena *arena)
{
    struct pdf_word **list = arena_array(arena, count + 1, sizeof *list);
    bool *wide = arena_array(arena, count + 1, sizeof *wide), moved = true;
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        list[i] = &words[i];
        wide[i] = false;
        largest = fmax(largest, words[i].size);
    }
    qsort(list, count, sizeof(struct pdf_word *), from_left);
    lower_lines(words, list, count, lines, NEIGHBOUR * largest, arena);
    for (size_t i = 0; i < count; i++)
        words[i].width = fmax(words[i].width, least_width(&words[i]));
    for (int round = 0; moved && round < ROUNDS_MAX; round++) {
        moved = false;
        for (size_t i = 0; i < count; i++)
            moved |= clear_right(words, list, count, i, wide, NEIGHBOUR * largest);
    }
}
