/* The ledger under several processes: no row to two, leases that end, moves that are
 * conditional. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "pipeline/ledger.h"
#include "pipeline/ledger_sql.h"

static const struct step steps[] = {
    {"page", "new", "half", "", NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"page", "half", "done", "", NULL, NULL, NULL, NULL, 2, 7, TURN_OLDEST},
    {"page", "done", NULL, "", NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"batch", "closed", "finished", "", NULL, NULL, NULL,
     "NOT EXISTS (SELECT 1 FROM ledger AS p WHERE p.kind = 'page' AND p.batch = t.batch"
     " AND p.state <> 'done')",
     0, 0, TURN_OLDEST},
};
static const struct step_table table = {steps, sizeof steps / sizeof *steps};

struct bench {
    char folder[64], path[96];
    struct db *db;
    struct ledger *ledger;
    struct arena *arena;
    struct error error;
};

static void open_bench(struct bench *bench)
{
    assert_int_equal(db_open(bench->path, true, &bench->db, &bench->error), STATUS_OK);
    assert_int_equal(ledger_create(bench->db, &bench->error), STATUS_OK);
    assert_int_equal(ledger_open(bench->db, &table, 3, 60, &bench->ledger, &bench->error),
                     STATUS_OK);
}

static void close_bench(struct bench *bench)
{
    ledger_close(bench->ledger);
    db_close(bench->db);
    bench->ledger = NULL;
    bench->db = NULL;
}

static int set_up(void **state)
{
    struct bench *bench = memory_new(sizeof *bench);
    strcpy(bench->folder, "/tmp/sohoa-ledger.XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof bench->path, "%s/ledger.db", bench->folder);
    bench->arena = arena_new();
    open_bench(bench);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    close_bench(bench);
    arena_free(bench->arena);
    file_remove_tree(bench->folder, NULL);
    free(bench);
    return 0;
}

static void add(struct bench *bench, const char *id, const char *state)
{
    assert_int_equal(ledger_add(bench->db, "page", id, "b", state, &bench->error), STATUS_OK);
}

static int64_t number(struct bench *bench, const char *sql)
{
    int64_t value = -1;
    assert_int_equal(ledger_number(bench->db, &value, &bench->error, sql, NULL), STATUS_OK);
    return value;
}

static enum status claim(struct bench *bench, const char *owner, int64_t now, struct task *task)
{
    return ledger_claim(bench->ledger, owner, now, bench->arena, task, &bench->error);
}

static void oldest_ready_row_comes_first(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int64_t now = ledger_now();
    add(bench, "b/2", "new");
    add(bench, "b/1", "new");
    db_do(bench->db, NULL, "UPDATE ledger SET not_before = ? WHERE id = 'b/2'", "i", now - 5000);
    db_do(bench->db, NULL, "UPDATE ledger SET not_before = ? WHERE id = 'b/1'", "i", now - 1000);
    assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
    assert_string_equal(task.id, "b/2");
    assert_string_equal(task.state, "new");
    assert_string_equal(task.batch, "b");
    assert_int_equal(task.tries, 1);
    assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
    assert_string_equal(task.id, "b/1");
    assert_int_equal(claim(bench, "w", now, &task), STATUS_END);
}

static void row_that_is_to_wait_is_not_taken(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int64_t now = ledger_now(), left;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "w", now + 1000, &task), STATUS_OK);
    assert_int_equal(ledger_retry(bench->db, &task, "w", 60000, "disk full", &bench->error),
                     STATUS_OK);
    assert_int_equal(claim(bench, "w", now + 1000, &task), STATUS_END);
    assert_int_equal(ledger_left(bench->ledger, &left, &bench->error), STATUS_OK);
    assert_int_equal(left, 1);
    assert_int_equal(claim(bench, "w", now + 70000, &task), STATUS_OK);
    assert_int_equal(task.tries, 2);
}

static void held_row_is_left_to_a_person(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int64_t now = ledger_now() + 1000, left;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
    assert_int_equal(ledger_hold(bench->db, &task, "w", "torn", &bench->error), STATUS_OK);
    assert_int_equal(claim(bench, "w", now + 1000000, &task), STATUS_END);
    assert_int_equal(ledger_left(bench->ledger, &left, &bench->error), STATUS_OK);
    assert_int_equal(left, 0);
    assert_int_equal(number(bench, "SELECT COUNT(*) FROM ledger WHERE held = 1 AND why = 'torn'"),
                     1);
}

static void finishing_moves_on_and_forgets_the_tries(void **state)
{
    struct bench *bench = *state;
    struct task task;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "w", ledger_now() + 1000, &task), STATUS_OK);
    assert_int_equal(ledger_finish(bench->db, &task, "w", "half", &bench->error), STATUS_OK);
    assert_int_equal(claim(bench, "w", ledger_now() + 1000, &task), STATUS_OK);
    assert_string_equal(task.state, "half");
    assert_int_equal(task.tries, 1);
}

static void who_lost_the_lease_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct task slow, fast;
    int64_t now = ledger_now() + 1000;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "slow", now, &slow), STATUS_OK);
    assert_int_equal(claim(bench, "fast", now + 59000, &fast), STATUS_END);
    assert_int_equal(claim(bench, "fast", now + 61000, &fast), STATUS_OK);
    assert_int_equal(ledger_finish(bench->db, &slow, "slow", "half", &bench->error), STATUS_END);
    assert_int_equal(ledger_hold(bench->db, &slow, "slow", "x", &bench->error), STATUS_END);
    assert_int_equal(ledger_retry(bench->db, &slow, "slow", 0, "x", &bench->error), STATUS_END);
    assert_int_equal(ledger_finish(bench->db, &fast, "fast", "half", &bench->error), STATUS_OK);
    /* and once moved on, the winner cannot move it again */
    assert_int_equal(ledger_finish(bench->db, &fast, "fast", "half", &bench->error), STATUS_END);
}

static void step_has_its_own_lease_and_tries(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int64_t now = ledger_now() + 1000;
    add(bench, "b/1", "half"); /* lease 7 s, 2 tries */
    assert_int_equal(claim(bench, "a", now, &task), STATUS_OK);
    assert_int_equal(claim(bench, "b", now + 6000, &task), STATUS_END);
    assert_int_equal(claim(bench, "b", now + 8000, &task), STATUS_OK);
    assert_int_equal(claim(bench, "c", now + 80000, &task), STATUS_END);
}

static void dead_owner_is_buried_and_the_last_try_holds(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int held = -1;
    int64_t now = ledger_now() + 1000;
    add(bench, "b/1", "new");
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
        assert_int_equal(task.tries, i);
        assert_int_equal(ledger_bury(bench->ledger, "w", 0, "it died", &held, &bench->error),
                         STATUS_OK);
        assert_int_equal(held, i == 3);
    }
    assert_int_equal(claim(bench, "w", now, &task), STATUS_END);
    assert_int_equal(
        number(bench, "SELECT COUNT(*) FROM ledger WHERE held = 1 AND why = 'it died'"), 1);
    /* nobody is nobody */
    add(bench, "b/2", "new");
    assert_int_equal(ledger_bury(bench->ledger, "", 0, "it died", &held, &bench->error), STATUS_OK);
    assert_int_equal(number(bench, "SELECT COUNT(*) FROM ledger WHERE why = 'it died'"), 1);
}

static void batch_waits_for_its_pages(void **state)
{
    struct bench *bench = *state;
    struct task task;
    int64_t now = ledger_now() + 1000, left;
    add(bench, "b/1", "new");
    ledger_add(bench->db, "batch", "b", "b", "closed", NULL);
    assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
    assert_string_equal(task.kind, "page");
    assert_int_equal(claim(bench, "w", now, &task), STATUS_END);
    assert_int_equal(ledger_left(bench->ledger, &left, &bench->error), STATUS_OK);
    assert_int_equal(left, 1);
    db_run(bench->db, "UPDATE ledger SET state = 'done', owner = '' WHERE kind = 'page'", NULL);
    assert_int_equal(claim(bench, "w", now, &task), STATUS_OK);
    assert_string_equal(task.kind, "batch");
}

static void adding_again_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct task task;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "w", ledger_now() + 1000, &task), STATUS_OK);
    add(bench, "b/1", "done");
    assert_int_equal(ledger_finish(bench->db, &task, "w", "half", &bench->error), STATUS_OK);
}

static void person_takes_a_row_only_when_nobody_has_it(void **state)
{
    struct bench *bench = *state;
    struct task task, mine;
    bool held = false;
    add(bench, "b/1", "new");
    assert_int_equal(claim(bench, "w", ledger_now() + 1000, &task), STATUS_OK);
    assert_int_equal(
        ledger_take(bench->db, "page", "b/1", "me", 60, bench->arena, &mine, &held, &bench->error),
        STATUS_RETRY);
    ledger_hold(bench->db, &task, "w", "torn", NULL);
    assert_int_equal(
        ledger_take(bench->db, "page", "b/1", "me", 60, bench->arena, &mine, &held, &bench->error),
        STATUS_OK);
    assert_true(held);
    assert_int_equal(
        ledger_take(bench->db, "page", "b/9", "me", 60, bench->arena, &mine, &held, &bench->error),
        STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "b/9"));
}

/* An archive has millions of rows that are done; a claim must not look at each. */
static void claim_looks_only_at_rows_that_may_be_ready(void **state)
{
    struct bench *bench = *state;
    struct db_query *query = NULL;
    int lines = 0;
    const char *sql = arena_printf(bench->arena, "EXPLAIN QUERY PLAN %s",
                                   ledger_sql_ready(&pipeline_table, 3, bench->arena));
    assert_int_equal(db_prepare(bench->db, sql, &query, &bench->error), STATUS_OK);
    for (; db_step(query, &bench->error) == STATUS_OK; lines++) {
        const char *plan = db_text(query, 3);
        assert_null(strstr(plan, "SCAN"));
        assert_null(strstr(plan, "(kind=?)"));
    }
    db_finish(query);
    assert_true(lines > 5);
}

/* ---------------------------------------------------------------- several processes */

enum { WORKERS = 4, PAGES = 60 };

/* Takes pages until there are none and writes one byte a page through the pipe: which page. */
static void be_taker(struct bench *bench, int to)
{
    struct bench own = *bench;
    char owner[LEDGER_OWNER_SIZE];
    struct task task;
    open_bench(&own);
    ledger_owner(owner);
    enum status status;
    while ((status = ledger_claim(own.ledger, owner, ledger_now() + 1000, own.arena, &task,
                                  &own.error)) != STATUS_END) {
        if (status == STATUS_RETRY)
            continue;
        unsigned char page = (unsigned char)atoi(task.id + 2);
        if (status != STATUS_OK || write(to, &page, 1) != 1 ||
            ledger_finish(own.db, &task, owner, "done", &own.error) != STATUS_OK)
            _exit(1);
    }
    close_bench(&own);
    _exit(0);
}

static void no_page_goes_to_two_processes(void **state)
{
    struct bench *bench = *state;
    int taken[PAGES] = {0}, pipes[2], wait_status;
    unsigned char page;
    for (int i = 0; i < PAGES; i++)
        add(bench, arena_printf(bench->arena, "b/%d", i), "new");
    close_bench(bench); /* a database does not cross a fork */
    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0)
            be_taker(bench, pipes[1]);
    close(pipes[1]);
    while (read(pipes[0], &page, 1) == 1)
        taken[page]++;
    close(pipes[0]);
    for (int i = 0; i < WORKERS; i++) {
        wait(&wait_status);
        assert_int_equal(wait_status, 0);
    }
    for (int i = 0; i < PAGES; i++)
        assert_int_equal(taken[i], 1);
    open_bench(bench);
    assert_int_equal(number(bench, "SELECT COUNT(*) FROM ledger WHERE state = 'done'"), PAGES);
}

static void lease_of_a_process_that_is_gone_ends(void **state)
{
    struct bench *bench = *state;
    int ended = 0, wait_status;
    struct task task;
    char owner[LEDGER_OWNER_SIZE];
    add(bench, "b/1", "new");
    add(bench, "b/2", "new");
    close_bench(bench);
    if (fork() == 0) {
        open_bench(bench);
        ledger_owner(owner);
        _exit(claim(bench, owner, ledger_now() + 1000, &task) != STATUS_OK);
    }
    wait(&wait_status);
    assert_int_equal(wait_status, 0);
    open_bench(bench);
    ledger_owner(owner);
    assert_true(ledger_owner_alive(owner));
    assert_true(ledger_owner_alive("another-machine/1/1"));
    assert_int_equal(claim(bench, owner, ledger_now() + 1000, &task), STATUS_OK);
    assert_int_equal(ledger_end_leases(bench->db, &ended, &bench->error), STATUS_OK);
    assert_int_equal(ended, 1); /* not ours: we are here */
    assert_int_equal(claim(bench, owner, ledger_now() + 1000, &task), STATUS_OK);
    assert_int_equal(task.tries, 1); /* being interrupted is no failed try */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(oldest_ready_row_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(row_that_is_to_wait_is_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(held_row_is_left_to_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finishing_moves_on_and_forgets_the_tries, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_lost_the_lease_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(step_has_its_own_lease_and_tries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dead_owner_is_buried_and_the_last_try_holds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(batch_waits_for_its_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(adding_again_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(person_takes_a_row_only_when_nobody_has_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(claim_looks_only_at_rows_that_may_be_ready, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_page_goes_to_two_processes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lease_of_a_process_that_is_gone_ends, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("pipeline_ledger", tests, NULL, NULL);
}
