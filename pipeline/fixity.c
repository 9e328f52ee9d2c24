#include "pipeline/fixity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/journal_mark.h"
#include "core/message.h"
#include "pipeline/audit.h"
#include "pipeline/fixity_private.h"

#define ROW(member) offsetof(struct fixity_settings, member)

const struct setting_row fixity_setting_rows[] = {
    {"run_days", SETTING_INT, ROW(run_days), "2", 1, 366, NULL,
     N_("days within which a fixity check must have run to its end")},
    {"within_days", SETTING_INT, ROW(within_days), "365", 1, 1096, NULL,
     N_("days within which every package must have been looked at again")},
    SETTING_ROWS_END,
};

const char fixity_tables[] =
    "CREATE TABLE IF NOT EXISTS fixity_package (place text PRIMARY KEY, seen_at text NOT NULL,"
    " checked_at text NOT NULL, whole bigint NOT NULL, failed_at text NOT NULL,"
    " fault text NOT NULL);"
    "CREATE INDEX IF NOT EXISTS fixity_package_order ON fixity_package (checked_at, place);"
    "CREATE TABLE IF NOT EXISTS fixity_run (started text PRIMARY KEY, ended text NOT NULL,"
    " packages bigint NOT NULL, bytes bigint NOT NULL, failed bigint NOT NULL)";

struct fixity {
    const struct warehouse *warehouse;
    struct db *db;
    struct fixity_ear ear; /* the first fault of the package */
    void (*progress)(void *context, int64_t done, int64_t total);
    void *context;
    struct arena *arena; /* of one package */
    char now[26];
    struct audit *audit;
    struct fixity_report *report;
};

/* ---------------------------------------------------------------- what there is */

static enum status note_place(void *context, const char *place, struct error *error)
{
    const struct fixity *fixity = context;
    return db_do(fixity->db, error,
                 "INSERT INTO fixity_package (place, seen_at, checked_at, whole, failed_at, fault)"
                 " VALUES (?, ?, '', 1, '', '') ON CONFLICT (place) DO NOTHING",
                 "ss", place, fixity->now);
}

static enum status note_path(void *context, const char *path, struct error *error)
{
    return note_place(context, store_place(path), error);
}

static enum status note_row(void *context, const char *id, int version, const char *path,
                            struct error *error)
{
    (void)id;
    (void)version;
    return note_place(context, path, error);
}

/* A copy that lay in the wrong place and was taken away again: nothing but an earlier look knows of
 * it, and the journal has that version elsewhere. */
static bool was_a_copy(const struct fixity *fixity, const char *place)
{
    const char *path = file_join(fixity->arena, fixity->warehouse->store, place);
    const char *right = audit_place(fixity->audit, path);
    return right && strcmp(right, place) != 0 && !file_is_folder(path);
}

static enum status forget_copies(struct fixity *fixity, struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = arena_new();
    const char **places = NULL;
    size_t count = 0, room = 0;
    enum status status = db_prepare(fixity->db,
                                    "SELECT place FROM fixity_package WHERE place NOT IN"
                                    " (SELECT path FROM catalog_entry)",
                                    &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (was_a_copy(fixity, db_text(query, 0))) {
            if (count == room) {
                room = room ? 2 * room : 16;
                places = memory_resize(places, room * sizeof *places);
            }
            places[count++] = arena_strdup(arena, db_text(query, 0));
        }
        arena_clear(fixity->arena);
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status =
            db_do(fixity->db, error, "DELETE FROM fixity_package WHERE place = ?", "s", places[i]);
    free(places);
    arena_free(arena);
    return status;
}

static enum status note_places(struct fixity *fixity, struct error *error)
{
    enum status status = db_run(fixity->db, fixity_tables, error);
    if (status == STATUS_OK)
        status = db_begin(fixity->db, error);
    if (status == STATUS_OK)
        status = store_each(fixity->warehouse->store, note_path, fixity, error);
    if (status == STATUS_OK)
        status = index_each(fixity->db, note_row, fixity, error);
    if (status == STATUS_OK)
        status = audit_each_stored(fixity->audit, note_place, fixity, error);
    if (status == STATUS_OK)
        status = forget_copies(fixity, error);
    return db_end(fixity->db, status, error);
}

/* ---------------------------------------------------------------- one package */

void fixity_hear(void *context, const char *path, const char *sentence)
{
    struct fixity_ear *ear = context;
    if (!ear->fault[0])
        snprintf(ear->fault, sizeof ear->fault, "%.*s", (int)sizeof ear->fault - 1, sentence);
    if (ear->finding)
        ear->finding(ear->context, path, sentence);
}

/* The chain of the journal does not protect its own end; the database remembers it. */
static enum status look_at_end(struct fixity *fixity, struct error *error)
{
    enum status status = journal_mark_check(fixity->db, fixity->warehouse->journal, error);
    if (status != STATUS_REJECT)
        return status;
    fixity_hear(&fixity->ear, JOURNAL_FOLDER, error->text);
    fixity->report->journal_faults++;
    return STATUS_OK;
}

enum status fixity_judge(const struct warehouse *warehouse, struct audit *audit, const char *path,
                         struct fixity_ear *ear, bool *whole, int64_t *bytes, struct error *error)
{
    const struct archive_trust trust = archive_trust_of(&warehouse->archive);
    struct store_verdict verdict = {0};
    struct audit_package package;
    enum status status = STATUS_REJECT;
    ear->fault[0] = '\0';
    if (!file_is_folder(path))
        fixity_hear(ear, path,
                    _("The package is missing: it is recorded, and is not in the store."));
    else
        status = store_verify(path, &trust, &verdict, fixity_hear, NULL, ear, error);
    bool trust_alone =
        status == STATUS_REJECT && verdict.faults > 0 && verdict.faults == verdict.trust_faults;
    bool whole_alone = status == STATUS_OK || trust_alone;
    if (trust_alone)
        ear->fault[0] = '\0';
    if (whole_alone)
        status = audit_package(audit, path, &package, error);
    *whole = whole_alone && status == STATUS_OK && !ear->fault[0];
    *bytes = verdict.bytes;
    return status == STATUS_REJECT ? STATUS_OK : status;
}

static enum status look(struct fixity *fixity, const char *place, bool *whole, struct error *error)
{
    const char *path = file_join(fixity->arena, fixity->warehouse->store, place);
    int64_t bytes = 0;
    enum status status =
        fixity_judge(fixity->warehouse, fixity->audit, path, &fixity->ear, whole, &bytes, error);
    fixity->report->packages++;
    fixity->report->bytes += bytes;
    fixity->report->failed += !*whole;
    return status;
}

static enum status record(struct fixity *fixity, const char *place, bool whole, struct error *error)
{
    char now[26];
    file_now(now);
    if (whole)
        return db_do(fixity->db, error,
                     "UPDATE fixity_package SET checked_at = ?, whole = 1, fault = ''"
                     " WHERE place = ?",
                     "ss", now, place);
    return db_do(fixity->db, error,
                 "UPDATE fixity_package SET checked_at = ?, whole = 0, failed_at = ?, fault = ?"
                 " WHERE place = ?",
                 "ssss", now, now, fixity->ear.fault, place);
}

/* At most so many, the one longest not looked at first; one that was looked at in the future was
 * not. */
static enum status choose(const struct fixity *fixity, int64_t most, struct arena *arena,
                          const char ***places, int64_t *count, struct error *error)
{
    struct db_query *query = NULL;
    char latest[26];
    fixity_latest(latest);
    *places = arena_array(arena, (size_t)most + 1, sizeof **places);
    *count = 0;
    enum status status =
        db_prepare(fixity->db,
                   "SELECT place FROM fixity_package ORDER BY"
                   " CASE WHEN checked_at > ? THEN '' ELSE checked_at END, place LIMIT ?",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, latest);
        db_bind_int(query, 2, most);
    }
    while (status == STATUS_OK && *count < most && (status = db_step(query, error)) == STATUS_OK)
        (*places)[(*count)++] = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- a run */

enum status fixity_number(struct db *db, const char *sql, int64_t *out, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *out = db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Whoever checks holds it shared; who cannot have it alone knows that a check is at work. */
int fixity_lock(const struct warehouse *warehouse, int how)
{
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/log/fixity.lock", warehouse->root);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644), fault = errno;
    arena_free(arena);
    if (lock >= 0 && flock(lock, how) != 0) {
        fault = errno;
        close(lock);
        lock = -1;
    }
    errno = fault;
    return lock;
}

static bool is_over(const struct fixity_limits *limits, const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (limits->minutes > 0 && now.tv_sec - start->tv_sec >= limits->minutes * 60) ||
           (limits->stop && limits->stop());
}

static enum status look_at_all(struct fixity *fixity, const struct fixity_limits *limits,
                               struct error *error)
{
    struct arena *arena = arena_new();
    const char **places = NULL;
    int64_t total = 0;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    enum status status =
        fixity_number(fixity->db, "SELECT COUNT(*) FROM fixity_package", &total, error);
    if (limits->packages > 0 && limits->packages < total)
        total = limits->packages;
    if (status == STATUS_OK)
        status = choose(fixity, total, arena, &places, &total, error);
    for (int64_t i = 0; i < total && status == STATUS_OK && !is_over(limits, &start); i++) {
        bool whole = false;
        status = look(fixity, places[i], &whole, error);
        if (status == STATUS_OK)
            status = record(fixity, places[i], whole, error);
        if (fixity->progress)
            fixity->progress(fixity->context, i + 1, total);
        arena_clear(fixity->arena);
    }
    arena_free(arena);
    return status;
}

static enum status finish(struct fixity *fixity, struct error *error)
{
    const struct fixity_report *report = fixity->report;
    char now[26];
    file_now(now);
    const struct journal_entry entry = {
        .action = "fixity",
        .result = report->failed + report->journal_faults > 0 ? "wrong" : "ok",
        .detail = arena_printf(fixity->arena, "packages=%lld bytes=%lld failed=%lld",
                               (long long)report->packages, (long long)report->bytes,
                               (long long)report->failed)};
    enum status status = journal_append(fixity->warehouse->journal, &entry, error);
    if (status == STATUS_OK)
        status = db_do(fixity->db, error,
                       "UPDATE fixity_run SET ended = ?, packages = ?, bytes = ?, failed = ?"
                       " WHERE started = ?",
                       "siiis", now, report->packages, report->bytes, report->failed, fixity->now);
    return status;
}

enum status fixity_run(const struct warehouse *warehouse, struct db *db,
                       const struct fixity_limits *limits,
                       void (*finding)(void *context, const char *path, const char *sentence),
                       void (*progress)(void *context, int64_t done, int64_t total), void *context,
                       struct fixity_report *report, struct error *error)
{
    struct fixity fixity = {.warehouse = warehouse,
                            .db = db,
                            .ear = {.finding = finding, .context = context},
                            .progress = progress,
                            .context = context,
                            .arena = arena_new(),
                            .report = report};
    *report = (struct fixity_report){0};
    file_now(fixity.now);
    int lock = fixity_lock(warehouse, LOCK_SH);
    enum status status =
        audit_open(warehouse, NULL, fixity_hear, &fixity.ear, &fixity.audit, error);
    if (status == STATUS_OK)
        status = note_places(&fixity, error);
    if (status == STATUS_OK) /* noted before it begins: one that dies in the middle is seen */
        status = db_do(db, error,
                       "INSERT INTO fixity_run (started, ended, packages, bytes, failed)"
                       " VALUES (?, '', 0, 0, 0) ON CONFLICT (started) DO NOTHING",
                       "s", fixity.now);
    if (status == STATUS_OK) {
        report->journal_faults = audit_journal_faults(fixity.audit);
        status = look_at_end(&fixity, error);
    }
    if (status == STATUS_OK) {
        status = look_at_all(&fixity, limits, error);
    }
    if (status == STATUS_OK)
        status = finish(&fixity, error);
    if (status == STATUS_OK && report->failed > 0)
        status = error_set(error, STATUS_REJECT,
                           message_count("%lld package is not whole.",
                                         "%lld packages are not whole.", report->failed),
                           (long long)report->failed);
    if (status == STATUS_OK && report->journal_faults > 0)
        status = error_set(error, STATUS_REJECT, _("The journal is not whole."));
    audit_close(fixity.audit);
    if (lock >= 0)
        close(lock);
    arena_free(fixity.arena);
    return status;
}
