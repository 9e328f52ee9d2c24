/* What the commands of the accounts share. */
#ifndef SOHOA_TOOLS_ACCOUNT_H
#define SOHOA_TOOLS_ACCOUNT_H

#include "pipeline/account.h"
#include "tools/command.h"

/* The moment that --as-of names: an entry of the journal ("4711") or the end of a day (30/11/2026);
 * NULL: now. */
enum status account_moment(struct cli *cli, const char *text, struct account_at *out);
/* "1.234,5" is for reports; here plain figures: "1234". -1: "" */
const char *account_count(struct cli *cli, int64_t value);
const char *account_metres(struct cli *cli, double value);
/* A record of this kind; false after saying why not. data is dropped. */
enum status account_add(struct cli *cli, const char *kind, json_t *data, int64_t *number);
/* Official names run over several lines; on a terminal their beginning tells them apart. */
const char *account_short(struct cli *cli, const char *text);
/* "name" is this option's word: for subcommands. Says what there is; EXIT_USAGE. */
int account_no_act(const char *command, const char *act, const char *known);

/* ---- cmd_report.c: sohoa progress --report, --verify, --indicators, --list */
int report_make(struct cli *cli, const char *kind, const char *period, const struct account_at *at,
                const char *out);
int report_verify(struct cli *cli, const char *path);
int indicators_show(struct cli *cli, const char *kind, const char *period,
                    const struct account_at *at, const char *list);

#endif
