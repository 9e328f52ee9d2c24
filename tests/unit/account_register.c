/* Registers: their columns found by any name, their rows held against the store, and indicators
 * counted over them by definitions that can be read. */
#include "account/indicators.h"
#include "account/missing.h"
#include "account/register.h"
#include "core/buffer.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { PAPERS = 120 };

static struct register_columns *columns;
static struct made_paper papers[PAPERS];
static const struct account_at now = {.sequence = INT64_MAX, .record = INT64_MAX};

static const char *ignored;

static enum status enter(const char *text, const char *unit, int *rows)
{
    json_t *data = NULL;
    enum status status = register_read(db, rig_file("so.csv", text), columns, unit, &data, rows,
                                       arena, &ignored, &error);
    return status == STATUS_OK ? rig_record(KIND_REGISTER, register_apply, data) : status;
}

static void takes(const char *text, int expected)
{
    int rows = 0;
    GOOD(enter(text, "Xã A", &rows));
    assert_int_equal(rows, expected);
}

static void refuses(const char *text, const char *place, const char *words)
{
    int rows = 0;
    assert_int_equal(enter(text, NULL, &rows), STATUS_REJECT);
    if (!strstr(error.text, place) || !strstr(error.text, words))
        fail_msg("\"%s\" should say %s and %s", error.text, place, words);
}

static void forget_registers(void)
{
    GOOD(db_run(db, "DELETE FROM account_register", &error));
}

static struct missing_sum sum_of(void)
{
    struct missing_sum sum;
    GOOD(missing_each(db, &now, NULL, NULL, &sum, &error));
    assert_int_equal(sum.expected, sum.found + sum.doubtful + sum.never);
    return sum;
}

/* ---------------------------------------------------------------- reading */

static void columns_go_by_any_of_their_names(void **state)
{
    (void)state;
    forget_registers();
    takes("MaHoSo,SoKyHieu,NgayCap,TenChuHoSo\nH1,12/2020,3/4/2020,Nguyễn Văn An\n", 1);
    takes("Mã hồ sơ;Số ký hiệu;Ngày cấp;Chủ hồ sơ;cột khác\nH2;;;Trần Thị Bé;x\n", 1);
    takes("number,date,owner\n7/2019,2019-05-06,Lê Văn Cừ\n", 1);
    assert_int_equal(sum_of().expected, 3);
}

/* The book of the commune and the one-stop system's export tell of the same results. */
static void a_result_that_two_registers_tell_of_is_expected_once(void **state)
{
    (void)state;
    forget_registers();
    takes("number,date,owner\n12/2009,3/4/2009,Nguyễn Văn An\n13/2009,3/4/2009,Lê Văn Cừ\n", 2);
    takes("MaHoSo,SoKyHieu,NgayCap,MaTTHC,TenChuHoSo\n"
          "H1,12/2009,3/4/2009,1.001193,NGUYỄN VĂN AN\n" /* told above */
          "H2,12/2009,3/4/2009,2.000635,Nguyễn Văn An\n" /* of another book */
          "H3,12/2009,4/4/2009,1.001193,Nguyễn Văn An\n" /* of another day */
          "H4,13/2009,3/4/2009,1.001193,Trần Thị Bình\n" /* somebody else's */
          "H5,,3/4/2009,1.001193,Nguyễn Văn An\n",
          5); /* nobody knows */
    struct missing_sum sum = sum_of();
    assert_int_equal(sum.expected, 6);
    assert_int_equal(sum.told_again, 1);
    const struct account_at before = {
        .sequence = INT64_MAX, .record = INT64_MAX, .with_twins = true, .by_dossier = true};
    GOOD(missing_each(db, &before, NULL, NULL, &sum, &error)); /* in reports of before */
    assert_int_equal(sum.expected, 7);
}

static void lines_end_and_fields_part_as_spreadsheets_write_them(void **state)
{
    (void)state;
    takes("MaHoSo\tTenChuHoSo\tSoKyHieu\nH1\tNguyễn Văn An, Bình\t1/2020\nH2\t\t2/2020\n", 2);
    takes("MaHoSo;SoKyHieu\rH1;1/2020\rH2;2/2020\r", 2);
    takes("MaHoSo,SoKyHieu\r\nH1,1/2020\r\n\r\nH2,2/2020", 2);
    refuses("MaHoSo,NgayCap\rH1,1/1/2020\rH2,31/6/2020\r", ":3", "31/6/2020");
    refuses("MaHoSo,NgayCap\r\nH1,1/1/2020\r\nH2,31/6/2020\r\n", ":3", "31/6/2020");
}

static void bad_rows_are_named(void **state)
{
    (void)state;
    refuses("MaHoSo,NgayCap\nH1,31/6/2020\n", ":2", "31/6/2020");
    refuses("MaHoSo,NgayCap\nH1,1/6/2020\n,1/6/2020\n", ":3", "dossier");
    refuses("a,b\n1,2\n", "so.csv", "register.conf");
    refuses("MaHoSo,Mã hồ sơ\n1,2\n", ":1", "twice");
    refuses("MaHoSo,SoThanhPhan\nH1,3\nH2,3,4\n", ":3", "3 fields");
    refuses("MaHoSo,SoThanhPhan\n", "so.csv", "no line below");
    char *cell = arena_alloc(arena, 32769);
    memset(cell, 'A', 32768);
    refuses(arena_printf(arena, "MaHoSo,TenChuHoSo\nH1,A\nH2,%s\n", cell), ":3", "longer than");
    refuses(arena_printf(arena, "MaHoSo,TenChuHoSo\nH2,\"%s\"\n", cell), ":2", "longer than");
    cell[32767] = '\0';
    takes(arena_printf(arena, "MaHoSo,TenChuHoSo\nH1,%s\n", cell), 1);
    struct register_columns *wrong = NULL;
    assert_int_equal(
        register_columns_read(rig_file("r.conf", "[columns]\nnumbr = Số\n"), arena, &wrong, &error),
        STATUS_REJECT);
    assert_non_null(strstr(error.text, "number"));
}

static void a_later_register_tells_anew(void **state)
{
    (void)state;
    forget_registers();
    takes("dossier,number,date,result\nH1,1/2020,1/2/2020,có\nH2,2/2020,1/2/2020,có\n", 2);
    takes("dossier,number,date,result\nh1,1/2020,1/2/2020,không\n", 1);
    assert_int_equal(sum_of().expected, 1); /* the other has no paper result, it says now */
}

static int64_t replaced(void)
{
    int64_t last = 0, count = 0;
    GOOD(db_first_int(db, &last, &error, "SELECT max(record) FROM account_register", ""));
    GOOD(register_replaced(db, last, &count, &error));
    return count;
}

static void each_number_of_a_dossier_is_a_result(void **state)
{
    static const struct account_at before = {
        .sequence = INT64_MAX, .record = INT64_MAX, .by_dossier = true};
    struct missing_sum sum;
    (void)state;
    forget_registers();
    takes("dossier,number,date\nH1,1/2020,1/2/2020\nh1,7/2020,1/2/2020\nH1,1/2020,1/2/2020\nH1,,\n",
          4); /* the third says what the first does; so may the last */
    assert_int_equal(sum_of().expected, 2);
    assert_int_equal(missing_each(db, &before, NULL, NULL, &sum, &error), STATUS_OK);
    assert_int_equal(sum.expected, 1); /* as reports of before counted */
    takes("dossier,number,date\nH1,9/2020,1/2/2020\n", 1);
    assert_int_equal(sum_of().expected, 1);
    assert_int_equal(replaced(), 2); /* 1/2020 and 7/2020: whoever enters it is told */
    takes("dossier,number,date\nH1,9/2020,1/2/2020\nH1,7/2020,1/2/2020\nH2,7/2020,1/2/2020\n", 3);
    assert_int_equal(sum_of().expected, 3);
    assert_int_equal(replaced(), 0);
    takes("dossier,number,date\nH2,,1/2/2020\n", 1); /* has none to say */
    assert_int_equal(replaced(), 0);
}

/* ---------------------------------------------------------------- against the store */

/* A register of the papers as they are: every one that has a number and a date is found. */
static void what_is_in_the_store_is_found(void **state)
{
    (void)state;
    struct buffer text = {0};
    int rows = 0, sure = 0;
    forget_registers();
    buffer_text(&text, "number,date,unit,owner,procedure\n");
    for (int i = 0; i < PAPERS; i++) {
        const struct field *fields = papers[i].document.fields;
        if (!fields[FIELD_NUMBER].value || !fields[FIELD_DATE].value)
            continue;
        buffer_printf(&text, "\"%s\",%s,\"%s\",\"%s\",%s\n", fields[FIELD_NUMBER].value,
                      fields[FIELD_DATE].value,
                      fields[FIELD_UNIT].value ? fields[FIELD_UNIT].value : "",
                      fields[FIELD_OWNER].value ? fields[FIELD_OWNER].value : "",
                      fields[FIELD_PROCEDURE].value ? fields[FIELD_PROCEDURE].value : "");
        sure++;
    }
    GOOD(enter((const char *)text.data, NULL, &rows));
    buffer_clear(&text);
    struct missing_sum sum = sum_of();
    assert_int_equal(rows, sure);
    assert_true(sure > PAPERS / 2);
    assert_int_equal(sum.found, sum.expected);
}

static enum status find_row(void *context, const struct missing_row *row, struct error *problem)
{
    (void)problem;
    *(struct missing_row *)context = *row;
    ((struct missing_row *)context)->document_id = arena_strdup(arena, row->document_id);
    return STATUS_OK;
}

static struct missing_row only(const char *text)
{
    struct missing_row row = {0};
    forget_registers();
    takes(text, 1);
    GOOD(missing_each(db, &now, find_row, &row, NULL, &error));
    return row;
}

static void put(const char *id, const char *number, const char *date, const char *unit,
                const char *owner)
{
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    document_init(&document, id, "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_NUMBER].value = number;
    document.fields[FIELD_DATE].value = date;
    document.fields[FIELD_UNIT].value = unit;
    document.fields[FIELD_OWNER].value = owner;
    document.fields[FIELD_PROCEDURE].value = "1.001193";
    GOOD(index_document(index_, &document, "2026/x/v1", &text, &error));
}

static void what_speaks_for_and_against_is_weighed(void **state)
{
    (void)state;
    put("a", "901/2001", "2001-02-03", "Xã Lạ", "Đinh Công Khác");
    assert_int_equal(only("number,date,unit\n901/2001,3/2/2001,Xã Lạ\n").state, MISSING_FOUND);
    assert_int_equal(only("number,date\nsố 901 / 2001,3/2/2001\n").state, MISSING_DOUBT); /* Xã A */
    assert_int_equal(only("number,date,unit\n901/2001,3/2/2001,UBND xã La\n").state, MISSING_FOUND);
    assert_int_equal(only("number,date,unit\n901/2001,3/2/1987,Xã Lạ\n").state, MISSING_NEVER);
    assert_int_equal(only("number,date,unit\n902/2001,3/2/2001,Xã Lạ\n").state, MISSING_NEVER);
    assert_int_equal(only("owner,date,procedure\nKhác Đinh Công,3/2/2001,Khai sinh\n").state,
                     MISSING_FOUND);
    assert_int_equal(only("owner,date\nĐinh Công Khác,3/2/2001\n").state, MISSING_DOUBT);
    assert_int_equal(only("owner,date,procedure\nĐinh Công Khấc,3/2/2001,Khai sinh\n").state,
                     MISSING_FOUND); /* marks are the reader's */
    assert_int_equal(only("owner,date,procedure\nĐinh Cong Khacs,3/2/2001,Khai sinh\n").state,
                     MISSING_DOUBT);
    assert_int_equal(
        only("owner,number,date,procedure\nĐinh Công Khác,55/2001,3/2/2001,Khai sinh\n").state,
        MISSING_DOUBT); /* the numbers differ: another paper of the same day? */
    assert_int_equal(only("owner\nKhác Đinh Công\n").state,
                     MISSING_DOUBT); /* or of somebody else */
    assert_int_equal(only("owner\nMai Thị Nọ\n").state, MISSING_NEVER);
    assert_int_equal(only("owner,date,procedure\nMai Thị Nọ,3/2/2001,Khai sinh\n").state,
                     MISSING_NEVER);
}

static void a_document_answers_for_one_row(void **state)
{
    (void)state;
    put("b", "911/2002", "2002-02-03", "Xã A", "Phan Văn Một");
    forget_registers();
    takes("dossier,number,date\nH1,911/2002,3/2/2002\nH2,911/2002,3/2/2002\n", 2);
    struct missing_sum sum = sum_of();
    assert_int_equal(sum.found, 1);
    assert_int_equal(sum.never, 1);
}

/* ---------------------------------------------------------------- indicators */

static void indicators_count_what_they_say(void **state)
{
    (void)state;
    struct indicators all;
    struct indicator_value value;
    const struct indicator_scope year = {"2025-01-01", "2025-12-31", "", NULL};
    forget_registers();
    takes("dossier,received,settled,result,result_file,digitised,reused,channel\n"
          "D1,1/1/2025,5/1/2025,có,có,2,1,1\n"   /* all of it */
          "D2,31/12/2025,,có,,1,0,2\n"           /* no result file yet */
          "D3,2/2/2025,3/2/2025,không,,1,0,1\n"  /* no paper result: complete */
          "D4,31/12/2024,2/1/2025,có,có,1,1,1\n" /* received a year before */
          "D5,,2/1/2025,có,không,0,0,1\n",       /* no day of receipt: not counted */
          5);
    GOOD(indicators_read("config/indicators.conf", arena, &all, &error));
    const struct indicator *one = indicator_on(&all, "4.2", "2025-12-31");
    GOOD(indicator_count(db, &now, one, &year, &value, &error));
    assert_int_equal(value.denominator, 3);
    assert_int_equal(value.numerator, 2);
    assert_true(value.percent > 66.66 && value.percent < 66.67);
    GOOD(indicator_count(db, &now, indicator_on(&all, "4.3", "2025-12-31"), &year, &value, &error));
    assert_int_equal(value.denominator, 3);
    assert_int_equal(value.numerator, 1);
    GOOD(indicator_count(db, &now, indicator_on(&all, "4.1", "2025-12-31"), &year, &value, &error));
    assert_int_equal(value.denominator, 3);
    assert_int_equal(value.numerator, 2);
    const struct indicator_scope never = {"1999-01-01", "1999-12-31", "", NULL};
    GOOD(indicator_count(db, &now, one, &never, &value, &error));
    assert_int_equal(value.denominator, 0);
    assert_true(value.percent == -1);
    const struct indicator_scope unit = {"2025-01-01", "2025-12-31", "UBND xã A", NULL};
    GOOD(indicator_count(db, &now, one, &unit, &value, &error));
    assert_int_equal(value.denominator, 3);
    const struct indicator_scope other = {"2025-01-01", "2025-12-31", "Xã ' OR 1=1 ?", NULL};
    GOOD(indicator_count(db, &now, one, &other, &value, &error));
    assert_int_equal(value.denominator, 0);
}

static enum status count_rows(void *context, const struct indicator_row *row, struct error *problem)
{
    (void)problem;
    assert_true(*row->id != 0);
    ++*(int64_t *)context;
    return STATUS_OK;
}

/* The list behind a figure has as many rows as the figure says, and its query runs as it stands. */
static void lists_are_as_long_as_their_figures(void **state)
{
    (void)state;
    struct indicators all;
    struct indicator_value value;
    const struct indicator_scope year = {"0000-00-00", "9999-12-31", "", NULL};
    GOOD(indicators_read("config/indicators.conf", arena, &all, &error));
    assert_true(all.count >= 5);
    for (size_t i = 0; i < all.count; i++) {
        int64_t rows = 0;
        const char *sql = NULL;
        struct db_query *query = NULL;
        GOOD(indicator_count(db, &now, &all.at[i], &year, &value, &error));
        GOOD(indicator_each(db, &now, &all.at[i], &year, INDICATOR_NUMERATOR, count_rows, &rows,
                            &error));
        assert_int_equal(rows, value.numerator);
        rows = 0;
        GOOD(indicator_each(db, &now, &all.at[i], &year, INDICATOR_DENOMINATOR, count_rows, &rows,
                            &error));
        assert_int_equal(rows, value.denominator);
        GOOD(indicator_query(&now, &all.at[i], &year, INDICATOR_NUMERATOR, arena, &sql, &error));
        assert_null(strchr(sql, '?'));
        GOOD(db_prepare(db, sql, &query, &error));
        db_finish(query);
    }
}

static void definitions_have_versions(void **state)
{
    (void)state;
    struct indicators all;
    static const char both[] =
        "[indicator x]\nversion = 1\nsource = register\nperiod = received\n"
        "[indicator x/2]\nversion = 2\nsince = 1/7/2025\nsource = register\nperiod = settled\n";
    GOOD(indicators_read(rig_file("i.conf", both), arena, &all, &error));
    assert_int_equal(indicator_on(&all, "x", "2025-06-30")->version, 1);
    assert_int_equal(indicator_on(&all, "x", "2025-07-01")->version, 2);
    assert_null(indicator_on(&all, "y", "2025-07-01"));
}

static void definitions_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    struct indicators all;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[indicator x]\nsource = registr\nperiod = received\n", "x"},
        {"[indicator x]\nsource = register\nperiod = never\n", "never"},
        {"[indicator x]\nsource = register\nperiod = received\nfilter = recieved\n", "recieved"},
        {"[indicator x]\nsource = register\nperiod = received\nfilter = 1=1; DROP TABLE x\n",
         "DROP"},
        {"[indicator x]\nsource = register\nperiod = received\nsince = 31/6/2025\n", "31/6/2025"},
        {"[indicator x]\nsource = register\nperiod = received\nversion = new\n", "new"},
        {"[indicator x]\nsource = register\nperiod = received\nversion = 0\n", "version"},
        {"[indicator x]\nsource = register\nperiod = received\nversion = 1.5\n", "version"},
        {"[indicator x]\nsource = register\nperiod = received\nfull = 101\n", "full"},
        {"[indicator x]\nsource = register\nperiod = received\nfull = nan\n", "full"},
        {"[indicator x]\nsource = register\nperiod = received\n[indicator x/b]\nsource = "
         "register\nperiod = received\n",
         "two definitions"},
        {"[indicator x]\nnumeratr = all\n", "numerator"},
        {"[indicatr x]\nsource = register\n", "indicatr"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(indicators_read(rig_file("i.conf", cases[i].text), arena, &all, &error),
                         STATUS_REJECT);
        if (!strstr(error.text, cases[i].words))
            fail_msg("\"%s\" should say %s", error.text, cases[i].words);
    }
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(account_tables(db, &error));
    GOOD(register_columns_read("config/register.conf", arena, &columns, &error));
    GOOD(db_begin(db, &error));
    for (uint32_t i = 0; i < PAPERS; i++) {
        made_paper(12, i, MADE_CLEAN, arena, &papers[i]);
        GOOD(index_document(index_, &papers[i].document, "2026/x/v1", papers[i].text, &error));
    }
    GOOD(db_commit(db, &error));
    return 0;
}

static void a_column_that_means_nothing_is_named(void **state)
{
    (void)state;
    takes("dossier,Số kết quả,number,Ghi chú\nZ-1,5,12/QĐ,x\n", 1);
    assert_string_equal(ignored, "Số kết quả; Ghi chú");
    takes("dossier,number\nZ-1,12/QĐ\n", 1);
    assert_string_equal(ignored, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_go_by_any_of_their_names),
        cmocka_unit_test(a_result_that_two_registers_tell_of_is_expected_once),
        cmocka_unit_test(lines_end_and_fields_part_as_spreadsheets_write_them),
        cmocka_unit_test(bad_rows_are_named),
        cmocka_unit_test(a_later_register_tells_anew),
        cmocka_unit_test(each_number_of_a_dossier_is_a_result),
        cmocka_unit_test(what_is_in_the_store_is_found),
        cmocka_unit_test(what_speaks_for_and_against_is_weighed),
        cmocka_unit_test(a_document_answers_for_one_row),
        cmocka_unit_test(indicators_count_what_they_say),
        cmocka_unit_test(lists_are_as_long_as_their_figures),
        cmocka_unit_test(definitions_have_versions),
        cmocka_unit_test(definitions_that_make_no_sense_are_refused),
        cmocka_unit_test(a_column_that_means_nothing_is_named),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
