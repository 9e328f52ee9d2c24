/* sohoa import, when what it is given are packages. */
#ifndef SOHOA_TOOLS_PACKAGES_H
#define SOHOA_TOOLS_PACKAGES_H

#include "tools/command.h"

#define PACKAGES_SUMMARY "export.json" /* what sohoa export says of all that it wrote */
#define PACKAGES_RECORD "handover.csv" /* the same of a hand-over list, to be filled in by hand */

/* Where the passphrase of ZIP files comes from. Never where a PIN comes from. */
struct packages_secret {
    bool ask;                         /* --passphrase: SOHOA_PASSPHRASE_FD, else the terminal */
    const char *descriptor, *command; /* --passphrase-fd, --passphrase-command; or NULL */
};
bool packages_encrypted(const struct packages_secret *secret);

/* The list in a folder that sohoa export wrote: PACKAGES_SUMMARY, else PACKAGES_RECORD; NULL: it
 * has none. In the arena. */
const char *packages_list_of(struct cli *cli, const char *folder);
/* What it says, an object with "packages", to be dropped; NULL: there is none. */
enum status packages_list(struct cli *cli, const char *folder, json_t **out);

/* How many packages the list in folder names that are still in it and that packages (of a new list)
 * does not name: they would be strangers there. */
int packages_left_out(struct cli *cli, const char *folder, const json_t *packages);

/* Are all of these packages (or folders that sohoa export wrote)? */
bool packages_are(struct cli *cli, char **paths, int count);
/* Takes them into the warehouse. A folder with a list (PACKAGES_SUMMARY, else PACKAGES_RECORD) is
 * held against it, package by package. receipts: folder for the giver's copy of the receipt; NULL:
 * it is only kept here. again: also one with a PDF that another document here holds, byte for
 * byte. EXIT_PERSON: something was refused, is missing, differs or stands in no
 * list. EXIT_LATER: all is in, but the receipt could not be made. */
int packages_import(struct cli *cli, char **paths, int count, const struct packages_secret *secret,
                    const char *receipts, bool again);

/* ---- list_check.c: the text of a list; path stands in the sentences */

/* REJECT: a quotation mark is never closed. One opens where a field begins; two within stand for
 * one. */
enum status list_check_quotes(const char *text, const char *path, struct error *error);
/* REJECT: there are characters that are not seen. Tabs between fields become semicolons. */
enum status list_check_line(char *line, const char *path, int number, struct error *error);

#endif
