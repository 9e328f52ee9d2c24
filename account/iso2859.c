#include "account/iso2859.h"

#include <stdlib.h>
#include <string.h>

static const char letters[] = "ABCDEFGHJKLMNPQRS";
static const int sizes[] = {2,   3,   5,   8,   13,  20,   32,   50,  80,
                            125, 200, 315, 500, 800, 1250, 2000, 3150};
static const int reduced_sizes[] = {2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800};
enum { LETTERS = 16, TIGHTENED_LETTERS = 17, AQLS = 16 };

static const char *const aqls[AQLS] = {"0.010", "0.015", "0.025", "0.040", "0.065", "0.10",
                                       "0.15",  "0.25",  "0.40",  "0.65",  "1.0",   "1.5",
                                       "2.5",   "4.0",   "6.5",   "10"};

/* ---------------------------------------------------------------- words */

static const char *const levels[] = {"S-1", "S-2", "S-3", "S-4", "I", "II", "III"};
static const char *const severities[] = {"normal", "tightened", "reduced"};

static int find(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

int iso_level_find(const char *word)
{
    return find(levels, 7, word);
}

const char *iso_level_word(enum iso_level level)
{
    return levels[level];
}

int iso_severity_find(const char *word)
{
    return find(severities, 3, word);
}

const char *iso_severity_word(enum iso_severity severity)
{
    return severities[severity];
}

int iso_aql_find(const char *word)
{
    char text[16] = "", *end = NULL;
    if (strlen(word) >= sizeof text || !*word)
        return -1;
    for (size_t i = 0; word[i]; i++)
        text[i] = (char)(word[i] == ',' ? '.' : word[i]);
    double value = strtod(text, &end);
    for (int i = 0; !*end && i < AQLS; i++)
        if (value == strtod(aqls[i], NULL))
            return i;
    return -1;
}

const char *iso_aql_word(int aql)
{
    return aqls[aql];
}

/* ---------------------------------------------------------------- table 1 */

static const struct {
    int64_t up_to;
    char letter[8]; /* of S-1 .. S-4, I, II, III */
} sizes_of_lots[] = {
    {8, "AAAAAAB"},      {15, "AAAAABC"},     {25, "AABBBCD"},        {50, "ABBCCDE"},
    {90, "BBCCCEF"},     {150, "BBCDDFG"},    {280, "BCDEEGH"},       {500, "BCDEFHJ"},
    {1200, "CCEFGJK"},   {3200, "CDEGHKL"},   {10000, "CDFGJLM"},     {35000, "CDFHKMN"},
    {150000, "DEGJLNP"}, {500000, "DEGJMPQ"}, {INT64_MAX, "DEHKNQR"},
};

char iso_letter(int64_t lot, enum iso_level level)
{
    size_t i = 0;
    while (lot > sizes_of_lots[i].up_to)
        i++;
    return sizes_of_lots[i].letter[level];
}

/* ---------------------------------------------------------------- tables 2-A, 2-B, 2-C */

enum { UP = -1, DOWN = -2, END = -3 };

/* The diagonal from the plan with acceptance number 0 on; above it lead arrows down, behind its end
 * arrows up. */
static const int diagonals[][16] = {
    {0, UP, DOWN, 1, 2, 3, 5, 7, 10, 14, 21, END},
    {0, DOWN, DOWN, 1, 2, 3, 5, 8, 12, 18, END},
    {0, UP, DOWN, DOWN, 1, 2, 3, 5, 6, 8, 10, END},
};

/* What stands in the table: a number of acceptance, or an arrow. */
static int entry(enum iso_severity severity, int letter, int aql)
{
    /* 0 stands one letter lower for each step of a stricter AQL; tightened inspection is one step
     * stricter. There is no plan with 0 for AQL 10. */
    int start = severity == ISO_TIGHTENED ? 15 - aql : 14 - aql;
    int at = letter - start, length = 0;
    const int *diagonal = diagonals[severity];
    if (at < 0 || (aql == AQLS - 1 && at < 3))
        return DOWN;
    while (diagonal[length] != END)
        length++;
    return at < length ? diagonal[at] : UP;
}

struct iso_plan iso_plan(int64_t lot, enum iso_level level, int aql, enum iso_severity severity)
{
    int last = severity == ISO_TIGHTENED ? TIGHTENED_LETTERS - 1 : LETTERS - 1;
    int letter = (int)(strchr(letters, iso_letter(lot, level)) - letters), at = letter;
    while (at <= last && entry(severity, at, aql) == DOWN)
        at++;
    if (at > last || entry(severity, at, aql) == UP) /* nothing below: the next above */
        for (at = at > last ? last : at; at > 0 && entry(severity, at, aql) < 0;)
            at--;
    int accept = entry(severity, at, aql);
    int size = severity == ISO_REDUCED ? reduced_sizes[at] : sizes[at];
    return (struct iso_plan){.letter = letters[at],
                             .sample = size < lot ? size : lot,
                             .accept = accept,
                             .reject = accept + 1};
}

/* ---------------------------------------------------------------- switching */

/* Of the last five or fewer lots on normal inspection two were not accepted. */
static bool two_of_five(const struct iso_lot *lots, int from, int at)
{
    int refused = 0;
    for (int i = at; i >= from && i > at - 5; i--)
        refused += !lots[i].accepted;
    return refused >= 2;
}

static void on_normal(struct iso_state *state, const struct iso_lot *lot, bool tighten,
                      bool reduced)
{
    if (!lot->accepted || (lot->accept >= 2 && !lot->would_pass_tighter))
        state->score = 0;
    else
        state->score += lot->accept >= 2 ? 3 : 2;
    if (tighten)
        *state = (struct iso_state){.severity = ISO_TIGHTENED};
    else if (reduced && state->score >= 30)
        *state = (struct iso_state){.severity = ISO_REDUCED};
}

static void on_tightened(struct iso_state *state, const struct iso_lot *lot)
{
    state->refused += !lot->accepted;
    state->in_row = lot->accepted ? state->in_row + 1 : 0;
    if (state->refused >= 5)
        state->stopped = true;
    else if (state->in_row >= 5)
        *state = (struct iso_state){.severity = ISO_NORMAL};
}

struct iso_state iso_switch(const struct iso_lot *lots, int count, bool reduced)
{
    struct iso_state state = {.severity = ISO_NORMAL};
    int from = 0; /* where this spell of normal inspection began */
    for (int i = 0; i < count && !state.stopped; i++) {
        enum iso_severity before = state.severity;
        if (before == ISO_NORMAL)
            on_normal(&state, &lots[i], two_of_five(lots, from, i), reduced);
        else if (before == ISO_TIGHTENED)
            on_tightened(&state, &lots[i]);
        else if (!lots[i].accepted || !reduced)
            state = (struct iso_state){.severity = ISO_NORMAL};
        if (before != ISO_NORMAL && state.severity == ISO_NORMAL)
            from = i + 1;
    }
    return state;
}
