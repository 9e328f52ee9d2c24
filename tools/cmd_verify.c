/* sohoa verify: recomputes everything, says what is wrong. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "tools/command.h"

struct verify_view {
    struct cli *cli;
    json_t *faults;
    int count;
};

static void show_fault(struct verify_view *view, const char *path, const char *sentence)
{
    view->count++;
    if (view->cli->json) {
        json_array_append_new(view->faults,
                              json_pack("{s:s, s:s}", "path", path, "fault", sentence));
        return;
    }
    terminal_progress_end();
    printf("✗ %s: %s\n", path, sentence);
}

static void on_store_fault(void *context, const char *path, const char *sentence)
{
    show_fault(context, path, sentence);
}

static void on_progress(void *context, int done, int total)
{
    (void)context;
    terminal_progress(_("Verifying"), done, total, "");
}

struct file_view {
    struct verify_view *view;
    const char *path;
};

static void on_file_fault(void *context, const char *sentence)
{
    struct file_view *file = context;
    show_fault(file->view, file->path, sentence);
}

/* The trusted roots, NULL when the setting is empty: then chains are not judged. */
static const char *trust_of(const struct cli *cli)
{
    const char *trust = cli->warehouse.archive.trust;
    return trust != NULL && *trust != 0 ? trust : NULL;
}

static enum status verify_pdf(struct verify_view *view, const char *path, json_t *verdicts)
{
    struct cli *cli = view->cli;
    struct archive_verdict verdict = {0};
    struct file_view file = {view, path};
    enum status status =
        archive_check(path, trust_of(cli), &verdict, on_file_fault, &file, &cli->error);
    if (cli->json) {
        json_array_append_new(
            verdicts,
            json_pack("{s:s, s:b, s:i, s:b, s:b, s:b, s:s, s:s, s:s, s:s}", "path", path, "pdfa_2u",
                      verdict.pdfa_2u, "signatures", verdict.signatures, "intact", verdict.intact,
                      "trusted", verdict.trusted, "trust_judged", trust_of(cli) != NULL, "signer",
                      verdict.signer, "issuer", verdict.issuer, "signed_at", verdict.signed_at,
                      "certificate_until", verdict.certificate_until));
        return status;
    }
    printf(_("%s\n  PDF/A-2u: %s\n"), path, verdict.pdfa_2u ? _("yes") : _("no"));
    if (verdict.signatures == 0)
        printf(_("  signature: none: this is a scan, not a copy with legal value\n"));
    else
        printf(_("  signature: %s\n  signer: %s\n  issued by: %s%s\n  signed: %s\n"
                 "  certificate valid until: %s\n"),
               verdict.intact ? _("whole, nothing was changed since") : _("BROKEN"), verdict.signer,
               verdict.issuer,
               trust_of(cli) == NULL ? _(" (trust not judged: [archive] trust is empty)")
               : verdict.trusted     ? _(" (trusted)")
                                     : _(" (NOT trusted)"),
               terminal_date(cli->arena, verdict.signed_at),
               terminal_date(cli->arena, verdict.certificate_until));
    return status;
}

/* The database of the open warehouse when path is its store; NULL in *db when there is none. */
static enum status open_catalogue(struct cli *cli, const char *path, struct db **db)
{
    char asked[PATH_MAX], own[PATH_MAX];
    *db = NULL;
    if (cli->warehouse.store == NULL || realpath(path, asked) == NULL ||
        realpath(cli->warehouse.store, own) == NULL || strcmp(asked, own) != 0)
        return STATUS_OK;
    const char *file = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    return file_exists(file) ? db_open_readonly(file, db, &cli->error) : STATUS_OK;
}

/* A package that was taken away as a whole leaves no trace in the store; the catalogue knows it. A
 * folder without packages is no store, unless it is that of a warehouse that has stored nothing. */
static enum status verify_recorded(struct verify_view *view, const char *path, int packages,
                                   bool *compared)
{
    struct cli *cli = view->cli;
    struct db *db = NULL;
    int64_t documents = 0;
    enum status status = open_catalogue(cli, path, &db);
    *compared = db != NULL;
    if (status == STATUS_OK && db != NULL)
        status = pipeline_check(&cli->warehouse, db, on_store_fault, view, &documents, &cli->error);
    else if (status == STATUS_OK && packages == 0)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("There is no package in it; give the store of a warehouse."));
    db_close(db);
    return status;
}

static json_t *store_json(const char *path, const struct store_verdict *verdict, int faults,
                          bool compared)
{
    return json_pack("{s:s, s:i, s:i, s:I, s:i, s:i, s:i, s:i, s:b, s:i}", "path", path, "packages",
                     verdict->packages, "files", verdict->files, "bytes",
                     (json_int_t)verdict->bytes, "signed", verdict->signed_documents, "unsigned",
                     verdict->unsigned_documents, "untrusted", verdict->untrusted, "not_judged",
                     verdict->not_judged, "compared_with_catalogue", compared, "faults", faults);
}

static void print_store(struct cli *cli, const char *path, const struct store_verdict *verdict,
                        int faults, bool compared)
{
    printf(_("%s: %d packages, %d files, %.1f MB recomputed; %d signed, %d unsigned, %d by an "
             "untrusted signer; %d faults\n"),
           path, verdict->packages, verdict->files, (double)verdict->bytes / 1e6,
           verdict->signed_documents, verdict->unsigned_documents, verdict->untrusted, faults);
    if (verdict->not_judged > 0)
        printf(_("  Whether their signers are trusted was not judged for %d: [archive] trust names "
                 "no roots.\n"),
               verdict->not_judged);
    if (!compared && !file_exists(file_join(cli->arena, path, "bagit.txt")))
        printf(_("  Only the packages were judged: there is no catalogue (sohoa.db of the "
                 "warehouse) to compare with, so one that was taken away as a whole is not "
                 "missed.\n"));
}

static enum status verify_store(struct verify_view *view, const char *path, json_t *verdicts)
{
    struct cli *cli = view->cli;
    struct store_verdict verdict = {0};
    int before = view->count;
    bool compared = false;
    enum status status =
        store_verify(path, trust_of(cli), &verdict, on_store_fault, on_progress, view, &cli->error);
    terminal_progress_end();
    if (status == STATUS_OK || verdict.faults > 0) {
        enum status recorded = verify_recorded(view, path, verdict.packages, &compared);
        if (recorded != STATUS_OK && view->count == before)
            show_fault(view, path, cli->error.text);
        if (status == STATUS_OK || (recorded != STATUS_OK && recorded != STATUS_REJECT))
            status = recorded;
    }
    if (cli->json)
        json_array_append_new(verdicts, store_json(path, &verdict, view->count - before, compared));
    else
        print_store(cli, path, &verdict, view->count - before, compared);
    return status;
}

int cmd_verify(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = EXIT_DONE;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 1, -1, &rest, &count, &code))
        return code;
    for (int i = 0; i < count; i++)
        if (!file_exists(rest[i]) && cli->warehouse.root != NULL &&
            warehouse_check(&cli->warehouse, &cli->error) != STATUS_OK)
            return cli_fail(cli, STATUS_FATAL);
        else if (!file_exists(rest[i]))
            return cli_fail(cli, error_set(&cli->error, STATUS_REJECT,
                                           _("There is no file and no folder %s."), rest[i]));
    struct verify_view view = {.cli = cli, .faults = json_array()};
    json_t *verdicts = json_array();
    for (int i = 0; i < count; i++) {
        int before = view.count;
        enum status status = file_is_folder(rest[i]) ? verify_store(&view, rest[i], verdicts)
                                                     : verify_pdf(&view, rest[i], verdicts);
        if (status == STATUS_OK)
            continue;
        if (view.count == before)
            show_fault(&view, rest[i], cli->error.text);
        int worse = status == STATUS_REJECT ? EXIT_WRONG : cli_exit_code(status);
        code = code == EXIT_DONE ? worse : code;
    }
    if (cli->json) {
        cli_json(json_pack("{s:b, s:o, s:o}", "whole", code == EXIT_DONE, "verdicts", verdicts,
                           "faults", view.faults));
        return code;
    }
    json_decref(verdicts);
    json_decref(view.faults);
    if (code == EXIT_DONE)
        printf(_("✓ All is whole.\n"));
    else
        printf(_("✗ Not whole: %d faults.\n"), view.count);
    return code;
}
