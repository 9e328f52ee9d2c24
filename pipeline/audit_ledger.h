/* The ledger's rows of a stored document against its newest package. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_AUDIT_LEDGER_H
#define SOHOA_PIPELINE_AUDIT_LEDGER_H

#include "pipeline/audit.h"

/* in_catalogue: the version that the catalogue has, 0 none. It came there in one transaction with
 * its rows, so one that is there and whose rows are of before, or gone, was not written by a step;
 * but for a new version on its way, which has its folder in the spool. journaled: the journal names
 * the package. *why: a sentence for what is not AGREES, in the arena. */
enum status audit_ledger(const struct warehouse *warehouse, struct db *db, const char *path,
                         const struct document *document, int in_catalogue, bool journaled,
                         struct arena *arena, enum audit_ledger *is, const char **why,
                         struct error *error);

/* Rows of documents whose newest package is in the catalogue are put right where they say that it
 * is not stored, or are gone. After the catalogue was made again. */
enum status audit_ledger_mend(const struct warehouse *warehouse, struct db *db,
                              struct error *error);

#endif
