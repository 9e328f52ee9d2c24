/* What fixity.c and fixity_state.c share. */
#ifndef SOHOA_PIPELINE_FIXITY_PRIVATE_H
#define SOHOA_PIPELINE_FIXITY_PRIVATE_H

#include "pipeline/fixity.h"

extern const char fixity_tables[]; /* SQL that makes them when they are not there */
/* The one number that sql gives. */
enum status fixity_number(struct db *db, const char *sql, int64_t *out, struct error *error);
/* Whoever checks holds it shared; who cannot have it alone knows that a check is at work. how: of
 * flock(). The open file, to be closed; -1 and errno. */
int fixity_lock(const struct warehouse *warehouse, int how);

#endif
