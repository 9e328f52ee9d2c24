/* The database interface: what is committed stays, what is not does not, and faults have words. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/db.h"
#include "core/fault.h"
#include "core/file.h"
#include "core/message.h"
#include "tests/scratch.h"

static struct error fault;

static struct db *fresh(const char *name)
{
    struct db *db = NULL;
    char *url = arena_printf(arena, "sqlite:%s/%s", folder, name);
    assert_int_equal(db_open(url, true, &db, &fault), STATUS_OK);
    assert_int_equal(db_run(db,
                            "CREATE TABLE box(id bigint PRIMARY KEY, name text UNIQUE, "
                            "share double precision);"
                            "CREATE TABLE sheet(box bigint REFERENCES box(id), n bigint)",
                            &fault),
                     STATUS_OK);
    return db;
}

static int64_t count(struct db *db)
{
    struct db_query *query = NULL;
    assert_int_equal(db_prepare(db, "SELECT count(*) FROM box", &query, &fault), STATUS_OK);
    assert_int_equal(db_step(query, &fault), STATUS_OK);
    int64_t rows = db_int(query, 0);
    db_finish(query);
    return rows;
}

static void values_come_back_as_they_went_in(void **state)
{
    (void)state;
    struct db *db = fresh("values.db");
    struct db_query *query = NULL;
    assert_string_equal(db_driver(db), "sqlite");
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(?,?,?)", "isr",
                           (int64_t)9007199254740993, "Hộp số 1", 0.25),
                     STATUS_OK);
    assert_int_equal(db_changes(db), 1);
    assert_int_equal(
        db_do(db, &fault, "INSERT INTO box VALUES(?,?,?)", "isn", (int64_t)-2, (const char *)NULL),
        STATUS_OK);
    assert_int_equal(
        db_prepare(db, "SELECT id,name,share FROM box WHERE id>? ORDER BY id", &query, &fault),
        STATUS_OK);
    for (int again = 0; again < 2; again++) {
        db_bind_int(query, 1, -10);
        assert_int_equal(db_step(query, &fault), STATUS_OK);
        assert_int_equal(db_int(query, 0), -2);
        assert_null(db_text(query, 1));
        assert_null(db_text(query, 2));
        assert_int_equal(db_step(query, &fault), STATUS_OK);
        assert_true(db_int(query, 0) == 9007199254740993);
        assert_string_equal(db_text(query, 1), "Hộp số 1");
        assert_true(db_real(query, 2) == 0.25);
        assert_int_equal(db_step(query, &fault), STATUS_END);
    }
    db_finish(query);
    db_close(db);
}

/* What was parsed is kept for the next time: as new, also in the middle of itself and of another
 * table. */
static void a_statement_that_is_used_again_is_as_new(void **state)
{
    (void)state;
    struct db *db = fresh("again.db");
    struct db_query *outer = NULL, *inner = NULL;
    static const char sql[] = "SELECT name FROM box WHERE id >= ? ORDER BY id";
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(?,?,?)", "isn", (int64_t)1, "a"),
                     STATUS_OK);
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(?,?,?)", "isn", (int64_t)2, "b"),
                     STATUS_OK);
    assert_int_equal(db_prepare(db, sql, &outer, &fault), STATUS_OK);
    db_bind_int(outer, 1, 1);
    assert_int_equal(db_step(outer, &fault), STATUS_OK);
    assert_int_equal(db_prepare(db, sql, &inner, &fault), STATUS_OK);
    assert_ptr_not_equal(outer, inner);
    db_bind_int(inner, 1, 2);
    assert_int_equal(db_step(inner, &fault), STATUS_OK);
    assert_string_equal(db_text(inner, 0), "b");
    assert_string_equal(db_text(outer, 0), "a");
    db_finish(inner);
    db_finish(outer); /* in the middle of its rows */
    assert_int_equal(db_prepare(db, sql, &outer, &fault), STATUS_OK);
    assert_int_equal(db_step(outer, &fault), STATUS_END); /* nothing is bound: NULL */
    db_finish(outer);
    assert_int_equal(db_run(db,
                            "ALTER TABLE box RENAME TO crate; CREATE VIEW box AS"
                            " SELECT id, 'new' AS name, share FROM crate",
                            &fault),
                     STATUS_OK);
    assert_int_equal(db_prepare(db, sql, &outer, &fault), STATUS_OK);
    db_bind_int(outer, 1, 2);
    assert_int_equal(db_step(outer, &fault), STATUS_OK);
    assert_string_equal(db_text(outer, 0), "new");
    db_finish(outer);
    for (int i = 0; i < 1000; i++) { /* more than are kept */
        char text[32];
        snprintf(text, sizeof text, "SELECT %d", i);
        int64_t value = -1;
        assert_int_equal(db_first_int(db, &value, &fault, text, ""), STATUS_OK);
        assert_int_equal(value, i);
    }
    db_close(db);
}

static void what_is_not_committed_is_not_there(void **state)
{
    (void)state;
    struct db *db = fresh("rollback.db");
    assert_int_equal(db_begin(db, &fault), STATUS_OK);
    db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", "");
    db_rollback(db);
    db_rollback(db);
    assert_int_equal(count(db), 0);
    assert_int_equal(db_begin(db, &fault), STATUS_OK);
    db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", "");
    assert_int_equal(db_commit(db, &fault), STATUS_OK);
    assert_int_equal(db_begin(db, &fault), STATUS_OK);
    db_do(db, &fault, "INSERT INTO box(id) VALUES(2)", "");
    db_close(db); /* rolls back */
    assert_int_equal(db_open(file_join(arena, folder, "rollback.db"), false, &db, &fault),
                     STATUS_OK);
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void a_broken_key_is_a_rejection_and_a_wrong_statement_fatal(void **state)
{
    (void)state;
    struct db *db = fresh("keys.db");
    struct db_query *query = NULL;
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(1,'a',0)", ""), STATUS_OK);
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(1,'b',0)", ""), STATUS_REJECT);
    assert_int_equal(db_do(db, &fault, "INSERT INTO box VALUES(2,?,0)", "s", "a"), STATUS_REJECT);
    assert_int_equal(db_do(db, &fault, "INSERT INTO sheet VALUES(7,1)", ""), STATUS_REJECT);
    assert_int_equal(db_prepare(db, "SELECT nonsense FROM box", &query, &fault), STATUS_FATAL);
    assert_non_null(strstr(fault.text, "nonsense"));
    assert_int_equal(db_do(db, &fault, "DELETE FROM box WHERE id=?", "ii", (int64_t)1, (int64_t)2),
                     STATUS_FATAL);
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void portable_sql_holds(void **state)
{
    (void)state;
    struct db *db = fresh("portable.db");
    struct db_query *query = NULL;
    assert_int_equal(db_prepare(db,
                                "INSERT INTO box(id,name) VALUES(?,?) ON CONFLICT(id) DO UPDATE "
                                "SET name=excluded.name RETURNING name",
                                &query, &fault),
                     STATUS_OK);
    for (int i = 0; i < 2; i++) {
        db_bind_int(query, 1, 5);
        db_bind_text(query, 2, i ? "hai" : "một");
        assert_int_equal(db_step(query, &fault), STATUS_OK);
        assert_string_equal(db_text(query, 0), i ? "hai" : "một");
        assert_int_equal(db_step(query, &fault), STATUS_END);
    }
    db_finish(query);
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    struct db *db = NULL;
    const char *absent = file_join(arena, folder, "absent.db");
    assert_int_equal(db_open(absent, false, &db, &fault), STATUS_REJECT);
    assert_int_equal(db_open_readonly(absent, &db, &fault), STATUS_REJECT);
    assert_false(file_exists(absent));
    assert_int_equal(db_open(file_join(arena, folder, "no/where.db"), true, &db, &fault),
                     STATUS_FATAL);
    assert_int_equal(db_open("postgresql://me:secret@host/x", true, &db, &fault), STATUS_FATAL);
    assert_null(strstr(fault.text, "secret"));
    char *text = arena_alloc(arena, 5000);
    memset(text, 'x', 5000);
    const char *junk = file_join(arena, folder, "junk.db");
    assert_int_equal(file_write(junk, text, 5000, &fault), STATUS_OK);
    assert_int_equal(db_open(junk, true, &db, &fault), STATUS_FATAL);
    assert_non_null(strstr(fault.text, "no database"));
    assert_int_equal(db_open_readonly(junk, &db, &fault), STATUS_FATAL);
    assert_null(db);
}

static void looking_does_not_write(void **state)
{
    (void)state;
    struct db *db = fresh("look.db");
    db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", "");
    struct db *reader = NULL;
    const char *path = file_join(arena, folder, "look.db");
    assert_int_equal(db_open_readonly(path, &reader, &fault), STATUS_OK);
    assert_int_equal(count(reader), 1);
    assert_int_equal(db_do(reader, &fault, "INSERT INTO box(id) VALUES(2)", ""), STATUS_FATAL);
    db_close(reader);
    db_close(db);
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0007, 0);
}

/* Where no -shm can be made, as in a read-only folder: here a folder stands in its place. */
static void a_database_is_read_where_nothing_can_be_written(void **state)
{
    (void)state;
    struct db *db = fresh("a?b%#.db");
    db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", "");
    db_close(db);
    const char *path = file_join(arena, folder, "a?b%#.db");
    assert_int_equal(file_mkdirs(arena_printf(arena, "%s-shm", path), &fault), STATUS_OK);
    assert_int_equal(db_open_readonly(path, &db, &fault), STATUS_OK);
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void what_is_pinned_and_its_copy_stay_as_they_were(void **state)
{
    (void)state;
    struct db *db = fresh("pinned.db"), *looking = NULL, *copy = NULL;
    char *path = arena_printf(arena, "%s/pinned.db", folder);
    char *other = arena_printf(arena, "%s/pinned-copy.db", folder);
    assert_int_equal(db_run(db, "INSERT INTO box VALUES(1,'a',0)", &fault), STATUS_OK);
    assert_int_equal(db_open_readonly(path, &looking, &fault), STATUS_OK);
    assert_int_equal(db_begin(db, &fault), STATUS_OK);
    assert_int_equal(db_pin(looking, &fault), STATUS_OK);
    assert_int_equal(db_run(db, "INSERT INTO box VALUES(2,'b',0)", &fault), STATUS_OK);
    assert_int_equal(db_commit(db, &fault), STATUS_OK);
    assert_int_equal(count(looking), 1);
    assert_int_equal(db_copy(looking, other, &fault), STATUS_OK);
    assert_int_equal(db_open_readonly(other, &copy, &fault), STATUS_OK);
    assert_int_equal(count(copy), 1);
    db_rollback(looking);
    assert_int_equal(count(looking), 2);
    db_close(copy);
    db_close(looking);
    db_close(db);
}

static void a_busy_database_is_try_again(void **state)
{
    (void)state;
    struct db *one = fresh("busy.db"), *two = NULL;
    assert_int_equal(db_open(file_join(arena, folder, "busy.db"), false, &two, &fault), STATUS_OK);
    assert_int_equal(db_run(two, "PRAGMA busy_timeout=20", &fault), STATUS_OK);
    assert_int_equal(db_begin(one, &fault), STATUS_OK);
    assert_int_equal(db_begin(two, &fault), STATUS_RETRY);
    db_rollback(one);
    assert_int_equal(db_begin(two, &fault), STATUS_OK);
    db_close(two);
    db_close(one);
}

static void a_commit_that_fails_leaves_nothing_and_can_be_tried_again(void **state)
{
    (void)state;
    struct db *db = fresh("full.db");
    setenv("SOHOA_FAULT_FAIL", "1", 1);
    fault_start();
    assert_int_equal(db_begin(db, &fault), STATUS_OK);
    db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", "");
    assert_int_equal(db_commit(db, &fault), STATUS_RETRY);
    assert_int_equal(count(db), 0);
    assert_int_equal(db_do(db, &fault, "INSERT INTO box(id) VALUES(1)", ""), STATUS_OK);
    fault_start();
    assert_int_equal(db_do(db, &fault, "INSERT INTO box(id) VALUES(2)", ""), STATUS_RETRY);
    unsetenv("SOHOA_FAULT_FAIL");
    fault_start();
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void a_process_killed_at_its_commit_leaves_the_row_before(void **state)
{
    (void)state;
    struct db *db = fresh("kill.db");
    db_close(db);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setpgid(0, 0);
        setenv("SOHOA_FAULT", "2", 1);
        fault_start();
        const char *path = file_join(arena, folder, "kill.db");
        if (db_open(path, false, &db, &fault) != STATUS_OK)
            _exit(1);
        for (int64_t i = 1; i <= 3; i++) {
            db_begin(db, &fault);
            db_do(db, &fault, "INSERT INTO box(id) VALUES(?)", "i", i);
            db_commit(db, &fault);
        }
        _exit(0);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_int_equal(db_open(file_join(arena, folder, "kill.db"), false, &db, &fault), STATUS_OK);
    assert_int_equal(count(db), 1);
    db_close(db);
}

static void a_copy_that_does_not_fit_blames_the_disk_it_goes_to(void **state)
{
    (void)state;
    struct db *db = NULL;
    struct rlimit before, small;
    assert_int_equal(db_open(file_join(arena, folder, "large.db"), true, &db, &fault), STATUS_OK);
    assert_int_equal(
        db_run(db, "CREATE TABLE t (b); INSERT INTO t VALUES (zeroblob(100000))", &fault),
        STATUS_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){20000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    enum status status = db_copy(db, file_join(arena, folder, "copy.db"), &fault);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_RETRY);
    assert_non_null(strstr(fault.text, "copied to is full"));
    assert_non_null(strstr(fault.text, "copy.db"));
    assert_false(file_exists(file_join(arena, folder, "copy.db")));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_went_in),
        cmocka_unit_test(a_statement_that_is_used_again_is_as_new),
        cmocka_unit_test(what_is_not_committed_is_not_there),
        cmocka_unit_test(a_broken_key_is_a_rejection_and_a_wrong_statement_fatal),
        cmocka_unit_test(portable_sql_holds),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(looking_does_not_write),
        cmocka_unit_test(a_database_is_read_where_nothing_can_be_written),
        cmocka_unit_test(what_is_pinned_and_its_copy_stay_as_they_were),
        cmocka_unit_test(a_busy_database_is_try_again),
        cmocka_unit_test(a_commit_that_fails_leaves_nothing_and_can_be_tried_again),
        cmocka_unit_test(a_copy_that_does_not_fit_blames_the_disk_it_goes_to),
        cmocka_unit_test(a_process_killed_at_its_commit_leaves_the_row_before),
    };
    return cmocka_run_group_tests_name("core_db", tests, scratch_open, scratch_close);
}
