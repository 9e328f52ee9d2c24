/* sohoa verify: recomputes everything, says what is wrong. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/transfer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/package.h"
#include "tools/draw.h"
#include "tools/horizon.h"
#include "tools/packages.h"
#include "tools/signers.h"
#include "tools/verdict.h"
#include "tools/verify.h"
#include "tools/versions.h"

void verify_fault(struct verify_view *view, const char *path, const char *sentence)
{
    path = verify_shown(view, path);
    view->count++;
    if (view->cli->json) {
        json_array_append_new(view->faults,
                              json_pack("{s:s, s:s}", "path", path, "fault", sentence));
        return;
    }
    terminal_progress_end();
    printf("✗ %s: %s\n", path, sentence);
}

void verify_store_fault(void *context, const char *path, const char *sentence)
{
    verify_fault(context, path, sentence);
}

static void on_progress(void *context, int done, int total)
{
    (void)context;
    terminal_progress(_("Verifying"), done, total, "");
}

void verify_set_apart(struct verify_view *view, int trust_faults, int over_faults)
{
    view->over += over_faults;
    view->count -= trust_faults;
    view->untrusted += trust_faults;
}

struct file_view {
    struct verify_view *view;
    const char *path;
};

static void on_file_fault(void *context, const char *sentence)
{
    struct file_view *file = context;
    verify_fault(file->view, file->path, sentence);
}

static enum status verify_pdf(struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    struct archive_verdict verdict = {0};
    struct file_view file = {view, path};
    enum status status =
        archive_judge(path, &view->trust, &verdict, on_file_fault, &file, &cli->error);
    verify_set_apart(view, verdict.trust_faults, verdict.over_faults);
    view->not_judged += verdict.signatures + verdict.timestamps > 0 && !verdict_judged(cli);
    struct archive_signature *each = NULL;
    struct archive_verdict other;
    struct archive_identity identity;
    bool ours = archive_identify(path, cli->arena, &identity, NULL) == STATUS_OK;
    if (verdict.signatures + verdict.timestamps > 0)
        archive_signatures(path, &view->trust, cli->arena, &other, &each, NULL, NULL, NULL);
    if (cli->json) {
        json_t *json = verdict_json(cli, &verdict);
        json_put_text(json, "path", path);
        json_object_set_new(json, "each", verdict_each_json(each, ours));
        json_array_append_new(view->verdicts, json);
        return status;
    }
    printf("%s\n", path);
    verdict_print(cli, &verdict);
    verdict_print_each(cli, each, ours);
    return status;
}

/* ------------------------------------------------------------------ a store */

static enum status add_signers(void *context, const char *path, struct error *error)
{
    (void)error;
    signers_add(context, path);
    return STATUS_OK;
}

static enum status verify_store(struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    struct store_verdict verdict = {0};
    int before = view->count, untrusted = view->untrusted;
    bool compared = false;
    enum status status = store_verify(path, &view->trust, &verdict, verify_store_fault, on_progress,
                                      view, &cli->error);
    terminal_progress_end();
    verify_set_apart(view, verdict.trust_faults, verdict.over_faults);
    view->not_judged += verdict.not_judged;
    bool bad = verdict.faults > verdict.trust_faults;
    if (status == STATUS_REJECT && verdict.faults > 0 && !bad)
        status = STATUS_OK; /* it is another matter than what is told of below */
    struct signers *signers = signers_new(cli, &view->trust);
    if (status == STATUS_OK || verdict.faults > 0) {
        store_each(path, add_signers, signers, NULL);
        enum status recorded = verify_recorded(view, path, verdict.packages, &compared);
        if (recorded != STATUS_OK && view->count == before)
            verify_fault(view, path, cli->error.text);
        if (status == STATUS_OK || (recorded != STATUS_OK && recorded != STATUS_REJECT))
            status = recorded;
    }
    if (cli->json)
        json_array_append_new(
            view->verdicts,
            verify_store_json(path, &verdict, view->count - before, compared, signers));
    else
        verify_print_store(view, path, &verdict, view->count - before, compared, signers);
    signers_free(signers);
    return status == STATUS_OK && (view->count > before || view->untrusted > untrusted)
               ? STATUS_REJECT
               : status;
}

/* ------------------------------------------------------------------ one package */

enum status verify_package(struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    struct store_verdict verdict = {0};
    struct audit_package package;
    char whole[PATH_MAX];
    int before = view->count, untrusted = view->untrusted;
    const char *shown = verify_shown(view, path);
    bool own = verify_in_store(cli, path, whole);
    enum status status =
        store_verify(path, &view->trust, &verdict, verify_store_fault, NULL, view, &cli->error);
    if (status != STATUS_OK && verdict.faults == 0)
        return status;
    verify_set_apart(view, verdict.trust_faults, verdict.over_faults);
    view->not_judged += verdict.not_judged;
    struct evidence_verdict evidence;
    bool with_record = !own && verify_record(view, path, &evidence);
    enum status recorded = own ? verify_open_audit(view) : STATUS_OK;
    if (own && recorded == STATUS_OK)
        recorded = audit_package(view->audit, whole, &package, &cli->error);
    if (own && recorded == STATUS_OK)
        verify_trust(view, path, &package);
    if (recorded != STATUS_OK)
        return recorded;
    if (cli->json) {
        json_t *json =
            verify_store_json(shown, &verdict, view->count - before, own && view->db != NULL, NULL);
        json_object_set_new(json, "pdf", verdict_package_json(cli, path, &view->trust, &verdict));
        if (own)
            json_object_update_new(
                json, json_pack("{s:I, s:b, s:s, s:b, s:b, s:b, s:s, s:b}", "journal_entries",
                                (json_int_t)package.entries, "stored_in_journal", package.stored,
                                "journal_bond", verdict_bond(package.bond), "in_catalogue",
                                package.in_catalogue, "catalogue_agrees", package.agrees,
                                "words_compared", package.words, "catalogue_differs",
                                package.differs ? package.differs : "", "ledger_agrees",
                                package.ledger == AUDIT_LEDGER_AGREES));
        if (own && package.ledger_why)
            json_put_text(json, "ledger_why", package.ledger_why);
        if (with_record)
            json_object_set_new(json, "record_beside", verify_record_json(&evidence));
        if (own)
            json_object_set_new(json, "evidence", verdict_record_json(cli, &package));
        versions_told(cli, path, json);
        verdict_received(cli, &view->trust, path, json);
        json_array_append_new(view->verdicts, json);
    } else {
        printf("%s\n", shown);
        versions_told(cli, path, NULL);
        verdict_print_package(cli, path, &view->trust, &verdict);
        verdict_received(cli, &view->trust, path, NULL);
        verdict_print_chain(cli, &verdict, own ? view->audit : NULL, own ? &package : NULL);
        if (with_record)
            verify_print_record(view, &evidence);
    }
    return view->count > before || view->untrusted > untrusted ? STATUS_REJECT : STATUS_OK;
}

/* ------------------------------------------------------------------ a sample */

/* One of the draw: that it is missing is a fault like any other. */
static enum status verify_drawn(struct verify_view *view, const char *path, bool own,
                                struct signers *signers, struct store_verdict *all)
{
    struct cli *cli = view->cli;
    struct store_verdict one = {0};
    if (!file_is_folder(path)) {
        verify_fault(view, path,
                     _("The package is missing: it is recorded, and is not in the store."));
        return STATUS_OK;
    }
    enum status status =
        store_verify(path, &view->trust, &one, verify_store_fault, NULL, view, &cli->error);
    verdict_sum(all, &one);
    verify_set_apart(view, one.trust_faults, one.over_faults);
    view->not_judged += one.not_judged;
    signers_add(signers, path);
    if (status == STATUS_REJECT)
        status = STATUS_OK;
    return status == STATUS_OK && own ? verify_audit(view, path, &cli->error) : status;
}

static enum status verify_sample(struct verify_view *view, const char *path, int wanted,
                                 const char *seed)
{
    struct cli *cli = view->cli;
    struct drawing drawing = {.count = 0};
    struct store_verdict all = {0};
    char whole[PATH_MAX];
    int before = view->count, untrusted = view->untrusted;
    bool own = verify_in_store(cli, path, whole);
    enum status status = own ? verify_open_audit(view) : STATUS_OK;
    if (status == STATUS_OK)
        status = draw(cli, path, own ? view->audit : NULL, own ? view->db : NULL, seed, &drawing);
    if (status == STATUS_OK && drawing.count == 0)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("There is no package in it: nothing can be drawn."));
    if (status != STATUS_OK)
        return status;
    if (drawing.there == 0)
        verify_fault(view, path,
                     arena_printf(cli->arena,
                                  _("The store is empty; %zu documents are recorded that should be "
                                    "in it."),
                                  drawing.count));
    struct signers *signers = signers_new(cli, &view->trust);
    size_t drawn = drawing.count < (size_t)wanted ? drawing.count : (size_t)wanted;
    for (size_t i = 0; i < drawn && status == STATUS_OK; i++) {
        status =
            verify_drawn(view, file_join(cli->arena, path, drawing.places[i]), own, signers, &all);
        terminal_progress(_("Verifying"), (int64_t)i + 1, (int64_t)drawn, "");
    }
    terminal_progress_end();
    if (status == STATUS_OK && cli->json) {
        json_t *json =
            verify_store_json(path, &all, view->count - before, own && view->db != NULL, signers);
        json_object_update_new(json, json_pack("{s:I, s:I}", "drawn", (json_int_t)drawn, "of",
                                               (json_int_t)drawing.count));
        json_put_text(json, "seed", seed);
        json_array_append_new(view->verdicts, json);
    } else if (status == STATUS_OK) {
        printf(_("A sample of %zu out of %zu documents (the newest version of each), drawn by the "
                 "seed %s:\n"),
               drawn, drawing.count, seed);
        verify_print_store(view, path, &all, view->count - before, own && view->db != NULL,
                           signers);
    }
    signers_free(signers);
    return status == STATUS_OK && (view->count > before || view->untrusted > untrusted)
               ? STATUS_REJECT
               : status;
}

/* ------------------------------------------------------------------ all of it */

#define NO_SAMPLE INT_MIN

static struct {
    int sample;
    const char *seed;
    struct packages_secret secret; /* of ZIPs */
} option = {.sample = NO_SAMPLE};

/* A version that is not there is a fault, unless it never came. */
static enum status verify_versions(struct verify_view *view, const char *path, int versions)
{
    struct cli *cli = view->cli;
    struct document newest = {.kept_from = 0};
    enum status worst = STATUS_OK;
    document_read(package_part_path(cli->arena, arena_printf(cli->arena, "%s/v%d", path, versions),
                                    PACKAGE_DOCUMENT),
                  cli->arena, &newest, NULL);
    for (int i = 1; i <= versions; i++) {
        const char *package = arena_printf(cli->arena, "%s/v%d", path, i);
        enum status status = STATUS_OK;
        if (verify_is_package(cli, package))
            status = verify_package(view, package);
        else if (i >= newest.kept_from) {
            verify_fault(view, package, _("This version is not there."));
            status = STATUS_REJECT;
        }
        worst = worst == STATUS_OK ? status : worst;
    }
    return worst;
}

static enum status verify_path(struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    if (verify_is_zip(path))
        return verify_zip(view, path);
    if (!file_is_folder(path))
        return verify_pdf(view, path);
    if (verify_is_package(cli, path))
        return verify_package(view, path);
    if (verify_is_export(cli, path))
        return verify_export(view, path);
    const char *store = file_join(cli->arena, path, "store");
    if (file_exists(file_join(cli->arena, path, "sohoa.conf")) && file_is_folder(store))
        return verify_path(view, store); /* a warehouse */
    int versions = verify_versions_in(cli, path);
    if (versions > 0)
        return verify_versions(view, path, versions);
    return option.sample > 0 ? verify_sample(view, path, option.sample, option.seed)
                             : verify_store(view, path);
}

static const char *whole_words(const struct verify_view *view)
{
    return view->not_judged > 0
               ? _("✓ Whole; trust was NOT judged: no trusted roots are set (archive.trust).\n")
               : _("✓ All is whole.\n");
}

/* What is whole and not trusted: for want of a root, or because its time is over. */
static void print_distrust(const struct verify_view *view)
{
    int others = view->untrusted - view->over;
    if (view->count > 0 && others > 0)
        printf(_("  Besides, signers are not trusted (lines above that say so: %d).\n"), others);
    else if (others > 0)
        printf(_("✓ All is whole, but signers are not trusted (lines above that say so: %d).\n"),
               others);
    if (others > 0)
        printf(_("  Whom you have reason to trust: put the root certificate into a file that "
                 "[archive] trust_government, trust_public or trust names.\n"));
    if (view->over > 0 && (view->count > 0 || others > 0))
        printf(_("  Besides, certificates are over, and nothing proves that what they signed is "
                 "older (lines above that say so: %d).\n"),
               view->over);
    else if (view->over > 0)
        printf(_("✓ All is whole, but certificates are over, and nothing proves that what they "
                 "signed is older (lines above that say so: %d).\n"),
               view->over);
    if (view->over > 0)
        printf(_("  Their roots are trusted; what is missing is a time-stamp from when they were "
                 "valid. What lies in the store is signed again by 'sohoa amend --untrusted "
                 "--reason WORDS' and 'sohoa run'.\n"));
}

static void print_end(const struct verify_view *view, int code)
{
    if (code == EXIT_DONE)
        printf("%s", whole_words(view));
    else if (view->count > 0)
        printf(
            message_count("✗ Not whole: %lld fault.\n", "✗ Not whole: %lld faults.\n", view->count),
            (long long)view->count);
    print_distrust(view);
}

static int finish(struct verify_view *view, int code)
{
    struct cli *cli = view->cli;
    audit_close(view->audit);
    db_close(view->db);
    if (cli->json) {
        cli_json(json_pack("{s:b, s:i, s:i, s:i, s:b, s:i, s:i, s:i, s:i, s:o, s:o}", "whole",
                           code == EXIT_DONE, "not_whole", view->count, "untrusted",
                           view->untrusted, "over", view->over, "trust_judged", verdict_judged(cli),
                           "not_judged", view->not_judged, "records", view->records, "records_over",
                           view->records_over, "records_unproven", view->records_unproven,
                           "verdicts", view->verdicts, "faults", view->faults));
        return code;
    }
    json_decref(view->verdicts);
    json_decref(view->faults);
    print_end(view, code);
    return code;
}

/* All of them can be judged; EXIT_DONE, or why not is said. */
static int look_first(struct verify_view *view, char **paths, int count)
{
    struct cli *cli = view->cli;
    for (int i = 0; i < count; i++)
        if (!file_exists(paths[i]) && cli->warehouse.root != NULL &&
            warehouse_check(&cli->warehouse, &cli->error) != STATUS_OK)
            return cli_fail(cli, STATUS_FATAL);
        else if (verify_refuse(view, paths[i]) != STATUS_OK)
            return cli_fail(cli, STATUS_REJECT);
    return EXIT_DONE;
}

static int verify_each(struct verify_view *view, char **paths, int count)
{
    int code = EXIT_DONE;
    for (int i = 0; i < count; i++) {
        int before = view->count + view->untrusted;
        enum status status = verify_path(view, paths[i]);
        if (status == STATUS_OK)
            continue;
        if (view->count + view->untrusted == before)
            verify_fault(view, paths[i], view->cli->error.text);
        int worse = status == STATUS_REJECT ? EXIT_WRONG : cli_exit_code(status);
        code = code == EXIT_DONE ? worse : code;
    }
    return finish(view, code);
}

static int verify_all(struct cli *cli, char **paths, int count)
{
    char passphrase[PASSPHRASE_SIZE] = "";
    struct verify_view view = {.cli = cli, .trust = archive_trust_of(&cli->warehouse.archive)};
    enum status status = STATUS_OK;
    if (packages_encrypted(&option.secret)) {
        status =
            export_passphrase(option.secret.descriptor, option.secret.command,
                              cli->warehouse.archive.pin_command_s, false, passphrase, &cli->error);
        view.passphrase = passphrase;
    }
    int code = status == STATUS_OK ? look_first(&view, paths, count) : cli_fail(cli, status);
    for (int i = 0; i < count; i++) {
        const char *object = verify_object(cli, paths[i]);
        cli->object = object ? object : cli->object;
    }
    if (code == EXIT_DONE) {
        view.faults = json_array();
        view.verdicts = json_array();
        code = verify_each(&view, paths, count);
    }
    export_wipe(passphrase);
    return code;
}

int cmd_verify(struct cli *cli, int argc, char **argv)
{
    static const char *horizon;
    static const struct option_row rows[] = {
        {"sample", OPTION_INT, &option.sample, "N",
         N_("only N documents of a store, drawn by lot from what is recorded")},
        {"seed", OPTION_TEXT, &option.seed, N_("WORD"),
         N_("what the lot is drawn by: the same again with the same word (else today)")},
        {"horizon", OPTION_TEXT, &horizon, N_("24m"),
         N_("what of the warehouse cannot be proven any more in so many months (m) or years (y)")},
        {"passphrase", OPTION_FLAG, &option.secret.ask, NULL,
         N_("of an encrypted ZIP; it is asked for, or read from SOHOA_PASSPHRASE_FD")},
        {"passphrase-fd", OPTION_TEXT, &option.secret.descriptor, "N",
         N_("of an encrypted ZIP, read from this open descriptor")},
        {"passphrase-command", OPTION_TEXT, &option.secret.command, N_("COMMAND"),
         N_("of an encrypted ZIP: this command's first line")},
        OPTION_ROWS_END};
    char **rest = NULL, now[26];
    int count = 0, code = EXIT_DONE;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (option.sample != NO_SAMPLE && option.sample <= 0) {
        fprintf(stderr, _("sohoa verify: --sample wants a number from 1 on\n"));
        return EXIT_USAGE;
    }
    if (horizon != NULL && count > 0) {
        fprintf(stderr, _("sohoa verify: --horizon looks at all of the warehouse; leave the paths "
                          "out\n"));
        return EXIT_USAGE;
    }
    if (horizon != NULL)
        return horizon_report(cli, horizon);
    if (count == 0) {
        fprintf(stderr, _("sohoa verify: say which file, package or store\n"));
        return EXIT_USAGE;
    }
    file_now(now);
    if (option.seed == NULL)
        option.seed = arena_strndup(cli->arena, now, 10);
    return verify_all(cli, rest, count);
}
