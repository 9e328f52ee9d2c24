#include "index/owner/owner_closure.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- sets */

static size_t hash_text(const char *text)
{
    size_t hash = 1469598103934665603u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static void grow(struct closure *closure)
{
    size_t room = closure->key_room ? 2 * closure->key_room : 256;
    const char **keys = memory_new(room * sizeof *keys);
    for (size_t i = 0; i < closure->key_room; i++) {
        if (!closure->keys[i])
            continue;
        size_t slot = hash_text(closure->keys[i]) % room;
        while (keys[slot])
            slot = (slot + 1) % room;
        keys[slot] = closure->keys[i];
    }
    free(closure->keys);
    closure->keys = keys;
    closure->key_room = room;
}

/* Whether this group was not taken in before; it is from now on. */
static bool first_time(struct closure *closure, const char *key)
{
    if (2 * (closure->key_count + 1) > closure->key_room)
        grow(closure);
    size_t slot = hash_text(key) % closure->key_room;
    for (; closure->keys[slot]; slot = (slot + 1) % closure->key_room)
        if (strcmp(closure->keys[slot], key) == 0)
            return false;
    closure->keys[slot] = key;
    closure->key_count++;
    return true;
}

static void keep(struct closure *closure, struct db_query *query)
{
    const char *key = arena_printf(closure->arena, "m%lld", (long long)db_int(query, 0));
    if (!first_time(closure, key))
        return;
    if (closure->count == closure->room) {
        closure->room = closure->room ? 2 * closure->room : 64;
        closure->mentions =
            memory_resize(closure->mentions, closure->room * sizeof *closure->mentions);
    }
    mention_row(query, closure->arena, &closure->mentions[closure->count++]);
}

/* ---------------------------------------------------------------- groups */

static enum status take_rows(struct closure *closure, struct db_query *query, struct error *error)
{
    enum status status = STATUS_OK;
    while ((status = db_step(query, error)) == STATUS_OK)
        keep(closure, query);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status take_number(struct closure *closure, const char *sql, int64_t number,
                               struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(closure->db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, number);
    return take_rows(closure, query, error);
}

static enum status take_one(struct closure *closure, int64_t id, struct error *error)
{
    return take_number(closure, "SELECT " MENTION_COLUMNS MENTION_FROM " WHERE m.id = ?", id,
                       error);
}

static enum status take_owner(struct closure *closure, int64_t owner, struct error *error)
{
    if (!first_time(closure, arena_printf(closure->arena, "o%lld", (long long)owner)))
        return STATUS_OK;
    return take_number(closure, "SELECT " MENTION_COLUMNS MENTION_FROM " WHERE m.owner_id = ?",
                       owner, error);
}

static enum status take_digits(struct closure *closure, const char *digits, struct error *error)
{
    struct db_query *query = NULL;
    if (!first_time(closure, arena_printf(closure->arena, "d%s", digits)))
        return STATUS_OK;
    enum status status = db_prepare(
        closure->db, "SELECT " MENTION_COLUMNS MENTION_FROM " WHERE m.digits = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, digits);
    return take_rows(closure, query, error);
}

static enum status take_plain(struct closure *closure, const struct mention *m, struct error *error)
{
    struct db_query *query = NULL;
    if (!first_time(closure, arena_printf(closure->arena, "n%s %s", m->birth_date, m->exact)))
        return STATUS_OK;
    enum status status =
        db_prepare(closure->db,
                   "SELECT " MENTION_COLUMNS MENTION_FROM
                   " WHERE m.base = ? AND m.birth_date = ? AND m.exact = ? AND m.kind = 0",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, m->base);
    db_bind_text(query, 2, m->birth_date);
    db_bind_text(query, 3, m->exact);
    return take_rows(closure, query, error);
}

/* ---------------------------------------------------------------- records */

struct found_act { /* as the row says */
    int64_t record;
    enum act_kind kind;
    const char *document, *other, *digits;
    int64_t ordinal, other_ordinal;
};

static enum act_kind kind_of(const char *kind)
{
    return strcmp(kind, "owner-merge") == 0   ? ACT_MERGE
           : strcmp(kind, "owner-split") == 0 ? ACT_SPLIT
                                              : ACT_LINK;
}

static void keep_act(struct closure *closure, const struct found_act *found)
{
    if (closure->act_count == closure->act_room) {
        closure->act_room = closure->act_room ? 2 * closure->act_room : 16;
        closure->acts = memory_resize(closure->acts, closure->act_room * sizeof *closure->acts);
    }
    closure->acts[closure->act_count++] = (struct owner_act){.record = found->record,
                                                             .kind = found->kind,
                                                             .mention = SIZE_MAX,
                                                             .other = SIZE_MAX,
                                                             .digits = found->digits};
}

static enum status take_named(struct closure *closure, const char *document, int64_t ordinal,
                              int64_t *id, struct error *error)
{
    *id = 0;
    if (!document)
        return STATUS_OK;
    enum status status = mention_find(closure->db, document, ordinal, id, error);
    if (status == STATUS_OK)
        return take_one(closure, *id, error);
    return status == STATUS_END ? STATUS_OK : status;
}

static size_t place_of(const struct closure *closure, int64_t id)
{
    for (size_t i = closure->count; id && i-- > 0;)
        if (closure->mentions[i].id == id)
            return i;
    return SIZE_MAX;
}

static struct found_act act_row(struct closure *closure, struct db_query *query)
{
    return (struct found_act){.record = db_int(query, 0),
                              .kind = kind_of(db_text(query, 1)),
                              .document = arena_strdup(closure->arena, db_text(query, 2)),
                              .ordinal = db_int(query, 3),
                              .other = arena_strdup(closure->arena, db_text(query, 4)),
                              .other_ordinal = db_int(query, 5),
                              .digits = arena_strdup(closure->arena, db_text(query, 6))};
}

#define ACT_SELECT                                                                                 \
    "SELECT record, kind, document_id, ordinal, other_document, other_ordinal, digits"             \
    " FROM owner_act WHERE undone = 0 AND "

static enum status take_act(struct closure *closure, const struct found_act *found,
                            struct error *error);

/* All whom a record took out together. */
static enum status take_split(struct closure *closure, int64_t record, struct error *error)
{
    struct db_query *query = NULL;
    struct found_act *found = NULL;
    size_t count = 0, room = 0;
    if (!first_time(closure, arena_printf(closure->arena, "s%lld", (long long)record)))
        return STATUS_OK;
    enum status status = db_prepare(closure->db, ACT_SELECT "record = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, record);
    while ((status = db_step(query, error)) == STATUS_OK) {
        if (count == room) {
            room = room ? 2 * room : 16;
            found = memory_resize(found, room * sizeof *found);
        }
        found[count++] = act_row(closure, query);
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = take_act(closure, &found[i], error);
    free(found);
    return status;
}

/* The record, and who else is in it. */
static enum status take_act(struct closure *closure, const struct found_act *found,
                            struct error *error)
{
    int64_t id = 0, other = 0;
    if (!first_time(closure, arena_printf(closure->arena, "r%lld %s.%lld", (long long)found->record,
                                          found->document, (long long)found->ordinal)))
        return STATUS_OK;
    keep_act(closure, found);
    size_t at = closure->act_count - 1; /* the list moves as it grows */
    enum status status = take_named(closure, found->document, found->ordinal, &id, error);
    if (status == STATUS_OK)
        status = take_named(closure, found->other, found->other_ordinal, &other, error);
    closure->acts[at].mention = place_of(closure, id);
    closure->acts[at].other = place_of(closure, other);
    if (status == STATUS_OK && found->kind == ACT_LINK)
        status = take_digits(closure, found->digits, error);
    if (status == STATUS_OK && found->kind == ACT_SPLIT)
        status = take_split(closure, found->record, error);
    return status;
}

static enum status read_acts(struct closure *closure, const char *sql, const char *text,
                             int64_t ordinal, struct error *error)
{
    enum { PART = 64 }; /* in parts: taking one in asks the database, too */
    struct found_act found[PART];
    struct db_query *query = NULL;
    size_t count = PART;
    int64_t after = -1;
    enum status status = STATUS_OK;
    while (count == PART && status == STATUS_OK) {
        status = db_prepare(closure->db, sql, &query, error);
        if (status != STATUS_OK)
            return status;
        db_bind_text(query, 1, text);
        db_bind_int(query, 2, ordinal);
        db_bind_int(query, 3, after);
        for (count = 0; count < PART && (status = db_step(query, error)) == STATUS_OK; count++) {
            found[count] = act_row(closure, query);
            after = found[count].record;
        }
        db_finish(query);
        status = status == STATUS_END ? STATUS_OK : status;
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = take_act(closure, &found[i], error);
    }
    return status;
}

static enum status take_acts(struct closure *closure, size_t at, struct error *error)
{
    const struct mention *m = &closure->mentions[at];
    const char *document = m->document_id, *digits = m->digits;
    int64_t ordinal = m->ordinal;
    enum status status = read_acts(closure,
                                   ACT_SELECT "document_id = ? AND ordinal = ? AND record > ?"
                                              " ORDER BY record LIMIT 64",
                                   document, ordinal, error);
    if (status == STATUS_OK)
        status = read_acts(closure,
                           ACT_SELECT "other_document = ? AND other_ordinal = ?"
                                      " AND record > ? ORDER BY record LIMIT 64",
                           document, ordinal, error);
    if (status == STATUS_OK && *digits)
        status = read_acts(closure,
                           ACT_SELECT "digits = ? AND ? >= 0 AND record > ?"
                                      " ORDER BY record LIMIT 64",
                           digits, 0, error);
    return status;
}

/* ---------------------------------------------------------------- all together */

static enum status take_neighbours(struct closure *closure, size_t at, struct error *error)
{
    struct mention m = closure->mentions[at]; /* the list moves as it grows */
    enum status status = take_owner(closure, m.owner_id, error);
    if (status == STATUS_OK && mention_is_strong(&m))
        status = take_digits(closure, m.digits, error);
    if (status == STATUS_OK && mention_is_plain(&m))
        status = take_plain(closure, &m, error);
    if (status == STATUS_OK && closure->has_acts)
        status = take_acts(closure, at, error);
    return status;
}

enum status closure_read(struct closure *closure, const int64_t *mentions, size_t count,
                         struct error *error)
{
    int64_t any = 0;
    enum status status =
        db_first_int(closure->db, &any, error, "SELECT 1 FROM owner_act LIMIT 1", "");
    closure->has_acts = status == STATUS_OK;
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = take_one(closure, mentions[i], error);
    for (size_t i = 0; i < closure->count && status == STATUS_OK; i++)
        status = take_neighbours(closure, i, error);
    return status;
}

void closure_clear(struct closure *closure)
{
    free(closure->mentions);
    free(closure->acts);
    free(closure->keys);
}
