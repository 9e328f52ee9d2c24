#include "archive/store.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/bag.h"
#include "archive/layout.h"
#include "archive/stored.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"

/* ---------------------------------------------------------------- what goes in */

static enum status check_items(const struct store_item *items, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!bag_name_allowed(items[i].to))
            return error_set(error, STATUS_FATAL,
                             _("\"%s\" cannot be the name of a file in a package."), items[i].to);
        for (size_t j = 0; j < i; j++)
            if (strcmp(items[i].to, items[j].to) == 0)
                return error_set(error, STATUS_FATAL, _("\"%s\" goes into the package twice."),
                                 items[i].to);
    }
    if (count == 0)
        return error_set(error, STATUS_FATAL, _("A package without files is not stored."));
    return STATUS_OK;
}

/* The payload as it must become, from the sources; in the order of items. What comes from an
 * earlier version must be what that version says of it: damage is not carried on under a new
 * manifest. */
static enum status hash_items(const char *store, const struct store_item *items, size_t count,
                              struct arena *arena, struct bag_file *payload, struct error *error)
{
    struct stored *stored = stored_open(store, arena);
    for (size_t i = 0; i < count; i++) {
        enum status status = hash_file(items[i].from, payload[i].hash, error);
        if (status == STATUS_OK && stored_holds(stored, items[i].from))
            status = stored_check(stored, items[i].from, payload[i].hash, error);
        if (status != STATUS_OK)
            return status;
        payload[i].path = arena_printf(arena, "data/%s", items[i].to);
        payload[i].bytes = file_size(items[i].from);
    }
    return STATUS_OK;
}

/* A version that is there already: the same one was stored before, another one never replaces
 * it. */
static enum status compare_existing(const char *final, const struct bag_file *payload, size_t count,
                                    struct arena *arena, struct error *error)
{
    struct buffer expected = {0};
    char *found = NULL;
    size_t size = 0;
    bag_manifest(payload, count, &expected);
    enum status status = file_read(file_join(arena, final, BAG_MANIFEST), expected.size + 1, arena,
                                   &found, &size, NULL);
    bool same =
        status == STATUS_OK && size == expected.size && memcmp(found, expected.data, size) == 0;
    buffer_clear(&expected);
    if (status == STATUS_RETRY)
        return error_set(error, status, _("%s cannot be read."), final);
    if (!same)
        return error_set(
            error, STATUS_REJECT,
            _("%s is in the store already with other content and stays as it is: a change "
              "needs a new version."),
            final);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- the building site */

/* Takes the folder for this process alone and empties it of what an interrupted run left. The lock
 * goes with the folder when it is renamed, and with the process when that dies. */
static enum status take_site(const char *site, struct arena *arena, int *lock, struct error *error)
{
    struct stat held, named;
    char **names = NULL;
    size_t count = 0;
    enum status status = file_mkdirs(site, error);
    if (status != STATUS_OK)
        return status;
    *lock = open(site, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) != 0 || fstat(*lock, &held) != 0 ||
        stat(site, &named) != 0 || held.st_ino != named.st_ino)
        return error_set(error, STATUS_RETRY,
                         _("Another program is storing the same document in %s."), site);
    status = file_list(site, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = file_remove_tree(file_join(arena, site, names[i]), error);
    return status;
}

/* One file into the site, and whether it arrived whole. */
static enum status bring_item(struct stored *stored, const char *from, const char *to,
                              const char *expected, struct error *error)
{
    char hash[HASH_HEX_SIZE];
    bool linked = false;
    enum status status = stored_holds(stored, from) ? file_link(from, to, &linked, error)
                                                    : file_copy(from, to, error);
    if (status == STATUS_OK && linked) /* the very bytes that were hashed before */
        return status;
    if (status == STATUS_OK)
        status = hash_file(to, hash, error);
    if (status == STATUS_OK && strcmp(hash, expected) != 0)
        return error_set(error, STATUS_RETRY,
                         _("The copy of %s in the store differs from it: the disk or memory may be "
                           "failing."),
                         file_name(from));
    return status;
}

static enum status copy_items(const char *store, const char *site, const struct store_item *items,
                              size_t count, const struct bag_file *payload, struct arena *arena,
                              struct error *error)
{
    struct stored *stored = stored_open(store, arena);
    for (size_t i = 0; i < count; i++) {
        char *to = file_join(arena, site, payload[i].path);
        char *folder = arena_strndup(arena, to, (size_t)(file_name(to) - to) - 1);
        enum status status = file_mkdirs(folder, error);
        if (status == STATUS_OK)
            status = bring_item(stored, items[i].from, to, payload[i].hash, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status build(const char *store, const char *site, const char *final,
                         const struct document *document, const struct store_item *items,
                         size_t count, struct bag_file *payload, struct arena *arena,
                         struct error *error)
{
    struct bag_info info = {.source = document->custodian,
                            .identifier = layout_identifier(document, arena),
                            .group = document->id,
                            .sender = document->batch};
    char *parent = arena_strndup(arena, final, (size_t)(file_name(final) - final) - 1);
    enum status status = copy_items(store, site, items, count, payload, arena, error);
    if (status != STATUS_OK)
        return status;
    bag_sort(payload, count);
    if ((status = bag_write(site, payload, count, &info, error)) != STATUS_OK ||
        (status = file_mkdirs(parent, error)) != STATUS_OK)
        return status;
    return file_rename(site, final, error);
}

enum status store_put(const char *store, const struct document *document,
                      const struct store_item *items, size_t item_count, struct arena *arena,
                      const char **path, struct error *error)
{
    struct arena *work = arena_new();
    char *final = NULL;
    int lock = -1;
    struct bag_file *payload = arena_array(work, item_count + 1, sizeof *payload);
    enum status status = layout_package(store, document, work, &final, error);
    if (status != STATUS_OK || (status = check_items(items, item_count, error)) != STATUS_OK ||
        (status = hash_items(store, items, item_count, work, payload, error)) != STATUS_OK)
        goto done;
    if (!file_exists(final)) {
        char *site =
            arena_printf(work, "%s/.building-%s-v%d", store, document->id, document->version);
        if ((status = take_site(site, work, &lock, error)) != STATUS_OK)
            goto done;
        if (!file_exists(final)) { /* nobody was quicker while we waited for the site */
            status = build(store, site, final, document, items, item_count, payload, work, error);
            goto done;
        }
        if ((status = file_remove_tree(site, error)) != STATUS_OK)
            goto done;
    }
    bag_sort(payload, item_count);
    status = compare_existing(final, payload, item_count, work, error);
done:
    if (lock >= 0)
        close(lock);
    if (status == STATUS_OK)
        *path = arena_strdup(arena, final);
    arena_free(work);
    return status;
}
