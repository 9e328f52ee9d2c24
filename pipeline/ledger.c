#include "pipeline/ledger.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/message.h"
#include "pipeline/ledger_sql.h"

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS ledger ("
    " kind TEXT NOT NULL,"                /* page, batch, document, proof */
    " id TEXT NOT NULL,"                  /* <batch>/<page>, batch id, document id */
    " batch TEXT NOT NULL,"               /* "": of a document that came as a package */
    " document TEXT NOT NULL DEFAULT ''," /* of a page: the document it became part of */
    " state TEXT NOT NULL,"
    " held BIGINT NOT NULL DEFAULT 0,"
    " why TEXT NOT NULL DEFAULT ''," /* held: the reason; else what went wrong last */
    " since TEXT NOT NULL,"          /* in this state, or held, since; ISO */
    " tries BIGINT NOT NULL DEFAULT 0,"
    " not_before BIGINT NOT NULL," /* ms; also says which is the oldest */
    " owner TEXT NOT NULL DEFAULT '',"
    " lease_until BIGINT NOT NULL DEFAULT 0," /* ms */
    " level BIGINT NOT NULL DEFAULT 0," /* of a proof: enum archive_level it is known to have */
    " PRIMARY KEY (kind, id));"
    "CREATE INDEX IF NOT EXISTS ledger_state ON ledger (kind, state, not_before);"
    "CREATE INDEX IF NOT EXISTS ledger_batch ON ledger (batch, kind, state);"
    "CREATE INDEX IF NOT EXISTS ledger_document ON ledger (document, kind, state) WHERE document "
    "<> '';"
    "CREATE INDEX IF NOT EXISTS ledger_held ON ledger (kind, since) WHERE held = 1;"
    "CREATE INDEX IF NOT EXISTS ledger_owner ON ledger (owner) WHERE owner <> '';";

struct ledger {
    struct db *db;
    struct arena *arena;
    const char *ready, *claim, *left, *bury; /* SQL made from the step table */
};

/* Looking is not writing: a warehouse whose disk is full can still be opened. */
enum status ledger_create(struct db *db, struct error *error)
{
    struct db_query *query = NULL;
    bool there =
        db_prepare(db, "SELECT lease_until FROM ledger LIMIT 1", &query, NULL) == STATUS_OK;
    db_finish(query);
    if (!there)
        return db_run(db, tables, error);
    query = NULL;
    if (db_prepare(db, "SELECT level FROM ledger LIMIT 1", &query, NULL) != STATUS_OK)
        db_run(db, "ALTER TABLE ledger ADD COLUMN level BIGINT NOT NULL DEFAULT 0", NULL);
    db_finish(query);
    return STATUS_OK;
}

int64_t ledger_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---------------------------------------------------------------- owners */

static void host_name(char name[65])
{
    if (gethostname(name, 65) != 0 || name[0] == '\0')
        strcpy(name, "localhost");
    name[64] = '\0';
}

/* When the process started, in clock ticks since boot: tells it from a later one with its number.
 * 0: there is no such process. */
static unsigned long long process_start(long pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    /* The second member is the program's name in parentheses and may hold blanks. */
    char *at = strrchr(text, ')');
    if (!at || at[1] == '\0' || at[2] == 'Z')
        return 0;
    unsigned long long start = 0;
    at += 2;
    for (int member = 3; at && member < 22; member++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    return at && sscanf(at, "%llu", &start) == 1 ? start : 0;
}

void ledger_owner(char owner[LEDGER_OWNER_SIZE])
{
    char host[65];
    host_name(host);
    snprintf(owner, LEDGER_OWNER_SIZE, "%s/%ld/%llu", host, (long)getpid(),
             process_start(getpid()));
}

bool ledger_owner_alive(const char *owner)
{
    char host[65];
    long pid;
    unsigned long long start;
    host_name(host);
    size_t length = strlen(host);
    if (strncmp(owner, host, length) != 0 || owner[length] != '/')
        return true; /* another machine's: only its lease tells */
    if (sscanf(owner + length, "/%ld/%llu", &pid, &start) != 2)
        return false;
    return process_start(pid) == start && start != 0;
}

/* ---------------------------------------------------------------- opening */

enum status ledger_open(struct db *db, const struct step_table *table, int tries, int lease_s,
                        struct ledger **out, struct error *error)
{
    (void)error;
    struct ledger *ledger = memory_new(sizeof *ledger);
    ledger->db = db;
    ledger->arena = arena_new();
    ledger->ready = ledger_sql_ready(table, tries, ledger->arena);
    ledger->claim = ledger_sql_claim(db_driver(db), table, tries, lease_s, ledger->arena);
    ledger->left = ledger_sql_left(table, ledger->arena);
    ledger->bury = ledger_sql_bury(table, tries, ledger->arena);
    *out = ledger;
    return STATUS_OK;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    arena_free(ledger->arena);
    free(ledger);
}

enum status ledger_add(struct db *db, const char *kind, const char *id, const char *batch,
                       const char *state, struct error *error)
{
    char now[26];
    file_now(now);
    return db_do(db, error,
                 "INSERT INTO ledger (kind, id, batch, state, since, not_before)"
                 " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO NOTHING",
                 "sssssi", kind, id, batch, state, now, ledger_now());
}

/* ---------------------------------------------------------------- taking */

static void read_task(struct db_query *query, struct arena *arena, struct task *out)
{
    out->kind = arena_strdup(arena, db_text(query, 0));
    out->id = arena_strdup(arena, db_text(query, 1));
    out->batch = arena_strdup(arena, db_text(query, 2));
    out->state = arena_strdup(arena, db_text(query, 3));
    out->tries = (int)db_int(query, 4);
}

/* A statement that gives at most one row must still be run to its end to be committed. */
static enum status step_to_end(struct db_query *query, struct error *error)
{
    enum status status = db_step(query, error);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Is there anything to take? Looking first keeps idle workers from locking the database. */
static enum status look(struct ledger *ledger, int64_t now_ms, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(ledger->db, ledger->ready, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, now_ms);
    db_bind_int(query, 2, now_ms);
    status = db_step(query, error);
    db_finish(query);
    return status;
}

enum status ledger_claim(struct ledger *ledger, const char *owner, int64_t now_ms,
                         struct arena *arena, struct task *out, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = look(ledger, now_ms, error);
    if (status == STATUS_OK)
        status = db_prepare(ledger->db, ledger->claim, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, owner);
    db_bind_int(query, 2, now_ms);
    db_bind_int(query, 3, now_ms);
    db_bind_int(query, 4, now_ms);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        read_task(query, arena, out);
        status = step_to_end(query, error);
    }
    db_finish(query);
    return status;
}

enum status ledger_take(struct db *db, const char *kind, const char *id, const char *owner,
                        int lease_s, struct arena *arena, struct task *out, bool *held,
                        struct error *error)
{
    struct db_query *query = NULL;
    int64_t now = ledger_now(), there = 0;
    enum status status =
        db_prepare(db,
                   "UPDATE ledger SET owner = ?, lease_until = ?"
                   " WHERE kind = ? AND id = ? AND (owner = '' OR lease_until <= ?)"
                   " RETURNING kind, id, batch, state, tries, held",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, owner);
    db_bind_int(query, 2, now + (int64_t)lease_s * 1000);
    db_bind_text(query, 3, kind);
    db_bind_text(query, 4, id);
    db_bind_int(query, 5, now);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        read_task(query, arena, out);
        *held = db_int(query, 5) != 0;
        status = step_to_end(query, error);
    } else if (status == STATUS_END) {
        status =
            ledger_number(db, &there, error,
                          "SELECT COUNT(*) FROM ledger WHERE kind = ? AND id = ?", kind, id, NULL);
        if (status == STATUS_OK && there)
            status = error_set(error, STATUS_RETRY,
                               _("%s is being worked on at this moment; try again shortly."), id);
        else if (status == STATUS_OK)
            status =
                error_set(error, STATUS_REJECT,
                          _("There is nothing with the id %s in this warehouse; `sohoa review` "
                            "lists what waits for a person."),
                          id);
    }
    db_finish(query);
    return status;
}

/* ---------------------------------------------------------------- moving */

static enum status moved(struct db *db, enum status status)
{
    return status == STATUS_OK && db_changes(db) == 0 ? STATUS_END : status;
}

enum status ledger_finish(struct db *db, const struct task *task, const char *owner, const char *to,
                          struct error *error)
{
    char now[26];
    file_now(now);
    return moved(db,
                 db_do(db, error,
                       "UPDATE ledger SET state = ?, since = ?, held = 0, why = '', tries = 0,"
                       " not_before = ?, owner = '', lease_until = 0"
                       " WHERE kind = ? AND id = ? AND owner = ? AND state = ?",
                       "ssissss", to, now, ledger_now(), task->kind, task->id, owner, task->state));
}

enum status ledger_first(struct db *db, const struct task *task, struct error *error)
{
    return db_do(db, error,
                 "UPDATE ledger SET not_before = 0 WHERE kind = ? AND id = ? AND owner = ''", "ss",
                 task->kind, task->id);
}

enum status ledger_retry(struct db *db, const struct task *task, const char *owner, int64_t wait_ms,
                         const char *why, struct error *error)
{
    return moved(db, db_do(db, error,
                           "UPDATE ledger SET why = ?, not_before = ?, owner = '', lease_until = 0"
                           " WHERE kind = ? AND id = ? AND owner = ? AND state = ?",
                           "sissss", why, ledger_now() + wait_ms, task->kind, task->id, owner,
                           task->state));
}

enum status ledger_hold(struct db *db, const struct task *task, const char *owner, const char *why,
                        struct error *error)
{
    char now[26];
    file_now(now);
    return moved(db, db_do(db, error,
                           "UPDATE ledger SET held = 1, why = ?, since = ?, owner = '',"
                           " lease_until = 0"
                           " WHERE kind = ? AND id = ? AND owner = ? AND state = ?",
                           "ssssss", why, now, task->kind, task->id, owner, task->state));
}

enum status ledger_give_back(struct db *db, const struct task *task, const char *owner,
                             struct error *error)
{
    return moved(db, db_do(db, error,
                           "UPDATE ledger SET owner = '', lease_until = 0,"
                           " tries = CASE WHEN tries > 0 THEN tries - 1 ELSE 0 END"
                           " WHERE kind = ? AND id = ? AND owner = ?",
                           "sss", task->kind, task->id, owner));
}

void ledger_release(struct db *db, const struct task *task, const char *owner, struct error *error)
{
    db_do(db, error,
          "UPDATE ledger SET owner = '', lease_until = 0"
          " WHERE kind = ? AND id = ? AND owner = ?",
          "sss", task->kind, task->id, owner);
}

/* ---------------------------------------------------------------- leases that end */

enum status ledger_bury(struct ledger *ledger, const char *owner, int64_t wait_ms, const char *why,
                        int *held, struct error *error)
{
    char now[26];
    int64_t before = 0, after = 0;
    file_now(now);
    *held = 0;
    if (!*owner) /* it died before it took anything */
        return STATUS_OK;
    enum status status = ledger_number(ledger->db, &before, error,
                                       "SELECT COUNT(*) FROM ledger WHERE held = 1", NULL);
    if (status == STATUS_OK)
        status =
            db_do(ledger->db, error, ledger->bury, "ssis", why, now, ledger_now() + wait_ms, owner);
    if (status == STATUS_OK)
        status = ledger_number(ledger->db, &after, error,
                               "SELECT COUNT(*) FROM ledger WHERE held = 1", NULL);
    if (status == STATUS_OK && after > before)
        *held = (int)(after - before);
    return status;
}

enum status ledger_end_leases(struct db *db, int *ended, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    size_t count = 0, room = 0;
    const char **gone = NULL;
    *ended = 0;
    enum status status =
        db_prepare(db, "SELECT DISTINCT owner FROM ledger WHERE owner <> '' AND state <> 'open'",
                   &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (ledger_owner_alive(db_text(query, 0)))
            continue;
        if (count == room) {
            room = room ? 2 * room : 16;
            gone = memory_resize(gone, room * sizeof *gone);
        }
        gone[count++] = arena_strdup(arena, db_text(query, 0));
    }
    db_finish(query);
    if (status == STATUS_END)
        status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = db_do(db, error,
                       "UPDATE ledger SET owner = '', lease_until = 0,"
                       " tries = CASE WHEN tries > 0 THEN tries - 1 ELSE 0 END"
                       " WHERE owner = ? AND owner <> '' AND state <> 'open'",
                       "s", gone[i]);
        *ended += (int)db_changes(db);
    }
    free(gone);
    arena_free(arena);
    return status;
}

enum status ledger_expired(struct db *db, int64_t now_ms, struct arena *arena, const char **owner,
                           struct error *error)
{
    struct db_query *query = NULL;
    *owner = "";
    enum status status = db_prepare(db,
                                    "SELECT owner FROM ledger WHERE owner <> '' AND lease_until > 0"
                                    " AND lease_until <= ? ORDER BY owner LIMIT 1",
                                    &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, now_ms);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *owner = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- counting */

enum status ledger_left(struct ledger *ledger, int64_t *left, struct error *error)
{
    struct db_query *query = NULL;
    *left = 0;
    enum status status = db_prepare(ledger->db, ledger->left, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, ledger_now());
    status = db_step(query, error);
    if (status == STATUS_OK)
        *left = db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status ledger_wait(struct db *db, const char *kind, const char *state, const char *why,
                        int64_t *count, struct error *error)
{
    enum status status =
        db_do(db, error,
              "UPDATE ledger SET why = ? WHERE kind = ? AND state = ? AND held = 0 AND owner = ''",
              "sss", why, kind, state);
    *count = status == STATUS_OK ? db_changes(db) : 0;
    return status;
}

enum status ledger_number(struct db *db, int64_t *out, struct error *error, const char *sql, ...)
{
    struct db_query *query = NULL;
    *out = 0;
    enum status status = db_prepare(db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    va_list arguments;
    va_start(arguments, sql);
    int parameter = 1;
    for (const char *text; (text = va_arg(arguments, const char *));)
        db_bind_text(query, parameter++, text);
    va_end(arguments);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *out = db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status ledger_state(struct db *db, const char *id, struct arena *arena, const char **state,
                         struct error *error)
{
    struct db_query *query = NULL;
    *state = NULL;
    enum status status = db_prepare(
        db, "SELECT state FROM ledger WHERE kind = 'document' AND id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *state = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
