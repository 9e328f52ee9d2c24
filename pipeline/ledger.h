/*
 * The ledger: how far each page, batch and document has come. Inside pipeline/ only.
 *
 * One row a thing. A claim is a lease: one statement takes the oldest ready row and stamps owner
 * and time; every move is conditional on still holding it. Times are milliseconds since 1970 of the
 * real clock (SOHOA_NOW does not stop them); only `since`, which people read, follows file_now().
 */
#ifndef SOHOA_PIPELINE_LEDGER_H
#define SOHOA_PIPELINE_LEDGER_H

#include "pipeline/steps.h"

enum { LEDGER_OWNER_SIZE = 128 };

/* Makes the tables when they are not there. */
enum status ledger_create(struct db *db, struct error *error);

int64_t ledger_now(void);

/* This process: "host/pid/start". alive: false only for a process of this machine that is gone. */
void ledger_owner(char owner[LEDGER_OWNER_SIZE]);
bool ledger_owner_alive(const char *owner);

/* A ledger opened to work on: the table's steps, tries and lease where a step says none. */
struct ledger;
enum status ledger_open(struct db *db, const struct step_table *table, int tries, int lease_s,
                        struct ledger **out, struct error *error);
void ledger_close(struct ledger *ledger); /* NULL is fine; the database stays open */

/* A new row; one that is there already stays as it is. document: the one a page belongs to, or
 * "". */
enum status ledger_add(struct db *db, const char *kind, const char *id, const char *batch,
                       const char *state, struct error *error);

/* Takes the oldest ready row. END: nothing is ready now. The task's texts lie in the arena. */
enum status ledger_claim(struct ledger *ledger, const char *owner, int64_t now_ms,
                         struct arena *arena, struct task *out, struct error *error);
/* Takes this row whatever its state, also a held one, for lease_s. RETRY: somebody works on it;
 * REJECT: there is none. held: whether it was. For a person's acts. */
enum status ledger_take(struct db *db, const char *kind, const char *id, const char *owner,
                        int lease_s, struct arena *arena, struct task *out, bool *held,
                        struct error *error);

/* The moves. END: the lease was lost meanwhile, nothing has changed. finish may stand in the
 * caller's transaction. retry makes it ready again after wait_ms; hold leaves it to a person. */
enum status ledger_finish(struct db *db, const struct task *task, const char *owner, const char *to,
                          struct error *error);
/* Behind finish: its row is taken before all others that are ready. */
enum status ledger_first(struct db *db, const struct task *task, struct error *error);
enum status ledger_retry(struct db *db, const struct task *task, const char *owner, int64_t wait_ms,
                         const char *why, struct error *error);
enum status ledger_hold(struct db *db, const struct task *task, const char *owner, const char *why,
                        struct error *error);
/* Gives a row back as it was; a claim's try does not count. */
enum status ledger_give_back(struct db *db, const struct task *task, const char *owner,
                             struct error *error);

/* Gives a row back that was taken by ledger_take: nothing else changes. Not an error when it is no
 * longer ours. */
void ledger_release(struct db *db, const struct task *task, const char *owner, struct error *error);

/* The try counts, the thing is ready again or, after its last try, held with the sentence: for what
 * a dead worker had in hand. held: how many. */
enum status ledger_bury(struct ledger *ledger, const char *owner, int64_t wait_ms, const char *why,
                        int *held, struct error *error);
/* Leases of this machine's processes that are gone end, and the try does not count: an interrupted
 * run is nobody's fault. */
enum status ledger_end_leases(struct db *db, int *ended, struct error *error);
/* Owners of leases that ran out, one after the other ("" for none): the supervisor ends its own. */
enum status ledger_expired(struct db *db, int64_t now_ms, struct arena *arena, const char **owner,
                           struct error *error);

/* How much is left: ready or waiting for its time or in hand. 0: a run is over. */
enum status ledger_left(struct ledger *ledger, int64_t *left, struct error *error);

/* Says why those in this state that are not held do not go on. count: how many they are. */
enum status ledger_wait(struct db *db, const char *kind, const char *state, const char *why,
                        int64_t *count, struct error *error);

/* The state of a document; the arena's. NULL: it has no row. */
enum status ledger_state(struct db *db, const char *id, struct arena *arena, const char **state,
                         struct error *error);

/* One number from one row: SELECT COUNT(*) ... with text parameters (NULL-terminated). */
enum status ledger_number(struct db *db, int64_t *out, struct error *error, const char *sql, ...);

#endif
