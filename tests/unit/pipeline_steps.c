/* Supervisor and workers over a small table of their own: order, outcomes, deaths, stops. */
#include "pipeline/worker.h"
#include "tests/unit/pipeline_bench.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "pipeline/supervisor.h"

/* Workers are other processes; what they did stands in a file, one line a step. */
static char trace_path[128];

static void trace(struct work *work, const char *what)
{
    char line[160];
    int file = open(trace_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int size = snprintf(line, sizeof line, "%s %s\n", what, work->task->id);
    if (file < 0 || write(file, line, (size_t)size) != size)
        abort();
    close(file);
}

static bool is(const struct work *work, const char *name)
{
    return strcmp(work->task->id, name) == 0;
}

static enum status first(struct work *work, struct error *error)
{
    trace(work, "first");
    if (is(work, "b/torn"))
        return error_set(error, STATUS_REJECT, "this page is torn");
    if (is(work, "b/busy-once") && work->task->tries < 2)
        return error_set(error, STATUS_RETRY, "busy");
    if (is(work, "b/busy-ever"))
        return error_set(error, STATUS_RETRY, "the disk is full");
    if (is(work, "b/deadly"))
        raise(SIGKILL);
    if (is(work, "b/deadly-once") && work->task->tries < 2) {
        signal(SIGSEGV, SIG_DFL); /* cmocka would jump back into the parent's test */
        raise(SIGSEGV);
    }
    if (is(work, "b/endless"))
        pause();
    if (is(work, "b/slow"))
        nanosleep(&(struct timespec){0, 300000000}, NULL);
    if (is(work, "b/no-engine") && !getenv("TEST_ENGINE"))
        return error_set(error, STATUS_FATAL, "the language data is missing");
    return STATUS_OK;
}

static enum status second(struct work *work, struct error *error)
{
    (void)error;
    trace(work, "second");
    return STATUS_OK;
}

/* Adds a row of its own, then fails the first time: the row must not stay. */
static enum status second_rows(struct work *work, struct error *error)
{
    trace(work, "rows");
    if (!is(work, "b/half-rows"))
        return STATUS_OK;
    enum status status =
        ledger_add(work->db, "page", arena_printf(work->arena, "b/made-%d", work->task->tries), "b",
                   "done", error);
    return status == STATUS_OK && work->task->tries < 2
               ? error_set(error, STATUS_RETRY, "no room for the row")
               : status;
}

static enum status after(struct work *work, struct error *error)
{
    int64_t moved = 0;
    ledger_number(work->db, &moved, error,
                  "SELECT COUNT(*) FROM ledger WHERE id = ? AND state = 'done'", work->task->id,
                  NULL);
    trace(work, moved ? "after" : "too-early");
    return STATUS_OK;
}

static const struct step steps[] = {
    {"page", "new", "half", "", first, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"page", "half", "done", "", second, second_rows, after, NULL, 0, 0, TURN_OLDEST},
    {"page", "done", NULL, "", NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
};
static const struct step_table table = {steps, sizeof steps / sizeof *steps};

static const struct step eager_steps[] = {
    {"page", "new", "half", "", first, NULL, NULL, NULL, 0, 0, TURN_AT_ONCE},
    {"page", "half", "done", "", second, second_rows, after, NULL, 0, 0, TURN_OLDEST},
    {"page", "done", NULL, "", NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
};
static const struct step_table eager = {eager_steps, sizeof eager_steps / sizeof *eager_steps};

static void add(struct bench *bench, const char *id)
{
    bench_reopen_db(bench);
    GOOD(ledger_add(bench->db, "page", id, "b", "new", &bench->error));
}

static enum status run(struct bench *bench)
{
    bench->error.text[0] = '\0';
    bench_close_db(bench);
    return supervisor_run(&bench->warehouse, &table, NULL, NULL, &bench->error);
}

/* How often the line stands in the trace. */
static int traced(const char *line)
{
    char text[256];
    int count = 0;
    FILE *file = fopen(trace_path, "r");
    while (file && fgets(text, sizeof text, file)) {
        text[strcspn(text, "\n")] = '\0';
        count += strcmp(text, line) == 0;
    }
    if (file)
        fclose(file);
    return count;
}

static int set_up(void **state)
{
    bench_set_up(state);
    struct bench *bench = *state;
    snprintf(trace_path, sizeof trace_path, "%s/trace", bench->folder);
    bench->warehouse.pipeline.jobs = 2;
    bench->warehouse.archive.sign = false; /* steps of paper: nothing to sign */
    unsetenv("TEST_ENGINE");
    return 0;
}

/* ---------------------------------------------------------------- outcomes */

static void each_step_of_each_page_is_done_once(void **state)
{
    struct bench *bench = *state;
    bench->warehouse.pipeline.jobs = 3;
    for (int i = 0; i < 12; i++)
        add(bench, arena_printf(bench->arena, "b/%02d", i));
    GOOD(run(bench));
    for (int i = 0; i < 12; i++) {
        assert_int_equal(traced(arena_printf(bench->arena, "first b/%02d", i)), 1);
        assert_int_equal(traced(arena_printf(bench->arena, "second b/%02d", i)), 1);
        assert_int_equal(traced(arena_printf(bench->arena, "after b/%02d", i)), 1);
    }
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE state = 'done'"), 12);
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE owner <> ''"), 0);
}

/* What was packed is signed before the next is packed, or the moment printed on it is not that of
 * its signature. */
static void what_a_step_makes_at_once_goes_on_before_all_else(void **state)
{
    struct bench *bench = *state;
    char expected[64], text[256] = "";
    bench->warehouse.pipeline.jobs = 1;
    add(bench, "b/1");
    add(bench, "b/2");
    bench_close_db(bench);
    GOOD(supervisor_run(&bench->warehouse, &eager, NULL, NULL, &bench->error));
    bench_reopen_db(bench);
    FILE *file = fopen(trace_path, "r");
    for (int i = 1; i <= 2; i++)
        for (int line = 0; line < 4; line++) { /* the four of one page, then those of the other */
            static const char *const parts[] = {"first", "second", "rows", "after"};
            snprintf(expected, sizeof expected, "%s b/%d\n", parts[line], i);
            assert_non_null(fgets(text, sizeof text, file));
            assert_string_equal(text, expected);
        }
    fclose(file);
    assert_int_equal(step_find(&pipeline_table, "document", "approved")->turn, TURN_AT_ONCE);
}

static void rejected_page_is_held_and_the_others_go_on(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/torn");
    add(bench, "b/good");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/torn"), "new held");
    assert_string_equal(bench_why(bench, "b/torn"), "this page is torn");
    assert_string_equal(bench_state(bench, "page", "b/good"), "done");
    assert_int_equal(traced("first b/torn"), 1);
}

static void failure_that_passes_is_tried_again(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/busy-once");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/busy-once"), "done");
    assert_int_equal(traced("first b/busy-once"), 2);
    assert_string_equal(bench_why(bench, "b/busy-once"), "");
}

static void failure_that_stays_is_held_after_its_tries(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/busy-ever");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/busy-ever"), "new held");
    assert_string_equal(bench_why(bench, "b/busy-ever"), "the disk is full");
    assert_int_equal(traced("first b/busy-ever"), bench->warehouse.pipeline.tries);
}

static void rows_of_a_step_that_failed_do_not_stay(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/half-rows");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/half-rows"), "done");
    assert_string_equal(bench_state(bench, "page", "b/made-1"), "none");
    assert_string_equal(bench_state(bench, "page", "b/made-2"), "done");
    assert_int_equal(traced("too-early b/half-rows"), 0);
}

static void wrong_set_up_stops_the_run_and_blames_no_page(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/no-engine");
    for (int i = 0; i < 4; i++) { /* more often than there are tries */
        assert_int_equal(run(bench), STATUS_FATAL);
        assert_string_equal(bench->error.text, "the language data is missing");
    }
    assert_string_equal(bench_state(bench, "page", "b/no-engine"), "new");
    setenv("TEST_ENGINE", "1", 1);
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/no-engine"), "done");
}

/* ---------------------------------------------------------------- deaths */

static void page_that_kills_its_reader_is_held_and_the_others_go_on(void **state)
{
    struct bench *bench = *state;
    add(bench, "b/deadly");
    add(bench, "b/good-1");
    add(bench, "b/good-2");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/deadly"), "new held");
    assert_non_null(strstr(bench_why(bench, "b/deadly"), "died"));
    assert_int_equal(traced("first b/deadly"), bench->warehouse.pipeline.tries);
    assert_string_equal(bench_state(bench, "page", "b/good-1"), "done");
    assert_string_equal(bench_state(bench, "page", "b/good-2"), "done");
}

static void reader_that_died_once_is_replaced(void **state)
{
    struct bench *bench = *state;
    bench->warehouse.pipeline.jobs = 1;
    add(bench, "b/deadly-once");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/deadly-once"), "done");
}

static void reader_that_hangs_is_ended(void **state)
{
    struct bench *bench = *state;
    bench->warehouse.pipeline.lease_s = 1;
    bench->warehouse.pipeline.tries = 1;
    add(bench, "b/endless");
    add(bench, "b/good");
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/endless"), "new held");
    assert_string_equal(bench_state(bench, "page", "b/good"), "done");
}

static void workers_retire_and_others_take_over(void **state)
{
    struct bench *bench = *state;
    bench->warehouse.pipeline.retire_pages = 2;
    for (int i = 0; i < 7; i++)
        add(bench, arena_printf(bench->arena, "b/%d", i));
    GOOD(run(bench));
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE state = 'done'"), 7);
}

/* ---------------------------------------------------------------- one run, and its end */

static void each_failure_doubles_the_rest_until_an_hour(void **state)
{
    struct bench *bench = *state;
    bench->warehouse.pipeline.retry_s = 60;
    assert_int_equal(worker_wait_ms(&bench->warehouse, 1), 60000);
    assert_int_equal(worker_wait_ms(&bench->warehouse, 2), 120000);
    assert_int_equal(worker_wait_ms(&bench->warehouse, 6), 1920000);
    assert_int_equal(worker_wait_ms(&bench->warehouse, 7), 3600000);
    assert_int_equal(worker_wait_ms(&bench->warehouse, 1000000), 3600000);
}

static void second_run_on_a_warehouse_is_told_to_wait(void **state)
{
    struct bench *bench = *state;
    int lock = -1;
    add(bench, "b/1");
    GOOD(run_lock(&bench->warehouse, &lock, &bench->error));
    assert_int_equal(run(bench), STATUS_RETRY);
    assert_non_null(strstr(bench->error.text, "Another `sohoa run`"));
    assert_non_null(strstr(bench->error.text, arena_printf(bench->arena, "%ld", (long)getpid())));
    assert_string_equal(bench_state(bench, "page", "b/1"), "new");
    run_unlock(lock);
    GOOD(run(bench));
    assert_string_equal(bench_state(bench, "page", "b/1"), "done");
}

static void stop_lets_the_step_in_hand_finish_and_nothing_else_begin(void **state)
{
    struct bench *bench = *state;
    int wait_status = 0;
    add(bench, "b/slow");
    bench_close_db(bench);
    bench->warehouse.pipeline.jobs = 1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(run(bench));
    for (int i = 0; i < 200 && !traced("first b/slow"); i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    kill(pid, SIGTERM);
    waitpid(pid, &wait_status, 0);
    assert_true(WIFEXITED(wait_status));
    assert_int_equal(WEXITSTATUS(wait_status), STATUS_END);
    assert_string_equal(bench_state(bench, "page", "b/slow"), "half");
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE owner <> ''"), 0);
    assert_int_equal(traced("second b/slow"), 0);
}

static void workers_do_not_outlive_a_killed_run(void **state)
{
    struct bench *bench = *state;
    int wait_status = 0, lock = -1;
    add(bench, "b/endless");
    bench_close_db(bench);
    bench->warehouse.pipeline.jobs = 1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(run(bench));
    for (int i = 0; i < 200 && !traced("first b/endless"); i++)
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, &wait_status, 0);
    /* The lock goes with the last process of the run: to have it is to know that all are gone. */
    GOOD(run_lock(&bench->warehouse, &lock, &bench->error));
    run_unlock(lock);
}

struct seen {
    int calls;
    struct pipeline_progress last;
};

static void see(void *context, const struct pipeline_progress *now)
{
    struct seen *seen = context;
    seen->calls++;
    seen->last = *now;
}

static void progress_ends_with_everything_done(void **state)
{
    struct bench *bench = *state;
    struct seen seen = {0};
    add(bench, "b/1");
    add(bench, "b/torn");
    bench_close_db(bench);
    GOOD(supervisor_run(&bench->warehouse, &table, see, &seen, &bench->error));
    assert_true(seen.calls >= 1);
    assert_int_equal(seen.last.steps_done, 2);
    assert_int_equal(seen.last.steps_left, 0);
    assert_int_equal(seen.last.held, 1);
    assert_true(seen.last.free_bytes > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_step_of_each_page_is_done_once),
        TEST(what_a_step_makes_at_once_goes_on_before_all_else),
        TEST(rejected_page_is_held_and_the_others_go_on),
        TEST(failure_that_passes_is_tried_again),
        TEST(failure_that_stays_is_held_after_its_tries),
        TEST(rows_of_a_step_that_failed_do_not_stay),
        TEST(wrong_set_up_stops_the_run_and_blames_no_page),
        TEST(page_that_kills_its_reader_is_held_and_the_others_go_on),
        TEST(reader_that_died_once_is_replaced),
        TEST(reader_that_hangs_is_ended),
        TEST(workers_retire_and_others_take_over),
        TEST(each_failure_doubles_the_rest_until_an_hour),
        TEST(second_run_on_a_warehouse_is_told_to_wait),
        TEST(stop_lets_the_step_in_hand_finish_and_nothing_else_begin),
        TEST(workers_do_not_outlive_a_killed_run),
        TEST(progress_ends_with_everything_done),
    };
    return cmocka_run_group_tests_name("pipeline_steps", tests, NULL, NULL);
}
