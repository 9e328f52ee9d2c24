/* Search finds what it must among 300 noisy papers, and the filters are exactly the filters. */
#include "core/text.h"
#include "index/catalog/catalog.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { PAPERS = 300 };

static struct arena *scratch;
static struct made_paper papers[PAPERS];
static struct search_result result;

static void search(struct search_query query)
{
    if (index_search(index_, &query, scratch, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void search_text(const char *text)
{
    search((struct search_query){.text = text, .limit = 20});
}

static const char *value(const struct made_paper *paper, enum field_id id)
{
    return paper->document.fields[id].value ? paper->document.fields[id].value : "";
}

/* Place of a paper among the hits, from 1; 0 when it is not there. */
static size_t place_of(const struct made_paper *paper)
{
    for (size_t i = 0; i < result.hit_count; i++)
        if (strcmp(result.hits[i].document_id, paper->document.id) == 0)
            return i + 1;
    return 0;
}

static void put(const struct made_paper *paper)
{
    struct entry entry = {&paper->document, arena_printf(arena, "2026/%s/v1", paper->document.id),
                          paper->text, NULL};
    assert_int_equal(db_run(db, "SAVEPOINT put", &error), STATUS_OK);
    if (catalog_put(index_, &entry, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(db_run(db, "RELEASE put", &error), STATUS_OK);
}

/* ---------------------------------------------------------------- what must be found */

/* Every owner by name as form gives it, among the first ten (many people share names). */
static void finds_owners(const char *(*form)(const char *name), size_t at_least)
{
    size_t found = 0;
    for (size_t i = 0; i < PAPERS; i++) {
        search_text(form(value(&papers[i], FIELD_OWNER)));
        assert_true(result.hit_count > 0);
        assert_true(result.hits[0].why == HIT_NAME);
        found += place_of(&papers[i]) > 0;
        arena_clear(scratch);
    }
    if (found < at_least)
        fail_msg("%zu of %d, not %zu", found, PAPERS, at_least);
}

static const char *as_it_is(const char *name)
{
    return name;
}

static const char *without_marks(const char *name)
{
    return text_fold(scratch, name);
}

static const char *given_name_first(const char *name)
{
    const char *blank = strrchr(name, ' ');
    return arena_printf(scratch, "%s %.*s", blank + 1, (int)(blank - name), name);
}

static void names_are_found_with_marks(void **state)
{
    (void)state;
    finds_owners(as_it_is, PAPERS);
}

static void names_are_found_without_marks(void **state)
{
    (void)state;
    finds_owners(without_marks, PAPERS);
}

static void names_are_found_in_any_order(void **state)
{
    (void)state;
    finds_owners(given_name_first, PAPERS);
}

static void a_name_with_a_wrong_letter_is_found_when_nobody_has_it(void **state)
{
    (void)state;
    search_text("Nguyễm Ngọk Quỳmh");
    assert_int_equal(result.hit_count, 0);
    search_text("tên:\"Nguyyễn Ngọcc Qquỳnh\"");
    for (size_t i = 0; i < result.hit_count; i++)
        assert_true(result.hits[i].why == HIT_NAME && result.hits[i].score < 1);
}

static void identifiers_are_found_first_and_alone(void **state)
{
    (void)state;
    size_t nine = 0, twelve = 0;
    for (size_t i = 0; i < PAPERS; i++) {
        const char *digits = value(&papers[i], FIELD_OWNER_ID);
        search_text(digits);
        assert_int_equal(place_of(&papers[i]), 1);
        assert_true(result.hits[0].why == HIT_IDENTIFIER);
        assert_int_equal(result.hit_count, 1);
        search_text(arena_printf(scratch, "cccd: %.3s.%.3s %s", digits, digits + 3, digits + 6));
        assert_int_equal(place_of(&papers[i]), 1);
        nine += strlen(digits) == 9;
        twelve += strlen(digits) == 12;
        arena_clear(scratch);
    }
    assert_true(nine > 30 && twelve > 30);
}

static void identifiers_in_the_text_are_found(void **state)
{
    (void)state;
    size_t found = 0;
    for (size_t i = 0; i < PAPERS; i++) {
        search_text(papers[i].mother_id); /* printed in groups, one digit in hundreds misread */
        found += place_of(&papers[i]) == 1;
        arena_clear(scratch);
    }
    assert_true(found >= PAPERS * 96 / 100);
}

static void absent_identifiers_are_not_found(void **state)
{
    (void)state;
    search_text("000000000001");
    assert_int_equal(result.hit_count, 0);
    assert_int_equal(result.total, 0);
    search_text("cccd:999999999");
    assert_int_equal(result.hit_count, 0);
}

static void numbers_are_found_however_separated(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAPERS; i++) {
        const char *number = value(&papers[i], FIELD_NUMBER);
        search_text(number);
        assert_int_equal(place_of(&papers[i]), 1);
        search_text(arena_printf(scratch, "số: %s", text_fold(scratch, number)));
        assert_int_equal(place_of(&papers[i]), 1);
        char *spaced = arena_strdup(scratch, number);
        *strchr(spaced, '/') = ' ';
        search((struct search_query){.number = spaced});
        assert_int_equal(place_of(&papers[i]), 1);
        search((struct search_query){.number = arena_printf(scratch, "%u", 10 + (unsigned)i)});
        assert_int_equal(place_of(&papers[i]), 1);
        arena_clear(scratch);
    }
}

/* Shares found first by a phrase of each paper; how is what becomes of the phrase. */
static void finds_phrases(const char *(*form)(const char *phrase), enum made_noise noise,
                          double at_least)
{
    size_t asked = 0, found = 0;
    for (size_t i = 0; i < PAPERS; i++) {
        if (papers[i].noise != noise)
            continue;
        search_text(form(papers[i].phrase));
        asked++;
        found += place_of(&papers[i]) == 1;
        arena_clear(scratch);
    }
    assert_true(asked > 50);
    if ((double)found < at_least * (double)asked)
        fail_msg("%zu of %zu, not %.2f", found, asked, at_least);
}

static void phrases_are_found_in_clean_text(void **state)
{
    (void)state;
    finds_phrases(as_it_is, MADE_CLEAN, 1);
    finds_phrases(without_marks, MADE_CLEAN, 1);
}

static void phrases_are_found_through_light_noise(void **state)
{
    (void)state;
    finds_phrases(as_it_is, MADE_LIGHT, 0.97);
    finds_phrases(without_marks, MADE_LIGHT, 0.97);
}

static void phrases_are_found_through_heavy_noise(void **state)
{
    (void)state;
    finds_phrases(as_it_is, MADE_HEAVY, 0.85);
    finds_phrases(without_marks, MADE_HEAVY, 0.85);
}

static const char *quoted(const char *phrase)
{
    return arena_printf(scratch, "\"%s\"", phrase);
}

static void quoted_phrases_are_whole(void **state)
{
    (void)state;
    finds_phrases(quoted, MADE_CLEAN, 1);
    search_text("\"sinh khai giấy\"");
    assert_int_equal(result.hit_count, 0);
    search_text("\"cộng hòa xã hội chủ nghĩa việt nam\"");
    assert_true(result.hit_count > 0 && result.total >= PAPERS / 3);
}

/* The phrase decides what is found and how much there is, not the words that all papers have. */
static void words_beside_a_phrase_neither_hide_nor_count(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAPERS; i++) {
        if (papers[i].noise != MADE_CLEAN)
            continue;
        search_text(arena_printf(scratch, "\"%s\" xã hội chủ nghĩa", papers[i].phrase));
        assert_int_equal(result.total, 1);
        assert_string_equal(result.hits[0].document_id, papers[i].document.id);
        arena_clear(scratch);
    }
    /* no paper has all of it: those with the phrase are found */
    search_text(arena_printf(scratch, "\"%s\" xã khoai", papers[0].phrase));
    assert_int_equal(result.total, 1);
}

static void the_snippet_shows_the_hit(void **state)
{
    (void)state;
    for (size_t i = 0; i < PAPERS; i++) {
        if (papers[i].noise != MADE_CLEAN)
            continue;
        search_text(papers[i].phrase);
        const struct search_hit *hit = &result.hits[0];
        const char *start = strchr(hit->snippet, 2), *end = strchr(hit->snippet, 3);
        assert_true(start && end && end > start);
        assert_int_equal(end - start - 1, strlen(papers[i].phrase));
        assert_memory_equal(start + 1, papers[i].phrase, strlen(papers[i].phrase));
        assert_int_equal(hit->page, papers[i].document.page_count - 1);
        assert_true(hit->why == HIT_EXACT && hit->score > 0.999);
        assert_true(text_valid(hit->snippet, strlen(hit->snippet)) && strlen(hit->snippet) < 500);
        arena_clear(scratch);
    }
}

static void what_fits_better_comes_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < 60; i++) {
        search_text(papers[i].phrase);
        for (size_t h = 0; h < result.hit_count; h++) {
            assert_true(result.hits[h].score >= 0 && result.hits[h].score <= 1);
            assert_true(h == 0 || result.hits[h].score <= result.hits[h - 1].score + 1e-6);
        }
        arena_clear(scratch);
    }
}

static void abbreviations_find_the_long_form(void **state)
{
    (void)state;
    search((struct search_query){.text = "UBND xã Đông Hoàng", .limit = 50});
    assert_true(result.hit_count > 5);
    assert_string_equal(result.hits[0].unit, "Xã Đông Hoàng");
}

static void words_left_out_are_not_there(void **state)
{
    (void)state;
    search((struct search_query){.text = "đăng ký -\"kết hôn\"", .limit = 400});
    assert_true(result.hit_count > 20);
    for (size_t i = 0; i < PAPERS; i++)
        if (papers[i].noise == MADE_CLEAN && strstr(papers[i].clean, "kết hôn"))
            assert_int_equal(place_of(&papers[i]), 0);
}

/* ---------------------------------------------------------------- filters */

struct choice {
    const char *band, *procedure, *type, *unit, *owner, *owner_id;
    int year_from, year_to;
};

static bool in_band(const struct made_paper *paper, const char *band)
{
    static const struct {
        const char *id;
        int from, to;
    } bands[] = {{"den-1995", 0, 1995},
                 {"1996-2005", 1996, 2005},
                 {"2006-2015", 2006, 2015},
                 {"2016-2021", 2016, 2021},
                 {"2022-nay", 2022, 9999}};
    if (strcmp(band, BAND_UNKNOWN) == 0)
        return paper->year == 0;
    for (size_t i = 0; i < 5; i++)
        if (strcmp(bands[i].id, band) == 0)
            return paper->year && paper->year >= bands[i].from && paper->year <= bands[i].to;
    return false;
}

/* The filters once more, as simply as can be. */
static bool passes(const struct made_paper *paper, const struct choice *choice)
{
    return (!choice->band || in_band(paper, choice->band)) &&
           (!choice->procedure || strcmp(value(paper, FIELD_PROCEDURE), choice->procedure) == 0) &&
           (!choice->type || strcmp(value(paper, FIELD_TYPE), choice->type) == 0) &&
           (!choice->unit || strcmp(value(paper, FIELD_UNIT), choice->unit) == 0) &&
           (!choice->owner || strcmp(value(paper, FIELD_OWNER), choice->owner) == 0) &&
           (!choice->owner_id || strcmp(value(paper, FIELD_OWNER_ID), choice->owner_id) == 0) &&
           (!choice->year_from || (paper->year && paper->year >= choice->year_from)) &&
           (!choice->year_to || (paper->year && paper->year <= choice->year_to));
}

static struct choice choose(uint64_t *random)
{
    static const char *const bands[] = {"den-1995",  "1996-2005", "2006-2015",
                                        "2016-2021", "2022-nay",  BAND_UNKNOWN};
    const struct made_paper *like = &papers[made_random(random, PAPERS)];
    struct choice choice = {0};
    if (made_random(random, 2))
        choice.band = bands[made_random(random, 6)];
    if (made_random(random, 3) == 0 && *value(like, FIELD_PROCEDURE))
        choice.procedure = value(like, FIELD_PROCEDURE);
    if (made_random(random, 4) == 0)
        choice.type = value(like, FIELD_TYPE);
    if (made_random(random, 3) == 0)
        choice.unit = value(like, FIELD_UNIT);
    if (made_random(random, 12) == 0)
        choice.owner_id = value(like, FIELD_OWNER_ID);
    if (made_random(random, 4) == 0)
        choice.year_from = 1980 + (int)made_random(random, 40);
    if (made_random(random, 4) == 0)
        choice.year_to = 1980 + (int)made_random(random, 40);
    return choice;
}

static void filters_equal_brute_force(void **state)
{
    (void)state;
    uint64_t random = 42;
    size_t some = 0;
    for (int round = 0; round < 300; round++) {
        struct choice choice = choose(&random);
        size_t expected = 0;
        search((struct search_query){.band = choice.band,
                                     .procedure = choice.procedure,
                                     .type = choice.type,
                                     .unit = choice.unit,
                                     .owner_id = choice.owner_id,
                                     .year_from = choice.year_from,
                                     .year_to = choice.year_to,
                                     .limit = PAPERS});
        for (size_t i = 0; i < PAPERS; i++) {
            bool passed = passes(&papers[i], &choice);
            expected += passed;
            assert_int_equal(place_of(&papers[i]) > 0, passed);
        }
        assert_int_equal(result.hit_count, expected);
        assert_int_equal(result.total, expected);
        some += expected > 0 && expected < PAPERS;
        arena_clear(scratch);
    }
    assert_true(some > 100);
}

static void filters_hold_for_words_too(void **state)
{
    (void)state;
    uint64_t random = 43;
    size_t hits = 0;
    for (int round = 0; round < 200; round++) {
        struct choice choice = choose(&random);
        search((struct search_query){.text = "đăng ký",
                                     .band = choice.band,
                                     .procedure = choice.procedure,
                                     .type = choice.type,
                                     .unit = choice.unit,
                                     .year_from = choice.year_from,
                                     .year_to = choice.year_to,
                                     .limit = PAPERS});
        choice.owner_id = NULL;
        for (size_t i = 0; i < PAPERS; i++)
            if (place_of(&papers[i]))
                assert_true(passes(&papers[i], &choice));
        hits += result.hit_count;
        arena_clear(scratch);
    }
    assert_true(hits > 100);
}

static void filters_take_words_of_names(void **state)
{
    (void)state;
    search((struct search_query){.procedure = "đăng ký lại kết hôn", .limit = PAPERS});
    size_t again = result.hit_count;
    assert_true(again > 10);
    for (size_t i = 0; i < again; i++)
        assert_string_equal(result.hits[i].procedure, "1.004746");
    search((struct search_query){.procedure = "ket hon", .limit = PAPERS});
    assert_true(result.hit_count > again);
    search((struct search_query){.procedure = "1.004746.000.00.00.H56", .limit = PAPERS});
    assert_int_equal(result.hit_count, again);
    search((struct search_query){.unit = "dong hoa", .limit = PAPERS});
    assert_true(result.hit_count > 10);
    for (size_t i = 0; i < result.hit_count; i++) /* not Đông Hoàng */
        assert_string_equal(result.hits[i].unit, "Xã Đông Hòa");
    search((struct search_query){.unit = "đông hóa"});
    assert_true(result.hit_count > 0); /* no such unit: the folded one */
    search((struct search_query){.unit = "nơi nào đó"});
    assert_int_equal(result.hit_count, 0);
    search((struct search_query){.type = "Khai sinh", .limit = PAPERS});
    assert_true(result.hit_count > 10);
    search((struct search_query){.owner = text_fold(scratch, value(&papers[5], FIELD_OWNER))});
    assert_true(place_of(&papers[5]) > 0);
}

static void an_unknown_band_is_refused_by_name(void **state)
{
    (void)state;
    struct search_query query = {.band = "2006"};
    assert_int_equal(index_search(index_, &query, scratch, &result, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "\"2006\""));
    assert_non_null(strstr(error.text, "2006-2015"));
}

static void procedure_and_band_narrow_together(void **state)
{
    (void)state;
    search((struct search_query){
        .text = "khai sinh", .procedure = "1.001193", .band = "2006-2015", .limit = PAPERS});
    size_t expected = 0;
    struct choice choice = {.procedure = "1.001193", .band = "2006-2015"};
    for (size_t i = 0; i < PAPERS; i++)
        expected += passes(&papers[i], &choice);
    assert_true(expected > 0);
    assert_int_equal(result.hit_count, expected);
    assert_int_equal(result.total, expected);
}

static void pages_of_results_do_not_overlap(void **state)
{
    (void)state;
    size_t seen = 0;
    for (int offset = 0; offset < PAPERS + 50; offset += 50) {
        search((struct search_query){.limit = 50, .offset = offset});
        assert_int_equal(result.total, PAPERS);
        seen += result.hit_count;
        const char *last = result.hit_count ? result.hits[result.hit_count - 1].document_id : "";
        search((struct search_query){.limit = 1, .offset = offset + 50});
        if (result.hit_count > 0)
            assert_string_not_equal(result.hits[0].document_id, last);
        arena_clear(scratch);
    }
    assert_int_equal(seen, PAPERS);
    search((struct search_query){0});
    assert_int_equal(result.hit_count, 10);
}

/* ---------------------------------------------------------------- edges */

/* Until forget, which undoes the last. */
static void put_listed(const char *batch, const char *date, const char *owner, const char *owner_id,
                       struct document_owner *more, size_t count)
{
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    struct made_paper paper = {0};
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    document_init(&paper.document, batch, "0001-1");
    paper.document.version = 1;
    paper.document.pages = &page;
    paper.document.page_count = 1;
    paper.document.fields[FIELD_DATE].value = date;
    paper.document.fields[FIELD_OWNER].value = owner;
    paper.document.fields[FIELD_OWNER_ID].value = owner_id;
    paper.document.fields[FIELD_BIRTH_DATE].value = "1960-02-03";
    paper.document.fields[FIELD_TYPE].value = "thu";
    paper.text[0] = "tờ giấy thử zyzzy";
    paper.document.owners = more;
    paper.document.owner_count = count;
    put(&paper);
}

static void put_dated(const char *batch, const char *date, const char *owner, const char *owner_id)
{
    put_listed(batch, date, owner, owner_id, NULL, 0);
}

static void forget(void)
{
    assert_int_equal(db_run(db, "ROLLBACK TO edge; RELEASE edge", &error), STATUS_OK);
}

static void everybody_in_a_list_is_found(void **state)
{
    (void)state;
    struct document_owner more[] = {{.name = "Kha Thị Nương", .id = "700000012"},
                                    {.name = "Kha Văn Xuyến"}};
    put_listed("list", "2018-11-16", "Kha Thị Tám", "700000011", more, 2);
    static const char *const texts[] = {"Kha Thị Tám", "Kha Thị Nương", "Kha Văn Xuyến",
                                        "700000011", "700000012"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        search_text(texts[i]);
        assert_true(result.hit_count >= 1);
        assert_string_equal(result.hits[0].owner, "Kha Thị Tám");
    }
    forget();
}

static const char *band_of_hit(const char *id_number)
{
    search_text(id_number);
    assert_int_equal(result.hit_count, 1);
    return result.hits[0].band;
}

static void the_last_day_of_a_band_is_in_it(void **state)
{
    (void)state;
    put_dated("edge-1", "1995-12-31", "Kha Thị Một", "700000001");
    put_dated("edge-2", "1996-01-01", "Kha Thị Hai", "700000002");
    put_dated("edge-3", NULL, "Kha Thị Ba", "700000003");
    put_dated("edge-4", "1998", "Kha Thị Bốn", "700000004");
    assert_string_equal(band_of_hit("700000001"), "den-1995");
    assert_string_equal(band_of_hit("700000002"), "1996-2005");
    assert_string_equal(band_of_hit("700000003"), BAND_UNKNOWN);
    assert_string_equal(band_of_hit("700000004"), "1996-2005");
    search((struct search_query){.text = "zyzzy", .band = "den-1995"});
    assert_int_equal(result.hit_count, 1);
    search((struct search_query){.type = "thu", .band = "1996-2005"});
    assert_int_equal(result.hit_count, 2);
    search((struct search_query){.type = "thu", .band = BAND_UNKNOWN});
    assert_int_equal(result.hit_count, 1);
    assert_null(result.hits[0].date);
    for (int i = 1; i <= 4; i++)
        forget();
}

static void refuses(struct search_query query, const char *words)
{
    assert_int_equal(index_search(index_, &query, scratch, &result, &error), STATUS_REJECT);
    if (!strstr(error.text, words))
        fail_msg("\"%s\" should say %s", error.text, words);
}

static void a_type_that_nobody_knows_is_refused_with_the_nearest(void **state)
{
    (void)state;
    refuses((struct search_query){.type = "khai sin"}, "khai_sinh");
    refuses((struct search_query){.type = "thu", .text = "zyzzy"}, "\"thu\"");
    put_dated("kind", "1990-01-01", "Kha Thị Bảy", "700000007");
    search((struct search_query){.type = "thu"}); /* in no configuration, but in the catalogue */
    assert_int_equal(result.hit_count, 1);
    forget();
    search((struct search_query){.type = "cai_chinh", .text = "zyzzy"}); /* known, none there */
    assert_int_equal(result.hit_count, 0);
}

static void negative_counts_are_refused(void **state)
{
    (void)state;
    refuses((struct search_query){.text = "khai sinh", .limit = -3}, "-3");
    refuses((struct search_query){.limit = 5, .offset = -1}, "-1");
}

/* The filter leaves few pages: all are read and ranked by words that stand apart. */
static void one_word_of_three_is_no_answer(void **state)
{
    (void)state;
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "mua lẻ tại chợ, người nhận ngọ, bui";
    document_init(&document, "one-word", "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_TYPE].value = "thu";
    struct entry entry = {&document, "2026/x/v1", &text, NULL};
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    assert_int_equal(catalog_put(index_, &entry, &error), STATUS_OK);
    search((struct search_query){.text = "le ngoc buoi", .type = "thu"});
    assert_int_equal(result.hit_count, 0);
    search((struct search_query){.text = "le cho buoi", .type = "thu"}); /* two of three are */
    assert_int_equal(result.hit_count, 1);
    forget();
}

static void put_text(const char *id, const char *text)
{
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    document_init(&document, id, "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    struct entry entry = {&document, id, &text, NULL};
    GOOD(catalog_put(index_, &entry, &error));
}

/* Three of four words in a row do not hide the paper that has all four apart. */
static void all_words_apart_are_found_behind_some_together(void **state)
{
    (void)state;
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    put_text("together", "khac quuat dinh tram theo nguoi");
    put_text("apart", "Quyết định về việc cấp kinh phí sửa chữa trạm bơm Cầu Gáo");
    search_text("quyết định trạm bơm");
    assert_true(result.hit_count >= 2);
    assert_string_equal(result.hits[0].path, "together");
    assert_string_equal(result.hits[1].path, "apart");
    search_text("qd tram bom");
    assert_true(result.hit_count >= 2);
    assert_string_equal(result.hits[1].path, "apart");
    forget();
}

/* "số" before a number and sign is what it is called. */
/* The end of a phrase that was misread is more than none; the other paper is the newer one. */
static void a_misread_end_stands_above_one_that_is_missing(void **state)
{
    (void)state;
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    put_text("b-misread", "tróng hông xiêm eu tru ctra dan, tsi xa");
    put_text("a-missing", "trồng hồng xiêm hành tỏi tại xã");
    search_text("trong hong xiem cu");
    assert_int_equal(result.hit_count, 2);
    assert_string_equal(result.hits[0].path, "b-misread");
    forget();
}

static void a_number_is_found_behind_its_label(void **state)
{
    (void)state;
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "v/v cấp kinh phí";
    document_init(&document, "labelled", "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    document.fields[FIELD_NUMBER].value = "987/QĐ-UBND";
    struct entry entry = {&document, "2026/n/v1", &text, NULL};
    GOOD(catalog_put(index_, &entry, &error));
    static const char *const typed[] = {"số 987/QĐ", "so 987/qd", "987/QĐ", "số: 987/QĐ"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        search_text(typed[i]);
        assert_int_equal(result.total, 1);
        assert_string_equal(result.hits[0].path, "2026/n/v1");
    }
    forget();
}

static void a_person_is_found_by_the_old_number_and_the_new(void **state)
{
    (void)state;
    put_dated("same-1", "1990-01-01", "Kha Thị Năm", "700000005");
    put_dated("same-2", "2020-01-01", "KHA THỊ NĂM", "070060000005");
    search_text("700000005");
    assert_int_equal(result.hit_count, 2);
    assert_true(result.hits[0].why == HIT_IDENTIFIER && result.hits[1].why == HIT_NAME);
    assert_string_equal(result.hits[1].owner_id, "070060000005");
    search_text("070060000005");
    assert_int_equal(result.hit_count, 2);
    forget();
    forget();
}

static void the_newest_version_stays(void **state)
{
    (void)state;
    struct made_paper old = papers[0];
    struct made_paper newer = papers[0];
    newer.document.version = 2;
    newer.text[0] = "bản mới qwertz";
    assert_int_equal(db_run(db, "SAVEPOINT edge", &error), STATUS_OK);
    put(&newer);
    put(&old);
    search_text("qwertz");
    assert_int_equal(place_of(&newer), 1);
    assert_int_equal(result.hits[0].version, 2);
    assert_int_equal(index_check(index_, &error), STATUS_OK);
    forget();
    search_text("qwertz");
    assert_int_equal(result.hit_count, 0);
    search((struct search_query){0});
    assert_int_equal(result.total, PAPERS);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    scratch = arena_new();
    GOOD(db_begin(db, &error));
    for (uint32_t i = 0; i < PAPERS; i++) {
        made_paper(1, i, (enum made_noise)(i % 3), arena, &papers[i]);
        struct entry entry = {&papers[i].document,
                              arena_printf(arena, "2026/%s/v1", papers[i].document.id),
                              papers[i].text, NULL};
        GOOD(catalog_put(index_, &entry, &error));
    }
    GOOD(db_commit(db, &error));
    return 0;
}

static int end(void **state)
{
    arena_free(scratch);
    return rig_end(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_with_marks),
        cmocka_unit_test(names_are_found_without_marks),
        cmocka_unit_test(names_are_found_in_any_order),
        cmocka_unit_test(a_name_with_a_wrong_letter_is_found_when_nobody_has_it),
        cmocka_unit_test(identifiers_are_found_first_and_alone),
        cmocka_unit_test(identifiers_in_the_text_are_found),
        cmocka_unit_test(absent_identifiers_are_not_found),
        cmocka_unit_test(numbers_are_found_however_separated),
        cmocka_unit_test(phrases_are_found_in_clean_text),
        cmocka_unit_test(phrases_are_found_through_light_noise),
        cmocka_unit_test(phrases_are_found_through_heavy_noise),
        cmocka_unit_test(quoted_phrases_are_whole),
        cmocka_unit_test(words_beside_a_phrase_neither_hide_nor_count),
        cmocka_unit_test(a_number_is_found_behind_its_label),
        cmocka_unit_test(a_misread_end_stands_above_one_that_is_missing),
        cmocka_unit_test(the_snippet_shows_the_hit),
        cmocka_unit_test(what_fits_better_comes_first),
        cmocka_unit_test(abbreviations_find_the_long_form),
        cmocka_unit_test(words_left_out_are_not_there),
        cmocka_unit_test(filters_equal_brute_force),
        cmocka_unit_test(filters_hold_for_words_too),
        cmocka_unit_test(filters_take_words_of_names),
        cmocka_unit_test(an_unknown_band_is_refused_by_name),
        cmocka_unit_test(procedure_and_band_narrow_together),
        cmocka_unit_test(pages_of_results_do_not_overlap),
        cmocka_unit_test(everybody_in_a_list_is_found),
        cmocka_unit_test(the_last_day_of_a_band_is_in_it),
        cmocka_unit_test(a_type_that_nobody_knows_is_refused_with_the_nearest),
        cmocka_unit_test(negative_counts_are_refused),
        cmocka_unit_test(one_word_of_three_is_no_answer),
        cmocka_unit_test(all_words_apart_are_found_behind_some_together),
        cmocka_unit_test(a_person_is_found_by_the_old_number_and_the_new),
        cmocka_unit_test(the_newest_version_stays),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
