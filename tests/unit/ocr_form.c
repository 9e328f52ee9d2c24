/* Form files: what they mean, and what is said of those that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/message.h"
#include "ocr/form.h"

#define HEAD "type: khai_sinh\nname: Giấy khai sinh\n"

static struct arena *arena;
static struct error fault;
static struct form form;

static int start(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    fault.text[0] = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static enum status parse(const char *text)
{
    return form_parse("a.form", text, strlen(text), arena, &form, &fault);
}

static void assert_part(const struct form_part *part, enum form_kind kind, const char *text)
{
    assert_int_equal(part->kind, kind);
    assert_string_equal(part->text, text);
}

static void a_head_says_what_the_form_is(void **state)
{
    (void)state;
    assert_int_equal(parse("# a comment\n" HEAD "years: 1999-2015\npaper: landscape A5\n"
                           "typeface: typewriter\nprocedure: 2.000635\n---\n"),
                     STATUS_OK);
    assert_string_equal(form.type, "khai_sinh");
    assert_string_equal(form.name, "Giấy khai sinh");
    assert_string_equal(form.procedure, "2.000635");
    assert_int_equal(form.year_from, 1999);
    assert_int_equal(form.year_to, 2015);
    assert_true(form.landscape);
    assert_int_equal(form.paper, 5);
    assert_int_equal(form.typeface, FORM_TYPEWRITER);
    assert_int_equal(parse(HEAD "years: 2016-\n---\n"), STATUS_OK);
    assert_int_equal(form.year_from, 2016);
    assert_int_equal(form.year_to, 9999);
    assert_int_equal(parse(HEAD "years: -1998\n---\n"), STATUS_OK);
    assert_int_equal(form.year_from, 0);
    assert_int_equal(form.year_to, 1998);
    assert_int_equal(form.paper, 4);
}

static void rows_hold_text_slots_wordings_and_leaders(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD "---\n^*GIẤY KHAI SINH\n\n"
                                "[Họ tên|Họ và tên]: ....{owner}_____ Nam\\, nữ \\[x\\] v.v.\n"),
                     STATUS_OK);
    assert_int_equal(form.row_count, 3);
    assert_true(form.rows[0].columns[0].centred && form.rows[0].columns[0].bold);
    assert_part(&form.rows[0].columns[0].parts[0], FORM_TEXT, "GIẤY KHAI SINH");
    assert_int_equal(form.rows[1].column_count, 0);
    const struct form_column *column = &form.rows[2].columns[0];
    assert_int_equal(form.rows[2].line, 6);
    assert_int_equal(column->part_count, 6);
    assert_int_equal(column->parts[0].kind, FORM_CHOICE);
    assert_int_equal(column->parts[0].choice_count, 2);
    assert_string_equal(column->parts[0].choices[1], "Họ và tên");
    assert_part(&column->parts[1], FORM_TEXT, ": ");
    assert_part(&column->parts[2], FORM_LEADER, "....");
    assert_part(&column->parts[3], FORM_SLOT, "owner");
    assert_part(&column->parts[4], FORM_LEADER, "_____");
    assert_part(&column->parts[5], FORM_TEXT, " Nam, nữ [x] v.v.");
}

static void a_row_may_have_two_columns_and_a_table_cells(void **state)
{
    (void)state;
    assert_int_equal(parse(HEAD "---\nSố: {number} || ^*CỘNG HÒA\n|| ^Quyển [số|]: {book}\n"
                                "@table\nTT | [Họ tên|Họ và tên] | Ghi chú\n{index}|{owner}|\n"
                                "@end\nHết\n"),
                     STATUS_OK);
    assert_int_equal(form.rows[0].column_count, 2);
    assert_true(form.rows[0].columns[1].bold);
    assert_false(form.rows[0].columns[0].bold);
    assert_int_equal(form.rows[1].columns[0].part_count, 0);
    assert_int_equal(form.rows[2].table, 1);
    assert_int_equal(form.rows[2].column_count, 3);
    assert_int_equal(form.rows[2].columns[1].parts[0].choice_count, 2);
    assert_int_equal(form.rows[3].column_count, 3);
    assert_part(&form.rows[3].columns[1].parts[0], FORM_SLOT, "owner");
    assert_int_equal(form.rows[4].table, 0);
}

static void a_wrong_form_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "line 1: the line --- that ends the head is missing"},
        {"name: x\n---\n", "line 2: the head above this line must say"},
        {HEAD "colour: red\n", "line 3: the keys of the head are"},
        {HEAD "what\n", "line 3: a line of the head is"},
        {"type: Khai Sinh\n", "line 1: type is a short name"},
        {HEAD "years: 2015-1999\n", "line 3: years are written"},
        {HEAD "years: soon\n", "line 3: years are written"},
        {HEAD "paper: square\n", "line 3: paper is"},
        {HEAD "typeface: comic\n", "line 3: typeface is"},
        {HEAD "---\nHọ tên: {owner\n", "line 4: a slot is {name}"},
        {HEAD "---\n\n{Owner}\n", "line 5: a slot is {name}"},
        {HEAD "---\n[a|b: {owner}\n", "line 4: wordings are"},
        {HEAD "---\n[a|{owner}]\n", "line 4: wordings are"},
        {HEAD "---\na || b || c\n", "line 4: a row has two columns"},
        {HEAD "---\n@table\na|b\n", "is not ended by @end"},
        {HEAD "---\n@end\n", "line 4: @table begins"},
        {HEAD "---\n@tabel\n", "line 4: @table begins"},
        {HEAD "---\n\xff\n", "line 1: this is no text in UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(cases[i].text), STATUS_REJECT);
        if (!strstr(fault.text, cases[i].said) || !strstr(fault.text, "a.form"))
            fail_msg("%zu: %s", i, fault.text);
    }
}

static void the_forms_that_come_with_the_program_are_right(void **state)
{
    (void)state;
    struct form *forms = NULL;
    size_t count = 0;
    assert_int_equal(form_read_all("config/forms", NULL, arena, &forms, &count, &fault), STATUS_OK);
    assert_true(count >= 20);
    for (size_t i = 0; i < count; i++) {
        assert_true(forms[i].row_count > 3);
        assert_true(i == 0 || strcmp(forms[i - 1].file, forms[i].file) < 0);
    }
    assert_int_equal(form_read_all("config/no-such", NULL, arena, &forms, &count, &fault),
                     STATUS_OK);
    assert_int_equal(count, 0);
}

/* What an office writes anew under the same name is taken in place of what comes with sohoa. */
static void a_form_of_the_office_takes_the_place_of_the_shipped_one(void **state)
{
    static const char own[] = "type: tthn\nname: Của cơ quan\n---\n^*GIẤY XÁC NHẬN\nTên: {owner}\n";
    char folder[] = "/tmp/sohoa-forms.XXXXXX";
    struct form *forms = NULL, *shipped = NULL;
    size_t count = 0, shipped_count = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(file_write(file_join(arena, folder, "tthn.form"), own, strlen(own), &fault),
                     STATUS_OK);
    assert_int_equal(file_write(file_join(arena, folder, "a.form"), own, strlen(own), &fault),
                     STATUS_OK);
    assert_int_equal(form_read_all("config/forms", NULL, arena, &shipped, &shipped_count, &fault),
                     STATUS_OK);
    assert_int_equal(form_read_all(folder, "config/forms", arena, &forms, &count, &fault),
                     STATUS_OK);
    assert_int_equal(count, shipped_count + 1);
    assert_string_equal(forms[0].file, "a.form");
    assert_string_equal(forms[1].file, "tthn.form");
    assert_string_equal(forms[1].name, "Của cơ quan");
    for (size_t i = 2; i < count; i++)
        assert_string_not_equal(forms[i].file, "tthn.form");
    assert_int_equal(file_remove_tree(folder, NULL), STATUS_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_head_says_what_the_form_is),
        TEST(rows_hold_text_slots_wordings_and_leaders),
        TEST(a_row_may_have_two_columns_and_a_table_cells),
        TEST(a_wrong_form_is_told_with_its_line),
        TEST(the_forms_that_come_with_the_program_are_right),
        TEST(a_form_of_the_office_takes_the_place_of_the_shipped_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
