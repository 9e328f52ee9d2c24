/* Owners asked for: by number, id, name and day of birth. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/catalog/catalog.h"
#include "index/owner/owner_private.h"
#include "index/validity.h"

static const char *or_empty(const char *text, struct arena *arena)
{
    return arena_strdup(arena, text ? text : "");
}

/* ---------------------------------------------------------------- one owner */

#define OWNER_COLUMNS                                                                              \
    "o.document_id, o.ordinal, o.type, o.name, o.birth_date, o.mentions, o.id FROM owner o"

static int64_t owner_row(struct db_query *query, struct arena *arena, struct owner *out)
{
    *out = (struct owner){
        .id = arena_printf(arena, "%s.%lld", db_text(query, 0), (long long)db_int(query, 1)),
        .type = (enum owner_type)db_int(query, 2),
        .name = or_empty(db_text(query, 3), arena),
        .birth_date = or_empty(db_text(query, 4), arena),
        .mentions = db_int(query, 5)};
    return db_int(query, 6);
}

static enum status find_row(struct db *db, const char *id, int64_t *owner, struct error *error)
{
    char document[37];
    int64_t ordinal = 0, mention = 0;
    enum status status = STATUS_END;
    if (owner_mention_name(id, document, &ordinal))
        status = mention_find(db, document, ordinal, &mention, error);
    if (status == STATUS_OK)
        status = db_first_int(db, owner, error, "SELECT owner_id FROM owner_mention WHERE id = ?",
                              "i", mention);
    return status;
}

static enum status read_owner(struct db *db, int64_t id, struct arena *arena, struct owner *out,
                              struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, "SELECT " OWNER_COLUMNS " WHERE o.id = ?", &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, id);
    status = db_step(query, error);
    if (status == STATUS_OK)
        owner_row(query, arena, out);
    db_finish(query);
    return status;
}

static enum status read_papers(struct db *db, int64_t id, const char *today, struct arena *arena,
                               struct owner *out, struct error *error)
{
    struct db_query *query = NULL;
    struct arena_growing growing = {0};
    enum status status = db_prepare(
        db,
        "SELECT e.document_id, e.type, e.title, e.number, e.date, e.agency, e.path, m.name,"
        " m.digits, m.birth_date, f.begins, f.ends, m.id, f.state FROM owner_mention m"
        " JOIN catalog_entry e ON e.id = m.id / 65536"
        " JOIN catalog_facet f ON f.entry_id = e.id WHERE m.owner_id = ?"
        " ORDER BY coalesce(e.date, '') DESC, e.document_id, m.id",
        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, id);
    while ((status = db_step(query, error)) == STATUS_OK) {
        out->papers = arena_grown(arena, out->papers, sizeof *out->papers, &growing);
        struct owner_paper *paper = &out->papers[growing.count++];
        const char **texts[] = {
            &paper->document_id, &paper->type, &paper->title, &paper->number, &paper->date,
            &paper->agency,      &paper->path, &paper->name,  &paper->digits, &paper->birth_date};
        for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
            *texts[i] = or_empty(db_text(query, i), arena);
        paper->begins = arena_strdup(arena, db_text(query, 10));
        paper->ends = arena_strdup(arena, db_text(query, 11));
        paper->mention = arena_printf(arena, "%s.%lld", paper->document_id,
                                      (long long)(db_int(query, 12) % MENTIONS_MAX));
        paper->state = validity_state_name((enum validity_state)db_int(query, 13));
        paper->in_force = (!paper->ends || strcmp(paper->ends, today) >= 0) &&
                          (!paper->begins || strcmp(paper->begins, today) <= 0);
    }
    db_finish(query);
    out->paper_count = growing.count;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status read_numbers(struct db *db, int64_t id, struct arena *arena, struct owner *out,
                                struct error *error)
{
    struct db_query *query = NULL;
    struct arena_growing growing = {0};
    enum status status = db_prepare(
        db,
        "SELECT m.digits, m.kind, min(m.fault), min(e.date), max(e.date), min(e.document_id), 0"
        " FROM owner_mention m JOIN catalog_entry e ON e.id = m.id / 65536"
        " WHERE m.owner_id = ? AND m.digits IS NOT NULL GROUP BY m.digits, m.kind"
        " UNION ALL SELECT a.digits, 0, 0, a.valid_from, a.valid_to, a.proof, a.record"
        " FROM owner_act a JOIN catalog_entry e ON e.document_id = a.document_id"
        " JOIN owner_mention m ON m.id = e.id * 65536 + a.ordinal"
        " WHERE m.owner_id = ? AND a.kind = 'owner-id' AND a.undone = 0 ORDER BY 1, 7",
        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, id);
    db_bind_int(query, 2, id);
    while ((status = db_step(query, error)) == STATUS_OK) {
        out->numbers = arena_grown(arena, out->numbers, sizeof *out->numbers, &growing);
        struct owner_number *number = &out->numbers[growing.count++];
        *number = (struct owner_number){.digits = arena_strdup(arena, db_text(query, 0)),
                                        .fault = (enum identifier_fault)db_int(query, 2),
                                        .from = arena_strdup(arena, db_text(query, 3)),
                                        .to = arena_strdup(arena, db_text(query, 4)),
                                        .proof = arena_strdup(arena, db_text(query, 5)),
                                        .record = db_int(query, 6)};
        number->kind = identifier_kind(number->digits);
    }
    db_finish(query);
    out->number_count = growing.count;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status read_records(struct db *db, int64_t id, struct arena *arena, struct owner *out,
                                struct error *error)
{
    struct db_query *query = NULL;
    struct arena_growing growing = {0};
    enum status status = db_prepare(
        db,
        "SELECT a.record FROM owner_act a JOIN catalog_entry e ON e.document_id = a.document_id"
        " JOIN owner_mention m ON m.id = e.id * 65536 + a.ordinal"
        " WHERE m.owner_id = ? AND a.undone = 0 UNION"
        " SELECT a.record FROM owner_act a JOIN catalog_entry e ON e.document_id = a.other_document"
        " JOIN owner_mention m ON m.id = e.id * 65536 + a.other_ordinal"
        " WHERE m.owner_id = ? AND a.undone = 0 ORDER BY 1",
        &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, id);
    db_bind_int(query, 2, id);
    while ((status = db_step(query, error)) == STATUS_OK) {
        out->records = arena_grown(arena, out->records, sizeof *out->records, &growing);
        out->records[growing.count++] = db_int(query, 0);
    }
    db_finish(query);
    out->record_count = growing.count;
    return status == STATUS_END ? STATUS_OK : status;
}

enum status owner_read(struct db *db, const char *id, const char *today, struct arena *arena,
                       struct owner *out, struct error *error)
{
    int64_t row = 0;
    *out = (struct owner){0};
    enum status status = find_row(db, id, &row, error);
    if (status == STATUS_OK)
        status = read_owner(db, row, arena, out, error);
    if (status == STATUS_END)
        status = error_set(error, STATUS_REJECT,
                           _("there is no owner %s; 'sohoa owner find' gives the ids"), id);
    if (status == STATUS_OK)
        status = read_papers(db, row, today, arena, out, error);
    if (status == STATUS_OK)
        status = read_numbers(db, row, arena, out, error);
    if (status == STATUS_OK)
        status = read_records(db, row, arena, out, error);
    return status;
}

/* ---------------------------------------------------------------- several */

static enum status take_owners(struct db *db, const char *sql, const char *const *values,
                               size_t value_count, int limit, struct arena *arena,
                               struct owner **out, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    struct arena_growing growing = {0};
    enum status status = db_prepare(db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < value_count; i++)
        db_bind_text(query, (int)i + 1, values[i]);
    db_bind_int(query, (int)value_count + 1, limit);
    while ((status = db_step(query, error)) == STATUS_OK) {
        *out = arena_grown(arena, *out, sizeof **out, &growing);
        owner_row(query, arena, &(*out)[growing.count++]);
    }
    db_finish(query);
    *count = growing.count;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status by_digits(struct db *db, const char *digits, int limit, struct arena *arena,
                             struct owner **out, size_t *count, struct error *error)
{
    return take_owners(db,
                       "SELECT " OWNER_COLUMNS " WHERE o.id IN (" OWNERS_BY_DIGITS
                       ") ORDER BY o.mentions DESC, o.document_id LIMIT ?",
                       (const char *const[]){digits, digits}, 2, limit, arena, out, count, error);
}

/* A digit too many or too few is a slip of who types: that nobody has it is no answer. */
static enum status check_length(const char *digits, struct error *error)
{
    enum identifier_kind kind = identifier_kind(digits);
    if (kind != ID_NONE && kind != ID_OTHER)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("the number has %zu digits; a CCCD has 12, a CMND 9, a tax number 10 or 13"),
                     strlen(digits));
}

/* Each with the day of birth, and without. */
static const char *const named[2] = {
    "SELECT " OWNER_COLUMNS
    " WHERE o.id IN (SELECT m.owner_id FROM owner_mention m WHERE m.base = ?"
    " AND m.birth_date = ?) ORDER BY o.mentions DESC, o.document_id LIMIT ?",
    "SELECT " OWNER_COLUMNS
    " WHERE o.id IN (SELECT m.owner_id FROM owner_mention m WHERE m.base = ?"
    ") ORDER BY o.mentions DESC, o.document_id LIMIT ?"};
#define IN_ANY_ORDER                                                                               \
    "SELECT " OWNER_COLUMNS " WHERE o.id IN (SELECT m.owner_id FROM catalog_person p"              \
    " JOIN owner_mention m ON m.id BETWEEN p.entry_id * 65536 AND p.entry_id * 65536 + 65535"      \
    " AND m.base = p.base WHERE p.ordered = ?"
static const char *const in_any_order[2] = {
    IN_ANY_ORDER " AND m.birth_date = ?) ORDER BY o.mentions DESC, o.document_id LIMIT ?",
    IN_ANY_ORDER ") ORDER BY o.mentions DESC, o.document_id LIMIT ?"};

static enum status by_name(struct db *db, const struct owner_question *question, const char *birth,
                           int limit, struct arena *arena, struct owner **out, size_t *count,
                           struct error *error)
{
    const char *values[2] = {text_fold(arena, question->name), birth};
    size_t value_count = birth ? 2 : 1;
    enum status status =
        take_owners(db, named[!birth], values, value_count, limit, arena, out, count, error);
    if (status != STATUS_OK || *count > 0 || !question->any_order)
        return status;
    values[0] = catalog_ordered(arena, values[0]);
    return take_owners(db, in_any_order[!birth], values, value_count, limit, arena, out, count,
                       error);
}

static bool given(const char *text)
{
    return text && *text;
}

enum status owner_find(struct db *db, const struct owner_question *question, struct arena *arena,
                       struct owner **out, size_t *count, struct error *error)
{
    int limit = question->limit > 0 ? question->limit : 20;
    char birth[11] = "";
    *out = NULL;
    *count = 0;
    enum status status = STATUS_OK;
    if (given(question->birth_date) && !text_date(question->birth_date, birth))
        return error_set(error, STATUS_REJECT,
                         _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                         question->birth_date);
    if (given(question->id)) {
        int64_t row = 0;
        *out = arena_array(arena, 1, sizeof **out);
        status = find_row(db, question->id, &row, error);
        if (status == STATUS_OK)
            status = read_owner(db, row, arena, *out, error);
        *count = status == STATUS_OK;
    } else if (given(question->digits)) {
        const char *digits = text_digits(arena, question->digits);
        status = by_digits(db, digits, limit, arena, out, count, error);
        if ((status == STATUS_OK || status == STATUS_END) && *count == 0)
            status = check_length(digits, error);
    } else if (given(question->name)) {
        status = by_name(db, question, *birth ? birth : NULL, limit, arena, out, count, error);
    } else {
        status =
            error_set(error, STATUS_REJECT,
                      _("whom are you looking for? Give a number (--id), a name (--name) or an "
                        "owner (--owner)"));
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- what a person should look at */

static const char *name_of(struct db_query *query, int column, struct arena *arena)
{
    return db_text(query, column) ? arena_printf(arena, "%s.%lld", db_text(query, column),
                                                 (long long)db_int(query, column + 1))
                                  : NULL;
}

static enum status add_candidates(struct db *db, const char *sql, enum owner_candidate_kind kind,
                                  int limit, struct arena *arena, struct owner_candidate **out,
                                  struct arena_growing *growing, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, limit);
    while ((status = db_step(query, error)) == STATUS_OK) {
        *out = arena_grown(arena, *out, sizeof **out, growing);
        (*out)[growing->count++] =
            (struct owner_candidate){.kind = kind,
                                     .first = name_of(query, 0, arena),
                                     .second = name_of(query, 2, arena),
                                     .name = or_empty(db_text(query, 4), arena),
                                     .birth_date = or_empty(db_text(query, 5), arena),
                                     .digits = or_empty(db_text(query, 6), arena),
                                     .other_digits = or_empty(db_text(query, 7), arena),
                                     .fault = (enum identifier_fault)db_int(query, 8)};
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Two owners of one very name and day of birth, unless both have a number of the same kind: then
 * they are two. */
static const char links[] =
    "SELECT a.document_id, a.ordinal, b.document_id, b.ordinal, m.name, m.birth_date,"
    " coalesce(m.digits, ''), coalesce(n.digits, ''), 0"
    " FROM owner_mention m JOIN owner_mention n ON n.base = m.base AND n.birth_date = m.birth_date"
    " AND n.exact = m.exact AND n.owner_id <> m.owner_id AND n.kind > m.kind"
    " AND n.fault IN (0, 6) AND m.fault IN (0, 6)"
    " JOIN owner a ON a.id = m.owner_id JOIN owner b ON b.id = n.owner_id"
    " WHERE m.kind IN (0, 1) AND n.kind IN (1, 2) AND length(m.birth_date) = 10"
    " GROUP BY a.id, b.id ORDER BY m.base, a.document_id, b.document_id LIMIT ?";

static const char conflicts[] =
    "SELECT a.document_id, a.ordinal, b.document_id, b.ordinal, m.name, m.birth_date, m.digits,"
    " m.digits, 0 FROM owner_mention m JOIN owner_mention n ON n.digits = m.digits"
    " AND n.owner_id > m.owner_id JOIN owner a ON a.id = m.owner_id"
    " JOIN owner b ON b.id = n.owner_id WHERE m.kind IN (1, 2, 3, 4)"
    " GROUP BY a.id, b.id ORDER BY m.digits, a.document_id, b.document_id LIMIT ?";

static const char faults[] =
    "SELECT a.document_id, a.ordinal, NULL, 0, m.name, m.birth_date, m.digits, '', m.fault"
    " FROM owner_mention m JOIN owner a ON a.id = m.owner_id WHERE m.fault <> 0"
    " ORDER BY a.document_id, a.ordinal LIMIT ?";

enum status owner_candidates(struct db *db, int limit, struct arena *arena,
                             struct owner_candidate **out, size_t *count, struct error *error)
{
    struct arena_growing growing = {0};
    *out = NULL;
    enum status status =
        add_candidates(db, links, CANDIDATE_LINK, limit, arena, out, &growing, error);
    if (status == STATUS_OK)
        status =
            add_candidates(db, conflicts, CANDIDATE_CONFLICT, limit, arena, out, &growing, error);
    if (status == STATUS_OK)
        status = add_candidates(db, faults, CANDIDATE_FAULT, limit, arena, out, &growing, error);
    *count = growing.count;
    return status;
}
