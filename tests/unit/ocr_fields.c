/* Understanding papers: from words made here, with the errors that reading makes. */
#include "tests/unit/ocr_said.h"

#include <stdlib.h>

static void say_decision(void)
{
    say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN TUY HÒA", "Số: 393/QĐ-UB",
                   "Tuy Hòa, ngày 05 tháng 8 năm 1991");
    say(700, 380, "QUYẾT ĐỊNH");
    say(400, 430, "Về việc cho thuê đất để xây dựng cơ sở sản xuất");
    say(450, 500, "ỦY BAN NHÂN DÂN HUYỆN TUY HÒA");
    say(250, 560, "Căn cứ Luật Đất đai ngày 29 tháng 12 năm 1987;");
    say(250, 620, "Căn cứ Nghị định số 30/HĐBT ngày 23 tháng 3 năm 1989 của Hội đồng Bộ trưởng;");
    say(250, 680,
        "Điều 1. Cho ông (bà) Thái Việt Long, CMND số 221538266, địa chỉ tại Thôn Lạc Mỹ");
    say(250, 740, "Chủ tịch xã và ông (bà) Thái Việt Long chịu trách nhiệm thi hành.");
    say_signature("CHỦ TỊCH", "Đỗ Xuân Tùng");
}

static void a_decision_is_understood(void **state)
{
    (void)state;
    say_decision();
    understand();
    assert_field(FIELD_TYPE, "dat_dai");
    assert_field(FIELD_NUMBER, "393/QĐ-UB");
    assert_field(FIELD_DATE, "1991-08-05");
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân huyện Tuy Hòa");
    assert_field(FIELD_OWNER, "Thái Việt Long");
    assert_field(FIELD_OWNER_ID, "221538266");
    assert_field(FIELD_SIGNER, "Đỗ Xuân Tùng");
    assert_non_null(strstr(value(FIELD_TITLE), "QUYẾT ĐỊNH Về việc cho thuê đất"));
}

static void a_title_keeps_its_brackets(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN TUY HÒA", "Số: 393/QĐ-UB",
                   "Tuy Hòa, ngày 05 tháng 8 năm 1991");
    say(700, 380, "QUYẾT ĐỊNH");
    say(400, 430, "Về việc cho thuê đất để xây dựng cơ sở sản xuất cho ông");
    say(600, 480, "(bà) Thái Việt Long");
    say(250, 560, "Căn cứ Luật Đất đai ngày 29 tháng 12 năm 1987;");
    understand();
    assert_field(FIELD_TITLE, "QUYẾT ĐỊNH Về việc cho thuê đất để xây dựng cơ sở sản xuất cho ông "
                              "(bà) Thái Việt Long");
}

static void a_title_keeps_the_bracket_at_its_end(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "XÃ HÒA PHONG", "Số: 12/TLKS-BS",
                   "Hòa Phong, ngày 05 tháng 8 năm 2019");
    say(600, 380, "TRÍCH LỤC KHAI SINH (BẢN SAO)");
    say(250, 560, "Họ, chữ đệm, tên: Thái Việt Long");
    understand();
    assert_field(FIELD_TITLE, "TRÍCH LỤC KHAI SINH (BẢN SAO)");
}

static void fields_say_where_they_stand(void **state)
{
    (void)state;
    new_page(); /* the front is a cover without words */
    say_decision();
    understand();
    const struct field *number = &document.fields[FIELD_NUMBER];
    assert_int_equal(number->source, SOURCE_OCR);
    assert_int_equal(number->page, 1);
    assert_string_equal(number->printed, "393/QĐ-UB");
    assert_int_equal(number->box.x, 280 + 4 * LETTER);
    assert_int_equal(number->box.y, 270);
    assert_true(number->confidence == 0.95);
    assert_null(number->doubt);
    assert_string_equal(document.fields[FIELD_DATE].printed, "ngày 05 tháng 8 năm 1991");
}

static void what_is_hard_to_read_is_doubtful(void **state)
{
    (void)state;
    sureness = 0.5;
    say_decision();
    understand();
    assert_field(FIELD_NUMBER, "393/QĐ-UB");
    assert_non_null(document.fields[FIELD_NUMBER].doubt);
    assert_non_null(document.fields[FIELD_OWNER].doubt);
}

static void what_a_person_said_stays(void **state)
{
    (void)state;
    say_decision();
    struct field said = {.value = "111/X", .confidence = 1, .source = SOURCE_PERSON, .page = -1};
    document.fields[FIELD_NUMBER] = said;
    said.value = NULL; /* a person said that there is none */
    document.fields[FIELD_OWNER] = said;
    understand();
    assert_field(FIELD_NUMBER, "111/X");
    assert_no_field(FIELD_OWNER);
    assert_field(FIELD_SIGNER, "Đỗ Xuân Tùng");
}

static void misread_labels_and_signs_are_understood(void **state)
{
    (void)state;
    say_letterhead("UỶ BẠN NHÂN DẪN", "HUYỆN NAM ĐAN", "Sốt 8O5/QD-ƯB _",
                   "Nam Đàn, ngay 1] thóng 0ó năm 1993");
    pages[0].lines[5].words[5].text = "06";
    say(700, 380, "QUYẾT ĐỊNH.");
    say(500, 430, "vê việc cho .Ehép cải chính hợ tịch");
    understand();
    assert_field(FIELD_NUMBER, "805/QĐ-UB");
    assert_non_null(document.fields[FIELD_NUMBER].doubt);
    assert_field(FIELD_DATE, "1993-06-11");
    assert_non_null(document.fields[FIELD_DATE].doubt);
    assert_field(FIELD_TYPE, "cai_chinh");
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân huyện Nam Đàn");
    assert_non_null(document.fields[FIELD_AGENCY].doubt);
    assert_string_equal(document.fields[FIELD_AGENCY].printed, "UỶ BẠN NHÂN DẪN HUYỆN NAM ĐAN");
}

static void a_day_that_does_not_exist_is_no_date(void **state)
{
    (void)state;
    static const char *const dates[] = {
        "Tuy Hòa, ngày 31 tháng 6 năm 1991", "Tuy Hòa, ngày 29 tháng 2 năm 2023",
        "Tuy Hòa, ngày 12 tháng 13 năm 1991", "Tuy Hòa, ngày 0 tháng 1 năm 1991",
        "Tuy Hòa, ngày 05 tháng 8 năm 191"};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN TUY HÒA", "Số: 1/QĐ-UB", dates[i]);
        understand();
        assert_no_field(FIELD_DATE);
    }
}

static void dates_of_laws_and_births_are_not_the_issue(void **state)
{
    (void)state;
    new_page();
    say(250, 560, "Căn cứ Luật Đất đai ngày 29 tháng 12 năm 1987;");
    say(250, 620, "sinh ngày 07 tháng 02 năm 1962");
    say(250, 680, "Đã chết vào lúc: 08 giờ 15 phút, ngày 05 tháng 01 năm 2005");
    understand();
    assert_no_field(FIELD_DATE);
}

static void say_birth_form(const char *number)
{
    new_page();
    say(250, 150, "Tỉnh: Khánh Hòa");
    say(250, 200, "Huyện: Vạn Ninh");
    say(250, 250, "Phường, xã: Vạn Thắng");
    say(800, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    say(900, 200, "Độc lập - Tự do - Hạnh phúc");
    say(1000, 300, number);
    say(1000, 350, "Quyển số: 01/2009");
    say(700, 430, "GIẤY KHAI SINH");
    say(740, 480, "(BẢN SAO)");
    say(200, 560, "Họ và tên khai sinh: Hoàng Đình Phúc");
    say(1200, 560, "Nam, nữ: Nam");
    say(200, 620, "Ngày, tháng, năm sinh: 28/07/1997");
    say(200, 680, "Họ và tên cha: Hoàng Hồng Ước");
    say(200, 740, "Nơi đăng ký: Uỷ ban nhân dân xã Vạn Thắng");
    say(200, 800, "Ngày, tháng, năm đăng ký: 25/10/2009");
    say(900, 900, "Vạn Thắng, ngày 26 tháng 01 năm 2010");
    say_signature("CHỦ TỊCH", "Nguyễn Thế Hưởng");
}

static void the_last_date_counts_on_forms(void **state)
{
    (void)state;
    say_birth_form("Số: 127");
    understand();
    assert_field(FIELD_TYPE, "khai_sinh");
    assert_field(FIELD_PROCEDURE, "2.000635");
    assert_field(FIELD_NUMBER, "127");
    assert_field(FIELD_BOOK, "01/2009");
    assert_field(FIELD_DATE, "2010-01-26");
    assert_field(FIELD_BIRTH_DATE, "1997-07-28");
    assert_field(FIELD_OWNER, "Hoàng Đình Phúc");
    assert_field(FIELD_AGENCY, "Ủy ban nhân dân xã Vạn Thắng");
    assert_field(FIELD_UNIT, "Xã Vạn Thắng");
    assert_field(FIELD_SIGNER, "Nguyễn Thế Hưởng");
}

/* "Số: 127" misread as "5012": the next label that has a number is that of the book. */
static void the_books_number_is_not_the_papers(void **state)
{
    (void)state;
    say_birth_form("5012");
    understand();
    assert_field(FIELD_BOOK, "01/2009");
    assert_no_field(FIELD_NUMBER);
    assert_non_null(document.fields[FIELD_NUMBER].doubt);
}

static void say_person(const char *id_line)
{
    say_letterhead("CÔNG AN HUYỆN VẠN NINH", "CÔNG AN XÃ VẠN LƯƠNG", "Số: 1465/XN",
                   "Vạn Lương, ngày 23 tháng 02 năm 2018");
    say(600, 380, "GIẤY XÁC NHẬN CƯ TRÚ");
    say(250, 500, "1. Họ và tên: BÙI VIẾT PHÚ");
    say(250, 560, "2. Ngày, tháng, năm sinh: 19/04/1964");
    say(250, 620, id_line);
}

static void the_last_agency_of_the_letterhead_issues(void **state)
{
    (void)state;
    say_person("4. Thẻ căn cước công dân số: 001064026236");
    understand();
    assert_field(FIELD_AGENCY, "Công an xã Vạn Lương");
    assert_field(FIELD_UNIT, "Xã Vạn Lương");
    assert_field(FIELD_TYPE, "cu_tru");
    assert_field(FIELD_OWNER, "Bùi Viết Phú");
    assert_field(FIELD_OWNER_ID, "001064026236");
    assert_null(document.fields[FIELD_OWNER_ID].doubt);
}

static void an_office_takes_its_unit_from_the_row_above(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN NAM ĐÀN", "PHÒNG TÀI CHÍNH - KẾ HOẠCH",
                   "Nam Đàn, ngày 18 tháng 6 năm 2011");
    say(280, 320, "Số: 01G004128");
    say(600, 400, "GIẤY CHỨNG NHẬN");
    say(550, 450, "ĐĂNG KÝ HỘ KINH DOANH");
    understand();
    assert_field(FIELD_AGENCY, "Phòng Tài chính - Kế hoạch huyện Nam Đàn");
    assert_field(FIELD_NUMBER, "01G004128");
    assert_field(FIELD_TYPE, "ho_kinh_doanh");
}

static void wrong_numbers_of_persons_are_doubtful(void **state)
{
    (void)state;
    static const struct {
        const char *line, *value, *doubt;
    } cases[] = {
        {"Căn cước công dân số: 00106402623", "00106402623", "11 were read"},
        {"Căn cước công dân số: 999064026236", "999064026236", "no province"},
        {"Căn cước công dân số: 001071026236", "001071026236", "year of birth"},
        {"Căn cước công dân số: OOlO64026236", "001064026236", "guessed"},
        {"Số CMND: 0713B2024", "071382024", "guessed"},
        {"Số CMND: 12345", NULL, NULL},
        {"Điện thoại: 0978496144", NULL, NULL},
        {"Vốn kinh doanh: 275.000.000 đồng", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        say_person(cases[i].line);
        understand();
        if (!cases[i].value) {
            assert_no_field(FIELD_OWNER_ID);
            continue;
        }
        assert_field(FIELD_OWNER_ID, cases[i].value);
        assert_non_null(document.fields[FIELD_OWNER_ID].doubt);
        assert_non_null(strstr(document.fields[FIELD_OWNER_ID].doubt, cases[i].doubt));
    }
}

static void a_number_in_groups_is_one(void **state)
{
    (void)state;
    say_person("Căn cước công dân số: 001 064 026 236");
    understand();
    assert_field(FIELD_OWNER_ID, "001064026236");
}

static void names_are_spelled_as_most_readings_have_them(void **state)
{
    (void)state;
    new_page();
    say(250, 560, "Điều 1. Cho phép ông (bà): NGUYÊN ĐÌNH TÀI, sinh ngày 04/02/1950");
    say(250, 620, "Xét đề nghị của ông (bà) Nguyễn Đinh Tài và của công chức");
    say(250, 680, "và ông (bà) Nguyễn Đình Tài chịu trách nhiệm");
    understand();
    assert_field(FIELD_OWNER, "Nguyễn Đình Tài");
}

static void a_name_may_run_on(void **state)
{
    (void)state;
    new_page();
    say(150, 560,
        "Hiệu trưởng Trường THPT Lê Hồng Phong có trụ sở tại xã Đông Văn chứng nhận học sinh: "
        "LƯỜNG");
    say(150, 620, "VIỆT TÂM, sinh ngày 08/08/1993, nơi sinh: xã Đông Văn");
    understand();
    assert_field(FIELD_OWNER, "Lường Việt Tâm");
    assert_field(FIELD_BIRTH_DATE, "1993-08-08");
}

static void a_parent_is_not_the_owner(void **state)
{
    (void)state;
    new_page();
    say(150, 560, "Họ và tên cha: Hoàng Hồng Ước");
    say(150, 620, "Họ và tên người đi khai: Hoàng Hồng Ước");
    understand();
    assert_no_field(FIELD_OWNER);
}

static void a_hidden_beginning_of_the_signer_is_doubtful(void **state)
{
    (void)state;
    new_page();
    say_signature("CHỦ TỊCH", "ïi Quốc Trường");
    understand();
    assert_field(FIELD_SIGNER, "Quốc Trường");
    assert_non_null(document.fields[FIELD_SIGNER].doubt);
}

static void a_certified_copy_is_issued_by_who_certifies(void **state)
{
    (void)state;
    new_page();
    say(200, 150, "SỞ GIÁO DỤC VÀ ĐÀO TẠO");
    say(800, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    say(900, 200, "Độc lập - Tự do - Hạnh phúc");
    say(600, 400, "BẰNG TỐT NGHIỆP");
    say(250, 500, "Cấp cho: Trần Thị Vân");
    say(900, 900, "Khánh Hòa, ngày 25 tháng 12 năm 2015");
    say(1000, 950, "GIÁM ĐỐC");
    say(1000, 1150, "Hà Thị Bích Chuyên");
    say(400, 1400, "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH");
    say(450, 1450, "Số chứng thực: 1089; Quyển số: 02/2017 - SCT/BS");
    say(550, 1500, "Vạn Long, ngày 04 tháng 9 năm 2017");
    say_signature("CHỦ TỊCH", "Hoàng Minh Khởi");
    understand();
    assert_field(FIELD_TYPE, "chung_thuc");
    assert_field(FIELD_NUMBER, "1089");
    assert_field(FIELD_DATE, "2017-09-04");
    assert_field(FIELD_OWNER, "Trần Thị Vân");
    assert_field(FIELD_SIGNER, "Hoàng Minh Khởi");
    assert_non_null(strstr(value(FIELD_AGENCY), "Vạn Long"));
}

static void a_secret_paper_is_refused(void **state)
{
    (void)state;
    static const char *const stamps[] = {"MẬT", "TỐI MẬT", "TUYỆT MẬT"};
    for (size_t i = 0; i < 3; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        say_decision();
        say(200, 330, stamps[i]);
        assert_int_equal(try_to_understand(), STATUS_REJECT);
        assert_non_null(strstr(fault.text, "secrecy"));
        assert_non_null(document.fields[FIELD_TITLE].doubt);
    }
}

static void a_word_like_secret_in_the_text_is_no_stamp(void **state)
{
    (void)state;
    say_decision();
    say(200, 1000, "giữ bí mật");
    say(200, 1500, "MẬT");
    understand();
    assert_field(FIELD_NUMBER, "393/QĐ-UB");
}

/* A form that an office has written is used like those that came with the program. */
static void a_new_form_needs_no_code(void **state)
{
    (void)state;
    static const char form[] =
        "type: tro_cap\nname: Phiếu nhận quà\n---\n^*PHIẾU NHẬN QUÀ TẾT\n"
        "Người được tặng quà: {owner}\nHiện trú tại thôn: {place}\n"
        "Căn cước của người nhận: {owner_id}\nPhiếu phát hành lần: {number}\n";
    char folder[] = "/tmp/sohoa-form-XXXXXX";
    assert_non_null(mkdtemp(folder));
    static const char *const files[] = {"types.tsv", "units.csv", "provinces.csv"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(file_copy(file_join(arena, "config", files[i]),
                                   file_join(arena, folder, files[i]), &fault),
                         STATUS_OK);
    const char *forms = file_join(arena, folder, "forms");
    assert_int_equal(file_mkdirs(forms, &fault), STATUS_OK);
    assert_int_equal(
        file_write(file_join(arena, forms, "qua_tet.form"), form, strlen(form), &fault), STATUS_OK);
    new_page();
    say(600, 300, "PHIẾU NHẬN QUÀ TẾT");
    say(200, 400, "Ngưòi được tăng quà: LÒ VĂN PÁO");
    say(200, 460, "Hiện trú tại thôn: Nà Lồi");
    say(200, 520, "Cặn cước của người nhận: 011082000123");
    say(200, 580, "Phiếu phát hành lần: 17");
    config = folder;
    understand();
    config = "config";
    assert_field(FIELD_TYPE, "tro_cap");
    assert_field(FIELD_OWNER, "Lò Văn Páo");
    assert_field(FIELD_OWNER_ID, "011082000123");
    assert_field(FIELD_NUMBER, "17");
    file_write(file_join(arena, forms, "qua_tet.form"), "type: x\nname: {\nwhat\n", 21, &fault);
    config = folder;
    assert_int_equal(try_to_understand(), STATUS_FATAL);
    config = "config";
    assert_non_null(strstr(fault.text, "qua_tet.form, line 3"));
    file_remove_tree(folder, NULL);
}

static void say_cell(int x, int y, const char *text, int block)
{
    say(x, y, text);
    pages[page_count - 1].lines[pages[page_count - 1].line_count - 1].block = block;
}

static void say_list_row(int y, int number, const char *first, const char *second,
                         const char *birth)
{
    int block = number * 10;
    say_cell(150, y, arena_printf(arena, "%d", number), block);
    say_cell(250, y, first, block + 1);
    if (second)
        say_cell(250, y + 40, second, block + 1);
    say_cell(700, y, birth, block + 2);
}

static void everybody_in_a_list_is_an_owner(void **state)
{
    (void)state;
    say_letterhead("ỦY BAN NHÂN DÂN", "HUYỆN TÂY HÒA", "Số: 5986/QĐ-UBND",
                   "Tây Hòa, ngày 16 tháng 11 năm 2018");
    say(700, 380, "QUYẾT ĐỊNH");
    say(300, 430, "Về việc thực hiện chế độ trợ cấp xã hội hằng tháng đối với các đối tượng bảo");
    say(700, 480, "trợ xã hội");
    say(300, 560, "Xét đề nghị của Trưởng phòng Lao động - Thương binh và Xã hội,");
    say(700, 620, "QUYẾT ĐỊNH:");
    say(200, 680, "Điều 1. Thực hiện trợ cấp xã hội hằng tháng đối với 03 đối tượng (có danh");
    say(200, 730, "sách kèm theo), kể từ tháng 12/2018.");
    say_signature("CHỦ TỊCH", "Vũ Gia Đỉnh");
    new_page();
    say(700, 150, "DANH SÁCH");
    say(300, 200, "Đối tượng hưởng trợ cấp xã hội hằng tháng xã Hòa Bình 1");
    say_cell(150, 300, "STT", 1);
    say_cell(280, 300, "Họ và tên", 2);
    say_cell(700, 300, "Ngày, tháng,", 3);
    say_cell(700, 340, "năm sinh", 3);
    say_list_row(420, 1, "Trần Quỳnh Hạnh", NULL, "07/10/1932");
    say_list_row(500, 2, "Trần Thị Thu", "Nhung", "04/07/1990");
    new_page(); /* the list goes on */
    say_list_row(150, 3, "Phạm Minh Tâm", NULL, "30/07/1959");
    say(200, 400, "Ông Nguyễn Văn Nam lập danh sách này");
    understand();
    assert_field(FIELD_OWNER, "Trần Quỳnh Hạnh");
    assert_int_equal(document.owner_count, 2);
    assert_string_equal(document.owners[0].name, "Trần Thị Thu Nhung");
    assert_string_equal(document.owners[0].birth_date, "1990-07-04");
    assert_int_equal(document.owners[0].page, 1);
    assert_string_equal(document.owners[1].name, "Phạm Minh Tâm");
    assert_int_equal(document.owners[1].page, 2);
}

static void say_birth(const char *owner, const char *digits, const char *words)
{
    new_page();
    say(300, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    say(600, 300, "TRÍCH LỤC KHAI SINH");
    say(200, 400, arena_printf(arena, "Họ, chữ đệm, tên: %s", owner));
    say(200, 460, arena_printf(arena, "Ngày, tháng, năm sinh: %s", digits));
    say(200, 520, arena_printf(arena, "Ghi bằng chữ: %s", words));
    say(200, 580, "Giới tính: Nam Dân tộc: Kinh Quốc tịch: Việt Nam");
    say(200, 640, "Họ, chữ đệm, tên người mẹ: Võ Thị Ngọc Mai");
    say(200, 700, "Họ, chữ đệm, tên người cha: Doãn Quốc Dũng");
}

static void a_day_in_words_proves_the_day_in_digits(void **state)
{
    (void)state;
    static const char words[] = "Ngày bảy tháng năm năm hai nghìn không trăm linh tám";
    static const struct {
        const char *digits, *value;
        bool doubt;
    } cases[] = {
        {"07/05/2008", "2008-05-07", false},
        {"01/05/2008", "2008-05-01", true},
        {".......", "2008-05-07", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        page_count = 0;
        document_init(&document, "batch", "0001-1");
        say_birth("Doãn Đức Việt", cases[i].digits, words);
        understand();
        assert_field(FIELD_OWNER, "Doãn Đức Việt");
        assert_field(FIELD_BIRTH_DATE, cases[i].value);
        assert_true((document.fields[FIELD_BIRTH_DATE].doubt != NULL) == cases[i].doubt);
    }
}

static void what_a_pen_wrote_is_asked_for(void **state)
{
    (void)state;
    say_birth("........", "........", "........");
    understand();
    assert_no_field(FIELD_OWNER);
    assert_non_null(strstr(document.fields[FIELD_OWNER].doubt, "by hand"));
    assert_int_equal(document.fields[FIELD_OWNER].page, 0);
    assert_no_field(FIELD_BIRTH_DATE);
    assert_non_null(strstr(document.fields[FIELD_BIRTH_DATE].doubt, "by hand"));
}

static void a_name_that_lost_a_mark_is_doubtful(void **state)
{
    (void)state;
    say_birth("Doãn Đức Viêt", "07/05/2008", "");
    understand();
    assert_field(FIELD_OWNER, "Doãn Đức Viêt");
    assert_non_null(strstr(document.fields[FIELD_OWNER].doubt, "tone mark"));
}

static void another_language_is_held(void **state)
{
    (void)state;
    new_page();
    for (int i = 0; i < 6; i++)
        say(200, 300 + 60 * i, "the quick brown fox jumps over the lazy dog and runs away");
    assert_int_equal(try_to_understand(), STATUS_REJECT);
    assert_non_null(strstr(fault.text, "does not look like Vietnamese"));
    document.fields[FIELD_TITLE] =
        (struct field){.value = "Passport", .confidence = 1, .source = SOURCE_PERSON, .page = -1};
    understand();
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    new_page();
    const struct words *list[] = {NULL, &pages[0]};
    assert_int_equal(understand_pages(list, 2), STATUS_OK);
    assert_int_equal(understand_pages(NULL, 0), STATUS_OK);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        assert_null(document.fields[i].value);
}

static void a_missing_catalogue_is_told(void **state)
{
    (void)state;
    say_decision();
    const struct words *list[] = {&pages[0]};
    config = "/nonexistent";
    enum status status = understand_pages(list, 1);
    config = "config";
    assert_int_equal(status, STATUS_FATAL);
    assert_non_null(strstr(fault.text, "types.tsv"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_decision_is_understood),
        TEST(a_title_keeps_its_brackets),
        TEST(a_title_keeps_the_bracket_at_its_end),
        TEST(fields_say_where_they_stand),
        TEST(what_is_hard_to_read_is_doubtful),
        TEST(what_a_person_said_stays),
        TEST(misread_labels_and_signs_are_understood),
        TEST(a_day_that_does_not_exist_is_no_date),
        TEST(dates_of_laws_and_births_are_not_the_issue),
        TEST(the_last_date_counts_on_forms),
        TEST(the_books_number_is_not_the_papers),
        TEST(the_last_agency_of_the_letterhead_issues),
        TEST(an_office_takes_its_unit_from_the_row_above),
        TEST(wrong_numbers_of_persons_are_doubtful),
        TEST(a_number_in_groups_is_one),
        TEST(names_are_spelled_as_most_readings_have_them),
        TEST(a_name_may_run_on),
        TEST(a_parent_is_not_the_owner),
        TEST(a_hidden_beginning_of_the_signer_is_doubtful),
        TEST(a_certified_copy_is_issued_by_who_certifies),
        TEST(a_secret_paper_is_refused),
        TEST(a_word_like_secret_in_the_text_is_no_stamp),
        TEST(a_new_form_needs_no_code),
        TEST(everybody_in_a_list_is_an_owner),
        TEST(a_day_in_words_proves_the_day_in_digits),
        TEST(what_a_pen_wrote_is_asked_for),
        TEST(a_name_that_lost_a_mark_is_doubtful),
        TEST(another_language_is_held),
        TEST(nothing_gives_nothing),
        TEST(a_missing_catalogue_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
