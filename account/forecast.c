#include "account/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/days.h"
#include "account/progress.h"
#include "account/twins.h"
#include "core/message.h"

/* Papers by the day on which they came, of a band (or all). */
struct flow {
    long *days;
    int64_t *counts;
    size_t count, room;
};

struct work {
    const struct roadmap *roadmap;
    const struct account_at *at;
    struct flow *flows;       /* of each band, of unknown, of all */
    struct forecast *results; /* likewise */
    size_t count;
    struct arena *arena;
};

static size_t band_at(const struct roadmap *roadmap, int64_t year)
{
    for (size_t i = 0; i < roadmap->band_count; i++)
        if (year > 0 && year >= roadmap->bands[i].from && year <= roadmap->bands[i].to)
            return i;
    return roadmap->band_count;
}

/* In the order of the days. */
static void add_day(struct flow *flow, long day, int64_t count)
{
    bool same = flow->count > 0 && flow->days[flow->count - 1] == day;
    size_t at = same ? flow->count - 1 : flow->count;
    if (at == flow->room) {
        flow->room = flow->room ? 2 * flow->room : 64;
        flow->days = memory_resize(flow->days, flow->room * sizeof *flow->days);
        flow->counts = memory_resize(flow->counts, flow->room * sizeof *flow->counts);
    }
    if (at == flow->count) {
        flow->days[flow->count] = day;
        flow->counts[flow->count++] = 0;
    }
    flow->counts[at] += count;
}

static int64_t done_on(const struct flow *flow, long day)
{
    for (size_t i = 0; i < flow->count; i++)
        if (flow->days[i] == day)
            return flow->counts[i];
    return 0;
}

static long first_day(const struct flow *flow)
{
    return flow->count > 0 ? flow->days[0] : DAYS_NONE;
}

static enum status read_flows(struct work *work, struct db *db, struct error *error)
{
    struct db_query *query = NULL;
    const char *sql = arena_printf(
        work->arena,
        "SELECT coalesce(t.year, 0), f.first, count(*) FROM %s AS t JOIN"
        " (SELECT document_id, min(day) AS first FROM account_place WHERE sequence <= ?"
        " GROUP BY document_id) AS f ON f.document_id = t.document_id"
        " GROUP BY coalesce(t.year, 0), f.first ORDER BY 2, 1",
        twins_counted(work->at, work->arena));
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK)
        db_bind_int(query, 1, work->at->sequence);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        long day = days_of(db_text(query, 1));
        add_day(&work->flows[band_at(work->roadmap, db_int(query, 0))], day, db_int(query, 2));
        add_day(&work->flows[work->count - 1], day, db_int(query, 2));
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status take_row(void *context, const struct progress_row *row, struct error *error)
{
    struct work *work = context;
    size_t at = work->count - 1;
    (void)error;
    for (size_t i = 0; row->band && i < work->count - 1; i++)
        if (i == work->roadmap->band_count || strcmp(work->roadmap->bands[i].id, row->band) == 0) {
            at = i;
            break;
        }
    struct forecast *result = &work->results[at];
    result->band = !row->band                        ? NULL
                   : at == work->roadmap->band_count ? BAND_UNKNOWN
                                                     : work->roadmap->bands[at].id;
    result->due = row->papers_due;
    result->done = row->papers_done - row->papers_outside;
    result->left = result->due - result->done;
    result->share = row->papers_done > 0 ? (double)result->done / (double)row->papers_done : 1;
    snprintf(result->deadline, sizeof result->deadline, "%s", row->deadline);
    return STATUS_OK;
}

/* Of 95 in 100, by degrees of freedom from 1. */
static double student(int freedom)
{
    static const double table[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                   2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                   2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                   2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    int known = (int)(sizeof table / sizeof *table);
    return freedom < 1 ? table[0] : freedom > known ? 1.96 : table[freedom - 1];
}

/* The mean of the last working days, with its interval. */
static void measure(struct forecast *result, const struct flow *flow, long today)
{
    double sum = 0, squares = 0;
    long first = first_day(flow);
    for (long day = today; first != DAYS_NONE && day >= first && result->days < FORECAST_DAYS;
         day--) {
        double done = (double)done_on(flow, day) * result->share;
        if (done <= 0 && (day == today || days_is_weekend(day)))
            continue; /* a day that is not over, or no working day */
        sum += done;
        squares += done * done;
        result->days++;
    }
    result->rate = result->days > 0 ? sum / result->days : 0;
    result->low = result->high = result->rate;
    if (result->days > 1) {
        double variance = (squares - sum * sum / result->days) / (result->days - 1);
        double half = student(result->days - 1) * sqrt(fmax(variance, 0) / result->days);
        result->low = fmax(result->rate - half, 0);
        result->high = result->rate + half;
    }
}

static void finish_by(double rate, int64_t left, long today, char iso[11])
{
    double days = rate > 0 ? ceil((double)left / rate) : INFINITY;
    iso[0] = '\0';
    if (days < 1e6)
        days_iso(days_add_working(today, (long)days), iso);
}

static void judge(struct forecast *result, const struct flow *flow, long today)
{
    long deadline = *result->deadline ? days_of(result->deadline) : DAYS_NONE;
    long working = deadline == DAYS_NONE ? 0 : days_working(today, deadline);
    measure(result, flow, today);
    result->needed = working > 0 && result->left > 0 ? (double)result->left / (double)working : -1;
    result->overdue = deadline != DAYS_NONE && deadline < today && result->left > 0;
    result->state = result->due == 0                ? FORECAST_NOTHING_DUE
                    : result->left == 0             ? FORECAST_DONE
                    : result->days < FORECAST_LEAST ? FORECAST_TOO_FEW
                    : result->rate <= 0             ? FORECAST_STANDS_STILL
                                                    : FORECAST_OPEN;
    if (result->state != FORECAST_OPEN)
        return;
    finish_by(result->rate, result->left, today, result->finish);
    finish_by(result->high, result->left, today, result->earliest);
    finish_by(result->low, result->left, today, result->latest);
    if (deadline == DAYS_NONE)
        return;
    if (*result->latest && strcmp(result->latest, result->deadline) <= 0)
        result->state = FORECAST_ON_TIME;
    else if (!*result->earliest || strcmp(result->earliest, result->deadline) > 0)
        result->state = FORECAST_LATE;
    else
        result->state = FORECAST_UNSURE;
}

static enum status prepare(struct work *work, struct db *db, struct error *error)
{
    work->count = work->roadmap->band_count + 2;
    work->flows = arena_array(work->arena, work->count, sizeof *work->flows);
    work->results = arena_array(work->arena, work->count, sizeof *work->results);
    enum status status = progress_each(db, work->roadmap, work->at, 0, take_row, work, error);
    return status == STATUS_OK ? read_flows(work, db, error) : status;
}

static void drop(struct work *work)
{
    for (size_t i = 0; work->flows && i < work->count; i++) {
        free(work->flows[i].days);
        free(work->flows[i].counts);
    }
    arena_free(work->arena);
}

enum status forecast_each(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          enum status (*visit)(void *context, const struct forecast *forecast,
                                               struct error *error),
                          void *context, struct error *error)
{
    struct work work = {.roadmap = roadmap, .at = at, .arena = arena_new()};
    enum status status = prepare(&work, db, error);
    for (size_t i = 0; i < work.count && status == STATUS_OK; i++) {
        judge(&work.results[i], &work.flows[i], days_of(at->day));
        status = visit(context, &work.results[i], error);
    }
    drop(&work);
    return status;
}

/* month: of all months since the year 0. What came later is added to what is left now. */
static struct burn burn_of(const struct flow *flow, const struct forecast *all, int month,
                           struct arena *arena)
{
    double later = 0;
    const char *begin = arena_printf(arena, "%04d-%02d-01", month / 12, month % 12 + 1);
    const char *end = arena_printf(arena, "%04d-%02d-01", (month + 1) / 12, (month + 1) % 12 + 1);
    struct burn burn = {.month = arena_strndup(arena, begin, 7)};
    for (size_t i = 0; i < flow->count; i++) {
        if (flow->days[i] >= days_of(end))
            later += (double)flow->counts[i];
        else if (flow->days[i] >= days_of(begin))
            burn.done += flow->counts[i];
    }
    burn.left = all->left + llround(later * all->share);
    return burn;
}

enum status forecast_burn(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          int months, struct arena *arena, struct burn **list, size_t *count,
                          struct error *error)
{
    struct work work = {.roadmap = roadmap, .at = at, .arena = arena_new()};
    int year = 0, month = 0;
    *count = 0;
    *list = arena_array(arena, (size_t)months + 1, sizeof **list);
    enum status status = prepare(&work, db, error);
    if (status == STATUS_OK && sscanf(at->day, "%4d-%2d", &year, &month) == 2)
        for (int back = months - 1; back >= 0; back--)
            (*list)[(*count)++] =
                burn_of(&work.flows[work.count - 1], &work.results[work.count - 1],
                        year * 12 + month - 1 - back, arena);
    drop(&work);
    return status;
}

/* Why it cannot be said when it will be done. */
static const char *unknown_end(const struct forecast *forecast, struct arena *arena)
{
    return forecast->state == FORECAST_TOO_FEW
               ? arena_printf(arena,
                              _("nothing can be said yet: papers came in on %d working days, at "
                                "least %d are needed"),
                              forecast->days, (int)FORECAST_LEAST)
               : arena_printf(arena,
                              _("it stands still: nothing came in on the last %d working days"),
                              forecast->days);
}

const char *forecast_sentence(const struct forecast *forecast, struct arena *arena)
{
    char finish[MESSAGE_DATE_SIZE], deadline[MESSAGE_DATE_SIZE], latest[MESSAGE_DATE_SIZE];
    const char *by = message_date(forecast->finish, finish);
    const char *until = message_date(forecast->deadline, deadline);
    const char *end = *forecast->latest ? message_date(forecast->latest, latest) : "…";
    switch (forecast->state) {
    case FORECAST_NOTHING_DUE:
        return _("nothing is due: the inventory has no papers for it");
    case FORECAST_DONE:
        return _("done");
    case FORECAST_TOO_FEW:
    case FORECAST_STANDS_STILL:
        return forecast->overdue ? arena_printf(arena, _("overdue since %s; when it is done: %s"),
                                                until, unknown_end(forecast, arena))
                                 : unknown_end(forecast, arena);
    case FORECAST_OPEN:
        return arena_printf(arena, _("done about %s; it has no deadline"), by);
    case FORECAST_ON_TIME:
        return arena_printf(arena, _("done about %s, at the latest %s: in time for %s"), by, end,
                            until);
    case FORECAST_UNSURE:
        return arena_printf(arena, _("done about %s, at the latest %s: %s is not sure"), by, end,
                            until);
    case FORECAST_LATE:
        break;
    }
    return forecast->overdue ? arena_printf(arena, _("overdue since %s; done about %s"), until, by)
                             : arena_printf(arena, _("done about %s: too late for %s"), by, until);
}
