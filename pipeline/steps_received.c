/* A document that came in as a PDF: the file is kept as it is, its signatures are judged and
 * reported, and what we read lies beside it. */
#include <string.h>

#include "core/event.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/events.h"
#include "pipeline/spool.h"
#include "pipeline/steps_document.h"

/* Its name in the batch's folder, NULL when the document came on paper. */
static enum status received_name(struct work *work, const struct document *document,
                                 const struct spool_place *place, const char **name,
                                 struct error *error)
{
    struct page page;
    *name = NULL;
    if (document->page_count == 0)
        return STATUS_OK;
    enum status status =
        page_read(place->facts, document->pages[0].name, work->arena, &page, error);
    if (status == STATUS_OK && page.received)
        *name = page.received;
    return status;
}

enum status document_received(struct work *work, const struct document *document, const char **path,
                              struct error *error)
{
    struct spool_place place;
    const char *name = NULL;
    *path = NULL;
    enum status status = spool_place(work->warehouse, document, work->arena, &place, error);
    if (status == STATUS_OK)
        status = received_name(work, document, &place, &name, error);
    if (status == STATUS_OK && name)
        *path = place.package ? package_part_path(work->arena, place.package, PACKAGE_RECEIVED)
                              : file_join(work->arena, place.masters, name);
    return status;
}

/* The same bytes each time it is judged again, unless something changed. */
enum status document_judge_received(struct work *work, const struct document *document,
                                    struct error *error)
{
    struct archive_received found;
    const struct archive_settings *archive = &work->warehouse->archive;
    const struct archive_trust trust = archive_trust_of(archive);
    const char *path = NULL;
    enum status status = document_received(work, document, &path, error);
    if (status != STATUS_OK || !path)
        return status;
    status = archive_received(path, &trust, document_file(work, "received.json"), work->arena,
                              &found, error);
    if (status != STATUS_OK)
        return status;
    bool whole = found.signatures == 0 || (found.intact && found.trusted);
    const char *detail = found.signatures == 0
                             ? "no signature"
                             : arena_printf(work->arena, "%d signatures, %s, %s", found.signatures,
                                            found.intact ? "intact" : "broken",
                                            found.trusted ? "trusted" : "not trusted");
    return events_note_outcome(work, EVENT_VALIDATION, whole ? "success" : "failure", detail,
                               package_part(PACKAGE_RECEIVED), error);
}

enum status document_check_received(struct work *work, const struct document *document,
                                    const char *path, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct spool_place place;
    const char *name = NULL;
    enum status status = hash_file(path, hex, error);
    if (status == STATUS_OK)
        status = spool_place(work->warehouse, document, work->arena, &place, error);
    if (status == STATUS_OK)
        status = received_name(work, document, &place, &name, error);
    if (status == STATUS_OK &&
        (!name || strcmp(arena_printf(work->arena, "received-%.16s.pdf", hex), name) != 0))
        status = error_set(error, STATUS_REJECT,
                           _("The PDF that came in has changed since it was taken; import it "
                             "again."));
    return status;
}
