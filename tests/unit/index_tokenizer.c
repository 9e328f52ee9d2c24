/* Tokens: what is the same to a reader is the same token, whatever typing and recognition did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buffer.h"
#include "core/db.h"
#include "core/file.h"
#include "core/message.h"
#include "index/number.h"
#include "index/text/token.h"
#include "index/text/tokenizer.h"
#include "tests/made_papers.h"

static struct syllables *table;
static struct tokens tokens;
static struct arena *arena;
static struct error error;

/* Tokens of text joined by blanks; joins in brackets behind the token they begin at. */
static const char *cut(const char *text)
{
    struct buffer out = {0};
    size_t join = 0;
    tokens_cut(table, text, strlen(text), &tokens);
    for (size_t i = 0; i < tokens.count; i++) {
        buffer_printf(&out, "%s%s", i ? " " : "", tokens.at[i].syllable->folded);
        for (; join < tokens.join_count && tokens.joins[join].first == i; join++)
            buffer_printf(&out, "[%s]", tokens.joins[join].syllable->folded);
    }
    char *list = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return list;
}

static void syllables_are_folded(void **state)
{
    (void)state;
    assert_string_equal(cut("Ủy ban nhân dân xã ĐÔNG HÒA"), "uy ban nhan dan xa dong hoa");
    assert_string_equal(cut("Đổi mới, đổi-mới; (ĐỔI) \"mới\"!"), "doi moi doi moi doi moi");
    assert_string_equal(cut(""), "");
    assert_string_equal(cut(" \n.,;-/&@ "), "");
}

static void both_tone_placements_are_one_token_another_tone_is_not(void **state)
{
    (void)state;
    cut("hoà hòa HÒA hóa");
    assert_string_equal(tokens.at[0].syllable->exact, tokens.at[1].syllable->exact);
    assert_string_equal(tokens.at[0].syllable->exact, tokens.at[2].syllable->exact);
    assert_string_not_equal(tokens.at[0].syllable->exact, tokens.at[3].syllable->exact);
    assert_true(tokens.at[0].syllable->marked);
}

static void decomposed_letters_are_the_same_as_composed(void **state)
{
    (void)state;
    assert_string_equal(cut("đo\xCC\x82\xCC\x89i mo\xCC\x9B\xCC\x81i"), "doi moi");
    assert_string_equal(tokens.at[1].syllable->exact, "mơi2");
}

static void signs_read_for_letters_do_not_split_a_word(void **state)
{
    (void)state;
    assert_string_equal(cut("hi\xC2\xA2n ng\xE2\x82\xACn \xC2\xA7inh t@i"), "hicn ngen sinh tai");
    assert_string_equal(cut("\xC3\x90"
                            "ông \xC3\xB0"
                            "ang"),
                        "dong dang"); /* Ð, ð for Đ, đ */
    assert_string_equal(cut("A & B"), "a b");
}

static void identifiers_in_groups_are_found_whole(void **state)
{
    (void)state;
    assert_non_null(strstr(cut("CCCD 079.083.001234."), "079[079083001234]"));
    assert_non_null(strstr(cut("079 083 001 234"), "[079083001234]"));
    assert_non_null(strstr(cut("CMND: 171 234 567 cấp"), "[171234567]"));
    assert_string_equal(cut("079083001234"), "079083001234");
    assert_non_null(strstr(cut("sinh 12/05/1998"), "12[12051998]"));
    assert_null(strstr(cut("12 tháng 05 năm 1998"), "["));
}

static void letters_in_a_long_number_are_digits(void **state)
{
    (void)state;
    assert_string_equal(cut("O79O83OO1234"), "079083001234");
    assert_string_equal(cut("0l2345678901"), "012345678901");
    assert_string_equal(cut("BOILO8"), "boilo8"); /* mostly letters: a word */
}

static void numbers_with_signs_are_found_by_parts_and_whole(void **state)
{
    (void)state;
    assert_string_equal(cut("Số: 145/QĐ-UBND ngày"), "so 145[145-qdubnd] qd ubnd ngay");
    assert_non_null(strstr(cut("145 /QĐ- UBND"), "[145-qdubnd]"));
    assert_non_null(strstr(cut("145/QĐ UBND"), "[145-qdubnd]"));
    assert_non_null(strstr(cut("12/2020/NĐ-CP"), "[12-2020-ndcp]"));
    assert_non_null(strstr(cut("145QĐ-UBND"), "[145-qdubnd]"));
}

static void number_keys_do_not_depend_on_separators(void **state)
{
    (void)state;
    static const char *const same[] = {"145/QĐ-UBND",  "145/qd-ubnd",     "145 /QĐ UBND.",
                                       "0145/QĐ–UBND", "Số: 145/QĐ-UBND", "145QĐUBND"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(number_key(arena, same[i]), "145-qdubnd");
    assert_string_equal(number_key(arena, "12/2020/QĐ-UBND"), "12-2020-qdubnd");
    assert_string_equal(number_key(arena, "05/2006"), "5-2006");
    assert_string_equal(number_key(arena, "0/0"), "0-0");
    assert_string_equal(number_key(arena, " --- "), "");
    assert_string_equal(number_key(arena, NULL), "");
}

static void skeletons_keep_consonants_only(void **state)
{
    (void)state;
    static const char *const same[][2] = {{"đường", "duong"}, {"đường", "Pudng"}, {"nghĩa", "ngia"},
                                          {"kết", "cét"},     {"sinh", "5inh"},   {"lê", "1ê"},
                                          {"từ", "tr"}};
    static const char *const other[][2] = {
        {"khai", "hai"}, {"sinh", "sin"}, {"trần", "tần"}, {"ban", "bang"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        cut(arena_printf(arena, "%s %s", same[i][0], same[i][1]));
        assert_string_equal(tokens.at[0].syllable->skeleton, tokens.at[1].syllable->skeleton);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        cut(arena_printf(arena, "%s %s", other[i][0], other[i][1]));
        assert_string_not_equal(tokens.at[0].syllable->skeleton, tokens.at[1].syllable->skeleton);
    }
}

/* As bytes they are as different, and none is read as a sign of the question. */
static void skeletons_are_a_byte_each(void **state)
{
    (void)state;
    static const char *const onsets[] = {"",  "b",  "c",  "d",  "g",  "h",  "l",  "m",
                                         "n", "ng", "nh", "kh", "ch", "ph", "qu", "r",
                                         "s", "t",  "th", "tr", "v",  "x"};
    static const char *const codas[] = {"", "c", "ch", "m", "n", "ng", "nh", "p", "t"};
    bool met[256] = {false};
    char skeleton[3];
    size_t count = 0;
    for (size_t i = 0; i < sizeof onsets / sizeof *onsets; i++)
        for (size_t j = 0; j < sizeof codas / sizeof *codas; j++) {
            skeleton_of(arena_printf(arena, "%sa%s", onsets[i], codas[j]), false, skeleton);
            unsigned char byte = skeleton_pack(skeleton);
            assert_true(byte >= 0x30 && !met[byte]);
            met[byte] = true;
            count++;
        }
    skeleton_of("12", true, skeleton);
    assert_true(skeleton_pack(skeleton) >= 0x30 && !met[skeleton_pack(skeleton)]);
    assert_true(skeleton_pack("") >= 0x30 && !met[skeleton_pack("")]);
    assert_int_not_equal(skeleton_pack(skeleton), skeleton_pack(""));
    assert_int_equal(count, 22 * 9);
}

static void places_are_those_of_the_text(void **state)
{
    (void)state;
    const char *text = "  Ủy ban, nhân/dân 12ha";
    static const char *const words[] = {"Ủy", "ban", "nhân", "dân", "12", "ha"};
    cut(text);
    assert_int_equal(tokens.count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_memory_equal(text + tokens.at[i].start, words[i], strlen(words[i]));
}

static void any_bytes_give_tokens_within_the_text(void **state)
{
    (void)state;
    uint64_t random = 7;
    char bytes[300];
    for (int round = 0; round < 500; round++) {
        size_t size = made_random(&random, sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(made_random(&random, 3) ? 0x80 + made_random(&random, 0x80)
                                                      : 1 + made_random(&random, 0x7F));
        tokens_cut(table, bytes, size, &tokens);
        for (size_t i = 0; i < tokens.count; i++) {
            assert_true(tokens.at[i].start < tokens.at[i].end && tokens.at[i].end <= size);
            assert_true(i == 0 || tokens.at[i].start >= tokens.at[i - 1].end);
            assert_true(tokens.at[i].syllable->folded[0]);
        }
    }
}

static void a_run_without_end_is_cut_into_pieces(void **state)
{
    (void)state;
    char text[5001];
    memset(text, 'a', 5000);
    text[5000] = 0;
    cut(text);
    assert_int_equal(tokens.count, 5000 / TOKEN_CHARS);
    for (size_t i = 0; i < tokens.count; i++)
        assert_int_equal(strlen(tokens.at[i].syllable->folded), TOKEN_CHARS);
}

static void the_table_knows_each_spelling_once(void **state)
{
    (void)state;
    struct syllables *own = syllables_new(NULL);
    char text[64];
    for (int i = 0; i < 20000; i++) {
        snprintf(text, sizeof text, "x%dy dân x%dy", i % 5000, i % 5000);
        tokens_cut(own, text, strlen(text), &tokens);
        assert_ptr_equal(tokens.at[0].syllable, tokens.at[2].syllable);
    }
    assert_int_equal(tokens.at[0].syllable->id, 5000); /* the last of 5001 */
    syllables_trim(own, 5001);
    tokens_cut(own, "x0y", 3, &tokens);
    assert_int_equal(tokens.at[0].syllable->id, 0);
    tokens_cut(own, "mới", strlen("mới"), &tokens);
    assert_int_equal(tokens.at[0].syllable->id, 5001);
    assert_true(syllables_trim(own, 5000)); /* what was asked for once goes */
    assert_true(syllables_count(own) < 5000);
    tokens_cut(own, "dân", strlen("dân"), &tokens);
    size_t kept = syllables_count(own);
    assert_true(tokens.at[0].syllable->id < kept); /* in all of the texts: it was not made anew */
    tokens_cut(own, "mới", strlen("mới"), &tokens);
    assert_int_equal(tokens.at[0].syllable->id, kept);
    syllables_free(own);
}

static const char *told(struct syllables *own, const char *raw)
{
    const char *forms[REPAIRS];
    const struct syllable *one = syllables_intern(own, raw, strlen(raw), false);
    size_t count = syllables_repair(own, one, forms);
    return arena_printf(arena, "%s %s %s %s %d%d%d %s %zu", one->folded, one->exact, one->read,
                        one->skeleton, one->known, one->marked, one->beyond, count ? forms[0] : "",
                        count);
}

/* A third of the spellings asked for twice, each with all its forms: kept they say what they said.
 */
static void what_is_kept_of_the_table_is_the_same(void **state)
{
    (void)state;
    static const char *const raws[] = {"Đường", "dudmg", "HÀ", "nguy¢n", "tr", "Trần", "xyzzy",
                                       "té",    "ngµy",  "1ê", "UBND",   "ộ",  "dân",  "1994"};
    enum { RAWS = sizeof raws / sizeof *raws };
    struct channel *channel = NULL;
    const char *before[RAWS];
    assert_int_equal(channel_read("config/language", &channel, &error), STATUS_OK);
    struct syllables *own = syllables_new(channel);
    for (size_t i = 0; i < RAWS; i++)
        before[i] = told(own, raws[i]);
    for (size_t i = 0; i < RAWS; i += 3)
        told(own, raws[i]);
    assert_true(syllables_trim(own, RAWS - 1));
    assert_int_equal(syllables_count(own), (RAWS + 2) / 3);
    for (size_t i = 0; i < RAWS; i++)
        assert_string_equal(told(own, raws[i]), before[i]);
    assert_int_equal(syllables_count(own), RAWS);
    assert_false(syllables_trim(own, RAWS));
    syllables_free(own);
    channel_release(channel);
}

/* How many rows of a table with this tokenizer match. */
static int64_t matches(struct db *db, const char *match)
{
    struct db_query *query = NULL;
    assert_int_equal(db_prepare(db, "SELECT count(*) FROM t WHERE t MATCH ?", &query, &error),
                     STATUS_OK);
    db_bind_text(query, 1, match);
    assert_int_equal(db_step(query, &error), STATUS_OK);
    int64_t count = db_int(query, 0);
    db_finish(query);
    return count;
}

static void full_text_finds_what_the_tokenizer_made(void **state)
{
    (void)state;
    struct db *db = NULL;
    char path[] = "/tmp/sohoa-tokens-XXXXXX";
    assert_non_null(mkdtemp(path));
    assert_int_equal(db_open(file_join(arena, path, "t.db"), true, &db, &error), STATUS_OK);
    assert_int_equal(tokenizer_register(db, NULL, &error), STATUS_OK);
    assert_int_equal(db_run(db,
                            "CREATE VIRTUAL TABLE t USING fts5(x, detail=none,"
                            " tokenize='sohoa text');"
                            "INSERT INTO t VALUES ('Số 145/QĐ-UBND Đông Hoà 079.083.001234')",
                            &error),
                     STATUS_OK);
    assert_int_equal(matches(db, "\"dong\" AND \"hoa\" AND \"qd\""), 1);
    assert_int_equal(matches(db, "\"145-qdubnd\""), 1);
    assert_int_equal(matches(db, "\"079083001234\""), 1);
    assert_int_equal(matches(db, "\"hoang\""), 0);
    assert_int_not_equal(
        db_run(db, "CREATE VIRTUAL TABLE u USING fts5(x, tokenize='sohoa what')", NULL), STATUS_OK);
    db_close(db);
    file_remove_tree(path, NULL);
}

static int begin(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    table = syllables_new(NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    syllables_free(table);
    tokens_clear(&tokens);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syllables_are_folded),
        cmocka_unit_test(both_tone_placements_are_one_token_another_tone_is_not),
        cmocka_unit_test(decomposed_letters_are_the_same_as_composed),
        cmocka_unit_test(signs_read_for_letters_do_not_split_a_word),
        cmocka_unit_test(identifiers_in_groups_are_found_whole),
        cmocka_unit_test(letters_in_a_long_number_are_digits),
        cmocka_unit_test(numbers_with_signs_are_found_by_parts_and_whole),
        cmocka_unit_test(number_keys_do_not_depend_on_separators),
        cmocka_unit_test(skeletons_keep_consonants_only),
        cmocka_unit_test(skeletons_are_a_byte_each),
        cmocka_unit_test(places_are_those_of_the_text),
        cmocka_unit_test(any_bytes_give_tokens_within_the_text),
        cmocka_unit_test(a_run_without_end_is_cut_into_pieces),
        cmocka_unit_test(the_table_knows_each_spelling_once),
        cmocka_unit_test(what_is_kept_of_the_table_is_the_same),
        cmocka_unit_test(full_text_finds_what_the_tokenizer_made),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
