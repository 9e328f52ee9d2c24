/* sohoa amend: a new version of what is stored, corrected by a person or signed by another key. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "pipeline/amend.h"
#include "tools/command.h"
#include "tools/fields.h"

#define REASON_CHARS 300

static struct {
    const char *reason;
    bool sign_again, test_signed, untrusted, withdraw;
    int limit;
} option;

static int usage(void)
{
    fprintf(stderr, _("usage: sohoa amend ID FIELD=VALUE... --reason WORDS\n"
                      "       sohoa amend ID --sign-again --reason WORDS\n"
                      "       sohoa amend --test-signed|--untrusted --reason WORDS [--limit N]\n"
                      "       sohoa amend ID --withdraw\n"));
    return EXIT_USAGE;
}

static int amend_one(struct cli *cli, const char *id, struct amendment *asked, char **assignments,
                     int count)
{
    int version = 0;
    struct amend_field *fields = arena_array(cli->arena, (size_t)count + 1, sizeof *fields);
    enum status status = STATUS_OK;
    for (int i = 0; i < count && status == STATUS_OK; i++)
        status = fields_assignment(cli, assignments[i], &fields[i].id, &fields[i].value);
    asked->fields = fields;
    asked->field_count = (size_t)count;
    if (status == STATUS_OK)
        status = amend_document(&cli->warehouse, cli->db, id, asked, &version, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(
            json_pack("{s:s, s:s, s:i}", "status", "ok", "document", id, "version", version));
    printf(_("Recorded as version %d. 'sohoa run' packs, signs, stores and indexes it; version %d "
             "stays as it is.\n"),
           version, version - 1);
    return EXIT_DONE;
}

static int withdraw(struct cli *cli, const char *id)
{
    enum status status = amend_withdraw(&cli->warehouse, cli->db, id, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:s}", "status", "ok", "document", id));
    printf(_("Taken back: the document stands as it was.\n"));
    return EXIT_DONE;
}

static bool show(void *context, int64_t done, int64_t total)
{
    (void)context;
    terminal_progress(_("Looking for signatures to renew"), done, total, "");
    return !terminal_interrupted();
}

static void tell(void *context, const char *id, const char *sentence)
{
    (void)context;
    terminal_progress_end();
    fprintf(stderr, "✗ %s: %s\n", id, sentence);
}

static int sign_all_again(struct cli *cli, const struct amendment *asked)
{
    struct amend_count count;
    terminal_catch_interrupt();
    enum status status =
        amend_all(&cli->warehouse, cli->db, option.untrusted ? AMEND_UNTRUSTED : AMEND_TEST,
                  option.limit, asked, show, tell, NULL, &count, &cli->error);
    terminal_progress_end();
    if (status != STATUS_OK && status != STATUS_END)
        return cli_fail(cli, status);
    if (cli->json)
        cli_json(json_pack("{s:I, s:I, s:I, s:I, s:b}", "looked", (json_int_t)count.looked,
                           "amended", (json_int_t)count.amended, "waiting",
                           (json_int_t)count.waiting, "refused", (json_int_t)count.refused, "more",
                           count.more || status == STATUS_END));
    else
        printf(_("Documents looked at: %lld; to be signed again: %lld; on their way before: %lld; "
                 "refused: %lld.\n"),
               (long long)count.looked, (long long)count.amended, (long long)count.waiting,
               (long long)count.refused);
    if (!cli->json && count.amended + count.waiting > 0)
        printf(_("'sohoa run' packs, signs, stores and indexes them.\n"));
    if (!cli->json && (count.more || status == STATUS_END))
        printf(_("There may be more: the same command goes on.\n"));
    return status == STATUS_END ? EXIT_INTERRUPTED : count.refused ? EXIT_PERSON : EXIT_DONE;
}

/* A new version without a reason is refused: it stands in the package for as long as it is kept. */
static bool has_reason(struct amendment *asked, struct cli *cli)
{
    asked->reason = option.reason ? journal_harmless(cli->arena, option.reason, REASON_CHARS) : "";
    if (*asked->reason)
        return true;
    fprintf(stderr, _("sohoa amend: say why, with --reason WORDS; it stands in the new version\n"));
    return false;
}

int cmd_amend(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"reason", OPTION_TEXT, &option.reason, N_("WORDS"),
         N_("why there is a new version; name no citizen in it")},
        {"sign-again", OPTION_FLAG, &option.sign_again, NULL,
         N_("also when no field changes: a new PDF, signed by the key of today")},
        {"test-signed", OPTION_FLAG, &option.test_signed, NULL,
         N_("all documents that a TEST certificate signed")},
        {"untrusted", OPTION_FLAG, &option.untrusted, NULL,
         N_("all documents whose signer is not trusted")},
        {"limit", OPTION_COUNT, &option.limit, "N", N_("so many of those at most")},
        {"withdraw", OPTION_FLAG, &option.withdraw, NULL,
         N_("take back what is not in the store yet")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    bool all = option.test_signed || option.untrusted;
    struct amendment asked = {
        .sign_again = option.sign_again || all, .actor = journal_actor(), .role = journal_role()};
    if (option.limit < 0 || (all && (count > 0 || option.withdraw)) || (!all && count == 0) ||
        (option.withdraw && count != 1) || (!all && option.limit > 0) ||
        (!all && !option.withdraw && count == 1 && !option.sign_again))
        return usage();
    if (!option.withdraw &&
        ((option.reason && cli_hidden("--reason", option.reason)) || !has_reason(&asked, cli)))
        return EXIT_USAGE;
    cli->recorded = !all; /* by the pipeline, each document */
    cli->object = all ? NULL : rest[0];
    if (option.withdraw)
        return withdraw(cli, rest[0]);
    return all ? sign_all_again(cli, &asked) : amend_one(cli, rest[0], &asked, rest + 1, count - 1);
}
