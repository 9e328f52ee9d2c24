/* Filters, counts, orders and pages against brute force; validity; lists as CSV. */
#include <sys/wait.h>
#include <unistd.h>

#include "core/tabular.h"
#include "index/day.h"
#include "index/saved.h"
#include "index/validity.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { PAPERS = 400 };
#define TODAY "2026-11-30"

static struct made_paper papers[PAPERS];
static bool gone[PAPERS]; /* not in force any more */

static void put(size_t i)
{
    if (index_document(index_, &papers[i].document,
                       arena_printf(arena, "2026/%s/v1", papers[i].document.id), papers[i].text,
                       &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static enum status act(const char *document, const char *what, const char *day, const char *other)
{
    return rig_record("validity", validity_apply,
                      json_pack("{s:s, s:s, s:s, s:s*}", "document", document, "act", what, "day",
                                day, "other", other));
}

static struct search_result find(struct search_query query)
{
    struct search_result result;
    if (index_search(index_, &query, arena, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return result;
}

static const char *field(size_t i, enum field_id id)
{
    const char *value = papers[i].document.fields[id].value;
    return value ? value : "";
}

static const char *band_of(size_t i)
{
    const char *date = papers[i].document.fields[FIELD_DATE].value;
    return roadmap_band(&roadmap, date);
}

/* ---------------------------------------------------------------- counts */

static int64_t count_of(const struct search_result *result, const char *facet, const char *value)
{
    for (size_t i = 0; i < result->facet_count; i++)
        for (size_t j = 0;
             strcmp(result->facets[i].name, facet) == 0 && j < result->facets[i].count; j++)
            if (strcmp(result->facets[i].counts[j].value, value) == 0)
                return result->facets[i].counts[j].count;
    return 0;
}

static int year_of(size_t i)
{
    return atoi(field(i, FIELD_DATE)); /* 0: unknown */
}

static bool is_between(int from, int year, int to)
{
    return year && year >= from && year <= to;
}

static size_t with_procedure(size_t from)
{
    while (!*field(from, FIELD_PROCEDURE))
        from++;
    return from;
}

static const char *box_of(size_t i)
{
    return papers[i].document.box_code ? papers[i].document.box_code : "";
}

static bool passes(size_t i, const struct search_query *query)
{
    return (!query->type || strcmp(field(i, FIELD_TYPE), query->type) == 0) &&
           (!query->band || strcmp(band_of(i), query->band) == 0) &&
           (!query->procedure || strcmp(field(i, FIELD_PROCEDURE), query->procedure) == 0) &&
           (!query->unit || strcmp(field(i, FIELD_UNIT), query->unit) == 0) &&
           (!query->year_to || is_between(query->year_from, year_of(i), query->year_to)) &&
           (!query->state || gone[i]) && (!query->place || strcmp(box_of(i), query->place) == 0) &&
           (!query->valid_on || !gone[i]);
}

static void facets_equal(struct search_query query)
{
    query.facets = true;
    struct search_result result = find(query);
    int64_t all = 0;
    for (size_t i = 0; i < PAPERS; i++) {
        if (!passes(i, &query))
            continue;
        int64_t bands = 0, types = 0, units = 0;
        all++;
        for (size_t j = 0; j < PAPERS; j++) {
            if (!passes(j, &query))
                continue;
            bands += strcmp(band_of(i), band_of(j)) == 0;
            types += strcmp(field(i, FIELD_TYPE), field(j, FIELD_TYPE)) == 0;
            units += strcmp(field(i, FIELD_UNIT), field(j, FIELD_UNIT)) == 0;
        }
        assert_int_equal(count_of(&result, "band", band_of(i)), bands);
        assert_int_equal(count_of(&result, "type", field(i, FIELD_TYPE)), types);
        assert_int_equal(count_of(&result, "unit", field(i, FIELD_UNIT)), units);
    }
    assert_int_equal(result.counted, all);
    assert_int_equal(result.total, all);
    assert_false(result.capped);
}

static void counts_are_those_of_brute_force(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *day = i ? TODAY : NULL;
        facets_equal((struct search_query){.valid_on = day});
        facets_equal((struct search_query){.valid_on = day, .type = field(0, FIELD_TYPE)});
        facets_equal((struct search_query){.valid_on = day, .band = band_of(1)});
        facets_equal((struct search_query){
            .valid_on = day, .type = field(2, FIELD_TYPE), .band = band_of(2)});
        facets_equal((struct search_query){.valid_on = day, .band = BAND_UNKNOWN});
        facets_equal((struct search_query){.valid_on = day, .year_from = 1990, .year_to = 2010});
        facets_equal((struct search_query){.valid_on = day, .year_to = 2000});
        facets_equal((struct search_query){.valid_on = day,
                                           .procedure = field(with_procedure(4), FIELD_PROCEDURE)});
        facets_equal((struct search_query){
            .valid_on = day, .unit = field(5, FIELD_UNIT), .unit_exact = true});
        size_t one = with_procedure(60);
        facets_equal((struct search_query){.valid_on = day,
                                           .type = field(one, FIELD_TYPE),
                                           .unit = field(one, FIELD_UNIT),
                                           .unit_exact = true,
                                           .procedure = field(one, FIELD_PROCEDURE)});
        facets_equal((struct search_query){
            .valid_on = day, .state = "revoked", .type = field(29, FIELD_TYPE)});
        /* which no narrow row says */
        facets_equal((struct search_query){.valid_on = day, .place = box_of(7)});
        facets_equal((struct search_query){
            .valid_on = day, .place = box_of(8), .type = field(8, FIELD_TYPE)});
    }
}

static void counts_of_words_are_those_of_what_is_found(void **state)
{
    (void)state;
    struct search_result result =
        find((struct search_query){.text = "đăng ký", .facets = true, .limit = PAPERS});
    int64_t types = 0;
    assert_true(result.hit_count > 20);
    for (size_t i = 0; i < result.hit_count; i++)
        types += strcmp(result.hits[i].type, result.hits[0].type) == 0;
    assert_int_equal(result.counted, result.total);
    if (result.total == (int64_t)result.hit_count)
        assert_int_equal(count_of(&result, "type", result.hits[0].type), types);
    result = find((struct search_query){.text = papers[7].phrase, .facets = true});
    assert_true(result.counted >= 1);
}

/* A paper that says it on every page is one paper. */
static void a_paper_of_many_pages_is_counted_once(void **state)
{
    (void)state;
    struct db *live = db;
    struct index *old = index_;
    db = rig_open("pages.db", &index_);
    static struct document_page named[3] = {{.name = "0001-1", .file = "x.scan.tif"},
                                            {.name = "0002-1", .file = "x.scan.tif"},
                                            {.name = "0003-1", .file = "x.scan.tif"}};
    enum { LONG = 450 }; /* more than are ranked: then the match is counted */
    for (uint32_t i = 0; i < LONG; i++) {
        struct made_paper paper;
        made_paper(91, i, MADE_CLEAN, arena, &paper);
        const char *texts[3];
        for (int page = 0; page < 3; page++)
            texts[page] = "con dấu tròn của hợp tác xã";
        paper.document.pages = named;
        paper.document.page_count = 3;
        GOOD(index_document(index_, &paper.document,
                            arena_printf(arena, "2026/%s/v1", paper.document.id), texts, &error));
    }
    struct search_query query = {.text = "con dấu tròn của hợp tác xã", .facets = true};
    struct search_result result = find(query);
    assert_int_equal(result.counted, LONG);
    assert_int_equal(result.total, LONG);
    query.year_to = 2100;
    query.year_from = 1900;
    int64_t dated = find((struct search_query){.year_from = 1900, .year_to = 2100}).total;
    assert_int_equal(find(query).counted, dated);
    index_close(index_);
    db_close(db);
    db = live;
    index_ = old;
}

static void owners_are_counted_by_who_they_are(void **state)
{
    (void)state;
    struct search_result result = find((struct search_query){
        .owner_id = field(3, FIELD_OWNER_ID), .facets = true, .limit = PAPERS});
    const struct search_facet *owners = &result.facets[result.facet_count - 1];
    assert_string_equal(owners->name, "owner");
    struct search_result theirs =
        find((struct search_query){.owner_ref = owners->counts[0].value, .limit = PAPERS});
    assert_int_equal(theirs.total, owners->counts[0].count);
}

/* ---------------------------------------------------------------- pages */

static void walk(struct search_query query, size_t expected)
{
    bool *seen = arena_array(arena, PAPERS, sizeof *seen);
    size_t count = 0, late = 0;
    const char *last = "";
    query.limit = 7;
    for (int page = 0; page < PAPERS; page++) {
        struct search_result result = find(query);
        for (size_t i = 0; i < result.hit_count; i++, count++) {
            size_t at = 0;
            while (at < PAPERS && strcmp(papers[at].document.id, result.hits[i].document_id) != 0)
                at++;
            assert_true(at < PAPERS);
            assert_false(seen[at]);
            seen[at] = true;
            if (query.sort == SORT_DATE) {
                const char *date = result.hits[i].date ? result.hits[i].date : "";
                assert_true(count == 0 || strcmp(date, last) <= 0);
                last = date;
            }
        }
        /* one is put again between the pages: the same again, not twice */
        put(late++ % PAPERS);
        query.after = result.after;
        if (!query.after)
            break;
    }
    assert_int_equal(count, expected);
}

/* Of a unit that papers spell in two ways there is one count, under the name that came first. */
static void a_unit_is_counted_once_however_it_is_spelled(void **state)
{
    (void)state;
    static const char *const spellings[] = {"Xã Hòa Quang", "Xã Hoà Quang", "XÃ HOÀ QUANG"};
    for (size_t i = 0; i < 3; i++) {
        struct made_paper paper;
        made_paper(77, (uint32_t)i, MADE_CLEAN, arena, &paper);
        paper.document.fields[FIELD_UNIT].value = spellings[i];
        GOOD(index_document(index_, &paper.document,
                            arena_printf(arena, "2026/%s/v1", paper.document.id), paper.text,
                            &error));
    }
    struct search_result result = find((struct search_query){.unit = "hoa quang", .facets = true});
    assert_int_equal(result.total, 3);
    assert_int_equal(count_of(&result, "unit", "Xã Hòa Quang"), 3);
    assert_int_equal(count_of(&result, "unit", "Xã Hoà Quang"), 0);
}

static void pages_skip_nothing_and_double_nothing(void **state)
{
    (void)state;
    static const enum search_sort sorts[] = {SORT_RELEVANCE, SORT_DATE, SORT_NUMBER, SORT_OWNER};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        walk((struct search_query){.sort = sorts[i]}, PAPERS);
        struct search_query typed = {.sort = sorts[i], .type = field(0, FIELD_TYPE)};
        walk(typed, (size_t)find(typed).total);
        struct search_query dated = {.sort = sorts[i], .band = band_of(3)};
        walk(dated, (size_t)find(dated).total);
        dated = (struct search_query){.sort = sorts[i], .year_from = 1995, .year_to = 2007};
        walk(dated, (size_t)find(dated).total);
        struct search_query words = {.sort = sorts[i], .text = papers[5].phrase};
        struct search_query all = words;
        all.limit = PAPERS;
        walk(words, find(all).hit_count);
    }
}

static void a_cursor_of_something_else_is_refused(void **state)
{
    (void)state;
    static const char *const cursors[] = {"date",
                                          "date:", "number:00000000-0000-8000-8000-000000000000",
                                          "date:00000000-0000-8000-8000-000000000000", "'; DROP"};
    for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
        struct search_result result;
        struct search_query query = {.sort = SORT_DATE, .after = cursors[i]};
        assert_int_equal(index_search(index_, &query, arena, &result, &error), STATUS_REJECT);
        assert_non_null(strstr(error.text, "cursor"));
    }
}

/* ---------------------------------------------------------------- validity */

static void what_is_revoked_is_left_out_and_never_lost(void **state)
{
    (void)state;
    const char *id = papers[11].document.id;
    struct search_query all = {.text = papers[11].phrase};
    struct search_query now = {.text = papers[11].phrase, .valid_on = TODAY};
    assert_string_equal(find(now).hits[0].document_id, id);
    assert_int_equal(act(id, "revoke", "2026-02-01", "12/QĐ-UBND"), STATUS_OK);
    assert_true(find(now).hit_count == 0 || strcmp(find(now).hits[0].document_id, id) != 0);
    assert_string_equal(find(all).hits[0].document_id, id);
    assert_string_equal(find(all).hits[0].state, "revoked");
    struct search_query before = {.text = papers[11].phrase, .valid_on = "2026-01-31"};
    assert_string_equal(find(before).hits[0].document_id, id);
    assert_int_equal(act(id, "restore", "2026-03-01", NULL), STATUS_OK);
    assert_string_equal(find(now).hits[0].document_id, id);
    assert_int_equal(act(id, "supersede", "2026-03-01", id), STATUS_REJECT); /* by itself */
    assert_int_equal(act(id, "supersede", "31/2/2026", papers[1].document.id), STATUS_REJECT);
    assert_int_equal(act(id, "burn", "2026-03-01", NULL), STATUS_REJECT);
    put(11); /* entered again it is what the records say */
    assert_string_equal(find(now).hits[0].document_id, id);
    assert_int_equal(index_check(index_, &error), STATUS_OK);
}

static void records_may_come_before_their_papers(void **state)
{
    (void)state;
    struct db *live = db;
    struct index *old = index_;
    db = rig_open("early.db", &index_);
    assert_int_equal(act(papers[0].document.id, "revoke", "2026-02-01", NULL), STATUS_OK);
    put(0);
    put(1);
    assert_int_equal(find((struct search_query){.valid_on = TODAY}).total, 1);
    assert_int_equal(find((struct search_query){.state = "revoked"}).total, 1);
    index_close(index_);
    db_close(db);
    db = live;
    index_ = old;
}

static void days_are_reckoned_as_in_the_calendar(void **state)
{
    (void)state;
    char day[DAY_SIZE];
    day_before("2024-03-01", day);
    assert_string_equal(day, "2024-02-29");
    day_before("2025-01-01", day);
    assert_string_equal(day, "2024-12-31");
    day_add_months("2025-08-31", 6, day);
    assert_string_equal(day, "2026-02-28");
    day_add_months("2025-12-15", 1, day);
    assert_string_equal(day, "2026-01-15");
    day_before("31/12/2025", day);
    assert_string_equal(day, "");
}

/* ---------------------------------------------------------------- kept questions, lists */

static enum status keep(const char *name, bool query)
{
    const struct record record = {
        .number = ++records,
        .kind = "saved-search",
        .at = "2026-11-30T09:00:00+07:00",
        .actor = "lan",
        .data = query ? json_pack("{s:s, s:{s:s}}", "name", name, "query", "type", "khai_sinh")
                      : json_pack("{s:s}", "name", name)};
    enum status status = saved_search_apply(db, &record, &error);
    json_decref((json_t *)record.data);
    return status;
}

static void a_question_is_kept_by_its_name(void **state)
{
    (void)state;
    struct saved_search saved;
    assert_int_equal(keep("Khai sinh Đông Hòa", true), STATUS_OK);
    assert_int_equal(keep("Khai sinh Đông Hòa", true), STATUS_OK); /* again: replaced */
    assert_int_equal(saved_search_find(db, "khai sinh dong hoa", arena, &saved, &error), STATUS_OK);
    assert_non_null(strstr(saved.query, "khai_sinh"));
    assert_int_equal(saved_search_find(db, "khai sinh dong ha", arena, &saved, &error),
                     STATUS_REJECT);
    assert_non_null(strstr(error.text, "did you mean"));
    assert_int_equal(keep("Khai sinh Đông Hòa", false), STATUS_OK);
    assert_int_equal(saved_search_find(db, "Khai sinh Đông Hòa", arena, &saved, &error),
                     STATUS_REJECT);
    assert_int_equal(keep("  ", true), STATUS_REJECT);
}

static void a_list_never_runs_as_a_formula(void **state)
{
    (void)state;
    static const struct tabular_column columns[] = {{"Tên", TABULAR_TEXT, false},
                                                    {"Số", TABULAR_NUMBER, false}};
    static const char *const rows[][2] = {{"=HYPERLINK(\"http://x\")", "-12"},
                                          {"@cmd, \"x\"", "-1+2"},
                                          {"+84 912", "12.5"},
                                          {"Nguyễn Văn An", NULL}};
    static const char *const *const list[] = {rows[0], rows[1], rows[2], rows[3]};
    static const struct tabular_format *const formats[] = {&tabular_csv, NULL};
    const struct tabular sheet = {
        .title = "x", .columns = columns, .column_count = 2, .rows = list, .row_count = 4};
    char *text = NULL;
    const char *path = file_join(arena, folder, "list.csv");
    assert_int_equal(tabular_write(&sheet, formats, NULL, path, &error), STATUS_OK);
    assert_int_equal(file_read(path, 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    assert_string_equal(text, "\xEF\xBB\xBFTên,Số\r\n"
                              "\"'=HYPERLINK(\"\"http://x\"\")\",-12\r\n"
                              "\"'@cmd, \"\"x\"\"\",\"'-1+2\"\r\n"
                              "\"'+84 912\",12.5\r\n"
                              "Nguyễn Văn An,\r\n");
    assert_int_equal(tabular_write(&sheet, formats, NULL, "list.ods", &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, ".csv"));
}

/* ---------------------------------------------------------------- beside a writer */

/* A process that searches and counts while papers come in: it sees whole papers, and never fewer
 * than before. */
static int read_beside(const char *path)
{
    struct db *own = NULL;
    struct index *index = NULL;
    struct error fault;
    int64_t before = 0;
    if (db_open(path, false, &own, &fault) != STATUS_OK ||
        index_open(own, &roadmap, "config", &index, &fault) != STATUS_OK)
        return 2;
    for (int i = 0; i < 100000 && before < 120; i++) {
        struct search_result result;
        struct arena *scratch = arena_new();
        struct search_query query = {.facets = true, .limit = 3};
        if (index_search(index, &query, scratch, &result, &fault) != STATUS_OK)
            return 3;
        if (result.total < before)
            return 4;
        before = result.total;
        arena_free(scratch);
    }
    index_close(index);
    db_close(own);
    return before >= 120 ? 0 : 5;
}

static void readers_are_not_held_up_by_a_writer(void **state)
{
    (void)state;
    struct db *live = db;
    struct index *old = index_;
    const char *path = file_join(arena, folder, "beside.db");
    pid_t readers[3];
    db = rig_open("beside.db", &index_); /* no connection lives across a fork */
    index_close(index_);
    db_close(db);
    for (int i = 0; i < 3; i++) {
        readers[i] = fork();
        if (readers[i] == 0)
            _exit(read_beside(path));
    }
    db = rig_open("beside.db", &index_);
    for (size_t i = 0; i < 120; i++)
        put(i);
    for (int i = 0; i < 3; i++) {
        int status = 0;
        assert_int_equal(waitpid(readers[i], &status, 0), readers[i]);
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    index_close(index_);
    db_close(db);
    db = live;
    index_ = old;
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    for (size_t i = 0; i < PAPERS; i++) {
        made_paper(31, (uint32_t)i, MADE_CLEAN, arena, &papers[i]);
        papers[i].document.box_code = i % 3 ? "H-01" : "H-02";
        put(i);
    }
    for (size_t i = 20; i < PAPERS; i += 9) {
        gone[i] = true;
        GOOD(act(papers[i].document.id, "revoke", "2025-05-05", NULL));
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_brute_force),
        cmocka_unit_test(counts_of_words_are_those_of_what_is_found),
        cmocka_unit_test(a_paper_of_many_pages_is_counted_once),
        cmocka_unit_test(owners_are_counted_by_who_they_are),
        cmocka_unit_test(pages_skip_nothing_and_double_nothing),
        cmocka_unit_test(a_cursor_of_something_else_is_refused),
        cmocka_unit_test(what_is_revoked_is_left_out_and_never_lost),
        cmocka_unit_test(records_may_come_before_their_papers),
        cmocka_unit_test(days_are_reckoned_as_in_the_calendar),
        cmocka_unit_test(a_question_is_kept_by_its_name),
        cmocka_unit_test(a_list_never_runs_as_a_formula),
        cmocka_unit_test(readers_are_not_held_up_by_a_writer),
        cmocka_unit_test(a_unit_is_counted_once_however_it_is_spelled),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
