/*
 * The cut: a backup beside a running `sohoa run` is the warehouse as it stood at one moment, as a
 * power cut would have left it. What comes later is not in it.
 *
 *   rows cannot be written     so that what is in hand is one step ahead of its row at most
 *     rows      a connection that sees the database of this moment, for as long as it is open
 *     journal   names and lengths of its files, which only grow
 *     records   the number of the last one: none changes
 *     spool     second names: what is made anew there replaces by rename
 *   rows can be written again
 *
 * That takes as long as the names in the spool, not as long as their bytes. Packages never change;
 * those that came later are told by the journal, which names a package before any row does.
 */
#include "pipeline/backup_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/record.h"

#define SPOOL "spool"
#define MIRROR "spool.cut" /* in the warehouse, while a backup is made */

static void add_name(struct backup_names *names, const char *name, int64_t size)
{
    if (names->count == names->room) {
        names->room = names->room ? 2 * names->room : 256;
        names->list = memory_resize(names->list, names->room * sizeof *names->list);
    }
    names->list[names->count++] = (struct backup_name){name, size};
}

/* ---------------------------------------------------------------- the moment itself */

static int take_lock(const struct warehouse *warehouse, int how)
{
    struct arena *arena = arena_new();
    int lock =
        open(file_join(arena, warehouse->root, "cut.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (lock >= 0)
        flock(lock, how);
    arena_free(arena);
    return lock;
}

int pipeline_hold_cut(const struct warehouse *warehouse)
{
    return take_lock(warehouse, LOCK_SH);
}

void pipeline_let_cut(int hold)
{
    if (hold >= 0)
        close(hold);
}

static enum status note_segment(void *context, const char *relative, struct error *error)
{
    struct backup *backup = context;
    struct backup_cut *cut = &backup->cut;
    const char *path = file_join(cut->arena, backup->warehouse->journal, relative);
    (void)error;
    add_name(&cut->journal, arena_strdup(cut->arena, relative), file_size(path));
    return STATUS_OK;
}

/* Nobody appends meanwhile: the lock is the journal's own. */
static enum status cut_journal(struct backup *backup, struct error *error)
{
    const char *folder = backup->warehouse->journal;
    enum status status = STATUS_OK;
    int lock = open(file_join(backup->arena, folder, "lock"), O_RDONLY | O_CLOEXEC);
    if (lock >= 0)
        flock(lock, LOCK_SH);
    if (file_is_folder(folder))
        status = file_walk(folder, note_segment, backup, error);
    if (lock >= 0)
        close(lock);
    return status;
}

/* Nothing is done with the files of such a batch any more but taking them away. */
static bool is_finished(struct backup *backup, const char *batch)
{
    struct db_query *query = NULL;
    bool finished = false;
    if (db_prepare(backup->cut.rows,
                   "SELECT 1 FROM ledger WHERE kind = 'batch' AND id = ? AND state = 'finished'",
                   &query, NULL) != STATUS_OK)
        return false;
    db_bind_text(query, 1, batch);
    finished = db_step(query, NULL) == STATUS_OK;
    db_finish(query);
    return finished;
}

static enum status cut_spool(struct backup *backup, struct error *error)
{
    struct backup_cut *cut = &backup->cut;
    const char *spool = backup->warehouse->spool;
    char **names = NULL;
    size_t count = 0;
    enum status status = file_mkdirs(cut->mirror, error);
    if (status == STATUS_OK)
        status = file_list(spool, cut->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *path = file_join(cut->arena, spool, names[i]);
        if (is_finished(backup, names[i]))
            add_name(&cut->finished, names[i], 0);
        else if (file_is_folder(path))
            status = file_mirror(path, file_join(cut->arena, cut->mirror, names[i]), error);
    }
    return status;
}

static enum status cut_all(struct backup *backup, struct error *error)
{
    struct db *writer = NULL;
    const char *file = file_join(backup->arena, backup->warehouse->root, "sohoa.db");
    int lock = take_lock(backup->warehouse, LOCK_EX);
    enum status status = db_open_readonly(file, &backup->cut.rows, error);
    if (status == STATUS_OK)
        status = db_open(file, false, &writer, error);
    if (status == STATUS_OK)
        status = db_begin(writer, error);
    if (status == STATUS_OK)
        status = db_pin(backup->cut.rows, error);
    if (status == STATUS_OK)
        status = cut_journal(backup, error);
    if (status == STATUS_OK)
        status = cut_spool(backup, error);
    backup->cut.records =
        record_last(file_join(backup->arena, backup->warehouse->root, RECORD_FOLDER), 0);
    db_close(writer);
    pipeline_let_cut(lock);
    return status;
}

/* ---------------------------------------------------------------- around it */

static enum status note_package(void *context, const char *path, struct error *error)
{
    struct backup_cut *cut = context;
    (void)error;
    add_name(&cut->there, arena_strdup(cut->arena, store_place(path)), 0);
    return STATUS_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct backup_name *)a)->name, ((const struct backup_name *)b)->name);
}

/* The mirror is the warehouse's own: one backup of it at a time has one. */
static enum status lock_mirror(struct backup *backup, struct error *error)
{
    const char *path = file_join(backup->arena, backup->warehouse->root, "backup.lock");
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (lock < 0)
        return error_set(error, STATUS_RETRY,
                         _("%s cannot be written (%s); check the disk and who owns the folder."),
                         path, message_errno(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        return error_set(error, STATUS_RETRY,
                         _("Another backup of %s is just being made; try again when it is done."),
                         backup->warehouse->root);
    }
    backup->cut.lock = lock;
    return file_remove_tree(backup->cut.mirror, error);
}

enum status backup_cut(struct backup *backup, struct error *error)
{
    struct backup_cut *cut = &backup->cut;
    cut->arena = arena_new();
    cut->mirror = file_join(cut->arena, backup->warehouse->root, MIRROR);
    enum status status = lock_mirror(backup, error);
    if (status == STATUS_OK)
        status = store_each(backup->warehouse->store, note_package, cut, error);
    if (cut->there.count)
        qsort(cut->there.list, cut->there.count, sizeof *cut->there.list, by_name);
    return status == STATUS_OK ? cut_all(backup, error) : status;
}

void backup_cut_end(struct backup *backup)
{
    struct backup_cut *cut = &backup->cut;
    if (cut->lock >= 0) {
        file_remove_tree(cut->mirror, NULL);
        close(cut->lock);
    }
    audit_close(cut->audit);
    db_close(cut->rows);
    free(cut->journal.list);
    free(cut->finished.list);
    free(cut->there.list);
    arena_free(cut->arena);
}

/* ---------------------------------------------------------------- what belongs to it */

/* One that the journal names after the cut, or not at all and was not there before it, came later.
 */
bool backup_in_cut(const struct backup *backup, const char *package)
{
    const struct backup_cut *cut = &backup->cut;
    const struct backup_name key = {store_place(package), 0};
    int64_t entry = audit_entry(cut->audit, package);
    return entry > 0 ? entry <= cut->sequence
                     : cut->there.count && bsearch(&key, cut->there.list, cut->there.count,
                                                   sizeof key, by_name) != NULL;
}

enum status backup_take_rows(struct backup *backup, struct error *error)
{
    char hash[HASH_HEX_SIZE];
    const char *to = file_join(backup->arena, backup->to, "sohoa.db");
    enum status status = db_copy(backup->cut.rows, to, error);
    db_close(backup->cut.rows);
    backup->cut.rows = NULL;
    if (status == STATUS_OK)
        status = hash_file(to, hash, error);
    if (status == STATUS_OK)
        backup_count(backup, "sohoa.db", hash, file_size(to));
    return status;
}

enum status backup_take_spool(struct backup *backup, struct error *error)
{
    const struct backup_cut *cut = &backup->cut;
    enum status status = backup_take_below(backup, MIRROR, SPOOL, error);
    for (size_t i = 0; i < cut->finished.count && status == STATUS_OK; i++) {
        const char *below = arena_printf(cut->arena, SPOOL "/%s", cut->finished.list[i].name);
        status = backup_take_below(backup, below, below, error);
    }
    return status;
}

/* The one that is written to: the last by its name. */
static bool is_open(const struct backup_names *journal, size_t i)
{
    const char *dot = strrchr(journal->list[i].name, '.');
    if (!dot || strcmp(dot, ".jsonl") != 0)
        return false;
    for (size_t k = i + 1; k < journal->count; k++)
        if (strlen(journal->list[k].name) == strlen(journal->list[i].name) &&
            strstr(journal->list[k].name, ".jsonl"))
            return false;
    return true;
}

/* As long as it was at the cut. */
static enum status take_open(struct backup *backup, const struct backup_name *segment,
                             const char *relative, struct error *error)
{
    char *bytes = NULL, hash[HASH_HEX_SIZE];
    size_t size = 0;
    struct arena *arena = arena_new();
    const char *from = file_join(arena, backup->warehouse->root, relative);
    const char *to = file_join(arena, backup->to, relative);
    enum status status = file_read(from, SIZE_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK && (int64_t)size < segment->size)
        status = error_set(error, STATUS_REJECT,
                           _("%s has become shorter while the backup was made: find out who writes "
                             "there, and make it again."),
                           from);
    if (status == STATUS_OK)
        status = file_write(to, bytes, (size_t)segment->size, error);
    if (status == STATUS_OK)
        status = hash_file(to, hash, error);
    if (status == STATUS_OK)
        backup_count(backup, relative, hash, segment->size);
    arena_free(arena);
    return status;
}

enum status backup_take_journal(struct backup *backup, struct error *error)
{
    struct journal_summary summary = {.sequence = 0};
    struct backup_cut *cut = &backup->cut;
    cut->warehouse = backup_trusting_nobody(backup->warehouse);
    enum status status = file_mkdirs(file_join(backup->arena, backup->to, JOURNAL_FOLDER), error);
    for (size_t i = 0; i < cut->journal.count && status == STATUS_OK; i++) {
        const struct backup_name *one = &cut->journal.list[i];
        const char *relative = arena_printf(cut->arena, JOURNAL_FOLDER "/%s", one->name);
        status = is_open(&cut->journal, i) ? take_open(backup, one, relative, error)
                                           : backup_take_file(backup, relative, relative, error);
    }
    if (status == STATUS_OK)
        status = journal_read(file_join(backup->arena, backup->to, JOURNAL_FOLDER), NULL, NULL,
                              NULL, &summary, error);
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = audit_open(&cut->warehouse, NULL, backup_pass_over, NULL, &cut->audit, error);
    cut->sequence = summary.sequence;
    return status;
}
