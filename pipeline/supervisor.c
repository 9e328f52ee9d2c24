#include "pipeline/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "pipeline/recover.h"
#include "pipeline/worker.h"

enum {
    LOOK_MS = 50,       /* between two looks at the workers */
    PROGRESS_LOOKS = 4, /* looks between two calls of progress: five a second */
    EXPIRE_LOOKS = 20,
    EARLY_DEATHS = 10 /* workers in a row that end without a step done: something is wrong here */
};

static volatile sig_atomic_t stop_asked; /* how often SIGINT or SIGTERM came */

static void on_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = stop_asked + 1;
}

struct supervisor {
    const struct warehouse *warehouse;
    const struct step_table *table;
    struct db *db; /* NULL while forking: a database handle must not cross a fork */
    struct ledger *ledger;
    struct worker_slot *slots;
    int jobs, live;
    int early_deaths;
    int64_t steps_before;
    bool stopping;
    int stops_passed_on;
    struct run_pins pins;
    char pin[SIGNER_PIN_SIZE], officer_pin[SIGNER_PIN_SIZE];
    int64_t forget_ms; /* when the PINs are forgotten; 0: at the end */
    bool pin_over;     /* they were, which is no fault of a run that had no more need of them */
    struct step_table waiting; /* the table without packing and signing, when there is no key */
    enum status key_status;
    struct error key_error;
    enum status status; /* what the run comes to */
    struct error error;
    void (*progress)(void *context, const struct pipeline_progress *now);
    void *context;
};

/* ---------------------------------------------------------------- the database, between forks */

static enum status open_ledger(struct supervisor *s, struct error *error)
{
    const struct pipeline_settings *settings = &s->warehouse->pipeline;
    if (s->db)
        return STATUS_OK;
    enum status status = warehouse_db(s->warehouse, &s->db, error);
    return status == STATUS_OK
               ? ledger_open(s->db, s->table, settings->tries, settings->lease_s, &s->ledger, error)
               : status;
}

static void close_ledger(struct supervisor *s)
{
    ledger_close(s->ledger);
    db_close(s->db);
    s->ledger = NULL;
    s->db = NULL;
}

/* The run ends: workers finish the step in hand. The first reason is the one that is told. */
static void stop_run(struct supervisor *s, enum status status, const struct error *error)
{
    if (s->status == STATUS_OK) {
        s->status = status;
        s->error = *error;
    }
    s->stopping = true;
    for (int i = 0; i < s->jobs; i++)
        if (s->slots[i].pid > 0)
            kill(s->slots[i].pid, SIGTERM);
}

/* ---------------------------------------------------------------- workers */

static void be_worker(struct supervisor *s, struct worker_slot *slot, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    stop_asked = 0;
    slot->pid = getpid();
    ledger_owner(slot->owner);
    worker_run(s->warehouse, s->table, &s->pins, &stop_asked, slot);
    _exit(0);
}

static void start_worker(struct supervisor *s, struct worker_slot *slot)
{
    struct error error = {""};
    sigset_t stops, before;
    close_ledger(s);
    slot->end = WORKER_DIED;
    slot->owner[0] = '\0';
    slot->error.text[0] = '\0';
    pid_t parent = getpid();
    /* A stop that comes between fork and be_worker must not be forgotten by the child. */
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigprocmask(SIG_BLOCK, &stops, &before);
    pid_t pid = fork();
    if (pid == 0) {
        stop_asked = 0;
        sigprocmask(SIG_SETMASK, &before, NULL);
        be_worker(s, slot, parent);
    }
    slot->pid = pid > 0 ? pid : 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (pid > 0) {
        s->live++;
        return;
    }
    error_set(&error, STATUS_RETRY, _("No worker process could be started (%s)."),
              message_errno(errno));
    stop_run(s, STATUS_RETRY, &error);
}

/* A dead worker's lease ends: the thing in its hand is tried again, and held after its last try. */
static enum status bury(struct supervisor *s, const char *owner, const char *why,
                        struct error *error)
{
    int held = 0;
    enum status status = open_ledger(s, error);
    for (int i = 0; status == STATUS_OK || status == STATUS_RETRY; i++) {
        status = ledger_bury(s->ledger, owner, (int64_t)(s->warehouse->pipeline.retry_s * 1000),
                             why, &held, error);
        if (status != STATUS_RETRY || i == 8)
            break;
        nanosleep(&(struct timespec){0, 200000000}, NULL);
    }
    if (held)
        log_write(LOG_WARNING, "%d held after its last try", held);
    return status;
}

/* ---------------------------------------------------------------- without a key */

static bool needs_key(const struct step *step)
{
    return step->work == step_pack || step->work == step_sign;
}

static void forget_pins(struct supervisor *s)
{
    explicit_bzero(s->pin, sizeof s->pin);
    explicit_bzero(s->officer_pin, sizeof s->officer_pin);
    s->pins = (struct run_pins){NULL, NULL};
    s->forget_ms = 0;
}

/* What has no way on is not taken and not waited for: documents stay approved. They are not packed
 * yet, because packing fixes the moment that is printed on the copy and signed. */
static void go_without_key(struct supervisor *s, enum status status, const struct error *error)
{
    struct step *steps = memory_new(s->table->count * sizeof *steps);
    memcpy(steps, s->table->steps, s->table->count * sizeof *steps);
    for (size_t i = 0; i < s->table->count; i++)
        if (needs_key(&steps[i]))
            steps[i].to = NULL;
    s->waiting = (struct step_table){steps, s->table->count};
    s->table = &s->waiting;
    forget_pins(s);
    s->key_status = status;
    s->key_error = *error;
    log_write(LOG_WARNING, "no key to sign with: documents wait before they are packed");
}

/* In the middle of a run: the workers end after the step they are at, and others take their places
 * that know nothing of packing and signing. */
static void lose_key(struct supervisor *s, enum status status, const struct error *error)
{
    if (s->table == &s->waiting)
        return;
    go_without_key(s, status, error);
    for (int i = 0; i < s->jobs; i++)
        if (s->slots[i].pid > 0)
            kill(s->slots[i].pid, SIGTERM);
}

/* Setting the clock back must not keep a PIN for longer. */
static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void look_at_clock(struct supervisor *s)
{
    struct error error = {""};
    if (!s->forget_ms || monotonic_ms() < s->forget_ms || s->stopping)
        return;
    error_set(&error, STATUS_FATAL,
              _("The PIN was given more than %.0f seconds ago and is forgotten (archive."
                "pin_timeout_s)."),
              s->warehouse->archive.pin_timeout_s);
    s->pin_over = true;
    lose_key(s, STATUS_FATAL, &error);
}

static void worker_died(struct supervisor *s, struct worker_slot *slot, int wait_status)
{
    struct error error = {""}, why = {""};
    int number = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    log_write(LOG_ERROR, "worker died: signal %d, exit %d", number,
              WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0);
    error_set(
        &why, STATUS_REJECT,
        _("The program died while it worked on this (%s, several times); look whether the file "
          "is damaged."),
        number ? strsignal(number) : _("it ended by itself"));
    enum status status = bury(s, slot->owner, why.text, &error);
    if (status != STATUS_OK)
        stop_run(s, status, &error);
    if (++s->early_deaths >= EARLY_DEATHS) {
        error_set(
            &error, STATUS_FATAL,
            _("Workers die again and again before they have done anything (%s); `sohoa doctor` "
              "may say why."),
            number ? strsignal(number) : "exit");
        stop_run(s, STATUS_FATAL, &error);
    }
}

/* It could not reach the database, or the set-up is wrong. */
static void worker_failed(struct supervisor *s, struct worker_slot *slot)
{
    struct error error = {""};
    if (slot->status == STATUS_RETRY && ++s->early_deaths < EARLY_DEATHS) {
        log_write(LOG_WARNING, "worker gave up: %s", slot->error.text);
        enum status status = bury(s, slot->owner, slot->error.text, &error);
        if (status == STATUS_OK)
            return;
    }
    if (slot->status == STATUS_FATAL && slot->key_lost)
        lose_key(s, STATUS_FATAL, &slot->error);
    else
        stop_run(s, slot->status, &slot->error);
}

static void reap(struct supervisor *s, struct worker_slot *slot, int wait_status)
{
    slot->pid = 0;
    s->live--;
    if (slot->end == WORKER_DIED)
        worker_died(s, slot, wait_status);
    else if (slot->end == WORKER_FAILED)
        worker_failed(s, slot);
    /* one that was stopped without the run being stopped goes on without the key */
    if (slot->end != WORKER_DONE && !s->stopping)
        start_worker(s, slot);
}

static void look_after_workers(struct supervisor *s)
{
    int64_t steps = 0;
    for (int i = 0; i < s->jobs; i++)
        steps += s->slots[i].steps;
    if (steps != s->steps_before)
        s->early_deaths = 0;
    s->steps_before = steps;
    for (int i = 0; i < s->jobs; i++) {
        int wait_status = 0;
        if (s->slots[i].pid > 0 && waitpid(s->slots[i].pid, &wait_status, WNOHANG) > 0)
            reap(s, &s->slots[i], wait_status);
    }
}

/* A worker of ours that is over its time hangs: it dies, and reap() sees to what it had in hand.
 * Other machines' leases that ran out are given up here. */
static void end_expired(struct supervisor *s)
{
    struct error error = {""};
    const char *owner = "";
    struct arena *arena = arena_new();
    enum status status = open_ledger(s, &error);
    if (status == STATUS_OK)
        status = ledger_expired(s->db, ledger_now(), arena, &owner, &error);
    for (int i = 0; status == STATUS_OK && *owner && i < s->jobs; i++) {
        if (s->slots[i].pid > 0 && strcmp(s->slots[i].owner, owner) == 0) {
            log_write(LOG_ERROR, "worker %ld is over its time", (long)s->slots[i].pid);
            kill(s->slots[i].pid, SIGKILL);
            owner = "";
        }
    }
    if (status == STATUS_OK && *owner)
        bury(s, owner, _("The worker that had this in hand did not come back in time."), &error);
    arena_free(arena);
}

/* ---------------------------------------------------------------- telling */

/* Steps still before everything that is not held, with or without proofs. A page that is in no
 * document yet counts for half a document, about what an office's papers are. */
static int64_t steps_left(struct supervisor *s, bool proofs)
{
    int64_t left = 0, loose = 0, count = 0, chain = 0;
    for (size_t i = s->table->count; i-- > 0;) {
        const struct step *step = &s->table->steps[i];
        chain = step->to ? chain + 1 : 0;
        if (!step->to || (!proofs && strcmp(step->kind, "proof") == 0))
            continue;
        if (ledger_number(s->db, &count, NULL,
                          "SELECT COUNT(*) FROM ledger WHERE kind = ? AND state = ?"
                          " AND held = 0",
                          step->kind, step->from, NULL) == STATUS_OK)
            left += count * chain;
    }
    ledger_number(s->db, &loose, NULL,
                  "SELECT COUNT(*) FROM ledger AS p WHERE p.kind = 'page' AND p.document = ''"
                  " AND p.batch IN (SELECT b.id FROM ledger AS b WHERE b.kind = 'batch'"
                  " AND b.state = 'closed')",
                  NULL);
    return left + loose * 3;
}

static void tell(struct supervisor *s)
{
    struct pipeline_progress now = {.workers = s->live};
    struct error error = {""};
    for (int i = 0; i < s->jobs; i++) {
        now.steps_done += s->slots[i].steps;
        now.pages_read += s->slots[i].pages_read;
        now.documents_signed += s->slots[i].documents_signed;
        now.documents_stored += s->slots[i].documents_stored;
        now.documents_indexed += s->slots[i].documents_indexed;
    }
    now.free_bytes = file_free_space(s->warehouse->root);
    now.space_low =
        now.free_bytes >= 0 && now.free_bytes < (int64_t)s->warehouse->pipeline.space_low_mib << 20;
    if (!s->progress || open_ledger(s, &error) != STATUS_OK)
        return;
    now.steps_left = steps_left(s, true);
    ledger_number(s->db, &now.held, NULL,
                  "SELECT COUNT(*) FROM ledger WHERE held = 1 AND kind <> 'proof'", NULL);
    s->progress(s->context, &now);
}

/* ---------------------------------------------------------------- the run */

static void pass_on_stops(struct supervisor *s)
{
    struct error error = {""};
    if (stop_asked == s->stops_passed_on)
        return;
    if (!s->stops_passed_on) {
        error_set(&error, STATUS_END, _("Stopped. Nothing is lost; `sohoa run` goes on."));
        stop_run(s, STATUS_END, &error);
    } else { /* asked twice: at once; the leases end at the next start */
        for (int i = 0; i < s->jobs; i++)
            if (s->slots[i].pid > 0)
                kill(s->slots[i].pid, SIGKILL);
    }
    s->stops_passed_on = stop_asked;
}

static void supervise(struct supervisor *s)
{
    for (int i = 0; i < s->jobs && !s->stopping; i++)
        start_worker(s, &s->slots[i]);
    for (int look = 1; s->live > 0; look++) {
        nanosleep(&(struct timespec){0, LOOK_MS * 1000000}, NULL);
        pass_on_stops(s);
        look_at_clock(s);
        look_after_workers(s);
        if (look % EXPIRE_LOOKS == 0)
            end_expired(s);
        if (look % PROGRESS_LOOKS == 0)
            tell(s);
    }
    tell(s);
    close_ledger(s);
}

static void catch_stops(struct sigaction *interrupt, struct sigaction *terminate)
{
    struct sigaction action = {.sa_handler = on_stop};
    stop_asked = 0;
    sigaction(SIGINT, &action, interrupt);
    sigaction(SIGTERM, &action, terminate);
}

/* The key is tried once for the run, here, with its PIN, before there are workers to ask for it. A
 * key that does not open stops nothing but signing. */
static enum status prepare_signer(struct supervisor *s, struct error *error)
{
    const struct archive_settings *settings = &s->warehouse->archive;
    struct error why = {""};
    bool signs = false;
    for (size_t i = 0; i < s->table->count; i++)
        signs |= needs_key(&s->table->steps[i]) && s->table->steps[i].to;
    enum status status = settings->sign && signs ? open_ledger(s, error) : STATUS_END;
    if (status != STATUS_OK)
        return status == STATUS_END ? STATUS_OK : status;
    bool idle = steps_left(s, false) == 0; /* proofs need no key of ours */
    close_ledger(s);
    if (!idle)
        status = signer_prepare(settings, s->pin, &why);
    if (!idle && status == STATUS_OK)
        status = signer_prepare_officer(settings, s->officer_pin, &why);
    s->pins.agency = s->pin[0] ? s->pin : NULL;
    s->pins.officer = s->officer_pin[0] ? s->officer_pin : NULL;
    if ((s->pin[0] || s->officer_pin[0]) && settings->pin_timeout_s > 0)
        s->forget_ms = monotonic_ms() + (int64_t)(settings->pin_timeout_s * 1000);
    if (status == STATUS_REJECT || status == STATUS_RETRY)
        go_without_key(s, status == STATUS_REJECT ? STATUS_FATAL : status, &why);
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", why.text);
    return STATUS_OK;
}

/* Each document that waits for the key gets the reason, and the run ends with it. */
static void tell_of_key(struct supervisor *s)
{
    struct error error = {""};
    int64_t count = 0, waiting = 0;
    enum status status = open_ledger(s, &error);
    for (size_t i = 0; i < s->table->count && status == STATUS_OK; i++) {
        if (!needs_key(&s->table->steps[i]))
            continue;
        status = ledger_wait(s->db, s->table->steps[i].kind, s->table->steps[i].from,
                             s->key_error.text, &count, &error);
        waiting += count;
    }
    close_ledger(s);
    if (s->status != STATUS_OK || (status == STATUS_OK && waiting == 0 && s->pin_over))
        return;
    s->status = status == STATUS_OK ? s->key_status : status;
    s->error = status == STATUS_OK ? s->key_error : error;
    if (status == STATUS_OK && waiting > 0)
        error_set(&s->error, s->status,
                  _("%s Documents that wait for their signature: %lld; `sohoa run` goes on with "
                    "them when the key is there."),
                  s->key_error.text, (long long)waiting);
}

enum status supervisor_run(const struct warehouse *warehouse, const struct step_table *table,
                           void (*progress)(void *context, const struct pipeline_progress *now),
                           void *context, struct error *error)
{
    int lock = -1;
    size_t size = (size_t)warehouse->pipeline.jobs * sizeof(struct worker_slot);
    struct sigaction interrupt, terminate;
    enum status status = run_lock(warehouse, &lock, error);
    if (status == STATUS_OK)
        status = run_prepare(warehouse, error);
    if (status != STATUS_OK)
        goto done;
    struct worker_slot *slots =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (slots == MAP_FAILED) {
        status = error_set(error, STATUS_RETRY, _("There is not enough memory for the workers."));
        goto done;
    }
    struct supervisor supervisor = {.warehouse = warehouse,
                                    .table = table,
                                    .slots = slots,
                                    .jobs = warehouse->pipeline.jobs,
                                    .progress = progress,
                                    .context = context};
    status = prepare_signer(&supervisor, error);
    if (status == STATUS_OK) {
        catch_stops(&interrupt, &terminate);
        supervise(&supervisor);
        if (supervisor.key_status != STATUS_OK)
            tell_of_key(&supervisor);
        sigaction(SIGINT, &interrupt, NULL);
        sigaction(SIGTERM, &terminate, NULL);
        status = supervisor.status;
        if (status != STATUS_OK && error)
            *error = supervisor.error;
    }
    forget_pins(&supervisor);
    free((void *)supervisor.waiting.steps);
    munmap(slots, size);
done:
    run_unlock(lock);
    return status;
}
