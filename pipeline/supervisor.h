/* Keeps the workers at work. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_SUPERVISOR_H
#define SOHOA_PIPELINE_SUPERVISOR_H

#include "pipeline/steps.h"

/* pipeline_run over another table: for tests of the order and of dying workers. */
enum status supervisor_run(const struct warehouse *warehouse, const struct step_table *table,
                           void (*progress)(void *context, const struct pipeline_progress *now),
                           void *context, struct error *error);

/* run_lock.c. What a run begins with: leases and files that the last one left are put right. */
enum status run_prepare(const struct warehouse *warehouse, struct error *error);
/* One run on a warehouse at a time: RETRY with a sentence while there is another. *lock is given to
 * run_unlock. */
enum status run_lock(const struct warehouse *warehouse, int *lock, struct error *error);
void run_unlock(int lock);
/* Likewise one making anew of the catalogue, beside a run or not. */
enum status reindex_lock(const struct warehouse *warehouse, int *lock, struct error *error);

#endif
