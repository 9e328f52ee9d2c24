/* Catalogues with time: imports in any order give the same rows, old and new names find the same,
 * nothing is rewritten; dossier and result codes. */
#include "core/buffer.h"
#include "index/catalogue.h"
#include "index/reuse.h"
#include "index/validity.h"
#include "tests/unit/index_rig.h"

static json_t *catalogue(const char *kind, const char *date, bool whole, const char *csv)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:s}", "kind", kind, "source", "quyết định thử", "date",
                     date, "whole", whole, "csv", csv);
}

static void import(const char *kind, const char *date, bool whole, const char *csv)
{
    if (rig_record("x", catalogue_apply, catalogue(kind, date, whole, csv)) != STATUS_OK)
        fail_msg("%s", error.text);
}

static const char *rows_of(const char *kind)
{
    struct buffer out = {0};
    struct db_query *query = NULL;
    assert_int_equal(
        db_prepare(db,
                   "SELECT code, name, coalesce(valid_from, ''), coalesce(valid_to, '')"
                   " FROM catalogue_row WHERE kind = ? ORDER BY 1, 3, 2",
                   &query, &error),
        STATUS_OK);
    db_bind_text(query, 1, kind);
    while (db_step(query, &error) == STATUS_OK)
        buffer_printf(&out, "%s|%s|%s|%s\n", db_text(query, 0), db_text(query, 1),
                      db_text(query, 2), db_text(query, 3));
    db_finish(query);
    const char *text = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return text;
}

/* ---------------------------------------------------------------- imports */

static const char first_csv[] =
    "code,name,level\n1.001193,Đăng ký khai sinh,Cấp xã\n"
    "1.000894,Đăng ký kết hôn,Cấp xã\n1.000656,Đăng ký khai tử,Cấp xã\n";
static const char second_csv[] =
    "code,name,level\n1.001193,Đăng ký khai sinh có yếu tố nước ngoài,Cấp xã\n"
    "1.000894,Đăng ký kết hôn,Cấp xã\n9.000001,Thủ tục mới,Cấp tỉnh\n";

static void a_newer_catalogue_ends_what_it_changes_and_rewrites_nothing(void **state)
{
    (void)state;
    struct catalogue_report report;
    const char *name = NULL;
    rig_open_new("import.db");
    import("procedure", "2024-01-01", false, first_csv);
    json_t *data = catalogue("procedure", "2026-07-01", true, second_csv);
    assert_int_equal(catalogue_try(db, data, arena, &report, &error), STATUS_OK);
    json_decref(data);
    assert_int_equal(report.rows, 3);
    assert_int_equal(report.same, 1);
    assert_int_equal(report.changed, 1);
    assert_int_equal(report.added, 1);
    assert_int_equal(report.ended, 1);
    const char *before = rows_of("procedure");
    assert_null(strstr(before, "Thủ tục mới")); /* only tried */
    import("procedure", "2026-07-01", true, second_csv);
    assert_string_equal(rows_of("procedure"),
                        "1.000656|Đăng ký khai tử||2026-06-30\n"
                        "1.000894|Đăng ký kết hôn||\n"
                        "1.001193|Đăng ký khai sinh||2026-06-30\n"
                        "1.001193|Đăng ký khai sinh có yếu tố nước ngoài|2026-07-01|\n"
                        "9.000001|Thủ tục mới||\n");
    assert_int_equal(catalogue_name(db, "procedure", "1.001193.000.00.00.H56", "2010-05-05", arena,
                                    &name, &error),
                     STATUS_OK);
    assert_string_equal(name, "Đăng ký khai sinh"); /* as at issue */
    assert_int_equal(catalogue_name(db, "procedure", "1.001193", NULL, arena, &name, &error),
                     STATUS_OK);
    assert_string_equal(name, "Đăng ký khai sinh có yếu tố nước ngoài");
    data = catalogue("procedure", "2026-07-01", true, second_csv);
    assert_int_equal(catalogue_try(db, data, arena, &report, &error), STATUS_OK);
    json_decref(data);
    assert_int_equal(report.same, 3); /* the same again does nothing */
    assert_int_equal(report.added + report.changed + report.ended, 0);
}

static void imports_in_any_order_give_the_same_rows(void **state)
{
    (void)state;
    rig_open_new("one.db");
    import("procedure", "2024-01-01", false, first_csv);
    import("procedure", "2026-07-01", true, second_csv);
    const char *rows = rows_of("procedure");
    rig_open_new("two.db");
    import("procedure", "2026-07-01", true, second_csv);
    import("procedure", "2024-01-01", false, first_csv);
    assert_string_equal(rows_of("procedure"), rows);
}

static void a_catalogue_that_cannot_be_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *date, *csv, *words;
    } cases[] = {
        {"procedure", "2026-01-01", "code,name\n1.00119,x\n", "line 2"},
        {"procedure", "2026-01-01", "code,name\n1.001193,\n", "no name"},
        {"procedure", "31/2/2026", "code,name\n1.001193,x\n", "no such day"},
        {"procedure", "2026-01-01", "ma,gi\n1.001193,x\n", "columns code and name"},
        {"procedure", "2026-01-01", "code,name,valid_to\n1.001193,x,31/6/2025\n", "31/6/2025"},
        {"unit", "2026-01-01", "code,name,valid_from,valid_to\n1,x,2025-07-01,2025-06-30\n",
         "ends"},
        {"result-type", "2026-01-01", "code,name\nKQ.G15.31,x\n", "KQ.G15.000031"},
        {"validity-class", "2026-01-01", "code,name\ntthn,x\n", "months"},
        {"validity-class", "2026-01-01", "code,name,months\ntthn,x,sáu\n", "months"},
        {"unit-succession", "2026-01-01", "old_code,new_code,extent\n1,2,half\n", "whole or part"},
        {"units", "2026-01-01", "code,name\n1,x\n", "no catalogue"},
        {"unit", "2026-01-01", "", "empty"},
    };
    rig_open_new("refused.db");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rig_record("x", catalogue_apply,
                                    catalogue(cases[i].kind, cases[i].date, false, cases[i].csv)),
                         STATUS_REJECT);
        if (!strstr(error.text, cases[i].words))
            fail_msg("%zu: %s", i, error.text);
    }
    assert_string_equal(rows_of("procedure"), "");
}

/* What somebody is about to take says one thing of each code; a line that is there twice does no
 * harm. */
static void a_code_that_says_two_things_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *csv;
        enum status status;
    } cases[] = {
        {"procedure", "code,name\n9.000001,a\n9.000001,b\n", STATUS_REJECT},
        {"procedure", "code,name\n9.000001,a\n9.000001,a\n", STATUS_OK},
        {"unit", "code,name,valid_from,valid_to\n1,a,2025-07-01,\n1,b,2025-07-01,\n",
         STATUS_REJECT},
        {"unit", "code,name,valid_from,valid_to\n1,a,,2025-06-30\n1,b,2025-07-01,\n", STATUS_OK},
    };
    rig_open_new("twice.db");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct catalogue_report report;
        json_t *data = catalogue(cases[i].kind, "2026-01-01", false, cases[i].csv);
        if (catalogue_try(db, data, arena, &report, &error) != cases[i].status)
            fail_msg("%zu: %s", i, error.text);
        if (cases[i].status == STATUS_REJECT && !strstr(error.text, "line 3"))
            fail_msg("%zu: %s", i, error.text);
        json_decref(data);
    }
}

static void what_ends_everything_or_goes_round_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *csv, *words;
    } cases[] = {{"unit", "code,name\n", "no line below"},
                 {"unit-succession", "old_code,new_code,date\n1,2,2020-01-01\n3,3,2020-01-01\n",
                  "line 3: 3 cannot follow itself"}};
    rig_open_new("round.db");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct catalogue_report report;
        json_t *data = catalogue(cases[i].kind, "2026-01-01", true, cases[i].csv);
        assert_int_equal(catalogue_try(db, data, arena, &report, &error), STATUS_REJECT);
        assert_non_null(strstr(error.text, cases[i].words));
        json_decref(data); /* and a record of before is laid as it was */
        assert_int_equal(rig_record("x", catalogue_apply,
                                    catalogue(cases[i].kind, "2026-01-01", true, cases[i].csv)),
                         STATUS_OK);
    }
}

static void procedure_codes_have_their_local_form(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool right;
    } cases[] = {{"1.001193", true},     {"1.001193.000.00.00.H56", true},
                 {"2.002402.H05", true}, {"1.001193.000.00.00", true},
                 {"1.00119", false},     {"1.0011933", false},
                 {"1.001193.H5", false}, {"1.001193.X56", false},
                 {"a.001193", false},    {"1.001193.000.00.00.H56.1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char base[9];
        assert_int_equal(procedure_code_check(cases[i].code, base, &error) == STATUS_OK,
                         cases[i].right);
        if (cases[i].right)
            assert_int_equal(strncmp(base, cases[i].code, 8), 0);
    }
}

/* ---------------------------------------------------------------- shipped, old and new names */

static void put_paper(const char *id, const char *unit, const char *procedure, const char *type,
                      const char *date)
{
    struct document document;
    const char *text[] = {"giấy tờ"};
    struct document_page page = {.name = "0001-1", .file = "x"};
    document_init(&document, "B", id);
    snprintf(document.id, sizeof document.id, "%s", id);
    document.version = 1;
    document.signed_at = "2026-01-01T00:00:00+07:00";
    document.fields[FIELD_UNIT].value = unit;
    document.fields[FIELD_PROCEDURE].value = procedure;
    document.fields[FIELD_TYPE].value = type;
    document.fields[FIELD_DATE].value = date;
    document.fields[FIELD_OWNER].value = "Nguyễn Văn An";
    document.fields[FIELD_OWNER_ID].value = "038094001234";
    document.pages = &page;
    document.page_count = 1;
    if (index_document(index_, &document, "2026/x/v1", text, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static const char *id_of(int number)
{
    return arena_printf(arena, "%08x-0000-8000-8000-000000000000", (unsigned)number);
}

static int64_t found(struct search_query query)
{
    struct search_result result;
    if (index_search(index_, &query, arena, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return result.total;
}

static void ship(const char *name)
{
    rig_open_new(name);
    if (catalogue_ship(db, "config/catalogues", &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void old_and_new_names_of_a_unit_find_both(void **state)
{
    (void)state;
    ship("units.db");
    put_paper(id_of(1), "Xã Vạn Phước", NULL, "khai_sinh", "1998-01-01");
    put_paper(id_of(2), "UBND xã Vạn Long", NULL, "khai_sinh", "2004-01-01");
    put_paper(id_of(3), "Xã Tu Bông, tỉnh Khánh Hòa", NULL, "khai_sinh", "2025-08-01");
    put_paper(id_of(4), "Xã Vạn Thắng", NULL, "khai_sinh", "2004-01-01");
    assert_int_equal(found((struct search_query){.unit = "xã Tu Bông"}), 3);
    assert_int_equal(found((struct search_query){.unit = "tu bong"}), 3);
    assert_int_equal(found((struct search_query){.unit = "Xã Tu Bông", .unit_exact = true}), 1);
    /* by the old name: it, and what it is now; not what else went into that */
    assert_int_equal(found((struct search_query){.unit = "Xã Vạn Phước"}), 2);
    assert_int_equal(found((struct search_query){.unit = "Xã Vạn Thắng"}), 1);
    struct search_result result;
    struct search_query query = {.unit = "xã Vạn Long", .limit = 10};
    assert_int_equal(index_search(index_, &query, arena, &result, &error), STATUS_OK);
    bool as_printed = false;
    for (size_t i = 0; i < result.hit_count; i++)
        as_printed = as_printed || strcmp(result.hits[i].unit, "UBND xã Vạn Long") == 0;
    assert_true(as_printed);
}

static void a_part_is_a_part_and_provinces_follow_each_other(void **state)
{
    (void)state;
    struct catalogue_version *list = NULL;
    struct catalogue_step *steps = NULL;
    size_t count = 0, step_count = 0;
    bool part = false;
    assert_int_equal(
        catalogue_find(db, "unit", "Xã Tây Hòa, Đắk Lắk", NULL, 5, arena, &list, &count, &error),
        STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(catalogue_before(db, "unit", &list[0], arena, &steps, &step_count, &error),
                     STATUS_OK);
    for (size_t i = 0; i < step_count; i++)
        part = part || strcmp(steps[i].extent, "part") == 0;
    assert_true(step_count >= 3);
    assert_true(part);
    assert_int_equal(
        catalogue_find(db, "unit", "tỉnh Kon Tum", NULL, 5, arena, &list, &count, &error),
        STATUS_OK);
    assert_int_equal(catalogue_after(db, "unit", &list[0], arena, &steps, &step_count, &error),
                     STATUS_OK);
    assert_int_equal(step_count, 1);
    assert_string_equal(steps[0].version.name, "Quảng Ngãi");
    assert_int_equal(catalogue_find(db, "unit", "Đông Sơn, Thanh Hóa", "1990-01-01", 9, arena,
                                    &list, &count, &error),
                     STATUS_OK);
    assert_true(count >= 1);
    for (size_t i = 0; i < count; i++)
        assert_true(!list[i].from || strcmp(list[i].from, "1990-01-01") <= 0);
}

static void a_procedure_is_found_with_suffix_and_under_its_later_code(void **state)
{
    (void)state;
    put_paper(id_of(11), NULL, "1.011606.000.00.00.H56", "khai_sinh", "2024-01-01");
    put_paper(id_of(12), NULL, "1.116214", "khai_sinh", "2026-02-01");
    assert_int_equal(found((struct search_query){.procedure = "1.011606"}), 2);
    assert_int_equal(found((struct search_query){.procedure = "1.116214.H56"}), 2);
    struct db_query *query = NULL;
    assert_int_equal(db_prepare(db,
                                "SELECT e.procedure, f.suffix FROM catalog_entry e JOIN"
                                " catalog_facet f ON f.entry_id = e.id WHERE e.document_id = ?",
                                &query, &error),
                     STATUS_OK);
    db_bind_text(query, 1, id_of(11));
    assert_int_equal(db_step(query, &error), STATUS_OK);
    assert_string_equal(db_text(query, 0), "1.011606");
    assert_string_equal(db_text(query, 1), ".000.00.00.H56");
    db_finish(query);
}

/* No list at hand has 1.116214; a succession says what it follows. */
static void a_code_that_only_a_succession_names_leads_to_the_other(void **state)
{
    (void)state;
    struct catalogue_version *versions = NULL;
    struct catalogue_step *before = NULL;
    size_t count = 0, steps = 0;
    GOOD(catalogue_find(db, "procedure", "1.116214", NULL, 0, arena, &versions, &count, &error));
    assert_int_equal(count, 1);
    assert_string_equal(versions[0].code, "1.116214");
    GOOD(catalogue_before(db, "procedure", &versions[0], arena, &before, &steps, &error));
    assert_int_equal(steps, 1);
    assert_string_equal(before[0].version.code, "1.011606");
    GOOD(catalogue_find(db, "procedure", "1.999999", NULL, 0, arena, &versions, &count, &error));
    assert_int_equal(count, 0);
}

static void a_class_of_validity_ends_papers_by_their_day(void **state)
{
    (void)state;
    put_paper(id_of(21), NULL, NULL, "tthn", "2026-01-15");
    put_paper(id_of(22), NULL, NULL, "tthn", "2026-09-15");
    put_paper(id_of(23), NULL, NULL, "tthn", NULL);
    assert_int_equal(found((struct search_query){.type = "tthn"}), 3);
    assert_int_equal(found((struct search_query){.type = "tthn", .valid_on = "2026-11-30"}), 1);
    assert_int_equal(found((struct search_query){.type = "tthn", .valid_on = "2026-07-15"}), 2);
    assert_int_equal(found((struct search_query){.type = "tthn", .valid_on = "2026-07-16"}), 1);
    import("validity-class", "2026-10-01", false,
           "code,name,months\ntthn,Tình trạng hôn nhân,12\n");
    assert_int_equal(found((struct search_query){.type = "tthn", .valid_on = "2026-11-30"}), 1);
    import("validity-class", "2020-01-01", false,
           "code,name,months,valid_from\ntthn,Tình trạng hôn nhân,24,2020-01-01\n");
    assert_int_equal(found((struct search_query){.type = "tthn", .valid_on = "2026-11-30"}), 2);
    assert_int_equal(index_check(index_, &error), STATUS_OK);
}

static void a_shipped_catalogue_that_was_changed_is_refused(void **state)
{
    (void)state;
    const char *own = file_join(arena, folder, "own");
    assert_int_equal(file_mkdirs(own, &error), STATUS_OK);
    static const char manifest[] = "procedure\tp.csv\t2026-01-01\tabc\tai đó\n";
    assert_int_equal(
        file_write(file_join(arena, own, "catalogues.tsv"), manifest, sizeof manifest - 1, &error),
        STATUS_OK);
    assert_int_equal(
        file_write(file_join(arena, own, "p.csv"), first_csv, sizeof first_csv - 1, &error),
        STATUS_OK);
    rig_open_new("own.db");
    assert_int_equal(catalogue_ship(db, own, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "SHA-256"));
    assert_string_equal(rows_of("procedure"), "");
}

/* ---------------------------------------------------------------- dossiers, codes, reuse */

static void dossier_codes_have_one_of_three_forms_and_a_real_day(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        bool right;
    } cases[] = {{"000.00.12.H56-210115-0001", true}, {"H56.14-240823-0001", true},
                 {"H56.012.03-250901-560001", true},  {"H56.14-240823-001", false},
                 {"H56.14-240231-0001", false},       {"H56.14-261201-0001", false},
                 {"h56.14-240823-0001", false},       {"H56.14-2408230001", false},
                 {"H56..14-240823-0001", false},      {"-240823-0001", false},
                 {"H56.14-240823-0001a", false},      {"", false},
                 {"H56.14-261130-0001", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((dossier_check(cases[i].code, "2026-11-30", &error) == STATUS_OK) != cases[i].right)
            fail_msg("%s", cases[i].code);
}

static void use_again(const char *dossier, const char *component, int state, int number, int pages)
{
    if (rig_record("x", reuse_apply,
                   json_pack("{s:s, s:s, s:i, s:s, s:i, s:i, s:i}", "dossier", dossier, "component",
                             component, "state", state, "document", id_of(number), "pages", pages,
                             "copies", 1, "fee", 2000)) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void the_indicator_is_counted_from_what_was_used(void **state)
{
    (void)state;
    struct reuse_count *counts = NULL;
    struct reuse *list = NULL;
    size_t count = 0;
    ship("reuse.db");
    use_again("H56.14-261101-0001", "Giấy khai sinh", COMPONENT_FROM_RESULT, 1, 2);
    use_again("H56.14-261101-0001", "Tờ khai", COMPONENT_DIGITIZED, 2, 0);
    use_again("H56.14-261102-0002", "Tờ khai", COMPONENT_DIGITIZED, 3, 0);
    assert_int_equal(rig_record("x", reuse_apply,
                                json_pack("{s:s, s:s, s:i}", "dossier", "H56.14-261102-0002",
                                          "component", "Sổ hộ khẩu", "state", COMPONENT_NONE)),
                     STATUS_OK);
    const struct reuse_filter all = {0};
    assert_int_equal(reuse_count(db, &all, REUSE_BY_ALL, arena, &counts, &count, &error),
                     STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(counts[0].dossiers, 2);
    assert_int_equal(counts[0].dossiers_reusing, 1);
    assert_int_equal(counts[0].components[COMPONENT_NONE], 1);
    assert_int_equal(counts[0].components[COMPONENT_DIGITIZED], 2);
    assert_int_equal(counts[0].pages, 2);
    assert_int_equal(counts[0].fee, 2000);
    /* said again, it is replaced and not doubled */
    use_again("H56.14-261102-0002", "Sổ hộ khẩu", COMPONENT_FROM_COMPONENT, 2, 4);
    assert_int_equal(reuse_count(db, &all, REUSE_BY_ALL, arena, &counts, &count, &error),
                     STATUS_OK);
    assert_int_equal(counts[0].dossiers_reusing, 2);
    assert_int_equal(counts[0].components[COMPONENT_NONE], 0);
    assert_int_equal(
        reuse_list(db, &(struct reuse_filter){.document = id_of(2)}, arena, &list, &count, &error),
        STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rig_record("x", reuse_apply,
                                json_pack("{s:s, s:s, s:i}", "dossier", "H56.14-261102-0002",
                                          "component", "x", "state", COMPONENT_FROM_RESULT)),
                     STATUS_REJECT); /* of which document? */
}

static void result_codes_are_unique_and_count_on(void **state)
{
    (void)state;
    const char *code = NULL, *of = NULL;
    put_paper(id_of(1), NULL, "1.001193", "khai_sinh", "1994-01-01");
    put_paper(id_of(2), NULL, "1.001193", "khai_sinh", "1994-01-01");
    assert_int_equal(
        result_code_next(db, "{owner}.{result_type}.{NN}", id_of(1), arena, &code, &error),
        STATUS_OK);
    assert_string_equal(code, "038094001234.KQ.G15.000031.01");
    assert_int_equal(rig_record("x", result_code_apply,
                                json_pack("{s:s, s:s}", "document", id_of(1), "code", code)),
                     STATUS_OK);
    assert_int_equal(rig_record("x", result_code_apply,
                                json_pack("{s:s, s:s}", "document", id_of(2), "code", code)),
                     STATUS_REJECT);
    assert_int_equal(rig_record("x", result_code_apply,
                                json_pack("{s:s, s:s}", "document", id_of(1), "code", "khác")),
                     STATUS_REJECT); /* it has one */
    assert_int_equal(
        result_code_next(db, "{owner}.{result_type}.{NN}", id_of(2), arena, &code, &error),
        STATUS_OK);
    assert_string_equal(code, "038094001234.KQ.G15.000031.02");
    put_paper(id_of(9), NULL, "1.001193", "khai_sinh", NULL);
    assert_int_equal(result_code_next(db, "{year}.{NN}", id_of(9), arena, &code, &error),
                     STATUS_REJECT);
    assert_non_null(strstr(error.text, "its year ({year})"));
    /* another system gave 99: it goes on with three digits */
    assert_int_equal(rig_record("x", result_code_apply,
                                json_pack("{s:s, s:s}", "document", id_of(3), "code",
                                          "038094001234.KQ.G15.000031.99")),
                     STATUS_OK);
    assert_int_equal(
        result_code_next(db, "{owner}.{result_type}.{NN}", id_of(2), arena, &code, &error),
        STATUS_OK);
    assert_string_equal(code, "038094001234.KQ.G15.000031.100");
    assert_int_equal(result_code_of(db, id_of(1), arena, &of, &error), STATUS_OK);
    assert_string_equal(of, "038094001234.KQ.G15.000031.01");
    assert_int_equal(result_code_next(db, "{owner}", id_of(2), arena, &code, &error),
                     STATUS_REJECT);
    put_paper(id_of(4), NULL, NULL, NULL, NULL);
    assert_int_equal(
        result_code_next(db, "{owner}.{procedure}.{NN}", id_of(4), arena, &code, &error),
        STATUS_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newer_catalogue_ends_what_it_changes_and_rewrites_nothing),
        cmocka_unit_test(imports_in_any_order_give_the_same_rows),
        cmocka_unit_test(a_catalogue_that_cannot_be_is_refused_with_its_line),
        cmocka_unit_test(a_code_that_says_two_things_is_refused),
        cmocka_unit_test(what_ends_everything_or_goes_round_is_refused),
        cmocka_unit_test(procedure_codes_have_their_local_form),
        cmocka_unit_test(old_and_new_names_of_a_unit_find_both),
        cmocka_unit_test(a_part_is_a_part_and_provinces_follow_each_other),
        cmocka_unit_test(a_procedure_is_found_with_suffix_and_under_its_later_code),
        cmocka_unit_test(a_code_that_only_a_succession_names_leads_to_the_other),
        cmocka_unit_test(a_class_of_validity_ends_papers_by_their_day),
        cmocka_unit_test(a_shipped_catalogue_that_was_changed_is_refused),
        cmocka_unit_test(dossier_codes_have_one_of_three_forms_and_a_real_day),
        cmocka_unit_test(the_indicator_is_counted_from_what_was_used),
        cmocka_unit_test(result_codes_are_unique_and_count_on),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end);
}
