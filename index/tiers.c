/*
 * Free text, through tiers, each wider than the one before, until one has a good answer.
 *
 *   P0  all skeletons of three neighbours    the words as a phrase, whatever reading did to vowels
 *   P1  all but one                          one of them read wrongly
 *   W0  all folded words                     anywhere on the page
 *   W1  all but one
 *   R   any rare skeletons, any rare words   when several words were read wrongly
 *
 * A tier gives at most 400 pages, newest first; their order comes from the text itself (rank.h).
 * When the filters leave no more pages than that, all of them are read and no tier is needed.
 */
#include "index/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "index/full_text.h"

enum {
    LEFT_OUT = 12,   /* so many terms at most are left out in turn */
    RARE = 100,      /* a term of so few pages is rare */
    RARE_TERMS = 24, /* so many are looked at */
};

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

enum status tiers_rank(struct search *search, const int64_t *pages, size_t count, bool scattered,
                       struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (!search_first_time(search, pages[i]) && !scattered)
            continue;
        db_reset(search->page);
        db_bind_int(search->page, 1, PAGE_CHARS);
        db_bind_int(search->page, 2, pages[i]);
        status = db_step(search->page, error);
        if (status != STATUS_OK)
            break;
        struct match match = rank_page(search, db_text(search->page, 2), scattered);
        if (match.score < KEEP_SCORE)
            continue;
        struct found *found = search_keep(search, db_int(search->page, 0), match.score, match.why,
                                          db_text(search->page, 3), db_text(search->page, 4));
        if (found->why == match.why && match.score >= found->score - 1e-6)
            found->whole = match.complete;
        if (!found->page_id || match.score >= found->score - 1e-6) {
            found->page_id = pages[i];
            found->page = (int)db_int(search->page, 1);
            found->start = match.start;
            found->end = match.end;
        }
        search->best = match.score > search->best ? match.score : search->best;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* One tier: candidates by match, ranked. An empty match is a tier that the query does not have. */
static enum status run_tier(struct search *search, enum text_table table, struct buffer *match,
                            bool scattered, struct error *error)
{
    int64_t pages[CANDIDATES], all = 0;
    size_t count = 0;
    enum status status = STATUS_OK;
    if (match->size > 0) {
        const char *text = (const char *)match->data;
        status = text_candidates(search->index->db, table, text, &search->filter, CANDIDATES, pages,
                                 &count, error);
        if (status == STATUS_OK)
            status = tiers_rank(search, pages, count, scattered, error);
        if (status == STATUS_OK && count == CANDIDATES)
            status = text_count(search->index->db, table, text, &search->filter, TOTAL_LIMIT, &all,
                                error);
    }
    if (all > search->total) {
        search->total = all;
        search->counted = arena_strdup(search->arena, (const char *)match->data);
        search->counted_table = table;
    }
    buffer_clear(match);
    return status;
}

/* Terms joined by AND; the one at left_out is not among them. */
static void add_terms(struct buffer *match, char (*terms)[TOKEN_CHARS * 4 + 1], size_t count,
                      size_t left_out)
{
    bool first = true;
    for (size_t i = 0; i < count; i++)
        if (i != left_out) {
            buffer_printf(match, "%s\"%s\"", first ? "" : " AND ", terms[i]);
            first = false;
        }
}

/* (all) or, for the wider tier, (all but the first) OR (all but the second) ... */
static void add_group(struct buffer *match, char (*terms)[TOKEN_CHARS * 4 + 1], size_t count,
                      bool all)
{
    for (size_t i = 0; i < (all ? 1 : count < LEFT_OUT ? count : LEFT_OUT); i++) {
        buffer_text(match, match->size ? " OR (" : "(");
        add_terms(match, terms, count, all ? count : i);
        buffer_text(match, ")");
    }
}

/* Neighbouring skeletons, size of them (2 or 3) a term; terms of numbers only select nothing. */
static size_t skeleton_terms(const struct query_words *words, size_t size,
                             char (*terms)[TOKEN_CHARS * 4 + 1])
{
    size_t count = 0;
    for (size_t i = 0; i + size <= words->count; i++) {
        bool telling = false;
        terms[count][0] = 0;
        for (size_t j = i; j < i + size; j++) {
            strcat(terms[count], words->at[j].skeleton);
            telling = telling || !words->at[j].number;
        }
        count += telling;
    }
    return count;
}

static size_t word_terms(const struct query_words *words, char (*terms)[TOKEN_CHARS * 4 + 1])
{
    for (size_t i = 0; i < words->count; i++)
        snprintf(terms[i], sizeof terms[i], "%s", words->at[i].folded);
    return words->count;
}

enum tier { P0, P1, W0, W1, TIER_COUNT };

/* What a tier asks for one sequence of words; nothing when it makes no sense for it. */
static void add_match(struct buffer *match, const struct query_words *words, enum tier tier)
{
    char terms[QUERY_SYLLABLES][TOKEN_CHARS * 4 + 1];
    size_t count = words->count;
    switch (tier) {
    case P0:
        count = count >= 2 ? skeleton_terms(words, count >= 3 ? 3 : 2, terms) : 0;
        break;
    case P1: /* of three words one term is all there is: then the pairs */
        count = count >= 3 ? skeleton_terms(words, count >= 4 ? 3 : 2, terms) : 0;
        count = count >= 2 ? count : 0;
        break;
    case W0:
        count = word_terms(words, terms);
        break;
    default:
        count = count >= 3 ? word_terms(words, terms) : 0;
        break;
    }
    if (count > 0)
        add_group(match, terms, count, tier == P0 || tier == W0);
}

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
static enum status run_rare(struct search *search, enum text_table table,
                            char (*terms)[TOKEN_CHARS * 4 + 1], size_t count, struct error *error)
{
    struct rare rare[RARE_TERMS];
    size_t known = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && i < RARE_TERMS && status == STATUS_OK; i++) {
        int64_t pages[RARE + 1];
        struct rare one = {.term = arena_printf(search->arena, "\"%s\"", terms[i])};
        status = text_candidates(search->index->db, table, one.term, &search->filter, RARE + 1,
                                 pages, &one.pages, error);
        if (one.pages > 0 && one.pages <= RARE)
            rare[known++] = one;
    }
    if (status != STATUS_OK || known == 0)
        return status;
    qsort(rare, known, sizeof *rare, by_pages);
    struct buffer match = {0};
    size_t pages = 0;
    for (size_t i = 0; i < known && pages + rare[i].pages <= CANDIDATES; i++) {
        buffer_printf(&match, "%s%s", match.size ? " OR " : "", rare[i].term);
        pages += rare[i].pages;
    }
    return run_tier(search, table, &match, true, error);
}

static enum status run_last(struct search *search, const struct query_words *words,
                            struct error *error)
{
    char terms[QUERY_SYLLABLES][TOKEN_CHARS * 4 + 1];
    size_t count = words->count >= 3 ? skeleton_terms(words, 3, terms) : 0;
    enum status status = run_rare(search, TEXT_SKELETONS, terms, count, error);
    if (status == STATUS_OK && search->best < STOP_SCORE)
        status = run_rare(search, TEXT_WORDS, terms, word_terms(words, terms), error);
    return status;
}

static enum status run_tiers(struct search *search, const struct query_words *variants,
                             size_t variant_count, struct error *error)
{
    enum status status = STATUS_OK;
    for (int tier = P0; tier < TIER_COUNT && status == STATUS_OK; tier++) {
        struct buffer match = {0};
        bool words = tier == W0 || tier == W1;
        for (size_t i = 0; i < variant_count; i++)
            add_match(&match, &variants[i], (enum tier)tier);
        status = run_tier(search, words ? TEXT_WORDS : TEXT_SKELETONS, &match, words, error);
        if (search->best >= STOP_SCORE)
            return status;
    }
    if (status == STATUS_OK)
        status = run_last(search, &variants[0], error);
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
    if (query->variant_count > 0)
        return run_tiers(search, query->words, query->variant_count, error);
    struct buffer match = {0};
    bool single = query->phrases[0].count == 1;
    add_match(&match, &query->phrases[0], single ? W0 : P0);
    if (match.size == 0) { /* numbers only */
        single = true;
        add_match(&match, &query->phrases[0], W0);
    }
    return run_tier(search, single ? TEXT_WORDS : TEXT_SKELETONS, &match, false, error);
}
