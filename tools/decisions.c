#include "tools/decisions.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/settings.h"
#include "core/text.h"
#include "index/rules.h"
#include "pipeline/records.h"
#include "pipeline/share.h"

static void list_acts(FILE *to, const struct act_row *rows, const char *name)
{
    const struct command *command = cli_command(name);
    const char *first = rows->name;
    if (command)
        fprintf(to, "sohoa %s %s\n  %s\n\n", name, message(command->arguments),
                message(command->summary));
    for (; rows->name; rows++)
        fprintf(to, "  sohoa %s %s%s%s\n      %s\n", name, rows->name, *rows->arguments ? " " : "",
                message(rows->arguments), message(rows->summary));
    fprintf(to, _("\n“sohoa help %s %s” lists the options of an act.\n"), name, first ? first : "");
}

int decisions_run(struct cli *cli, const struct act_row *rows, int argc, char **argv)
{
    const char *names[32];
    size_t count = 0;
    for (; rows[count].name && count < 31; count++)
        names[count] = rows[count].name;
    names[count] = NULL;
    for (size_t i = 0; argc > 1 && i < count; i++)
        if (strcmp(argv[1], names[i]) == 0) {
            struct act_words *act = arena_alloc(cli->arena, sizeof *act);
            *act = (struct act_words){rows[i].name, rows[i].arguments, rows[i].summary};
            cli->act = act;
            return rows[i].run(cli, argc - 1, argv + 1);
        }
    bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    const char *nearest = argc > 1 && !help ? settings_nearest(argv[1], names) : NULL;
    if (nearest)
        fprintf(stderr, _("sohoa %s: there is no '%s'; did you mean '%s'?\n"), argv[0], argv[1],
                nearest);
    list_acts(help ? stdout : stderr, rows, argv[0]);
    return help ? EXIT_DONE : EXIT_USAGE;
}

bool decisions_options(struct cli *cli, const char *act, const char *arguments, int argc,
                       char **argv, const struct option_row *options, int least, int most,
                       char ***rest, int *count, int *code)
{
    if (!cli_options(cli, act, argc, argv, options, 0, -1, rest, count, code))
        return false;
    if (*count >= least && (most < 0 || *count <= most))
        return true;
    fprintf(stderr, _("usage: sohoa %s [--...] %s ('sohoa %s --help' says more)\n"), act,
            *arguments ? message(arguments) : "", act);
    *code = EXIT_USAGE;
    return false;
}

enum status decisions_record(struct cli *cli, const char *kind, json_t *data,
                             const char *const *rules, int64_t *number)
{
    json_t *texts = NULL;
    enum status status = STATUS_OK;
    const char *share = share_config(cli->arena);
    if (rules && share)
        status = rules_read(file_join(cli->arena, share, "catalogues/rules.tsv"), rules, &texts,
                            &cli->error);
    if (status == STATUS_OK && json_object_size(texts) > 0)
        json_object_set(data, "rules", texts);
    json_decref(texts);
    if (status == STATUS_OK)
        status = pipeline_record_add(&cli->warehouse, cli->db, kind, data, number, &cli->error);
    json_decref(data);
    return status;
}

enum status decisions_reason(struct cli *cli, const char *reason)
{
    if (reason && *text_tidy(cli->arena, reason))
        return STATUS_OK;
    return error_set(&cli->error, STATUS_REJECT,
                     _("Say why: --reason WORDS. It is kept with the decision."));
}

enum status decisions_look(struct cli *cli, const char *action, const char *object,
                           const char *asked, const char *detail)
{
    char hash[HASH_HEX_SIZE];
    if (!asked)
        return cli_record_look(cli, action, object, detail);
    enum status status = journal_query(cli->warehouse.journal, asked, hash, &cli->error);
    return status == STATUS_OK
               ? cli_record_look(cli, action, object,
                                 arena_printf(cli->arena, "query=%s %s", hash, detail))
               : status;
}
