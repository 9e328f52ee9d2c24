/* Words that were read wrongly are found by what is left of them; what only resembles is counted
 * so far, what has all words to the last. */
#include "index/catalog/catalog.h"
#include "tests/unit/index_rig.h"

enum { ALIKE = 1100 };

static struct search_result result;
static const char *early; /* a page before all others */

static void search(const char *text)
{
    if (index_search(index_, &(struct search_query){.text = text}, arena, &result, &error) !=
        STATUS_OK)
        fail_msg("%s", error.text);
}

static const char *put(const char *text)
{
    static int number;
    struct document *document = arena_alloc(arena, sizeof *document);
    struct document_page *page = arena_alloc(arena, sizeof *page);
    *page = (struct document_page){.name = "0001-1", .file = "0001-1.scan.tif"};
    document_init(document, arena_printf(arena, "wide-%d", number++), "0001-1");
    document->version = 1;
    document->pages = page;
    document->page_count = 1;
    struct entry entry = {document, arena_printf(arena, "2026/%s/v1", document->id),
                          (const char *const[]){text}, NULL};
    assert_int_equal(catalog_put(index_, &entry, &error), STATUS_OK);
    return document->id;
}

/* ---------------------------------------------------------------- wrongly read */

/* Each of six words in its turn: with it go up to three of the four skeletons. */
static void a_phrase_is_found_whichever_word_was_misread(void **state)
{
    static const char *const words[] = {"những", "người", "khai", "thác", "khoáng", "sản"};
    (void)state;
    const char *ids[6];
    for (size_t wrong = 0; wrong < 6; wrong++) {
        const char *text = arena_strdup(arena, "hồ sơ cũ");
        for (size_t i = 0; i < 6; i++)
            text = arena_printf(arena, "%s %s", text, i == wrong ? "w4zlm" : words[i]);
        ids[wrong] = put(arena_printf(arena, "%s dừng lại", text));
    }
    search("những người khai thác khoáng sản");
    for (size_t wrong = 0; wrong < 6; wrong++) {
        bool found = false;
        for (size_t i = 0; i < result.hit_count; i++)
            found = found || strcmp(result.hits[i].document_id, ids[wrong]) == 0;
        if (!found)
            fail_msg("%s is not found without its word", words[wrong]);
    }
}

/* "te" is hardly ever the rare "té"; yet where all its neighbours stand it is, rather than a page
 * on which the word is missing. */
static void a_rare_word_without_its_mark_is_more_than_none(void **state)
{
    (void)state;
    const char *right = put("càp nhàt thi nhàp te dung nõi thi cö g dänh");
    put("nghiệp hoặc đăng ký trồng trọt và người kê khai tư dùng nối với cơ quan tiếp nhận");
    search("nhập té dùng nối");
    assert_true(result.hit_count > 0);
    assert_string_equal(result.hits[0].document_id, right);
}

/* Four of the five words stand in a row on more pages than are looked at, and on one: whose they
 * are together with the rare word is told by asking for each row by itself. */
static void what_few_pages_have_is_not_crowded_out(void **state)
{
    (void)state;
    search("giếng làng bên bờ ghềnh");
    assert_true(result.hit_count > 1);
    assert_string_equal(result.hits[0].document_id, early);
}

/* Common words stand on many pages somewhere; three of them in a row say more. */
static void common_words_together_are_more_than_apart(void **state)
{
    (void)state;
    const char *right = put("được chai sinh nộp trong thời hạn");
    put("giấy khai sinh nộp kèm theo đơn, trả trong tuần");
    search("khai sinh nộp trong");
    assert_true(result.hit_count > 1);
    assert_string_equal(result.hits[0].document_id, right);
}

/* ---------------------------------------------------------------- counted */

static void what_has_all_words_is_counted_to_the_last(void **state)
{
    (void)state;
    search("giếng làng bờ rào");
    assert_int_equal(result.total, ALIKE);
    assert_false(result.more);
}

static void what_only_resembles_is_counted_when_counts_are_asked_for(void **state)
{
    (void)state;
    struct search_query query = {.text = "giếng xoan bờ rào"};
    search(query.text);
    assert_true(result.more); /* as many as were looked at, and more */
    assert_true(result.total > 0 && result.total < 1000);
    query.facets = true;
    GOOD(index_search(index_, &query, arena, &result, &error));
    assert_int_equal(result.total, 1000);
    assert_true(result.more);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(db_begin(db, &error));
    early = put("nơi xiếng làng bên bờ ghềnh đá");
    for (int i = 0; i < ALIKE; i++)
        put("cái giếng làng bên bờ rào");
    GOOD(db_commit(db, &error));
    return 0;
}

/* Counting stops at 10,000; a list that is read to its end has counted itself. */
static void a_list_is_as_long_as_it_is(void **state)
{
    (void)state;
    int64_t all = 0, have = 0;
    static const struct {
        int limit, offset;
        int64_t total;
        bool more;
    } cases[] = {{10, 0, 10000, true},         {10000, 0, 10000, true},  {10199, 0, 10000, true},
                 {10200, 0, 10200, false},     {20000, 0, 10200, false}, {20000, 100, 10200, false},
                 {10000, 10199, 10200, false}, {10, 20000, 10000, true}};
    assert_int_equal(
        db_first_int(index_->db, &have, &error, "SELECT count(*) FROM catalog_entry", ""),
        STATUS_OK);
    assert_int_equal(
        db_do(index_->db, &error,
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT"
              " INTO catalog_entry (id, document_id, version, path, pages) SELECT 100000 + i,"
              " 'list-' || i, 1, 'list/' || i, 1 FROM n",
              "i", 10200 - have),
        STATUS_OK);
    assert_int_equal(
        db_do(index_->db, &error,
              "INSERT INTO catalog_facet (entry_id, year, type_id, procedure_id, unit_id, place_id,"
              " made, state) SELECT id, 0, 0, 0, 0, 0, 0, 2 FROM catalog_entry WHERE id > 100000",
              ""),
        STATUS_OK);
    assert_int_equal(
        db_first_int(index_->db, &all, &error, "SELECT count(*) FROM catalog_facet", ""),
        STATUS_OK);
    assert_int_equal(all, 10200);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search_query query = {.limit = cases[i].limit, .offset = cases[i].offset};
        assert_int_equal(index_search(index_, &query, arena, &result, &error), STATUS_OK);
        assert_int_equal(result.total, cases[i].total);
        assert_int_equal(result.more, cases[i].more);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phrase_is_found_whichever_word_was_misread),
        cmocka_unit_test(a_rare_word_without_its_mark_is_more_than_none),
        cmocka_unit_test(what_few_pages_have_is_not_crowded_out),
        cmocka_unit_test(common_words_together_are_more_than_apart),
        cmocka_unit_test(what_has_all_words_is_counted_to_the_last),
        cmocka_unit_test(what_only_resembles_is_counted_when_counts_are_asked_for),
        cmocka_unit_test(a_list_is_as_long_as_it_is),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
