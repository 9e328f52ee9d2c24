/* seal: time-stamps, revocation evidence and their renewal. */
#include <stdio.h>
#include <string.h>

#include "archive/archive.h"
#include "core/file.h"
#include "tools/command.h"
#include "tools/proofs.h"

/* On one file: from what it has to what the settings ask for, or to. */
static int seal_file(struct cli *cli, const char *from, const char *to)
{
    struct prover *prover = NULL;
    const struct archive_settings *settings = &cli->warehouse.archive;
    enum archive_level reached = ARCHIVE_B_B;
    bool wrote = false;
    enum status status = prover_open(settings, &prover, &cli->error);
    if (status == STATUS_OK)
        status = archive_prove(prover, from, to, (enum archive_level)settings->level, &reached,
                               &wrote, &cli->error);
    prover_close(prover);
    if (!cli->json && (status == STATUS_OK || wrote))
        printf(_("%s: level %s\n"), wrote ? to : from, archive_level_name(reached));
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:s, s:b}", "path", wrote ? to : from, "level",
                                  archive_level_name(reached), "changed", wrote));
    return EXIT_DONE;
}

/* How many are in each state, what came of this call, and who waits for what. */
static int tell(struct cli *cli, const struct pipeline_proofs *proofs, int64_t before)
{
    json_t *each = NULL;
    enum status status = proofs_print_each(cli, &each);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *all = proofs_json(proofs);
        json_object_set_new(all, "sealed_now", json_integer(proofs->sealed - before));
        json_object_set_new(all, "each", each);
        cli_json(all);
    } else {
        printf(_("Proofs: %lld sealed now; of all documents %lld sealed, %lld with evidence, %lld "
                 "time-stamped, %lld without a time-stamp, %lld to be renewed, %lld held.\n"),
               (long long)(proofs->sealed - before), (long long)proofs->sealed,
               (long long)proofs->evidenced, (long long)proofs->timestamped,
               (long long)proofs->waiting, (long long)proofs->aging, (long long)proofs->held);
        proofs_print_left(cli, proofs);
    }
    return proofs_exit_code(proofs);
}

/* In the warehouse: all that waits, now. */
static int seal_warehouse(struct cli *cli)
{
    struct pipeline_proofs before, after;
    enum status status = STATUS_OK;
    if (!cli->warehouse.root)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("Outside a warehouse a PDF must be named: sohoa seal FILE.pdf --to "
                             "FILE.pdf"));
    else
        status = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (status == STATUS_OK)
        status = pipeline_prove_all(&cli->warehouse, cli->db, &cli->error);
    if (status == STATUS_OK)
        status = pipeline_proofs(cli->db, cli->arena, &before, &cli->error);
    if (status == STATUS_OK)
        status = proofs_run(cli, &after);
    if (status == STATUS_END)
        return EXIT_INTERRUPTED;
    return status == STATUS_OK ? tell(cli, &after, before.sealed) : cli_fail(cli, status);
}

int cmd_seal(struct cli *cli, int argc, char **argv)
{
    static const char *to;
    static const struct option_row rows[] = {
        {"to", OPTION_TEXT, &to, N_("FILE.pdf"), N_("where the PDF with its proofs goes")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 1, &rest, &count, &code))
        return code;
    if (count == 0)
        return seal_warehouse(cli);
    if (to == NULL) {
        fprintf(stderr, _("sohoa seal: --to FILE.pdf says where the PDF goes\n"));
        return EXIT_USAGE;
    }
    return seal_file(cli, rest[0], to);
}
