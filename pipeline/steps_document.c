/* What is done with a document: understood, approved, packed, signed, stored, indexed. */
#include <string.h>

#include "archive/store.h"
#include "core/event.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/enter.h"
#include "pipeline/events.h"
#include "pipeline/ledger.h"
#include "pipeline/policy.h"
#include "pipeline/spool.h"
#include "pipeline/steps_document.h"
#include "pipeline/twins.h"

static const char *folder_of(struct work *work)
{
    return spool_document_folder(work->warehouse, work->task->batch, work->task->id, work->arena);
}

const char *document_file(struct work *work, const char *name)
{
    return file_join(work->arena, folder_of(work), name);
}

enum status document_load(struct work *work, struct document *document, struct error *error)
{
    return spool_read_document(work->warehouse, work->task->batch, work->task->id, work->arena,
                               document, error);
}

enum status document_check_words(struct work *work, const struct document_page *page,
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
    struct spool_place place;
    const char **names = arena_array(work->arena, document->page_count + 1, sizeof *names);
    for (size_t i = 0; i < document->page_count; i++)
        names[i] = document->pages[i].name;
    enum status status = spool_place(work->warehouse, document, work->arena, &place, error);
    if (status == STATUS_OK)
        status =
            spool_all_words(place.texts, names, document->page_count, work->arena, words, error);
    for (size_t i = 0; i < document->page_count && status == STATUS_OK; i++)
        status = document_check_words(work, &document->pages[i], (*words)[i], error);
    return status;
}

enum status step_understand(struct work *work, struct error *error)
{
    struct document document;
    struct ocr_knowledge *knowledge = NULL;
    const struct words **words = NULL;
    enum status status = document_load(work, &document, error);
    if (status == STATUS_OK)
        status = document_refresh_held(work, &document, error);
    if (status == STATUS_OK)
        status = load_words(work, &document, &words, error);
    if (status == STATUS_OK)
        status = document_judge_received(work, &document, error);
    if (status == STATUS_OK)
        status = tools_knowledge(work, &knowledge, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < document.page_count; i++)
        document.pages[i].turn_deg = words[i] ? words[i]->turn_deg : 0;
    status = ocr_understand(knowledge, words, document.page_count, work->arena, &document, error);
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
    const char *twin = NULL;
    enum status status = document_load(work, &document, error);
    if (status != STATUS_OK || document.approved_by)
        return status;
    status = load_words(work, &document, &words, error);
    if (status == STATUS_OK)
        status = twins_claim(work->db, &document, work->arena, &twin, error);
    if (status == STATUS_OK)
        status = policy_judge(work->warehouse, &document, words, twin, &why);
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
static enum status check_master(struct work *work, const struct spool_place *place,
                                const char *name, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct page page;
    enum status status = page_read(place->facts, name, work->arena, &page, error);
    if (status == STATUS_OK)
        status = spool_check_master(place, page.file, error);
    if (status == STATUS_OK)
        status = hash_file(file_join(work->arena, place->masters, page.file), hex, error);
    if (status == STATUS_OK && page.sha256 && *page.sha256 && strcmp(page.sha256, hex) != 0)
        status =
            error_set(error, STATUS_REJECT,
                      _("The image of page %s has changed since it was scanned; scan the sheet "
                        "again."),
                      name);
    return status;
}

static void add_page(struct work *work, const struct spool_place *place,
                     const struct document_page *page, char **names, size_t name_count,
                     struct items *items)
{
    struct arena *arena = work->arena;
    const char *words = spool_words(arena, place->texts, page->name);
    const char *alto = spool_alto(arena, place->texts, page->name);
    const char *older = arena_printf(arena, "%s.superseded-", page->name);
    add_item(items, file_join(arena, place->masters, page->file),
             package_page(PACKAGE_MASTER, page->file, arena));
    add_item(items, arena_printf(arena, "%s/%s.page.json", place->facts, page->name),
             package_page(PACKAGE_FACTS, page->name, arena));
    if (file_exists(words) && file_exists(alto)) {
        add_item(items, words, package_page(PACKAGE_WORDS, page->name, arena));
        add_item(items, alto, package_page(PACKAGE_ALTO, page->name, arena));
    }
    /* A sheet that was fed again: its first image is kept too. */
    for (size_t i = 0; i < name_count; i++)
        if (strncmp(names[i], older, strlen(older)) == 0)
            add_item(items, file_join(arena, place->masters, names[i]),
                     package_page(PACKAGE_MASTER, names[i], arena));
}

static void add_volume(struct work *work, const struct document *document, const char *name,
                       enum package_part part, size_t volume, struct items *items)
{
    const char *from = document_file(work, document_volume(work, document, name, volume));
    add_item(items, from,
             package_volume(part, document->volume_count == 0 ? 0 : (int)volume + 1, work->arena));
}

/* Before anything is stored: what goes in is what came in and what was passed. */
static enum status check_all(struct work *work, const struct document *document,
                             const struct spool_place *place, const char *received,
                             struct error *error)
{
    enum status status = STATUS_OK;
    if (received)
        status = document_check_received(work, document, received, error);
    for (size_t i = 0; status == STATUS_OK && i < document->page_count; i++)
        status = check_master(work, place, document->pages[i].name, error);
    for (size_t i = 0; status == STATUS_OK && i < document_volume_count(document); i++)
        status = archive_passed(
            document_file(work, document_volume(work, document, "document.pdf", i)),
            document_file(work, document_volume(work, document, "check.json", i)), error);
    return status;
}

static struct items list_items(struct work *work, const struct document *document,
                               const struct spool_place *place, const char *received,
                               const char *events, char **names, size_t name_count)
{
    const size_t most =
        4 + 3 * document_volume_count(document) + 4 * document->page_count + name_count;
    struct items items = {arena_array(work->arena, most, sizeof *items.list), 0};
    add_item(&items, document_file(work, "document.json"), package_part(PACKAGE_DOCUMENT));
    add_item(&items, events, package_part(PACKAGE_EVENTS));
    for (size_t i = 0; i < document_volume_count(document); i++) {
        add_volume(work, document, "document.pdf", PACKAGE_PDF, i, &items);
        add_volume(work, document, "packing.json", PACKAGE_PACKING, i, &items);
        add_volume(work, document, "check.json", PACKAGE_CHECK, i, &items);
    }
    if (received) {
        add_item(&items, received, package_part(PACKAGE_RECEIVED));
        add_item(&items,
                 place->package
                     ? package_part_path(work->arena, place->package, PACKAGE_RECEIVED_REPORT)
                     : document_file(work, "received.json"),
                 package_part(PACKAGE_RECEIVED_REPORT));
    }
    for (size_t i = 0; i < document->page_count; i++)
        add_page(work, place, &document->pages[i], names, name_count, &items);
    return items;
}

enum status step_store(struct work *work, struct error *error)
{
    struct document document;
    struct spool_place place;
    char **names = NULL;
    size_t name_count = 0;
    const char *path = NULL, *received = NULL;
    const char *events = document_file(work, "package-events.jsonl");
    enum status status = document_load(work, &document, error);
    if (status == STATUS_OK)
        status = spool_place(work->warehouse, &document, work->arena, &place, error);
    if (status == STATUS_OK)
        status = document_received(work, &document, &received, error);
    if (status == STATUS_OK)
        status = file_list(place.masters, work->arena, &names, &name_count, error);
    if (status == STATUS_OK)
        status = check_all(work, &document, &place, received, error);
    if (status == STATUS_OK)
        status = events_note(work, EVENT_STORING, NULL, NULL, error);
    if (status == STATUS_OK)
        status = events_gather(work, &document, events, error);
    if (status != STATUS_OK)
        return status;
    struct items items = list_items(work, &document, &place, received, events, names, name_count);
    status = store_package(work->warehouse->store, work->warehouse->config, &document, items.list,
                           items.count, work->arena, &path, error);
    if (status == STATUS_REJECT && document.version > 1) /* it came as a package in the meantime */
        status = error_add(error, status, "%s",
                           _("Take what is on its way back by 'sohoa amend --withdraw', and amend "
                             "the newest version"));
    return status == STATUS_OK ? pipeline_record_package(work->warehouse, "store", path, "", error)
                               : status;
}

/* Behind the row: what was amended is in the store and in the catalogue. */
enum status step_clear_amended(struct work *work, struct error *error)
{
    return spool_clear_amended(work->warehouse, work->task->id, work->arena, error);
}

enum status step_index_rows(struct work *work, struct error *error)
{
    const char *path = NULL;
    struct index *index = NULL;
    struct document document;
    bool is_document = strcmp(work->task->kind, "document") == 0;
    enum status status =
        store_find(work->warehouse->store, work->task->id, 0, work->arena, &path, error);
    if (status == STATUS_OK)
        status = tools_index(work, &index, error);
    if (status == STATUS_OK)
        status = index_package(index, path, error);
    if (status == STATUS_OK && is_document)
        status = twins_let_go(work->db, work->task->id, error);
    if (status != STATUS_OK || !is_document)
        return status;
    status = document_read(package_part_path(work->arena, path, PACKAGE_DOCUMENT), work->arena,
                           &document, error);
    if (status != STATUS_OK)
        return status;
    const struct proof_state proof = proof_state_of(path, &document, work->arena);
    return proof_row(work->warehouse, work->db, work->task->id, work->task->batch, &proof, true,
                     error);
}
