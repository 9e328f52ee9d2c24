#include "archive/package/layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "archive/package/bag.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"

#define VERSION_DIGITS 6

/* ---------------------------------------------------------------- names */

bool layout_is_year(const char *name)
{
    return strlen(name) == 4 && strspn(name, "0123456789") == 4;
}

bool layout_is_id(const char *name)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(name) != sizeof shape - 1)
        return false;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == '-' ? name[i] != '-' : !strchr("0123456789abcdef", name[i]))
            return false;
    return true;
}

int store_version(const char *name)
{
    size_t digits = name[0] == 'v' ? strspn(name + 1, "0123456789") : 0;
    if (digits == 0 || digits > VERSION_DIGITS || name[1] == '0' || name[1 + digits])
        return 0;
    return atoi(name + 1);
}

enum status layout_package(const char *store, const struct document *document, struct arena *arena,
                           char **path, struct error *error)
{
    const char *batch = document->batch ? document->batch : "";
    if (!layout_is_id(document->id) || document->version < 1)
        return error_set(error, STATUS_FATAL,
                         _("A document without id and version is not stored."));
    if (strspn(batch, "0123456789") < 4)
        return error_set(error, STATUS_FATAL,
                         _("The batch \"%s\" does not begin with the year it was digitised in."),
                         batch);
    *path = arena_printf(arena, "%s/%.4s/%s/v%d", store, batch, document->id, document->version);
    return STATUS_OK;
}

char *layout_identifier(const struct document *document, struct arena *arena)
{
    return arena_printf(arena, "%s/v%d", document->id, document->version);
}

/* ---------------------------------------------------------------- finding packages */

static int by_version(const void *a, const void *b)
{
    return store_version(*(char *const *)a) - store_version(*(char *const *)b);
}

/* The versions in one document's folder, oldest first. */
static enum status list_versions(const char *folder, struct arena *arena, char ***names,
                                 size_t *count, struct error *error)
{
    size_t kept = 0;
    enum status status = file_list(folder, arena, names, count, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < *count; i++)
        if (store_version((*names)[i]) && file_is_folder(file_join(arena, folder, (*names)[i])))
            (*names)[kept++] = (*names)[i];
    *count = kept;
    if (kept)
        qsort(*names, kept, sizeof **names, by_version);
    return STATUS_OK;
}

enum status store_find(const char *store, const char *id, int version, struct arena *arena,
                       const char **path, struct error *error)
{
    char **years = NULL, **versions = NULL;
    size_t year_count = 0, version_count = 0;
    enum status status = STATUS_OK;
    *path = NULL;
    if (layout_is_id(id))
        status = file_list(store, arena, &years, &year_count, error);
    for (size_t i = 0; i < year_count && status == STATUS_OK; i++) {
        char *folder = arena_printf(arena, "%s/%s/%s", store, years[i], id);
        if (!layout_is_year(years[i]) || !file_is_folder(folder))
            continue;
        status = list_versions(folder, arena, &versions, &version_count, error);
        for (size_t j = 0; j < version_count && status == STATUS_OK; j++)
            if (version == 0 || store_version(versions[j]) == version)
                *path = file_join(arena, folder, versions[j]);
    }
    if (status == STATUS_OK && !*path)
        return error_set(error, STATUS_REJECT,
                         version ? _("There is no document %s, version %d, in the store.")
                                 : _("There is no document %s in the store."),
                         id, version);
    return status;
}

struct each {
    enum status (*visit)(void *context, const char *path, struct error *error);
    void *context;
};

static enum status each_version(const struct each *each, const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    char **versions = NULL;
    size_t count = 0;
    enum status status = list_versions(folder, arena, &versions, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = each->visit(each->context, file_join(arena, folder, versions[i]), error);
    arena_free(arena);
    return status;
}

static enum status each_document(const struct each *each, const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    char **ids = NULL;
    size_t count = 0;
    enum status status = file_list(folder, arena, &ids, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (layout_is_id(ids[i]) && file_is_folder(file_join(arena, folder, ids[i])))
            status = each_version(each, file_join(arena, folder, ids[i]), error);
    arena_free(arena);
    return status;
}

enum status store_each(const char *store,
                       enum status (*visit)(void *context, const char *path, struct error *error),
                       void *context, struct error *error)
{
    struct each each = {.visit = visit, .context = context};
    struct arena *arena = arena_new();
    char **years = NULL;
    size_t count = 0;
    enum status status = file_list(store, arena, &years, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (layout_is_year(years[i]) && file_is_folder(file_join(arena, store, years[i])))
            status = each_document(&each, file_join(arena, store, years[i]), error);
    arena_free(arena);
    return status;
}

const char *store_place(const char *package)
{
    const char *at = package + strlen(package);
    for (int slashes = 0; at > package; at--)
        if (at[-1] == '/' && ++slashes == 3)
            break;
    return at;
}

char *store_tagmanifest(const char *package, struct arena *arena)
{
    return file_join(arena, package, BAG_TAG_MANIFEST);
}
