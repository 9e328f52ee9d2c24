#include "index/index.h"

enum status index_twin(struct db *db, const char *document_id, struct arena *arena,
                       const char **other, struct error *error)
{
    struct db_query *query = NULL;
    *other = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT o.document_id FROM catalog_entry e JOIN catalog_entry o"
                   " ON o.number_key = e.number_key AND o.id < e.id"
                   " WHERE e.document_id = ? AND e.number_key <> '' AND o.date = e.date"
                   " AND coalesce(o.type, '') = coalesce(e.type, '') AND EXISTS"
                   " (SELECT 1 FROM catalog_person p JOIN catalog_person q ON q.base = p.base"
                   " WHERE p.entry_id = e.id AND q.entry_id = o.id) ORDER BY o.id LIMIT 1",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, document_id);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *other = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
