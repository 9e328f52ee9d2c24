#include "index/text/words_check.h"

#include <string.h>

#include "core/buffer.h"
#include "index/schema.h"
#include "index/text/tokenizer.h"

#define AT_ONCE 64 /* words in one question */

/* Where the words of a document stand: rows of a full text, and how one is told from the others. */
struct place {
    const char *listed; /* of the document's own full text: key, word; in the order of the keys */
    const char *row;    /* of the one that is searched, by document and key */
    const char *found;  /* does that row have what match asks? */
    const char *name;   /* of the difference */
    bool by_document;
    bool counted;
};
static const struct place places[] = {
    {"SELECT c.page, v.term FROM temp.words_of_text v JOIN catalog_page c ON c.id = v.doc"
     " ORDER BY c.page, v.term",
     "SELECT c.id FROM catalog_page c JOIN catalog_entry e ON e.id = c.entry_id"
     " WHERE c.page = ? AND e.document_id = ?",
     "SELECT 1 FROM catalog_text WHERE catalog_text MATCH ? AND rowid = ?", "catalog_text", true,
     true},
    {"SELECT n.name, v.term FROM temp.words_of_names v JOIN catalog_name n ON n.id = v.doc"
     " ORDER BY n.name, v.term",
     "SELECT id FROM catalog_name WHERE name = ?",
     "SELECT 1 FROM catalog_names WHERE catalog_names MATCH ? AND rowid = ?", "catalog_names",
     false, false},
};

/* A table of the connection's own, which changes nothing of the file: also where that is open for
 * looking only (which SQLite would not tell from one that does). */
static enum status make_total(struct db *there, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(there, "PRAGMA query_only", &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    bool looking = status == STATUS_OK && db_int(query, 0) != 0;
    db_finish(query);
    if (status == STATUS_OK && looking)
        status = db_run(there, "PRAGMA query_only=OFF", error);
    if (status == STATUS_OK)
        status = db_run(there,
                        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_total"
                        " USING fts5vocab('main', 'catalog_text', 'row')",
                        error);
    if (looking &&
        db_run(there, "PRAGMA query_only=ON", status == STATUS_OK ? error : NULL) != STATUS_OK)
        status = STATUS_FATAL;
    return status;
}

enum status words_open(struct db *there, struct db *here, const struct channel *channel,
                       bool *comparable, struct error *error)
{
    struct arena *arena = arena_new();
    const char *made_by = NULL;
    *comparable = false;
    enum status status = meta_get(there, "tokens", arena, &made_by, error);
    if (status == STATUS_OK && made_by && strcmp(made_by, tokenizer_version(channel, arena)) == 0) {
        status = tokenizer_register(there, channel, error);
        if (status == STATUS_OK)
            status = make_total(there, error);
        if (status == STATUS_OK)
            status = db_run(here,
                            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_of_text"
                            " USING fts5vocab('main', 'catalog_text', 'instance');"
                            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_of_names"
                            " USING fts5vocab('main', 'catalog_names', 'instance')",
                            error);
        *comparable = status == STATUS_OK;
    }
    arena_free(arena);
    return status;
}

/* A word that is asked for stands between quotes, with those in it twice. */
static void add_word(struct buffer *match, const char *word)
{
    buffer_text(match, match->size ? " \"" : "\"");
    for (; *word; word++) {
        buffer_add(match, word, 1);
        if (*word == '"')
            buffer_add(match, word, 1);
    }
    buffer_text(match, "\"");
}

/* The words gathered so far, all of one row; they are let go. */
static enum status ask(struct db_query *found, struct buffer *match, int64_t row, bool *all,
                       struct error *error)
{
    *all = true;
    if (match->size == 0)
        return STATUS_OK;
    db_reset(found);
    db_bind_text(found, 1, (const char *)match->data);
    db_bind_int(found, 2, row);
    enum status status = db_step(found, error);
    *all = status == STATUS_OK;
    buffer_clear(match);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The row in the full text that is searched; 0: there is none. */
static enum status find_row(struct db_query *query, const struct place *place, const char *key,
                            const char *document_id, int64_t *row, struct error *error)
{
    db_reset(query);
    db_bind_text(query, 1, key);
    if (place->by_document)
        db_bind_text(query, 2, document_id);
    enum status status = db_step(query, error);
    *row = status == STATUS_OK ? db_int(query, 0) : 0;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status compare_place(struct db *there, struct db *here, const struct place *place,
                                 const char *document_id, struct arena *arena, bool *all,
                                 int64_t *count, struct error *error)
{
    struct db_query *listed = NULL, *rows = NULL, *found = NULL;
    struct buffer match = {0};
    const char *key = NULL;
    int64_t row = 0;
    int gathered = 0;
    enum status status = db_prepare(here, place->listed, &listed, error);
    if (status == STATUS_OK)
        status = db_prepare(there, place->row, &rows, error);
    if (status == STATUS_OK)
        status = db_prepare(there, place->found, &found, error);
    while (status == STATUS_OK && *all && (status = db_step(listed, error)) == STATUS_OK) {
        bool other = !key || strcmp(key, db_text(listed, 0)) != 0;
        if (other || gathered == AT_ONCE) {
            status = ask(found, &match, row, all, error);
            gathered = 0;
        }
        if (status == STATUS_OK && *all && other) {
            key = arena_strdup(arena, db_text(listed, 0));
            status = find_row(rows, place, key, document_id, &row, error);
            *all = row != 0;
        }
        add_word(&match, db_text(listed, 1));
        gathered++;
        *count += place->counted;
    }
    if (status == STATUS_END)
        status = STATUS_OK;
    if (status == STATUS_OK && *all)
        status = ask(found, &match, row, all, error);
    db_finish(listed);
    db_finish(rows);
    db_finish(found);
    buffer_clear(&match);
    return status;
}

enum status words_compare(struct db *there, struct db *here, const char *document_id,
                          struct arena *arena, const char **difference, int64_t *count,
                          struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places && status == STATUS_OK; i++) {
        bool all = true;
        status = compare_place(there, here, &places[i], document_id, arena, &all, count, error);
        if (status == STATUS_OK && !all) {
            *difference = places[i].name;
            break;
        }
    }
    return status;
}

enum status words_total(struct db *there, int64_t *documents, int64_t *count, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(there,
                                    "SELECT (SELECT count(*) FROM catalog_entry),"
                                    " (SELECT coalesce(sum(doc), 0) FROM temp.words_total)",
                                    &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK) {
        *documents = db_int(query, 0);
        *count = db_int(query, 1);
    }
    db_finish(query);
    return status;
}
