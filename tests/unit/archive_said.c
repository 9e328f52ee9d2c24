/* What document.json says of the paper: its hash, and its fields against the words at their place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "archive/sign/said.h"

static struct arena *arena;
static struct document document;

/* "Họ và tên: Trần Bá Phú" and below it "Số: O40091029539 cấp ngày 12 tháng 3 năm 2010" */
static struct word name_words[] = {{.text = "tên:", .box = {10, 100, 80, 30}},
                                   {.text = "Trần", .box = {100, 100, 80, 30}},
                                   {.text = "Bá", .box = {200, 100, 40, 30}},
                                   {.text = "Phú", .box = {250, 100, 60, 30}}};
static struct word number_words[] = {{.text = "Số:O40091029539", .box = {10, 200, 300, 30}},
                                     {.text = "ngày", .box = {320, 200, 60, 30}},
                                     {.text = "12", .box = {390, 200, 30, 30}},
                                     {.text = "tháng", .box = {430, 200, 60, 30}},
                                     {.text = "3", .box = {500, 200, 20, 30}},
                                     {.text = "năm", .box = {530, 200, 50, 30}},
                                     {.text = "2010", .box = {590, 200, 60, 30}}};
static struct word far_words[] = {{.text = "Quách", .box = {10, 900, 80, 30}},
                                  {.text = "Thế", .box = {100, 900, 80, 30}},
                                  {.text = "Uyên", .box = {190, 900, 80, 30}}};
static struct line lines[] = {{.words = name_words, .word_count = 4},
                              {.words = number_words, .word_count = 7},
                              {.word_count = 0},
                              {.words = far_words, .word_count = 3}};
static const struct words words = {.lines = lines, .line_count = 4};

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    document = (struct document){.version = 1, .batch = "b"};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        document.fields[i].page = -1;
    document.fields[FIELD_OWNER] = (struct field){.value = "Trần Bá Phú",
                                                  .printed = "Trần Bá Phú",
                                                  .source = SOURCE_OCR,
                                                  .box = {100, 100, 210, 30}};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct field *put(enum field_id id, const char *value, const char *printed, struct box box)
{
    document.fields[id] =
        (struct field){.value = value, .printed = printed, .source = SOURCE_OCR, .box = box};
    return &document.fields[id];
}

static bool holds(enum field_id id)
{
    return said_field_holds(&document, id, &words, arena);
}

static bool same_hash(const struct document *other)
{
    char one[HASH_HEX_SIZE], two[HASH_HEX_SIZE];
    said_digest(&document, one);
    said_digest(other, two);
    return strcmp(one, two) == 0;
}

static void the_hash_is_that_of_a_later_version(void **state)
{
    struct document later = document;
    (void)state;
    later.version = 2;
    later.supersedes = "x/v1";
    later.reason = "timestamp";
    later.kept_from = 2;
    assert_true(same_hash(&later));
}

static void the_hash_is_not_that_of_another_owner(void **state)
{
    struct document other = document;
    (void)state;
    other.fields[FIELD_OWNER].value = "Trần Bá Phủ";
    assert_false(same_hash(&other));
    other = document;
    other.fields[FIELD_OWNER].source = SOURCE_PERSON;
    assert_false(same_hash(&other));
    other = document;
    other.owners = &(struct document_owner){.name = "Quách Thế Uyên", .page = -1};
    other.owner_count = 1;
    assert_false(same_hash(&other));
}

static void what_stands_at_its_place_holds(void **state)
{
    const struct box row = {10, 200, 640, 30};
    (void)state;
    assert_true(holds(FIELD_OWNER));
    put(FIELD_OWNER_ID, "040091029539", "O40091029539", row);
    assert_true(holds(FIELD_OWNER_ID));
    put(FIELD_DATE, "2010-03-12", "ngày 12 tháng 3 năm 2010", row);
    assert_true(holds(FIELD_DATE));
    put(FIELD_TYPE, "khai_sinh", "GIẤY", row);
    assert_true(holds(FIELD_TYPE)); /* stands on no paper so */
}

static void what_does_not_stand_there_does_not(void **state)
{
    const struct box row = {10, 200, 640, 30};
    struct field *owner = &document.fields[FIELD_OWNER];
    (void)state;
    owner->value = "Quách Thế Uyên";
    assert_false(holds(FIELD_OWNER));
    owner->printed = "Quách Thế Uyên"; /* elsewhere on the page */
    assert_false(holds(FIELD_OWNER));
    put(FIELD_OWNER_ID, "001203004567", "O40091029539", row);
    assert_false(holds(FIELD_OWNER_ID));
    struct field *day = put(FIELD_DATE, "2011-03-12", "ngày 12 tháng 3 năm 2010", row);
    assert_false(holds(FIELD_DATE));
    day->doubt = "a digit was misread"; /* mended, and a person was shown it */
    assert_true(holds(FIELD_DATE));
}

static void what_was_read_nowhere_was_not_read(void **state)
{
    struct field *owner = &document.fields[FIELD_OWNER];
    (void)state;
    owner->printed = NULL;
    assert_false(holds(FIELD_OWNER));
    owner->printed = owner->value;
    owner->box.width = 0;
    assert_false(holds(FIELD_OWNER));
    owner->source = SOURCE_PERSON; /* typed: the signature alone binds that */
    assert_true(holds(FIELD_OWNER));
    put(FIELD_TYPE, "khai_sinh", NULL, (struct box){0});
    assert_true(said_field_holds(&document, FIELD_TYPE, NULL, arena));
}

static void one_more_person_too(void **state)
{
    struct document_owner other = {
        .name = "Quách Thế Uyên", .id = "040091029539", .box = {10, 900, 260, 30}};
    (void)state;
    assert_true(said_owner_holds(&other, &words, arena));
    other.name = "Hoàng Mai Lan";
    assert_false(said_owner_holds(&other, &words, arena));
    other.name = "Quách Thế Uyên";
    other.id = "712384560128";
    assert_false(said_owner_holds(&other, &words, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_hash_is_that_of_a_later_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_hash_is_not_that_of_another_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_stands_at_its_place_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_stand_there_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_read_nowhere_was_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_more_person_too, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
