/* The catalogue made again from the store, beside the one in use (index/rebuild.h). */
#include <stdlib.h>
#include <string.h>

#include "account/account.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "index/rebuild.h"
#include "index/schema.h"
#include "pipeline/audit_ledger.h"
#include "pipeline/records.h"
#include "pipeline/supervisor.h"

struct making {
    struct rebuild *rebuild;
    void (*progress)(void *context, int64_t done, int64_t total);
    void (*finding)(void *context, const char *path, const char *sentence);
    void *context;
    int64_t done, total, refused;
};

static enum status count_package(void *context, const char *path, struct error *error)
{
    struct making *work = context;
    (void)path;
    (void)error;
    work->total++;
    return STATUS_OK;
}

/* path: .../<document id>/v<version> */
static enum status add_package(void *context, const char *path, struct error *error)
{
    struct making *work = context;
    char id[37] = "";
    bool there = false;
    const char *name = file_name(path);
    if (name - path > 37)
        memcpy(id, name - 37, 36);
    enum status status =
        rebuild_add(work->rebuild, id, (int)strtol(name + 1, NULL, 10), path, &there, error);
    if (status == STATUS_REJECT) { /* it alone stays outside */
        work->refused++;
        work->finding(work->context, path, error->text);
    } else if (status != STATUS_OK) {
        return error_add(error, status, "%s", path);
    } else {
        work->done++;
    }
    if (work->progress)
        work->progress(work->context, work->done + work->refused, work->total);
    return STATUS_OK;
}

enum status pipeline_mend_tables(const struct warehouse *warehouse, struct error *error)
{
    struct db *db = NULL;
    int lock = -1;
    const char *path = file_join(warehouse->arena, warehouse->root, "sohoa.db");
    if (!file_exists(path)) /* whoever opens it makes all */
        return STATUS_OK;
    enum status status = reindex_lock(warehouse, &lock, error);
    if (status == STATUS_OK)
        status = db_open(path, false, &db, error);
    if (status == STATUS_OK)
        status = schema_mend(db, error);
    if (status == STATUS_OK)
        status = account_tables_mend(db, error);
    db_close(db);
    run_unlock(lock);
    return status;
}

/* A connection of its own: what its full text has in memory is of the old tables. */
static enum status swap(const struct warehouse *warehouse, struct making *work, struct error *error)
{
    struct db *live = NULL;
    int64_t kept = 0;
    enum status status =
        db_open(file_join(warehouse->arena, warehouse->root, "sohoa.db"), false, &live, error);
    if (status == STATUS_OK)
        status = rebuild_swap(work->rebuild, live, warehouse->store, &kept, error);
    db_close(live);
    return status;
}

static enum status check(const struct warehouse *warehouse, struct db *db, struct error *error)
{
    struct index *index = NULL;
    enum status status = index_open(db, &warehouse->roadmap, warehouse->config, &index, error);
    if (status == STATUS_OK)
        status = index_check(index, error);
    index_close(index);
    return status;
}

enum status pipeline_reindex(const struct warehouse *warehouse, struct db *db,
                             void (*progress)(void *context, int64_t done, int64_t total),
                             void (*finding)(void *context, const char *path, const char *sentence),
                             void *context, int64_t *packages, struct error *error)
{
    struct making work = {.progress = progress, .finding = finding, .context = context};
    const char *path = file_join(warehouse->arena, warehouse->root, "rebuild.db");
    int lock = -1;
    enum status status = reindex_lock(warehouse, &lock, error);
    if (status == STATUS_OK)
        status = pipeline_records_again(warehouse, db, error);
    if (status == STATUS_OK)
        status =
            rebuild_open(db, path, &warehouse->roadmap, warehouse->config, &work.rebuild, error);
    if (status == STATUS_OK)
        status = store_each(warehouse->store, count_package, &work, error);
    if (status == STATUS_OK)
        status = store_each(warehouse->store, add_package, &work, error);
    if (status == STATUS_OK)
        status = swap(warehouse, &work, error);
    rebuild_close(work.rebuild);
    run_unlock(lock);
    if (status == STATUS_OK)
        status = check(warehouse, db, error);
    if (status == STATUS_OK)
        status = audit_ledger_mend(warehouse, db, error);
    *packages = work.done;
    if (status == STATUS_OK && work.refused)
        status = error_set(error, STATUS_REJECT,
                           message_count("%lld package cannot be read and is not in the catalogue.",
                                         "%lld packages cannot be read and are not in the "
                                         "catalogue.",
                                         work.refused),
                           (long long)work.refused);
    return status;
}
