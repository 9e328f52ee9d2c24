#include "account/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "account/report_parts.h"
#include "core/message.h"

/* ---------------------------------------------------------------- facts */

static json_t *facts_of(const struct report_order *order, json_t *definitions)
{
    json_t *indicators = json_array();
    const struct account_at *at = &order->at;
    for (size_t i = 0; i < order->indicators->count; i++)
        json_array_append_new(indicators, indicator_json(&order->indicators->at[i]));
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:{s:I, s:s, s:s, s:I}, s:o, s:o, s:O?, s:o}",
                     "kind", report_period_word(order->kind), "counting", report_counting(at),
                     "period", order->period, "from", order->from, "until", order->until, "program",
                     "sohoa " SOHOA_VERSION, "position", "sequence", (json_int_t)at->sequence,
                     "head", at->head, "day", at->day, "record", (json_int_t)at->record, "plan",
                     plan_json(order->roadmap), "indicators", indicators, "files",
                     (json_t *)(uintptr_t)order->files, "definitions", definitions);
}

static const char *title_of(const struct report_order *order, struct arena *arena)
{
    const char *period = order->period;
    if (order->kind == REPORT_MONTH)
        return arena_printf(arena, _("REPORT on digitisation, month %.2s/%.4s"), period + 5,
                            period);
    if (order->kind == REPORT_QUARTER)
        return arena_printf(arena, _("REPORT on digitisation, quarter %s of %.4s"), period + 6,
                            period);
    return arena_printf(arena, _("REPORT on digitisation, year %.4s"), period);
}

static void put_words(struct report *report, const struct report_order *order)
{
    char from[MESSAGE_DATE_SIZE], until[MESSAGE_DATE_SIZE];
    struct arena *arena = report->arena;
    report->title = title_of(order, arena);
    report->subtitle = arena_printf(arena, _("from %s to %s"), message_date(order->from, from),
                                    message_date(order->until, until));
    report->parent = arena_strdup(arena, order->parent);
    report->agency = arena_strdup(arena, order->agency);
    report->number = arena_strdup(arena, order->number);
    report->place = arena_strdup(arena, order->place);
    report->signer = arena_strdup(arena, order->signer);
    report->made_at = arena_strdup(arena, order->made_at);
    report_paragraph(
        report, arena_printf(
                    arena,
                    _("Counted at entry %lld of the journal (hash %.16s…) and record %lld, by plan "
                      "%s. Every figure can be counted again: sohoa progress --verify."),
                    (long long)order->at.sequence, order->at.head, (long long)order->at.record,
                    *order->roadmap->plan ? order->roadmap->plan : "—"));
}

enum status account_report(struct db *db, const struct report_order *order, struct report **out,
                           struct error *error)
{
    static enum status (*const parts[])(struct report_making *, struct error *) = {
        report_bands,        report_period_flow, report_details, report_exempt,
        report_forecast,     report_indicators,  report_targets, report_twins,
        report_completeness, report_acceptance};
    struct report *report = report_new();
    struct report_making making = {.db = db,
                                   .order = order,
                                   .report = report,
                                   .arena = report->arena,
                                   .definitions = json_object()};
    *out = NULL;
    put_words(report, order);
    enum status status = account_tables(db, error);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == STATUS_OK; i++)
        status = parts[i](&making, error);
    json_decref(report->facts);
    report->facts = facts_of(order, making.definitions);
    if (status == STATUS_OK)
        *out = report;
    else
        report_free(report);
    return status;
}

/* ---------------------------------------------------------------- again */

static const char *fact(const json_t *facts, const char *key, struct arena *arena)
{
    const char *text = json_text(facts, key, arena);
    return text ? text : "";
}

static enum status read_indicators(const json_t *list, struct arena *arena, struct indicators *out,
                                   struct error *error)
{
    enum status status = STATUS_OK;
    *out =
        (struct indicators){.at = arena_array(arena, json_array_size(list) + 1, sizeof *out->at)};
    for (size_t i = 0; i < json_array_size(list) && status == STATUS_OK; i++)
        status = indicator_from_json(json_array_get(list, i), arena, &out->at[out->count++], error);
    return status;
}

enum status account_report_again(struct db *db, const struct report *told, struct report **out,
                                 struct error *error)
{
    struct arena *arena = arena_new();
    struct roadmap roadmap;
    struct indicators indicators;
    const json_t *facts = told->facts, *position = json_object_get(facts, "position");
    int kind = report_period_find(fact(facts, "kind", arena));
    struct report_order order = {.kind = (enum report_period)kind,
                                 .period = fact(facts, "period", arena),
                                 .from = fact(facts, "from", arena),
                                 .until = fact(facts, "until", arena),
                                 .roadmap = &roadmap,
                                 .indicators = &indicators,
                                 .files = json_object_get(facts, "files"),
                                 .parent = told->parent,
                                 .agency = told->agency,
                                 .number = told->number,
                                 .place = told->place,
                                 .signer = told->signer,
                                 .made_at = told->made_at};
    order.at = (struct account_at){.sequence = json_int(position, "sequence", 0),
                                   .record = json_int(position, "record", 0),
                                   .with_twins = json_int(facts, "counting", 1) < 2,
                                   .by_dossier = json_int(facts, "counting", 1) < 3};
    const char *day = fact(position, "day", arena), *head = fact(position, "head", arena);
    memcpy(order.at.day, day, strnlen(day, sizeof order.at.day - 1));
    memcpy(order.at.head, head, strnlen(head, sizeof order.at.head - 1));
    enum status status =
        kind < 0 || strlen(order.from) != 10 || strlen(order.until) != 10 || strlen(day) != 10 ||
                strlen(order.period) < 4
            ? error_set(error, STATUS_REJECT, _("its report.json is damaged"))
            : plan_from_json(json_object_get(facts, "plan"), arena, &roadmap, error);
    if (status == STATUS_OK)
        status = read_indicators(json_object_get(facts, "indicators"), arena, &indicators, error);
    if (status == STATUS_OK)
        status = account_report(db, &order, out, error);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- compared */

struct comparing {
    bool renamed;
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    struct arena *arena;
    int count;
};

static void tell(struct comparing *comparing, const char *place, const char *sentence)
{
    comparing->count++;
    comparing->finding(comparing->context, place, sentence);
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(const struct report_figure *const *)a)->key,
                  (*(const struct report_figure *const *)b)->key);
}

static const struct report_figure **sorted(const struct report *report, struct arena *arena)
{
    const struct report_figure **list = arena_array(arena, report->figure_count + 1, sizeof *list);
    for (size_t i = 0; i < report->figure_count; i++)
        list[i] = &report->figures[i];
    if (report->figure_count > 0)
        qsort(list, report->figure_count, sizeof *list, by_key);
    return list;
}

/* "12 (3 of 25)" */
static const char *said(const struct report *report, const struct report_figure *figure,
                        struct arena *arena)
{
    const char *shown = arena_strdup(arena, report_shown(report, figure));
    return figure->denominator < 0
               ? shown
               : arena_printf(arena, "%s (%lld/%lld)", shown, (long long)figure->numerator,
                              (long long)figure->denominator);
}

static void compare_figure(struct comparing *comparing, const struct report *told,
                           const struct report_figure *one, const struct report *again,
                           const struct report_figure *other)
{
    bool same = one->known == other->known && one->decimals == other->decimals &&
                one->numerator == other->numerator && one->denominator == other->denominator &&
                fabs(one->value - other->value) < 1e-6 &&
                strcmp(one->definition, other->definition) == 0;
    if (!same)
        tell(comparing, one->key,
             arena_printf(comparing->arena, _("the report says %s, counted again it is %s"),
                          said(told, one, comparing->arena), said(again, other, comparing->arena)));
}

static void compare_figures(struct comparing *comparing, const struct report *told,
                            const struct report *again)
{
    const struct report_figure **one = sorted(told, comparing->arena);
    const struct report_figure **other = sorted(again, comparing->arena);
    size_t i = 0, k = 0;
    while (i < told->figure_count || k < again->figure_count) {
        int order = i == told->figure_count    ? 1
                    : k == again->figure_count ? -1
                                               : strcmp(one[i]->key, other[k]->key);
        if (order < 0)
            tell(comparing, one[i]->key, _("counted again there is no such figure"));
        else if (order > 0)
            tell(comparing, other[k]->key,
                 arena_printf(comparing->arena,
                              _("the report leaves it out; counted again it is %s"),
                              said(again, other[k], comparing->arena)));
        else
            compare_figure(comparing, told, one[i], again, other[k]);
        i += order <= 0;
        k += order >= 0;
    }
}

/* A cell of a figure shows that figure, and every figure that was told is shown. */
static void compare_cells(struct comparing *comparing, const struct report *told)
{
    bool *shown = arena_array(comparing->arena, told->figure_count + 1, sizeof *shown);
    for (size_t b = 0; b < told->block_count; b++) {
        const struct report_table *table = told->blocks[b].table;
        for (size_t i = 0; table && i < table->row_count * table->column_count; i++) {
            const struct report_cell *cell = &table->cells[i];
            if (cell->figure < 0)
                continue;
            const struct report_figure *figure = &told->figures[cell->figure];
            shown[cell->figure] = true;
            if (strcmp(cell->text, report_shown(told, figure)) != 0)
                tell(comparing, figure->key,
                     arena_printf(comparing->arena, _("the table prints %s for %s"), cell->text,
                                  said(told, figure, comparing->arena)));
        }
    }
    for (size_t i = 0; i < told->figure_count; i++)
        if (!shown[i])
            tell(comparing, told->figures[i].key, _("no table shows it"));
}

static const char *key_of(const struct report *report, const struct report_cell *cell)
{
    return cell->figure >= 0 ? report->figures[cell->figure].key : cell->text;
}

/* The name of a procedure, the only words of a report that are the catalogue's. */
static bool is_name(const struct report_table *table, size_t cell)
{
    return strcmp(table->id, REPORT_DETAILS) == 0 && cell % table->column_count == 1;
}

/* Words stand where this program writes them, and each figure in its own row: asked only of a
 * report of the same program and language. */
static void compare_words(struct comparing *comparing, const struct report *told,
                          const struct report *again)
{
    bool same = told->block_count == again->block_count;
    for (size_t b = 0; same && b < told->block_count; b++) {
        const struct report_block *one = &told->blocks[b], *other = &again->blocks[b];
        const struct report_table *table = one->table, *counted = other->table;
        same =
            one->kind == other->kind && strcmp(one->text, other->text) == 0 && !table == !counted;
        if (!same || !table)
            continue;
        same = table->column_count == counted->column_count &&
               table->row_count == counted->row_count && strcmp(table->title, counted->title) == 0;
        for (size_t c = 0; same && c < table->column_count; c++)
            same = strcmp(table->columns[c].head, counted->columns[c].head) == 0;
        for (size_t i = 0; same && i < table->row_count * table->column_count; i++)
            if (!(comparing->renamed && is_name(table, i)) &&
                strcmp(key_of(told, &table->cells[i]), key_of(again, &counted->cells[i])) != 0) {
                tell(comparing, table->id,
                     arena_printf(comparing->arena, _("row %zu says \"%s\", it is \"%s\""),
                                  i / table->column_count + 1, key_of(told, &table->cells[i]),
                                  key_of(again, &counted->cells[i])));
                return;
            }
    }
    if (!same)
        tell(comparing, "blocks", _("its words and tables are not those that are written today"));
}

int account_report_compare(const struct report *told, const struct report *again, bool renamed,
                           void (*finding)(void *context, const char *place, const char *sentence),
                           void *context)
{
    struct comparing comparing = {
        .renamed = renamed, .finding = finding, .context = context, .arena = arena_new()};
    compare_figures(&comparing, told, again);
    compare_cells(&comparing, told);
    if (comparing.count == 0 && told->vietnamese == again->vietnamese &&
        strcmp(fact(told->facts, "program", comparing.arena),
               fact(again->facts, "program", comparing.arena)) == 0)
        compare_words(&comparing, told, again);
    arena_free(comparing.arena);
    return comparing.count;
}

enum status report_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status =
        db_do(db, error,
              "INSERT INTO account_report (record, kind, period, sequence, sha256)"
              " VALUES (?, ?, ?, ?, ?)",
              "issis", record->number, fact(record->data, "kind", arena),
              fact(record->data, "period", arena), json_int(record->data, "sequence", 0),
              fact(record->data, "sha256", arena));
    arena_free(arena);
    return status;
}
