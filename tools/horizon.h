/* What of the warehouse's proofs, of its journal's anchors and of the certificate that signs ends
 * within span ("24m", "2y"): prints it, gives the exit code: 1 when some end within a year. */
#ifndef SOHOA_TOOLS_HORIZON_H
#define SOHOA_TOOLS_HORIZON_H

#include "tools/command.h"

int horizon_report(struct cli *cli, const char *span);

#endif
