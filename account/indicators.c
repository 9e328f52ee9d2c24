#include "account/indicators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/tables.h"
#include "account/twins.h"
#include "core/file.h"
#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"
#include "index/procedures.h"
#include "index/roadmap.h"

/* What a row of a source may be asked; r is the row. A new condition is a new row here. */
static const struct {
    const char *source, *name, *sql;
} conditions[] = {
    {"register", "received", "r.received IS NOT NULL"},
    {"register", "settled", "r.settled IS NOT NULL"},
    {"register", "settled_result", "r.settled IS NOT NULL AND r.has_result = 1"},
    {"register", "paper_result", "r.has_result = 1"},
    {"register", "result_file", "r.result_file > 0"},
    {"register", "result_complete", "(r.result_file > 0 OR r.has_result = 0)"},
    {"register", "digitised", "r.digitised > 0"},
    {"register", "reused", "r.reused > 0"},
    {"register", "counter", "r.channel = 1"},
    {"register", "online", "r.channel = 2"},
    {"register", "post", "r.channel = 3"},
    {"register", "scanned",
     "EXISTS (SELECT 1 FROM " SQL_NEWEST " AS d"
     " WHERE d.number_key = r.number_key AND d.date = r.date)"},
    {"documents", "dated", "r.date IS NOT NULL"},
    {"documents", "numbered", "r.number_key IS NOT NULL"},
    {"documents", "owned", "r.owner_key IS NOT NULL"},
    {"documents", "of_procedure", "r.procedure IS NOT NULL"},
};

/* rows: with the record as its parameters; NULL: the documents that count; what is listed of a row;
 * its days. */
static const struct {
    const char *name, *rows, *listed, *order;
    const char *periods[3][2]; /* name, column */
} sources[] = {
    {"register",
     SQL_REGISTER,
     "coalesce(r.dossier, 'record ' || r.record || ' line ' || r.line), r.number, r.date, r.unit",
     "r.record, r.line",
     {{"received", "r.received"}, {"settled", "r.settled"}, {NULL, NULL}}},
    {"documents",
     NULL,
     "r.document_id, coalesce((SELECT e.number FROM catalog_entry e WHERE e.document_id ="
     " r.document_id), r.number_key), r.date, r.unit",
     "r.document_id",
     {{"stored", "r.day"}, {"issued", "r.date"}, {NULL, NULL}}},
};

static int find_source(const char *name)
{
    for (int i = 0; i < (int)(sizeof sources / sizeof *sources); i++)
        if (strcmp(sources[i].name, name) == 0)
            return i;
    return -1;
}

static const char *find_period(int source, const char *name)
{
    for (size_t i = 0; sources[source].periods[i][0]; i++)
        if (strcmp(sources[source].periods[i][0], name) == 0)
            return sources[source].periods[i][1];
    return NULL;
}

/* ---------------------------------------------------------------- SQL */

static const char *quoted(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 3), *to = out;
    *to++ = '\'';
    for (; *text; text++) {
        if (*text == '\'' || *text == '?')
            *to++ = *text == '\'' ? '\'' : ' ';
        if (*text != '?')
            *to++ = *text;
    }
    *to++ = '\'';
    *to = '\0';
    return out;
}

/* " AND (...)" for each name of the list. NULL: one of them is unknown, which is in *name. */
static const char *ask(struct arena *arena, const char *source, const char *list, const char **name)
{
    const char *sql = "";
    for (const char *at = list; *at;) {
        size_t size = strcspn(at, ",");
        const char *one = text_tidy(arena, arena_strndup(arena, at, size));
        const char *found = strcmp(one, "all") == 0 || !*one ? "1 = 1" : NULL;
        for (size_t i = 0; !found && i < sizeof conditions / sizeof *conditions; i++)
            if (strcmp(conditions[i].source, source) == 0 && strcmp(conditions[i].name, one) == 0)
                found = conditions[i].sql;
        *name = one;
        if (!found)
            return NULL;
        sql = arena_printf(arena, "%s AND %s", sql, found);
        at += size;
        at += *at == ',';
    }
    return sql;
}

/* Rows of the unit, and of those that it counts for; "" of all. keyed: by unit_key. */
static const char *of_unit(const struct indicator_scope *scope, bool keyed, struct arena *arena)
{
    const struct unit_group *group = scope->group;
    const char *sql;
    if (!*scope->unit)
        return "";
    sql = keyed ? quoted(arena, unit_key(scope->unit, arena)) : quoted(arena, scope->unit);
    if (!group)
        return arena_printf(arena, keyed ? " AND r.unit_key = %s" : " AND r.unit = %s", sql);
    for (size_t i = 0; i < group->former_count; i++)
        sql = arena_printf(arena, "%s, %s", sql,
                           quoted(arena, keyed ? group->former_key[i] : group->former[i]));
    return arena_printf(arena, keyed ? " AND r.unit_key IN (%s)" : " AND r.unit IN (%s)", sql);
}

enum status indicator_query(const struct account_at *at, const struct indicator *indicator,
                            const struct indicator_scope *scope, enum indicator_part part,
                            struct arena *arena, const char **sql, struct error *error)
{
    int source = find_source(indicator->source);
    const char *name = "";
    const char *filter =
        source < 0 ? NULL : ask(arena, indicator->source, indicator->filter, &name);
    const char *below =
        filter ? ask(arena, indicator->source, indicator->denominator, &name) : NULL;
    const char *above = !below ? NULL
                        : part == INDICATOR_DENOMINATOR
                            ? ""
                            : ask(arena, indicator->source, indicator->numerator, &name);
    const char *period = source < 0 ? NULL : find_period(source, indicator->period);
    if (!above || !period)
        return error_set(error, STATUS_REJECT, _("indicator %s: \"%s\" is unknown"), indicator->id,
                         !above ? name : indicator->period);
    const char *unit = of_unit(scope, strcmp(sources[source].name, "register") == 0, arena);
    *sql = arena_printf(
        arena, "SELECT %s FROM %s AS r WHERE %s >= %s AND %s <= %s%s%s%s%s ORDER BY %s",
        sources[source].listed,
        sources[source].rows ? sql_with_number(arena, sources[source].rows, at->record)
                             : twins_counted(at, arena),
        period, quoted(arena, scope->from), period, quoted(arena, scope->until), unit,
        sql_with_number(arena, filter, at->sequence), sql_with_number(arena, below, at->sequence),
        sql_with_number(arena, above, at->sequence), sources[source].order);
    return STATUS_OK;
}

static enum status count_part(struct db *db, const struct account_at *at,
                              const struct indicator *indicator,
                              const struct indicator_scope *scope, enum indicator_part part,
                              int64_t *count, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char *sql = NULL;
    enum status status = indicator_query(at, indicator, scope, part, arena, &sql, error);
    if (status == STATUS_OK)
        status = db_prepare(db, arena_printf(arena, "SELECT count(*) FROM (%s) AS q", sql), &query,
                            error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *count = db_int(query, 0);
    db_finish(query);
    arena_free(arena);
    return status;
}

enum status indicator_count(struct db *db, const struct account_at *at,
                            const struct indicator *indicator, const struct indicator_scope *scope,
                            struct indicator_value *out, struct error *error)
{
    *out = (struct indicator_value){.percent = -1};
    enum status status =
        count_part(db, at, indicator, scope, INDICATOR_NUMERATOR, &out->numerator, error);
    if (status == STATUS_OK)
        status =
            count_part(db, at, indicator, scope, INDICATOR_DENOMINATOR, &out->denominator, error);
    if (status == STATUS_OK && out->denominator > 0)
        out->percent = 100.0 * (double)out->numerator / (double)out->denominator;
    return status;
}

enum status indicator_each(struct db *db, const struct account_at *at,
                           const struct indicator *indicator, const struct indicator_scope *scope,
                           enum indicator_part part,
                           enum status (*visit)(void *context, const struct indicator_row *row,
                                                struct error *error),
                           void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char *sql = NULL;
    enum status status = indicator_query(at, indicator, scope, part, arena, &sql, error);
    if (status == STATUS_OK)
        status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *texts[4];
        for (int i = 0; i < 4; i++)
            texts[i] = db_text(query, i) ? db_text(query, i) : "";
        const struct indicator_row row = {texts[0], texts[1], texts[2], texts[3]};
        status = visit(context, &row, error);
    }
    db_finish(query);
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

const struct indicator *indicator_on(const struct indicators *indicators, const char *id,
                                     const char *day)
{
    const struct indicator *found = NULL;
    for (size_t i = 0; i < indicators->count; i++) {
        const struct indicator *one = &indicators->at[i];
        if (strcmp(one->id, id) == 0 && strcmp(one->since, day) <= 0 &&
            (!found || one->version > found->version))
            found = one;
    }
    return found;
}

/* ---------------------------------------------------------------- the file */

struct reader {
    const char *path, *section;
    struct arena *arena;
    struct indicators *out;
    size_t room;
};

static const char *const names[] = {"version", "since",  "title",     "source",
                                    "period",  "filter", "numerator", "denominator",
                                    "legal",   "full",   NULL};

/* Every condition, source and period is known. */
static enum status check(const struct indicator *indicator, struct error *error)
{
    struct arena *arena = arena_new();
    const char *sql = NULL;
    const struct account_at at = {.sequence = 0};
    const struct indicator_scope scope = {"", "", "", NULL};
    enum status status =
        indicator_query(&at, indicator, &scope, INDICATOR_NUMERATOR, arena, &sql, error);
    arena_free(arena);
    return status;
}

static enum status begin(struct reader *reader, const char *section, struct error *error)
{
    if (strncmp(section, "indicator ", 10) != 0 || !section[10])
        return error_set(error, STATUS_REJECT, _("[%s] is unknown; there is [indicator ID]"),
                         section);
    if (reader->out->count == reader->room) {
        size_t room = reader->room ? 2 * reader->room : 16;
        struct indicator *more = arena_array(reader->arena, room, sizeof *more);
        if (reader->room)
            memcpy(more, reader->out->at, reader->room * sizeof *more);
        reader->out->at = more;
        reader->room = room;
    }
    reader->section = arena_strdup(reader->arena, section);
    reader->out->at[reader->out->count++] = (struct indicator){
        .id = arena_strndup(reader->arena, section + 10, strcspn(section + 10, "/")),
        .version = 1,
        .title = "",
        .source = "",
        .period = "",
        .filter = "all",
        .numerator = "all",
        .denominator = "all",
        .legal = ""};
    return STATUS_OK;
}

static enum status put_number(struct indicator *one, const char *key, const char *value,
                              struct error *error)
{
    char *end = NULL;
    double number = strtod(value, &end);
    bool version = strcmp(key, "version") == 0;
    bool right = version ? number >= 1 && number <= 1000 && number == (int)number
                         : number >= 0 && number <= 100; /* percent */
    if (end == value || *end || !right)
        return error_set(error, STATUS_REJECT, _("\"%s\" is no number for %s"), value, key);
    if (version)
        one->version = (int)number;
    else
        one->full = number;
    return STATUS_OK;
}

static enum status take_key(void *context, const char *section, const char *key, const char *value,
                            int line, struct error *error)
{
    struct reader *reader = context;
    enum status status = STATUS_OK;
    (void)line;
    if (!reader->section || strcmp(reader->section, section) != 0)
        status = begin(reader, section, error);
    if (status != STATUS_OK)
        return status;
    struct indicator *one = &reader->out->at[reader->out->count - 1];
    const char *text = arena_strdup(reader->arena, value);
    const struct {
        const char *key, **target;
    } texts[] = {{"title", &one->title},         {"source", &one->source},
                 {"period", &one->period},       {"filter", &one->filter},
                 {"numerator", &one->numerator}, {"denominator", &one->denominator},
                 {"legal", &one->legal}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].key, key) == 0) {
            *texts[i].target = text;
            return STATUS_OK;
        }
    if (strcmp(key, "version") == 0 || strcmp(key, "full") == 0)
        return put_number(one, key, value, error);
    if (strcmp(key, "since") == 0)
        return text_date(value, one->since)
                   ? STATUS_OK
                   : error_set(error, STATUS_REJECT,
                               _("the date %s does not exist; write a day of the calendar as "
                                 "DD/MM/YYYY"),
                               value);
    const char *nearest = settings_nearest(key, names);
    return error_set(error, STATUS_REJECT, _("[%s] has no setting \"%s\"; did you mean \"%s\"?"),
                     section, key, nearest ? nearest : names[0]);
}

enum status indicators_read(const char *path, struct arena *arena, struct indicators *out,
                            struct error *error)
{
    struct reader reader = {.path = path, .arena = arena, .out = out};
    *out = (struct indicators){.at = NULL};
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = settings_parse(path, take_key, &reader, error);
    for (size_t i = 0; i < out->count && status == STATUS_OK; i++) {
        status = check(&out->at[i], error);
        for (size_t k = 0; k < i && status == STATUS_OK; k++)
            if (strcmp(out->at[k].id, out->at[i].id) == 0 &&
                out->at[k].version == out->at[i].version)
                status = error_set(error, STATUS_REJECT,
                                   _("indicator %s has two definitions of version %d"),
                                   out->at[i].id, out->at[i].version);
        if (status != STATUS_OK)
            error_add(error, status, "%s", path);
    }
    return status;
}

/* ---------------------------------------------------------------- in report.json */

json_t *indicator_json(const struct indicator *indicator)
{
    json_t *json = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", indicator->id, "version",
        indicator->version, "since", indicator->since, "title", indicator->title, "source",
        indicator->source, "period", indicator->period, "filter", indicator->filter, "numerator",
        indicator->numerator, "denominator", indicator->denominator, "legal", indicator->legal);
    json_put_number(json, "full", indicator->full, 2);
    return json;
}

enum status indicator_from_json(const json_t *json, struct arena *arena, struct indicator *out,
                                struct error *error)
{
    *out = (struct indicator){.id = json_text(json, "id", arena),
                              .version = (int)json_int(json, "version", 0),
                              .title = json_text(json, "title", arena),
                              .source = json_text(json, "source", arena),
                              .period = json_text(json, "period", arena),
                              .filter = json_text(json, "filter", arena),
                              .numerator = json_text(json, "numerator", arena),
                              .denominator = json_text(json, "denominator", arena),
                              .legal = json_text(json, "legal", arena),
                              .full = json_number(json, "full", 0)};
    const char *since = json_text(json, "since", arena);
    snprintf(out->since, sizeof out->since, "%s", since ? since : "");
    if (!out->id || !out->title || !out->source || !out->period || !out->filter ||
        !out->numerator || !out->denominator || !out->legal)
        return error_set(error, STATUS_REJECT, _("its report.json is damaged"));
    return check(out, error);
}
