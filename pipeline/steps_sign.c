/* Who signs a document, and whether they still may. */
#include <stdio.h>
#include <string.h>

#include "core/event.h"
#include "core/file.h"
#include "core/log.h"
#include "pipeline/events.h"
#include "pipeline/ledger.h"
#include "pipeline/steps_document.h"

#define ASK_AGAIN_MS 300000 /* the authorities about the signer's certificate */

/* Its authorities say whether the certificate may still be used. When they cannot be asked, signing
 * goes on and the record says so. */
enum status document_check_signer(struct work *work, const struct signer *signer,
                                  struct error *error)
{
    struct tools *tools = work->tools;
    struct prover *prover = NULL;
    struct signer *officer = NULL;
    struct error why = {""};
    const struct archive_settings *archive = &work->warehouse->archive;
    if (ledger_now() < tools->signer_check_ms)
        return STATUS_OK;
    if (!*archive_roots(archive)) {
        snprintf(tools->signer_warning, sizeof tools->signer_warning, "%s", signer_not_asked());
        return STATUS_OK;
    }
    enum status status = tools_prover(work, &prover, error);
    if (status == STATUS_OK && archive->officer_key && *archive->officer_key)
        status = tools_officer(work, &officer, error);
    if (status == STATUS_OK && officer)
        status = signer_check(prover, officer, &why);
    if (status == STATUS_OK || (status == STATUS_RETRY && *why.text)) {
        struct error second = {""};
        enum status other = signer_check(prover, signer, &second);
        if (status == STATUS_OK || other == STATUS_REJECT)
            why = second;
        status = other == STATUS_OK ? status : other;
    }
    if (status == STATUS_REJECT) {
        if (error)
            *error = why;
        tools->key_lost = true;
        return STATUS_FATAL; /* nobody's document: nothing more is signed with it */
    }
    if (status != STATUS_OK && status != STATUS_RETRY)
        return status;
    tools->signer_check_ms = ledger_now() + ASK_AGAIN_MS;
    memcpy(tools->signer_warning, why.text, sizeof tools->signer_warning);
    if (*why.text)
        log_write(LOG_WARNING, "the signer's certificate could not be asked about: %s", why.text);
    return STATUS_OK;
}

static enum status note_signing(struct work *work, const struct signer *signer, const char *part,
                                struct error *error)
{
    const char *detail = signer_describe(signer, work->arena);
    if (*work->tools->signer_warning)
        detail = arena_printf(work->arena, "%s; revocation not asked: %s", detail,
                              work->tools->signer_warning);
    return events_note(work, EVENT_SIGNING, detail, part, error);
}

/* The officer in the builder's revision, then the agency in one of its own. */
static enum status sign_twice(struct work *work, const struct document *document,
                              struct signer *agency, const char *packed, const char *final,
                              const char *part, struct error *error)
{
    struct signer *officer = NULL;
    const char *half = arena_printf(work->arena, "%s.officer", packed);
    enum status status = tools_officer(work, &officer, error);
    if (status == STATUS_OK)
        status = archive_sign(officer, packed, half, error);
    if (status == STATUS_OK)
        status = note_signing(work, officer, part, error);
    if (status == STATUS_OK)
        status = archive_countersign(agency, ARCHIVE_AGENCY_FIELD, document->custodian,
                                     document->signed_at, half, final, error);
    if (status == STATUS_OK)
        status = file_remove(half, error);
    return status;
}

enum status document_sign(struct work *work, const struct document *document, struct signer *signer,
                          const char *packed, const char *final, const char *part,
                          struct error *error)
{
    const char *officer = work->warehouse->archive.officer_key;
    enum status status = officer && *officer
                             ? sign_twice(work, document, signer, packed, final, part, error)
                             : archive_sign(signer, packed, final, error);
    if (status == STATUS_RETRY) /* a token that was pulled out does not come back by itself */
        tools_close_keys(work->tools);
    return status == STATUS_OK ? note_signing(work, signer, part, error) : status;
}
