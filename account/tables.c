#include "account/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/account.h"
#include "core/message.h"
#include "index/schema.h"

/* Row n brings version n to n + 1. Never edit a row that was shipped: add one. */
static const char *const steps[] = {
    "CREATE TABLE account_place (document_id text NOT NULL, version bigint NOT NULL,"
    " sequence bigint NOT NULL, day text NOT NULL, PRIMARY KEY (document_id, version));"
    "CREATE TABLE account_record (number bigint PRIMARY KEY, sequence bigint NOT NULL,"
    " day text NOT NULL);"
    /* Rà soát, kiểm đếm. year 0: unknown; shelf_key "": of all shelves; sheets, metres NULL: not
     * counted. */
    "CREATE TABLE account_inventory (record bigint NOT NULL, line bigint NOT NULL,"
    " unit_key text NOT NULL, procedure_key text NOT NULL, year bigint NOT NULL,"
    " shelf_key text NOT NULL, unit text NOT NULL, procedure text NOT NULL, shelf text NOT NULL,"
    " papers bigint NOT NULL, pages bigint NOT NULL, sheets bigint, metres double precision,"
    " PRIMARY KEY (record, line));"
    "CREATE INDEX account_inventory_cell"
    " ON account_inventory (unit_key, procedure_key, year, record);"
    /* What need not be digitised. number "": just so many. */
    "CREATE TABLE account_exempt (record bigint NOT NULL, line bigint NOT NULL,"
    " unit_key text NOT NULL, procedure_key text NOT NULL, year bigint NOT NULL,"
    " reason text NOT NULL, number text NOT NULL, unit text NOT NULL, procedure text NOT NULL,"
    " papers bigint NOT NULL, pages bigint NOT NULL, sheets bigint, note text NOT NULL,"
    " PRIMARY KEY (record, line));"
    "CREATE INDEX account_exempt_cell ON account_exempt (unit_key, procedure_key, year, record);"
    /* Registers and exports of one-stop systems; NULL: the file did not say. */
    "CREATE TABLE account_register (record bigint NOT NULL, line bigint NOT NULL,"
    " ident text NOT NULL, dossier text, number text, number_key text, date text, unit text,"
    " unit_key text NOT NULL, procedure text, procedure_key text NOT NULL, owner text,"
    " owner_key text, received text, settled text, channel bigint, has_result bigint NOT NULL,"
    " result_file bigint, components bigint, digitised bigint, reused bigint,"
    " PRIMARY KEY (record, line));"
    "CREATE INDEX account_register_ident ON account_register (ident, record);"
    /* Acceptance: lots as they were drawn, what was found, what was decided. */
    "CREATE TABLE account_lot (record bigint PRIMARY KEY, series text NOT NULL,"
    " size bigint NOT NULL, sample bigint NOT NULL, data text NOT NULL);"
    "CREATE TABLE account_verdict (record bigint PRIMARY KEY,"
    " lot bigint NOT NULL UNIQUE REFERENCES account_lot (record), faulty bigint NOT NULL,"
    " accepted bigint NOT NULL, data text NOT NULL);"
    "CREATE TABLE account_finding (record bigint NOT NULL, document_id text NOT NULL,"
    " version bigint NOT NULL, fault text NOT NULL, PRIMARY KEY (record, document_id, fault));"
    "CREATE TABLE account_report (record bigint PRIMARY KEY, kind text NOT NULL,"
    " period text NOT NULL, sequence bigint NOT NULL, sha256 text NOT NULL)",
    /* Which documents are the same paper, and which are not, as people said (twins.h). */
    "CREATE TABLE account_twin (record bigint PRIMARY KEY, document_id text NOT NULL,"
    " another bigint NOT NULL, reason text NOT NULL);"
    "CREATE INDEX account_twin_document ON account_twin (document_id, record)",
    /* What came later than a moment. */
    "CREATE INDEX account_place_later ON account_place (sequence, document_id, version)",
};
enum { VERSION = sizeof steps / sizeof *steps };

const char *sql_with_number(struct arena *arena, const char *sql, int64_t number)
{
    size_t marks = 0;
    for (const char *at = sql; *at; at++)
        marks += *at == '?';
    char *text = arena_alloc(arena, strlen(sql) + marks * 20 + 1), *to = text;
    for (const char *at = sql; *at; at++)
        if (*at == '?')
            to += snprintf(to, 21, "%lld", (long long)number);
        else
            *to++ = *at;
    *to = '\0';
    return text;
}

static enum status number_of(struct db *db, const char *key, int64_t *value, struct error *error)
{
    struct arena *arena = arena_new();
    const char *text = NULL;
    enum status status = meta_get(db, key, arena, &text, error);
    *value = text ? strtoll(text, NULL, 10) : 0;
    arena_free(arena);
    return status;
}

static enum status put_number(struct db *db, const char *key, int64_t value, struct error *error)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return meta_put(db, key, text, error);
}

static enum status upgrade(struct db *db, struct error *error)
{
    int64_t version = 0;
    enum status status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    status = number_of(db, "account", &version, error); /* another process may have been quicker */
    for (; status == STATUS_OK && version < VERSION; version++)
        status = db_run(db, steps[version], error);
    if (status == STATUS_OK)
        status = put_number(db, "account", VERSION, error);
    return db_end(db, status, error);
}

enum status account_tables(struct db *db, struct error *error)
{
    int64_t version = 0;
    enum status status = schema_ensure(db, error);
    if (status == STATUS_OK)
        status = number_of(db, "account", &version, error);
    if (status == STATUS_OK && version > VERSION)
        return error_set(
            error, STATUS_FATAL,
            _("the accounts were made by a newer sohoa (version %lld, this one knows %d); "
              "install the newer program"),
            (long long)version, (int)VERSION);
    return status == STATUS_OK && version < VERSION ? upgrade(db, error) : status;
}

#define OURS "name LIKE 'account\\_%' ESCAPE '\\' AND sql IS NOT NULL"

static enum status count_ours(struct db *db, int64_t *count, struct error *error)
{
    return db_first_int(db, count, error, "SELECT count(*) FROM sqlite_schema WHERE " OURS, "");
}

static enum status forget(struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char *sql = "";
    enum status status = db_prepare(
        db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND " OURS, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        sql = arena_printf(arena, "%sDROP TABLE %s;", sql, db_text(query, 0));
    db_finish(query);
    sql = arena_printf(arena,
                       "PRAGMA foreign_keys = OFF; %s DELETE FROM catalog_meta WHERE key IN"
                       " ('account', 'account_journal'); PRAGMA foreign_keys = ON",
                       sql);
    status = status == STATUS_END ? db_run(db, sql, error) : status;
    arena_free(arena);
    return status;
}

enum status account_tables_mend(struct db *db, struct error *error)
{
    struct db *fresh = NULL;
    int64_t version = 0, there = 0, all = 0;
    enum status status = db_open_memory(&fresh, error);
    if (status == STATUS_OK)
        status = account_tables(fresh, error);
    if (status == STATUS_OK)
        status = count_ours(fresh, &all, error);
    db_close(fresh);
    if (status == STATUS_OK)
        status = count_ours(db, &there, error);
    if (status == STATUS_OK && there > 0)
        status = number_of(db, "account", &version, error);
    bool is_known = version > 0 && (version != VERSION || there == all);
    return status == STATUS_OK && there > 0 && !is_known ? forget(db, error) : status;
}

enum status account_read_to(struct db *db, int64_t *sequence, struct error *error)
{
    return number_of(db, "account_journal", sequence, error);
}

enum status account_set_read_to(struct db *db, int64_t sequence, struct error *error)
{
    return put_number(db, "account_journal", sequence, error);
}
