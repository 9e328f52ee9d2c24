#include "pipeline/recover.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/log.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/enter.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

struct recover {
    const struct warehouse *warehouse;
    struct db *db;
    struct arena *arena; /* cleared after each batch */
    struct recovery *out;
};

/* A batch's row; state NULL: there is none. */
struct batch_row {
    const char *state, *owner;
};

static enum status find_batch(struct recover *r, const char *id, struct batch_row *row,
                              struct error *error)
{
    struct db_query *query = NULL;
    *row = (struct batch_row){NULL, ""};
    enum status status = db_prepare(
        r->db, "SELECT state, owner FROM ledger WHERE kind = 'batch' AND id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        row->state = arena_strdup(r->arena, db_text(query, 0));
        row->owner = arena_strdup(r->arena, db_text(query, 1));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- half files */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Half files of a batch's folder and of the documents in it. */
static enum status remove_parts(struct recover *r, const char *folder, int depth,
                                struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(folder, r->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *path = file_join(r->arena, folder, names[i]);
        if (ends_with(names[i], ".part")) {
            status = file_remove_tree(path, error);
            r->out->parts++;
        } else if (depth > 0 && file_is_folder(path)) {
            status = remove_parts(r, path, depth - 1, error);
        }
    }
    return status;
}

/* ---------------------------------------------------------------- pages without a row */

/* The facts that would have stood in page.json, from the image itself. What cannot be read gets its
 * row all the same: the first step then holds it with the reason. */
static enum status make_page(struct recover *r, const char *folder, const char *name,
                             const char *file, struct page *page, struct error *error)
{
    struct image facts = {0};
    enum image_format format;
    int directories;
    char now[26], hex[HASH_HEX_SIZE] = "";
    const char *path = file_join(r->arena, folder, file);
    file_now(now);
    *page = (struct page){.name = name,
                          .file = file,
                          .origin = "",
                          .device = "",
                          .mode = "",
                          .scanned_at = arena_strdup(r->arena, now)};
    sscanf(name, "%d-%d", &page->sheet, &page->side);
    if (image_probe(path, &facts, &format, &directories, NULL) == STATUS_OK) {
        page->width_px = facts.width_px;
        page->height_px = facts.height_px;
        page->channels = facts.channels;
        page->bits = facts.bits;
        page->dpi_x = facts.dpi_x;
        page->dpi_y = facts.dpi_y;
    }
    enum status status = hash_file(path, hex, error);
    page->sha256 = arena_strdup(r->arena, hex);
    return status == STATUS_OK ? page_write(page, folder, error) : status;
}

static const char *state_of_page(struct recover *r, const char *folder, const struct page *page)
{
    if (!page->inspected)
        return "scanned";
    return file_exists(spool_words(r->arena, folder, page->name)) ? "read" : "inspected";
}

static bool has_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
}

/* A row for a master that has none; in an open batch, a row that runs ahead of its master (which
 * was scanned again just before the end) goes back. */
static enum status adopt_page(struct recover *r, const char *batch, bool open, const char *folder,
                              const char *name, const char *file, struct error *error)
{
    int64_t there = 0;
    struct page page;
    const char *id = spool_page_id(r->arena, batch, name);
    enum status status = page_read(folder, name, r->arena, &page, NULL);
    if (status != STATUS_OK && !has_bytes(file_join(r->arena, folder, file))) {
        /* No page of ours. Its batch will be held for it; the others must go on. */
        log_write(LOG_WARNING, "batch %s: %s is a folder or empty", batch, file);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        status = make_page(r, folder, name, file, &page, error);
    if (status == STATUS_OK)
        status =
            ledger_number(r->db, &there, error,
                          "SELECT COUNT(*) FROM ledger WHERE kind = 'page' AND id = ?", id, NULL);
    if (status != STATUS_OK)
        return status;
    if (there)
        return page.inspected || !open
                   ? STATUS_OK
                   : db_do(r->db, error,
                           "UPDATE ledger SET state = 'scanned', held = 0, tries = 0"
                           " WHERE kind = 'page' AND id = ? AND state <> 'scanned'",
                           "s", id);
    r->out->pages_adopted++;
    return ledger_add(r->db, "page", id, batch, state_of_page(r, folder, &page), error);
}

static enum status adopt_pages(struct recover *r, const char *batch, bool open, const char *folder,
                               int *pages, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    *pages = 0;
    enum status status = file_list(folder, r->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *name = spool_master_page(r->arena, names[i]);
        if (!name)
            continue;
        (*pages)++;
        status = adopt_page(r, batch, open, folder, name, names[i], error);
    }
    return status;
}

/* ---------------------------------------------------------------- batches */

static enum status read_or_make_batch(struct recover *r, const char *id, const char *folder,
                                      struct batch *batch, struct error *error)
{
    char now[26];
    if (batch_read(folder, r->arena, batch, NULL) == STATUS_OK)
        return STATUS_OK;
    file_now(now);
    *batch = (struct batch){.id = id,
                            .source = "files",
                            .device = "",
                            .call = "",
                            .profile = "",
                            .operator_name = "",
                            .box_code = "",
                            .shelf = "",
                            .started = arena_strdup(r->arena, now),
                            .ended = "",
                            .separate = r->warehouse->ingest.separate,
                            .separate_count = r->warehouse->ingest.separate_count};
    return batch_write(batch, folder, error);
}

/* Its process is gone: a person says how it goes on. Nothing is separated before that, for the rest
 * of a document may still lie beside the scanner. */
static enum status say_interrupted(struct recover *r, const struct batch *batch,
                                   struct error *error)
{
    int first_sheet = 0, pages = 0;
    struct error why = {""};
    enum status status =
        batch_first_missing(r->warehouse, batch, r->arena, &first_sheet, &pages, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(batch->source, "scanner") == 0)
        error_set(
            &why, STATUS_REJECT,
            _("Scanning stopped in the middle; %d pages are safe. Put sheet %d and those after "
              "it back and go on with `sohoa scan --continue %s`, or end the batch with "
              "`sohoa scan --close %s`."),
            pages, first_sheet, batch->id, batch->id);
    else
        error_set(
            &why, STATUS_REJECT,
            _("The import stopped in the middle; %d pages are safe and the files are where "
              "they were. The same `sohoa import` again goes on where it stopped, `sohoa scan "
              "--close %s` goes on with these pages only."),
            pages, batch->id);
    r->out->batches_interrupted++;
    return db_do(r->db, error,
                 "UPDATE ledger SET held = 1, why = ? WHERE kind = 'batch' AND id = ?"
                 " AND state = 'open' AND held = 0", /* one that is held has its reason */
                 "ss", why.text, batch->id);
}

/* Nothing came in before the end. */
static enum status forget_batch(struct recover *r, const char *id, const char *folder,
                                struct error *error)
{
    enum status status = db_do(r->db, error,
                               "DELETE FROM ledger WHERE kind = 'batch' AND id = ?"
                               " AND state = 'open'",
                               "s", id);
    return status == STATUS_OK ? file_remove_tree(folder, error) : status;
}

static enum status recover_batch(struct recover *r, const char *id, struct error *error)
{
    int pages = 0;
    struct batch batch;
    struct batch_row row;
    const char *folder = pipeline_batch_folder(r->warehouse, id, r->arena);
    enum status status = find_batch(r, id, &row, error);
    if (status != STATUS_OK)
        return status;
    bool open = row.state && strcmp(row.state, "open") == 0;
    if (open && *row.owner && ledger_owner_alive(row.owner))
        return STATUS_OK; /* a scan is going on in there */
    status = remove_parts(r, folder, 1, error);
    if (status == STATUS_OK && row.state && strcmp(row.state, "finished") == 0) {
        status = spool_clear(r->warehouse, r->db, id, r->arena, error);
        r->out->cleared += !file_is_folder(folder);
        return status;
    }
    if (status == STATUS_OK)
        status = adopt_pages(r, id, open, folder, &pages, error);
    if (status == STATUS_OK && pages == 0 && (!row.state || open))
        return forget_batch(r, id, folder, error);
    if (status == STATUS_OK)
        status = read_or_make_batch(r, id, folder, &batch, error);
    if (status == STATUS_OK && !row.state) {
        status = ledger_add(r->db, "batch", id, id, *batch.ended ? "closed" : "open", error);
        open = !*batch.ended;
        r->out->batches_adopted++;
    }
    return status == STATUS_OK && open ? say_interrupted(r, &batch, error) : status;
}

/* Of a document that is amended: half of it, or what nobody asks for any more (killed before its
 * rows were moved, or behind the last step) goes away; the rest waits for its steps. */
static enum status recover_amended(struct recover *r, const char *name, const char *path,
                                   struct error *error)
{
    struct db_query *query = NULL;
    const char *id = arena_strndup(r->arena, name, strcspn(name, "."));
    bool gone = ends_with(name, ".part"), busy = false;
    enum status status = db_prepare(
        r->db, "SELECT state, owner FROM ledger WHERE kind = 'document' AND id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        gone = gone || strcmp(db_text(query, 0), "indexed") == 0;
        busy = *db_text(query, 1) && ledger_owner_alive(db_text(query, 1));
    }
    db_finish(query);
    if (status != STATUS_OK && status != STATUS_END)
        return status;
    if (busy) /* somebody amends it at this moment */
        return STATUS_OK;
    if (!gone)
        return remove_parts(r, path, 0, error);
    return ends_with(name, ".part") ? file_remove_tree(path, error)
                                    : spool_clear_amended(r->warehouse, id, r->arena, error);
}

static enum status recover_spool(struct recover *r, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    struct arena *arena = arena_new();
    enum status status = file_list(r->warehouse->spool, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *path = file_join(r->arena, r->warehouse->spool, names[i]);
        if (!file_is_folder(path))
            continue;
        if (ends_with(names[i], SPOOL_DONE))
            status = file_remove_tree(path, error);
        else if (ends_with(names[i], SPOOL_AMENDED) || ends_with(names[i], SPOOL_AMENDED ".part"))
            status = recover_amended(r, names[i], path, error);
        else
            status = recover_batch(r, names[i], error);
        arena_clear(r->arena);
    }
    arena_free(arena);
    return status;
}

/* Rows of batches that were opened when the end came, before there was a folder. */
static enum status recover_rows(struct recover *r, struct error *error)
{
    struct db_query *query = NULL;
    const char *ids[64];
    size_t count = 0;
    enum status status =
        db_prepare(r->db, "SELECT id, owner FROM ledger WHERE kind = 'batch' AND state = 'open'",
                   &query, error);
    while (status == STATUS_OK && count < sizeof ids / sizeof *ids &&
           (status = db_step(query, error)) == STATUS_OK) {
        const char *id = db_text(query, 0), *owner = db_text(query, 1);
        if (!file_is_folder(pipeline_batch_folder(r->warehouse, id, r->arena)) &&
            (!*owner || !ledger_owner_alive(owner)))
            ids[count++] = arena_strdup(r->arena, id);
    }
    db_finish(query);
    if (status == STATUS_END)
        status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = db_do(r->db, error,
                       "DELETE FROM ledger WHERE kind = 'batch' AND id = ? AND state = 'open'", "s",
                       ids[i]);
    return status;
}

/* ---------------------------------------------------------------- the ledger was lost */

/* A package stands for a document that is stored, and its pages and batch for ones that are
 * done. */
static enum status row_from_package(void *context, const char *path, struct error *error)
{
    struct recover *r = context;
    struct document document;
    int64_t there = 0;
    const char *json = package_part_path(r->arena, path, PACKAGE_DOCUMENT);
    if (document_read(json, r->arena, &document, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "%s is not readable; `sohoa verify` says more", path);
        return STATUS_OK;
    }
    enum status status = ledger_number(
        r->db, &there, error, "SELECT COUNT(*) FROM ledger WHERE kind = 'document' AND id = ?",
        document.id, NULL);
    if (status != STATUS_OK || there) /* by another version, or as it came in */
        return status;
    status = ledger_add(r->db, "document", document.id, document.batch, "stored", error);
    for (size_t i = 0; i < document.page_count && status == STATUS_OK; i++) {
        const char *id = spool_page_id(r->arena, document.batch, document.pages[i].name);
        status = ledger_add(r->db, "page", id, document.batch, "read", error);
        if (status == STATUS_OK)
            status =
                db_do(r->db, error, "UPDATE ledger SET document = ? WHERE kind = 'page' AND id = ?",
                      "ss", document.id, id);
    }
    if (status == STATUS_OK &&
        !file_is_folder(pipeline_batch_folder(r->warehouse, document.batch, r->arena)))
        status = ledger_add(r->db, "batch", document.batch, document.batch, "separated", error);
    r->out->documents_from_store++;
    arena_clear(r->arena);
    return status;
}

/* A document that was being amended goes on. One whose new version had come into the store is
 * stored again: the same, but the journal may not have its entry yet. */
static enum status rows_of_amended(struct recover *r, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    struct arena *arena = arena_new();
    enum status status = file_list(r->warehouse->spool, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct document document;
        const char *package = NULL, *folder = file_join(arena, r->warehouse->spool, names[i]);
        if (!ends_with(names[i], SPOOL_AMENDED) ||
            document_read(file_join(arena, folder, "document.json"), arena, &document, NULL) !=
                STATUS_OK)
            continue;
        bool stored = store_find(r->warehouse->store, document.id, document.version, arena,
                                 &package, NULL) == STATUS_OK;
        status =
            db_do(r->db, error, "UPDATE ledger SET state = ? WHERE kind = 'document' AND id = ?",
                  "ss", stored ? "signed" : "approved", document.id);
    }
    arena_free(arena);
    return status;
}

/* A ledger without a single document is what tells that it must be made; those that came as
 * packages may have come after it was lost, and before any run. */
static enum status is_lost(struct recover *r, bool *lost, struct error *error)
{
    int64_t any = 0, own = 0;
    bool began = false;
    enum status status = ledger_number(
        r->db, &any, error,
        "SELECT COUNT(*) FROM (SELECT 1 FROM ledger WHERE kind = 'document' LIMIT 1) AS d", NULL);
    if (status == STATUS_OK)
        status = ledger_number(r->db, &own, error,
                               "SELECT COUNT(*) FROM (SELECT 1 FROM ledger WHERE kind = 'document'"
                               " AND batch <> '' LIMIT 1) AS d",
                               NULL);
    if (status == STATUS_OK)
        status = enter_began(r->db, &began, error);
    *lost = any == 0 || (own == 0 && !began);
    return status;
}

/* All in one transaction. */
static enum status recover_from_store(struct recover *r, struct error *error)
{
    bool lost = false;
    enum status status = is_lost(r, &lost, error);
    if (status != STATUS_OK || !lost)
        return status;
    status = db_begin(r->db, error);
    if (status == STATUS_OK)
        status = store_each(r->warehouse->store, row_from_package, r, error);
    if (status == STATUS_OK)
        status = rows_of_amended(r, error);
    if (status == STATUS_OK && r->out->documents_from_store > 0)
        return db_commit(r->db, error);
    db_rollback(r->db);
    return status;
}

/* ---------------------------------------------------------------- all of it */

static void tell(const struct recovery *out)
{
    if (out->leases || out->parts || out->pages_adopted || out->batches_adopted || out->cleared ||
        out->documents_from_store)
        log_write(
            LOG_INFO,
            "recovered: %d leases ended, %d half files removed, %d pages and %d batches taken "
            "up, %d batches cleared, %d documents from the store",
            out->leases, out->parts, out->pages_adopted, out->batches_adopted, out->cleared,
            out->documents_from_store);
    if (out->batches_interrupted)
        log_write(LOG_WARNING, "%d batches were interrupted and wait for a person",
                  out->batches_interrupted);
}

enum status recover(const struct warehouse *warehouse, struct db *db, struct recovery *out,
                    struct error *error)
{
    *out = (struct recovery){0};
    struct recover r = {.warehouse = warehouse, .db = db, .arena = arena_new(), .out = out};
    enum status status = ledger_end_leases(db, &out->leases, error);
    if (status == STATUS_OK)
        status = recover_from_store(&r, error);
    if (status == STATUS_OK)
        status = recover_spool(&r, error);
    if (status == STATUS_OK)
        status = recover_rows(&r, error);
    if (status == STATUS_OK)
        tell(out);
    arena_free(r.arena);
    return status;
}
