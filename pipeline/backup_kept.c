/*
 * What stands beside the store in a backup: evidence records, the records of what people counted
 * and decided, hand-overs; and the journal itself. Each is held against the journal on its way; of
 * an evidence record that does not hold the good one of the snapshot before goes in.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/handover.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/record.h"
#include "pipeline/backup_private.h"
#include "pipeline/records.h"

/* ---------------------------------------------------------------- evidence records */

/* Nothing can be said of the record of a package that is damaged itself, which is told by others.
 */
static bool is_judged(const struct backup *backup, const char *package)
{
    struct document document;
    return audit_bond(backup->cut.audit, package) != AUDIT_BROKEN &&
           document_read(package_part_path(backup->arena, package, PACKAGE_DOCUMENT), backup->arena,
                         &document, NULL) == STATUS_OK;
}

static bool holds(const struct backup *backup, const char *package, const char *record,
                  struct error *why)
{
    struct evidence_verdict verdict;
    return audit_record_is_whole(audit_record(backup->cut.audit, package, record, &verdict, why));
}

static enum status take_before(struct backup *backup, const char *before, const char *relative,
                               struct error *error)
{
    char hash[HASH_HEX_SIZE];
    enum status status =
        backup_parent(backup, file_join(backup->arena, backup->to, relative), error);
    if (status == STATUS_OK)
        status = hash_file(before, hash, error);
    if (status != STATUS_OK || backup_share(backup, before, relative, hash, file_size(before)))
        return status;
    return backup_copy(backup, before, relative, hash, error);
}

static enum status take_record(void *context, const char *package, struct error *error)
{
    struct backup *backup = context;
    struct arena *arena = backup->arena;
    const char *name = file_name(package);
    const char *id = file_name(arena_strndup(arena, package, (size_t)(name - package - 1)));
    const char *relative = evidence_path(EVIDENCE_FOLDER, id, store_version(name), arena);
    const char *own = file_join(arena, backup->warehouse->root, relative);
    const char *before = backup->before ? file_join(arena, backup->before, relative) : NULL;
    enum status status = STATUS_OK;
    struct error why = {""}, unused = {""};
    if (!backup_in_cut(backup, package))
        goto done;
    bool good = !is_judged(backup, package) || holds(backup, package, own, &why);
    bool kept = !good && before && file_exists(before) && holds(backup, package, before, &unused);
    if (!good)
        backup_tell(
            backup, own,
            kept ? _("The evidence record does not hold, or is gone; the backup has that "
                     "of the snapshot before. Put it back: sohoa fixity repair")
                 : arena_printf(arena, _("The evidence record does not hold: %s"), why.text));
    if (kept)
        status = take_before(backup, before, relative, error);
    else if (file_exists(own))
        status = backup_take_file(backup, relative, relative, error);
done:
    arena_clear(arena);
    return status;
}

/* Those that were set aside, and whatever else lies there. */
static enum status take_other(void *context, const char *below, struct error *error)
{
    struct backup *backup = context;
    const char *relative = arena_printf(backup->arena, EVIDENCE_FOLDER "/%s", below);
    bool part = strlen(below) > 5 && strcmp(below + strlen(below) - 5, ".part") == 0;
    if (part || file_exists(file_join(backup->arena, backup->to, relative)))
        return STATUS_OK;
    return backup_take_file(backup, relative, relative, error);
}

enum status backup_take_evidence(struct backup *backup, struct error *error)
{
    enum status status = store_each(backup->warehouse->store, take_record, backup, error);
    const char *folder = file_join(backup->arena, backup->warehouse->root, EVIDENCE_FOLDER);
    if (status == STATUS_OK && file_is_folder(folder))
        status = file_walk(folder, take_other, backup, error);
    return status;
}

/* ---------------------------------------------------------------- records */

static enum status take_counted(void *context, const char *below, struct error *error)
{
    struct backup *backup = context;
    const char *relative = arena_printf(backup->arena, RECORD_FOLDER "/%s", below);
    const char *dot = strrchr(below, '.');
    if (!dot || strcmp(dot, ".json") != 0 ||
        strtoll(file_name(below), NULL, 10) > backup->cut.records)
        return STATUS_OK; /* it came after the cut */
    return backup_take_file(backup, relative, relative, error);
}

enum status backup_take_records(struct backup *backup, struct error *error)
{
    const char *folder = file_join(backup->arena, backup->warehouse->root, RECORD_FOLDER);
    return file_is_folder(folder) ? file_walk(folder, take_counted, backup, error) : STATUS_OK;
}

/* ---------------------------------------------------------------- the journal */

/* Does the file begin with all the bytes of the older one? */
static bool goes_on_from(const char *newer, const char *older)
{
    char one[4096], other[4096];
    FILE *from = fopen(older, "rbe"), *file = fopen(newer, "rbe");
    bool does = from && file;
    for (size_t got = 1; does && got > 0;) {
        got = fread(one, 1, sizeof one, from);
        does = fread(other, 1, got, file) == got && memcmp(one, other, got) == 0;
    }
    does = does && !ferror(from);
    if (from)
        fclose(from);
    if (file)
        fclose(file);
    return does;
}

static enum status check_segment(void *context, const char *below, struct error *error)
{
    struct backup *backup = context;
    const char *relative = arena_printf(backup->arena, JOURNAL_FOLDER "/%s", below);
    const char *taken = file_join(backup->arena, backup->to, relative);
    const char *own = file_join(backup->arena, backup->warehouse->root, relative);
    size_t size = strlen(below);
    (void)error;
    if (size > 5 && strcmp(below + size - 5, ".part") == 0)
        return STATUS_OK;
    if (!file_exists(taken))
        backup_tell(backup, own,
                    arena_printf(backup->arena,
                                 _("It stands in the snapshot before (%s) and is gone: a part of "
                                   "the journal, or an anchor, was taken away"),
                                 file_name(backup->before)));
    else if (!goes_on_from(taken, file_join(backup->arena, backup->before, relative)))
        backup_tell(backup, own,
                    arena_printf(backup->arena,
                                 _("It does not go on from what stands in the snapshot before "
                                   "(%s): the journal was cut off or written anew since then, or "
                                   "one of the two was changed"),
                                 file_name(backup->before)));
    return STATUS_OK;
}

enum status backup_check_journal(struct backup *backup, struct error *error)
{
    const char *before =
        backup->before ? file_join(backup->arena, backup->before, JOURNAL_FOLDER) : NULL;
    return before && file_is_folder(before) ? file_walk(before, check_segment, backup, error)
                                            : STATUS_OK;
}

/* ---------------------------------------------------------------- whether they are those */

enum status backup_check_kept(const struct warehouse *warehouse, backup_finding *finding,
                              void *context, struct error *error)
{
    struct arena *arena = arena_new();
    int64_t records = 0;
    enum status status = pipeline_records_check(warehouse, finding, context, &records, error);
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = handover_check(file_join(arena, warehouse->root, "handovers"), warehouse->journal,
                                finding, context, error);
    arena_free(arena);
    return status == STATUS_REJECT ? STATUS_OK : status;
}
