#include "pipeline/ledger_sql.h"

#include <string.h>

#include "core/buffer.h"

/* Where a condition says `owner <> ''` beside `owner = ?`, here and elsewhere in the ledger, it is
 * for the planner: the indexes on what few rows have are partial. */

/* Two workers that look at the same moment must not take the same row. SQLite has one writer, so
 * the statement is alone anyway; PostgreSQL needs to be told to pass over what another is taking.
 */
static const char *locking_clause(const char *driver)
{
    return strcmp(driver, "postgresql") == 0 ? " FOR UPDATE OF t SKIP LOCKED" : "";
}

/* Names in the table are our own literals, so they stand in the SQL as they are. */
static void add_ready(struct buffer *sql, const struct step_table *table, int tries)
{
    const char *separator = "";
    buffer_text(sql, "(");
    for (size_t i = 0; i < table->count; i++) {
        const struct step *step = &table->steps[i];
        if (!step->to)
            continue;
        buffer_printf(sql, "%s(t.kind = '%s' AND t.state = '%s'", separator, step->kind,
                      step->from);
        if (tries > 0)
            buffer_printf(sql, " AND t.tries < %d", step->tries ? step->tries : tries);
        if (step->needs)
            buffer_printf(sql, " AND (%s)", step->needs);
        buffer_text(sql, ")");
        separator = " OR ";
    }
    buffer_text(sql, ")");
}

/* CASE over kind and state of a number each step has. */
static void add_case(struct buffer *sql, const struct step_table *table, bool lease, int otherwise)
{
    buffer_text(sql, "CASE");
    for (size_t i = 0; i < table->count; i++) {
        const struct step *step = &table->steps[i];
        int own = lease ? step->lease_s : step->tries;
        if (step->to && own)
            buffer_printf(sql, " WHEN kind = '%s' AND state = '%s' THEN %d", step->kind, step->from,
                          own);
    }
    /* A CASE without WHEN is no SQL. */
    buffer_printf(sql, " WHEN kind IS NULL THEN 0 ELSE %d END", otherwise);
}

static const char *taken(struct buffer *sql, struct arena *arena)
{
    const char *text = arena_strdup(arena, (const char *)sql->data);
    buffer_clear(sql);
    return text;
}

/* Parameters: now, now. */
static void add_oldest(struct buffer *sql, const struct step_table *table, int tries)
{
    buffer_text(sql, "SELECT t.kind, t.id FROM ledger AS t WHERE t.held = 0 AND t.not_before <= ?"
                     " AND (t.owner = '' OR t.lease_until <= ?) AND ");
    add_ready(sql, table, tries);
    buffer_text(sql, " ORDER BY t.not_before, t.kind, t.id LIMIT 1");
}

const char *ledger_sql_ready(const struct step_table *table, int tries, struct arena *arena)
{
    struct buffer sql = {0};
    add_oldest(&sql, table, tries);
    return taken(&sql, arena);
}

const char *ledger_sql_claim(const char *driver, const struct step_table *table, int tries,
                             int lease_s, struct arena *arena)
{
    struct buffer sql = {0};
    /* PostgreSQL would take the ? beside an integer for one of 32 bits, which milliseconds are not.
     */
    buffer_text(&sql, "UPDATE ledger SET owner = ?, tries = tries + 1,"
                      " lease_until = CAST(? AS BIGINT) + 1000 * (");
    add_case(&sql, table, true, lease_s);
    buffer_text(&sql, ") WHERE (kind, id) = (");
    add_oldest(&sql, table, tries);
    buffer_printf(&sql, "%s) RETURNING kind, id, batch, state, tries", locking_clause(driver));
    return taken(&sql, arena);
}

const char *ledger_sql_left(const struct step_table *table, struct arena *arena)
{
    struct buffer sql = {0};
    buffer_text(&sql, "SELECT COUNT(*) FROM ledger AS t WHERE t.held = 0 AND (t.not_before <= ?");
    buffer_text(&sql, " OR NOT (1 = 0");
    for (size_t i = 0; i < table->count; i++)
        if (table->steps[i].turn == TURN_PATIENT)
            buffer_printf(&sql, " OR (t.kind = '%s' AND t.state = '%s')", table->steps[i].kind,
                          table->steps[i].from);
    buffer_text(&sql, ")) AND ");
    add_ready(&sql, table, 0);
    return taken(&sql, arena);
}

const char *ledger_sql_bury(const struct step_table *table, int tries, struct arena *arena)
{
    struct buffer sql = {0};
    buffer_text(&sql, "UPDATE ledger SET why = ?, since = ?, not_before = ?, owner = '',"
                      " lease_until = 0, held = CASE WHEN tries >= (");
    add_case(&sql, table, false, tries);
    buffer_text(&sql, ") THEN 1 ELSE held END WHERE owner = ? AND owner <> '' AND state <> 'open'");
    return taken(&sql, arena);
}
