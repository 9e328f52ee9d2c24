/* The ledger's rows of a stored document against its newest package. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_AUDIT_LEDGER_H
#define SOHOA_PIPELINE_AUDIT_LEDGER_H

#include "pipeline/pipeline.h"

/* *why: a sentence, in the arena, when the rows say more than the package at path has: proofs of a
 * PDF that is not signed, a level that it does not reach, a paper set aside that was stored; NULL:
 * they agree. A row that says less is one of before a step, and no fault; so is none. */
enum status audit_ledger(const struct warehouse *warehouse, struct db *db, const char *path,
                         const struct document *document, struct arena *arena, const char **why,
                         struct error *error);

#endif
