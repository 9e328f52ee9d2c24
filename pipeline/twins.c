#include "pipeline/twins.h"

#include <string.h>

#include "account/twins.h"

/* Looking is not writing: nothing is made where it is there. */
enum status twins_create(struct db *db, struct error *error)
{
    struct db_query *query = NULL;
    bool there =
        db_prepare(db, "SELECT document FROM ledger_paper LIMIT 1", &query, NULL) == STATUS_OK;
    db_finish(query);
    return there ? STATUS_OK
                 : db_run(db,
                          "CREATE TABLE IF NOT EXISTS ledger_paper (key text PRIMARY KEY,"
                          " document text NOT NULL);"
                          "CREATE INDEX IF NOT EXISTS ledger_paper_document"
                          " ON ledger_paper (document)",
                          error);
}

enum status twins_let_go(struct db *db, const char *document_id, struct error *error)
{
    return db_do(db, error, "DELETE FROM ledger_paper WHERE document = ?", "s", document_id);
}

/* Who claimed it first; this document itself when nobody had. */
static enum status claim(struct db *db, const char *key, const char *id, struct arena *arena,
                         const char **other, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_do(db, error,
                               "INSERT INTO ledger_paper (key, document) VALUES (?, ?)"
                               " ON CONFLICT (key) DO NOTHING",
                               "ss", key, id);
    if (status == STATUS_OK)
        status = db_prepare(db, "SELECT document FROM ledger_paper WHERE key = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, key);
        status = db_step(query, error);
    }
    if (status == STATUS_OK && strcmp(db_text(query, 0), id) != 0)
        *other = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status;
}

enum status twins_claim(struct db *db, const struct document *document, struct arena *arena,
                        const char **other, struct error *error)
{
    enum twin_state said = TWIN_OPEN;
    const char *key = index_paper_key(document, arena);
    *other = NULL;
    if (document->supersedes)
        return STATUS_OK;
    enum status status = twin_said(db, document->id, &said, error);
    if (status == STATUS_OK)
        status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    status = twins_let_go(db, document->id, error);
    if (status == STATUS_OK && key && said != TWIN_ANOTHER)
        status = index_twin(db, document, arena, other, error);
    if (status == STATUS_OK && key && said != TWIN_ANOTHER && !*other)
        status = claim(db, key, document->id, arena, other, error);
    return db_end(db, status, error);
}
