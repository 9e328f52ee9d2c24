/* What was found in samples: verdicts, switching, statistics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "account/lot.h"
#include "account/sheet_csv.h"
#include "core/message.h"
#include "core/text.h"

enum { DOCUMENT, RESULT, FAULT, NOTE, COLUMNS };

static const struct sheet_column columns[COLUMNS] = {
    {{"document", "tai_lieu"}, true},
    {{"result", "ket_qua"}, true},
    {{"fault", "loi"}, false},
    {{"note", "ghi_chu"}, false},
};

static const char *text_in(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

/* ---------------------------------------------------------------- judging */

/* "<id>/v2" by an id, with or without its version. */
static const char *find_drawn(const json_t *drawn, const char *document)
{
    size_t size = strcspn(document, "/");
    for (size_t i = 0; i < json_array_size(drawn); i++) {
        const char *place = json_string_value(json_array_get(drawn, i));
        if (strncmp(place, document, size) == 0 && place[size] == '/' &&
            (!document[size] || strcmp(place, document) == 0))
            return place;
    }
    return NULL;
}

/* 1 a fault, 0 good, -1 neither. */
static int read_result(const char *text, struct arena *arena)
{
    static const char *const good[] = {"good", "dat", "ok"};
    static const char *const bad[] = {"fault", "loi", "khong dat"};
    const char *folded = text_fold(arena, text);
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(folded, good[i]) == 0)
            return 0;
        if (strcmp(folded, bad[i]) == 0)
            return 1;
    }
    return -1;
}

static enum status take_row(const struct sheet *sheet, size_t row, const json_t *drawn,
                            json_t *findings, struct error *error)
{
    const char *document = sheet_text(sheet, row, DOCUMENT);
    const char *place = find_drawn(drawn, document);
    const char *fault = text_tidy(sheet->arena, sheet_text(sheet, row, FAULT));
    int result = read_result(sheet_text(sheet, row, RESULT), sheet->arena);
    if (!place)
        return sheet_refuse(sheet, row, error, _("%s is not of this sample"), document);
    if (result < 0)
        return sheet_refuse(sheet, row, error, _("\"%s\" is no result; write good or fault"),
                            sheet_text(sheet, row, RESULT));
    if (result == 0 && *fault)
        return sheet_refuse(sheet, row, error, _("it is good, and has the fault \"%s\""), fault);
    json_t *one = json_object_get(findings, place);
    if (!one) {
        one = json_pack("{s:[]}", "faults");
        json_object_set_new(findings, place, one);
    }
    const char *note = text_tidy(sheet->arena, sheet_text(sheet, row, NOTE));
    if (result == 1)
        json_array_append_new(json_object_get(one, "faults"),
                              json_string(*fault ? text_fold(sheet->arena, fault) : "other"));
    if (*note)
        json_put_text(one, "note", note);
    return STATUS_OK;
}

static enum status read_findings(struct db *db, const char *csv_path, const json_t *drawn,
                                 json_t *findings, struct error *error)
{
    struct arena *arena = arena_new();
    struct sheet sheet;
    size_t missing = 0;
    enum status status = sheet_open(db, csv_path, columns, COLUMNS, arena, &sheet, error);
    for (size_t i = 1; status == STATUS_OK && i < sheet.csv.count; i++)
        status = take_row(&sheet, i, drawn, findings, error);
    for (size_t i = 0; i < json_array_size(drawn); i++)
        missing += !json_object_get(findings, json_string_value(json_array_get(drawn, i)));
    if (status == STATUS_OK && missing > 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s: %zu of the %zu documents of the sample have no result"), csv_path,
                           missing, json_array_size(drawn));
    arena_free(arena);
    return status;
}

static int64_t count_faulty(const json_t *findings)
{
    int64_t faulty = 0;
    const char *place;
    json_t *one;
    json_object_foreach((json_t *)(uintptr_t)findings, place, one) faulty +=
        json_array_size(json_object_get(one, "faults")) > 0;
    return faulty;
}

/* Would it have been accepted by the AQL one step tighter? (the switching score asks) */
static bool passes_tighter(const json_t *lot, int64_t faulty)
{
    int aql = iso_aql_find(text_in(lot, "aql")), level = iso_level_find(text_in(lot, "level"));
    int severity = iso_severity_find(text_in(lot, "severity"));
    if (aql < 1 || level < 0 || severity < 0)
        return false;
    return faulty <= iso_plan(json_int(lot, "size", 1), (enum iso_level)level, aql - 1,
                              (enum iso_severity)severity)
                         .accept;
}

enum status lot_judge(struct db *db, int64_t lot, const char *csv_path, json_t **data,
                      struct error *error)
{
    json_t *of = NULL, *before = NULL, *findings = json_object();
    *data = NULL;
    enum status status = lot_find(db, lot, &of, error);
    const json_t *drawn = json_object_get(of, "drawn");
    if (status == STATUS_OK)
        status = lot_verdict(db, lot, &before, error);
    if (status == STATUS_OK && before)
        status = error_set(error, STATUS_REJECT, _("lot %lld is judged already"), (long long)lot);
    if (status == STATUS_OK && csv_path)
        status = read_findings(db, csv_path, drawn, findings, error);
    for (size_t i = 0; status == STATUS_OK && !csv_path && i < json_array_size(drawn); i++)
        json_object_set_new(findings, json_string_value(json_array_get(drawn, i)),
                            json_pack("{s:[]}", "faults"));
    if (status == STATUS_OK) {
        int64_t faulty = count_faulty(findings);
        *data = json_pack("{s:I, s:O, s:I, s:I, s:b, s:b}", "lot", (json_int_t)lot, "findings",
                          findings, "inspected", (json_int_t)json_array_size(drawn), "faulty",
                          (json_int_t)faulty, "accepted", faulty <= json_int(of, "accept", -1),
                          "passes_tighter", passes_tighter(of, faulty));
    }
    json_decref(of);
    json_decref(before);
    json_decref(findings);
    return status;
}

char *lot_words(const json_t *verdict)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)verdict);
    json_object_del(copy, "signature");
    char *words = json_dumps(copy, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(copy);
    return words;
}

/* ---------------------------------------------------------------- rows */

static enum status put_findings(struct db *db, const struct record *record, struct error *error)
{
    const char *place;
    json_t *one;
    enum status status = STATUS_OK;
    json_object_foreach((json_t *)(uintptr_t)json_object_get(record->data, "findings"), place, one)
    {
        const json_t *faults = json_object_get(one, "faults");
        size_t count = json_array_size(faults);
        char id[37] = "";
        memcpy(id, place, strcspn(place, "/") < 37 ? strcspn(place, "/") : 36);
        const char *version = strrchr(place, 'v');
        for (size_t i = 0; i < (count ? count : 1) && status == STATUS_OK; i++)
            status =
                db_do(db, error,
                      "INSERT INTO account_finding (record, document_id, version, fault)"
                      " VALUES (?, ?, ?, ?) ON CONFLICT (record, document_id, fault) DO NOTHING",
                      "isis", record->number, id,
                      version ? (int64_t)strtoll(version + 1, NULL, 10) : (int64_t)0,
                      count ? json_string_value(json_array_get(faults, i)) : "");
    }
    return status;
}

enum status verdict_apply(struct db *db, const struct record *record, struct error *error)
{
    json_t *lot = NULL;
    const json_t *findings = json_object_get(record->data, "findings");
    int64_t number = json_int(record->data, "lot", 0), faulty = count_faulty(findings);
    enum status status = lot_find(db, number, &lot, error);
    if (status == STATUS_OK &&
        (json_object_size(findings) != json_array_size(json_object_get(lot, "drawn")) ||
         faulty != json_int(record->data, "faulty", -1) ||
         (faulty <= json_int(lot, "accept", -1)) != json_flag(record->data, "accepted", -1)))
        status = error_set(error, STATUS_REJECT,
                           _("the verdict on lot %lld does not follow from what was found"),
                           (long long)number);
    char *text = json_dumps(record->data, JSON_COMPACT | JSON_SORT_KEYS);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "INSERT INTO account_verdict (record, lot, faulty, accepted, data)"
                       " VALUES (?, ?, ?, ?, ?)",
                       "iiiis", record->number, number, faulty,
                       (int64_t)json_flag(record->data, "accepted", 0), text);
    if (status == STATUS_OK)
        status = put_findings(db, record, error);
    free(text);
    json_decref(lot);
    return status;
}

/* ---------------------------------------------------------------- switching */

enum status lot_state(struct db *db, const char *series, bool reduced, struct iso_state *out,
                      struct error *error)
{
    struct db_query *query = NULL;
    struct iso_lot *lots = NULL;
    int count = 0, room = 0;
    enum status status = db_prepare(
        db,
        "SELECT v.data, l.data FROM account_verdict v JOIN account_lot l ON l.record = v.lot"
        " WHERE l.series = ? ORDER BY v.record",
        &query, error);
    if (status == STATUS_OK)
        db_bind_text(query, 1, series);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        json_t *verdict = json_loads(db_text(query, 0), 0, NULL);
        json_t *lot = json_loads(db_text(query, 1), 0, NULL);
        if (json_int(lot, "again", 0) == 0) { /* what is offered again decides nothing */
            if (count == room) {
                room = room ? 2 * room : 64;
                lots = memory_resize(lots, (size_t)room * sizeof *lots);
            }
            lots[count++] =
                (struct iso_lot){.accepted = json_flag(verdict, "accepted", 0),
                                 .would_pass_tighter = json_flag(verdict, "passes_tighter", 0),
                                 .accept = (int)json_int(lot, "accept", 0)};
        }
        json_decref(verdict);
        json_decref(lot);
    }
    db_finish(query);
    *out = iso_switch(lots, count, reduced);
    free(lots);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- statistics */

const char *const lot_stat_words[] = {"fault", "type",      "operator", "scanner",
                                      "day",   "procedure", "unit",     NULL};
static const char *const stat_columns[] = {
    NULL,          "v.type", "v.operator", "v.scanner", "substr(v.scanned_at, 1, 10)",
    "v.procedure", "v.unit"};

static void wilson(struct lot_stat *stat)
{
    const double z = 1.96;
    double n = (double)stat->inspected, p = n > 0 ? (double)stat->faulty / n : 0;
    if (n <= 0) {
        stat->percent = -1;
        return;
    }
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    stat->percent = 100 * p;
    stat->low = 100 * fmax(middle - half, 0);
    stat->high = 100 * fmin(middle + half, 1);
}

static const char by_fault[] =
    "SELECT f.fault, (SELECT count(*) FROM (SELECT DISTINCT g.record, g.document_id"
    " FROM account_finding g WHERE g.record <= ?) AS d), count(*) FROM account_finding f"
    " WHERE f.record <= ? AND f.fault <> '' GROUP BY f.fault ORDER BY 3 DESC, 1";

enum status lot_stats(struct db *db, const struct account_at *at, const char *by,
                      enum status (*visit)(void *context, const struct lot_stat *stat,
                                           struct error *error),
                      void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    size_t column = 0;
    while (lot_stat_words[column] && strcmp(lot_stat_words[column], by) != 0)
        column++;
    const char *sql =
        column == 0 ? by_fault
                    : arena_printf(arena,
                                   "SELECT k, count(*), sum(bad) FROM (SELECT"
                                   " coalesce(%s, '') AS k, f.record, f.document_id,"
                                   " max(CASE WHEN f.fault <> '' THEN 1 ELSE 0 END) AS bad"
                                   " FROM account_finding f LEFT JOIN catalog_version v"
                                   " ON v.document_id = f.document_id AND v.version = f.version"
                                   " WHERE f.record <= ? AND f.record <= ?"
                                   " GROUP BY k, f.record, f.document_id) AS q GROUP BY k"
                                   " ORDER BY 1",
                                   stat_columns[column] ? stat_columns[column] : "''");
    enum status status = lot_stat_words[column] ? db_prepare(db, sql, &query, error)
                                                : error_set(error, STATUS_REJECT,
                                                            _("there is no statistics by %s"), by);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->record);
        db_bind_int(query, 2, at->record);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        struct lot_stat stat = {
            .key = db_text(query, 0), .inspected = db_int(query, 1), .faulty = db_int(query, 2)};
        wilson(&stat);
        status = visit(context, &stat, error);
    }
    db_finish(query);
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status lot_sums(struct db *db, const struct account_at *at, const char *from,
                     const char *until, struct lot_sum *out, struct error *error)
{
    struct db_query *query = NULL;
    *out = (struct lot_sum){0};
    enum status status =
        db_prepare(db,
                   "SELECT count(*), coalesce(sum(v.accepted), 0), coalesce(sum(l.sample), 0),"
                   " coalesce(sum(v.faulty), 0) FROM account_verdict v"
                   " JOIN account_lot l ON l.record = v.lot"
                   " JOIN account_record r ON r.number = v.record"
                   " WHERE v.record <= ? AND r.day >= ? AND r.day <= ?",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->record);
        db_bind_text(query, 2, from);
        db_bind_text(query, 3, until);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *out = (struct lot_sum){db_int(query, 0), db_int(query, 1), db_int(query, 2),
                                db_int(query, 3)};
    db_finish(query);
    return status;
}
