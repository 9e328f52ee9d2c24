#include "pipeline/records_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/exempt.h"
#include "account/inventory.h"
#include "account/lot.h"
#include "account/register.h"
#include "account/report.h"
#include "account/twins.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/message.h"
#include "index/catalogue.h"
#include "index/owner.h"
#include "index/reuse.h"
#include "index/saved.h"
#include "index/validity.h"

enum { NUMBER_MAX = 1 << 26 }; /* more records than that are no warehouse's */

static const struct {
    const char *kind;
    record_apply *apply;
} kinds[] = {
    {KIND_INVENTORY, inventory_apply},
    {KIND_EXEMPT, exempt_apply},
    {KIND_REGISTER, register_apply},
    {KIND_REPORT, report_apply},
    {KIND_TWIN, twin_apply},
    {KIND_LOT, lot_apply},
    {KIND_VERDICT, verdict_apply},
    {"owner-merge", owner_merge_apply},
    {"owner-split", owner_split_apply},
    {"owner-id", owner_id_apply},
    {"owner-undo", owner_undo_apply},
    {"catalogue", catalogue_apply},
    {"validity", validity_apply},
    {"reuse", reuse_apply},
    {"result-code", result_code_apply},
    {"saved-search", saved_search_apply},
    {NULL, NULL},
};

static record_apply *find_kind(const char *kind)
{
    for (size_t i = 0; kinds[i].kind; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].apply;
    return NULL;
}

static const char *folder_of(const struct warehouse *warehouse, struct arena *arena)
{
    return file_join(arena, warehouse->root, RECORD_FOLDER);
}

/* ---------------------------------------------------------------- what the journal says */

/* The hashes of the records that the journal names, by their number; "" none. */
struct named {
    char (*hashes)[HASH_HEX_SIZE];
    int64_t room;
};

static enum status note_name(void *context, const struct journal_record *entry, struct error *error)
{
    struct named *named = context;
    const char *hash = strstr(entry->detail, "sha256=");
    (void)error;
    if (strcmp(entry->action, "record") != 0 ||
        strncmp(entry->object, RECORD_FOLDER "/", sizeof RECORD_FOLDER) != 0 || !hash ||
        strlen(hash) != sizeof "sha256=" - 1 + HASH_HEX_SIZE - 1)
        return STATUS_OK;
    int64_t number = strtoll(entry->object + sizeof RECORD_FOLDER, NULL, 10);
    if (number < 1 || number > NUMBER_MAX)
        return STATUS_OK;
    if (number >= named->room) {
        int64_t room = 2 * number;
        named->hashes = memory_resize(named->hashes, (size_t)room * sizeof *named->hashes);
        memset(named->hashes + named->room, 0,
               (size_t)(room - named->room) * sizeof *named->hashes);
        named->room = room;
    }
    memcpy(named->hashes[number], hash + sizeof "sha256=" - 1, HASH_HEX_SIZE);
    return STATUS_OK;
}

/* A damaged journal names what it still can; `journal verify` tells of the damage. */
static enum status read_names(const struct warehouse *warehouse, struct named *named,
                              struct error *error)
{
    struct journal_summary summary;
    enum status status = journal_read(warehouse->journal, note_name, NULL, named, &summary, error);
    return status == STATUS_REJECT ? STATUS_OK : status;
}

static const char *name_of(const struct named *named, int64_t number)
{
    return number < named->room ? named->hashes[number] : "";
}

static enum status enter(const struct warehouse *warehouse, const struct record *record,
                         struct error *error)
{
    char object[48], detail[160];
    snprintf(object, sizeof object, RECORD_FOLDER "/%lld", (long long)record->number);
    snprintf(detail, sizeof detail, "kind=%s sha256=%s", record->kind, record->hash);
    return pipeline_record(warehouse, "record", object, detail, error);
}

/* ---------------------------------------------------------------- applying */

enum status records_applied(struct db *db, int64_t *number, struct error *error)
{
    struct db_query *query = NULL;
    *number = 0;
    if (db_prepare(db, "SELECT number FROM record_mark WHERE id = 1", &query, NULL) != STATUS_OK)
        return STATUS_OK; /* of before, or new */
    enum status status = db_step(query, error);
    if (status == STATUS_OK)
        *number = db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status apply(struct db *db, const struct record *record, struct error *error)
{
    record_apply *rows = find_kind(record->kind);
    if (!rows)
        return error_set(error, STATUS_FATAL,
                         _("record %lld (%s) was made by a newer sohoa; install the newer program"),
                         (long long)record->number, record->kind);
    enum status status = rows(db, record, error);
    if (status != STATUS_OK)
        return error_add(error, status, _("record %lld"), (long long)record->number);
    return db_do(db, error,
                 "INSERT INTO record_mark (id, number) VALUES (1, ?)"
                 " ON CONFLICT (id) DO UPDATE SET number = excluded.number",
                 "i", record->number);
}

static const char create_mark[] =
    "CREATE TABLE IF NOT EXISTS record_mark (id bigint PRIMARY KEY, number bigint NOT NULL)";

struct catching {
    const struct warehouse *warehouse;
    struct db *db;
    struct named named;
};

/* A crash between file and journal entry left it unnamed: it gets its entry now. */
static enum status catch_one(void *context, const struct record *record, struct error *error)
{
    struct catching *catching = context;
    const char *named = name_of(&catching->named, record->number);
    if (*named && strcmp(named, record->hash) != 0)
        return error_set(error, STATUS_REJECT,
                         _("record %lld is not the one that the journal names; bring it back from "
                           "a backup"),
                         (long long)record->number);
    enum status status = *named ? STATUS_OK : enter(catching->warehouse, record, error);
    return status == STATUS_OK ? apply(catching->db, record, error) : status;
}

/* In a transaction: what others wrote and a crash left without rows. mark: the last one with rows.
 */
static enum status catch_up(const struct warehouse *warehouse, const char *folder, struct db *db,
                            int64_t *mark, struct error *error)
{
    struct catching catching = {.warehouse = warehouse, .db = db};
    enum status status = db_run(db, create_mark, error);
    if (status == STATUS_OK)
        status = records_applied(db, mark, error);
    if (status != STATUS_OK || record_last(folder, *mark) == *mark)
        return status;
    status = read_names(warehouse, &catching.named, error);
    if (status == STATUS_OK)
        status = record_each(folder, *mark, catch_one, &catching, error);
    free(catching.named.hashes);
    return status == STATUS_OK ? records_applied(db, mark, error) : status;
}

static enum status apply_one(void *context, const struct record *record, struct error *error)
{
    return apply(context, record, error);
}

enum status records_apply_all(const struct warehouse *warehouse, struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = db_run(db, create_mark, error);
    if (status == STATUS_OK)
        status = record_each(folder_of(warehouse, arena), 0, apply_one, db, error);
    arena_free(arena);
    return status;
}

enum status pipeline_records_catch_up(const struct warehouse *warehouse, struct db *db,
                                      struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder = folder_of(warehouse, arena);
    int64_t mark = 0;
    enum status status = records_applied(db, &mark, error);
    if (status == STATUS_OK && record_last(folder, mark) > mark) {
        status = db_begin(db, error);
        if (status == STATUS_OK)
            status = catch_up(warehouse, folder, db, &mark, error);
        status = db_end(db, status, error);
    }
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- adding */

enum status pipeline_record_add(const struct warehouse *warehouse, struct db *db, const char *kind,
                                const json_t *data, int64_t *number, struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder = folder_of(warehouse, arena);
    struct record record = {0};
    int64_t mark = 0;
    enum status status = db_begin(db, error);
    if (status == STATUS_OK)
        status = catch_up(warehouse, folder, db, &mark, error);
    if (status == STATUS_OK)
        status = record_next(mark, kind, data, arena, &record, error);
    if (status == STATUS_OK)
        status = apply(db, &record, error);
    if (status == STATUS_OK)
        status = record_write(folder, &record, error);
    if (status == STATUS_OK)
        status = enter(warehouse, &record, error);
    status = db_end(db, status, error);
    if (status == STATUS_OK && number)
        *number = record.number;
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- checking */

struct checking {
    struct named named;
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    int64_t checked, faults;
};

static void tell(struct checking *checking, int64_t number, const char *sentence)
{
    char place[48];
    snprintf(place, sizeof place, RECORD_FOLDER "/%lld", (long long)number);
    checking->faults++;
    checking->finding(checking->context, place, sentence);
}

static enum status check_one(void *context, const struct record *record, struct error *error)
{
    struct checking *checking = context;
    const char *named = name_of(&checking->named, record->number);
    (void)error;
    checking->checked = record->number;
    if (!*named)
        tell(checking, record->number, _("the journal does not name this record"));
    else if (strcmp(named, record->hash) != 0)
        tell(checking, record->number, _("this is not the record that the journal names"));
    return STATUS_OK;
}

enum status pipeline_records_check(const struct warehouse *warehouse,
                                   void (*finding)(void *context, const char *place,
                                                   const char *sentence),
                                   void *context, int64_t *checked, struct error *error)
{
    struct arena *arena = arena_new();
    struct checking checking = {.finding = finding, .context = context};
    enum status status = read_names(warehouse, &checking.named, error);
    if (status == STATUS_OK)
        status = record_each(folder_of(warehouse, arena), 0, check_one, &checking, error);
    if (status == STATUS_REJECT) {
        tell(&checking, checking.checked + 1, error->text);
        status = STATUS_OK;
    }
    for (int64_t i = checking.checked + 1; status == STATUS_OK && i < checking.named.room; i++)
        if (*name_of(&checking.named, i))
            tell(&checking, i, _("this record is missing; bring it back from a backup"));
    *checked = checking.checked;
    if (status == STATUS_OK && checking.faults)
        status = error_set(error, STATUS_REJECT,
                           _("Records are damaged or missing: bring them back from a backup."));
    free(checking.named.hashes);
    arena_free(arena);
    return status;
}
