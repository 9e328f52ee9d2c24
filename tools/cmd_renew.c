/* renew: new proofs in time for those that end. */
#include <stdio.h>

#include "tools/command.h"
#include "tools/horizon.h"
#include "tools/proofs.h"

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
    static int months = HORIZON_WARN_MONTHS;
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
