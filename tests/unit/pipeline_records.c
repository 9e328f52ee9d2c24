/* Records: a file first, its rows second; what was written is applied in the end, once, in order;
 * and what was changed, taken away or put in is told. */
#include "tests/unit/pipeline_bench.h"

#include "account/inventory.h"
#include "core/journal.h"
#include "pipeline/account.h"
#include "pipeline/records.h"

static json_t *counted(int papers)
{
    return json_pack("{s:s, s:[{s:s, s:s, s:s, s:s, s:i, s:i, s:i}]}", "file", "kiem-dem.csv",
                     "rows", "unit", "Xã A", "unit_key", "xa4 a", "procedure", "Khai sinh",
                     "procedure_key", "1.001193", "year", 1999, "papers", papers, "pages", papers);
}

static enum status add(struct bench *bench, json_t *data, int64_t *number)
{
    enum status status = pipeline_record_add(&bench->warehouse, bench->db, KIND_INVENTORY, data,
                                             number, &bench->error);
    json_decref(data);
    return status;
}

static const char *file_of(struct bench *bench, int number)
{
    return arena_printf(bench->arena, "%s/records/000/%08d.json", bench->root, number);
}

static enum status add_papers(void *context, const struct inventory_row *row, struct error *error)
{
    (void)error;
    *(int64_t *)context += row->papers;
    return STATUS_OK;
}

static int64_t papers(struct bench *bench)
{
    int64_t sum = 0;
    const struct account_at now = account_now("2026-11-30");
    bench_reopen_db(bench);
    GOOD(inventory_each(bench->db, &now, add_papers, &sum, &bench->error));
    return sum;
}

struct heard {
    int count;
    char place[64], sentence[512];
};

static void hear(void *context, const char *place, const char *sentence)
{
    struct heard *heard = context;
    if (heard->count++ == 0) {
        snprintf(heard->place, sizeof heard->place, "%s", place);
        snprintf(heard->sentence, sizeof heard->sentence, "%s", sentence);
    }
}

static struct heard check(struct bench *bench, enum status expected, int64_t expected_count)
{
    struct heard heard = {0};
    int64_t count = -1;
    assert_int_equal(pipeline_records_check(&bench->warehouse, hear, &heard, &count, &bench->error),
                     expected);
    assert_int_equal(count, expected_count);
    assert_true((heard.count == 0) == (expected == STATUS_OK));
    return heard;
}

static enum status find_entry(void *context, const struct journal_record *entry,
                              struct error *error)
{
    (void)error;
    if (strcmp(entry->action, "record") == 0)
        snprintf(context, 256, "%s %s", entry->object, entry->detail);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- adding */

static void what_is_added_is_a_file_a_row_and_an_entry(void **state)
{
    struct bench *bench = *state;
    char entry[256] = "", hash[HASH_HEX_SIZE];
    struct journal_summary summary;
    int64_t number = 0;
    GOOD(add(bench, counted(5), &number));
    assert_int_equal(number, 1);
    assert_int_equal(papers(bench), 5);
    GOOD(hash_file(file_of(bench, 1), hash, &bench->error));
    GOOD(journal_read(bench->warehouse.journal, find_entry, NULL, entry, &summary, &bench->error));
    assert_string_equal(entry,
                        arena_printf(bench->arena, "records/1 kind=inventory sha256=%s", hash));
    GOOD(add(bench, counted(7), &number));
    assert_int_equal(number, 2);
    assert_int_equal(papers(bench), 7);
    check(bench, STATUS_OK, 2);
}

static void what_is_refused_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    struct journal_summary before, after;
    GOOD(add(bench, counted(5), NULL));
    GOOD(journal_read(bench->warehouse.journal, NULL, NULL, NULL, &before, &bench->error));
    assert_int_equal(add(bench, json_pack("{s:s}", "file", "x.csv"), NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "without rows"));
    json_t *data = json_object();
    assert_int_equal(
        pipeline_record_add(&bench->warehouse, bench->db, "no-such", data, NULL, &bench->error),
        STATUS_FATAL);
    assert_int_equal(
        pipeline_record_add(&bench->warehouse, bench->db, "No Kind", data, NULL, &bench->error),
        STATUS_FATAL);
    json_decref(data);
    GOOD(journal_read(bench->warehouse.journal, NULL, NULL, NULL, &after, &bench->error));
    assert_int_equal(after.sequence, before.sequence);
    assert_false(file_exists(file_of(bench, 2)));
    assert_int_equal(papers(bench), 5);
    check(bench, STATUS_OK, 1);
}

static void its_place_in_the_journal_is_known(void **state)
{
    struct bench *bench = *state;
    struct account_at first, second, before;
    GOOD(pipeline_record(&bench->warehouse, "init", NULL, NULL, &bench->error));
    GOOD(add(bench, counted(5), NULL));
    GOOD(pipeline_account_at(&bench->warehouse, bench->db, 0, &first, &bench->error));
    GOOD(add(bench, counted(9), NULL));
    GOOD(pipeline_account_at(&bench->warehouse, bench->db, 0, &second, &bench->error));
    assert_int_equal(first.record, 1);
    assert_int_equal(second.record, 2);
    assert_true(second.sequence > first.sequence);
    int64_t sum = 0;
    GOOD(inventory_each(bench->db, &first, add_papers, &sum, &bench->error));
    assert_int_equal(sum, 5);
    GOOD(pipeline_account_at(&bench->warehouse, bench->db, first.sequence - 1, &before,
                             &bench->error));
    assert_int_equal(before.record, 0);
    assert_int_equal(
        pipeline_account_at(&bench->warehouse, bench->db, 4711, &before, &bench->error),
        STATUS_REJECT);
}

/* ---------------------------------------------------------------- crashes and losses */

/* The file was durable, and the end came before its entry and its rows. */
static void a_record_without_rows_is_caught_up(void **state)
{
    struct bench *bench = *state;
    struct record record;
    const char *folder = file_join(bench->arena, bench->root, RECORD_FOLDER);
    json_t *data = counted(8);
    GOOD(add(bench, counted(5), NULL));
    bench_close_db(bench);
    GOOD(record_next(1, KIND_INVENTORY, data, bench->arena, &record, &bench->error));
    GOOD(record_write(folder, &record, &bench->error));
    json_decref(data);
    struct heard heard = check(bench, STATUS_REJECT, 2);
    assert_string_equal(heard.place, "records/2");
    assert_int_equal(papers(bench), 8); /* opens the database */
    check(bench, STATUS_OK, 2);
    bench_close_db(bench);
    assert_int_equal(papers(bench), 8); /* not twice */
    GOOD(add(bench, counted(9), NULL));
    check(bench, STATUS_OK, 3);
}

static void with_the_database_lost_all_is_there_again(void **state)
{
    struct bench *bench = *state;
    for (int i = 1; i <= 12; i++)
        GOOD(add(bench, counted(i), NULL));
    bench_close_db(bench);
    GOOD(file_remove(file_join(bench->arena, bench->root, "sohoa.db"), &bench->error));
    GOOD(file_remove(file_join(bench->arena, bench->root, "sohoa.db-wal"), &bench->error));
    GOOD(file_remove(file_join(bench->arena, bench->root, "sohoa.db-shm"), &bench->error));
    assert_int_equal(papers(bench), 12);
    assert_int_equal(bench_number(bench, "SELECT count(*) FROM account_inventory"), 12);
    struct account_at at;
    GOOD(pipeline_account_at(&bench->warehouse, bench->db, 0, &at, &bench->error));
    assert_int_equal(at.record, 12);
}

static void what_an_older_program_counted_becomes_a_record_once(void **state)
{
    struct bench *bench = *state;
    GOOD(db_run(bench->db,
                "INSERT INTO inventory (unit_key, procedure_key, year, unit, procedure, papers,"
                " pages) VALUES ('xa4 a', '1.001193', 1999, 'Xã A', 'Khai sinh', 4, 4),"
                " ('xa4 b', '1.001193', 0, 'Xã B', 'Khai sinh', 6, 9)",
                &bench->error));
    bench_close_db(bench);
    assert_int_equal(papers(bench), 10);
    check(bench, STATUS_OK, 1);
    bench_close_db(bench);
    assert_int_equal(papers(bench), 10);
    check(bench, STATUS_OK, 1);
}

/* ---------------------------------------------------------------- what was done to them */

static void three(struct bench *bench)
{
    for (int i = 1; i <= 3; i++)
        GOOD(add(bench, counted(i), NULL));
    bench_close_db(bench);
}

static void change(struct bench *bench, int number, const char *from, const char *to)
{
    char *text = NULL;
    size_t size = 0;
    GOOD(file_read(file_of(bench, number), 1 << 20, bench->arena, &text, &size, &bench->error));
    char *at = strstr(text, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    GOOD(file_write(file_of(bench, number), text, size, &bench->error));
}

static void one_that_was_changed_is_told(void **state)
{
    struct bench *bench = *state;
    three(bench);
    change(bench, 2, "\"papers\": 2", "\"papers\": 9");
    struct heard heard = check(bench, STATUS_REJECT, 2);
    assert_string_equal(heard.place, "records/2");
    change(bench, 2, "\"papers\": 9", "\"papers\": 2");
    check(bench, STATUS_OK, 3);
    change(bench, 3, "\"papers\": 3", "\"papers\": 9"); /* the last one: no successor tells */
    heard = check(bench, STATUS_REJECT, 3);
    assert_string_equal(heard.place, "records/3");
}

static void one_that_is_damaged_or_missing_is_told(void **state)
{
    struct bench *bench = *state;
    three(bench);
    GOOD(file_remove(file_of(bench, 3), &bench->error));
    struct heard heard = check(bench, STATUS_REJECT, 2);
    assert_string_equal(heard.place, "records/3");
    assert_non_null(strstr(heard.sentence, "missing"));
    GOOD(file_write(file_of(bench, 3), "{\"record\": 3", 12, &bench->error));
    heard = check(bench, STATUS_REJECT, 2);
    assert_string_equal(heard.place, "records/3");
    GOOD(file_remove(file_of(bench, 1), &bench->error));
    heard = check(bench, STATUS_REJECT, 0);
    assert_string_equal(heard.place, "records/1");
}

static void one_that_is_foreign_is_told_and_not_applied(void **state)
{
    struct bench *bench = *state;
    struct db *db = NULL;
    three(bench);
    GOOD(file_copy(file_of(bench, 1), file_of(bench, 4), &bench->error));
    struct heard heard = check(bench, STATUS_REJECT, 3);
    assert_string_equal(heard.place, "records/4");
    assert_int_equal(warehouse_db(&bench->warehouse, &db, &bench->error), STATUS_REJECT);
    assert_null(db);
    GOOD(file_remove(file_of(bench, 4), &bench->error));
    assert_int_equal(papers(bench), 3);
}

static void one_of_a_newer_program_is_told(void **state)
{
    struct bench *bench = *state;
    struct db *db = NULL;
    struct record record;
    json_t *data = json_object();
    three(bench);
    GOOD(record_next(3, "tomorrow", data, bench->arena, &record, &bench->error));
    GOOD(record_write(file_join(bench->arena, bench->root, RECORD_FOLDER), &record, &bench->error));
    json_decref(data);
    assert_int_equal(warehouse_db(&bench->warehouse, &db, &bench->error), STATUS_FATAL);
    assert_non_null(strstr(bench->error.text, "newer"));
    GOOD(file_remove(file_of(bench, 4), &bench->error));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_added_is_a_file_a_row_and_an_entry),
        TEST(what_is_refused_leaves_nothing),
        TEST(its_place_in_the_journal_is_known),
        TEST(a_record_without_rows_is_caught_up),
        TEST(with_the_database_lost_all_is_there_again),
        TEST(what_an_older_program_counted_becomes_a_record_once),
        TEST(one_that_was_changed_is_told),
        TEST(one_that_is_damaged_or_missing_is_told),
        TEST(one_that_is_foreign_is_told_and_not_applied),
        TEST(one_of_a_newer_program_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
