/* What a person types is never a syntax error, and means what it looks like. */
#include "core/buffer.h"
#include "core/text.h"
#include "index/catalog/catalog.h"
#include "index/text/query.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

static struct abbreviations *abbreviations;

static const char *folded(const struct query_words *words)
{
    struct buffer out = {0};
    for (size_t i = 0; i < words->count; i++)
        buffer_printf(&out, "%s%s", i ? " " : "", words->at[i].folded);
    char *text = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return text;
}

static const struct query *parse(const char *text)
{
    return query_parse(text, abbreviations, NULL, arena);
}

static void words_are_words_in_any_case_and_marks(void **state)
{
    (void)state;
    const struct query *query = parse("  NGUYỄN văn  An ");
    assert_string_equal(folded(&query->words[0]), "nguyen van an");
    assert_true(query->words[0].marked);
    assert_false(parse("nguyen van an")->words[0].marked);
    assert_int_equal(parse("")->variant_count, 0);
    assert_int_equal(parse(NULL)->variant_count, 0);
    assert_int_equal(parse("?! - \" :")->variant_count, 0);
}

static void fields_take_their_value_and_no_more(void **state)
{
    (void)state;
    const struct query *query = parse("số:145/QĐ-UBND trợ cấp");
    assert_string_equal(query->numbers.at[0], "145-qdubnd");
    assert_string_equal(folded(&query->words[0]), "tro cap");
    query = parse("Tên: Nguyễn Thị Đào cccd : 079.083 001234 khai sinh");
    assert_string_equal(query->names.at[0], "Nguyễn Thị Đào");
    assert_string_equal(query->identifiers.at[0], "079083001234");
    assert_string_equal(folded(&query->words[0]), "khai sinh");
    query = parse("so: 145 /QĐ- UBND ten:\"Lê An\" nam:1998");
    assert_string_equal(query->numbers.at[0], "145-qdubnd");
    assert_string_equal(query->names.at[0], "Lê An");
    assert_int_equal(query->year, 1998);
    assert_int_equal(query->variant_count, 0);
    query = parse("số: 145 QĐ-UBND");
    assert_string_equal(query->numbers.at[0], "145-qdubnd");
    query = parse("ghi chú: abc");
    assert_string_equal(folded(&query->words[0]), "ghi chu abc");
    assert_int_equal(parse("số:")->numbers.count, 0);
    assert_string_equal(folded(&parse("cccd: không rõ")->words[0]), "khong ro");
}

static void a_type_ends_with_the_longest_name_that_is_known(void **state)
{
    static const char *const types[] = {"khai_sinh", "khai_sinh_ban_sao", "giay_khai_sinh", NULL};
    static const struct query_names names = {.types = types};
    static const struct {
        const char *text, *type, *words;
    } cases[] = {{"loại: khai sinh nguyễn văn an", "khai sinh", "nguyen van an"},
                 {"loai: Khai sinh bản sao an 1994", "Khai sinh bản sao", "an 1994"},
                 {"loại: giấy khai sinh", "giấy khai sinh", ""},
                 {"loại: khai_sinh an", "khai_sinh", "an"},
                 {"an loại: khai sinh bình -hoa", "khai sinh", "an binh"},
                 {"loại: khai", "khai", ""},
                 {"loại: chứng tử an", "chứng tử an", ""},
                 {"loại: \"khai sinh an\"", "khai sinh an", ""},
                 {"loại: khai sinhan", "khai sinhan", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct query *query = query_parse(cases[i].text, abbreviations, &names, arena);
        assert_string_equal(query->type, cases[i].type);
        assert_string_equal(folded(&query->words[0]), cases[i].words);
    }
    const struct query *dated =
        query_parse("loại: khai sinh an 12/3/1994", abbreviations, &names, arena);
    assert_string_equal(dated->born, "1994-03-12");
}

static void numbers_are_known_by_their_looks(void **state)
{
    (void)state;
    assert_string_equal(parse("079083001234")->seen_identifiers.at[0], "079083001234");
    assert_string_equal(parse("An 171 234 567")->seen_identifiers.at[0], "171234567");
    assert_string_equal(folded(&parse("An 079 083 001234")->words[0]), "an 079083001234");
    assert_int_equal(parse("12/05/1998")->seen_identifiers.count, 0);
    assert_string_equal(parse("145/QĐ-UBND")->seen_numbers.at[0], "145-qdubnd");
    assert_int_equal(parse("145 quyết định")->seen_numbers.count, 0);
}

static void a_bare_year_is_the_year_of_issue_first(void **state)
{
    (void)state;
    const struct query *query = parse("khai sinh 1998");
    assert_int_equal(query->seen_year, 1998);
    assert_string_equal(folded(&query->words[0]), "khai sinh 1998");
    query = query_without_year(query, abbreviations, arena);
    assert_int_equal(query->year, 1998);
    assert_string_equal(folded(&query->words[0]), "khai sinh");
    assert_int_equal(parse("từ 1998 đến 2005")->seen_year, 0);
    assert_int_equal(parse("ngày 12/05/1998")->seen_year, 0);
    assert_int_equal(parse("số nhà 4521")->seen_year, 0);
}

static void quotes_make_phrases_and_a_dash_leaves_out(void **state)
{
    (void)state;
    const struct query *query = parse("\"khai sinh\" -\"kết hôn\" -tử “trợ cấp” «xã hội");
    assert_int_equal(query->phrase_count, 3);
    assert_string_equal(folded(&query->phrases[0]), "khai sinh");
    assert_string_equal(folded(&query->phrases[1]), "tro cap");
    assert_string_equal(folded(&query->phrases[2]), "xa hoi");
    assert_int_equal(query->excluded_count, 2);
    assert_string_equal(folded(&query->excluded[0]), "ket hon");
    assert_string_equal(folded(&query->excluded[1]), "tu");
    query = parse("145/QĐ -UBND"); /* a blank that slipped in, no exclusion */
    assert_int_equal(query->excluded_count, 0);
    assert_int_equal(parse("a - b")->excluded_count, 0);
    assert_int_equal(parse("\"\" \"")->phrase_count, 0);
}

static void abbreviations_are_looked_for_both_ways(void **state)
{
    (void)state;
    const struct query *query = parse("UBND xã");
    assert_int_equal(query->variant_count, 2);
    assert_string_equal(folded(&query->words[1]), "uy ban nhan dan xa");
    query = parse("Ủy ban nhân dân xã");
    assert_int_equal(query->variant_count, 2);
    assert_string_equal(folded(&query->words[1]), "ubnd xa");
    assert_int_equal(parse("khai sinh")->variant_count, 1);
}

/* Runs the whole search; nothing may go wrong, whatever is typed. */
static void survives(const char *text)
{
    struct search_result result = {0};
    struct search_query query = {.text = text,
                                 .number = text,
                                 .owner = text,
                                 .owner_id = text,
                                 .unit = text,
                                 .procedure = text};
    struct arena *own = arena_new();
    if (index_search(index_, &(struct search_query){.text = text}, own, &result, &error) !=
        STATUS_OK)
        fail_msg("%s", error.text);
    if (index_search(index_, &query, own, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    query.type = text; /* of these only "khai sinh" is one; the others are refused */
    enum status status = index_search(index_, &query, own, &result, &error);
    bool known = !*text || strcmp(text_fold(own, text), "khai sinh") == 0;
    assert_int_equal(status, known ? STATUS_OK : STATUS_REJECT);
    arena_free(own);
}

static void hostile_text_is_only_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"",
                                        "\"\"\"",
                                        "'",
                                        "';DROP TABLE catalog_entry;--",
                                        "a AND",
                                        "OR",
                                        "NOT x",
                                        "NEAR(a b, 3)",
                                        "a NEAR b",
                                        "x*",
                                        "*",
                                        "^a",
                                        "text:a",
                                        "{a b}",
                                        "(a",
                                        "a)",
                                        "((((",
                                        "-",
                                        "--",
                                        "-\"",
                                        "-\"a",
                                        "+a",
                                        "a:b:c",
                                        ":::",
                                        "số:",
                                        "số:\"",
                                        "cccd:",
                                        "tên:",
                                        "tên:-",
                                        "tên:\"\"",
                                        "năm:0",
                                        "năm:99999999999999999999",
                                        "số:-/-/-",
                                        "%",
                                        "_",
                                        "\\",
                                        "\\0",
                                        "%s%n",
                                        "\x01\x02\x03",
                                        "a\x1b[31mb",
                                        "\xff\xfe",
                                        "\xc3",
                                        "\xf4\x90\x80\x80",
                                        "\xed\xa0\x80",
                                        "\xe2\x80\x8b",
                                        "\xef\xbb\xbfkhai",
                                        "ﬁ ｋｈａｉ",
                                        "😀 khai sinh 😀",
                                        "\t\r\n\v\f",
                                        "00000000000000000000000000000000",
                                        "-1",
                                        "1e999",
                                        "catalog_text",
                                        "rank:bm25",
                                        "\"a\" \"b\" \"c\" -\"d\" -e",
                                        ("số:1 số:2 số:3 số:4 số:5 số:6 số:7 số:8 số:9 số:1 số:2 "
                                         "số:3 số:4 số:5 số:6 số:7 số:8 số:9")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        survives(texts[i]);
}

static void ten_thousand_characters_are_survived(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",   "ắ",      "khai sinh ", "\"",
                                         "-a ", "1 ",     "số:",        "145/QĐ-",
                                         "1/",  "tên:a ", "\"a b\" ",   "012345678 "};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        struct buffer text = {0};
        while (text.size < 10000)
            buffer_text(&text, pieces[p]);
        survives((const char *)text.data);
        buffer_clear(&text);
    }
}

static void random_bytes_are_survived(void **state)
{
    (void)state;
    static const char likely[] = "\"-:/ 0129aAđĐsố";
    uint64_t random = 11;
    char text[200];
    for (int round = 0; round < 400; round++) {
        size_t size = made_random(&random, sizeof text - 1);
        for (size_t i = 0; i < size; i++)
            text[i] = made_random(&random, 2) ? likely[made_random(&random, sizeof likely - 1)]
                                              : (char)(1 + made_random(&random, 255));
        text[size] = 0;
        survives(text);
    }
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(abbreviations_read("config/abbreviations.tsv", arena, &abbreviations, &error));
    GOOD(db_begin(db, &error));
    for (uint32_t i = 0; i < 30; i++) {
        struct made_paper paper;
        made_paper(3, i, MADE_LIGHT, arena, &paper);
        struct entry entry = {&paper.document, "2026/x/v1", paper.text, NULL};
        GOOD(catalog_put(index_, &entry, &error));
    }
    GOOD(db_commit(db, &error));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_words_in_any_case_and_marks),
        cmocka_unit_test(fields_take_their_value_and_no_more),
        cmocka_unit_test(a_type_ends_with_the_longest_name_that_is_known),
        cmocka_unit_test(numbers_are_known_by_their_looks),
        cmocka_unit_test(a_bare_year_is_the_year_of_issue_first),
        cmocka_unit_test(quotes_make_phrases_and_a_dash_leaves_out),
        cmocka_unit_test(abbreviations_are_looked_for_both_ways),
        cmocka_unit_test(hostile_text_is_only_text),
        cmocka_unit_test(ten_thousand_characters_are_survived),
        cmocka_unit_test(random_bytes_are_survived),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
