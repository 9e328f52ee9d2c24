/* What the commands of owners, catalogues, validity and reuse share: a person's decision becomes a
 * record, looks are entered before anything is shown. */
#ifndef SOHOA_TOOLS_DECISIONS_H
#define SOHOA_TOOLS_DECISIONS_H

#include "tools/command.h"

/* One act of a command with several: "owner find". */
struct act_row {
    const char *name;
    int (*run)(struct cli *cli, int argc, char **argv); /* argv[0]: the act's name */
    const char *arguments, *summary;                    /* N_() */
};
/* Finds argv[1] in rows (NULL name ends) and calls it; says what there is when it is none. */
int decisions_run(struct cli *cli, const struct act_row *rows, int argc, char **argv);

/* Options of an act ("owner find") as cli_options reads a command's; the line of usage is its own.
 */
bool decisions_options(struct cli *cli, const char *act, const char *arguments, int argc,
                       char **argv, const struct option_row *options, int least, int most,
                       char ***rest, int *count, int *code);

/* Writes the record with the texts of law it was checked against (names of
 * config/catalogues/rules.tsv, NULL-terminated; NULL none) and makes the journal's entry of the
 * command. Takes data. */
enum status decisions_record(struct cli *cli, const char *kind, json_t *data,
                             const char *const *rules, int64_t *number);

/* A decision that an auditor will ask about needs words. REJECT without them. */
enum status decisions_reason(struct cli *cli, const char *reason);

/* Enters a look with the keyed hash of what was asked and the ids shown. REJECT: no purpose. */
enum status decisions_look(struct cli *cli, const char *action, const char *object,
                           const char *asked, const char *detail);

#endif
