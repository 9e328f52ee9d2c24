/* What was handed over from here, and what a folder was handed over as. */
#include <stdlib.h>
#include <string.h>

#include "archive/handover.h"
#include "core/file.h"
#include "core/message.h"

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const char *file_of(const char *folder, const char *transfer, const char *name,
                           struct arena *arena)
{
    return file_join(arena, file_join(arena, folder, transfer), name);
}

/* ---------------------------------------------------------------- one folder */

/* Is there a package in the list that these ids do not have? */
static bool names_others(const json_t *list, const char *const *ids, size_t count)
{
    const json_t *packages = json_object_get(list, "packages");
    for (size_t i = 0; i < json_array_size(packages); i++) {
        bool asked = false;
        for (size_t k = 0; k < count && !asked; k++)
            asked = strcmp(word(json_array_get(packages, i), "id"), ids[k]) == 0;
        if (!asked)
            return true;
    }
    return false;
}

enum status handover_open(const char *folder, const char *summary, const char *receiver,
                          const char *const *ids, size_t count, struct arena *arena,
                          const char **transfer, struct error *error)
{
    json_t *list = NULL;
    *transfer = "";
    if (!file_exists(summary) || json_read(summary, &list, NULL) != STATUS_OK)
        return STATUS_OK;
    const char *name = arena_strdup(arena, word(list, "transfer"));
    bool ours =
        handover_is_transfer(name) && file_exists(file_of(folder, name, HANDOVER_HANDED, arena));
    bool back = ours && file_exists(file_of(folder, name, HANDOVER_RECEIPT, arena));
    bool open = ours && !back && receiver && strcmp(word(list, "receiver"), receiver) == 0 &&
                !names_others(list, ids, count);
    enum status status = STATUS_OK;
    if (ours && !open)
        status = error_set(
            error, STATUS_REJECT,
            _("This folder is a hand-over already (%s, to \"%s\"); hand over into a folder of its "
              "own, so that its receipt can come back"),
            word(list, "at"), word(list, "receiver"));
    else if (ours)
        *transfer = name;
    json_decref(list);
    return status;
}

/* ---------------------------------------------------------------- all of them */

static int by_moment(const void *a, const void *b)
{
    const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
    int order = strcmp(word(one, "at"), word(other, "at"));
    return order ? order : strcmp(word(one, "transfer"), word(other, "transfer"));
}

static json_t *read_one(const char *folder, const char *transfer, struct arena *arena,
                        struct error *error)
{
    json_t *handed = NULL, *receipt = NULL, *one = NULL;
    const char *back = file_of(folder, transfer, HANDOVER_RECEIPT, arena);
    if (json_read(file_of(folder, transfer, HANDOVER_HANDED, arena), &handed, error) != STATUS_OK)
        return NULL;
    if (file_exists(back))
        json_read(back, &receipt, NULL);
    one = json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:b, s:s}", "transfer", transfer, "receiver",
                    word(handed, "receiver"), "at", word(handed, "at"), "packages",
                    (json_int_t)json_int(handed, "packages_count", 0), "received_at",
                    word(receipt, "received_at"), "taken",
                    (json_int_t)json_int(receipt, "packages_taken", 0), "complete",
                    json_is_true(json_object_get(receipt, "complete")), "supersedes",
                    word(handed, "supersedes"));
    json_decref(handed);
    json_decref(receipt);
    return one;
}

/* Each one that a later one names has its name. */
static void note_superseded(json_t *const *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count && *word(all[i], "supersedes"); k++)
            if (strcmp(word(all[k], "transfer"), word(all[i], "supersedes")) == 0)
                json_put_text(all[k], "superseded_by", word(all[i], "transfer"));
}

enum status handover_list(const char *folder, struct arena *arena, json_t **out,
                          struct error *error)
{
    char **names = NULL;
    size_t count = 0, found = 0;
    enum status status = STATUS_OK;
    *out = json_array();
    if (file_is_folder(folder))
        status = file_list(folder, arena, &names, &count, error);
    json_t **all = arena_array(arena, count + 1, sizeof(json_t *));
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (!handover_is_transfer(names[i]) ||
            !file_exists(file_of(folder, names[i], HANDOVER_HANDED, arena)))
            continue;
        all[found] = read_one(folder, names[i], arena, error);
        status = all[found] ? STATUS_OK : STATUS_REJECT;
        found += all[found] != NULL;
    }
    if (found > 0)
        qsort(all, found, sizeof(json_t *), by_moment);
    note_superseded(all, found);
    for (size_t i = 0; i < found; i++)
        json_array_append_new(*out, all[i]);
    return status;
}
