/* Packing and signing: pages and words -> document.pdf, or volumes of it, each with its pass
 * record.
 */
#include <string.h>

#include "core/corrected.h"
#include "core/event.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/events.h"
#include "pipeline/spool.h"
#include "pipeline/steps_document.h"

/* ---------------------------------------------------------------- volumes */

size_t document_volume_count(const struct document *document)
{
    return document->volume_count == 0 ? 1 : document->volume_count;
}

const char *document_volume(struct work *work, const struct document *document, const char *name,
                            size_t volume)
{
    const char *dot = strrchr(name, '.');
    if (document->volume_count == 0)
        return name;
    return arena_printf(work->arena, "%.*s-%zu%s", (int)(dot - name), name, volume + 1, dot);
}

/* ---------------------------------------------------------------- the pages */

struct page_source {
    struct work *work;
    const struct document *document;
    struct spool_place place;
    const struct words *read; /* of the last page, before anybody corrected it */
};

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    struct page_source *source = context;
    const struct document_page *page = &source->document->pages[index];
    const struct words **words = NULL;
    const struct spool_place *place = &source->place;
    const char *alto = spool_alto(arena, place->texts, page->name);
    enum status status = spool_check_master(place, page->file, error);
    if (status == STATUS_OK)
        status = spool_all_words(place->texts, &page->name, 1, arena, &words, error);
    if (status == STATUS_OK)
        status = document_check_words(source->work, page, words[0], error);
    if (status != STATUS_OK)
        return status;
    source->read = words[0];
    *out =
        (struct archive_page){.image_path = file_join(arena, place->masters, page->file),
                              .words = document_corrected(source->document, index, words[0], arena),
                              .turn_deg = page->turn_deg,
                              .name = page->name,
                              .alto_path = file_exists(alto) ? alto : NULL};
    return STATUS_OK;
}

/* Machine against machine: what a person typed would never be read again. */
static enum status read_again(void *context, const struct image *master, const struct image *shown,
                              const struct words *words, struct box *lost, size_t *count,
                              struct error *error)
{
    const struct page_source *source = context;
    struct ocr_engine *engine = NULL;
    (void)words;
    enum status status = tools_engine(source->work, &engine, error);
    return status == STATUS_OK
               ? ocr_find_lost(engine, master, shown, source->read, lost, count, error)
               : status;
}

/* ---------------------------------------------------------------- packing */

enum {
    MOMENT_S = 900, /* a moment that is older is not that of the signature any more */
    PACK_S = 10     /* packing may take so long a page */
};

/* The moment that is printed and signed, and its place in the archive, are fixed before anything is
 * made from them, so that packing again gives the same bytes, but for a moment that is over (anew).
 */
static enum status fix_moment(struct work *work, struct document *document, bool *anew,
                              struct error *error)
{
    char now[26];
    int64_t age_s = 0;
    *anew = false;
    if (file_age(document->signed_at, &age_s) && age_s >= 0 && age_s < MOMENT_S)
        return STATUS_OK;
    file_now(now);
    *anew = document->signed_at != NULL;
    document->signed_at = arena_strdup(work->arena, now);
    archive_place(&work->warehouse->archive, document);
    return spool_write_document(work->warehouse, document, error);
}

static const char *volume_part(struct work *work, const struct document *document, size_t volume)
{
    return package_volume(PACKAGE_PDF, document->volume_count == 0 ? 0 : (int)volume + 1,
                          work->arena);
}

static enum status note_packing(struct work *work, const struct document *document, size_t volume,
                                bool anew, const struct archive_report *report, struct error *error)
{
    char *detail = arena_printf(work->arena, "%zu pages, %zu words", report->pages, report->words);
    size_t over = 0;
    int named = 0;
    for (size_t i = 0; i < CLASS_COUNT; i++)
        over += report->sizes[i].over_budget;
    if (report->layered + report->kept > 0) {
        detail = arena_printf(work->arena, "%s, %zu layered", detail, report->layered);
        for (size_t i = 0; i < PAGE_REASONS_MAX && report->kept_for[i].reason != NULL; i++)
            detail = arena_printf(work->arena, "%s, %zu not (%s)", detail,
                                  report->kept_for[i].pages, report->kept_for[i].reason);
        detail = arena_printf(work->arena, "%s, %zu above their budget", detail, over);
    }
    for (int id = 0; id < FIELD_COUNT; id++)
        if (document_corrects(document, id))
            detail = arena_printf(work->arena, "%s%s%s", detail,
                                  named++ ? ", " : "; text as corrected: ", field_name(id));
    if (anew)
        detail = arena_printf(work->arena, "%s; packed again, to be signed on %s", detail,
                              document->signed_at);
    return events_note(work, EVENT_PACKING, detail, volume_part(work, document, volume), error);
}

/* Builds the volume that begins with source->first, under the names it has. */
static enum status build_volume(struct work *work, struct document *document,
                                struct archive_source *source, struct archive_report *report,
                                struct error *error)
{
    const struct archive_settings *archive = &work->warehouse->archive;
    const size_t volume = document->volume_count == 0 ? 0 : (size_t)source->volume - 1;
    source->packing = document_file(work, document_volume(work, document, "packing.json", volume));
    return archive_build(
        archive, (enum archive_flavour)archive->flavour, archive->sign, document, source,
        document_file(work, document_volume(work, document, "packed.pdf", volume)), report, error);
}

/* All volumes after the first, which has report's pages: they go into document->volumes. The first
 * is built again under its name as one of several. */
static enum status build_volumes(struct work *work, struct document *document,
                                 struct archive_source *source, bool anew, struct error *error)
{
    struct archive_report report;
    enum status status = STATUS_OK;
    document->volumes = arena_array(work->arena, document->page_count, sizeof *document->volumes);
    source->first = 0;
    for (source->volume = 1; source->first < document->page_count && status == STATUS_OK;
         source->volume++) {
        document->volume_count = (size_t)source->volume;
        status = build_volume(work, document, source, &report, error);
        if (status == STATUS_OK)
            status = note_packing(work, document, (size_t)source->volume - 1, anew, &report, error);
        document->volumes[source->volume - 1] = (int)report.pages;
        source->first += report.pages;
    }
    if (status == STATUS_OK)
        status = file_remove(document_file(work, "packed.pdf"), error);
    if (status == STATUS_OK)
        status = file_remove(document_file(work, "packing.json"), error);
    return status;
}

enum status step_pack(struct work *work, struct error *error)
{
    struct document document;
    struct archive_report report;
    bool anew = false;
    enum status status = document_load(work, &document, error);
    if (status == STATUS_OK)
        status = fix_moment(work, &document, &anew, error);
    struct page_source context = {.work = work, .document = &document};
    if (status == STATUS_OK)
        status = spool_place(work->warehouse, &document, work->arena, &context.place, error);
    if (status != STATUS_OK)
        return status;
    const char *received = NULL;
    status = document_received(work, &document, &received, error);
    if (status != STATUS_OK)
        return status;
    const size_t before = document.volume_count;
    struct archive_source source = {.page_count = document.page_count,
                                    .page = give_page,
                                    .context = &context,
                                    .reread = read_again,
                                    .received = received};
    document.volume_count = 0;
    status = build_volume(work, &document, &source, &report, error);
    if (status == STATUS_OK && report.pages < document.page_count)
        status = build_volumes(work, &document, &source, anew, error);
    else if (status == STATUS_OK)
        status = note_packing(work, &document, 0, anew, &report, error);
    if (status == STATUS_OK && (before > 0 || document.volume_count > 0))
        status = spool_write_document(work->warehouse, &document, error);
    return status;
}

/* ---------------------------------------------------------------- signing */

static enum status sign_volume(struct work *work, const struct document *document, size_t volume,
                               struct signer *signer, struct error *error)
{
    const char *packed = document_file(work, document_volume(work, document, "packed.pdf", volume));
    const char *final =
        document_file(work, document_volume(work, document, "document.pdf", volume));
    if (signer == NULL)
        return file_copy(packed, final, error);
    return document_sign(work, document, signer, packed, final, volume_part(work, document, volume),
                         error);
}

/* The final bytes are checked, not what we meant to write: PDF/A, and every word as it was
 * approved. */
static enum status pass_volume(struct work *work, const struct document *document, size_t volume,
                               size_t first, struct error *error)
{
    struct page_source context = {.work = work, .document = document};
    const struct archive_source source = {
        .page_count = document->page_count, .page = give_page, .context = &context, .first = first};
    enum status status = spool_place(work->warehouse, document, work->arena, &context.place, error);
    if (status == STATUS_OK)
        status = archive_pass(
            document_file(work, document_volume(work, document, "document.pdf", volume)), NULL,
            &source, document_file(work, document_volume(work, document, "check.json", volume)),
            error);
    if (status != STATUS_OK)
        return status;
    return events_note(work, EVENT_CHECK, "PDF/A, signature, text",
                       volume_part(work, document, volume), error);
}

/* What waited for its signature (a key, a person, a computer that was off) would say that it was
 * signed when it was packed. */
static enum status pack_late(struct work *work, struct document *document, struct error *error)
{
    int64_t age_s = 0, may_s = MOMENT_S + PACK_S * (int64_t)document->page_count;
    if (file_age(document->signed_at, &age_s) && age_s >= 0 && age_s < may_s)
        return STATUS_OK;
    enum status status = step_pack(work, error);
    return status == STATUS_OK ? document_load(work, document, error) : status;
}

enum status step_sign(struct work *work, struct error *error)
{
    struct signer *signer = NULL;
    struct document document;
    size_t first = 0;
    enum status status = document_load(work, &document, error);
    if (status == STATUS_OK && work->warehouse->archive.sign)
        status = tools_signer(work, &signer, error);
    if (status == STATUS_OK && signer != NULL)
        status = document_check_signer(work, signer, error);
    if (status == STATUS_OK && signer != NULL)
        status = pack_late(work, &document, error);
    for (size_t i = 0; status == STATUS_OK && i < document_volume_count(&document); i++) {
        status = sign_volume(work, &document, i, signer, error);
        if (status == STATUS_OK)
            status = pass_volume(work, &document, i, first, error);
        first += document.volume_count == 0 ? 0 : (size_t)document.volumes[i];
    }
    if (status == STATUS_OK && signer)
        status = pipeline_record(work->warehouse, "sign", work->task->id, NULL, error);
    return status;
}
