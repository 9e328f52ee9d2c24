#include "index/catalog/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"

/* A cursor is "<order>:<document id>", of relevance "relevance:<score>:<why>:<document id>": what
 * stands on the paper does not stand in it. */
static const char *const order_names[] = {"relevance", "date", "number", "owner"};

struct order {
    const char *key; /* over e; never NULL */
    bool descending;
};

#define OWNER_KEY                                                                                  \
    "coalesce((SELECT m.base FROM owner_mention m WHERE m.id >= e.id * 65536"                      \
    " AND m.id < e.id * 65536 + 65536 ORDER BY m.id LIMIT 1), '')"

static const struct order orders[] = {
    [SORT_RELEVANCE] = {"coalesce(e.date, '')", true},
    [SORT_DATE] = {"coalesce(e.date, '')", true},
    [SORT_NUMBER] = {"coalesce(e.number_key, '')", false},
    [SORT_OWNER] = {OWNER_KEY, false},
};

static bool is_document(const char *text)
{
    return text && strlen(text) == 36;
}

static enum search_sort order_of(const struct search_query *asked, bool words)
{
    return asked->sort == SORT_RELEVANCE && !words ? SORT_DATE : asked->sort;
}

static enum status refuse(const char *cursor, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("'%s' is no cursor of this search; take the one that the page before gave, "
                       "with the same words, filters and order"),
                     cursor);
}

/* The document of a cursor of this order; NULL: it is none. */
static const char *document_of(const char *cursor, enum search_sort sort)
{
    size_t length = strlen(order_names[sort]);
    const char *last = strrchr(cursor, ':');
    return strncmp(cursor, order_names[sort], length) == 0 && cursor[length] == ':' &&
                   is_document(last + 1)
               ? last + 1
               : NULL;
}

/* The key of the row that a cursor names. */
static enum status read_key(struct search *search, const struct order *order, const char *document,
                            const char **key, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(search->index->db,
                                    arena_printf(search->arena,
                                                 "SELECT %s FROM catalog_entry e WHERE"
                                                 " e.document_id = ?",
                                                 order->key),
                                    &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *key = arena_strdup(search->arena, db_text(query, 0));
    db_finish(query);
    return status;
}

static enum status run(struct search *search, const struct order *order, const char *key,
                       const char *document, int limit, int offset, enum hit_why why,
                       struct error *error)
{
    struct db_query *query = NULL;
    const char *sql = arena_printf(
        search->arena,
        "SELECT e.id, e.date, e.document_id FROM catalog_entry e WHERE 1 = 1%s%s%s"
        " ORDER BY %s%s, e.document_id LIMIT ? OFFSET ?",
        search->filter.sql, order->descending ? search->filter.days : "",
        !key ? ""
             : arena_printf(search->arena, " AND %s %s ? AND (%s %s ? OR e.document_id > ?)",
                            order->key, order->descending ? "<=" : ">=", order->key,
                            order->descending ? "<" : ">"),
        order->key, order->descending ? " DESC" : "");
    enum status status = db_prepare(search->index->db, sql, &query, error);
    if (status == STATUS_OK) {
        int at = filter_bind(&search->filter, query, 1);
        if (key) {
            db_bind_text(query, at++, key);
            db_bind_text(query, at++, key);
            db_bind_text(query, at++, document);
        }
        db_bind_int(query, at, limit);
        db_bind_int(query, at + 1, offset);
        while ((status = db_step(query, error)) == STATUS_OK)
            search_keep(search, db_int(query, 0), 1, why, db_text(query, 1), db_text(query, 2));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status listing_read(struct search *search, const struct search_query *asked, int limit,
                         enum hit_why why, struct error *error)
{
    enum search_sort sort = order_of(asked, false);
    const struct order *order = &orders[sort];
    const char *key = NULL, *document = NULL;
    bool after = asked->after && *asked->after;
    if (after) {
        document = document_of(asked->after, sort);
        enum status status = document ? read_key(search, order, document, &key, error) : STATUS_END;
        if (status != STATUS_OK)
            return status == STATUS_END ? refuse(asked->after, error) : status;
    }
    return run(search, order, key, document, limit + 1, after ? 0 : asked->offset, why, error);
}

/* ---------------------------------------------------------------- of what words found */

/* What found papers are sorted by; their places in the list move, so it is read before. */
struct sorted {
    const char *key;
    struct found found;
};

static int by_key(const void *a, const void *b)
{
    const struct sorted *first = a, *second = b;
    int order = strcmp(first->key, second->key);
    return order ? order : strcmp(first->found.document_id, second->found.document_id);
}

static int by_key_down(const void *a, const void *b)
{
    const struct sorted *first = a, *second = b;
    int order = strcmp(second->key, first->key);
    return order ? order : strcmp(first->found.document_id, second->found.document_id);
}

static enum status sort_by_key(struct search *search, enum search_sort sort, struct error *error)
{
    const struct order *order = &orders[sort];
    struct sorted *list = arena_array(search->arena, search->count + 1, sizeof *list);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < search->count && status == STATUS_OK; i++) {
        list[i].found = search->found[i];
        list[i].key = "";
        status = read_key(search, order, search->found[i].document_id, &list[i].key, error);
        status = status == STATUS_END ? STATUS_OK : status;
    }
    if (status == STATUS_OK && search->count > 1)
        qsort(list, search->count, sizeof *list, order->descending ? by_key_down : by_key);
    for (size_t i = 0; i < search->count && status == STATUS_OK; i++)
        search->found[i] = list[i].found;
    return status;
}

/* Behind a paper that is not among them any more: by its score. */
static size_t behind(const struct search *search, const char *cursor, const char *document)
{
    double score = 0;
    int why = 0;
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->found[i].document_id, document) == 0)
            return i + 1;
    if (sscanf(cursor, "relevance:%lf:%d:", &score, &why) != 2)
        return search->count;
    size_t at = 0;
    while (at < search->count && search->found[at].score > score - 1e-9)
        at++;
    return at;
}

enum status listing_order(struct search *search, const struct search_query *asked, size_t *first,
                          struct error *error)
{
    enum search_sort sort = order_of(asked, true);
    enum status status = STATUS_OK;
    *first = asked->offset > 0 ? (size_t)asked->offset : 0;
    if (sort == SORT_RELEVANCE)
        search_sort(search);
    else
        status = sort_by_key(search, sort, error);
    if (status != STATUS_OK || !asked->after || !*asked->after)
        return status;
    const char *document = document_of(asked->after, sort);
    if (!document)
        return refuse(asked->after, error);
    *first = behind(search, asked->after, document);
    return STATUS_OK;
}

const char *listing_cursor(const struct search *search, const struct search_query *asked,
                           const struct found *last)
{
    bool words = search->words || search->query->phrase_count + search->query->names.count > 0;
    enum search_sort sort = order_of(asked, words);
    if (sort == SORT_RELEVANCE)
        return arena_printf(search->arena, "relevance:%.9f:%d:%s", last->score, (int)last->why,
                            last->document_id);
    return arena_printf(search->arena, "%s:%s", order_names[sort], last->document_id);
}
