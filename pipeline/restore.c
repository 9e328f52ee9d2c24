/* Bringing a backup back, and trying whether it could be. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/journal.h"
#include "core/json.h"
#include "core/message.h"
#include "pipeline/audit.h"
#include "pipeline/backup_private.h"
#include "pipeline/recover.h"

struct drill {
    const char *snapshot;
    const struct warehouse *live;
    backup_finding *finding;
    void (*progress)(void *context, int64_t files, int64_t bytes);
    void *context;
    struct drill_report *report;
    struct audit *audit;
    struct db *copy;
    int64_t *counter; /* of the faults that are told just now */
    int64_t sequence; /* of the snapshot's journal */
    char head[HASH_HEX_SIZE];
};

static void tell(void *context, const char *path, const char *sentence)
{
    struct drill *drill = context;
    ++*drill->counter;
    drill->finding(drill->context, path, sentence);
}

/* ---------------------------------------------------------------- the manifest */

/* Cuts it in two; the file's name may not lead out of the folder. */
static bool is_line(char *line, size_t size)
{
    bool good = size >= HASH_HEX_SIZE + 2 &&
                strspn(line, "0123456789abcdef") == HASH_HEX_SIZE - 1 &&
                line[HASH_HEX_SIZE + 1] != '/' && !strstr(line, "../") && strlen(line) == size;
    if (good)
        line[HASH_HEX_SIZE - 1] = '\0';
    return good;
}

/* Calls visit for each line of the manifest. damaged: is told of each line that is none, and of a
 * manifest that is not there; NULL: that ends it. */
static enum status each_file(const char *snapshot, struct arena *arena,
                             enum status (*visit)(void *context, const char *relative,
                                                  const char *hash, struct error *error),
                             backup_finding *damaged, void *context, struct error *error)
{
    enum status status = STATUS_OK;
    const char *path = file_join(arena, snapshot, MANIFEST);
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    FILE *file = fopen(path, "rbe");
    if (!file && damaged)
        damaged(context, path, _("It is gone."));
    else if (!file)
        return error_set(error, STATUS_REJECT, _("There is no %s: it is no backup."), path);
    while (file && status == STATUS_OK && (size = getline(&line, &room, file)) > 0) {
        if (line[size - 1] == '\n')
            line[--size] = '\0';
        if (is_line(line, (size_t)size))
            status = visit(context, line + HASH_HEX_SIZE + 1, line, error);
        else if (damaged)
            damaged(context, path, _("A line of it is damaged."));
        else
            status = error_set(error, STATUS_REJECT, _("%s is damaged."), path);
    }
    free(line);
    if (file)
        fclose(file);
    return status;
}

static enum status check_file(void *context, const char *relative, const char *hash,
                              struct error *error)
{
    struct drill *drill = context;
    struct drill_report *report = drill->report;
    struct arena *arena = arena_new();
    char hex[HASH_HEX_SIZE];
    struct error fault = {""};
    const char *path = file_join(arena, drill->snapshot, relative);
    (void)error;
    report->files++;
    drill->counter = &report->wrong_files;
    if (hash_file(path, hex, &fault) != STATUS_OK)
        tell(drill, path, fault.text);
    else if (strcmp(hex, hash) != 0)
        tell(drill, path, _("The file is not what the backup's manifest says."));
    else
        report->bytes += file_size(path);
    if (drill->progress)
        drill->progress(drill->context, report->files, report->bytes);
    arena_free(arena);
    return STATUS_OK;
}

/* backup.json (to be given back), and whether the manifest is the one it speaks of. */
static enum status read_json(const char *snapshot, struct arena *arena, json_t **json, bool *same,
                             struct error *error)
{
    char hex[HASH_HEX_SIZE];
    enum status status = json_read(file_join(arena, snapshot, "backup.json"), json, error);
    if (status == STATUS_OK)
        status = hash_file(file_join(arena, snapshot, MANIFEST), hex, error);
    const char *told = status == STATUS_OK ? json_text(*json, "manifest_sha256", arena) : NULL;
    *same = told && strcmp(told, hex) == 0;
    return status;
}

static const char *other_manifest(void)
{
    return _("The manifest is not the one that backup.json speaks of.");
}

static enum status read_facts(struct drill *drill, struct arena *arena, struct error *error)
{
    json_t *json = NULL;
    bool same = false;
    enum status status = read_json(drill->snapshot, arena, &json, &same, error);
    if (status == STATUS_OK) {
        const char *id = json_text(json, "id", arena), *time = json_text(json, "time", arena);
        snprintf(drill->report->id, sizeof drill->report->id, "%s", id ? id : "");
        snprintf(drill->report->time, sizeof drill->report->time, "%s", time ? time : "");
        drill->counter = &drill->report->wrong_files;
        if (!same)
            tell(drill, file_join(arena, drill->snapshot, MANIFEST), other_manifest());
    }
    json_decref(json);
    return status;
}

/* ---------------------------------------------------------------- rows and entries */

static enum status audit_one(void *context, const char *path, struct error *error)
{
    struct drill *drill = context;
    struct audit_package package;
    drill->counter = &drill->report->wrong_rows;
    enum status status = audit_package(drill->audit, path, &package, error);
    drill->report->rows += status == STATUS_OK && package.in_catalogue;
    return status;
}

/* The snapshot is a warehouse of its own; only its keys are elsewhere. */
static enum status check_warehouse(struct drill *drill, struct arena *arena, struct error *error)
{
    struct warehouse warehouse;
    struct store_verdict verdict = {0};
    int64_t documents = 0;
    struct drill_report *report = drill->report;
    enum status status = warehouse_open(drill->snapshot, NULL, &warehouse, error);
    if (status != STATUS_OK)
        return status;
    static const struct archive_settings nobody = {.trust = ""};
    const struct archive_settings *live = drill->live ? &drill->live->archive : &nobody;
    struct archive_trust trust = archive_trust_of(live);
    trust.evidence = warehouse.archive.evidence; /* the copy's, not those of the living */
    warehouse.archive.trust = live->trust;
    warehouse.archive.trust_public = live->trust_public;
    warehouse.archive.trust_government = live->trust_government;
    warehouse.archive.roots = live->roots;
    drill->counter = &report->wrong_packages;
    status = store_verify(warehouse.store, &trust, &verdict, tell, NULL, drill, error);
    report->packages = verdict.packages;
    if (status == STATUS_OK || status == STATUS_REJECT)
        status =
            db_open_readonly(file_join(arena, drill->snapshot, "sohoa.db"), &drill->copy, error);
    drill->counter = &report->journal_faults;
    if (status == STATUS_OK)
        status = audit_open(&warehouse, drill->copy, tell, drill, &drill->audit, error);
    if (status == STATUS_OK) {
        const struct journal_summary *journal = &audit_journal(drill->audit)->journal;
        report->journal_entries = journal->entries;
        drill->sequence = journal->sequence;
        memcpy(drill->head, journal->head, sizeof drill->head);
        status = store_each(warehouse.store, audit_one, drill, error);
        if (status == STATUS_OK)
            status = audit_missing(drill->audit, error);
    }
    drill->counter = &report->wrong_rows;
    if (status == STATUS_OK)
        status = pipeline_check(&warehouse, drill->copy, tell, drill, &documents, error);
    drill->counter = &report->kept_faults;
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = backup_check_kept(&warehouse, tell, drill, error);
    audit_close(drill->audit);
    warehouse_close(&warehouse);
    return status == STATUS_REJECT ? STATUS_OK : status;
}

/* Without its roots a restored warehouse could trust nobody. */
static void count_public(void *context, const char *setting, const char *path, const char *place)
{
    struct drill *drill = context;
    (void)setting;
    (void)path;
    drill->report->public_files += place != NULL;
    drill->report->public_missing += place == NULL;
}

static enum status compare_row(void *context, const char *id, int version, const char *path,
                               struct error *error)
{
    struct drill *drill = context;
    int kept = 0;
    (void)path;
    drill->report->live_rows++;
    enum status status = index_version(drill->copy, id, &kept, error);
    drill->report->lost_rows += status == STATUS_OK && kept != version;
    return status;
}

static enum status compare_entry(void *context, const struct journal_record *record,
                                 struct error *error)
{
    struct drill *drill = context;
    (void)error;
    if (record->sequence == drill->sequence)
        drill->report->journal_continues = strcmp(record->hash, drill->head) == 0;
    drill->report->live_entries += record->sequence > drill->sequence;
    return STATUS_OK;
}

/* What was done since is in the living warehouse alone: it is counted, and is no fault. */
static enum status compare_with_live(struct drill *drill, struct arena *arena, struct error *error)
{
    struct db *db = NULL;
    struct journal_summary summary;
    struct drill_report *report = drill->report;
    const char *file = file_join(arena, drill->live->root, "sohoa.db");
    enum status status = file_exists(file) ? db_open_readonly(file, &db, error) : STATUS_OK;
    if (status == STATUS_OK && db)
        status = index_each(db, compare_row, drill, error);
    db_close(db);
    report->journal_continues = drill->sequence == 0;
    if (status == STATUS_OK)
        status = journal_read(drill->live->journal, compare_entry, NULL, drill, &summary, error);
    if (status != STATUS_OK && status != STATUS_REJECT)
        return status;
    report->compared = true;
    drill->counter = &report->journal_faults;
    if (!report->journal_continues)
        tell(drill, drill->snapshot,
             _("The backup's journal does not lead into this warehouse's: it is of another one, or "
               "one of the two was changed."));
    return STATUS_OK;
}

enum status backup_drill(const char *snapshot, const struct warehouse *live,
                         backup_finding *finding,
                         void (*progress)(void *context, int64_t files, int64_t bytes),
                         void *context, struct drill_report *report, struct error *error)
{
    struct drill drill = {.snapshot = snapshot,
                          .live = live,
                          .finding = finding,
                          .progress = progress,
                          .context = context,
                          .report = report};
    struct arena *arena = arena_new();
    *report = (struct drill_report){0};
    enum status status = read_facts(&drill, arena, error);
    if (status == STATUS_OK)
        status = each_file(snapshot, arena, check_file, NULL, &drill, error);
    if (status == STATUS_OK)
        status = check_warehouse(&drill, arena, error);
    if (status == STATUS_OK)
        status = backup_public(snapshot, snapshot, count_public, &drill, error);
    if (status == STATUS_OK && live && live->root)
        status = compare_with_live(&drill, arena, error);
    db_close(drill.copy);
    long long faults = report->wrong_files + report->wrong_packages + report->wrong_rows +
                       report->journal_faults + report->kept_faults;
    if (status == STATUS_OK && faults > 0)
        status = error_set(error, STATUS_REJECT,
                           message_count("%lld fault was found in the backup.",
                                         "%lld faults were found in the backup.", faults),
                           faults);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- restoring */

struct restoring {
    const char *from, *to;
    backup_finding *finding; /* NULL: damage ends it */
    void (*progress)(void *context, int64_t files, int64_t bytes);
    void *context;
    int64_t files, bytes, faults;
    bool no_rows;
};

static void tell_damage(void *context, const char *path, const char *sentence)
{
    struct restoring *restoring = context;
    restoring->faults++;
    restoring->finding(restoring->context, path, sentence);
}

/* Of a damaged backup: what is wrong with the file is told. False: it does not come back. */
static bool look_at_file(struct restoring *restoring, const char *relative, const char *hash)
{
    struct arena *arena = arena_new();
    struct error why = {""};
    char hex[HASH_HEX_SIZE];
    const char *from = file_join(arena, restoring->from, relative);
    bool there = hash_file(from, hex, &why) == STATUS_OK;
    bool good = there && strcmp(hex, hash) == 0;
    bool rows = strcmp(relative, "sohoa.db") == 0;
    if (!good)
        tell_damage(restoring, from,
                    there ? _("The file is not what the backup's manifest says.") : why.text);
    restoring->no_rows |= !good && rows;
    arena_free(arena);
    return good || (there && !rows);
}

static enum status restore_file(void *context, const char *relative, const char *hash,
                                struct error *error)
{
    struct restoring *restoring = context;
    if (restoring->finding && !look_at_file(restoring, relative, hash))
        return STATUS_OK;
    struct arena *arena = arena_new();
    char hex[HASH_HEX_SIZE];
    const char *to = file_join(arena, restoring->to, relative);
    enum status status =
        file_mkdirs(arena_strndup(arena, to, (size_t)(file_name(to) - to - 1)), error);
    if (status == STATUS_OK)
        status = file_copy(file_join(arena, restoring->from, relative), to, error);
    if (status == STATUS_OK)
        status = hash_file(to, hex, error);
    if (status == STATUS_OK && strcmp(hex, hash) != 0 && !restoring->finding)
        status = error_set(error, STATUS_REJECT,
                           _("%s is not what the backup's manifest says; try another backup, or "
                             "sohoa restore --check to see all that is wrong. When there is none, "
                             "--damaged brings back what there is."),
                           relative);
    restoring->files++;
    if (status == STATUS_OK)
        restoring->bytes += file_size(to);
    if (restoring->progress)
        restoring->progress(restoring->context, restoring->files, restoring->bytes);
    arena_free(arena);
    return status;
}

/* Of a damaged backup: a file that no line names comes back, but the database and its own. */
static enum status restore_unnamed(void *context, const char *relative, struct error *error)
{
    static const char *const own[] = {MANIFEST, "backup.json", "sohoa.db-shm", "sohoa.db-wal"};
    struct restoring *restoring = context;
    struct arena *arena = arena_new();
    char hex[HASH_HEX_SIZE];
    const char *from = file_join(arena, restoring->from, relative);
    bool rows = strcmp(relative, "sohoa.db") == 0;
    bool done = file_exists(file_join(arena, restoring->to, relative)) ||
                (rows && restoring->no_rows); /* left behind, and told */
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        done = done || strcmp(relative, own[i]) == 0;
    enum status status = STATUS_OK;
    if (!done) {
        tell_damage(restoring, from, _("The backup's manifest does not name the file."));
        restoring->no_rows |= rows;
    }
    if (!done && !rows && hash_file(from, hex, NULL) == STATUS_OK)
        status = restore_file(restoring, relative, hex, error);
    arena_free(arena);
    return status;
}

/* A manifest that lost lines would bring back less, and nobody would know. */
static enum status check_manifest(struct restoring *restoring, struct arena *arena,
                                  struct error *error)
{
    json_t *json = NULL;
    bool same = false;
    struct error why = {""};
    const char *path = file_join(arena, restoring->from, MANIFEST);
    enum status status = read_json(restoring->from, arena, &json, &same, &why);
    json_decref(json);
    if (status == STATUS_OK && same)
        return STATUS_OK;
    const char *fault = status == STATUS_OK ? other_manifest() : why.text;
    if (restoring->finding) {
        tell_damage(restoring, path, fault);
        return STATUS_OK;
    }
    return error_set(error, STATUS_REJECT,
                     _("%s: %s Try another backup. When there is none, --damaged brings back what "
                       "there is."),
                     path, fault);
}

static enum status make_folders(const char *root, struct arena *arena, struct error *error)
{
    static const char *const folders[] = {"spool", "store", "journal", "log", "profiles", "keys"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == STATUS_OK; i++)
        status = file_mkdirs(file_join(arena, root, folders[i]), error);
    if (status == STATUS_OK && chmod(file_join(arena, root, "keys"), 0700) != 0)
        status = error_set(error, STATUS_RETRY,
                           _("%s cannot be closed to others; check who owns the folder."), root);
    return status;
}

/* In the copy, before it gets its name. */
static enum status bring_forward(const char *root, int64_t *documents, struct error *error)
{
    struct warehouse warehouse;
    struct db *db = NULL;
    enum status status = warehouse_open(root, NULL, &warehouse, error);
    *documents = 0;
    if (status != STATUS_OK)
        return status;
    const struct warehouse bare = backup_trusting_nobody(&warehouse); /* they may not be here yet */
    status = warehouse_db(&warehouse, &db, error);
    if (status == STATUS_OK)
        status = recover_copy(&bare, db, documents, error);
    db_close(db);
    warehouse_close(&warehouse);
    return status;
}

/* Of a damaged backup settings or rows may be what is damaged; a full disk is no damage. */
static enum status bring_damaged(struct restoring *r, int64_t *documents, struct error *error)
{
    enum status status = bring_forward(r->to, documents, error);
    if ((status != STATUS_REJECT && status != STATUS_FATAL) || r->faults == 0)
        return status;
    tell_damage(r, r->to, error->text);
    return STATUS_OK;
}

static enum status check_empty(const char *to, struct arena *arena, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_exists(to) ? file_list(to, arena, &names, &count, error) : STATUS_OK;
    if (status == STATUS_OK && count > 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s is not empty; a backup is brought back into an empty place, so "
                             "that nothing is overwritten."),
                           to);
    return status;
}

enum status backup_restore(const char *snapshot, const char *to, backup_finding *finding,
                           void (*progress)(void *context, int64_t files, int64_t bytes),
                           void *context, struct backup_restored *out, struct error *error)
{
    struct arena *arena = arena_new();
    int lock = -1;
    /* It gets its name, and is a warehouse, only when all of it is there. */
    const char *making = arena_printf(arena, "%s.restoring", to);
    struct restoring restoring = {.from = snapshot,
                                  .to = making,
                                  .finding = finding,
                                  .progress = progress,
                                  .context = context};
    enum status status = check_empty(to, arena, error);
    if (status == STATUS_OK)
        status = check_manifest(&restoring, arena, error);
    if (status == STATUS_OK)
        status = file_take_folder(making, &lock, error);
    if (status == STATUS_OK)
        status = make_folders(making, arena, error);
    if (status == STATUS_OK)
        status = each_file(snapshot, arena, restore_file, finding ? tell_damage : NULL, &restoring,
                           error);
    if (status == STATUS_OK && finding)
        status = file_walk(snapshot, restore_unnamed, &restoring, error);
    if (status == STATUS_OK)
        status = bring_damaged(&restoring, &out->documents, error);
    if (status == STATUS_OK) /* what came there meanwhile stays */
        status = check_empty(to, arena, error);
    if (status == STATUS_OK)
        status = file_remove_tree(to, error);
    if (status == STATUS_OK)
        status = file_rename(making, to, error);
    if (lock >= 0)
        close(lock);
    out->files = restoring.files;
    out->faults = restoring.faults;
    out->no_rows = restoring.no_rows;
    arena_free(arena);
    return status;
}
