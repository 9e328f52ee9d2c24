#include "index/validity.h"

#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "index/day.h"
#include "index/catalog/facet_rows.h"

static const char *const names[STATE_COUNT] = {"draft",    "checked",    "signed",
                                               "returned", "superseded", "revoked"};

const char *validity_state_name(enum validity_state state)
{
    return names[state < STATE_COUNT ? state : STATE_DRAFT];
}

const char *validity_state_label(enum validity_state state)
{
    switch (state) {
    case STATE_DRAFT:
    case STATE_COUNT:
        break;
    case STATE_CHECKED:
        return _("checked");
    case STATE_SIGNED:
        return _("signed");
    case STATE_RETURNED:
        return _("returned");
    case STATE_SUPERSEDED:
        return _("superseded");
    case STATE_REVOKED:
        return _("revoked");
    }
    return _("draft");
}

enum validity_state validity_state_find(const char *name)
{
    int state = 0;
    while (state < STATE_COUNT && strcmp(names[state], name) != 0)
        state++;
    return (enum validity_state)state;
}

static bool is_among(const char *value, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, value) == 0)
            return true;
    return false;
}

struct act {
    const char *document, *act, *day, *other, *from, *to, *reason;
};

static enum status check(const struct act *act, struct error *error)
{
    static const char *const acts[] = {"revoke", "supersede", "return", "limit", "restore", NULL};
    static const char *const dated[] = {"revoke", "supersede", "return", NULL};
    if (!act->document || strlen(act->document) != 36)
        return error_set(error, STATUS_REJECT, _("\"%s\" is no id of a document"),
                         act->document ? act->document : "");
    if (!act->act || !is_among(act->act, acts))
        return error_set(error, STATUS_REJECT,
                         _("what becomes of the paper? revoke, supersede, return, limit or "
                           "restore, not '%s'"),
                         act->act ? act->act : "");
    if (is_among(act->act, dated) && !day_is(act->day))
        return error_set(error, STATUS_REJECT,
                         _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                         act->day ? act->day : "");
    if (strcmp(act->act, "supersede") == 0 &&
        (!act->other || strlen(act->other) != 36 || strcmp(act->other, act->document) == 0))
        return error_set(error, STATUS_REJECT,
                         _("which document takes its place? Give its id, and not its own"));
    if (strcmp(act->act, "limit") == 0 && !act->from && !act->to)
        return error_set(error, STATUS_REJECT, _("from when, or until when, is it in force?"));
    if ((act->from && !day_is(act->from)) ||
        (act->to && !day_is(act->to) && strcmp(act->to, "unlimited") != 0))
        return error_set(error, STATUS_REJECT,
                         _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                         act->from && !day_is(act->from) ? act->from : act->to);
    if (act->from && act->to && strcmp(act->from, act->to) > 0)
        return error_set(error, STATUS_REJECT, _("it ends (%s) before it begins (%s)"), act->to,
                         act->from);
    return STATUS_OK;
}

enum status validity_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    const struct act act = {
        json_text(record->data, "document", arena), json_text(record->data, "act", arena),
        json_text(record->data, "day", arena),      json_text(record->data, "other", arena),
        json_text(record->data, "from", arena),     json_text(record->data, "to", arena),
        json_text(record->data, "reason", arena)};
    enum status status = check(&act, error);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "INSERT INTO validity_act (record, document_id, act, day, other,"
                       " valid_from, valid_to, reason, at, actor)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "isssssssss", record->number, act.document, act.act, act.day ? act.day : "",
                       act.other, act.from, act.to, act.reason, record->at, record->actor);
    if (status == STATUS_OK)
        status = facets_refresh(db, act.document, NULL, error);
    arena_free(arena);
    return status;
}
