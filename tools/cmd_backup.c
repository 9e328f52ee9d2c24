/* sohoa backup, restore: copies on another medium, and whether they could be brought back. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "pipeline/backup.h"
#include "tools/command.h"

struct placing {
    struct cli *cli;
    json_t *unplaced;
};

static void show_progress(void *context, int64_t files, int64_t bytes)
{
    char note[60];
    (void)context;
    snprintf(note, sizeof note, "%.1f MB", (double)bytes / 1e6);
    terminal_progress(_("Files"), files, 0, note);
}

/* ------------------------------------------------------------------ backup */

static const char *faults_of(struct cli *cli, int64_t count)
{
    return terminal_count(cli->arena, "%lld fault", "%lld faults", count);
}

int cmd_backup(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 1, 1, &rest, &count, &code))
        return code;
    if (!cli_outside(cli, rest[0]))
        return EXIT_USAGE;
    struct fault_list view = {cli, json_array()};
    struct backup_report report;
    enum status status = backup_make(&cli->warehouse, rest[0], fault_list_add, show_progress, &view,
                                     cli->arena, &report, &cli->error);
    terminal_progress_end();
    bool made = status == STATUS_OK || (status == STATUS_REJECT && report.faults > 0);
    if (made) {
        enum status recorded =
            cli_record_result(cli, "backup", report.id, report.faults > 0 ? "wrong" : NULL,
                              arena_printf(cli->arena, "packages=%lld files=%lld faults=%lld",
                                           (long long)report.packages, (long long)report.files,
                                           (long long)report.faults));
        status = recorded == STATUS_OK ? status : recorded;
        made = recorded == STATUS_OK;
    }
    if (!made) {
        json_decref(view.faults);
        return cli_fail(cli, status);
    }
    bool same_disk = file_same_disk(report.path, cli->warehouse.store);
    if (cli->json) {
        cli_json(json_pack(
            "{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "id", report.id, "path",
            report.path, "same_disk", same_disk, "packages", (json_int_t)report.packages, "files",
            (json_int_t)report.files, "bytes", (json_int_t)report.bytes, "copied_files",
            (json_int_t)report.copied_files, "copied_bytes", (json_int_t)report.copied_bytes,
            "seconds", (json_int_t)report.seconds, "faults", view.faults));
    } else {
        json_decref(view.faults);
        printf(_("%s: %s, %s, %.1f MB; of these %.1f MB are new. Certificates are "
                 "in it, keys are not.\n"),
               report.path,
               terminal_count(cli->arena, "%lld package", "%lld packages", report.packages),
               terminal_count(cli->arena, "%lld file", "%lld files", report.files),
               (double)report.bytes / 1e6, (double)report.copied_bytes / 1e6);
        printf(_("Every package was read, here and in the backup before, in %lld s; %s.\n"),
               (long long)report.seconds, faults_of(cli, report.faults));
    }
    if (same_disk && !cli->json)
        cli_say_same_disk(cli, rest[0]);
    return report.faults > 0 ? EXIT_WRONG : EXIT_DONE;
}

/* ------------------------------------------------------------------ restore */

static json_t *drill_json(const struct drill_report *report, bool whole, json_t *faults)
{
    return json_pack(
        "{s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, "
        "s:I, s:I, s:b, s:o}",
        "whole", whole, "id", report->id, "time", report->time, "files", (json_int_t)report->files,
        "bytes", (json_int_t)report->bytes, "wrong_files", (json_int_t)report->wrong_files,
        "packages", (json_int_t)report->packages, "wrong_packages",
        (json_int_t)report->wrong_packages, "rows", (json_int_t)report->rows, "wrong_rows",
        (json_int_t)report->wrong_rows, "journal_entries", (json_int_t)report->journal_entries,
        "journal_faults", (json_int_t)report->journal_faults, "kept_faults",
        (json_int_t)report->kept_faults, "public_files", (json_int_t)report->public_files,
        "public_missing", (json_int_t)report->public_missing, "compared", report->compared,
        "live_rows", (json_int_t)report->live_rows, "rows_since", (json_int_t)report->lost_rows,
        "entries_since", (json_int_t)report->live_entries, "journal_continues",
        report->journal_continues, "faults", faults);
}

static void print_drill(struct cli *cli, const struct drill_report *report, bool whole)
{
    printf(_("Restore drill of backup %s, made %s\n"), report->id,
           terminal_date(cli->arena, report->time));
    printf(_("  hashes:    %s, %.1f MB; %lld wrong\n"),
           terminal_count(cli->arena, "%lld file", "%lld files", report->files),
           (double)report->bytes / 1e6, (long long)report->wrong_files);
    printf(_("  packages:  %lld verified; %s\n"), (long long)report->packages,
           faults_of(cli, report->wrong_packages));
    printf(_("  catalogue: %s held against their packages; %s\n"),
           terminal_count(cli->arena, "%lld row", "%lld rows", report->rows),
           faults_of(cli, report->wrong_rows));
    printf(_("  journal:   %s; %s\n"),
           terminal_count(cli->arena, "%lld entry", "%lld entries", report->journal_entries),
           faults_of(cli, report->journal_faults));
    printf(_("  kept too:  records, hand-overs; %s\n"), faults_of(cli, report->kept_faults));
    printf(_("  keys:      certificates that the settings name: in it %lld, not in it %lld; "
             "private keys never are\n"),
           (long long)report->public_files, (long long)report->public_missing);
    if (report->compared)
        printf(_("  since then, in the living warehouse only: rows %lld of %lld, and %s of the "
                 "journal.\n"),
               (long long)report->lost_rows, (long long)report->live_rows,
               terminal_count(cli->arena, "%lld entry", "%lld entries", report->live_entries));
    printf(whole ? _("✓ It could be restored.\n") : _("✗ It is not whole.\n"));
}

static int drill(struct cli *cli, const char *snapshot)
{
    struct fault_list view = {cli, json_array()};
    struct drill_report report;
    const struct warehouse *live = cli->warehouse.root != NULL ? &cli->warehouse : NULL;
    enum status status =
        backup_drill(snapshot, live, fault_list_add, show_progress, &view, &report, &cli->error);
    terminal_progress_end();
    bool whole = status == STATUS_OK;
    if (whole || json_array_size(view.faults) > 0) {
        enum status recorded = cli_record_result(
            cli, "restore", report.id, whole ? NULL : "wrong",
            arena_printf(cli->arena, "check files=%lld wrong=%lld rows=%lld entries=%lld",
                         (long long)report.files, (long long)report.wrong_files,
                         (long long)report.rows, (long long)report.journal_entries));
        if (recorded == STATUS_OK) {
            if (cli->json)
                cli_json(drill_json(&report, whole, view.faults));
            else {
                json_decref(view.faults);
                print_drill(cli, &report, whole);
            }
            return whole ? EXIT_DONE : EXIT_WRONG;
        }
        status = recorded;
    }
    json_decref(view.faults);
    return cli_fail(cli, status);
}

/* Who brought what back when: the first entry that the restored journal gets. */
static enum status record_there(struct cli *cli, const char *to, const char *snapshot,
                                int64_t faults)
{
    const struct journal_entry entry = {
        .action = "restore",
        .object = file_name(snapshot),
        .result = faults > 0 ? "wrong" : NULL,
        .detail = arena_printf(cli->arena, "into an empty place faults=%lld", (long long)faults)};
    cli->recorded = true;
    return journal_append(file_join(cli->arena, to, JOURNAL_FOLDER), &entry, &cli->error);
}

/* A certificate's file that stood outside of the warehouse is not where the settings look. */
static void say_public(void *context, const char *setting, const char *path, const char *place)
{
    struct placing *placing = context;
    if (file_exists(path))
        return;
    json_array_append_new(placing->unplaced, json_pack("{s:s, s:s, s:s}", "setting", setting,
                                                       "path", path, "place", place ? place : ""));
    if (placing->cli->json)
        return;
    if (place != NULL)
        printf(_("archive.%s names %s, which is not here; the backup had it: archive.%s = %s\n"),
               setting, path, setting, place);
    else
        printf(_("archive.%s names %s, which is not here and not in the backup; put it there.\n"),
               setting, path);
}

int cmd_restore(struct cli *cli, int argc, char **argv)
{
    static bool check, damaged;
    static const struct option_row rows[] = {
        {"check", OPTION_FLAG, &check, NULL, N_("change nothing: try it, and report")},
        {"damaged", OPTION_FLAG, &damaged, NULL,
         N_("also a backup that is damaged: all that is there comes back, what is wrong is told")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 2, &rest, &count, &code))
        return code;
    if (count != (check ? 1 : 2) || (check && damaged)) {
        fprintf(stderr, _("usage: sohoa restore --check BACKUP\n"
                          "       sohoa restore [--damaged] BACKUP EMPTY_FOLDER\n"));
        return EXIT_USAGE;
    }
    const char *snapshot = NULL;
    struct backup_restored done = {0};
    struct fault_list view = {cli, json_array()};
    enum status status = backup_find(rest[0], cli->arena, &snapshot, &cli->error);
    if (status == STATUS_OK && check) {
        json_decref(view.faults);
        return drill(cli, snapshot);
    }
    if (status == STATUS_OK)
        status = backup_restore(snapshot, rest[1], damaged ? fault_list_add : NULL, show_progress,
                                &view, &done, &cli->error);
    terminal_progress_end();
    if (status == STATUS_OK)
        status = record_there(cli, rest[1], snapshot, done.faults);
    if (status != STATUS_OK) {
        json_decref(view.faults);
        return cli_fail(cli, status);
    }
    if (!cli->json)
        printf(message_count(
                   "%lld file is back in %s. Put the keys into %s/keys, then: sohoa doctor\n",
                   "%lld files are back in %s. Put the keys into %s/keys, then: sohoa doctor\n",
                   done.files),
               (long long)done.files, rest[1], rest[1]);
    if (!cli->json && done.documents > 0)
        printf(message_count("%lld document is in its store and not in its rows yet; the next "
                             "`sohoa run` enters it.\n",
                             "%lld documents are in its store and not in its rows yet; the next "
                             "`sohoa run` enters them.\n",
                             done.documents),
               (long long)done.documents);
    if (!cli->json && done.faults > 0)
        printf(message_count("✗ %lld file is not what it was. Mend its package by another copy: "
                             "sohoa fixity, then sohoa fixity repair --from FOLDER\n",
                             "✗ %lld files are not what they were. Mend the packages by other "
                             "copies: sohoa fixity, then sohoa fixity repair --from FOLDER\n",
                             done.faults),
               (long long)done.faults);
    if (!cli->json && done.no_rows)
        printf(_("The database was damaged and is begun anew: sohoa reindex makes the catalogue "
                 "again.\n"));
    struct placing placing = {cli, json_array()};
    status = backup_public(snapshot, rest[1], say_public, &placing, &cli->error);
    code = done.faults > 0 ? EXIT_WRONG : EXIT_DONE;
    if (done.faults > 0) /* of what is damaged all that could be told was told */
        status = STATUS_OK;
    if (status != STATUS_OK || !cli->json) {
        json_decref(placing.unplaced);
        json_decref(view.faults);
        return status == STATUS_OK ? code : cli_fail(cli, status);
    }
    cli_json(json_pack("{s:s, s:I, s:I, s:o, s:b, s:o}", "warehouse", rest[1], "files",
                       (json_int_t)done.files, "waiting", (json_int_t)done.documents, "unplaced",
                       placing.unplaced, "no_rows", done.no_rows, "faults", view.faults));
    return code;
}
