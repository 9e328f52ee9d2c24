/* What is done with a batch: told apart into documents, and in the end cleared away. */
#include <string.h>

#include "core/file.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

/* The documents of a batch, from step_separate to its rows. */
struct separated {
    struct document *documents;
    size_t count;
};

/* Why the page is held, NULL when it is not. */
static enum status held_reason(struct work *work, const char *page, const char **why,
                               struct error *error)
{
    struct db_query *query = NULL;
    *why = NULL;
    enum status status =
        db_prepare(work->db, "SELECT why FROM ledger WHERE kind = 'page' AND id = ? AND held = 1",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, spool_page_id(work->arena, work->task->batch, page));
    status = db_step(query, error);
    if (status == STATUS_OK)
        *why = arena_strdup(work->arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status document_refresh_held(struct work *work, struct document *document, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < document->page_count && status == STATUS_OK; i++)
        status = held_reason(work, document->pages[i].name, &document->pages[i].held, error);
    return status;
}

static void form(struct work *work, const struct batch *batch, const struct page *pages,
                 size_t count, struct document *document)
{
    document_init(document, work->task->batch, pages[0].name);
    document->box_code = batch->box_code;
    document->shelf = batch->shelf;
    /* the rest of its place in the archive is decided when its package is made */
    document->custodian = work->warehouse->archive.custodian;
    document->operator_name = batch->operator_name;
    document->scanned_at = pages[0].scanned_at;
    document->pages = arena_array(work->arena, count, sizeof *document->pages);
    document->page_count = count;
    for (size_t i = 0; i < count; i++)
        document->pages[i] = (struct document_page){
            .name = pages[i].name, .file = pages[i].file, .blank = pages[i].blank};
}

/* A document that was formed before keeps what people have said about it meanwhile. */
static enum status write_formed(struct work *work, struct document *document, struct error *error)
{
    struct document old;
    enum status status = spool_read_document(work->warehouse, document->batch, document->id,
                                             work->arena, &old, NULL);
    bool same = status == STATUS_OK && old.page_count == document->page_count;
    for (size_t i = 0; same && i < old.page_count; i++)
        same = strcmp(old.pages[i].name, document->pages[i].name) == 0;
    if (same)
        return STATUS_OK;
    status = document_refresh_held(work, document, error);
    return status == STATUS_OK ? spool_write_document(work->warehouse, document, error) : status;
}

static enum status tell_apart(struct work *work, const struct batch *batch,
                              const struct page *pages, size_t count, bool *starts,
                              struct error *error)
{
    const char *folder = pipeline_batch_folder(work->warehouse, batch->id, work->arena);
    const char **names = arena_array(work->arena, count + 1, sizeof *names);
    const struct words **words = NULL;
    for (size_t i = 0; i < count; i++)
        names[i] = pages[i].name;
    enum status status = spool_all_words(folder, names, count, work->arena, &words, error);
    if (status == STATUS_OK)
        ingest_separate(batch->separate, batch->separate_count, pages, words, count, starts);
    return status;
}

enum status step_separate(struct work *work, struct error *error)
{
    struct batch batch;
    struct page *pages = NULL;
    size_t count = 0;
    struct separated *made = arena_alloc(work->arena, sizeof *made);
    const char *folder = pipeline_batch_folder(work->warehouse, work->task->batch, work->arena);
    enum status status = batch_read(folder, work->arena, &batch, error);
    if (status == STATUS_OK)
        status = spool_pages(folder, work->arena, &pages, &count, error);
    bool *starts = arena_array(work->arena, count + 1, sizeof *starts);
    if (status == STATUS_OK)
        status = tell_apart(work, &batch, pages, count, starts, error);
    made->documents = arena_array(work->arena, count + 1, sizeof *made->documents);
    for (size_t first = 0, end; first < count && status == STATUS_OK; first = end) {
        for (end = first + 1; end < count && !starts[end];)
            end++;
        struct document *document = &made->documents[made->count++];
        form(work, &batch, pages + first, end - first, document);
        status = write_formed(work, document, error);
    }
    work->made = made;
    return status;
}

enum status step_separate_rows(struct work *work, struct error *error)
{
    const struct separated *made = work->made;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < made->count && status == STATUS_OK; i++) {
        const struct document *document = &made->documents[i];
        status = ledger_add(work->db, "document", document->id, document->batch, "formed", error);
        for (size_t p = 0; p < document->page_count && status == STATUS_OK; p++)
            status = db_do(work->db, error,
                           "UPDATE ledger SET document = ? WHERE kind = 'page' AND id = ?", "ss",
                           document->id,
                           spool_page_id(work->arena, document->batch, document->pages[p].name));
    }
    return status;
}

/* The row says finished. */
enum status step_clear_spool(struct work *work, struct error *error)
{
    return spool_clear(work->warehouse, work->db, work->task->batch, work->arena, error);
}

/* What belongs to documents of the batch that are not in the store: their ids, their pages'. */
struct kept {
    const char **names;
    size_t count, room;
};

static enum status list_kept(struct db *db, const char *batch, struct arena *arena,
                             struct kept *kept, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT id FROM ledger WHERE kind = 'document' AND batch = ?"
                   " AND state <> 'indexed' UNION ALL SELECT p.id FROM ledger p JOIN ledger d"
                   " ON d.kind = 'document' AND d.id = p.document WHERE p.kind = 'page'"
                   " AND p.batch = ? AND d.state <> 'indexed'",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, batch);
        db_bind_text(query, 2, batch);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (kept->count == kept->room) {
            size_t room = kept->room ? 2 * kept->room : 64;
            const char **names = arena_array(arena, room, sizeof *names);
            if (kept->count)
                memcpy(names, kept->names, kept->count * sizeof *names);
            kept->names = names;
            kept->room = room;
        }
        kept->names[kept->count++] = spool_page_name(arena_strdup(arena, db_text(query, 0)));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* "0007-1" keeps "0007-1.scan.tif"; what belongs to the batch as a whole stays with the rest. */
static bool is_kept(const struct kept *kept, const char *name)
{
    bool keep = strcmp(name, "batch.json") == 0 || strncmp(name, "received-", 9) == 0;
    for (size_t i = 0; i < kept->count && !keep; i++) {
        size_t length = strlen(kept->names[i]);
        keep = strncmp(name, kept->names[i], length) == 0 && (!name[length] || name[length] == '.');
    }
    return keep;
}

static enum status clear_others(const char *folder, const struct kept *kept, struct arena *arena,
                                struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (!is_kept(kept, names[i]))
            status = file_remove_tree(file_join(arena, folder, names[i]), error);
    return status;
}

/* All of it goes at once: it gets another name first, so that a half removed one is never taken for
 * a batch. */
enum status spool_clear(const struct warehouse *warehouse, struct db *db, const char *batch,
                        struct arena *arena, struct error *error)
{
    const char *folder = pipeline_batch_folder(warehouse, batch, arena);
    const char *away = arena_printf(arena, "%s" SPOOL_DONE, folder);
    struct kept kept = {0};
    if (warehouse->pipeline.keep_spool)
        return STATUS_OK;
    enum status status = list_kept(db, batch, arena, &kept, error);
    if (status == STATUS_OK && kept.count > 0 && file_is_folder(folder))
        return clear_others(folder, &kept, arena, error);
    if (status == STATUS_OK && file_is_folder(folder))
        status = file_rename(folder, away, error);
    return status == STATUS_OK ? file_remove_tree(away, error) : status;
}
