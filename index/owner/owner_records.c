/* What people decide about owners, as rows (index/owner.h tells the records). */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "index/owner/owner_private.h"

struct act {
    struct db *db;
    struct arena *arena;
    const struct record *record;
};

static void begin(struct act *act, struct db *db, const struct record *record)
{
    *act = (struct act){.db = db, .arena = arena_new(), .record = record};
}

static enum status end(struct act *act, enum status status)
{
    arena_free(act->arena);
    return status;
}

static enum status read_mention(struct act *act, const json_t *value, const char **document,
                                int64_t *ordinal, struct error *error)
{
    char id[37];
    const char *text = json_string_value(value);
    if (!text || !owner_mention_name(text, id, ordinal))
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" names no owner; it looks like <document id>.0"),
                         text ? text : "");
    *document = arena_strdup(act->arena, id);
    return STATUS_OK;
}

struct named {
    const char *document, *other, *digits, *from, *to, *proof;
    int64_t ordinal, other_ordinal;
};

static enum status put(struct act *act, const struct named *named, struct error *error)
{
    const struct record *record = act->record;
    struct db_query *query = NULL;
    enum status status = db_prepare(
        act->db,
        "INSERT INTO owner_act (record, kind, document_id, ordinal, other_document, other_ordinal,"
        " digits, valid_from, valid_to, proof, reason, at, actor, undone)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, record->number);
    db_bind_text(query, 2, record->kind);
    db_bind_text(query, 3, named->document);
    db_bind_int(query, 4, named->ordinal);
    db_bind_text(query, 5, named->other);
    db_bind_int(query, 6, named->other_ordinal);
    db_bind_text(query, 7, named->digits);
    db_bind_text(query, 8, named->from);
    db_bind_text(query, 9, named->to);
    db_bind_text(query, 10, named->proof);
    db_bind_text(query, 11, json_text(record->data, "reason", act->arena));
    db_bind_text(query, 12, record->at);
    db_bind_text(query, 13, record->actor);
    status = db_step(query, error);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The owners of everybody whom the record names. */
static enum status settle(struct act *act, int64_t record, struct error *error)
{
    struct db_query *query = NULL;
    int64_t *ids = NULL, id = 0;
    const char **names = NULL;
    size_t count = 0, room = 0, found = 0;
    enum status status = db_prepare(
        act->db,
        "SELECT document_id, ordinal FROM owner_act WHERE record = ? UNION SELECT other_document,"
        " other_ordinal FROM owner_act WHERE record = ? AND other_document IS NOT NULL",
        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, record);
    db_bind_int(query, 2, record);
    while ((status = db_step(query, error)) == STATUS_OK) {
        if (count == room) {
            room = room ? 2 * room : 16;
            ids = memory_resize(ids, room * sizeof *ids);
            names = memory_resize(names, room * sizeof *names);
        }
        names[count] = arena_strdup(act->arena, db_text(query, 0));
        ids[count++] = db_int(query, 1);
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = mention_find(act->db, names[i], ids[i], &id, error);
        if (status == STATUS_OK)
            ids[found++] = id;
        status = status == STATUS_END ? STATUS_OK : status; /* its package comes later */
    }
    if (status == STATUS_OK)
        status = owners_settle(act->db, ids, found, error);
    free(ids);
    free(names);
    return status;
}

enum status owner_merge_apply(struct db *db, const struct record *record, struct error *error)
{
    struct act act;
    struct named named = {0};
    begin(&act, db, record);
    enum status status = read_mention(&act, json_object_get(record->data, "owner"), &named.document,
                                      &named.ordinal, error);
    if (status == STATUS_OK)
        status = read_mention(&act, json_object_get(record->data, "other"), &named.other,
                              &named.other_ordinal, error);
    if (status == STATUS_OK)
        status = put(&act, &named, error);
    if (status == STATUS_OK)
        status = settle(&act, record->number, error);
    return end(&act, status);
}

enum status owner_split_apply(struct db *db, const struct record *record, struct error *error)
{
    struct act act;
    const json_t *mentions = json_object_get(record->data, "mentions");
    enum status status = STATUS_OK;
    begin(&act, db, record);
    if (json_array_size(mentions) == 0)
        status = error_set(error, STATUS_REJECT, _("no mention is named that should be taken out"));
    for (size_t i = 0; i < json_array_size(mentions) && status == STATUS_OK; i++) {
        struct named named = {0};
        status =
            read_mention(&act, json_array_get(mentions, i), &named.document, &named.ordinal, error);
        if (status == STATUS_OK)
            status = put(&act, &named, error);
    }
    if (status == STATUS_OK)
        status = settle(&act, record->number, error);
    return end(&act, status);
}

static enum status check_days(const char *from, const char *to, struct error *error)
{
    char iso[11];
    if ((from && !text_date(from, iso)) || (to && !text_date(to, iso)))
        return error_set(error, STATUS_REJECT,
                         _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                         from && !text_date(from, iso) ? from : to);
    if (from && to && strcmp(from, to) > 0)
        return error_set(error, STATUS_REJECT, _("it ends (%s) before it begins (%s)"), to, from);
    return STATUS_OK;
}

enum status owner_id_apply(struct db *db, const struct record *record, struct error *error)
{
    struct act act;
    struct named named = {0};
    enum status status = STATUS_OK;
    begin(&act, db, record);
    named.digits = json_text(record->data, "digits", act.arena);
    named.from = json_text(record->data, "from", act.arena);
    named.to = json_text(record->data, "to", act.arena);
    named.proof = json_text(record->data, "proof", act.arena);
    enum identifier_fault fault = identifier_fault(named.digits ? named.digits : "", NULL, 0);
    if (!named.digits || !identifier_is_strong(identifier_kind(named.digits), fault))
        status = error_set(error, STATUS_REJECT, _("the number is no CMND, CCCD or tax number: %s"),
                           identifier_fault_label(named.digits ? fault : ID_WRONG_LENGTH));
    if (status == STATUS_OK && (!named.proof || !*named.proof))
        status = error_set(error, STATUS_REJECT,
                           _("which paper proves it? Name the document (--proof)"));
    if (status == STATUS_OK)
        status = check_days(named.from, named.to, error);
    if (status == STATUS_OK)
        status = read_mention(&act, json_object_get(record->data, "owner"), &named.document,
                              &named.ordinal, error);
    if (status == STATUS_OK)
        status = put(&act, &named, error);
    if (status == STATUS_OK)
        status = settle(&act, record->number, error);
    return end(&act, status);
}

enum status owner_undo_apply(struct db *db, const struct record *record, struct error *error)
{
    struct act act;
    int64_t number = json_int(record->data, "record", 0), undone = 0;
    begin(&act, db, record);
    enum status status = db_first_int(act.db, &undone, error,
                                      "SELECT undone FROM owner_act WHERE record = ?", "i", number);
    if (status == STATUS_END)
        status = error_set(error, STATUS_REJECT,
                           _("record %lld joined or split no owners; 'sohoa owner show' names the "
                             "records"),
                           (long long)number);
    if (status == STATUS_OK && undone)
        status =
            error_set(error, STATUS_REJECT, _("record %lld was taken back already, by record %lld"),
                      (long long)number, (long long)undone);
    if (status == STATUS_OK)
        status = db_do(act.db, error, "UPDATE owner_act SET undone = ? WHERE record = ?", "ii",
                       record->number, number);
    if (status == STATUS_OK)
        status = settle(&act, number, error);
    return end(&act, status);
}
