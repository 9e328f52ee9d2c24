/* The journal: what is removed, moved, changed or put in is found and located; what a crash leaves
 * is named; nothing of a citizen gets in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"

enum { ENTRIES = 12 };

static char top[] = "/tmp/sohoa-journal-XXXXXX";
static char *folder;
static struct arena *arena;
static struct error error;

static int start(void **state)
{
    static int count;
    (void)state;
    arena = arena_new();
    folder = arena_printf(arena, "%s/%d", top, count++);
    unsetenv("SOHOA_NOW");
    return 0;
}

static int end(void **state)
{
    (void)state;
    unsetenv("SOHOA_NOW");
    unsetenv("SOHOA_FAULT_FAIL");
    fault_start();
    journal_as(NULL, NULL, NULL);
    arena_free(arena);
    return 0;
}

static enum status append(const char *action, const char *object)
{
    return journal_append(folder, &(struct journal_entry){action, object, NULL, NULL}, &error);
}

static void fill(int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(append("show", arena_printf(arena, "document-%d", i + 1)), STATUS_OK);
}

/* ---------------------------------------------------------------- what a check says */

static char *told, *seen;

static void note(void *context, const char *place, const char *sentence)
{
    (void)context;
    told = arena_printf(arena, "%s%s %s\n", told, place, sentence);
}

static enum status see(void *context, const struct journal_record *record, struct error *fault)
{
    (void)context;
    (void)fault;
    seen = arena_printf(arena, "%s%s ", seen, record->action);
    return STATUS_OK;
}

static enum status check(struct journal_summary *summary)
{
    told = arena_strdup(arena, "");
    seen = arena_strdup(arena, "");
    return journal_read(folder, see, note, NULL, summary, &error);
}

static char *only_segment(void)
{
    char **names = NULL;
    size_t count = 0;
    assert_int_equal(file_list(folder, arena, &names, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (strstr(names[i], ".jsonl"))
            return file_join(arena, folder, names[i]);
    fail();
    return NULL;
}

static char *text_of(const char *path)
{
    static char *bytes;
    assert_int_equal(file_read(path, 1 << 20, arena, &bytes, NULL, &error), STATUS_OK);
    return bytes;
}

/* Quickly: not the writing is tested. */
static void put(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* The lines of the segment, and the segment of some lines. */
static char **lines_of(const char *text, size_t *count)
{
    char **lines = arena_array(arena, 1000, sizeof *lines);
    *count = 0;
    for (const char *at = text; *at;) {
        size_t size = strcspn(at, "\n") + 1;
        lines[(*count)++] = arena_strndup(arena, at, size);
        at += size;
    }
    return lines;
}

static void put_lines(const char *path, char **lines, size_t count)
{
    char *text = arena_strdup(arena, "");
    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s", text, lines[i]);
    put(path, text, strlen(text));
}

/* ---------------------------------------------------------------- tests */

static void entries_are_chained_and_read_back(void **state)
{
    struct journal_summary summary;
    (void)state;
    assert_int_equal(check(&summary), STATUS_OK); /* none yet */
    assert_int_equal(summary.entries, 0);
    journal_as("lan", "tra cứu", "cấp bản sao");
    fill(ENTRIES);
    assert_int_equal(check(&summary), STATUS_OK);
    assert_int_equal(summary.entries, ENTRIES);
    assert_int_equal(summary.sequence, ENTRIES);
    const char *text = text_of(only_segment());
    assert_non_null(strstr(text, "\"actor\":\"lan\",\"role\":\"tra cứu\""));
    assert_non_null(strstr(text, "\"purpose\":\"cấp bản sao\""));
    assert_non_null(strstr(text, summary.head));
    /* anybody can compute the hash: SHA-256 of the line before ,"hash" */
    char hex[HASH_HEX_SIZE];
    hash_bytes(text, (size_t)(strstr(text, ",\"hash\"") - text), hex);
    assert_memory_equal(strstr(text, "\"hash\":\"") + 8, hex, 64);
}

static void a_removed_entry_is_missed_where_it_stood(void **state)
{
    struct journal_summary summary;
    size_t count = 0;
    (void)state;
    fill(ENTRIES);
    char *path = only_segment(), **lines = lines_of(text_of(path), &count);
    for (size_t gone = 0; gone + 1 < count; gone++) {
        char **left = arena_array(arena, count, sizeof *left);
        memcpy(left, lines, gone * sizeof *left);
        memcpy(left + gone, lines + gone + 1, (count - gone - 1) * sizeof *left);
        put_lines(path, left, count - 1);
        assert_int_equal(check(&summary), STATUS_REJECT);
        assert_int_equal(summary.faults, 1);
        assert_non_null(strstr(told, arena_printf(arena, ":%zu ", gone + 1)));
    }
}

static void entries_that_change_places_are_found(void **state)
{
    struct journal_summary summary;
    size_t count = 0;
    (void)state;
    fill(ENTRIES);
    char *path = only_segment(), **lines = lines_of(text_of(path), &count);
    for (size_t i = 0; i + 1 < count; i++) {
        char **other = arena_array(arena, count, sizeof *other);
        memcpy(other, lines, count * sizeof *other);
        other[i] = lines[i + 1];
        other[i + 1] = lines[i];
        put_lines(path, other, count);
        assert_int_equal(check(&summary), STATUS_REJECT);
        assert_non_null(strstr(told, arena_printf(arena, ":%zu ", i + 1)));
    }
}

static void a_changed_byte_is_found_and_located(void **state)
{
    struct journal_summary summary;
    (void)state;
    fill(4);
    char *path = only_segment(), *text = text_of(path);
    size_t size = strlen(text), line = 1;
    for (size_t i = 0; i < size; i++) {
        char before = text[i];
        text[i] = (char)(before == '4' ? '5' : '4');
        put(path, text, size);
        if (i + 1 < size) { /* the very last line end may be one that a crash swallowed */
            assert_int_equal(check(&summary) == STATUS_OK && summary.torn == 0, 0);
            if (summary.torn == 0 && !strstr(told, arena_printf(arena, ":%zu ", line)))
                assert_non_null(strstr(told, arena_printf(arena, ":%zu ", line + 1)));
        }
        text[i] = before;
        line += before == '\n';
    }
}

/* Whoever changes an entry and computes its hash anew breaks the one behind it. */
static void a_forged_entry_does_not_fit_its_neighbour(void **state)
{
    struct journal_summary summary;
    size_t count = 0;
    char hex[HASH_HEX_SIZE];
    (void)state;
    fill(4);
    char *path = only_segment(), **lines = lines_of(text_of(path), &count);
    memcpy(strstr(lines[1], "document-2"), "document-9", 10);
    hash_bytes(lines[1], (size_t)(strstr(lines[1], ",\"hash\"") - lines[1]), hex);
    memcpy(strstr(lines[1], "\"hash\":\"") + 8, hex, 64);
    put_lines(path, lines, count);
    assert_int_equal(check(&summary), STATUS_REJECT);
    assert_non_null(strstr(told, ":3 "));
}

static void a_month_follows_the_one_before(void **state)
{
    struct journal_summary summary;
    (void)state;
    setenv("SOHOA_NOW", "2026-11-30T14:05:09+07:00", 1);
    fill(2);
    setenv("SOHOA_NOW", "2026-12-01T06:59:59+07:00", 1); /* still November in UTC */
    fill(1);
    setenv("SOHOA_NOW", "2026-12-01T07:00:00+07:00", 1);
    fill(2);
    assert_int_equal(check(&summary), STATUS_OK);
    assert_int_equal(summary.segments, 2);
    assert_int_equal(summary.entries, 5);
    size_t count = 0;
    char *path = file_join(arena, folder, "2026-11.jsonl");
    char **lines = lines_of(text_of(path), &count);
    assert_int_equal(count, 3);
    put_lines(path, lines, 2);
    assert_int_equal(check(&summary), STATUS_REJECT);
    assert_non_null(strstr(told, "2026-12.jsonl:1 "));
    assert_int_equal(file_remove(path, &error), STATUS_OK);
    assert_int_equal(check(&summary), STATUS_REJECT);
}

static void a_clock_set_back_is_noted(void **state)
{
    struct journal_summary summary;
    (void)state;
    setenv("SOHOA_NOW", "2026-12-02T14:05:09+07:00", 1);
    fill(2);
    setenv("SOHOA_NOW", "2026-11-20T14:05:09+07:00", 1);
    fill(2);
    assert_int_equal(check(&summary), STATUS_OK);
    assert_int_equal(summary.clock_backs, 1);
    assert_int_equal(summary.segments, 1); /* the newest goes on */
    assert_string_equal(seen, "show show clock show show ");
    assert_non_null(strstr(text_of(only_segment()), "seconds=1036800"));
}

/* Cut at every byte of its last line, as a crash may leave it: the next entry says so, and what was
 * there stays. */
static void half_a_line_stays_and_is_named(void **state)
{
    struct journal_summary summary;
    (void)state;
    fill(3);
    char *path = only_segment(), *text = text_of(path);
    size_t size = strlen(text), third = (size_t)(strstr(text, "\n{\"seq\":3") + 1 - text);
    for (size_t cut = third + 1; cut < size; cut += cut + 3 < size ? 7 : 1) {
        put(path, text, cut);
        bool whole = cut == size - 1; /* only the line end was lost */
        assert_int_equal(check(&summary), STATUS_OK);
        assert_int_equal(summary.torn, whole ? 0 : 1);
        assert_int_equal(append("show", "document-4"), STATUS_OK);
        assert_int_equal(check(&summary), STATUS_OK);
        assert_int_equal(summary.torn, whole ? 0 : 1);
        assert_string_equal(seen, whole ? "show show show show " : "show show recover show ");
        assert_memory_equal(text_of(path), text, cut);
    }
}

static void a_line_put_in_is_not_taken_for_half_of_one(void **state)
{
    struct journal_summary summary;
    size_t count = 0;
    (void)state;
    fill(4);
    char *path = only_segment(), **lines = lines_of(text_of(path), &count);
    lines[1] = arena_printf(arena, "{\"seq\":\n%s", lines[1]);
    put_lines(path, lines, count);
    assert_int_equal(check(&summary), STATUS_REJECT);
    assert_non_null(strstr(told, ":2 "));
    assert_int_equal(append("show", "document-5"), STATUS_OK); /* the archive goes on */
    assert_int_equal(check(&summary), STATUS_REJECT);
    assert_int_equal(summary.faults, 1);
}

static void processes_take_turns(void **state)
{
    enum { WRITERS = 4, EACH = 15 };
    struct journal_summary summary;
    (void)state;
    for (int i = 0; i < WRITERS; i++)
        if (fork() == 0) {
            journal_as("writer", NULL, NULL);
            for (int j = 0; j < EACH; j++)
                if (append("show", "document") != STATUS_OK)
                    _exit(1);
            _exit(0);
        }
    for (int i = 0, code = 0; i < WRITERS; i++) {
        assert_true(wait(&code) > 0);
        assert_int_equal(code, 0);
    }
    assert_int_equal(check(&summary), STATUS_OK);
    assert_int_equal(summary.entries, (WRITERS * EACH));
}

static void a_full_disk_is_told_and_breaks_nothing(void **state)
{
    struct journal_summary summary;
    (void)state;
    fill(1);
    int refused = 0;
    for (int n = 1; n <= 3; n++) {
        setenv("SOHOA_FAULT_FAIL", arena_printf(arena, "%d", n), 1);
        fault_start();
        refused += append("show", "document") == STATUS_RETRY;
        unsetenv("SOHOA_FAULT_FAIL");
        fault_start();
    }
    assert_true(refused > 0);
    fill(1);
    assert_int_equal(check(&summary), STATUS_OK);
}

static void a_citizens_number_does_not_get_in(void **state)
{
    (void)state;
    journal_as("lan", "", "tra cho 040091029539 và CMND 013140311, hồ sơ 12/2026");
    fill(1);
    const char *text = text_of(only_segment());
    assert_null(strstr(text, "040091029539"));
    assert_null(strstr(text, "013140311"));
    assert_non_null(strstr(text, "hồ sơ 12/2026"));
}

/* As people write it; what only looks a little like one stays, also at the end that is cut off. */
static void nor_does_one_that_is_written_in_groups(void **state)
{
    static const char *const numbers[] = {"040 091 029 539", "040091 029539", "0400.9102.9539",
                                          "040-091-029-539", "013 140 311"};
    static const char *const others[] = {"000.00.12.H56-210115-0001",    "H56.012.03-250901-560001",
                                         "H56.14-240823-0001",           "1.001193.000.00.00.H56",
                                         "từ 01.01.2019 đến 31.12.2020", "12345678"};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *said = journal_harmless(arena, numbers[i], 100);
        if (said[strspn(said, "#")] != 0)
            fail_msg("%s: %s", numbers[i], said);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_string_equal(journal_harmless(arena, others[i], 100), others[i]);
    assert_string_equal(journal_harmless(arena, "cho 040091029539", 12), "cho ########");
}

static void equal_queries_are_known_again(void **state)
{
    char one[HASH_HEX_SIZE], same[HASH_HEX_SIZE], other[HASH_HEX_SIZE];
    (void)state;
    assert_int_equal(journal_query(folder, "Lê Ngọc Bưởi", one, &error), STATUS_OK);
    assert_int_equal(journal_query(folder, "le  ngoc buoi", same, &error), STATUS_OK);
    assert_int_equal(journal_query(folder, "le ngoc bau", other, &error), STATUS_OK);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
    folder = arena_printf(arena, "%s-b", folder); /* another warehouse, another key */
    assert_int_equal(journal_query(folder, "le ngoc buoi", other, &error), STATUS_OK);
    assert_string_not_equal(one, other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entries_are_chained_and_read_back),
        TEST(a_removed_entry_is_missed_where_it_stood),
        TEST(entries_that_change_places_are_found),
        TEST(a_changed_byte_is_found_and_located),
        TEST(a_forged_entry_does_not_fit_its_neighbour),
        TEST(a_month_follows_the_one_before),
        TEST(a_clock_set_back_is_noted),
        TEST(half_a_line_stays_and_is_named),
        TEST(a_line_put_in_is_not_taken_for_half_of_one),
        TEST(processes_take_turns),
        TEST(a_full_disk_is_told_and_breaks_nothing),
        TEST(a_citizens_number_does_not_get_in),
        TEST(nor_does_one_that_is_written_in_groups),
        TEST(equal_queries_are_known_again),
    };
    if (!mkdtemp(top))
        return 1;
    int code = cmocka_run_group_tests(tests, NULL, NULL);
    file_remove_tree(top, NULL);
    return code;
}
