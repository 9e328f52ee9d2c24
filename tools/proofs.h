/* What `seal`, `renew` and `run` tell of proofs that wait. */
#ifndef SOHOA_TOOLS_PROOFS_H
#define SOHOA_TOOLS_PROOFS_H

#include "tools/command.h"

/* Runs what waits for proofs and nothing else, and reads how far all have come into *out. cli->db
 * is closed for it and open again afterwards. END: interrupted. */
enum status proofs_run(struct cli *cli, struct pipeline_proofs *out);

/* "3 documents wait for proofs, the oldest for 4 days: ..."; nothing when none waits. */
void proofs_print_left(struct cli *cli, const struct pipeline_proofs *proofs);
/* Each document that waits or is held, with its reason: a table (the first twenty), or with --json
 * all of them in *list. */
enum status proofs_print_each(struct cli *cli, json_t **list);
json_t *proofs_json(const struct pipeline_proofs *proofs);
/* 4 when some wait, 3 when some are held, else 0. */
int proofs_exit_code(const struct pipeline_proofs *proofs);

#endif
