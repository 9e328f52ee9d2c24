/* A warehouse from a backup: what its rows do not know yet, and its store and journal do. */
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/package.h"
#include "pipeline/audit.h"
#include "pipeline/ledger.h"
#include "pipeline/recover.h"
#include "pipeline/spool.h"

struct copy {
    const struct warehouse *warehouse;
    struct db *db;
    struct audit *audit;
    struct arena *arena; /* of one package */
    int64_t documents;
};

static void pass_over(void *context, const char *path, const char *sentence)
{
    (void)context;
    (void)path;
    (void)sentence;
}

/* The version that is made in the spool: the first, unless the document is amended. */
static int made_version(struct copy *copy, const char *id)
{
    struct document document;
    const char *json =
        file_join(copy->arena, spool_amended(copy->warehouse, id, copy->arena), "document.json");
    return document_read(json, copy->arena, &document, NULL) == STATUS_OK ? document.version : 1;
}

static bool is_newest(struct copy *copy, const char *package, int version)
{
    const int head = (int)(file_name(package) - package);
    return !file_is_folder(arena_printf(copy->arena, "%.*sv%d", head, package, version + 1));
}

/* What the ledger does not know at all the next run enters. */
static enum status look(void *context, const char *package, struct error *error)
{
    struct copy *copy = context;
    struct arena *arena = copy->arena;
    const char *name = file_name(package), *state = NULL;
    const char *id = file_name(arena_strndup(arena, package, (size_t)(name - package - 1)));
    int version = store_version(name), entered = 0;
    enum status status = is_newest(copy, package, version) ? STATUS_OK : STATUS_END;
    if (status == STATUS_OK)
        status = ledger_state(copy->db, id, copy->arena, &state, error);
    if (status == STATUS_OK)
        status = index_version(copy->db, id, &entered, error);
    bool behind = status == STATUS_OK && state && strcmp(state, "stored") != 0 &&
                  entered < version && audit_bond(copy->audit, package) == AUDIT_BOUND;
    if (behind && strcmp(state, "indexed") != 0)
        behind = version >= made_version(copy, id);
    if (behind)
        status = db_do(copy->db, error,
                       "UPDATE ledger SET state = 'stored', held = 0, tries = 0, why = ''"
                       " WHERE kind = 'document' AND id = ?",
                       "s", id);
    copy->documents += behind;
    arena_clear(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status recover_copy(const struct warehouse *warehouse, struct db *db, int64_t *documents,
                         struct error *error)
{
    struct copy copy = {.warehouse = warehouse, .db = db, .arena = arena_new()};
    enum status status = audit_open(warehouse, NULL, pass_over, NULL, &copy.audit, error);
    if (status == STATUS_OK)
        status = db_begin(db, error);
    if (status == STATUS_OK)
        status =
            db_run(db, "UPDATE ledger SET owner = '', lease_until = 0 WHERE owner <> ''", error);
    if (status == STATUS_OK)
        status = store_each(warehouse->store, look, &copy, error);
    status = db_end(db, status, error);
    *documents = copy.documents;
    audit_close(copy.audit);
    arena_free(copy.arena);
    return status;
}
