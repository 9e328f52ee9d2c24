/* Which mentions are one owner: a function of the mentions and records, not of their order. */
#include <stdlib.h>
#include <string.h>

#include "index/owner/owner_closure.h"

struct settle {
    struct closure closure;
    size_t *parent;
    int64_t *split; /* the last record that took a mention out; 0 none */
    size_t *order;  /* positions, sorted for the rule at work */
};

static size_t root_of(struct settle *settle, size_t at)
{
    while (settle->parent[at] != at)
        at = settle->parent[at] = settle->parent[settle->parent[at]];
    return at;
}

static void unite(struct settle *settle, size_t a, size_t b)
{
    settle->parent[root_of(settle, a)] = root_of(settle, b);
}

/* ---------------------------------------------------------------- the rules */

static bool births_agree(const struct mention *a, const struct mention *b)
{
    return !*a->birth_date || !*b->birth_date || strcmp(a->birth_date, b->birth_date) == 0;
}

/* Mentions of one number: those with names alike are a class each; when a class has two days of
 * birth, who has none belongs to neither. */
static void join_class(struct settle *settle, const size_t *group, size_t count)
{
    const struct mention *mentions = settle->closure.mentions;
    const char *birth = NULL;
    bool one = true;
    for (size_t i = 0; i < count; i++) {
        const char *own = mentions[group[i]].birth_date;
        if (*own && birth && strcmp(own, birth) != 0)
            one = false;
        if (*own)
            birth = own;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (one || strcmp(mentions[group[i]].birth_date, mentions[group[j]].birth_date) == 0) {
                unite(settle, group[i], group[j]);
                break; /* the others hang on that one already */
            }
}

/* The class of group[0]: names alike, hand over hand. Moves it to the front; gives its size. */
static size_t front_class(const struct settle *settle, size_t *group, size_t count)
{
    const struct mention *mentions = settle->closure.mentions;
    size_t size = 1;
    for (size_t at = 0; at < size; at++)
        for (size_t i = size; i < count; i++)
            if (owner_names_alike(mentions[group[at]].base, mentions[group[i]].base)) {
                size_t other = group[size];
                group[size++] = group[i];
                group[i] = other;
            }
    return size;
}

static void join_number(struct settle *settle, size_t *group, size_t count)
{
    while (count > 0) {
        size_t size = front_class(settle, group, count);
        join_class(settle, group, size);
        group += size;
        count -= size;
    }
}

static const struct mention *sorted_mentions;

/* By number; among equals by name, so that the many of one name stand together. */
static int by_digits(const void *a, const void *b)
{
    const struct mention *first = &sorted_mentions[*(const size_t *)a];
    const struct mention *second = &sorted_mentions[*(const size_t *)b];
    int order = strcmp(first->digits, second->digits);
    return order ? order : strcmp(first->base, second->base);
}

static int by_birth_and_name(const void *a, const void *b)
{
    const struct mention *first = &sorted_mentions[*(const size_t *)a];
    const struct mention *second = &sorted_mentions[*(const size_t *)b];
    int order = strcmp(first->birth_date, second->birth_date);
    return order ? order : strcmp(first->exact, second->exact);
}

static size_t sort_those(struct settle *settle, bool (*wanted)(const struct mention *mention),
                         int (*compare)(const void *, const void *))
{
    size_t count = 0;
    for (size_t i = 0; i < settle->closure.count; i++)
        if (settle->split[i] == 0 && wanted(&settle->closure.mentions[i]))
            settle->order[count++] = i;
    sorted_mentions = settle->closure.mentions;
    if (count > 1)
        qsort(settle->order, count, sizeof *settle->order, compare);
    return count;
}

static void join_by_rules(struct settle *settle)
{
    const struct mention *mentions = settle->closure.mentions;
    size_t *order = settle->order, count = sort_those(settle, mention_is_strong, by_digits);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && strcmp(mentions[order[to]].digits, mentions[order[from]].digits) == 0;)
            to++;
        join_number(settle, order + from, to - from);
    }
    count = sort_those(settle, mention_is_plain, by_birth_and_name);
    for (size_t i = 1; i < count; i++)
        if (by_birth_and_name(&order[i - 1], &order[i]) == 0)
            unite(settle, order[i - 1], order[i]);
}

/* ---------------------------------------------------------------- the records */

static void find_splits(struct settle *settle)
{
    const struct closure *closure = &settle->closure;
    for (size_t i = 0; i < closure->act_count; i++) {
        const struct owner_act *act = &closure->acts[i];
        if (act->kind == ACT_SPLIT && act->mention != SIZE_MAX &&
            act->record > settle->split[act->mention])
            settle->split[act->mention] = act->record;
    }
    for (size_t i = 0; i < closure->act_count;
         i++) { /* who was taken out together stays together */
        const struct owner_act *act = &closure->acts[i];
        for (size_t j = 0; j < i && act->kind == ACT_SPLIT; j++) {
            const struct owner_act *with = &closure->acts[j];
            if (with->kind == ACT_SPLIT && with->record == act->record &&
                act->mention != SIZE_MAX && with->mention != SIZE_MAX &&
                settle->split[act->mention] == act->record &&
                settle->split[with->mention] == act->record)
                unite(settle, act->mention, with->mention);
        }
    }
}

static void join_by_record(struct settle *settle, const struct owner_act *act)
{
    const struct closure *closure = &settle->closure;
    if (act->mention == SIZE_MAX || act->record < settle->split[act->mention])
        return;
    if (act->kind == ACT_MERGE && act->other != SIZE_MAX && act->record > settle->split[act->other])
        unite(settle, act->mention, act->other);
    const struct mention *anchor = &closure->mentions[act->mention];
    for (size_t i = 0; i < closure->count && act->kind == ACT_LINK; i++) {
        const struct mention *mention = &closure->mentions[i];
        if (settle->split[i] == 0 && mention_is_strong(mention) &&
            strcmp(mention->digits, act->digits) == 0 && births_agree(mention, anchor) &&
            owner_names_alike(mention->base, anchor->base))
            unite(settle, i, act->mention);
    }
}

/* ---------------------------------------------------------------- the rows */

static int by_name(const struct mention *a, const struct mention *b)
{
    int order = strcmp(a->document_id, b->document_id);
    return order ? order : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static enum status forget_owners(struct settle *settle, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t last = 0;
    for (size_t i = 0; i < settle->closure.count && status == STATUS_OK; i++) {
        int64_t owner = settle->closure.mentions[i].owner_id;
        if (owner != last)
            status = db_do(settle->closure.db, error, "DELETE FROM owner WHERE id = ?", "i", owner);
        last = owner;
    }
    return status;
}

static enum status put_owner(struct settle *settle, const size_t *group, size_t count,
                             struct error *error)
{
    const struct mention *mentions = settle->closure.mentions, *first = &mentions[group[0]];
    enum owner_type type = OWNER_CITIZEN;
    const char *birth = "";
    for (size_t i = 0; i < count; i++) {
        const struct mention *m = &mentions[group[i]];
        first = by_name(m, first) < 0 ? m : first;
        type = m->type > type ? m->type : type;
        if (*m->birth_date && (!*birth || strcmp(m->birth_date, birth) < 0))
            birth = m->birth_date;
    }
    enum status status =
        db_do(settle->closure.db, error,
              "INSERT INTO owner (id, document_id, ordinal, type, name, base, birth_date, mentions)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              "isiisssi", first->id, first->document_id, first->ordinal, (int64_t)type,
              *first->name ? first->name : NULL, *first->base ? first->base : NULL,
              *birth ? birth : NULL, (int64_t)count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct mention *m = &mentions[group[i]];
        bool apart = settle->split[group[i]] != 0;
        if (m->owner_id != first->id || m->apart != apart)
            status = db_do(settle->closure.db, error,
                           "UPDATE owner_mention SET owner_id = ?, apart = ? WHERE id = ?", "iii",
                           first->id, (int64_t)apart, m->id);
    }
    return status;
}

static const size_t *sorted_roots;

static int by_root(const void *a, const void *b)
{
    size_t first = sorted_roots[*(const size_t *)a], second = sorted_roots[*(const size_t *)b];
    return (first > second) - (first < second);
}

static enum status put_owners(struct settle *settle, struct error *error)
{
    size_t count = settle->closure.count, *order = settle->order;
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = 0; i < count; i++)
        settle->parent[i] = root_of(settle, i);
    sorted_roots = settle->parent;
    qsort(order, count, sizeof *order, by_root);
    enum status status = forget_owners(settle, error);
    for (size_t from = 0, to; from < count && status == STATUS_OK; from = to) {
        for (to = from + 1; to < count && sorted_roots[order[to]] == sorted_roots[order[from]];)
            to++;
        status = put_owner(settle, order + from, to - from, error);
    }
    return status;
}

enum status owners_settle(struct db *db, const int64_t *mentions, size_t count, struct error *error)
{
    struct arena *arena = arena_new();
    struct settle settle = {.closure = {.db = db, .arena = arena}};
    enum status status = closure_read(&settle.closure, mentions, count, error);
    size_t all = settle.closure.count;
    if (status == STATUS_OK && all > 0) {
        settle.parent = arena_array(arena, all, sizeof *settle.parent);
        settle.split = arena_array(arena, all, sizeof *settle.split);
        settle.order = arena_array(arena, all, sizeof *settle.order);
        for (size_t i = 0; i < all; i++)
            settle.parent[i] = i;
        find_splits(&settle);
        join_by_rules(&settle);
        for (size_t i = 0; i < settle.closure.act_count; i++)
            join_by_record(&settle, &settle.closure.acts[i]);
        status = put_owners(&settle, error);
    }
    closure_clear(&settle.closure);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- more at once */

/* The numbers that a query gives, all of them before anything is done with them. */
static enum status read_numbers(struct db *db, const char *sql, int64_t **out, size_t *count,
                                struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    *count = 0;
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 256;
            *out = memory_resize(*out, room * sizeof **out);
        }
        (*out)[(*count)++] = db_int(query, 0);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status owners_settle_acts(struct db *db, struct error *error)
{
    int64_t *ids = NULL;
    size_t count = 0;
    enum status status = read_numbers(
        db,
        "SELECT m.id FROM owner_act a JOIN catalog_entry e ON e.document_id = a.document_id"
        " JOIN owner_mention m ON m.id = e.id * 65536 + a.ordinal UNION"
        " SELECT m.id FROM owner_act a JOIN catalog_entry e ON e.document_id = a.other_document"
        " JOIN owner_mention m ON m.id = e.id * 65536 + a.other_ordinal",
        &ids, &count, error);
    if (status == STATUS_OK)
        status = owners_settle(db, ids, count, error);
    free(ids);
    return status;
}

enum status owners_settle_all(struct db *db, struct error *error)
{
    int64_t *ids = NULL, there = 0;
    size_t count = 0;
    enum status status = db_do(db, error, "DELETE FROM owner", "");
    if (status == STATUS_OK)
        status = read_numbers(db, "SELECT id FROM owner_mention ORDER BY id", &ids, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = db_first_int(db, &there, error,
                              "SELECT 1 FROM owner_mention m JOIN owner o ON o.id = m.owner_id"
                              " WHERE m.id = ?",
                              "i", ids[i]);
        if (status == STATUS_END)
            status = owners_settle(db, &ids[i], 1, error);
    }
    free(ids);
    return status;
}
