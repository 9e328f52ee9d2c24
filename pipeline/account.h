/* What the accounts need of the warehouse: where in the journal everything was entered. */
#ifndef SOHOA_PIPELINE_ACCOUNT_H
#define SOHOA_PIPELINE_ACCOUNT_H

#include "account/account.h"
#include "pipeline/pipeline.h"

/* Reads what the journal has got since the last time. Not inside a transaction. */
enum status pipeline_account_read(const struct warehouse *warehouse, struct db *db,
                                  struct error *error);
/* The same, and the moment to count at: the journal's entry sequence (0: its last), with its hash,
 * its day and the last record up to it. REJECT: there is no such entry. */
enum status pipeline_account_at(const struct warehouse *warehouse, struct db *db, int64_t sequence,
                                struct account_at *out, struct error *error);
/* The last entry up to the end of that day (ISO). REJECT: the journal begins later. */
enum status pipeline_account_day(const struct warehouse *warehouse, const char *day,
                                 int64_t *sequence, struct error *error);
/* A file of the configuration: the warehouse's own, else the one that came with the program. */
const char *pipeline_account_file(const struct warehouse *warehouse, const char *name,
                                  struct arena *arena);
/* What a catalogue of an earlier program has counted and no record tells becomes a record.
 * warehouse_db calls it. */
enum status pipeline_account_adopt(const struct warehouse *warehouse, struct db *db,
                                   struct error *error);

#endif
