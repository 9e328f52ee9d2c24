/* The first word of a name that stands alone in its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "ocr/surname.h"

static struct arena *arena;
static struct surnames *names;

static int start(void **state)
{
    (void)state;
    struct error error = {0};
    arena = arena_new();
    return surnames_open("config/language", &names, &error) == STATUS_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    surnames_close(names);
    arena_free(arena);
    return 0;
}

/* The first word was read with that confidence, the others surely. */
static struct line line_of(const char *text, double confidence)
{
    struct line line = {.words = arena_array(arena, 16, sizeof *line.words)};
    char *rest = NULL, *copy = arena_strdup(arena, text);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        line.words[line.word_count++] = (struct word){.text = word, .confidence = 0.97};
    line.words[0].confidence = confidence;
    return line;
}

static void a_hidden_family_name_is_doubted_and_offered(void **state)
{
    (void)state;
    static const struct {
        const char *read;
        double confidence;
        const char *first;
    } cases[] = {
        {"bùi Quốc Trường", 0.33, "Bùi"},      {"5õ Quang Bình", 0.40, "Võ"},
        {"yên Sỹ Thiện", 0.50, "Nguyễn"},      {"ần Minh Trường", 0.50, "Trần"},
        {"Đăng Khắc Thịnh", 0.90, "Đặng"},     {"NGUYÊN THỊ HOA", 0.70, "NGUYỄN"},
        {"phạm Thị Thanh Thoa", 0.60, "Phạm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line = line_of(cases[i].read, cases[i].confidence);
        const char *read = line.words[0].text;
        if (!surname_doubt(names, &line, arena))
            fail_msg("“%s” is not doubted", cases[i].read);
        assert_string_equal(line.words[0].text, read); /* no name is made likely */
        assert_null(line.words[0].changed);
        assert_string_equal(line.words[0].doubt, "reading");
        assert_string_equal(line.words[0].alternatives[0].text, cases[i].first);
    }
}

static void other_lines_stay(void **state)
{
    (void)state;
    static const struct {
        const char *read;
        double confidence;
    } cases[] = {
        {"Bùi Quốc Trường", 0.30},  /* it is one */
        {"Đăng Khắc Thịnh", 0.96},  /* surely read */
        {"Sơn Thành Đông", 0.90},   /* a place */
        {"ii Quốc Trường", 0.30},   /* nobody can tell */
        {"yên tâm công tác", 0.50}, /* no name */
        {"yên Thiện", 0.50},        /* too short to tell */
        {"NGUYỄN THỊ HOA", 0.50},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct line line = line_of(cases[i].read, cases[i].confidence);
        if (surname_doubt(names, &line, arena))
            fail_msg("“%s” is doubted", cases[i].read);
    }
}

/* One table serves a name in a line and the names of a paper. */
static void names_are_found_by_their_letters(void **state)
{
    (void)state;
    assert_string_equal(surname_of(names, "dinh")->spelled, "đinh");
    assert_string_equal(surname_of(names, "doan")->spelled, "đoàn doãn đoan");
    assert_true(surname_of(names, "nguyen")->share > 300);
    assert_null(surname_of(names, "quyen"));
    assert_null(surname_of(NULL, "nguyen"));
    assert_string_equal(surname_near(names, "nhuyen")->flat, "nguyen");
    assert_string_equal(surname_near(names, "guye")->flat, "nguyen"); /* two letters off */
    assert_string_equal(surname_near(names, "yham")->flat, "pham");
    assert_null(surname_near(names, "phat")); /* Phan, Pham: two */
    assert_null(surname_near(names, "mav"));  /* too short to tell */
}

static void a_damaged_table_is_told(void **state)
{
    (void)state;
    static const char *const rows[] = {"nguyễn\n", "nguyễn\tmany\n", "nguyễn\t0\n", "\t5\n", ""};
    char folder[] = "/tmp/sohoa-surname-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = file_join(arena, folder, "surnames.tsv");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error = {0};
        struct surnames *none = NULL;
        assert_int_equal(file_write(path, rows[i], strlen(rows[i]), &error), STATUS_OK);
        assert_int_equal(surnames_open(folder, &none, &error), STATUS_FATAL);
        assert_non_null(strstr(error.text, "surnames.tsv"));
        assert_null(none);
    }
    remove(path);
    rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_hidden_family_name_is_doubted_and_offered), TEST(other_lines_stay),
        TEST(names_are_found_by_their_letters), TEST(a_damaged_table_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
