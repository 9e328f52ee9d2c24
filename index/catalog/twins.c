/* One paper, as people tell papers apart: type, number, day and owner. */
#include <string.h>

#include "core/hash.h"
#include "index/index.h"
#include "index/number.h"
#include "index/catalog/version.h"

struct paper {
    const char *type, *number, *date, *owner; /* number, owner: as in catalog_version */
};

static bool read_paper(const struct document *document, struct arena *arena, struct paper *out)
{
    const struct field *fields = document->fields;
    const char *type = fields[FIELD_TYPE].value, *number = fields[FIELD_NUMBER].value;
    *out = (struct paper){.type = type ? type : "",
                          .number = number && *number ? number_key(arena, number) : NULL,
                          .date = fields[FIELD_DATE].value,
                          .owner = version_owner(document, arena)};
    return out->number && *out->number && out->date && *out->date && out->owner && *out->owner;
}

const char *index_paper_key(const struct document *document, struct arena *arena)
{
    struct paper paper;
    char hex[HASH_HEX_SIZE];
    if (!read_paper(document, arena, &paper))
        return NULL;
    const char *text =
        arena_printf(arena, "%s\n%s\n%s\n%s", paper.type, paper.number, paper.date, paper.owner);
    hash_bytes(text, strlen(text), hex);
    return arena_strdup(arena, hex);
}

enum status index_twin(struct db *db, const struct document *document, struct arena *arena,
                       const char **other, struct error *error)
{
    struct db_query *query = NULL;
    struct paper paper;
    *other = NULL;
    if (!read_paper(document, arena, &paper))
        return STATUS_OK;
    enum status status =
        db_prepare(db,
                   "SELECT v.document_id FROM catalog_version v JOIN catalog_entry e"
                   " ON e.document_id = v.document_id AND e.version = v.version"
                   " WHERE v.number_key = ? AND v.date = ? AND v.owner_key = ?"
                   " AND coalesce(v.type, '') = ? AND v.document_id <> ? ORDER BY e.id LIMIT 1",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, paper.number);
    db_bind_text(query, 2, paper.date);
    db_bind_text(query, 3, paper.owner);
    db_bind_text(query, 4, paper.type);
    db_bind_text(query, 5, document->id);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *other = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
