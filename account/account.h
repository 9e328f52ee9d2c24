/*
 * account: what was planned, what is done, what is missing, and how good it is.
 *
 * Figures are counted, never stored, out of three kinds of rows:
 *   catalog_version   each version of each document (index/)
 *   account_*         what people entered, made of records (core/record.h) and of nothing else
 *   account_place,    at which entry of the journal a version came into the store, a record was
 *   account_record    entered; read from the journal by pipeline/account.h
 * so that every figure can be counted again as it stood at any entry of the journal.
 *
 * Each kind of record has one function here that makes its rows (x_apply); it reads the record and
 * rows, and neither the clock nor files. What is put into a record is made by x_read functions.
 */
#ifndef SOHOA_ACCOUNT_ACCOUNT_H
#define SOHOA_ACCOUNT_ACCOUNT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/db.h"
#include "core/hash.h"
#include "core/record.h"
#include "core/status.h"

/* Makes or upgrades the tables, and those of the catalogue; writes nothing when they are up to
 * date. FATAL when they come from a newer program. Not inside a transaction. */
enum status account_tables(struct db *db, struct error *error);
/* When some of its own are missing, or it is not known whose they are, all of them are forgotten:
 * journal and records fill those that account_tables makes after that. Not inside a transaction. */
enum status account_tables_mend(struct db *db, struct error *error);

/* ---- the journal's entries that figures are placed by */

/* Up to which entry the journal has been read; 0: not at all. */
enum status account_read_to(struct db *db, int64_t *sequence, struct error *error);
enum status account_set_read_to(struct db *db, int64_t sequence, struct error *error);
/* A version came into the store (of several entries about one the first counts); a record was
 * entered. day: of Vietnam, ISO. */
enum status account_place(struct db *db, const char *document_id, int version, int64_t sequence,
                          const char *day, struct error *error);
enum status account_record(struct db *db, int64_t number, int64_t sequence, const char *day,
                           struct error *error);

/* A moment to count at. Versions that no entry names (of before the journal knew places, or entered
 * from elsewhere) count at every moment. */
struct account_at {
    int64_t sequence; /* last entry that counts */
    int64_t record;   /* last record that counts */
    bool with_twins;  /* a paper that is there twice counts twice: of reports of before (twins.h) */
    bool by_dossier;  /* of the results of one dossier in a register one counts, a name alone finds
                         nothing: likewise */
    char day[11];     /* of that entry: what "today" is for rates and forecasts */
    char head[HASH_HEX_SIZE]; /* its hash, where the caller knows it; else "" */
};
/* All there is; day: the caller's. */
struct account_at account_now(const char *day);
/* The last record that was entered up to at->sequence, into at->record. */
enum status account_find_record(struct db *db, struct account_at *at, struct error *error);

#endif
