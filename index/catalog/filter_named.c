/* What is asked for by its name: procedures and units, by old and new names; where such a name
 * ends.
 */
#include "index/catalog/filter_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "index/catalogue.h"
#include "index/catalog/types.h"
#include "index/procedures.h"

/* Whether words stand in name one after the other, as whole words. */
static bool has_words(const char *name, const char *words)
{
    size_t length = strlen(words);
    for (const char *at = name; length > 0 && (at = strstr(at, words)) != NULL; at++)
        if ((at == name || at[-1] == ' ') &&
            (at[length] == 0 || at[length] == ' ' || at[length] == ','))
            return true;
    return false;
}

/* Values of the catalogue (id or code, name) whose name has the words asked for. Names that have
 * them with their very marks go before names that only sound alike once folded (Đông Hòa, Đông
 * Hoa). */
static enum status add_named(struct builder *builder, struct db *db, const char *sql,
                             const char *column, bool by_id, const char *words, struct error *error)
{
    struct arena *arena = builder->arena;
    const char *folded = text_fold(arena, words), *exact = text_tone_last(arena, words);
    const char **found[2] = {NULL, NULL}; /* folded, exact */
    size_t counts[2] = {0, 0}, room = 0;
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *name = db_text(query, 1);
        if (!name || !has_words(text_fold(arena, name), folded))
            continue;
        if (counts[0] == room) {
            room = room ? 2 * room : 64;
            for (int i = 0; i < 2; i++)
                found[i] = memory_resize(found[i], room * sizeof *found[i]);
        }
        const char *id = arena_strdup(arena, db_text(query, 0));
        found[0][counts[0]++] = id;
        if (has_words(text_tone_last(arena, name), exact))
            found[1][counts[1]++] = id;
    }
    db_finish(query);
    int best = counts[1] > 0;
    if (counts[0] == 0 || !*folded)
        builder->empty = true;
    buffer_printf(&builder->sql, " AND %s IN (", column);
    for (size_t i = 0; i < counts[best]; i++) {
        const char *value = found[best][i];
        buffer_text(&builder->sql, i ? ",?" : "?");
        builder_bind(builder, by_id ? (struct filter_value){.number = strtoll(value, NULL, 10)}
                                    : (struct filter_value){.text = value});
    }
    buffer_text(&builder->sql, ")");
    free(found[0]);
    free(found[1]);
    return status == STATUS_END ? STATUS_OK : status;
}

static void add_list(struct builder *builder, const char *column, const char *const *values,
                     size_t count)
{
    buffer_printf(&builder->sql, " AND %s IN (", column);
    for (size_t i = 0; i < count; i++) {
        buffer_text(&builder->sql, i ? ",?" : "?");
        builder_bind_text(builder, values[i]);
    }
    buffer_text(&builder->sql, ")");
}

#define HAS_PAPERS(code) "EXISTS (SELECT 1 FROM catalog_entry e WHERE e.procedure = " code ")"

/* Codes that papers have, with every name they had or have, and those of what they followed or were
 * followed by. */
static const char procedure_names[] =
    "SELECT p.code, p.name FROM catalog_procedure p WHERE " HAS_PAPERS(
        "p.code") " UNION SELECT r.code, r.name FROM catalogue_row r WHERE r.kind = 'procedure' "
                  "AND " HAS_PAPERS("r.code") " UNION SELECT s.old_code, r.name FROM "
                                              "catalogue_succession s JOIN catalogue_row r"
                                              " ON r.kind = 'procedure' AND r.code = s.new_code "
                                              "WHERE s.kind = 'procedure' AND " HAS_PAPERS(
                                                  "s.old_code") " UNION SELECT s.new_code, r.name "
                                                                "FROM catalogue_succession s JOIN "
                                                                "catalogue_row r"
                                                                " ON r.kind = 'procedure' AND "
                                                                "r.code = s.old_code WHERE s.kind "
                                                                "= 'procedure' AND " HAS_PAPERS(
                                                                    "s.new_code");

enum status builder_procedure(struct builder *builder, struct db *db, const char *procedure,
                              struct error *error)
{
    const char *tidy = text_tidy(builder->arena, procedure), **codes = NULL;
    size_t count = 0;
    if (procedure_is_code(tidy)) {
        enum status status =
            catalogue_relatives(db, "procedure", tidy, builder->arena, &codes, &count, error);
        add_list(builder, "e.procedure", codes, count);
        return status;
    }
    return add_named(builder, db, procedure_names, "e.procedure", false, tidy, error);
}

/* ---------------------------------------------------------------- units, by old and new names */

static const char unit_names[] = "SELECT id, name FROM catalog_unit";

/* Units on papers whose name is one of these, as it stands before the first comma. */
static enum status find_units(struct builder *builder, struct db *db, const char *const *names,
                              size_t count, struct buffer *ids, struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = builder->arena;
    const char **keys = arena_array(arena, count + 1, sizeof *keys);
    for (size_t i = 0; i < count; i++)
        keys[i] = unit_key(names[i], arena);
    enum status status = db_prepare(db, "SELECT id, name FROM catalog_unit", &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *name = db_text(query, 1);
        const char *key = unit_key(arena_strndup(arena, name, strcspn(name, ",")), arena);
        for (size_t i = 0; i < count; i++)
            if (strcmp(keys[i], key) == 0) {
                buffer_printf(ids, "%s%lld", ids->size ? "," : "", (long long)db_int(query, 0));
                break;
            }
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status builder_unit(struct builder *builder, struct db *db, const char *unit, bool exact,
                         struct error *error)
{
    struct builder printed = {.arena = builder->arena};
    const char **names = NULL;
    size_t count = 0;
    struct buffer ids = {0};
    enum status status = add_named(&printed, db, unit_names, "e.unit_id", true, unit, error);
    if (status == STATUS_OK && !exact)
        status = catalogue_unit_names(db, unit, builder->arena, &names, &count, error);
    if (status == STATUS_OK && count > 0)
        status = find_units(builder, db, names, count, &ids, error);
    builder->empty = builder->empty || (printed.empty && ids.size == 0);
    if (!printed.empty && printed.sql.size > 0)
        buffer_printf(&builder->sql, " AND (%s%s%s%s)", (const char *)printed.sql.data + 5,
                      ids.size ? " OR e.unit_id IN (" : "", ids.size ? (const char *)ids.data : "",
                      ids.size ? ")" : "");
    else if (ids.size > 0)
        buffer_printf(&builder->sql, " AND e.unit_id IN (%s)", (const char *)ids.data);
    for (size_t i = 0; i < printed.count && !printed.empty; i++)
        builder_bind(builder, printed.values[i]);
    free(printed.values);
    buffer_clear(&printed.sql);
    buffer_clear(&ids);
    return status;
}

/* ---------------------------------------------------------------- where a name ends */

enum { NAME_WORDS = 24 };

/* What was typed, cut behind its first word, its second ... */
struct beginnings {
    const char *at[NAME_WORDS], *folded[NAME_WORDS];
    size_t count, known; /* so many words name something */
};

static struct beginnings beginnings_of(const char *typed, struct arena *arena)
{
    struct beginnings all = {.count = 0};
    for (size_t at = 0; typed[at] && all.count < NAME_WORDS;) {
        at += strcspn(typed + at, " ");
        all.at[all.count] = arena_strndup(arena, typed, at);
        all.folded[all.count] = text_fold(arena, all.at[all.count]);
        all.count++;
        at += strspn(typed + at, " ");
    }
    return all;
}

/* The second column: names. */
static enum status know_names(struct db *db, const char *sql, struct beginnings *all,
                              struct arena *arena, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *name = db_text(query, 1), *folded = name ? text_fold(arena, name) : "";
        while (all->known < all->count && has_words(folded, all->folded[all->known]))
            all->known++;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static const char *slug_of(const struct beginnings *all, struct arena *arena)
{
    return all->known > 0 ? type_slug(arena, all->at[all->known - 1]) : NULL;
}

enum status named_unit(struct db *db, const char *typed, struct arena *arena, const char **slug,
                       struct error *error)
{
    struct beginnings all = beginnings_of(typed, arena);
    enum status status = know_names(db, unit_names, &all, arena, error);
    for (size_t words = all.count; words > all.known && status == STATUS_OK; words--) {
        const char **names = NULL;
        size_t count = 0;
        status = catalogue_unit_names(db, all.at[words - 1], arena, &names, &count, error);
        if (count > 0)
            all.known = words;
    }
    *slug = slug_of(&all, arena);
    return status;
}

enum status named_procedure(struct db *db, const char *typed, struct arena *arena,
                            const char **slug, struct error *error)
{
    struct beginnings all = beginnings_of(typed, arena);
    enum status status = STATUS_OK;
    if (all.count > 0 && procedure_is_code(all.at[0]))
        all.known = 1;
    else
        status = know_names(db, procedure_names, &all, arena, error);
    *slug = slug_of(&all, arena);
    return status;
}
