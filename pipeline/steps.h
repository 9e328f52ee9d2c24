/*
 * The one table of the pipeline: from a state, do this, to a state. Inside pipeline/ only.
 *
 *   page      scanned --> inspected --> read
 *   batch     open --> closed --> separated --> finished          (closed waits for its pages)
 *   document  formed --> understood --> approved --> packed --> signed --> stored --> indexed
 *             indexed --> approved     a person amends what is stored (amend.h): a new version
 *             understood --> aside     the same paper as another, as a person says: it is kept in
 *             aside --> understood     the spool, and goes on when it turns out to be another
 *   proof     waiting --> timestamped --> evidenced --> sealed    (PAdES B-T, B-LT, B-LTA)
 *             aging --> sealed                                    (renewed before it ends)
 *             unsigned                                            (no signature to be proven)
 *
 * A package that came in (enter.h) stands where it has come to: its document is indexed, its proofs
 * have the state of its level.
 *
 * A step has up to three parts, in this order: work (files: durable under their final names),
 * record (rows, in the transaction that also moves the state on), after (files that go away: the
 * row is first). Each part may be repeated at any time and then makes the same files and rows
 * again.
 */
#ifndef SOHOA_PIPELINE_STEPS_H
#define SOHOA_PIPELINE_STEPS_H

#include "pipeline/pipeline.h"

/* A row of the ledger as a step sees it. */
struct task {
    const char *kind, *id, *batch, *state;
    int tries; /* this one included */
};

/* What a worker holds open from one step to the next; opened when first needed. */
struct tools {
    struct ocr_engine *engine;
    struct ocr_knowledge *knowledge;
    struct signer *signer;
    struct index *index;
    const char *pin, *officer_pin; /* NULL: the key's own way of asking */
    struct signer *officer;
    bool key_lost; /* one of the two does not open any more, or must not be used */
    struct prover *prover;
    int64_t
        signer_check_ms; /* the authorities are asked about the signer's certificate not before */
    char signer_warning[512]; /* why nobody could be asked; "": it is good */
};

struct work {
    const struct warehouse *warehouse;
    struct db *db;
    struct arena *arena; /* cleared after the step */
    const struct task *task;
    struct tools *tools;
    void *made; /* from a step's work to its record; in the arena */
};

enum step_turn {
    TURN_OLDEST,  /* the row that has been ready for longest comes first */
    TURN_AT_ONCE, /* what it has made goes on before all else that is ready */
    TURN_PATIENT  /* while it waits for its time, a run does not stay for it */
};

typedef enum status step_fn(struct work *work, struct error *error);

struct step {
    const char *kind, *from;
    const char *to;    /* NULL: nothing to do in this state but wait, or it is the last */
    const char *label; /* of the state `from`, N_() */
    step_fn *work, *record, *after; /* each may be NULL */
    const char *needs;  /* SQL condition over the row t before the step is ready; NULL: none */
    int tries, lease_s; /* 0: as the settings say */
    enum step_turn turn;
};

struct step_table {
    const struct step *steps;
    size_t count;
};

extern const struct step_table pipeline_table;

/* The row of a state, NULL when there is none. */
const struct step *step_find(const struct step_table *table, const char *kind, const char *state);

/* The steps' functions. steps_page.c, steps_batch.c, steps_document.c */
step_fn step_inspect, step_read;
step_fn step_separate, step_separate_rows, step_clear_spool;
step_fn step_stamp, step_evidence, step_seal, step_renew, step_proof_rows; /* steps_proof.c */
step_fn step_understand, step_approve, step_pack, step_sign, step_store, step_index_rows,
    step_clear_amended;

/* steps_batch.c: pages[].held as the ledger has it now. */
enum status document_refresh_held(struct work *work, struct document *document,
                                  struct error *error);

/* steps_proof.c */
bool proof_wanted(const struct warehouse *warehouse);

/* worker.c: opens on first use. A key that cannot be opened is nobody's page: FATAL. */
enum status tools_engine(struct work *work, struct ocr_engine **out, struct error *error);
enum status tools_knowledge(struct work *work, struct ocr_knowledge **out, struct error *error);
enum status tools_signer(struct work *work, struct signer **out, struct error *error);
enum status tools_officer(struct work *work, struct signer **out, struct error *error);
enum status tools_prover(struct work *work, struct prover **out, struct error *error);
enum status tools_index(struct work *work, struct index **out, struct error *error);
/* Both keys: what follows opens them anew, and finds out whether the token is still there. */
void tools_close_keys(struct tools *tools);

#endif
