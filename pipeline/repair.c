/* What is damaged, put back from copies: a package, or its evidence record. */
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/repair_private.h"

/* "<id>/v1": the folders that a package knows itself by. */
static const char *inside(const struct repair *repair)
{
    return strchr(repair->place, '/') + 1;
}

static const char *id_of(const struct repair *repair)
{
    return arena_strndup(repair->arena, inside(repair), strcspn(inside(repair), "/"));
}

static const char *building_place(const struct repair *repair)
{
    return arena_printf(repair->arena, "%s/.building-repair-%s-%s", repair->warehouse->store,
                        id_of(repair), file_name(repair->place));
}

/* Stands in there from before the exchange until all is entered. */
static const char *sign_of(const struct repair *repair)
{
    return file_join(repair->arena, building_place(repair), "exchange");
}

/* ---------------------------------------------------------------- exchanging */

/* What is bad is kept: it may be the only trace of what happened to it. */
static enum status put_aside(const struct repair *repair, const char *path, const char *as,
                             struct error *error)
{
    char now[26];
    struct arena *arena = repair->arena;
    if (!file_exists(path))
        return STATUS_OK;
    file_now(now);
    char *name = arena_printf(arena, "%s-%.19s", as, now);
    for (char *at = name; *at; at++)
        if (*at == '/' || *at == ':')
            *at = '-';
    const char *aside = file_join(arena, repair->warehouse->root, "aside"), *to;
    enum status status = file_mkdirs(aside, error);
    int again = 1; /* within the second */
    for (to = file_join(arena, aside, name); file_exists(to);)
        to = arena_printf(arena, "%s/%s-%d", aside, name, ++again);
    return status == STATUS_OK ? file_rename(path, to, error) : status;
}

static enum status make_parent(const struct repair *repair, const char *path, struct error *error)
{
    return file_mkdirs(arena_strndup(repair->arena, path, (size_t)(file_name(path) - path - 1)),
                       error);
}

/* The new one stands ready, and was verified, before the bad one leaves its place. */
static enum status exchange_package(const struct repair *repair, struct error *error)
{
    const char *made = file_join(repair->arena, building_place(repair), inside(repair));
    enum status status = repair_make(repair, made, error);
    if (status == STATUS_OK)
        status = file_mkdirs(sign_of(repair), error);
    if (status == STATUS_OK)
        status = put_aside(repair, repair->path, repair->place, error);
    if (status == STATUS_OK)
        status = make_parent(repair, repair->path, error);
    return status == STATUS_OK ? file_rename(made, repair->path, error) : status;
}

static enum status exchange_record(const struct repair *repair, const char *record,
                                   struct error *error)
{
    const char *good = NULL;
    enum status status = repair_record(repair, &good, error);
    if (status == STATUS_OK)
        status = file_mkdirs(sign_of(repair), error);
    if (status == STATUS_OK)
        status = put_aside(repair, record, file_name(record), error);
    if (status == STATUS_OK)
        status = make_parent(repair, record, error);
    return status == STATUS_OK ? file_copy(good, record, error) : status;
}

/* ---------------------------------------------------------------- judging and entering */

/* As a fixity check does. */
static enum status judge(const struct repair *repair, struct error *error)
{
    bool whole = false;
    int64_t bytes = 0;
    enum status status = fixity_judge(repair->warehouse, repair->audit, repair->path, repair->ear,
                                      &whole, &bytes, error);
    return status != STATUS_OK || whole ? status
                                        : error_set(error, STATUS_REJECT, "%s", repair->ear->fault);
}

static const char *record_of(const struct repair *repair)
{
    return pipeline_evidence(repair->warehouse, id_of(repair),
                             store_version(file_name(repair->place)), repair->arena);
}

static bool record_is_whole(const struct repair *repair)
{
    struct evidence_verdict verdict;
    struct error why;
    return audit_record_is_whole(
        audit_record(repair->audit, repair->path, record_of(repair), &verdict, &why));
}

/* A record that is not whole is not named. */
static enum status enter(const struct repair *repair, struct db *db, bool whole,
                         struct error *error)
{
    char now[26];
    file_now(now);
    if (!whole)
        return pipeline_record(repair->warehouse, "repair", id_of(repair),
                               arena_printf(repair->arena, "place=%s", repair->place), error);
    enum status status =
        pipeline_record_package(repair->warehouse, "repair", repair->path, "", error);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE fixity_package SET checked_at = ?, whole = 1, fault = ''"
                       " WHERE place = ?",
                       "ss", now, repair->place);
    return status;
}

/* ---------------------------------------------------------------- all of it */

/* done: something was exchanged. */
static enum status mend(const struct repair *repair, bool *done, struct error *error)
{
    struct error why = {""};
    enum status status = STATUS_OK;
    if (!file_is_folder(repair->path) || repair_verify(repair, repair->path, &why) != STATUS_OK) {
        status = file_remove_tree(building_place(repair), error);
        if (status == STATUS_OK)
            status = exchange_package(repair, error);
        *done = status == STATUS_OK;
    }
    if (status == STATUS_OK && !record_is_whole(repair)) {
        status = exchange_record(repair, record_of(repair), error);
        *done |= status == STATUS_OK;
    }
    return status;
}

/* Judged before and after: what is told to be put back is whole. */
static enum status repair_one(const struct repair *repair, struct db *db, struct error *error)
{
    bool done = file_exists(sign_of(repair)); /* stopped before it was entered */
    enum status judged = judge(repair, error);
    if (judged == STATUS_OK && !done) {
        enum status status = file_remove_tree(building_place(repair), error);
        return status == STATUS_OK
                   ? error_set(error, STATUS_REJECT, _("%s is whole; there is nothing to repair."),
                               repair->place)
                   : status;
    }
    if (judged == STATUS_REJECT) {
        judged = mend(repair, &done, error);
        if (judged == STATUS_OK)
            judged = judge(repair, error);
    }
    if (judged != STATUS_OK && judged != STATUS_REJECT)
        return judged;
    enum status status = done ? enter(repair, db, judged == STATUS_OK, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = file_remove_tree(building_place(repair), error);
    return status == STATUS_OK ? judged : status;
}

/* "2026/<id>/v1" */
static bool is_place(const char *place)
{
    const char *slash = strchr(place, '/');
    return slash && slash == place + 4 && strchr(slash + 1, '/') == strrchr(place, '/') &&
           !strstr(place, "..") && store_version(file_name(place)) > 0;
}

enum status fixity_repair(const struct warehouse *warehouse, struct db *db, const char *place,
                          const char *copies, struct error *error)
{
    struct fixity_ear ear = {.finding = NULL};
    struct repair repair = {
        .warehouse = warehouse, .ear = &ear, .arena = arena_new(), .place = place, .from = copies};
    if (!is_place(place)) {
        arena_free(repair.arena);
        return error_set(error, STATUS_REJECT,
                         _("%s is no place of a package; give it as `sohoa fixity` does, like "
                           "2026/ID/v1."),
                         place);
    }
    repair.path = file_join(repair.arena, warehouse->store, place);
    enum status status = audit_open(warehouse, NULL, fixity_hear, &ear, &repair.audit, error);
    if (status == STATUS_OK)
        status = repair_find(&repair, error);
    if (status == STATUS_OK)
        status = repair_one(&repair, db, error);
    audit_close(repair.audit);
    arena_free(repair.arena);
    return status == STATUS_OK ? status : error_add(error, status, "%s", place);
}
