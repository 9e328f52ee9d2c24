/*
 * SQL made from the step table. Inside pipeline/ only; the one place where the ledger's SQL knows
 * which database it speaks to.
 */
#ifndef SOHOA_PIPELINE_LEDGER_SQL_H
#define SOHOA_PIPELINE_LEDGER_SQL_H

#include "pipeline/steps.h"

/* Parameters: now, now (ms). A row when something may be taken. */
const char *ledger_sql_ready(const struct step_table *table, int tries, struct arena *arena);
/* Parameters: owner, now, now, now (ms). Gives kind, id, batch, state, tries of the row taken. */
const char *ledger_sql_claim(const char *driver, const struct step_table *table, int tries,
                             int lease_s, struct arena *arena);
/* Rows that a run still has to see to. */
const char *ledger_sql_left(const struct step_table *table, struct arena *arena);
/* Parameters: why, since, not_before, owner. */
const char *ledger_sql_bury(const struct step_table *table, int tries, struct arena *arena);

#endif
