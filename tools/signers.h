/* Who signed the documents of a store or a sample: a table by role, certificate and trust. */
#ifndef SOHOA_TOOLS_SIGNERS_H
#define SOHOA_TOOLS_SIGNERS_H

#include "archive/store.h"
#include "tools/command.h"

struct signers;

struct signers *signers_new(struct cli *cli, const struct archive_trust *trust);
void signers_free(struct signers *signers);
/* Adds the signatures and time-stamps of a package. */
void signers_add(struct signers *signers, const char *package);
void signers_print(const struct signers *signers);
json_t *signers_json(const struct signers *signers);

#endif
