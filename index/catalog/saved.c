#include "index/saved.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"

enum { NAME_MAX_CHARS = 80, LIST_MAX = 1000 };

enum status saved_search_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    const char *name = json_text(record->data, "name", arena);
    const json_t *query = json_object_get(record->data, "query");
    enum status status = STATUS_OK;
    name = text_tidy(arena, name ? name : "");
    if (!*name || text_length(name) > NAME_MAX_CHARS)
        status = error_set(error, STATUS_REJECT,
                           _("the name of a saved search has one to %d letters"), NAME_MAX_CHARS);
    if (status == STATUS_OK)
        status = db_do(db, error, "DELETE FROM saved_search WHERE name = ?", "s", name);
    if (status == STATUS_OK && json_is_object(query)) {
        char *text = json_dumps(query, JSON_COMPACT | JSON_SORT_KEYS);
        status = db_do(db, error,
                       "INSERT INTO saved_search (name, query, record, actor, at)"
                       " VALUES (?, ?, ?, ?, ?)",
                       "ssiss", name, text, record->number, record->actor, record->at);
        free(text);
    }
    arena_free(arena);
    return status;
}

enum status saved_search_list(struct db *db, struct arena *arena, struct saved_search **out,
                              size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    *count = 0;
    *out = arena_array(arena, LIST_MAX, sizeof **out);
    enum status status = db_prepare(
        db, "SELECT name, query, actor, at FROM saved_search ORDER BY name", &query, error);
    while (status == STATUS_OK && *count < LIST_MAX &&
           (status = db_step(query, error)) == STATUS_OK)
        (*out)[(*count)++] = (struct saved_search){
            arena_strdup(arena, db_text(query, 0)), arena_strdup(arena, db_text(query, 1)),
            arena_strdup(arena, db_text(query, 2)), arena_strdup(arena, db_text(query, 3))};
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status saved_search_find(struct db *db, const char *name, struct arena *arena,
                              struct saved_search *out, struct error *error)
{
    struct saved_search *list = NULL;
    size_t count = 0;
    const char *folded = text_fold(arena, name);
    enum status status = saved_search_list(db, arena, &list, &count, error);
    if (status != STATUS_OK)
        return status;
    const char **names = arena_array(arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = list[i].name;
        if (strcmp(text_fold(arena, list[i].name), folded) == 0) {
            *out = list[i];
            return STATUS_OK;
        }
    }
    const char *nearest = count > 0 ? settings_nearest(name, names) : NULL;
    return error_set(error, STATUS_REJECT,
                     nearest ? _("no search is saved as '%s'; did you mean '%s'?")
                             : _("no search is saved as '%s'"),
                     name, nearest);
}
