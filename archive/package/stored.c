#include "archive/package/stored.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "archive/package/bag.h"
#include "archive/package/layout.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

struct stored {
    const char *store; /* whole path; NULL: there is none yet */
    struct arena *arena;
    const char *package; /* whose manifest is in files */
    struct bag_file *files;
    size_t count;
};

struct stored *stored_open(const char *store, struct arena *arena)
{
    char whole[PATH_MAX];
    struct stored *stored = arena_alloc(arena, sizeof *stored);
    stored->arena = arena;
    if (realpath(store, whole))
        stored->store = arena_strdup(arena, whole);
    return stored;
}

/* Splits <store>/<year>/<id>/v<n>/<rest> behind v<n>; false when the path is none. */
static bool split(struct stored *stored, const char *path, char whole[PATH_MAX], const char **rest)
{
    if (!stored->store || !realpath(path, whole))
        return false;
    size_t length = strlen(stored->store);
    if (strncmp(whole, stored->store, length) != 0 || whole[length] != '/')
        return false;
    char *at = whole + length;
    for (int part = 0; part < 3; part++) {
        char *end = strchr(at + 1, '/');
        if (!end)
            return false;
        *end = '\0';
        bool right = part == 0   ? layout_is_year(at + 1)
                     : part == 1 ? layout_is_id(at + 1)
                                 : store_version(at + 1) > 0;
        if (!right)
            return false;
        if (part < 2)
            *end = '/';
        at = end;
    }
    *rest = at + 1;
    return true;
}

bool stored_holds(struct stored *stored, const char *path)
{
    char whole[PATH_MAX];
    const char *rest = NULL;
    return split(stored, path, whole, &rest);
}

static void ignore(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

static enum status load(struct stored *stored, const char *package, struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    if (stored->package && strcmp(stored->package, package) == 0)
        return STATUS_OK;
    enum status status = file_read(file_join(stored->arena, package, BAG_MANIFEST), MANIFEST_MAX,
                                   stored->arena, &text, &size, error);
    if (status != STATUS_OK)
        return status;
    bag_parse(BAG_MANIFEST, text, size, stored->arena, &stored->files, &stored->count, ignore,
              NULL);
    stored->package = arena_strdup(stored->arena, package);
    return STATUS_OK;
}

static int by_path(const void *key, const void *file)
{
    return strcmp(key, ((const struct bag_file *)file)->path);
}

enum status stored_check(struct stored *stored, const char *path, const char *hash,
                         struct error *error)
{
    char whole[PATH_MAX];
    const char *rest = NULL;
    if (!split(stored, path, whole, &rest))
        return error_set(error, STATUS_FATAL, _("%s is no file of a package in the store."), path);
    enum status status = load(stored, whole, error);
    if (status != STATUS_OK)
        return status;
    const struct bag_file *file =
        stored->count ? bsearch(rest, stored->files, stored->count, sizeof *file, by_path) : NULL;
    if (!file || strcmp(file->hash, hash) != 0)
        return error_set(error, STATUS_REJECT,
                         _("%s in the store is not what its manifest says: repair that package "
                           "from a second copy first."),
                         path);
    return STATUS_OK;
}

enum status store_pdfs(const char *package, struct arena *arena, struct store_pdf **out,
                       size_t *count, struct error *error)
{
    struct stored stored = {.arena = arena};
    *count = 0;
    enum status status = load(&stored, package, error);
    if (status != STATUS_OK)
        return status;
    *out = arena_array(arena, stored.count + 1, sizeof **out);
    for (size_t i = 0; i < stored.count; i++) {
        const struct bag_file *file = &stored.files[i];
        size_t length = strlen(file->path);
        if (length > 4 && strcasecmp(file->path + length - 4, ".pdf") == 0)
            (*out)[(*count)++] =
                (struct store_pdf){file_join(arena, package, file->path), file->hash};
    }
    return STATUS_OK;
}
