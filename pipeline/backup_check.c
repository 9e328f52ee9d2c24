/* What went into a backup, held against each other before it gets its name. */
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "pipeline/backup_private.h"

void backup_pass_over(void *context, const char *path, const char *sentence)
{
    (void)context;
    (void)path;
    (void)sentence;
}

/* Whom a signer is trusted by is no question of what a backup holds. */
struct warehouse backup_trusting_nobody(const struct warehouse *warehouse)
{
    struct warehouse copy = *warehouse;
    copy.archive.trust = "";
    copy.archive.trust_public = copy.archive.trust_government = copy.archive.roots = NULL;
    return copy;
}

/* The text with the warehouse's folder for the backup's: a person mends it there. */
static const char *at_home(struct backup *backup, const char *text)
{
    struct buffer out = {0};
    const size_t size = strlen(backup->to);
    for (const char *next; (next = strstr(text, backup->to)) != NULL; text = next + size) {
        buffer_add(&out, text, (size_t)(next - text));
        buffer_add(&out, backup->warehouse->root, strlen(backup->warehouse->root));
    }
    buffer_add(&out, text, strlen(text));
    const char *kept = arena_strdup(backup->arena, out.size ? (const char *)out.data : "");
    buffer_clear(&out);
    return kept;
}

static void tell(void *context, const char *path, const char *sentence)
{
    struct backup *backup = context;
    backup_tell(backup, at_home(backup, path), at_home(backup, sentence));
}

static enum status check_rows(struct backup *backup, const struct warehouse *copy,
                              struct error *error)
{
    struct audit *audit = NULL;
    struct db *db = NULL;
    int64_t documents = 0;
    enum status status =
        db_open_readonly(file_join(backup->arena, backup->to, "sohoa.db"), &db, error);
    if (status == STATUS_OK)
        status = audit_open(copy, db, tell, backup, &audit, error);
    if (status == STATUS_OK)
        status = audit_missing(audit, error);
    if (status == STATUS_OK)
        status = pipeline_check(copy, db, tell, backup, &documents, error);
    audit_close(audit);
    db_close(db);
    return status == STATUS_REJECT ? STATUS_OK : status;
}

/* Places of records and hand-overs are relative. */
static void tell_kept(void *context, const char *place, const char *sentence)
{
    struct backup *backup = context;
    tell(backup, file_join(backup->arena, backup->to, place), sentence);
}

enum status backup_check(struct backup *backup, struct error *error)
{
    struct arena *arena = backup->arena;
    struct warehouse copy = backup_trusting_nobody(backup->warehouse);
    bool told = backup->report->faults > 0; /* most would be told a second time */
    copy.root = backup->to;
    copy.spool = file_join(arena, backup->to, "spool");
    copy.store = file_join(arena, backup->to, "store");
    copy.journal = file_join(arena, backup->to, JOURNAL_FOLDER);
    enum status status = backup_check_journal(backup, error);
    if (status == STATUS_OK && !told)
        status = check_rows(backup, &copy, error);
    return status == STATUS_OK ? backup_check_kept(&copy, tell_kept, backup, error) : status;
}
