/* renew, and verify --horizon: proofs that end, and new ones in time. */
#include <stdio.h>
#include <string.h>

#include "archive/anchor.h"
#include "tools/command.h"
#include "tools/horizon.h"
#include "tools/proofs.h"

#define WARN_MONTHS 12 /* TT 15/2025: a year before the end, renewal is due */

struct horizon {
    struct cli *cli;
    char limit[26], due[26];
    int64_t packages, ending, urgent, unsigned_count;
    json_t *list, *bare; /* bare: without any proof */
};

/* A package is proven as long as the longer of its two proofs. */
static const char *end_of(const struct pipeline_provable *one)
{
    return strcmp(one->pdf_until, one->record_until) > 0 ? one->pdf_until : one->record_until;
}

/* It is not signed: nothing of it ends, because nothing of it is proven. */
static void look_at_bare(struct horizon *horizon, const struct pipeline_provable *one)
{
    horizon->unsigned_count++;
    if (horizon->bare)
        json_array_append_new(horizon->bare,
                              json_pack("{s:s, s:i}", "id", one->id, "version", one->version));
    else
        printf(_("  no proof at all  %s v%d\n"), one->id, one->version);
}

/* What the packages do not show: the journal's anchors, the certificate that signs now. "" for what
 * is not there or not to be read. */
static const char *look_beside(struct horizon *horizon, const char *what, const char *end)
{
    if (!*end || strcmp(end, horizon->limit) >= 0)
        return end;
    horizon->ending++;
    horizon->urgent += strcmp(end, horizon->due) < 0;
    if (!horizon->list)
        printf("  %s  %s\n", terminal_date(horizon->cli->arena, end), what);
    return end;
}

static enum status look(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct horizon *horizon = context;
    const char *end = end_of(one);
    (void)error;
    horizon->packages++;
    if (!*end)
        look_at_bare(horizon, one);
    if (!*end || strcmp(end, horizon->limit) >= 0)
        return STATUS_OK;
    horizon->ending++;
    horizon->urgent += strcmp(end, horizon->due) < 0;
    if (horizon->list)
        json_array_append_new(horizon->list,
                              json_pack("{s:s, s:i, s:s, s:s, s:s}", "id", one->id, "version",
                                        one->version, "until", end, "pdf_until", one->pdf_until,
                                        "record_until", one->record_until));
    else
        printf("  %s  %s v%d\n", terminal_date(horizon->cli->arena, end), one->id, one->version);
    return STATUS_OK;
}

int horizon_report(struct cli *cli, const char *span)
{
    struct horizon horizon = {.cli = cli};
    int months = 0;
    char unit = 'm', rest = 0;
    if (sscanf(span, "%d%c%c", &months, &unit, &rest) > 2 || months < 1 || months > 1200 ||
        (unit != 'm' && unit != 'y')) {
        fprintf(stderr, _("sohoa: a horizon is a number of months or years, like 24m or 2y\n"));
        return EXIT_USAGE;
    }
    if (!cli->warehouse.root) {
        error_set(&cli->error, STATUS_REJECT, _("A horizon is looked at in a warehouse."));
        return cli_fail(cli, STATUS_REJECT);
    }
    pipeline_month(unit == 'y' ? 12 * months : months, horizon.limit);
    pipeline_month(WARN_MONTHS, horizon.due);
    horizon.list = cli->json ? json_array() : NULL;
    horizon.bare = cli->json ? json_array() : NULL;
    char anchor[26] = "", signer[26] = "";
    enum status status = pipeline_horizon(&cli->warehouse, look, &horizon, &cli->error);
    if (status == STATUS_OK) {
        anchor_until(cli->warehouse.journal, anchor);
        signer_until(&cli->warehouse.archive, signer);
        look_beside(&horizon, _("time-stamp of the journal's last anchor"), anchor);
        look_beside(&horizon, _("the certificate that signs now"), signer);
    } else {
        json_decref(horizon.list);
        json_decref(horizon.bare);
        return cli_fail(cli, status);
    }
    int code = horizon.urgent > 0 ? EXIT_WRONG : EXIT_DONE;
    if (cli->json) {
        cli_json(json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:o, s:o}", "packages",
                           (json_int_t)horizon.packages, "ending", (json_int_t)horizon.ending,
                           "urgent", (json_int_t)horizon.urgent, "without_proof",
                           (json_int_t)horizon.unsigned_count, "anchor_until", anchor,
                           "signer_until", signer, "bare", horizon.bare, "list", horizon.list));
        return code;
    }
    printf(_("%lld packages; proofs of %lld end before %s, of %lld within %d months; %lld have "
             "none.\n"),
           (long long)horizon.packages, (long long)horizon.ending,
           terminal_date(cli->arena, horizon.limit), (long long)horizon.urgent, WARN_MONTHS,
           (long long)horizon.unsigned_count);
    if (horizon.urgent > 0)
        printf(
            _("'sohoa renew' renews those of packages, 'sohoa journal anchor' makes a new anchor; "
              "a new certificate comes from its authority.\n"));
    return code;
}

static void show(void *context, size_t done, size_t total)
{
    (void)context;
    terminal_progress(_("Renewing"), (int64_t)done, (int64_t)total, "");
}

static int renew_tree(struct cli *cli, const char *limit)
{
    int64_t packages = 0;
    int tokens = 0;
    enum status status =
        pipeline_renew_tree(&cli->warehouse, limit, show, NULL, &packages, &tokens, &cli->error);
    terminal_progress_end();
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(
            json_pack("{s:I, s:i}", "packages", (json_int_t)packages, "tokens", tokens));
    printf(_("Evidence records of %lld packages, by %d time-stamps.\n"), (long long)packages,
           tokens);
    return EXIT_DONE;
}

/* What happened, not what was meant: those that were marked and are not any more have their new
 * version. */
static int renew_each(struct cli *cli, const char *limit)
{
    struct pipeline_proofs after;
    json_t *each = NULL;
    int64_t marked = 0;
    enum status status = pipeline_renew(&cli->warehouse, cli->db, limit, &marked, &cli->error);
    if (status == STATUS_OK)
        status = proofs_run(cli, &after);
    bool stopped = status == STATUS_END;
    int64_t left = 0;
    if (status == STATUS_OK || stopped)
        status = pipeline_renewing(cli->db, &left, &cli->error);
    if (status == STATUS_OK)
        status = proofs_print_each(cli, &each);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        cli_json(json_pack("{s:I, s:I, s:o, s:o}", "renewed", (json_int_t)(marked - left),
                           "not_renewed", (json_int_t)left, "proofs", proofs_json(&after), "each",
                           each));
    } else {
        printf(_("%lld of %lld documents got new proofs.\n"), (long long)(marked - left),
               (long long)marked);
        proofs_print_left(cli, &after);
    }
    return stopped ? EXIT_INTERRUPTED : proofs_exit_code(&after);
}

int cmd_renew(struct cli *cli, int argc, char **argv)
{
    static int months = WARN_MONTHS;
    static bool tree;
    static const struct option_row rows[] = {
        {"before", OPTION_INT, &months, N_("MONTHS"),
         N_("what ends within so many months (else 12)")},
        {"tree", OPTION_FLAG, &tree, NULL,
         N_("one time-stamp over all packages: evidence records beside the store")},
        OPTION_ROWS_END};
    char **rest = NULL, limit[26];
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    pipeline_month(months, limit);
    return tree ? renew_tree(cli, limit) : renew_each(cli, limit);
}
