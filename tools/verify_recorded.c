/* What the warehouse around a package says of it. */
#include "archive/store.h"
#include "core/file.h"
#include "index/schema.h"
#include "pipeline/records.h"
#include "tools/handover.h"
#include "tools/verdict.h"
#include "tools/verify.h"

enum status verify_open_audit(struct verify_view *view)
{
    struct cli *cli = view->cli;
    if (view->audit != NULL)
        return STATUS_OK;
    const char *file = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    enum status status =
        file_exists(file) ? db_open_readonly(file, &view->db, &cli->error) : STATUS_OK;
    struct error why = {""};
    if (status == STATUS_OK && view->db && schema_whole(view->db, &why) == STATUS_FATAL) {
        verify_fault(view, file, why.text);
        db_close(view->db);
        view->db = NULL;
    }
    if (status == STATUS_OK)
        status = audit_open(&cli->warehouse, view->db, verify_store_fault, view, &view->audit,
                            &cli->error);
    return status;
}

/* That of two proofs of a package one is not trusted today, is told of the newest version alone:
 * an older one keeps what it has. */
void verify_trust(struct verify_view *view, const char *path, const struct audit_package *package)
{
    struct cli *cli = view->cli;
    bool whole = package->record != AUDIT_RECORD_NONE && audit_record_is_whole(package->record);
    bool judged = verdict_judged(cli);
    view->records += whole && (package->evidence.trusted || !judged);
    view->records_unproven += whole && package->evidence.unproven > 0;
    view->records_over += whole && judged && !package->evidence.trusted;
    if (!package->newest)
        return;
    if (whole && judged && !package->evidence.trusted) {
        verify_fault(view, path, package->distrust.text);
        verify_set_apart(view, 1, 0);
    }
    if (judged && verdict_received_lost(cli, &view->trust, path)) {
        verify_fault(view, path,
                     _("The signatures that it came in with (received.pdf) were trusted then, and "
                       "nothing proves them any more."));
        verify_set_apart(view, 1, 0);
    }
}

enum status verify_audit(void *context, const char *path, struct error *error)
{
    struct verify_view *view = context;
    struct audit_package package;
    enum status status = audit_package(view->audit, path, &package, error);
    view->bound += package.bond == AUDIT_BOUND;
    view->unbound += package.bond == AUDIT_UNBOUND;
    if (status == STATUS_OK)
        verify_trust(view, path, &package);
    return status;
}

/* A database that cannot be asked is a fault that was found, and the rest is looked at. */
static enum status damage(struct verify_view *view, enum status status)
{
    if (status != STATUS_FATAL)
        return status;
    verify_fault(view, file_join(view->cli->arena, view->cli->warehouse.root, "sohoa.db"),
                 view->cli->error.text);
    return STATUS_OK;
}

enum status verify_recorded(struct verify_view *view, const char *path, int packages,
                            bool *compared)
{
    struct cli *cli = view->cli;
    char whole[PATH_MAX];
    int64_t documents = 0, records = 0;
    if (!verify_in_store(cli, path, whole))
        return packages > 0 ? STATUS_OK
                            : error_set(&cli->error, STATUS_REJECT,
                                        _("There is no package in it; give the store of a "
                                          "warehouse."));
    enum status status = verify_open_audit(view);
    if (status != STATUS_OK)
        return status;
    status = store_each(path, verify_audit, view, &cli->error);
    *compared = view->db != NULL;
    if (status == STATUS_OK)
        status = audit_missing(view->audit, &cli->error);
    if (status == STATUS_OK)
        status = audit_more_words(view->audit, &cli->error);
    if (status == STATUS_OK && view->db != NULL)
        status = damage(view, pipeline_check(&cli->warehouse, view->db, verify_store_fault, view,
                                             &documents, &cli->error));
    if (status == STATUS_OK)
        status = pipeline_records_check(&cli->warehouse, verify_store_fault, view, &records,
                                        &cli->error);
    if (status == STATUS_OK)
        status = handover_kept_check(cli, verify_store_fault, view);
    if (status == STATUS_OK && view->db != NULL)
        status = damage(view, pipeline_records_compare(&cli->warehouse, view->db,
                                                       verify_store_fault, view, &cli->error));
    return status;
}
