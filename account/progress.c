#include "account/progress.h"

#include <stdlib.h>
#include <string.h>

#include "account/tables.h"
#include "account/twins.h"
#include "index/procedures.h"

/* One cell of the account. */
struct cell {
    size_t band;                  /* index; band_count: unknown */
    const char *unit, *procedure; /* keys; "" where summed over */
    const char *unit_folded;      /* the unit's key without marks */
    const char *unit_label, *procedure_label;
    int64_t papers_planned, pages_planned, sheets_planned;
    int64_t papers_exempt;
    int64_t papers_done, pages_done, sheets_done;
    int64_t papers_twice;
    int64_t papers_due, papers_outside; /* due: planned, not exempt; outside: done beyond that */
    double metres_planned, metres_done;
};

struct account {
    const struct roadmap *roadmap;
    const struct procedures *procedures;
    struct arena *arena;
    int by;
    const char *merged_on; /* the day whose merged units count as one; NULL: as printed */
    struct cell *cells;
    size_t count, room;
};

static size_t band_of(const struct roadmap *roadmap, int64_t year)
{
    size_t i = 0;
    while (i < roadmap->band_count &&
           (year <= 0 || year < roadmap->bands[i].from || year > roadmap->bands[i].to))
        i++;
    return i;
}

static void add_cell(struct account *account, struct cell cell)
{
    if (account->count == account->room) {
        account->room = account->room ? 2 * account->room : 256;
        account->cells = memory_resize(account->cells, account->room * sizeof *account->cells);
    }
    account->cells[account->count++] = cell;
}

/* Rows of (year, unit, procedure or type, its name, papers, pages, sheets, metres). */
enum rows { PLANNED, EXEMPT, DONE, TWICE };

static void take_figures(struct cell *cell, enum rows what, struct db_query *query)
{
    if (what == EXEMPT || what == TWICE) {
        *(what == EXEMPT ? &cell->papers_exempt : &cell->papers_twice) = db_int(query, 4);
        return;
    }
    *(what == PLANNED ? &cell->papers_planned : &cell->papers_done) = db_int(query, 4);
    *(what == PLANNED ? &cell->pages_planned : &cell->pages_done) = db_int(query, 5);
    *(what == PLANNED ? &cell->sheets_planned : &cell->sheets_done) = db_int(query, 6);
    cell->metres_planned = db_real(query, 7);
}

static bool is_planned(const struct account *account, const char *procedure)
{
    for (size_t i = 0; i < account->count; i++)
        if (strcmp(account->cells[i].procedure, procedure) == 0)
            return true;
    return false;
}

/* A paper of no procedure is counted by its type; the inventory may call that by its name. */
static const char *procedure_meant(const struct account *account, const char *procedure)
{
    const char *key = procedures_key(account->procedures, procedure, account->arena);
    const char *named = procedures_type_key(account->procedures, key);
    return named && !is_planned(account, key) && is_planned(account, named) ? named : key;
}

static enum status read_rows(struct account *account, struct db *db, const char *sql,
                             enum rows what, struct error *error)
{
    struct db_query *query = NULL;
    struct arena *arena = account->arena;
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const char *unit = arena_strdup(arena, db_text(query, 1));
        const char *procedure = arena_strdup(arena, db_text(query, 2));
        struct cell cell = {.band = band_of(account->roadmap, db_int(query, 0))};
        cell.unit_label = unit ? unit : "";
        cell.unit = unit_key(unit, arena);
        cell.unit_folded = unit_key_folded(unit, arena);
        /* What was entered has its key from then; of papers the code, or the catalogue's for their
         * type. */
        cell.procedure =
            what == DONE || what == TWICE ? procedure_meant(account, procedure) : procedure;
        const char *label = procedures_label(account->procedures, cell.procedure);
        if (!label)
            label = arena_strdup(arena, db_text(query, 3));
        cell.procedure_label = label ? label : "";
        take_figures(&cell, what, query);
        add_cell(account, cell);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* How a name on a paper may mean a unit of the inventory, the surest first. */
enum meeting { WHOLE, BARE, FOLDED, FOLDED_BARE, MEETING_COUNT };

static bool meets(const struct cell *paper, const struct cell *planned, enum meeting how)
{
    bool folded = how == FOLDED || how == FOLDED_BARE;
    const char *name = folded ? paper->unit_folded : paper->unit;
    const char *unit = folded ? planned->unit_folded : planned->unit;
    if (how == WHOLE || how == FOLDED)
        return strcmp(unit, name) == 0;
    return unit_bare(name) == name && strcmp(unit_bare(unit), name) == 0;
}

/* A paper says "Đông Hòa", or reading left "xa Dong Hoa" of it, where the inventory says "Xã Đông
 * Hòa": when exactly one unit of the inventory answers to that, it is meant. With two of them (xã
 * Minh Quân, xã Minh Quán) nobody can tell, and the paper stays outside. */
static const char *unit_meant(const struct account *account, size_t planned,
                              const struct cell *paper)
{
    for (enum meeting how = WHOLE; how < MEETING_COUNT; how++) {
        const char *unit = NULL;
        for (size_t i = 0; i < planned; i++) {
            const struct cell *cell = &account->cells[i];
            if (!meets(paper, cell, how) || (unit && strcmp(unit, cell->unit) == 0))
                continue;
            if (unit)
                return paper->unit;
            unit = cell->unit;
        }
        if (unit)
            return unit;
    }
    return paper->unit;
}

static void find_units(struct account *account, size_t planned)
{
    for (size_t i = planned; i < account->count; i++)
        if (*account->cells[i].unit)
            account->cells[i].unit = unit_meant(account, planned, &account->cells[i]);
}

/* Units that the plan knows are names that a paper may mean, as those of the inventory: empty
 * cells. */
static void add_known_units(struct account *account)
{
    for (size_t i = 0; i < account->roadmap->unit_count; i++) {
        const struct unit_group *group = &account->roadmap->units[i];
        for (size_t j = 0; j <= group->former_count; j++) {
            const char *name = j < group->former_count ? group->former[j] : group->name;
            add_cell(account, (struct cell){.unit = unit_key(name, account->arena),
                                            .unit_folded = unit_key_folded(name, account->arena),
                                            .unit_label = name,
                                            .procedure = "",
                                            .procedure_label = ""});
        }
    }
}

static void merge_units(struct account *account)
{
    for (size_t i = 0; account->merged_on && i < account->count; i++) {
        struct cell *cell = &account->cells[i];
        const struct unit_group *group =
            roadmap_group(account->roadmap, cell->unit, account->merged_on, false);
        if (group) {
            cell->unit = group->key;
            cell->unit_label = group->name;
        }
    }
}

static int by_place(const void *a, const void *b)
{
    const struct cell *first = a, *second = b;
    if (first->band != second->band)
        return first->band < second->band ? -1 : 1;
    int order = strcmp(first->unit, second->unit);
    return order ? order : strcmp(first->procedure, second->procedure);
}

/* What was planned first: its labels are the ones people know. */
static int by_place_and_label(const void *a, const void *b)
{
    const struct cell *first = a, *second = b;
    int order = by_place(a, b);
    if (order == 0)
        order = (first->papers_planned == 0) - (second->papers_planned == 0);
    return order ? order : strcmp(first->unit_label, second->unit_label);
}

static void sum(struct cell *into, const struct cell *cell)
{
    into->papers_planned += cell->papers_planned;
    into->pages_planned += cell->pages_planned;
    into->sheets_planned += cell->sheets_planned;
    into->metres_planned += cell->metres_planned;
    into->papers_exempt += cell->papers_exempt;
    into->papers_due += cell->papers_due;
    into->papers_done += cell->papers_done;
    into->pages_done += cell->pages_done;
    into->sheets_done += cell->sheets_done;
    into->metres_done += cell->metres_done;
    into->papers_outside += cell->papers_outside;
    into->papers_twice += cell->papers_twice;
}

/* Sorted; cells of one place become one; the first one's labels (the inventory's, when it has any)
 * stay. */
static void merge(struct account *account)
{
    size_t kept = 0;
    if (account->count)
        qsort(account->cells, account->count, sizeof *account->cells, by_place_and_label);
    for (size_t i = 0; i < account->count; i++) {
        if (kept > 0 && by_place(&account->cells[kept - 1], &account->cells[i]) == 0)
            sum(&account->cells[kept - 1], &account->cells[i]);
        else
            account->cells[kept++] = account->cells[i];
    }
    account->count = kept;
}

/* What is due, and what is done beyond it, is counted where it happens, by unit and procedure,
 * before anything is summed. */
static void find_outside(struct account *account)
{
    for (size_t i = 0; i < account->count; i++) {
        struct cell *cell = &account->cells[i];
        if (cell->papers_planned > cell->papers_exempt)
            cell->papers_due = cell->papers_planned - cell->papers_exempt;
        if (cell->papers_done > cell->papers_due)
            cell->papers_outside = cell->papers_done - cell->papers_due;
        if (cell->papers_due > 0)
            cell->metres_done = cell->metres_planned *
                                (double)(cell->papers_done - cell->papers_outside) /
                                (double)cell->papers_due;
    }
}

/* Forgets what the rows are not split by. */
static void sum_over(struct account *account)
{
    for (size_t i = 0; i < account->count; i++) {
        if (!(account->by & PROGRESS_BY_UNIT))
            account->cells[i].unit = account->cells[i].unit_label = "";
        if (!(account->by & PROGRESS_BY_PROCEDURE))
            account->cells[i].procedure = account->cells[i].procedure_label = "";
    }
}

/* A line of the inventory that was taken out again by zeros. */
static bool is_empty(const struct cell *cell)
{
    return cell->papers_planned == 0 && cell->pages_planned == 0 && cell->sheets_planned == 0 &&
           cell->metres_planned <= 0 && cell->papers_exempt == 0 && cell->papers_done == 0 &&
           cell->papers_twice == 0;
}

static enum status tell(const struct account *account, const struct cell *cell, bool total,
                        enum status (*visit)(void *context, const struct progress_row *row,
                                             struct error *error),
                        void *context, struct error *error)
{
    const struct roadmap *roadmap = account->roadmap;
    const struct band *band = cell->band < roadmap->band_count ? &roadmap->bands[cell->band] : NULL;
    struct progress_row row = {
        .band = total  ? NULL
                : band ? band->id
                       : BAND_UNKNOWN,
        .unit = !total && account->by & PROGRESS_BY_UNIT ? cell->unit_label : NULL,
        .procedure = !total && account->by & PROGRESS_BY_PROCEDURE ? cell->procedure_label : NULL,
        .unit_key = cell->unit,
        .procedure_key = cell->procedure,
        .papers_planned = cell->papers_planned,
        .pages_planned = cell->pages_planned,
        .papers_exempt = cell->papers_exempt,
        .papers_due = cell->papers_due,
        .papers_done = cell->papers_done,
        .pages_done = cell->pages_done,
        .papers_outside = cell->papers_outside,
        .papers_twice = cell->papers_twice,
        .sheets_planned = cell->sheets_planned,
        .sheets_done = cell->sheets_done,
        .metres_planned = cell->metres_planned,
        .metres_done = cell->metres_done,
        .percent = cell->papers_due > 0
                       ? 100.0 * (double)(cell->papers_done - cell->papers_outside) /
                             (double)cell->papers_due
                       : -1,
        .deadline = band && !total ? band->deadline : "",
        .target_percent = band && !total ? band->target_percent : 100,
    };
    return visit(context, &row, error);
}

static const char planned_sql[] =
    "SELECT year, unit, procedure_key, procedure, papers, pages, coalesce(sheets, 0),"
    " coalesce(metres, 0) FROM " SQL_INVENTORY " AS t"
    " ORDER BY year, unit_key, procedure_key, record, line";
static const char exempt_sql[] = "SELECT year, unit, procedure_key, procedure, papers, pages, 0, 0"
                                 " FROM " SQL_EXEMPT " AS t"
                                 " ORDER BY year, unit_key, procedure_key, record, line";
static const char done_sql[] =
    "SELECT coalesce(year, 0), unit, coalesce(procedure, type), coalesce(procedure, type),"
    " count(*), sum(pages), coalesce(sum(sheets), 0), 0 FROM %s AS t"
    " GROUP BY coalesce(year, 0), unit, coalesce(procedure, type) ORDER BY 1, 2, 3";

const char *progress_query(const struct account_at *at, struct arena *arena)
{
    return arena_printf(arena, done_sql, twins_counted(at, arena));
}

static enum status read_all(struct account *account, struct db *db, const struct account_at *at,
                            struct error *error)
{
    struct procedures *procedures = NULL;
    struct arena *arena = account->arena;
    enum status status = account_tables(db, error);
    if (status == STATUS_OK)
        status = procedures_read(db, arena, &procedures, error);
    account->procedures = procedures;
    if (status == STATUS_OK)
        status =
            read_rows(account, db, sql_with_number(arena, planned_sql, at->record), PLANNED, error);
    if (status == STATUS_OK)
        add_known_units(account);
    size_t planned = account->count;
    if (status == STATUS_OK)
        status =
            read_rows(account, db, sql_with_number(arena, exempt_sql, at->record), EXEMPT, error);
    if (status == STATUS_OK)
        status = read_rows(account, db, progress_query(at, arena), DONE, error);
    if (status == STATUS_OK)
        status = read_rows(account, db, arena_printf(arena, done_sql, twins_left_out(at, arena)),
                           TWICE, error);
    if (status == STATUS_OK) {
        find_units(account, planned);
        merge_units(account);
    }
    return status;
}

enum status progress_each(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          int by,
                          enum status (*visit)(void *context, const struct progress_row *row,
                                               struct error *error),
                          void *context, struct error *error)
{
    struct account account = {.roadmap = roadmap,
                              .by = by & (PROGRESS_BY_UNIT | PROGRESS_BY_PROCEDURE),
                              .merged_on = by & PROGRESS_AS_PRINTED ? NULL : at->day,
                              .arena = arena_new()};
    struct cell total = {.unit = "", .procedure = ""};
    enum status status = read_all(&account, db, at, error);
    merge(&account);
    find_outside(&account);
    sum_over(&account);
    for (size_t i = 0; status == STATUS_OK && !account.by && i <= roadmap->band_count; i++)
        add_cell(
            &account,
            (struct cell){
                .band = i, .unit = "", .procedure = "", .unit_label = "", .procedure_label = ""});
    merge(&account);
    for (size_t i = 0; status == STATUS_OK && i < account.count; i++) {
        sum(&total, &account.cells[i]);
        if (!account.by || !is_empty(&account.cells[i]))
            status = tell(&account, &account.cells[i], false, visit, context, error);
    }
    if (status == STATUS_OK)
        status = tell(&account, &total, true, visit, context, error);
    free(account.cells);
    arena_free(account.arena);
    return status;
}

enum status progress_unknown_sheets(struct db *db, int64_t *versions, struct error *error)
{
    struct db_query *query = NULL;
    *versions = 0;
    enum status status =
        db_prepare(db, "SELECT count(*) FROM catalog_version WHERE sheets IS NULL", &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *versions = db_int(query, 0);
    db_finish(query);
    return status;
}
