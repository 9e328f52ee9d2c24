/* Hand-overs and their receipts on the command line: sohoa export and sohoa import ask here. */
#ifndef SOHOA_TOOLS_HANDOVER_H
#define SOHOA_TOOLS_HANDOVER_H

#include "archive/handover.h"
#include "tools/command.h"

/* Before anything leaves into a folder with this list: *before is the open hand-over whose place
 * the new one takes, or "". receiver NULL: it is no hand-over. REJECT: the folder is one that may
 * not be written over. */
enum status handover_before(struct cli *cli, const char *summary, const char *receiver,
                            const char *const *ids, size_t count, const char **before);
/* Keeps what was handed over; summary (export.json) gets giver, receiver and transfer. */
enum status handover_given(struct cli *cli, json_t *summary, const char *receiver,
                           const char *before);
/* The receipt for the export folder from; to: a folder for the giver's copy of it, or NULL. Nothing
 * when it was no hand-over. refused: its list is to have none. */
enum status handover_taken(struct cli *cli, const char *from, const struct handover_taken *taken,
                           size_t count, const char *to, bool *refused);
/* What is kept of hand-overs is what the journal names; finding() gets what is not (REJECT). */
enum status handover_kept_check(struct cli *cli,
                                void (*finding)(void *context, const char *place,
                                                const char *sentence),
                                void *context);
/* sohoa export --receipt FILE */
int handover_returned(struct cli *cli, const char *receipt);
/* sohoa export --handovers */
int handover_show(struct cli *cli);

#endif
