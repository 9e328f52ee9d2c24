/*
 * Are words apart for those who read the finished file? From the places of the strings alone, by
 * the rules of the strictest reader, poppler's TextOutputDev.cc (pdftotext, Evince, Okular), which
 * does not go by blanks. Lengths are parts of the font size.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/check/check_text.h"
#include "core/message.h"

#define ONE_LINE 0.5       /* maxIntraLineDelta: feet that differ by less */
#define CHAR_GAP 0.03      /* maxCharSpacing */
#define WORD_GAP 0.15      /* minWordSpacing, when the order is that of the content */
#define OVERLAP 0.5        /* minCharSpacing: more is a step back */
#define WIDE_GAP 0.4       /* maxWideCharSpacing, in a line that begins with two single letters */
#define LINE_GAP 1.5       /* maxWordSpacing: a line ends there */
#define LETTER_ADVANCE 0.1 /* dupMaxPriDelta: less is a letter printed twice */
#define TWICE_ALONG 0.1    /* dupMaxPriDelta, dupMaxSecDelta: words that are one printed twice */
#define TWICE_ACROSS 0.2

static double larger(const struct shown *a, const struct shown *b)
{
    return fmax(a->size, b->size);
}

static double gap_between(const struct shown *first, const struct shown *next)
{
    return (next->left - first->left - first->width) / larger(first, next);
}

static bool of_one_line(const struct shown *a, const struct shown *b)
{
    return fabs(a->bottom - b->bottom) < ONE_LINE * larger(a, b);
}

const char *shown_between(const struct shown *first, const struct shown *next)
{
    double gap = gap_between(first, next);
    if (!of_one_line(first, next) || gap < -LINE_GAP)
        return "\n";
    return first->blank || gap > WORD_GAP || gap < -OVERLAP ? " " : "";
}

static int from_left(const void *a, const void *b)
{
    const struct shown *first = *(const struct shown *const *)a;
    const struct shown *second = *(const struct shown *const *)b;
    if (first->left != second->left)
        return first->left > second->left ? 1 : -1;
    return (first > second) - (first < second);
}

/* What is known of a word when those to the left of it were looked at. */
struct reading {
    bool begun; /* a word of its line stands before it */
    bool wide;  /* its line began with two single letters */
};

struct apart {
    const struct shown *list, **order; /* as they are shown; from left to right */
    struct reading *readings;          /* as list */
    size_t count;
    double largest; /* size */
};

static bool is_twice(const struct shown *a, const struct shown *b)
{
    double size = larger(a, b), ends = a->left + a->width - b->left - b->width;
    return strcmp(a->text, b->text) == 0 && fabs(a->left - b->left) < TWICE_ALONG * size &&
           fabs(ends) < TWICE_ALONG * size && fabs(a->bottom - b->bottom) < TWICE_ACROSS * size;
}

/* A line is of those whose feet are near its first word's, which may be a third one: does one of
 * that size make these two follow one another without a gap? */
static bool joined_by_line(const struct apart *apart, const struct shown *a, const struct shown *b)
{
    double gap = b->left - a->left - a->width;
    if (gap >= CHAR_GAP * apart->largest || gap < -OVERLAP * apart->largest ||
        fabs(a->bottom - b->bottom) > 2 * ONE_LINE * apart->largest)
        return false;
    for (size_t i = 0; i < apart->count; i++) {
        const struct shown *first = &apart->list[i];
        double reach = ONE_LINE * first->size;
        if (fabs(first->bottom - a->bottom) <= reach && fabs(first->bottom - b->bottom) <= reach &&
            gap < CHAR_GAP * first->size && gap >= -OVERLAP * first->size)
            return true;
    }
    return false;
}

/* The first of those to the right of a word that a reader would join with it; NULL: none. */
static const struct shown *find_joined(struct apart *apart, size_t at)
{
    const struct shown *word = apart->order[at];
    struct reading *reading = &apart->readings[word - apart->list];
    for (size_t i = at + 1; i < apart->count; i++) {
        const struct shown *next = apart->order[i];
        struct reading *of_next = &apart->readings[next - apart->list];
        double gap = gap_between(word, next);
        if (next->left - word->left - word->width > LINE_GAP * apart->largest)
            break;
        if (is_twice(word, next) || joined_by_line(apart, word, next))
            return next;
        if (gap >= LINE_GAP || gap < -OVERLAP || !of_one_line(word, next))
            continue;
        reading->wide |= !reading->begun && word->codes == 1 && next->codes == 1;
        of_next->begun = true;
        of_next->wide |= reading->wide;
        if (gap < (reading->wide ? WIDE_GAP : WORD_GAP))
            return next;
    }
    return NULL;
}

static const struct shown *find_thin(const struct shown *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].codes > 1 &&
            list[i].width < LETTER_ADVANCE * list[i].size * (double)list[i].codes)
            return &list[i];
    return NULL;
}

enum status shown_apart(const struct shown *list, size_t count, struct arena *arena,
                        struct error *error)
{
    struct apart apart = {.list = list,
                          .order = arena_array(arena, count + 1, sizeof *apart.order),
                          .readings = arena_array(arena, count + 1, sizeof *apart.readings),
                          .count = count};
    const struct shown *thin = find_thin(list, count), *joined = NULL;
    if (thin != NULL)
        return error_set(error, STATUS_REJECT,
                         _("word %zu is so narrow in the PDF that readers would break it apart."),
                         (size_t)(thin - list) + 1);
    for (size_t i = 0; i < count; i++) {
        apart.order[i] = &list[i];
        apart.readings[i] = (struct reading){.begun = false};
        apart.largest = fmax(apart.largest, list[i].size);
    }
    qsort(apart.order, count, sizeof *apart.order, from_left);
    for (size_t i = 0; i < count; i++)
        if ((joined = find_joined(&apart, i)) != NULL)
            return error_set(
                error, STATUS_REJECT,
                _("words %zu and %zu stand so close in the PDF that readers would join them."),
                (size_t)(apart.order[i] - list) + 1, (size_t)(joined - list) + 1);
    return STATUS_OK;
}
