/*
 * Free text, through tiers, each wider than the one before, until one has a good answer.
 *
 *   P0  all skeletons of three neighbours    the words as a phrase, whatever reading did to vowels
 *   PW  ... and all folded words             when P0 has more pages than are looked at
 *   P1  all without one word                 ... and folded what the others do not reach: it was
 *                                            read wrongly, and with it up to three skeletons
 *   E0  all words with their marks           anywhere on a page that was read with its marks
 *   WL  all folded words                     likewise on one that was read without; also what
 *                                            unknown spellings may stand for
 *   W0  all folded words                     on any page
 *   W1  all but one
 *   R   any rare skeletons, any rare words   when several words were read wrongly
 *
 * Of two words the phrase comes last: all that begin with a pair of skeletons are many.
 * A tier gives at most 400 pages, newest first; their order comes from the text itself (rank.h).
 * When the filters leave no more pages than that, all of them are read and no tier is needed.
 */
#include "index/text/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "index/text/full_text.h"

enum {
    RANKED = 500,    /* so many pages are looked at in all */
    SCATTERED = 200, /* of a tier of words that stand apart: their order is less sure */
    FEW = 100,       /* of a tier that asks for little */
    LEFT_OUT = 12,   /* so many terms at most are left out in turn */
    RARE = 100,      /* a term of so few pages is rare */
    RARE_TERMS = 24, /* so many are looked at */
    EVERYWHERE = 72, /* 1/8 bits: one syllable in 512; two pages in five have it */
    LOOSE = 4,       /* of so many words that a page has nearly in a row, it may be by chance */
};
#define LOOSE_STOP_SCORE 0.65
#define ALL_WORDS_SCORE 0.76   /* less has who lacks one word of four */
#define PHRASE_STOP_SCORE 0.75 /* a phrase that good is no other one read wrongly */

/* Phrases must be there, whole, up to reading errors. */
static bool has_phrases(struct search *search, const char *text, struct match *match)
{
    *match = (struct match){.score = 1, .why = HIT_EXACT};
    for (size_t i = 0; i < search->query->phrase_count; i++) {
        struct match one = rank_text(search->phrases[i], text, false, &search->index->tokens);
        if (!one.complete || one.score < STOP_SCORE)
            return false;
        if (i == 0 || one.score < match->score)
            *match = one;
    }
    return true;
}

static struct match rank_page(struct search *search, const char *text, bool scattered)
{
    const struct query *query = search->query;
    struct match match = {0}, phrase;
    double parts = 0;
    if (!has_phrases(search, text, &phrase))
        return match;
    if (search->words)
        match = rank_text(search->words, text, scattered, &search->index->tokens);
    if (query->phrase_count == 0)
        return match;
    for (size_t i = 0; i < query->phrase_count; i++)
        parts += (double)query->phrases[i].count;
    double words = search->words ? (double)query->words[0].count : 0;
    phrase.complete = !search->words || match.complete;
    phrase.score = (phrase.score * parts + match.score * words) / (parts + words);
    return phrase;
}

static enum status keep_page(struct search *search, int64_t page, const struct match *match,
                             struct error *error)
{
    int64_t entry = db_int(search->page, 0);
    db_reset(search->entry);
    db_bind_int(search->entry, 1, entry);
    enum status status = db_step(search->entry, error);
    if (status != STATUS_OK)
        return status;
    struct found *found = search_keep(search, entry, match->score, match->why,
                                      db_text(search->entry, 0), db_text(search->entry, 1));
    bool best = match->score >= found->score - 1e-6;
    if (found->why == match->why && best)
        found->whole = match->complete;
    if (!found->page_id || best) {
        found->page_id = page;
        found->page = (int)db_int(search->page, 1);
        found->start = match->start;
        found->end = match->end;
    }
    return STATUS_OK;
}

enum status tiers_rank(struct search *search, const int64_t *pages, size_t count, bool scattered,
                       struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK && search->seen_count < RANKED; i++) {
        if (!search_first_time(search, pages[i]))
            continue;
        db_reset(search->page);
        db_bind_int(search->page, 1, pages[i]);
        status = db_step(search->page, error);
        if (status != STATUS_OK)
            break;
        struct match match = rank_page(search, db_text(search->page, 2), true);
        if (search->ceiling > 0)
            match.score *= search->ceiling;
        double score = scattered ? match.score : match.together;
        search->best = score > search->best ? score : search->best;
        if (match.score < KEEP_SCORE)
            continue;
        status = keep_page(search, pages[i], &match, error);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* One tier: candidates by match, ranked. An empty match is a tier that the query does not have.
 * *cut: there are more than were looked at. The widest such tier, the last, is what is counted. */
static enum status run_tier(struct search *search, struct buffer *match, size_t limit,
                            bool scattered, bool *cut, struct error *error)
{
    int64_t pages[CANDIDATES];
    size_t count = 0;
    enum status status = STATUS_OK;
    const char *text = (const char *)match->data;
    if (match->size > 0)
        status = text_candidates(search->index, TEXT_PAGES, text, &search->filter, limit, pages,
                                 &count, error);
    if (status == STATUS_OK)
        status = tiers_rank(search, pages, count, scattered, error);
    *cut = count == limit;
    if (*cut)
        search->widest = arena_strdup(search->arena, text);
    buffer_clear(match);
    return status;
}

/* What only resembles is counted when counts were asked for; else it is enough that there is more.
 */
static enum status count_widest(struct search *search, struct error *error)
{
    int64_t all = 0, limit = search->widest_loose ? LOOSE_LIMIT : TOTAL_LIMIT;
    if (!search->widest)
        return STATUS_OK;
    if (search->widest_loose && !search->facets) {
        search->total_more = true;
        return STATUS_OK;
    }
    if (search->facets && !search->widest_loose && !search->counted) {
        search->counted = search->widest; /* once, with the counts */
        search->counted_table = TEXT_PAGES;
        search->uncounted = true;
        return STATUS_OK;
    }
    enum status status = text_count(search->index->db, TEXT_PAGES, search->widest, &search->filter,
                                    limit, &all, error);
    if (status != STATUS_OK || all <= search->total)
        return status;
    search->total = all;
    search->total_more = all == limit;
    search->counted = search->widest;
    search->counted_table = TEXT_PAGES;
    return STATUS_OK;
}

/* ---------------------------------------------------------------- what a tier asks */

/* Terms of a match, quoted. */
struct terms {
    char at[QUERY_SYLLABLES][TOKEN_CHARS * 4 + 4];
    size_t count;
};

/* Terms joined by AND; the one at left_out is not among them. */
static void add_terms(struct buffer *match, const struct terms *terms, size_t left_out)
{
    bool first = true;
    for (size_t i = 0; i < terms->count; i++)
        if (i != left_out) {
            buffer_printf(match, "%s%s", first ? "" : " AND ", terms->at[i]);
            first = false;
        }
}

/* (all) or, for the wider tier, (all but the first) OR (all but the second) ... */
static void add_group(struct buffer *match, const struct terms *terms, size_t left_out)
{
    if (terms->count == 0)
        return;
    buffer_text(match, match->size ? " OR (" : "(");
    add_terms(match, terms, left_out);
    buffer_text(match, ")");
}

/* Three neighbouring skeletons a term, of two words the pair; terms of numbers only select
 * nothing. */
static void skeleton_terms(const struct query_words *words, struct terms *terms)
{
    const struct query_word *at = words->at;
    if (words->count == 2 && !(at[0].number && at[1].number))
        query_neighbours(at, 2, terms->at[terms->count++]);
    for (size_t i = 0; i + 2 < words->count; i++)
        if (!at[i].number || !at[i + 1].number || !at[i + 2].number)
            query_neighbours(&at[i], 3, terms->at[terms->count++]);
}

/* A word that stands on most pages selects nothing, and its list is long: without it when three
 * others are left. */
static bool is_everywhere(const struct search *search, const struct query_word *word)
{
    return !word->number && channel_rarity(search->index->channel, word->folded) < EVERYWHERE;
}

static void word_terms(const struct search *search, const struct query_words *words, bool exact,
                       struct terms *terms)
{
    size_t rare = 0;
    for (size_t i = 0; i < words->count; i++)
        rare += !is_everywhere(search, &words->at[i]);
    for (size_t i = 0; i < words->count; i++)
        if (rare < 3 || !is_everywhere(search, &words->at[i]))
            snprintf(terms->at[terms->count++], sizeof *terms->at, "\"%s\"",
                     exact ? words->at[i].exact : words->at[i].folded);
}

/* The skeletons without the word at out, and folded the words that no such skeleton has. Nothing
 * when no skeleton is left: words alone say little of a phrase. */
static void terms_without(const struct query_words *words, size_t out, struct terms *terms)
{
    const struct query_word *at = words->at;
    bool reached[QUERY_SYLLABLES] = {false};
    for (size_t i = 0; i + 2 < words->count; i++) {
        bool numbers = at[i].number && at[i + 1].number && at[i + 2].number;
        if (numbers || (out >= i && out <= i + 2))
            continue;
        query_neighbours(&at[i], 3, terms->at[terms->count++]);
        reached[i] = reached[i + 1] = reached[i + 2] = true;
    }
    for (size_t i = 0; terms->count > 0 && i < words->count; i++)
        if (i != out && !reached[i] && terms->count < QUERY_SYLLABLES)
            snprintf(terms->at[terms->count++], sizeof *terms->at, "\"%s\"", at[i].folded);
}

enum tier { P0, PW, P1, E0, WL, W0, W1 };

/* What a tier asks for one sequence of words; nothing when it makes no sense for it. left_out: of
 * the wider tiers, the word that was read wrongly. */
static void add_match(const struct search *search, struct buffer *match,
                      const struct query_words *words, enum tier tier, size_t left_out)
{
    struct terms terms = {.count = 0};
    bool wider = tier == W1;
    if (tier == P1)
        terms_without(words, left_out, &terms);
    if (tier == P0 || tier == PW)
        skeleton_terms(words, &terms);
    if (tier == PW && terms.count > 0)
        word_terms(search, words, false, &terms);
    if (tier == W0 || tier == W1 || (tier == E0 && words->marked) || (tier == WL && words->marked))
        word_terms(search, words, tier == E0, &terms);
    if (tier == WL && terms.count > 0 && terms.count < QUERY_SYLLABLES)
        snprintf(terms.at[terms.count++], sizeof *terms.at, "\"~latin\"");
    if (!wider || (terms.count >= 3 && left_out < terms.count))
        add_group(match, &terms, wider ? left_out : terms.count);
}

/* ---------------------------------------------------------------- the last resort */

/* How many pages a term alone would give, counted up to RARE + 1. */
struct rare {
    const char *term;
    size_t pages;
};

static int by_pages(const void *a, const void *b)
{
    const struct rare *first = a, *second = b;
    return (first->pages > second->pages) - (first->pages < second->pages);
}

/* Any of the rarest terms: the last resort when several words were read wrongly. */
static enum status run_rare(struct search *search, const struct terms *terms, struct error *error)
{
    struct rare rare[RARE_TERMS];
    size_t known = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < terms->count && i < RARE_TERMS && status == STATUS_OK; i++) {
        int64_t pages[RARE + 1];
        struct rare one = {.term = terms->at[i]};
        status = text_candidates(search->index, TEXT_PAGES, one.term, &search->filter, RARE + 1,
                                 pages, &one.pages, error);
        if (one.pages > 0 && one.pages <= RARE)
            rare[known++] = one;
    }
    if (status != STATUS_OK || known == 0)
        return status;
    qsort(rare, known, sizeof *rare, by_pages);
    struct buffer match = {0};
    size_t pages = 0;
    bool cut = false;
    for (size_t i = 0; i < known && pages + rare[i].pages <= CANDIDATES; i++) {
        buffer_printf(&match, "%s%s", match.size ? " OR " : "", rare[i].term);
        pages += rare[i].pages;
    }
    status = run_tier(search, &match, CANDIDATES, true, &cut, error);
    search->widest_loose = search->widest_loose || cut;
    return status;
}

static enum status run_last(struct search *search, const struct query_words *words,
                            struct error *error)
{
    struct terms skeletons = {.count = 0}, folded = {.count = 0};
    if (words->count >= 3)
        skeleton_terms(words, &skeletons);
    word_terms(search, words, false, &folded);
    enum status status = run_rare(search, &skeletons, error);
    if (status == STATUS_OK && search->best < STOP_SCORE)
        status = run_rare(search, &folded, error);
    return status;
}

/* ---------------------------------------------------------------- one after the other */

static void add_matches(const struct search *search, struct buffer *match, enum tier tier,
                        size_t left_out)
{
    const struct query *query = search->query;
    for (size_t i = 0; i < query->variant_count; i++)
        if (left_out < query->words[i].count)
            add_match(search, match, &query->words[i], tier, left_out);
}

/* Each word in its turn is the one that was read wrongly; each has its share of the pages, or what
 * many pages have would leave no room for what few have, and the right one is among those. */
static enum status run_without_one(struct search *search, size_t limit, bool *cut,
                                   struct error *error)
{
    size_t groups = 0;
    struct buffer all = {0};
    enum status status = STATUS_OK;
    bool any = false;
    for (size_t i = 0; i < search->query->variant_count; i++)
        if (search->query->words[i].count > groups)
            groups = search->query->words[i].count;
    groups = groups < LEFT_OUT ? groups : LEFT_OUT;
    for (size_t out = 0; out < groups && status == STATUS_OK; out++) {
        struct buffer match = {0};
        add_matches(search, &match, P1, out);
        if (match.size > 0)
            buffer_printf(&all, "%s%s", all.size ? " OR " : "", (const char *)match.data);
        status = run_tier(search, &match, limit / groups, false, cut, error);
        any = any || *cut;
    }
    *cut = any;
    if (any)
        search->widest = arena_strdup(search->arena, (const char *)all.data);
    buffer_clear(&all);
    return status;
}

static enum status run_one(struct search *search, enum tier tier, bool *cut, struct error *error)
{
    struct buffer match = {0};
    const struct query *query = search->query;
    /* one triple out of two says little: what has it and no more is on many pages; and what only
     * comes behind is not worth more */
    bool little = (tier == P1 && query->words[0].count < 6) || search->ceiling > 0;
    size_t limit = little ? FEW : tier >= E0 ? SCATTERED : CANDIDATES;
    const char *wider = search->widest;
    enum status status;
    if (tier == P1) {
        status = run_without_one(search, limit, cut, error);
    } else {
        for (size_t out = 0; out < (tier == W1 ? LEFT_OUT : 1); out++)
            add_matches(search, &match, tier, out);
        status = run_tier(search, &match, limit, tier >= E0, cut, error);
    }
    if (tier == PW) /* narrower than P0 before it */
        search->widest = wider;
    else if (*cut)
        search->widest_loose = tier == P1 || tier == W1;
    return status;
}

static enum status run_tiers(struct search *search, struct error *error)
{
    static const enum tier of_many[] = {P0, PW, P1, E0, WL, W0, W1}, of_two[] = {E0, WL, W0, P0};
    bool few = search->query->words[0].count < 3, cut = false;
    const enum tier *tiers = few ? of_two : of_many;
    size_t count = few ? sizeof of_two / sizeof *of_two : sizeof of_many / sizeof *of_many;
    bool exact = false; /* E0 was asked: then WL is, the two belong together */
    bool lacking =
        false; /* the best lacks a word: all of them apart are looked for, to come behind */
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        enum tier tier = tiers[i];
        bool loose = tier >= E0 && search->query->words[0].count <= LOOSE;
        double stop = loose ? LOOSE_STOP_SCORE : tier == P1 ? PHRASE_STOP_SCORE : STOP_SCORE;
        bool enough = search->best >= stop;
        lacking = lacking || (tier == E0 && enough && search->best < ALL_WORDS_SCORE && loose);
        if (lacking && tier <= W0) {
            search->ceiling = search->best;
            enough = false;
        }
        if (tier == PW ? !cut : tier == WL ? !exact : enough)
            continue;
        exact = exact || tier == E0;
        status = run_one(search, tier, &cut, error);
    }
    search->ceiling = 0;
    if (status == STATUS_OK && search->best < STOP_SCORE)
        status = run_last(search, &search->query->words[0], error);
    return status;
}

/* What every page of the answer has: the phrases, up to reading errors of three words and more. */
static void add_phrases(const struct search *search, struct buffer *match)
{
    for (size_t i = 0; i < search->query->phrase_count; i++) {
        struct terms terms = {.count = 0};
        if (search->query->phrases[i].count >= 3)
            skeleton_terms(&search->query->phrases[i], &terms);
        if (terms.count == 0) /* one word, two, or numbers only */
            word_terms(search, &search->query->phrases[i], false, &terms);
        buffer_text(match, match->size > 0 && terms.count > 0 ? " AND " : "");
        add_terms(match, &terms, terms.count);
    }
}

/* Phrases must be there; words beside them choose among the pages that have these. */
static enum status run_phrases(struct search *search, struct error *error)
{
    struct buffer phrases = {0}, words = {0}, both = {0};
    enum status status = STATUS_OK;
    bool cut = false;
    add_phrases(search, &phrases);
    add_matches(search, &words, W0, 0);
    if (words.size > 0 && phrases.size > 0) {
        buffer_printf(&both, "%s AND (%s)", (const char *)phrases.data, (const char *)words.data);
        status = run_tier(search, &both, CANDIDATES, true, &cut, error);
    }
    if (status == STATUS_OK && search->best < STOP_SCORE)
        status = run_tier(search, &phrases, CANDIDATES, true, &cut, error);
    buffer_clear(&phrases);
    buffer_clear(&words);
    return status;
}

/* All pages that the filters leave, when there are no more than a tier would give. */
static enum status few_pages(struct search *search, int64_t *pages, size_t *count,
                             struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    *count = 0;
    buffer_printf(&sql,
                  "SELECT c.id FROM catalog_entry e JOIN catalog_page c ON c.entry_id = e.id"
                  " WHERE 1 = 1%s LIMIT ?",
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, filter_bind(&search->filter, query, 1), CANDIDATES + 1);
        while (*count <= CANDIDATES && (status = db_step(query, error)) == STATUS_OK)
            pages[(*count)++] = db_int(query, 0);
    }
    db_finish(query);
    buffer_clear(&sql);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status tiers_search(struct search *search, struct error *error)
{
    const struct query *query = search->query;
    int64_t pages[CANDIDATES + 1];
    size_t count = CANDIDATES + 1;
    enum status status = STATUS_OK;
    if (query->variant_count == 0 && query->phrase_count == 0)
        return STATUS_OK;
    if (search->filter.narrow)
        status = few_pages(search, pages, &count, error);
    if (status != STATUS_OK)
        return status;
    if (count <= CANDIDATES)
        return tiers_rank(search, pages, count, true, error);
    status = query->phrase_count > 0 ? run_phrases(search, error) : run_tiers(search, error);
    return status == STATUS_OK ? count_widest(search, error) : status;
}
