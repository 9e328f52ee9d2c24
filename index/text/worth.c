#include "index/text/worth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* Gains by the looks, from what was seen: of a chance of 0.3, 0.12, 0.05, 0.02, 0.01 ... */
static const float text_unmarked = 0.744f, other_marks = 0.556f, near_skeleton = WORTH_ALIKE,
                   same_skeleton = 0.238f, one_letter = 0.2f, two_letters = 0.12f;
/* ... and those that the channel may give: never as much as what is written so. */
static const float most_likely = 0.97f, folded_least = 0.4f;

/* Edit distance when it is at most 2, else 3. */
static int letters_apart(const char *a, const char *b)
{
    int length_a = (int)strlen(a), length_b = (int)strlen(b);
    int rows[2][TOKEN_CHARS * 4 + 2];
    if (abs(length_a - length_b) > 2 || length_a > TOKEN_CHARS * 4 || length_b > TOKEN_CHARS * 4)
        return 3;
    for (int j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (int i = 1; i <= length_a; i++) {
        const int *above = rows[(i - 1) & 1];
        int *row = rows[i & 1], least = row[0] = i;
        for (int j = 1; j <= length_b; j++) {
            int change = above[j - 1] + (a[i - 1] != b[j - 1]);
            int other = 1 + (above[j] < row[j - 1] ? above[j] : row[j - 1]);
            row[j] = change < other ? change : other;
            least = row[j] < least ? row[j] : least;
        }
        if (least > 2)
            return 3;
    }
    return rows[length_a & 1][length_b];
}

static float number_gain(const char *asked, const char *found)
{
    size_t length = strlen(asked), wrong = 0;
    if (strcmp(asked, found) == 0)
        return 1;
    if (strcmp(asked + strspn(asked, "0"), found + strspn(found, "0")) == 0)
        return 0.9f;
    if (length < 6 || strlen(found) != length)
        return 0;
    for (size_t i = 0; i < length; i++)
        wrong += asked[i] != found[i];
    return wrong == 1 ? 0.5f : 0;
}

/* The same but for the first letter, or one that is lost or added there. */
static bool same_rest(const char *a, const char *b)
{
    return strcmp(a + 1, b + 1) == 0 || strcmp(a + 1, b) == 0 || strcmp(a, b + 1) == 0;
}

static float likeness(const struct query_word *word, bool marked, const struct syllable *found)
{
    if (word->number || found->number)
        return word->number && found->number ? number_gain(word->folded, found->folded) : 0;
    if (word->exact_hash == found->exact_hash)
        return 1;
    if (word->folded_hash == found->folded_hash)
        return !marked ? 0.98f : found->marked ? other_marks : text_unmarked;
    bool onset = word->skeleton[0] == found->skeleton[0];
    bool coda = word->skeleton[1] == found->skeleton[1];
    size_t length = strlen(word->folded);
    if (!onset)
        return coda && length >= 3 && same_rest(word->folded, found->folded) ? one_letter : 0;
    int apart = letters_apart(word->folded, found->folded);
    if (coda)
        return apart == 1 && length >= 2 ? near_skeleton : same_skeleton;
    if (apart == 1 && length >= 3)
        return one_letter;
    return apart == 2 && length >= 5 ? two_letters : 0;
}

/* How likely the word stood where the spelling was read. */
static float chance_of(const struct query_word *word, bool marked, const struct channel *channel,
                       enum engine engine, const struct syllable *found, const struct stood *stood)
{
    int sum = 0;
    if (marked ? !channel_has(channel, word->exact) : !channel_knows(channel, word->folded))
        return (float)channel_chance(channel, engine, word->read, found->read, stood) / STOOD_ONE;
    for (size_t i = 0; i < STOOD && stood->chance[i]; i++)
        if (marked ? strcmp(channel_exact(channel, stood->syllable[i]), word->exact) == 0
                   : strcmp(channel_folded(channel, stood->syllable[i]), word->folded) == 0)
            sum += stood->chance[i];
    return (float)sum / STOOD_ONE;
}

/* How much of what seeing the word itself would tell the spelling tells: a rare word is hardly ever
 * the likeliest that stood there, yet where it is asked for the spelling speaks for it. *chance is
 * made finer: a rare word has less than the channel's steps. */
static float told_by(const struct query_word *word, const struct channel *channel,
                     enum engine engine, const struct syllable *found, const struct stood *stood,
                     float *chance)
{
    enum { LEAST = 8 }; /* 1/8 bits */
    int all = channel_surprise(channel, word->exact);
    int told = channel_evidence(channel, engine, word->exact, word->read, found->read, stood);
    float fine = exp2f((float)(told - all) / 8.0f);
    *chance = fine > *chance ? (fine < most_likely ? fine : most_likely) : *chance;
    return (float)told / (float)(all > LEAST ? all : LEAST);
}

/* The same of a word without marks, which may be any syllable that is so without them. */
static float told_of_all(const struct query_word *word, const struct channel *channel, float chance)
{
    float all = (float)channel_rarity(channel, word->folded) / 8.0f;
    return chance > 0 && all > 1 ? 1 + log2f(chance) / all : 0;
}

/* By the looks alone when there is no channel; what the channel knows is better. */
struct worth worth_of(struct syllables *syllables, enum engine engine,
                      const struct query_word *word, bool marked, const struct syllable *found)
{
    struct worth worth = {.gain = likeness(word, marked, found)};
    bool written = worth.gain > most_likely, folded = worth.gain >= other_marks;
    worth.kind = worth.gain > 0.995f ? EXACT : folded ? FOLDED : SIMILAR;
    worth.chance = written ? 0.99f : folded ? 0.3f : worth.gain > 0.3f ? 0.05f : 0;
    const struct channel *channel = syllables_channel(syllables);
    if (!channel || word->number || found->number || word->skeleton[0] != found->skeleton[0] ||
        word->skeleton[1] != found->skeleton[1])
        return worth;
    const struct stood *stood = syllables_stood(syllables, found, engine);
    worth.chance = chance_of(word, marked, channel, engine, found, stood);
    if (written) {
        worth.chance = worth.chance > 0.9f || engine == ENGINE_VN || !marked ? 0.99f : worth.chance;
        return worth;
    }
    float gain = marked ? told_by(word, channel, engine, found, stood, &worth.chance)
                        : told_of_all(word, channel, worth.chance);
    worth.gain = folded && gain < folded_least ? folded_least
                 : gain > most_likely          ? most_likely
                 : gain > same_skeleton        ? gain
                                               : same_skeleton;
    return worth;
}

/* Only what is no syllable itself: one that is was hardly read for another of other consonants. */
float worth_far(struct syllables *syllables, enum engine engine, const struct query_word *word,
                const struct syllable *found)
{
    enum { LEAST = 8 };      /* 1/8 bits */
    const float most = 0.5f; /* a guess beside its neighbours */
    const struct channel *channel = syllables_channel(syllables);
    if (!channel || word->number || found->number || channel_knows(channel, found->folded))
        return 0;
    const struct stood *stood = syllables_stood(syllables, found, engine);
    int all = channel_surprise(channel, word->exact);
    int told = channel_evidence(channel, engine, word->exact, word->read, found->read, stood);
    float gain = (float)told / (float)(all > LEAST ? all : LEAST);
    return gain < 0 ? 0 : gain > most ? most : gain;
}

/* ---------------------------------------------------------------- rare words, names */

/* A page has some 200 words, of which reading hides one in ten; a rare one is hardly there unseen.
 */
float worth_unseen(const struct syllables *syllables, const struct query_word *word, bool marked)
{
    const float least = 0.00005f, most = 0.05f, hidden = 20;
    const struct channel *channel = syllables_channel(syllables);
    if (word->number)
        return 0.001f;
    int rarity = marked && channel ? channel_surprise(channel, word->exact)
                                   : channel_rarity(channel, word->folded);
    float there = exp2f(-(float)rarity / 8.0f) * hidden;
    return there < least ? least : there > most ? most : there;
}

/* Who types a name without marks asks for all names that are so without marks; a slip of the finger
 * is a letter. */
float worth_in_name(const struct query_word *word, bool marked, const struct syllable *found)
{
    if (!marked && strcmp(word->folded, found->folded) == 0)
        return 1;
    float gain = likeness(word, marked, found);
    if (gain >= other_marks || word->number || found->number)
        return gain;
    int apart = letters_apart(word->folded, found->folded);
    float slip = apart == 1 ? 0.45f : apart == 2 && strlen(word->folded) >= 5 ? 0.3f : 0;
    if (apart == 1 && marked && text_distance(word->read, found->read) == 1)
        slip = 0.55f; /* and its marks are right */
    return slip > gain ? slip : gain;
}
