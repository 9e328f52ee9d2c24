/* sohoa import, when what it is given are packages. cmd_export.c */
#ifndef SOHOA_TOOLS_PACKAGES_H
#define SOHOA_TOOLS_PACKAGES_H

#include "tools/command.h"

/* Are all of these packages (or folders that sohoa export wrote)? */
bool packages_are(struct cli *cli, char **paths, int count);
/* Takes them into the warehouse. ask, command: where the passphrase of encrypted ZIPs comes from.
 * receipts: folder for the giver's copy of the receipt; NULL: it is only kept here. */
int packages_import(struct cli *cli, char **paths, int count, bool ask, const char *command,
                    const char *receipts);

/* ---- list_check.c: the text of a list; path stands in the sentences */

/* REJECT: a quotation mark is never closed. One opens where a field begins; two within stand for
 * one. */
enum status list_check_quotes(const char *text, const char *path, struct error *error);
/* REJECT: there are characters that are not seen. Tabs between fields become semicolons. */
enum status list_check_line(char *line, const char *path, int number, struct error *error);

#endif
