#include "account/twins.h"

#include <string.h>

#include "account/tables.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

/* Is a person's last word on x, at the sequence, that it is another paper? */
#define SAID_ANOTHER(x)                                                                            \
    "coalesce((SELECT w.another FROM account_twin w LEFT JOIN account_record k"                    \
    " ON k.number = w.record WHERE w.document_id = " x ".document_id"                              \
    " AND coalesce(k.sequence, 0) <= ? ORDER BY w.record DESC LIMIT 1), 0) = 1"
/* The entry by which its first version came. */
#define CAME(x)                                                                                    \
    "coalesce((SELECT min(f.sequence) FROM account_place f WHERE f.document_id = " x               \
    ".document_id), 0)"
/* The documents o that have all that v has, newest at the sequence, and count in its place. */
#define COUNT_FOR_IT                                                                               \
    "catalog_version o WHERE o.number_key = v.number_key AND o.date = v.date"                      \
    " AND o.owner_key = v.owner_key AND coalesce(o.type, '') = coalesce(v.type, '')"               \
    " AND o.document_id <> v.document_id AND " SQL_IS_NEWEST("o", "m") " AND NOT " SAID_ANOTHER(   \
        "o") " AND (" CAME("o") ", o.document_id) < (" CAME("v") ", v.document_id)"
#define HAS_ALL "v.number_key <> '' AND v.date <> '' AND v.owner_key <> ''"
/* The few whose number, day and owner some other document has in any version, by one way through
 * an index: only of these is asked what came first and what was said. */
#define ALIKE                                                                                      \
    "v.document_id IN (SELECT c.document_id FROM (SELECT number_key, date, owner_key"              \
    " FROM catalog_version WHERE number_key <> '' AND date <> '' AND owner_key <> ''"              \
    " GROUP BY number_key, date, owner_key HAVING min(document_id) <> max(document_id)) d"         \
    " JOIN catalog_version c ON c.number_key = d.number_key AND c.date = d.date"                   \
    " AND c.owner_key = d.owner_key)"
#define COUNTS                                                                                     \
    " AND (NOT " ALIKE " OR NOT coalesce(" HAS_ALL                                                 \
    ", 1 = 0) OR NOT EXISTS (SELECT 1 FROM " COUNT_FOR_IT ") OR " SAID_ANOTHER("v") ")"
#define SPOKEN_OF " AND v.document_id IN (SELECT e.document_id FROM account_twin e)"
#define LEFT_OUT                                                                                   \
    " AND " ALIKE " AND " HAS_ALL " AND EXISTS (SELECT 1 FROM " COUNT_FOR_IT                       \
    ") AND NOT " SAID_ANOTHER("v")

const char *twins_counted(const struct account_at *at, struct arena *arena)
{
    return sql_with_number(arena, at->with_twins ? SQL_NEWEST : SQL_NEWEST_OF(COUNTS),
                           at->sequence);
}

const char *twins_left_out(const struct account_at *at, struct arena *arena)
{
    return sql_with_number(arena,
                           at->with_twins ? SQL_NEWEST_OF(" AND 1 = 0") : SQL_NEWEST_OF(LEFT_OUT),
                           at->sequence);
}

/* ---------------------------------------------------------------- what people say */

enum status twin_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    const char *document = json_text(record->data, "document", arena);
    const char *reason = json_text(record->data, "reason", arena);
    int same = json_flag(record->data, "same", -1);
    enum status status = STATUS_OK;
    reason = text_tidy(arena, reason ? reason : "");
    if (!document || strlen(document) != 36 || same < 0)
        status = error_set(error, STATUS_REJECT,
                           _("it says of no document whether it is the same paper as another"));
    else if (!same && !*reason)
        status = error_set(error, STATUS_REJECT,
                           _("it says of no document why it is another paper than the other"));
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "INSERT INTO account_twin (record, document_id, another, reason)"
                       " VALUES (?, ?, ?, ?)",
                       "isis", record->number, document, (int64_t)!same, reason);
    arena_free(arena);
    return status;
}

enum status twin_said(struct db *db, const char *document_id, enum twin_state *state,
                      struct error *error)
{
    int64_t another = 0;
    enum status status = db_first_int(db, &another, error,
                                      "SELECT another FROM account_twin WHERE document_id = ?"
                                      " ORDER BY record DESC LIMIT 1",
                                      "s", document_id);
    *state = status != STATUS_OK ? TWIN_OPEN : another ? TWIN_ANOTHER : TWIN_SAME;
    return status == STATUS_END ? STATUS_OK : status;
}

const char *twin_state_name(enum twin_state state)
{
    static const char *const names[] = {"open", "same", "another"};
    return names[state];
}

/* ---------------------------------------------------------------- the list */

static const char list_sql[] =
    "SELECT t.document_id, coalesce((SELECT o.document_id FROM %s AS o"
    " WHERE o.number_key = t.number_key AND o.date = t.date AND o.owner_key = t.owner_key"
    " AND coalesce(o.type, '') = coalesce(t.type, '') AND o.document_id <> t.document_id"
    " ORDER BY o.place, o.document_id LIMIT 1), ''), w.another, w.reason FROM %s AS t"
    " LEFT JOIN account_twin w ON w.record = (SELECT max(y.record) FROM account_twin y LEFT JOIN"
    " account_record z ON z.number = y.record WHERE y.document_id = t.document_id"
    " AND coalesce(z.sequence, 0) <= ?)%s%s ORDER BY t.document_id";

/* document_id NULL: all of them. */
static enum status each_of(struct db *db, const struct account_at *at, const char *documents,
                           const char *more, const char *document_id,
                           enum status (*visit)(void *context, const struct twin *twin,
                                                struct error *error),
                           void *context, struct arena *arena, struct error *error)
{
    struct db_query *query = NULL;
    const char *one = document_id ? " AND t.document_id = ?" : "";
    const char *sql = arena_printf(arena, list_sql, twins_counted(at, arena), documents, more, one);
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK)
        db_bind_int(query, 1, at->sequence);
    if (status == STATUS_OK && document_id)
        db_bind_text(query, 2, document_id);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *reason = db_text(query, 3);
        const struct twin twin = {.document = arena_strdup(arena, db_text(query, 0)),
                                  .other = arena_strdup(arena, db_text(query, 1)),
                                  .state = !reason            ? TWIN_OPEN
                                           : db_int(query, 2) ? TWIN_ANOTHER
                                                              : TWIN_SAME,
                                  .reason = arena_strdup(arena, reason ? reason : "")};
        status = visit(context, &twin, error);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status each(struct db *db, const struct account_at *at, const char *document_id,
                        enum status (*visit)(void *context, const struct twin *twin,
                                             struct error *error),
                        void *context, struct arena *arena, struct error *error)
{
    const char *spoken_of = sql_with_number(arena, SQL_NEWEST_OF(SPOKEN_OF), at->sequence);
    enum status status = each_of(db, at, twins_left_out(at, arena), " WHERE 1 = 1", document_id,
                                 visit, context, arena, error);
    if (status == STATUS_OK)
        status = each_of(db, at, spoken_of, " WHERE w.another = 1", document_id, visit, context,
                         arena, error);
    return status;
}

enum status twins_each(struct db *db, const struct account_at *at,
                       enum status (*visit)(void *context, const struct twin *twin,
                                            struct error *error),
                       void *context, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = account_tables(db, error);
    if (status == STATUS_OK)
        status = each(db, at, NULL, visit, context, arena, error);
    arena_free(arena);
    return status;
}

static enum status take(void *context, const struct twin *twin, struct error *error)
{
    (void)error;
    *(struct twin *)context = *twin;
    return STATUS_OK;
}

enum status twin_find(struct db *db, const struct account_at *at, const char *document_id,
                      struct arena *arena, struct twin *out, struct error *error)
{
    *out = (struct twin){.document = NULL};
    return each(db, at, document_id, take, out, arena, error);
}
