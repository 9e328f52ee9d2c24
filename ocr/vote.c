#include "ocr/vote.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "ocr/lattice.h"
#include "ocr/letters.h"

/* What is read less surely is read again: numbers, which nothing but the paper tells; words with a
 * capital, which may be names; any other, which the language helps with. */
#define SURE_NUMBER 0.92
#define SURE_LONG                                                                                  \
    0.965             /* a number of an identity card, a date: one digit makes it another's ...    \
                       */
#define LONG_DIGITS 6 /* ... so many digits at least */
#define SURE_CAPITAL 0.82
#define SURE_WORD 0.60
#define READABLE 0.40 /* a line read worse is a seal or a pen */
#define BESIDE 1      /* words read with a doubtful one at each side */
#define WHOLE 0.7     /* where the parts make up so much of a line, it is read as one */

#define OVERLAP 0.6        /* of the wider of two words at the same place */
#define MOST 0.99          /* nothing that was read is surer */
#define MARGIN 0.10        /* by so much surer must the second reading be to be taken, ... */
#define MARGIN_DIGITS 0.35 /* ... of a number: there no spelling speaks for either */
#define IMPOSSIBLE 0.5

static bool has_digits(const char *text)
{
    return text[strcspn(text, "0123456789")] != 0;
}

static bool is_capital(struct arena *arena, const char *text)
{
    return strcmp(text_lower(arena, text), text) != 0;
}

static bool is_long(const char *text)
{
    size_t digits = 0;
    for (; *text; text++)
        digits += *text >= '0' && *text <= '9';
    return digits >= LONG_DIGITS;
}

static double sure(struct arena *arena, const char *text)
{
    return is_long(text)             ? SURE_LONG
           : has_digits(text)        ? SURE_NUMBER
           : is_capital(arena, text) ? SURE_CAPITAL
                                     : SURE_WORD;
}

static bool readable(const struct line *line)
{
    double weight = 0, sum = 0;
    for (size_t i = 0; i < line->word_count; i++) {
        double length = (double)text_length(line->words[i].text);
        weight += length;
        sum += length * line->words[i].confidence;
    }
    return weight > 0 && sum >= READABLE * weight;
}

size_t vote_spans(const struct line *line, struct arena *arena, struct span *spans)
{
    size_t count = 0, width = 0;
    for (size_t i = 0; readable(line) && i < line->word_count; i++) {
        const struct word *word = &line->words[i];
        if (word->confidence >= sure(arena, word->text))
            continue;
        size_t from = i > BESIDE ? i - BESIDE : 0;
        size_t to = i + BESIDE + 1 < line->word_count ? i + BESIDE + 1 : line->word_count;
        if (count > 0 && from <= spans[count - 1].to)
            spans[count - 1].to = to;
        else
            spans[count++] = (struct span){from, to, false};
        spans[count - 1].number |= is_long(word->text);
    }
    for (size_t i = 0; i < count; i++)
        width += spans[i].to - spans[i].from;
    if ((double)width > WHOLE * (double)line->word_count) {
        for (size_t i = 1; i < count; i++)
            spans[0].number |= spans[i].number;
        spans[0] = (struct span){0, line->word_count, spans[0].number};
        count = 1;
    }
    return count;
}

static int right_of(const struct word *word)
{
    return word->box.x + word->box.width;
}

static bool same_place(const struct word *a, const struct word *b)
{
    int left = a->box.x > b->box.x ? a->box.x : b->box.x;
    int right = right_of(a) < right_of(b) ? right_of(a) : right_of(b);
    int wider = a->box.width > b->box.width ? a->box.width : b->box.width;
    return right - left >= OVERLAP * wider;
}

/* The one word of the line at that place; NULL when there is none, or several. */
static const struct word *word_at(const struct line *line, const struct word *word)
{
    const struct word *found = NULL;
    for (size_t i = 0; i < line->word_count; i++)
        if (same_place(&line->words[i], word)) {
            if (found)
                return NULL;
            found = &line->words[i];
        }
    return found;
}

static double likely(const struct speech *language, const struct word *word, struct arena *arena)
{
    bool impossible = language && lattice_impossible(language, word, arena);
    return word->confidence * (impossible ? IMPOSSIBLE : 1);
}

/* Networks that were taught the same pages err together half of the time. */
static double agreed(double first, double second)
{
    return fmax(first, fmin(MOST, 1 - (1 - first) * sqrt(1 - second)));
}

/* Text is taken, the other reading stands first among the others. */
static void take(struct word *word, const struct word *chosen, const struct word *other,
                 double confidence, struct arena *arena)
{
    struct word out = *chosen;
    out.box = word->box;
    out.alternatives = arena_array(arena, chosen->alternative_count + 1, sizeof *out.alternatives);
    out.alternatives[0] = (struct alternative){other->text, confidence * 0.9};
    out.alternative_count = 1;
    for (size_t i = 0; i < chosen->alternative_count; i++)
        if (strcmp(chosen->alternatives[i].text, other->text) != 0)
            out.alternatives[out.alternative_count++] = chosen->alternatives[i];
    out.confidence = confidence;
    *word = out;
}

void vote_line(const struct speech *language, struct line *line, const struct line *second,
               struct arena *arena)
{
    for (size_t i = 0; i < line->word_count; i++) {
        struct word *word = &line->words[i];
        const struct word *other = word_at(second, word);
        if (!other || word_at(line, other) != word)
            continue;
        if (strcmp(text_tone_last(arena, word->text), text_tone_last(arena, other->text)) == 0) {
            word->confidence = agreed(word->confidence, other->confidence);
            continue;
        }
        double own = likely(language, word, arena), theirs = likely(language, other, arena);
        const struct word first = *word;
        double apart = fabs(own - theirs);
        double margin = has_digits(word->text) ? MARGIN_DIGITS : MARGIN;
        if (theirs > own + margin)
            take(word, other, &first, fmin(theirs, 0.5 + apart / 2), arena);
        else
            take(word, &first, other, fmin(own, 0.5 + apart / 2), arena);
    }
}

void vote_again(const struct speech *language, struct line *line, const struct line *second,
                struct arena *arena)
{
    struct word *before = arena_array(arena, line->word_count + 1, sizeof *before);
    memcpy(before, line->words, line->word_count * sizeof *before);
    vote_line(language, line, second, arena);
    for (size_t i = 0; i < line->word_count; i++)
        if (strcmp(line->words[i].text, before[i].text) == 0)
            line->words[i].confidence = fmin(line->words[i].confidence, before[i].confidence);
}
