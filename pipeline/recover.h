/* Putting things right at the start. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_RECOVER_H
#define SOHOA_PIPELINE_RECOVER_H

#include "pipeline/pipeline.h"

/* What was found and done. */
struct recovery {
    int leases, parts, pages_adopted, batches_adopted, batches_interrupted, cleared;
    int documents_from_store; /* the ledger was lost */
};

/* Under the run's lock. Ends leases of processes that are gone, removes *.part, takes up pages and
 * batches that have files but no row, says of an interrupted batch which sheet goes back (its row
 * is held with the sentence), removes the files of finished batches. A ledger that is empty is made
 * again from spool and store. May be repeated and interrupted at any point. */
enum status recover(const struct warehouse *warehouse, struct db *db, struct recovery *out,
                    struct error *error);

/* recover_copy.c: a warehouse that was just brought back, and that nobody works in: no lease holds,
 * and a document of which the journal says that the version which is made of it came into the store
 * waits for its rows only. documents: how many were brought forward so. */
enum status recover_copy(const struct warehouse *warehouse, struct db *db, int64_t *documents,
                         struct error *error);

#endif
