/*
 * One small interface to a database, so that SQL is written once for SQLite and PostgreSQL.
 *
 * SQL here is the part both speak: ? parameters, ON CONFLICT, RETURNING, CTEs, text, bigint
 * (64-bit), double precision. No AUTOINCREMENT, no pragma, no date functions: times are text
 * (ISO 8601) or bigint, booleans bigint 0/1. What differs (full text, the claim's locking) stands
 * in a file of its own beside its user.
 * Drivers: db_sqlite.c (door: SQLite). Every commit is a fault point (core/fault.h).
 */
#ifndef SOHOA_CORE_DB_H
#define SOHOA_CORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"

struct db;
struct db_query;

/* url: "sqlite:/path/file.db" or a plain path. SQLite is opened in WAL with synchronous=FULL,
 * foreign keys on, 10 s busy time-out; created when absent and create is set (REJECT otherwise). A
 * file that is no database, damaged or read-only: FATAL with a sentence. */
enum status db_open(const char *url, bool create, struct db **out, struct error *error);
/* The same, for looking only: changes no row, works on a read-only file system. */
enum status db_open_readonly(const char *url, struct db **out, struct error *error);
/* One that lives in memory, for this process alone; its commits are no durable acts. */
enum status db_open_memory(struct db **out, struct error *error);
void db_close(struct db *db); /* NULL is fine; rolls back what is open */

/* One or more statements without results. */
enum status db_run(struct db *db, const char *sql, struct error *error);

/* BEGIN IMMEDIATE / COMMIT / ROLLBACK. RETRY when the database stays busy. db_rollback may be
 * called when nothing is open. */
enum status db_begin(struct db *db, struct error *error);
enum status db_commit(struct db *db, struct error *error);
void db_rollback(struct db *db);

/* The end of what db_begin began: a commit when status is OK, else a rollback. Gives status, or
 * what became of the commit. */
enum status db_end(struct db *db, enum status status, struct error *error);
bool db_in_transaction(const struct db *db);

/* A prepared statement; parameters count from 1, columns from 0. Bound text is copied.
 * Bind after prepare or reset. Given back by db_finish (NULL is fine), which the connection keeps
 * for the next db_prepare of the same SQL: what is asked again and again is parsed once. */
enum status db_prepare(struct db *db, const char *sql, struct db_query **out, struct error *error);
void db_bind_text(struct db_query *query, int parameter, const char *text); /* NULL binds NULL */
void db_bind_bytes(struct db_query *query, int parameter, const void *bytes, size_t size);
void db_bind_int(struct db_query *query, int parameter, int64_t value);
void db_bind_real(struct db_query *query, int parameter, double value);
void db_bind_null(struct db_query *query, int parameter);
/* OK: there is a row; END: no (more) row. RETRY busy or full; FATAL anything else; a broken
 * uniqueness or foreign key is REJECT. */
enum status db_step(struct db_query *query, struct error *error);
void db_reset(struct db_query *query);
void db_finish(struct db_query *query);

int64_t db_int(struct db_query *query, int column);
double db_real(struct db_query *query, int column);
const char *db_text(struct db_query *query,
                    int column);   /* lent until the next step; NULL is NULL */
int64_t db_changes(struct db *db); /* rows changed by the last statement */

/* In one go: prepare, bind by format (s text, i int64_t, r double, n NULL without argument), step
 * to the end, finish. db_do(db, error, "UPDATE t SET a=? WHERE b=?", "si", "x", (int64_t)7) */
enum status db_do(struct db *db, struct error *error, const char *sql, const char *format, ...);

/* In one go too: the first column of the first row. END: there is no row. */
enum status db_first_int(struct db *db, int64_t *value, struct error *error, const char *sql,
                         const char *format, ...);

/* From here on this connection sees the database as it stands now, whatever others write meanwhile;
 * until db_rollback or db_close. For looking only. */
enum status db_pin(struct db *db, struct error *error);

/* A consistent copy of the whole database as it stands, while others go on writing; durable under
 * path only when it is whole. */
enum status db_copy(struct db *db, const char *path, struct error *error);

/* The driver's own handle (sqlite3 *), for the one file that must register a tokenizer. */
void *db_native(struct db *db);
/* "sqlite" or "postgresql". */
const char *db_driver(const struct db *db);

#endif
