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

enum status document_received(struct work *work, const struct document *document, const char **path,
                              struct error *error)
{
    struct page page;
    const char *folder = pipeline_batch_folder(work->warehouse, document->batch, work->arena);
    *path = NULL;
    if (document->page_count == 0)
        return STATUS_OK;
    enum status status = page_read(folder, document->pages[0].name, work->arena, &page, error);
    if (status == STATUS_OK && page.received)
        *path = file_join(work->arena, folder, page.received);
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

enum status document_check_received(struct work *work, const char *path, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    enum status status = hash_file(path, hex, error);
    const char *name = arena_printf(work->arena, "received-%.16s.pdf", hex);
    if (status == STATUS_OK && strcmp(name, file_name(path)) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("The PDF that came in has changed since it was taken; import it "
                             "again."));
    return status;
}
