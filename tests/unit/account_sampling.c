/* ISO 2859-1: code letters, plans and arrows as the standard's tables have them, switching by its
 * clause 9.3, and what a plan promises. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "account/iso2859.h"

/* ---------------------------------------------------------------- table 1 */

static void letters_are_those_of_table_1(void **state)
{
    (void)state;
    static const struct {
        int64_t lot;
        enum iso_level level;
        char letter;
    } known[] = {
        {1, ISO_II, 'A'},         {2, ISO_II, 'A'},      {8, ISO_III, 'B'},
        {9, ISO_II, 'B'},         {50, ISO_II, 'D'},     {51, ISO_II, 'E'},
        {90, ISO_S4, 'C'},        {91, ISO_S4, 'D'},     {150, ISO_I, 'D'},
        {280, ISO_II, 'G'},       {281, ISO_II, 'H'},    {500, ISO_II, 'H'},
        {1200, ISO_II, 'J'},      {1201, ISO_II, 'K'},   {3200, ISO_III, 'L'},
        {10000, ISO_I, 'J'},      {35000, ISO_II, 'M'},  {150000, ISO_S1, 'D'},
        {500000, ISO_II, 'P'},    {500001, ISO_II, 'Q'}, {500001, ISO_III, 'R'},
        {INT64_MAX, ISO_S3, 'H'},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(iso_letter(known[i].lot, known[i].level), known[i].letter);
}

/* ---------------------------------------------------------------- tables 2-A, 2-B, 2-C */

struct known {
    int64_t lot;
    const char *aql;
    int64_t sample;
    int accept;
};

static void holds(const struct known *known, size_t count, enum iso_severity severity)
{
    for (size_t i = 0; i < count; i++) {
        struct iso_plan plan = iso_plan(known[i].lot, ISO_II, iso_aql_find(known[i].aql), severity);
        if (plan.sample != known[i].sample || plan.accept != known[i].accept)
            fail_msg("%s, lot %lld, AQL %s: %lld/%d, should be %lld/%d",
                     iso_severity_word(severity), (long long)known[i].lot, known[i].aql,
                     (long long)plan.sample, plan.accept, (long long)known[i].sample,
                     known[i].accept);
        assert_int_equal(plan.reject, plan.accept + 1);
    }
}

static void normal_plans_are_those_of_table_2a(void **state)
{
    (void)state;
    static const struct known known[] = {
        {1000, "1.0", 80, 2},     {1000, "2.5", 80, 5},       {1000, "0.65", 80, 1},
        {1000, "0.15", 80, 0},    {1000, "0.25", 50, 0},      {1000, "0.40", 125, 1},
        {1000, "6.5", 80, 10},    {1000, "4.0", 80, 7},       {1000, "10", 80, 14},
        {3000, "1.0", 125, 3},    {9000, "1.0", 200, 5},      {30000, "1.0", 315, 7},
        {100000, "1.0", 500, 10}, {400000, "1.0", 800, 14},   {600000, "1.0", 1250, 21},
        {200, "1.0", 50, 1},      {100, "1.0", 13, 0},        {60, "1.0", 13, 0},
        {5, "6.5", 2, 0},         {12, "6.5", 2, 0},          {20, "6.5", 8, 1},
        {5, "10", 5, 1},          {600000, "0.010", 1250, 0}, {600000, "4.0", 315, 21},
        {300, "0.10", 125, 0},
    };
    holds(known, sizeof known / sizeof *known, ISO_NORMAL);
}

static void tightened_plans_are_those_of_table_2b(void **state)
{
    (void)state;
    static const struct known known[] = {
        {1000, "1.0", 80, 1},   {3000, "1.0", 125, 2},      {9000, "1.0", 200, 3},
        {30000, "1.0", 315, 5}, {100000, "1.0", 500, 8},    {400000, "1.0", 800, 12},
        {200, "1.0", 80, 1},    {100, "1.0", 20, 0},        {60, "1.0", 20, 0},
        {1000, "2.5", 80, 3},   {1000, "0.65", 125, 1},     {5, "6.5", 3, 0},
        {5, "10", 5, 1},        {600000, "0.025", 3150, 1}, {600000, "0.015", 1250, 0},
    };
    holds(known, sizeof known / sizeof *known, ISO_TIGHTENED);
    assert_int_equal(iso_plan(5000000, ISO_III, iso_aql_find("0.010"), ISO_TIGHTENED).sample, 2000);
}

static void reduced_plans_are_those_of_table_2c(void **state)
{
    (void)state;
    static const struct known known[] = {
        {1000, "1.0", 32, 1},     {3000, "1.0", 50, 2},    {9000, "1.0", 80, 3},
        {30000, "1.0", 125, 5},   {100000, "1.0", 200, 6}, {400000, "1.0", 315, 8},
        {600000, "1.0", 500, 10}, {100, "1.0", 5, 0},      {200, "1.0", 32, 1},
        {1000, "6.5", 32, 6},     {5, "6.5", 2, 0},
    };
    holds(known, sizeof known / sizeof *known, ISO_REDUCED);
}

/* Whatever lot, level, AQL and severity: there is a plan, and it can be carried out. */
static void there_is_a_plan_for_every_lot(void **state)
{
    (void)state;
    static const int64_t lots[] = {1,   2,   8,    9,    16,    26,    51,     91,    151,
                                   281, 501, 1201, 3201, 10001, 35001, 150001, 500001};
    for (size_t l = 0; l < sizeof lots / sizeof *lots; l++)
        for (int level = ISO_S1; level <= ISO_III; level++)
            for (int aql = 0; aql < 16; aql++)
                for (int severity = ISO_NORMAL; severity <= ISO_REDUCED; severity++) {
                    struct iso_plan plan =
                        iso_plan(lots[l], (enum iso_level)level, aql, (enum iso_severity)severity);
                    assert_true(plan.accept >= 0);
                    assert_true(plan.sample >= 1 && plan.sample <= lots[l]);
                }
}

static const double aqls[] = {0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25,
                              0.40,  0.65,  1.0,   1.5,   2.5,   4.0,  6.5,  10};

/* How many of such lots pass, when that share of their papers is faulty. */
static double passes(const struct iso_plan *plan, double faulty)
{
    double term = pow(1 - faulty, (double)plan->sample), sum = term;
    for (int k = 1; k <= plan->accept; k++) {
        term *= faulty / (1 - faulty) * (double)(plan->sample - k + 1) / k;
        sum += term;
    }
    return sum;
}

/* A lot at the AQL is accepted by normal inspection nine times of ten or more, wherever more than
 * none is accepted: that is what the standard is made for. */
static void a_lot_at_the_aql_passes_as_a_rule(void **state)
{
    (void)state;
    for (int64_t lot = 100; lot < 1000000; lot *= 3)
        for (int aql = 0; aql < 16; aql++) {
            struct iso_plan plan = iso_plan(lot, ISO_II, aql, ISO_NORMAL);
            assert_true(passes(&plan, aqls[aql] / 100) > (plan.accept == 0 ? 0.86 : 0.89));
            assert_true(iso_plan(lot, ISO_II, aql, ISO_TIGHTENED).accept <= plan.accept + 1);
        }
}

/* What the three tables are made for holds all through them, however they were put down: reduced
 * inspection takes no more papers than normal one and refuses no more of the lots at the AQL,
 * tightened refuses no fewer. */
static void the_three_tables_fit_each_other(void **state)
{
    (void)state;
    for (int64_t lot = 2; lot < 1000000; lot = lot * 3 / 2 + 1)
        for (int level = ISO_I; level <= ISO_III; level++)
            for (int aql = 0; aql < 16; aql++) {
                struct iso_plan plan[3];
                double share[3];
                for (int i = ISO_NORMAL; i <= ISO_REDUCED; i++) {
                    plan[i] = iso_plan(lot, (enum iso_level)level, aql, (enum iso_severity)i);
                    share[i] = passes(&plan[i], aqls[aql] / 100);
                }
                if (plan[ISO_REDUCED].sample > plan[ISO_NORMAL].sample ||
                    share[ISO_REDUCED] < share[ISO_NORMAL] - 0.005 ||
                    share[ISO_TIGHTENED] > share[ISO_NORMAL] + 0.005)
                    fail_msg(
                        "lot %lld, level %d, AQL %s: %lld/%d, %lld/%d, %lld/%d pass %.4f, %.4f, "
                        "%.4f",
                        (long long)lot, level, iso_aql_word(aql), (long long)plan[0].sample,
                        plan[0].accept, (long long)plan[1].sample, plan[1].accept,
                        (long long)plan[2].sample, plan[2].accept, share[0], share[1], share[2]);
            }
}

static void words_of_people_are_read(void **state)
{
    (void)state;
    assert_int_equal(iso_aql_find("1"), iso_aql_find("1.0"));
    assert_int_equal(iso_aql_find("0,65"), iso_aql_find("0.65"));
    assert_int_equal(iso_aql_find("3"), -1);
    assert_int_equal(iso_aql_find(""), -1);
    assert_int_equal(iso_aql_find("1.0 or more than that"), -1);
    assert_int_equal(iso_level_find("S-3"), ISO_S3);
    assert_int_equal(iso_level_find("IV"), -1);
}

/* ---------------------------------------------------------------- switching */

/* Good and bad lots as letters; accept 2 of each plan. */
static struct iso_state after(const char *lots, int accept, bool reduced)
{
    struct iso_lot list[64];
    int count = 0;
    for (; lots[count]; count++)
        list[count] = (struct iso_lot){.accepted = lots[count] != 'b',
                                       .would_pass_tighter = lots[count] == 'g',
                                       .accept = accept};
    return iso_switch(list, count, reduced);
}

static void two_of_five_refused_lead_to_tightened(void **state)
{
    (void)state;
    assert_int_equal(after("", 2, true).severity, ISO_NORMAL);
    assert_int_equal(after("b", 2, true).severity, ISO_NORMAL);
    assert_int_equal(after("bb", 2, true).severity, ISO_TIGHTENED);
    assert_int_equal(after("bgggb", 2, true).severity, ISO_TIGHTENED);
    assert_int_equal(after("bggggb", 2, true).severity, ISO_NORMAL);
}

static void five_accepted_lead_back_and_five_refused_end_it(void **state)
{
    (void)state;
    assert_int_equal(after("bbgggg", 2, true).severity, ISO_TIGHTENED);
    assert_int_equal(after("bbggggg", 2, true).severity, ISO_NORMAL);
    assert_int_equal(after("bbggbggggg", 2, true).severity, ISO_NORMAL);
    assert_int_equal(after("bbgggggb", 2, true).severity, ISO_NORMAL); /* a new five begins */
    assert_false(after("bbbbbb", 2, true).stopped);
    assert_true(after("bbbbbbb", 2, true).stopped);
    assert_true(after("bbbgbgbgbgbg", 2, true).stopped);
}

static void the_score_leads_to_reduced_where_it_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(after("ggggggggg", 2, true).score, 27);
    assert_int_equal(after("gggggggggg", 2, true).severity, ISO_REDUCED);
    assert_int_equal(after("gggggggggg", 2, false).severity, ISO_NORMAL);
    assert_int_equal(after("gggggaggg", 2, true).score, 9); /* accepted, not by a tighter one */
    assert_int_equal(after("aaaaaaaaaaaaaa", 1, true).score, 28);
    assert_int_equal(after("aaaaaaaaaaaaaaa", 1, true).severity, ISO_REDUCED);
    assert_int_equal(after("gggggggggggb", 2, true).severity, ISO_NORMAL);
    assert_int_equal(after("gggggbgggg", 2, true).score, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_those_of_table_1),
        cmocka_unit_test(normal_plans_are_those_of_table_2a),
        cmocka_unit_test(tightened_plans_are_those_of_table_2b),
        cmocka_unit_test(reduced_plans_are_those_of_table_2c),
        cmocka_unit_test(there_is_a_plan_for_every_lot),
        cmocka_unit_test(a_lot_at_the_aql_passes_as_a_rule),
        cmocka_unit_test(the_three_tables_fit_each_other),
        cmocka_unit_test(words_of_people_are_read),
        cmocka_unit_test(two_of_five_refused_lead_to_tightened),
        cmocka_unit_test(five_accepted_lead_back_and_five_refused_end_it),
        cmocka_unit_test(the_score_leads_to_reduced_where_it_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
