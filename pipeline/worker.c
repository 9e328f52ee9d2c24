#include "pipeline/worker.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "core/message.h"

#define WAIT_MAX_MS 3600000 /* an authority that was away for days is asked again each hour */

enum { NAP_MS = 100, SETTLE_TRIES = 8 };

static void nap(int64_t ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL); /* a signal ends it early, which is welcome */
}

/* ---------------------------------------------------------------- tools */

enum status tools_engine(struct work *work, struct ocr_engine **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->engine)
        status = ocr_open(&work->warehouse->ocr, &tools->engine, error);
    *out = tools->engine;
    return status;
}

enum status tools_knowledge(struct work *work, struct ocr_knowledge **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->knowledge)
        status =
            ocr_learn(&work->warehouse->ocr, work->warehouse->config, &tools->knowledge, error);
    *out = tools->knowledge;
    return status;
}

/* An expired certificate, a wrong PIN or a token that is gone is not this document's fault, and
 * trying on would lock the token. */
static enum status key_status(struct tools *tools, enum status status)
{
    bool lost = status == STATUS_REJECT || status == STATUS_RETRY;
    tools->key_lost |= lost;
    return lost ? STATUS_FATAL : status;
}

enum status tools_signer(struct work *work, struct signer **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->signer)
        status = signer_open(&work->warehouse->archive, tools->pin, &tools->signer, error);
    *out = tools->signer;
    return key_status(tools, status);
}

enum status tools_officer(struct work *work, struct signer **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->officer)
        status = signer_open_officer(&work->warehouse->archive, tools->officer_pin, &tools->officer,
                                     error);
    *out = tools->officer;
    return key_status(tools, status);
}

void tools_close_keys(struct tools *tools)
{
    signer_close(tools->officer);
    signer_close(tools->signer);
    tools->officer = tools->signer = NULL;
}

enum status tools_prover(struct work *work, struct prover **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->prover)
        status = prover_open(&work->warehouse->archive, &tools->prover, error);
    *out = tools->prover;
    return status;
}

enum status tools_index(struct work *work, struct index **out, struct error *error)
{
    struct tools *tools = work->tools;
    enum status status = STATUS_OK;
    if (!tools->index)
        status = index_open(work->db, &work->warehouse->roadmap, work->warehouse->config,
                            &tools->index, error);
    *out = tools->index;
    return status;
}

static void tools_close(struct tools *tools)
{
    index_close(tools->index);
    prover_close(tools->prover);
    tools_close_keys(tools);
    ocr_forget(tools->knowledge);
    ocr_close(tools->engine);
    *tools = (struct tools){0};
}

/* ---------------------------------------------------------------- one step */

/* Rows of the step and the move to the next state, together or not at all. */
static enum status record(struct work *work, const struct step *step, const char *owner,
                          struct error *error)
{
    enum status status = db_begin(work->db, error);
    if (status == STATUS_OK && step->record)
        status = step->record(work, error);
    if (status == STATUS_OK)
        status = ledger_finish(work->db, work->task, owner, step->to, error);
    if (status == STATUS_OK && step->turn == TURN_AT_ONCE)
        status = ledger_first(work->db, work->task, error);
    return db_end(work->db, status, error);
}

int64_t worker_wait_ms(const struct warehouse *warehouse, int tries)
{
    double wait = warehouse->pipeline.retry_s * 1000;
    for (int i = 1; i < tries && wait < WAIT_MAX_MS; i++)
        wait *= 2;
    return wait < WAIT_MAX_MS ? (int64_t)wait : WAIT_MAX_MS;
}

/* What became of the step goes into its row: the outcome alone decides where it goes. */
static enum status settle(struct work *work, const struct step *step, const char *owner,
                          enum status outcome, const char *why, struct error *error)
{
    const struct task *task = work->task;
    int tries = step->tries ? step->tries : work->warehouse->pipeline.tries;
    if (outcome == STATUS_FATAL)
        return ledger_give_back(work->db, task, owner, error);
    if (outcome == STATUS_RETRY && task->tries < tries)
        return ledger_retry(work->db, task, owner, worker_wait_ms(work->warehouse, task->tries),
                            why, error);
    return ledger_hold(work->db, task, owner, why, error);
}

/* The same, again while the database is busy or its disk full; then the worker gives up and its
 * lease ends with it. */
static enum status settle_surely(struct work *work, const struct step *step, const char *owner,
                                 enum status outcome, const char *why, struct error *error)
{
    enum status status = settle(work, step, owner, outcome, why, error);
    for (int i = 0; i < SETTLE_TRIES && status == STATUS_RETRY; i++) {
        nap(50 << i);
        status = settle(work, step, owner, outcome, why, error);
    }
    return status;
}

/* Does the one step that the task stands before, and moves it on. RETRY and FATAL: the worker
 * cannot go on (database away; set-up wrong); what is wrong with the task itself is recorded in its
 * row. */
static enum status worker_step(struct work *work, const struct step *step, const char *owner,
                               bool *moved, struct error *error)
{
    const struct task *task = work->task;
    struct error why = {""};
    *moved = false;
    enum status outcome = step->work ? step->work(work, &why) : STATUS_OK;
    if (outcome == STATUS_OK)
        outcome = record(work, step, owner, &why);
    else if (outcome == STATUS_END) /* no stage says so here; a person should look */
        outcome = STATUS_REJECT;
    if (outcome == STATUS_END) { /* another has it now: what was made is made again, the same */
        log_write(LOG_WARNING, "%s %s: lease lost in state %s", task->kind, task->id, task->state);
        return STATUS_OK;
    }
    if (outcome == STATUS_OK) {
        *moved = true;
        if (step->after && step->after(work, &why) != STATUS_OK) /* done at the next start */
            log_write(LOG_WARNING, "%s %s: after %s: %s", task->kind, task->id, step->to, why.text);
        return STATUS_OK;
    }
    log_write(outcome == STATUS_RETRY ? LOG_INFO : LOG_WARNING, "%s %s: %s in state %s, try %d",
              task->kind, task->id, status_name(outcome), task->state, task->tries);
    enum status status = settle_surely(work, step, owner, outcome, why.text, error);
    if (outcome == STATUS_FATAL) {
        *error = why;
        return STATUS_FATAL;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- many */

struct worker {
    const struct warehouse *warehouse;
    const struct step_table *table;
    const volatile sig_atomic_t *stop;
    struct worker_slot *slot;
    struct db *db;
    struct ledger *ledger;
    struct arena *arena;
    struct tools tools;
    int claims;
};

static void count_step(struct worker_slot *slot, const struct step *step, bool signs)
{
    bool is_document = strcmp(step->kind, "document") == 0;
    slot->steps++;
    slot->pages_read += strcmp(step->kind, "page") == 0 && strcmp(step->to, "read") == 0;
    slot->documents_signed += is_document && signs && strcmp(step->to, "signed") == 0;
    slot->documents_stored += is_document && strcmp(step->to, "stored") == 0;
    slot->documents_indexed += is_document && strcmp(step->to, "indexed") == 0;
}

/* Takes a step and does it. END: nothing is left in the whole warehouse. */
static enum status next(struct worker *worker, struct error *error)
{
    struct task task;
    int64_t left = 0;
    arena_clear(worker->arena);
    enum status status = ledger_claim(worker->ledger, worker->slot->owner, ledger_now(),
                                      worker->arena, &task, error);
    if (status == STATUS_END) {
        status = ledger_left(worker->ledger, &left, error);
        if (status == STATUS_OK && left == 0)
            return STATUS_END;
        nap(NAP_MS);
        return status;
    }
    if (status != STATUS_OK)
        return status;
    const struct step *step = step_find(worker->table, task.kind, task.state);
    struct work work = {.warehouse = worker->warehouse,
                        .db = worker->db,
                        .arena = worker->arena,
                        .task = &task,
                        .tools = &worker->tools};
    bool moved = false;
    worker->claims++;
    status = worker_step(&work, step, worker->slot->owner, &moved, error);
    if (moved)
        count_step(worker->slot, step, worker->warehouse->archive.sign);
    return status;
}

static enum status open_worker(struct worker *worker, struct error *error)
{
    const struct pipeline_settings *settings = &worker->warehouse->pipeline;
    enum status status = warehouse_db(worker->warehouse, &worker->db, error);
    if (status == STATUS_OK)
        status = ledger_open(worker->db, worker->table, settings->tries, settings->lease_s,
                             &worker->ledger, error);
    return status;
}

void worker_run(const struct warehouse *warehouse, const struct step_table *table,
                const struct run_pins *pins, const volatile sig_atomic_t *stop,
                struct worker_slot *slot)
{
    struct worker worker = {.warehouse = warehouse,
                            .table = table,
                            .stop = stop,
                            .slot = slot,
                            .arena = arena_new(),
                            .tools = {.pin = pins->agency, .officer_pin = pins->officer}};
    struct error error = {""};
    enum status status = open_worker(&worker, &error);
    while (status == STATUS_OK && !*stop && worker.claims < warehouse->pipeline.retire_pages)
        status = next(&worker, &error);
    slot->key_lost = worker.tools.key_lost;
    tools_close(&worker.tools);
    ledger_close(worker.ledger);
    db_close(worker.db);
    arena_free(worker.arena);
    slot->status = status;
    slot->error = error;
    slot->end = status == STATUS_END  ? WORKER_DONE
                : status != STATUS_OK ? WORKER_FAILED
                : *stop               ? WORKER_STOPPED
                                      : WORKER_RETIRED;
}
