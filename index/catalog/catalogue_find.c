/* Catalogues asked: versions by code and name, what was before, what came after. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalog/catalogue_lay.h"
#include "index/day.h"
#include "index/procedures.h"

enum { PLACES = 4, RELATIVES_MAX = 4000 };

/* Of a code that no list has, only a succession: it is its own name. */
#define NAMED_SELECT(side)                                                                         \
    "SELECT DISTINCT 0, " side ", " side ", " side ", NULL, NULL, NULL, '', 0"                     \
    " FROM catalogue_succession WHERE kind = ? AND " side " = ?"
#define VERSION_SELECT                                                                             \
    "SELECT id, code, name, full_name, parent, valid_from, valid_to, detail, record"               \
    " FROM catalogue_row WHERE kind = ?"

struct list {
    struct catalogue_version *at;
    size_t count, room;
};

static void keep(struct list *list, struct db_query *query, struct arena *arena)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 16;
        list->at = memory_resize(list->at, list->room * sizeof *list->at);
    }
    list->at[list->count++] =
        (struct catalogue_version){.id = db_int(query, 0),
                                   .code = arena_strdup(arena, db_text(query, 1)),
                                   .name = arena_strdup(arena, db_text(query, 2)),
                                   .full_name = arena_strdup(arena, db_text(query, 3)),
                                   .parent = arena_strdup(arena, db_text(query, 4)),
                                   .place = "",
                                   .from = arena_strdup(arena, db_text(query, 5)),
                                   .to = arena_strdup(arena, db_text(query, 6)),
                                   .detail = arena_strdup(arena, db_text(query, 7)),
                                   .record = db_int(query, 8)};
}

static enum status read_versions(struct db *db, const char *sql, const char *kind, const char *a,
                                 const char *b, struct arena *arena, struct list *list,
                                 struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, kind);
        db_bind_text(query, 2, a);
        if (b)
            db_bind_text(query, 3, b);
        while ((status = db_step(query, error)) == STATUS_OK)
            keep(list, query, arena);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static bool in_force(const struct catalogue_version *version, const char *day)
{
    return !day || ((!version->from || strcmp(version->from, day) <= 0) &&
                    (!version->to || strcmp(version->to, day) >= 0));
}

/* The version of a code on a day; END: there is none then. */
static enum status version_on(struct db *db, const char *kind, const char *code, const char *day,
                              struct arena *arena, struct catalogue_version *out,
                              struct error *error)
{
    struct list list = {0};
    enum status status =
        read_versions(db, VERSION_SELECT " AND code = ? ORDER BY coalesce(valid_from, '') DESC",
                      kind, code, NULL, arena, &list, error);
    size_t at = 0;
    while (at < list.count && !in_force(&list.at[at], day))
        at++;
    if (status == STATUS_OK && at < list.count)
        *out = list.at[at];
    else if (status == STATUS_OK)
        status = STATUS_END;
    free(list.at);
    return status;
}

/* "Huyện Đông Sơn, Tỉnh Thanh Hóa": what the unit lies in, as long as it was there. */
static enum status find_place(struct db *db, const char *kind, struct catalogue_version *version,
                              struct arena *arena, struct error *error)
{
    const char *parent = version->parent, *day = version->to ? version->to : version->from;
    enum status status = STATUS_OK;
    for (int i = 0; i < PLACES && parent && *parent && status == STATUS_OK; i++) {
        struct catalogue_version above = {0};
        status = version_on(db, kind, parent, day, arena, &above, error);
        if (status != STATUS_OK)
            break;
        version->place = arena_printf(arena, "%s%s%s", version->place, *version->place ? ", " : "",
                                      above.full_name);
        parent = above.parent;
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* "đông sơn, thanh hóa" -> "dong son" and "thanh hoa" */
static void split_place(struct arena *arena, const char *words, char **name, char **place)
{
    char *copy = arena_strdup(arena, words), *comma = strchr(copy, ',');
    *place = comma ? text_fold(arena, comma + 1) : arena_strdup(arena, "");
    if (comma)
        *comma = '\0';
    *name = text_fold(arena, copy);
}

static bool lies_in(const struct catalogue_version *version, const char *place, struct arena *arena)
{
    return !*place || strstr(text_fold(arena, version->place), place) != NULL;
}

/* With marks first when they were typed, then newest first. */
struct order {
    const char *exact;
    struct arena *arena;
};
static struct order order;

static int by_nearness(const void *a, const void *b)
{
    const struct catalogue_version *first = a, *second = b;
    bool one = strstr(text_tone_last(order.arena, first->full_name), order.exact) != NULL;
    bool two = strstr(text_tone_last(order.arena, second->full_name), order.exact) != NULL;
    if (one != two)
        return two - one;
    int since = strcmp(second->from ? second->from : "", first->from ? first->from : "");
    return since ? since : strcmp(first->code, second->code);
}

static enum status find_versions(struct db *db, const char *kind, const char *words,
                                 struct arena *arena, struct list *list, char **place,
                                 struct error *error)
{
    char *name = NULL;
    split_place(arena, words, &name, place);
    const char *code = text_tidy(arena, words);
    if (procedure_is_code(code))
        code = arena_strndup(arena, code, 8);
    enum status status =
        read_versions(db, VERSION_SELECT " AND code = ?", kind, code, NULL, arena, list, error);
    if (status == STATUS_OK && list->count == 0 && *name)
        status = read_versions(db, VERSION_SELECT " AND folded = ?", kind, name, NULL, arena, list,
                               error);
    if (status == STATUS_OK && list->count == 0 && *name)
        status =
            read_versions(db, VERSION_SELECT " AND bare = ?", kind, name, NULL, arena, list, error);
    if (status == STATUS_OK && list->count == 0)
        status = read_versions(db, NAMED_SELECT("new_code"), kind, code, NULL, arena, list, error);
    if (status == STATUS_OK && list->count == 0)
        status = read_versions(db, NAMED_SELECT("old_code"), kind, code, NULL, arena, list, error);
    return status;
}

/* A part of the name, when nothing bears the whole of it. */
static enum status find_parts(struct db *db, const char *kind, const char *words,
                              struct arena *arena, struct list *list, struct error *error)
{
    char *name = NULL, *place = NULL;
    split_place(arena, words, &name, &place);
    if (!*name)
        return STATUS_OK;
    return read_versions(db, VERSION_SELECT " AND ' ' || folded || ' ' LIKE ? LIMIT 400", kind,
                         arena_printf(arena, "%% %s %%", name), NULL, arena, list, error);
}

enum status catalogue_find(struct db *db, const char *kind, const char *words, const char *at,
                           int limit, struct arena *arena, struct catalogue_version **out,
                           size_t *count, struct error *error)
{
    struct list list = {0};
    char *place = NULL;
    enum status status = find_versions(db, kind, words, arena, &list, &place, error);
    if (status == STATUS_OK && list.count == 0)
        status = find_parts(db, kind, words, arena, &list, error);
    *count = 0;
    *out = arena_array(arena, list.count + 1, sizeof **out);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
        status = find_place(db, kind, &list.at[i], arena, error);
        if (status == STATUS_OK && in_force(&list.at[i], at) && lies_in(&list.at[i], place, arena))
            (*out)[(*count)++] = list.at[i];
    }
    free(list.at);
    order = (struct order){text_tone_last(arena, arena_strndup(arena, words, strcspn(words, ","))),
                           arena};
    if (*count > 1)
        qsort(*out, *count, sizeof **out, by_nearness);
    if (limit > 0 && *count > (size_t)limit)
        *count = (size_t)limit;
    return status;
}

/* ---------------------------------------------------------------- before and after */

struct edge {
    const char *old, *new, *date, *extent;
};

static enum status read_edges(struct db *db, const char *kind, const char *code, bool after,
                              struct arena *arena, struct edge **out, size_t *count,
                              struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    *count = 0;
    enum status status =
        db_prepare(db,
                   after ? "SELECT old_code, new_code, date, extent FROM catalogue_succession WHERE"
                           " kind = ? AND old_code = ? ORDER BY date, new_code"
                         : "SELECT old_code, new_code, date, extent FROM catalogue_succession WHERE"
                           " kind = ? AND new_code = ? ORDER BY date, old_code",
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, kind);
        db_bind_text(query, 2, code);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 16;
            *out = memory_resize(*out, room * sizeof **out);
        }
        (*out)[(*count)++] = (struct edge){
            arena_strdup(arena, db_text(query, 0)), arena_strdup(arena, db_text(query, 1)),
            arena_strdup(arena, db_text(query, 2)), arena_strdup(arena, db_text(query, 3))};
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The old one was in force the day before, the new one on the day itself; one code may have been
 * both. */
static enum status steps(struct db *db, const char *kind, const struct catalogue_version *version,
                         bool after, struct arena *arena, struct catalogue_step **out,
                         size_t *count, struct error *error)
{
    struct edge *edges = NULL;
    size_t edge_count = 0;
    enum status status =
        read_edges(db, kind, version->code, after, arena, &edges, &edge_count, error);
    *count = 0;
    *out = arena_array(arena, edge_count + 1, sizeof **out);
    for (size_t i = 0; i < edge_count && status == STATUS_OK; i++) {
        const struct edge *edge = &edges[i];
        char last[DAY_SIZE];
        day_before(edge->date, last);
        if (version->id && !in_force(version, after ? last : edge->date))
            continue;
        struct catalogue_step *step = &(*out)[(*count)++];
        const char *code = after ? edge->new : edge->old;
        *step = (struct catalogue_step){
            .version = {.code = code, .name = code, .full_name = code, .place = "", .detail = ""},
            .date = edge->date,
            .extent = edge->extent};
        status =
            version_on(db, kind, code, after ? edge->date : last, arena, &step->version, error);
        if (status == STATUS_OK)
            status = find_place(db, kind, &step->version, arena, error);
        status = status == STATUS_END ? STATUS_OK : status;
    }
    free(edges);
    return status;
}

enum status catalogue_before(struct db *db, const char *kind,
                             const struct catalogue_version *version, struct arena *arena,
                             struct catalogue_step **out, size_t *count, struct error *error)
{
    return steps(db, kind, version, false, arena, out, count, error);
}

enum status catalogue_after(struct db *db, const char *kind,
                            const struct catalogue_version *version, struct arena *arena,
                            struct catalogue_step **out, size_t *count, struct error *error)
{
    return steps(db, kind, version, true, arena, out, count, error);
}

/* ---------------------------------------------------------------- relatives */

struct names {
    const char **at;
    size_t count;
};

static bool add_name(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name) == 0)
            return false;
    if (names->count == RELATIVES_MAX)
        return false;
    names->at[names->count++] = name;
    return true;
}

enum status catalogue_relatives(struct db *db, const char *kind, const char *code,
                                struct arena *arena, const char ***out, size_t *count,
                                struct error *error)
{
    struct names names = {arena_array(arena, RELATIVES_MAX, sizeof *names.at), 0};
    enum status status = STATUS_OK;
    add_name(&names,
             procedure_is_code(code) ? arena_strndup(arena, code, 8) : arena_strdup(arena, code));
    for (size_t i = 0; i < names.count && status == STATUS_OK; i++)
        for (int after = 0; after < 2 && status == STATUS_OK; after++) {
            struct edge *edges = NULL;
            size_t edge_count = 0;
            status =
                read_edges(db, kind, names.at[i], after == 1, arena, &edges, &edge_count, error);
            for (size_t j = 0; j < edge_count; j++)
                add_name(&names, after ? edges[j].new : edges[j].old);
            free(edges);
        }
    *out = names.at;
    *count = names.count;
    return status;
}

/* All that a version was made of, and again; or all that it became. Not the other parts of what it
 * became. */
static enum status walk(struct db *db, const struct catalogue_version *from, bool after, int depth,
                        struct arena *arena, struct names *names, struct error *error)
{
    struct catalogue_step *found = NULL;
    size_t count = 0;
    enum status status =
        depth < 8 ? steps(db, "unit", from, after, arena, &found, &count, error) : STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *name = found[i].version.full_name;
        add_name(names, arena_strndup(arena, name, strcspn(name, ",")));
        status = walk(db, &found[i].version, after, depth + 1, arena, names, error);
    }
    return status;
}

enum status catalogue_unit_names(struct db *db, const char *words, struct arena *arena,
                                 const char ***out, size_t *count, struct error *error)
{
    struct names names = {arena_array(arena, RELATIVES_MAX, sizeof *names.at), 0};
    struct list list = {0};
    char *place = NULL;
    enum status status = find_versions(db, "unit", words, arena, &list, &place, error);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
        status = find_place(db, "unit", &list.at[i], arena, error);
        if (status != STATUS_OK || !lies_in(&list.at[i], place, arena))
            continue;
        add_name(&names, list.at[i].full_name);
        status = walk(db, &list.at[i], false, 0, arena, &names, error);
        if (status == STATUS_OK)
            status = walk(db, &list.at[i], true, 0, arena, &names, error);
    }
    free(list.at);
    *out = names.at;
    *count = names.count;
    return status;
}

enum status catalogue_name(struct db *db, const char *kind, const char *code, const char *day,
                           struct arena *arena, const char **name, struct error *error)
{
    struct list list = {0};
    *name = NULL;
    if (!code)
        return STATUS_OK;
    enum status status = read_versions(
        db, VERSION_SELECT " AND code = ? ORDER BY coalesce(valid_from, '') DESC", kind,
        procedure_is_code(code) ? arena_strndup(arena, code, 8) : code, NULL, arena, &list, error);
    for (size_t i = 0; i < list.count && !*name; i++)
        if (!day || in_force(&list.at[i], day))
            *name = list.at[i].full_name;
    if (!*name && list.count > 0) /* older than all that is known: the first */
        *name = list.at[list.count - 1].full_name;
    free(list.at);
    return status;
}

enum status procedure_code_check(const char *code, char *base, struct error *error)
{
    size_t length = strlen(code);
    const char *rest = length >= 8 ? code + 8 : "";
    bool right = procedure_is_code(code);
    if (right && strncmp(rest, ".000.00.00", 10) == 0)
        rest += 10;
    if (right && strncmp(rest, ".H", 2) == 0 && strspn(rest + 2, "0123456789") >= 2)
        rest += 4;
    if (!right || *rest)
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" is no code of a procedure, like 1.001193 or "
                           "1.001193.000.00.00.H56"),
                         code);
    memcpy(base, code, 8);
    base[8] = '\0';
    return STATUS_OK;
}
