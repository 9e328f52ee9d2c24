/* Units that were merged count as one from their day on, whatever name papers and inventory bear;
 * before it, and for who asks as printed, each counts by its own name; nothing counts twice. */
#include "account/indicators.h"
#include "account/inventory.h"
#include "account/progress.h"
#include "account/report.h"
#include "account/twins.h"
#include "tests/unit/index_rig.h"

#define BEFORE "2025-06-30"
#define SINCE "2025-07-01"

static struct roadmap plan;

static const char plan_text[] = "[band den-2030]\nfrom=-\nto=-\n"
                                "[unit Phường Đông Sơn]\nformer = Xã Đông Hòa | Xã Đông Minh\n"
                                "since = 01/07/2025\n"
                                "[unit Xã Đông Tiến]\nformer=Xã Đông Khê\nsince=1/7/2025\n";

static void put(const char *unit)
{
    static int number;
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    document_init(&document, arena_printf(arena, "merged-%d", number++), "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_UNIT].value = unit;
    document.fields[FIELD_PROCEDURE].value = "1.001193";
    document.fields[FIELD_DATE].value = "2010-05-06";
    document.signed_at = "2026-01-01T00:00:00+07:00";
    GOOD(index_document(index_, &document, "2026/x/v1", &text, &error));
    GOOD(account_place(db, document.id, 1, number, BEFORE, &error));
}

static void count_papers(const char *csv)
{
    json_t *data = NULL;
    int rows = 0;
    GOOD(inventory_read(db, rig_file("kiem-dem.csv", csv), &data, &rows, &error));
    GOOD(rig_record(KIND_INVENTORY, inventory_apply, data));
}

/* "Xã A 3/5-1": done of due, and what is outside, of each unit by name. */
static enum status add_row(void *context, const struct progress_row *row, struct error *problem)
{
    const char **text = context;
    (void)problem;
    if (row->band)
        *text = arena_printf(arena, "%s%s%s %d/%d-%d", *text, **text ? "; " : "", row->unit,
                             (int)row->papers_done, (int)row->papers_due, (int)row->papers_outside);
    return STATUS_OK;
}

static const char *count(const char *day, int how)
{
    const struct account_at at = account_now(day);
    const char *text = "";
    GOOD(progress_each(db, &plan, &at, PROGRESS_BY_UNIT | how, add_row, &text, &error));
    return text;
}

/* ---------------------------------------------------------------- counted */

static void merged_units_are_one_from_their_day_on(void **state)
{
    (void)state;
    rig_open_new("merged.db");
    GOOD(account_tables(db, &error));
    put("Xã Đông Hòa");
    put("UBND xã Đông Minh");
    put("xa dong minh"); /* as reading left it */
    put("Phường Đông Sơn");
    put("Xã Đông Nam");
    count_papers("unit,procedure,year,papers,pages\nXã Đông Hòa,1.001193,2010,4,4\n"
                 "Phường Đông Sơn,1.001193,2010,1,1\nXã Đông Nam,1.001193,2010,2,2\n");
    static const char each[] = "Phường Đông Sơn 1/1-0; Xã Đông Hòa 1/4-0; UBND xã Đông Minh 2/0-2; "
                               "Xã Đông Nam 1/2-0";
    assert_string_equal(count(BEFORE, 0), each);
    assert_string_equal(count(SINCE, 0), "Phường Đông Sơn 4/5-0; Xã Đông Nam 1/2-0");
    assert_string_equal(count(SINCE, PROGRESS_AS_PRINTED), each);
}

/* The new unit counted all that lies on its shelves; the papers bear the old names. */
static void old_names_fill_the_inventory_of_the_new_unit(void **state)
{
    (void)state;
    rig_open_new("shelves.db");
    GOOD(account_tables(db, &error));
    put("Xã Đông Hòa");
    put("Đông Minh");
    put("Xã Đông Khê");
    count_papers("unit,procedure,year,papers,pages\nPhường Đông Sơn,1.001193,2010,3,3\n");
    assert_string_equal(count(SINCE, 0), "Phường Đông Sơn 2/3-0; Xã Đông Tiến 1/0-1");
}

static void an_indicator_of_the_new_unit_counts_the_old_ones(void **state)
{
    (void)state;
    struct indicators indicators;
    struct indicator_value alone, merged;
    const struct account_at now = account_now(SINCE);
    struct indicator_scope scope = {"2000-01-01", "2030-01-01", "Phường Đông Sơn", NULL};
    rig_open_new("indicators.db");
    GOOD(account_tables(db, &error));
    put("Xã Đông Hòa");
    put("Xã Đông Minh");
    put("Phường Đông Sơn");
    put("Xã Đông Khê");
    GOOD(indicators_read("config/indicators.conf", arena, &indicators, &error));
    const struct indicator *indicator = indicator_on(&indicators, "kho.2", "2026-11-30");
    GOOD(indicator_count(db, &now, indicator, &scope, &alone, &error));
    scope.group = &plan.units[0];
    GOOD(indicator_count(db, &now, indicator, &scope, &merged, &error));
    assert_int_equal(alone.denominator, 1);
    assert_int_equal(merged.denominator, 3);
}

/* ---------------------------------------------------------------- the plan */

static void a_report_keeps_the_plan_it_was_counted_by(void **state)
{
    (void)state;
    struct roadmap kept, shipped;
    json_t *json = plan_json(&plan), *before = plan_json(&roadmap);
    assert_null(json_object_get(before, "units")); /* reports of before are what they were */
    GOOD(plan_from_json(before, arena, &shipped, &error));
    assert_int_equal(shipped.unit_count, 0);
    GOOD(plan_from_json(json, arena, &kept, &error));
    assert_int_equal(kept.unit_count, 2);
    assert_string_equal(kept.units[0].name, "Phường Đông Sơn");
    assert_string_equal(kept.units[0].former[1], "Xã Đông Minh");
    assert_string_equal(kept.units[0].since, SINCE);
    const char *key = plan.units[0].former_key[1];
    assert_ptr_equal(roadmap_group(&kept, key, SINCE, true), &kept.units[0]);
    assert_null(roadmap_group(&kept, key, BEFORE, true));
    assert_null(roadmap_group(&kept, kept.units[0].key, SINCE, true));
    json_decref(json);
    json_decref(before);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(roadmap_read(rig_file("roadmap.conf", plan_text), arena, &plan, &error));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merged_units_are_one_from_their_day_on),
        cmocka_unit_test(old_names_fill_the_inventory_of_the_new_unit),
        cmocka_unit_test(an_indicator_of_the_new_unit_counts_the_old_ones),
        cmocka_unit_test(a_report_keeps_the_plan_it_was_counted_by),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
