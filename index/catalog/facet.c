#include "index/catalog/facet.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "index/catalog/facet_rows.h"
#include "index/owner/owner_private.h"

enum {
    SHOWN = 50,
    OWNERS = 1000 /* of more papers their owners are not counted: each has one or two */
};

static const char *const facet_names[FACET_COUNT] = {"band",  "type",  "procedure", "unit",
                                                     "place", "state", "owner"};

struct tally {
    int64_t value, count;
};

/* Counts of one facet: open addressing, value + 1 so that 0 is free. */
struct counter {
    struct tally *at;
    size_t count, room;
};

struct counters {
    struct search *search;
    struct counter facets[FACET_COUNT];
    int64_t papers, entries[OWNERS]; /* entries: of the first papers, for their owners */
};

/* Where the value stands, or may stand. */
static size_t slot_of(const struct counter *counter, int64_t value)
{
    size_t slot = (size_t)((uint64_t)value * 0x9E3779B97F4A7C15u >> 32) % counter->room;
    while (counter->at[slot].count && counter->at[slot].value != value)
        slot = (slot + 1) % counter->room;
    return slot;
}

static void grow(struct counter *counter)
{
    struct counter more = {.count = counter->count,
                           .room = counter->room ? 2 * counter->room : 256};
    more.at = memory_new(more.room * sizeof *more.at);
    for (size_t i = 0; i < counter->room; i++)
        if (counter->at[i].count)
            more.at[slot_of(&more, counter->at[i].value)] = counter->at[i];
    free(counter->at);
    *counter = more;
}

/* Gives how many they are now. */
static int64_t add(struct counter *counter, int64_t value, int64_t count)
{
    if (2 * (counter->count + 1) > counter->room)
        grow(counter);
    size_t slot = slot_of(counter, value);
    counter->count += counter->at[slot].count == 0;
    counter->at[slot].value = value;
    counter->at[slot].count += count;
    return counter->at[slot].count;
}

static void counters_clear(struct counters *counters)
{
    for (int i = 0; i < FACET_COUNT; i++)
        free(counters->facets[i].at);
}

/* Years as places of their bands in the roadmap; behind them those of no band. */
static int64_t band_of(const struct roadmap *roadmap, int64_t year)
{
    for (size_t i = 0; i < roadmap->band_count && year; i++)
        if (year >= roadmap->bands[i].from && year <= roadmap->bands[i].to)
            return (int64_t)i;
    return (int64_t)roadmap->band_count;
}

/* A row: year, type, procedure, unit, place, state, entry. */
static void add_row(struct counters *counters, struct db_query *query)
{
    const struct roadmap *roadmap = counters->search->index->roadmap;
    add(&counters->facets[FACET_YEAR], band_of(roadmap, db_int(query, 0)), 1);
    for (int facet = FACET_TYPE; facet < FACET_OWNER; facet++)
        add(&counters->facets[facet], db_int(query, facet), 1);
    if (counters->papers < OWNERS)
        counters->entries[counters->papers] = db_int(query, FACET_OWNER);
    counters->papers++;
}

/* ---------------------------------------------------------------- told */

static bool is_before(const struct tally *first, const struct tally *second)
{
    return first->count != second->count ? first->count > second->count
                                         : first->value < second->value;
}

/* Among the most so far, in their order; false: one of them, or this, is not told. */
static bool keep_most(struct tally most[SHOWN], size_t *count, struct tally one)
{
    bool full = *count == SHOWN;
    if (full && !is_before(&one, &most[SHOWN - 1]))
        return false;
    size_t at = full ? SHOWN - 1 : (*count)++;
    for (; at > 0 && is_before(&one, &most[at - 1]); at--)
        most[at] = most[at - 1];
    most[at] = one;
    return !full;
}

static enum status tell_owner(struct search *search, int64_t id, struct search_count *out,
                              struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = search->arena;
    enum status status =
        db_prepare(search->index->db, "SELECT document_id, ordinal, name FROM owner WHERE id = ?",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        out->value = arena_printf(arena, "%s.%lld", db_text(query, 0), (long long)db_int(query, 1));
        out->label = arena_strdup(arena, db_text(query, 2) ? db_text(query, 2) : "");
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status tell_value(struct search *search, enum facet_kind facet, int64_t value,
                              struct search_count *out, struct error *error)
{
    struct db_query *query = NULL;
    const struct roadmap *roadmap = search->index->roadmap;
    if (facet == FACET_YEAR) {
        bool known = value < (int64_t)roadmap->band_count;
        out->value = known ? roadmap->bands[value].id : BAND_UNKNOWN;
        out->label = known ? NULL : _("year unknown");
        return STATUS_OK;
    }
    if (facet == FACET_STATE) {
        out->value = validity_state_name((enum validity_state)value);
        out->label = validity_state_label((enum validity_state)value);
        return STATUS_OK;
    }
    if (facet == FACET_OWNER)
        return tell_owner(search, value, out, error);
    enum status status =
        db_prepare(search->index->db,
                   "SELECT v.value, coalesce(p.name, (SELECT c.name FROM catalogue_row c"
                   " WHERE v.facet = 'type' AND c.kind = 'validity-class' AND c.code = v.value"
                   " LIMIT 1)) FROM catalog_value v LEFT JOIN catalog_procedure p"
                   " ON v.facet = 'procedure' AND p.code = v.value WHERE v.id = ?",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, value);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        out->value = arena_strdup(search->arena, db_text(query, 0));
        out->label = arena_strdup(search->arena, db_text(query, 1));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status tell_facet(struct counters *counters, enum facet_kind facet,
                              struct search_facet *out, struct error *error)
{
    const struct counter *counter = &counters->facets[facet];
    struct tally most[SHOWN] = {{0}};
    out->name = facet_names[facet];
    for (size_t i = 0; i < counter->room; i++)
        if (counter->at[i].count > 0 && !keep_most(most, &out->count, counter->at[i]))
            out->others++;
    out->counts = arena_array(counters->search->arena, out->count + 1, sizeof *out->counts);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < out->count && status == STATUS_OK; i++) {
        out->counts[i] = (struct search_count){.value = "", .count = most[i].count};
        status = tell_value(counters->search, facet, most[i].value, &out->counts[i], error);
    }
    return status;
}

/* Whom the few papers are for: the first of each. */
static enum status count_owners(struct counters *counters, struct error *error)
{
    int64_t owner = 0;
    enum status status = STATUS_OK;
    for (int64_t i = 0; i < counters->papers && counters->papers <= OWNERS && status == STATUS_OK;
         i++) {
        int64_t first = counters->entries[i] * MENTIONS_MAX;
        status = db_first_int(counters->search->index->db, &owner, error,
                              "SELECT owner_id FROM owner_mention WHERE id >= ? AND id < ?"
                              " ORDER BY id LIMIT 1",
                              "ii", first, first + MENTIONS_MAX);
        if (status == STATUS_OK)
            add(&counters->facets[FACET_OWNER], owner, 1);
        status = status == STATUS_END ? STATUS_OK : status;
    }
    return status;
}

static enum status tell(struct counters *counters, bool listed, struct search_result *out,
                        struct error *error)
{
    enum status status = listed ? count_owners(counters, error) : STATUS_OK;
    out->facets = arena_array(counters->search->arena, FACET_COUNT, sizeof *out->facets);
    for (int facet = 0; facet < FACET_COUNT && status == STATUS_OK; facet++) {
        if (counters->facets[facet].count == 0)
            continue;
        status =
            tell_facet(counters, (enum facet_kind)facet, &out->facets[out->facet_count], error);
        out->facet_count++;
    }
    out->counted = counters->papers;
    return status;
}

/* ---------------------------------------------------------------- counted */

#define FACET_COLUMNS                                                                              \
    "f.year, f.type_id, f.procedure_id, f.unit_id, f.place_id, f.state, f.entry_id"

/* What SQL gives, FACET_COLUMNS of papers as they are found, each paper once and no further than to
 * the limit. Its parameters: the match (if it is not NULL), the filter's. */
static enum status count_rows(struct counters *counters, const char *sql, const char *match,
                              const struct filter *filter, struct error *error)
{
    struct db_query *query = NULL;
    struct counter seen = {0}; /* a paper may have several such pages */
    enum status status = db_prepare(counters->search->index->db, sql, &query, error);
    if (status == STATUS_OK) {
        if (match)
            db_bind_text(query, 1, match);
        filter_bind(filter, query, match ? 2 : 1);
        while (counters->papers < TOTAL_LIMIT && (status = db_step(query, error)) == STATUS_OK)
            if (!match || add(&seen, db_int(query, FACET_OWNER), 1) == 1)
                add_row(counters, query);
    }
    db_finish(query);
    free(seen.at);
    return status == STATUS_END ? STATUS_OK : status;
}

/* From the narrow rows alone where they say what is asked for: there is an index of all their
 * columns for each that many papers share. */
static enum status count_filtered(struct counters *counters, struct error *error)
{
    const struct filter *filter = &counters->search->filter;
    const char *sql = filter->rows ? "SELECT " FACET_COLUMNS " FROM catalog_facet f WHERE 1 = 1%s"
                                   : "SELECT " FACET_COLUMNS
                                     " FROM catalog_entry e CROSS JOIN catalog_facet f"
                                     " ON f.entry_id = e.id WHERE 1 = 1%s";
    filter = filter->rows ? filter->rows : filter;
    return count_rows(counters, arena_printf(counters->search->arena, sql, filter->sql), NULL,
                      filter, error);
}

/* From the totals: those that never end, and of the others the few that are still in force. */
static enum status count_totals(struct counters *counters, const char *day, struct error *error)
{
    struct db *db = counters->search->index->db;
    const struct roadmap *roadmap = counters->search->index->roadmap;
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db, "SELECT id % 8, id / 8, papers, unlimited FROM catalog_total", &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        int64_t facet = db_int(query, 0), count = db_int(query, day ? 3 : 2);
        if (count > 0 && facet < FACET_OWNER)
            add(&counters->facets[facet],
                facet == FACET_YEAR ? band_of(roadmap, db_int(query, 1)) : db_int(query, 1), count);
        if (facet == FACET_STATE)
            counters->papers += count;
    }
    db_finish(query);
    if (status != STATUS_END || !day)
        return status == STATUS_END ? STATUS_OK : status;
    status = db_prepare(db,
                        "SELECT year, type_id, procedure_id, unit_id, place_id, state, 0"
                        " FROM catalog_facet WHERE ends >= ?",
                        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, day);
    while ((status = db_step(query, error)) == STATUS_OK)
        add_row(counters, query);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status facet_filtered(struct search *search, const char *day, struct search_result *out,
                           struct error *error)
{
    struct counters counters = {.search = search};
    bool narrow = search->filter.narrow || search->query->excluded_count > 0;
    enum status status =
        narrow ? count_filtered(&counters, error) : count_totals(&counters, day, error);
    if (status == STATUS_OK)
        status = tell(&counters, narrow, out, error);
    out->capped = narrow && counters.papers == TOTAL_LIMIT;
    counters_clear(&counters);
    return status;
}

enum status facet_found(struct search *search, struct search_result *out, struct error *error)
{
    static const char sql[] = "SELECT " FACET_COLUMNS " FROM catalog_facet f WHERE f.entry_id = ?";
    struct counters counters = {.search = search};
    struct db_query *query = NULL;
    enum status status = db_prepare(search->index->db, sql, &query, error);
    for (size_t i = 0; i < search->count && status == STATUS_OK; i++) {
        db_reset(query);
        db_bind_int(query, 1, search->found[i].entry);
        status = db_step(query, error);
        if (status == STATUS_OK)
            add_row(&counters, query);
        status = status == STATUS_END ? STATUS_OK : status;
    }
    db_finish(query);
    if (status == STATUS_OK)
        status = tell(&counters, true, out, error);
    counters_clear(&counters);
    return status;
}

enum status facet_matched(struct search *search, enum text_table table, const char *match,
                          struct search_result *out, struct error *error)
{
    struct counters counters = {.search = search};
    const struct filter *filter = search->filter.rows ? search->filter.rows : &search->filter;
    struct buffer sql = {0};
    text_matching(table, &search->filter, FACET_COLUMNS, &sql);
    enum status status = count_rows(&counters, (const char *)sql.data, match, filter, error);
    buffer_clear(&sql);
    if (status == STATUS_OK)
        status = tell(&counters, true, out, error);
    out->capped = counters.papers == TOTAL_LIMIT;
    counters_clear(&counters);
    return status;
}
