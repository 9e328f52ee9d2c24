/* Where the files that came with the program are. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_SHARE_H
#define SOHOA_PIPELINE_SHARE_H

#include "core/arena.h"

/* Folder with sohoa.conf, roadmap.conf, the catalogues and profiles/ as shipped:
 * $SOHOA_SHARE/config, the source tree's config/ for a program that runs out of its build folder,
 * ../share/sohoa/config beside an installed one, the one of its build. NULL: none of them is there.
 */
const char *share_config(struct arena *arena);

#endif
