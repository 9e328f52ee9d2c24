/* SQLite's own: which tables and indexes there should be, by making them in memory. */
#include <string.h>

#include "core/message.h"
#include "index/schema.h"

/* Made by index/text/text_fts5.c. */
static const char *const text_tables[] = {
    "catalog_text",  "catalog_text_data",  "catalog_text_idx",  "catalog_text_config",
    "catalog_names", "catalog_names_data", "catalog_names_idx", "catalog_names_config",
    "catalog_name",  "catalog_name_base"};
enum { TEXT_TABLES = sizeof text_tables / sizeof *text_tables };

static enum status is_there(struct db *db, const char *name, bool *there, struct error *error)
{
    int64_t count = 0;
    enum status status = db_first_int(
        db, &count, error, "SELECT count(*) FROM sqlite_schema WHERE name = ?", "s", name);
    *there = count > 0;
    return status;
}

/* Of the full text's. */
static enum status count_text(struct db *db, int *there, const char **missing, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < TEXT_TABLES && status == STATUS_OK; i++) {
        bool is = false;
        status = is_there(db, text_tables[i], &is, error);
        *there += is;
        if (!is && missing && !*missing)
            *missing = text_tables[i];
    }
    return status;
}

/* visit: what is made in an empty database and is not in this one; tables before indexes. Ends with
 * the first outcome that is not OK. */
static enum status each_missing(struct db *db,
                                enum status (*visit)(void *context, const char *name,
                                                     const char *sql, struct error *error),
                                void *context, struct error *error)
{
    struct db *fresh = NULL;
    struct db_query *query = NULL;
    enum status status = db_open_memory(&fresh, error);
    if (status == STATUS_OK)
        status = schema_ensure(fresh, error);
    if (status == STATUS_OK)
        status = db_prepare(fresh,
                            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
                            " ORDER BY type DESC, rowid",
                            &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        bool there = false;
        status = is_there(db, db_text(query, 0), &there, error);
        if (status == STATUS_OK && !there)
            status = visit(context, db_text(query, 0), db_text(query, 1), error);
    }
    db_finish(query);
    db_close(fresh);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status damaged(const char *missing, struct error *error)
{
    return error_set(error, STATUS_FATAL,
                     _("The catalogue is damaged (%s is missing): 'sohoa reindex' makes it again "
                       "from the store."),
                     missing);
}

static enum status tell_first(void *context, const char *name, const char *sql, struct error *error)
{
    (void)context;
    (void)sql;
    return damaged(name, error);
}

enum status schema_whole(struct db *db, struct error *error)
{
    long version = 0;
    bool there = false;
    int of_text = 0;
    const char *missing = NULL, *made_by = NULL;
    struct arena *arena = arena_new();
    enum status status = schema_version(db, &version, error);
    if (status == STATUS_OK && version == 0) {
        status = is_there(db, "catalog_entry", &there, error);
        if (status == STATUS_OK && there)
            status = damaged("catalog_meta", error);
    } else if (status == STATUS_OK && schema_is_current(db)) {
        status = each_missing(db, tell_first, NULL, error);
        if (status == STATUS_OK)
            status = meta_get(db, "tokens", arena, &made_by, error);
        if (status == STATUS_OK && made_by)
            status = count_text(db, &of_text, &missing, error);
        if (status == STATUS_OK && missing)
            status = damaged(missing, error);
    }
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- made again */

static enum status make(void *context, const char *name, const char *sql, struct error *error)
{
    struct db *db = context;
    enum status status = db_run(db, sql, error);
    if (status == STATUS_OK && strcmp(name, "catalogue_row") == 0) /* what is shipped, again */
        status = db_do(db, error, "DELETE FROM catalog_meta WHERE key = 'catalogues'", "");
    return status;
}

/* Half a virtual table can neither be opened nor dropped: first its entry goes, then what are
 * tables like others from there on. */
static enum status drop_text(struct db *db, struct error *error)
{
    return db_run(db,
                  "PRAGMA writable_schema = ON;"
                  "DELETE FROM sqlite_schema WHERE name IN ('catalog_text', 'catalog_names')"
                  " AND sql LIKE 'CREATE VIRTUAL TABLE%';"
                  "PRAGMA writable_schema = RESET;"
                  "DROP TABLE IF EXISTS catalog_text_data; DROP TABLE IF EXISTS catalog_text_idx;"
                  "DROP TABLE IF EXISTS catalog_text_config;"
                  "DROP TABLE IF EXISTS catalog_names_data; DROP TABLE IF EXISTS catalog_names_idx;"
                  "DROP TABLE IF EXISTS catalog_names_config; DROP TABLE IF EXISTS catalog_name;"
                  "DELETE FROM catalog_meta WHERE key = 'tokens'",
                  error);
}

enum status schema_mend(struct db *db, struct error *error)
{
    long version = 0;
    int of_text = 0;
    bool is_new = false;
    enum status status = schema_whole(db, NULL);
    if (status != STATUS_FATAL)
        return STATUS_OK;
    status = schema_version(db, &version, error);
    is_new = version == 0; /* its catalog_meta is gone: taken for one of this program */
    if (status == STATUS_OK)
        status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    status = db_end(db, each_missing(db, make, db, error), error);
    if (status == STATUS_OK && is_new)
        status = schema_say_current(db, error);
    if (status == STATUS_OK)
        status = count_text(db, &of_text, NULL, error);
    if (status == STATUS_OK && of_text < TEXT_TABLES)
        status = drop_text(db, error);
    return status;
}
