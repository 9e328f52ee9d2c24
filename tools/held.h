/* What waits for a person, as status and review print it. */
#ifndef SOHOA_TOOLS_HELD_H
#define SOHOA_TOOLS_HELD_H

#include "tools/command.h"

/* A moment to the minute. */
const char *held_moment(struct cli *cli, const char *iso);
/* A reason for a table, cut at a word, with "…"; all of it is in review show and --json. */
const char *held_shorten(struct cli *cli, const char *why);
/* The table of what is held, or into json (an array) when that is not NULL. held: how many. */
enum status held_print(struct cli *cli, struct db *db, json_t *json, size_t *held);

#endif
