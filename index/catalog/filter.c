#include "index/catalog/filter_private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/day.h"
#include "index/text/full_text.h"
#include "index/number.h"
#include "index/owner/owner_private.h"
#include "index/procedures.h"
#include "index/catalog/types.h"
#include "index/validity.h"

void builder_bind(struct builder *builder, struct filter_value value)
{
    if (builder->count == builder->room) {
        builder->room = builder->room ? 2 * builder->room : 16;
        builder->values = memory_resize(builder->values, builder->room * sizeof *builder->values);
    }
    builder->values[builder->count++] = value;
}

void builder_bind_text(struct builder *builder, const char *text)
{
    builder_bind(builder, (struct filter_value){.text = arena_strdup(builder->arena, text)});
}

/* What sql says from that byte on, and of no other column than one of which these narrow rows keep
 * numbers: of f by those numbers. head: SQL that gives them, up to its conditions. */
static void say_by_value(struct builder *builder, size_t from, size_t first_value, const char *head)
{
    struct builder *rows = builder->rows;
    if (builder->sql.size == from)
        return;
    buffer_printf(&rows->sql, "%s%s)", head, (const char *)builder->sql.data + from);
    for (size_t i = first_value; i < builder->count; i++)
        builder_bind(rows, builder->values[i]);
    builder->said += builder->sql.size - from;
}

/* The same condition in terms of f, with the last value that was bound. */
static void say_same(struct builder *builder, size_t from, const char *sql)
{
    buffer_text(&builder->rows->sql, sql);
    builder_bind(builder->rows, builder->values[builder->count - 1]);
    builder->said += builder->sql.size - from;
}

/* Days are ISO text: those of a year begin with it. */
static void add_days(struct builder *builder, int from, int to)
{
    if (from >= 1000 && from <= 9999)
        buffer_printf(&builder->days, " AND coalesce(e.date, '') >= '%d'", from);
    if (to >= 1000 && to < 9999)
        buffer_printf(&builder->days, " AND coalesce(e.date, '') < '%d'", to + 1);
}

static void add_years(struct builder *builder, int from, int to)
{
    size_t before = builder->sql.size;
    add_days(builder, from, to);
    if (from != INT_MIN) {
        buffer_text(&builder->sql, " AND e.year >= ?");
        builder_bind(builder, (struct filter_value){.number = from});
    }
    if (to != INT_MAX) {
        buffer_text(&builder->sql, " AND e.year <= ?");
        builder_bind(builder, (struct filter_value){.number = to});
    }
    if (from == INT_MIN && to == INT_MAX)
        buffer_text(&builder->sql, " AND e.year IS NOT NULL");
    buffer_text(&builder->rows->sql, " AND f.year >= ? AND f.year <= ?"); /* 0: not known */
    builder_bind(builder->rows, (struct filter_value){.number = from > 1 ? from : 1});
    builder_bind(builder->rows, (struct filter_value){.number = to});
    builder->said += builder->sql.size - before;
}

static void add_no_band(struct builder *builder, int first, int last)
{
    size_t from = builder->sql.size;
    buffer_text(&builder->sql, " AND (e.year IS NULL OR e.year < ? OR e.year > ?)");
    buffer_text(&builder->rows->sql, " AND (f.year = 0 OR f.year < ? OR f.year > ?)");
    for (int i = 0; i < 2; i++) {
        struct builder *of = i ? builder->rows : builder;
        builder_bind(of, (struct filter_value){.number = first});
        builder_bind(of, (struct filter_value){.number = last});
    }
    builder->said += builder->sql.size - from;
}

static enum status add_band(struct builder *builder, const struct roadmap *roadmap, const char *id,
                            struct error *error)
{
    const struct band *first = &roadmap->bands[0];
    const struct band *last = &roadmap->bands[roadmap->band_count - 1];
    if (strcmp(id, BAND_UNKNOWN) == 0) {
        add_no_band(builder, first->from, last->to);
        return STATUS_OK;
    }
    struct buffer known = {0};
    for (size_t i = 0; i < roadmap->band_count; i++) {
        if (strcmp(roadmap->bands[i].id, id) == 0) {
            buffer_clear(&known);
            add_years(builder, roadmap->bands[i].from, roadmap->bands[i].to);
            return STATUS_OK;
        }
        buffer_printf(&known, "%s, ", roadmap->bands[i].id);
    }
    enum status status =
        error_set(error, STATUS_REJECT, _("the plan has no band \"%s\"; it has %s%s"), id,
                  (const char *)known.data, BAND_UNKNOWN);
    buffer_clear(&known);
    return status;
}

/* ---------------------------------------------------------------- validity, state, place, owner */

enum status index_has_ended(struct db *db, const char *day, bool *ended, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db, "SELECT 1 FROM catalog_facet WHERE ends < ? LIMIT 1", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, day);
        status = db_step(query, error);
    }
    *ended = status == STATUS_OK;
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* In force on a day. Where nothing has ever ended, nothing needs to be looked at. */
static enum status add_validity(struct builder *builder, struct db *db, const char *day,
                                struct error *error)
{
    bool ended = false;
    size_t from = builder->sql.size;
    enum status status = index_has_ended(db, day, &ended, error);
    if (ended) {
        buffer_text(&builder->sql, " AND EXISTS (SELECT 1 FROM catalog_facet f WHERE f.entry_id ="
                                   " e.id AND (f.ends IS NULL OR f.ends >= ?))");
        builder_bind_text(builder, day);
        say_same(builder, from, " AND (f.ends IS NULL OR f.ends >= ?)");
    }
    return status;
}

static enum status add_state(struct builder *builder, const char *name, struct error *error)
{
    enum validity_state state = validity_state_find(name);
    size_t from = builder->sql.size;
    if (state == STATE_COUNT)
        return error_set(error, STATUS_REJECT,
                         _("there is no state '%s'; there are draft, checked, signed, returned, "
                           "superseded and revoked"),
                         name);
    buffer_text(&builder->sql, " AND EXISTS (SELECT 1 FROM catalog_facet f WHERE f.entry_id = e.id"
                               " AND f.state = ?)");
    builder_bind(builder, (struct filter_value){.number = state});
    say_same(builder, from, " AND f.state = ?");
    return STATUS_OK;
}

static void add_place(struct builder *builder, const char *place)
{
    buffer_text(&builder->sql, " AND (e.box_code = ? OR e.shelf = ?)");
    builder_bind_text(builder, place);
    builder_bind_text(builder, place);
}

static enum status add_owner_ref(struct builder *builder, const char *owner, struct error *error)
{
    char document[37];
    int64_t ordinal = 0;
    if (!owner_mention_name(owner, document, &ordinal))
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" names no owner; it looks like <document id>.0"), owner);
    buffer_text(&builder->sql,
                " AND e.id IN (SELECT m.id / 65536 FROM owner_mention m WHERE m.owner_id ="
                " (SELECT n.owner_id FROM catalog_entry d JOIN owner_mention n"
                " ON n.id = d.id * 65536 + ? WHERE d.document_id = ?))");
    builder_bind(builder, (struct filter_value){.number = ordinal});
    builder_bind_text(builder, document);
    return STATUS_OK;
}

static enum status add_day(struct builder *builder, const char *sql, const char *text,
                           struct error *error)
{
    char iso[DAY_SIZE];
    if (!text_date(text, iso))
        return error_set(error, STATUS_REJECT,
                         _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                         text);
    buffer_text(&builder->sql, sql);
    builder_bind_text(builder, iso);
    return STATUS_OK;
}

static enum status add_type(struct builder *builder, struct db *db, const char *type,
                            struct error *error)
{
    const char *slug = NULL;
    size_t from = builder->sql.size, first_value = builder->count;
    enum status status = index_type(db, type, builder->arena, &slug, error);
    buffer_text(&builder->sql, " AND e.type = ?");
    builder_bind_text(builder, slug);
    say_by_value(builder, from, first_value,
                 " AND f.type_id IN (SELECT e.id FROM (SELECT id, value AS type"
                 " FROM catalog_value WHERE facet = 'type') e WHERE 1 = 1");
    return status;
}

static enum status add_procedure(struct builder *builder, struct db *db, const char *procedure,
                                 struct error *error)
{
    size_t from = builder->sql.size, first_value = builder->count;
    enum status status = builder_procedure(builder, db, procedure, error);
    say_by_value(builder, from, first_value,
                 " AND f.procedure_id IN (SELECT e.id FROM (SELECT id, value AS procedure"
                 " FROM catalog_value WHERE facet = 'procedure') e WHERE 1 = 1");
    return status;
}

static enum status add_unit(struct builder *builder, struct db *db, const char *unit, bool exact,
                            struct error *error)
{
    size_t from = builder->sql.size, first_value = builder->count;
    enum status status = builder_unit(builder, db, unit, exact, error);
    say_by_value(builder, from, first_value,
                 " AND f.unit_id IN (SELECT v.id FROM (SELECT id AS unit_id, name"
                 " FROM catalog_unit) e CROSS JOIN catalog_value v ON v.facet = 'unit'"
                 " AND v.value = e.name WHERE 1 = 1");
    return status;
}

/* Tokens for a match, each in quotation marks. */
static const char *match_all(struct arena *arena, const struct query_words *words)
{
    struct buffer match = {0};
    for (size_t i = 0; i < words->count; i++)
        buffer_printf(&match, "%s\"%s\"", i ? " AND " : "", words->at[i].folded);
    const char *text = arena_strdup(arena, match.data ? (const char *)match.data : "\"\"");
    buffer_clear(&match);
    return text;
}

/* A number and sign: the whole, its beginning ("145", "145/QĐ") or, without a number, its sign; or
 * as it stands in the text. */
static void add_number(struct builder *builder, const char *key)
{
    struct arena *arena = builder->arena;
    size_t length = strlen(key);
    if (length == 0) {
        builder->empty = true;
        return;
    }
    if (key[strspn(key, "abcdefghijklmnopqrstuvwxyz")] == 0) {
        buffer_text(&builder->sql, " AND e.number_key LIKE ?");
        builder_bind_text(builder, arena_printf(arena, "%%-%s", key));
        return;
    }
    bool digit = key[length - 1] >= '0' && key[length - 1] <= '9';
    bool sign = key[strspn(key, "0123456789-")] != 0; /* a bare "12" stands in every text */
    buffer_text(&builder->sql,
                " AND (e.number_key = ? OR (e.number_key >= ? AND e.number_key < ?)");
    builder_bind_text(builder, key);
    builder_bind_text(builder, digit ? arena_printf(arena, "%s-", key) : key);
    builder_bind_text(builder,
                      digit ? arena_printf(arena, "%s.", key) : arena_printf(arena, "%s{", key));
    if (sign) {
        buffer_printf(&builder->sql, " OR %s", text_entry_condition(TEXT_PAGES));
        builder_bind_text(builder, arena_printf(arena, "\"%s\"", key));
    }
    buffer_text(&builder->sql, ")");
}

/* The owner's number (a paper of the same owner may bear another), or a number that stands in the
 * text (a parent's, a witness's). */
static void add_identifier(struct builder *builder, const char *digits, bool in_text)
{
    struct arena *arena = builder->arena;
    if (!*digits) {
        builder->empty = true;
        return;
    }
    bool whole = number_is_identifier(digits);
    buffer_printf(&builder->sql,
                  " AND (e.id IN (SELECT i.entry_id FROM catalog_identifier i WHERE i.digits %s)",
                  whole ? "= ?" : ">= ? AND i.digits < ?");
    builder_bind_text(builder, digits);
    if (!whole)
        builder_bind_text(builder, arena_printf(arena, "%s:", digits));
    if (whole) {
        buffer_text(&builder->sql, " OR e.id IN (SELECT o.id / 65536 FROM owner_mention o WHERE"
                                   " o.owner_id IN (" OWNERS_BY_DIGITS "))");
        builder_bind_text(builder, digits);
        builder_bind_text(builder, digits);
    }
    if (in_text && whole) {
        buffer_printf(&builder->sql, " OR %s", text_entry_condition(TEXT_PAGES));
        builder_bind_text(builder, arena_printf(arena, "\"%s\"", digits));
    }
    buffer_text(&builder->sql, ")");
}

static void add_owner(struct builder *builder, const char *name)
{
    struct query_words words = query_words(name, builder->arena);
    if (words.count == 0) {
        builder->empty = true;
        return;
    }
    buffer_printf(&builder->sql, " AND %s", text_entry_condition(TEXT_NAMES));
    builder_bind_text(builder, match_all(builder->arena, &words));
}

/* No page with the word; of a phrase: no page that has all its words and their order. */
static void add_exclusion(struct builder *builder, const struct query_words *words)
{
    struct buffer match = {0};
    buffer_text(&match, match_all(builder->arena, words));
    size_t together = words->count == 2 ? 2 : 3;
    for (size_t i = 0; words->count >= 2 && i + together <= words->count; i++) {
        char neighbours[QUERY_NEIGHBOURS];
        query_neighbours(&words->at[i], together, neighbours);
        buffer_printf(&match, " AND %s", neighbours);
    }
    buffer_printf(&builder->sql, " AND NOT %s", text_entry_condition(TEXT_PAGES));
    builder_bind_text(builder, (const char *)match.data);
    buffer_clear(&match);
}

/* "2006" and "2006-05-31", from then on or up to then. */
static void add_date(struct builder *builder, const char *date, bool from)
{
    if (strlen(date) == 4) {
        add_years(builder, from ? atoi(date) : INT_MIN, from ? INT_MAX : atoi(date));
        return;
    }
    buffer_text(&builder->sql, from ? " AND e.date >= ?" : " AND e.date <= ?");
    builder_bind_text(builder, date);
}

/* Fields typed in the text of the search. */
static enum status add_fields(struct builder *builder, struct db *db, const struct query *query,
                              struct error *error)
{
    enum status status = STATUS_OK;
    if (query->from)
        add_date(builder, query->from, true);
    if (query->until)
        add_date(builder, query->until, false);
    if (query->type)
        status = add_type(builder, db, query->type, error);
    if (query->box) {
        buffer_text(&builder->sql, " AND lower(e.box_code) = lower(?)");
        builder_bind_text(builder, query->box);
    }
    if (query->unit)
        status = add_unit(builder, db, query->unit, false, error);
    if (status == STATUS_OK && query->procedure)
        status = add_procedure(builder, db, query->procedure, error);
    return status;
}

static bool given(const char *text)
{
    return text && *text;
}

static enum status add_search(struct builder *builder, struct db *db, const struct roadmap *roadmap,
                              const struct search_query *search, struct error *error)
{
    enum status status = STATUS_OK;
    if (given(search->band))
        status = add_band(builder, roadmap, search->band, error);
    if (status == STATUS_OK && given(search->procedure))
        status = add_procedure(builder, db, search->procedure, error);
    if (status == STATUS_OK && given(search->type))
        status = add_type(builder, db, search->type, error);
    if (status == STATUS_OK && given(search->unit))
        status = add_unit(builder, db, search->unit, search->unit_exact, error);
    if (given(search->number))
        add_number(builder, number_key(builder->arena, search->number));
    if (given(search->owner))
        add_owner(builder, search->owner);
    if (given(search->owner_id))
        add_identifier(builder, text_digits(builder->arena, search->owner_id), false);
    if (search->year_from || search->year_to)
        add_years(builder, search->year_from ? search->year_from : INT_MIN,
                  search->year_to ? search->year_to : INT_MAX);
    if (given(search->place))
        add_place(builder, search->place);
    if (status == STATUS_OK && given(search->state))
        status = add_state(builder, search->state, error);
    if (status == STATUS_OK && given(search->owner_ref))
        status = add_owner_ref(builder, search->owner_ref, error);
    if (status == STATUS_OK && given(search->date_from))
        status = add_day(builder, " AND e.date >= ?", search->date_from, error);
    if (status == STATUS_OK && given(search->date_to))
        status = add_day(builder, " AND e.date <= ?", search->date_to, error);
    return status;
}

static void finish(struct builder *builder, struct filter *out)
{
    struct arena *arena = builder->arena;
    out->sql = arena_strdup(arena, builder->sql.data ? (const char *)builder->sql.data : "");
    out->value_count = builder->count;
    out->values = arena_array(arena, builder->count + 1, sizeof *out->values);
    if (builder->count > 0)
        memcpy(out->values, builder->values, builder->count * sizeof *out->values);
    free(builder->values);
    buffer_clear(&builder->sql);
}

enum status filter_build(struct db *db, const struct roadmap *roadmap,
                         const struct search_query *search, const struct query *query,
                         struct arena *arena, struct filter *out, struct error *error)
{
    struct builder rows = {.arena = arena}, builder = {.arena = arena, .rows = &rows};
    enum status status = add_search(&builder, db, roadmap, search, error);
    for (size_t i = 0; i < query->numbers.count; i++)
        add_number(&builder, query->numbers.at[i]);
    for (size_t i = 0; i < query->identifiers.count; i++)
        add_identifier(&builder, query->identifiers.at[i], true);
    if (query->year)
        add_years(&builder, query->year, query->year);
    if (status == STATUS_OK)
        status = add_fields(&builder, db, query, error);
    bool narrow = builder.sql.size > 0;
    if (status == STATUS_OK && given(search->valid_on))
        status = add_validity(&builder, db, search->valid_on, error);
    for (size_t i = 0; i < query->excluded_count; i++)
        add_exclusion(&builder, &query->excluded[i]);
    struct filter *of_rows = arena_alloc(arena, sizeof *of_rows);
    *out = (struct filter){.narrow = narrow, .empty = builder.empty};
    out->rows = builder.said == builder.sql.size ? of_rows : NULL;
    out->days = arena_strdup(arena, builder.days.data ? (const char *)builder.days.data : "");
    buffer_clear(&builder.days);
    finish(&builder, out);
    finish(&rows, of_rows);
    return status;
}

int filter_bind(const struct filter *filter, struct db_query *query, int first)
{
    for (size_t i = 0; i < filter->value_count; i++, first++) {
        if (filter->values[i].text)
            db_bind_text(query, first, filter->values[i].text);
        else
            db_bind_int(query, first, filter->values[i].number);
    }
    return first;
}
