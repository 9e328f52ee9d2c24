#include "index/catalog/facet_rows.h"

#include <stdlib.h>
#include <string.h>

#include "index/day.h"
#include "index/number.h"

/* ---------------------------------------------------------------- validity of one paper */

struct term {
    enum validity_state state;
    char begins[DAY_SIZE], ends[DAY_SIZE];
    bool limited; /* ends counts; "" then: since when is unknown, so not in force */
};

/* The last day of what runs so many months from then on. */
static void end_after(struct term *term, const char *date, int months)
{
    char day[DAY_SIZE] = "";
    term->limited = true;
    if (day_is(date))
        day_add_months(date, months, day);
    else if (date && number_year(date)) {
        memcpy(day, date, 4);
        memcpy(day + 4, "-12-31", sizeof "-12-31");
        day_add_months(day, months, day);
    }
    memcpy(term->ends, day, sizeof day);
}

#define CLASS_MONTHS                                                                               \
    "SELECT CAST(detail AS bigint) FROM catalogue_row WHERE kind = 'validity-class' AND code = ?"

/* The class of the type on the day of issue; without a day, the earliest that is known. */
static enum status add_class(struct db *db, const char *type, const char *date, struct term *term,
                             struct error *error)
{
    int64_t months = 0;
    if (!type || !*type)
        return STATUS_OK;
    enum status status =
        date && *date
            ? db_first_int(db, &months, error,
                           CLASS_MONTHS " AND coalesce(valid_from, '') <= ?"
                                        " AND (valid_to IS NULL OR valid_to >= ?)"
                                        " ORDER BY coalesce(valid_from, '') DESC LIMIT 1",
                           "sss", type, date, date)
            : db_first_int(db, &months, error,
                           CLASS_MONTHS " ORDER BY coalesce(valid_from, '') LIMIT 1", "s", type);
    if (status == STATUS_OK && months > 0)
        end_after(term, date, (int)months);
    return status == STATUS_END ? STATUS_OK : status;
}

static void copy_day(char to[DAY_SIZE], const char *day)
{
    if (day_is(day))
        memcpy(to, day, DAY_SIZE);
    else
        to[0] = '\0';
}

static enum status add_acts(struct db *db, const char *document_id, struct term *term,
                            struct error *error)
{
    struct db_query *query = NULL;
    struct term before = *term;
    enum status status = db_prepare(db,
                                    "SELECT act, day, valid_from, valid_to FROM validity_act"
                                    " WHERE document_id = ? ORDER BY record",
                                    &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, document_id);
    while ((status = db_step(query, error)) == STATUS_OK) {
        const char *act = db_text(query, 0), *from = db_text(query, 2), *to = db_text(query, 3);
        bool revoked = strcmp(act, "revoke") == 0;
        if (revoked || strcmp(act, "supersede") == 0) {
            if (term->state != STATE_REVOKED && term->state != STATE_SUPERSEDED)
                before = *term;
            term->state = revoked ? STATE_REVOKED : STATE_SUPERSEDED;
            char last[DAY_SIZE];
            day_before(db_text(query, 1), last);
            if (!term->limited || strcmp(last, term->ends) < 0)
                memcpy(term->ends, last, sizeof last);
            term->limited = true;
        } else if (strcmp(act, "return") == 0) {
            if (term->state < STATE_RETURNED)
                term->state = STATE_RETURNED;
            before.state = STATE_RETURNED;
        } else if (strcmp(act, "restore") == 0) {
            *term = before;
        } else {
            if (from)
                copy_day(term->begins, from);
            if (to) {
                term->limited = strcmp(to, "unlimited") != 0;
                copy_day(term->ends, to);
            }
            if (term->state < STATE_SUPERSEDED)
                before = *term;
        }
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status find_term(struct db *db, const struct facet_row *row, struct term *term,
                             struct error *error)
{
    *term = (struct term){.state = row->made};
    copy_day(term->begins, row->date);
    enum status status = add_class(db, row->type, row->date, term, error);
    return status == STATUS_OK ? add_acts(db, row->document_id, term, error) : status;
}

/* ---------------------------------------------------------------- totals */

struct stored {
    int64_t values[FACET_OWNER]; /* in the order of facet_kind */
    bool limited;
};

static enum status count_row(struct db *db, const struct stored *row, int64_t step,
                             struct error *error)
{
    enum status status = STATUS_OK;
    for (int facet = 0; facet < FACET_OWNER && status == STATUS_OK; facet++)
        status =
            db_do(db, error,
                  "INSERT INTO catalog_total (id, papers, unlimited) VALUES (?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET papers = catalog_total.papers +"
                  " excluded.papers, unlimited = catalog_total.unlimited + excluded.unlimited",
                  "iii", row->values[facet] * FACET_SLOTS + facet, step, row->limited ? 0 : step);
    return status;
}

static enum status value_id(struct db *db, const char *facet, const char *value, int64_t *id,
                            struct error *error)
{
    static const char find[] = "SELECT id FROM catalog_value WHERE facet = ? AND value = ?";
    value = value ? value : "";
    enum status status = db_first_int(db, id, error, find, "ss", facet, value);
    if (status != STATUS_END)
        return status;
    status = db_first_int(db, id, error, "SELECT coalesce(max(id), 0) + 1 FROM catalog_value", "");
    return status == STATUS_OK
               ? db_do(db, error, "INSERT INTO catalog_value (id, facet, value) VALUES (?, ?, ?)",
                       "iss", *id, facet, value)
               : status;
}

/* ---------------------------------------------------------------- rows */

static const char *place_of(struct arena *arena, const struct facet_row *row)
{
    const char *box = row->box_code ? row->box_code : "", *shelf = row->shelf ? row->shelf : "";
    return *box && *shelf ? arena_printf(arena, "%s · %s", shelf, box) : *shelf ? shelf : box;
}

enum status facets_put(struct db *db, const struct facet_row *row, struct error *error)
{
    struct arena *arena = arena_new();
    struct term term;
    struct stored stored = {.values = {[FACET_YEAR] = number_year(row->date)}};
    enum status status = find_term(db, row, &term, error);
    if (status == STATUS_OK)
        status = value_id(db, "type", row->type, &stored.values[FACET_TYPE], error);
    if (status == STATUS_OK)
        status = value_id(db, "procedure", row->procedure, &stored.values[FACET_PROCEDURE], error);
    if (status == STATUS_OK)
        status = value_id(db, "unit", row->unit, &stored.values[FACET_UNIT], error);
    if (status == STATUS_OK)
        status = value_id(db, "place", place_of(arena, row), &stored.values[FACET_PLACE], error);
    arena_free(arena);
    if (status != STATUS_OK)
        return status;
    stored.values[FACET_STATE] = term.state;
    stored.limited = term.limited;
    status = db_do(db, error,
                   "INSERT INTO catalog_facet (entry_id, year, type_id, procedure_id, "
                   "unit_id, place_id, state,"
                   " made, begins, ends, suffix) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   "iiiiiiiisss", row->entry, stored.values[0], stored.values[1], stored.values[2],
                   stored.values[3], stored.values[4], stored.values[5], (int64_t)row->made,
                   *term.begins ? term.begins : NULL, term.limited ? term.ends : NULL, row->suffix);
    return status == STATUS_OK ? count_row(db, &stored, 1, error) : status;
}

static enum status read_stored(struct db *db, int64_t entry, struct stored *out,
                               struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT year, type_id, procedure_id, unit_id, place_id, state, ends"
                   " FROM catalog_facet WHERE entry_id = ?",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, entry);
    status = db_step(query, error);
    for (int facet = 0; facet < FACET_OWNER && status == STATUS_OK; facet++)
        out->values[facet] = db_int(query, facet);
    out->limited = status == STATUS_OK && db_text(query, 6) != NULL;
    db_finish(query);
    return status;
}

enum status facets_remove(struct db *db, int64_t entry, struct error *error)
{
    struct stored stored = {0};
    enum status status = read_stored(db, entry, &stored, error);
    if (status == STATUS_END)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = count_row(db, &stored, -1, error);
    return status == STATUS_OK
               ? db_do(db, error, "DELETE FROM catalog_facet WHERE entry_id = ?", "i", entry)
               : status;
}

/* ---------------------------------------------------------------- again */

static enum status refresh_one(struct db *db, const struct facet_row *row, struct error *error)
{
    struct term term;
    struct stored stored = {0};
    enum status status = find_term(db, row, &term, error);
    if (status == STATUS_OK)
        status = read_stored(db, row->entry, &stored, error);
    if (status != STATUS_OK)
        return status == STATUS_END ? STATUS_OK : status;
    status = count_row(db, &stored, -1, error);
    stored.values[FACET_STATE] = term.state;
    stored.limited = term.limited;
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "UPDATE catalog_facet SET state = ?, begins = ?, ends = ?"
                       " WHERE entry_id = ?",
                       "issi", (int64_t)term.state, *term.begins ? term.begins : NULL,
                       term.limited ? term.ends : NULL, row->entry);
    return status == STATUS_OK ? count_row(db, &stored, 1, error) : status;
}

#define REFRESH_FROM                                                                               \
    "SELECT e.id, e.document_id, e.date, e.type, f.made FROM catalog_entry e"                      \
    " JOIN catalog_facet f ON f.entry_id = e.id WHERE e.id > ? AND "

enum status facets_refresh(struct db *db, const char *document_id, const char *type,
                           struct error *error)
{
    const char *sql = document_id ? REFRESH_FROM "e.document_id = ? ORDER BY e.id LIMIT 1"
                      : type      ? REFRESH_FROM "e.type = ? ORDER BY e.id LIMIT 1"
                                  : REFRESH_FROM "e.document_id IN (SELECT document_id FROM"
                                                 " validity_act) ORDER BY e.id LIMIT 1";
    const char *value = document_id ? document_id : type;
    enum status status = STATUS_OK;
    for (int64_t last = 0; status == STATUS_OK;) {
        struct db_query *query = NULL;
        struct arena *arena = arena_new();
        struct facet_row row = {0};
        status = db_prepare(db, sql, &query, error);
        if (status == STATUS_OK) {
            db_bind_int(query, 1, last);
            if (value)
                db_bind_text(query, 2, value);
            status = db_step(query, error);
        }
        if (status == STATUS_OK) {
            row = (struct facet_row){.entry = db_int(query, 0),
                                     .document_id = arena_strdup(arena, db_text(query, 1)),
                                     .date = arena_strdup(arena, db_text(query, 2)),
                                     .type = arena_strdup(arena, db_text(query, 3)),
                                     .made = (enum validity_state)db_int(query, 4)};
            last = row.entry;
        }
        db_finish(query);
        if (status == STATUS_OK)
            status = refresh_one(db, &row, error);
        arena_free(arena);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

/* The first entry from this one on; END: there is none. */
static enum status make_from(struct db *db, int64_t *entry, struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = arena_new();
    struct facet_row row = {.made = STATE_SIGNED}; /* what is stored was signed */
    enum status status = db_prepare(
        db,
        "SELECT e.id, e.document_id, e.date, e.type, e.procedure, u.name, e.box_code, e.shelf"
        " FROM catalog_entry e LEFT JOIN catalog_unit u ON u.id = e.unit_id"
        " WHERE e.id >= ? ORDER BY e.id LIMIT 1",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, *entry);
        status = db_step(query, error);
    }
    if (status == STATUS_OK) {
        const char **texts[] = {&row.document_id, &row.date,     &row.type, &row.procedure,
                                &row.unit,        &row.box_code, &row.shelf};
        row.entry = *entry = db_int(query, 0);
        for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
            *texts[i] = arena_strdup(arena, db_text(query, i + 1));
    }
    db_finish(query);
    if (status == STATUS_OK)
        status = facets_put(db, &row, error);
    arena_free(arena);
    return status;
}

enum status facets_make(struct db *db, int64_t entry, struct error *error)
{
    return make_from(db, &entry, error);
}

enum status facets_make_anew(struct db *db, struct error *error)
{
    enum status status = db_do(db, error, "DELETE FROM catalog_facet", "");
    if (status == STATUS_OK)
        status = db_do(db, error, "DELETE FROM catalog_total", "");
    for (int64_t next = 0; status == STATUS_OK; next++)
        status = make_from(db, &next, error);
    return status == STATUS_END ? STATUS_OK : status;
}
