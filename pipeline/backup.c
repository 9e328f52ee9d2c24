#include "pipeline/backup_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/message.h"

/* ---------------------------------------------------------------- one file */

void backup_tell(struct backup *backup, const char *path, const char *sentence)
{
    backup->report->faults++;
    backup->finding(backup->context, path, sentence);
}

enum status backup_parent(struct backup *backup, const char *path, struct error *error)
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

void backup_count(struct backup *backup, const char *relative, const char *hash, int64_t bytes)
{
    count_file(backup, relative, hash, bytes, true);
}

static bool same_bytes(const char *path, const char *hash, int64_t bytes)
{
    char hex[HASH_HEX_SIZE];
    return file_size(path) == bytes && hash_file(path, hex, NULL) == STATUS_OK &&
           strcmp(hex, hash) == 0;
}

bool backup_link(struct backup *backup, const char *like, const char *relative, const char *hash,
                 int64_t bytes)
{
    bool linked = false;
    if (file_link(like, file_join(backup->arena, backup->to, relative), &linked, NULL) !=
            STATUS_OK ||
        !linked)
        return false;
    count_file(backup, relative, hash, bytes, false);
    return true;
}

bool backup_share(struct backup *backup, const char *like, const char *relative, const char *hash,
                  int64_t bytes)
{
    return same_bytes(like, hash, bytes) && backup_link(backup, like, relative, hash, bytes);
}

/* What was copied is read back. */
enum status backup_copy(struct backup *backup, const char *from, const char *relative,
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
    if (backup->before && backup_share(backup, file_join(backup->arena, backup->before, relative),
                                       relative, hash, file_size(from)))
        return STATUS_OK;
    return backup_copy(backup, from, relative, hash, error);
}

/* Others may write meanwhile: a file that changes under our hands is taken again, one that is gone
 * is not missed. */
enum status backup_take_file(struct backup *backup, const char *source, const char *relative,
                             struct error *error)
{
    enum { TRIES = 5 };
    struct arena *arena = backup->arena;
    const char *from = file_join(arena, backup->warehouse->root, source);
    enum status status = backup_parent(backup, file_join(arena, backup->to, relative), error);
    for (int tries = 0; status == STATUS_OK && tries < TRIES; tries++) {
        status = try_file(backup, from, relative, error);
        if (status == STATUS_OK || !file_exists(from))
            return STATUS_OK;
        if (status == STATUS_RETRY && tries + 1 < TRIES)
            status = STATUS_OK;
    }
    return status;
}

struct below {
    struct backup *backup;
    const char *from, *to;
};

static enum status visit_file(void *context, const char *relative, struct error *error)
{
    const struct below *below = context;
    struct arena *arena = below->backup->arena;
    size_t size = strlen(relative);
    if (size > 5 && strcmp(relative + size - 5, ".part") == 0)
        return STATUS_OK;
    return backup_take_file(below->backup, arena_printf(arena, "%s/%s", below->from, relative),
                            arena_printf(arena, "%s/%s", below->to, relative), error);
}

enum status backup_take_below(struct backup *backup, const char *from, const char *to,
                              struct error *error)
{
    struct below below = {backup, from, to};
    const char *folder = file_join(backup->arena, backup->warehouse->root, from);
    if (!file_is_folder(folder))
        return STATUS_OK;
    enum status status = file_mkdirs(file_join(backup->arena, backup->to, to), error);
    if (status == STATUS_OK)
        status = file_walk(folder, visit_file, &below, error);
    return status == STATUS_OK || file_is_folder(folder) ? status : STATUS_OK;
}

/* ---------------------------------------------------------------- a snapshot */

static enum status take_settings(struct backup *backup, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(backup->warehouse->root, backup->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *dot = strrchr(names[i], '.');
        if (dot &&
            (strcmp(dot, ".conf") == 0 || strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0))
            status = backup_take_file(backup, names[i], names[i], error);
    }
    return status;
}

/* What stands at the cut first; of what can change later each is whole by itself. */
static enum status take_all(struct backup *backup, struct error *error)
{
    static const char *const folders[] = {"profiles", "handovers"};
    enum status status = backup_cut(backup, error);
    if (status == STATUS_OK)
        status = backup_take_rows(backup, error);
    if (status == STATUS_OK)
        status = backup_take_journal(backup, error);
    if (status == STATUS_OK)
        status = backup_take_spool(backup, error);
    if (status == STATUS_OK)
        status = take_settings(backup, error);
    if (status == STATUS_OK)
        status = backup_take_public(backup, error);
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == STATUS_OK; i++)
        status = backup_take_below(backup, folders[i], folders[i], error);
    if (status == STATUS_OK)
        status = backup_take_records(backup, error);
    if (status == STATUS_OK)
        status = backup_take_evidence(backup, error);
    if (status == STATUS_OK)
        status = file_mkdirs(file_join(backup->arena, backup->to, "store"), error);
    return status == STATUS_OK ? backup_packages(backup, error) : status;
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
    json_object_set(json, "public", backup->public_files);
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

/* One without backup.json is damaged, and may be the only one. */
static bool is_snapshot(const char *folder, struct arena *arena)
{
    return file_exists(file_join(arena, folder, "backup.json")) ||
           (file_exists(file_join(arena, folder, MANIFEST)) &&
            file_is_folder(file_join(arena, folder, "store")));
}

enum status backup_find(const char *target, struct arena *arena, const char **path,
                        struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    *path = NULL;
    if (is_snapshot(target, arena)) {
        *path = target;
        return STATUS_OK;
    }
    enum status status = file_list(target, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *folder = file_join(arena, target, names[i]);
        if (!strstr(names[i], ".part") && is_snapshot(folder, arena))
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
                            .public_files = json_array(),
                            .arena = arena_new(),
                            .cut = {.lock = -1}};
    struct file_writer *writer = NULL;
    struct timespec start, end;
    int lock = -1;
    clock_gettime(CLOCK_MONOTONIC, &start);
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
    if (status == STATUS_OK)
        status = backup_check(&backup, error);
    if (status == STATUS_OK) {
        status = file_commit(writer, error);
        writer = NULL;
    }
    if (status == STATUS_OK)
        status = write_facts(&backup, report->id, error);
    if (status == STATUS_OK)
        status = file_rename(backup.to, report->path, error);
    clock_gettime(CLOCK_MONOTONIC, &end);
    report->seconds = end.tv_sec - start.tv_sec;
    if (status == STATUS_OK && report->faults > 0)
        status =
            error_set(error, STATUS_REJECT,
                      message_count("The backup was made, but %lld fault was found on the way.",
                                    "The backup was made, but %lld faults were found on the way.",
                                    report->faults),
                      (long long)report->faults);
done:
    file_abandon(writer);
    if (lock >= 0)
        close(lock);
    backup_cut_end(&backup);
    free(backup.told.sums);
    json_decref(backup.public_files);
    arena_free(backup.arena);
    return status;
}
