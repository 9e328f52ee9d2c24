/* A package of ours that comes in: all that `verify` asks of a package without its warehouse, so
 * that nothing gets a receipt that is not whole on the day after. */
#include <string.h>

#include "archive/archive.h"
#include "archive/package/arrival.h"
#include "archive/package/layout.h"
#include "archive/verify/trace.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

static void check_pdf(struct arrival *a, const char *part, const char *record, int pages)
{
    struct archive_verdict verdict = {0};
    struct error error = {""};
    int before = a->faults;
    const char *path = package_path(a->arena, a->root, part);
    enum status status = archive_check(path, NULL, &verdict, arrival_tell, a, &error);
    if (status != STATUS_OK && a->faults == before)
        arrival_tell(a, error.text);
    else if (status == STATUS_OK && verdict.pages != pages)
        arrival_say(a, _("%s has %d pages, document.json tells of %d."), file_name(part),
                    verdict.pages, pages);
    if (status == STATUS_OK && verdict.signatures == 0 && store_was_signed(a->root))
        arrival_say(a,
                    _("%s carries no signature, and events.jsonl tells that it was "
                      "signed."),
                    file_name(part));
    if (status == STATUS_OK && archive_recorded(path, package_path(a->arena, a->root, record),
                                                &verdict, &error) == STATUS_REJECT)
        arrival_tell(a, error.text);
}

/* The PDF, or all volumes that it was split into. */
static void check_pdfs(struct arrival *a)
{
    const struct document *document = &a->document;
    if (document->volume_count == 0)
        check_pdf(a, package_part(PACKAGE_PDF), package_part(PACKAGE_CHECK),
                  (int)document->page_count);
    for (size_t i = 0; i < document->volume_count; i++)
        check_pdf(a, package_volume(PACKAGE_PDF, (int)i + 1, a->arena),
                  package_volume(PACKAGE_CHECK, (int)i + 1, a->arena), document->volumes[i]);
}

/* A document that came from others has no masters: its pages are those of its PDF. */
static void check_masters(struct arrival *a)
{
    for (size_t i = 0; i < a->document.page_count; i++) {
        const struct document_page *page = &a->document.pages[i];
        const char *path = package_page(PACKAGE_MASTER, page->file, a->arena);
        if (strcmp(page->file, file_name(package_part(PACKAGE_PDF))) != 0 &&
            !file_exists(package_path(a->arena, a->root, path)))
            arrival_say(a, _("The master of page %s is missing."), page->name);
    }
}

void arrival_check_ours(struct arrival *a, const struct described *described,
                        const struct mets *mets)
{
    struct trace_report trace;
    struct event *events = NULL;
    size_t count = 0;
    struct error error = {""};
    if (document_read(package_part_path(a->arena, a->root, PACKAGE_DOCUMENT), a->arena,
                      &a->document, &error) != STATUS_OK) {
        arrival_tell(a, error.text);
        return;
    }
    described_document(described, mets, &a->document);
    if (*a->report.identifier &&
        strcmp(a->report.identifier, layout_identifier(&a->document, a->arena)) != 0)
        arrival_say(a, _("bag-info.txt and document.json name different documents: %s and %s."),
                    a->report.identifier, layout_identifier(&a->document, a->arena));
    if (event_read(package_part_path(a->arena, a->root, PACKAGE_EVENTS), a->arena, &events, &count,
                   &error) != STATUS_OK)
        arrival_tell(a, error.text);
    check_masters(a);
    trace_check(a->root, &a->document, a->faults == 0, false, &trace, arrival_tell, a);
    check_pdfs(a);
    said_check(a->root, &a->document, &a->said, arrival_tell, a);
}
