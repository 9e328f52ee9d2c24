/*
 * The order of a search: identifiers and names by their own tables first, then free text; filters
 * alone list the catalogue.
 */
#include "index/index.h"

#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalog/facet.h"
#include "index/catalog/filter.h"
#include "index/catalog/listing.h"
#include "index/text/search.h"
#include "index/catalog/types.h"

enum {
    SPELLINGS = 60000, /* kept between searches */
    NAME_LEAST = 3,    /* words of a name that has a slip, beside papers that say its words */
    NAME_MOST = 5
};
#define BORN_SCORE                                                                                 \
    0.9 /* of a name: less has who was born in another year, or nobody knows when                  \
         */

static enum status count_all(struct search *search, struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    bool narrow = search->filter.narrow || search->query->excluded_count > 0;
    /* without a filter over the narrow rows: the entry's own are wide */
    const char *from = narrow ? "catalog_entry e" : "(SELECT entry_id AS id FROM catalog_facet) e";
    buffer_printf(&sql, "SELECT count(*) FROM (SELECT e.id FROM %s WHERE 1 = 1%s LIMIT ?) x", from,
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, filter_bind(&search->filter, query, 1), TOTAL_LIMIT);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        search->total = db_int(query, 0);
    search->total_more = search->total == TOTAL_LIMIT;
    db_finish(query);
    buffer_clear(&sql);
    return status;
}

/* One to eight words without digits may be a name. */
static bool may_be_name(const struct query *query)
{
    return query->name.count >= 1 && query->name.count <= 8 && query->phrase_count == 0;
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
        status = db_prepare(index->db, "SELECT entry_id, page, text FROM catalog_page WHERE id = ?",
                            &search->page, error);
    if (status == STATUS_OK)
        status = db_prepare(index->db, "SELECT date, document_id FROM catalog_entry WHERE id = ?",
                            &search->entry, error);
    return status;
}

static void close_search(struct search *search)
{
    db_finish(search->page);
    db_finish(search->entry);
    ranker_free(search->words);
    for (size_t i = 0; i < search->query->phrase_count; i++)
        ranker_free(search->phrases[i]);
    search_clear(search);
}

/* A number and sign, found where it belongs: its parts stand in half of all texts. */
static bool is_answered(const struct search *search)
{
    const struct query *query = search->query;
    bool answered = false;
    for (size_t i = 0; i < search->count && !answered; i++)
        answered = search->found[i].why == HIT_IDENTIFIER;
    return answered && query->phrase_count == 0 && query->variant_count > 0 &&
           query->sign_words == query->words[0].count;
}

static bool is_named(const struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->found[i].why == HIT_NAME)
            return true;
    return false;
}

/* Whether somebody bears the first of three words and more as a family name. */
static enum status begins_name(struct search *search, const struct query_words *words, bool *begins,
                               struct error *error)
{
    int64_t any = 0;
    const char *first = words->at[0].folded;
    if (words->count < NAME_LEAST || words->count > NAME_MOST)
        return STATUS_OK;
    enum status status = db_first_int(
        search->index->db, &any, error,
        "SELECT 1 FROM catalog_name WHERE base >= ? AND base < ? LIMIT 1", "ss",
        arena_printf(search->arena, "%s ", first), arena_printf(search->arena, "%s!", first));
    *begins = status == STATUS_OK;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status find_all(struct search *search, struct error *error)
{
    const struct query *query = search->query;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < query->seen_identifiers.count && status == STATUS_OK; i++)
        status = lookup_identifier(search, query->seen_identifiers.at[i], error);
    for (size_t i = 0; i < query->seen_numbers.count && status == STATUS_OK; i++)
        status = lookup_number(search, query->seen_numbers.at[i], error);
    for (size_t i = 0; i < query->names.count && status == STATUS_OK; i++) {
        struct query_words words = query_words(query->names.at[i], search->arena);
        status = lookup_name(search, &words, true, true, error);
    }
    if (status == STATUS_OK && may_be_name(query))
        status = lookup_name(search, &query->name, true, false, error);
    if (status == STATUS_OK && !is_answered(search))
        status = tiers_search(search, error);
    /* no paper says so, or somebody's name begins so: it may be one with a wrong letter */
    bool slip = may_be_name(query) && !is_named(search), begins = search->best < STOP_SCORE;
    if (status == STATUS_OK && slip && !begins)
        status = begins_name(search, &query->name, &begins, error);
    if (status == STATUS_OK && slip && begins)
        status = lookup_name(search, &query->name, false, true, error);
    return status;
}

static bool asks_for_text(const struct query *query)
{
    return query->variant_count + query->phrase_count + query->names.count > 0;
}

/* Words of text[from..to), divided by white space. */
static size_t count_words(const char *text, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        bool blank = (unsigned char)text[i] <= ' ';
        count += !blank && (i == from || (unsigned char)text[i - 1] <= ' ');
    }
    return count;
}

/* The hit as words of the page; behind the form feed are the checked fields. */
static void place_hit(const char *text, const struct found *found, struct search_hit *hit)
{
    size_t start = found->start;
    while (start > 0 && (unsigned char)text[start - 1] > ' ')
        start--; /* to the beginning of a word that it is only a part of */
    if (memchr(text, '\f', start))
        return;
    hit->first_word = count_words(text, 0, start);
    hit->word_count = count_words(text, start, found->end);
}

static enum status make_snippet(struct search *search, const struct found *found,
                                struct search_hit *hit, struct error *error)
{
    hit->snippet = "";
    if (!found->page_id)
        return STATUS_OK;
    db_reset(search->page);
    db_bind_int(search->page, 1, found->page_id);
    enum status status = db_step(search->page, error);
    if (status != STATUS_OK)
        return status;
    const char *text = db_text(search->page, 2);
    hit->page = found->page;
    hit->snippet = rank_snippet(search->arena, text, found->start, found->end);
    place_hit(text, found, hit);
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
        hit->whole = found->whole;
        status = catalog_hit(search->index, found->entry, search->arena, hit, error);
        if (status == STATUS_OK)
            status = make_snippet(search, found, hit, error);
    }
    result->hit_count = status == STATUS_OK ? count : 0;
    return status;
}

/* By filters alone: just the page that is asked for. */
static enum status list_all(struct search *search, const struct search_query *asked, int limit,
                            struct search_result *result, struct error *error)
{
    const struct query *query = search->query;
    bool known = query->identifiers.count + query->numbers.count > 0;
    enum status status =
        listing_read(search, asked, limit, known ? HIT_IDENTIFIER : HIT_FILTER, error);
    if (status == STATUS_OK && asked->facets)
        status = facet_filtered(search, asked->valid_on, result, error);
    bool narrow = search->filter.narrow || query->excluded_count > 0;
    if (status != STATUS_OK || !asked->facets || !narrow)
        return status == STATUS_OK ? count_all(search, error) : status;
    search->total = result->counted; /* the same papers, up to the same limit */
    search->total_more = result->capped;
    return STATUS_OK;
}

/* What words have found, counted: the widest tier's matches when they are more than were ranked. */
static enum status count_found(struct search *search, struct search_result *result,
                               struct error *error)
{
    if (!search->counted || (!search->uncounted && search->total <= (int64_t)search->count))
        return facet_found(search, result, error);
    enum status status =
        facet_matched(search, search->counted_table, search->counted, result, error);
    if (status != STATUS_OK || !search->uncounted)
        return status;
    if (result->counted > search->total) {
        search->total = result->counted;
        search->total_more = result->capped;
    }
    if (search->total > (int64_t)search->count)
        return STATUS_OK;
    *result = (struct search_result){0};
    return facet_found(search, result, error);
}

/* ---------------------------------------------------------------- readings of what was typed */

/* Some paper has all that was asked for, together. */
static bool is_whole(const struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        const struct found *one = &search->found[i];
        if (one->score >= STOP_SCORE && one->why != HIT_SIMILAR && one->whole)
            return true;
    }
    return false;
}

/* A person of that name born then, or a paper that says all words. */
static bool is_answer(const struct found *found)
{
    return found->why == HIT_NAME ? found->score >= BORN_SCORE : found->why != HIT_SIMILAR;
}

static void add_found(struct search *search, const struct search *other, bool answers_only)
{
    for (size_t i = 0; i < other->count; i++) {
        const struct found *one = &other->found[i];
        if (answers_only && !is_answer(one))
            continue;
        struct found *kept =
            search_keep(search, one->entry, one->score, one->why, one->date, one->document_id);
        if (!kept->page_id)
            *kept = *one;
    }
}

static enum status find_words(struct search *search, const struct search_query *asked,
                              struct error *error)
{
    enum status status = open_search(search, asked, error);
    return status == STATUS_OK && !search->filter.empty ? find_all(search, error) : status;
}

/* "Nguyễn Văn An 1994" is a paper of that year, and who was born then. search has read the year as
 * that of issue; other has it as a word like the others. When papers of that year have all that was
 * asked for, what else has it is added; when none has, it is added to what the words find. */
static enum status add_reading(struct search *search, const struct search_query *asked,
                               const struct query *other, struct error *error)
{
    struct search words = {
        .index = search->index, .query = other, .arena = search->arena, .facets = search->facets};
    enum status status = find_words(&words, asked, error);
    if (status == STATUS_OK && is_whole(search)) {
        add_found(search, &words, true);
    } else if (status == STATUS_OK) {
        struct search of_year = *search;
        add_found(&words, search, false);
        *search = words;
        words = of_year;
    }
    close_search(&words);
    return status;
}

/* A list has been read to its end, or one further than it is shown. */
static void tell_total(const struct search *search, const struct search_query *asked, size_t limit,
                       struct search_result *result)
{
    bool words = asks_for_text(search->query), after = asked->after && *asked->after;
    int64_t seen = (int64_t)search->count + (words ? 0 : asked->offset);
    bool to_end = !words && !after && search->count > 0 && search->count <= limit;
    bool one_on = !words && search->count > limit;
    bool further = search->count > 0 && seen > search->total && !one_on;
    result->total = to_end || further ? seen : search->total;
    result->more = search->total_more && !to_end;
}

/* In order, counted, the page that is asked for. */
static enum status tell_found(struct search *search, const struct search_query *asked, size_t limit,
                              struct search_result *result, struct error *error)
{
    size_t first = 0;
    bool words = asks_for_text(search->query);
    enum status status = words ? listing_order(search, asked, &first, error) : STATUS_OK;
    if (status == STATUS_OK && words && asked->facets)
        status = count_found(search, result, error);
    if (status == STATUS_OK) {
        tell_total(search, asked, limit, result);
        status = make_hits(search, first, limit, result, error);
    }
    if (status == STATUS_OK && result->hit_count == limit && first + limit < search->count)
        result->after = listing_cursor(search, asked, &search->found[first + limit - 1]);
    return status;
}

/* other: another reading of the words; NULL: there is none. */
static enum status run(struct index *index, const struct search_query *asked,
                       const struct query *query, const struct query *other, struct arena *arena,
                       struct search_result *result, struct error *error)
{
    struct search search = {
        .index = index, .query = query, .arena = arena, .facets = asked->facets};
    size_t limit = asked->limit > 0 ? (size_t)asked->limit : 10;
    bool words = asks_for_text(query);
    *result = (struct search_result){0};
    enum status status =
        words ? find_words(&search, asked, error) : open_search(&search, asked, error);
    bool nothing =
        search.filter.empty || (!words && !search.filter.narrow && query->excluded_count == 0 &&
                                asked->text && *text_tidy(arena, text_nfc(arena, asked->text)));
    if (status == STATUS_OK && !nothing && !words)
        status = list_all(&search, asked, (int)limit, result, error);
    if (status == STATUS_OK && words && other)
        status = add_reading(&search, asked, other, error);
    if (status == STATUS_OK)
        status = tell_found(&search, asked, limit, result, error);
    close_search(&search);
    return status;
}

static bool is_slug(const char *typed, const char *slug, struct arena *arena)
{
    return slug && strcmp(type_slug(arena, typed), slug) == 0;
}

/* Which types, units and procedures there are is asked only when one is. */
static enum status parse(struct index *index, const char *text, struct arena *arena,
                         const struct query **out, const char **unknown, struct error *error)
{
    const char **types = NULL, *units[2] = {NULL}, *procedures[2] = {NULL};
    const struct query *query = *out = query_parse(text, index->abbreviations, NULL, arena);
    enum status status = STATUS_OK;
    if (!query->type && !query->unit && !query->procedure)
        return STATUS_OK;
    if (query->type)
        status = type_names(index, arena, &types, error);
    if (status == STATUS_OK && query->unit)
        status = named_unit(index->db, query->unit, arena, &units[0], error);
    if (status == STATUS_OK && query->procedure)
        status = named_procedure(index->db, query->procedure, arena, &procedures[0], error);
    if (status != STATUS_OK)
        return status;
    const struct query_names names = {types, units, procedures};
    *out = query_parse(text, index->abbreviations, &names, arena);
    query = *out;
    if (query->unit && !is_slug(query->unit, units[0], arena))
        *unknown = arena_printf(arena, _("no unit is called \"%s\", now or before"), query->unit);
    if (query->procedure && !is_slug(query->procedure, procedures[0], arena))
        *unknown =
            arena_printf(arena, _("no paper is of a procedure called \"%s\""), query->procedure);
    return query->type ? type_unknown(index, query->type, types, arena, unknown, error) : STATUS_OK;
}

enum status index_search(struct index *index, const struct search_query *query, struct arena *arena,
                         struct search_result *result, struct error *error)
{
    if (query->limit < 0 || query->offset < 0)
        return error_set(error, STATUS_REJECT,
                         _("%d: the number of results, and how many to skip, cannot be negative"),
                         query->limit < 0 ? query->limit : query->offset);
    if (query->type && *query->type) {
        enum status known = type_check(index, query->type, arena, error);
        if (known != STATUS_OK)
            return known;
    }
    syllables_trim(index->syllables, SPELLINGS);
    const struct query *tree = NULL, *of_year = NULL;
    const char *unknown = NULL;
    enum status status = parse(index, query->text, arena, &tree, &unknown, error);
    if (status != STATUS_OK)
        return status;
    if (tree->seen_year)
        of_year = query_without_year(tree, index->abbreviations, arena);
    status = of_year ? run(index, query, of_year, tree, arena, result, error)
                     : run(index, query, tree, NULL, arena, result, error);
    result->unknown = unknown;
    return status;
}
