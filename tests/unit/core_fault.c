/* The fault points themselves: a crash test is worth what its counting is worth. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/log.h"

static char path[] = "/tmp/sohoa-fault-XXXXXX";

static void clear_environment(void)
{
    unsetenv("SOHOA_FAULT");
    unsetenv("SOHOA_FAULT_FAIL");
    unsetenv("SOHOA_FAULT_LOG");
}

static size_t read_all(char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t got = fread(text, 1, size - 1, file);

    text[got] = '\0';
    fclose(file);
    return got;
}

static void without_a_fault_every_act_goes_on(void **state)
{
    (void)state;
    clear_environment();
    fault_start();
    errno = EINTR;
    for (int i = 0; i < 1000; i++)
        assert_false(fault_point("act"));
    assert_int_equal(errno, EINTR);
}

static void the_chosen_act_fails_as_if_the_disk_were_full(void **state)
{
    (void)state;
    clear_environment();
    setenv("SOHOA_FAULT_FAIL", "3", 1);
    fault_start();
    for (int i = 1; i <= 10; i++) {
        errno = 0;
        assert_int_equal(fault_point("act"), i == 3);
        assert_int_equal(errno, i == 3 ? ENOSPC : 0);
    }
}

/* Parent and child take turns: the count is one over both, and so is the log. */
static void acts_are_counted_over_all_processes(void **state)
{
    char text[200];
    int outcome;
    pid_t child;
    (void)state;

    clear_environment();
    setenv("SOHOA_FAULT_LOG", path, 1);
    fault_start();
    fault_point("parent");
    if ((child = fork()) == 0) {
        fault_point("child");
        fault_point("child");
        _exit(0);
    }
    assert_int_equal(waitpid(child, &outcome, 0), child);
    fault_point("parent");
    read_all(text, sizeof text);
    assert_string_equal(text, "1 parent\n2 child\n3 child\n4 parent\n");
}

static void death_takes_the_whole_group(void **state)
{
    int outcome, ready[2];
    pid_t leader;
    char byte;
    (void)state;

    clear_environment();
    assert_int_equal(pipe(ready), 0);
    if ((leader = fork()) == 0) {
        setpgid(0, 0);
        setenv("SOHOA_FAULT", "2", 1);
        fault_start();
        fault_point("leader");
        if (fork() == 0)
            fault_point("worker");
        for (;;) /* both wait to be killed, holding the pipe open */
            pause();
    }
    close(ready[1]);
    assert_int_equal(waitpid(leader, &outcome, 0), leader);
    assert_true(WIFSIGNALED(outcome));
    assert_int_equal(WTERMSIG(outcome), SIGKILL);
    assert_int_equal(read(ready[0], &byte, 1), 0); /* the worker is gone as well */
    close(ready[0]);
}

/* ---------------------------------------------------------------- the log, which is as small */

static void log_message_is_one_line_from_its_level_on(void **state)
{
    char text[4000];
    (void)state;

    assert_int_equal(truncate(path, 0), 0);
    setenv("SOHOA_NOW", "2026-11-22T14:05:09+07:00", 1);
    log_open(path, LOG_INFO, "test");
    log_write(LOG_DEBUG, "not seen");
    log_write(LOG_INFO, "batch %s\nfalse line", "b1");
    log_write(LOG_ERROR, "%3000d", 7);
    log_open(NULL, LOG_WARNING, "test");
    read_all(text, sizeof text);
    assert_memory_equal(text, "2026-11-22T14:05:09+07:00 info test[", 36);
    assert_non_null(strstr(text, "]: batch b1 false line\n2026-11-22T14:05:09+07:00 error test["));
    assert_null(strstr(text, "not seen"));
    assert_int_equal(strlen(strchr(text, '\n') + 1),
                     2047); /* long ones are cut, and end the line */
    assert_int_equal(text[strlen(text) - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_fault_every_act_goes_on),
        cmocka_unit_test(the_chosen_act_fails_as_if_the_disk_were_full),
        cmocka_unit_test(acts_are_counted_over_all_processes),
        cmocka_unit_test(death_takes_the_whole_group),
        cmocka_unit_test(log_message_is_one_line_from_its_level_on),
    };
    int fd = mkstemp(path), failed;

    if (fd < 0)
        return 1;
    close(fd);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
