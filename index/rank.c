#include "index/rank.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"

static const float mismatch_cost = 0.6f, extra_cost = 0.35f, skip_cost = 0.5f;

/* Gains for probabilities 0.3, 0.12, 0.05, 0.03, 0.02, 0.01 that the text's syllable stands for the
 * query's: log((p + e) / e) / log((1 + e) / e), e = 0.01. */
static const float text_unmarked = 0.744f, other_marks = 0.556f, near_skeleton = 0.388f,
                   same_skeleton = 0.300f, one_letter = 0.238f, two_letters = 0.150f;

struct variant {
    const struct query_words *words;
    float *gains;   /* [syllable id][word] */
    uint8_t *known; /* by syllable id: 0 not yet, 1 nothing in common, 2 something */
    size_t room;    /* syllable ids */
};

struct ranker {
    struct variant variants[3];
    size_t count;
    struct syllables *syllables;
};

/* One cell of the alignment: the best that ends at this pair. */
struct cell {
    float gain;
    uint32_t start;
    uint16_t matched;
    float least; /* smallest gain among the matched */
};

struct ranker *ranker_new(const struct query_words *variants, size_t count,
                          struct syllables *syllables)
{
    struct ranker *ranker = memory_new(sizeof *ranker);
    ranker->syllables = syllables;
    ranker->count = count < 3 ? count : 3;
    for (size_t i = 0; i < ranker->count; i++)
        ranker->variants[i].words = &variants[i];
    return ranker;
}

void ranker_free(struct ranker *ranker)
{
    if (!ranker)
        return;
    for (size_t i = 0; i < ranker->count; i++) {
        free(ranker->variants[i].gains);
        free(ranker->variants[i].known);
    }
    free(ranker);
}

/* ---------------------------------------------------------------- what a pair is worth */

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

static float likeness(const struct query_word *word, bool marked, const struct syllable *found)
{
    if (word->number || found->number)
        return word->number && found->number ? number_gain(word->folded, found->folded) : 0;
    if (strcmp(word->exact, found->exact) == 0)
        return 1;
    if (strcmp(word->folded, found->folded) == 0)
        return !marked ? 0.98f : found->marked ? other_marks : text_unmarked;
    bool onset = word->skeleton[0] == found->skeleton[0];
    bool coda = word->skeleton[1] == found->skeleton[1];
    if (!onset && !coda)
        return 0;
    int apart = letters_apart(word->folded, found->folded);
    size_t length = strlen(word->folded);
    if (onset && coda)
        return apart == 1 && length >= 2 ? near_skeleton : same_skeleton;
    if (apart == 1 && length >= 3)
        return one_letter;
    return apart == 2 && length >= 5 ? two_letters : 0;
}

/* Gains of a syllable with every word of the variant; NULL when it has nothing in common. */
static const float *gains_of(struct variant *variant, const struct syllable *syllable)
{
    size_t count = variant->words->count, id = syllable->id;
    if (id >= variant->room) {
        size_t room = 2 * id + 1024;
        variant->gains = memory_resize(variant->gains, room * count * sizeof *variant->gains);
        variant->known = memory_resize(variant->known, room);
        memset(variant->known + variant->room, 0, room - variant->room);
        variant->room = room;
    }
    float *gains = variant->gains + id * count;
    if (!variant->known[id]) {
        float most = 0;
        for (size_t j = 0; j < count; j++) {
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): id < room says it is there */
            gains[j] = likeness(&variant->words->at[j], variant->words->marked, syllable);
            most = gains[j] > most ? gains[j] : most;
        }
        variant->known[id] = most > 0 ? 2 : 1;
    }
    return variant->known[id] == 2 ? gains : NULL;
}

/* ---------------------------------------------------------------- alignment */

struct window {
    struct cell best;
    uint32_t end;                /* token */
    float most[QUERY_SYLLABLES]; /* of each word anywhere in the text */
};

/* The alignment goes on to token i. row holds the cells of the token before, becomes those of i.
 * Returns whether any cell is worth something. */
static bool align_token(struct cell *row, size_t count, const float *gains, uint32_t i,
                        struct window *window)
{
    struct cell diagonal = {0};
    bool alive = false;
    for (size_t j = 1; j <= count; j++) {
        float gain = gains ? gains[j - 1] : 0;
        struct cell above = row[j], cell = {0};
        cell = diagonal;
        if (cell.gain <= 0)
            cell = (struct cell){.start = i, .least = 1};
        if (gain > 0) {
            cell.gain += gain;
            cell.matched++;
            cell.least = gain < cell.least ? gain : cell.least;
        } else {
            cell.gain -= mismatch_cost;
        }
        if (above.gain - extra_cost > cell.gain) {
            cell = above;
            cell.gain -= extra_cost;
        }
        if (row[j - 1].gain - skip_cost > cell.gain) {
            cell = row[j - 1];
            cell.gain -= skip_cost;
        }
        if (cell.gain <= 0)
            cell = (struct cell){0};
        diagonal = above;
        row[j] = cell;
        alive = alive || cell.gain > 0;
        if (cell.gain > window->best.gain) {
            window->best = cell;
            window->end = i;
        }
    }
    return alive;
}

/* Gains of a token together with those of the joins that begin there. */
static const float *token_gains(struct variant *variant, const struct tokens *tokens, size_t i,
                                size_t *join, float together[QUERY_SYLLABLES])
{
    bool more = false;
    /* Into the table before its joins are: their looking up must not move the table under it. */
    gains_of(variant, tokens->at[i].syllable);
    for (; *join < tokens->join_count && tokens->joins[*join].first == i; ++*join) {
        const float *joined = gains_of(variant, tokens->joins[*join].syllable);
        /* gains_of may have moved the table */
        const float *gains = more ? together : gains_of(variant, tokens->at[i].syllable);
        for (size_t j = 0; joined && j < variant->words->count; j++) {
            float own = gains ? gains[j] : 0;
            together[j] = joined[j] > own ? joined[j] : own;
        }
        more = more || joined;
    }
    return more ? together : gains_of(variant, tokens->at[i].syllable);
}

static struct window align(struct variant *variant, const char *text, const struct tokens *tokens)
{
    struct window window = {0};
    struct cell row[QUERY_SYLLABLES + 1] = {0};
    float together[QUERY_SYLLABLES] = {0};
    size_t count = variant->words->count, join = 0;
    bool alive = false;
    for (size_t i = 0; i < tokens->count; i++) {
        const float *gains = token_gains(variant, tokens, i, &join, together);
        if (i > 0 && alive && tokens_part(tokens, text, i - 1)) {
            memset(row, 0, sizeof row);
            alive = false;
        }
        for (size_t j = 0; gains && j < count; j++)
            window.most[j] = gains[j] > window.most[j] ? gains[j] : window.most[j];
        if (gains || alive)
            alive = align_token(row, count, gains, (uint32_t)i, &window);
    }
    return window;
}

static enum hit_why why_of(float least)
{
    return least > 0.995f ? HIT_EXACT : least > 0.55f ? HIT_FOLDED : HIT_SIMILAR;
}

/* Where the window ends in the text: with the last group of an identifier printed in groups. */
static size_t window_end(const struct tokens *tokens, uint32_t last,
                         const struct query_words *words)
{
    size_t end = tokens->at[last].end;
    for (size_t j = 0; j < tokens->join_count; j++)
        for (size_t w = 0; tokens->joins[j].first == last && w < words->count; w++)
            if (strcmp(tokens->joins[j].syllable->folded, words->at[w].folded) == 0 &&
                tokens->at[tokens->joins[j].last].end > end)
                end = tokens->at[tokens->joins[j].last].end;
    return end;
}

/* Enough of the query to speak of a hit: half of it. Of words that stand apart only those count
 * that are the same but for marks: something a little like each word stands on every page. */
static bool is_enough(size_t matched, size_t count)
{
    return 2 * matched >= count;
}

static struct match judge(struct variant *variant, const char *text, const struct tokens *tokens,
                          bool scattered)
{
    size_t count = variant->words->count;
    struct window window = align(variant, text, tokens);
    struct match match = {.score = window.best.gain / (float)count, .why = HIT_SIMILAR};
    if (window.best.gain <= 0 || !is_enough(window.best.matched, count))
        match.score = 0;
    if (window.best.gain <= 0)
        return match;
    match.complete = window.best.matched == count && window.end - window.best.start + 1 == count;
    match.why = window.best.matched == count ? why_of(window.best.least) : HIT_SIMILAR;
    match.start = tokens->at[window.best.start].start;
    match.end = window_end(tokens, window.end, variant->words);
    float sum = 0, least = 1;
    size_t same = 0;
    for (size_t j = 0; j < count; j++) {
        sum += window.most[j];
        least = window.most[j] < least ? window.most[j] : least;
        same += window.most[j] > near_skeleton;
    }
    double apart = 0.9 * sum / (float)count + 0.1 * match.score;
    if (scattered && is_enough(same, count) && apart > match.score) {
        match.score = apart;
        match.why = why_of(least);
        match.complete = false;
    }
    return match;
}

struct match rank_text(struct ranker *ranker, const char *text, bool scattered,
                       struct tokens *tokens)
{
    struct match best = {.why = HIT_SIMILAR};
    tokens_cut(ranker->syllables, text, strlen(text), tokens);
    for (size_t i = 0; i < ranker->count; i++) {
        struct match match = judge(&ranker->variants[i], text, tokens, scattered);
        if (match.score > best.score)
            best = match;
    }
    return best;
}

/* Who types a name without marks asks for all names that are so without marks. */
static float name_gain(const struct query_words *words, size_t j, const struct syllable *found)
{
    bool same = !words->marked && strcmp(words->at[j].folded, found->folded) == 0;
    return same ? 1 : likeness(&words->at[j], words->marked, found);
}

double rank_name(const struct query_words *words, const char *name, struct syllables *syllables,
                 struct tokens *tokens)
{
    bool used[TOKEN_CHARS] = {false};
    double sum = 0;
    size_t order = 0, turned = 0;
    tokens_cut(syllables, name, strlen(name), tokens);
    size_t count = tokens->count < TOKEN_CHARS ? tokens->count : TOKEN_CHARS;
    for (size_t j = 0; j < words->count; j++) {
        float most = 0;
        size_t place = 0;
        for (size_t i = 0; i < count; i++) {
            float gain = used[i] ? 0 : name_gain(words, j, tokens->at[i].syllable);
            if (gain > most) {
                most = gain;
                place = i;
            }
        }
        if (most > 0) {
            used[place] = true;
            turned += place < order;
            order = place;
        }
        sum += most;
    }
    size_t left = count > words->count ? count - words->count : 0;
    double score = words->count ? sum / (double)words->count : 0;
    score -= 0.01 * (double)turned + 0.01 * (double)left;
    return score > 0 ? score : 0;
}

/* ---------------------------------------------------------------- snippets */

enum { BEFORE = 60, AFTER = 100, HIT = 200 }; /* bytes */

static void add_plain(struct buffer *out, const char *text, size_t from, size_t to)
{
    for (; from < to; from++) {
        unsigned char c = (unsigned char)text[from];
        bool blank = c <= ' ' || c == 0x7F;
        unsigned char last = out->size ? out->data[out->size - 1] : ' ';
        if (blank && (last == ' ' || (last == 2 && out->size)))
            continue;
        buffer_add(out, blank ? " " : (const char *)&c, 1);
    }
}

static bool is_boundary(const char *text, size_t at)
{
    return at == 0 || (unsigned char)text[at - 1] <= ' ' || (unsigned char)text[at] <= ' ';
}

char *rank_snippet(struct arena *arena, const char *text, size_t start, size_t end)
{
    struct buffer out = {0};
    size_t from = start, to, size = strlen(text);
    while (from > 0 && start - from < BEFORE && text[from - 1] != '\f')
        from--;
    while (from < start && !is_boundary(text, from))
        from++;
    if (end - start > HIT) { /* a window that long is cut at a blank */
        end = start + HIT;
        while (end > start + 1 && !is_boundary(text, end))
            end--;
        if (end == start + 1) /* no blank: at least at a whole character */
            for (end = start + HIT; (text[end] & 0xC0) == 0x80;)
                end--;
    }
    for (to = end; to < size && to - end < AFTER && text[to] != '\f';)
        to++;
    while (to > end && to < size && !is_boundary(text, to))
        to--;
    add_plain(&out, text, from, start);
    buffer_text(&out, "\x02");
    add_plain(&out, text, start, end);
    buffer_text(&out, "\x03");
    add_plain(&out, text, end, to);
    while (out.size > 0 && out.data[out.size - 1] == ' ')
        out.data[--out.size] = 0;
    char *snippet = arena_strndup(arena, (const char *)out.data, out.size);
    buffer_clear(&out);
    return snippet;
}
