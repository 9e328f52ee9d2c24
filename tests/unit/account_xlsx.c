/* A spreadsheet holds all that it was given, or is not written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "account/xlsx.h"
#include "core/file.h"
#include "tests/scratch.h"

static struct error error;

static enum status write_cell(size_t size, const char *path)
{
    struct report *report = report_new();
    char *text = arena_alloc(arena, size + 1);
    memset(text, 'a', size);
    report->title = report->agency = "a";
    report->subtitle = report->parent = report->number = report->place = report->signer = "";
    report->made_at = "2026-11-20T08:00:00+07:00";
    struct report_table *table = report_table(report, "list", "list", (const char *[]){"a", NULL});
    report_row(report, table)[0] = report_words(report, text);
    enum status status = xlsx_write(report, path, &error);
    report_free(report);
    return status;
}

static void what_a_cell_cannot_hold_is_not_left_out(void **state)
{
    (void)state;
    const char *path = in("list.xlsx");
    assert_int_equal(write_cell(32767, path), STATUS_OK);
    assert_int_equal(file_remove(path, &error), STATUS_OK);
    assert_int_equal(write_cell(32768, path), STATUS_REJECT);
    assert_non_null(strstr(error.text, "more than a spreadsheet holds"));
    assert_false(file_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_a_cell_cannot_hold_is_not_left_out)};
    return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
