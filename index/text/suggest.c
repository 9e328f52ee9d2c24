/* Names that begin as somebody types: those that begin so from the left first, then those whose
 * words do in another order; of equals those that most persons bear. */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "index/catalog/catalog.h"
#include "index/text/full_text.h"

enum { LOOKED_AT = 200, SHOWN = 10, SHOWN_MOST = 100 };

struct suggest {
    struct arena *arena;
    const char *typed; /* folded, as far as it goes */
    struct suggestion *at;
    const char **exact;
    size_t count;
    int64_t seen[2 * LOOKED_AT]; /* rows: one may be found both ways */
    size_t seen_count;
};

static bool begins_so(const struct suggest *suggest, const char *name)
{
    return strncmp(text_fold(suggest->arena, name), suggest->typed, strlen(suggest->typed)) == 0;
}

/* The same name in capitals, or with the tone elsewhere, is one. */
static void add(struct suggest *suggest, int64_t row, const char *name, int64_t persons)
{
    for (size_t i = 0; i < suggest->seen_count; i++)
        if (suggest->seen[i] == row)
            return;
    suggest->seen[suggest->seen_count++] = row;
    const char *exact = text_tone_last(suggest->arena, name);
    for (size_t i = 0; i < suggest->count; i++)
        if (strcmp(suggest->exact[i], exact) == 0) {
            suggest->at[i].persons += persons;
            return;
        }
    suggest->exact[suggest->count] = exact;
    suggest->at[suggest->count++] =
        (struct suggestion){arena_strdup(suggest->arena, name), persons, begins_so(suggest, name)};
}

static int by_use(const void *a, const void *b)
{
    const struct suggestion *first = a, *second = b;
    if (first->from_left != second->from_left)
        return first->from_left ? -1 : 1;
    if (first->persons != second->persons)
        return first->persons < second->persons ? 1 : -1;
    return strcmp(first->name, second->name);
}

static enum status read_rows(struct suggest *suggest, struct db_query *query, struct error *error)
{
    enum status status;
    while ((status = db_step(query, error)) == STATUS_OK)
        add(suggest, db_int(query, 0), db_text(query, 1), db_int(query, 2));
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status from_left(struct suggest *suggest, struct index *index, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        index->db,
        "SELECT id, name, persons FROM catalog_name WHERE base >= ? AND base < ? LIMIT ?", &query,
        error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, suggest->typed);
        db_bind_text(query, 2, arena_printf(suggest->arena, "%s{", suggest->typed));
        db_bind_int(query, 3, LOOKED_AT);
        status = read_rows(suggest, query, error);
    }
    db_finish(query);
    return status;
}

/* All words, the last one as far as it is typed. */
static enum status in_any_order(struct suggest *suggest, struct index *index,
                                const struct query_words *words, bool whole, struct error *error)
{
    struct buffer match = {0};
    struct db_query *query = NULL;
    for (size_t i = 0; i < words->count; i++)
        buffer_printf(&match, "%s\"%s\"%s", i ? " AND " : "", words->at[i].folded,
                      i + 1 < words->count || whole ? "" : "*");
    enum status status =
        db_prepare(index->db,
                   "SELECT n.id, n.name, n.persons FROM catalog_names CROSS JOIN catalog_name n"
                   " ON n.id = catalog_names.rowid WHERE catalog_names MATCH ?"
                   " ORDER BY catalog_names.rowid LIMIT ?",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, (const char *)match.data);
        db_bind_int(query, 2, LOOKED_AT);
        status = read_rows(suggest, query, error);
    }
    db_finish(query);
    buffer_clear(&match);
    return status;
}

enum status index_suggest(struct index *index, const char *typed, size_t limit, struct arena *arena,
                          struct suggestion **out, size_t *count, struct error *error)
{
    const char *text = text_unicode(arena, typed ? typed : "");
    struct query_words words = query_words(text, arena);
    struct suggest suggest = {.arena = arena, .typed = ""};
    size_t length = strlen(text);
    bool whole = length > 0 && text[length - 1] == ' ';
    suggest.at = *out = arena_array(arena, 2 * LOOKED_AT, sizeof *suggest.at);
    suggest.exact = arena_array(arena, 2 * LOOKED_AT, sizeof *suggest.exact);
    *count = 0;
    if (words.count == 0)
        return STATUS_OK;
    for (size_t i = 0; i < words.count; i++)
        suggest.typed =
            arena_printf(arena, "%s%s%s", suggest.typed, i ? " " : "", words.at[i].folded);
    if (whole)
        suggest.typed = arena_printf(arena, "%s ", suggest.typed);
    enum status status = in_any_order(&suggest, index, &words, whole, error);
    if (status == STATUS_OK)
        status = from_left(&suggest, index, error);
    if (status != STATUS_OK)
        return status;
    if (suggest.count > 0)
        qsort(suggest.at, suggest.count, sizeof *suggest.at, by_use);
    limit = limit == 0 ? SHOWN : limit > SHOWN_MOST ? SHOWN_MOST : limit;
    *count = suggest.count < limit ? suggest.count : limit;
    return STATUS_OK;
}
