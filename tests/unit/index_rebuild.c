/* The catalogue is derived: made again from the packages it answers the same; what is broken is
 * noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "core/buffer.h"
#include "core/db.h"
#include "core/file.h"
#include "core/message.h"
#include "core/words.h"
#include "index/index.h"
#include "tests/made_papers.h"

enum { PAPERS = 24 };

static char folder[] = "/tmp/sohoa-rebuild-XXXXXX";
static struct arena *arena;
static struct roadmap roadmap;
static struct error error;
static const char *packages[PAPERS];
static struct made_paper papers[PAPERS];

/* Lines of blank-divided words, as the recogniser leaves them. */
static struct words words_of(const char *text)
{
    struct words words = {.width_px = 1654, .height_px = 2339, .dpi = 200, .engine = "made"};
    char *copy = arena_strdup(arena, text), *lines = NULL;
    words.lines = arena_array(arena, 400, sizeof *words.lines);
    for (char *line = strtok_r(copy, "\n", &lines); line && words.line_count < 400;
         line = strtok_r(NULL, "\n", &lines)) {
        struct line *out = &words.lines[words.line_count++];
        char *rest = NULL;
        out->words = arena_array(arena, 200, sizeof *out->words);
        for (char *word = strtok_r(line, " ", &rest); word && out->word_count < 200;
             word = strtok_r(NULL, " ", &rest))
            out->words[out->word_count++] = (struct word){.text = word, .confidence = 1};
    }
    return words;
}

static const char *write_package(const struct made_paper *paper)
{
    const char *package = arena_printf(arena, "%s/store/2026/%s/v%d", folder, paper->document.id,
                                       paper->document.version);
    assert_int_equal(file_mkdirs(arena_printf(arena, "%s/data/metadata/other", package), &error),
                     STATUS_OK);
    assert_int_equal(
        file_mkdirs(arena_printf(arena, "%s/data/representations/rep3/data", package), &error),
        STATUS_OK);
    assert_int_equal(
        document_write(&paper->document,
                       arena_printf(arena, "%s/data/metadata/other/document.json", package),
                       &error),
        STATUS_OK);
    for (size_t i = 0; i < paper->document.page_count; i++) {
        struct words words = words_of(paper->text[i]);
        assert_int_equal(
            words_write(&words,
                        arena_printf(arena, "%s/data/representations/rep3/data/%s.words.json",
                                     package, paper->document.pages[i].name),
                        &error),
            STATUS_OK);
    }
    return package;
}

static struct db *open_catalogue(const char *name, struct index **index)
{
    struct db *db = NULL;
    if (db_open(file_join(arena, folder, name), true, &db, &error) != STATUS_OK ||
        index_open(db, &roadmap, "config", index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return db;
}

static void take(struct index *index, const char *package)
{
    if (index_package(index, package, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void add_hits(struct index *index, struct search_query query, struct buffer *out)
{
    struct search_result result;
    if (index_search(index, &query, arena, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    buffer_printf(out, "%zu/%lld\n", result.hit_count, (long long)result.total);
    for (size_t i = 0; i < result.hit_count; i++)
        buffer_printf(out, "%s %s v%d %s %s %s %s %.6f %d %d %s\n", result.hits[i].document_id,
                      result.hits[i].path, result.hits[i].version, result.hits[i].owner,
                      result.hits[i].number, result.hits[i].band, result.hits[i].procedure_name,
                      result.hits[i].score, result.hits[i].why, result.hits[i].page,
                      result.hits[i].snippet);
}

/* Everything a catalogue answers to a set of questions. */
static char *answers(struct index *index)
{
    struct buffer out = {0};
    for (size_t i = 0; i < PAPERS; i++) {
        add_hits(index, (struct search_query){.text = papers[i].phrase}, &out);
        add_hits(index, (struct search_query){.text = papers[i].document.fields[FIELD_OWNER].value},
                 &out);
        add_hits(index,
                 (struct search_query){.text = papers[i].document.fields[FIELD_OWNER_ID].value},
                 &out);
    }
    add_hits(index, (struct search_query){.text = "đăng ký", .limit = 100}, &out);
    add_hits(index, (struct search_query){.limit = 100}, &out);
    char *text = arena_strdup(arena, (const char *)out.data);
    buffer_clear(&out);
    return text;
}

static void made_again_in_another_order_it_answers_the_same(void **state)
{
    (void)state;
    struct index *first = NULL, *second = NULL;
    struct db *one = open_catalogue("one.db", &first), *two = open_catalogue("two.db", &second);
    for (size_t i = 0; i < PAPERS; i++)
        take(first, packages[i]);
    for (size_t i = PAPERS; i-- > 0;) {
        take(second, packages[i]);
        if (i % 3 == 0) /* again, which changes nothing */
            take(second, packages[i]);
    }
    const char *before = answers(first);
    assert_non_null(strstr(before, "v1"));
    assert_string_equal(before, answers(second));
    assert_int_equal(index_check(first, &error), STATUS_OK);
    assert_int_equal(index_check(second, &error), STATUS_OK);
    index_close(first);
    index_close(second);
    db_close(one);
    db_close(two);
}

static void opened_again_it_answers_the_same(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("one.db", &index);
    const char *before = answers(index);
    index_close(index);
    /* made by an older tokenizer: the full text is made anew */
    assert_int_equal(
        db_run(db, "UPDATE catalog_meta SET value = 'old' WHERE key = 'tokens'", &error),
        STATUS_OK);
    db_close(db);
    db = open_catalogue("one.db", &index);
    assert_string_equal(before, answers(index));
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void looking_only_works_on_a_catalogue_that_is_there(void **state)
{
    (void)state;
    struct db *db = NULL;
    struct index *index = NULL;
    struct search_result result;
    assert_int_equal(db_open_readonly(file_join(arena, folder, "one.db"), &db, &error), STATUS_OK);
    if (index_open(db, &roadmap, "config", &index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    struct search_query query = {.text = papers[3].phrase};
    assert_int_equal(index_search(index, &query, arena, &result, &error), STATUS_OK);
    assert_string_equal(result.hits[0].document_id, papers[3].document.id);
    assert_int_not_equal(index_package(index, packages[0], &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void the_path_is_that_in_the_store(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("path.db", &index);
    struct search_result result;
    take(index, arena_printf(arena, "%s/", packages[0]));
    assert_int_equal(index_search(index, &(struct search_query){0}, arena, &result, &error),
                     STATUS_OK);
    assert_string_equal(result.hits[0].path,
                        arena_printf(arena, "2026/%s/v1", papers[0].document.id));
    index_close(index);
    db_close(db);
}

static void a_package_goes_in_with_the_callers_transaction(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("path.db", &index);
    struct search_result result;
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    take(index, packages[1]);
    db_rollback(db);
    assert_int_equal(index_search(index, &(struct search_query){0}, arena, &result, &error),
                     STATUS_OK);
    assert_int_equal(result.total, 1);
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void a_package_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("path.db", &index);
    assert_int_equal(index_package(index, "/nowhere/2026/x/v1", &error), STATUS_REJECT);
    assert_true(error.text[0]);
    struct made_paper paper;
    made_paper(77, 1, MADE_CLEAN, arena, &paper);
    const char *package = write_package(&paper);
    const char *words =
        arena_printf(arena, "%s/data/representations/rep3/data/0001-1.words.json", package);
    assert_int_equal(file_remove(words, &error), STATUS_OK);
    assert_int_equal(index_package(index, package, &error), STATUS_REJECT);
    assert_int_equal(file_write(words, "{\"lines\": 3", 11, &error), STATUS_OK);
    assert_int_equal(index_package(index, package, &error), STATUS_REJECT);
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void a_text_that_was_changed_behind_the_index_is_noticed(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("broken.db", &index);
    for (size_t i = 0; i < 4; i++)
        take(index, packages[i]);
    assert_int_equal(db_run(db, "UPDATE catalog_page SET text = 'khác' WHERE id = 1", &error),
                     STATUS_OK);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    assert_int_equal(db_run(db, "DELETE FROM catalog_page", &error), STATUS_OK);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "4 packages"));
    index_close(index);
    db_close(db);
}

/* All that can go wrong inside at once: text changed, rows that belong to nothing, tokens of
 * nothing. */
static void what_is_damaged_is_mended_and_answers_the_same(void **state)
{
    (void)state;
    struct index *index = NULL, *good = NULL;
    struct db *db = open_catalogue("mend.db", &index), *calm = open_catalogue("calm.db", &good);
    for (size_t i = 0; i < PAPERS; i++) {
        take(index, packages[i]);
        take(good, packages[i]);
    }
    static const char *const damages[] = {
        "UPDATE catalog_page SET text = 'khác' WHERE id % 3 = 1",
        "DELETE FROM catalog_page WHERE id % 5 = 2",
        "DELETE FROM catalog_entry WHERE id = 4",
        "INSERT INTO catalog_text (rowid, text) VALUES (9999, 'nobody')",
        "DELETE FROM catalog_names_data WHERE id > 10",
    };
    assert_int_equal(db_run(db, "PRAGMA foreign_keys = OFF", &error), STATUS_OK);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
        if (db_run(db, damages[i], &error) != STATUS_OK)
            fail_msg("%s: %s", damages[i], error.text);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    if (index_mend(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < PAPERS; i++)
        take(index, packages[i]);
    if (index_check(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_string_equal(answers(index), answers(good));
    index_close(index);
    index_close(good);
    db_close(db);
    db_close(calm);
}

static void a_newer_catalogue_is_left_alone(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = open_catalogue("newer.db", &index);
    index_close(index);
    assert_int_equal(
        db_run(db, "UPDATE catalog_meta SET value = '99' WHERE key = 'schema'", &error), STATUS_OK);
    assert_int_equal(index_open(db, &roadmap, "config", &index, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "99"));
    db_close(db);
}

static int begin(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    if (!mkdtemp(folder) ||
        roadmap_read("config/roadmap.conf", arena, &roadmap, &error) != STATUS_OK)
        return -1;
    for (uint32_t i = 0; i < PAPERS; i++) {
        made_paper(21, i, (enum made_noise)(i % 3), arena, &papers[i]);
        packages[i] = write_package(&papers[i]);
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_again_in_another_order_it_answers_the_same),
        cmocka_unit_test(opened_again_it_answers_the_same),
        cmocka_unit_test(looking_only_works_on_a_catalogue_that_is_there),
        cmocka_unit_test(the_path_is_that_in_the_store),
        cmocka_unit_test(a_package_goes_in_with_the_callers_transaction),
        cmocka_unit_test(a_package_that_cannot_be_read_is_refused),
        cmocka_unit_test(a_text_that_was_changed_behind_the_index_is_noticed),
        cmocka_unit_test(what_is_damaged_is_mended_and_answers_the_same),
        cmocka_unit_test(a_newer_catalogue_is_left_alone),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
