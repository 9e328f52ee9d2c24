/*
 * Our own checker of the final bytes: what our writer and our signer could break of ISO 19005-2
 * level U. It is no validator of every PDF/A there is, but what it passes of ours, veraPDF passes
 * too (the tests hold the two side by side).
 */
#include "archive/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/revision.h"
#include "archive/sign/signature.h"
#include "core/message.h"

void check_tell(struct check *check, const char *format, ...)
{
    char sentence[512];
    va_list arguments;
    check->findings++;
    if (check->findings > CHECK_FINDINGS_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    check->finding(check->context, sentence);
}

static void check_document(struct check *check)
{
    check_structure(check);
    const struct pdf_value *catalog = pdf_get(check->file, check->file->trailer, "Root");
    if (catalog->kind != PDF_DICT ||
        !pdf_is_name(pdf_get(check->file, catalog, "Type"), "Catalog")) {
        check_tell(check, _("The file has no catalog."));
        return;
    }
    check_metadata(check, catalog);
    check_catalog(check, catalog);
    check_pages(check, catalog);
}

/* The structure of the open file; the count of findings. */
static int check_open_file(struct pdf_file *file, struct archive_verdict *verdict,
                           void (*finding)(void *context, const char *sentence), void *context)
{
    struct check check = {.file = file, .finding = finding, .context = context};
    check.seen = calloc(file->slot_count + 1, sizeof *check.seen);
    if (check.seen == NULL)
        return 1;
    check_document(&check);
    verdict->pages = check.pages;
    verdict->pdfa_2u = check.flavour[0] != 0 && check.findings == 0;
    memcpy(verdict->flavour, check.flavour, sizeof verdict->flavour);
    check_fonts_free(&check);
    free(check.seen);
    return check.findings;
}

static void say_nothing(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

enum status check_at(const char *path, const char *trust, const char *moment,
                     struct archive_verdict *verdict,
                     void (*finding)(void *context, const char *sentence), void *context,
                     struct error *error)
{
    struct pdf_file file;
    struct archive_signature *list = NULL;
    *verdict = (struct archive_verdict){0};
    if (finding == NULL)
        finding = say_nothing;
    enum status status = pdf_file_open(path, &file, error);
    if (status == STATUS_REJECT && error != NULL)
        finding(context, error->text);
    if (status != STATUS_OK)
        return status;
    int findings = check_open_file(&file, verdict, finding, context);
    pdf_file_close(&file);

    struct arena *arena = arena_new();
    status = signature_list(path, trust, moment, REVISION_OURS, verdict, arena, &list, finding,
                            context, error);
    arena_free(arena);
    if (status == STATUS_OK && findings > 0)
        status = error_set(error, STATUS_REJECT,
                           message_count("%lld rule of PDF/A is broken.",
                                         "%lld rules of PDF/A are broken.", findings),
                           (long long)findings);
    return status;
}

enum status archive_check(const char *path, const char *trust, struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error)
{
    return check_at(path, trust, NULL, verdict, finding, context, error);
}
