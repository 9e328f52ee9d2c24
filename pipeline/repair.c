/* A damaged package put back from a second copy of the store. */
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/audit.h"
#include "pipeline/backup.h"
#include "pipeline/fixity.h"

struct copying {
    const char *from, *to;
    struct arena *arena;
};

static enum status copy_one(void *context, const char *relative, struct error *error)
{
    const struct copying *copying = context;
    const char *to = file_join(copying->arena, copying->to, relative);
    enum status status =
        file_mkdirs(arena_strndup(copying->arena, to, (size_t)(file_name(to) - to - 1)), error);
    return status == STATUS_OK
               ? file_copy(file_join(copying->arena, copying->from, relative), to, error)
               : status;
}

static void say_nothing(void *context, const char *path, const char *sentence)
{
    (void)context;
    (void)path;
    (void)sentence;
}

/* Whole by itself, and the one that was stored. */
static enum status verify(const struct warehouse *warehouse, const struct audit *audit,
                          const char *place, const char *path, struct error *error)
{
    const struct archive_trust trust = archive_trust_of(&warehouse->archive);
    struct store_verdict verdict;
    enum status status = store_verify(path, &trust, &verdict, say_nothing, NULL, NULL, error);
    if (status == STATUS_OK && audit_bond(audit, path) == AUDIT_BROKEN)
        status = error_set(error, STATUS_REJECT,
                           _("It is not the package that the journal says was stored."));
    if (status == STATUS_OK && !audit_knows(audit, place))
        status =
            error_set(error, STATUS_REJECT,
                      _("The journal does not know that it was stored, so nothing says which "
                        "one is right: bring journal and database back from one backup first."));
    return status;
}

/* What is bad is kept: it may be the only trace of what happened to it. */
static enum status put_aside(const struct warehouse *warehouse, const char *path, const char *place,
                             struct arena *arena, struct error *error)
{
    char now[26];
    if (!file_exists(path))
        return STATUS_OK;
    file_now(now);
    char *name = arena_printf(arena, "%s-%.19s", place, now);
    for (char *at = name; *at; at++)
        if (*at == '/' || *at == ':')
            *at = '-';
    const char *aside = file_join(arena, warehouse->root, "aside");
    enum status status = file_mkdirs(aside, error);
    return status == STATUS_OK ? file_rename(path, file_join(arena, aside, name), error) : status;
}

static const char *building_place(const struct warehouse *warehouse, struct arena *arena)
{
    return arena_printf(arena, "%s/.building-repair", warehouse->store);
}

/* The new one stands ready, and was verified, before the bad one leaves its place. */
static enum status exchange(const struct warehouse *warehouse, const struct audit *audit,
                            const char *place, const char *copy, struct arena *arena,
                            struct error *error)
{
    const char *path = file_join(arena, warehouse->store, place);
    /* The folders a package knows itself by: <id>/v<version>. */
    const char *inside = strchr(place, '/') ? strchr(place, '/') + 1 : place;
    const char *building = building_place(warehouse, arena);
    const char *made = file_join(arena, building, inside);
    struct copying copying = {copy, made, arena};
    enum status status = file_remove_tree(building, error);
    if (status == STATUS_OK)
        status = file_walk(copy, copy_one, &copying, error);
    if (status == STATUS_OK)
        status = verify(warehouse, audit, place, made, error);
    if (status == STATUS_OK)
        status = put_aside(warehouse, path, place, arena, error);
    if (status == STATUS_OK)
        status =
            file_mkdirs(arena_strndup(arena, path, (size_t)(file_name(path) - path - 1)), error);
    if (status == STATUS_OK)
        status = file_rename(made, path, error);
    if (status == STATUS_OK)
        status = file_remove_tree(building, error);
    return status == STATUS_OK ? verify(warehouse, audit, place, path, error) : status;
}

/* Does the record still say that it is not whole? */
static bool is_failed(struct db *db, const char *place)
{
    struct db_query *query = NULL;
    if (db_prepare(db, "SELECT whole FROM fixity_package WHERE place = ?", &query, NULL) !=
        STATUS_OK)
        return false;
    db_bind_text(query, 1, place);
    bool failed = db_step(query, NULL) == STATUS_OK && db_int(query, 0) == 0;
    db_finish(query);
    return failed;
}

static enum status record_repair(const struct warehouse *warehouse, struct db *db,
                                 const char *place, struct arena *arena, struct error *error)
{
    char now[26];
    file_now(now);
    enum status status = pipeline_record_package(
        warehouse, "repair", file_join(arena, warehouse->store, place), "", error);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE fixity_package SET checked_at = ?, whole = 1, fault = ''"
                       " WHERE place = ?",
                       "ss", now, place);
    return status;
}

/* Where a package lies in what was named: a store, a warehouse, a backup, a folder of backups. */
static const char *find_copy(const char *copies, const char *place, struct arena *arena)
{
    const char *snapshot = NULL;
    const char *copy = file_join(arena, copies, place);
    if (file_is_folder(copy))
        return copy;
    copy = arena_printf(arena, "%s/store/%s", copies, place);
    if (file_is_folder(copy) || backup_find(copies, arena, &snapshot, NULL) != STATUS_OK)
        return copy;
    return arena_printf(arena, "%s/store/%s", snapshot, place);
}

enum status fixity_repair(const struct warehouse *warehouse, struct db *db, const char *place,
                          const char *copies, struct error *error)
{
    struct arena *arena = arena_new();
    struct error fault = {""};
    const char *path = file_join(arena, warehouse->store, place);
    const char *copy = find_copy(copies, place, arena);
    struct audit *audit = NULL;
    enum status status = audit_open(warehouse, NULL, say_nothing, NULL, &audit, error);
    if (status != STATUS_OK) {
        arena_free(arena);
        return status;
    }
    bool whole = file_is_folder(path) && verify(warehouse, audit, place, path, &fault) == STATUS_OK;
    if (whole && !is_failed(db, place))
        status =
            error_set(error, STATUS_REJECT, _("%s is whole; there is nothing to repair."), place);
    else if (whole) /* stopped after the exchange: what is left to do is to say so */
        status = file_remove_tree(building_place(warehouse, arena), error);
    else if (!file_is_folder(copy))
        status = error_set(error, STATUS_REJECT, _("There is no copy of it in %s."), copies);
    else if (verify(warehouse, audit, place, copy, &fault) != STATUS_OK)
        status = error_set(error, STATUS_REJECT, _("The copy in %s is not whole either: %s"),
                           copies, fault.text);
    else
        status = exchange(warehouse, audit, place, copy, arena, error);
    if (status == STATUS_OK)
        status = record_repair(warehouse, db, place, arena, error);
    audit_close(audit);
    arena_free(arena);
    return status == STATUS_OK ? status : error_add(error, status, "%s", place);
}
