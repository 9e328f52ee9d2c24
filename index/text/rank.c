#include "index/text/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "index/text/worth.h"

static const float mismatch_cost = 0.6f, extra_cost = 0.35f, skip_cost = 0.5f, edge_cost = 0.2f;

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
    bool digits; /* some word has some: numbers that are printed in groups may be meant */
};

/* One cell of the alignment: the best that ends at this pair. */
struct cell {
    float gain;
    uint32_t start;
    uint16_t matched, first; /* first: word of the query that it begins with */
    enum kind least;         /* among the matched */
};

struct ranker *ranker_new(const struct query_words *variants, size_t count,
                          struct syllables *syllables)
{
    struct ranker *ranker = memory_new(sizeof *ranker);
    ranker->syllables = syllables;
    ranker->count = count < 3 ? count : 3;
    for (size_t i = 0; i < ranker->count; i++) {
        ranker->variants[i].words = &variants[i];
        for (size_t j = 0; j < variants[i].count; j++) {
            const char *folded = variants[i].at[j].folded;
            ranker->variants[i].rare[j] =
                worth_unseen(syllables, &variants[i].at[j], variants[i].marked);
            ranker->digits = ranker->digits || folded[strcspn(folded, "0123456789")];
        }
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
                        const struct syllable *syllable, uint32_t id)
{
    struct worths *worths = &variant->worths[engine];
    const struct query_words *words = variant->words;
    size_t count = words->count;
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
    float gain;   /* of best, without what the words cost that it leaves out at its ends */
    uint32_t end; /* token */
    float most[QUERY_SYLLABLES]; /* gain of each word anywhere in the text, and its kind */
    enum kind kind[QUERY_SYLLABLES];
    float absent[QUERY_SYLLABLES]; /* chance that it is nowhere */
};

/* What stands at a token, for words that it may be in spite of its letters. */
struct standing {
    struct syllables *syllables;
    enum engine engine;
    const struct query_words *words;
    const struct syllable *found;
};

/* What the word is worth there, behind the cell that goes before it. */
static struct worth worth_behind(const struct standing *there, const struct worth *worths,
                                 size_t word, const struct cell *before)
{
    const float alike = 0.3f;
    struct worth worth = worths ? worths[word] : (struct worth){.kind = SIMILAR};
    if (worth.gain >= alike || before->matched < 2)
        return worth;
    float far = worth_far(there->syllables, there->engine, &there->words->at[word], there->found);
    if (far > worth.gain)
        worth = (struct worth){.gain = far, .kind = SIMILAR};
    return worth;
}

/* The alignment goes on to token i. row holds the cells of the token before, becomes those of i.
 * Returns whether any cell is worth something. */
static bool align_token(struct cell *row, const struct standing *there, const struct worth *worths,
                        uint32_t i, struct window *window)
{
    size_t count = there->words->count;
    struct cell diagonal = {0};
    bool alive = false;
    for (size_t j = 1; j <= count; j++) {
        struct worth worth = worth_behind(there, worths, j - 1, &diagonal);
        struct cell above = row[j], cell = {0};
        cell = diagonal;
        if (cell.gain <= 0)
            cell = (struct cell){.start = i, .first = (uint16_t)(j - 1), .least = EXACT};
        if (worth.gain > 0) {
            cell.gain += worth.gain;
            cell.matched++;
            cell.least = worth.kind < cell.least ? worth.kind : cell.least;
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
        float gain = cell.gain - edge_cost * (float)(cell.first + count - j);
        if (gain > window->gain) {
            window->gain = gain;
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
    ptrdiff_t row = row_of(ranker, variant, engine, tokens->at[i].syllable, tokens->at[i].id);
    bool more = false;
    for (; *join < tokens->join_count && tokens->joins[*join].first == i; ++*join) {
        ptrdiff_t joined = row_of(ranker, variant, engine, tokens->joins[*join].syllable,
                                  tokens->joins[*join].syllable->id);
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
            alive = align_token(row,
                                &(struct standing){ranker->syllables, engine, variant->words,
                                                   tokens->at[i].syllable},
                                worths, (uint32_t)i, &window);
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

/* That words which most pages have stand somewhere on this one, too, tells less than that some of
 * them stand together: of four words and more, that were copied as likely as not. */
static double told_apart(size_t count, double all)
{
    const double rare = 5, least = 0.7;
    double each = all / (double)count / rare;
    return count < 4 || each > 1 ? 1 : each < least ? least : each;
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
    return all > 0 ? told_apart(variant->words->count, all) * (1 - lost / all) : 0;
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
    struct match match = {.score = window.gain / (float)count, .why = HIT_SIMILAR};
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
        same += window.most[j] >= WORTH_ALIKE;
    }
    double part = apart_part(count);
    double apart = part * scattered_score(variant, &window) + (1 - part) * match.score;
    if (scattered && is_enough(same, count) && apart > match.score) {
        match.score = apart;
        match.why = why_of(least);
    }
    return match;
}

struct match rank_text(struct ranker *ranker, const char *text, bool scattered,
                       struct tokens *tokens)
{
    struct match best = {.why = HIT_SIMILAR};
    (ranker->digits ? tokens_cut : tokens_cut_apart)(ranker->syllables, text,
                                                     strnlen(text, PAGE_BYTES), tokens);
    for (size_t i = 0; i < ranker->count; i++) {
        struct match match = judge(ranker, &ranker->variants[i], text, tokens, scattered);
        double together = match.together > best.together ? match.together : best.together;
        if (match.score > best.score)
            best = match;
        best.together = together;
    }
    return best;
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
            float gain =
                used[i] ? 0 : worth_in_name(&words->at[j], words->marked, tokens->at[i].syllable);
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
