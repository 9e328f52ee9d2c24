/* Where what is damaged is taken from: any number of copies, each of which may be damaged, too. */
#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/backup_private.h"
#include "pipeline/repair_private.h"

/* ---------------------------------------------------------------- which there are */

static void add_copy(struct repair *repair, const char *store, const char *evidence)
{
    repair->copies[repair->count++] = (struct repair_copy){store, evidence};
}

static void add_warehouse(struct repair *repair, const char *root)
{
    add_copy(repair, file_join(repair->arena, root, "store"),
             file_join(repair->arena, root, EVIDENCE_FOLDER));
}

enum status repair_find(struct repair *repair, struct error *error)
{
    struct arena *arena = repair->arena;
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(repair->from, arena, &names, &count, error);
    if (status != STATUS_OK)
        return status;
    repair->copies = arena_array(arena, count + 1, sizeof *repair->copies);
    if (file_is_folder(file_join(arena, repair->from, "store"))) {
        add_warehouse(repair, repair->from);
        return STATUS_OK;
    }
    for (size_t i = count; i-- > 0;) {
        const char *folder = file_join(arena, repair->from, names[i]);
        if (!strstr(names[i], ".part") && file_exists(file_join(arena, folder, "backup.json")))
            add_warehouse(repair, folder);
    }
    if (repair->count == 0) /* a store; its records lie beside it */
        add_copy(repair, repair->from, file_join(arena, repair->from, "../evidence"));
    return STATUS_OK;
}

/* ---------------------------------------------------------------- a package */

static void say_nothing(void *context, const char *path, const char *sentence)
{
    (void)context;
    (void)path;
    (void)sentence;
}

enum status repair_verify(const struct repair *repair, const char *path, struct error *error)
{
    const struct archive_trust trust = archive_trust_of(&repair->warehouse->archive);
    const enum audit_bond bond = audit_bond(repair->audit, path);
    struct store_verdict verdict = {0};
    enum status status = store_verify(path, &trust, &verdict, say_nothing, NULL, NULL, error);
    if (status == STATUS_REJECT && bond == AUDIT_BOUND && verdict.faults > 0 &&
        verdict.faults == verdict.trust_faults)
        status = STATUS_OK;
    if (status == STATUS_OK && bond == AUDIT_BROKEN)
        status = error_set(error, STATUS_REJECT,
                           _("It is not the package that the journal says was stored."));
    if (status == STATUS_OK && !audit_knows(repair->audit, repair->place))
        status =
            error_set(error, STATUS_REJECT,
                      _("The journal does not know that it was stored, so nothing says which "
                        "one is right: bring journal and database back from one backup first."));
    return status;
}

/* The package in copy i; behind the last one: in the store itself. */
static const char *package_in(const struct repair *repair, size_t i)
{
    return i == repair->count ? repair->path
                              : file_join(repair->arena, repair->copies[i].store, repair->place);
}

static enum status not_whole(const struct repair *repair, const char *file, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("What is in %s is not whole either: %s is nowhere as it was stored."),
                     repair->from, file);
}

static enum status make_file(const struct repair *repair, const struct backup_sum *sum,
                             const char *made, struct error *error)
{
    struct arena *arena = arena_new();
    const char *to = file_join(arena, made, sum->path);
    enum status status = STATUS_END;
    for (size_t i = 0; i <= repair->count && status == STATUS_END; i++) {
        const char *from = file_join(arena, package_in(repair, i), sum->path);
        if (!backup_has_hash(from, sum->hash))
            continue;
        status = file_mkdirs(arena_strndup(arena, to, (size_t)(file_name(to) - to - 1)), error);
        if (status == STATUS_OK)
            status = file_copy(from, to, error);
    }
    if (status == STATUS_END)
        status = not_whole(repair, sum->path, error);
    arena_free(arena);
    return status;
}

/* All files of a manifest that is in made already. */
static enum status make_files(const struct repair *repair, const char *manifest, const char *made,
                              struct error *error)
{
    struct backup_sums sums = {0};
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    backup_read_sums(arena, file_join(arena, made, manifest), &sums);
    for (size_t i = 0; i < sums.count && status == STATUS_OK; i++)
        status = make_file(repair, &sums.sums[i], made, error);
    free(sums.sums);
    arena_free(arena);
    return status;
}

/* The journal names the hash of the tag manifest, that names those of the manifests, and these name
 * those of all files. */
static enum status make_by_files(const struct repair *repair, const char *made, struct error *error)
{
    struct arena *arena = repair->arena;
    const char *proven = NULL;
    for (size_t i = 0; i <= repair->count && !proven; i++)
        if (audit_bond(repair->audit, package_in(repair, i)) == AUDIT_BOUND)
            proven = file_join(arena, package_in(repair, i), TAG_MANIFEST);
    if (!proven)
        return not_whole(repair, TAG_MANIFEST, error);
    enum status status = file_mkdirs(made, error);
    if (status == STATUS_OK)
        status = file_copy(proven, file_join(arena, made, TAG_MANIFEST), error);
    if (status == STATUS_OK)
        status = make_files(repair, TAG_MANIFEST, made, error);
    return status == STATUS_OK ? make_files(repair, MANIFEST, made, error) : status;
}

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

static enum status make_by_copy(const struct repair *repair, const char *made, struct error *error)
{
    struct error why = {""};
    for (size_t i = 0; i < repair->count; i++) {
        const char *copy = package_in(repair, i);
        if (!file_is_folder(copy) || repair_verify(repair, copy, &why) != STATUS_OK)
            continue;
        struct copying copying = {copy, made, repair->arena};
        return file_walk(copy, copy_one, &copying, error);
    }
    return error_set(error, STATUS_REJECT, _("What is in %s is not whole either: %s"), repair->from,
                     why.text);
}

enum status repair_make(const struct repair *repair, const char *made, struct error *error)
{
    bool any = false;
    for (size_t i = 0; i < repair->count && !any; i++)
        any = file_is_folder(package_in(repair, i));
    if (!any)
        return error_set(error, STATUS_REJECT, _("There is no copy of it in %s."), repair->from);
    enum status status = audit_entry(repair->audit, repair->place) > 0
                             ? make_by_files(repair, made, error)
                             : make_by_copy(repair, made, error);
    return status == STATUS_OK ? repair_verify(repair, made, error) : status;
}

/* ---------------------------------------------------------------- an evidence record */

enum status repair_record(const struct repair *repair, const char **record, struct error *error)
{
    struct arena *arena = repair->arena;
    const char *name = file_name(repair->place);
    const char *id = strchr(repair->place, '/') + 1;
    id = arena_strndup(arena, id, strcspn(id, "/"));
    for (size_t i = 0; i < repair->count; i++) {
        struct evidence_verdict verdict;
        struct error why;
        const char *one = evidence_path(repair->copies[i].evidence, id, store_version(name), arena);
        enum audit_record is = audit_record(repair->audit, repair->path, one, &verdict, &why);
        if (is != AUDIT_RECORD_NAMED && is != AUDIT_RECORD_UNNAMED)
            continue;
        *record = one;
        return STATUS_OK;
    }
    return error_set(error, STATUS_REJECT,
                     _("No evidence record of it in %s is the one that the journal stands for."),
                     repair->from);
}
