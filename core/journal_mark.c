#include "core/journal_mark.h"

#include <stdio.h>
#include <string.h>

#include "core/journal_private.h"
#include "core/message.h"

static const char schema[] = "CREATE TABLE IF NOT EXISTS journal_mark (id bigint PRIMARY KEY,"
                             " sequence bigint NOT NULL, hash text NOT NULL)";

enum status journal_mark_read(struct db *db, struct journal_mark *mark, struct error *error)
{
    struct db_query *query = NULL;
    *mark = (struct journal_mark){0};
    if (db_prepare(db, "SELECT sequence, hash FROM journal_mark WHERE id = 1", &query, NULL) !=
        STATUS_OK)
        return STATUS_OK; /* of before, or new */
    enum status status = db_step(query, error);
    if (status == STATUS_OK && db_text(query, 1)) {
        mark->sequence = db_int(query, 0);
        snprintf(mark->hash, sizeof mark->hash, "%s", db_text(query, 1));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Only from the row that was read: one that another process has moved on meanwhile stays. */
static enum status move(struct db *db, const struct journal_mark *from,
                        const struct journal_mark *to, struct error *error)
{
    if (from->sequence > 0)
        return db_do(db, error,
                     "UPDATE journal_mark SET sequence = ?, hash = ? WHERE id = 1 AND sequence = ?"
                     " AND hash = ?",
                     "isis", to->sequence, to->hash, from->sequence, from->hash);
    enum status status = db_run(db, schema, error);
    return status == STATUS_OK ? db_do(db, error,
                                       "INSERT INTO journal_mark (id, sequence, hash)"
                                       " VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
                                       "is", to->sequence, to->hash)
                               : status;
}

struct seeking {
    const struct journal_mark *mark;
    bool found;
};

static bool seek(void *context, const struct journal_record *record)
{
    struct seeking *seeking = context;
    if (record->sequence == seeking->mark->sequence)
        seeking->found = strcmp(record->hash, seeking->mark->hash) == 0;
    return record->sequence <= seeking->mark->sequence;
}

enum status journal_mark_check(struct db *db, const char *folder, struct error *error)
{
    struct journal_mark mark, now = {0};
    struct seeking seeking = {&mark, false};
    enum status status = journal_mark_read(db, &mark, error);
    if (status == STATUS_OK && mark.sequence > 0)
        status = journal_end(folder, &now.sequence, now.hash, error);
    if (status != STATUS_OK || mark.sequence == 0)
        return status;
    if (now.sequence < mark.sequence)
        return error_set(error, STATUS_REJECT,
                         _("The journal's end was cut off: it ends with entry %lld, the database "
                           "remembers %lld. `sohoa journal verify` tells more."),
                         (long long)now.sequence, (long long)mark.sequence);
    status = journal_back(folder, seek, &seeking, error);
    return status != STATUS_OK || seeking.found
               ? status
               : error_set(error, STATUS_REJECT,
                           _("The journal's end was cut off and written anew: entry %lld is not "
                             "the one that the database remembers. `sohoa journal verify` tells "
                             "more."),
                           (long long)mark.sequence);
}

enum status journal_mark_keep(struct db *db, const char *folder, struct error *error)
{
    struct journal_mark was, now = {0};
    struct seeking seeking = {&was, false};
    enum status status = journal_mark_read(db, &was, error);
    if (status == STATUS_OK)
        status = journal_end(folder, &now.sequence, now.hash, error);
    if (status != STATUS_OK || now.sequence <= was.sequence)
        return status;
    if (was.sequence > 0)
        status = journal_back(folder, seek, &seeking, error);
    if (status != STATUS_OK || (was.sequence > 0 && !seeking.found))
        return status;
    return move(db, &was, &now, error);
}
