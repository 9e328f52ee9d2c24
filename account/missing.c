#include "account/missing.h"

#include <stdlib.h>
#include <string.h>

#include "account/tables.h"
#include "account/twins.h"
#include "core/text.h"
#include "index/number.h"
#include "index/procedures.h"

enum { NEAR_MAX = 16 };

struct expected {
    struct missing_row row;
    const char *number_key, *owner_key, *unit_key, *procedure_key;
};

/* A document that may be what a row tells of. */
struct pair {
    size_t row;
    const char *document_id;
    double score;
};

struct matching {
    struct db *db;
    const struct account_at *at;
    struct arena *arena, *scratch; /* scratch: of one look */
    struct expected *rows;
    size_t row_count, row_room;
    int64_t told_again;
    struct pair *pairs;
    size_t pair_count, pair_room;
    struct db_query *by_number, *by_owner, *by_date;
};

/* ---------------------------------------------------------------- reading */

static const char *copy(struct matching *m, struct db_query *query, int column)
{
    const char *text = arena_strdup(m->arena, db_text(query, column));
    return text ? text : "";
}

static enum status read_rows(struct matching *m, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(m->db,
                   arena_printf(m->arena,
                                "SELECT record, line, dossier, number, date, unit, procedure,"
                                " owner, number_key, owner_key, unit_key, procedure_key FROM %s AS"
                                " t WHERE has_result = 1 ORDER BY record, line",
                                m->at->by_dossier ? SQL_REGISTER : SQL_RESULTS),
                   &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, m->at->record);
        db_bind_int(query, 2, m->at->record);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (m->row_count == m->row_room) {
            m->row_room = m->row_room ? 2 * m->row_room : 256;
            m->rows = memory_resize(m->rows, m->row_room * sizeof *m->rows);
        }
        struct expected *one = &m->rows[m->row_count++];
        *one = (struct expected){.row = {.record = db_int(query, 0),
                                         .line = db_int(query, 1),
                                         .state = MISSING_NEVER,
                                         .document_id = ""}};
        one->row.dossier = copy(m, query, 2);
        one->row.number = copy(m, query, 3);
        one->row.date = copy(m, query, 4);
        one->row.unit = copy(m, query, 5);
        one->row.procedure = copy(m, query, 6);
        one->row.owner = copy(m, query, 7);
        one->number_key = copy(m, query, 8);
        one->owner_key = copy(m, query, 9);
        one->unit_key = copy(m, query, 10);
        one->procedure_key = copy(m, query, 11);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- how well they meet */

static double date_score(const char *expected, const char *date, double same)
{
    if (!*expected || !date || !*date)
        return 0;
    if (strcmp(expected, date) == 0)
        return same;
    return number_year(expected) == number_year(date) ? 0.1 : -0.4;
}

/* 1: the same unit; 0: another; -1: one of the two is not told. */
static int unit_meets(const struct expected *one, const char *unit, struct arena *arena)
{
    if (!*one->unit_key || !unit || !*unit)
        return -1;
    const char *key = unit_key(unit, arena);
    if (strcmp(key, one->unit_key) == 0 || strcmp(unit_bare(key), unit_bare(one->unit_key)) == 0)
        return 1;
    return strcmp(unit_key_folded(unit, arena), unit_key_folded(one->row.unit, arena)) == 0;
}

static bool same_procedure(const struct expected *one, const char *procedure)
{
    return *one->procedure_key && procedure && strcmp(procedure, one->procedure_key) == 0;
}

/* Columns of a candidate: document_id, number_key, date, unit, procedure, owner_key. */
static double number_score(const struct expected *one, struct db_query *query, struct arena *arena)
{
    const char *owner = db_text(query, 5);
    int unit = unit_meets(one, db_text(query, 3), arena);
    double score = 0.5 + date_score(one->row.date, db_text(query, 2), 0.3);
    score += unit > 0 ? 0.2 : unit < 0 ? 0.1 : 0;
    if (owner && *one->owner_key)
        score += strcmp(owner, one->owner_key) == 0 ? 0.1 : -0.05;
    return score > 1 ? 1 : score;
}

/* A name and nothing more cannot be told from that of somebody else. */
static bool is_name_alone(const struct expected *one)
{
    return !*one->number_key && !*one->row.date && !*one->procedure_key;
}

static double owner_score(const struct expected *one, struct db_query *query, struct arena *arena)
{
    const char *owner = db_text(query, 5), *number = db_text(query, 1);
    bool exact = owner && strcmp(owner, one->owner_key) == 0;
    double score = 0.4 + date_score(one->row.date, db_text(query, 2), 0.3);
    score += same_procedure(one, db_text(query, 4)) ? 0.25 : 0;
    score += unit_meets(one, db_text(query, 3), arena) > 0 ? 0.05 : 0;
    if (number && *number && *one->number_key) /* both have one, and they differ */
        score -= 0.15;
    return exact || score < 0.8 ? score : 0.8; /* a name that is only near is never sure */
}

static bool near(const char *a, const char *b)
{
    size_t length = text_length(b);
    if (!a || strlen(a) > strlen(b) + 6 || strlen(b) > strlen(a) + 6)
        return false;
    return length > 6 && text_distance(a, b) <= (length > 12 ? 2 : 1);
}

/* ---------------------------------------------------------------- results told twice */

static int by_number(const void *a, const void *b)
{
    const struct expected *one = *(struct expected *const *)a,
                          *other = *(struct expected *const *)b;
    int order = strcmp(one->number_key, other->number_key);
    order = order ? order : strcmp(one->row.date, other->row.date);
    return order ? order : (one > other) - (one < other);
}

static bool agree(const char *one, const char *other)
{
    return !*one || !*other || strcmp(one, other) == 0;
}

static bool is_same_result(const struct expected *one, const struct expected *other)
{
    return strcmp(one->number_key, other->number_key) == 0 &&
           strcmp(one->row.date, other->row.date) == 0 && agree(one->unit_key, other->unit_key) &&
           agree(one->row.dossier, other->row.dossier) &&
           agree(one->procedure_key, other->procedure_key) &&
           agree(one->owner_key, other->owner_key);
}

/* What the one does not say and the other does. */
static void complete(struct expected *one, const struct expected *other)
{
    const struct {
        const char **to, *from;
    } texts[] = {
        {&one->row.dossier, other->row.dossier},     {&one->row.unit, other->row.unit},
        {&one->unit_key, other->unit_key},           {&one->row.procedure, other->row.procedure},
        {&one->procedure_key, other->procedure_key}, {&one->row.owner, other->row.owner},
        {&one->owner_key, other->owner_key}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!**texts[i].to)
            *texts[i].to = texts[i].from;
}

/* The first of those that tell of one result stays, with all that the others say. */
static void join_rows(struct matching *m)
{
    struct expected **sorted = arena_array(m->arena, m->row_count + 1, sizeof *sorted);
    bool *again = arena_array(m->arena, m->row_count + 1, sizeof *again);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < m->row_count; i++)
        if (*m->rows[i].number_key && *m->rows[i].row.date)
            sorted[count++] = &m->rows[i];
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, by_number);
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && !again[sorted[i] - m->rows] &&
                           strcmp(sorted[k - 1]->number_key, sorted[i]->number_key) == 0;
             k--)
            if (!again[sorted[k - 1] - m->rows] && is_same_result(sorted[k - 1], sorted[i])) {
                complete(sorted[k - 1], sorted[i]);
                again[sorted[i] - m->rows] = true;
            }
    for (size_t i = 0; i < m->row_count; i++)
        if (!again[i])
            m->rows[kept++] = m->rows[i];
    m->told_again = (int64_t)(m->row_count - kept);
    m->row_count = kept;
}

/* ---------------------------------------------------------------- pairs */

static void add_pair(struct matching *m, size_t row, const char *document_id, double score)
{
    if (score < MISSING_DOUBTFUL)
        return;
    if (m->pair_count == m->pair_room) {
        m->pair_room = m->pair_room ? 2 * m->pair_room : 256;
        m->pairs = memory_resize(m->pairs, m->pair_room * sizeof *m->pairs);
    }
    m->pairs[m->pair_count++] = (struct pair){row, arena_strdup(m->arena, document_id), score};
}

static enum status look(struct matching *m, bool by_number, size_t row, const char *key,
                        struct error *error)
{
    struct db_query *query = by_number ? m->by_number : m->by_owner;
    const struct expected *one = &m->rows[row];
    struct arena *arena = m->scratch;
    enum status status = STATUS_OK;
    arena_clear(arena);
    db_reset(query);
    db_bind_text(query, 1, key);
    while ((status = db_step(query, error)) == STATUS_OK)
        add_pair(m, row, db_text(query, 0),
                 by_number                                  ? number_score(one, query, arena)
                 : is_name_alone(one) && !m->at->by_dossier ? MISSING_DOUBTFUL
                                                            : owner_score(one, query, arena));
    return status == STATUS_END ? STATUS_OK : status;
}

/* Owners of that day whose names are nearly the same: only theirs are looked up as they stood. */
static enum status look_near(struct matching *m, size_t row, struct error *error)
{
    const struct expected *one = &m->rows[row];
    const char *keys[NEAR_MAX];
    size_t count = 0;
    enum status status = STATUS_OK;
    db_reset(m->by_date);
    db_bind_text(m->by_date, 1, one->row.date);
    while (count < NEAR_MAX && (status = db_step(m->by_date, error)) == STATUS_OK)
        if (near(db_text(m->by_date, 0), one->owner_key))
            keys[count++] = arena_strdup(m->arena, db_text(m->by_date, 0));
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = look(m, false, row, keys[i], error);
    return status;
}

/* A paper that is there twice answers for one row. */
static enum status prepare(struct matching *m, const char *key, struct db_query **query,
                           struct error *error)
{
    const char *sql =
        arena_printf(m->arena,
                     "SELECT document_id, number_key, date, unit, procedure, owner_key FROM %s AS t"
                     " WHERE %s = ?",
                     twins_counted(m->at, m->arena), key);
    return db_prepare(m->db, sql, query, error);
}

static enum status find_pairs(struct matching *m, struct error *error)
{
    enum status status = prepare(m, "number_key", &m->by_number, error);
    if (status == STATUS_OK)
        status = prepare(m, "owner_key", &m->by_owner, error);
    if (status == STATUS_OK)
        status = db_prepare(m->db,
                            "SELECT DISTINCT owner_key FROM catalog_version WHERE date = ?"
                            " AND owner_key IS NOT NULL ORDER BY owner_key",
                            &m->by_date, error);
    for (size_t i = 0; i < m->row_count && status == STATUS_OK; i++) {
        const struct expected *one = &m->rows[i];
        size_t before = m->pair_count;
        if (*one->number_key)
            status = look(m, true, i, one->number_key, error);
        if (status == STATUS_OK && *one->owner_key)
            status = look(m, false, i, one->owner_key, error);
        if (status == STATUS_OK && *one->owner_key && *one->row.date && m->pair_count == before)
            status = look_near(m, i, error);
    }
    return status;
}

/* The surest first; then by row, so that it is the same each time. */
static int by_score(const void *a, const void *b)
{
    const struct pair *first = a, *second = b;
    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    if (first->row != second->row)
        return first->row < second->row ? -1 : 1;
    return strcmp(first->document_id, second->document_id);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each document answers for one row. */
static void assign(struct matching *m)
{
    const char **ids = arena_array(m->arena, m->pair_count + 1, sizeof *ids);
    bool *taken = arena_array(m->arena, m->pair_count + 1, sizeof *taken);
    for (size_t i = 0; i < m->pair_count; i++)
        ids[i] = m->pairs[i].document_id;
    if (m->pair_count == 0)
        return;
    qsort(ids, m->pair_count, sizeof *ids, by_text);
    qsort(m->pairs, m->pair_count, sizeof *m->pairs, by_score);
    for (size_t i = 0; i < m->pair_count; i++) {
        const struct pair *pair = &m->pairs[i];
        struct missing_row *row = &m->rows[pair->row].row;
        const char **found = bsearch(&pair->document_id, ids, m->pair_count, sizeof *ids, by_text);
        while (found > ids && strcmp(found[-1], pair->document_id) == 0)
            found--;
        bool *used = &taken[found - ids];
        if (row->state != MISSING_NEVER || *used)
            continue;
        *used = true;
        row->document_id = pair->document_id;
        row->score = pair->score;
        row->state = pair->score >= MISSING_SURE - 1e-9 ? MISSING_FOUND : MISSING_DOUBT;
    }
}

enum status missing_each(struct db *db, const struct account_at *at,
                         enum status (*visit)(void *context, const struct missing_row *row,
                                              struct error *error),
                         void *context, struct missing_sum *sum, struct error *error)
{
    struct matching m = {.db = db, .at = at, .arena = arena_new(), .scratch = arena_new()};
    struct missing_sum all = {0};
    enum status status = read_rows(&m, error);
    if (status == STATUS_OK && !at->with_twins)
        join_rows(&m);
    if (status == STATUS_OK)
        status = find_pairs(&m, error);
    if (status == STATUS_OK)
        assign(&m);
    for (size_t i = 0; i < m.row_count && status == STATUS_OK; i++) {
        const struct missing_row *row = &m.rows[i].row;
        all.expected++;
        all.found += row->state == MISSING_FOUND;
        all.doubtful += row->state == MISSING_DOUBT;
        all.never += row->state == MISSING_NEVER;
        if (visit)
            status = visit(context, row, error);
    }
    all.told_again = m.told_again;
    if (sum)
        *sum = all;
    db_finish(m.by_number);
    db_finish(m.by_owner);
    db_finish(m.by_date);
    free(m.rows);
    free(m.pairs);
    arena_free(m.scratch);
    arena_free(m.arena);
    return status;
}
