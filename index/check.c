/* Is the catalogue whole in itself, and mending it when it is not. */
#include "core/message.h"
#include "index/catalog.h"
#include "index/full_text.h"

#define NO_ENTRY(column) "NOT EXISTS (SELECT 1 FROM catalog_entry e WHERE e.id = " column ")"

/* Rows that belong to nothing, by what they are. */
static const struct {
    const char *sql, *sentence;
} orphans[] = {
    {"SELECT count(*) FROM catalog_entry e WHERE NOT EXISTS"
     " (SELECT 1 FROM catalog_page c WHERE c.entry_id = e.id AND c.page = 0)",
     N_("%lld packages of the catalogue have no text; make the index again from the store: sohoa "
        "reindex")},
    {"SELECT (SELECT count(*) FROM catalog_page WHERE " NO_ENTRY(
         "entry_id") ") +"
                     " (SELECT count(*) FROM catalog_person WHERE " NO_ENTRY(
                         "entry_id") ") +"
                                     " (SELECT count(*) FROM catalog_identifier WHERE " NO_ENTRY(
                                         "entry_id") ")",
     N_("%lld pages or names in the full text belong to no package; make the index again from the "
        "store: sohoa reindex")},
};

enum status index_check(struct index *index, struct error *error)
{
    for (size_t i = 0; i < sizeof orphans / sizeof *orphans; i++) {
        struct db_query *query = NULL;
        enum status status = db_prepare(index->db, orphans[i].sql, &query, error);
        if (status == STATUS_OK)
            status = db_step(query, error);
        int64_t count = status == STATUS_OK ? db_int(query, 0) : 0;
        db_finish(query);
        if (status != STATUS_OK)
            return status;
        if (count > 0)
            return error_set(error, STATUS_REJECT, message(orphans[i].sentence), (long long)count);
    }
    return text_check(index->db, error);
}

enum status index_mend(struct index *index, struct error *error)
{
    static const char *const sql[] = {
        "DELETE FROM catalog_page WHERE " NO_ENTRY("entry_id"),
        "DELETE FROM catalog_person WHERE " NO_ENTRY("entry_id"),
        "DELETE FROM catalog_identifier WHERE " NO_ENTRY("entry_id"),
        "DELETE FROM catalog_images WHERE " NO_ENTRY("entry_id"),
    };
    enum status status = db_begin(index->db, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof sql / sizeof *sql && status == STATUS_OK; i++)
        status = db_run(index->db, sql[i], error);
    if (status == STATUS_OK)
        status = text_make_anew(index->db, index->channel, error);
    if (status == STATUS_OK)
        status = db_commit(index->db, error);
    if (status != STATUS_OK)
        db_rollback(index->db);
    return status;
}
