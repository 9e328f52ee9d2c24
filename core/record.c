#include "core/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/message.h"

enum { RECORD_MAX = 64 << 20, KIND_MAX = 40 };

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

static const char *folder_of(const char *folder, int64_t number, struct arena *arena)
{
    return arena_printf(arena, "%s/%03lld", folder, (long long)number / 1000);
}

static const char *path_of(const char *folder, int64_t number, struct arena *arena)
{
    return arena_printf(arena, "%s/%08lld.json", folder_of(folder, number, arena),
                        (long long)number);
}

int64_t record_last(const char *folder, int64_t known)
{
    struct arena *arena = arena_new();
    while (file_exists(path_of(folder, known + 1, arena)))
        known++;
    arena_free(arena);
    return known;
}

static bool is_kind(const char *kind)
{
    size_t size = strlen(kind);
    return size > 0 && size <= KIND_MAX &&
           strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789-") == size;
}

/* What the record behind this one must name as its predecessor. */
static enum status hash_of(const char *folder, int64_t number, char hex[HASH_HEX_SIZE],
                           struct arena *arena, struct error *error)
{
    memcpy(hex, zeros, sizeof zeros);
    if (number == 0)
        return STATUS_OK;
    if (!file_exists(path_of(folder, number, arena)))
        return error_set(error, STATUS_REJECT,
                         _("record %lld is missing; bring the folder %s back from a backup"),
                         (long long)number, folder);
    return hash_file(path_of(folder, number, arena), hex, error);
}

enum status record_next(int64_t last, const char *kind, const json_t *data, struct arena *arena,
                        struct record *out, struct error *error)
{
    char at[26];
    if (!is_kind(kind))
        return error_set(error, STATUS_FATAL, _("\"%s\" is no kind of record"), kind);
    file_now(at);
    *out = (struct record){.number = last + 1,
                           .kind = arena_strdup(arena, kind),
                           .at = arena_strdup(arena, at),
                           .actor = arena_strdup(arena, journal_actor()),
                           .role = arena_strdup(arena, journal_role()),
                           .data = data};
    return STATUS_OK;
}

enum status record_write(const char *folder, struct record *record, struct error *error)
{
    char previous[HASH_HEX_SIZE];
    struct arena *arena = arena_new();
    const char *path = path_of(folder, record->number, arena);
    json_t *json = json_object();
    json_object_set_new(json, "record", json_integer((json_int_t)record->number));
    json_put_text(json, "kind", record->kind);
    json_put_text(json, "at", record->at);
    json_put_text(json, "actor", record->actor);
    json_put_text(json, "role", record->role);
    json_object_set_new(json, "data", json_deep_copy(record->data));
    enum status status = hash_of(folder, record->number - 1, previous, arena, error);
    json_put_text(json, "previous", previous);
    if (status == STATUS_OK && file_exists(path))
        status = error_set(error, STATUS_RETRY, _("another program has just written a record"));
    if (status == STATUS_OK)
        status = file_mkdirs(folder_of(folder, record->number, arena), error);
    if (status == STATUS_OK)
        status = json_write(path, json, error);
    if (status == STATUS_OK)
        status = hash_file(path, record->hash, error);
    json_decref(json);
    arena_free(arena);
    return status;
}

struct reading {
    char previous[HASH_HEX_SIZE];
    enum status (*visit)(void *context, const struct record *record, struct error *error);
    void *context;
};

static enum status read_one(struct reading *reading, const char *path, int64_t number,
                            struct arena *arena, struct error *error)
{
    struct record record = {.number = number};
    char *bytes = NULL;
    size_t size = 0;
    enum status status = file_read(path, RECORD_MAX, arena, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    hash_bytes(bytes, size, record.hash);
    json_t *json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    const char *previous = json_text(json, "previous", arena);
    record.kind = json_text(json, "kind", arena);
    record.at = json_text(json, "at", arena);
    record.actor = json_text(json, "actor", arena);
    record.role = json_text(json, "role", arena);
    record.data = json_object_get(json, "data");
    if (!record.kind || !record.at || !previous || !json_is_object(record.data) ||
        json_int(json, "record", 0) != number)
        status = error_set(error, STATUS_REJECT,
                           _("%s is not the record that was written; bring it back from a backup"),
                           path);
    else if (strcmp(previous, reading->previous) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("the record before %s was changed; bring it back from a backup"),
                           file_name(path));
    else
        status = reading->visit(reading->context, &record, error);
    memcpy(reading->previous, record.hash, sizeof record.hash);
    json_decref(json);
    return status;
}

enum status record_each(const char *folder, int64_t after,
                        enum status (*visit)(void *context, const struct record *record,
                                             struct error *error),
                        void *context, struct error *error)
{
    struct reading reading = {.visit = visit, .context = context};
    struct arena *arena = arena_new();
    int64_t number = after + 1;
    enum status status = STATUS_OK;
    if (file_exists(path_of(folder, number, arena)))
        status = hash_of(folder, after, reading.previous, arena, error);
    while (status == STATUS_OK) {
        struct arena *own = arena_new();
        const char *path = path_of(folder, number, own);
        bool there = file_exists(path);
        if (there)
            status = read_one(&reading, path, number++, own, error);
        arena_free(own);
        if (!there)
            break;
    }
    arena_free(arena);
    return status;
}
