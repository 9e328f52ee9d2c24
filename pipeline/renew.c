/* What of the store ends when, and its renewal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/ledger.h"
#include "pipeline/steps.h"

void pipeline_month(int months, char iso[26])
{
    int year = 0, month = 0;
    char now[26];
    file_now(now);
    sscanf(now, "%4d-%2d", &year, &month);
    month += months - 1;
    snprintf(iso, 26, "%04u-%02u%.18s", (unsigned)(year + month / 12) % 10000,
             (unsigned)month % 12 + 1, now + 7);
}

char *pipeline_evidence_folder(const struct warehouse *warehouse, struct arena *arena)
{
    return file_join(arena, warehouse->root, "evidence");
}

char *pipeline_evidence(const struct warehouse *warehouse, const char *id, int version,
                        struct arena *arena)
{
    return evidence_path(pipeline_evidence_folder(warehouse, arena), id, version, arena);
}

/* ---------------------------------------------------------------- what ends when */

struct looking {
    const struct warehouse *warehouse;
    enum status (*visit)(void *context, const struct pipeline_provable *one, struct error *error);
    void *context;
    struct arena *arena;
};

/* path: .../<document id>/v<version> */
static bool is_newest(const struct warehouse *warehouse, const char *id, const char *path,
                      struct arena *arena)
{
    const char *newest = NULL;
    return store_find(warehouse->store, id, 0, arena, &newest, NULL) == STATUS_OK &&
           strcmp(file_name(newest), file_name(path)) == 0;
}

/* What its end cannot be told of: a PDF that cannot be read, or does not hold what it must. */
static const char *fault_of_pdf(const char *path, const struct archive_verdict *verdict,
                                const struct error *error, bool was_signed, struct arena *arena)
{
    const char *name = file_name(path);
    if (!file_exists(path))
        return arena_printf(arena, _("%s is missing."), name);
    if (verdict->pages == 0)
        return arena_printf(arena, _("%s cannot be read: %s"), name, error->text);
    if (verdict->signatures == 0 && was_signed)
        return arena_printf(
            arena, _("%s carries no signature, and events.jsonl tells that it was signed."), name);
    if (verdict->signatures > 0 && !verdict->intact)
        return arena_printf(arena, _("%s: a signature does not hold."), name);
    return NULL;
}

/* The end of what the PDFs prove by themselves; of several volumes the first to end. */
static void pdf_until(const char *path, const struct document *document, struct arena *arena,
                      struct pipeline_provable *one)
{
    int last = (int)document->volume_count;
    bool was_signed = store_was_signed(path);
    for (int i = last > 0 ? 1 : 0; i <= last; i++) {
        struct archive_verdict verdict = {.pages = 0};
        const char *pdf = package_path(arena, path, package_volume(PACKAGE_PDF, i, arena));
        struct error error = {""};
        archive_check(pdf, NULL, &verdict, NULL, NULL, &error);
        const char *fault = fault_of_pdf(pdf, &verdict, &error, was_signed, arena);
        one->fault = one->fault ? one->fault : fault;
        if (fault || verdict.signatures == 0)
            continue;
        if (!*one->pdf_until || strcmp(verdict.provable_until, one->pdf_until) < 0)
            memcpy(one->pdf_until, verdict.provable_until, sizeof one->pdf_until);
    }
}

static void judge(const struct looking *looking, struct pipeline_provable *one)
{
    struct arena *arena = looking->arena;
    struct document document;
    struct evidence_verdict evidence;
    struct error error = {""};
    const char *trust = looking->warehouse->archive.trust;
    const char *json = package_part_path(arena, one->path, PACKAGE_DOCUMENT);
    if (document_read(json, arena, &document, &error) != STATUS_OK) {
        one->fault = arena_strdup(arena, error.text);
        return;
    }
    one->batch = document.batch ? document.batch : "";
    pdf_until(one->path, &document, arena, one);
    if (evidence_check(one->object, one->record, trust && *trust ? trust : NULL, &evidence,
                       &error) == STATUS_OK)
        memcpy(one->record_until, evidence.until, sizeof one->record_until);
    else if (!one->fault && file_exists(one->record))
        one->fault = arena_printf(arena, _("Its evidence record does not hold: %s"), error.text);
}

static enum status look(void *context, const char *path, struct error *error)
{
    struct looking *looking = context;
    struct arena *arena = looking->arena;
    const char *folder = arena_strndup(arena, path, (size_t)(file_name(path) - path - 1));
    struct pipeline_provable one = {
        .path = path, .id = file_name(folder), .version = store_version(file_name(path))};
    enum status status = STATUS_OK;
    if (is_newest(looking->warehouse, one.id, path, arena)) {
        one.record = pipeline_evidence(looking->warehouse, one.id, one.version, arena);
        one.object = file_join(arena, path, "tagmanifest-sha256.txt");
        judge(looking, &one);
        status = looking->visit(looking->context, &one, error);
    }
    arena_clear(arena);
    return status;
}

enum status pipeline_horizon(const struct warehouse *warehouse,
                             enum status (*visit)(void *context,
                                                  const struct pipeline_provable *one,
                                                  struct error *error),
                             void *context, struct error *error)
{
    struct looking looking = {warehouse, visit, context, arena_new()};
    enum status status = store_each(warehouse->store, look, &looking, error);
    arena_free(looking.arena);
    return status;
}

/* ---------------------------------------------------------------- each PDF its own time-stamp */

struct aging {
    struct db *db;
    const char *limit;
};

static enum status mark(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct aging *aging = context;
    char now[26];
    file_now(now);
    if (!one->batch || !*one->pdf_until || strcmp(one->pdf_until, aging->limit) >= 0)
        return STATUS_OK;
    enum status status = ledger_add(aging->db, "proof", one->id, one->batch, "aging", error);
    if (status == STATUS_OK)
        status = db_do(aging->db, error,
                       "UPDATE ledger SET since = CASE WHEN state = 'aging' THEN since ELSE ? END,"
                       " state = 'aging', not_before = ?, tries = 0, held = 0"
                       " WHERE kind = 'proof' AND id = ? AND state IN ('sealed', 'aging')"
                       " AND owner = ''",
                       "sis", now, ledger_now(), one->id);
    return status;
}

enum status pipeline_renew(const struct warehouse *warehouse, struct db *db, const char *limit,
                           int64_t *documents, struct error *error)
{
    struct aging aging = {db, limit};
    if (!proof_wanted(warehouse))
        return error_set(error, STATUS_REJECT,
                         _("No time-stamp authority is set: give its URL in archive.tsa."));
    enum status status = pipeline_horizon(warehouse, mark, &aging, error);
    return status == STATUS_OK ? pipeline_renewing(db, documents, error) : status;
}

enum status pipeline_renewing(struct db *db, int64_t *documents, struct error *error)
{
    return ledger_number(db, documents, error,
                         "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND state = 'aging'",
                         NULL);
}

/* ---------------------------------------------------------------- one token for many */

struct planting {
    const struct warehouse *warehouse;
    const char *limit;
    struct arena *arena;
    struct evidence_item *items;
    size_t count, room;
    int64_t done;
    int tokens;
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
};

static enum status plant(struct planting *planting, struct error *error)
{
    enum status status =
        evidence_make(&planting->warehouse->archive, planting->items, planting->count,
                      planting->progress, planting->context, error);
    if (status == STATUS_OK && planting->count > 0) {
        planting->tokens++;
        planting->done += (int64_t)planting->count;
    }
    planting->count = 0;
    arena_clear(planting->arena);
    return status;
}

static enum status gather(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct planting *planting = context;
    if (!one->batch || strcmp(one->record_until, planting->limit) >= 0)
        return STATUS_OK; /* what cannot be read is `sohoa verify`'s to tell */
    if (planting->count == planting->room) {
        planting->room = planting->room ? 2 * planting->room : 256;
        planting->items = memory_resize(planting->items, planting->room * sizeof *planting->items);
    }
    planting->items[planting->count++] = (struct evidence_item){
        arena_strdup(planting->arena, one->object), arena_strdup(planting->arena, one->record)};
    return planting->count == EVIDENCE_ITEMS_MAX ? plant(planting, error) : STATUS_OK;
}

enum status pipeline_renew_tree(const struct warehouse *warehouse, const char *limit,
                                void (*progress)(void *context, size_t done, size_t total),
                                void *context, int64_t *packages, int *tokens, struct error *error)
{
    struct planting planting = {.warehouse = warehouse,
                                .limit = limit,
                                .arena = arena_new(),
                                .progress = progress,
                                .context = context};
    enum status status = pipeline_horizon(warehouse, gather, &planting, error);
    if (status == STATUS_OK)
        status = plant(&planting, error);
    *packages = planting.done;
    *tokens = planting.tokens;
    free(planting.items);
    arena_free(planting.arena);
    return status;
}
