/* What of the store ends when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/pipeline.h"

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
    return file_join(arena, warehouse->root, EVIDENCE_FOLDER);
}

char *pipeline_evidence(const struct warehouse *warehouse, const char *id, int version,
                        struct arena *arena)
{
    return evidence_path(pipeline_evidence_folder(warehouse, arena), id, version, arena);
}

/* ---------------------------------------------------------------- its PDFs */

struct looking {
    const struct warehouse *warehouse;
    bool all; /* older versions that have a record, too */
    enum status (*visit)(void *context, const struct pipeline_provable *one, struct error *error);
    void *context;
    struct arena *arena;
    char now[26];
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

static void take_first(char first[26], const char *end)
{
    if (!*first || strcmp(end, first) < 0)
        memcpy(first, end, 26);
}

/* When a file (end: by itself) cannot be proven any more, by the proof of the earliest moment or by
 * the one that lasts longest: of each that is accepted. */
static void end_of(const struct looking *looking, const struct pipeline_provable *one,
                   const char *part, bool (*judge)(const char *path, const struct archive_trust *),
                   char end[26])
{
    struct arena *arena = looking->arena;
    const struct archive_trust trust = archive_trust_of(&looking->warehouse->archive);
    const char *path = package_path(arena, one->path, part);
    const struct archive_trust proofs[] = {store_trust(one->path, part, &trust, arena),
                                           store_trust_lasting(one->path, part, &trust, arena)};
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++)
        if (proofs[i].proven && strcmp(proofs[i].proven_until, end) > 0 && judge(path, &proofs[i]))
            memcpy(end, proofs[i].proven_until, 26);
}

static bool is_pdf_trusted(const char *path, const struct archive_trust *trust)
{
    struct archive_verdict verdict = {.pages = 0};
    archive_judge(path, trust, &verdict, NULL, NULL, NULL);
    return verdict.trusted;
}

static bool is_received_trusted(const char *path, const struct archive_trust *trust)
{
    struct archive_verdict verdict = {.pages = 0};
    struct archive_signature *list = NULL;
    struct arena *arena = arena_new();
    bool trusted =
        archive_signatures(path, trust, arena, &verdict, &list, NULL, NULL, NULL) == STATUS_OK &&
        verdict.trusted;
    arena_free(arena);
    return trusted;
}

/* One volume. */
static void judge_pdf(const struct looking *looking, struct pipeline_provable *one,
                      const char *part, bool was_signed)
{
    struct arena *arena = looking->arena;
    struct archive_verdict verdict = {.pages = 0};
    char end[26];
    const char *pdf = package_path(arena, one->path, part);
    struct error error = {""};
    archive_check(pdf, NULL, &verdict, NULL, NULL, &error);
    const char *fault = fault_of_pdf(pdf, &verdict, &error, was_signed, arena);
    one->fault = one->fault ? one->fault : fault;
    if (fault || verdict.signatures == 0)
        return;
    memcpy(end, verdict.provable_until, sizeof end);
    end_of(looking, one, part, is_pdf_trusted, end);
    take_first(one->until, end);
    take_first(one->pdf_until, verdict.provable_until);
}

/* Of several volumes the first to end. */
static void judge_pdfs(const struct looking *looking, const struct document *document,
                       struct pipeline_provable *one)
{
    int last = (int)document->volume_count;
    bool was_signed = store_was_signed(one->path);
    for (int i = last > 0 ? 1 : 0; i <= last; i++)
        judge_pdf(looking, one, package_volume(PACKAGE_PDF, i, looking->arena), was_signed);
}

/* The signatures that it came in with, when they are trusted or were: what never was trusted does
 * not end. */
static void judge_received(const struct looking *looking, struct pipeline_provable *one)
{
    static const struct archive_trust nobody;
    struct arena *arena = looking->arena;
    const struct archive_trust trust = archive_trust_of(&looking->warehouse->archive);
    const char *part = package_part(PACKAGE_RECEIVED);
    const char *path = package_path(arena, one->path, part);
    struct archive_verdict alone = {.pages = 0};
    struct archive_signature *list = NULL;
    if (!file_exists(path) ||
        archive_signatures(path, &nobody, arena, &alone, &list, NULL, NULL, NULL) != STATUS_OK ||
        alone.signatures == 0 || !alone.intact)
        return;
    const struct archive_trust own = store_trust(one->path, part, &trust, arena);
    if (!is_received_trusted(path, &own) && !store_received_trusted(one->path, &trust, arena))
        return;
    memcpy(one->received_until, alone.provable_until, sizeof one->received_until);
    end_of(looking, one, part, is_received_trusted, one->received_until);
}

/* ---------------------------------------------------------------- one package */

static void judge(const struct looking *looking, struct pipeline_provable *one)
{
    struct arena *arena = looking->arena;
    struct document document;
    struct evidence_verdict evidence;
    struct error error = {""};
    const char *roots = archive_roots(&looking->warehouse->archive);
    const char *json = package_part_path(arena, one->path, PACKAGE_DOCUMENT);
    if (document_read(json, arena, &document, &error) != STATUS_OK) {
        one->fault = arena_strdup(arena, error.text);
        return;
    }
    one->batch = document.batch ? document.batch : "";
    judge_pdfs(looking, &document, one);
    judge_received(looking, one);
    if (!file_exists(one->record))
        return;
    evidence_check(one->object, one->record, roots, &evidence, &error);
    if (!evidence.intact && !one->fault)
        one->fault = arena_printf(arena, _("Its evidence record does not hold: %s"), error.text);
    if (!evidence.trusted)
        return;
    memcpy(one->record_until, evidence.until, sizeof one->record_until);
    one->unproven = evidence.unproven;
    one->last_unproven = evidence.last_unproven;
    if (!*one->until && !one->fault) /* it is not signed: the record proves what there is */
        memcpy(one->until, evidence.until, sizeof one->until);
}

static enum status look(void *context, const char *path, struct error *error)
{
    struct looking *looking = context;
    struct arena *arena = looking->arena;
    const char *folder = arena_strndup(arena, path, (size_t)(file_name(path) - path - 1));
    struct pipeline_provable one = {
        .path = path, .id = file_name(folder), .version = store_version(file_name(path))};
    enum status status = STATUS_OK;
    one.newest = is_newest(looking->warehouse, one.id, path, arena);
    one.record = pipeline_evidence(looking->warehouse, one.id, one.version, arena);
    one.object = store_tagmanifest(path, arena);
    if (one.newest || (looking->all && file_exists(one.record))) {
        judge(looking, &one);
        status = looking->visit(looking->context, &one, error);
    }
    arena_clear(arena);
    return status;
}

static enum status look_at_all(const struct warehouse *warehouse, bool all,
                               enum status (*visit)(void *context,
                                                    const struct pipeline_provable *one,
                                                    struct error *error),
                               void *context, struct error *error)
{
    struct looking looking = {.warehouse = warehouse,
                              .all = all,
                              .visit = visit,
                              .context = context,
                              .arena = arena_new()};
    file_now(looking.now);
    enum status status = store_each(warehouse->store, look, &looking, error);
    arena_free(looking.arena);
    return status;
}

enum status pipeline_horizon(const struct warehouse *warehouse,
                             enum status (*visit)(void *context,
                                                  const struct pipeline_provable *one,
                                                  struct error *error),
                             void *context, struct error *error)
{
    return look_at_all(warehouse, false, visit, context, error);
}

enum status pipeline_each_proven(const struct warehouse *warehouse,
                                 enum status (*visit)(void *context,
                                                      const struct pipeline_provable *one,
                                                      struct error *error),
                                 void *context, struct error *error)
{
    return look_at_all(warehouse, true, visit, context, error);
}

/* ---------------------------------------------------------------- without its record */

static bool is_trusted(const char *package, const char *part, const struct archive_trust *trust,
                       struct arena *arena)
{
    struct archive_verdict verdict = {.pages = 0};
    struct archive_signature *list = NULL;
    const struct archive_trust own = store_trust(package, part, trust, arena);
    archive_signatures(package_path(arena, package, part), &own, arena, &verdict, &list, NULL, NULL,
                       NULL);
    return verdict.trusted && verdict.intact;
}

bool pipeline_stands_alone(const struct warehouse *warehouse, const char *package)
{
    struct arena *arena = arena_new();
    struct document document;
    struct archive_trust trust = archive_trust_of(&warehouse->archive);
    const char *json = package_part_path(arena, package, PACKAGE_DOCUMENT);
    const char *received = package_part(PACKAGE_RECEIVED);
    bool stands = document_read(json, arena, &document, NULL) == STATUS_OK;
    trust.evidence = NULL;
    int last = stands ? (int)document.volume_count : 0;
    for (int i = last > 0 ? 1 : 0; i <= last && stands; i++)
        stands = is_trusted(package, package_volume(PACKAGE_PDF, i, arena), &trust, arena);
    if (stands && file_exists(package_path(arena, package, received)) &&
        store_received_trusted(package, &trust, arena))
        stands = is_trusted(package, received, &trust, arena);
    arena_free(arena);
    return stands;
}
