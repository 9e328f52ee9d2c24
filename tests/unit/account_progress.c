/* The accounts: an inventory is taken whole or not at all, and the figures are those one counts. */
#include "core/buffer.h"
#include "account/inventory.h"
#include "account/progress.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { PAPERS = 200, PLANNED = 120 };

static struct made_paper papers[PAPERS];

static void forget_all(void)
{
    assert_int_equal(db_run(db, "DELETE FROM account_inventory", &error), STATUS_OK);
}

static struct account_at now;

static enum status enter(const char *path, int *rows)
{
    json_t *data = NULL;
    enum status status = inventory_read(db, path, &data, rows, &error);
    return status == STATUS_OK ? rig_record(KIND_INVENTORY, inventory_apply, data) : status;
}

static void takes(const char *text, int expected)
{
    int rows = -1;
    if (enter(rig_file("kiem-dem.csv", text), &rows) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(rows, expected);
}

static enum status add_papers(void *context, const struct inventory_row *row, struct error *problem)
{
    (void)problem;
    *(int64_t *)context += row->papers;
    return STATUS_OK;
}

static int64_t planned_papers(void)
{
    int64_t papers_planned = 0;
    assert_int_equal(inventory_each(db, &now, add_papers, &papers_planned, &error), STATUS_OK);
    return papers_planned;
}

static void refuses(const char *text, const char *place, const char *words)
{
    int rows = -1;
    assert_int_equal(enter(rig_file("kiem-dem.csv", text), &rows), STATUS_REJECT);
    if (!strstr(error.text, place) || !strstr(error.text, words))
        fail_msg("\"%s\" should say %s and %s", error.text, place, words);
    assert_int_equal(rows, 0);
    assert_int_equal(planned_papers(), 0);
}

/* ---------------------------------------------------------------- the inventory */

static void columns_come_in_any_order_language_and_separator(void **state)
{
    (void)state;
    forget_all();
    takes("unit,procedure,year,papers,pages\nXã A,Khai sinh,1999,5,7\n", 1);
    assert_int_equal(planned_papers(), 5);
    takes("\xEF\xBB\xBFSố trang;Năm;Thủ tục;Đơn vị;Số giấy tờ\r\n9;;\"Kết hôn; cả nước\nngoài\";"
          "\"Xã \"\"B\"\"\";6\r\n",
          1);
    assert_int_equal(planned_papers(), 11);
    takes(
        "don_vi,thu_tuc,nam,so_giay_to,so_trang,ghi_chu\nXã C,X,2000,1,1,abc\n\n\nXã D,X,2000,1,1",
        2);
    assert_int_equal(planned_papers(), 13);
    forget_all();
}

static void importing_again_replaces(void **state)
{
    (void)state;
    forget_all();
    takes("unit,procedure,year,papers,pages\nXã A,Khai sinh,1999,5,7\nXã A,Khai sinh,,2,2\n", 2);
    takes("unit,procedure,year,papers,pages\nXÃ A,1.001193,1999,50,70\n", 1);
    assert_int_equal(planned_papers(), 52);
    forget_all();
}

static void a_bad_row_is_named_and_nothing_is_taken(void **state)
{
    (void)state;
    static const char head[] = "unit,procedure,year,papers,pages\nXã A,Khai sinh,1999,5,7\n";
    forget_all();
    refuses(arena_printf(arena, "%sXã B,Khai sinh,1999,five,7\n", head), ":3", "whole number");
    refuses(arena_printf(arena, "%s\nXã B,Khai sinh,1999,-5,7\n", head), ":4", "whole number");
    refuses(arena_printf(arena, "%sXã B,Khai sinh,1999,1.000,7\n", head), ":3", "whole number");
    refuses(arena_printf(arena, "%sXã B,Khai sinh,1999,5\n", head), ":3", "4 fields");
    refuses(arena_printf(arena, "%sXã B,Khai sinh,1999,1,000,7\n", head), ":3", "6 fields");
    refuses(arena_printf(arena, "%sXã B,Khai sinh,99,5,7\n", head), ":3", "\"99\"");
    refuses(arena_printf(arena, "%sXã B,Khai sinh,3000,5,7\n", head), ":3", "3000");
    refuses(arena_printf(arena, "%s,Khai sinh,1999,5,7\n", head), ":3", "unit");
    refuses(arena_printf(arena, "%sxã a,Đăng ký khai sinh,1999,5,7\n", head), ":3", "line 2");
    refuses(arena_printf(arena, "%s\"Xã B,Khai sinh,1999,5,7\n", head), ":3", "never closed");
    refuses(arena_printf(arena, "%s\"Xã\" B,Khai sinh,1999,5,7\n", head), ":3", "closing");
}

static void a_file_that_is_no_inventory_is_refused(void **state)
{
    (void)state;
    int rows;
    forget_all();
    refuses("unit,procedure,year,pages\n", ":1", "papers");
    refuses("unit,procedure,year,papers,pages,don_vi\nA,B,1999,1,1,C\n", ":1", "twice");
    refuses("unit,procedure,year,papers,Pages,pages\nA,B,1999,1,1,1\n", ":1", "twice");
    refuses("", "kiem-dem.csv", "empty");
    refuses("unit,procedure,year,papers,pages\nX\xE3 A,Khai sinh,1999,5,7\n", "kiem-dem.csv",
            "UTF-8");
    assert_int_not_equal(enter(file_join(arena, folder, "none.csv"), &rows), STATUS_OK);
}

/* ---------------------------------------------------------------- the figures */

struct figures {
    int64_t papers_planned, pages_planned, papers_done, pages_done;
};

/* One row of the plan as it was written. */
struct planned {
    const char *unit, *procedure;
    int year;
    int64_t papers, pages;
};
static struct planned planned[PLANNED];
static size_t planned_count;

static const char *const units[] = {"Xã Đông Hòa", "UBND xã Đông Hoàng", "XÃ ĐÔNG MINH",
                                    "Thị trấn Rừng Thông", "Xã Đông Xa Lạ"};
static const char *const unit_keys[] = {"Xã Đông Hòa", "Xã Đông Hoàng", "Xã Đông Minh",
                                        "Thị trấn Rừng Thông", "Xã Đông Xa Lạ"};
static const char *const procedures[] = {"Thủ tục đăng ký khai sinh", "1.000894", "Khai sinh",
                                         "Cấp giấy gì đó"};
static const char *const procedure_keys[] = {"1.001193", "1.000894", "1.001193", "Cấp giấy gì đó"};

static void plan_and_do(void)
{
    struct buffer text = {0};
    uint64_t random = 5;
    forget_all();
    planned_count = 0;
    buffer_text(&text, "unit,procedure,year,papers,pages\n");
    for (size_t u = 0; u < 5; u++)
        for (int year = 0; year < 6; year++) {
            size_t p = (u + (size_t)year) % 4;
            struct planned *row = &planned[planned_count++];
            *row = (struct planned){unit_keys[u], procedure_keys[p], year ? 1960 + 13 * year : 0,
                                    made_random(&random, 40), made_random(&random, 90)};
            buffer_printf(&text, "%s,%s,%s,%lld,%lld\n", units[u], procedures[p],
                          row->year ? arena_printf(arena, "%d", row->year) : "",
                          (long long)row->papers, (long long)row->pages);
        }
    takes((const char *)text.data, (int)planned_count);
    buffer_clear(&text);
}

static const char *band_of_year(int year)
{
    return year == 0      ? "unknown"
           : year <= 1995 ? "den-1995"
           : year <= 2005 ? "1996-2005"
           : year <= 2015 ? "2006-2015"
           : year <= 2021 ? "2016-2021"
                          : "2022-nay";
}

static const char *procedure_of(const struct made_paper *paper)
{
    const char *code = paper->document.fields[FIELD_PROCEDURE].value;
    return code ? code : paper->document.fields[FIELD_TYPE].value;
}

static bool same(const char *asked, const char *has)
{
    return !asked || strcmp(asked, has) == 0;
}

/* The figures of a band, unit and procedure (NULL: all), counted one by one. */
static struct figures count(const char *band, const char *unit, const char *procedure)
{
    struct figures sum = {0};
    for (size_t i = 0; i < planned_count; i++)
        if (same(band, band_of_year(planned[i].year)) && same(unit, planned[i].unit) &&
            same(procedure, planned[i].procedure)) {
            sum.papers_planned += planned[i].papers;
            sum.pages_planned += planned[i].pages;
        }
    for (size_t i = 0; i < PAPERS; i++)
        if (same(band, band_of_year(papers[i].year)) &&
            same(unit, papers[i].document.fields[FIELD_UNIT].value) &&
            same(procedure, procedure_of(&papers[i]))) {
            sum.papers_done++;
            for (size_t p = 0; p < papers[i].document.page_count; p++)
                sum.pages_done += !papers[i].document.pages[p].blank;
        }
    return sum;
}

/* Whether paper at is one more of its band, unit and procedure than was planned. */
static bool is_outside(size_t at)
{
    const char *band = band_of_year(papers[at].year), *procedure = procedure_of(&papers[at]);
    const char *unit = papers[at].document.fields[FIELD_UNIT].value;
    int64_t planned_papers = 0, ordinal = 0;
    for (size_t i = 0; i < planned_count; i++)
        if (same(band, band_of_year(planned[i].year)) && same(unit, planned[i].unit) &&
            same(procedure, planned[i].procedure))
            planned_papers += planned[i].papers;
    for (size_t i = 0; i <= at; i++)
        ordinal += same(band, band_of_year(papers[i].year)) &&
                   same(unit, papers[i].document.fields[FIELD_UNIT].value) &&
                   same(procedure, procedure_of(&papers[i]));
    return ordinal > planned_papers;
}

static int64_t count_outside(const char *band, const char *unit, const char *procedure)
{
    int64_t outside = 0;
    for (size_t i = 0; i < PAPERS; i++)
        outside += same(band, band_of_year(papers[i].year)) &&
                   same(unit, papers[i].document.fields[FIELD_UNIT].value) &&
                   same(procedure, procedure_of(&papers[i])) && is_outside(i);
    return outside;
}

struct seen {
    int by;
    size_t rows;
    struct figures sum;
    const char *last_band;
    bool total;
};

/* The unit and procedure as count() knows them, from the labels of a row. */
static const char *key_of(const char *label, const char *const *labels, const char *const *keys,
                          size_t known)
{
    for (size_t i = 0; label && i < known; i++)
        if (strcmp(label, labels[i]) == 0)
            return keys[i];
    return label;
}

static const char *code_of(const char *label)
{
    struct db_query *query = NULL;
    const char *code = label;
    if (!label)
        return NULL;
    assert_int_equal(
        db_prepare(db, "SELECT code FROM catalog_procedure WHERE name = ?", &query, &error),
        STATUS_OK);
    db_bind_text(query, 1, label);
    if (db_step(query, &error) == STATUS_OK)
        code = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return code;
}

static enum status check_row(void *context, const struct progress_row *row, struct error *problem)
{
    struct seen *seen = context;
    (void)problem;
    assert_false(seen->total); /* the total is the last row */
    const char *unit = key_of(row->unit, units, unit_keys, 5);
    struct figures expected = count(row->band, unit, code_of(row->procedure));
    assert_int_equal(row->papers_planned, expected.papers_planned);
    assert_int_equal(row->pages_planned, expected.pages_planned);
    assert_int_equal(row->papers_done, expected.papers_done);
    assert_int_equal(row->pages_done, expected.pages_done);
    int64_t outside = count_outside(row->band, unit, code_of(row->procedure));
    assert_int_equal(row->papers_outside, outside);
    if (expected.papers_planned == 0)
        assert_true(row->percent == -1);
    else
        assert_float_equal(row->percent,
                           100.0 * (double)(expected.papers_done - outside) /
                               (double)expected.papers_planned,
                           1e-9);
    if (!row->band) {
        seen->total = true;
        assert_int_equal(row->papers_done, PAPERS);
        assert_int_equal(row->papers_done, seen->sum.papers_done);
        assert_int_equal(row->papers_planned, seen->sum.papers_planned);
        return STATUS_OK;
    }
    assert_true((row->unit != NULL) == ((seen->by & PROGRESS_BY_UNIT) != 0));
    assert_true((row->procedure != NULL) == ((seen->by & PROGRESS_BY_PROCEDURE) != 0));
    seen->last_band = row->band;
    seen->sum.papers_done += row->papers_done;
    seen->sum.papers_planned += row->papers_planned;
    seen->rows++;
    if (strcmp(row->band, "den-1995") == 0)
        assert_string_equal(row->deadline, "2025-12-31");
    return STATUS_OK;
}

static void figures_equal_brute_force(void **state)
{
    (void)state;
    plan_and_do();
    for (int by = 0; by < 4; by++) {
        struct seen seen = {.by = by};
        if (progress_each(db, &roadmap, &now, by, check_row, &seen, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        assert_true(seen.total);
        assert_string_equal(seen.last_band, BAND_UNKNOWN);
        assert_true(by ? seen.rows > 6 : seen.rows == 6);
    }
}

static enum status stop_at_once(void *context, const struct progress_row *row,
                                struct error *problem)
{
    (void)row;
    ++*(int *)context;
    return error_set(problem, STATUS_RETRY, "enough");
}

static void the_visitor_may_stop(void **state)
{
    (void)state;
    int calls = 0;
    assert_int_equal(progress_each(db, &roadmap, &now, 0, stop_at_once, &calls, &error),
                     STATUS_RETRY);
    assert_int_equal(calls, 1);
}

static enum status find_row(void *context, const struct progress_row *row, struct error *problem)
{
    (void)problem;
    if (row->band && strcmp(row->band, "1996-2005") == 0 && row->unit &&
        strstr(row->unit, "Tên Riêng"))
        *(struct progress_row *)context = *row;
    return STATUS_OK;
}

static void a_unit_without_its_kind_is_the_one_of_the_inventory(void **state)
{
    (void)state;
    struct progress_row row = {0};
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    document_init(&document, "unit-only", "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_UNIT].value = "Tên Riêng";
    document.fields[FIELD_PROCEDURE].value = "1.001193";
    document.fields[FIELD_DATE].value = "1996-01-01";
    forget_all();
    takes("unit,procedure,year,papers,pages\nXã Tên Riêng,1.001193,2005,4,4\n", 1);
    assert_int_equal(db_run(db, "SAVEPOINT own", &error), STATUS_OK);
    assert_int_equal(index_document(index_, &document, "2026/x/v1", &text, &error), STATUS_OK);
    assert_int_equal(progress_each(db, &roadmap, &now, PROGRESS_BY_UNIT, find_row, &row, &error),
                     STATUS_OK);
    assert_int_equal(row.papers_planned, 4);
    assert_int_equal(row.papers_done, 1);
    assert_true(row.percent == 25);
    assert_int_equal(db_run(db, "ROLLBACK TO own; RELEASE own", &error), STATUS_OK);
}

/* ---------------------------------------------------------------- names that differ in marks */

struct of_units {
    int64_t quan, quan_sharp, outside; /* papers done of Quân, of Quán; outside of anything else */
};

static enum status count_twins(void *context, const struct progress_row *row, struct error *problem)
{
    struct of_units *seen = context;
    (void)problem;
    if (!row->unit)
        return STATUS_OK;
    if (strcmp(row->unit, "Xã Minh Quân") == 0)
        seen->quan += row->papers_done;
    else if (strcmp(row->unit, "Xã Minh Quán") == 0)
        seen->quan_sharp += row->papers_done;
    else if (strstr(row->unit, "uan"))
        seen->outside += row->papers_outside;
    return STATUS_OK;
}

static void put_of_unit(const char *unit, const char *id)
{
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    document_init(&document, id, "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_UNIT].value = unit;
    document.fields[FIELD_PROCEDURE].value = "1.001193";
    document.fields[FIELD_DATE].value = "1996-01-01";
    assert_int_equal(index_document(index_, &document, "2026/x/v1", &text, &error), STATUS_OK);
}

static void units_that_differ_in_marks_are_two(void **state)
{
    (void)state;
    static const char *const names[] = {"UBND xã Minh Quân", "XÃ MINH QUÂN",
                                        "Minh Quân",         "Ủy ban nhân dân xã Minh Quán",
                                        "Xa Minh Quan",      "Minh Quan"};
    static const char twins[] = "unit,procedure,year,papers,pages\n"
                                "Xã Minh Quân,1.001193,2005,9,9\n";
    struct of_units seen = {0}, alone = {0};
    forget_all();
    for (size_t i = 0; i < 6; i++)
        put_of_unit(names[i], arena_printf(arena, "twin-%zu", i));
    takes(arena_printf(arena, "%sXã Minh Quán,1.001193,2005,9,9\n", twins), 2);
    assert_int_equal(planned_papers(), 18);
    assert_int_equal(
        progress_each(db, &roadmap, &now, PROGRESS_BY_UNIT, count_twins, &seen, &error), STATUS_OK);
    assert_int_equal(seen.quan, 3);
    assert_int_equal(seen.quan_sharp, 1);
    assert_int_equal(seen.outside, 2);
    forget_all();
    takes(twins, 1); /* just one answers to the folded name: it is meant */
    assert_int_equal(
        progress_each(db, &roadmap, &now, PROGRESS_BY_UNIT, count_twins, &alone, &error),
        STATUS_OK);
    assert_int_equal(alone.quan, 6);
    assert_int_equal(alone.outside, 0);
}

static enum status count_row(void *context, const struct progress_row *row, struct error *problem)
{
    (void)problem;
    *(int *)context += row->unit && strstr(row->unit, "Xã Rỗng") != NULL;
    return STATUS_OK;
}

static void a_line_that_was_taken_out_is_no_row(void **state)
{
    (void)state;
    int there = 0, gone = 0;
    const int by = PROGRESS_BY_UNIT | PROGRESS_BY_PROCEDURE;
    forget_all();
    takes("unit,procedure,year,papers,pages\nXã Rỗng,1.001193,2005,9,9\n", 1);
    assert_int_equal(progress_each(db, &roadmap, &now, by, count_row, &there, &error), STATUS_OK);
    takes("unit,procedure,year,papers,pages\nXã Rỗng,1.001193,2005,0,0\n", 1);
    assert_int_equal(progress_each(db, &roadmap, &now, by, count_row, &gone, &error), STATUS_OK);
    assert_int_equal(there, 1);
    assert_int_equal(gone, 0);
}

static enum status find_extract(void *context, const struct progress_row *row,
                                struct error *problem)
{
    (void)problem;
    if (row->unit && strstr(row->unit, "Tú Thịnh") && row->papers_planned + row->papers_outside > 0)
        *(struct progress_row *)context = *row;
    return STATUS_OK;
}

/* Papers of no procedure meet the inventory by their type, which people call by its name. */
static void a_type_of_paper_is_planned_by_its_name(void **state)
{
    (void)state;
    struct progress_row row = {0};
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    document_init(&document, "extract", "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_UNIT].value = "Xã Tú Thịnh";
    document.fields[FIELD_TYPE].value = "trich_sao_dc";
    document.fields[FIELD_DATE].value = "2016-12-17";
    GOOD(db_run(db,
                "INSERT INTO catalogue_row (kind, code, name, full_name, folded, bare, detail,"
                " record) VALUES ('validity-class', 'trich_sao_dc', 'Trích sao sổ địa chính', '',"
                " '', '', '', 0)",
                &error));
    assert_int_equal(index_document(index_, &document, "2016/x/v1", &text, &error), STATUS_OK);
    static const char *const names[] = {"Trích sao sổ địa chính", "trich_sao_dc"};
    for (size_t i = 0; i < 2; i++) {
        forget_all();
        takes(arena_printf(arena, "unit,procedure,year,papers,pages\nXã Tú Thịnh,%s,2016,1,1\n",
                           names[i]),
              1);
        assert_int_equal(progress_each(db, &roadmap, &now, PROGRESS_BY_UNIT | PROGRESS_BY_PROCEDURE,
                                       find_extract, &row, &error),
                         STATUS_OK);
        assert_int_equal(row.papers_planned, 1);
        assert_int_equal(row.papers_done, 1);
        assert_int_equal(row.papers_outside, 0);
    }
    GOOD(db_run(db,
                "DELETE FROM catalogue_row WHERE code = 'trich_sao_dc';"
                "DELETE FROM catalog_version WHERE type = 'trich_sao_dc'",
                &error));
}

/* Of an older program: rows in the catalogue's own table, with keys that have no marks. */
static void what_an_older_catalogue_counted_becomes_a_record(void **state)
{
    (void)state;
    char *sql = NULL;
    struct db *old = NULL;
    json_t *data = NULL;
    int64_t papers_planned = 0;
    assert_int_equal(db_open(file_join(arena, folder, "old.db"), true, &old, &error), STATUS_OK);
    assert_int_equal(
        file_read("tests/data/catalogue/version-1.sql", 1 << 24, arena, &sql, NULL, &error),
        STATUS_OK);
    assert_int_equal(db_run(old, sql, &error), STATUS_OK);
    assert_int_equal(
        db_run(
            old,
            "DELETE FROM inventory;"
            "INSERT INTO catalog_unit (id, name, exact, folded) VALUES (77, 'Xã Minh Quán',"
            " 'xa4 minh quan2', 'xa minh quan');"
            "INSERT INTO catalog_entry (id, document_id, version, path, batch, box_code, shelf,"
            " type, procedure, number_key, date, year, unit_id, pages) VALUES (77, 'd', 2, 'p',"
            " 'b', 'H1', 'K2', 'khai_sinh', '1.001193', '12-2005', '2005-03-04', 2005, 77, 1);"
            "INSERT INTO catalog_person (id, entry_id, role, name, base, ordered) VALUES (77, 77,"
            " 'owner', 'Nguyễn Văn An', 'nguyen van an', 'an nguyen van');"
            "INSERT INTO inventory (unit_key, procedure_key, year, unit, procedure, papers,"
            " pages) VALUES ('xa minh quan', '1.001193', 2005, 'Xã Minh Quán', 'Khai sinh', 4,"
            " 5)",
            &error),
        STATUS_OK);
    assert_int_equal(account_tables(old, &error), STATUS_OK);
    assert_int_equal(inventory_old(old, &data, &error), STATUS_OK);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(data, "rows"), 0), "unit_key")),
                        "xa4 minh quan2");
    const struct record record = {.number = 1, .kind = KIND_INVENTORY, .data = data};
    assert_int_equal(inventory_apply(old, &record, &error), STATUS_OK);
    assert_int_equal(inventory_each(old, &now, add_papers, &papers_planned, &error), STATUS_OK);
    assert_int_equal(papers_planned, 4);
    json_decref(data);
    assert_int_equal(inventory_old(old, &data, &error), STATUS_OK);
    assert_null(data); /* once is enough */
    struct db_query *query = NULL;
    assert_int_equal(db_prepare(old,
                                "SELECT unit, owner_key, pages, sheets IS NULL FROM catalog_version"
                                " WHERE document_id = 'd' AND version = 2",
                                &query, &error),
                     STATUS_OK);
    assert_int_equal(db_step(query, &error), STATUS_OK);
    assert_string_equal(db_text(query, 0), "Xã Minh Quán");
    assert_string_equal(db_text(query, 1), "an nguyen van");
    assert_int_equal(db_int(query, 2), 1);
    assert_int_equal(db_int(query, 3), 1); /* nobody knows yet */
    db_finish(query);
    db_close(old);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(account_tables(db, &error));
    now = account_now("2026-11-30");
    GOOD(db_begin(db, &error));
    for (uint32_t i = 0; i < PAPERS; i++) {
        made_paper(9, i, MADE_CLEAN, arena, &papers[i]);
        if (papers[i].document.page_count == 2 && i % 3 == 0)
            papers[i].document.pages[1].blank = true;
        GOOD(index_document(index_, &papers[i].document, "2026/x/v1", papers[i].text, &error));
    }
    GOOD(db_commit(db, &error));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_come_in_any_order_language_and_separator),
        cmocka_unit_test(importing_again_replaces),
        cmocka_unit_test(a_bad_row_is_named_and_nothing_is_taken),
        cmocka_unit_test(a_file_that_is_no_inventory_is_refused),
        cmocka_unit_test(figures_equal_brute_force),
        cmocka_unit_test(the_visitor_may_stop),
        cmocka_unit_test(a_unit_without_its_kind_is_the_one_of_the_inventory),
        cmocka_unit_test(units_that_differ_in_marks_are_two),
        cmocka_unit_test(a_line_that_was_taken_out_is_no_row),
        cmocka_unit_test(a_type_of_paper_is_planned_by_its_name),
        cmocka_unit_test(what_an_older_catalogue_counted_becomes_a_record),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
