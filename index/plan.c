/*
 * The planner: identifiers and names by their own tables first, then free text through tiers, each
 * wider than the one before, until one has a good answer.
 *
 *   P0  all skeletons of three neighbours    the words as a phrase, whatever reading did to vowels
 *   P1  all but one                          one of them read wrongly
 *   W0  all folded words                     anywhere on the page
 *   W1  all but one
 *
 * A tier gives at most 400 pages, newest first; their order comes from the text itself (rank.h).
 * When the filters leave no more pages than that, all of them are read and no tier is needed.
 */
#include "index/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "index/catalog.h"
#include "index/filter.h"
#include "index/full_text.h"
#include "index/number.h"
#include "index/rank.h"

enum {
    CANDIDATES = 400,     /* of a tier */
    TOTAL_LIMIT = 10000,  /* counting stops */
    LEFT_OUT = 12,        /* so many terms at most are left out in turn */
    SPELLINGS = 100000,   /* kept between searches */
    PAGE_BYTES = 64 << 10 /* of a page's text are looked at for its rank */
};
static const double stop_score = 0.55, keep_score = 0.35, name_keep_score = 0.5;

/* A document found, with its best place. */
struct found {
    int64_t entry, page_id; /* page_id 0: no place in the text */
    int page;
    double score;
    enum hit_why why;
    size_t start, end;              /* bytes of the hit */
    const char *date, *document_id; /* for the order of equals */
};

struct search {
    struct index *index;
    const struct query *query;
    struct filter filter;
    struct arena *arena;
    struct ranker *words, *phrases[QUERY_VALUES];
    struct found *found;
    size_t count, room;
    int64_t *seen; /* pages ranked already, open addressing; 0 free */
    size_t seen_room, seen_count;
    struct db_query *page; /* reads one page */
    int64_t total;         /* of the widest tier that was cut off */
    double best;           /* score of free text */
};

/* ---------------------------------------------------------------- what was found */

static struct found *found_of(struct search *search, int64_t entry)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->found[i].entry == entry)
            return &search->found[i];
    if (search->count == search->room) {
        search->room = search->room ? 2 * search->room : 64;
        search->found = memory_resize(search->found, search->room * sizeof *search->found);
    }
    search->found[search->count] = (struct found){.entry = entry, .why = HIT_FILTER};
    return &search->found[search->count++];
}

/* Better: the higher score; of equals the surer way it was found. */
static bool is_better(double score, enum hit_why why, const struct found *than)
{
    double difference = score - than->score;
    return difference > 1e-6 || (difference > -1e-6 && why < than->why);
}

static struct found *keep(struct search *search, int64_t entry, double score, enum hit_why why,
                          const char *date, const char *document_id)
{
    struct found *found = found_of(search, entry);
    if (!found->document_id) {
        found->date = arena_strdup(search->arena, date ? date : "");
        found->document_id = arena_strdup(search->arena, document_id);
    }
    if (is_better(score, why, found)) {
        found->score = score;
        found->why = why;
    }
    return found;
}

static int by_rank(const void *a, const void *b)
{
    const struct found *first = a, *second = b;
    if (is_better(first->score, first->why, second))
        return -1;
    if (is_better(second->score, second->why, first))
        return 1;
    int order = strcmp(second->date, first->date); /* newest first, no date last */
    return order ? order : strcmp(first->document_id, second->document_id);
}

/* Whether page is new; it is not afterwards. */
static bool first_time(struct search *search, int64_t page)
{
    if (2 * (search->seen_count + 1) > search->seen_room) {
        size_t room = search->seen_room ? 2 * search->seen_room : 2048;
        int64_t *seen = memory_new(room * sizeof *seen);
        for (size_t i = 0; i < search->seen_room; i++) {
            size_t slot = (size_t)(search->seen[i] * 2654435761) % room;
            while (search->seen[i] && seen[slot])
                slot = (slot + 1) % room;
            if (search->seen[i])
                seen[slot] = search->seen[i];
        }
        free(search->seen);
        search->seen = seen;
        search->seen_room = room;
    }
    size_t slot = (size_t)(page * 2654435761) % search->seen_room;
    for (; search->seen[slot]; slot = (slot + 1) % search->seen_room)
        if (search->seen[slot] == page)
            return false;
    search->seen[slot] = page;
    search->seen_count++;
    return true;
}

/* ---------------------------------------------------------------- free text */

/* Phrases must be there, whole, up to reading errors. */
static bool has_phrases(struct search *search, const char *text, struct match *match)
{
    *match = (struct match){.score = 1, .why = HIT_EXACT};
    for (size_t i = 0; i < search->query->phrase_count; i++) {
        struct match one = rank_text(search->phrases[i], text, false, &search->index->tokens);
        if (!one.complete || one.score < stop_score)
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
    phrase.score = (phrase.score * parts + match.score * words) / (parts + words);
    return phrase;
}

static enum status rank_pages(struct search *search, const int64_t *pages, size_t count,
                              bool scattered, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (!first_time(search, pages[i]) && !scattered)
            continue;
        db_reset(search->page);
        db_bind_int(search->page, 1, PAGE_BYTES);
        db_bind_int(search->page, 2, pages[i]);
        status = db_step(search->page, error);
        if (status != STATUS_OK)
            break;
        struct match match = rank_page(search, db_text(search->page, 2), scattered);
        if (match.score < keep_score)
            continue;
        struct found *found = keep(search, db_int(search->page, 0), match.score, match.why,
                                   db_text(search->page, 3), db_text(search->page, 4));
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
            status = rank_pages(search, pages, count, scattered, error);
        if (status == STATUS_OK && count == CANDIDATES)
            status = text_count(search->index->db, table, text, &search->filter, TOTAL_LIMIT, &all,
                                error);
    }
    if (all > search->total)
        search->total = all;
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
        if (search->best >= stop_score)
            break;
    }
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

static enum status search_text(struct search *search, struct error *error)
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
        return rank_pages(search, pages, count, true, error);
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

/* ---------------------------------------------------------------- identifiers and numbers */

/* Entries by SQL that ends in " WHERE ..." over entry e, its parameters bound by format s. */
static enum status find_entries(struct search *search, const char *from, const char *a,
                                const char *b, double score, enum hit_why why, struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    int parameter = 1;
    buffer_printf(&sql, "SELECT DISTINCT e.id, e.date, e.document_id %s%s LIMIT ?", from,
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, parameter++, a);
        if (b)
            db_bind_text(query, parameter++, b);
        db_bind_int(query, filter_bind(&search->filter, query, parameter), CANDIDATES);
        while ((status = db_step(query, error)) == STATUS_OK)
            keep(search, db_int(query, 0), score, why, db_text(query, 1), db_text(query, 2));
    }
    db_finish(query);
    buffer_clear(&sql);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status find_identifier(struct search *search, const char *digits, struct error *error)
{
    enum status status = find_entries(
        search,
        "FROM catalog_identifier i JOIN catalog_entry e ON e.id = i.entry_id WHERE i.digits = ?",
        digits, NULL, 1, HIT_IDENTIFIER, error);
    /* The same person under another number (CMND and CCCD): same name, same day of birth. */
    if (status == STATUS_OK)
        status = find_entries(
            search,
            "FROM catalog_identifier i JOIN catalog_person o ON o.entry_id = i.entry_id"
            " JOIN catalog_person s ON s.base = o.base AND s.birth_date = o.birth_date"
            " JOIN catalog_entry e ON e.id = s.entry_id WHERE i.digits = ?",
            digits, NULL, 0.8, HIT_NAME, error);
    return status;
}

static enum status find_number(struct search *search, const char *key, struct error *error)
{
    struct buffer match = {0};
    int64_t pages[CANDIDATES];
    size_t count = 0;
    bool digit = key[strlen(key) - 1] <= '9';
    enum status status = find_entries(search, "FROM catalog_entry e WHERE e.number_key = ?", key,
                                      NULL, 1, HIT_IDENTIFIER, error);
    if (status == STATUS_OK)
        status = find_entries(
            search, "FROM catalog_entry e WHERE e.number_key >= ? AND e.number_key < ?",
            digit ? arena_printf(search->arena, "%s-", key) : key,
            arena_printf(search->arena, digit ? "%s." : "%s{", key), 0.9, HIT_IDENTIFIER, error);
    buffer_printf(&match, "\"%s\"", key);
    if (status == STATUS_OK)
        status = text_candidates(search->index->db, TEXT_WORDS, (const char *)match.data,
                                 &search->filter, CANDIDATES, pages, &count, error);
    if (status == STATUS_OK && search->words)
        status = rank_pages(search, pages, count, true, error);
    buffer_clear(&match);
    return status;
}

/* ---------------------------------------------------------------- names */

static enum status rank_persons(struct search *search, const struct query_words *words,
                                const int64_t *persons, size_t count, size_t *kept,
                                struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(search->index->db,
                   "SELECT e.id, p.name, e.date, e.document_id FROM catalog_person p"
                   " JOIN catalog_entry e ON e.id = p.entry_id WHERE p.id = ?",
                   &query, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        db_reset(query);
        db_bind_int(query, 1, persons[i]);
        status = db_step(query, error);
        if (status != STATUS_OK)
            break;
        double score =
            rank_name(words, db_text(query, 1), search->index->syllables, &search->index->tokens);
        if (score < name_keep_score)
            continue;
        keep(search, db_int(query, 0), score, HIT_NAME, db_text(query, 2), db_text(query, 3));
        ++*kept;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* All words in a name in any order: folded, and only when nobody has that name, by skeletons. */
static const char *name_match(const struct query_words *words, bool skeletons, struct arena *arena)
{
    struct buffer match = {0};
    for (size_t i = 0; i < words->count; i++)
        buffer_printf(&match, "%s\"%s%s\"", i ? " AND " : "", skeletons ? "~" : "",
                      skeletons ? words->at[i].skeleton : words->at[i].folded);
    const char *text = arena_strdup(arena, (const char *)match.data);
    buffer_clear(&match);
    return text;
}

static enum status find_name(struct search *search, const struct query_words *words,
                             struct error *error)
{
    int64_t persons[CANDIDATES], all = 0;
    size_t count = 0, kept = 0;
    enum status status = STATUS_OK;
    for (int skeletons = 0; skeletons < 2 && kept == 0 && status == STATUS_OK; skeletons++) {
        const char *match = name_match(words, skeletons, search->arena);
        status = text_candidates(search->index->db, TEXT_NAMES, match, &search->filter, CANDIDATES,
                                 persons, &count, error);
        if (status == STATUS_OK)
            status = rank_persons(search, words, persons, count, &kept, error);
        if (status == STATUS_OK && count == CANDIDATES && !skeletons)
            status = text_count(search->index->db, TEXT_NAMES, match, &search->filter, TOTAL_LIMIT,
                                &all, error);
    }
    search->total = all > search->total ? all : search->total;
    return status;
}

/* Two to eight words without digits may be a name. */
static bool may_be_name(const struct query *query)
{
    const struct query_words *words = &query->words[0];
    if (words->count < 1 || words->count > 8 || query->phrase_count > 0)
        return false;
    for (size_t i = 0; i < words->count; i++)
        if (words->at[i].number)
            return false;
    return true;
}

/* ---------------------------------------------------------------- filters only */

static enum status count_all(struct search *search, struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    buffer_printf(&sql,
                  "SELECT count(*) FROM (SELECT e.id FROM catalog_entry e WHERE 1 = 1%s LIMIT ?) x",
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, filter_bind(&search->filter, query, 1), TOTAL_LIMIT);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        search->total = db_int(query, 0);
    db_finish(query);
    buffer_clear(&sql);
    return status;
}

/* Documents that pass the filters, newest first: just the ones of the page that is asked for. */
static enum status list_all(struct search *search, int offset, int limit, enum hit_why why,
                            struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    buffer_printf(&sql,
                  "SELECT e.id, e.date, e.document_id FROM catalog_entry e WHERE 1 = 1%s"
                  " ORDER BY coalesce(e.date, '') DESC, e.document_id LIMIT ? OFFSET ?",
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        int parameter = filter_bind(&search->filter, query, 1);
        db_bind_int(query, parameter, limit);
        db_bind_int(query, parameter + 1, offset);
        while ((status = db_step(query, error)) == STATUS_OK)
            keep(search, db_int(query, 0), 1, why, db_text(query, 1), db_text(query, 2));
    }
    db_finish(query);
    buffer_clear(&sql);
    return status == STATUS_END ? count_all(search, error) : status;
}

/* ---------------------------------------------------------------- all together */

static enum status open_search(struct search *search, const struct search_query *asked,
                               struct error *error)
{
    const struct query *query = search->query;
    struct index *index = search->index;
    if (query->variant_count > 0)
        search->words = ranker_new(query->words, query->variant_count, index->syllables);
    for (size_t i = 0; i < query->phrase_count; i++)
        search->phrases[i] = ranker_new(&query->phrases[i], 1, index->syllables);
    enum status status = filter_build(index->db, index->roadmap, asked, query, search->arena,
                                      &search->filter, error);
    if (status == STATUS_OK)
        status = db_prepare(index->db,
                            "SELECT c.entry_id, c.page, substr(c.text, 1, ?), e.date, e.document_id"
                            " FROM catalog_page c JOIN catalog_entry e ON e.id = c.entry_id"
                            " WHERE c.id = ?",
                            &search->page, error);
    return status;
}

static void close_search(struct search *search)
{
    db_finish(search->page);
    ranker_free(search->words);
    for (size_t i = 0; i < search->query->phrase_count; i++)
        ranker_free(search->phrases[i]);
    free(search->found);
    free(search->seen);
}

static enum status find_all(struct search *search, struct error *error)
{
    const struct query *query = search->query;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < query->seen_identifiers.count && status == STATUS_OK; i++)
        status = find_identifier(search, query->seen_identifiers.at[i], error);
    for (size_t i = 0; i < query->seen_numbers.count && status == STATUS_OK; i++)
        status = find_number(search, query->seen_numbers.at[i], error);
    for (size_t i = 0; i < query->names.count && status == STATUS_OK; i++) {
        struct query_words words = query_words(query->names.at[i], search->arena);
        status = find_name(search, &words, error);
    }
    if (status == STATUS_OK && may_be_name(query))
        status = find_name(search, &query->words[0], error);
    if (status == STATUS_OK)
        status = search_text(search, error);
    return status;
}

static bool asks_for_text(const struct query *query)
{
    return query->variant_count + query->phrase_count + query->names.count > 0;
}

static enum status make_snippet(struct search *search, const struct found *found,
                                struct search_hit *hit, struct error *error)
{
    hit->snippet = "";
    if (!found->page_id)
        return STATUS_OK;
    db_reset(search->page);
    db_bind_int(search->page, 1, PAGE_BYTES);
    db_bind_int(search->page, 2, found->page_id);
    enum status status = db_step(search->page, error);
    if (status != STATUS_OK)
        return status;
    hit->page = found->page;
    hit->snippet = rank_snippet(search->arena, db_text(search->page, 2), found->start, found->end);
    return STATUS_OK;
}

static enum status make_hits(struct search *search, size_t first, size_t limit,
                             struct search_result *result, struct error *error)
{
    size_t count = first < search->count ? search->count - first : 0;
    count = count < limit ? count : limit;
    result->hits = arena_array(search->arena, count + 1, sizeof *result->hits);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct found *found = &search->found[first + i];
        struct search_hit *hit = &result->hits[i];
        hit->score = found->score > 1 ? 1 : found->score;
        hit->why = found->why;
        status = catalog_hit(search->index, found->entry, search->arena, hit, error);
        if (status == STATUS_OK)
            status = make_snippet(search, found, hit, error);
    }
    result->hit_count = status == STATUS_OK ? count : 0;
    return status;
}

/* One reading of what was typed. best: score of the first hit. */
static enum status run(struct index *index, const struct search_query *asked,
                       const struct query *query, struct arena *arena, struct search_result *result,
                       double *best, struct error *error)
{
    struct search search = {.index = index, .query = query, .arena = arena};
    size_t limit = asked->limit > 0 ? (size_t)asked->limit : 10;
    size_t offset = asked->offset > 0 ? (size_t)asked->offset : 0;
    *result = (struct search_result){0};
    bool known = query->identifiers.count + query->numbers.count > 0;
    enum status status = open_search(&search, asked, error);
    bool nothing =
        search.filter.empty || (!asks_for_text(query) && !search.filter.sql[0] && asked->text &&
                                *text_tidy(arena, text_nfc(arena, asked->text)));
    if (status == STATUS_OK && !nothing && !asks_for_text(query)) {
        status =
            list_all(&search, (int)offset, (int)limit, known ? HIT_IDENTIFIER : HIT_FILTER, error);
        offset = 0;
    } else if (status == STATUS_OK && !nothing) {
        status = find_all(&search, error);
    }
    if (status == STATUS_OK) {
        if (search.count > 0)
            qsort(search.found, search.count, sizeof *search.found, by_rank);
        *best = search.count > 0 ? search.found[0].score : 0;
        result->total = search.total > (int64_t)search.count ? search.total : (int64_t)search.count;
        status = make_hits(&search, offset, limit, result, error);
    }
    close_search(&search);
    return status;
}

enum status index_search(struct index *index, const struct search_query *query, struct arena *arena,
                         struct search_result *result, struct error *error)
{
    double best = 0, best_of_year = 0;
    syllables_trim(index->syllables, SPELLINGS);
    const struct query *tree = query_parse(query->text, index->abbreviations, arena);
    if (tree->seen_year) {
        const struct query *of_year = query_without_year(tree, index->abbreviations, arena);
        enum status status = run(index, query, of_year, arena, result, &best_of_year, error);
        if (status != STATUS_OK || best_of_year >= stop_score)
            return status;
    }
    struct search_result as_words = {0};
    enum status status = run(index, query, tree, arena, &as_words, &best, error);
    if (status == STATUS_OK && (!tree->seen_year || best >= best_of_year))
        *result = as_words;
    return status;
}
