/* The rows that were made of records, against the records; SQLite's own. */
#include "pipeline/records.h"

#include <string.h>

#include "account/account.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "index/copy_rows.h"
#include "index/schema.h"
#include "pipeline/records_private.h"

/* Such tables have a column "record"; what was shipped, not entered, has 0 or less there. */
struct table {
    const char *name;
    const char *columns; /* all but id, in order */
    int count;
};

static enum status find_columns(struct db *db, struct table *table, bool *made_of_records,
                                struct arena *arena, struct error *error)
{
    struct db_query *query = NULL;
    struct buffer columns = {0};
    *made_of_records = false;
    enum status status = db_prepare(db, "SELECT name FROM pragma_table_info(?)", &query, error);
    if (status == STATUS_OK)
        db_bind_text(query, 1, table->name);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *name = db_text(query, 0);
        *made_of_records = *made_of_records || strcmp(name, "record") == 0;
        if (strcmp(name, "id") == 0)
            continue;
        buffer_printf(&columns, "%s\"%s\"", table->count ? ", " : "", name);
        table->count++;
    }
    db_finish(query);
    table->columns = arena_strdup(arena, columns.data ? (const char *)columns.data : "");
    buffer_clear(&columns);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Calls visit for each table whose rows are made of records. */
static enum status each_table(struct db *db,
                              enum status (*visit)(void *context, const struct table *table,
                                                   struct error *error),
                              void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char *names[256];
    size_t count = 0;
    enum status status = db_prepare(
        db,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        " ORDER BY name",
        &query, error);
    while (status == STATUS_OK && count < 256 && (status = db_step(query, error)) == STATUS_OK)
        names[count++] = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct table table = {.name = names[i]};
        bool made_of_records = false;
        status = find_columns(db, &table, &made_of_records, arena, error);
        if (status == STATUS_OK && made_of_records)
            status = visit(context, &table, error);
    }
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- comparing */

struct comparing {
    struct db *live, *own;
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    int64_t faults;
};

static bool same_row(struct db_query *one, struct db_query *other, int count)
{
    for (int i = 0; i < count; i++) {
        const char *a = db_text(one, i), *b = db_text(other, i);
        if (a && b ? strcmp(a, b) != 0 : a != b)
            return false;
    }
    return true;
}

static enum status compare(void *context, const struct table *table, struct error *error)
{
    struct comparing *comparing = context;
    struct arena *arena = arena_new();
    struct db_query *there = NULL, *here = NULL;
    const char *sql = arena_printf(arena, "SELECT %s FROM %s WHERE record > 0 ORDER BY %s",
                                   table->columns, table->name, table->columns);
    enum status status = db_prepare(comparing->live, sql, &there, error);
    if (status == STATUS_OK)
        status = db_prepare(comparing->own, sql, &here, error);
    bool same = true;
    while (status == STATUS_OK && same) {
        status = db_step(there, error);
        enum status row = db_step(here, error);
        same = row == status && (status != STATUS_OK || same_row(there, here, table->count));
    }
    db_finish(there);
    db_finish(here);
    if (!same && (status == STATUS_OK || status == STATUS_END)) {
        comparing->faults++;
        comparing->finding(comparing->context, table->name,
                           _("its rows are not what the records say: sohoa reindex makes them "
                             "again"));
    }
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

/* What records are applied upon. */
static enum status make_own(const struct warehouse *warehouse, struct db *live, struct db *own,
                            struct error *error)
{
    enum status status = account_tables(own, error);
    if (status == STATUS_OK)
        status = db_begin(own, error);
    if (status == STATUS_OK)
        status = copy_rows(live, own, "catalog_procedure", NULL, error);
    if (status == STATUS_OK)
        status = copy_rows(live, own, "catalogue_import", "record <= 0", error);
    if (status == STATUS_OK)
        status = records_apply_all(warehouse, own, error);
    return status == STATUS_OK ? db_commit(own, error) : status;
}

enum status pipeline_records_compare(const struct warehouse *warehouse, struct db *db,
                                     void (*finding)(void *context, const char *place,
                                                     const char *sentence),
                                     void *context, struct error *error)
{
    struct comparing comparing = {.live = db, .finding = finding, .context = context};
    int64_t applied = 0;
    enum status status = records_applied(db, &applied, error);
    if (status != STATUS_OK || applied == 0)
        return status; /* none yet, or a database of before */
    status = db_open_memory(&comparing.own, error);
    if (status == STATUS_OK)
        status = make_own(warehouse, db, comparing.own, error);
    if (status == STATUS_OK)
        status = each_table(comparing.own, compare, &comparing, error);
    db_close(comparing.own);
    if (status == STATUS_OK && comparing.faults)
        status = error_set(error, STATUS_REJECT, _("Rows are not what the records say."));
    return status;
}

/* ---------------------------------------------------------------- made again */

static enum status empty_table(void *context, const struct table *table, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status =
        db_run(context, arena_printf(arena, "DELETE FROM %s WHERE record > 0", table->name), error);
    arena_free(arena);
    return status;
}

enum status pipeline_records_again(const struct warehouse *warehouse, struct db *db,
                                   struct error *error)
{
    enum status status = db_begin(db, error);
    if (status == STATUS_OK) /* tables refer to each other */
        status = db_run(db, "PRAGMA defer_foreign_keys = ON", error);
    if (status == STATUS_OK)
        status = each_table(db, empty_table, db, error);
    if (status == STATUS_OK)
        status = records_apply_all(warehouse, db, error);
    return db_end(db, status, error);
}
