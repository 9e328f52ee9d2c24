/* A paper that is there twice counts once, until a person says that it is another: against counting
 * by hand, for any order of papers, versions and words. */
#include "account/indicators.h"
#include "account/missing.h"
#include "account/progress.h"
#include "account/register.h"
#include "account/tables.h"
#include "account/twins.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { PAPERS = 40, MORE = 2, ACTS = 160 };

static int64_t sequence;
static uint64_t randomness;

/* What was put in, as one counts it by hand. */
static struct paper {
    struct document document;
    int what; /* which of a few papers it is */
    int64_t came;
    enum twin_state said;
} papers[PAPERS + MORE];
static uint32_t count;

static void put(struct paper *paper, int what)
{
    static struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    struct document *document = &paper->document;
    paper->what = what;
    document->version++;
    document->pages = &page;
    document->page_count = 1;
    document->fields[FIELD_NUMBER].value = arena_printf(arena, "%d/TLKS", 10 + what / 2);
    document->fields[FIELD_DATE].value = "2010-05-06";
    document->fields[FIELD_OWNER].value = what % 2 ? "Nguyễn Văn An" : "Nguyễn Văn Bình";
    document->fields[FIELD_TYPE].value = "khai_sinh";
    document->fields[FIELD_PROCEDURE].value = "1.001193";
    document->fields[FIELD_UNIT].value = "Xã Đông Hòa";
    GOOD(db_begin(db, &error));
    GOOD(index_document(index_, document, "2026/x/v1", &text, &error));
    GOOD(db_commit(db, &error));
    GOOD(account_place(db, document->id, document->version, ++sequence, "2026-11-30", &error));
    if (!paper->came)
        paper->came = sequence;
}

static struct paper *put_new(int what)
{
    struct paper *paper = &papers[count];
    document_init(&paper->document, arena_printf(arena, "batch-%u", count++), "0001-1");
    paper->document.version = 0;
    put(paper, what);
    return paper;
}

static enum status say_that(const char *id, json_t *same, const char *reason)
{
    json_t *data = json_pack("{s:s*, s:o*, s:s*}", "document", id, "same", same, "reason", reason);
    enum status status = rig_record(KIND_TWIN, twin_apply, data);
    if (status == STATUS_OK)
        GOOD(account_record(db, records, ++sequence, "2026-11-30", &error));
    return status;
}

static void say(struct paper *paper, bool same)
{
    GOOD(say_that(paper->document.id, json_boolean(same), "nhìn lại"));
    paper->said = same ? TWIN_SAME : TWIN_ANOTHER;
}

/* ---------------------------------------------------------------- counted */

static enum status take_total(void *context, const struct progress_row *row, struct error *problem)
{
    (void)problem;
    if (!row->band)
        *(struct progress_row *)context = *row;
    return STATUS_OK;
}

static struct progress_row total(const struct account_at *at)
{
    struct progress_row row = {0};
    GOOD(progress_each(db, &roadmap, at, 0, take_total, &row, &error));
    return row;
}

static bool is_left_out(uint32_t i)
{
    bool out = false;
    for (uint32_t k = 0; k < count && papers[i].said != TWIN_ANOTHER; k++)
        out = out || (papers[k].what == papers[i].what && papers[k].came < papers[i].came &&
                      papers[k].said != TWIN_ANOTHER);
    return out;
}

static enum status check_twin(void *context, const struct twin *twin, struct error *problem)
{
    int64_t *seen = context;
    (void)problem;
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(papers[i].document.id, twin->document) == 0) {
            assert_int_equal(twin->state, papers[i].said);
            assert_true(twin->state == TWIN_ANOTHER || is_left_out(i));
            assert_true(twin->state == TWIN_ANOTHER || *twin->other);
            (*seen)++;
        }
    return STATUS_OK;
}

static void compare_with_hand(void)
{
    const struct account_at now = account_now("2026-11-30");
    int64_t out = 0, listed = 0, seen = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct twin twin;
        out += is_left_out(i);
        listed += is_left_out(i) || papers[i].said == TWIN_ANOTHER;
        GOOD(twin_find(db, &now, papers[i].document.id, arena, &twin, &error));
        assert_int_equal(twin.document != NULL, is_left_out(i) || papers[i].said == TWIN_ANOTHER);
    }
    const struct progress_row row = total(&now);
    assert_int_equal(row.papers_done, count - out);
    assert_int_equal(row.papers_twice, out);
    GOOD(twins_each(db, &now, check_twin, &seen, &error));
    assert_int_equal(seen, listed);
}

static void each_paper_counts_once(void **state)
{
    (void)state;
    int64_t when[ACTS], told[ACTS];
    int acts = 0;
    randomness = 7;
    for (int i = 0; i < ACTS; i++) {
        uint32_t dice = made_random(&randomness, 8);
        int what = (int)made_random(&randomness, 6);
        if ((dice < 3 || count == 0) && count < PAPERS)
            put_new(what);
        else if (dice < 5)
            put(&papers[made_random(&randomness, count)], what);
        else
            say(&papers[made_random(&randomness, count)], dice == 5);
        compare_with_hand();
        const struct account_at now = account_now("2026-11-30");
        when[acts] = sequence;
        told[acts++] = total(&now).papers_done;
    }
    for (int i = 0; i < acts; i++) { /* and still does as of then */
        const struct account_at at = {.sequence = when[i], .record = INT64_MAX};
        assert_int_equal(total(&at).papers_done, told[i]);
    }
    assert_true(told[acts - 1] < count);
    const struct account_at before = {.sequence = INT64_MAX, .with_twins = true};
    assert_int_equal(total(&before).papers_done, count); /* reports of before */
    assert_int_equal(total(&before).papers_twice, 0);
}

/* ---------------------------------------------------------------- what counts papers, too */

static void indicators_and_registers_count_it_once(void **state)
{
    (void)state;
    struct indicators indicators;
    struct indicator_value value;
    struct missing_sum sum;
    const struct account_at now = account_now("2026-11-30");
    const struct indicator_scope scope = {"2000-01-01", "2030-01-01", "", NULL};
    GOOD(indicators_read("config/indicators.conf", arena, &indicators, &error));
    GOOD(indicator_count(db, &now, indicator_on(&indicators, "kho.2", "2026-11-30"), &scope, &value,
                         &error));
    assert_int_equal(value.denominator, total(&now).papers_done);
    assert_int_equal(value.numerator, value.denominator);
    /* Two procedures of one citizen on a day: one sheet taken in twice answers for one of them. */
    put_new(900);
    struct paper *again = put_new(900);
    json_t *rows = json_array();
    for (int i = 0; i < 2; i++)
        json_array_append_new(
            rows, json_pack("{s:s, s:s, s:s, s:s, s:s}", "dossier", i ? "H2" : "H1",
                            "procedure_key", i ? "2.000635" : "1.001193", "number",
                            again->document.fields[FIELD_NUMBER].value, "date", "2010-05-06",
                            "owner", again->document.fields[FIELD_OWNER].value));
    json_t *data = json_pack("{s:s, s:o}", "file", "", "rows", rows);
    const struct record record = {.number = ++records, .kind = KIND_REGISTER, .data = data};
    GOOD(register_apply(db, &record, &error));
    json_decref(data);
    GOOD(missing_each(db, &now, NULL, NULL, &sum, &error));
    assert_int_equal(sum.expected, 2);
    assert_int_equal(sum.found, 1);
    say(again, false);
    GOOD(missing_each(db, &now, NULL, NULL, &sum, &error));
    assert_int_equal(sum.found, 2);
}

static void what_is_not_known_is_no_twin(void **state)
{
    (void)state;
    const struct account_at now = account_now("2026-11-30");
    const int64_t before = total(&now).papers_done;
    for (int missing = 0; missing < 3; missing++)
        for (int k = 0; k < 2; k++) {
            struct document document;
            struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
            const char *text = "";
            document_init(&document, arena_printf(arena, "none-%d-%d", missing, k), "0001-1");
            document.version = 1;
            document.pages = &page;
            document.page_count = 1;
            document.fields[FIELD_NUMBER].value = missing == 0 ? NULL : "7/TLKS";
            document.fields[FIELD_DATE].value = missing == 1 ? NULL : "2011-05-06";
            document.fields[FIELD_OWNER].value = missing == 2 ? NULL : "Trần Thị Bình";
            assert_null(index_paper_key(&document, arena));
            GOOD(index_document(index_, &document, "2026/x/v1", &text, &error));
        }
    assert_int_equal(total(&now).papers_done, before + 6);
}

static void what_says_nothing_is_refused(void **state)
{
    (void)state;
    const char *id = papers[0].document.id;
    assert_int_equal(say_that(NULL, json_true(), "lý do"), STATUS_REJECT);
    assert_int_equal(say_that("x", json_true(), "lý do"), STATUS_REJECT);
    assert_int_equal(say_that(id, NULL, "lý do"), STATUS_REJECT);
    assert_int_equal(say_that(id, json_false(), NULL), STATUS_REJECT);
    assert_int_equal(say_that(id, json_false(), "  "), STATUS_REJECT);
    GOOD(say_that(id, json_true(), NULL));
}

/* A database of before has no table for it, and gets one. */
static void accounts_of_before_are_upgraded(void **state)
{
    (void)state;
    int64_t rows = -1;
    GOOD(db_run(db, "DROP TABLE account_twin; DROP INDEX account_place_later", &error));
    GOOD(db_run(db, "UPDATE catalog_meta SET value = '1' WHERE key = 'account'", &error));
    GOOD(account_tables(db, &error));
    GOOD(db_first_int(db, &rows, &error, "SELECT count(*) FROM account_twin", ""));
    assert_int_equal(rows, 0);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_paper_counts_once),
                                       cmocka_unit_test(indicators_and_registers_count_it_once),
                                       cmocka_unit_test(what_is_not_known_is_no_twin),
                                       cmocka_unit_test(what_says_nothing_is_refused),
                                       cmocka_unit_test(accounts_of_before_are_upgraded)};
    return cmocka_run_group_tests(tests, begin, rig_end);
}
