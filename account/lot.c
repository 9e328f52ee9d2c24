/* Lots and their samples. */
#include "account/lot.h"

#include <stdlib.h>
#include <string.h>

#include "account/tables.h"
#include "core/message.h"
#include "index/procedures.h"

/* ---------------------------------------------------------------- the frame */

struct member {
    const char *place; /* "<id>/v2" */
    char hash[HASH_HEX_SIZE];
};

struct frame {
    struct arena *arena;
    struct member *at;
    size_t count, room;
};

static const char frame_sql[] =
    "SELECT document_id, version, unit FROM " SQL_NEWEST " AS t"
    " WHERE (? = '' OR batch = ?) AND (? = '' OR box = ?) AND (? = '' OR procedure = ?)"
    " AND (? = '' OR substr(scanned_at, 1, 10) >= ?)"
    " AND (? = '' OR substr(scanned_at, 1, 10) <= ?) ORDER BY document_id";

static void add_member(struct frame *frame, const char *id, int64_t version)
{
    if (frame->count == frame->room) {
        frame->room = frame->room ? 2 * frame->room : 256;
        frame->at = memory_resize(frame->at, frame->room * sizeof *frame->at);
    }
    frame->at[frame->count++] =
        (struct member){.place = arena_printf(frame->arena, "%s/v%lld", id, (long long)version)};
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static enum status read_frame(struct db *db, int64_t sequence, const struct lot_order *order,
                              struct frame *frame, struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = arena_new();
    const char *const choices[] = {order->batch, order->box, order->procedure, order->from,
                                   order->until};
    const char *unit = unit_key(or_empty(order->unit), frame->arena);
    enum status status = db_prepare(db, frame_sql, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, sequence);
        db_bind_int(query, 2, sequence);
        for (int i = 0; i < 5; i++) {
            db_bind_text(query, 3 + 2 * i, or_empty(choices[i]));
            db_bind_text(query, 4 + 2 * i, or_empty(choices[i]));
        }
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        arena_clear(arena);
        if (!*unit || strcmp(unit_key(db_text(query, 2), arena), unit) == 0)
            add_member(frame, db_text(query, 0), db_int(query, 1));
    }
    db_finish(query);
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

/* SHA-256 over the places, one a line, in the order of the ids. */
static void frame_hash(const struct frame *frame, char hex[HASH_HEX_SIZE])
{
    struct hash *hash = hash_new();
    uint8_t digest[HASH_SIZE];
    for (size_t i = 0; i < frame->count; i++) {
        hash_add(hash, frame->at[i].place, strlen(frame->at[i].place));
        hash_add(hash, "\n", 1);
    }
    hash_end(hash, digest);
    hash_hex(digest, sizeof digest, hex);
}

static int by_hash(const void *a, const void *b)
{
    const struct member *one = a, *other = b;
    int order = strcmp(one->hash, other->hash);
    return order ? order : strcmp(one->place, other->place);
}

static int by_place(const void *a, const void *b)
{
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* The sample, in the order of the ids: that of drawing is nobody's concern. */
static json_t *draw(struct frame *frame, const char *seed, int64_t sample)
{
    json_t **drawn = arena_array(frame->arena, (size_t)sample + 1, sizeof(json_t *));
    json_t *list = json_array();
    for (size_t i = 0; i < frame->count; i++) {
        const char *subject = arena_printf(frame->arena, "%s %s", seed, frame->at[i].place);
        hash_bytes(subject, strlen(subject), frame->at[i].hash);
    }
    if (frame->count > 0)
        qsort(frame->at, frame->count, sizeof *frame->at, by_hash);
    size_t count = frame->count < (size_t)sample ? frame->count : (size_t)sample;
    for (size_t i = 0; i < count; i++)
        drawn[i] = json_string(frame->at[i].place);
    if (count > 0)
        qsort(drawn, count, sizeof *drawn, by_place);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, drawn[i]);
    return list;
}

/* ---------------------------------------------------------------- drawing */

static enum status check_again(struct db *db, const struct lot_order *order, struct error *error)
{
    json_t *lot = NULL, *verdict = NULL;
    if (order->again == 0)
        return STATUS_OK;
    enum status status = lot_find(db, order->again, &lot, error);
    if (status == STATUS_OK)
        status = lot_verdict(db, order->again, &verdict, error);
    if (status == STATUS_OK && (!verdict || json_flag(verdict, "accepted", 1)))
        status = error_set(error, STATUS_REJECT,
                           _("lot %lld was not refused, and only a refused lot is offered again"),
                           (long long)order->again);
    json_decref(lot);
    json_decref(verdict);
    return status;
}

static json_t *selector_of(const struct lot_order *order)
{
    json_t *json = json_object();
    json_put_text(json, "batch", order->batch);
    json_put_text(json, "box", order->box);
    json_put_text(json, "unit", order->unit);
    json_put_text(json, "procedure", order->procedure);
    json_put_text(json, "from", order->from);
    json_put_text(json, "until", order->until);
    return json;
}

enum status lot_draw(struct db *db, const struct account_at *at, const struct lot_order *order,
                     json_t **data, struct error *error)
{
    struct frame frame = {.arena = arena_new()};
    struct iso_state state;
    char hex[HASH_HEX_SIZE];
    const char *seed = order->seed ? order->seed : at->head;
    *data = NULL;
    enum status status = check_again(db, order, error);
    if (status == STATUS_OK)
        status = lot_state(db, order->series, order->reduced, &state, error);
    if (status == STATUS_OK && state.stopped)
        status = error_set(error, STATUS_REJECT,
                           _("five lots of this series were refused on tightened inspection: "
                             "inspection is discontinued (ISO 2859-1, 9.4) until its causes are "
                             "removed; begin a new series then (--series)"));
    if (status == STATUS_OK)
        status = read_frame(db, at->sequence, order, &frame, error);
    if (status == STATUS_OK && frame.count == 0)
        status = error_set(error, STATUS_REJECT,
                           _("the lot is empty: no document in the store is of that choice"));
    if (status == STATUS_OK) {
        struct iso_plan plan =
            iso_plan((int64_t)frame.count, order->level, order->aql, state.severity);
        frame_hash(&frame, hex);
        *data = json_pack("{s:s, s:o, s:I, s:I, s:s, s:s, s:s, s:s, s:s#, s:I, s:i, s:i, s:s, s:I}",
                          "series", order->series, "choice", selector_of(order), "sequence",
                          (json_int_t)at->sequence, "size", (json_int_t)frame.count, "frame", hex,
                          "level", iso_level_word(order->level), "aql", iso_aql_word(order->aql),
                          "severity", iso_severity_word(state.severity), "letter", &plan.letter, 1,
                          "sample", (json_int_t)plan.sample, "accept", plan.accept, "reject",
                          plan.reject, "seed", seed, "again", (json_int_t)order->again);
        json_object_set_new(*data, "drawn", draw(&frame, seed, plan.sample));
    }
    free(frame.at);
    arena_free(frame.arena);
    return status;
}

static const char *text_in(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

enum status lot_redraw(struct db *db, const json_t *lot, struct error *error)
{
    struct frame frame = {.arena = arena_new()};
    char hex[HASH_HEX_SIZE];
    const json_t *choice = json_object_get(lot, "choice");
    const struct lot_order order = {.batch = text_in(choice, "batch"),
                                    .box = text_in(choice, "box"),
                                    .unit = text_in(choice, "unit"),
                                    .procedure = text_in(choice, "procedure"),
                                    .from = text_in(choice, "from"),
                                    .until = text_in(choice, "until")};
    enum status status = read_frame(db, json_int(lot, "sequence", 0), &order, &frame, error);
    if (status == STATUS_OK) {
        frame_hash(&frame, hex);
        json_t *drawn = draw(&frame, or_empty(text_in(lot, "seed")), json_int(lot, "sample", 0));
        if (strcmp(hex, or_empty(text_in(lot, "frame"))) != 0)
            status = error_set(error, STATUS_REJECT,
                               _("the lot's documents are not those of the store at entry %lld"),
                               (long long)json_int(lot, "sequence", 0));
        else if (!json_equal(drawn, json_object_get(lot, "drawn")))
            status = error_set(error, STATUS_REJECT, _("the seed draws another sample"));
        json_decref(drawn);
    }
    free(frame.at);
    arena_free(frame.arena);
    return status;
}

/* ---------------------------------------------------------------- rows */

static bool is_plan(const json_t *lot)
{
    const char *level = text_in(lot, "level"), *aql = text_in(lot, "aql");
    const char *severity = text_in(lot, "severity");
    int64_t size = json_int(lot, "size", 0);
    if (!level || !aql || !severity || iso_level_find(level) < 0 || iso_aql_find(aql) < 0 ||
        iso_severity_find(severity) < 0 || size < 1)
        return false;
    struct iso_plan plan = iso_plan(size, (enum iso_level)iso_level_find(level), iso_aql_find(aql),
                                    (enum iso_severity)iso_severity_find(severity));
    return plan.sample == json_int(lot, "sample", -1) &&
           plan.accept == json_int(lot, "accept", -1) &&
           (int64_t)json_array_size(json_object_get(lot, "drawn")) == plan.sample;
}

enum status lot_apply(struct db *db, const struct record *record, struct error *error)
{
    if (!text_in(record->data, "series") || !text_in(record->data, "seed") ||
        !is_plan(record->data))
        return error_set(error, STATUS_REJECT,
                         _("the lot's sample is not that of its plan (ISO 2859-1)"));
    char *text = json_dumps(record->data, JSON_COMPACT | JSON_SORT_KEYS);
    enum status status =
        db_do(db, error,
              "INSERT INTO account_lot (record, series, size, sample, data)"
              " VALUES (?, ?, ?, ?, ?)",
              "isiis", record->number, text_in(record->data, "series"),
              json_int(record->data, "size", 0), json_int(record->data, "sample", 0), text);
    free(text);
    return status;
}

static enum status find_data(struct db *db, const char *sql, int64_t number, json_t **data,
                             struct error *error)
{
    struct db_query *query = NULL;
    *data = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, number);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *data = json_loads(db_text(query, 0), 0, NULL);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status lot_find(struct db *db, int64_t lot, json_t **data, struct error *error)
{
    enum status status =
        find_data(db, "SELECT data FROM account_lot WHERE record = ?", lot, data, error);
    if (status == STATUS_OK && !*data)
        status =
            error_set(error, STATUS_REJECT,
                      _("there is no lot %lld; “sohoa sample list” names them"), (long long)lot);
    return status;
}

enum status lot_verdict(struct db *db, int64_t lot, json_t **data, struct error *error)
{
    return find_data(db, "SELECT data FROM account_verdict WHERE lot = ?", lot, data, error);
}

enum status lot_each(struct db *db, const struct account_at *at,
                     enum status (*visit)(void *context, const struct lot_row *row,
                                          struct error *error),
                     void *context, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT l.record, l.series, l.size, l.sample, l.data, coalesce(v.record, 0),"
                   " coalesce(v.faulty, 0), coalesce(v.accepted, 0) FROM account_lot l"
                   " LEFT JOIN account_verdict v ON v.lot = l.record AND v.record <= ?"
                   " WHERE l.record <= ? ORDER BY l.record",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->record);
        db_bind_int(query, 2, at->record);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        json_t *data = json_loads(db_text(query, 4), 0, NULL);
        const struct lot_row row = {.lot = db_int(query, 0),
                                    .series = db_text(query, 1),
                                    .size = db_int(query, 2),
                                    .sample = db_int(query, 3),
                                    .severity = or_empty(text_in(data, "severity")),
                                    .aql = or_empty(text_in(data, "aql")),
                                    .level = or_empty(text_in(data, "level")),
                                    .accept = json_int(data, "accept", 0),
                                    .verdict = db_int(query, 5),
                                    .faulty = db_int(query, 6),
                                    .accepted = db_int(query, 7) != 0};
        status = visit(context, &row, error);
        json_decref(data);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
