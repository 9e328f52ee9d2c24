/* Which version a package takes the place of, and which takes its place. */
#ifndef SOHOA_TOOLS_VERSIONS_H
#define SOHOA_TOOLS_VERSIONS_H

#include "tools/command.h"

/* Prints both, with the reason; with json: as supersedes, reason, superseded_by into it. Nothing of
 * a first and only version. */
void versions_told(struct cli *cli, const char *package, json_t *json);

#endif
