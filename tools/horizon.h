/* What of the warehouse's proofs, of its journal's anchors and of the certificates that sign ends
 * within span ("24m", "2y"): prints it, gives the exit code. 1: some end within a year, or there is
 * something of which that cannot be told: a package that cannot be read or whose proof does not
 * hold, one that is recorded and not in the store, a journal that is not whole. */
#ifndef SOHOA_TOOLS_HORIZON_H
#define SOHOA_TOOLS_HORIZON_H

#include "tools/command.h"

#define HORIZON_WARN_MONTHS 12 /* TT 15/2025: a year before the end, renewal is due */

int horizon_report(struct cli *cli, const char *span);

#endif
