#include "pipeline/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/journal.h"
#include "core/json.h"
#include "core/message.h"

#define MANIFEST "manifest-sha256.txt"
#define TAG_MANIFEST "tagmanifest-sha256.txt"
enum { MANIFEST_MAX = 256 << 20 };

struct sum { /* a line of a package's manifest */
    const char *path, *hash;
};

struct backup {
    const struct warehouse *warehouse;
    const char *to;     /* <target>/<id>.part */
    const char *before; /* the snapshot before; NULL: none */
    FILE *manifest;
    backup_finding *finding;
    void (*progress)(void *context, int64_t files, int64_t bytes);
    void *context;
    struct backup_report *report;
    struct arena *arena; /* of one package or folder */
    const char *below;   /* the folder that is walked, relative: "spool", "store/2026/<id>/v1" */
    struct sum *sums;    /* of the package that is copied */
    size_t sum_count;
};

/* ---------------------------------------------------------------- one file */

static enum status make_parent(struct backup *backup, const char *path, struct error *error)
{
    return file_mkdirs(arena_strndup(backup->arena, path, (size_t)(file_name(path) - path - 1)),
                       error);
}

static void count_file(struct backup *backup, const char *relative, const char *hash, int64_t bytes,
                       bool copied)
{
    struct backup_report *report = backup->report;
    fprintf(backup->manifest, "%s  %s\n", hash, relative);
    report->files++;
    report->bytes += bytes;
    report->copied_files += copied;
    report->copied_bytes += copied ? bytes : 0;
    if (backup->progress && report->files % 16 == 0)
        backup->progress(backup->context, report->files, report->bytes);
}

static bool same_bytes(const char *path, const char *hash, int64_t bytes)
{
    char hex[HASH_HEX_SIZE];
    return file_size(path) == bytes && hash_file(path, hex, NULL) == STATUS_OK &&
           strcmp(hex, hash) == 0;
}

/* Shares the bytes of like, when the file system can and they are the right ones. */
static bool share(struct backup *backup, const char *like, const char *relative, const char *hash,
                  int64_t bytes)
{
    bool linked = false;
    const char *to = file_join(backup->arena, backup->to, relative);
    if (!file_exists(like) || !same_bytes(like, hash, bytes) ||
        file_link(like, to, &linked, NULL) != STATUS_OK || !linked)
        return false;
    count_file(backup, relative, hash, bytes, false);
    return true;
}

/* from: whole path; hash: of its bytes. What was copied is read back. */
static enum status copy_file(struct backup *backup, const char *from, const char *relative,
                             const char *hash, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    const char *to = file_join(backup->arena, backup->to, relative);
    enum status status = file_copy(from, to, error);
    if (status == STATUS_OK)
        status = hash_file(to, hex, error);
    if (status == STATUS_OK && strcmp(hex, hash) != 0)
        status = error_set(error, STATUS_RETRY,
                           _("%s was not written as it was read: is the medium failing?"), to);
    if (status == STATUS_OK)
        count_file(backup, relative, hash, file_size(to), true);
    return status;
}

static enum status try_file(struct backup *backup, const char *from, const char *relative,
                            struct error *error)
{
    char hash[HASH_HEX_SIZE];
    enum status status = hash_file(from, hash, error);
    if (status != STATUS_OK)
        return status;
    if (backup->before && share(backup, file_join(backup->arena, backup->before, relative),
                                relative, hash, file_size(from)))
        return STATUS_OK;
    return copy_file(backup, from, relative, hash, error);
}

/* A run may go on meanwhile: a file that changes under our hands is taken again, one that is gone
 * is not missed. */
static enum status take_file(struct backup *backup, const char *relative, struct error *error)
{
    enum { TRIES = 5 };
    struct arena *arena = backup->arena;
    const char *from = file_join(arena, backup->warehouse->root, relative);
    enum status status = make_parent(backup, file_join(arena, backup->to, relative), error);
    for (int tries = 0; status == STATUS_OK && tries < TRIES; tries++) {
        status = try_file(backup, from, relative, error);
        if (status == STATUS_OK || !file_exists(from))
            return STATUS_OK;
        if (status == STATUS_RETRY && tries + 1 < TRIES)
            status = STATUS_OK;
    }
    return status;
}

static enum status visit_file(void *context, const char *relative, struct error *error)
{
    struct backup *backup = context;
    size_t size = strlen(relative);
    if (size > 5 && strcmp(relative + size - 5, ".part") == 0)
        return STATUS_OK;
    return take_file(backup, arena_printf(backup->arena, "%s/%s", backup->below, relative), error);
}

static enum status take_folder(struct backup *backup, const char *name, struct error *error)
{
    const char *folder = file_join(backup->arena, backup->warehouse->root, name);
    if (!file_is_folder(folder))
        return STATUS_OK;
    backup->below = name;
    enum status status = file_mkdirs(file_join(backup->arena, backup->to, name), error);
    return status == STATUS_OK ? file_walk(folder, visit_file, backup, error) : status;
}

/* ---------------------------------------------------------------- packages */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct sum *)a)->path, ((const struct sum *)b)->path);
}

/* What both manifests of a package say. */
static void read_sums(struct backup *backup, const char *package)
{
    static const char *const names[] = {MANIFEST, TAG_MANIFEST};
    size_t room = 0;
    backup->sum_count = 0;
    for (size_t i = 0; i < 2; i++) {
        char *text = NULL;
        if (file_read(file_join(backup->arena, package, names[i]), MANIFEST_MAX, backup->arena,
                      &text, NULL, NULL) != STATUS_OK)
            continue;
        for (char *line = text, *next; *line; line = next) {
            next = line + strcspn(line, "\n");
            if (*next)
                *next++ = '\0';
            if (strlen(line) < HASH_HEX_SIZE + 1)
                continue;
            if (backup->sum_count == room) {
                room = room ? 2 * room : 64;
                backup->sums = memory_resize(backup->sums, room * sizeof *backup->sums);
            }
            line[HASH_HEX_SIZE - 1] = '\0';
            backup->sums[backup->sum_count++] = (struct sum){line + HASH_HEX_SIZE + 1, line};
        }
    }
    if (backup->sum_count)
        qsort(backup->sums, backup->sum_count, sizeof *backup->sums, by_path);
}

/* False, and told, when the file is not what its package says. */
static bool is_as_told(struct backup *backup, const char *from, const char *inside,
                       const char *hash)
{
    const struct sum key = {inside, NULL};
    const struct sum *sum = backup->sum_count ? bsearch(&key, backup->sums, backup->sum_count,
                                                        sizeof *backup->sums, by_path)
                                              : NULL;
    if (strcmp(inside, TAG_MANIFEST) == 0 || (sum && strcmp(sum->hash, hash) == 0))
        return true;
    backup->report->faults++;
    backup->finding(backup->context, from,
                    _("The file is not what its package says; it is in the backup as it is. Mend "
                      "the package: sohoa fixity repair"));
    return false;
}

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
    return share(backup, file_join(arena, backup->to, other), relative, hash,
                 (int64_t)here.st_size);
}

static enum status visit_package_file(void *context, const char *inside, struct error *error)
{
    struct backup *backup = context;
    char hash[HASH_HEX_SIZE];
    struct arena *arena = backup->arena;
    const char *relative = arena_printf(arena, "%s/%s", backup->below, inside);
    const char *from = file_join(arena, backup->warehouse->root, relative);
    enum status status = make_parent(backup, file_join(arena, backup->to, relative), error);
    if (status == STATUS_OK)
        status = hash_file(from, hash, error);
    if (status != STATUS_OK)
        return status;
    is_as_told(backup, from, inside, hash);
    if (share_with_version(backup, from, relative, hash))
        return STATUS_OK;
    return copy_file(backup, from, relative, hash, error);
}

static bool same_file(const char *a, const char *b)
{
    char one[HASH_HEX_SIZE], other[HASH_HEX_SIZE];
    return hash_file(a, one, NULL) == STATUS_OK && hash_file(b, other, NULL) == STATUS_OK &&
           strcmp(one, other) == 0;
}

static enum status visit_shared(void *context, const char *inside, struct error *error)
{
    struct backup *backup = context;
    struct arena *arena = backup->arena;
    const char *relative = arena_printf(arena, "%s/%s", backup->below, inside);
    const char *like = file_join(arena, backup->before, relative);
    const struct sum key = {inside, NULL};
    const struct sum *sum = backup->sum_count ? bsearch(&key, backup->sums, backup->sum_count,
                                                        sizeof *backup->sums, by_path)
                                              : NULL;
    char hash[HASH_HEX_SIZE];
    bool linked = false;
    enum status status = make_parent(backup, file_join(arena, backup->to, relative), error);
    if (status == STATUS_OK && !sum) /* the tag manifest itself */
        status = hash_file(like, hash, error);
    if (status == STATUS_OK)
        status = file_link(like, file_join(arena, backup->to, relative), &linked, error);
    if (status != STATUS_OK)
        return status;
    if (!linked)
        return copy_file(backup, like, relative, sum ? sum->hash : hash, error);
    count_file(backup, relative, sum ? sum->hash : hash, file_size(like), false);
    return STATUS_OK;
}

/* A package never changes: one whose tag manifest is that of the snapshot before is taken from
 * there, unread. */
static enum status take_package(void *context, const char *path, struct error *error)
{
    struct backup *backup = context;
    struct arena *arena = backup->arena;
    backup->below = path + strlen(backup->warehouse->root) + 1;
    backup->report->packages++;
    const char *before = backup->before ? file_join(arena, backup->before, backup->below) : NULL;
    enum status status;
    if (before &&
        same_file(file_join(arena, path, TAG_MANIFEST), file_join(arena, before, TAG_MANIFEST))) {
        read_sums(backup, before);
        status = file_walk(before, visit_shared, backup, error);
    } else {
        read_sums(backup, path);
        status = file_walk(path, visit_package_file, backup, error);
    }
    arena_clear(arena);
    return status;
}

/* ---------------------------------------------------------------- a snapshot */

/* The rows first: what they speak of is in the store already, and gets into the backup with it. */
static enum status take_database(struct backup *backup, struct error *error)
{
    struct db *db = NULL;
    char hash[HASH_HEX_SIZE];
    const char *from = file_join(backup->arena, backup->warehouse->root, "sohoa.db");
    const char *to = file_join(backup->arena, backup->to, "sohoa.db");
    enum status status = db_open_readonly(from, &db, error);
    if (status == STATUS_OK)
        status = db_copy(db, to, error);
    db_close(db);
    if (status == STATUS_OK)
        status = hash_file(to, hash, error);
    if (status == STATUS_OK)
        count_file(backup, "sohoa.db", hash, file_size(to), true);
    return status;
}

static enum status take_settings(struct backup *backup, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(backup->warehouse->root, backup->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *dot = strrchr(names[i], '.');
        if (dot &&
            (strcmp(dot, ".conf") == 0 || strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0))
            status = take_file(backup, names[i], error);
    }
    return status;
}

/* Nobody appends meanwhile: the lock is the journal's own. */
static enum status take_journal(struct backup *backup, struct error *error)
{
    const char *path = file_join(backup->arena, backup->warehouse->journal, "lock");
    int lock = open(path, O_RDONLY | O_CLOEXEC);
    if (lock >= 0)
        flock(lock, LOCK_SH);
    enum status status = take_folder(backup, JOURNAL_FOLDER, error);
    if (lock >= 0)
        close(lock);
    return status;
}

static enum status take_all(struct backup *backup, struct error *error)
{
    static const char *const folders[] = {"profiles", "spool", "evidence", "handovers"};
    enum status status = take_database(backup, error);
    if (status == STATUS_OK)
        status = take_settings(backup, error);
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == STATUS_OK; i++)
        status = take_folder(backup, folders[i], error);
    if (status == STATUS_OK)
        status = file_mkdirs(file_join(backup->arena, backup->to, "store"), error);
    if (status == STATUS_OK)
        status = store_each(backup->warehouse->store, take_package, backup, error);
    if (status == STATUS_OK) /* last: it tells of all that is in the store */
        status = take_journal(backup, error);
    return status;
}

static enum status write_facts(struct backup *backup, const char *id, struct error *error)
{
    char now[26], hash[HASH_HEX_SIZE];
    struct journal_summary journal;
    struct backup_report *report = backup->report;
    const char *segments = file_join(backup->arena, backup->to, JOURNAL_FOLDER);
    enum status status = hash_file(file_join(backup->arena, backup->to, MANIFEST), hash, error);
    if (status != STATUS_OK)
        return status;
    status = journal_read(segments, NULL, NULL, NULL, &journal, error);
    if (status != STATUS_OK && status != STATUS_REJECT)
        return status;
    file_now(now);
    json_t *json = json_object();
    json_put_text(json, "id", id);
    json_put_text(json, "time", now);
    json_put_text(json, "before", backup->before ? file_name(backup->before) : NULL);
    json_put_text(json, "manifest_sha256", hash);
    json_put_text(json, "journal_head", journal.head);
    json_object_set_new(json, "journal_sequence", json_integer((json_int_t)journal.sequence));
    json_object_set_new(json, "packages", json_integer((json_int_t)report->packages));
    json_object_set_new(json, "files", json_integer((json_int_t)report->files));
    json_object_set_new(json, "bytes", json_integer((json_int_t)report->bytes));
    json_object_set_new(json, "faults", json_integer((json_int_t)report->faults));
    status = json_write(file_join(backup->arena, backup->to, "backup.json"), json, error);
    json_decref(json);
    return status;
}

/* One backup at a time into the same place: the next would take its .part for one that was given
 * up. NFS cannot lock a folder: nothing holds it back there. */
static enum status lock_target(const char *target, int *lock, struct error *error)
{
    enum status status = file_mkdirs(target, error);
    *lock = status == STATUS_OK ? open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (*lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        status = error_set(error, STATUS_RETRY,
                           _("Another backup is just being made in %s; try again when it is done."),
                           target);
    return status;
}

/* What an interrupted backup left is no backup. */
static enum status clear_target(const char *target, struct arena *arena, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(target, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        size_t size = strlen(names[i]);
        if (size == 20 && names[i][8] == 'T' && strcmp(names[i] + 15, ".part") == 0)
            status = file_remove_tree(file_join(arena, target, names[i]), error);
    }
    return status;
}

static const char *new_id(const char *target, struct arena *arena)
{
    char now[26];
    for (int second = 0;; second++) {
        file_now(now);
        const char *id = arena_printf(arena, "%.4s%.2s%.2sT%.2s%.2s%.2s", now, now + 5, now + 8,
                                      now + 11, now + 14, now + 17);
        if (!file_exists(file_join(arena, target, id)) || second == 3)
            return id;
        sleep(1);
    }
}

enum status backup_find(const char *target, struct arena *arena, const char **path,
                        struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    *path = NULL;
    if (file_exists(file_join(arena, target, "backup.json"))) {
        *path = target;
        return STATUS_OK;
    }
    enum status status = file_list(target, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *folder = file_join(arena, target, names[i]);
        if (!strstr(names[i], ".part") && file_exists(file_join(arena, folder, "backup.json")))
            *path = folder;
    }
    if (status == STATUS_OK && !*path)
        status = error_set(error, STATUS_REJECT, _("There is no backup in %s."), target);
    return status;
}

enum status backup_make(const struct warehouse *warehouse, const char *target,
                        backup_finding *finding,
                        void (*progress)(void *context, int64_t files, int64_t bytes),
                        void *context, struct arena *arena, struct backup_report *report,
                        struct error *error)
{
    struct backup backup = {.warehouse = warehouse,
                            .finding = finding,
                            .progress = progress,
                            .context = context,
                            .report = report,
                            .arena = arena_new()};
    struct file_writer *writer = NULL;
    int lock = -1;
    *report = (struct backup_report){0};
    enum status status = lock_target(target, &lock, error);
    if (status == STATUS_OK)
        status = clear_target(target, arena, error);
    if (status != STATUS_OK)
        goto done;
    backup_find(target, arena, &backup.before, NULL);
    report->id = new_id(target, arena);
    report->path = file_join(arena, target, report->id);
    backup.to = arena_printf(arena, "%s.part", report->path);
    status = file_mkdirs(backup.to, error);
    if (status == STATUS_OK)
        status = file_create(file_join(arena, backup.to, MANIFEST), &writer, error);
    if (status != STATUS_OK)
        goto done;
    backup.manifest = file_stream(writer);
    status = take_all(&backup, error);
    if (status == STATUS_OK) {
        status = file_commit(writer, error);
        writer = NULL;
    }
    if (status == STATUS_OK)
        status = write_facts(&backup, report->id, error);
    if (status == STATUS_OK)
        status = file_rename(backup.to, report->path, error);
    if (status == STATUS_OK && report->faults > 0)
        status =
            error_set(error, STATUS_REJECT,
                      _("The backup was made, but %lld files are not what their packages say."),
                      (long long)report->faults);
done:
    file_abandon(writer);
    if (lock >= 0)
        close(lock);
    free(backup.sums);
    arena_free(backup.arena);
    return status;
}
