/* Indicators, targets, completeness and acceptance in a report. */
#include <string.h>

#include "account/lot.h"
#include "account/missing.h"
#include "account/progress.h"
#include "account/report_parts.h"
#include "account/twins.h"
#include "core/message.h"
#include "index/procedures.h"

/* ---------------------------------------------------------------- indicators */

static const char *definition_of(struct report_making *making, const struct indicator *indicator)
{
    return arena_printf(making->arena, "indicator.%s", indicator->id);
}

static enum status define(struct report_making *making, const struct indicator *indicator,
                          const struct indicator_scope *scope, struct error *error)
{
    const char *above = NULL, *below = NULL;
    enum status status = indicator_query(&making->order->at, indicator, scope, INDICATOR_NUMERATOR,
                                         making->arena, &above, error);
    if (status == STATUS_OK)
        status = indicator_query(&making->order->at, indicator, scope, INDICATOR_DENOMINATOR,
                                 making->arena, &below, error);
    if (status == STATUS_OK)
        report_define(making, definition_of(making, indicator), indicator->version,
                      indicator->title,
                      arena_printf(making->arena, "numerator: %s; denominator: %s", above, below));
    return status;
}

static enum status indicator_row_of(struct report_making *making, struct report_table *table,
                                    const struct indicator *indicator, struct error *error)
{
    const struct indicator_scope scope = {making->order->from, making->order->until, "", NULL};
    struct indicator_value value;
    const char *definition = definition_of(making, indicator);
    enum status status =
        indicator_count(making->db, &making->order->at, indicator, &scope, &value, error);
    if (status == STATUS_OK)
        status = define(making, indicator, &scope, error);
    if (status != STATUS_OK)
        return status;
    struct report_cell *cells = report_row(making->report, table);
    cells[0] = report_words(making->report, indicator->id);
    cells[1] = report_words(making->report, indicator->title);
    cells[2] = report_count(making->report, arena_printf(making->arena, "%s.numerator", definition),
                            definition, value.numerator);
    cells[3] =
        report_count(making->report, arena_printf(making->arena, "%s.denominator", definition),
                     definition, value.denominator);
    cells[4] =
        report_share(making->report, definition, definition, value.numerator, value.denominator);
    cells[5] =
        indicator->full > 0
            ? report_words(making->report, arena_printf(making->arena, "%g %%", indicator->full))
            : report_words(making->report, "");
    return STATUS_OK;
}

/* The one in force, once for each id. */
static bool is_in_force(const struct report_making *making, size_t at)
{
    const struct indicators *all = making->order->indicators;
    return indicator_on(all, all->at[at].id, making->order->until) == &all->at[at];
}

enum status report_indicators(struct report_making *making, struct error *error)
{
    const struct indicators *all = making->order->indicators;
    enum status status = STATUS_OK;
    struct report_table *table = NULL;
    for (size_t i = 0; i < all->count && status == STATUS_OK; i++) {
        if (!is_in_force(making, i))
            continue;
        if (!table) {
            report_heading(making->report, _("Indicators"));
            table = report_table(making->report, "indicators", _("Indicators"),
                                 (const char *[]){_("indicator"), _("name"), _(">numerator"),
                                                  _(">denominator"), _(">share, %"),
                                                  _("full score"), NULL});
        }
        status = indicator_row_of(making, table, &all->at[i], error);
    }
    return status;
}

/* ---------------------------------------------------------------- targets */

struct reached {
    const struct target *target;
    const char *unit_key;
    int64_t due, done;
};

static enum status add_reached(void *context, const struct progress_row *row, struct error *error)
{
    struct reached *reached = context;
    const struct target *target = reached->target;
    (void)error;
    if (row->band && (!*target->band || strcmp(target->band, row->band) == 0) &&
        (!*target->unit || strcmp(row->unit_key, reached->unit_key) == 0)) {
        reached->due += row->papers_due;
        reached->done += row->papers_done - row->papers_outside;
    }
    return STATUS_OK;
}

static enum status count_target(struct report_making *making, struct reached *reached,
                                struct error *error)
{
    const struct report_order *order = making->order;
    const struct target *target = reached->target;
    struct indicator_value value;
    reached->unit_key = unit_key(target->unit, making->arena);
    /* a target of a unit that was merged since is that unit's own, as it was set */
    bool former = roadmap_group(order->roadmap, reached->unit_key, order->at.day, true) != NULL;
    const struct indicator_scope scope = {
        order->from, order->until, target->unit,
        former ? NULL : roadmap_group(order->roadmap, reached->unit_key, order->at.day, false)};
    if (strcmp(target->measure, "papers") == 0)
        return progress_each(making->db, order->roadmap, &order->at,
                             PROGRESS_BY_UNIT | (former ? PROGRESS_AS_PRINTED : 0), add_reached,
                             reached, error);
    const struct indicator *indicator =
        indicator_on(order->indicators, target->measure, order->until);
    if (!indicator)
        return error_set(error, STATUS_REJECT,
                         _("the target %s names the indicator \"%s\", and there is none"),
                         target->name, target->measure);
    enum status status = indicator_count(making->db, &order->at, indicator, &scope, &value, error);
    reached->due = value.denominator;
    reached->done = value.numerator;
    return status;
}

enum status report_targets(struct report_making *making, struct error *error)
{
    const struct roadmap *roadmap = making->order->roadmap;
    enum status status = STATUS_OK;
    struct report_table *table = NULL;
    for (size_t i = 0; i < roadmap->target_count && status == STATUS_OK; i++) {
        struct reached reached = {.target = &roadmap->targets[i]};
        char by[MESSAGE_DATE_SIZE];
        status = count_target(making, &reached, error);
        if (status != STATUS_OK)
            break;
        if (!table) {
            report_define(making, "target", 1, _("what a target asks for, and how far it is"),
                          "100 * numerator / denominator of its measure and unit");
            report_heading(making->report, _("Targets"));
            table = report_table(making->report, "targets", _("Targets"),
                                 (const char *[]){_("target"), _("unit"), _("measure"), _("by"),
                                                  _(">target, %"), _(">reached, %"), NULL});
        }
        struct report_cell *cells = report_row(making->report, table);
        cells[0] = report_words(making->report, reached.target->name);
        cells[1] =
            report_words(making->report, *reached.target->unit ? reached.target->unit : _("all"));
        cells[2] = report_words(making->report, strcmp(reached.target->measure, "papers") == 0
                                                    ? _("papers")
                                                    : reached.target->measure);
        cells[3] = report_words(making->report, message_date(reached.target->by, by));
        cells[4] = report_measure(
            making->report, arena_printf(making->arena, "target.asked %s", reached.target->name),
            "target", reached.target->percent, 2);
        cells[5] = report_share(
            making->report, arena_printf(making->arena, "target.reached %s", reached.target->name),
            "target", reached.done, reached.due);
    }
    return status;
}

/* ---------------------------------------------------------------- completeness */

enum status report_completeness(struct report_making *making, struct error *error)
{
    struct missing_sum sum;
    enum status status = missing_each(making->db, &making->order->at, NULL, NULL, &sum, error);
    if (status != STATUS_OK || sum.expected == 0)
        return status;
    report_define(making, "missing", report_counting(&making->order->at),
                  _("results of the registers that are in the store by number, day and unit, else "
                    "by owner, day and procedure"),
                  "account/missing.h");
    report_heading(making->report, _("Completeness against the registers"));
    struct report_table *table =
        report_table(making->report, "missing", _("Against the registers"),
                     (const char *[]){_("results"), _(">how many"), _(">share, %"), NULL});
    const struct {
        const char *key, *label;
        int64_t value;
    } lines[] = {{"found", _("in the store"), sum.found},
                 {"doubtful", _("doubtful"), sum.doubtful},
                 {"never", _("never scanned"), sum.never}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct report_cell *cells = report_row(making->report, table);
        cells[0] = report_words(making->report, lines[i].label);
        cells[1] =
            report_count(making->report, arena_printf(making->arena, "missing.%s", lines[i].key),
                         "missing", lines[i].value);
        cells[2] = report_share(making->report,
                                arena_printf(making->arena, "missing.%s.share", lines[i].key),
                                "missing", lines[i].value, sum.expected);
    }
    return STATUS_OK;
}

/* ---------------------------------------------------------------- taken in twice */

static enum status count_twin(void *context, const struct twin *twin, struct error *error)
{
    int64_t *counts = context;
    (void)error;
    counts[twin->state]++;
    return STATUS_OK;
}

enum status report_twins(struct report_making *making, struct error *error)
{
    int64_t counts[3] = {0};
    enum status status = twins_each(making->db, &making->order->at, count_twin, counts, error);
    if (status != STATUS_OK || counts[0] + counts[1] + counts[2] == 0)
        return status;
    report_define(making, "twins", 1,
                  _("documents that have the type, number, day and owner of another: they count "
                    "when a person said that they are another paper"),
                  "account/twins.h");
    report_heading(making->report, _("Taken in twice"));
    struct report_table *table = report_table(
        making->report, "twins", _("Taken in twice"),
        (const char *[]){_("documents like another"), _(">how many"), _("they count"), NULL});
    const struct {
        enum twin_state state;
        const char *label, *counted;
    } lines[] = {{TWIN_OPEN, _("nobody has said yet"), _("no")},
                 {TWIN_SAME, _("the same paper, as a person said"), _("no")},
                 {TWIN_ANOTHER, _("another paper, as a person said"), _("yes")}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct report_cell *cells = report_row(making->report, table);
        cells[0] = report_words(making->report, lines[i].label);
        cells[1] =
            report_count(making->report,
                         arena_printf(making->arena, "twins.%s", twin_state_name(lines[i].state)),
                         "twins", counts[lines[i].state]);
        cells[2] = report_words(making->report, lines[i].counted);
    }
    return STATUS_OK;
}

/* ---------------------------------------------------------------- acceptance */

enum status report_acceptance(struct report_making *making, struct error *error)
{
    const struct report_order *order = making->order;
    struct lot_sum sum;
    enum status status = lot_sums(making->db, &order->at, order->from, order->until, &sum, error);
    if (status != STATUS_OK || sum.lots == 0)
        return status;
    report_define(making, "acceptance", 1,
                  _("lots judged in the period by samples after ISO 2859-1"), "account/lot.h");
    report_heading(making->report, _("Acceptance"));
    struct report_table *table =
        report_table(making->report, "acceptance", _("Acceptance"),
                     (const char *[]){_("what"), _(">how many"), _(">share, %"), NULL});
    const struct {
        const char *key, *label;
        int64_t value, of;
    } lines[] = {{"lots", _("lots judged"), sum.lots, -1},
                 {"accepted", _("lots accepted"), sum.accepted, sum.lots},
                 {"inspected", _("documents inspected"), sum.inspected, -1},
                 {"faulty", _("of them with faults"), sum.faulty, sum.inspected}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct report_cell *cells = report_row(making->report, table);
        const char *key = arena_printf(making->arena, "acceptance.%s", lines[i].key);
        cells[0] = report_words(making->report, lines[i].label);
        cells[1] = report_count(making->report, key, "acceptance", lines[i].value);
        if (lines[i].of >= 0)
            cells[2] = report_share(making->report, arena_printf(making->arena, "%s.share", key),
                                    "acceptance", lines[i].value, lines[i].of);
    }
    return STATUS_OK;
}
