/* Is the catalogue whole in itself, and mending it when it is not. */
#include "core/message.h"
#include "index/catalog/catalog.h"
#include "index/catalog/facet_rows.h"
#include "index/text/full_text.h"
#include "index/owner/owner_private.h"

#define NO_ENTRY(column) "NOT EXISTS (SELECT 1 FROM catalog_entry e WHERE e.id = " column ")"

#define COUNTED(facet, column)                                                                     \
    "SELECT " facet " AS facet, " column " AS value, count(*) AS papers,"                          \
    " count(*) - count(ends) AS unlimited FROM catalog_facet GROUP BY " column
#define COUNTED_TOO(facet, column) " UNION ALL " COUNTED(facet, column)

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
    {"SELECT (SELECT count(*) FROM catalog_entry e WHERE NOT EXISTS"
     " (SELECT 1 FROM catalog_facet f WHERE f.entry_id = e.id)) +"
     " (SELECT count(*) FROM catalog_facet WHERE " NO_ENTRY("entry_id") ")",
     N_("%lld packages are not counted, or counted and not there; make the index again from the "
        "store: sohoa reindex")},
    {"SELECT count(*) FROM (SELECT x.facet, x.value, sum(x.papers) AS papers, sum(x.unlimited) AS"
     " unlimited FROM (" COUNTED("0", "year") COUNTED_TOO("1", "type_id")
         COUNTED_TOO("2", "procedure_id") COUNTED_TOO("3", "unit_id") COUNTED_TOO("4", "place_id")
             COUNTED_TOO("5", "state") " UNION ALL SELECT id % 8, id / 8, -papers, -unlimited FROM"
                                       " catalog_total) x GROUP BY x.facet, x.value) y WHERE "
                                       "y.papers <> 0 OR y.unlimited <> 0",
     N_("%lld counts are not those of the papers; make the index again from the store: sohoa "
        "reindex")},
    {"SELECT (SELECT count(*) FROM (SELECT owner_id, count(*) AS mentions FROM owner_mention GROUP"
     " BY owner_id) m LEFT JOIN owner o ON o.id = m.owner_id WHERE o.id IS NULL OR o.mentions <>"
     " m.mentions) + (SELECT count(*) FROM owner o WHERE NOT EXISTS"
     " (SELECT 1 FROM owner_mention m WHERE m.owner_id = o.id)) +"
     " (SELECT count(*) FROM owner_mention WHERE " NO_ENTRY("owner_mention.id / 65536") ")",
     N_("%lld owners are not those of the papers; make the index again from the store: sohoa "
        "reindex")},
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
        "DELETE FROM owner_mention WHERE " NO_ENTRY("owner_mention.id / 65536"),
    };
    enum status status = db_begin(index->db, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof sql / sizeof *sql && status == STATUS_OK; i++)
        status = db_run(index->db, sql[i], error);
    if (status == STATUS_OK)
        status = facets_make_anew(index->db, error);
    if (status == STATUS_OK)
        status = owners_settle_all(index->db, error);
    if (status == STATUS_OK)
        status = text_make_anew(index->db, index->channel, error);
    return db_end(index->db, status, error);
}
