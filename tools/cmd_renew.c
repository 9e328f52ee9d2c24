/* renew: new proofs in time for those that end. */
#include <stdio.h>

#include "archive/store.h"
#include "tools/command.h"
#include "tools/horizon.h"
#include "tools/proofs.h"

static void show(void *context, size_t done, size_t total)
{
    (void)context;
    terminal_progress(_("Renewing"), (int64_t)done, (int64_t)total, "");
}

struct told {
    struct cli *cli;
    json_t *list; /* NULL: printed */
};

static void tell(void *context, const char *path, const char *sentence)
{
    const struct told *told = context;
    terminal_progress_end();
    if (told->list)
        json_array_append_new(
            told->list, json_pack("{s:s, s:s}", "path", store_place(path), "fault", sentence));
    else
        printf("• %s: %s\n", store_place(path), sentence);
}

/* needed: only of documents of which nothing else can prove all. */
static enum status plant(struct cli *cli, const char *limit, bool needed,
                         struct pipeline_trees *trees, json_t *list)
{
    struct told told = {cli, list};
    const struct pipeline_trees_wish wish = {limit, needed, tell, show, &told};
    enum status status = pipeline_renew_tree(&cli->warehouse, &wish, trees, &cli->error);
    terminal_progress_end();
    return status;
}

static json_t *trees_json(const struct pipeline_trees *trees, json_t *list)
{
    return json_pack("{s:I, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "packages",
                     (json_int_t)trees->packages, "tokens", trees->tokens, "completed",
                     (json_int_t)trees->completed, "no_gain", (json_int_t)trees->no_gain, "anew",
                     (json_int_t)trees->anew, "left", (json_int_t)trees->left, "unproven",
                     (json_int_t)trees->unproven, "unprovable", (json_int_t)trees->unprovable,
                     "why", trees->why, "faults", list);
}

static void print_trees(const struct pipeline_trees *trees)
{
    printf(_("Evidence records made anew: packages %lld, time-stamps %d\n"),
           (long long)trees->packages, trees->tokens);
    if (trees->completed > 0)
        printf(message_count("%lld record got the proofs of its authority that it lacked.\n",
                             "%lld records got the proofs of their authority that they lacked.\n",
                             trees->completed),
               (long long)trees->completed);
    if (trees->unproven > 0)
        printf(
            message_count("! %lld record brings no proof yet that its time-stamp authority was "
                          "not revoked; the next 'sohoa renew --tree' asks again: %s\n",
                          "! %lld records bring no proof yet that their time-stamp authority was "
                          "not revoked; the next 'sohoa renew --tree' asks again: %s\n",
                          trees->unproven),
            (long long)trees->unproven, trees->why);
    if (trees->unprovable > 0)
        printf(
            message_count("! %lld record brings no proof that its time-stamp authority was not "
                          "revoked, and none can be had: %s\n",
                          "! %lld records bring no proof that their time-stamp authority was not "
                          "revoked, and none can be had: %s\n",
                          trees->unprovable),
            (long long)trees->unprovable, trees->why);
    if (trees->no_gain > 0)
        printf(message_count("The record of %lld package stays as it is: a time-stamp that is "
                             "given now would not end later.\n",
                             "Records of %lld packages stay as they are: a time-stamp that is "
                             "given now would not end later.\n",
                             trees->no_gain),
               (long long)trees->no_gain);
    if (trees->left > 0)
        printf(message_count("✗ The record of %lld package could not be renewed.\n",
                             "✗ Records of %lld packages could not be renewed.\n", trees->left),
               (long long)trees->left);
}

static int renew_tree(struct cli *cli, const char *limit)
{
    struct pipeline_trees trees;
    json_t *list = cli->json ? json_array() : NULL;
    enum status status = plant(cli, limit, false, &trees, list);
    if (status != STATUS_OK) {
        json_decref(list);
        return cli_fail(cli, status);
    }
    if (cli->json)
        cli_json(trees_json(&trees, list));
    else
        print_trees(&trees);
    return trees.left > 0 ? EXIT_PERSON : trees.unproven > 0 ? EXIT_LATER : EXIT_DONE;
}

static void print_each(struct cli *cli, const struct pipeline_renewal *renewal, int64_t left)
{
    printf(_("Documents that got new proofs: %lld of %lld\n"), (long long)(renewal->marked - left),
           (long long)renewal->marked);
    if (renewal->no_gain > 0)
        printf(message_count("%lld document stays as it is: a time-stamp that is given now ends on "
                             "%s, not later than its own.\n",
                             "%lld documents stay as they are: a time-stamp that is given now ends "
                             "on %s, not later than theirs.\n",
                             renewal->no_gain),
               (long long)renewal->no_gain, terminal_date(cli->arena, renewal->gain));
    if (renewal->by_record > 0)
        printf(
            message_count("%lld document rests on its evidence record, in whole or in part.\n",
                          "%lld documents rest on their evidence records, in whole or in part.\n",
                          renewal->by_record),
            (long long)renewal->by_record);
}

/* What happened, not what was meant: those that were marked and are not any more have their new
 * version. What only a record proves has that extended instead. */
static int renew_each(struct cli *cli, const char *limit)
{
    struct pipeline_renewal renewal;
    struct pipeline_trees trees = {0};
    struct pipeline_proofs after;
    json_t *each = NULL, *list = cli->json ? json_array() : NULL;
    enum status status = pipeline_renew(&cli->warehouse, cli->db, limit, &renewal, &cli->error);
    if (status == STATUS_OK)
        status = proofs_run(cli, &after);
    bool stopped = status == STATUS_END;
    int64_t left = 0;
    if (status == STATUS_OK || stopped)
        status = pipeline_renewing(cli->db, &left, &cli->error);
    if (status == STATUS_OK && !stopped && renewal.by_record > 0)
        status = plant(cli, limit, true, &trees, list);
    if (status == STATUS_OK)
        status = proofs_print_each(cli, &each);
    if (status != STATUS_OK) {
        json_decref(list);
        return cli_fail(cli, status);
    }
    if (cli->json) {
        json_t *json = json_pack(
            "{s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "renewed", (json_int_t)(renewal.marked - left),
            "not_renewed", (json_int_t)left, "no_gain", (json_int_t)renewal.no_gain, "by_record",
            (json_int_t)renewal.by_record, "records", trees_json(&trees, list), "proofs",
            proofs_json(&after), "each", each);
        json_put_text(json, "gain", renewal.gain);
        cli_json(json);
    } else {
        print_each(cli, &renewal, left);
        if (trees.packages + trees.completed + trees.no_gain + trees.left > 0)
            print_trees(&trees);
        proofs_print_left(cli, &after);
    }
    int code = proofs_exit_code(&after);
    return stopped ? EXIT_INTERRUPTED : code == EXIT_DONE && trees.left > 0 ? EXIT_PERSON : code;
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
