/* What a person says of a paper that is there twice. */
#include <string.h>

#include "account/twins.h"
#include "core/json.h"
#include "core/message.h"
#include "pipeline/records.h"
#include "pipeline/review_act.h"
#include "pipeline/spool.h"
#include "pipeline/twins.h"

static enum status say(const struct warehouse *warehouse, struct db *db, const char *id, bool same,
                       const char *other, const char *reason, struct error *error)
{
    json_t *data = json_pack("{s:s, s:b}", "document", id, "same", (int)same);
    json_put_text(data, "other", other);
    json_put_text(data, "reason", reason);
    enum status status = pipeline_record_add(warehouse, db, KIND_TWIN, data, NULL, error);
    if (status == STATUS_OK)
        status = pipeline_record(warehouse, "twin", id, same ? "same" : "another", error);
    json_decref(data);
    return status;
}

static enum status no_twin(const char *id, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("No other document has the type, number, day and owner of %s; there is "
                       "nothing to say."),
                     id);
}

static bool is_one_of(const char *state, const char *states)
{
    return strstr(states, state) != NULL;
}

/* ---------------------------------------------------------------- in the spool */

static enum status set_aside(struct act *act, const char *reason, struct error *error)
{
    const char *twin = NULL;
    enum status status = twins_claim(act->db, &act->document, act->arena, &twin, error);
    if (status == STATUS_OK && !twin)
        status = no_twin(act->task.id, error);
    if (status == STATUS_OK)
        status = say(act->warehouse, act->db, act->task.id, true, twin, reason, error);
    if (status == STATUS_OK) {
        act_note(act, "aside", NULL, NULL, twin);
        status = spool_write_document(act->warehouse, &act->document, error);
    }
    if (status == STATUS_OK)
        status = twins_let_go(act->db, act->task.id, error);
    return status == STATUS_OK ? ledger_finish(act->db, &act->task, act->owner, "aside", error)
                               : status;
}

/* One that was set aside is held again, as it was understood, for its approval. */
static enum status call_another(struct act *act, const char *reason, struct error *error)
{
    const char *twin = NULL;
    enum twin_state said = TWIN_OPEN;
    bool aside = strcmp(act->task.state, "aside") == 0;
    enum status status = twin_said(act->db, act->task.id, &said, error);
    if (status == STATUS_OK)
        status = twins_claim(act->db, &act->document, act->arena, &twin, error);
    if (status == STATUS_OK && !twin && !aside && said != TWIN_ANOTHER)
        status = no_twin(act->task.id, error);
    if (status == STATUS_OK && said != TWIN_ANOTHER) /* else it was stopped behind its record */
        status = say(act->warehouse, act->db, act->task.id, false, twin, reason, error);
    if (status == STATUS_OK) {
        act_note(act, "another", NULL, NULL, twin);
        act->document.approved_by = act->document.approved_at = NULL;
        status = spool_write_document(act->warehouse, &act->document, error);
    }
    if (status == STATUS_OK && aside)
        status = db_do(act->db, error,
                       "UPDATE ledger SET state = 'understood', tries = 0 WHERE kind = 'document'"
                       " AND id = ? AND owner = ?",
                       "ss", act->task.id, act->owner);
    act->task.state = "understood";
    return status == STATUS_OK ? act_judge(act, error) : status;
}

/* ---------------------------------------------------------------- in the store */

/* Of what is in the store, or on its way there, only that it counts or does not is said. */
static enum status say_of_stored(const struct warehouse *warehouse, struct db *db, const char *id,
                                 bool same, const char *reason, struct arena *arena,
                                 struct error *error)
{
    const struct account_at now = account_now("");
    struct twin twin;
    enum status status = twin_find(db, &now, id, arena, &twin, error);
    if (status == STATUS_OK && !twin.document)
        status = no_twin(id, error);
    return status == STATUS_OK ? say(warehouse, db, id, same, twin.other, reason, error) : status;
}

enum status review_twin(const struct warehouse *warehouse, struct db *db, const char *document_id,
                        bool same, const char *reason, const char *actor, struct error *error)
{
    struct act act = {.warehouse = warehouse, .db = db, .actor = actor};
    struct arena *arena = arena_new();
    const char *state = NULL;
    enum status status = ledger_state(db, document_id, arena, &state, error);
    if (status == STATUS_OK && !state)
        status =
            error_set(error, STATUS_REJECT, _("There is no document with the id %s."), document_id);
    if (status == STATUS_OK && !is_one_of(state, "formed understood aside"))
        status = say_of_stored(warehouse, db, document_id, same, reason, arena, error);
    else if (status == STATUS_OK) {
        status = act_begin(&act, document_id, same ? "understood" : "understood aside", error);
        if (status == STATUS_OK)
            status = same ? set_aside(&act, reason, error) : call_another(&act, reason, error);
        status = act_end(&act, status);
    }
    arena_free(arena);
    return status;
}
