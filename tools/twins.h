/* What a run entered and was there already. */
#ifndef SOHOA_TOOLS_TWINS_H
#define SOHOA_TOOLS_TWINS_H

#include "tools/command.h"

/* [{"document", "other"}] of the documents that were indexed since that moment; what cannot be
 * looked at is not told. */
json_t *twins_since(struct cli *cli, const char *since);
void twins_print(const json_t *twins);

#endif
