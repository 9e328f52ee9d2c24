#include "index/catalog/version.h"

#include <string.h>

#include "core/text.h"
#include "index/number.h"

/* Two sides are one sheet: pages are named sheet-side ("0007-1", "0007-2"). */
static int64_t count_sheets(const struct document *document)
{
    int64_t sheets = 0;
    for (size_t i = 0; i < document->page_count; i++) {
        const char *name = document->pages[i].name;
        size_t size = strcspn(name, "-");
        bool again = false;
        for (size_t k = i; k > 0 && !again; k--) { /* the other side lies just before */
            const char *other = document->pages[k - 1].name;
            again = strcspn(other, "-") == size && strncmp(name, other, size) == 0;
        }
        sheets += !again;
    }
    return sheets;
}

char *name_key(struct arena *arena, const char *name)
{
    return catalog_ordered(arena, text_fold(arena, name));
}

const char *version_owner(const struct document *document, struct arena *arena)
{
    const char *name = document->fields[FIELD_OWNER].value;
    if ((!name || !*name) && document->owner_count > 0)
        name = document->owners[0].name;
    return name && *name ? name_key(arena, name) : NULL;
}

static void bind(struct db_query *query, const struct document *document, struct arena *arena)
{
    const struct field *fields = document->fields;
    const char *number = fields[FIELD_NUMBER].value, *date = fields[FIELD_DATE].value;
    int at = 1;
    db_bind_text(query, at++, document->id);
    db_bind_int(query, at++, document->version);
    db_bind_text(query, at++, document->batch);
    db_bind_text(query, at++, document->box_code);
    db_bind_text(query, at++, document->shelf);
    db_bind_text(query, at++, document->operator_name);
    db_bind_text(query, at++, document->scanned_at);
    db_bind_text(query, at++, fields[FIELD_TYPE].value);
    db_bind_text(query, at++, procedure_base(arena, fields[FIELD_PROCEDURE].value));
    db_bind_text(query, at++, number && *number ? number_key(arena, number) : NULL);
    db_bind_text(query, at++, date);
    if (number_year(date))
        db_bind_int(query, at++, number_year(date));
    else
        db_bind_null(query, at++);
    db_bind_text(query, at++, fields[FIELD_UNIT].value);
    db_bind_text(query, at++, version_owner(document, arena));
    db_bind_int(query, at++, catalog_pages(document));
    db_bind_int(query, at, count_sheets(document));
}

enum status version_put(struct index *index, const struct entry *entry, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    enum status status =
        db_do(index->db, error, "DELETE FROM catalog_version WHERE document_id = ? AND version = ?",
              "si", entry->document->id, (int64_t)entry->document->version);
    if (status == STATUS_OK)
        status = db_prepare(index->db,
                            "INSERT INTO catalog_version (document_id, version, batch, box, shelf,"
                            " operator, scanned_at, type, procedure, number_key, date, year, unit,"
                            " owner_key, pages, sheets)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            &query, error);
    if (status == STATUS_OK) {
        bind(query, entry->document, arena);
        status = db_step(query, error);
    }
    db_finish(query);
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status version_scanner(struct index *index, const struct document *document,
                            const char *scanner, struct error *error)
{
    return db_do(index->db, error,
                 "UPDATE catalog_version SET scanner = ? WHERE document_id = ? AND version = ?",
                 "ssi", scanner, document->id, (int64_t)document->version);
}
