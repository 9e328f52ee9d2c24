/* Owners and their papers as they are shown: for sohoa owner. */
#ifndef SOHOA_TOOLS_OWNER_PRINT_H
#define SOHOA_TOOLS_OWNER_PRINT_H

#include "index/owner.h"
#include "tools/command.h"

const char *owner_or_dash(const char *text); /* "—" for what is not known */
json_t *owner_paper_json(const struct owner_paper *paper);
void owner_print_head(struct cli *cli, const struct owner *owner);
void owner_print_paper(struct cli *cli, const struct owner_paper *paper);

#endif
