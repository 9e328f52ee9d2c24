/*
 * Packages in a backup. A package never changes, so each file's right bytes are known: by its
 * manifest, and that by its tag manifest. Both copies, the store's and that of the snapshot before,
 * are read and held against them each time; what goes in is whichever is right.
 */
#include "pipeline/backup_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/store.h"
#include "core/db.h"
#include "core/file.h"
#include "core/message.h"

enum { MANIFEST_MAX = 256 << 20 };

/* ---------------------------------------------------------------- what a package says */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct backup_sum *)a)->path, ((const struct backup_sum *)b)->path);
}

void backup_read_sums(struct arena *arena, const char *path, struct backup_sums *out)
{
    char *text = NULL;
    if (file_read(path, MANIFEST_MAX, arena, &text, NULL, NULL) != STATUS_OK)
        return;
    for (char *line = text, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        if (strlen(line) < HASH_HEX_SIZE + 1)
            continue;
        if (out->count == out->room) {
            out->room = out->room ? 2 * out->room : 64;
            out->sums = memory_resize(out->sums, out->room * sizeof *out->sums);
        }
        line[HASH_HEX_SIZE - 1] = '\0';
        out->sums[out->count++] = (struct backup_sum){line + HASH_HEX_SIZE + 1, line};
    }
}

static const char *told_hash(const struct backup *backup, const char *inside)
{
    const struct backup_sum key = {inside, NULL};
    const struct backup_sum *sum = backup->told.count
                                       ? bsearch(&key, backup->told.sums, backup->told.count,
                                                 sizeof *backup->told.sums, by_path)
                                       : NULL;
    return sum ? sum->hash : NULL;
}

bool backup_has_hash(const char *path, const char *hash)
{
    char hex[HASH_HEX_SIZE];
    return hash_file(path, hex, NULL) == STATUS_OK && strcmp(hex, hash) == 0;
}

/* Reads what the package says of its files. False: its tag files are not what its tag manifest
 * says, so that it cannot be asked. */
static bool ask(struct backup *backup, const char *package)
{
    struct arena *arena = backup->arena;
    backup->told.count = 0;
    backup_read_sums(arena, file_join(arena, package, TAG_MANIFEST), &backup->told);
    bool good = backup->told.count > 0;
    for (size_t i = 0; i < backup->told.count && good; i++)
        good = backup_has_hash(file_join(arena, package, backup->told.sums[i].path),
                               backup->told.sums[i].hash);
    backup_read_sums(arena, file_join(arena, package, MANIFEST), &backup->told);
    if (backup->told.count)
        qsort(backup->told.sums, backup->told.count, sizeof *backup->told.sums, by_path);
    return good;
}

/* ---------------------------------------------------------------- one file */

/* Versions share bytes in the store; so they do here. */
static bool share_with_version(struct backup *backup, const char *from, const char *relative,
                               const char *hash)
{
    struct stat here, there;
    struct arena *arena = backup->arena;
    const char *version = file_name(backup->below);
    long number = strtol(version + 1, NULL, 10);
    int head = (int)(version - backup->below);
    const char *inside = relative + strlen(backup->below) + 1;
    if (number < 2 || stat(from, &here) != 0 || here.st_nlink < 2)
        return false;
    const char *other = arena_printf(arena, "%.*sv%ld/%s", head, backup->below, number - 1, inside);
    if (stat(file_join(arena, backup->warehouse->root, other), &there) != 0 ||
        here.st_ino != there.st_ino || here.st_dev != there.st_dev)
        return false;
    return backup_share(backup, file_join(arena, backup->to, other), relative, hash,
                        (int64_t)here.st_size);
}

/* What is in the store goes in as it is; the backup is made all the same. */
static enum status take_as_it_is(struct backup *backup, const char *from, const char *relative,
                                 struct error *error)
{
    char hash[HASH_HEX_SIZE];
    if (hash_file(from, hash, NULL) != STATUS_OK)
        return STATUS_OK; /* cannot be read at all: told already */
    return share_with_version(backup, from, relative, hash)
               ? STATUS_OK
               : backup_copy(backup, from, relative, hash, error);
}

/* here, before: whether the store's file and that of the snapshot before are what they should be.
 */
static void tell_faults(struct backup *backup, const char *from, bool here, const char *like,
                        bool before)
{
    bool there = file_exists(from);
    if (!here && before && there)
        backup_tell(
            backup, from,
            _("The file is not what its package says; the backup has the good one of the snapshot "
              "before. Mend the package: sohoa fixity repair"));
    else if (!here && before)
        backup_tell(
            backup, from,
            _("The file is gone from its package; the backup has that of the snapshot before. "
              "Mend the package: sohoa fixity repair"));
    else if (!here && there)
        backup_tell(
            backup, from,
            _("The file is not what its package says; it is in the backup as it is. Mend the "
              "package: sohoa fixity repair"));
    else if (!here)
        backup_tell(
            backup, from,
            _("The file is gone from its package, and no backup here has it. Mend the package: "
              "sohoa fixity repair"));
    if (like && !before && file_exists(like))
        backup_tell(
            backup, like,
            here ? _("The file in the snapshot before has been damaged; the new backup has the "
                     "good one of the store. Is the medium failing?")
                 : _("The file in the snapshot before has been damaged too."));
}

static enum status take_told(struct backup *backup, const struct backup_sum *sum,
                             struct error *error)
{
    struct arena *arena = backup->arena;
    const char *relative = arena_printf(arena, "%s/%s", backup->below, sum->path);
    const char *from = file_join(arena, backup->warehouse->root, relative);
    const char *like = backup->before ? file_join(arena, backup->before, relative) : NULL;
    bool here = backup_has_hash(from, sum->hash);
    bool before = like && backup_has_hash(like, sum->hash);
    tell_faults(backup, from, here, like, before);
    if (!here && !before && !file_exists(from))
        return STATUS_OK;
    enum status status = backup_parent(backup, file_join(arena, backup->to, relative), error);
    if (status != STATUS_OK)
        return status;
    if (before && backup_link(backup, like, relative, sum->hash, file_size(like)))
        return STATUS_OK;
    return here || !before ? take_as_it_is(backup, from, relative, error)
                           : backup_copy(backup, like, relative, sum->hash, error);
}

/* What does not belong there. */
static enum status take_untold(void *context, const char *inside, struct error *error)
{
    struct backup *backup = context;
    struct arena *arena = backup->arena;
    if (told_hash(backup, inside) || strcmp(inside, TAG_MANIFEST) == 0)
        return STATUS_OK;
    const char *relative = arena_printf(arena, "%s/%s", backup->below, inside);
    const char *from = file_join(arena, backup->warehouse->root, relative);
    backup_tell(backup, from,
                _("The file is not what its package says; it is in the backup as it is. Mend the "
                  "package: sohoa fixity repair"));
    enum status status = backup_parent(backup, file_join(arena, backup->to, relative), error);
    return status == STATUS_OK ? take_as_it_is(backup, from, relative, error) : status;
}

/* ---------------------------------------------------------------- one package */

static enum status take_all_told(struct backup *backup, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < backup->told.count && status == STATUS_OK; i++)
        status = take_told(backup, &backup->told.sums[i], error);
    return status;
}

/* The tag manifest comes from the copy whose tag files it fits. */
static enum status take_tags(struct backup *backup, const char *package, struct error *error)
{
    char hash[HASH_HEX_SIZE];
    struct arena *arena = backup->arena;
    const char *relative = arena_printf(arena, "%s/" TAG_MANIFEST, backup->below);
    const char *from = file_join(arena, package, TAG_MANIFEST);
    const char *like = backup->before ? file_join(arena, backup->before, relative) : NULL;
    if (!file_exists(from))
        return STATUS_OK;
    enum status status = backup_parent(backup, file_join(arena, backup->to, relative), error);
    if (status == STATUS_OK)
        status = hash_file(from, hash, error);
    if (status == STATUS_OK && like && backup_share(backup, like, relative, hash, file_size(from)))
        return STATUS_OK;
    return status == STATUS_OK ? backup_copy(backup, from, relative, hash, error) : status;
}

static void tell_tags(struct backup *backup, const char *path, const char *before)
{
    struct arena *arena = backup->arena;
    char here[HASH_HEX_SIZE], there[HASH_HEX_SIZE];
    const char *like = before ? file_join(arena, before, TAG_MANIFEST) : NULL;
    bool good = ask(backup, path);
    if (like && hash_file(like, there, NULL) == STATUS_OK &&
        hash_file(file_join(arena, path, TAG_MANIFEST), here, NULL) == STATUS_OK &&
        strcmp(here, there) != 0 && good)
        backup_tell(
            backup, path,
            ask(backup, before)
                ? _("The package is another one than in the snapshot before, and packages never "
                    "change; both are kept. Compare them: sohoa verify")
                : _("The snapshot before has this package damaged; the new backup has the good "
                    "one of the store. Is the medium failing?"));
    else if (!good)
        backup_tell(
            backup, path,
            _("The package's own lists are damaged. Mend the package: sohoa fixity repair"));
}

static enum status take_package(void *context, const char *path, struct error *error)
{
    struct backup *backup = context;
    struct arena *arena = backup->arena;
    if (!backup_in_cut(backup, path))
        return STATUS_OK;
    backup->below = path + strlen(backup->warehouse->root) + 1;
    backup->report->packages++;
    const char *before = backup->before ? file_join(arena, backup->before, backup->below) : NULL;
    const char *asked = path;
    tell_tags(backup, path, before);
    if (!ask(backup, path)) {
        asked = before && ask(backup, before) ? before : path;
        if (asked == path)
            ask(backup, path);
    }
    enum status status = take_all_told(backup, error);
    if (status == STATUS_OK)
        status = take_tags(backup, asked, error);
    if (status == STATUS_OK)
        status = file_walk(path, take_untold, backup, error);
    arena_clear(arena);
    return status;
}

/* ---------------------------------------------------------------- all of them */

/* A package that is known and not in the store: what the snapshot before has of it stays. */
static enum status take_missing(struct backup *backup, const char *place, struct error *error)
{
    struct arena *arena = backup->arena;
    const char *here = file_join(arena, backup->warehouse->store, place);
    backup->below = here + strlen(backup->warehouse->root) + 1;
    const char *before = backup->before ? file_join(arena, backup->before, backup->below) : NULL;
    if (file_is_folder(here) || file_is_folder(file_join(arena, backup->to, backup->below)))
        return STATUS_OK;
    if (!before || !file_is_folder(before)) {
        backup_tell(backup, here, _("The package is missing; it was there before."));
        return STATUS_OK;
    }
    backup_tell(
        backup, here,
        _("The package is missing; the backup has that of the snapshot before. Put it back: "
          "sohoa fixity repair"));
    backup->report->packages++;
    ask(backup, before);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < backup->told.count && status == STATUS_OK; i++) {
        const struct backup_sum *sum = &backup->told.sums[i];
        const char *relative = arena_printf(arena, "%s/%s", backup->below, sum->path);
        const char *like = file_join(arena, backup->before, relative);
        if (!backup_has_hash(like, sum->hash)) {
            backup_tell(backup, like, _("The file in the snapshot before has been damaged too."));
            continue;
        }
        status = backup_parent(backup, file_join(arena, backup->to, relative), error);
        if (status == STATUS_OK && !backup_link(backup, like, relative, sum->hash, file_size(like)))
            status = backup_copy(backup, like, relative, sum->hash, error);
    }
    return status == STATUS_OK ? take_tags(backup, before, error) : status;
}

struct known {
    struct arena *arena;
    const char **places;
    size_t count, room;
    size_t root; /* length of the store's path, with its slash */
};

static void know(struct known *known, const char *place)
{
    if (known->count == known->room) {
        known->room = known->room ? 2 * known->room : 64;
        known->places = memory_resize(known->places, known->room * sizeof *known->places);
    }
    known->places[known->count++] = arena_strdup(known->arena, place);
}

static enum status know_path(void *context, const char *path, struct error *error)
{
    struct known *known = context;
    (void)error;
    know(known, path + known->root);
    return STATUS_OK;
}

/* What the catalogue and the fixity checks had seen at the cut; a table that is not there yet knows
 * none. */
static enum status know_rows(struct backup *backup, struct known *known, struct error *error)
{
    static const char *const queries[] = {"SELECT path FROM catalog_entry",
                                          "SELECT place FROM fixity_package"};
    struct db *db = NULL;
    enum status status =
        db_open_readonly(file_join(backup->arena, backup->to, "sohoa.db"), &db, error);
    for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
        struct db_query *query = NULL;
        if (db_prepare(db, queries[i], &query, NULL) != STATUS_OK)
            continue;
        while ((status = db_step(query, error)) == STATUS_OK)
            know(known, db_text(query, 0));
        status = status == STATUS_END ? STATUS_OK : status;
        db_finish(query);
    }
    db_close(db);
    return status;
}

static enum status take_known(struct backup *backup, struct error *error)
{
    struct known known = {.arena = arena_new()};
    enum status status = know_rows(backup, &known, error);
    if (status == STATUS_OK && backup->before) {
        const char *store = file_join(known.arena, backup->before, "store");
        known.root = strlen(store) + 1;
        if (file_is_folder(store))
            status = store_each(store, know_path, &known, error);
    }
    for (size_t i = 0; i < known.count && status == STATUS_OK; i++) {
        status = take_missing(backup, known.places[i], error);
        arena_clear(backup->arena);
    }
    free(known.places);
    arena_free(known.arena);
    return status;
}

enum status backup_packages(struct backup *backup, struct error *error)
{
    enum status status = store_each(backup->warehouse->store, take_package, backup, error);
    return status == STATUS_OK ? take_known(backup, error) : status;
}
