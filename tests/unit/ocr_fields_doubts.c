/* What papers say in several places, in pieces, or hardly: which reading is taken, what is shown to
 * a person. */
#include "tests/unit/ocr_said.h"

static void say_paper(const char *agency, const char *unit, const char *decider)
{
    say_letterhead(agency, unit, "Số: 393/QĐ-UB", "Vạn Ninh, ngày 05 tháng 8 năm 1991");
    say(700, 380, "QUYẾT ĐỊNH");
    say(400, 430, "Về việc thực hiện chế độ trợ cấp xã hội");
    say(450, 500, decider);
    say(250, 560, "Căn cứ Luật Tổ chức Hội đồng nhân dân;");
}

static void who_decides_tells_the_agency(void **state)
{
    (void)state;
    say_paper("Y NHÂN DÂN", "QU. VAN NINH", "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN VẠN NINH");
    understand();
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân huyện Vạn Ninh");
}

static void a_misread_unit_is_taken_from_who_decides(void **state)
{
    (void)state;
    say_paper("ỦY BAN NHÂN DÂN", "HUYỆN AN NINH", "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN VẠN NINH");
    understand();
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân huyện Vạn Ninh");
    assert_non_null(document.fields[FIELD_AGENCY].doubt);
}

static void the_number_is_no_part_of_the_agency(void **state)
{
    (void)state;
    static const char *const rows[] = {"XN-UB", "Bố: 9589, Q0-UBND"};
    for (size_t i = 0; i < 2; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        say_letterhead("ỦY BAN NHÂN DÂN", "XÃ VẠN LƯƠNG", rows[i],
                       "Vạn Lương, ngày 05 tháng 8 năm 1991");
        say(500, 380, "GIẤY XÁC NHẬN CƯ TRÚ");
        understand();
        assert_field(FIELD_AGENCY, "Ủy ban nhân dân xã Vạn Lương");
    }
}

static void say_form_head(const char *label)
{
    new_page();
    say(250, 150, "Tỉnh: Khánh Hòa");
    say(250, 200, "Huyện: Vạn Ninh");
    say(800, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    say(900, 200, "Độc lập - Tự do - Hạnh phúc");
    say(250, 260, label);
    say(700, 430, "GIẤY KHAI SINH");
}

static void a_form_head_below_the_motto_is_read(void **state)
{
    (void)state;
    say_form_head("Xã, thị trấn: Vạn Thắng");
    understand();
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân xã Vạn Thắng");
}

/* "Xã, thị trấn: ..." of which one word is left; and a unit that no catalogue has. */
static void the_level_is_what_the_catalogue_or_the_paper_says(void **state)
{
    (void)state;
    say_form_head("5, thị trấn: Vạn Thắng");
    understand();
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân xã Vạn Thắng");

    page_count = 0;
    document_init(&document, "batch", "0001-1");
    say_form_head("Phường, xã: Đồi Mơ");
    say(250, 600, "Nơi sinh: phường Đồi Mơ, quận Đống Đa");
    understand();
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân phường Đồi Mơ");
    assert_true(document.fields[FIELD_AGENCY].confidence < sureness);
}

static void parts_of_one_printed_line_are_one(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "XÃ VẠN LƯƠNG", "Số: 12/XN-UB",
                   "Vạn Lương, ngày 05 tháng 8 năm 1991");
    say(500, 380, "GIẤY XÁC NHẬN CƯ TRÚ");
    say(200, 560, "Họ và tên: Lê Thị Cúc");
    say(200, 620, "Ngày,");
    say(290, 620, "tháng,");
    say(400, 621, "năm sinh: 25/09/1959");
    understand();
    assert_field(FIELD_BIRTH_DATE, "1959-09-25");
}

static void a_date_cut_by_a_blank_is_one(void **state)
{
    (void)state;
    static const char *const dates[] = {"04/05/ 1995", "04/05/1 995", "04 /05/1995"};
    for (size_t i = 0; i < 3; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        new_page();
        say(500, 380, "GIẤY XÁC NHẬN CƯ TRÚ");
        say(200, 560, "Họ và tên: Lê Thị Cúc");
        say(200, 620, arena_printf(arena, "Ngày, tháng, năm sinh: %s", dates[i]));
        understand();
        assert_field(FIELD_BIRTH_DATE, "1995-05-04");
    }
}

static void an_office_or_a_place_signs_nothing(void **state)
{
    (void)state;
    new_page();
    say(1050, 1800, "TM. ỦY BAN NHÂN DÂN");
    say(1090, 1850, "Đởng Công An Xã");
    say(1100, 1900, "Thôn Cảnh Phước");
    say(1100, 2100, "Trần Trọng Phong");
    understand();
    assert_field(FIELD_SIGNER, "Trần Trọng Phong");
}

static void a_name_of_two_words_is_doubtful(void **state)
{
    (void)state;
    new_page();
    say_signature("CHỦ TỊCH", "Nông Tiến");
    understand();
    assert_field(FIELD_SIGNER, "Nông Tiến");
    assert_non_null(strstr(document.fields[FIELD_SIGNER].doubt, "short for a name"));
    assert_true(document.fields[FIELD_SIGNER].confidence < 0.5);
}

static void a_family_name_has_its_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *read, *value, *doubt;
    } cases[] = {{"Ngõ Thị Minh Gấm", "Ngô Thị Minh Gấm", "mended"},
                 {"Chấu Công Đạt", "Chấu Công Đạt", "family name"},
                 {"Chẩu Công Đạt", "Chẩu Công Đạt", NULL}};
    for (size_t i = 0; i < 3; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        new_page();
        say_signature("CHỦ TỊCH", cases[i].read);
        understand();
        assert_field(FIELD_SIGNER, cases[i].value);
        const char *doubt = document.fields[FIELD_SIGNER].doubt;
        assert_int_equal(doubt != NULL, cases[i].doubt != NULL);
        if (doubt && cases[i].doubt)
            assert_non_null(strstr(doubt, cases[i].doubt));
    }
}

static void a_number_with_a_blank_may_lack_a_part(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "XÃ VẠN LƯƠNG", "Số: 34 /QĐ-UBND",
                   "Vạn Lương, ngày 05 tháng 8 năm 1991");
    understand();
    assert_field(FIELD_NUMBER, "34/QĐ-UBND");
    assert_non_null(strstr(document.fields[FIELD_NUMBER].doubt, "blank"));
}

static void a_label_read_twice_hides_no_number(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "XÃ VẠN LƯƠNG", "Số: ố: 365/TLKS-BS",
                   "Vạn Lương, ngày 05 tháng 8 năm 1991");
    understand();
    assert_field(FIELD_NUMBER, "365/TLKS-BS");
}

static void say_change(const char *owner, const char *first, const char *second)
{
    say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN TUY HÒA", "Số: 12/QĐ-UB",
                   "Tuy Hòa, ngày 05 tháng 8 năm 1991");
    say(700, 380, "QUYẾT ĐỊNH");
    say(400, 430, "Về việc cho phép thay đổi, cải chính hộ tịch");
    say(250, 560, arena_printf(arena, "Điều 1. Cho phép ông (bà): %s,", owner));
    say(250, 620, "sinh ngày 05/08/1961, CMND số 221538266.");
    say(250, 680, "Được cải chính họ tên trong Giấy khai sinh số 95, quyển số 02/1972");
    say(250, 740, first);
    if (second)
        say(250, 800, second);
}

static void who_bore_another_name_is_found_by_it(void **state)
{
    (void)state;
    say_change("Trần Duy Việt", "cấp ngày 05/08/1972, từ: Trần Bá Hoà thành: Trần Duy Việt.", NULL);
    understand();
    assert_field(FIELD_TYPE, "cai_chinh");
    assert_field(FIELD_OWNER, "Trần Duy Việt");
    assert_int_equal(document.owner_count, 1);
    assert_string_equal(document.owners[0].name, "Trần Bá Hoà");
    assert_string_equal(document.owners[0].id, "221538266");
    assert_string_equal(document.owners[0].birth_date, "1961-08-05");

    page_count = 0; /* decisions name them by the old name, too; one letter's mark tells */
    document_init(&document, "batch", "0001-1");
    say_change("Lê Thị Ty", "cấp ngày 05/08/1972, từ:", "Lê Thị Ty thành: Lê Thị Tỵ.");
    understand();
    assert_int_equal(document.owner_count, 1);
    assert_string_equal(document.owners[0].name, "Lê Thị Tỵ");
}

/* What is told of an owner stands on one page, where verify looks for it. */
static void a_number_on_another_page_is_not_told_of_the_former_name(void **state)
{
    (void)state;
    say_change("Trần Duy Việt", "cấp ngày 05/08/1972,", NULL);
    new_page();
    say(250, 200, "từ: Trần Bá Hoà thành: Trần Duy Việt.");
    understand();
    assert_field(FIELD_OWNER_ID, "221538266");
    assert_int_equal(document.owner_count, 1);
    assert_int_equal(document.owners[0].page, 1);
    assert_null(document.owners[0].id);
}

static void another_change_names_nobody(void **state)
{
    (void)state;
    say_change("Trần Duy Việt", "cấp ngày 05/08/1972, từ: Kinh thành: Cao Lan.", NULL);
    understand();
    assert_int_equal(document.owner_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_decides_tells_the_agency),
        TEST(a_misread_unit_is_taken_from_who_decides),
        TEST(the_number_is_no_part_of_the_agency),
        TEST(a_form_head_below_the_motto_is_read),
        TEST(the_level_is_what_the_catalogue_or_the_paper_says),
        TEST(parts_of_one_printed_line_are_one),
        TEST(a_date_cut_by_a_blank_is_one),
        TEST(an_office_or_a_place_signs_nothing),
        TEST(a_name_of_two_words_is_doubtful),
        TEST(a_family_name_has_its_spelling),
        TEST(a_number_with_a_blank_may_lack_a_part),
        TEST(a_label_read_twice_hides_no_number),
        TEST(who_bore_another_name_is_found_by_it),
        TEST(a_number_on_another_page_is_not_told_of_the_former_name),
        TEST(another_change_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
