#include "index/catalog/upgrade.h"

#include <stdlib.h>

#include "index/catalog/facet_rows.h"
#include "index/owner/owner_private.h"
#include "index/schema.h"

struct old_paper {
    int64_t entry;
    const char *document_id;
    const char **names, **births, **digits;
    size_t names_count, digits_count;
};

static enum status next_paper(struct db *db, int64_t after, struct arena *arena,
                              struct old_paper *out, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db, "SELECT id, document_id FROM catalog_entry WHERE id > ? ORDER BY id LIMIT 1",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, after);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *out = (struct old_paper){.entry = db_int(query, 0),
                                  .document_id = arena_strdup(arena, db_text(query, 1))};
    db_finish(query);
    return status;
}

/* sql: two columns, then how many rows there are. */
static enum status read_columns(struct db *db, const char *sql, int64_t entry, struct arena *arena,
                                const char ***first, const char ***second, size_t *count,
                                struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, entry);
    while (*count < MENTIONS_MAX && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == 0) {
            *first = arena_array(arena, (size_t)db_int(query, 2), sizeof **first);
            *second = arena_array(arena, (size_t)db_int(query, 2), sizeof **second);
        }
        (*first)[*count] = arena_strdup(arena, db_text(query, 0));
        (*second)[*count] = arena_strdup(arena, db_text(query, 1));
        ++*count;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status put_mentions(struct db *db, const struct old_paper *paper, struct arena *arena,
                                struct error *error)
{
    bool paired = paper->names_count == paper->digits_count;
    size_t count = paired ? paper->names_count : paper->names_count + paper->digits_count;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && i < MENTIONS_MAX && status == STATUS_OK; i++) {
        struct mention mention = {.id = paper->entry * MENTIONS_MAX + (int64_t)i};
        bool named = i < paper->names_count;
        mention.owner_id = mention.id;
        mention_fill(&mention, named ? paper->names[i] : NULL,
                     paired   ? paper->digits[i]
                     : !named ? paper->digits[i - paper->names_count]
                              : NULL,
                     named ? paper->births[i] : NULL, arena);
        status = mention_insert(db, &mention, error);
    }
    return status;
}

/* paper->entry and its id are set. */
static enum status make_paper(struct db *db, struct old_paper *paper, struct arena *arena,
                              struct error *error)
{
    const char **nothing = NULL;
    enum status status = read_columns(
        db,
        "SELECT name, birth_date, count(*) OVER () FROM catalog_person"
        " WHERE entry_id = ? ORDER BY id",
        paper->entry, arena, &paper->names, &paper->births, &paper->names_count, error);
    if (status == STATUS_OK)
        status = read_columns(db,
                              "SELECT digits, NULL, count(*) OVER () FROM catalog_identifier"
                              " WHERE entry_id = ? ORDER BY id",
                              paper->entry, arena, &paper->digits, &nothing, &paper->digits_count,
                              error);
    return status == STATUS_OK ? put_mentions(db, paper, arena, error) : status;
}

static enum status make_mentions(struct db *db, int64_t *unpaired, struct error *error)
{
    enum status status = STATUS_OK;
    for (int64_t last = 0; status == STATUS_OK;) {
        struct arena *arena = arena_new();
        struct old_paper paper = {0};
        status = next_paper(db, last, arena, &paper, error);
        if (status == STATUS_OK)
            status = make_paper(db, &paper, arena, error);
        *unpaired += paper.names_count != paper.digits_count && paper.digits_count > 0;
        last = paper.entry;
        arena_free(arena);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

enum status upgrade_entry(struct db *db, int64_t entry, struct error *error)
{
    struct arena *arena = arena_new();
    struct old_paper paper = {.entry = entry};
    enum status status = make_paper(db, &paper, arena, error);
    for (size_t i = 0; i < paper.names_count + paper.digits_count && status == STATUS_OK; i++) {
        int64_t id = entry * MENTIONS_MAX + (int64_t)i;
        status = owners_settle(db, &id, 1, error);
    }
    if (status == STATUS_OK)
        status = facets_make(db, entry, error);
    arena_free(arena);
    return status;
}

enum status upgrade_owners(struct db *db, struct error *error)
{
    int64_t unpaired = 0;
    enum status status = make_mentions(db, &unpaired, error);
    if (status == STATUS_OK)
        status = owners_settle_all(db, error);
    if (status == STATUS_OK)
        status = facets_make_anew(db, error);
    if (status == STATUS_OK && unpaired > 0)
        status = meta_put(db, "owners", "unpaired", error);
    return status;
}
