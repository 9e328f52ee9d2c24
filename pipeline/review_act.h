/* One act of a person on a document in the spool: its row is taken first, so that no worker has it
 * at the same time; then the file, then the row. What review*.c share. */
#ifndef SOHOA_PIPELINE_REVIEW_ACT_H
#define SOHOA_PIPELINE_REVIEW_ACT_H

#include "core/document.h"
#include "pipeline/ledger.h"

struct act {
    const struct warehouse *warehouse;
    struct db *db;
    struct arena *arena;
    const char *actor;
    char owner[LEDGER_OWNER_SIZE];
    struct task task;
    bool held, taken;
    struct document document;
};

/* Takes the document's row and reads it. states: names of those in which the act is possible. */
enum status act_begin(struct act *act, const char *id, const char *states, struct error *error);
/* Gives the row back when the act did not move it on. */
enum status act_end(struct act *act, enum status status);
bool act_in_state(const struct act *act, const char *states);
enum status act_is_past(const struct act *act, const char *id, struct error *error);
/* One more of the document's acts, now. */
void act_note(struct act *act, const char *what, const char *field, const char *from,
              const char *to);
/* Holds it with what a person still should look at. */
enum status act_judge(struct act *act, struct error *error);

#endif
