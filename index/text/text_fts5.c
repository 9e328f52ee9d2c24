#include "index/text/full_text.h"

#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "index/schema.h"
#include "index/text/postings.h"
#include "index/text/segment.h"
#include "index/text/tokenizer.h"

/* external content: the text is stored once, and what goes out is what once came in */
static const char tables_sql[] =
    "DROP TABLE IF EXISTS catalog_words; DROP TABLE IF EXISTS catalog_skeletons;"
    "DROP TABLE IF EXISTS catalog_text; DROP TABLE IF EXISTS catalog_names;"
    "DROP TABLE IF EXISTS catalog_name;"
    "CREATE VIRTUAL TABLE catalog_text USING fts5(text, content='catalog_page',"
    " content_rowid='id', detail=none, columnsize=0, tokenize='sohoa text');"
    "CREATE TABLE catalog_name (id integer PRIMARY KEY, name text NOT NULL,"
    " base text NOT NULL, persons bigint NOT NULL);"
    "CREATE INDEX catalog_name_base ON catalog_name (base);"
    "CREATE VIRTUAL TABLE catalog_names USING fts5(base, content='catalog_name',"
    " content_rowid='id', detail=none, columnsize=0, prefix='1 2', tokenize='sohoa names')";

/* In bulk: few large segments, joined once at the end, instead of many small ones joined again and
 * again. Afterwards as it was made. */
enum { BULK_HASH = 4 << 20, HASH = 1 << 20, MERGE = 4, CRISIS = 16, NEVER = 1999 };

static enum status configure(struct db *db, const char *table, int hash, int merge, int crisis,
                             struct error *error)
{
    char sql[320];
    snprintf(sql, sizeof sql,
             "INSERT INTO %s (%s, rank) VALUES ('hashsize', %d), ('automerge', %d),"
             " ('crisismerge', %d)",
             table, table, hash, merge, crisis);
    return db_run(db, sql, error);
}

static enum status optimize(struct db *db, const char *table, struct error *error)
{
    char sql[160];
    snprintf(sql, sizeof sql, "INSERT INTO %s (%s) VALUES ('optimize')", table, table);
    return db_run(db, sql, error);
}

/* Row by row. Not by 'rebuild': that reads in the order of whatever index has the column, and each
 * step back in the ids ends a segment. */
static enum status fill_by_rows(struct db *db, const char *table, const char *insert,
                                struct error *error)
{
    enum status status = configure(db, table, BULK_HASH, 0, NEVER, error);
    if (status == STATUS_OK)
        status = db_run(db, insert, error);
    return status == STATUS_OK ? optimize(db, table, error) : status;
}

static enum status make_names(struct db *db, struct error *error)
{
    enum status status = fill_by_rows(db, "catalog_names",
                                      "INSERT INTO catalog_names (rowid, base)"
                                      " SELECT id, base FROM catalog_name ORDER BY id",
                                      error);
    return status == STATUS_OK ? configure(db, "catalog_names", HASH, MERGE, CRISIS, error)
                               : status;
}

static enum status make_text(struct db *db, const struct channel *channel, struct error *error)
{
    size_t segments = 0;
    bool known = false;
    enum status status = segments_known(db, "catalog_text", &known, error);
    if (status == STATUS_OK && known) {
        status = postings_fill(db, "catalog_text", "SELECT id, text FROM catalog_page ORDER BY id",
                               channel, &segments, error);
        if (status == STATUS_OK && segments > 1)
            status = optimize(db, "catalog_text", error);
    } else if (status == STATUS_OK) { /* a later SQLite's: slower, and as right */
        status = fill_by_rows(db, "catalog_text",
                              "INSERT INTO catalog_text (rowid, text)"
                              " SELECT id, text FROM catalog_page ORDER BY id",
                              error);
    }
    return status == STATUS_OK ? configure(db, "catalog_text", HASH, MERGE, CRISIS, error) : status;
}

enum status text_make_anew(struct db *db, const struct channel *channel, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = db_run(db, tables_sql, error);
    if (status == STATUS_OK)
        status = db_run(db,
                        "INSERT INTO catalog_name (name, base, persons)"
                        " SELECT name, min(base), count(*) FROM catalog_person GROUP BY name"
                        " ORDER BY count(*) DESC, name",
                        error);
    if (status == STATUS_OK)
        status = make_names(db, error);
    if (status == STATUS_OK)
        status = make_text(db, channel, error);
    if (status == STATUS_OK)
        status = meta_put(db, "tokens", tokenizer_version(channel, arena), error);
    arena_free(arena);
    return status;
}

static enum status make_in_transaction(struct db *db, const struct channel *channel,
                                       struct error *error)
{
    enum status status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    status = text_make_anew(db, channel, error);
    return db_end(db, status, error);
}

enum status text_open(struct db *db, const struct channel *channel, struct error *error)
{
    if (strcmp(db_driver(db), "sqlite") != 0)
        return error_set(error, STATUS_FATAL,
                         _("full text for the database %s is not built in; use SQLite"),
                         db_driver(db));
    struct arena *arena = arena_new();
    const char *made_by = NULL;
    enum status status = tokenizer_register(db, channel, error);
    if (status == STATUS_OK)
        status = meta_get(db, "tokens", arena, &made_by, error);
    if (status == STATUS_OK &&
        (!made_by || strcmp(made_by, tokenizer_version(channel, arena)) != 0))
        status = make_in_transaction(db, channel, error);
    arena_free(arena);
    return status;
}

enum status text_put_off(struct db *db, struct error *error)
{
    enum status status = db_run(db, tables_sql, error);
    return status == STATUS_OK ? text_is_old(db, error) : status;
}

enum status text_is_old(struct db *db, struct error *error)
{
    return meta_put(db, "tokens", "", error);
}

/* ---------------------------------------------------------------- one entry */

/* The rows of sql (an id and its text, of one entry) into put, one by one: a statement that puts
 * several may be taken back in the middle, and for that FTS5 writes out all that it has gathered
 * before each such statement and after it. */
static enum status feed(struct db *db, const char *sql, int64_t entry, const char *put,
                        struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK)
        db_bind_int(query, 1, entry);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        status = db_do(db, error, put, "is", db_int(query, 0), db_text(query, 1));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

#define ITS_PAGES "SELECT id, text FROM catalog_page WHERE entry_id = ?"
#define ITS_NAMES "SELECT p.base, p.name FROM catalog_person p WHERE p.entry_id = ?"

/* The text must be the very one that was inserted, or its tokens stay behind for ever. */
enum status text_remove(struct db *db, int64_t entry, struct error *error)
{
    enum status status =
        db_do(db, error,
              "UPDATE catalog_name SET persons = persons - (SELECT count(*) FROM catalog_person p"
              " WHERE p.entry_id = ?1 AND p.name = catalog_name.name)"
              " WHERE (base, name) IN (SELECT base, name FROM catalog_person WHERE entry_id = ?1)",
              "i", entry);
    if (status == STATUS_OK)
        status = feed(db, ITS_PAGES, entry,
                      "INSERT INTO catalog_text (catalog_text, rowid, text)"
                      " VALUES ('delete', ?, ?)",
                      error);
    if (status == STATUS_OK)
        status = feed(db,
                      "SELECT id, base FROM catalog_name WHERE persons <= 0"
                      " AND (base, name) IN (" ITS_NAMES ")",
                      entry,
                      "INSERT INTO catalog_names (catalog_names, rowid, base)"
                      " VALUES ('delete', ?, ?)",
                      error);
    return status == STATUS_OK
               ? db_do(db, error,
                       "DELETE FROM catalog_name WHERE persons <= 0 AND (base, name) IN (" ITS_NAMES
                       ")",
                       "i", entry)
               : status;
}

/* One person more of that name; *is_new: the name was not there. */
static enum status count_name(struct db *db, const char *name, const char *base, int64_t *id,
                              bool *is_new, struct error *error)
{
    enum status status = db_first_int(
        db, id, error, "SELECT id FROM catalog_name WHERE base = ? AND name = ?", "ss", base, name);
    *is_new = status == STATUS_END;
    if (status == STATUS_OK)
        return db_do(db, error, "UPDATE catalog_name SET persons = persons + 1 WHERE id = ?", "i",
                     *id);
    if (status == STATUS_END)
        status =
            db_first_int(db, id, error, "SELECT coalesce(max(id), 0) + 1 FROM catalog_name", "");
    return status == STATUS_OK ? db_do(db, error,
                                       "INSERT INTO catalog_name (id, name, base, persons)"
                                       " VALUES (?, ?, ?, 1)",
                                       "iss", *id, name, base)
                               : status;
}

static enum status insert_names(struct db *db, int64_t entry, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db, "SELECT name, base FROM catalog_person WHERE entry_id = ? ORDER BY id", &query, error);
    if (status == STATUS_OK)
        db_bind_int(query, 1, entry);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *base = db_text(query, 1);
        int64_t id = 0;
        bool is_new = false;
        status = count_name(db, db_text(query, 0), base, &id, &is_new, error);
        if (status == STATUS_OK && is_new)
            status = db_do(db, error, "INSERT INTO catalog_names (rowid, base) VALUES (?, ?)", "is",
                           id, base);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status text_insert(struct db *db, int64_t entry, struct error *error)
{
    enum status status =
        feed(db, ITS_PAGES, entry, "INSERT INTO catalog_text (rowid, text) VALUES (?, ?)", error);
    return status == STATUS_OK ? insert_names(db, entry, error) : status;
}

/* ---------------------------------------------------------------- looking */

/* CROSS JOIN: the full text first, then the catalogue row by row; of a page only whose it is, from
 * the index, for its text is long. */
#define PAGE_OF "(SELECT id AS page, entry_id AS id FROM catalog_page INDEXED BY catalog_page_of)"
#define PERSONS                                                                                    \
    " FROM catalog_names CROSS JOIN catalog_name n ON n.id = catalog_names.rowid"                  \
    " CROSS JOIN catalog_person p ON p.base = n.base AND p.name = n.name"                          \
    " WHERE catalog_names MATCH ?"

const char *text_entry_condition(enum text_table table)
{
    return table == TEXT_NAMES ? "e.id IN (SELECT p.entry_id" PERSONS ")"
                               : "e.id IN (SELECT c.id FROM catalog_text CROSS JOIN " PAGE_OF
                                 " c ON c.page = catalog_text.rowid WHERE catalog_text MATCH ?)";
}

/* Conditions on an entry's id alone do without its row. */
static const char *pages_from(const struct filter *filter)
{
    return filter->narrow ? " FROM catalog_text CROSS JOIN " PAGE_OF
                            " c ON c.page = catalog_text.rowid"
                            " CROSS JOIN catalog_entry e ON e.id = c.id WHERE catalog_text MATCH ?"
                          : " FROM catalog_text CROSS JOIN " PAGE_OF
                            " e ON e.page = catalog_text.rowid WHERE catalog_text MATCH ?";
}

static enum status read_ids(struct db_query *query, const char *match, const struct filter *filter,
                            size_t limit, int64_t *ids, size_t *count, struct error *error)
{
    enum status status = STATUS_OK;
    db_bind_text(query, 1, match);
    db_bind_int(query, filter ? filter_bind(filter, query, 2) : 2, (int64_t)limit);
    while (*count < limit && (status = db_step(query, error)) == STATUS_OK)
        ids[(*count)++] = db_int(query, 0);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status text_candidates(struct index *index, enum text_table table, const char *match,
                            const struct filter *filter, size_t limit, int64_t *ids, size_t *count,
                            struct error *error)
{
    struct db_query *query = NULL;
    enum status status;
    *count = 0;
    if (table == TEXT_PAGES && filter->sql[0]) {
        struct buffer sql = {0};
        buffer_printf(&sql,
                      "SELECT catalog_text.rowid%s%s ORDER BY catalog_text.rowid DESC LIMIT ?",
                      pages_from(filter), filter->sql);
        status = db_prepare(index->db, (const char *)sql.data, &query, error);
        if (status == STATUS_OK)
            status = read_ids(query, match, filter, limit, ids, count, error);
        db_finish(query);
        buffer_clear(&sql);
        return status;
    }
    status = table == TEXT_PAGES
                 ? db_prepare(index->db,
                              "SELECT rowid FROM catalog_text WHERE catalog_text MATCH ?"
                              " ORDER BY rowid DESC LIMIT ?",
                              &query, error)
                 : db_prepare(index->db,
                              "SELECT rowid FROM catalog_names WHERE catalog_names MATCH ?"
                              " ORDER BY rowid LIMIT ?",
                              &query, error);
    if (status == STATUS_OK)
        status = read_ids(query, match, NULL, limit, ids, count, error);
    db_finish(query);
    return status;
}

void text_matching(enum text_table table, const struct filter *filter, const char *columns,
                   struct buffer *sql)
{
    const char *of = table == TEXT_NAMES
                         ? "catalog_names CROSS JOIN catalog_name n ON n.id = catalog_names.rowid"
                           " CROSS JOIN (SELECT entry_id AS id, base, name FROM catalog_person) c"
                           " ON c.base = n.base AND c.name = n.name"
                         : "catalog_text CROSS JOIN " PAGE_OF " c ON c.page = catalog_text.rowid";
    buffer_printf(sql,
                  "SELECT %s FROM %s%s CROSS JOIN catalog_facet f ON f.entry_id = c.id"
                  " WHERE %s MATCH ?%s",
                  columns, of, filter->rows ? "" : " CROSS JOIN catalog_entry e ON e.id = c.id",
                  table == TEXT_NAMES ? "catalog_names" : "catalog_text",
                  filter->rows ? filter->rows->sql : filter->sql);
}

/* Those documents as id, each once, up to a limit. */
static void matching(enum text_table table, const struct filter *filter, struct buffer *sql)
{
    if (table == TEXT_NAMES)
        buffer_printf(sql,
                      "SELECT DISTINCT e.id AS id FROM catalog_names"
                      " CROSS JOIN catalog_name n ON n.id = catalog_names.rowid"
                      " CROSS JOIN %s WHERE catalog_names MATCH ?%s LIMIT ?",
                      filter->narrow ? "catalog_person p ON p.base = n.base AND p.name = n.name"
                                       " CROSS JOIN catalog_entry e ON e.id = p.entry_id"
                                     : "(SELECT entry_id AS id, base, name FROM catalog_person) e"
                                       " ON e.base = n.base AND e.name = n.name",
                      filter->sql);
    else
        buffer_printf(sql, "SELECT DISTINCT e.id AS id%s%s LIMIT ?", pages_from(filter),
                      filter->sql);
}

enum status text_count(struct db *db, enum text_table table, const char *match,
                       const struct filter *filter, int64_t limit, int64_t *count,
                       struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    buffer_text(&sql, "SELECT count(*) FROM (");
    matching(table, filter, &sql);
    buffer_text(&sql, ") x");
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

/* ---------------------------------------------------------------- checking */

/* The distinct names against the persons. */
static enum status check_names(struct db *db, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT (SELECT count(*) FROM catalog_name n WHERE n.persons <>"
                   " (SELECT count(*) FROM catalog_person p WHERE p.base = n.base AND"
                   " p.name = n.name)) + (SELECT count(*) FROM catalog_person p WHERE NOT EXISTS"
                   " (SELECT 1 FROM catalog_name n WHERE n.base = p.base AND n.name = p.name))",
                   &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    bool wrong = status == STATUS_OK && db_int(query, 0) > 0;
    db_finish(query);
    return wrong ? STATUS_REJECT : status;
}

enum status text_check(struct db *db, struct error *error)
{
    static const char *const tables[] = {"catalog_text", "catalog_names"};
    for (size_t i = 0; i < 2; i++) {
        char sql[160];
        /* rank 1: against the content, not only in itself */
        snprintf(sql, sizeof sql, "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)",
                 tables[i], tables[i]);
        enum status status = db_run(db, sql, error);
        if (status == STATUS_OK && i == 1)
            status = check_names(db, error);
        if (status == STATUS_RETRY) /* somebody else writes: nothing is known */
            return status;
        if (status != STATUS_OK)
            return error_set(
                error, STATUS_REJECT,
                _("the full text (%s) does not fit the catalogue; make the index again "
                  "from the store: sohoa reindex"),
                tables[i]);
    }
    return STATUS_OK;
}
