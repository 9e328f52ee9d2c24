/* Rows of a package that is in the store already. Inside pipeline/ only; pipeline_enter is in
 * pipeline.h. */
#ifndef SOHOA_PIPELINE_ENTER_H
#define SOHOA_PIPELINE_ENTER_H

#include "pipeline/pipeline.h"

/* How far the newest package's proofs are, as the state that its row is in. */
struct proof_state {
    const char *state; /* "unsigned": there is nothing to prove */
    enum archive_level level;
};
/* Of a document by its package; of several volumes the one that has the least counts. */
struct proof_state proof_state_of(const char *package, const struct document *document,
                                  struct arena *arena);
/* Its row, new or put right, in the caller's transaction: none is made when nobody asks for proofs.
 * One in somebody's hands stays, and one that is marked for renewal: but for news, a version that
 * the catalogue did not have when it was marked, with all its proofs. */
enum status proof_row(const struct warehouse *warehouse, struct db *db, const char *id,
                      const char *batch, const struct proof_state *proof, bool news,
                      struct error *error);

/* Has a run begun on this database before, so that its rows are not all there is to be made? */
enum status enter_began(struct db *db, bool *began, struct error *error);
/* At a run's start: what the journal says came into the store since the last one, and catalogue or
 * ledger do not know, is entered. What is not in the store is `sohoa verify`'s to tell. */
enum status enter_missing(const struct warehouse *warehouse, struct db *db, struct error *error);

#endif
