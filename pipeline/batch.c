/* A batch: opened, filled page by page, closed. Its row comes before its folder: the row is the
 * claim by which others know that a process is at work in the folder. For pages the file is first,
 * as everywhere. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

/* "20261122T140509-3fa9" of "2026-11-22T14:05:09+07:00". */
static const char *new_batch_id(const char *now, struct arena *arena)
{
    unsigned char random[2];
    hash_random(random, sizeof random);
    return arena_printf(arena, "%.4s%.2s%.2sT%.2s%.2s%.2s-%02x%02x", now, now + 5, now + 8,
                        now + 11, now + 14, now + 17, random[0], random[1]);
}

enum status pipeline_open_batch(const struct warehouse *warehouse, struct db *db,
                                struct batch *batch, struct arena *arena, struct error *error)
{
    char now[26], owner[LEDGER_OWNER_SIZE];
    file_now(now);
    ledger_owner(owner);
    batch->started = arena_strdup(arena, now);
    batch->ended = "";
    enum status status = STATUS_REJECT;
    for (int i = 0; i < 20 && status == STATUS_REJECT; i++) {
        batch->id = new_batch_id(now, arena);
        status = db_do(db, error,
                       "INSERT INTO ledger (kind, id, batch, state, since, not_before, owner)"
                       " VALUES ('batch', ?, ?, 'open', ?, ?, ?)",
                       "sssis", batch->id, batch->id, now, ledger_now(), owner);
    }
    const char *folder = pipeline_batch_folder(warehouse, batch->id, arena);
    if (status == STATUS_OK)
        status = file_mkdirs(folder, error);
    if (status == STATUS_OK)
        status = batch_write(batch, folder, error);
    return status;
}

enum status pipeline_take_page(struct db *db, const char *batch, const struct page *page,
                               struct error *error)
{
    char now[26];
    struct arena *arena = arena_new();
    file_now(now);
    /* A page that is there already was scanned again: it starts anew. */
    enum status status =
        db_do(db, error,
              "INSERT INTO ledger (kind, id, batch, state, since, not_before)"
              " SELECT 'page', ?, ?, 'scanned', ?, ? WHERE EXISTS (SELECT 1 FROM ledger"
              " WHERE kind = 'batch' AND id = ? AND state = 'open')"
              " ON CONFLICT (kind, id) DO UPDATE SET state = 'scanned', held = 0, why = '',"
              " tries = 0, owner = '', lease_until = 0, since = excluded.since,"
              " not_before = excluded.not_before",
              "sssis", spool_page_id(arena, batch, page->name), batch, now, ledger_now(), batch);
    if (status == STATUS_OK && db_changes(db) == 0)
        status =
            error_set(error, STATUS_REJECT,
                      _("Batch %s takes no more pages: it is closed; begin a new one."), batch);
    arena_free(arena);
    return status;
}

static enum status busy(const char *id, struct error *error)
{
    return error_set(error, STATUS_RETRY,
                     _("Batch %s is being scanned at this moment by another process."), id);
}

/* The batch must be open, and nobody else at work in it. found: who was, "" nobody; or NULL. */
static enum status check_open(struct db *db, const char *id, struct arena *arena,
                              const char **found, struct error *error)
{
    char self[LEDGER_OWNER_SIZE];
    struct db_query *query = NULL;
    ledger_owner(self);
    enum status status = db_prepare(
        db, "SELECT state, owner FROM ledger WHERE kind = 'batch' AND id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, id);
    status = db_step(query, error);
    const char *state = status == STATUS_OK ? arena_strdup(arena, db_text(query, 0)) : NULL;
    const char *owner = status == STATUS_OK ? arena_strdup(arena, db_text(query, 1)) : NULL;
    db_finish(query);
    if (status == STATUS_END)
        return error_set(
            error, STATUS_REJECT,
            _("There is no batch %s in this warehouse; `sohoa status` lists what there "
              "is."),
            id);
    if (status != STATUS_OK)
        return status;
    if (strcmp(state, "open") != 0)
        return error_set(error, STATUS_REJECT, _("Batch %s is closed already."), id);
    if (*owner && strcmp(owner, self) != 0 && ledger_owner_alive(owner))
        return busy(id, error);
    if (found)
        *found = owner;
    return STATUS_OK;
}

enum status pipeline_close_batch(const struct warehouse *warehouse, struct db *db,
                                 const char *batch, struct error *error)
{
    char now[26];
    struct batch facts;
    struct arena *arena = arena_new();
    const char *folder = pipeline_batch_folder(warehouse, batch, arena);
    file_now(now);
    enum status status = check_open(db, batch, arena, NULL, error);
    if (status == STATUS_OK)
        status = batch_read(folder, arena, &facts, error);
    if (status == STATUS_OK) {
        facts.ended = now;
        status = batch_write(&facts, folder, error);
    }
    if (status == STATUS_OK)
        status =
            db_do(db, error,
                  "UPDATE ledger SET state = 'closed', since = ?, held = 0, why = '', owner = '',"
                  " not_before = ? WHERE kind = 'batch' AND id = ? AND state = 'open'",
                  "sis", now, ledger_now(), batch);
    arena_free(arena);
    return status;
}

/* How many sheets have a master of one of their sides. */
static enum status count_sheets(const char *folder, struct arena *arena, int *sheets,
                                struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    int sheet = 0, last = 0; /* names come in order: "0007-1" before "0007-2" */
    *sheets = 0;
    enum status status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *page = spool_master_page(arena, names[i]);
        if (!page || sscanf(page, "%d-", &sheet) != 1)
            continue;
        *sheets += sheet != last;
        last = sheet;
    }
    return status;
}

enum status pipeline_check_sheets(const struct warehouse *warehouse, struct db *db,
                                  const char *batch, struct error *error)
{
    int sheets = 0;
    struct batch facts;
    struct error why = {""};
    struct arena *arena = arena_new();
    const char *folder = pipeline_batch_folder(warehouse, batch, arena);
    enum status status = batch_read(folder, arena, &facts, error);
    if (status == STATUS_OK)
        status = count_sheets(folder, arena, &sheets, error);
    if (status != STATUS_OK || facts.sheets_expected == 0 || facts.sheets_expected == sheets)
        goto done;
    error_set(
        &why, STATUS_REJECT,
        _("Sheets counted beforehand: %d; came in: %d. Look for the difference before the "
          "paper goes back into its box. Scan missing sheets with `sohoa scan --continue %s`, "
          "or take the batch as it is with `sohoa scan --close %s`."),
        facts.sheets_expected, sheets, batch, batch);
    status = db_do(db, error,
                   "UPDATE ledger SET held = 1, why = ?, owner = '' WHERE kind = 'batch' AND id = ?"
                   " AND state = 'open'",
                   "ss", why.text, batch);
    if (status == STATUS_OK)
        status = error_set(error, STATUS_REJECT, "%s", why.text);
done:
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- after a fault */

/* Does the batch's profile ask for both sides? Without the profile, its pages tell. */
static bool is_duplex(const struct warehouse *warehouse, const struct batch *batch, bool backs,
                      struct arena *arena)
{
    struct scan_profile profile = {0};
    struct settings *settings = settings_new();
    const char *path =
        arena_printf(arena, "%s/profiles/%s.conf", warehouse->config, batch->profile);
    settings_add(settings, "profile", scan_profile_rows, &profile);
    bool known = *batch->profile && settings_read(settings, path, NULL) == STATUS_OK;
    bool duplex = known ? profile.source == SCAN_ADF_DUPLEX : backs;
    settings_free(settings);
    return duplex;
}

enum status batch_first_missing(const struct warehouse *warehouse, const struct batch *batch,
                                struct arena *arena, int *first_sheet, int *pages,
                                struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    int last = 0, last_side = 0;
    bool backs = false;
    *pages = 0;
    enum status status =
        file_list(pipeline_batch_folder(warehouse, batch->id, arena), arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        int sheet = 0, side = 0;
        const char *page = spool_master_page(arena, names[i]);
        if (!page || sscanf(page, "%d-%d", &sheet, &side) != 2)
            continue;
        (*pages)++;
        backs = backs || side == 2;
        if (sheet > last || (sheet == last && side > last_side)) {
            last = sheet;
            last_side = side;
        }
    }
    bool half = last_side == 1 && is_duplex(warehouse, batch, backs, arena);
    *first_sheet = half ? last : last + 1;
    return status;
}

enum status pipeline_continue_batch(const struct warehouse *warehouse, struct db *db,
                                    const char *id, struct batch *batch, int *first_sheet,
                                    struct arena *arena, struct error *error)
{
    char owner[LEDGER_OWNER_SIZE];
    const char *before = "";
    int pages;
    ledger_owner(owner);
    enum status status = check_open(db, id, arena, &before, error);
    if (status == STATUS_OK)
        status = batch_read(pipeline_batch_folder(warehouse, id, arena), arena, batch, error);
    if (status == STATUS_OK)
        status = batch_first_missing(warehouse, batch, arena, first_sheet, &pages, error);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE ledger SET owner = ?, held = 0, why = ''"
                       " WHERE kind = 'batch' AND id = ? AND state = 'open' AND owner = ?",
                       "sss", owner, id, before);
    if (status == STATUS_OK && db_changes(db) == 0) /* another was quicker */
        status = busy(id, error);
    return status;
}

enum status pipeline_find_import(const struct warehouse *warehouse, struct db *db, const char *call,
                                 struct arena *arena, const char **id, struct error *error)
{
    struct db_query *query = NULL;
    *id = "";
    enum status status = db_prepare(
        db, "SELECT id, owner FROM ledger WHERE kind = 'batch' AND state = 'open' ORDER BY id",
        &query, error);
    while (status == STATUS_OK && !**id && (status = db_step(query, error)) == STATUS_OK) {
        struct batch batch;
        const char *folder = pipeline_batch_folder(warehouse, db_text(query, 0), arena);
        if ((!*db_text(query, 1) || !ledger_owner_alive(db_text(query, 1))) &&
            batch_read(folder, arena, &batch, NULL) == STATUS_OK && strcmp(batch.call, call) == 0)
            *id = batch.id;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status pipeline_drop_batch(const struct warehouse *warehouse, struct db *db, const char *id,
                                struct error *error)
{
    int first_sheet, pages = 0;
    struct arena *arena = arena_new();
    const char *folder = pipeline_batch_folder(warehouse, id, arena);
    struct batch batch = {.id = id, .profile = ""};
    enum status status = check_open(db, id, arena, NULL, error);
    if (status == STATUS_OK && file_is_folder(folder))
        status = batch_first_missing(warehouse, &batch, arena, &first_sheet, &pages, error);
    if (status == STATUS_OK && pages > 0)
        status =
            error_set(error, STATUS_REJECT,
                      _("Batch %s has %d pages; what was scanned is not thrown away."), id, pages);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "DELETE FROM ledger WHERE kind = 'batch' AND id = ? AND state = 'open'"
                       " AND NOT EXISTS (SELECT 1 FROM ledger AS p WHERE p.kind = 'page'"
                       " AND p.batch = ?)",
                       "ss", id, id);
    if (status == STATUS_OK)
        status = file_remove_tree(folder, error);
    arena_free(arena);
    return status;
}
