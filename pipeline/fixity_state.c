/* What the checks of fixity have left in the database, told to people. */
#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/fixity_private.h"

static int64_t days_since(const char *iso)
{
    int64_t seconds;
    return file_age(iso, &seconds) && seconds > 0 ? seconds / 86400 : 0;
}

struct counting {
    const struct warehouse *warehouse;
    struct db *db; /* NULL: no check has left anything in it */
    int64_t packages, missing;
    char first[26]; /* when the oldest package came to lie here */
};

static bool has_row(const struct counting *counting, const char *place)
{
    struct db_query *query = NULL;
    if (!counting->db || db_prepare(counting->db, "SELECT 1 FROM fixity_package WHERE place = ?",
                                    &query, NULL) != STATUS_OK)
        return false;
    db_bind_text(query, 1, place);
    bool has = db_step(query, NULL) == STATUS_OK;
    db_finish(query);
    return has;
}

static bool is_there(const struct counting *counting, const char *place)
{
    struct arena *arena = arena_new();
    bool there = file_is_folder(file_join(arena, counting->warehouse->store, place));
    arena_free(arena);
    return there;
}

static enum status count_package(void *context, const char *path, struct error *error)
{
    struct counting *counting = context;
    char stored[26];
    (void)error;
    file_changed(path, stored);
    if (!counting->first[0] || strcmp(stored, counting->first) < 0)
        memcpy(counting->first, stored, sizeof stored);
    counting->packages += !has_row(counting, store_place(path));
    return STATUS_OK;
}

static enum status count_row(void *context, const char *id, int version, const char *path,
                             struct error *error)
{
    struct counting *counting = context;
    bool missing = !is_there(counting, path) && !has_row(counting, path);
    (void)id;
    (void)version;
    (void)error;
    counting->packages += missing;
    counting->missing += missing;
    return STATUS_OK;
}

/* Each package once: those that were looked at or are about to be, then what lies in the store
 * beside them, then what the catalogue has beside both. */
static enum status count_all(struct counting *counting, struct db *db, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = STATUS_OK;
    if (counting->db)
        status = db_prepare(db, "SELECT place FROM fixity_package", &query, error);
    while (status == STATUS_OK && counting->db && (status = db_step(query, error)) == STATUS_OK) {
        counting->packages++;
        counting->missing += !is_there(counting, db_text(query, 0));
    }
    db_finish(query);
    if (status == STATUS_OK || status == STATUS_END)
        status = store_each(counting->warehouse->store, count_package, counting, error);
    return status == STATUS_OK ? index_each(db, count_row, counting, error) : status;
}

/* The row of a query of texts into the arena; END: there is none. parameter: NULL: the query has
 * none. */
static enum status texts(struct db *db, const char *sql, const char *parameter, struct arena *arena,
                         const char **out, int count, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK && parameter)
        db_bind_text(query, 1, parameter);
    if (status == STATUS_OK)
        status = db_step(query, error);
    for (int i = 0; status == STATUS_OK && i < count; i++)
        out[i] = arena_strdup(arena, db_text(query, i));
    db_finish(query);
    return status;
}

/* So many days before now. */
static void days_ago(int days, char out[26])
{
    char now[26];
    struct tm parts = {0};
    file_now(now);
    strptime(now, "%Y-%m-%dT%H:%M:%S", &parts);
    time_t then = timegm(&parts) - (time_t)days * 86400;
    gmtime_r(&then, &parts);
    strftime(out, 26, "%Y-%m-%dT%H:%M:%S+07:00", &parts);
}

void fixity_latest(char latest[26])
{
    days_ago(-1, latest);
}

/* What is later than `latest` was noted while the clock was ahead, and counts as not noted. */
static enum status read_counts(struct db *db, const char *since, const char *latest,
                               struct fixity_state *out, int64_t *looked, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT COALESCE(SUM(CASE WHEN whole = 0 THEN 1 ELSE 0 END), 0),"
                   " COALESCE(SUM(CASE WHEN checked_at >= ? AND checked_at <= ? THEN 1 ELSE 0"
                   " END), 0),"
                   " COALESCE(SUM(CASE WHEN checked_at <> '' AND checked_at <= ? THEN 1 ELSE 0"
                   " END), 0),"
                   " COALESCE(SUM(CASE WHEN checked_at > ? THEN 1 ELSE 0 END), 0)"
                   " FROM fixity_package",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, since);
        for (int i = 2; i <= 4; i++)
            db_bind_text(query, i, latest);
        status = db_step(query, error);
    }
    if (status == STATUS_OK) {
        out->failed = db_int(query, 0);
        out->checked = db_int(query, 1);
        *looked = db_int(query, 2);
        out->ahead = db_int(query, 3);
    }
    db_finish(query);
    return status;
}

static enum status read_runs(struct db *db, struct arena *arena, const char *latest,
                             struct fixity_state *out, struct error *error)
{
    const char *run[1] = {NULL}, *last[1] = {NULL};
    enum status status =
        texts(db, "SELECT ended FROM fixity_run WHERE started <= ? ORDER BY started DESC LIMIT 1",
              latest, arena, run, 1, error);
    if (status == STATUS_OK)
        out->unfinished = !*run[0];
    if (status == STATUS_OK)
        status = texts(db,
                       "SELECT ended FROM fixity_run WHERE ended <> '' AND ended <= ?"
                       " ORDER BY ended DESC LIMIT 1",
                       latest, arena, last, 1, error);
    if (status == STATUS_OK)
        snprintf(out->last_run, sizeof out->last_run, "%s", last[0]);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status read_rows(struct db *db, struct arena *arena, const char *since,
                             struct fixity_state *out, int64_t *looked, struct error *error)
{
    char latest[26];
    const char *failure[3] = {NULL}, *oldest[1] = {NULL};
    fixity_latest(latest);
    enum status status = read_counts(db, since, latest, out, looked, error);
    if (status == STATUS_OK)
        status = read_runs(db, arena, latest, out, error);
    if (status == STATUS_OK)
        status = texts(db,
                       "SELECT failed_at, place, fault FROM fixity_package WHERE whole = 0"
                       " ORDER BY failed_at DESC LIMIT 1",
                       NULL, arena, failure, 3, error);
    if (status == STATUS_OK) {
        snprintf(out->failed_at, sizeof out->failed_at, "%s", failure[0]);
        out->failed_path = failure[1];
        out->failed_why = failure[2];
    }
    if (status == STATUS_OK || status == STATUS_END)
        status = texts(db,
                       "SELECT CASE WHEN checked_at = '' OR checked_at > ? THEN seen_at"
                       " ELSE checked_at END AS looked"
                       " FROM fixity_package ORDER BY looked LIMIT 1",
                       latest, arena, oldest, 1, error);
    if (status == STATUS_OK)
        out->oldest_days = days_since(oldest[0]);
    return status == STATUS_END ? STATUS_OK : status;
}

static bool is_running(const struct warehouse *warehouse)
{
    int lock = fixity_lock(warehouse, LOCK_EX | LOCK_NB);
    bool busy = lock < 0 && errno == EWOULDBLOCK;
    if (lock >= 0)
        close(lock);
    return busy;
}

enum status fixity_state(const struct warehouse *warehouse, struct db *db, struct arena *arena,
                         struct fixity_state *out, struct error *error)
{
    char since[26];
    int64_t rows = 0, looked = 0;
    struct counting counting = {.warehouse = warehouse};
    *out = (struct fixity_state){0};
    /* Never run: no table. */
    if (fixity_number(db, "SELECT COUNT(*) FROM fixity_package", &rows, NULL) == STATUS_OK)
        counting.db = db;
    enum status status = count_all(&counting, db, error);
    if (status != STATUS_OK)
        return status;
    out->packages = counting.packages;
    out->missing = counting.missing;
    days_ago(warehouse->fixity.within_days, since);
    if (counting.db) {
        status = read_rows(db, arena, since, out, &looked, error);
    }
    out->running = out->unfinished && is_running(warehouse);
    out->unfinished = out->unfinished && !out->running;
    out->never = out->packages > looked ? out->packages - looked : 0;
    const char *last = out->last_run[0] ? out->last_run : counting.first;
    out->overdue = out->packages > 0 && (days_since(last) >= warehouse->fixity.run_days ||
                                         out->oldest_days >= warehouse->fixity.within_days);
    return status;
}

enum status fixity_each_failed(struct db *db, struct arena *arena, const char ***places,
                               size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    int64_t all = 0;
    *count = 0;
    enum status status = db_run(db, fixity_tables, error);
    if (status == STATUS_OK)
        status =
            fixity_number(db, "SELECT COUNT(*) FROM fixity_package WHERE whole = 0", &all, error);
    *places = arena_array(arena, (size_t)all + 1, sizeof **places);
    if (status == STATUS_OK)
        status = db_prepare(db, "SELECT place FROM fixity_package WHERE whole = 0 ORDER BY place",
                            &query, error);
    while (status == STATUS_OK && *count < (size_t)all &&
           (status = db_step(query, error)) == STATUS_OK)
        (*places)[(*count)++] = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
