#include "index/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

static const float mismatch_cost = 0.6f, extra_cost = 0.35f, skip_cost = 0.5f;

/* Gains, from probabilities by gain_of: 0.3, 0.12, 0.05, 0.02, 0.01 ... */
static const float text_unmarked = 0.744f, other_marks = 0.556f, near_skeleton = 0.388f,
                   same_skeleton = 0.238f, one_letter = 0.2f, two_letters = 0.12f;
/* ... and those that the channel may give: never as much as what is written so. */
static const float most_likely = 0.97f, folded_least = 0.4f;

/* What a spelling is worth for a word: as a gain of the alignment, and as a probability. */
enum kind { SIMILAR, FOLDED, EXACT };
struct worth {
    float gain, chance;
    enum kind kind;
};

/* The worth of every spelling for every word, as far as it was asked for. */
struct worths {
    uint32_t *rows; /* by spelling: 0 not asked yet, 1 worth nothing, else row + 2 */
    size_t room;
    struct worth *at; /* [row][word] */
    size_t count, row_room;
};

struct variant {
    const struct query_words *words;
    struct worths worths[ENGINE_COUNT];
    float rare[QUERY_SYLLABLES]; /* chance that a page has the word without our seeing it */
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
    enum kind least; /* among the matched */
};

/* A page has some 200 words; a rare one is hardly there unseen. */
static float rareness(const struct syllables *syllables, const struct query_word *word)
{
    if (word->number)
        return 0.001f;
    double share = exp2(-channel_rarity(syllables_channel(syllables), word->folded) / 8.0);
    double there = share * 20;
    return (float)(there < 0.0005 ? 0.0005 : there > 0.05 ? 0.05 : there);
}

struct ranker *ranker_new(const struct query_words *variants, size_t count,
                          struct syllables *syllables)
{
    struct ranker *ranker = memory_new(sizeof *ranker);
    ranker->syllables = syllables;
    ranker->count = count < 3 ? count : 3;
    for (size_t i = 0; i < ranker->count; i++) {
        ranker->variants[i].words = &variants[i];
        for (size_t j = 0; j < variants[i].count; j++)
            ranker->variants[i].rare[j] = rareness(syllables, &variants[i].at[j]);
    }
    return ranker;
}

void ranker_free(struct ranker *ranker)
{
    if (!ranker)
        return;
    for (size_t i = 0; i < ranker->count; i++) {
        for (int engine = 0; engine < ENGINE_COUNT; engine++) {
            free(ranker->variants[i].worths[engine].rows);
            free(ranker->variants[i].worths[engine].at);
        }
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

static float gain_of(float chance)
{
    return logf((chance + 0.01f) / 0.01f) / logf(1.01f / 0.01f);
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

/* By the looks alone when there is no channel; what the channel knows is better. */
static struct worth worth_of(struct syllables *syllables, enum engine engine,
                             const struct query_word *word, bool marked,
                             const struct syllable *found)
{
    struct worth worth = {.gain = likeness(word, marked, found)};
    bool written = worth.gain > most_likely, folded = worth.gain >= other_marks;
    worth.kind = worth.gain > 0.995f ? EXACT : folded ? FOLDED : SIMILAR;
    worth.chance = written ? 0.99f : folded ? 0.3f : worth.gain > 0.3f ? 0.05f : 0;
    const struct channel *channel = syllables_channel(syllables);
    if (!channel || word->number || found->number || word->skeleton[0] != found->skeleton[0] ||
        word->skeleton[1] != found->skeleton[1])
        return worth;
    worth.chance =
        chance_of(word, marked, channel, engine, found, syllables_stood(syllables, found, engine));
    if (written) {
        worth.chance = worth.chance > 0.9f || engine == ENGINE_VN || !marked ? 0.99f : worth.chance;
        return worth;
    }
    float gain = gain_of(worth.chance);
    worth.gain = folded && gain < folded_least ? folded_least
                 : gain > most_likely          ? most_likely
                 : gain > same_skeleton        ? gain
                                               : same_skeleton;
    return worth;
}

static void make_room(struct worths *worths, size_t id, size_t known, size_t words)
{
    if (id >= worths->room) {
        size_t room = known + known / 4 + 1024;
        worths->rows = memory_resize(worths->rows, room * sizeof *worths->rows);
        memset(worths->rows + worths->room, 0, (room - worths->room) * sizeof *worths->rows);
        worths->room = room;
    }
    if (worths->count == worths->row_room) {
        worths->row_room = worths->row_room ? 2 * worths->row_room : 256;
        worths->at = memory_resize(worths->at, worths->row_room * words * sizeof *worths->at);
    }
}

/* The row of a spelling, one worth a word; -1 when it is worth nothing. */
static ptrdiff_t row_of(struct ranker *ranker, struct variant *variant, enum engine engine,
                        const struct syllable *syllable)
{
    struct worths *worths = &variant->worths[engine];
    const struct query_words *words = variant->words;
    size_t count = words->count, id = syllable->id;
    if (id < worths->room && worths->rows[id])
        return (ptrdiff_t)worths->rows[id] - 2;
    make_room(worths, id, syllables_count(ranker->syllables), count);
    struct worth *row = worths->at + worths->count * count;
    bool any = false;
    for (size_t j = 0; j < count; j++) {
        row[j] = worth_of(ranker->syllables, engine, &words->at[j], words->marked, syllable);
        any = any || row[j].gain > 0;
    }
    worths->rows[id] = any ? (uint32_t)worths->count + 2 : 1;
    worths->count += any;
    return (ptrdiff_t)worths->rows[id] - 2;
}

/* ---------------------------------------------------------------- alignment */

struct window {
    struct cell best;
    uint32_t end;                /* token */
    float most[QUERY_SYLLABLES]; /* gain of each word anywhere in the text, and its kind */
    enum kind kind[QUERY_SYLLABLES];
    float absent[QUERY_SYLLABLES]; /* chance that it is nowhere */
};

/* The alignment goes on to token i. row holds the cells of the token before, becomes those of i.
 * Returns whether any cell is worth something. */
static bool align_token(struct cell *row, size_t count, const struct worth *worths, uint32_t i,
                        struct window *window)
{
    struct cell diagonal = {0};
    bool alive = false;
    for (size_t j = 1; j <= count; j++) {
        float gain = worths ? worths[j - 1].gain : 0;
        struct cell above = row[j], cell = {0};
        cell = diagonal;
        if (cell.gain <= 0)
            cell = (struct cell){.start = i, .least = EXACT};
        if (gain > 0) {
            cell.gain += gain;
            cell.matched++;
            cell.least = worths[j - 1].kind < cell.least ? worths[j - 1].kind : cell.least;
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

/* The worths of a token together with those of the joins that begin there, in together; NULL when
 * it is worth nothing. */
static const struct worth *token_worths(struct ranker *ranker, struct variant *variant,
                                        enum engine engine, const struct tokens *tokens, size_t i,
                                        size_t *join, struct worth together[QUERY_SYLLABLES])
{
    const struct worths *worths = &variant->worths[engine];
    size_t count = variant->words->count;
    ptrdiff_t row = row_of(ranker, variant, engine, tokens->at[i].syllable);
    bool more = false;
    for (; *join < tokens->join_count && tokens->joins[*join].first == i; ++*join) {
        ptrdiff_t joined = row_of(ranker, variant, engine, tokens->joins[*join].syllable);
        if (joined < 0)
            continue;
        for (size_t j = 0; j < count && !more; j++)
            together[j] = row < 0 ? (struct worth){0} : worths->at[(size_t)row * count + j];
        for (size_t j = 0; j < count; j++)
            if (worths->at[(size_t)joined * count + j].gain > together[j].gain)
                together[j] = worths->at[(size_t)joined * count + j];
        more = true;
    }
    return more ? together : row < 0 ? NULL : worths->at + (size_t)row * count;
}

static struct window align(struct ranker *ranker, struct variant *variant, const char *text,
                           const struct tokens *tokens)
{
    struct window window = {0};
    struct cell row[QUERY_SYLLABLES + 1] = {0};
    struct worth together[QUERY_SYLLABLES];
    size_t count = variant->words->count, join = 0;
    enum engine engine = tokens_engine(tokens);
    bool alive = false;
    for (size_t j = 0; j < count; j++)
        window.absent[j] = 1;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct worth *worths =
            token_worths(ranker, variant, engine, tokens, i, &join, together);
        if (i > 0 && alive && tokens_part(tokens, text, i - 1)) {
            memset(row, 0, sizeof row);
            alive = false;
        }
        for (size_t j = 0; worths && j < count; j++) {
            if (worths[j].gain > window.most[j]) {
                window.most[j] = worths[j].gain;
                window.kind[j] = worths[j].kind;
            }
            window.absent[j] *= 1 - worths[j].chance;
        }
        if (worths || alive)
            alive = align_token(row, count, worths, (uint32_t)i, &window);
    }
    return window;
}

static enum hit_why why_of(enum kind least)
{
    return least == EXACT ? HIT_EXACT : least == FOLDED ? HIT_FOLDED : HIT_SIMILAR;
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

/* Words wherever they stand: what their being there tells, against what their being away would. */
static double scattered_score(const struct variant *variant, const struct window *window)
{
    double lost = 0, all = 0;
    for (size_t j = 0; j < variant->words->count; j++) {
        double unseen = variant->rare[j], there = 1 - window->absent[j];
        lost += log((1 + unseen) / (there + unseen));
        all += log((1 + unseen) / unseen);
    }
    return all > 0 ? 1 - lost / all : 0;
}

/* Few words are loose ones; the more there are, the likelier they were copied from the paper, and
 * the more pages have them all somewhere. */
static double apart_part(size_t count)
{
    return count <= 3 ? 0.9 : count == 4 ? 0.85 : count == 5 ? 0.75 : count == 6 ? 0.65 : 0.55;
}

static struct match judge(struct ranker *ranker, struct variant *variant, const char *text,
                          const struct tokens *tokens, bool scattered)
{
    size_t count = variant->words->count;
    struct window window = align(ranker, variant, text, tokens);
    struct match match = {.score = window.best.gain / (float)count, .why = HIT_SIMILAR};
    if (window.best.gain <= 0 || !is_enough(window.best.matched, count))
        match.score = 0;
    match.together = match.score;
    if (window.best.gain <= 0)
        return match;
    match.complete = window.best.matched == count && window.end - window.best.start + 1 == count;
    match.why = window.best.matched == count ? why_of(window.best.least) : HIT_SIMILAR;
    match.start = tokens->at[window.best.start].start;
    match.end = window_end(tokens, window.end, variant->words);
    enum kind least = EXACT;
    size_t same = 0;
    for (size_t j = 0; j < count; j++) {
        least = window.kind[j] < least ? window.kind[j] : least;
        same += window.most[j] >= near_skeleton;
    }
    double part = apart_part(count);
    double apart = part * scattered_score(variant, &window) + (1 - part) * match.score;
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
    tokens_cut(ranker->syllables, text, strnlen(text, PAGE_BYTES), tokens);
    for (size_t i = 0; i < ranker->count; i++) {
        struct match match = judge(ranker, &ranker->variants[i], text, tokens, scattered);
        double together = match.together > best.together ? match.together : best.together;
        if (match.score > best.score)
            best = match;
        best.together = together;
    }
    return best;
}

/* Who types a name without marks asks for all names that are so without marks; a slip of the finger
 * is a letter. */
static float name_gain(const struct query_words *words, size_t j, const struct syllable *found)
{
    const struct query_word *word = &words->at[j];
    if (!words->marked && strcmp(word->folded, found->folded) == 0)
        return 1;
    float gain = likeness(word, words->marked, found);
    if (gain >= other_marks || word->number || found->number)
        return gain;
    int apart = letters_apart(word->folded, found->folded);
    float slip = apart == 1 ? 0.45f : apart == 2 && strlen(word->folded) >= 5 ? 0.3f : 0;
    if (apart == 1 && words->marked && text_distance(word->read, found->read) == 1)
        slip = 0.55f; /* and its marks are right */
    return slip > gain ? slip : gain;
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
