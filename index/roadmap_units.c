/* Units that count as one since they were merged. */
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/procedures.h"
#include "index/roadmap.h"

void unit_group_former(struct unit_group *group, const char *names, struct arena *arena)
{
    size_t room = 1;
    for (const char *at = names; *at; at++)
        room += *at == '|';
    group->former = arena_array(arena, room, sizeof *group->former);
    group->former_count = 0;
    for (const char *at = names;; at++) {
        size_t size = strcspn(at, "|");
        const char *name = text_tidy(arena, arena_strndup(arena, at, size));
        if (*name)
            group->former[group->former_count++] = name;
        at += size;
        if (!*at)
            return;
    }
}

void unit_group_keys(struct unit_group *group, struct arena *arena)
{
    group->key = unit_key(group->name, arena);
    group->former_key = arena_array(arena, group->former_count + 1, sizeof *group->former_key);
    for (size_t i = 0; i < group->former_count; i++)
        group->former_key[i] = unit_key(group->former[i], arena);
}

/* The name in the place of its own group, and of those before it. */
static bool is_named(const struct unit_group *group, const char *key, size_t before)
{
    bool named = strcmp(group->key, key) == 0;
    for (size_t i = 0; i < before; i++)
        named = named || strcmp(group->former_key[i], key) == 0;
    return named;
}

enum status roadmap_check_units(const struct roadmap *roadmap, struct error *error)
{
    for (size_t i = 0; i < roadmap->unit_count; i++) {
        const struct unit_group *group = &roadmap->units[i];
        for (size_t j = 0; j < group->former_count; j++)
            for (size_t k = 0; k <= i; k++) {
                const struct unit_group *other = &roadmap->units[k];
                if (is_named(other, group->former_key[j], k == i ? j : other->former_count))
                    return error_set(error, STATUS_REJECT,
                                     _("[unit %s] names \"%s\", which counts in [unit %s] already; "
                                       "what was divided counts in one place"),
                                     group->name, group->former[j], other->name);
            }
        for (size_t k = 0; k < i; k++)
            if (is_named(&roadmap->units[k], group->key, roadmap->units[k].former_count))
                return error_set(error, STATUS_REJECT,
                                 _("[unit %s] counts in [unit %s]; name there what it was made of"),
                                 group->name, roadmap->units[k].name);
    }
    return STATUS_OK;
}

const struct unit_group *roadmap_group(const struct roadmap *roadmap, const char *key,
                                       const char *day, bool former)
{
    for (size_t i = 0; i < roadmap->unit_count; i++) {
        const struct unit_group *group = &roadmap->units[i];
        if (is_named(group, key, group->former_count) && strcmp(group->since, day) <= 0)
            return former && strcmp(group->key, key) == 0 ? NULL : group;
    }
    return NULL;
}
