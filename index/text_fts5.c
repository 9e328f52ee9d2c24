#include "index/full_text.h"

#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "index/schema.h"
#include "index/tokenizer.h"

struct table {
    const char *name, *create, *candidates, *condition, *count;
};

#define CONTENT_PAGE "content='catalog_page', content_rowid='id', detail=none, columnsize=0"
#define CONTENT_PERSON "content='catalog_person', content_rowid='id', detail=none, columnsize=0"
/* CROSS JOIN: the full text first, then the catalogue row by row. */
#define FROM(table, content)                                                                       \
    " FROM " table " CROSS JOIN " content " c ON c.id = " table ".rowid"                           \
    " CROSS JOIN catalog_entry e ON e.id = c.entry_id WHERE " table " MATCH ?"
#define TABLE(table, content, column, options, tokens)                                             \
    {                                                                                              \
        table,                                                                                     \
            "CREATE VIRTUAL TABLE IF NOT EXISTS " table " USING fts5(" column ", " options         \
            ", tokenize='sohoa " tokens "')",                                                      \
            "SELECT c.id" FROM(table, content),                                                    \
            "e.id IN (SELECT c.entry_id FROM " table " CROSS JOIN " content " c ON c.id = " table  \
            ".rowid WHERE " table " MATCH ?)",                                                     \
            "SELECT count(*) FROM (SELECT DISTINCT e.id" FROM(table, content)                      \
    }

static const struct table tables[] = {
    [TEXT_WORDS] = TABLE("catalog_words", "catalog_page", "text", CONTENT_PAGE, "words"),
    [TEXT_SKELETONS] =
        TABLE("catalog_skeletons", "catalog_page", "text", CONTENT_PAGE, "skeletons"),
    [TEXT_NAMES] = TABLE("catalog_names", "catalog_person", "name", CONTENT_PERSON, "names"),
};
enum { TABLE_COUNT = sizeof tables / sizeof *tables };

enum status text_make_anew(struct db *db, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < TABLE_COUNT && status == STATUS_OK; i++) {
        char sql[160];
        status = db_run(db, tables[i].create, error);
        snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES ('rebuild')", tables[i].name,
                 tables[i].name);
        if (status == STATUS_OK)
            status = db_run(db, sql, error);
    }
    return status == STATUS_OK ? meta_put(db, "tokens", tokenizer_version, error) : status;
}

static enum status make_in_transaction(struct db *db, struct error *error)
{
    enum status status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    status = text_make_anew(db, error);
    if (status == STATUS_OK)
        status = db_commit(db, error);
    if (status != STATUS_OK)
        db_rollback(db);
    return status;
}

enum status text_open(struct db *db, struct error *error)
{
    if (strcmp(db_driver(db), "sqlite") != 0)
        return error_set(error, STATUS_FATAL,
                         _("full text for the database %s is not built in; use SQLite"),
                         db_driver(db));
    struct arena *arena = arena_new();
    const char *made_by = NULL;
    enum status status = tokenizer_register(db, error);
    if (status == STATUS_OK)
        status = meta_get(db, "tokens", arena, &made_by, error);
    if (status == STATUS_OK && (!made_by || strcmp(made_by, tokenizer_version) != 0))
        status = make_in_transaction(db, error);
    arena_free(arena);
    return status;
}

/* The text must be the very one that was inserted, or its tokens stay behind for ever; so it is
 * read from the content row inside the statement. */
static enum status each_table(struct db *db, int64_t entry, const char *const sql[TABLE_COUNT],
                              struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < TABLE_COUNT && status == STATUS_OK; i++)
        status = db_do(db, error, sql[i], "i", entry);
    return status;
}

enum status text_remove(struct db *db, int64_t entry, struct error *error)
{
    static const char *const sql[TABLE_COUNT] = {
        "INSERT INTO catalog_words (catalog_words, rowid, text)"
        " SELECT 'delete', id, text FROM catalog_page WHERE entry_id = ?",
        "INSERT INTO catalog_skeletons (catalog_skeletons, rowid, text)"
        " SELECT 'delete', id, text FROM catalog_page WHERE entry_id = ?",
        "INSERT INTO catalog_names (catalog_names, rowid, name)"
        " SELECT 'delete', id, name FROM catalog_person WHERE entry_id = ?",
    };
    return each_table(db, entry, sql, error);
}

enum status text_insert(struct db *db, int64_t entry, struct error *error)
{
    static const char *const sql[TABLE_COUNT] = {
        "INSERT INTO catalog_words (rowid, text)"
        " SELECT id, text FROM catalog_page WHERE entry_id = ?",
        "INSERT INTO catalog_skeletons (rowid, text)"
        " SELECT id, text FROM catalog_page WHERE entry_id = ?",
        "INSERT INTO catalog_names (rowid, name)"
        " SELECT id, name FROM catalog_person WHERE entry_id = ?",
    };
    return each_table(db, entry, sql, error);
}

const char *text_entry_condition(enum text_table table)
{
    return tables[table].condition;
}

enum status text_candidates(struct db *db, enum text_table table, const char *match,
                            const struct filter *filter, size_t limit, int64_t *ids, size_t *count,
                            struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    *count = 0;
    buffer_printf(&sql, "%s%s ORDER BY %s.rowid DESC LIMIT ?", tables[table].candidates,
                  filter->sql, tables[table].name);
    enum status status = db_prepare(db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, match);
        db_bind_int(query, filter_bind(filter, query, 2), (int64_t)limit);
        while (*count < limit && (status = db_step(query, error)) == STATUS_OK)
            ids[(*count)++] = db_int(query, 0);
    }
    db_finish(query);
    buffer_clear(&sql);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status text_count(struct db *db, enum text_table table, const char *match,
                       const struct filter *filter, int64_t limit, int64_t *count,
                       struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    buffer_printf(&sql, "%s%s LIMIT ?) x", tables[table].count, filter->sql);
    enum status status = db_prepare(db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, match);
        db_bind_int(query, filter_bind(filter, query, 2), limit);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *count = db_int(query, 0);
    db_finish(query);
    buffer_clear(&sql);
    return status;
}

enum status text_check(struct db *db, struct error *error)
{
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        char sql[160];
        /* rank 1: against the content, not only in itself */
        snprintf(sql, sizeof sql, "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)",
                 tables[i].name, tables[i].name);
        enum status status = db_run(db, sql, error);
        if (status == STATUS_RETRY) /* somebody else writes: nothing is known */
            return status;
        if (status != STATUS_OK)
            return error_set(
                error, STATUS_REJECT,
                _("the full text (%s) does not fit the catalogue; make the index again "
                  "from the store: sohoa reindex"),
                tables[i].name);
    }
    return STATUS_OK;
}
