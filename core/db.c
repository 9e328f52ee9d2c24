#include "core/db.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/db_driver.h"
#include "core/fault.h"
#include "core/file.h"
#include "core/message.h"

enum { KEPT = 160 }; /* statements that nobody uses at the moment, the last used last */

struct db {
    const struct db_driver *driver;
    void *native;
    bool in_memory;
    struct db_query *kept[KEPT];
    size_t kept_count;
};

struct db_query {
    struct db *db;
    void *native;
    char *sql;
    uint64_t hash;
    bool running; /* stepped since prepare, reset or its end */
};

static void query_free(struct db_query *query)
{
    query->db->driver->finish(query->native);
    free(query->sql);
    free(query);
}

/* The first is also for a plain path. */
static const struct db_driver *const drivers[] = {&db_driver_sqlite};

/* ---------------------------------------------------------------- opening */

static enum status open_with(const char *url, enum db_mode mode, struct db **out,
                             struct error *error)
{
    const struct db_driver *driver = NULL;
    const char *place = url;
    *out = NULL;
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers && !driver; i++) {
        size_t length = strlen(drivers[i]->scheme);
        if (strncmp(url, drivers[i]->scheme, length) == 0) {
            driver = drivers[i];
            place = url + length;
        }
    }
    if (!driver && strstr(url, "://")) /* the URL may hold a password: it is not repeated */
        return error_set(error, STATUS_FATAL,
                         _("this program knows no such database; write sqlite:/path/file.db"));
    if (!driver)
        driver = drivers[0];
    void *native = NULL;
    enum status status = driver->open(place, mode, &native, error);
    if (status != STATUS_OK)
        return status;
    *out = memory_new(sizeof **out);
    **out = (struct db){.driver = driver, .native = native};
    return STATUS_OK;
}

enum status db_open(const char *url, bool create, struct db **out, struct error *error)
{
    return open_with(url, create ? DB_CREATE : DB_WRITE, out, error);
}

enum status db_open_readonly(const char *url, struct db **out, struct error *error)
{
    return open_with(url, DB_READ, out, error);
}

enum status db_open_memory(struct db **out, struct error *error)
{
    enum status status = open_with("", DB_MEMORY, out, error);
    if (status == STATUS_OK)
        (*out)->in_memory = true;
    return status;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    for (size_t i = 0; i < db->kept_count; i++)
        query_free(db->kept[i]);
    db->driver->close(db->native);
    free(db);
}

void *db_native(struct db *db)
{
    return db->native;
}

const char *db_driver(const struct db *db)
{
    return db->driver->name;
}

/* ---------------------------------------------------------------- transactions */

static enum status disk_full(struct error *error)
{
    return error_set(error, STATUS_RETRY,
                     _("the disk that holds the database is full; make room and try again"));
}

/* A commit in memory is no durable act, so nothing is to be tested there. */
static bool commit_fails(const struct db *db)
{
    return !db->in_memory && fault_point("commit");
}

enum status db_run(struct db *db, const char *sql, struct error *error)
{
    if (!db->driver->in_transaction(db->native) && commit_fails(db))
        return disk_full(error);
    return db->driver->run(db->native, sql, error);
}

enum status db_begin(struct db *db, struct error *error)
{
    return db->driver->run(db->native, "BEGIN IMMEDIATE", error);
}

enum status db_commit(struct db *db, struct error *error)
{
    enum status status =
        commit_fails(db) ? disk_full(error) : db->driver->run(db->native, "COMMIT", error);
    if (status != STATUS_OK)
        db_rollback(db);
    return status;
}

void db_rollback(struct db *db)
{
    if (db->driver->in_transaction(db->native))
        db->driver->run(db->native, "ROLLBACK", NULL);
}

enum status db_end(struct db *db, enum status status, struct error *error)
{
    if (status == STATUS_OK)
        return db_commit(db, error);
    db_rollback(db);
    return status;
}

bool db_in_transaction(const struct db *db)
{
    return db->driver->in_transaction(db->native);
}

int64_t db_changes(struct db *db)
{
    return db->driver->changes(db->native);
}

enum status db_pin(struct db *db, struct error *error)
{
    return db->driver->pin(db->native, error);
}

enum status db_copy(struct db *db, const char *path, struct error *error)
{
    struct file_writer *writer = NULL;
    enum status status = file_create(path, &writer, error);
    if (status != STATUS_OK)
        return status;
    status = db->driver->copy(db->native, file_part(writer), error);
    if (status == STATUS_OK)
        return file_commit(writer, error);
    file_abandon(writer);
    return status;
}

/* ---------------------------------------------------------------- queries */

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static struct db_query *take_kept(struct db *db, const char *sql, uint64_t hash)
{
    for (size_t i = db->kept_count; i-- > 0;) {
        struct db_query *query = db->kept[i];
        if (query->hash != hash || strcmp(query->sql, sql) != 0)
            continue;
        memmove(db->kept + i, db->kept + i + 1, (--db->kept_count - i) * sizeof *db->kept);
        return query;
    }
    return NULL;
}

enum status db_prepare(struct db *db, const char *sql, struct db_query **out, struct error *error)
{
    uint64_t hash = hash_of(sql);
    void *native = NULL;
    *out = take_kept(db, sql, hash);
    if (*out)
        return STATUS_OK;
    enum status status = db->driver->prepare(db->native, sql, &native, error);
    if (status != STATUS_OK)
        return status;
    char *copy = memory_new(strlen(sql) + 1);
    *out = memory_new(sizeof **out);
    **out = (struct db_query){.db = db, .native = native, .sql = strcpy(copy, sql), .hash = hash};
    return STATUS_OK;
}

void db_bind_text(struct db_query *query, int parameter, const char *text)
{
    if (text)
        query->db->driver->bind_text(query->native, parameter, text);
    else
        query->db->driver->bind_null(query->native, parameter);
}

void db_bind_bytes(struct db_query *query, int parameter, const void *bytes, size_t size)
{
    query->db->driver->bind_bytes(query->native, parameter, bytes, size);
}

void db_bind_int(struct db_query *query, int parameter, int64_t value)
{
    query->db->driver->bind_int(query->native, parameter, value);
}

void db_bind_real(struct db_query *query, int parameter, double value)
{
    query->db->driver->bind_real(query->native, parameter, value);
}

void db_bind_null(struct db_query *query, int parameter)
{
    query->db->driver->bind_null(query->native, parameter);
}

enum status db_step(struct db_query *query, struct error *error)
{
    const struct db_driver *driver = query->db->driver;
    /* A writing statement outside a transaction is one of its own, so a durable act. */
    if (!query->running && driver->writes(query->native) &&
        !driver->in_transaction(query->db->native) && commit_fails(query->db))
        return disk_full(error);
    enum status status = driver->step(query->native, error);
    query->running = status == STATUS_OK;
    return status;
}

void db_reset(struct db_query *query)
{
    query->running = false;
    query->db->driver->reset(query->native);
}

void db_finish(struct db_query *query)
{
    if (!query)
        return;
    struct db *db = query->db;
    query->running = false;
    db->driver->forget(query->native);
    if (db->kept_count == KEPT) {
        query_free(db->kept[0]);
        memmove(db->kept, db->kept + 1, --db->kept_count * sizeof *db->kept);
    }
    db->kept[db->kept_count++] = query;
}

int64_t db_int(struct db_query *query, int column)
{
    return query->db->driver->get_int(query->native, column);
}

double db_real(struct db_query *query, int column)
{
    return query->db->driver->get_real(query->native, column);
}

const char *db_text(struct db_query *query, int column)
{
    return query->db->driver->get_text(query->native, column);
}

static enum status prepare_bound(struct db *db, const char *sql, const char *format, va_list values,
                                 struct db_query **out, struct error *error)
{
    enum status status = db_prepare(db, sql, out, error);
    for (int i = 0; status == STATUS_OK && format[i]; i++) {
        switch (format[i]) {
        case 's':
            db_bind_text(*out, i + 1, va_arg(values, const char *));
            break;
        case 'i':
            db_bind_int(*out, i + 1, va_arg(values, int64_t));
            break;
        case 'r':
            db_bind_real(*out, i + 1, va_arg(values, double));
            break;
        default:
            db_bind_null(*out, i + 1);
        }
    }
    return status;
}

enum status db_do(struct db *db, struct error *error, const char *sql, const char *format, ...)
{
    struct db_query *query = NULL;
    va_list values;
    va_start(values, format);
    enum status status = prepare_bound(db, sql, format, values, &query, error);
    va_end(values);
    while (status == STATUS_OK)
        status = db_step(query, error);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status db_first_int(struct db *db, int64_t *value, struct error *error, const char *sql,
                         const char *format, ...)
{
    struct db_query *query = NULL;
    va_list values;
    va_start(values, format);
    enum status status = prepare_bound(db, sql, format, values, &query, error);
    va_end(values);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *value = db_int(query, 0);
    db_finish(query);
    return status;
}
