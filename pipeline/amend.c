#include "pipeline/amend.h"

#include <string.h>

#include "archive/store.h"
#include "core/event.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/events.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

enum { AMEND_LEASE_S = 60 };

struct amend {
    const struct warehouse *warehouse;
    struct db *db;
    struct arena *arena;
    const struct amendment *asked;
    char owner[LEDGER_OWNER_SIZE];
    struct task task, proof;
    bool taken, proof_taken;
    struct document document;
    const char *fields; /* "owner,date" */
};

/* ---------------------------------------------------------------- the rows */

/* A document that came as a package, or whose ledger was lost, has no row yet. */
static enum status add_row(struct amend *amend, const char *id, struct error *error)
{
    struct document document;
    const char *package = NULL;
    enum status status = store_find(amend->warehouse->store, id, 0, amend->arena, &package, error);
    if (status == STATUS_OK)
        status = document_read(package_part_path(amend->arena, package, PACKAGE_DOCUMENT),
                               amend->arena, &document, error);
    return status == STATUS_OK
               ? ledger_add(amend->db, "document", id, document.batch, "indexed", error)
               : status;
}

/* Its proofs, too, must not be in anybody's hands: they would make a version of their own. */
static enum status take_proof(struct amend *amend, const char *id, struct error *error)
{
    int64_t there = 0;
    bool held = false;
    enum status status =
        ledger_number(amend->db, &there, error,
                      "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND id = ?", id, NULL);
    if (status != STATUS_OK || !there)
        return status;
    status = ledger_take(amend->db, "proof", id, amend->owner, AMEND_LEASE_S, amend->arena,
                         &amend->proof, &held, error);
    amend->proof_taken = status == STATUS_OK;
    return status;
}

static enum status take(struct amend *amend, const char *id, struct error *error)
{
    bool held = false;
    int ended = 0; /* of calls like this one that were killed */
    ledger_owner(amend->owner);
    enum status status = ledger_end_leases(amend->db, &ended, error);
    if (status == STATUS_OK)
        status = add_row(amend, id, error);
    if (status == STATUS_OK)
        status = ledger_take(amend->db, "document", id, amend->owner, AMEND_LEASE_S, amend->arena,
                             &amend->task, &held, error);
    amend->taken = status == STATUS_OK;
    return status;
}

static void give_back(struct amend *amend)
{
    if (amend->taken)
        ledger_release(amend->db, &amend->task, amend->owner, NULL);
    if (amend->proof_taken)
        ledger_release(amend->db, &amend->proof, amend->owner, NULL);
    arena_free(amend->arena);
}

static enum status move_rows(struct amend *amend, const char *to, struct error *error)
{
    char now[26];
    file_now(now);
    enum status status = db_begin(amend->db, error);
    if (status == STATUS_OK)
        status = ledger_finish(amend->db, &amend->task, amend->owner, to, error);
    if (status == STATUS_OK)
        status = db_do(amend->db, error,
                       "UPDATE ledger SET state = 'waiting', level = 0, held = 0, why = '',"
                       " tries = 0, since = ?, not_before = ?, owner = '', lease_until = 0"
                       " WHERE kind = 'proof' AND id = ?",
                       "sis", now, ledger_now(), amend->task.id);
    if (status == STATUS_OK)
        return db_commit(amend->db, error);
    db_rollback(amend->db);
    return status == STATUS_END ? error_set(error, STATUS_RETRY,
                                            _("%s is being worked on at this moment; try again "
                                              "shortly."),
                                            amend->task.id)
                                : status;
}

/* ---------------------------------------------------------------- the new version */

/* What it is made from again must be there; whether it is whole is asked when it is stored. */
static enum status check_pages(struct amend *amend, struct error *error)
{
    struct spool_place place;
    enum status status =
        spool_place(amend->warehouse, &amend->document, amend->arena, &place, error);
    bool none = status == STATUS_OK && amend->document.page_count == 0;
    for (size_t i = 0; i < amend->document.page_count && status == STATUS_OK && !none; i++) {
        const struct document_page *page = &amend->document.pages[i];
        none =
            !page->file || !file_exists(file_join(amend->arena, place.masters, page->file)) ||
            !file_exists(arena_printf(amend->arena, "%s/%s.page.json", place.facts, page->name)) ||
            (!page->blank && !page->held &&
             !file_exists(spool_words(amend->arena, place.texts, page->name)));
    }
    if (none)
        return error_set(error, STATUS_REJECT,
                         _("Document %s cannot be made again: its package has not the image and "
                           "the text of each page."),
                         amend->document.id);
    return status;
}

static void note(struct amend *amend, const char *what, const char *field, const char *from,
                 const char *to)
{
    char now[26];
    file_now(now);
    document_add_act(&amend->document, amend->arena,
                     &(struct document_act){.at = arena_strdup(amend->arena, now),
                                            .actor = amend->asked->actor,
                                            .what = what,
                                            .field = field,
                                            .from = from,
                                            .to = to});
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static enum status correct(struct amend *amend, const struct amend_field *wanted,
                           struct error *error)
{
    struct document *document = &amend->document;
    const char *before = document->fields[wanted->id].value;
    enum status status = document_correct(document, amend->arena, wanted->id, wanted->value, error);
    const char *after = document->fields[wanted->id].value;
    if (status == STATUS_OK)
        status = index_check_value(amend->db, amend->warehouse->config, wanted->id, after, error);
    if (status != STATUS_OK || same(before, after))
        return status;
    note(amend, "correct", field_name(wanted->id), before, after);
    amend->fields = arena_printf(amend->arena, "%s%s%s", amend->fields, *amend->fields ? "," : "",
                                 field_name(wanted->id));
    return STATUS_OK;
}

/* Numbered on and corrected; its moment, its place and its PDF are made anew. Who amends, approves
 * what it says now. */
static enum status revise(struct amend *amend, const char *id, struct error *error)
{
    char now[26];
    const char *package = NULL;
    struct document *document = &amend->document;
    enum status status = store_find(amend->warehouse->store, id, 0, amend->arena, &package, error);
    if (status == STATUS_OK)
        status = store_next(package, amend->asked->reason, amend->arena, document, error);
    if (status == STATUS_OK)
        status = check_pages(amend, error);
    if (status != STATUS_OK)
        return status;
    document->signed_at = NULL;
    document->volume_count = 0;
    note(amend, "amend", NULL, NULL, NULL);
    for (size_t i = 0; i < amend->asked->field_count && status == STATUS_OK; i++)
        status = correct(amend, &amend->asked->fields[i], error);
    if (status == STATUS_OK && !*amend->fields && !amend->asked->sign_again)
        status = error_set(error, STATUS_REJECT,
                           _("Nothing would change: document %s says so already."), id);
    if (status != STATUS_OK || !*amend->fields)
        return status;
    file_now(now);
    document->approved_by = amend->asked->actor;
    document->approved_at = arena_strdup(amend->arena, now);
    note(amend, "approve", NULL, NULL, NULL);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- its folder */

static enum status tell(struct amend *amend, const char *folder, const char *type, const char *at,
                        const char *detail, struct error *error)
{
    const struct event event = {.type = type,
                                .at = at,
                                .agent = amend->asked->actor,
                                .agent_kind = EVENT_PERSON,
                                .outcome = "success",
                                .detail = detail};
    const char *subject = event_subject(amend->document.id, amend->document.version, amend->arena);
    return event_append(folder, subject, &event, error);
}

/* Who asked for it, as whom, and why; then what she did, by her acts in the document. */
static enum status tell_all(struct amend *amend, const char *folder, struct error *error)
{
    const struct document *document = &amend->document;
    const char *role = amend->asked->role;
    size_t first = document->act_count; /* behind her act "amend" */
    while (first > 0 && strcmp(document->acts[first - 1].what, "amend") != 0)
        first--;
    const char *detail =
        arena_printf(amend->arena, "%s%s%s%s", role && *role ? "role: " : "", role ? role : "",
                     role && *role ? "; reason: " : "reason: ", amend->asked->reason);
    enum status status =
        tell(amend, folder, EVENT_AMENDMENT, document->acts[first - 1].at, detail, error);
    for (size_t i = first; i < document->act_count && status == STATUS_OK; i++) {
        const struct document_act *act = &document->acts[i];
        status = tell(amend, folder, act->field ? EVENT_CORRECTION : EVENT_APPROVAL, act->at,
                      act->field, error);
    }
    return status;
}

static enum status lay(struct amend *amend, struct error *error)
{
    const char *final = spool_amended(amend->warehouse, amend->document.id, amend->arena);
    const char *part = arena_printf(amend->arena, "%s.part", final);
    enum status status = /* of a call that was killed */
        spool_clear_amended(amend->warehouse, amend->document.id, amend->arena, error);
    if (status == STATUS_OK)
        status = file_remove_tree(part, error);
    if (status == STATUS_OK)
        status = file_mkdirs(part, error);
    if (status == STATUS_OK)
        status = tell_all(amend, part, error);
    if (status == STATUS_OK)
        status =
            document_write(&amend->document, file_join(amend->arena, part, "document.json"), error);
    return status == STATUS_OK ? file_rename(part, final, error) : status;
}

/* ---------------------------------------------------------------- the acts */

static enum status not_indexed(const struct amend *amend, const char *id, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("Document %s is on its way: its state is “%s”. `sohoa run` brings it to its "
                       "end; what is held, `sohoa review` tells."),
                     id, message(step_find(&pipeline_table, "document", amend->task.state)->label));
}

enum status amend_document(const struct warehouse *warehouse, struct db *db, const char *id,
                           const struct amendment *amendment, int *version, struct error *error)
{
    struct amend amend = {
        .warehouse = warehouse, .db = db, .arena = arena_new(), .asked = amendment, .fields = ""};
    enum status status = take(&amend, id, error);
    if (status == STATUS_OK && strcmp(amend.task.state, "indexed") != 0)
        status = not_indexed(&amend, id, error);
    if (status == STATUS_OK)
        status = take_proof(&amend, id, error);
    if (status == STATUS_OK)
        status = revise(&amend, id, error);
    if (status == STATUS_OK)
        status = lay(&amend, error);
    if (status == STATUS_OK)
        status = pipeline_record(warehouse, "amend", id,
                                 arena_printf(amend.arena, "fields=%s version=%d supersedes=v%d",
                                              amend.fields, amend.document.version,
                                              amend.document.version - 1),
                                 error);
    if (status == STATUS_OK)
        status = move_rows(&amend, "approved", error);
    *version = amend.document.version;
    give_back(&amend);
    return status;
}

static const struct document_act *last_amend(const struct document *document)
{
    for (size_t i = document->act_count; i-- > 0;)
        if (strcmp(document->acts[i].what, "amend") == 0)
            return &document->acts[i];
    return NULL;
}

/* Two offices may amend one paper within the same second, under one name. */
static bool say_the_same(const struct document *one, const struct document *other)
{
    for (int id = 0; id < FIELD_COUNT; id++)
        if (!same(one->fields[id].value, other->fields[id].value))
            return false;
    return true;
}

/* Is what is amended in the store already? A version of that number that came as a package in the
 * meantime is another one, in the way of which it can never come there. */
static bool is_stored(struct amend *amend, const char *id)
{
    struct document stored;
    const char *package = NULL;
    if (store_find(amend->warehouse->store, id, amend->document.version, amend->arena, &package,
                   NULL) != STATUS_OK)
        return false;
    if (document_read(package_part_path(amend->arena, package, PACKAGE_DOCUMENT), amend->arena,
                      &stored, NULL) != STATUS_OK)
        return true;
    const struct document_act *ours = last_amend(&amend->document), *its = last_amend(&stored);
    return !ours || (its && same(ours->at, its->at) && same(ours->actor, its->actor) &&
                     say_the_same(&amend->document, &stored));
}

/* Row first, then the files: without its row nobody goes on with them. */
enum status amend_withdraw(const struct warehouse *warehouse, struct db *db, const char *id,
                           struct error *error)
{
    struct amend amend = {.warehouse = warehouse, .db = db, .arena = arena_new()};
    const char *folder = spool_amended(warehouse, id, amend.arena);
    enum status status = take(&amend, id, error);
    bool on_its_way =
        status == STATUS_OK && strcmp(amend.task.state, "indexed") != 0 && file_is_folder(folder);
    if (on_its_way)
        status = document_read(file_join(amend.arena, folder, "document.json"), amend.arena,
                               &amend.document, error);
    if (status == STATUS_OK && (!on_its_way || is_stored(&amend, id)))
        status =
            error_set(error, STATUS_REJECT,
                      _("Document %s is not being amended; there is nothing to take back."), id);
    if (status == STATUS_OK)
        status = pipeline_record(
            warehouse, "amend", id,
            arena_printf(amend.arena, "withdrawn version=%d", amend.document.version), error);
    if (status == STATUS_OK)
        status = move_rows(&amend, "indexed", error);
    if (status == STATUS_OK)
        status = spool_clear_amended(warehouse, id, amend.arena, error);
    give_back(&amend);
    return status;
}
