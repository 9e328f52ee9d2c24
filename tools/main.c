/* sohoa: finds the command in the table, opens what it needs, calls it. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fault.h"
#include "core/file.h"
#include "core/journal_mark.h"
#include "core/log.h"
#include "tools/command.h"

/* In the order of the work; help shows them so (tools/cli.c has the heads). */
const struct command commands[] = {
    {"init", NEEDS_NOTHING, cmd_init, N_("[FOLDER]"), N_("make a new warehouse"), RECORD_AFTER,
     NULL},
    {"doctor", NEEDS_SETTINGS, cmd_doctor, "",
     N_("say what is missing: language data, scanner, key, space"), RECORD_NOTHING, NULL},
    {"config", NEEDS_SETTINGS, cmd_config, N_("[NAME]"),
     N_("show the settings in force and where they come from"), RECORD_IF_POSSIBLE, NULL},
    {"devices", NEEDS_NOTHING, cmd_devices, N_("[DEVICE]"),
     N_("list scanners, or the options of one"), RECORD_NOTHING, NULL},
    {"scan", NEEDS_SETTINGS, cmd_scan, "",
     N_("scan the sheets in the feeder, or one from the glass"), RECORD_AFTER, NULL},
    {"import", NEEDS_SETTINGS, cmd_import, N_("PATH..."),
     N_("take image or PDF files as if they came from a scanner, or packages of others"),
     RECORD_AFTER, NULL},
    {"run", NEEDS_WAREHOUSE, cmd_run, "", N_("read, pack, sign, store and index all that waits"),
     RECORD_AFTER, NULL},
    {"status", NEEDS_DATABASE, cmd_status, "",
     N_("how many pages and documents are in which state"), RECORD_NOTHING, NULL},
    {"review", NEEDS_DATABASE, cmd_review,
     "[list|show|correct|approve|send-back|twins|same|another] ...",
     N_("what is held for a person, and what to do with it"), RECORD_AFTER, review_acts},
    {"amend", NEEDS_DATABASE, cmd_amend, N_("[ID [FIELD=VALUE...]]"),
     N_("correct what is stored, or sign it again: a new version beside the old"), RECORD_AFTER,
     NULL},
    {"search", NEEDS_CATALOGUE, cmd_search, N_("[WORDS...]"),
     N_("find documents by name, number, procedure, year, words"), RECORD_AFTER, NULL},
    {"show", NEEDS_CATALOGUE, cmd_show, N_("DOCUMENT"),
     N_("one document with all that is known of it; a citizen's for a purpose only"), RECORD_AFTER,
     NULL},
    {"owner", NEEDS_CATALOGUE, cmd_owner, "find|show|has|candidates|merge|split|link|undo ...",
     N_("who is who, and who has which paper already"), RECORD_AFTER, NULL},
    {"reuse", NEEDS_CATALOGUE, cmd_reuse, N_("DOCUMENT|none|list|count|code|export ..."),
     N_("a paper used again for a new request, and what that saved"), RECORD_AFTER, NULL},
    {"validity", NEEDS_CATALOGUE, cmd_validity,
     N_("DOCUMENT revoke|supersede|return|limit|restore"), N_("whether a paper is still in force"),
     RECORD_AFTER, NULL},
    {"catalogue", NEEDS_DATABASE, cmd_catalogue, "show|import|list ...",
     N_("procedures, units, result types, as they were on a day"), RECORD_AFTER, NULL},
    {"export", NEEDS_CATALOGUE, cmd_export, N_("[ID...|WORDS...]"),
     N_("take packages out: for another archive, for use, as a hand-over"), RECORD_AFTER, NULL},
    {"inventory", NEEDS_DATABASE, cmd_inventory, N_("[import|exempt|list] FILE.csv"),
     N_("enter the count of papers to be digitised"), RECORD_AFTER, inventory_acts},
    {"register", NEEDS_CATALOGUE, cmd_register, N_("import FILE.csv | missing"),
     N_("hold registers and one-stop exports against the store"), RECORD_AFTER, register_acts},
    {"progress", NEEDS_CATALOGUE, cmd_progress, "",
     N_("the plan against what is done, by year band; reports"), RECORD_NOTHING, NULL},
    {"sample", NEEDS_CATALOGUE, cmd_sample, "draw|show|judge|list|stats ...",
     N_("accept lots by samples after ISO 2859-1"), RECORD_AFTER, sample_acts},
    {"verify", NEEDS_SETTINGS, cmd_verify, N_("PATH..."),
     N_("recompute everything of a PDF, a package or a store"), RECORD_IF_POSSIBLE, NULL},
    {"seal", NEEDS_SETTINGS, cmd_seal, N_("[FILE.pdf]"),
     N_("add time-stamps and revocation evidence to a signed PDF"), RECORD_IF_POSSIBLE, NULL},
    {"renew", NEEDS_DATABASE, cmd_renew, "", N_("renew the proofs of documents before they end"),
     RECORD_AFTER, NULL},
    {"fixity", NEEDS_DATABASE, cmd_fixity, N_("[run|status|repair]"),
     N_("look at every package again in its turn; put damaged ones back"), RECORD_IF_POSSIBLE,
     NULL},
    {"backup", NEEDS_WAREHOUSE, cmd_backup, N_("FOLDER"),
     N_("copy what is new to another medium, verified"), RECORD_AFTER, NULL},
    {"restore", NEEDS_SETTINGS, cmd_restore, N_("BACKUP [FOLDER]"),
     N_("bring a backup back, or only try whether it could be (--check)"), RECORD_AFTER, NULL},
    {"journal", NEEDS_WAREHOUSE, cmd_journal, N_("[list|verify|anchor]"),
     N_("who did what with which document; whether the record is whole"), RECORD_AFTER, NULL},
    {"read", NEEDS_SETTINGS, cmd_read, N_("IMAGE..."), N_("recognise the text of page images"),
     RECORD_AFTER, NULL},
    {"pack", NEEDS_SETTINGS, cmd_pack, N_("FOLDER"), N_("make a PDF/A of the pages in a folder"),
     RECORD_AFTER, NULL},
    {"index", NEEDS_DATABASE, cmd_index, N_("PACKAGE...|check"),
     N_("enter packages into the catalogue; or see whether it agrees with the store"), RECORD_AFTER,
     NULL},
    {"reindex", NEEDS_WAREHOUSE, cmd_reindex, N_("[PATH...]"),
     N_("make the catalogue again from the store"), RECORD_AFTER, NULL},
    {"help", NEEDS_NOTHING, cmd_help, N_("[COMMAND]"), N_("this list, or one command's options"),
     RECORD_NOTHING, NULL},
    {NULL, NEEDS_NOTHING, NULL, NULL, NULL, RECORD_NOTHING, NULL}};

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
        return (strcmp(name, "--actor") == 0 || strcmp(name, "--role") == 0 ||
                strcmp(name, "--purpose") == 0) &&
               cli_hidden(name, value);
    return true;
}

/* Takes one global option at argv[*at]; false when it is none. *wrong: it was, and not right. */
static bool global_option(struct cli *cli, int argc, char **argv, int *at, size_t *set_count,
                          bool *wrong)
{
    static const char *const names[] = {"--warehouse", "--lang",    "--actor",
                                        "--role",      "--purpose", "--set"};
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
        else if (i == 2)
            cli->actor = value;
        else if (i == 3)
            cli->role = value;
        else if (i == 4)
            cli->purpose = value;
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

/* The command's own entry in the journal, when it made none. What was done and is not recorded is
 * an error of its own. */
static int record_command(struct cli *cli, const struct command *command, int code)
{
    static const char *const results[] = {"ok", "wrong", "usage", "refused", "later", "failed"};
    const struct journal_entry entry = {.action = command->name,
                                        .object = cli->object,
                                        .result = code >= 0 && code <= EXIT_SETUP ? results[code]
                                                                                  : "interrupted"};
    if (command->record == RECORD_NOTHING || cli->recorded || code == EXIT_USAGE ||
        !cli->warehouse_is_open || cli->warehouse.journal == NULL)
        return code;
    enum status status = journal_append(cli->warehouse.journal, &entry, &cli->error);
    if (status == STATUS_OK)
        return code;
    fprintf(stderr, "sohoa: %s\n", cli->error.text);
    bool must = command->record == RECORD_AFTER && !cli->recorded_if_possible;
    return must && code == EXIT_DONE ? EXIT_LATER : code;
}

/* Whoever works here is told when the journal was cut off; who verifies is told by what she
 * started. */
static void warn_of_end(struct cli *cli, const struct command *command)
{
    struct error fault = {""};
    if (cli->db != NULL && strcmp(command->name, "verify") != 0 &&
        strcmp(command->name, "fixity") != 0 && strcmp(command->name, "backup") != 0 &&
        journal_mark_check(cli->db, cli->warehouse.journal, &fault) == STATUS_REJECT)
        fprintf(stderr, "sohoa: %s\n", fault.text);
}

/* The journal's end goes into the database as well. A moment when that cannot be written is passed
 * over: the row is behind then, and the next command brings it on. */
static void keep_mark(struct cli *cli, const struct command *command)
{
    struct db *db = NULL;
    struct error fault = {""};
    if (command->record == RECORD_NOTHING || !cli->warehouse_is_open || !cli->warehouse.root)
        return;
    const char *path = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    if (cli->db == NULL && (!file_exists(path) || db_open(path, false, &db, &fault) != STATUS_OK))
        return;
    if (cli->db == NULL || !db_in_transaction(cli->db))
        journal_mark_keep(cli->db != NULL ? cli->db : db, cli->warehouse.journal, &fault);
    if (*fault.text != 0)
        log_write(LOG_WARNING, "the journal's end was not entered into sohoa.db: %s", fault.text);
    db_close(db);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (is_help(argv[i]))
            return true;
    return false;
}

/* argv[0] is the command's name. */
static int run_command(struct cli *cli, int argc, char **argv)
{
    const struct command *command = cli_command(argv[0]);
    if (command == NULL)
        return cli_no_command(argv[0]);
    bool help = argc >= 2 && argc <= 3 && is_help(argv[argc - 1]); /* of it, or of an act */
    enum status status = help ? STATUS_OK : cli_open(cli, command->needs);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    warn_of_end(cli, command);
    int code = command->run(cli, argc, argv);
    if (!asks_for_help(argc, argv))
        code = record_command(cli, command, code);
    keep_mark(cli, command);
    return code;
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
