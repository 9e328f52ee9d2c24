/* Where the work leads: rates with an interval, dates, and a sentence where nothing can be said. */
#include "account/days.h"
#include "account/forecast.h"
#include "account/inventory.h"
#include "tests/unit/index_rig.h"

static int64_t documents;

/* ---------------------------------------------------------------- days */

static void days_are_those_of_the_calendar(void **state)
{
    (void)state;
    char iso[11];
    assert_int_equal(days_of("1970-01-01"), 0);
    assert_int_equal(days_of("2000-03-01"), 11017);
    assert_int_equal(days_of("1954-07-21"), -5643);
    assert_int_equal(days_of("soon"), DAYS_NONE);
    for (long day = -60000; day < 60000; day += 7) {
        days_iso(day, iso);
        assert_int_equal(days_of(iso), day);
    }
    assert_false(days_is_weekend(days_of("2026-11-30"))); /* a Monday */
    assert_true(days_is_weekend(days_of("2026-11-29")));
    assert_true(days_is_weekend(days_of("2026-11-28")));
    assert_false(days_is_weekend(days_of("1969-12-31"))); /* a Wednesday */
}

static void working_days_pass_over_weekends(void **state)
{
    (void)state;
    for (long from = days_of("2026-11-23"); from < days_of("2026-12-07"); from++)
        for (long count = 0; count < 30; count++) {
            long day = from, left = count;
            while (left > 0)
                left -= !days_is_weekend(++day);
            assert_int_equal(days_add_working(from, count), day);
            assert_int_equal(days_working(from, day), count);
        }
    assert_int_equal(days_working(10, 10), 0);
    assert_int_equal(days_working(10, 5), 0);
}

/* ---------------------------------------------------------------- forecasts */

static void forget_all(void)
{
    GOOD(db_run(db,
                "DELETE FROM account_inventory; DELETE FROM catalog_version;"
                "DELETE FROM account_place",
                &error));
}

static void plan(int year, int papers)
{
    json_t *data = json_pack("{s:[{s:s, s:s, s:s, s:s, s:i, s:i, s:i}]}", "rows", "unit", "Xã A",
                             "unit_key", "xa4 a", "procedure", "Khai sinh", "procedure_key",
                             "1.001193", "year", year, "papers", papers, "pages", papers);
    const struct record record = {.number = ++records, .data = data};
    GOOD(inventory_apply(db, &record, &error));
    json_decref(data);
}

static void done(int year, const char *day, int count)
{
    for (int i = 0; i < count; i++) {
        const char *id = arena_printf(arena, "d%lld", (long long)++documents);
        GOOD(
            db_do(db, &error,
                  "INSERT INTO catalog_version (document_id, version, procedure, year, unit, pages,"
                  " sheets) VALUES (?, 1, '1.001193', ?, 'Xã A', 1, 1)",
                  "si", id, (int64_t)year));
        GOOD(account_place(db, id, 1, documents, day, &error));
    }
}

struct wanted {
    const char *band;
    struct forecast found;
};

static enum status find(void *context, const struct forecast *one, struct error *problem)
{
    struct wanted *wanted = context;
    (void)problem;
    if (one->band && strcmp(one->band, wanted->band) == 0)
        wanted->found = *one;
    assert_true(forecast_sentence(one, arena)[0] != 0);
    assert_true(one->rate >= 0 && one->low >= 0 && one->low <= one->rate && one->high >= one->rate);
    return STATUS_OK;
}

static struct forecast forecast(const char *band, const char *today)
{
    struct wanted wanted = {.band = band};
    const struct account_at at = account_now(today);
    GOOD(forecast_each(db, &roadmap, &at, find, &wanted, &error));
    return wanted.found;
}

static void without_anything_nothing_is_said(void **state)
{
    (void)state;
    forget_all();
    struct forecast one = forecast("1996-2005", "2026-11-30");
    assert_int_equal(one.state, FORECAST_NOTHING_DUE);
    assert_int_equal(one.left, 0);
    plan(1999, 100);
    one = forecast("1996-2005", "2026-11-30");
    assert_int_equal(one.state, FORECAST_TOO_FEW);
    assert_int_equal(one.left, 100);
    assert_string_equal(one.finish, "");
    done(1999, "2026-11-27", 3);
    one = forecast("1996-2005", "2026-11-30");
    assert_int_equal(one.state, FORECAST_TOO_FEW);
    assert_int_equal(one.left, 97);
}

static void an_even_rate_leads_to_its_day(void **state)
{
    (void)state;
    static const char *const days[] = {"2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19",
                                       "2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25",
                                       "2026-11-26", "2026-11-27"};
    forget_all();
    plan(2023, 100); /* the band 2022-nay has no deadline */
    for (size_t i = 0; i < 10; i++)
        done(2023, days[i], 5);
    struct forecast one = forecast("2022-nay", "2026-11-30"); /* today, nothing yet: not counted */
    assert_int_equal(one.days, 10);
    assert_true(one.rate == 5 && one.low == 5 && one.high == 5);
    assert_int_equal(one.left, 50);
    assert_int_equal(one.state, FORECAST_OPEN);
    assert_string_equal(one.finish, "2026-12-14"); /* ten working days on */
    assert_string_equal(one.earliest, one.finish);
    assert_string_equal(one.latest, one.finish);
}

static void weekends_count_only_when_somebody_works(void **state)
{
    (void)state;
    forget_all();
    plan(2023, 100);
    done(2023, "2026-11-20", 4);
    done(2023, "2026-11-22", 8); /* a Sunday */
    struct forecast one = forecast("2022-nay", "2026-11-27");
    assert_int_equal(one.days, 6); /* Friday, Sunday, Monday to Thursday */
    assert_true(one.rate == 2);
    assert_true(one.low < one.rate && one.high > one.rate);
}

static void what_is_outside_lowers_nothing(void **state)
{
    (void)state;
    static const char *const days[] = {"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26",
                                       "2026-11-27"};
    forget_all();
    plan(2023, 20);
    for (size_t i = 0; i < 5; i++) {
        done(2023, days[i], 2);
        done(2024, days[i], 2); /* of the same band, and more than was planned below */
    }
    plan(2023, 30);
    struct forecast one = forecast("2022-nay", "2026-11-30");
    assert_int_equal(one.done, 20);
    assert_int_equal(one.left, 10);
    plan(2023, 10);
    one = forecast("2022-nay", "2026-11-30");
    assert_int_equal(one.left, 0);
    assert_int_equal(one.state, FORECAST_DONE);
    assert_true(one.rate == 2); /* half of what came in was due */
}

static void deadlines_are_judged_with_the_interval(void **state)
{
    (void)state;
    forget_all();
    plan(1980, 40); /* den-1995: 31/12/2025 */
    for (int day = 1; day <= 28; day++) {
        const char *iso = arena_printf(arena, "2025-11-%02d", day);
        if (!days_is_weekend(days_of(iso)))
            done(1980, iso, day % 2 ? 2 : 1);
    }
    struct forecast one = forecast("den-1995", "2025-11-28");
    assert_int_equal(one.state, FORECAST_ON_TIME);
    assert_true(one.needed > 0);
    plan(1980, 64);
    one = forecast("den-1995", "2025-11-28");
    assert_int_equal(one.state, FORECAST_UNSURE);
    plan(1980, 400);
    one = forecast("den-1995", "2025-11-28");
    assert_int_equal(one.state, FORECAST_LATE);
    one =
        forecast("den-1995",
                 "2026-01-01"); /* the deadline is past, and nothing came in for 20 working days */
    assert_int_equal(one.state, FORECAST_STANDS_STILL);
    assert_true(one.needed == -1);
    one = forecast("den-1995", "2026-06-01"); /* nothing for half a year */
    assert_int_equal(one.state, FORECAST_STANDS_STILL);
    assert_true(one.rate == 0);
}

static void the_burn_down_ends_where_it_stands(void **state)
{
    (void)state;
    struct burn *list = NULL;
    size_t count = 0;
    const struct account_at at = account_now("2026-02-10");
    forget_all();
    plan(1980, 10);
    done(1980, "2025-12-31", 3);
    done(1980, "2026-02-03", 2);
    GOOD(forecast_burn(db, &roadmap, &at, 3, arena, &list, &count, &error));
    assert_int_equal(count, 3);
    assert_string_equal(list[0].month, "2025-12");
    assert_int_equal(list[0].done, 3);
    assert_int_equal(list[0].left, 7);
    assert_int_equal(list[1].done, 0);
    assert_int_equal(list[1].left, 7);
    assert_string_equal(list[2].month, "2026-02");
    assert_int_equal(list[2].left, 5);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(account_tables(db, &error));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_those_of_the_calendar),
        cmocka_unit_test(working_days_pass_over_weekends),
        cmocka_unit_test(without_anything_nothing_is_said),
        cmocka_unit_test(an_even_rate_leads_to_its_day),
        cmocka_unit_test(weekends_count_only_when_somebody_works),
        cmocka_unit_test(what_is_outside_lowers_nothing),
        cmocka_unit_test(deadlines_are_judged_with_the_interval),
        cmocka_unit_test(the_burn_down_ends_where_it_stands),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
