/* Files are there whole or not at all: at each fault point, on a full disk, without rights. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/file.h"
#include "core/message.h"
#include "tests/scratch.h"

#define BIG ((size_t)300 * 1024)

static struct error fault;
static char *old_bytes, *new_bytes;

static const char *at(const char *name)
{
    return file_join(arena, folder, name);
}

static const char *content(const char *path)
{
    char *bytes = NULL;

    assert_int_equal(file_read(path, 10 * BIG, arena, &bytes, NULL, &fault), STATUS_OK);
    return bytes;
}

static size_t count_names(const char *path)
{
    char **names;
    size_t count;

    assert_int_equal(file_list(path, arena, &names, &count, &fault), STATUS_OK);
    return count;
}

static void put(const char *path, const char *text)
{
    assert_int_equal(file_write(path, text, strlen(text), &fault), STATUS_OK);
}

static void set_fault(const char *variable, int number)
{
    unsetenv("SOHOA_FAULT");
    unsetenv("SOHOA_FAULT_FAIL");
    if (variable != NULL)
        setenv(variable, arena_printf(arena, "%d", number), 1);
    fault_start();
}

/* Runs act in a process group of its own; what waitpid says of it. */
static int in_child(int (*act)(void), const char *variable, int number)
{
    int state = 0;
    pid_t child = fork();

    if (child == 0) {
        setpgid(0, 0);
        set_fault(variable, number);
        _exit(act());
    }
    assert_int_equal(waitpid(child, &state, 0), child);
    return state;
}

/* ---------------------------------------------------------------- writing */

static void written_file_is_read_back_and_no_part_is_left(void **state)
{
    struct stat info;
    char *bytes;
    size_t size;
    (void)state;

    assert_int_equal(file_write(at("a"), "x\0y", 3, &fault), STATUS_OK);
    assert_int_equal(file_read(at("a"), 3, arena, &bytes, &size, &fault), STATUS_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(bytes, "x\0y", 4);
    assert_int_equal(file_write(at("a"), NULL, 0, &fault), STATUS_OK);
    assert_int_equal(file_size(at("a")), 0);
    assert_false(file_exists(at("a.part")));
    assert_int_equal(stat(at("a"), &info), 0);
    assert_int_equal(info.st_mode & 07, 0); /* a citizen's papers are not for everybody */
}

static void abandoned_writer_leaves_the_old_file(void **state)
{
    struct file_writer *writer;
    (void)state;

    put(at("a"), "old");
    assert_int_equal(file_create(at("a"), &writer, &fault), STATUS_OK);
    assert_string_equal(file_part(writer), at("a.part"));
    fputs("new", file_stream(writer));
    file_abandon(writer);
    file_abandon(NULL);
    assert_string_equal(content(at("a")), "old");
    assert_int_equal(count_names(folder), 1);
}

static void leftover_part_of_a_dead_process_is_written_over(void **state)
{
    FILE *left = fopen(at("a.part"), "w");
    (void)state;

    fputs("much longer than what comes now", left);
    fclose(left);
    put(at("a"), "new");
    assert_string_equal(content(at("a")), "new");
    assert_int_equal(count_names(folder), 1);
}

static void second_writer_of_one_file_is_told_to_wait(void **state)
{
    struct file_writer *first, *second;
    (void)state;

    assert_int_equal(file_create(at("a"), &first, &fault), STATUS_OK);
    fputs("first", file_stream(first));
    assert_int_equal(file_create(at("a"), &second, &fault), STATUS_RETRY);
    assert_null(second);
    assert_non_null(strstr(fault.text, "another process"));
    assert_int_equal(file_commit(first, &fault), STATUS_OK);
    assert_string_equal(content(at("a")), "first");
    put(at("a"), "second");
    assert_string_equal(content(at("a")), "second");
}

static void failure_at_any_point_keeps_a_whole_file(void **state)
{
    int point = 0;
    enum status status;
    (void)state;

    do {
        set_fault(NULL, 0);
        put(at("a"), old_bytes);
        set_fault("SOHOA_FAULT_FAIL", ++point);
        fault.text[0] = '\0';
        status = file_write(at("a"), new_bytes, BIG, &fault);
        set_fault(NULL, 0);
        if (status != STATUS_OK) {
            assert_int_equal(status, STATUS_RETRY);
            assert_non_null(strstr(fault.text, "No space"));
            assert_non_null(strstr(fault.text, folder));
            /* create, fsync, rename, fsync of the folder; before the last the old one stands */
            assert_string_equal(content(at("a")), point < 4 ? old_bytes : new_bytes);
        }
        assert_int_equal(count_names(folder), 1);
    } while (status != STATUS_OK);
    assert_int_equal(point, 5);
    assert_string_equal(content(at("a")), new_bytes);
}

static int write_new(void)
{
    return (int)file_write(at("a"), new_bytes, BIG, &fault);
}

static void death_at_any_point_keeps_a_whole_file(void **state)
{
    int point = 0, outcome;
    (void)state;

    do {
        put(at("a"), old_bytes);
        outcome = in_child(write_new, "SOHOA_FAULT", ++point);
        if (WIFSIGNALED(outcome))
            assert_int_equal(WTERMSIG(outcome), SIGKILL);
        assert_string_equal(content(at("a")), point < 4 ? old_bytes : new_bytes);
    } while (WIFSIGNALED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), STATUS_OK);
    assert_int_equal(point, 5);
}

static void full_disk_is_retry_and_keeps_the_old_file(void **state)
{
    struct rlimit before, small;
    enum status written, copied;
    (void)state;

    put(at("a"), "old");
    put(at("source"), new_bytes);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = BIG / 2;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    written = file_write(at("a"), new_bytes, BIG, &fault);
    copied = file_copy(at("source"), at("a"), &fault);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(written, STATUS_RETRY);
    assert_int_equal(copied, STATUS_RETRY);
    assert_non_null(strstr(fault.text, "larger than this system allows"));
    assert_string_equal(content(at("a")), "old");
    assert_int_equal(count_names(folder), 2);
}

static int write_as_nobody(void)
{
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 99;
    if (file_write(at("closed/a"), "new", 3, &fault) != STATUS_RETRY ||
        strstr(fault.text, "may not write") == NULL || strstr(fault.text, "closed") == NULL)
        return 1;
    return file_mkdirs(at("closed/b"), &fault) != STATUS_RETRY ||
           file_remove(at("closed/a"), &fault) != STATUS_RETRY;
}

static void folder_without_rights_is_retry(void **state)
{
    int outcome;
    (void)state;

    assert_int_equal(file_mkdirs(at("closed"), &fault), STATUS_OK);
    put(at("closed/a"), "old");
    chmod(folder, 0755);
    chmod(at("closed"), 0555);
    outcome = in_child(write_as_nobody, NULL, 0);
    chmod(at("closed"), 0755);
    assert_true(WIFEXITED(outcome));
    assert_int_equal(WEXITSTATUS(outcome), 0);
    assert_string_equal(content(at("closed/a")), "old");
}

static void missing_folder_and_long_name_are_said(void **state)
{
    char name[400];
    (void)state;

    assert_int_equal(file_write(at("none/a"), "x", 1, &fault), STATUS_RETRY);
    assert_non_null(strstr(fault.text, "There is no folder"));
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(file_write(at(name), "x", 1, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "too long"));
}

/* ---------------------------------------------------------------- reading, names */

static void only_small_enough_regular_files_are_read(void **state)
{
    char *bytes;
    (void)state;

    put(at("a"), "12345");
    assert_int_equal(file_read(at("a"), 4, arena, &bytes, NULL, &fault), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "too large"));
    assert_int_equal(file_read(at("none"), 4, arena, &bytes, NULL, &fault), STATUS_REJECT);
    assert_int_equal(file_read(folder, 4, arena, &bytes, NULL, &fault), STATUS_REJECT);
    assert_int_equal(mkfifo(at("fifo"), 0600), 0);
    assert_int_equal(file_read(at("fifo"), 4, arena, &bytes, NULL, &fault), STATUS_REJECT);
}

static void copy_has_the_bytes_but_shares_none(void **state)
{
    struct stat a, b;
    (void)state;

    put(at("a"), new_bytes);
    assert_int_equal(file_copy(at("a"), at("b"), &fault), STATUS_OK);
    assert_string_equal(content(at("b")), new_bytes);
    assert_int_equal(stat(at("a"), &a) | stat(at("b"), &b), 0);
    assert_true(a.st_ino != b.st_ino);
    assert_int_equal(file_copy(at("none"), at("b"), &fault), STATUS_REJECT);
    assert_string_equal(content(at("b")), new_bytes);
}

static void folders_are_made_once_and_never_over_a_file(void **state)
{
    (void)state;
    assert_int_equal(file_mkdirs(at("x//y/z/"), &fault), STATUS_OK);
    assert_int_equal(file_mkdirs(at("x/y/z"), &fault), STATUS_OK);
    assert_true(file_is_folder(at("x/y/z")));
    put(at("x/f"), "");
    assert_int_equal(file_mkdirs(at("x/f/g"), &fault), STATUS_REJECT);
    assert_false(file_is_folder(at("x/f")));
}

static void rename_never_replaces(void **state)
{
    (void)state;
    put(at("a"), "a");
    put(at("b"), "b");
    assert_int_equal(file_rename(at("a"), at("b"), &fault), STATUS_REJECT);
    assert_string_equal(content(at("a")), "a");
    assert_string_equal(content(at("b")), "b");
    assert_int_equal(file_rename(at("a"), at("c"), &fault), STATUS_OK);
    assert_string_equal(content(at("c")), "a");
    assert_int_equal(file_rename(at("a"), at("d"), &fault), STATUS_REJECT);
    assert_int_equal(file_mkdirs(at("v1"), &fault), STATUS_OK);
    assert_int_equal(file_mkdirs(at("v2"), &fault), STATUS_OK);
    assert_int_equal(file_rename(at("v1"), at("v2"), &fault), STATUS_REJECT);
    assert_int_equal(file_rename(at("v1"), at("v3"), &fault), STATUS_OK);
    assert_true(file_is_folder(at("v3")));
}

static void removal_stays_inside_the_folder(void **state)
{
    (void)state;
    put(at("kept"), "kept");
    assert_int_equal(file_mkdirs(at("tree/inner"), &fault), STATUS_OK);
    put(at("tree/inner/f"), "x");
    assert_int_equal(symlink(folder, at("tree/up")), 0);
    assert_int_equal(file_remove_tree(at("tree"), &fault), STATUS_OK);
    assert_false(file_exists(at("tree")));
    assert_string_equal(content(at("kept")), "kept");
    assert_int_equal(file_remove_tree(at("tree"), &fault), STATUS_OK);
    assert_int_equal(file_remove(at("tree"), &fault), STATUS_OK);
    assert_int_equal(file_remove(at("kept"), &fault), STATUS_OK);
    assert_int_equal(count_names(folder), 0);
}

static void interrupted_removal_is_finished_by_doing_it_again(void **state)
{
    enum status status = STATUS_RETRY;
    int point = 0;
    (void)state;

    do {
        set_fault(NULL, 0);
        assert_int_equal(file_mkdirs(at("tree/inner"), &fault), STATUS_OK);
        put(at("tree/inner/f"), "x");
        set_fault("SOHOA_FAULT_FAIL", ++point);
        status = file_remove_tree(at("tree"), &fault);
        assert_true(status == STATUS_OK || status == STATUS_RETRY);
        set_fault(NULL, 0);
        assert_int_equal(file_remove_tree(at("tree"), &fault), STATUS_OK);
        assert_false(file_exists(at("tree")));
    } while (status == STATUS_RETRY);
    assert_true(point > 3);
}

/* ---------------------------------------------------------------- folders */

static enum status gather(void *context, const char *relative, struct error *error)
{
    char *seen = context;

    strcat(strcat(seen, relative), " ");
    if (strstr(relative, "stop") == NULL)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT, "stopped");
}

static void walk_is_in_byte_order_of_whole_paths(void **state)
{
    char seen[200] = "";
    (void)state;

    assert_int_equal(file_mkdirs(at("a/b"), &fault), STATUS_OK);
    assert_int_equal(file_mkdirs(at("empty"), &fault), STATUS_OK);
    put(at("a/b/c"), "");
    put(at("a/z"), "");
    put(at("a-b"), "");
    put(at("a.txt"), "");
    put(at("a0"), "");
    assert_int_equal(symlink(at("a"), at("link")), 0);
    assert_int_equal(file_walk(folder, gather, seen, &fault), STATUS_OK);
    assert_string_equal(seen, "a-b a.txt a/b/c a/z a0 ");
    put(at("a/stop"), "");
    seen[0] = '\0';
    assert_int_equal(file_walk(folder, gather, seen, &fault), STATUS_REJECT);
    assert_string_equal(fault.text, "stopped");
    assert_string_equal(seen, "a-b a.txt a/b/c a/stop ");
    assert_int_equal(file_walk(at("none"), gather, seen, &fault), STATUS_REJECT);
}

static void a_mirror_stays_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(file_mkdirs(at("from/sub"), &fault), STATUS_OK);
    put(at("from/sub/a"), "old");
    put(at("from/half.part"), "half");
    assert_int_equal(file_mirror(at("from"), at("to"), &fault), STATUS_OK);
    put(at("from/sub/a"), "new");
    assert_string_equal(content(at("to/sub/a")), "old");
    assert_false(file_exists(at("to/half.part")));
}

static void list_is_sorted(void **state)
{
    char **names;
    size_t count;
    (void)state;

    put(at("b"), "");
    put(at("B"), "");
    put(at("đ"), "");
    put(at("a"), "");
    assert_int_equal(file_list(folder, arena, &names, &count, &fault), STATUS_OK);
    assert_int_equal(count, 4);
    assert_string_equal(names[0], "B");
    assert_string_equal(names[1], "a");
    assert_string_equal(names[2], "b");
    assert_string_equal(names[3], "đ");
    assert_int_equal(file_list(at("none"), arena, &names, &count, &fault), STATUS_REJECT);
}

static void sizes_space_and_names_are_told(void **state)
{
    (void)state;
    put(at("a"), "12345");
    assert_int_equal(file_size(at("a")), 5);
    assert_int_equal(file_size(at("b")), -1);
    assert_true(file_free_space(folder) > 0);
    assert_int_equal(file_free_space(at("none")), -1);
    assert_string_equal(file_join(arena, "a/", "b"), "a/b");
    assert_string_equal(file_join(arena, "a", "b"), "a/b");
    assert_string_equal(file_join(arena, "", "b"), "b");
    assert_string_equal(file_name("a/b.c"), "b.c");
    assert_string_equal(file_name("b.c"), "b.c");
}

static void clock_is_that_of_vietnam_and_can_be_fixed(void **state)
{
    char now[26], other[26];
    (void)state;

    setenv("SOHOA_NOW", "2026-11-22T14:05:09+07:00", 1);
    file_now(now);
    assert_string_equal(now, "2026-11-22T14:05:09+07:00");
    int64_t age_s = 0;
    assert_true(file_age("2026-11-21T14:05:10+07:00", &age_s));
    assert_int_equal(age_s, 86399);
    assert_true(file_age("2026-11-22T14:05:19+07:00", &age_s));
    assert_int_equal(age_s, -10);
    assert_false(file_age("yesterday", &age_s));
    assert_false(file_age(NULL, &age_s));
    setenv("SOHOA_NOW", "yesterday", 1);
    setenv("TZ", "America/New_York", 1);
    file_now(now);
    unsetenv("SOHOA_NOW");
    setenv("TZ", "Asia/Tokyo", 1);
    file_now(other);
    unsetenv("TZ");
    assert_int_equal(strlen(now), 25);
    assert_string_equal(now + 19, "+07:00");
    assert_memory_equal(now, other, 4); /* the same clock, seconds aside */
}

/* ---------------------------------------------------------------- */

static int set_up(void **state)
{
    if (scratch_open(state) != 0)
        return -1;
    old_bytes = memset(arena_alloc(arena, BIG + 1), 'o', BIG);
    new_bytes = memset(arena_alloc(arena, BIG + 1), 'n', BIG);
    set_fault(NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    set_fault(NULL, 0);
    return scratch_close(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(written_file_is_read_back_and_no_part_is_left),
        TEST(abandoned_writer_leaves_the_old_file),
        TEST(leftover_part_of_a_dead_process_is_written_over),
        TEST(second_writer_of_one_file_is_told_to_wait),
        TEST(failure_at_any_point_keeps_a_whole_file),
        TEST(death_at_any_point_keeps_a_whole_file),
        TEST(full_disk_is_retry_and_keeps_the_old_file),
        TEST(folder_without_rights_is_retry),
        TEST(missing_folder_and_long_name_are_said),
        TEST(only_small_enough_regular_files_are_read),
        TEST(copy_has_the_bytes_but_shares_none),
        TEST(folders_are_made_once_and_never_over_a_file),
        TEST(rename_never_replaces),
        TEST(removal_stays_inside_the_folder),
        TEST(interrupted_removal_is_finished_by_doing_it_again),
        TEST(walk_is_in_byte_order_of_whole_paths),
        TEST(a_mirror_stays_as_it_was),
        TEST(list_is_sorted),
        TEST(sizes_space_and_names_are_told),
        TEST(clock_is_that_of_vietnam_and_can_be_fixed),
    };

    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
