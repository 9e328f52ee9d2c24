/*
 * PDFs that are here already, byte for byte: in a package of the store, or in the spool on their
 * way there. The table ledger_pdf has a row for each PDF of each document of the catalogue, as the
 * manifests of the packages have them, and one (sha256 "") that says that the document was looked
 * at; it is brought up to date when it is asked, and can be made again at any time.
 */
#include <stdio.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/pipeline.h"
#include "pipeline/spool.h"

static enum status create(struct db *db, struct error *error)
{
    return db_run(db,
                  "DROP TABLE IF EXISTS ledger_received;" /* of an earlier program */
                  "CREATE TABLE IF NOT EXISTS ledger_pdf (document text NOT NULL,"
                  " sha256 text NOT NULL, PRIMARY KEY (document, sha256));"
                  "CREATE INDEX IF NOT EXISTS ledger_pdf_sha256 ON ledger_pdf (sha256)"
                  " WHERE sha256 <> ''",
                  error);
}

static enum status enter_one(struct db *db, const char *document, const char *sha256,
                             struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO ledger_pdf (document, sha256) VALUES (?, ?)"
                 " ON CONFLICT (document, sha256) DO NOTHING",
                 "ss", document, sha256);
}

/* A package whose manifest cannot be read holds nothing; `sohoa verify` tells of it. */
static enum status enter(const struct warehouse *warehouse, struct db *db, const char *document,
                         const char *path, struct arena *arena, struct error *error)
{
    struct store_pdf *pdfs = NULL;
    size_t count = 0;
    enum status status = enter_one(db, document, "", error);
    if (store_pdfs(file_join(arena, warehouse->store, path), arena, &pdfs, &count, NULL) !=
        STATUS_OK)
        return status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = enter_one(db, document, pdfs[i].sha256, error);
    return status;
}

/* What came into the catalogue since it was asked last. */
static enum status catch_up(const struct warehouse *warehouse, struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    enum status status = db_begin(db, error);
    if (status != STATUS_OK)
        goto done;
    status = create(db, error);
    if (status == STATUS_OK)
        status = db_prepare(db,
                            "SELECT document_id, path FROM catalog_entry WHERE document_id NOT IN"
                            " (SELECT document FROM ledger_pdf)",
                            &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        status = enter(warehouse, db, arena_strdup(arena, db_text(query, 0)),
                       arena_strdup(arena, db_text(query, 1)), arena, error);
        arena_clear(arena);
    }
    db_finish(query);
    status = db_end(db, status == STATUS_END ? STATUS_OK : status, error);
done:
    arena_free(arena);
    return status;
}

/* Only a copy that is whole stands for what was brought. */
static bool is_whole(const struct warehouse *warehouse, const char *document, const char *sha256,
                     struct arena *arena)
{
    char hex[HASH_HEX_SIZE] = "";
    const char *package = NULL;
    struct store_pdf *pdfs = NULL;
    size_t count = 0;
    if (store_find(warehouse->store, document, 0, arena, &package, NULL) != STATUS_OK ||
        store_pdfs(package, arena, &pdfs, &count, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(pdfs[i].sha256, sha256) == 0 &&
            hash_file(pdfs[i].path, hex, NULL) == STATUS_OK && strcmp(hex, sha256) == 0)
            return true;
    return false;
}

static enum status in_store(const struct warehouse *warehouse, struct db *db, const char *sha256,
                            const char *but, struct arena *arena, const char **document,
                            struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db,
        "SELECT document FROM ledger_pdf WHERE sha256 = ? AND sha256 <> '' AND document <> ?"
        " ORDER BY 1",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, sha256);
        db_bind_text(query, 2, but);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *id = arena_strdup(arena, db_text(query, 0));
        if (is_whole(warehouse, id, sha256, arena)) {
            *document = id;
            break;
        }
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The document of the batch whose pages are of this file; NULL: none is formed yet. */
static enum status of_batch(const struct warehouse *warehouse, struct db *db, const char *batch,
                            const char *name, struct arena *arena, const char **document,
                            struct error *error)
{
    struct db_query *query = NULL;
    const char *folder = pipeline_batch_folder(warehouse, batch, arena);
    enum status status = db_prepare(db,
                                    "SELECT id, document FROM ledger WHERE kind = 'page' AND"
                                    " batch = ? AND document <> '' ORDER BY id",
                                    &query, error);
    if (status == STATUS_OK)
        db_bind_text(query, 1, batch);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        struct page page;
        const char *name_of = spool_page_name(arena_strdup(arena, db_text(query, 0)));
        if (page_read(folder, name_of, arena, &page, NULL) == STATUS_OK && page.received &&
            strcmp(page.received, name) == 0) {
            *document = arena_strdup(arena, db_text(query, 1));
            break;
        }
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status in_spool(const struct warehouse *warehouse, struct db *db, const char *sha256,
                            const char *but, struct arena *arena, const char **document,
                            const char **batch, struct error *error)
{
    char **names = NULL, hex[HASH_HEX_SIZE] = "";
    size_t count = 0;
    const char *name = arena_printf(arena, "received-%.16s.pdf", sha256);
    enum status status = file_list(warehouse->spool, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK && !*batch; i++) {
        const char *kept = arena_printf(arena, "%s/%s/%s", warehouse->spool, names[i], name);
        if (strcmp(names[i], but) == 0 || !file_exists(kept) ||
            hash_file(kept, hex, NULL) != STATUS_OK || strcmp(hex, sha256) != 0)
            continue;
        *document = NULL;
        status = of_batch(warehouse, db, names[i], name, arena, document, error);
        if (!*document || strcmp(*document, but) != 0)
            *batch = names[i];
        else
            *document = NULL;
    }
    return status;
}

const char *pipeline_turns(const struct warehouse *warehouse, struct arena *arena)
{
    return file_join(arena, warehouse->root, "import.lock");
}

/* The spool first: what leaves it meanwhile is in the catalogue before it does. */
enum status pipeline_holds_pdf(const struct warehouse *warehouse, struct db *db, const char *sha256,
                               const char *but, struct arena *arena, struct error *error)
{
    const char *document = NULL, *batch = NULL, *stored = NULL;
    enum status status = in_spool(warehouse, db, sha256, but, arena, &document, &batch, error);
    if (status == STATUS_OK)
        status = catch_up(warehouse, db, error);
    if (status == STATUS_OK)
        status = in_store(warehouse, db, sha256, but, arena, &stored, error);
    document = stored ? stored : document;
    if (status != STATUS_OK || (!document && !batch))
        return status;
    return document ? error_set(error, STATUS_REJECT,
                                _("this PDF is here already, byte for byte: document %s holds it "
                                  "(--again takes it once more)"),
                                document)
                    : error_set(error, STATUS_REJECT,
                                _("this PDF is here already, byte for byte: batch %s has it "
                                  "(--again takes it once more)"),
                                batch);
}
