#include "account/report_parts.h"

#include <string.h>

#include "account/exempt.h"
#include "account/forecast.h"
#include "account/progress.h"
#include "account/tables.h"
#include "account/twins.h"
#include "core/message.h"

void report_define(struct report_making *making, const char *id, int version, const char *title,
                   const char *query)
{
    json_object_set_new(
        making->definitions, id,
        json_pack("{s:i, s:s, s:s}", "version", version, "title", title, "query", query));
}

int report_counting(const struct account_at *at)
{
    return at->with_twins ? 1 : at->by_dossier ? 2 : 3;
}

static const char *band_label(const char *band)
{
    return !band ? _("all") : strcmp(band, BAND_UNKNOWN) == 0 ? _("year unknown") : band;
}

/* ---------------------------------------------------------------- plan against done */

static const char *progress_key(struct report_making *making, const char *what,
                                const struct progress_row *row)
{
    return arena_printf(making->arena, "progress.%s band=%s unit=%s procedure=%s", what,
                        row->band ? row->band : "*", row->unit ? row->unit_key : "*",
                        row->procedure ? row->procedure_key : "*");
}

struct rows {
    struct report_making *making;
    struct report_table *table;
};

static struct report_cell count_cell(struct report_making *making, const char *what,
                                     const struct progress_row *row, int64_t value)
{
    return report_count(making->report, progress_key(making, what, row), "progress", value);
}

/* The figures of a row, from its column at on. */
static void put_figures(struct report_making *making, const struct progress_row *row,
                        struct report_cell *cells, size_t at)
{
    cells[at++] = count_cell(making, "papers_planned", row, row->papers_planned);
    cells[at++] = count_cell(making, "papers_exempt", row, row->papers_exempt);
    cells[at++] = count_cell(making, "papers_due", row, row->papers_due);
    cells[at++] = count_cell(making, "papers_done", row, row->papers_done - row->papers_outside);
    cells[at++] = count_cell(making, "papers_outside", row, row->papers_outside);
    cells[at] = report_share(making->report, progress_key(making, "share", row), "progress.share",
                             row->papers_done - row->papers_outside, row->papers_due);
}

static enum status band_row(void *context, const struct progress_row *row, struct error *error)
{
    struct rows *rows = context;
    struct report_making *making = rows->making;
    (void)error;
    struct report_cell *cells = report_row(making->report, rows->table);
    cells[0] = report_words(making->report, band_label(row->band));
    put_figures(making, row, cells, 1);
    cells[7] = count_cell(making, "sheets_planned", row, row->sheets_planned);
    cells[8] = count_cell(making, "sheets_done", row, row->sheets_done);
    cells[9] = report_measure(making->report, progress_key(making, "metres_planned", row),
                              "progress.metres", row->metres_planned, 1);
    cells[10] = report_measure(making->report, progress_key(making, "metres_done", row),
                               "progress.metres", row->metres_done, 1);
    char deadline[MESSAGE_DATE_SIZE];
    cells[11] = report_words(making->report, message_date(row->deadline, deadline));
    return STATUS_OK;
}

enum status report_bands(struct report_making *making, struct error *error)
{
    struct rows rows = {.making = making};
    report_define(making, "progress", report_counting(&making->order->at),
                  _("papers of the inventory, of them exempt, due, and done in the store, each for "
                    "its own band, unit and procedure"),
                  progress_query(&making->order->at, making->arena));
    report_define(making, "progress.share", 1, _("papers done of those due"),
                  "100 * papers_done / papers_due");
    report_define(making, "progress.metres", 1,
                  _("metres of shelf of the inventory, and in the share in which its papers are "
                    "done"),
                  "metres * papers_done / papers_due");
    report_heading(making->report, _("Plan against done, by year band"));
    rows.table = report_table(
        making->report, "bands", _("By year band"),
        (const char *[]){_("year band"), _(">papers planned"), _(">exempt"), _(">due"), _(">done"),
                         _(">outside"), _(">share, %"), _(">sheets planned"), _(">sheets done"),
                         _(">metres"), _(">metres done"), _("deadline"), NULL});
    return progress_each(making->db, making->order->roadmap, &making->order->at, 0, band_row, &rows,
                         error);
}

static enum status detail_row(void *context, const struct progress_row *row, struct error *error)
{
    struct rows *rows = context;
    (void)error;
    if (!row->band) /* the total stands above */
        return STATUS_OK;
    struct report_cell *cells = report_row(rows->making->report, rows->table);
    cells[0] = report_words(rows->making->report, row->unit);
    cells[1] = report_words(rows->making->report, row->procedure);
    cells[2] = report_words(rows->making->report, band_label(row->band));
    put_figures(rows->making, row, cells, 3);
    return STATUS_OK;
}

enum status report_details(struct report_making *making, struct error *error)
{
    struct rows rows = {.making = making};
    report_heading(making->report, _("Plan against done, by unit and procedure"));
    rows.table = report_table(making->report, REPORT_DETAILS, _("By unit and procedure"),
                              (const char *[]){_("unit"), _("procedure"), _("year band"),
                                               _(">papers planned"), _(">exempt"), _(">due"),
                                               _(">done"), _(">outside"), _(">share, %"), NULL});
    return progress_each(making->db, making->order->roadmap, &making->order->at,
                         PROGRESS_BY_UNIT | PROGRESS_BY_PROCEDURE, detail_row, &rows, error);
}

/* ---------------------------------------------------------------- of the period */

static const char flow_sql[] =
    "SELECT coalesce(t.year, 0), count(*), coalesce(sum(t.pages), 0), coalesce(sum(t.sheets), 0)"
    " FROM %s AS t JOIN (SELECT document_id, min(day) AS first FROM account_place"
    " WHERE sequence <= ? GROUP BY document_id) AS f ON f.document_id = t.document_id"
    " WHERE f.first >= ? AND f.first <= ? GROUP BY coalesce(t.year, 0) ORDER BY 1";

struct flow {
    int64_t papers, pages, sheets;
};

static const char *flow_query(struct report_making *making)
{
    return arena_printf(making->arena, flow_sql, twins_counted(&making->order->at, making->arena));
}

static enum status read_flow(struct report_making *making, struct flow *flows, struct error *error)
{
    const struct report_order *order = making->order;
    struct db_query *query = NULL;
    enum status status = db_prepare(making->db, flow_query(making), &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, order->at.sequence);
        db_bind_text(query, 2, order->from);
        db_bind_text(query, 3, order->until);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        size_t at = 0;
        int64_t year = db_int(query, 0);
        while (at < order->roadmap->band_count &&
               (year <= 0 || year < order->roadmap->bands[at].from ||
                year > order->roadmap->bands[at].to))
            at++;
        size_t sums[] = {at, order->roadmap->band_count + 1};
        for (int i = 0; i < 2; i++) {
            flows[sums[i]].papers += db_int(query, 1);
            flows[sums[i]].pages += db_int(query, 2);
            flows[sums[i]].sheets += db_int(query, 3);
        }
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status report_period_flow(struct report_making *making, struct error *error)
{
    const struct roadmap *roadmap = making->order->roadmap;
    size_t count = roadmap->band_count + 2;
    struct flow *flows = arena_array(making->arena, count, sizeof *flows);
    report_define(making, "flow", report_counting(&making->order->at),
                  _("documents whose first version came into the store in the period"),
                  flow_query(making));
    report_heading(making->report, _("Done in the period"));
    struct report_table *table = report_table(
        making->report, "flow", _("Done in the period"),
        (const char *[]){_("year band"), _(">papers"), _(">pages"), _(">sheets"), NULL});
    enum status status = read_flow(making, flows, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *band = i < roadmap->band_count    ? roadmap->bands[i].id
                           : i == roadmap->band_count ? BAND_UNKNOWN
                                                      : NULL;
        struct report_cell *cells = report_row(making->report, table);
        const int64_t values[] = {flows[i].papers, flows[i].pages, flows[i].sheets};
        static const char *const what[] = {"papers", "pages", "sheets"};
        cells[0] = report_words(making->report, band_label(band));
        for (size_t k = 0; k < 3; k++)
            cells[k + 1] = report_count(
                making->report,
                arena_printf(making->arena, "flow.%s band=%s", what[k], band ? band : "*"), "flow",
                values[k]);
    }
    return status;
}

/* ---------------------------------------------------------------- exempt */

struct reasons {
    int64_t papers[32];
};

static enum status add_reason(void *context, const struct exempt_row *row, struct error *error)
{
    struct reasons *reasons = context;
    const char *slug;
    (void)error;
    for (size_t i = 0; i < 32 && (slug = exempt_reason(i, NULL)); i++)
        if (strcmp(slug, row->reason) == 0)
            reasons->papers[i] += row->papers;
    return STATUS_OK;
}

enum status report_exempt(struct report_making *making, struct error *error)
{
    struct reasons reasons = {{0}};
    const char *slug, *label = NULL;
    struct report_table *table = NULL;
    enum status status = exempt_each(making->db, &making->order->at, add_reason, &reasons, error);
    for (size_t i = 0; status == STATUS_OK && i < 32 && (slug = exempt_reason(i, &label)); i++) {
        if (reasons.papers[i] == 0)
            continue;
        if (!table) {
            report_define(making, "exempt", 1, _("papers of the inventory that are exempt"),
                          "SELECT reason, sum(papers) FROM " SQL_EXEMPT " AS t GROUP BY reason");
            report_heading(making->report, _("Papers that need not be digitised"));
            table = report_table(making->report, "exempt", _("Exempt papers"),
                                 (const char *[]){_("reason"), _(">papers"), NULL});
        }
        struct report_cell *cells = report_row(making->report, table);
        cells[0] = report_words(making->report, label);
        cells[1] = report_count(making->report,
                                arena_printf(making->arena, "exempt.papers reason=%s", slug),
                                "exempt", reasons.papers[i]);
    }
    return status;
}

/* ---------------------------------------------------------------- forecast */

static enum status forecast_row(void *context, const struct forecast *one, struct error *error)
{
    struct rows *rows = context;
    struct report_making *making = rows->making;
    const char *band = one->band ? one->band : "*";
    (void)error;
    if (one->state == FORECAST_NOTHING_DUE)
        return STATUS_OK;
    struct report_cell *cells = report_row(making->report, rows->table);
    cells[0] = report_words(making->report, band_label(one->band));
    cells[1] =
        report_count(making->report, arena_printf(making->arena, "forecast.left band=%s", band),
                     "forecast", one->left);
    cells[2] =
        report_measure(making->report, arena_printf(making->arena, "forecast.rate band=%s", band),
                       "forecast", one->rate, 2);
    cells[3] =
        report_measure(making->report, arena_printf(making->arena, "forecast.low band=%s", band),
                       "forecast", one->low, 2);
    cells[4] =
        report_measure(making->report, arena_printf(making->arena, "forecast.high band=%s", band),
                       "forecast", one->high, 2);
    cells[5] = report_words(making->report, forecast_sentence(one, making->arena));
    return STATUS_OK;
}

enum status report_forecast(struct report_making *making, struct error *error)
{
    struct rows rows = {.making = making};
    report_define(making, "forecast", 1,
                  _("papers a working day: mean of the last 20 working days, with the interval of "
                    "95 in 100 (Student's t)"),
                  flow_sql);
    report_heading(making->report, _("Forecast"));
    rows.table = report_table(making->report, "forecast", _("Forecast"),
                              (const char *[]){_("year band"), _(">left"), _(">a working day"),
                                               _(">at least"), _(">at most"), _("forecast"), NULL});
    return forecast_each(making->db, making->order->roadmap, &making->order->at, forecast_row,
                         &rows, error);
}
