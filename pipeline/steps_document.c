/* What is done with a document: understood, approved, packed, signed, stored, indexed. */
#include <string.h>

#include "archive/store.h"
#include "core/event.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/events.h"
#include "pipeline/policy.h"
#include "pipeline/spool.h"
#include "pipeline/steps.h"

static const char *folder_of(struct work *work)
{
    return spool_document_folder(work->warehouse, work->task->batch, work->task->id, work->arena);
}

static const char *file_of(struct work *work, const char *name)
{
    return file_join(work->arena, folder_of(work), name);
}

static enum status load(struct work *work, struct document *document, struct error *error)
{
    return spool_read_document(work->warehouse, work->task->batch, work->task->id, work->arena,
                               document, error);
}

/* A page that was read has its text: a copy without it would look complete and be found by nobody.
 */
static enum status check_words(struct work *work, const struct document_page *page,
                               const struct words *words, struct error *error)
{
    if (words || page->blank || page->held)
        return STATUS_OK;
    return error_set(
        error, STATUS_REJECT,
        _("The text of page %s is gone from the spool. Have it read again: sohoa review "
          "send-back %s"),
        page->name, spool_page_id(work->arena, work->task->batch, page->name));
}

static enum status load_words(struct work *work, const struct document *document,
                              const struct words ***words, struct error *error)
{
    const char *folder = pipeline_batch_folder(work->warehouse, work->task->batch, work->arena);
    const char **names = arena_array(work->arena, document->page_count + 1, sizeof *names);
    for (size_t i = 0; i < document->page_count; i++)
        names[i] = document->pages[i].name;
    enum status status =
        spool_all_words(folder, names, document->page_count, work->arena, words, error);
    for (size_t i = 0; i < document->page_count && status == STATUS_OK; i++)
        status = check_words(work, &document->pages[i], (*words)[i], error);
    return status;
}

enum status step_understand(struct work *work, struct error *error)
{
    struct document document;
    const struct words **words = NULL;
    enum status status = load(work, &document, error);
    if (status == STATUS_OK)
        status = document_refresh_held(work, &document, error);
    if (status == STATUS_OK)
        status = load_words(work, &document, &words, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < document.page_count; i++)
        document.pages[i].turn_deg = words[i] ? words[i]->turn_deg : 0;
    status = ocr_understand(&work->warehouse->ocr, work->warehouse->config, words,
                            document.page_count, work->arena, &document, error);
    return status == STATUS_OK ? spool_write_document(work->warehouse, &document, error) : status;
}

/* Kept in the document itself: what was once held for a person is not let through by the policy
 * after it was corrected or read again. File first; then the row is held with the sentence. */
static enum status note_hold(struct work *work, struct document *document, struct error *error)
{
    char now[26];
    if (policy_awaits_approval(document))
        return STATUS_OK;
    file_now(now);
    document_add_act(document, work->arena,
                     &(struct document_act){
                         .at = arena_strdup(work->arena, now), .actor = "policy", .what = "hold"});
    return spool_write_document(work->warehouse, document, error);
}

enum status step_approve(struct work *work, struct error *error)
{
    char now[26];
    struct error why = {""};
    struct document document;
    const struct words **words = NULL;
    enum status status = load(work, &document, error);
    if (status != STATUS_OK || document.approved_by)
        return status;
    status = load_words(work, &document, &words, error);
    if (status == STATUS_OK)
        status = policy_judge(work->warehouse, &document, words, &why);
    if (status == STATUS_REJECT && *why.text) {
        status = note_hold(work, &document, error);
        return status == STATUS_OK ? error_set(error, STATUS_REJECT, "%s", why.text) : status;
    }
    if (status != STATUS_OK)
        return status;
    file_now(now);
    document.approved_by = "policy";
    document.approved_at = now;
    return spool_write_document(work->warehouse, &document, error);
}

/* ---------------------------------------------------------------- packing and signing */

struct page_source {
    struct work *work;
    const struct document *document;
};

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    const struct page_source *source = context;
    const struct document_page *page = &source->document->pages[index];
    const struct words **words = NULL;
    const char *folder =
        pipeline_batch_folder(source->work->warehouse, source->document->batch, arena);
    enum status status = spool_check_master(folder, page->file, error);
    if (status == STATUS_OK)
        status = spool_all_words(folder, &page->name, 1, arena, &words, error);
    if (status == STATUS_OK)
        status = check_words(source->work, page, words[0], error);
    if (status == STATUS_OK)
        *out = (struct archive_page){.image_path = file_join(arena, folder, page->file),
                                     .words = words[0],
                                     .turn_deg = page->turn_deg};
    return status;
}

/* The moment that is printed and signed is fixed before anything is made from it, so that packing
 * again gives the same bytes. */
static enum status fix_moment(struct work *work, struct document *document, struct error *error)
{
    char now[26];
    if (document->signed_at)
        return STATUS_OK;
    file_now(now);
    document->signed_at = arena_strdup(work->arena, now);
    return spool_write_document(work->warehouse, document, error);
}

enum status step_pack(struct work *work, struct error *error)
{
    struct document document;
    struct archive_report report;
    enum status status = load(work, &document, error);
    if (status == STATUS_OK)
        status = fix_moment(work, &document, error);
    if (status != STATUS_OK)
        return status;
    struct page_source context = {work, &document};
    struct archive_source source = {.page_count = document.page_count,
                                    .page = give_page,
                                    .context = &context,
                                    .packing = file_of(work, "packing.json")};
    const struct archive_settings *archive = &work->warehouse->archive;
    status = archive_build(archive, ARCHIVE_PDFA_2U, archive->sign, &document, &source,
                           file_of(work, "packed.pdf"), &report, error);
    if (status != STATUS_OK)
        return status;
    return events_note(
        work, EVENT_PACKING,
        arena_printf(work->arena, "%zu pages, %zu words", report.pages, report.words),
        package_part(PACKAGE_PDF), error);
}

/* The file is there, the row is not yet: stopped between the two, the step is done and recorded
 * again. */
static enum status record(struct work *work, const char *action, struct error *error)
{
    return pipeline_record(work->warehouse, action, work->task->id, NULL, error);
}

struct first_finding {
    char text[400];
};

static void keep_first(void *context, const char *sentence)
{
    struct first_finding *first = context;
    if (!*first->text)
        strncat(first->text, sentence, sizeof first->text - 1);
}

/* The final bytes are checked, not what we meant to write. */
static enum status check_pdf(const char *path, struct error *error)
{
    struct archive_verdict verdict;
    struct first_finding first = {""};
    enum status status = archive_check(path, NULL, &verdict, keep_first, &first, error);
    if (status == STATUS_REJECT && *first.text)
        return error_set(error, STATUS_REJECT, _("The finished PDF is not right: %s"), first.text);
    return status;
}

enum status step_sign(struct work *work, struct error *error)
{
    struct signer *signer = NULL;
    const char *packed = file_of(work, "packed.pdf"), *final = file_of(work, "document.pdf");
    enum status status;
    if (work->warehouse->archive.sign) {
        status = tools_signer(work, &signer, error);
        if (status == STATUS_OK)
            status = archive_sign(signer, packed, final, error);
        if (status == STATUS_OK)
            status = events_note(work, EVENT_SIGNING, signer_describe(signer, work->arena),
                                 package_part(PACKAGE_PDF), error);
    } else {
        status = file_copy(packed, final, error);
    }
    if (status == STATUS_OK)
        status = check_pdf(final, error);
    if (status == STATUS_OK)
        status =
            events_note(work, EVENT_CHECK, "PDF/A-2u, signature", package_part(PACKAGE_PDF), error);
    return status == STATUS_OK && signer ? record(work, "sign", error) : status;
}

/* ---------------------------------------------------------------- the package */

struct items {
    struct store_item *list;
    size_t count;
};

static void add_item(struct items *items, const char *from, const char *to)
{
    items->list[items->count++] = (struct store_item){from, to};
}

/* The master goes into the store as it was scanned, or not at all. */
static enum status check_master(struct work *work, const char *folder, const char *name,
                                struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct page page;
    enum status status = page_read(folder, name, work->arena, &page, error);
    if (status == STATUS_OK)
        status = spool_check_master(folder, page.file, error);
    if (status == STATUS_OK)
        status = hash_file(file_join(work->arena, folder, page.file), hex, error);
    if (status == STATUS_OK && page.sha256 && *page.sha256 && strcmp(page.sha256, hex) != 0)
        status =
            error_set(error, STATUS_REJECT,
                      _("The image of page %s has changed since it was scanned; scan the sheet "
                        "again."),
                      name);
    return status;
}

static void add_page(struct work *work, const char *folder, const struct document_page *page,
                     char **names, size_t name_count, struct items *items)
{
    struct arena *arena = work->arena;
    const char *words = spool_words(arena, folder, page->name);
    const char *alto = spool_alto(arena, folder, page->name);
    const char *older = arena_printf(arena, "%s.superseded-", page->name);
    add_item(items, file_join(arena, folder, page->file),
             package_page(PACKAGE_MASTER, page->file, arena));
    add_item(items, arena_printf(arena, "%s/%s.page.json", folder, page->name),
             package_page(PACKAGE_FACTS, page->name, arena));
    if (file_exists(words) && file_exists(alto)) {
        add_item(items, words, package_page(PACKAGE_WORDS, page->name, arena));
        add_item(items, alto, package_page(PACKAGE_ALTO, page->name, arena));
    }
    /* A sheet that was fed again: its first image is kept too. */
    for (size_t i = 0; i < name_count; i++)
        if (strncmp(names[i], older, strlen(older)) == 0)
            add_item(items, file_join(arena, folder, names[i]),
                     package_page(PACKAGE_MASTER, names[i], arena));
}

enum status step_store(struct work *work, struct error *error)
{
    struct document document;
    char **names = NULL;
    size_t name_count = 0;
    const char *path = NULL;
    const char *folder = pipeline_batch_folder(work->warehouse, work->task->batch, work->arena);
    enum status status = load(work, &document, error);
    if (status == STATUS_OK)
        status = file_list(folder, work->arena, &names, &name_count, error);
    for (size_t i = 0; status == STATUS_OK && i < document.page_count; i++)
        status = check_master(work, folder, document.pages[i].name, error);
    const char *events = file_of(work, "package-events.jsonl");
    if (status == STATUS_OK)
        status = events_note(work, EVENT_STORING, NULL, NULL, error);
    if (status == STATUS_OK)
        status = events_gather(work, &document, events, error);
    if (status != STATUS_OK)
        return status;
    struct items items = {
        arena_array(work->arena, 4 + 4 * document.page_count + name_count, sizeof *items.list), 0};
    add_item(&items, file_of(work, "document.pdf"), package_part(PACKAGE_PDF));
    add_item(&items, file_of(work, "document.json"), package_part(PACKAGE_DOCUMENT));
    add_item(&items, events, package_part(PACKAGE_EVENTS));
    add_item(&items, file_of(work, "packing.json"), package_part(PACKAGE_PACKING));
    for (size_t i = 0; i < document.page_count; i++)
        add_page(work, folder, &document.pages[i], names, name_count, &items);
    status = store_package(work->warehouse->store, work->warehouse->config, &document, items.list,
                           items.count, work->arena, &path, error);
    return status == STATUS_OK ? record(work, "store", error) : status;
}

enum status step_index_rows(struct work *work, struct error *error)
{
    const char *path = NULL;
    struct index *index = NULL;
    enum status status =
        store_find(work->warehouse->store, work->task->id, 0, work->arena, &path, error);
    if (status == STATUS_OK)
        status = tools_index(work, &index, error);
    return status == STATUS_OK ? index_package(index, path, error) : status;
}
