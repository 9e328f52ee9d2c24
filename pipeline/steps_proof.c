/*
 * What a signed document still needs after it is in the store: time-stamps and evidence from
 * authorities that may be away. Never in the way of other work, never given up, never forgotten.
 *
 * Each advance is a new version of the package, which shares all other files with the one before.
 */
#include <string.h>

#include "archive/store.h"
#include "core/event.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/ledger.h"
#include "pipeline/steps.h"

#define NOT_DONE "state NOT IN ('sealed', 'unsigned')"

bool proof_wanted(const struct warehouse *warehouse)
{
    const struct archive_settings *archive = &warehouse->archive;
    return archive->sign && archive->tsa && *archive->tsa && archive->level > ARCHIVE_B_B;
}

/* ---------------------------------------------------------------- the next version */

/* A volume's new PDF and its pass record, when folder has them. */
static size_t add_volume(struct work *work, const char *folder, int volume,
                         struct store_item *items)
{
    size_t count = 0;
    const enum package_part parts[] = {PACKAGE_PDF, PACKAGE_CHECK};
    for (size_t i = 0; i < 2; i++) {
        const char *to = package_volume(parts[i], volume, work->arena);
        const char *from = file_join(work->arena, folder, file_name(to));
        if (file_exists(from))
            items[count++] = (struct store_item){from, to};
    }
    return count;
}

/* Numbers of a document's PDFs: 0, or 1 to as many as it was split into. */
static int first_volume(const struct document *document)
{
    return document->volume_count > 0 ? 1 : 0;
}

/* The next version of package, with what lies in folder. level: what it has now; detail: what that
 * brings, in a few words. unrecorded: it is stored, and the journal could not be told. */
static enum status proof_store(struct work *work, const char *package,
                               const struct document *document, const char *folder,
                               enum archive_level level, const char *detail, bool *unrecorded,
                               struct error *error)
{
    static const char *const types[] = {"timestamp", "timestamp", "evidence", "sealing"};
    const struct warehouse *warehouse = work->warehouse;
    const char *stored = NULL;
    char now[26];
    file_now(now);
    const struct event event = {.type = types[level],
                                .at = now,
                                .agent = EVENT_SOHOA,
                                .agent_kind = EVENT_SOFTWARE,
                                .outcome = "success",
                                .detail = detail,
                                .object = package_part(PACKAGE_PDF)};
    size_t count = 0;
    struct store_item *items =
        arena_array(work->arena, 2 * document->volume_count + 2, sizeof *items);
    for (int i = first_volume(document); i <= (int)document->volume_count; i++)
        count += add_volume(work, folder, i, items + count);
    *unrecorded = true; /* from here on: a version may be in its place though storing failed */
    enum status status = store_revise(warehouse->store, warehouse->config, package, NULL, detail,
                                      items, count, &event, 1, work->arena, &stored, error);
    if (status == STATUS_OK)
        status = pipeline_record_package(warehouse, "prove", stored, detail, error);
    *unrecorded = status != STATUS_OK;
    return status;
}

/* ---------------------------------------------------------------- the steps */

/* What is wrong with the set-up or an authority is no reason to stop other work; what no authority
 * can mend is this document's own and needs a person. */
static enum status waits(enum status status)
{
    return status == STATUS_FATAL ? STATUS_RETRY : status == STATUS_END ? STATUS_REJECT : status;
}

/* Where a document's new files lie until they are stored. */
static const char *proof_folder(const struct warehouse *warehouse, const char *id,
                                struct arena *arena)
{
    return arena_printf(arena, "%s/proofs/%s", warehouse->root, id);
}

/* Its newest version is proven anew, whatever it has. */
static enum status renew_volume(struct work *work, struct prover *prover, const char *package,
                                const char *folder, int volume, bool *wrote, struct error *error)
{
    struct arena *arena = work->arena;
    const char *part = package_volume(PACKAGE_PDF, volume, arena);
    const char *record = file_name(package_volume(PACKAGE_CHECK, volume, arena));
    const char *to = file_join(arena, folder, file_name(part));
    enum status status = archive_renew(prover, package_path(arena, package, part), to, error);
    if (status == STATUS_OK)
        status = archive_pass(to, NULL, NULL, file_join(arena, folder, record), error);
    *wrote = status == STATUS_OK;
    return status;
}

/* One PDF of the document. *reached: what it has now; *wrote: something new lies in folder. */
static enum status advance_volume(struct work *work, struct prover *prover, const char *package,
                                  const char *folder, int volume, enum archive_level *reached,
                                  bool *wrote, struct error *why, struct error *error)
{
    struct arena *arena = work->arena;
    enum archive_level target = (enum archive_level)work->warehouse->archive.level;
    const char *part = package_volume(PACKAGE_PDF, volume, arena);
    const char *record = file_name(package_volume(PACKAGE_CHECK, volume, arena));
    const char *to = file_join(arena, folder, file_name(part));
    enum status status =
        archive_prove(prover, package_path(arena, package, part), to, target, reached, wrote, why);
    if (*wrote &&
        archive_pass(to, NULL, NULL, file_join(arena, folder, record), error) != STATUS_OK)
        return STATUS_REJECT;
    return status;
}

/* What came of an advance. */
struct advance {
    enum archive_level reached;
    bool stored;     /* there is a new version */
    bool unrecorded; /* and the journal may not know it */
};

/* Everything as far as it goes today; what was reached is stored also when that is not all. */
static enum status advance_all(struct work *work, struct prover *prover, const char *package,
                               const char *folder, bool renew, struct advance *out,
                               struct error *error)
{
    enum archive_level *reached = &out->reached;
    struct document document;
    struct error why = {""};
    const char *json = package_part_path(work->arena, package, PACKAGE_DOCUMENT);
    bool anything = false;
    enum status outcome = STATUS_OK;
    enum status status = document_read(json, work->arena, &document, error);
    *reached = ARCHIVE_B_LTA;
    for (int i = first_volume(&document);
         status == STATUS_OK && outcome == STATUS_OK && i <= (int)document.volume_count; i++) {
        enum archive_level level = ARCHIVE_B_B;
        bool wrote = false;
        struct error fault = {""};
        if (renew)
            outcome = renew_volume(work, prover, package, folder, i, &wrote, &why);
        else
            outcome =
                advance_volume(work, prover, package, folder, i, &level, &wrote, &why, &fault);
        if (renew)
            level = ARCHIVE_B_LTA;
        if (*fault.text)
            status = error_set(error, STATUS_REJECT, "%s", fault.text);
        anything |= wrote;
        *reached = level < *reached ? level : *reached;
    }
    if (status == STATUS_OK && anything)
        status = proof_store(work, package, &document, folder, *reached,
                             arena_printf(work->arena, "PAdES %s", archive_level_name(*reached)),
                             &out->unrecorded, error);
    out->stored = status == STATUS_OK && anything;
    if (status != STATUS_OK) {
        *reached = ARCHIVE_B_B; /* what is not stored was not reached */
        return status;
    }
    if (outcome != STATUS_OK && error)
        *error = why;
    return outcome;
}

/* The rows of a new version whose step goes no further now: it is there, and is to be found. */
static void rows_at_once(struct work *work)
{
    struct error error = {""};
    enum status status = db_begin(work->db, &error);
    if (status == STATUS_OK)
        status = step_proof_rows(work, &error);
    status = db_end(work->db, status, &error);
    if (status != STATUS_OK) /* the next run enters it */
        log_write(LOG_WARNING, "proof %s: rows: %s", work->task->id, error.text);
}

/* Stopped between storing and the rows: the catalogue does not have the version that it became. */
static enum status is_stored(struct work *work, const char *package, bool *stored,
                             struct error *error)
{
    int known = 0;
    enum status status = index_version(work->db, work->task->id, &known, error);
    *stored = status == STATUS_OK && known > 0 && store_version(file_name(package)) > known;
    return status;
}

/* Also what was reached of less than was wanted is an advance; why it is not all, the next step
 * finds. */
static enum status advance(struct work *work, struct prover *prover, enum archive_level least,
                           bool renew, struct error *error)
{
    struct advance *done = arena_alloc(work->arena, sizeof *done);
    const char *package = NULL;
    bool stored = false;
    const char *folder = proof_folder(work->warehouse, work->task->id, work->arena);
    *done = (struct advance){.reached = ARCHIVE_B_B};
    enum status status =
        store_find(work->warehouse->store, work->task->id, 0, work->arena, &package, error);
    /* Stopped between storing and the journal's entry: it comes now. */
    if (status == STATUS_OK && file_is_folder(folder))
        status = pipeline_record_package(work->warehouse, "prove", package, "", error);
    if (status == STATUS_OK && (status = file_remove_tree(folder, error)) == STATUS_OK)
        status = file_mkdirs(folder, error);
    if (status == STATUS_OK && renew)
        status = is_stored(work, package, &stored, error);
    if (status == STATUS_OK && stored)
        done->reached = ARCHIVE_B_LTA;
    else if (status == STATUS_OK)
        status = advance_all(work, prover, package, folder, renew, done, error);
    if (!done->unrecorded) /* else the next one enters it first */
        file_remove_tree(folder, NULL);
    work->made = &done->reached;
    bool far = !renew && done->reached >= least &&
               (status == STATUS_RETRY || status == STATUS_END ||
                (status == STATUS_REJECT && done->stored));
    if (status != STATUS_OK && !far && done->stored)
        rows_at_once(work);
    return far ? STATUS_OK : status;
}

/* The level it is known to have, by the ledger. */
static enum status known_level(struct work *work, int64_t *level, struct error *error)
{
    return ledger_number(work->db, level, error,
                         "SELECT level FROM ledger WHERE kind = 'proof' AND id = ?", work->task->id,
                         NULL);
}

static enum status prove(struct work *work, enum archive_level least, bool renew,
                         struct error *error)
{
    struct prover *prover = NULL;
    const int wanted = work->warehouse->archive.level;
    int64_t level = 0;
    enum status status = known_level(work, &level, error);
    if (status != STATUS_OK)
        return status;
    if (!renew && (wanted < (int)least || level >= wanted))
        return STATUS_OK; /* the settings ask for no more */
    status = tools_prover(work, &prover, error);
    if (status == STATUS_OK)
        prover_try(prover, work->task->tries);
    if (status == STATUS_OK && strcmp(work->task->state, "timestamped") != 0)
        status = prover_rests(prover, error); /* before the file is looked at for nothing */
    if (status == STATUS_OK)
        status = advance(work, prover, least, renew, error);
    return waits(status);
}

enum status step_stamp(struct work *work, struct error *error)
{
    return prove(work, ARCHIVE_B_T, false, error);
}

enum status step_evidence(struct work *work, struct error *error)
{
    return prove(work, ARCHIVE_B_LT, false, error);
}

enum status step_seal(struct work *work, struct error *error)
{
    return prove(work, ARCHIVE_B_LTA, false, error);
}

enum status step_renew(struct work *work, struct error *error)
{
    return prove(work, ARCHIVE_B_LTA, true, error);
}

/* The catalogue's row, and the level that was reached. */
enum status step_proof_rows(struct work *work, struct error *error)
{
    const enum archive_level *reached = work->made;
    if (!reached) /* nothing was to be done */
        return STATUS_OK;
    enum status status = step_index_rows(work, error);
    return status == STATUS_OK
               ? db_do(work->db, error,
                       "UPDATE ledger SET level = ? WHERE kind = 'proof' AND id = ?", "is",
                       (int64_t)*reached, work->task->id)
               : status;
}

/* ---------------------------------------------------------------- all that waits, now */

enum status pipeline_prove_all(const struct warehouse *warehouse, struct db *db,
                               struct error *error)
{
    char now[26];
    file_now(now);
    if (!proof_wanted(warehouse))
        return error_set(error, STATUS_REJECT,
                         _("No time-stamp authority is set: give its URL in archive.tsa."));
    /* Documents from before an authority was set get their row; sealed ones whose level the
     * settings have raised since are looked at again, and so is what was held. */
    enum status status = db_do(db, error,
                               "INSERT INTO ledger (kind, id, batch, state, since, not_before)"
                               " SELECT 'proof', d.id, d.batch, 'waiting', ?, ? FROM ledger AS d"
                               " WHERE d.kind = 'document' AND d.state = 'indexed'"
                               " ON CONFLICT (kind, id) DO NOTHING",
                               "si", now, ledger_now());
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE ledger SET state = 'waiting', since = ?, why = ''"
                       " WHERE kind = 'proof' AND state = 'sealed' AND level < ? AND owner = ''",
                       "si", now, (int64_t)warehouse->archive.level);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE ledger SET not_before = ?, held = 0,"
                       " tries = CASE WHEN held = 1 THEN 0 ELSE tries END"
                       " WHERE kind = 'proof' AND " NOT_DONE " AND owner = ''",
                       "i", ledger_now());
    return status;
}

/* ---------------------------------------------------------------- how far all have come */

static enum status count_states(struct db *db, struct pipeline_proofs *out, struct error *error)
{
    const struct {
        const char *state;
        int64_t *count;
    } states[] = {{"waiting", &out->waiting},
                  {"timestamped", &out->timestamped},
                  {"evidenced", &out->evidenced},
                  {"aging", &out->aging},
                  {"sealed", &out->sealed}};
    enum status status =
        ledger_number(db, &out->held, error,
                      "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND held = 1", NULL);
    for (size_t i = 0; i < sizeof states / sizeof *states && status == STATUS_OK; i++)
        status = ledger_number(db, states[i].count, error,
                               "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND held = 0"
                               " AND state = ?",
                               states[i].state, NULL);
    out->left = out->waiting + out->timestamped + out->evidenced + out->aging;
    return status;
}

enum status pipeline_proofs(struct db *db, struct arena *arena, struct pipeline_proofs *out,
                            struct error *error)
{
    struct db_query *query = NULL;
    *out = (struct pipeline_proofs){.since = "", .why = ""};
    enum status status = count_states(db, out, error);
    if (status == STATUS_OK && out->left > 0)
        status = db_prepare(db,
                            "SELECT since, why FROM ledger WHERE kind = 'proof' AND held = 0"
                            " AND " NOT_DONE " ORDER BY since, why = '', id LIMIT 1",
                            &query, error);
    if (query && (status = db_step(query, error)) == STATUS_OK) {
        out->since = arena_strdup(arena, db_text(query, 0));
        out->why = arena_strdup(arena, db_text(query, 1));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status pipeline_proofs_left(struct db *db, struct arena *arena, struct pipeline_proof **items,
                                 size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    int64_t all = 0;
    *count = 0;
    enum status status = ledger_number(
        db, &all, error, "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND " NOT_DONE, NULL);
    *items = arena_array(arena, (size_t)all + 1, sizeof **items);
    if (status == STATUS_OK)
        status = db_prepare(db,
                            "SELECT id, state, why, since, held FROM ledger WHERE kind = 'proof'"
                            " AND " NOT_DONE " ORDER BY held DESC, since, id",
                            &query, error);
    while (status == STATUS_OK && *count < (size_t)all &&
           (status = db_step(query, error)) == STATUS_OK) {
        struct pipeline_proof *item = &(*items)[(*count)++];
        item->id = arena_strdup(arena, db_text(query, 0));
        item->state = arena_strdup(arena, db_text(query, 1));
        item->why = arena_strdup(arena, db_text(query, 2));
        item->since = arena_strdup(arena, db_text(query, 3));
        item->held = db_int(query, 4) != 0;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
