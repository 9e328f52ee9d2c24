/* Statements kept from use to use: what is asked of the database for every paper is prepared once.
 * Each is found by its SQL's address, so the SQL is a literal or static. For this folder only. */
#ifndef SOHOA_INDEX_PREPARED_H
#define SOHOA_INDEX_PREPARED_H

#include "core/db.h"

enum { PREPARED_MAX = 128 };

struct prepared { /* {.db = db} to begin with */
    struct db *db;
    struct {
        const char *sql;
        struct db_query *query;
    } at[PREPARED_MAX];
    size_t count;
};

/* Ready to be bound; lent. Whoever steps it to a row resets it when done (a statement in the middle
 * keeps its snapshot). */
enum status prepared_query(struct prepared *prepared, const char *sql, struct db_query **out,
                           struct error *error);
/* As db_do. */
enum status prepared_do(struct prepared *prepared, struct error *error, const char *sql,
                        const char *format, ...);
/* The first column of the first row; END: there is no row. */
enum status prepared_int(struct prepared *prepared, int64_t *value, struct error *error,
                         const char *sql, const char *format, ...);
void prepared_clear(struct prepared *prepared);

#endif
