/* The lock goes with the open file, so it ends with the last process of the run, however that
 * ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "pipeline/enter.h"
#include "pipeline/recover.h"
#include "pipeline/supervisor.h"

enum { LOCK_TRIES = 20, LOCK_NAP_MS = 50 };

/* A run that was killed a moment ago may still have a worker on its way out. */
static bool lock_soon(int file)
{
    const struct timespec nap = {0, LOCK_NAP_MS * 1000000};
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0)
            return true;
        nanosleep(&nap, NULL);
    }
    return false;
}

/* busy: the sentence of who comes second, with the folder and the other one's number. */
static enum status take_lock(const struct warehouse *warehouse, const char *name, const char *busy,
                             int *lock, struct error *error)
{
    char who[32] = "";
    const char *path = file_join(warehouse->arena, warehouse->root, name);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    *lock = -1;
    if (file < 0)
        return error_set(error, STATUS_RETRY,
                         _("%s cannot be written (%s); check the disk and who owns the folder."),
                         path, message_errno(errno));
    if (!lock_soon(file)) {
        ssize_t size = pread(file, who, sizeof who - 1, 0);
        close(file);
        who[size > 0 ? strcspn(who, "\n") : 0] = '\0';
        return error_set(error, STATUS_RETRY, busy, warehouse->root, who);
    }
    int size = snprintf(who, sizeof who, "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, who, (size_t)size, 0) != size)
        who[0] = '\0'; /* the number is only for the sentence of who comes second */
    *lock = file;
    return STATUS_OK;
}

enum status run_lock(const struct warehouse *warehouse, int *lock, struct error *error)
{
    return take_lock(warehouse, "run.lock",
                     _("Another `sohoa run` is at work in %s (process %s); wait until it has "
                       "finished, or stop it."),
                     lock, error);
}

enum status reindex_lock(const struct warehouse *warehouse, int *lock, struct error *error)
{
    return take_lock(warehouse, "rebuild.lock",
                     _("Another `sohoa reindex` is at work in %s (process %s); wait until it has "
                       "finished, or stop it."),
                     lock, error);
}

void run_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

static void warn_of_space(const struct warehouse *warehouse)
{
    int64_t bytes = file_free_space(warehouse->root);
    if (bytes >= 0 && bytes < (int64_t)warehouse->pipeline.space_low_mib << 20)
        log_write(LOG_WARNING, "only %lld MiB free for the warehouse", (long long)(bytes >> 20));
}

/* What a step left of proofs that was stopped; nobody is at work on them now. It may have been
 * stopped behind storing, and before the journal's entry. */
static enum status finish_proofs(const struct warehouse *warehouse, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    struct arena *arena = arena_new();
    const char *folder = file_join(arena, warehouse->root, "proofs"), *package = NULL;
    enum status status = STATUS_OK;
    if (file_is_folder(folder))
        status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (store_find(warehouse->store, names[i], 0, arena, &package, NULL) == STATUS_OK)
            status = pipeline_record_package(warehouse, "prove", package, "", error);
        if (status == STATUS_OK)
            file_remove_tree(file_join(arena, folder, names[i]), NULL);
    }
    arena_free(arena);
    return status;
}

enum status run_prepare(const struct warehouse *warehouse, struct error *error)
{
    struct db *db = NULL;
    struct recovery recovery;
    enum status status = warehouse_db(warehouse, &db, error);
    if (status == STATUS_OK)
        status = recover(warehouse, db, &recovery, error);
    if (status == STATUS_OK)
        status = finish_proofs(warehouse, error);
    if (status == STATUS_OK)
        status = enter_missing(warehouse, db, error);
    db_close(db);
    if (status == STATUS_OK)
        warn_of_space(warehouse);
    return status;
}
