/* The door to SQLite (beside index/text/tokenizer.c, which registers a tokenizer). */
#include "core/db_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"

#define BUSY_MS 10000

struct query {
    sqlite3 *sqlite;
    sqlite3_stmt *statement;
    int bind_fault; /* the first that failed; told by the next step */
};

/* What is said of virtual tables and of what is not there, of which SQLite has no codes. */
static enum status fault_of_table(sqlite3 *sqlite, struct error *error)
{
    const char *words = sqlite3_errmsg(sqlite), *missing = "no such ";
    if (strstr(words, "fts5") || strstr(words, "vtable constructor failed"))
        return error_set(error, STATUS_FATAL,
                         _("The full text of the catalogue is damaged: 'sohoa reindex' makes it "
                           "again from the store."));
    if (strncmp(words, missing, strlen(missing)) == 0 && strstr(words, ": "))
        return error_set(error, STATUS_FATAL,
                         _("The catalogue is damaged (%s is missing): 'sohoa reindex' makes it "
                           "again from the store."),
                         strstr(words, ": ") + 2);
    return error_set(error, STATUS_FATAL, _("database: %s"), words);
}

/* SQLite's own words name tables and columns, never values. */
static enum status fault(sqlite3 *sqlite, int code, struct error *error)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return error_set(error, STATUS_REJECT, _("the database refuses the row: %s"),
                         sqlite3_errmsg(sqlite));
    }
    if (code == SQLITE_CORRUPT_VTAB)
        return error_set(error, STATUS_FATAL,
                         _("The full text of the catalogue is damaged: 'sohoa reindex' makes it "
                           "again from the store."));
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(error, STATUS_RETRY,
                         _("another process keeps the database busy; try again in a moment"));
    case SQLITE_FULL:
        return error_set(error, STATUS_RETRY,
                         _("the disk that holds the database is full; make room and try again"));
    case SQLITE_IOERR:
        return error_set(
            error, STATUS_RETRY,
            _("the database cannot be read or written (%s); is the disk full or failing?"),
            sqlite3_errstr(code));
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return error_set(
            error, STATUS_FATAL,
            _("the database file is damaged or is no database (%s); move it away together with its "
              "-wal and -shm files, then `sohoa run` makes it again from spool and store"),
            sqlite3_errstr(code));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return error_set(
            error, STATUS_FATAL,
            _("the database cannot be opened for writing; check the rights of its file "
              "and folder"));
    default:
        return fault_of_table(sqlite, error);
    }
}

static enum status run(void *native, const char *sql, struct error *error)
{
    int code = sqlite3_exec(native, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : fault(native, code, error);
}

/* ---------------------------------------------------------------- opening */

/* SQLite would make the file readable to all; it holds citizens' data. Its -wal and -shm take the
 * rights of the file. */
static void create_private(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd >= 0)
        close(fd);
}

/* "file:" with what a URI keeps for itself escaped. */
static char *immutable_uri(const char *path)
{
    struct buffer uri = {0};
    buffer_text(&uri, "file:");
    for (; *path; path++)
        if (strchr("%?#", *path))
            buffer_printf(&uri, "%%%02x", (unsigned char)*path);
        else
            buffer_add(&uri, path, 1);
    buffer_text(&uri, "?immutable=1");
    return (char *)uri.data;
}

static int connect_to(const char *path, int flags, sqlite3 **sqlite)
{
    int code = sqlite3_open_v2(path, sqlite, flags | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (code != SQLITE_OK)
        return code;
    sqlite3_extended_result_codes(*sqlite, 1);
    sqlite3_busy_timeout(*sqlite, BUSY_MS);
    /* Does something, so that a file that is no database shows it now. */
    return sqlite3_exec(*sqlite,
                        "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
                        " SELECT count(*) FROM sqlite_schema",
                        NULL, NULL, NULL);
}

static int set_journal(sqlite3 *sqlite)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sqlite, "PRAGMA journal_mode=WAL", -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    bool wal =
        code == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    sqlite3_finalize(statement);
    if (!wal)
        return code == SQLITE_ROW ? SQLITE_CANTOPEN : code;
    return sqlite3_exec(sqlite, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
}

/* A read-only folder has no place for the -shm file that WAL shares. When nothing waits in the
 * -wal, the file alone is the whole database and nobody can be writing it. */
static int connect_readonly(const char *path, sqlite3 **sqlite)
{
    int code = connect_to(path, SQLITE_OPEN_READONLY, sqlite);
    int kind = code & 0xff;
    struct arena *arena = arena_new();
    bool waiting = file_size(arena_printf(arena, "%s-wal", path)) > 0;
    arena_free(arena);
    if ((kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) && !waiting) {
        sqlite3_close_v2(*sqlite);
        char *uri = immutable_uri(path);
        code = connect_to(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, sqlite);
        free(uri);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(*sqlite, "PRAGMA query_only=ON", NULL, NULL, NULL);
    return code;
}

static enum status open_database(const char *path, enum db_mode mode, void **out,
                                 struct error *error)
{
    sqlite3 *sqlite = NULL;
    int code;
    if (mode == DB_CREATE)
        create_private(path);
    else if (mode != DB_MEMORY && !file_exists(path))
        return error_set(error, STATUS_REJECT, _("there is no database %s; run sohoa init first"),
                         path);
    if (mode == DB_READ) {
        code = connect_readonly(path, &sqlite);
    } else if (mode == DB_MEMORY) {
        code = connect_to(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &sqlite);
    } else {
        int flags = SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
        code = connect_to(path, flags, &sqlite);
        /* SQLite falls back to reading without a word. */
        if (code == SQLITE_OK && sqlite3_db_readonly(sqlite, "main") == 1)
            code = SQLITE_READONLY;
        if (code == SQLITE_OK)
            code = set_journal(sqlite);
    }
    if (code == SQLITE_OK) {
        *out = sqlite;
        return STATUS_OK;
    }
    enum status status = fault(sqlite, code, error);
    sqlite3_close_v2(sqlite);
    return error_add(error, status, "%s", path);
}

static void close_database(void *native)
{
    sqlite3_close_v2(native);
}

static bool in_transaction(void *native)
{
    return !sqlite3_get_autocommit(native);
}

static int64_t changes(void *native)
{
    return sqlite3_changes64(native);
}

/* A transaction sees what stood there at its first read. */
static enum status pin(void *native, struct error *error)
{
    int code = sqlite3_exec(native, "BEGIN; SELECT COUNT(*) FROM sqlite_master", NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : fault(native, code, error);
}

static enum status copy(void *native, const char *path, struct error *error)
{
    sqlite3 *to = NULL;
    sqlite3_backup *backup = NULL;
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        backup = sqlite3_backup_init(to, "main", native, "main");
    if (code == SQLITE_OK && !backup)
        code = sqlite3_extended_errcode(to);
    for (int tries = 0; backup && tries < BUSY_MS / 100; tries++) {
        code = sqlite3_backup_step(backup, -1);
        if (code != SQLITE_BUSY && code != SQLITE_LOCKED)
            break;
        sqlite3_sleep(100);
    }
    if (backup)
        sqlite3_backup_finish(backup);
    enum status status = STATUS_OK;
    if ((code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC)
        status = error_set(error, STATUS_RETRY,
                           _("%s cannot be written: the disk that the database is copied to is "
                             "full or failing; make room there and try again"),
                           path);
    else if (code != SQLITE_DONE)
        status = fault(to, code == SQLITE_OK ? SQLITE_ERROR : code, error);
    sqlite3_close_v2(to);
    return status;
}

/* ---------------------------------------------------------------- queries */

static enum status prepare(void *native, const char *sql, void **out, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(native, sql, -1, &statement, NULL);
    if (code != SQLITE_OK)
        return fault(native, code, error);
    if (!statement)
        return error_set(error, STATUS_FATAL, _("database: an empty statement"));
    struct query *query = memory_new(sizeof *query);
    *query = (struct query){native, statement, SQLITE_OK};
    *out = query;
    return STATUS_OK;
}

static bool writes(void *handle)
{
    return !sqlite3_stmt_readonly(((struct query *)handle)->statement);
}

static void remember(struct query *query, int code)
{
    if (query->bind_fault == SQLITE_OK)
        query->bind_fault = code;
}

static void bind_text(void *handle, int parameter, const char *text)
{
    struct query *query = handle;
    remember(query, sqlite3_bind_text(query->statement, parameter, text, -1, SQLITE_TRANSIENT));
}

static void bind_bytes(void *handle, int parameter, const void *bytes, size_t size)
{
    struct query *query = handle;
    remember(query,
             sqlite3_bind_blob64(query->statement, parameter, bytes, size, SQLITE_TRANSIENT));
}

static void bind_int(void *handle, int parameter, int64_t value)
{
    struct query *query = handle;
    remember(query, sqlite3_bind_int64(query->statement, parameter, value));
}

static void bind_real(void *handle, int parameter, double value)
{
    struct query *query = handle;
    remember(query, sqlite3_bind_double(query->statement, parameter, value));
}

static void bind_null(void *handle, int parameter)
{
    struct query *query = handle;
    remember(query, sqlite3_bind_null(query->statement, parameter));
}

static enum status step(void *handle, struct error *error)
{
    struct query *query = handle;
    if (query->bind_fault != SQLITE_OK)
        return error_set(error, STATUS_FATAL, _("database: a value does not fit its place (%s)"),
                         sqlite3_errstr(query->bind_fault));
    int code = sqlite3_step(query->statement);
    if (code == SQLITE_ROW)
        return STATUS_OK;
    enum status status = code == SQLITE_DONE ? STATUS_END : fault(query->sqlite, code, error);
    sqlite3_reset(query->statement); /* lets its lock go, and binding is right again */
    return status;
}

static void reset(void *handle)
{
    struct query *query = handle;
    query->bind_fault = SQLITE_OK;
    sqlite3_reset(query->statement);
}

static void forget(void *handle)
{
    reset(handle);
    sqlite3_clear_bindings(((struct query *)handle)->statement);
}

static void finish(void *handle)
{
    sqlite3_finalize(((struct query *)handle)->statement);
    free(handle);
}

static int64_t get_int(void *handle, int column)
{
    return sqlite3_column_int64(((struct query *)handle)->statement, column);
}

static double get_real(void *handle, int column)
{
    return sqlite3_column_double(((struct query *)handle)->statement, column);
}

static const char *get_text(void *handle, int column)
{
    return (const char *)sqlite3_column_text(((struct query *)handle)->statement, column);
}

const struct db_driver db_driver_sqlite = {
    .name = "sqlite",
    .scheme = "sqlite:",
    .open = open_database,
    .close = close_database,
    .run = run,
    .in_transaction = in_transaction,
    .changes = changes,
    .pin = pin,
    .copy = copy,
    .prepare = prepare,
    .writes = writes,
    .bind_text = bind_text,
    .bind_bytes = bind_bytes,
    .bind_int = bind_int,
    .bind_real = bind_real,
    .bind_null = bind_null,
    .step = step,
    .reset = reset,
    .forget = forget,
    .finish = finish,
    .get_int = get_int,
    .get_real = get_real,
    .get_text = get_text,
};
