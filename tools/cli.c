/* What all commands share: opening, failing, options, help. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/log.h"
#include "core/text.h"
#include "index/index.h"
#include "tools/command.h"

/* A purpose that names a person of this archive goes into the journal without the name. */
static void hide_names(struct cli *cli)
{
    struct db *db = NULL;
    const char *path = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    if (cli->db == NULL && (!file_exists(path) || db_open_readonly(path, &db, NULL) != STATUS_OK))
        return;
    const char *hidden = index_hide_names(cli->db != NULL ? cli->db : db, cli->purpose, cli->arena);
    db_close(db);
    if (hidden == cli->purpose)
        return;
    fprintf(stderr,
            _("sohoa: --purpose names a person of this archive; the name is left out of the "
              "journal. The number of a dossier says as much.\n"));
    cli->purpose = hidden;
    cli_identify(cli);
}

enum status cli_open(struct cli *cli, enum needs needs)
{
    if (needs == NEEDS_NOTHING)
        return STATUS_OK;
    const char *root = cli->root;
    if (cli->warehouse_is_open) /* a command found out that it needs more */
        warehouse_close(&cli->warehouse);
    cli->warehouse_is_open = false;
    if (needs == NEEDS_SETTINGS && !file_exists(file_join(cli->arena, root, "sohoa.conf")))
        root = NULL;
    enum status status = warehouse_open(root, cli->assignments, &cli->warehouse, &cli->error);
    if (status != STATUS_OK)
        return status;
    cli->warehouse_is_open = true;
    cli_identify(cli);
    if (root != NULL)
        log_open(file_join(cli->arena, root, "log/sohoa.log"), LOG_INFO, "sohoa");
    if (needs >= NEEDS_DATABASE)
        status = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (status == STATUS_OK && needs == NEEDS_CATALOGUE)
        status = pipeline_catalogue_there(&cli->warehouse, cli->db, &cli->error);
    if (status == STATUS_FATAL && access(cli->warehouse.journal, W_OK) != 0 && errno == EACCES)
        error_set(&cli->error, status,
                  _("This user may not write in %s. Who looks for papers here is entered in the "
                    "journal, so every user needs that right: change the owner or rights of the "
                    "warehouse's folders. Verifying (verify, journal verify) needs none."),
                  cli->warehouse.root);
    if (status == STATUS_OK && cli->purpose != NULL && root != NULL)
        hide_names(cli);
    return status;
}

void cli_identify(struct cli *cli)
{
    const struct journal_settings *settings = &cli->warehouse.journaling;
    bool open = cli->warehouse_is_open;
    journal_as(cli->actor != NULL ? cli->actor
               : open             ? settings->actor
                                  : NULL,
               cli->role != NULL ? cli->role
               : open            ? settings->role
                                 : NULL,
               cli->purpose);
}

enum status cli_record_result(struct cli *cli, const char *action, const char *object,
                              const char *result, const char *detail)
{
    const struct journal_entry entry = {
        .action = action, .object = object, .result = result, .detail = detail};
    cli->recorded = true;
    return cli->warehouse_is_open && cli->warehouse.journal
               ? journal_append(cli->warehouse.journal, &entry, &cli->error)
               : STATUS_OK;
}

enum status cli_record(struct cli *cli, const char *action, const char *object, const char *detail)
{
    return cli_record_result(cli, action, object, NULL, detail);
}

enum status cli_record_look(struct cli *cli, const char *action, const char *object,
                            const char *detail)
{
    if (cli->warehouse.journaling.require_purpose && (cli->purpose == NULL || *cli->purpose == 0))
        return error_set(&cli->error, STATUS_REJECT,
                         _("Documents are shown here only for a stated purpose: add --purpose with "
                           "the reason."));
    return cli_record(cli, action, object, detail);
}

int cli_exit_code(enum status status)
{
    switch (status) {
    case STATUS_OK:
    case STATUS_END:
        return EXIT_DONE;
    case STATUS_RETRY:
        return EXIT_LATER;
    case STATUS_REJECT:
        return EXIT_PERSON;
    case STATUS_FATAL:
        break;
    }
    return EXIT_SETUP;
}

enum status cli_temporary(struct cli *cli, const char **folder)
{
    const char *place = getenv("TMPDIR");
    if (!place || !*place)
        place = "/tmp";
    char *made = arena_printf(cli->arena, "%s/sohoa.XXXXXX", place);
    if (!mkdtemp(made))
        return error_set(&cli->error, STATUS_RETRY,
                         _("No folder can be made in %s. Set TMPDIR to one with room."), place);
    *folder = made;
    return STATUS_OK;
}

int cli_fail(struct cli *cli, enum status status)
{
    terminal_progress_end();
    fprintf(stderr, "sohoa: %s\n", cli->error.text);
    if (cli->json)
        cli_json(json_pack("{s:s, s:s}", "status", status_name(status), "error", cli->error.text));
    return cli_exit_code(status);
}

int cli_json(json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(value);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ help */

const struct command *cli_command(const char *name)
{
    const struct command *row = commands;
    while (row->name != NULL && strcmp(row->name, name) != 0)
        row++;
    return row->name != NULL ? row : NULL;
}

int cli_no_command(const char *name)
{
    const char *names[64];
    size_t count = 0;
    for (const struct command *row = commands; row->name != NULL && count < 63; row++)
        names[count++] = row->name;
    names[count] = NULL;
    const char *nearest = settings_nearest(name, names);
    if (nearest != NULL)
        fprintf(stderr, _("sohoa: there is no command '%s'; did you mean '%s'?\n"), name, nearest);
    else
        fprintf(stderr, _("sohoa: there is no command '%s'; 'sohoa help' lists them\n"), name);
    return EXIT_USAGE;
}

/* An option of one letter is written -j 2, a longer one --jobs 2. */
static const char *dashes(const char *name)
{
    return name[1] == 0 ? "-" : "--";
}

static void print_options(const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s%s", dashes(rows->name), rows->name,
                 rows->value != NULL ? " " : "", rows->value != NULL ? message(rows->value) : "");
        bool fits = text_length(left) <= 24;
        printf("  %s%s%*s %s\n", left, fits ? "" : "\n  ", fits ? terminal_pad(left, 24) : 24, "",
               message(rows->help));
    }
}

static void options_json(json_t *list, const struct option_row *rows)
{
    for (; rows != NULL && rows->name != NULL; rows++) {
        json_t *option = json_pack("{s:s+}", "name", dashes(rows->name), rows->name);
        json_put_text(option, "value", rows->value != NULL ? message(rows->value) : NULL);
        json_put_text(option, "help", message(rows->help));
        json_array_append_new(list, option);
    }
}

static json_t *command_json(const struct command *command)
{
    return json_pack("{s:s, s:s, s:s}", "name", command->name, "arguments",
                     message(command->arguments), "summary", message(command->summary));
}

static void print_acts(const struct command *command)
{
    for (const struct act_words *act = command->acts; act->name != NULL; act++)
        printf("  sohoa %s %s%s%s\n      %s\n", command->name, act->name,
               *act->arguments ? " " : "", *act->arguments ? message(act->arguments) : "",
               message(act->summary));
    printf("\n");
}

static void print_command_help(const struct cli *cli, const char *name,
                               const struct option_row *rows)
{
    static const struct option_row global[] = {
        {"warehouse", OPTION_TEXT, NULL, N_("FOLDER"),
         N_("the warehouse (else SOHOA_WAREHOUSE, else this folder)")},
        {"set", OPTION_TEXT, NULL, N_("NAME=VALUE"), N_("a setting for this call: ocr.model=vie")},
        {"actor", OPTION_TEXT, NULL, N_("NAME"),
         N_("who acts, for the journal (else [journal] actor, else the login name)")},
        {"role", OPTION_TEXT, NULL, N_("ROLE"), N_("in which role")},
        {"purpose", OPTION_TEXT, NULL, N_("WORDS"), N_("what for; no citizen's name or number")},
        {"lang", OPTION_TEXT, NULL, "vi|en", N_("language of the messages")},
        {"json", OPTION_FLAG, NULL, NULL, N_("print JSON for programs")},
        OPTION_ROWS_END};
    const struct command *command = cli_command(name);
    if (cli->json && command != NULL) {
        json_t *answer = command_json(command), *options = json_array();
        options_json(options, rows);
        options_json(options, global);
        json_object_set_new(answer, "options", options);
        cli_json(answer);
        return;
    }
    const char *arguments = command != NULL    ? command->arguments
                            : cli->act != NULL ? cli->act->arguments
                                               : "";
    printf("sohoa %s%s%s%s\n", name, rows != NULL ? " [--...]" : "", *arguments ? " " : "",
           *arguments ? message(arguments) : "");
    if (command != NULL || cli->act != NULL)
        printf("  %s\n", message(command != NULL ? command->summary : cli->act->summary));
    printf("\n");
    if (command != NULL && command->acts != NULL)
        print_acts(command);
    print_options(rows);
    print_options(global);
}

/* Where a new part of the list begins, and its head. */
static const struct {
    const char *first, *head;
} parts[] = {{"init", N_("Setting up")},
             {"scan", N_("From the paper to the store")},
             {"search", N_("Finding, handing out, counting")},
             {"verify", N_("Keeping and proving")},
             {"read", N_("One step by hand, and mending")}};

static void print_commands(void)
{
    printf(_("sohoa %s: from the paper in the scanner to the signed document found by name\n"),
           SOHOA_VERSION);
    for (const struct command *row = commands; row->name != NULL; row++) {
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            if (strcmp(parts[i].first, row->name) == 0)
                printf("\n%s\n", message(parts[i].head));
        printf("  %-10s %s\n", row->name, message(row->summary));
    }
    printf(_("\n'sohoa COMMAND --help' says more; 'man sohoa' says all.\n"));
}

int cmd_help(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (argc > 1 && !cli_options(cli, "help", argc, argv, NULL, 0, 2, &rest, &count, &code))
        return code;
    if (count > 0) {
        const struct command *command = cli_command(rest[0]);
        if (command == NULL)
            return cli_no_command(rest[0]);
        char *const words[] = {rest[0], count == 2 ? rest[1] : (char[]){"--help"},
                               (char[]){"--help"}, NULL};
        return command->run(cli, count + 1, (char **)words);
    }
    if (cli->json) {
        json_t *list = json_array();
        for (const struct command *row = commands; row->name != NULL; row++)
            json_array_append_new(list, command_json(row));
        return cli_json(json_pack("{s:s, s:o}", "version", SOHOA_VERSION, "commands", list));
    }
    print_commands();
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ options */

bool cli_hidden(const char *option, const char *value)
{
    uint32_t hidden = text_hidden(value);
    if (hidden)
        fprintf(stderr,
                _("sohoa: the value of %s has a character that is not seen (U+%04X); type it "
                  "anew\n"),
                option, (unsigned)hidden);
    return hidden != 0;
}

/* What stands on papers and in lists, not paths and commands. */
static bool is_shown(const struct option_row *row)
{
    return row->value && (strcmp(row->value, "NAME") == 0 || strcmp(row->value, "CODE") == 0);
}

static bool set_option(const struct option_row *row, const char *value)
{
    if (row->kind == OPTION_TEXT) {
        char option[64];
        snprintf(option, sizeof option, "%s%s", dashes(row->name), row->name);
        if (is_shown(row) && cli_hidden(option, value))
            return false;
        *(const char **)row->target = value;
        return true;
    }
    char *end = NULL; /* all of them are counts or years: none is negative */
    errno = 0;
    long number = strtol(value, &end, 10), least = row->kind == OPTION_COUNT;
    if (errno != 0 || end == value || *end != 0 || number < least || number > INT_MAX) {
        fprintf(stderr, _("sohoa: %s%s takes a whole number from %ld on, not '%s'\n"),
                dashes(row->name), row->name, least, value);
        return false;
    }
    *(int *)row->target = (int)number;
    return true;
}

static void unknown_option(const char *command, const char *argument, const struct option_row *rows)
{
    const char *names[64];
    size_t count = 0;
    for (; rows != NULL && rows->name != NULL && count + 1 < sizeof names / sizeof *names; rows++)
        names[count++] = rows->name;
    names[count] = NULL;
    const char *nearest = settings_nearest(argument + strspn(argument, "-"), names);
    if (nearest != NULL)
        fprintf(stderr, _("sohoa %s: there is no option %s; did you mean --%s?\n"), command,
                argument, nearest);
    else
        fprintf(stderr, _("sohoa %s: there is no option %s; 'sohoa %s --help' lists them\n"),
                command, argument, command);
}

/* One option at argv[*at]. False when it is wrong (said already). */
static bool take_option(const char *command, int argc, char **argv, const struct option_row *rows,
                        int *at)
{
    const char *argument = argv[*at];
    bool letter = argument[1] != '-';
    const char *name = argument + (letter ? 1 : 2);
    const char *equals = letter ? (name[1] != 0 ? name : NULL) : strchr(argument, '='); /* -j4 */
    size_t length = letter ? 1 : equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct option_row *row = rows;
    while (row != NULL && row->name != NULL &&
           (strlen(row->name) != length || strncmp(row->name, name, length) != 0))
        row++;
    if (row == NULL || row->name == NULL) {
        unknown_option(command, argument, rows);
        return false;
    }
    if (row->kind == OPTION_FLAG && equals != NULL) {
        fprintf(stderr, _("sohoa: --%s takes no value\n"), row->name);
        return false;
    }
    if (row->kind == OPTION_FLAG) {
        *(bool *)row->target = true;
        return true;
    }
    if (equals != NULL)
        return set_option(row, equals + 1);
    if (*at + 1 >= argc) {
        fprintf(stderr, _("sohoa: %s%s needs a value (%s)\n"), dashes(row->name), row->name,
                message(row->value));
        return false;
    }
    return set_option(row, argv[++*at]);
}

bool cli_options(struct cli *cli, const char *command, int argc, char **argv,
                 const struct option_row *rows, int least, int most, char ***rest, int *rest_count,
                 int *exit_code)
{
    char **left = arena_array(cli->arena, (size_t)argc + 1, sizeof *left);
    int count = 0;
    bool options = true;
    *exit_code = EXIT_USAGE;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
            print_command_help(cli, command, rows);
            *exit_code = EXIT_DONE;
            return false;
        } else if (options && argv[i][0] == '-' && argv[i][1] != 0) {
            if (!take_option(command, argc, argv, rows, &i))
                return false;
        } else {
            left[count++] = argv[i];
        }
    }
    if (count < least || (most >= 0 && count > most)) {
        const struct command *row = cli_command(command);
        fprintf(stderr, _("usage: sohoa %s [--...] %s ('sohoa %s --help' says more)\n"), command,
                row != NULL ? message(row->arguments) : "", command);
        return false;
    }
    *rest = left;
    *rest_count = count;
    *exit_code = EXIT_DONE;
    return true;
}
