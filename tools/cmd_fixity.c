/* sohoa fixity: every package looked at again in its turn, in a job that cannot fail quietly. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "pipeline/audit.h"
#include "pipeline/fixity.h"
#include "tools/command.h"

static struct {
    int packages, minutes;
    const char *from;
} option;

/* ------------------------------------------------------------------ the state */

static json_t *state_json(const struct fixity_state *state)
{
    json_t *json =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b, s:b}", "packages",
                  (json_int_t)state->packages, "missing", (json_int_t)state->missing, "checked",
                  (json_int_t)state->checked, "never", (json_int_t)state->never, "ahead",
                  (json_int_t)state->ahead, "failed", (json_int_t)state->failed, "oldest_days",
                  (json_int_t)state->oldest_days, "last_run", state->last_run, "running",
                  state->running, "unfinished", state->unfinished, "overdue", state->overdue);
    if (state->failed > 0) {
        json_put_text(json, "failed_at", state->failed_at);
        json_put_text(json, "failed_package", state->failed_path);
        json_put_text(json, "failed_why", state->failed_why);
    }
    return json;
}

static void print_state(struct cli *cli, const struct fixity_state *state)
{
    if (state->packages == 0) {
        printf(_("Fixity: the store is empty, and nothing is recorded that should be in it.\n"));
        return;
    }
    double share = 100.0 * (double)state->checked / (double)state->packages;
    printf(
        _("Fixity: %s, %.1f %% looked at within %d days, %lld never; days since the oldest look: "
          "%lld; last check: %s.\n"),
        terminal_count(cli->arena, "%lld package", "%lld packages", state->packages), share,
        cli->warehouse.fixity.within_days, (long long)state->never, (long long)state->oldest_days,
        state->last_run[0] ? terminal_date(cli->arena, state->last_run) : _("never"));
    if (state->failed > 0)
        printf(message_count("✗ %lld package is NOT whole; it was found on %s: %s: %s\n",
                             "✗ %lld packages are NOT whole; the last was found on %s: %s: %s\n",
                             state->failed),
               (long long)state->failed, terminal_date(cli->arena, state->failed_at),
               state->failed_path, state->failed_why);
    if (state->missing > 0)
        printf(message_count("✗ %lld package is recorded and is NOT in the store.\n",
                             "✗ %lld packages are recorded and are NOT in the store.\n",
                             state->missing),
               (long long)state->missing);
    if (state->running)
        printf(_("A fixity check is at work just now.\n"));
    if (state->unfinished)
        printf(_("✗ The last fixity check began and did not come to its end.\n"));
    if (state->ahead > 0)
        printf(message_count(
                   "✗ %lld look is dated later than today, so that nobody knows when it was: a "
                   "clock was ahead, or is behind now. It counts as none: sohoa fixity\n",
                   "✗ %lld looks are dated later than today, so that nobody knows when they were: "
                   "a clock was ahead, or is behind now. They count as none: sohoa fixity\n",
                   state->ahead),
               (long long)state->ahead);
    if (state->overdue)
        printf(_("✗ A fixity check is overdue: sohoa fixity\n"));
}

static void print_anchors(struct cli *cli, const struct anchor_state *anchors, int64_t packages)
{
    const char *overdue = cli_overdue(cli, anchors->since);
    if (packages > 0 && anchors->anchors == 0)
        printf(_("The journal was never anchored: sohoa journal anchor\n"));
    else if (anchors->anchors > 0 && anchors->waiting == 0)
        printf(_("The journal is anchored until entry %lld, on %s.\n"), (long long)anchors->covered,
               terminal_date(cli->arena, anchors->time));
    else if (anchors->anchors > 0)
        printf(_("The journal is anchored until entry %lld, on %s, with a time-stamp until entry "
                 "%lld; anchors that wait for one: %d of %d.\n"),
               (long long)anchors->covered, terminal_date(cli->arena, anchors->time),
               (long long)anchors->stamped_until, anchors->waiting, anchors->anchors);
    if (overdue != NULL)
        printf("✗ %s\n", overdue);
}

static void anchors_json(struct cli *cli, const struct anchor_state *anchors, json_t *json)
{
    json_put_text(json, "journal_anchored", anchors->time);
    json_object_set_new(json, "anchors", json_integer(anchors->anchors));
    json_object_set_new(json, "anchors_waiting", json_integer(anchors->waiting));
    json_object_set_new(json, "anchor_overdue",
                        json_boolean(cli_overdue(cli, anchors->since) != NULL));
}

enum status cli_print_keeping(struct cli *cli, struct db *db, json_t *json)
{
    struct fixity_state state;
    struct anchor_state anchors;
    const char *tsa = cli->warehouse.archive.tsa;
    enum status status = fixity_state(&cli->warehouse, db, cli->arena, &state, &cli->error);
    if (status == STATUS_OK)
        status =
            anchor_look(cli->warehouse.journal, tsa != NULL && *tsa != 0, &anchors, &cli->error);
    if (status != STATUS_OK)
        return status;
    if (json != NULL) {
        json_object_set_new(json, "fixity", state_json(&state));
        anchors_json(cli, &anchors, json);
        return STATUS_OK;
    }
    if (state.packages > 0)
        print_state(cli, &state);
    print_anchors(cli, &anchors, state.packages);
    return STATUS_OK;
}

static int show_state(struct cli *cli)
{
    struct fixity_state state;
    cli->recorded = true; /* no document is shown */
    enum status status = fixity_state(&cli->warehouse, cli->db, cli->arena, &state, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        cli_json(state_json(&state));
    else
        print_state(cli, &state);
    return fixity_is_wrong(&state) ? EXIT_WRONG : EXIT_DONE;
}

/* ------------------------------------------------------------------ a run */

static void show_progress(void *context, int64_t done, int64_t total)
{
    (void)context;
    terminal_progress(_("Verifying"), done, total, "");
}

static int run(struct cli *cli)
{
    const struct fixity_limits limits = {option.packages, option.minutes, terminal_interrupted};
    struct fault_list view = {cli, json_array()};
    struct fixity_report report;
    struct fixity_state state;
    terminal_catch_interrupt();
    cli->recorded = true; /* by the check itself */
    enum status status = fixity_run(&cli->warehouse, cli->db, &limits, fault_list_add,
                                    show_progress, &view, &report, &cli->error);
    terminal_progress_end();
    if (status == STATUS_OK || status == STATUS_REJECT) {
        enum status looked =
            fixity_state(&cli->warehouse, cli->db, cli->arena, &state, &cli->error);
        status = looked == STATUS_OK ? status : looked;
    }
    if (status != STATUS_OK && status != STATUS_REJECT) {
        json_decref(view.faults);
        return cli_fail(cli, status);
    }
    if (cli->json) {
        cli_json(json_pack("{s:I, s:I, s:I, s:o, s:o}", "packages", (json_int_t)report.packages,
                           "bytes", (json_int_t)report.bytes, "failed", (json_int_t)report.failed,
                           "faults", view.faults, "state", state_json(&state)));
    } else {
        json_decref(view.faults);
        printf(_("%s looked at, %.1f MB; not whole: %lld.\n"),
               terminal_count(cli->arena, "%lld package", "%lld packages", report.packages),
               (double)report.bytes / 1e6, (long long)report.failed);
        print_state(cli, &state);
    }
    return fixity_is_wrong(&state) || report.failed + report.journal_faults > 0 ? EXIT_WRONG
                                                                                : EXIT_DONE;
}

/* ------------------------------------------------------------------ repair */

static int repair(struct cli *cli, char **places, int count)
{
    const char **failed = NULL;
    size_t failed_count = 0;
    enum status status = STATUS_OK;
    int done = 0;
    if (option.from == NULL) {
        fprintf(stderr, _("sohoa: fixity repair wants --from: a second copy\n"));
        return EXIT_USAGE;
    }
    cli->recorded = true;             /* each repair is an entry */
    if (!file_is_folder(option.from)) /* also when nothing is to be repaired today */
        return cli_fail(cli, error_set(&cli->error, STATUS_REJECT,
                                       _("There is no %s: check the path."), option.from));
    if (count == 0)
        status = fixity_each_failed(cli->db, cli->arena, &failed, &failed_count, &cli->error);
    size_t all = count > 0 ? (size_t)count : failed_count;
    int code = EXIT_DONE;
    for (size_t i = 0; i < all && status == STATUS_OK; i++) {
        const char *place = count > 0 ? places[i] : failed[i];
        status = fixity_repair(&cli->warehouse, cli->db, place, option.from, &cli->error);
        if (status == STATUS_OK)
            done++;
        if (status == STATUS_REJECT) { /* the others may be mended all the same */
            fprintf(stderr, "sohoa: %s\n", cli->error.text);
            code = EXIT_PERSON;
            status = STATUS_OK;
        }
    }
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        cli_json(json_pack("{s:i, s:i}", "repaired", done, "left", (int)all - done));
    else if (done > 0)
        printf(message_count(
                   "%lld package was put back, %d not; what was damaged is kept in %s/aside.\n",
                   "%lld packages were put back, %d not; what was damaged is kept in %s/aside.\n",
                   done),
               (long long)done, (int)all - done, cli->warehouse.root);
    else if (all == 0)
        printf(_("No package is known to be damaged: there is nothing to put back.\n"));
    else
        printf(_("No package was put back; left as they are: %d.\n"), (int)all);
    return code;
}

int cmd_fixity(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"packages", OPTION_INT, &option.packages, "N", N_("run: at most so many packages")},
        {"minutes", OPTION_INT, &option.minutes, "M",
         N_("run: begin no further package after so many minutes")},
        {"from", OPTION_TEXT, &option.from, N_("FOLDER"),
         N_("repair: a second copy: a backup, a folder of backups, a warehouse or its store")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (count == 0 || (count == 1 && strcmp(rest[0], "run") == 0))
        return run(cli);
    if (count == 1 && strcmp(rest[0], "status") == 0)
        return show_state(cli);
    if (strcmp(rest[0], "repair") == 0)
        return repair(cli, rest + 1, count - 1);
    fprintf(stderr, _("usage: sohoa fixity [run|status]\n"
                      "       sohoa fixity repair [YEAR/ID/VERSION...] --from FOLDER\n"));
    return EXIT_USAGE;
}
