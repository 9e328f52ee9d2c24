/* sohoa progress: the plan against what is done, now or as it stood; where it leads; reports. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/forecast.h"
#include "account/progress.h"
#include "index/procedures.h"
#include "tools/account.h"

static struct {
    const char *by, *as_of, *report, *period, *out, *verify, *list;
    const char *band, *unit;
    bool forecast, indicators, as_printed;
} option;

static const char *band_label(const char *band)
{
    return band == NULL ? _("all") : strcmp(band, BAND_UNKNOWN) == 0 ? _("year unknown") : band;
}

/* ------------------------------------------------------------------ plan against done */

struct progress_view {
    struct cli *cli;
    int split; /* PROGRESS_BY_... */
    struct progress_row *rows;
    size_t count, room;
    bool exempt, twice, sheets, metres; /* is there anything of it? */
    struct progress_row sum;            /* of those asked for, when not all are */
};

static bool is_asked(struct cli *cli, const struct progress_row *row)
{
    if (option.band && (!row->band || strcmp(row->band, option.band) != 0))
        return false;
    if (!option.unit)
        return row->band || !option.band;
    if (!row->unit)
        return false;
    const char *unit = unit_key_folded(row->unit, cli->arena);
    const char *wanted = unit_key_folded(option.unit, cli->arena);
    return strcmp(unit, wanted) == 0 || strcmp(unit_bare(unit), wanted) == 0;
}

static void add_up(struct progress_row *sum, const struct progress_row *row)
{
    sum->papers_planned += row->papers_planned;
    sum->papers_exempt += row->papers_exempt;
    sum->papers_due += row->papers_due;
    sum->papers_done += row->papers_done;
    sum->papers_outside += row->papers_outside;
    sum->papers_twice += row->papers_twice;
    sum->pages_planned += row->pages_planned;
    sum->pages_done += row->pages_done;
    sum->sheets_planned += row->sheets_planned;
    sum->sheets_done += row->sheets_done;
    sum->metres_planned += row->metres_planned;
    sum->metres_done += row->metres_done;
    sum->percent = sum->papers_due > 0 ? 100.0 * (double)(sum->papers_done - sum->papers_outside) /
                                             (double)sum->papers_due
                                       : -1;
}

static enum status take_row(void *context, const struct progress_row *row, struct error *error)
{
    struct progress_view *view = context;
    struct arena *arena = view->cli->arena;
    (void)error;
    if (!is_asked(view->cli, row))
        return STATUS_OK;
    add_up(&view->sum, row);
    if (view->count == view->room) {
        view->room = view->room ? 2 * view->room : 64;
        view->rows = memory_resize(view->rows, view->room * sizeof *view->rows);
    }
    struct progress_row *kept = &view->rows[view->count++];
    *kept = *row;
    kept->unit = arena_strdup(arena, row->unit);
    kept->procedure = arena_strdup(arena, row->procedure);
    view->exempt = view->exempt || row->papers_exempt > 0;
    view->twice = view->twice || row->papers_twice > 0;
    view->sheets = view->sheets || row->sheets_planned > 0;
    view->metres = view->metres || row->metres_planned > 0;
    return STATUS_OK;
}

static json_t *row_json(const struct progress_row *row)
{
    json_t *object = json_object();
    const struct {
        const char *key;
        int64_t value;
    } counts[] = {{"papers_planned", row->papers_planned}, {"papers_exempt", row->papers_exempt},
                  {"papers_due", row->papers_due},         {"papers_done", row->papers_done},
                  {"papers_outside", row->papers_outside}, {"papers_twice", row->papers_twice},
                  {"pages_planned", row->pages_planned},   {"pages_done", row->pages_done},
                  {"sheets_planned", row->sheets_planned}, {"sheets_done", row->sheets_done}};
    json_put_text(object, "band", row->band);
    json_put_text(object, "unit", row->unit);
    json_put_text(object, "procedure", row->procedure);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].key, json_integer((json_int_t)counts[i].value));
    json_put_number(object, "metres_planned", row->metres_planned, 3);
    json_put_number(object, "metres_done", row->metres_done, 3);
    if (row->percent >= 0)
        json_put_number(object, "percent", row->percent, 2);
    json_put_number(object, "target_percent", row->target_percent, 2);
    json_put_text(object, "deadline", row->deadline);
    return object;
}

static size_t heads_of(const struct progress_view *view, const char **heads)
{
    size_t count = 0;
    heads[count++] = _("year band");
    if (view->split & PROGRESS_BY_UNIT)
        heads[count++] = _("unit");
    if (view->split & PROGRESS_BY_PROCEDURE)
        heads[count++] = _("procedure");
    heads[count++] = _(">papers planned");
    if (view->exempt)
        heads[count++] = _(">exempt");
    heads[count++] = _(">done");
    heads[count++] = _(">outside");
    if (view->twice)
        heads[count++] = _(">twice");
    heads[count++] = _(">share");
    heads[count++] = _(">pages planned");
    heads[count++] = _(">done");
    if (view->sheets) {
        heads[count++] = _(">sheets planned");
        heads[count++] = _(">done");
    }
    if (view->metres) {
        heads[count++] = _(">metres");
        heads[count++] = _(">done");
    }
    heads[count++] = _(">target");
    heads[count++] = _("deadline");
    return count;
}

static void print_row(const struct progress_view *view, struct table *table,
                      const struct progress_row *row)
{
    struct cli *cli = view->cli;
    const char *cells[20] = {band_label(row->band)};
    size_t count = 1;
    if (view->split & PROGRESS_BY_UNIT)
        cells[count++] = row->unit;
    if (view->split & PROGRESS_BY_PROCEDURE)
        cells[count++] = account_short(cli, row->procedure);
    cells[count++] = account_count(cli, row->papers_planned);
    if (view->exempt)
        cells[count++] = account_count(cli, row->papers_exempt);
    /* as in the report: of those that were to be done, so that the share is of the two */
    cells[count++] = account_count(cli, row->papers_done - row->papers_outside);
    cells[count++] = row->papers_outside > 0 ? account_count(cli, row->papers_outside) : "";
    if (view->twice)
        cells[count++] = row->papers_twice > 0 ? account_count(cli, row->papers_twice) : "";
    cells[count++] =
        row->percent < 0 ? _("n/a") : arena_printf(cli->arena, "%.1f %%", row->percent);
    cells[count++] = account_count(cli, row->pages_planned);
    cells[count++] = account_count(cli, row->pages_done);
    if (view->sheets) {
        cells[count++] = account_count(cli, row->sheets_planned);
        cells[count++] = account_count(cli, row->sheets_done);
    }
    if (view->metres) {
        cells[count++] = account_metres(cli, row->metres_planned);
        cells[count++] = account_metres(cli, row->metres_done);
    }
    cells[count++] = row->band != NULL && row->target_percent > 0
                         ? arena_printf(cli->arena, "%.0f %%", row->target_percent)
                         : "";
    cells[count++] = terminal_date(cli->arena, row->deadline);
    table_row(table, cells);
}

/* A band that the plan does not have is a slip and no empty answer. */
static enum status check_band(struct cli *cli)
{
    const struct roadmap *roadmap = &cli->warehouse.roadmap;
    const char *known = "";
    if (!option.band || strcmp(option.band, BAND_UNKNOWN) == 0)
        return STATUS_OK;
    for (size_t i = 0; i < roadmap->band_count; i++) {
        if (strcmp(roadmap->bands[i].id, option.band) == 0)
            return STATUS_OK;
        known = arena_printf(cli->arena, "%s%s, ", known, roadmap->bands[i].id);
    }
    return error_set(&cli->error, STATUS_REJECT, _("the plan has no band \"%s\"; it has %s%s"),
                     option.band, known, BAND_UNKNOWN);
}

/* Papers of years that no band has count as of no known year: whoever made the plan is told. */
static void tell_ends(const struct roadmap *roadmap)
{
    const struct band *first = &roadmap->bands[0], *last = &roadmap->bands[roadmap->band_count - 1];
    if (first->from != INT_MIN)
        printf(_("The plan has no band for years before %d: papers of then count as “year "
                 "unknown”. “from = -” in [band %s] takes them in.\n"),
               first->from, first->id);
    if (last->to != INT_MAX)
        printf(_("The plan has no band for years after %d: papers of then count as “year "
                 "unknown”. “to = -” in [band %s] takes them in.\n"),
               last->to, last->id);
}

static int show(struct cli *cli, const struct account_at *at, int split)
{
    struct progress_view view = {.cli = cli, .split = split, .sum = {.deadline = ""}};
    const char *heads[20] = {NULL};
    int64_t unknown = 0;
    bool former = option.unit &&
                  roadmap_group(&cli->warehouse.roadmap, unit_key(option.unit, cli->arena), at->day,
                                true); /* who asks for one that was merged means that one */
    int printed = option.as_printed || former ? PROGRESS_AS_PRINTED : 0;
    enum status status = check_band(cli);
    if (status == STATUS_OK)
        status = progress_each(cli->db, &cli->warehouse.roadmap, at, split | printed, take_row,
                               &view, &cli->error);
    if (status == STATUS_OK && option.unit && view.count == 0)
        status = error_set(&cli->error, STATUS_REJECT,
                           option.band
                               ? _("neither the inventory nor the store has anything of \"%s\" in "
                                   "that band; “sohoa progress --unit” without --band shows in "
                                   "which it has, “sohoa progress --by unit” which units there are")
                               : _("neither the inventory nor the store has anything of \"%s\"; "
                                   "“sohoa progress --by unit” shows which units there are"),
                           option.unit);
    if (status == STATUS_OK)
        status = progress_unknown_sheets(cli->db, &unknown, &cli->error);
    if (status != STATUS_OK) {
        free(view.rows);
        return cli_fail(cli, status);
    }
    json_t *rows = json_array();
    heads_of(&view, heads);
    struct table *table = table_new(heads);
    for (size_t i = 0; i < view.count; i++) {
        json_array_append_new(rows, row_json(&view.rows[i]));
        print_row(&view, table, &view.rows[i]);
    }
    if ((option.band || option.unit) && view.count > 1)
        print_row(&view, table, &view.sum);
    free(view.rows);
    if (cli->json) {
        table_drop(table);
        return cli_json(rows);
    }
    json_decref(rows);
    table_print(table);
    tell_ends(&cli->warehouse.roadmap);
    if (view.twice)
        printf(_("“Twice” are documents with the type, number, day and owner of another; they are "
                 "not counted. “sohoa review twins” lists them.\n"));
    if (view.sheets && unknown > 0)
        printf(_("The sheets of %lld versions are not known, for an earlier program entered them; "
                 "`sohoa reindex` counts them.\n"),
               (long long)unknown);
    return EXIT_DONE;
}

static int read_split(int *split)
{
    *split = 0;
    if (option.unit != NULL)
        *split = PROGRESS_BY_UNIT;
    if (option.by == NULL)
        return EXIT_DONE;
    int by = (strstr(option.by, "unit") != NULL ? PROGRESS_BY_UNIT : 0) |
             (strstr(option.by, "procedure") != NULL ? PROGRESS_BY_PROCEDURE : 0);
    *split |= by;
    if (by != 0)
        return EXIT_DONE;
    fprintf(stderr, _("sohoa: --by takes unit, procedure or unit,procedure, not '%s'\n"),
            option.by);
    return EXIT_USAGE;
}

/* ------------------------------------------------------------------ forecast */

struct forecast_view {
    struct cli *cli;
    struct table *table;
    json_t *rows;
};

static const char *state_word(enum forecast_state state)
{
    static const char *const words[] = {"nothing_due", "done",    "too_few", "stands_still",
                                        "open",        "on_time", "unsure",  "late"};
    return words[state];
}

static enum status show_forecast(void *context, const struct forecast *one, struct error *error)
{
    struct forecast_view *view = context;
    struct cli *cli = view->cli;
    (void)error;
    json_t *object = json_object();
    json_put_text(object, "band", one->band);
    json_object_set_new(object, "due", json_integer((json_int_t)one->due));
    json_object_set_new(object, "done", json_integer((json_int_t)one->done));
    json_object_set_new(object, "left", json_integer((json_int_t)one->left));
    json_object_set_new(object, "days", json_integer(one->days));
    json_put_number(object, "rate", one->rate, 3);
    json_put_number(object, "rate_low", one->low, 3);
    json_put_number(object, "rate_high", one->high, 3);
    if (one->needed >= 0)
        json_put_number(object, "rate_needed", one->needed, 3);
    json_put_text(object, "deadline", one->deadline);
    json_put_text(object, "finish", one->finish);
    json_put_text(object, "earliest", one->earliest);
    json_put_text(object, "latest", one->latest);
    json_object_set_new(object, "overdue", json_boolean(one->overdue));
    json_put_text(object, "state", state_word(one->state));
    json_put_text(object, "sentence", forecast_sentence(one, cli->arena));
    json_array_append_new(view->rows, object);
    bool told = one->state >= FORECAST_OPEN;
    table_row(view->table,
              (const char *[]){
                  band_label(one->band), account_count(cli, one->left),
                  told
                      ? arena_printf(cli->arena, "%.1f (%.1f–%.1f)", one->rate, one->low, one->high)
                      : "",
                  one->needed >= 0 ? arena_printf(cli->arena, "%.1f", one->needed) : "",
                  terminal_date(cli->arena, one->deadline), forecast_sentence(one, cli->arena)});
    return STATUS_OK;
}

/* "2026-11", or "11/2026" where days are written so. */
static const char *month_shown(struct cli *cli, const char *month)
{
    const char *first = terminal_date(cli->arena, arena_printf(cli->arena, "%s-01", month));
    return strlen(first) == 10 && first[2] == '/' ? first + 3 : month;
}

static enum status show_burn(struct cli *cli, const struct account_at *at, json_t *months)
{
    struct burn *list = NULL;
    size_t count = 0;
    enum status status = forecast_burn(cli->db, &cli->warehouse.roadmap, at, 12, cli->arena, &list,
                                       &count, &cli->error);
    struct table *table = table_new(
        (const char *[]){_("month"), _(">stored, also outside the inventory"), _(">left"), NULL});
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(months, json_pack("{s:s, s:I, s:I}", "month", list[i].month, "done",
                                                (json_int_t)list[i].done, "left",
                                                (json_int_t)list[i].left));
        table_row(table, (const char *[]){month_shown(cli, list[i].month),
                                          account_count(cli, list[i].done),
                                          account_count(cli, list[i].left)});
    }
    if (status == STATUS_OK && !cli->json) {
        printf("\n");
        table_print(table);
    } else {
        table_drop(table);
    }
    return status;
}

static int forecast(struct cli *cli, const struct account_at *at)
{
    struct forecast_view view = {.cli = cli, .rows = json_array()};
    json_t *months = json_array();
    view.table = table_new((const char *[]){_("year band"), _(">left"), _(">a working day"),
                                            _(">needed"), _("deadline"), _("forecast"), NULL});
    enum status status =
        forecast_each(cli->db, &cli->warehouse.roadmap, at, show_forecast, &view, &cli->error);
    if (status == STATUS_OK && !cli->json)
        table_print(view.table);
    else
        table_drop(view.table);
    if (status == STATUS_OK)
        status = show_burn(cli, at, months);
    if (status == STATUS_OK && cli->json)
        return cli_json(json_pack("{s:o, s:o}", "bands", view.rows, "months", months));
    json_decref(view.rows);
    json_decref(months);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

int cmd_progress(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"by", OPTION_TEXT, &option.by, "unit,procedure",
         N_("a row for each unit, procedure, or both")},
        {"band", OPTION_TEXT, &option.band, N_("BAND"), N_("this year band alone")},
        {"unit", OPTION_TEXT, &option.unit, N_("NAME"), N_("this unit alone")},
        {"as-printed", OPTION_FLAG, &option.as_printed, NULL,
         N_("units that the plan counts as one each by its own name")},
        {"as-of", OPTION_TEXT, &option.as_of, N_("ENTRY|DAY"),
         N_("as it stood at an entry of the journal or at the end of a day")},
        {"forecast", OPTION_FLAG, &option.forecast, NULL,
         N_("how fast it goes, and whether each band is done by its deadline")},
        {"indicators", OPTION_FLAG, &option.indicators, NULL,
         N_("the indicators of config/indicators.conf, with numerator and denominator")},
        {"list", OPTION_TEXT, &option.list, "ID",
         N_("what is behind an indicator's numerator, as 4.2; of the denominator: 4.2/all")},
        {"report", OPTION_TEXT, &option.report, N_("KIND"),
         N_("the report of a month, quarter or year, as it can be counted again")},
        {"period", OPTION_TEXT, &option.period, N_("PERIOD"),
         N_("of which: 2026-11, 2026-Q4, 2026 (else the one that is open)")},
        {"out", OPTION_TEXT, &option.out, N_("FILE|FOLDER"),
         N_("write the report: .pdf (signed), .xlsx, or both into a folder")},
        {"verify", OPTION_TEXT, &option.verify, N_("FILE"),
         N_("count the figures of a report again and say which differ")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0, split = 0;
    struct account_at at, last;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    if ((code = read_split(&split)) != EXIT_DONE)
        return code;
    if (option.verify != NULL)
        return report_verify(cli, option.verify);
    enum status status = account_moment(cli, option.as_of, &at);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    last = at;
    if (option.as_of == NULL) /* a period that is over is counted as it stood at its end */
        last = (struct account_at){.sequence = 0};
    if (option.indicators || option.list != NULL)
        return indicators_show(cli, option.report, option.period, &at, option.list);
    if (option.report != NULL)
        return report_make(cli, option.report, option.period, &last, option.out);
    return option.forecast ? forecast(cli, &at) : show(cli, &at, split);
}
