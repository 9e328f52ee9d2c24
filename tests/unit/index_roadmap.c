/* The plan: its bands cover each year once, and every mistake is told with file and line. */
#include <limits.h>

#include "index/roadmap.h"
#include "tests/unit/index_rig_bare.h"

static enum status read_text(const char *text)
{
    return roadmap_read(rig_file("roadmap.conf", text), arena, &roadmap, &error);
}

static void refuses(const char *text, const char *place, const char *words)
{
    assert_int_equal(read_text(text), STATUS_REJECT);
    if (!strstr(error.text, place) || !strstr(error.text, words))
        fail_msg("\"%s\" should say %s and %s", error.text, place, words);
}

static void the_shipped_plan_is_whole(void **state)
{
    (void)state;
    if (roadmap_read("config/roadmap.conf", arena, &roadmap, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(roadmap.band_count, 5);
    assert_int_equal(roadmap.phase_count, 5);
    assert_string_equal(roadmap.plan, "244/KH-UBND");
    assert_int_equal(roadmap.bands[0].from, INT_MIN);
    assert_int_equal(roadmap.bands[0].to, 1995);
    assert_int_equal(roadmap.bands[0].phase, 5);
    assert_string_equal(roadmap.bands[0].deadline, "2025-12-31");
    assert_string_equal(roadmap.bands[2].id, "2006-2015");
    assert_string_equal(roadmap.bands[2].start, "2023-01-01");
    assert_int_equal(roadmap.bands[4].to, INT_MAX);
    assert_string_equal(roadmap.bands[4].deadline, "");
    assert_int_equal(roadmap.phases[0].number, 1);
    assert_string_equal(roadmap.phases[0].deadline, "2021-12-31");
}

static void a_date_falls_into_its_band_and_no_date_into_none(void **state)
{
    (void)state;
    assert_int_equal(roadmap_read("config/roadmap.conf", arena, &roadmap, &error), STATUS_OK);
    assert_string_equal(roadmap_band(&roadmap, "1995-12-31"), "den-1995");
    assert_string_equal(roadmap_band(&roadmap, "1996-01-01"), "1996-2005");
    assert_string_equal(roadmap_band(&roadmap, "1996"), "1996-2005");
    assert_string_equal(roadmap_band(&roadmap, "2015-12-31"), "2006-2015");
    assert_string_equal(roadmap_band(&roadmap, "2016-01-01"), "2016-2021");
    assert_string_equal(roadmap_band(&roadmap, "2026-11-22"), "2022-nay");
    assert_string_equal(roadmap_band(&roadmap, "1901"), "den-1995");
    assert_string_equal(roadmap_band(&roadmap, NULL), BAND_UNKNOWN);
    assert_string_equal(roadmap_band(&roadmap, ""), BAND_UNKNOWN);
    assert_string_equal(roadmap_band(&roadmap, "1995-13-01"), BAND_UNKNOWN);
    assert_string_equal(roadmap_band(&roadmap, "199"), BAND_UNKNOWN);
}

static void a_year_outside_closed_bands_is_in_none(void **state)
{
    (void)state;
    assert_int_equal(read_text("[band a]\nfrom = 2000\nto = 2005\n"), STATUS_OK);
    assert_string_equal(roadmap_band(&roadmap, "1999"), BAND_UNKNOWN);
    assert_string_equal(roadmap_band(&roadmap, "2006-01-01"), BAND_UNKNOWN);
    assert_string_equal(roadmap_band(&roadmap, "2005-12-31"), "a");
}

static void bands_are_sorted_by_year(void **state)
{
    (void)state;
    assert_int_equal(read_text("[band c]\nfrom=2011\nto=-\n[band a]\nfrom=-\nto=2000\n"
                               "[band b]\nfrom=2001\nto=2010\n"),
                     STATUS_OK);
    assert_string_equal(roadmap.bands[0].id, "a");
    assert_string_equal(roadmap.bands[1].id, "b");
    assert_string_equal(roadmap.bands[2].id, "c");
    assert_true(roadmap.bands[1].target_percent == 100);
}

static void a_day_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    refuses("[band a]\nfrom = -\nto = -\ndeadline = 31/6/2025\n", "roadmap.conf:4", "31/6/2025");
    refuses("[band a]\nfrom = -\nto = -\nstart = 29/02/2023\n", "roadmap.conf:4", "29/02/2023");
    refuses("[phase 1]\ntitle = x\nstart = soon\n", "roadmap.conf:3", "soon");
}

static void bands_that_overlap_or_leave_a_gap_are_refused(void **state)
{
    (void)state;
    refuses("[band a]\nfrom=-\nto=2000\n\n[band b]\nfrom=2000\nto=-\n", "roadmap.conf:6",
            "overlaps");
    refuses("[band a]\nfrom=-\nto=2000\n[band b]\nfrom=2002\nto=-\n", "roadmap.conf:5", "2001");
    refuses("[band a]\nfrom=-\nto=-\n[band b]\nfrom=2002\nto=2003\n", "roadmap.conf:2", "open");
    refuses("[band a]\nfrom=1990\nto=2000\n[band b]\nfrom=-\nto=1995\n[band c]\nfrom=-\nto=1980\n",
            "roadmap.conf:", "open");
}

static void values_out_of_range_are_refused(void **state)
{
    (void)state;
    refuses("[band a]\nfrom=-\nto=-\ntarget=101\n", "roadmap.conf:4", "101");
    refuses("[band a]\nfrom=-\nto=-\ntarget=nan\n", "roadmap.conf:4", "nan");
    refuses("[band a]\nfrom=-\nto=-\ntarget=-1\n", "roadmap.conf:4", "-1");
    refuses("[band a]\nfrom=19950\nto=-\n", "roadmap.conf:2", "19950");
    refuses("[band a]\nfrom=2005\nto=2000\n", "roadmap.conf:2", "2005");
    refuses("[band a]\nfrom=-\nto=-\nphase=two\n", "roadmap.conf:4", "two");
    refuses("[band a]\nfrom=-\nto=-\nstart=01/01/2023\ndeadline=31/12/2022\n", "roadmap.conf:2",
            "before its start");
    refuses("[band a]\nfrom=2005\n", "roadmap.conf:2", "from and to");
    refuses("[band unknown]\nfrom=-\nto=-\n", "roadmap.conf:2", "unknown");
}

static void unknown_and_doubled_names_are_refused(void **state)
{
    (void)state;
    refuses("[band a]\nfrom=-\nto=-\ndedline=31/12/2025\n", "roadmap.conf:4", "deadline");
    refuses("[bands a]\nfrom=-\nto=-\n", "roadmap.conf:2", "bands a");
    refuses("[band a]\nfrom=-\nfrom=2000\nto=-\n", "roadmap.conf:3", "twice");
    refuses("[band a]\nfrom=-\nto=2000\n[band b]\nfrom=2001\nto=-\n[band a]\nfrom=1\n",
            "roadmap.conf:8", "line 2");
    refuses("[roadmap]\ntitle = x\n", "roadmap.conf", "at least one");
}

static void targets_are_read(void **state)
{
    (void)state;
    assert_int_equal(read_text("[band a]\nfrom=-\nto=-\n[target x]\nunit = Xã Sơn Dương\nmeasure = "
                               "4.3\nyear = 2025\npercent = 100\nsource = KH 1\n[target y]\nband = "
                               "a\ndeadline = 30/6/2025\npercent = 50\n"),
                     STATUS_OK);
    assert_int_equal(roadmap.target_count, 2);
    assert_string_equal(roadmap.targets[0].unit, "Xã Sơn Dương");
    assert_string_equal(roadmap.targets[0].measure, "4.3");
    assert_string_equal(roadmap.targets[0].by, "2025-12-31");
    assert_string_equal(roadmap.targets[1].measure, "papers");
    assert_string_equal(roadmap.targets[1].by, "2025-06-30");
    assert_true(roadmap.targets[1].percent == 50);
}

static void targets_that_contradict_are_refused(void **state)
{
    (void)state;
    static const char band[] = "[band a]\nfrom=-\nto=-\n";
    static const struct {
        const char *text, *place, *words;
    } cases[] = {
        {"[target x]\nyear=2025\npercent=101\n", ":6", "101"},
        {"[target x]\ndeadline=31/6/2025\npercent=90\n", ":5", "31/6/2025"},
        {"[target x]\nyear=25\npercent=90\n", ":5", "25"},
        {"[target x]\nyear=2025\n", "[target x]", "percent"},
        {"[target x]\npercent=9\n", "[target x]", "deadline"},
        {"[target x]\nyear=2025\ndeadline=1/1/2026\npercent=9\n", "[target x]", "either"},
        {"[target x]\nband=b\nyear=2025\npercent=9\n", "[target x]", "\"b\""},
        {"[target x]\nyear=2025\npercent=80\n[target y]\nyear=2025\npercent=50\n", "[target y]",
         "[target x]"},
        {"[target x]\nyear=2026\npercent=50\n[target y]\nyear=2025\npercent=80\n", "[target y]",
         "contradicts"},
        {"[target x]\nunit=Xã Hòa Tân Tây\nyear=2025\npercent=80\n[target y]\nunit=UBND xã Hoà Tân "
         "Tây\nyear=2025\npercent=50\n",
         "[target y]", "contradicts"},
        {"[phase 1]\nstart=1/1/2025\ndeadline=31/12/2025\n[band b]\nfrom=3000\nto=-\n", ":8",
         "3000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(arena_printf(arena, "%s%s", band, cases[i].text), cases[i].place, cases[i].words);
    refuses("[phase 1]\ndeadline=31/12/2025\n[band a]\nfrom=-\nto=-\nphase=1\ndeadline=1/1/2026\n",
            "[band a]", "2026-01-01");
    refuses("[phase 1]\nstart=1/1/2025\n[band a]\nfrom=-\nto=-\nphase=1\nstart=31/12/2024\n",
            "[band a]", "2024-12-31");
    refuses("[phase 1]\nstart=1/1/2025\n[band a]\nfrom=-\nto=-\nphase=2\n", "[band a]", "phase 2");
}

static void units_that_were_merged_are_named_once(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *words;
    } cases[] = {
        {"[unit Phường B]\nsince=1/7/2025\n", ":6", "former"},
        {"[unit Phường B]\nformer = Xã C\nsince=31/6/2025\n", ":7", "31/6/2025"},
        {"[unit Phường B]\nformer = Xã C\n[unit Phường D]\nformer = Xã E | xã c\n",
         "[unit Phường D]", "[unit Phường B]"},
        {"[unit Phường B]\nformer = Xã C | UBND xã C\n", "[unit Phường B]", "xã C"},
        {"[unit Phường B]\nformer = Phường B\n", "[unit Phường B]", "Phường B"},
        {"[unit Phường B]\nformer = Xã C\n[unit Xã C]\nformer = Xã E\n", "[unit Xã C]",
         "[unit Phường B]"},
    };
    static const char band[] = "[band a]\nfrom=-\nto=-\n\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(arena_printf(arena, "%s%s", band, cases[i].text), cases[i].place, cases[i].words);
    GOOD(read_text("[band a]\nfrom=-\nto=-\n[unit Phường B]\nformer = Xã C | | Xã D |\n"));
    assert_int_equal(roadmap.unit_count, 1);
    assert_int_equal(roadmap.units[0].former_count, 2);
    assert_string_equal(roadmap.units[0].former[1], "Xã D");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_plan_is_whole),
        cmocka_unit_test(a_date_falls_into_its_band_and_no_date_into_none),
        cmocka_unit_test(a_year_outside_closed_bands_is_in_none),
        cmocka_unit_test(bands_are_sorted_by_year),
        cmocka_unit_test(a_day_that_does_not_exist_is_refused),
        cmocka_unit_test(bands_that_overlap_or_leave_a_gap_are_refused),
        cmocka_unit_test(values_out_of_range_are_refused),
        cmocka_unit_test(unknown_and_doubled_names_are_refused),
        cmocka_unit_test(targets_are_read),
        cmocka_unit_test(targets_that_contradict_are_refused),
        cmocka_unit_test(units_that_were_merged_are_named_once),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end_bare);
}
