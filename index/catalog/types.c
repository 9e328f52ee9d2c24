#include "index/catalog/types.h"

#include <stdint.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { FILE_LIMIT = 1 << 20 };

char *type_slug(struct arena *arena, const char *type)
{
    char *slug = text_fold(arena, type);
    for (char *at = slug; *at; at++)
        *at = *at == ' ' ? '_' : *at;
    return slug;
}

/* "Giấy khai sinh, trích lục khai sinh": is one of them called so? folded: what is looked for. */
static bool has_name(const char *names, const char *folded, struct arena *arena)
{
    for (const char *at = names; *at;) {
        size_t size = strcspn(at, ",;");
        const char *name = text_fold(arena, text_tidy(arena, arena_strndup(arena, at, size)));
        if (*name && strcmp(name, folded) == 0)
            return true;
        at += size + (at[size] != '\0');
    }
    return false;
}

enum status index_type(struct db *db, const char *type, struct arena *arena, const char **slug,
                       struct error *error)
{
    const char *folded = text_fold(arena, text_tidy(arena, type)), *named = NULL;
    struct db_query *query = NULL;
    bool exact = false;
    *slug = type_slug(arena, text_tidy(arena, type));
    enum status status =
        db_prepare(db,
                   "SELECT code, name FROM catalogue_row WHERE kind = 'validity-class'"
                   " ORDER BY code",
                   &query, error);
    while (status == STATUS_OK && !exact && (status = db_step(query, error)) == STATUS_OK) {
        exact = strcmp(db_text(query, 0), *slug) == 0;
        if (!named && has_name(db_text(query, 1), folded, arena))
            named = arena_strdup(arena, db_text(query, 0));
    }
    db_finish(query);
    if (!exact && named)
        *slug = named;
    return status == STATUS_END ? STATUS_OK : status;
}

enum status types_read(const char *path, struct arena *arena, const char *const **out,
                       struct error *error)
{
    static const char *const none[] = {NULL};
    char *text = NULL;
    size_t lines = 1, count = 0;
    *out = none;
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = file_read(path, FILE_LIMIT, arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    const char **slugs = arena_array(arena, lines + 1, sizeof *slugs);
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n"), slug = strcspn(line, "\t\r\n");
        if (*line != '#' && slug > 0)
            slugs[count++] = arena_strndup(arena, line, slug);
        line += length + (line[length] == '\n');
    }
    *out = slugs;
    return STATUS_OK;
}

const char *types_listed(const char *const *slugs, struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; slugs[i]; i++) {
        size_t first = 0;
        while (strcmp(slugs[first], slugs[i]) != 0)
            first++;
        if (first == i)
            all = arena_printf(arena, "%s%s%s", all, i ? ", " : "", slugs[i]);
    }
    return all;
}

struct names {
    const char **at;
    struct arena_growing growing;
};

/* "Giấy khai sinh, trích lục khai sinh" are two. */
static void add_names(struct names *names, const char *text, struct arena *arena)
{
    while (text && *text) {
        size_t size = strcspn(text, ",;");
        const char *slug = type_slug(arena, text_tidy(arena, arena_strndup(arena, text, size)));
        names->at = arena_grown(arena, names->at, sizeof *names->at, &names->growing);
        names->at[names->growing.count++] = slug;
        text += size + (text[size] != '\0');
    }
}

enum status type_names(struct index *index, struct arena *arena, const char ***out,
                       struct error *error)
{
    struct names names = {.at = NULL};
    struct db_query *query = NULL;
    for (const char *const *slug = index->types; *slug; slug++)
        add_names(&names, *slug, arena);
    enum status status = db_prepare(
        index->db,
        "SELECT code FROM catalogue_row WHERE kind = 'validity-class' UNION SELECT name FROM"
        " catalogue_row WHERE kind = 'validity-class' UNION SELECT value FROM catalog_value WHERE"
        " facet = 'type'",
        &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        add_names(&names, db_text(query, 0), arena);
    db_finish(query);
    names.at = arena_grown(arena, names.at, sizeof *names.at, &names.growing);
    names.at[names.growing.count] = NULL;
    *out = names.at;
    return status == STATUS_END ? STATUS_OK : status;
}

/* Behind how many of its bytes what was typed is nearest to one of the names; *distance: how near.
 */
static size_t nearest_size(const char *typed, const char *const *names, struct arena *arena,
                           size_t *distance)
{
    size_t nearest = 0;
    *distance = SIZE_MAX;
    for (size_t at = 0; typed[at];) {
        at += strcspn(typed + at, " ");
        const char *slug = type_slug(arena, arena_strndup(arena, typed, at));
        for (size_t i = 0; names[i]; i++) {
            size_t apart = *names[i] ? text_distance(slug, names[i]) : SIZE_MAX;
            if (apart < *distance) {
                *distance = apart;
                nearest = at;
            }
        }
        at += strspn(typed + at, " ");
    }
    return nearest;
}

enum status type_unknown(struct index *index, const char *typed, const char *const *names,
                         struct arena *arena, const char **out, struct error *error)
{
    struct error sentence;
    size_t distance = 0, size = nearest_size(typed, names, arena, &distance);
    if (size == 0 || distance == 0)
        return STATUS_OK;
    enum status status = type_check(index, arena_strndup(arena, typed, size), arena, &sentence);
    if (status == STATUS_REJECT)
        *out = arena_strdup(arena, sentence.text);
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", sentence.text);
    return STATUS_OK;
}

struct nearest {
    const char *asked, *slug;
    size_t distance;
};

/* Whether slug is the one asked for; notes it when it is the nearest so far. */
static bool is_it(struct nearest *nearest, const char *slug, struct arena *arena)
{
    size_t distance = text_distance(nearest->asked, slug);
    if (!nearest->slug || distance < nearest->distance) {
        nearest->slug = arena_strdup(arena, slug);
        nearest->distance = distance;
    }
    return distance == 0;
}

enum status type_check(struct index *index, const char *type, struct arena *arena,
                       struct error *error)
{
    struct nearest nearest = {.asked = NULL};
    struct db_query *query = NULL;
    bool known = false;
    enum status status = index_type(index->db, type, arena, &nearest.asked, error);
    if (status != STATUS_OK)
        return status;
    for (const char *const *slug = index->types; *slug && !known; slug++)
        known = is_it(&nearest, *slug, arena);
    if (known)
        return STATUS_OK;
    /* Packages of elsewhere may have types that this configuration does not know. */
    status = db_prepare(index->db, "SELECT DISTINCT type FROM catalog_entry WHERE type IS NOT NULL",
                        &query, error);
    while (status == STATUS_OK && !known && (status = db_step(query, error)) == STATUS_OK)
        known = is_it(&nearest, db_text(query, 0), arena);
    db_finish(query);
    if (known || (status == STATUS_END && !nearest.slug))
        return STATUS_OK;
    if (status != STATUS_END)
        return status;
    return error_set(error, STATUS_REJECT,
                     _("there is no type of paper \"%s\"; the nearest known one is %s, and there "
                       "are %s"),
                     nearest.asked, nearest.slug, types_listed(index->types, arena));
}
