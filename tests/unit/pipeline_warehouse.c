/* Making and opening a warehouse; the shipped configuration and the rows say the same. */
#include "tests/unit/pipeline_bench.h"

#include <sys/stat.h>

#include "pipeline/share.h"

static const char *in_root(struct bench *bench, const char *name)
{
    return file_join(bench->arena, bench->root, name);
}

static void write_text(struct bench *bench, const char *path, const char *text)
{
    GOOD(file_write(path, text, strlen(text), &bench->error));
}

static void append_conf(struct bench *bench, const char *text)
{
    char *old = NULL;
    GOOD(file_read(in_root(bench, "sohoa.conf"), 1 << 20, bench->arena, &old, NULL, &bench->error));
    write_text(bench, in_root(bench, "sohoa.conf"), arena_printf(bench->arena, "%s%s", old, text));
}

static enum status open_again(struct bench *bench, const char *root, const char *const *set)
{
    struct warehouse warehouse;
    enum status status = warehouse_open(root, set, &warehouse, &bench->error);
    if (status == STATUS_OK)
        warehouse_close(&warehouse);
    return status;
}

/* ---------------------------------------------------------------- making */

static void new_warehouse_has_its_folders_and_files(void **state)
{
    struct bench *bench = *state;
    static const char *const folders[] = {"spool", "store", "keys", "log", "profiles"};
    static const char *const files[] = {"sohoa.conf", "roadmap.conf", "sohoa.db"};
    struct stat facts;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_true(file_is_folder(in_root(bench, folders[i])));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(file_exists(in_root(bench, files[i])));
    assert_int_equal(stat(in_root(bench, "keys"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_string_equal(bench->warehouse.archive.custodian, "UBND xã Thử Nghiệm");
}

static void warehouse_that_is_there_is_left_as_it_is(void **state)
{
    struct bench *bench = *state;
    char *text = NULL;
    append_conf(bench, "# a line of our own\n");
    GOOD(warehouse_create(bench->root, "Another agency", true, &bench->error));
    GOOD(
        file_read(in_root(bench, "sohoa.conf"), 1 << 20, bench->arena, &text, NULL, &bench->error));
    assert_non_null(strstr(text, "# a line of our own\n"));
    assert_null(strstr(text, "Another agency"));
    assert_false(file_exists(in_root(bench, "keys/agency.p12")));
}

static void folder_with_other_things_is_refused(void **state)
{
    struct bench *bench = *state;
    const char *home = file_join(bench->arena, bench->folder, "home");
    GOOD(file_mkdirs(home, &bench->error));
    write_text(bench, file_join(bench->arena, home, "letter.odt"), "x");
    assert_int_equal(warehouse_create(home, NULL, false, &bench->error), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "letter.odt"));
    assert_false(file_exists(file_join(bench->arena, home, "sohoa.conf")));
}

static void interrupted_making_goes_on(void **state)
{
    struct bench *bench = *state;
    GOOD(file_remove(in_root(bench, "sohoa.conf"), &bench->error));
    GOOD(file_remove(in_root(bench, "roadmap.conf"), &bench->error));
    GOOD(warehouse_create(bench->root, NULL, false, &bench->error));
    GOOD(open_again(bench, bench->root, NULL));
}

static void test_keys_are_found_wherever_the_warehouse_moves(void **state)
{
    struct bench *bench = *state;
    const char *first = file_join(bench->arena, bench->folder, "first");
    const char *second = file_join(bench->arena, bench->folder, "the second's");
    struct signer *signer = NULL;
    struct warehouse moved;
    GOOD(warehouse_create(first, "UBND xã Thử Nghiệm", true, &bench->error));
    GOOD(file_rename(first, second, &bench->error));
    GOOD(warehouse_open(second, NULL, &moved, &bench->error));
    GOOD(signer_open(&moved.archive, NULL, &signer, &bench->error));
    signer_close(signer);
    assert_true(file_exists(moved.archive.trust));
    warehouse_close(&moved);
}

/* ---------------------------------------------------------------- opening */

static void folder_that_is_none_is_told(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(open_again(bench, bench->folder, NULL), STATUS_FATAL);
    assert_non_null(strstr(bench->error.text, "sohoa init"));
    assert_int_equal(open_again(bench, "/there/is/none", NULL), STATUS_FATAL);
}

static void unknown_key_is_told_with_the_nearest(void **state)
{
    struct bench *bench = *state;
    append_conf(bench, "\n[pipeline]\njob = 5\n");
    assert_int_equal(open_again(bench, bench->root, NULL), STATUS_FATAL);
    assert_non_null(strstr(bench->error.text, "jobs"));
}

static void impossible_roadmap_is_told(void **state)
{
    struct bench *bench = *state;
    write_text(bench, in_root(bench, "roadmap.conf"),
               "[band all]\nfrom = -\nto = -\nphase = 1\ndeadline = 31/6/2025\n");
    assert_int_equal(open_again(bench, bench->root, NULL), STATUS_FATAL);
    assert_non_null(strstr(bench->error.text, "31/6/2025"));
}

static void assignment_wins_over_the_file(void **state)
{
    struct bench *bench = *state;
    struct warehouse warehouse;
    const char *const set[] = {"pipeline.jobs=7", "pipeline.review=none", NULL};
    GOOD(warehouse_open(bench->root, set, &warehouse, &bench->error));
    assert_int_equal(warehouse.pipeline.jobs, 7);
    assert_int_equal(warehouse.pipeline.review, REVIEW_NONE);
    warehouse_close(&warehouse);
    const char *const wrong[] = {"pipeline.jobs=lots", NULL};
    assert_int_equal(open_again(bench, bench->root, wrong), STATUS_FATAL);
}

static void without_a_warehouse_the_shipped_configuration_holds(void **state)
{
    struct bench *bench = *state;
    struct warehouse warehouse;
    GOOD(warehouse_open(NULL, NULL, &warehouse, &bench->error));
    assert_null(warehouse.root);
    assert_true(file_exists(file_join(bench->arena, warehouse.config, "roadmap.conf")));
    assert_true(warehouse.roadmap.band_count > 0);
    warehouse_close(&warehouse);
}

static void damaged_database_is_told_and_kept(void **state)
{
    struct bench *bench = *state;
    struct db *db = NULL;
    bench_close_db(bench);
    write_text(bench, in_root(bench, "sohoa.db"),
               "this is no database, but it is 64 bytes long or "
               "more, is it not? Yes.");
    assert_int_equal(warehouse_db(&bench->warehouse, &db, &bench->error), STATUS_FATAL);
    assert_null(db);
    assert_true(file_size(in_root(bench, "sohoa.db")) > 60);
}

/* ---------------------------------------------------------------- config/sohoa.conf */

struct shipped {
    struct bench *bench;
    int keys;
    char seen[256][64];
};

static enum status note_key(void *context, const char *section, const char *key, const char *value,
                            int line, struct error *error)
{
    struct shipped *shipped = context;
    (void)line;
    (void)error;
    assert_true(shipped->keys < 256);
    snprintf(shipped->seen[shipped->keys++], 64, "%.20s.%.20s=%.20s", section, key, value);
    return STATUS_OK;
}

struct compare {
    struct shipped *shipped;
    int at;
};

static void same_row(void *context, const char *section, const struct setting_row *row,
                     const char *value, const char *origin)
{
    struct compare *compare = context;
    char expected[64];
    (void)value;
    (void)origin;
    snprintf(expected, sizeof expected, "%.20s.%.20s=%.20s", section, row->name, row->otherwise);
    assert_true(compare->at < compare->shipped->keys);
    assert_string_equal(compare->shipped->seen[compare->at], expected);
    compare->at++;
}

static void shipped_file_holds_every_row_with_its_default(void **state)
{
    struct bench *bench = *state;
    struct shipped shipped = {.bench = bench};
    struct compare compare = {&shipped, 0};
    const char *path = file_join(bench->arena, share_config(bench->arena), "sohoa.conf");
    GOOD(settings_parse(path, note_key, &shipped, &bench->error));
    settings_each(bench->warehouse.settings, same_row, &compare);
    assert_int_equal(compare.at, shipped.keys);
}

/* "# what the row is for (its limits)", in Vietnamese: the offices that read it do. */
static const char *comment_of(struct arena *arena, const struct setting_row *row)
{
    const char *help = message(row->help);
    if (row->kind == SETTING_BOOL)
        return arena_printf(arena, "# %s (yes|no)", help);
    if (row->kind == SETTING_CHOICE)
        return arena_printf(arena, "# %s (%s)", help, row->choices);
    if (row->low < row->high)
        return arena_printf(arena, "# %s (%.10g đến %.10g)", help, row->low, row->high);
    return arena_printf(arena, "# %s", help);
}

struct reading {
    struct arena *arena;
    const char *text;
};

static void stands_under_its_help(void *context, const char *section, const struct setting_row *row,
                                  const char *value, const char *origin)
{
    struct reading *reading = context;
    const char *lines =
        arena_printf(reading->arena, "\n%s\n%s =%s%s\n", comment_of(reading->arena, row), row->name,
                     *row->otherwise ? " " : "", row->otherwise);
    (void)value;
    (void)origin;
    if (!strstr(reading->text, lines))
        print_error("config/sohoa.conf, [%s], lacks:%s", section, lines);
    assert_non_null(strstr(reading->text, lines));
}

static void shipped_file_explains_every_row_in_vietnamese(void **state)
{
    struct bench *bench = *state;
    const char *path = file_join(bench->arena, share_config(bench->arena), "sohoa.conf");
    char *text = NULL;
    GOOD(file_read(path, 1 << 20, bench->arena, &text, NULL, &bench->error));
    message_use("vi");
    settings_each(bench->warehouse.settings, stands_under_its_help,
                  &(struct reading){bench->arena, text});
    message_use(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(new_warehouse_has_its_folders_and_files),
        TEST(warehouse_that_is_there_is_left_as_it_is),
        TEST(folder_with_other_things_is_refused),
        TEST(interrupted_making_goes_on),
        TEST(test_keys_are_found_wherever_the_warehouse_moves),
        TEST(folder_that_is_none_is_told),
        TEST(unknown_key_is_told_with_the_nearest),
        TEST(impossible_roadmap_is_told),
        TEST(assignment_wins_over_the_file),
        TEST(without_a_warehouse_the_shipped_configuration_holds),
        TEST(damaged_database_is_told_and_kept),
        TEST(shipped_file_holds_every_row_with_its_default),
        TEST(shipped_file_explains_every_row_in_vietnamese),
    };
    return cmocka_run_group_tests_name("pipeline_warehouse", tests, NULL, NULL);
}
