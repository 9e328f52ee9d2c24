/* A new version of a stored package: what changed, and the rest of the version before. */
#include <string.h>

#include "archive/package/bag.h"
#include "archive/package/describe.h"
#include "archive/package/layout.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

struct revision {
    const char *package, *work; /* work: folder for what is written on the way */
    struct arena *arena;
    struct document document;
    struct store_item *items;
    size_t count;
};

static void ignore(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

static bool is_changed(const struct revision *r, size_t changed, const char *to)
{
    for (size_t i = 0; i < changed; i++)
        if (strcmp(r->items[i].to, to) == 0)
            return true;
    return false;
}

/* Everything of the version before that is neither changed nor made anew. */
static void keep_rest(struct revision *r, const struct bag_file *files, size_t count)
{
    size_t changed = r->count;
    for (size_t i = 0; i < count; i++) {
        const char *to = describe_path(&files[i]);
        if (!describe_is_made(to) && !is_changed(r, changed, to))
            r->items[r->count++] =
                (struct store_item){file_join(r->arena, r->package, files[i].path), to};
    }
}

/* document.json of the new version, and the events of the old with the new ones behind them. */
static enum status write_own(struct revision *r, const struct event *added, size_t added_count,
                             struct error *error)
{
    struct event *events = NULL, *all;
    size_t count = 0;
    const char *json = file_join(r->arena, r->work, "document.json");
    const char *lines = file_join(r->arena, r->work, "events.jsonl");
    const char *subject = event_subject(r->document.id, r->document.version, r->arena);
    enum status status = event_read(package_part_path(r->arena, r->package, PACKAGE_EVENTS),
                                    r->arena, &events, &count, error);
    if (status == STATUS_OK)
        status = document_write(&r->document, json, error);
    if (status != STATUS_OK)
        return status;
    all = arena_array(r->arena, count + added_count + 1, sizeof *all);
    if (count)
        memcpy(all, events, count * sizeof *all);
    for (size_t i = 0; i < added_count; i++) {
        all[count + i] = added[i];
        event_name(&all[count + i], subject);
    }
    r->items[r->count++] = (struct store_item){json, package_part(PACKAGE_DOCUMENT)};
    r->items[r->count++] = (struct store_item){lines, package_part(PACKAGE_EVENTS)};
    return event_write(lines, all, count + added_count, error);
}

enum status store_next(const char *package, const char *reason, struct arena *arena,
                       struct document *out, struct error *error)
{
    enum status status =
        document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, out, error);
    if (status != STATUS_OK)
        return status;
    out->supersedes = layout_identifier(out, arena);
    out->version++;
    out->reason = reason;
    return STATUS_OK;
}

/* The document as it is now, numbered on. */
static enum status next_document(struct revision *r, const struct document *corrected,
                                 const char *reason, struct error *error)
{
    struct document next;
    enum status status = store_next(r->package, reason, r->arena, &next, error);
    if (status != STATUS_OK)
        return status;
    r->document = corrected ? *corrected : next;
    memcpy(r->document.id, next.id, sizeof next.id);
    r->document.version = next.version;
    r->document.batch = next.batch;
    r->document.kept_from = next.kept_from;
    r->document.supersedes = next.supersedes;
    r->document.reason = reason;
    return STATUS_OK;
}

/* Of versions that were stopped, or could not be cleared away. */
static void remove_leftovers(const char *store, const struct document *document,
                             struct arena *arena)
{
    for (int version = 2; version <= document->version; version++)
        file_remove_tree(arena_printf(arena, "%s/.revising-%s-v%d", store, document->id, version),
                         NULL);
}

enum status store_revise(const char *store, const char *config, const char *package,
                         const struct document *corrected, const char *reason,
                         const struct store_item *items, size_t item_count,
                         const struct event *events, size_t event_count, struct arena *arena,
                         const char **path, struct error *error)
{
    struct revision r = {.package = package, .arena = arena_new()};
    struct bag_file *files = NULL;
    char *text = NULL;
    size_t size = 0, count = 0;
    enum status status = next_document(&r, corrected, reason, error);
    if (status == STATUS_OK)
        status = file_read(file_join(r.arena, package, BAG_MANIFEST), MANIFEST_MAX, r.arena, &text,
                           &size, error);
    if (status != STATUS_OK)
        goto done;
    bag_parse(BAG_MANIFEST, text, size, r.arena, &files, &count, ignore, NULL);
    r.work = arena_printf(r.arena, "%s/.revising-%s-v%d", store, r.document.id, r.document.version);
    remove_leftovers(store, &r.document, r.arena);
    r.items = arena_array(r.arena, count + item_count + 2, sizeof *r.items);
    for (size_t i = 0; i < item_count; i++)
        r.items[r.count++] = items[i];
    if ((status = file_mkdirs(r.work, error)) != STATUS_OK ||
        (status = write_own(&r, events, event_count, error)) != STATUS_OK)
        goto done;
    keep_rest(&r, files, count);
    status = store_package(store, config, &r.document, r.items, r.count, arena, path, error);
done:
    if (r.work) /* what is stored is stored, whatever is left beside it */
        file_remove_tree(r.work, NULL);
    arena_free(r.arena);
    return status;
}
