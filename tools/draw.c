#include "tools/draw.h"

#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"

struct lot { /* a document, and its place in the order that the seed makes */
    char hash[HASH_HEX_SIZE];
    const char *place, *id;
    int version;
};

struct urn {
    struct arena *arena;
    struct lot *lots;
    size_t count, room, there;
};

static enum status put(void *context, const char *place, struct error *error)
{
    struct urn *urn = context;
    (void)error;
    if (urn->count == urn->room) {
        urn->room = urn->room ? 2 * urn->room : 256;
        urn->lots = memory_resize(urn->lots, urn->room * sizeof *urn->lots);
    }
    struct lot *lot = &urn->lots[urn->count++];
    lot->place = arena_strdup(urn->arena, place);
    const char *id = strchr(lot->place, '/') ? strchr(lot->place, '/') + 1 : lot->place;
    lot->id = arena_strndup(urn->arena, id, strcspn(id, "/"));
    lot->version = store_version(file_name(lot->place));
    return STATUS_OK;
}

static enum status put_path(void *context, const char *path, struct error *error)
{
    ((struct urn *)context)->there++;
    return put(context, store_place(path), error);
}

static enum status put_row(void *context, const char *id, int version, const char *path,
                           struct error *error)
{
    (void)id;
    (void)version;
    return put(context, path, error);
}

static int by_document(const void *a, const void *b)
{
    const struct lot *one = a, *other = b;
    int order = strcmp(one->id, other->id);
    return order ? order : other->version - one->version;
}

static int by_hash(const void *a, const void *b)
{
    return strcmp(((const struct lot *)a)->hash, ((const struct lot *)b)->hash);
}

/* Of each document the newest version stays, with its hash. */
static void keep_newest(struct urn *urn, const char *seed)
{
    size_t kept = 0;
    qsort(urn->lots, urn->count, sizeof *urn->lots, by_document);
    for (size_t i = 0; i < urn->count; i++)
        if (kept == 0 || strcmp(urn->lots[kept - 1].id, urn->lots[i].id) != 0)
            urn->lots[kept++] = urn->lots[i];
    urn->count = kept;
    for (size_t i = 0; i < kept; i++) {
        const char *subject = arena_printf(urn->arena, "%s %s", seed, urn->lots[i].place);
        hash_bytes(subject, strlen(subject), urn->lots[i].hash);
    }
    qsort(urn->lots, urn->count, sizeof *urn->lots, by_hash);
}

enum status draw(struct cli *cli, const char *store, const struct audit *audit, struct db *db,
                 const char *seed, struct drawing *out)
{
    struct urn urn = {.arena = cli->arena};
    enum status status = store_each(store, put_path, &urn, &cli->error);
    if (status == STATUS_OK && db)
        status = index_each(db, put_row, &urn, &cli->error);
    if (status == STATUS_OK && audit)
        status = audit_each_stored(audit, put, &urn, &cli->error);
    if (status == STATUS_OK && urn.count > 0)
        keep_newest(&urn, seed);
    *out = (struct drawing){.count = urn.count, .there = urn.there};
    out->places = arena_array(cli->arena, urn.count + 1, sizeof *out->places);
    for (size_t i = 0; i < urn.count; i++)
        out->places[i] = urn.lots[i].place;
    free(urn.lots);
    return status;
}
