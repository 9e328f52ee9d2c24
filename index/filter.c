#include "index/filter.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/text.h"
#include "index/full_text.h"
#include "index/number.h"
#include "index/procedures.h"
#include "index/types.h"

struct builder {
    struct buffer sql;
    struct arena *arena;
    struct filter_value *values;
    size_t count, room;
    bool empty;
};

static void bind(struct builder *builder, struct filter_value value)
{
    if (builder->count == builder->room) {
        builder->room = builder->room ? 2 * builder->room : 16;
        builder->values = memory_resize(builder->values, builder->room * sizeof *builder->values);
    }
    builder->values[builder->count++] = value;
}

static void bind_text(struct builder *builder, const char *text)
{
    bind(builder, (struct filter_value){.text = arena_strdup(builder->arena, text)});
}

static void add_years(struct builder *builder, int from, int to)
{
    if (from != INT_MIN) {
        buffer_text(&builder->sql, " AND e.year >= ?");
        bind(builder, (struct filter_value){.number = from});
    }
    if (to != INT_MAX) {
        buffer_text(&builder->sql, " AND e.year <= ?");
        bind(builder, (struct filter_value){.number = to});
    }
    if (from == INT_MIN && to == INT_MAX)
        buffer_text(&builder->sql, " AND e.year IS NOT NULL");
}

static enum status add_band(struct builder *builder, const struct roadmap *roadmap, const char *id,
                            struct error *error)
{
    const struct band *first = &roadmap->bands[0];
    const struct band *last = &roadmap->bands[roadmap->band_count - 1];
    if (strcmp(id, BAND_UNKNOWN) == 0) {
        buffer_text(&builder->sql, " AND (e.year IS NULL OR e.year < ? OR e.year > ?)");
        bind(builder, (struct filter_value){.number = first->from});
        bind(builder, (struct filter_value){.number = last->to});
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

/* Whether words stand in name one after the other, as whole words. */
static bool has_words(const char *name, const char *words)
{
    size_t length = strlen(words);
    for (const char *at = name; length > 0 && (at = strstr(at, words)) != NULL; at++)
        if ((at == name || at[-1] == ' ') && (at[length] == 0 || at[length] == ' '))
            return true;
    return false;
}

/* Values of the catalogue (id or code, name) whose name has the words asked for. Names that have
 * them with their very marks go before names that only sound alike once folded (Đông Hòa, Đông
 * Hoa). */
static enum status add_named(struct builder *builder, struct db *db, const char *sql,
                             const char *column, bool by_id, const char *words, struct error *error)
{
    struct arena *arena = builder->arena;
    const char *folded = text_fold(arena, words), *exact = text_tone_last(arena, words);
    const char **found[2] = {NULL, NULL}; /* folded, exact */
    size_t counts[2] = {0, 0}, room = 0;
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *name = db_text(query, 1);
        if (!name || !has_words(text_fold(arena, name), folded))
            continue;
        if (counts[0] == room) {
            room = room ? 2 * room : 64;
            for (int i = 0; i < 2; i++)
                found[i] = memory_resize(found[i], room * sizeof *found[i]);
        }
        const char *id = arena_strdup(arena, db_text(query, 0));
        found[0][counts[0]++] = id;
        if (has_words(text_tone_last(arena, name), exact))
            found[1][counts[1]++] = id;
    }
    db_finish(query);
    int best = counts[1] > 0;
    if (counts[0] == 0 || !*folded)
        builder->empty = true;
    buffer_printf(&builder->sql, " AND %s IN (", column);
    for (size_t i = 0; i < counts[best]; i++) {
        const char *value = found[best][i];
        buffer_text(&builder->sql, i ? ",?" : "?");
        bind(builder, by_id ? (struct filter_value){.number = strtoll(value, NULL, 10)}
                            : (struct filter_value){.text = value});
    }
    buffer_text(&builder->sql, ")");
    free(found[0]);
    free(found[1]);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status add_procedure(struct builder *builder, struct db *db, const char *procedure,
                                 struct error *error)
{
    const char *tidy = text_tidy(builder->arena, procedure);
    if (procedure_is_code(tidy)) {
        buffer_text(&builder->sql, " AND e.procedure = ?");
        bind_text(builder, arena_strndup(builder->arena, tidy, 8));
        return STATUS_OK;
    }
    return add_named(builder, db,
                     "SELECT p.code, p.name FROM catalog_procedure p WHERE EXISTS"
                     " (SELECT 1 FROM catalog_entry e WHERE e.procedure = p.code)",
                     "e.procedure", false, tidy, error);
}

static void add_type(struct builder *builder, const char *type)
{
    buffer_text(&builder->sql, " AND e.type = ?");
    bind_text(builder, type_slug(builder->arena, type));
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
        bind_text(builder, arena_printf(arena, "%%-%s", key));
        return;
    }
    bool digit = key[length - 1] >= '0' && key[length - 1] <= '9';
    bool sign = key[strspn(key, "0123456789-")] != 0; /* a bare "12" stands in every text */
    buffer_text(&builder->sql,
                " AND (e.number_key = ? OR (e.number_key >= ? AND e.number_key < ?)");
    bind_text(builder, key);
    bind_text(builder, digit ? arena_printf(arena, "%s-", key) : key);
    bind_text(builder, digit ? arena_printf(arena, "%s.", key) : arena_printf(arena, "%s{", key));
    if (sign) {
        buffer_printf(&builder->sql, " OR %s", text_entry_condition(TEXT_PAGES));
        bind_text(builder, arena_printf(arena, "\"%s\"", key));
    }
    buffer_text(&builder->sql, ")");
}

/* The owner's number, or a number that stands in the text (a parent's, a witness's). */
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
    bind_text(builder, digits);
    if (!whole)
        bind_text(builder, arena_printf(arena, "%s:", digits));
    if (in_text && whole) {
        buffer_printf(&builder->sql, " OR %s", text_entry_condition(TEXT_PAGES));
        bind_text(builder, arena_printf(arena, "\"%s\"", digits));
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
    bind_text(builder, match_all(builder->arena, &words));
}

/* No page with the word; of a phrase: no page that has all its words and their order. */
static void add_exclusion(struct builder *builder, const struct query_words *words)
{
    struct buffer match = {0};
    buffer_text(&match, match_all(builder->arena, words));
    if (words->count == 2)
        buffer_printf(&match, " AND \"%s%s\"*", words->at[0].skeleton, words->at[1].skeleton);
    for (size_t i = 0; i + 2 < words->count; i++)
        buffer_printf(&match, " AND \"%s%s%s\"", words->at[i].skeleton, words->at[i + 1].skeleton,
                      words->at[i + 2].skeleton);
    buffer_printf(&builder->sql, " AND NOT %s", text_entry_condition(TEXT_PAGES));
    bind_text(builder, (const char *)match.data);
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
    bind_text(builder, date);
}

static enum status add_unit(struct builder *builder, struct db *db, const char *unit,
                            struct error *error)
{
    return add_named(builder, db, "SELECT id, name FROM catalog_unit", "e.unit_id", true, unit,
                     error);
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
        add_type(builder, query->type);
    if (query->box) {
        buffer_text(&builder->sql, " AND lower(e.box_code) = lower(?)");
        bind_text(builder, query->box);
    }
    if (query->unit)
        status = add_unit(builder, db, query->unit, error);
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
    if (given(search->type))
        add_type(builder, search->type);
    if (status == STATUS_OK && given(search->unit))
        status = add_unit(builder, db, search->unit, error);
    if (given(search->number))
        add_number(builder, number_key(builder->arena, search->number));
    if (given(search->owner))
        add_owner(builder, search->owner);
    if (given(search->owner_id))
        add_identifier(builder, text_digits(builder->arena, search->owner_id), false);
    if (search->year_from || search->year_to)
        add_years(builder, search->year_from ? search->year_from : INT_MIN,
                  search->year_to ? search->year_to : INT_MAX);
    return status;
}

enum status filter_build(struct db *db, const struct roadmap *roadmap,
                         const struct search_query *search, const struct query *query,
                         struct arena *arena, struct filter *out, struct error *error)
{
    struct builder builder = {.arena = arena};
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
    for (size_t i = 0; i < query->excluded_count; i++)
        add_exclusion(&builder, &query->excluded[i]);
    *out = (struct filter){.narrow = narrow, .empty = builder.empty};
    out->sql = arena_strdup(arena, builder.sql.data ? (const char *)builder.sql.data : "");
    out->value_count = builder.count;
    out->values = arena_array(arena, builder.count + 1, sizeof *out->values);
    if (builder.count > 0)
        memcpy(out->values, builder.values, builder.count * sizeof *out->values);
    free(builder.values);
    buffer_clear(&builder.sql);
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
