/* sohoa index, reindex: the catalogue as a thing that can be made again. */
#include <stdio.h>
#include <string.h>

#include "index/schema.h"
#include "tools/command.h"

/* REJECT: a table is missing, which is what was looked for. */
static enum status open_index(struct cli *cli, struct index **index)
{
    if (schema_whole(cli->db, &cli->error) == STATUS_FATAL)
        return STATUS_REJECT;
    return index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, index, &cli->error);
}

/* ------------------------------------------------------------------ index, reindex */

static void show_reindex(void *context, int64_t done, int64_t total)
{
    (void)context;
    terminal_progress(_("Indexing"), done, total, "");
}

static void show_unread(void *context, const char *path, const char *sentence)
{
    (void)context;
    terminal_progress_end();
    fprintf(stderr, "✗ %s: %s\n", path, sentence);
}

/* REJECT is here what was found, not what was asked. */
static int found_wrong(struct cli *cli, enum status status)
{
    int code = cli_fail(cli, status);
    return status == STATUS_REJECT ? EXIT_WRONG : code;
}

static int check_index(struct cli *cli)
{
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = index_check(index, &cli->error);
    index_close(index);
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:b}", "whole", true));
    puts(_("The catalogue and its full text agree."));
    return EXIT_DONE;
}

static void show_fault(void *context, const char *path, const char *sentence)
{
    struct cli *cli = context;
    if (cli->json)
        return;
    fprintf(stderr, "✗ %s: %s\n", path, sentence);
}

/* Every night: catalogue, full text, counts and owners in themselves; the store against them. */
static int check_all(struct cli *cli)
{
    struct index *index = NULL;
    int64_t documents = 0;
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = index_check(index, &cli->error);
    index_close(index);
    if (status == STATUS_OK)
        status = pipeline_check(&cli->warehouse, cli->db, show_fault, cli, &documents, &cli->error);
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:b, s:I}", "whole", true, "documents", (json_int_t)documents));
    printf(_("Catalogue, full text, counts and owners agree with the store: %s.\n"),
           terminal_count(cli->arena, "%lld document", "%lld documents", (long long)documents));
    return EXIT_DONE;
}

int cmd_index(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 1, -1, &rest, &count, &code))
        return code;
    if (count == 1 && strcmp(rest[0], "check") == 0)
        return check_all(cli);
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        status = index_package(index, rest[i], &cli->error);
        if (status != STATUS_OK)
            error_add(&cli->error, status, "%s", rest[i]);
    }
    index_close(index);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i}", "packages", count));
    printf(message_count("%lld package is in the catalogue.\n",
                         "%lld packages are in the catalogue.\n", count),
           (long long)count);
    return EXIT_DONE;
}

/* The catalogue of what only PDFs are left of. */
static int reindex_from_pdf(struct cli *cli, char **paths, int count)
{
    struct from_pdf done;
    enum status status = pipeline_from_pdf(&cli->warehouse, cli->db, (const char *const *)paths,
                                           (size_t)count, show_unread, NULL, &done, &cli->error);
    if (status == STATUS_OK && done.pdfs + done.refused == 0)
        status = error_set(&cli->error, STATUS_REJECT, _("there is no PDF in what was named"));
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    int code = done.refused + done.incomplete > 0 ? EXIT_WRONG : EXIT_DONE;
    if (cli->json) {
        cli_json(json_pack("{s:I, s:I, s:I, s:I, s:I}", "pdfs", (json_int_t)done.pdfs, "documents",
                           (json_int_t)done.documents, "there", (json_int_t)done.there, "refused",
                           (json_int_t)done.refused, "incomplete", (json_int_t)done.incomplete));
        return code;
    }
    printf(_("%s entered from %lld PDF files; in the catalogue already: %lld, not ours or not "
             "readable: %lld, without all their pages: %lld.\n"),
           terminal_count(cli->arena, "%lld document", "%lld documents", (long long)done.documents),
           (long long)done.pdfs, (long long)done.there, (long long)done.refused,
           (long long)done.incomplete);
    if (done.documents > 0)
        puts(_(
            "A PDF tells the place of its fields in the text: those that a person typed "
            "otherwise than they stand there stay empty. Names are found in the full text.\n"
            "Where a package is missing, keep its PDF where it is, and take the package back from "
            "a copy, if there is one, by sohoa restore, sohoa fixity repair or sohoa import."));
    return code;
}

int cmd_reindex(struct cli *cli, int argc, char **argv)
{
    static bool check, from_pdf;
    const struct option_row rows[] = {
        {"check", OPTION_FLAG, &check, NULL,
         N_("only see whether the full text agrees with the catalogue")},
        {"from-pdf", OPTION_FLAG, &from_pdf, NULL,
         N_("enter documents from their PDFs alone, in these files and folders, when their "
            "packages "
            "are lost")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (from_pdf != (count > 0) || (check && from_pdf)) {
        fprintf(stderr,
                _("sohoa reindex: --from-pdf goes with the files and folders to look in\n"));
        return EXIT_USAGE;
    }
    enum status status = check ? STATUS_OK : pipeline_mend_tables(&cli->warehouse, &cli->error);
    if (status == STATUS_OK)
        status = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (from_pdf)
        return reindex_from_pdf(cli, rest, count);
    if (check)
        return check_index(cli);
    int64_t packages = 0;
    status = pipeline_reindex(&cli->warehouse, cli->db, show_reindex, show_unread, NULL, &packages,
                              &cli->error);
    terminal_progress_end();
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:I}", "packages", (json_int_t)packages));
    printf(_("The catalogue was made again from %s.\n"),
           terminal_count(cli->arena, "%lld package", "%lld packages", packages));
    return EXIT_DONE;
}
