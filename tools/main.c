/* sohoa: finds the command in the table, opens what it needs, calls it. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "tools/command.h"

const struct command commands[] = {
    {"init", NEEDS_NOTHING, cmd_init, N_("[FOLDER]"), N_("make a new warehouse")},
    {"doctor", NEEDS_SETTINGS, cmd_doctor, "",
     N_("say what is missing: language data, scanner, key, space")},
    {"config", NEEDS_SETTINGS, cmd_config, N_("[NAME]"),
     N_("show the settings in force and where they come from")},
    {"devices", NEEDS_NOTHING, cmd_devices, N_("[DEVICE]"),
     N_("list scanners, or the options of one")},
    {"scan", NEEDS_SETTINGS, cmd_scan, "",
     N_("scan the sheets in the feeder, or one from the glass")},
    {"import", NEEDS_SETTINGS, cmd_import, N_("PATH..."),
     N_("take image files as if they came from a scanner")},
    {"run", NEEDS_WAREHOUSE, cmd_run, "", N_("read, pack, sign, store and index all that waits")},
    {"status", NEEDS_DATABASE, cmd_status, "",
     N_("how many pages and documents are in which state")},
    {"review", NEEDS_DATABASE, cmd_review, "[list|show|correct|approve|send-back] ...",
     N_("what is held for a person, and what to do with it")},
    {"search", NEEDS_DATABASE, cmd_search, N_("[WORDS...]"),
     N_("find documents by name, number, procedure, year, words")},
    {"inventory", NEEDS_DATABASE, cmd_inventory, N_("FILE.csv"),
     N_("enter the count of papers to be digitised")},
    {"progress", NEEDS_DATABASE, cmd_progress, "",
     N_("the plan against what is done, by year band")},
    {"verify", NEEDS_SETTINGS, cmd_verify, N_("PATH..."),
     N_("recompute everything of a PDF, a package or a store")},
    {"read", NEEDS_SETTINGS, cmd_read, N_("IMAGE..."), N_("recognise the text of page images")},
    {"pack", NEEDS_SETTINGS, cmd_pack, N_("FOLDER"), N_("make a PDF/A of the pages in a folder")},
    {"index", NEEDS_DATABASE, cmd_index, N_("PACKAGE..."), N_("enter packages into the catalogue")},
    {"reindex", NEEDS_DATABASE, cmd_reindex, "", N_("make the catalogue again from the store")},
    {"help", NEEDS_NOTHING, cmd_help, N_("[COMMAND]"), N_("this list, or one command's options")},
    {NULL, NEEDS_NOTHING, NULL, NULL, NULL}};

static const struct command *find_command(const char *name)
{
    for (const struct command *row = commands; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[sizeof commands / sizeof *commands];
    size_t count = 0;
    for (const struct command *row = commands; row->name != NULL; row++)
        names[count++] = row->name;
    names[count] = NULL;
    const char *nearest = settings_nearest(name, names);
    if (nearest != NULL)
        fprintf(stderr, _("sohoa: there is no command '%s'; did you mean '%s'?\n"), name, nearest);
    else
        fprintf(stderr, _("sohoa: there is no command '%s'; 'sohoa help' lists them\n"), name);
    return EXIT_USAGE;
}

static bool is_language(const char *name)
{
    return (strncmp(name, "vi", 2) == 0 || strncmp(name, "en", 2) == 0) &&
           strchr("_.@-", name[2]) != NULL;
}

/* Says what is wrong with the value of a global option; false: nothing is. */
static bool refuse_global(const char *name, const char *value)
{
    if (value == NULL)
        fprintf(stderr, _("sohoa: %s needs a value\n"), name);
    else if (strcmp(name, "--warehouse") == 0 && *value == 0)
        fprintf(stderr, _("sohoa: --warehouse needs the name of a folder\n"));
    else if (strcmp(name, "--lang") == 0 && !is_language(value))
        fprintf(stderr, _("sohoa: --lang takes vi (Vietnamese) or en (English), not '%s'\n"),
                value);
    else
        return false;
    return true;
}

/* Takes one global option at argv[*at]; false when it is none. *wrong: it was, and not right. */
static bool global_option(struct cli *cli, int argc, char **argv, int *at, size_t *set_count,
                          bool *wrong)
{
    static const char *const names[] = {"--warehouse", "--lang", "--set"};
    const char *argument = argv[*at];
    if (strcmp(argument, "--json") == 0) {
        cli->json = true;
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(argument, names[i], length) != 0)
            continue;
        const char *value = NULL;
        if (argument[length] == '=')
            value = argument + length + 1;
        else if (argument[length] == 0 && *at + 1 < argc)
            value = argv[++*at];
        else if (argument[length] != 0)
            continue;
        if (refuse_global(names[i], value)) {
            *wrong = true;
            return true;
        }
        if (i == 0)
            cli->root = value;
        else if (i == 1)
            message_use(value);
        else
            cli->assignments[(*set_count)++] = value;
        return true;
    }
    return false;
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

/* argv[0] is the command's name. */
static int run_command(struct cli *cli, int argc, char **argv)
{
    const struct command *command = find_command(argv[0]);
    if (command == NULL)
        return unknown_command(argv[0]);
    bool help = argc == 2 && is_help(argv[1]);
    enum status status = help ? STATUS_OK : cli_open(cli, command->needs);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    return command->run(cli, argc, argv);
}

int main(int argc, char **argv)
{
    fault_start();
    /* a file that may not grow is an error with a sentence, not a death */
    signal(SIGXFSZ, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    message_use(NULL);

    struct cli cli = {.arena = arena_new()};
    cli.root = getenv("SOHOA_WAREHOUSE");
    if (cli.root == NULL || *cli.root == 0)
        cli.root = ".";
    cli.assignments = arena_array(cli.arena, (size_t)argc + 1, sizeof *cli.assignments);

    /* Global options may stand anywhere; what is left is the command and its own. */
    char **left = arena_array(cli.arena, (size_t)argc + 1, sizeof *left);
    int left_count = 0;
    size_t set_count = 0;
    bool wrong = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            while (i < argc)
                left[left_count++] = argv[i++];
        else if (!global_option(&cli, argc, argv, &i, &set_count, &wrong))
            left[left_count++] = argv[i];
    }

    int code = EXIT_DONE;
    if (wrong) {
        code = EXIT_USAGE;
    } else if (left_count == 0) {
        cmd_help(&cli, 1, NULL);
        code = EXIT_USAGE;
    } else if (is_help(left[0])) {
        code = cmd_help(&cli, 1, NULL);
    } else if (strcmp(left[0], "--version") == 0) {
        if (cli.json)
            cli_json(json_pack("{s:s}", "version", SOHOA_VERSION));
        else
            printf("sohoa %s\n", SOHOA_VERSION);
    } else {
        code = run_command(&cli, left_count, left);
    }

    db_close(cli.db);
    if (cli.warehouse_is_open)
        warehouse_close(&cli.warehouse);
    arena_free(cli.arena);
    if (fflush(stdout) != 0 && code == EXIT_DONE)
        code = EXIT_LATER;
    return code;
}
