/* Papers that are in the store twice (account/twins.h). */
#ifndef SOHOA_TOOLS_TWINS_H
#define SOHOA_TOOLS_TWINS_H

#include "account/account.h"
#include "tools/command.h"

/* The number of the last entry of the catalogue, before a run; 0: none, or it cannot be looked at.
 */
int64_t twins_last(struct cli *cli);
/* [{"document", "other"}] of the documents that were entered after that, are not counted, and of
 * which nobody said what they are; what cannot be looked at is not told. */
json_t *twins_since(struct cli *cli, int64_t last);
void twins_print(const json_t *twins);

/* sohoa review twins: all of them, and what people said. */
int twins_list(struct cli *cli);

#endif
