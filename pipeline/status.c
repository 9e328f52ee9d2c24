/* What the ledger says, for people. */
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/fixity.h"
#include "pipeline/spool.h"

static bool kind_ends_here(const struct step_table *table, size_t i)
{
    return i + 1 == table->count || strcmp(table->steps[i].kind, table->steps[i + 1].kind) != 0;
}

static enum status count_rows(struct db *db, const char *kind, const char *state, int64_t *out,
                              struct error *error)
{
    if (!state)
        return ledger_number(db, out, error,
                             "SELECT COUNT(*) FROM ledger WHERE kind = ? AND held = 1", kind, NULL);
    return ledger_number(db, out, error,
                         "SELECT COUNT(*) FROM ledger WHERE kind = ? AND state = ? AND held = 0",
                         kind, state, NULL);
}

enum status pipeline_status(struct db *db, struct arena *arena, struct pipeline_count **counts,
                            size_t *count, struct error *error)
{
    const struct step_table *table = &pipeline_table;
    enum status status = STATUS_OK;
    *counts = arena_array(arena, 2 * table->count, sizeof **counts);
    *count = 0;
    for (size_t i = 0; i < table->count && status == STATUS_OK; i++) {
        const struct step *step = &table->steps[i];
        struct pipeline_count *at = &(*counts)[(*count)++];
        *at = (struct pipeline_count){step->kind, step->from, message(step->label), 0};
        status = count_rows(db, at->kind, at->state, &at->count, error);
        if (status == STATUS_OK && kind_ends_here(table, i)) {
            at = &(*counts)[(*count)++];
            *at = (struct pipeline_count){step->kind, "held", _("held for a person"), 0};
            status = count_rows(db, at->kind, NULL, &at->count, error);
        }
    }
    return status;
}

enum status pipeline_waiting(struct db *db, struct arena *arena, struct pipeline_waiting **items,
                             size_t *count, struct error *error)
{
    enum { GROUPS = 50 };
    struct db_query *query = NULL;
    *items = arena_array(arena, GROUPS, sizeof **items);
    *count = 0;
    enum status status = db_prepare(
        db,
        "SELECT kind, state, why, MIN(since), COUNT(*) FROM ledger"
        " WHERE held = 0 AND why <> '' GROUP BY kind, state, why ORDER BY 5 DESC, 1, 2, 3",
        &query, error);
    while (status == STATUS_OK && *count < GROUPS &&
           (status = db_step(query, error)) == STATUS_OK) {
        struct pipeline_waiting *item = &(*items)[*count];
        item->kind = arena_strdup(arena, db_text(query, 0));
        item->state = arena_strdup(arena, db_text(query, 1));
        item->why = arena_strdup(arena, db_text(query, 2));
        item->since = arena_strdup(arena, db_text(query, 3));
        item->count = db_int(query, 4);
        const struct step *step = step_find(&pipeline_table, item->kind, item->state);
        item->label = step ? message(step->label) : item->state;
        ++*count;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

bool fixity_is_wrong(const struct fixity_state *state)
{
    return state->failed > 0 || state->missing > 0 || state->ahead > 0 || state->unfinished ||
           state->overdue;
}
