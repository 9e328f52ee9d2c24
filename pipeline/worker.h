/* A worker: takes steps from the ledger and does them, one at a time. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_WORKER_H
#define SOHOA_PIPELINE_WORKER_H

#include <signal.h>
#include <sys/types.h>

#include "pipeline/ledger.h"

enum worker_end {
    WORKER_DIED,    /* it never said; a signal, most likely */
    WORKER_DONE,    /* nothing is left to do */
    WORKER_RETIRED, /* did its number of steps; another takes its place */
    WORKER_STOPPED, /* was asked to stop */
    WORKER_FAILED   /* status and error say why */
};

/* What a run was given to sign with; a member is NULL when the key has its own way of asking. */
struct run_pins {
    const char *agency, *officer;
};

/* What supervisor and worker share: one slot a worker, in memory that both see. */
struct worker_slot {
    pid_t pid;
    char owner[LEDGER_OWNER_SIZE];
    enum worker_end end;
    enum status status;
    struct error error;
    bool key_lost; /* what failed is the key to sign with, and nothing else */
    /* over all workers that had this slot */
    int64_t steps, pages_read, documents_signed, documents_stored, documents_indexed;
};

/* Works until nothing is left, it retires, or *stop is set. Fills end, status and error of the
 * slot. Opens its own database, engine and keys. */
void worker_run(const struct warehouse *warehouse, const struct step_table *table,
                const struct run_pins *pins, const volatile sig_atomic_t *stop,
                struct worker_slot *slot);

/* How long what failed for the tries-th time rests: [pipeline] retry_s, doubled with each failure,
 * an hour at most. */
int64_t worker_wait_ms(const struct warehouse *warehouse, int tries);

#endif
