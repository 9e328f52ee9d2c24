#include "index/text/search.h"

#include <string.h>

#include "core/buffer.h"
#include "index/text/full_text.h"
#include "index/owner/owner_private.h"

/* ---------------------------------------------------------------- identifiers and numbers */

/* Entries by SQL that ends in " WHERE ..." over entry e, its parameters bound by format s. */
static enum status find_entries(struct search *search, const char *from, const char *a,
                                const char *b, double score, enum hit_why why, struct error *error)
{
    struct buffer sql = {0};
    struct db_query *query = NULL;
    int parameter = 1;
    buffer_printf(&sql, "SELECT DISTINCT e.id, e.date, e.document_id %s%s LIMIT ?", from,
                  search->filter.sql);
    enum status status = db_prepare(search->index->db, (const char *)sql.data, &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, parameter++, a);
        if (b)
            db_bind_text(query, parameter++, b);
        db_bind_int(query, filter_bind(&search->filter, query, parameter), CANDIDATES);
        while ((status = db_step(query, error)) == STATUS_OK)
            search_keep(search, db_int(query, 0), score, why, db_text(query, 1), db_text(query, 2));
    }
    db_finish(query);
    buffer_clear(&sql);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status lookup_identifier(struct search *search, const char *digits, struct error *error)
{
    enum status status = find_entries(
        search,
        "FROM catalog_identifier i JOIN catalog_entry e ON e.id = i.entry_id WHERE i.digits = ?",
        digits, NULL, 1, HIT_IDENTIFIER, error);
    /* The same person under another number (CMND and CCCD): same name, same day of birth. */
    if (status == STATUS_OK)
        status = find_entries(
            search,
            "FROM catalog_identifier i JOIN catalog_person o ON o.entry_id = i.entry_id"
            " JOIN catalog_person s ON s.base = o.base AND s.birth_date = o.birth_date"
            " JOIN catalog_entry e ON e.id = s.entry_id WHERE i.digits = ?",
            digits, NULL, 0.8, HIT_NAME, error);
    /* The same owner under another number that a person's record gives. */
    if (status == STATUS_OK)
        status = find_entries(search,
                              "FROM catalog_entry e WHERE e.id IN (SELECT o.id / 65536 FROM"
                              " owner_mention o WHERE o.owner_id IN (" OWNERS_BY_DIGITS "))",
                              digits, digits, 0.9, HIT_IDENTIFIER, error);
    return status;
}

enum status lookup_number(struct search *search, const char *key, struct error *error)
{
    struct buffer match = {0};
    int64_t pages[CANDIDATES];
    size_t count = 0;
    bool digit = key[strlen(key) - 1] <= '9';
    enum status status = find_entries(search, "FROM catalog_entry e WHERE e.number_key = ?", key,
                                      NULL, 1, HIT_IDENTIFIER, error);
    if (status == STATUS_OK)
        status = find_entries(
            search, "FROM catalog_entry e WHERE e.number_key >= ? AND e.number_key < ?",
            digit ? arena_printf(search->arena, "%s-", key) : key,
            arena_printf(search->arena, digit ? "%s." : "%s{", key), 0.9, HIT_IDENTIFIER, error);
    buffer_printf(&match, "\"%s\"", key);
    if (status == STATUS_OK)
        status = text_candidates(search->index, TEXT_PAGES, (const char *)match.data,
                                 &search->filter, CANDIDATES, pages, &count, error);
    if (status == STATUS_OK && search->words)
        status = tiers_rank(search, pages, count, true, error);
    buffer_clear(&match);
    return status;
}
