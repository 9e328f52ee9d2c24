/*
 * What people did that no package tells, as records (core/record.h) and as rows.
 *
 * Each kind of record has one function that makes its rows, and nothing else makes them: a command
 * hands in what was done, the rows are made of it, the file becomes durable, then the rows are
 * committed with the number of the record. A crash between leaves a file without rows, which the
 * next opening of the database makes up for. With the database lost, all records are applied again
 * after the packages.
 */
#ifndef SOHOA_PIPELINE_RECORDS_H
#define SOHOA_PIPELINE_RECORDS_H

#include "core/record.h"
#include "pipeline/pipeline.h"

/* Makes the rows of a record, in the caller's transaction. It reads the record and rows, and
 * neither the clock nor files, so that it does the same again. REJECT: what the record says cannot
 * be (nothing is written then). */
typedef enum status record_apply(struct db *db, const struct record *record, struct error *error);

/* One thing done: checked, written, entered in the journal ("record", object "records/<number>",
 * detail "kind=... sha256=..."), applied. number may be NULL. REJECT: refused by the kind's
 * function, nothing was written. RETRY: the database or the folder is busy or full. Not inside a
 * transaction. */
enum status pipeline_record_add(const struct warehouse *warehouse, struct db *db, const char *kind,
                                const json_t *data, int64_t *number, struct error *error);

/* Applies what was written and not applied. warehouse_db calls it. FATAL: a kind that only a newer
 * program knows; REJECT: a record that is damaged or missing. */
enum status pipeline_records_catch_up(const struct warehouse *warehouse, struct db *db,
                                      struct error *error);

/* Every record is there, as it was written, follows its predecessor, and the journal names it with
 * its hash; finding() gets each that is not. checked: how many. REJECT: there were findings. */
enum status pipeline_records_check(const struct warehouse *warehouse,
                                   void (*finding)(void *context, const char *place,
                                                   const char *sentence),
                                   void *context, int64_t *checked, struct error *error);

/* The rows against what the records make of an empty database; finding() gets each table that
 * differs. REJECT: one does. */
enum status pipeline_records_compare(const struct warehouse *warehouse, struct db *db,
                                     void (*finding)(void *context, const char *place,
                                                     const char *sentence),
                                     void *context, struct error *error);
/* The rows of all records made again. Not inside a transaction. */
enum status pipeline_records_again(const struct warehouse *warehouse, struct db *db,
                                   struct error *error);

#endif
