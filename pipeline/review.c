/* A person's acts on what is held. Each takes the row first, so that no worker has it at the same
 * time; then the file, then the row. */
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/gain.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/policy.h"
#include "pipeline/review_act.h"
#include "pipeline/spool.h"
#include "pipeline/twins.h"

enum { REVIEW_LEASE_S = 60 };

/* ---------------------------------------------------------------- looking */

static const char *path_of(const struct warehouse *warehouse, const char *kind, const char *id,
                           const char *batch, struct arena *arena)
{
    const char *folder = pipeline_batch_folder(warehouse, batch, arena);
    if (strcmp(kind, "document") == 0)
        return file_join(arena, spool_document_folder(warehouse, batch, id, arena),
                         "document.json");
    if (strcmp(kind, "batch") == 0)
        return folder;
    if (strcmp(kind, "proof") == 0) {
        const char *package = "";
        store_find(warehouse->store, id, 0, arena, &package, NULL);
        return package;
    }
    const char *name = spool_page_name(id);
    const char *jpeg = arena_printf(arena, "%s/%s.scan.jpg", folder, name);
    return file_exists(jpeg) ? jpeg : arena_printf(arena, "%s/%s.scan.tif", folder, name);
}

/* A file that cannot be read gains nothing here; its item says itself what is wrong. */
static double gain_of(const struct held_item *item)
{
    struct document document;
    struct arena *arena = arena_new();
    bool read = strcmp(item->kind, "document") == 0 &&
                document_read(item->path, arena, &document, NULL) == STATUS_OK;
    double gain = read ? document_gain(&document) : 0;
    arena_free(arena);
    return gain;
}

static int by_gain(const void *a, const void *b)
{
    const struct held_item *left = a, *right = b;
    bool one = strcmp(left->kind, "document") == 0, two = strcmp(right->kind, "document") == 0;
    if (one != two)
        return one ? 1 : -1;
    if (left->gain < right->gain || left->gain > right->gain)
        return left->gain < right->gain ? 1 : -1;
    int since = strcmp(left->since, right->since);
    return since ? since : strcmp(left->id, right->id);
}

enum status review_list(const struct warehouse *warehouse, struct db *db, struct arena *arena,
                        struct held_item **items, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    int64_t all = 0;
    *count = 0;
    enum status status =
        ledger_number(db, &all, error, "SELECT COUNT(*) FROM ledger WHERE held = 1", NULL);
    *items = arena_array(arena, (size_t)all + 1, sizeof **items);
    if (status == STATUS_OK)
        status = db_prepare(db,
                            "SELECT kind, id, batch, state, why, since FROM ledger WHERE held = 1"
                            " ORDER BY since, kind, id",
                            &query, error);
    while (status == STATUS_OK && *count < (size_t)all &&
           (status = db_step(query, error)) == STATUS_OK) {
        struct held_item *item = &(*items)[(*count)++];
        item->kind = arena_strdup(arena, db_text(query, 0));
        item->id = arena_strdup(arena, db_text(query, 1));
        item->path = path_of(warehouse, item->kind, item->id, db_text(query, 2), arena);
        item->state = arena_strdup(arena, db_text(query, 3));
        item->why = arena_strdup(arena, db_text(query, 4));
        item->since = arena_strdup(arena, db_text(query, 5));
        item->gain = gain_of(item);
    }
    db_finish(query);
    qsort(*items, *count, sizeof **items, by_gain);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status is_stored(const char *id, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("Document %s is in the store: `sohoa show %s` shows it, `sohoa amend %s` "
                       "corrects it in a new version."),
                     id, id, id);
}

enum status review_document(const struct warehouse *warehouse, struct db *db, const char *id,
                            struct arena *arena, struct document *document, const char **why,
                            const char **path, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db, "SELECT batch, held, why, state FROM ledger WHERE kind = 'document' AND id = ?", &query,
        error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK) {
        *why = db_int(query, 1) ? arena_strdup(arena, db_text(query, 2)) : "";
        *path = spool_document_folder(warehouse, db_text(query, 0), id, arena);
        const char *file = file_join(arena, *path, "document.json");
        status = strcmp(db_text(query, 3), "indexed") == 0 && !file_exists(file)
                     ? is_stored(id, error)
                     : document_read(file, arena, document, error);
    } else if (status == STATUS_END) {
        status =
            error_set(error, STATUS_REJECT,
                      _("There is no document with the id %s in this warehouse; `sohoa review` "
                        "lists what waits for a person."),
                      id);
    }
    db_finish(query);
    return status;
}

static enum status words_of(const struct warehouse *warehouse, const struct document *document,
                            struct arena *arena, const struct words ***words, struct error *error)
{
    struct spool_place place;
    const char **names = arena_array(arena, document->page_count + 1, sizeof *names);
    for (size_t i = 0; i < document->page_count; i++)
        names[i] = document->pages[i].name;
    enum status status = spool_place(warehouse, document, arena, &place, error);
    if (status != STATUS_OK)
        return status;
    return spool_all_words(place.texts, names, document->page_count, arena, words, error);
}

static size_t add_doubtful(const struct words *words, const char *page, struct review_word *out)
{
    size_t count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            if (words->lines[i].words[j].doubt)
                out[count++] = (struct review_word){page, &words->lines[i].words[j]};
    return count;
}

enum status review_words(const struct warehouse *warehouse, const struct document *document,
                         struct arena *arena, struct review_word **out, size_t *count,
                         struct error *error)
{
    const struct words **words = NULL;
    size_t all = 0;
    *count = 0;
    enum status status = words_of(warehouse, document, arena, &words, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < document->page_count; i++)
        all += words[i] ? words_doubtful(words[i]) : 0;
    *out = arena_array(arena, all + 1, sizeof **out);
    for (size_t i = 0; i < document->page_count; i++)
        if (words[i])
            *count += add_doubtful(words[i], document->pages[i].name, *out + *count);
    return STATUS_OK;
}

enum status review_pages(const struct warehouse *warehouse, const struct document *document,
                         struct arena *arena, const char **folder, struct error *error)
{
    struct spool_place place;
    enum status status = spool_place(warehouse, document, arena, &place, error);
    if (status == STATUS_OK)
        *folder = place.masters;
    return status;
}

/* ---------------------------------------------------------------- acting */

bool act_in_state(const struct act *act, const char *states)
{
    const char *at = strstr(states, act->task.state);
    return at != NULL;
}

enum status act_is_past(const struct act *act, const char *id, struct error *error)
{
    if (strcmp(act->task.state, "indexed") == 0)
        return is_stored(id, error);
    return error_set(error, STATUS_REJECT, _("Document %s is past this: its state is “%s”."), id,
                     message(step_find(&pipeline_table, "document", act->task.state)->label));
}

/* A batch or page is no document; what can be done with it is told where it is shown. */
static enum status of_another_kind(struct act *act, const char *id, struct error *error)
{
    int64_t others = 0;
    enum status status = ledger_number(act->db, &others, error,
                                       "SELECT COUNT(*) FROM ledger WHERE kind IN ('batch', 'page')"
                                       " AND id = ?",
                                       id, NULL);
    if (status != STATUS_OK || others == 0)
        return status;
    return error_set(error, STATUS_REJECT,
                     _("%s is a batch or a page, and only a document is corrected or approved; "
                       "“sohoa review show %s” says what to do with it."),
                     id, id);
}

enum status act_begin(struct act *act, const char *id, const char *states, struct error *error)
{
    act->arena = arena_new();
    ledger_owner(act->owner);
    enum status status = of_another_kind(act, id, error);
    if (status == STATUS_OK)
        status = ledger_take(act->db, "document", id, act->owner, REVIEW_LEASE_S, act->arena,
                             &act->task, &act->held, error);
    act->taken = status == STATUS_OK;
    if (status == STATUS_OK && !act_in_state(act, states))
        status = act_is_past(act, id, error);
    if (status == STATUS_OK)
        status = spool_read_document(act->warehouse, act->task.batch, id, act->arena,
                                     &act->document, error);
    return status;
}

enum status act_end(struct act *act, enum status status)
{
    if (act->taken)
        ledger_release(act->db, &act->task, act->owner, NULL);
    arena_free(act->arena);
    return status == STATUS_END ? STATUS_OK : status;
}

void act_note(struct act *act, const char *what, const char *field, const char *from,
              const char *to)
{
    char now[26];
    file_now(now);
    document_add_act(&act->document, act->arena,
                     &(struct document_act){.at = arena_strdup(act->arena, now),
                                            .actor = act->actor,
                                            .what = what,
                                            .field = field,
                                            .from = from,
                                            .to = to});
}

enum status act_judge(struct act *act, struct error *error)
{
    struct error why = {""};
    const struct words **words = NULL;
    const char *twin = NULL;
    enum status status = words_of(act->warehouse, &act->document, act->arena, &words, error);
    if (status != STATUS_OK)
        return status;
    status = twins_claim(act->db, &act->document, act->arena, &twin, error);
    if (status != STATUS_OK)
        return status;
    if (policy_judge(act->warehouse, &act->document, words, twin, &why) == STATUS_OK)
        policy_ready(&act->document, act->arena, &why);
    return ledger_hold(act->db, &act->task, act->owner, why.text, error);
}

/* What was approved was what stood there then: it goes back, held, for another approval. The row
 * first: what is interrupted before the file says so is approved as it was, after that it waits. */
static enum status back_to_understood(struct act *act, struct error *error)
{
    enum status status =
        db_do(act->db, error,
              "UPDATE ledger SET state = 'understood', tries = 0 WHERE kind = 'document'"
              " AND id = ? AND owner = ?",
              "ss", act->task.id, act->owner);
    act->task.state = "understood";
    act->held = true;
    act->document.approved_by = act->document.approved_at = act->document.signed_at = NULL;
    act_note(act, "hold", NULL, NULL, NULL);
    return status;
}

enum status review_correct(const struct warehouse *warehouse, struct db *db,
                           const char *document_id, enum field_id field, const char *value,
                           const char *actor, struct error *error)
{
    struct act act = {.warehouse = warehouse, .db = db, .actor = actor};
    enum status status = act_begin(&act, document_id, "formed understood approved packed", error);
    if (status == STATUS_OK && act_in_state(&act, "packed") && !act.held)
        status = act_is_past(&act, document_id, error);
    const char *before =
        status == STATUS_OK && field < FIELD_COUNT ? act.document.fields[field].value : NULL;
    if (status == STATUS_OK)
        status = document_correct(&act.document, act.arena, field, value, error);
    if (status == STATUS_OK)
        status = index_check_value(db, warehouse->config, field, act.document.fields[field].value,
                                   error);
    if (status == STATUS_OK) {
        act_note(&act, "correct", field_name(field), before, act.document.fields[field].value);
        if (act_in_state(&act, "approved packed"))
            status = back_to_understood(&act, error);
    }
    if (status == STATUS_OK)
        status = spool_write_document(warehouse, &act.document, error);
    if (status == STATUS_OK)
        status = pipeline_record(warehouse, "correct", document_id,
                                 arena_printf(act.arena, "field=%s", field_name(field)), error);
    if (status == STATUS_OK && act.held && strcmp(act.task.state, "understood") == 0)
        status = act_judge(&act, error);
    return act_end(&act, status);
}

/* The document goes on, with what could not be read left unread. */
static enum status approve_rows(struct act *act, struct error *error)
{
    enum status status = db_begin(act->db, error);
    if (status == STATUS_OK)
        status = db_do(act->db, error,
                       "UPDATE ledger SET state = 'read', held = 0, why = '' WHERE kind = 'page'"
                       " AND document = ? AND document <> '' AND held = 1",
                       "s", act->task.id);
    if (status == STATUS_OK)
        status = ledger_finish(act->db, &act->task, act->owner, "approved", error);
    return db_end(act->db, status, error);
}

/* Nobody approves a paper that is there already without having said what it is. */
static enum status ask_of_twin(struct act *act, struct error *error)
{
    const char *twin = NULL, *id = act->task.id;
    enum status status = twins_claim(act->db, &act->document, act->arena, &twin, error);
    if (status == STATUS_OK && twin)
        status = error_set(error, STATUS_REJECT,
                           _("Document %s is there already with the type, number, day and owner of "
                             "this one. The same paper: “sohoa review same %s” sets this one "
                             "aside. Another paper: “sohoa review another %s --reason WORDS”, "
                             "then approve it."),
                           twin, id, id);
    return status;
}

enum status review_approve(const struct warehouse *warehouse, struct db *db,
                           const char *document_id, const char *actor, struct error *error)
{
    char now[26];
    struct act act = {.warehouse = warehouse, .db = db, .actor = actor};
    enum status status = act_begin(&act, document_id, "understood", error);
    if (status == STATUS_OK)
        status = ask_of_twin(&act, error);
    if (status == STATUS_OK) {
        file_now(now);
        act.document.approved_by = actor;
        act.document.approved_at = now;
        act_note(&act, "approve", NULL, NULL, NULL);
        status = spool_write_document(warehouse, &act.document, error);
    }
    if (status == STATUS_OK)
        status = pipeline_record(warehouse, "approve", document_id, NULL, error);
    if (status == STATUS_OK)
        status = approve_rows(&act, error);
    return act_end(&act, status);
}

/* ---------------------------------------------------------------- sending back */

/* Understood again when it had come no further, with its held pages read again; packed again, with
 * the moment of then, when it could not be signed; else tried again from where it stopped. */
static enum status restart_rows(struct act *act, const char *to, const char *page,
                                struct error *error)
{
    static const char again[] =
        "UPDATE ledger SET state = CASE WHEN state = 'read' THEN 'inspected' ELSE state END,"
        " held = 0, why = '', tries = 0, not_before = ?";
    enum status status = db_begin(act->db, error);
    if (status == STATUS_OK && page)
        status = db_do(act->db, error,
                       arena_printf(act->arena, "%s WHERE kind = 'page' AND id = ?", again), "is",
                       ledger_now(), page);
    else if (status == STATUS_OK)
        status = db_do(
            act->db, error,
            arena_printf(act->arena,
                         "%s WHERE kind = 'page' AND document = ? AND document <> '' AND held = 1",
                         again),
            "is", ledger_now(), act->task.id);
    if (status == STATUS_OK)
        status = ledger_finish(act->db, &act->task, act->owner, to, error);
    return db_end(act->db, status, error);
}

static enum status send_document_back(struct act *act, const char *id, const char *page,
                                      struct error *error)
{
    const char *states = page ? "formed understood approved packed"
                              : "formed understood approved packed signed stored";
    enum status status = act_begin(act, id, states, error);
    bool early = status == STATUS_OK && (page || act_in_state(act, "formed understood"));
    bool unsigned_yet = status == STATUS_OK && act_in_state(act, "approved packed");
    if (status == STATUS_OK && early && act->document.supersedes)
        status = error_set(error, STATUS_REJECT,
                           _("Document %s is amended: its pages lie in the store and are not read "
                             "again."),
                           id);
    if (status == STATUS_OK && !early && !act->held)
        status = error_set(error, STATUS_REJECT,
                           _("Document %s is not held; there is nothing to send back."), id);
    if (status == STATUS_OK) {
        act_note(act, "send_back", NULL, NULL, page ? spool_page_name(page) : NULL);
        /* What a person approved and is read again, a person approves again. */
        if (early && act->document.approved_by && strcmp(act->document.approved_by, "policy") != 0)
            act_note(act, "hold", NULL, NULL, NULL);
        if (early)
            act->document.approved_by = act->document.approved_at = NULL;
        if (early || unsigned_yet)
            act->document.signed_at = NULL;
        status = spool_write_document(act->warehouse, &act->document, error);
    }
    if (status == STATUS_OK)
        status = pipeline_record(act->warehouse, "send_back", page ? page : id, NULL, error);
    if (status == STATUS_OK)
        status = restart_rows(act,
                              early          ? "formed"
                              : unsigned_yet ? "approved"
                                             : act->task.state,
                              page, error);
    return act_end(act, status);
}

/* A page that is in no document yet, or a batch that could not be separated. */
static enum status try_again(struct db *db, const char *kind, const char *id, struct error *error)
{
    enum status status = db_do(db, error,
                               "UPDATE ledger SET held = 0, why = '', tries = 0, not_before = ?"
                               " WHERE kind = ? AND id = ? AND held = 1 AND owner = ''"
                               " AND state <> 'open'",
                               "iss", ledger_now(), kind, id);
    if (status == STATUS_OK && db_changes(db) == 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s is not held; `sohoa review` lists what waits for a person."), id);
    return status;
}

static enum status document_of_page(struct db *db, const char *page, struct arena *arena,
                                    const char **document, struct error *error)
{
    struct db_query *query = NULL;
    *document = "";
    enum status status =
        db_prepare(db, "SELECT document FROM ledger WHERE kind = 'page' AND id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, page);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *document = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status review_send_back(const struct warehouse *warehouse, struct db *db, const char *id,
                             const char *actor, struct error *error)
{
    int64_t batches = 0;
    const char *document = "";
    struct act act = {.warehouse = warehouse, .db = db, .actor = actor};
    struct arena *arena = arena_new();
    bool is_page = strchr(id, '/') != NULL;
    enum status status =
        ledger_number(db, &batches, error,
                      "SELECT COUNT(*) FROM ledger WHERE kind = 'batch' AND id = ?", id, NULL);
    if (status == STATUS_OK && is_page)
        status = document_of_page(db, id, arena, &document, error);
    if (status != STATUS_OK)
        ;
    else if (batches > 0)
        status = try_again(db, "batch", id, error);
    else if (is_page && !*document)
        status = try_again(db, "page", id, error);
    else
        status = send_document_back(&act, is_page ? document : id, is_page ? id : NULL, error);
    arena_free(arena);
    return status;
}
