/* The store against the ledger and the catalogue: what is recorded is there, what is there is
 * recorded. The packages' own bytes are store_verify's. */
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "index/schema.h"
#include "pipeline/ledger.h"

struct check {
    const struct warehouse *warehouse;
    struct db *db;
    struct arena *arena;
    void (*finding)(void *context, const char *path, const char *sentence);
    void *context;
    int faults;
    int64_t documents;
};

static void tell(struct check *check, const char *path, const char *sentence)
{
    check->faults++;
    check->finding(check->context, path, sentence);
}

static enum status expect_package(struct check *check, const char *id, int version,
                                  struct error *error)
{
    const char *path = NULL;
    struct error why = {""};
    enum status status =
        store_find(check->warehouse->store, id, version, check->arena, &path, &why);
    check->documents++;
    if (status == STATUS_REJECT)
        tell(check, check->warehouse->store,
             arena_printf(check->arena,
                          _("The package of document %s is missing: it was stored, and is not "
                            "there any more. Bring it back from a backup."),
                          id));
    else if (status != STATUS_OK)
        return error_set(error, status, "%s", why.text);
    return STATUS_OK;
}

static enum status expect_entry(void *context, const char *id, int version, const char *path,
                                struct error *error)
{
    (void)path;
    return expect_package(context, id, version, error);
}

/* Documents that are stored and not in the catalogue yet, or not any more. */
static enum status check_ledger(struct check *check, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(check->db,
                                    "SELECT id FROM ledger WHERE kind = 'document'"
                                    " AND state IN ('stored', 'indexed') ORDER BY id",
                                    &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *id = db_text(query, 0);
        int version = 0;
        status = index_version(check->db, id, &version, error);
        if (status == STATUS_OK && version == 0)
            status = expect_package(check, id, 0, error);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* path: .../<document id>/v<version>. One that a run is about to enter is no fault. */
static enum status expect_row(void *context, const char *path, struct error *error)
{
    struct check *check = context;
    const char *name = file_name(path);
    char *folder = arena_strndup(check->arena, path, (size_t)(name - path - 1));
    const char *id = file_name(folder);
    int version = 0;
    int64_t waiting = 0;
    enum status status = index_version(check->db, id, &version, error);
    if (status == STATUS_OK && strtol(name + 1, NULL, 10) > version)
        status = ledger_number(check->db, &waiting, error,
                               "SELECT COUNT(*) FROM ledger WHERE id = ?"
                               " AND ((kind = 'document' AND state IN ('signed', 'stored'))"
                               " OR (kind = 'proof' AND owner <> ''))",
                               id, NULL);
    if (status == STATUS_OK && strtol(name + 1, NULL, 10) > version && waiting == 0)
        tell(check, path,
             arena_printf(check->arena, _("This package is not in the catalogue: sohoa index %s"),
                          path));
    return status;
}

/* The rows first: a run may go on meanwhile, and it puts the package there before the row. */
static enum status compare(struct check *check, bool both_ways, struct error *error)
{
    enum status status = index_each(check->db, expect_entry, check, error);
    if (status == STATUS_OK)
        status = check_ledger(check, error);
    if (status == STATUS_OK && both_ways)
        status = store_each(check->warehouse->store, expect_row, check, error);
    if (status == STATUS_OK && check->faults > 0)
        status = error_set(error, STATUS_REJECT,
                           message_count("The store and the catalogue differ in %lld place.",
                                         "The store and the catalogue differ in %lld places.",
                                         check->faults),
                           (long long)check->faults);
    arena_free(check->arena);
    return status;
}

enum status pipeline_check(const struct warehouse *warehouse, struct db *db,
                           void (*finding)(void *context, const char *path, const char *sentence),
                           void *context, int64_t *documents, struct error *error)
{
    struct check check = {.warehouse = warehouse,
                          .db = db,
                          .arena = arena_new(),
                          .finding = finding,
                          .context = context};
    enum status status = compare(&check, true, error);
    *documents = check.documents;
    return status;
}

enum status pipeline_missing(const struct warehouse *warehouse, struct db *db,
                             void (*finding)(void *context, const char *path, const char *sentence),
                             void *context, struct error *error)
{
    struct check check = {.warehouse = warehouse,
                          .db = db,
                          .arena = arena_new(),
                          .finding = finding,
                          .context = context};
    return compare(&check, false, error);
}

static enum status any_package(void *context, const char *path, struct error *error)
{
    (void)path;
    (void)error;
    *(bool *)context = true;
    return STATUS_END;
}

enum status pipeline_catalogue_there(const struct warehouse *warehouse, struct db *db,
                                     struct error *error)
{
    int64_t entries = 0;
    bool package = false;
    enum status status = schema_whole(db, error);
    if (status == STATUS_OK)
        status =
            db_first_int(db, &entries, error, "SELECT EXISTS (SELECT 1 FROM catalog_entry)", "");
    if (status == STATUS_OK && entries == 0)
        status = store_each(warehouse->store, any_package, &package, error);
    if (status != STATUS_OK && status != STATUS_END)
        return status;
    if (!package)
        return STATUS_OK;
    return error_set(
        error, STATUS_RETRY,
        _("The catalogue is empty, but the store is not: whatever is asked, the answer "
          "would be that nothing is there. 'sohoa run' enters the packages again; ask "
          "after that."));
}
