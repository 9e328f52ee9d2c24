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

#endif
