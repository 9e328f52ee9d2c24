#include "archive/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/package/bag.h"
#include "archive/package/describe.h"
#include "archive/package/layout.h"
#include "archive/package/put.h"
#include "archive/package/stored.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/package.h"

/* A file on its way: copied from another, or made in memory. */
struct source {
    struct bag_file file; /* as it must become: "data/..." */
    const char *from;     /* NULL: text is it */
    const char *text;
};

struct put {
    const char *store, *type;
    bool share; /* bytes with earlier versions */
    const struct document *document;
    struct arena *arena;
    struct stored *stored;
    struct source *sources; /* sorted by path */
    struct bag_file *payload;
    size_t count;
    char *final, *site;
};

/* ---------------------------------------------------------------- what goes in */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct source *)a)->file.path, ((const struct source *)b)->file.path);
}

/* Sorts, and writes the payload's list. FATAL: a path that stands there twice. */
static enum status order(struct put *put, struct error *error)
{
    if (put->count == 0)
        return error_set(error, STATUS_FATAL, _("A package without files is not stored."));
    qsort(put->sources, put->count, sizeof *put->sources, by_path);
    for (size_t i = 0; i < put->count; i++) {
        put->payload[i] = put->sources[i].file;
        if (i > 0 && strcmp(put->payload[i - 1].path, put->payload[i].path) == 0)
            return error_set(error, STATUS_FATAL, _("\"%s\" goes into the package twice."),
                             describe_path(&put->payload[i]));
    }
    return STATUS_OK;
}

/* Hash and size of each, as they are now. What comes from an earlier version must be what that
 * version says of it: damage is not carried on under a new manifest. */
static enum status take_items(struct put *put, const struct store_item *items, size_t count,
                              size_t more, struct error *error)
{
    put->sources = arena_array(put->arena, count + more + 1, sizeof *put->sources);
    put->payload = arena_array(put->arena, count + more + 1, sizeof *put->payload);
    for (size_t i = 0; i < count; i++) {
        struct source *source = &put->sources[i];
        if (!bag_name_allowed(items[i].to))
            return error_set(error, STATUS_FATAL,
                             _("\"%s\" cannot be the name of a file in a package."), items[i].to);
        source->from = items[i].from;
        source->file.path = arena_printf(put->arena, PACKAGE_ROOT "/%s", items[i].to);
        enum status status = hash_file(source->from, source->file.hash, error);
        if (status == STATUS_OK && stored_holds(put->stored, source->from))
            status = stored_check(put->stored, source->from, source->file.hash, error);
        if (status != STATUS_OK)
            return status;
        source->file.bytes = file_size(source->from);
    }
    put->count = count;
    return order(put, error);
}

/* A version that is there already: the same one was stored before, another one never replaces
 * it. */
static enum status compare_existing(const struct put *put, struct error *error)
{
    struct buffer expected = {0};
    char *found = NULL;
    size_t size = 0;
    bag_manifest(put->payload, put->count, &expected);
    enum status status = file_read(file_join(put->arena, put->final, BAG_MANIFEST),
                                   expected.size + 1, put->arena, &found, &size, NULL);
    bool same =
        status == STATUS_OK && size == expected.size && memcmp(found, expected.data, size) == 0;
    buffer_clear(&expected);
    if (status == STATUS_RETRY)
        return error_set(error, status, _("%s cannot be read."), put->final);
    if (!same)
        return error_set(
            error, STATUS_REJECT,
            _("%s is in the store already with other content and stays as it is: a change "
              "needs a new version."),
            put->final);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- the building site */

/* One file into the site, and whether it arrived whole. */
static enum status bring(const struct put *put, const struct source *source, const char *to,
                         struct error *error)
{
    char hash[HASH_HEX_SIZE];
    bool linked = false;
    enum status status;
    if (!source->from)
        status = file_write(to, source->text, (size_t)source->file.bytes, error);
    else if (put->share && stored_holds(put->stored, source->from))
        status = file_link(source->from, to, &linked, error);
    else
        status = file_copy(source->from, to, error);
    if (status == STATUS_OK && linked) /* the very bytes that were hashed before */
        return status;
    if (status == STATUS_OK)
        status = hash_file(to, hash, error);
    if (status == STATUS_OK && strcmp(hash, source->file.hash) != 0)
        return error_set(error, STATUS_RETRY,
                         _("The copy of %s in the store differs from it: the disk or memory may be "
                           "failing."),
                         file_name(source->file.path));
    return status;
}

static enum status build(const struct put *put, struct error *error)
{
    struct arena *arena = put->arena;
    struct bag_info info = {.source = put->document->custodian,
                            .identifier = layout_identifier(put->document, arena),
                            .group = put->document->id,
                            .sender = put->document->batch};
    char *parent =
        arena_strndup(arena, put->final, (size_t)(file_name(put->final) - put->final) - 1);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < put->count && status == STATUS_OK; i++) {
        char *to = file_join(arena, put->site, put->payload[i].path);
        status = file_mkdirs(arena_strndup(arena, to, (size_t)(file_name(to) - to) - 1), error);
        if (status == STATUS_OK)
            status = bring(put, &put->sources[i], to, error);
    }
    if (status == STATUS_OK)
        status = bag_write(put->site, put->payload, put->count, &info, error);
    if (status == STATUS_OK)
        status = file_mkdirs(parent, error);
    return status == STATUS_OK ? file_rename(put->site, put->final, error) : status;
}

static enum status open_put(struct put *put, const char *store, const struct document *document,
                            struct error *error)
{
    *put = (struct put){
        .store = store, .type = "AIP", .share = true, .document = document, .arena = arena_new()};
    put->stored = stored_open(store, put->arena);
    put->site =
        arena_printf(put->arena, "%s/.building-%s-v%d", store, document->id, document->version);
    return layout_package(store, document, put->arena, &put->final, error);
}

static enum status run_put(struct put *put, struct error *error)
{
    int lock = -1;
    enum status status = STATUS_OK;
    if (!file_exists(put->final)) {
        status = file_take_folder(put->site, &lock, error);
        if (status != STATUS_OK)
            goto done;
        if (!file_exists(put->final)) { /* nobody was quicker while we waited for the site */
            status = build(put, error);
            goto done;
        }
        status = file_remove_tree(put->site, error);
    }
    if (status == STATUS_OK)
        status = compare_existing(put, error);
done:
    if (lock >= 0)
        close(lock);
    return status;
}

/* ---------------------------------------------------------------- storing */

/* Adds METS, EAD and PREMIS over what is there. */
static enum status describe_all(struct put *put, const char *config, struct error *error)
{
    struct event *events = NULL;
    struct made_file *made = NULL;
    size_t event_count = 0, made_count = 0;
    enum status status = STATUS_OK;
    const char *pdf = NULL;
    const char *first = package_volume(PACKAGE_PDF, put->document->volume_count > 0, put->arena);
    for (size_t i = 0; i < put->count && status == STATUS_OK; i++) {
        const char *path = describe_path(&put->payload[i]);
        if (strcmp(path, package_part(PACKAGE_EVENTS)) == 0)
            status = event_read(put->sources[i].from, put->arena, &events, &event_count, error);
        else if (strcmp(path, first) == 0)
            pdf = put->sources[i].from;
    }
    if (status == STATUS_OK)
        status = describe(config, put->document, pdf, put->type, events, event_count, put->payload,
                          put->count, put->arena, &made, &made_count, error);
    for (size_t i = 0; i < made_count && status == STATUS_OK; i++)
        put->sources[put->count++] = (struct source){made[i].file, NULL, made[i].text};
    return status == STATUS_OK ? order(put, error) : status;
}

enum status store_package(const char *store, const char *config, const struct document *document,
                          const struct store_item *items, size_t item_count, struct arena *arena,
                          const char **path, struct error *error)
{
    struct put put;
    enum status status = open_put(&put, store, document, error);
    if (status == STATUS_OK)
        status = take_items(&put, items, item_count, DESCRIBE_MADE_MAX, error);
    if (status == STATUS_OK)
        status = describe_all(&put, config, error);
    if (status == STATUS_OK)
        status = run_put(&put, error);
    if (status == STATUS_OK)
        *path = arena_strdup(arena, put.final);
    arena_free(put.arena);
    return status;
}

enum status put_elsewhere(const char *store, const char *config, const char *type,
                          const struct document *document, const struct store_item *items,
                          size_t item_count, const char *site, const char *final,
                          struct error *error)
{
    struct put put;
    int lock = -1;
    enum status status = open_put(&put, store, document, error);
    put.type = type;
    put.share = false;
    put.site = arena_strdup(put.arena, site);
    put.final = arena_strdup(put.arena, final);
    if (status == STATUS_OK)
        status = take_items(&put, items, item_count, DESCRIBE_MADE_MAX, error);
    if (status == STATUS_OK)
        status = describe_all(&put, config, error);
    if (status == STATUS_OK)
        status = file_take_folder(put.site, &lock, error);
    if (status == STATUS_OK)
        status = build(&put, error);
    if (lock >= 0)
        close(lock);
    arena_free(put.arena);
    return status;
}
