/* Which entry of the journal a version or a record was entered by. */
#include <string.h>

#include "account/account.h"

enum status account_place(struct db *db, const char *document_id, int version, int64_t sequence,
                          const char *day, struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO account_place (document_id, version, sequence, day)"
                 " VALUES (?, ?, ?, ?) ON CONFLICT (document_id, version) DO UPDATE"
                 " SET sequence = excluded.sequence, day = excluded.day"
                 " WHERE excluded.sequence < account_place.sequence",
                 "siis", document_id, (int64_t)version, sequence, day);
}

enum status account_record(struct db *db, int64_t number, int64_t sequence, const char *day,
                           struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO account_record (number, sequence, day) VALUES (?, ?, ?)"
                 " ON CONFLICT (number) DO UPDATE SET sequence = excluded.sequence,"
                 " day = excluded.day WHERE excluded.sequence < account_record.sequence",
                 "iis", number, sequence, day);
}

struct account_at account_now(const char *day)
{
    struct account_at at = {.sequence = INT64_MAX, .record = INT64_MAX};
    memcpy(at.day, day, sizeof at.day - 1);
    return at;
}

enum status account_find_record(struct db *db, struct account_at *at, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db, "SELECT coalesce(max(number), 0) FROM account_record WHERE sequence <= ?",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->sequence);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        at->record = db_int(query, 0);
    db_finish(query);
    return status;
}
