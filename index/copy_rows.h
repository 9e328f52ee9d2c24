/* Rows of one database taken into another that has the same table. SQLite's own. */
#ifndef SOHOA_INDEX_COPY_ROWS_H
#define SOHOA_INDEX_COPY_ROWS_H

#include "core/db.h"

/* condition: "kind = 'unit'"; NULL: all rows. For few rows: they pass through as text. */
enum status copy_rows(struct db *from, struct db *to, const char *table, const char *condition,
                      struct error *error);

#endif
