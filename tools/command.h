/*
 * The command line: one table of commands, each a row; what a command needs is opened in one place.
 *
 * Exit codes, the same for every command and stable:
 *   0  done
 *   1  looked and found something wrong (verify, doctor)
 *   2  the command line is wrong
 *   3  something needs a person: held, refused
 *   4  the same may work later: device busy, disk full, another run
 *   5  the program or its set-up is wrong
 *   6  owner has: doubtful, a person must compare
 *   130 interrupted
 */
#ifndef SOHOA_TOOLS_COMMAND_H
#define SOHOA_TOOLS_COMMAND_H

#include <stdbool.h>

#include "core/db.h"
#include "core/json.h"
#include "core/message.h"
#include "pipeline/pipeline.h"

enum {
    EXIT_DONE,
    EXIT_WRONG,
    EXIT_USAGE,
    EXIT_PERSON,
    EXIT_LATER,
    EXIT_SETUP,
    EXIT_DOUBTFUL,
    EXIT_INTERRUPTED = 130
};

enum needs {
    NEEDS_NOTHING,
    NEEDS_SETTINGS,  /* a warehouse if there is one, else the defaults */
    NEEDS_WAREHOUSE, /* its configuration */
    NEEDS_DATABASE,  /* and its database */
    NEEDS_CATALOGUE  /* which is asked what is in the store: not one that was lost */
};

/* Whether main() enters the command into the warehouse's journal when it has run. */
enum recording {
    RECORD_AFTER,       /* yes, unless the command did so itself (cli_record) */
    RECORD_IF_POSSIBLE, /* also on a read-only disk it may be done, with a note */
    RECORD_NOTHING      /* it shows no document */
};

/* What a command works with. arena lives as long as the command. */
struct cli {
    bool json;                /* --json */
    const char *root;         /* --warehouse, SOHOA_WAREHOUSE, or "." */
    const char **assignments; /* --set, NULL-terminated */
    struct warehouse warehouse;
    bool warehouse_is_open;
    struct db *db;
    struct arena *arena;
    struct error error;
    const struct act_words *act; /* of a command with several that is being run; NULL: none */
    const char *actor, *role, *purpose; /* --actor, --role, --purpose; NULL: not given */
    const char *object;                 /* for the journal, when the command knows it; else NULL */
    bool recorded;                      /* the command made its entry itself */
    bool recorded_if_possible; /* it judges and shows nobody: without the right to write, too */
};

/* One act of a command with several, as its help tells it. */
struct act_words {
    const char *name, *arguments, *summary; /* N_() */
};
struct command {
    const char *name;
    enum needs needs;
    int (*run)(struct cli *cli, int argc, char **argv); /* argv[0] is the command's name */
    const char *arguments;                              /* "FILE..." */
    const char *summary;                                /* N_() */
    enum recording record;
    const struct act_words *acts; /* of one list of options for all; NULL: none are told */
};
extern const struct act_words review_acts[], sample_acts[], inventory_acts[],
    register_acts[];                                 /* a NULL name ends them */
extern const struct command commands[];              /* ends with a NULL name */
const struct command *cli_command(const char *name); /* NULL: there is none */
int cli_no_command(const char *name); /* says so, and the nearest there is; EXIT_USAGE */

/* Opens what a command asks for; each includes those before it. */
enum status cli_open(struct cli *cli, enum needs needs);

/* The entry of this command in the journal of the open warehouse, before anything of a document is
 * shown; main() makes none then. object, detail: as in core/journal.h, may be NULL. */
enum status cli_record(struct cli *cli, const char *action, const char *object, const char *detail);
/* The same with a result other than "ok": "wrong" when something wrong was found. */
enum status cli_record_result(struct cli *cli, const char *action, const char *object,
                              const char *result, const char *detail);
/* As cli_record, for what shows documents to a person: REJECT when [journal] require_purpose is set
 * and no purpose was given. */
enum status cli_record_look(struct cli *cli, const char *action, const char *object,
                            const char *detail);
/* Who acts: the command line, else the settings, else the login name. */
void cli_identify(struct cli *cli);

/* Prints the sentence in cli->error (stderr; with --json also an object on stdout); gives the exit
 * code of status. */
int cli_fail(struct cli *cli, enum status status);

/* An empty folder where temporary files stand ($TMPDIR, else /tmp), for our eyes only; the caller
 * removes it. RETRY when none can be made. */
enum status cli_temporary(struct cli *cli, const char **folder);
int cli_exit_code(enum status status);
/* Prints value as JSON with a newline on stdout and drops it. Returns EXIT_DONE. */
int cli_json(json_t *value);

/* False, and said, when folder is the warehouse or lies in it or in its store or spool, by its real
 * path: what is put there would be taken for the warehouse's own. It need not exist. */
bool cli_outside(struct cli *cli, const char *folder);

/* Says that a copy in folder lies on the warehouse's own disk. */
void cli_say_same_disk(struct cli *cli, const char *folder);

/* That an entry of that time waits too long for its anchor; NULL: it does not. */
const char *cli_overdue(struct cli *cli, const char *since);

/* What status says of fixity and the journal's anchors; with json: as an object into it. */
enum status cli_print_keeping(struct cli *cli, struct db *db, json_t *json);

/* ---- options ---- */

enum option_kind {
    OPTION_FLAG, /* bool */
    OPTION_TEXT, /* const char * */
    OPTION_INT,  /* int, 0 and more */
    OPTION_COUNT /* int, 1 and more */
};
struct option_row {
    const char *name; /* "profile": --profile VALUE or --profile=VALUE */
    enum option_kind kind;
    void *target;
    const char *value; /* "NAME", for the help; NULL for a flag */
    const char *help;  /* N_() */
};
#define OPTION_ROWS_END                                                                            \
    {                                                                                              \
        NULL, OPTION_FLAG, NULL, NULL, NULL                                                        \
    }

/* Reads the options of a command wherever they stand among the arguments ("--" ends them); what is
 * left is in *rest. Returns false after saying what is wrong, or after printing the help;
 * *exit_code is then what to return. rows may be NULL. least, most: how many arguments must be left
 * (most -1: any). */
bool cli_options(struct cli *cli, const char *command, int argc, char **argv,
                 const struct option_row *rows, int least, int most, char ***rest, int *rest_count,
                 int *exit_code);

/* True, and said, when a name or purpose has characters that are not seen (text_hidden): they make
 * what is read another thing than what is recorded. option: "--actor". */
bool cli_hidden(const char *option, const char *value);

/* ---- the terminal ---- */

/* A progress bar on stderr when that is a terminal, else nothing. total 0: unknown. */
void terminal_progress(const char *what, int64_t done, int64_t total, const char *note);
void terminal_progress_end(void);
bool terminal_interrupted(void); /* after SIGINT or SIGTERM */
void terminal_catch_interrupt(void);

/* A table: set the columns' heads (NULL-terminated; one that starts with '>' is right-aligned), add
 * rows, print. Widths in characters. */
struct table;
struct table *table_new(const char *const *heads);
void table_row(struct table *table, const char *const *cells); /* as many as heads; NULL is empty */
void table_print(struct table *table);                         /* and frees it */
void table_drop(struct table *table);                          /* frees it unprinted */

/* What a command lists, told one by one: a row of the table, and an object of rows for --json.
 * listing_end prints the one that was asked for when status is OK, frees both, and gives the
 * command's exit code. */
struct listing {
    struct cli *cli;
    struct table *table;
    json_t *rows;
};
struct listing listing_new(struct cli *cli, const char *const *heads);
int listing_end(struct listing *listing, enum status status);

/* Faults told one by one: on the terminal at once, and an object each ("path", "fault") for --json.
 */
struct fault_list {
    struct cli *cli;
    json_t *faults;
};
void fault_list_add(void *fault_list, const char *path, const char *sentence);

int terminal_pad(const char *text, int width); /* blanks that make text width characters wide */
/* "1 page", "27 pages": as message_count, with the number in it. */
const char *terminal_count(struct arena *arena, const char *one, const char *many, long long count);
/* How long ago that was: "5 minutes", "12 days". */
const char *terminal_age(struct arena *arena, const char *iso);
/* As message_date, in the arena. */
const char *terminal_date(struct arena *arena, const char *iso);
void terminal_bold(bool on); /* only on a terminal */
void terminal_mark(bool on); /* a hit in a text: bold on a terminal, « » elsewhere */

/* ---- the commands ---- */
int cmd_init(struct cli *cli, int argc, char **argv);
int cmd_doctor(struct cli *cli, int argc, char **argv);
int cmd_config(struct cli *cli, int argc, char **argv);
int cmd_devices(struct cli *cli, int argc, char **argv);
int cmd_scan(struct cli *cli, int argc, char **argv);
int cmd_import(struct cli *cli, int argc, char **argv);
int cmd_export(struct cli *cli, int argc, char **argv);
int cmd_run(struct cli *cli, int argc, char **argv);
int cmd_status(struct cli *cli, int argc, char **argv);
int cmd_review(struct cli *cli, int argc, char **argv);
int cmd_amend(struct cli *cli, int argc, char **argv);
int cmd_read(struct cli *cli, int argc, char **argv);
int cmd_pack(struct cli *cli, int argc, char **argv);
int cmd_renew(struct cli *cli, int argc, char **argv);
int cmd_seal(struct cli *cli, int argc, char **argv);
int cmd_verify(struct cli *cli, int argc, char **argv);
int cmd_index(struct cli *cli, int argc, char **argv);
int cmd_reindex(struct cli *cli, int argc, char **argv);
int cmd_search(struct cli *cli, int argc, char **argv);
int cmd_show(struct cli *cli, int argc, char **argv);
int cmd_owner(struct cli *cli, int argc, char **argv);
int cmd_catalogue(struct cli *cli, int argc, char **argv);
int cmd_validity(struct cli *cli, int argc, char **argv);
int cmd_reuse(struct cli *cli, int argc, char **argv);
int cmd_inventory(struct cli *cli, int argc, char **argv);
int cmd_register(struct cli *cli, int argc, char **argv);
int cmd_progress(struct cli *cli, int argc, char **argv);
int cmd_sample(struct cli *cli, int argc, char **argv);
int cmd_fixity(struct cli *cli, int argc, char **argv);
int cmd_backup(struct cli *cli, int argc, char **argv);
int cmd_restore(struct cli *cli, int argc, char **argv);
int cmd_journal(struct cli *cli, int argc, char **argv);
int cmd_help(struct cli *cli, int argc, char **argv);

#endif
