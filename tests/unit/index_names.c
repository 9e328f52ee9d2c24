/* Fields typed in a search, names with slips, names suggested while they are typed. */
#include "index/catalog/catalog.h"
#include "tests/unit/index_rig.h"

static struct search_result result;

static const struct paper {
    const char *id, *name, *birth, *date, *type, *unit, *box, *text, *procedure;
} papers[] = {
    {"a", "Nguyễn Văn An", "1964-05-12", "1998-03-01", "khai_sinh", "Xã Đông Hòa", "H12", "một",
     NULL},
    {"b", "Nguyễn Văn An", "1990-01-02", "2010-03-01", "ket_hon", "Xã Đông Hòa", "H13", "hai",
     NULL},
    {"c", "NGUYỄN VĂN AN", "1964-05-12", "2016-07-09", "ket_hon", "Xã Tân Tây", "h12", "ba", NULL},
    {"d", "Trần Thị Hương", "1970-10-20", "2016-07-10", "ket_hon", "Xã Tân Tây", "H14", "bốn",
     NULL},
    {"e", "Nguyễn Vân Anh", NULL, "2020-01-01", "khai_tu", "Xã Tân Tây", "H14",
     "Céng hßa x· héi chñ nghÜa ViÖt Nam", NULL},
};
enum { PAPERS = sizeof papers / sizeof *papers };

static void put_one(struct paper paper)
{
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = paper.text;
    document_init(&document, paper.id, "0001-1");
    document.version = 1;
    document.box_code = paper.box;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_OWNER].value = paper.name;
    document.fields[FIELD_BIRTH_DATE].value = paper.birth;
    document.fields[FIELD_DATE].value = paper.date;
    document.fields[FIELD_TYPE].value = paper.type;
    document.fields[FIELD_UNIT].value = paper.unit;
    document.fields[FIELD_PROCEDURE].value = paper.procedure;
    assert_int_equal(index_document(index_, &document, paper.id, &text, &error), STATUS_OK);
}

static void put(size_t i)
{
    put_one(papers[i]);
}

/* The paths of what is found, in order: "ac". */
static const char *found(const char *text)
{
    struct search_query query = {.text = text};
    const char *list = "";
    if (index_search(index_, &query, arena, &result, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    for (size_t i = 0; i < result.hit_count; i++)
        list = arena_printf(arena, "%s%s", list, result.hits[i].path);
    return list;
}

static void fields_narrow_with_marks_and_without(void **state)
{
    (void)state;
    assert_string_equal(found("loại: khai tử"), "e");
    assert_string_equal(found("LOAI:khai_tu"), "e");
    assert_string_equal(found("loại: kết hôn hương"), "d");
    assert_string_equal(found("đơn vị: tân tây loại: kết hôn"), "dc");
    assert_string_equal(found("don vi: tan tay loai: ket hon"), "dc");
    assert_string_equal(found("từ: 2016 đến: 09/07/2016"), "c");
    assert_string_equal(found("tu:2016 den:2019"), "dc");
    assert_string_equal(found("từ năm: 2020"), "e");
    assert_string_equal(found("hộp: h12"), "ca");
    assert_string_equal(found("hop:H14 ten: huong"), "d");
    assert_string_equal(found("năm: 1998"), "a");
    assert_string_equal(found("loại: không ai có"), "");
}

/* On a catalogue of these papers alone. */
static struct db *live;
static struct index *old;

static void begin_apart(const char *name)
{
    live = db;
    old = index_;
    db = rig_open(name, &index_);
}

static void end_apart(void)
{
    index_close(index_);
    db_close(db);
    db = live;
    index_ = old;
}

static void a_unit_or_procedure_ends_with_the_longest_name_that_is_known(void **state)
{
    (void)state;
    assert_string_equal(found("đơn vị: tân tây hương"), "d");
    assert_string_equal(found("don vi: xa tan tay huong tran"), "d");
    assert_string_equal(found("đơn vị: \"tân tây hương\""), "");
    assert_non_null(strstr(result.unknown, "tân tây hương"));
    assert_string_equal(found("đơn vị: tân tay đông"), "");
    assert_null(result.unknown);
    begin_apart("procedure.db");
    put_one((struct paper){.id = "p", .name = "Lê Văn Lợi", .text = "x", .procedure = "1.001193"});
    put_one((struct paper){.id = "q", .name = "Lê Thị Sáu", .text = "x", .procedure = "1.001193"});
    assert_string_equal(found("thủ tục: khai sinh lợi"), "p");
    assert_string_equal(found("thu tuc: dang ky khai sinh le thi sau"), "q");
    assert_string_equal(found("thủ tục: 1.001193 sáu"), "q");
    assert_null(result.unknown);
    assert_string_equal(found("thủ tục: kết hôn lợi"), "");
    assert_non_null(strstr(result.unknown, "kết hôn lợi"));
    end_apart();
}

static void a_type_that_is_typed_wrongly_is_told_with_the_nearest(void **state)
{
    (void)state;
    assert_string_equal(found("loại: kai sinh nguyễn văn an"), "");
    assert_non_null(strstr(result.unknown, "kai_sinh\""));
    assert_non_null(strstr(result.unknown, " khai_sinh"));
    assert_string_equal(found("loại: khai tử"), "e");
    assert_null(result.unknown);
}

static void a_field_without_a_value_asks_for_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"số",   "cccd", "cmnd",   "mst", "tên",     "từ",    "đến",
                                        "năm",  "loại", "đơn vị", "hộp", "thủ tục", "so",    "ten",
                                        "sinh", "tu",   "den",    "nam", "loai",    "don vi"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found(arena_printf(arena, "%s:", names[i]));
        found(arena_printf(arena, "%s: :", names[i]));
        found(arena_printf(arena, "%s:\"", names[i]));
        assert_string_equal(found(arena_printf(arena, "một %s:", names[i])), "a");
    }
}

static void the_day_of_birth_tells_who_is_meant(void **state)
{
    (void)state;
    assert_int_equal(found("tên: nguyen van an 02/01/1990")[0], 'b');
    assert_int_equal(found("Nguyễn Văn An 2/1/1990")[0], 'b');
    assert_int_equal(found("tên: Nguyễn Văn An sinh: 1990")[0], 'b');
    assert_int_not_equal(found("tên: Nguyễn Văn An 12/05/1964")[0], 'b');
}

static void a_slip_of_the_finger_is_forgiven(void **state)
{
    (void)state;
    static const char *const slips[] = {"Trần Thị Hươngg", "Trần Thị Hươg", "Trần Thj Hương",
                                        "Tràn Thi Huongg", "Hươnh Trần Thị"};
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        assert_string_equal(found(arena_printf(arena, "tên: %s", slips[i])), "d");
    assert_string_equal(found("tên: Phạm Quốc Khánh"), "");
}

/* Without the field, too, though another paper has the words as they were typed, apart. */
static void a_slip_is_forgiven_beside_papers_that_have_the_words(void **state)
{
    (void)state;
    begin_apart("beside.db");
    put_one((struct paper){.id = "s", .name = "Nguyễn Quang Thường", .text = "một"});
    put_one((struct paper){.id = "t",
                           .name = "Lê Văn Tám",
                           .text = "ông nguyễn hữu ba, quân nhân, nơi thường trú thôn hai"});
    assert_non_null(strchr(found("nguyen quan thuong"), 's'));
    assert_non_null(strchr(found("nguyễn quan thường"), 's'));
    assert_null(strchr(found("quan nhan thuong"), 's')); /* nobody's name begins so */
    end_apart();
}

static void text_before_unicode_is_found_and_asked(void **state)
{
    (void)state;
    assert_string_equal(found("\"cộng hòa xã hội\""), "e");
    assert_string_equal(found("tên: TrÇn ThÞ H­¬ng"), "d");
    assert_string_equal(found("teân: Traàn Thò Höông"), "d");
}

/* ---------------------------------------------------------------- while typing */

static const char *suggested(const char *typed, size_t limit)
{
    struct suggestion *names = NULL;
    size_t count = 0;
    const char *list = "";
    assert_int_equal(index_suggest(index_, typed, limit, arena, &names, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        list = arena_printf(arena, "%s%s%s %lld", list, i ? ", " : "", names[i].name,
                            (long long)names[i].persons);
    return list;
}

static void names_are_suggested_as_they_begin(void **state)
{
    (void)state;
    assert_string_equal(suggested("tr", 0), "Trần Thị Hương 1");
    assert_string_equal(suggested("Trần Thị H", 0), "Trần Thị Hương 1");
    assert_string_equal(suggested("huong tr", 0), "Trần Thị Hương 1");
    assert_string_equal(suggested("nguyen van an ", 0), "Nguyễn Văn An 3"); /* in capitals, too */
    assert_string_equal(suggested("nguyen van an", 0), "Nguyễn Văn An 3, Nguyễn Vân Anh 1");
    assert_string_equal(suggested("nguyen van an", 1), "Nguyễn Văn An 3");
    assert_string_equal(suggested("anh", 0), "Nguyễn Vân Anh 1");
}

static void nothing_is_suggested_for_nothing(void **state)
{
    (void)state;
    assert_string_equal(suggested("", 0), "");
    assert_string_equal(suggested(NULL, 0), "");
    assert_string_equal(suggested(" \" * ( ", 0), "");
    assert_string_equal(suggested("xyz\"*", 0), "");
    assert_string_equal(suggested("zz an", 0), "");
}

static void who_is_gone_is_suggested_no_more(void **state)
{
    (void)state;
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    struct document document;
    const char *text = "";
    document_init(&document, "d", "0001-1");
    document.version = 2;
    document.fields[FIELD_OWNER].value = "Lê Bình";
    assert_int_equal(index_document(index_, &document, "d", &text, &error), STATUS_OK);
    assert_string_equal(suggested("tr", 0), "");
    assert_string_equal(suggested("binh", 0), "Lê Bình 1");
    assert_int_equal(index_check(index_, &error), STATUS_OK);
    assert_int_equal(db_run(db, "ROLLBACK TO edge; RELEASE edge", &error), STATUS_OK);
    assert_string_equal(suggested("tr", 0), "Trần Thị Hương 1");
}

static void many_at_once_are_found_as_one_by_one(void **state)
{
    (void)state;
    const char *before = found("nguyen van an");
    assert_int_equal(index_bulk_begin(index_, &error), STATUS_OK);
    for (size_t i = 0; i < PAPERS; i++)
        put(i);
    assert_int_equal(index_bulk_end(index_, &error), STATUS_OK);
    assert_string_equal(found("nguyen van an"), before);
    assert_int_equal(index_check(index_, &error), STATUS_OK);
    /* left in the middle: the next to open does the rest */
    assert_int_equal(index_bulk_begin(index_, &error), STATUS_OK);
    put(0);
    index_close(index_);
    assert_int_equal(index_open(db, &roadmap, "config", &index_, &error), STATUS_OK);
    assert_string_equal(found("nguyen van an"), before);
    assert_int_equal(index_check(index_, &error), STATUS_OK);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    for (size_t i = 0; i < PAPERS; i++)
        put(i);
    return 0;
}

/* A bare year is the year of issue, or of birth: neither hides the other, and what is only like
 * the name in that year hides nobody. */
static void a_year_is_of_the_paper_or_of_the_person(void **state)
{
    (void)state;
    assert_string_equal(found("nguyen van an 1998"), "a");
    assert_int_equal(found("nguyen van an 1990")[0], 'b'); /* no paper of that year */
    assert_string_equal(found("nguyen van an 2016"), "c");
    put_one((struct paper){"f", "Nguyễn Văn An", "1977-01-02", "1990-05-06", "khai_sinh",
                           "Xã Tân Tây", "H15", "sáu", NULL});
    assert_string_equal(found("nguyen van an 1990"), "bf");
    put_one((struct paper){"g", "Nguyễn Văn Liên", NULL, "1977-05-06", "khai_sinh", "Xã Tân Tây",
                           "H15", "Họ tên mẹ: Nguyễn Văn Tám", NULL});
    assert_int_equal(found("nguyen van an 1977")[0], 'f');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_narrow_with_marks_and_without),
        cmocka_unit_test(a_unit_or_procedure_ends_with_the_longest_name_that_is_known),
        cmocka_unit_test(a_type_that_is_typed_wrongly_is_told_with_the_nearest),
        cmocka_unit_test(a_field_without_a_value_asks_for_nothing),
        cmocka_unit_test(the_day_of_birth_tells_who_is_meant),
        cmocka_unit_test(a_slip_of_the_finger_is_forgiven),
        cmocka_unit_test(a_slip_is_forgiven_beside_papers_that_have_the_words),
        cmocka_unit_test(text_before_unicode_is_found_and_asked),
        cmocka_unit_test(names_are_suggested_as_they_begin),
        cmocka_unit_test(nothing_is_suggested_for_nothing),
        cmocka_unit_test(who_is_gone_is_suggested_no_more),
        cmocka_unit_test(many_at_once_are_found_as_one_by_one),
        cmocka_unit_test(a_year_is_of_the_paper_or_of_the_person),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
