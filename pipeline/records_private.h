/* Between records.c and records_rows.c. */
#ifndef SOHOA_PIPELINE_RECORDS_PRIVATE_H
#define SOHOA_PIPELINE_RECORDS_PRIVATE_H

#include "pipeline/records.h"

/* The last record with rows; 0: none, or a database of before. */
enum status records_applied(struct db *db, int64_t *number, struct error *error);
/* Every record from the first on, in the caller's transaction; the journal is not asked. */
enum status records_apply_all(const struct warehouse *warehouse, struct db *db,
                              struct error *error);

#endif
