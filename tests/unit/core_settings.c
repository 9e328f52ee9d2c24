/* Settings: what is written is what holds, and each mistake is told with its file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/message.h"
#include "core/settings.h"
#include "tests/scratch.h"

struct ocr {
    const char *model, *second, *path;
    int tries, policy, free;
    double share;
    bool deskew;
};

static const struct setting_row ocr_rows[] = {
    {"model", SETTING_TEXT, offsetof(struct ocr, model), "Vietnamese", 0, 0, NULL, ""},
    {"second", SETTING_TEXT, offsetof(struct ocr, second), "vie", 0, 0, "", ""},
    {"path", SETTING_PATH, offsetof(struct ocr, path), "", 0, 0, NULL, ""},
    {"tries", SETTING_INT, offsetof(struct ocr, tries), "3", 1, 10, NULL, ""},
    {"free", SETTING_INT, offsetof(struct ocr, free), "0", 0, 0, NULL, ""},
    {"share", SETTING_REAL, offsetof(struct ocr, share), "0.25", 0, 1, NULL, ""},
    {"deskew", SETTING_BOOL, offsetof(struct ocr, deskew), "yes", 0, 0, NULL, ""},
    {"policy", SETTING_CHOICE, offsetof(struct ocr, policy), "all", 0, 0, "doubtful|all|none", ""},
    SETTING_ROWS_END,
};

struct store {
    const char *root;
};

static const struct setting_row store_rows[] = {
    {"root", SETTING_PATH, offsetof(struct store, root), "store", 0, 0, NULL, ""},
    SETTING_ROWS_END,
};

static struct settings *settings;
static struct ocr ocr;
static struct store store;
static struct error error;

static const char *conf(const char *text)
{
    const char *path = file_join(arena, folder, "sohoa.conf");

    assert_int_equal(file_write(path, text, strlen(text), &error), STATUS_OK);
    error.text[0] = '\0';
    return path;
}

static void reads(const char *text)
{
    if (settings_read(settings, conf(text), &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void refuses(const char *text, int line, const char *words)
{
    const char *path = conf(text), *place = arena_printf(arena, "%s:%d: ", path, line);

    assert_int_equal(settings_read(settings, path, &error), STATUS_REJECT);
    if (strncmp(error.text, place, strlen(place)) != 0 || strstr(error.text, words) == NULL)
        fail_msg("wanted \"%s...%s\", got \"%s\"", place, words, error.text);
}

static void defaults_hold_before_anything_is_read(void **state)
{
    (void)state;
    assert_string_equal(ocr.model, "Vietnamese");
    assert_string_equal(ocr.path, "");
    assert_int_equal(ocr.tries, 3);
    assert_true(ocr.share > 0.249 && ocr.share < 0.251);
    assert_true(ocr.deskew);
    assert_int_equal(ocr.policy, 1);
    assert_string_equal(store.root, "store");
}

static void file_with_all_its_freedoms_is_read(void **state)
{
    (void)state;
    reads("\xEF\xBB\xBF# ghi chú\r\n; another\r\n\r\n[ ocr ]\r\n  model=Tiếng = Việt # 1 \r\n"
          "tries = 10\n\tshare\t=\t1\ndeskew = KHÔNG\npolicy = none\nfree = -2000000000\n"
          "path = models\n[store]\nroot = /srv/store\n[ocr]");
    assert_string_equal(ocr.model, "Tiếng = Việt # 1");
    assert_int_equal(ocr.tries, 10);
    assert_true(ocr.share > 0.99);
    assert_false(ocr.deskew);
    assert_int_equal(ocr.policy, 2);
    assert_int_equal(ocr.free, -2000000000);
    assert_string_equal(ocr.path, file_join(arena, folder, "models"));
    assert_string_equal(store.root, "/srv/store");
    reads("");
    reads("[ocr]\npath =\nsecond =\n");
    assert_string_equal(ocr.second, "");
    assert_string_equal(ocr.path, "");
}

static void yes_and_no_have_many_words(void **state)
{
    static const char *const yes[] = {"yes", "true", "on", "1", "có", "CÓ", "co\u0301"};
    static const char *const no[] = {"no", "false", "off", "0", "không", "Không"};
    (void)state;

    for (size_t i = 0; i < 6; i++) {
        reads(arena_printf(arena, "[ocr]\ndeskew = %s\n", yes[i]));
        assert_true(ocr.deskew);
        reads(arena_printf(arena, "[ocr]\ndeskew = %s\n", no[i]));
        assert_false(ocr.deskew);
    }
    reads(arena_printf(arena, "[ocr]\ndeskew = %s\n", yes[6]));
    assert_true(ocr.deskew);
}

static void unknown_names_are_told_with_the_nearest(void **state)
{
    (void)state;
    refuses("[ocr]\n\nmodl = x\n", 3, "did you mean \"model\"?");
    refuses("# x\n[orc]\nmodel = x\n", 3, "did you mean [ocr]?");
    refuses("[ocr]\nroot = x\n", 2, "it belongs to [store]");
    refuses("[ocr]\nzzzzzz = x\n", 2, "\"sohoa config\" lists");
    refuses("[entirely else]\na = x\n", 2, "\"sohoa config\" lists");
    refuses("[ocr]\nModel = x\n", 2, "did you mean \"model\"?");
}

static void wrong_types_and_limits_are_told(void **state)
{
    (void)state;
    refuses("[ocr]\nmodel =\n", 2, "cannot be empty");
    refuses("[ocr]\ntries = three\n", 2, "whole number from 1 to 10, not \"three\"");
    refuses("[ocr]\ntries = 11\n", 2, "from 1 to 10");
    refuses("[ocr]\ntries = 0\n", 2, "from 1 to 10");
    refuses("[ocr]\ntries = 2.5\n", 2, "whole number");
    refuses("[ocr]\ntries =\n", 2, "whole number");
    refuses("[ocr]\ntries = 99999999999999999999\n", 2, "from 1 to 10");
    refuses("[ocr]\nfree = 4294967297\n", 2, "whole number");
    refuses("[ocr]\nshare = 0,5\n", 2, "number from 0 to 1");
    refuses("[ocr]\nshare = 1.01\n", 2, "from 0 to 1");
    refuses("[ocr]\nshare = nan\n", 2, "number");
    refuses("[ocr]\nshare = 0x1\n", 2, "number");
    refuses("[ocr]\ndeskew = perhaps\n", 2, "yes or no, not \"perhaps\"");
    refuses("[ocr]\npolicy = some\n", 2, "one of doubtful|all|none, not \"some\"");
    refuses("[ocr]\npolicy = all|none\n", 2, "one of");
    refuses("[ocr]\npolicy = al\n", 2, "one of");
    assert_int_equal(ocr.policy, 1);
}

static void broken_lines_are_told(void **state)
{
    (void)state;
    refuses("model = x\n", 1, "before any [section]");
    refuses("[ocr]\nmodel\n", 2, "key = value");
    refuses("[ocr]\n= x\n", 2, "key = value");
    refuses("\n[ocr\n", 2, "[name]");
    refuses("[]\n", 1, "no name");
    refuses("[\n", 1, "[name]");
    refuses("[ocr]\nmodel = Ti\xEAng\n", 2, "not UTF-8");
    refuses("[ocr]\nmodel = a\ntries = 1\nmodel = b\n", 4, "in line 2 already");
}

static void absent_binary_and_huge_files_are_refused(void **state)
{
    const char *path = conf("");
    char *huge = memset(arena_alloc(arena, 5 << 20), '#', 5 << 20);
    (void)state;

    assert_int_equal(file_write(path, "[ocr]\0x", 7, &error), STATUS_OK);
    assert_int_equal(settings_read(settings, path, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "not a text file"));
    assert_int_equal(file_write(path, huge, 5 << 20, &error), STATUS_OK);
    assert_int_equal(settings_read(settings, path, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "too large"));
    assert_int_equal(settings_read(settings, file_join(arena, folder, "none"), &error),
                     STATUS_REJECT);
}

static void origin(void *context, const char *section, const struct setting_row *row,
                   const char *value, const char *from)
{
    char **text = context;

    *text = arena_printf(arena, "%s%s.%s=%s (%s)\n", *text, section, row->name, value, from);
}

static void later_sources_win_and_are_named(void **state)
{
    char *text = arena_strdup(arena, "");
    (void)state;

    reads("[ocr]\nmodel = file\ntries = 4\npolicy = none\n");
    setenv("SOHOA_OCR_TRIES", "5", 1);
    setenv("SOHOA_OCR_POLICY", "doubtful", 1);
    setenv("SOHOA_OCR_PATH", "here", 1);
    setenv("SOHOA_LANG", "en", 1); /* is no setting, and not one's business */
    assert_int_equal(settings_environment(settings, &error), STATUS_OK);
    assert_int_equal(settings_set(settings, "ocr.tries=6", &error), STATUS_OK);
    settings_each(settings, origin, &text);
    assert_string_equal(text, "ocr.model=file (sohoa.conf:2)\n"
                              "ocr.second=vie (default)\n"
                              "ocr.path=here (SOHOA_OCR_PATH)\n"
                              "ocr.tries=6 (--set)\n"
                              "ocr.free=0 (default)\n"
                              "ocr.share=0.25 (default)\n"
                              "ocr.deskew=yes (default)\n"
                              "ocr.policy=doubtful (SOHOA_OCR_POLICY)\n"
                              "store.root=store (default)\n");
    assert_int_equal(ocr.tries, 6);
    assert_int_equal(ocr.policy, 0);
}

static void environment_is_checked_like_a_file(void **state)
{
    (void)state;
    setenv("SOHOA_OCR_TRYS", "5", 1);
    assert_int_equal(settings_environment(settings, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "SOHOA_OCR_TRYS"));
    assert_non_null(strstr(error.text, "did you mean \"tries\"?"));
    unsetenv("SOHOA_OCR_TRYS");
    setenv("SOHOA_OCR_TRIES", "many", 1);
    assert_int_equal(settings_environment(settings, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "SOHOA_OCR_TRIES: "));
    setenv("SOHOA_OCR_TRIES", "2", 1);
    setenv("SOHOA_OCR_MODEL", "Ti\xEAng", 1);
    assert_int_equal(settings_environment(settings, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "UTF-8"));
}

static void assignments_are_checked_like_a_file(void **state)
{
    static const char *const wrong[] = {
        "",         "ocr",       "ocr.model",   "ocr=x",     "=",          "ocr.=x",
        ".model=x", "model=a.b", "orc.model=x", "ocr.mdl=x", "ocr.tries=x"};
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        error.text[0] = '\0';
        if (settings_set(settings, wrong[i], &error) != STATUS_REJECT || error.text[0] == '\0')
            fail_msg("--set %s is taken", wrong[i]);
    }
    assert_int_equal(settings_set(settings, "ocr.model=a=b.c", &error), STATUS_OK);
    assert_string_equal(ocr.model, "a=b.c");
}

static void nearest_name_is_within_half_its_length(void **state)
{
    static const char *const names[] = {"search", "scan", "status", NULL};
    static const char *const none[] = {NULL};
    (void)state;

    assert_string_equal(settings_nearest("serach", names), "search");
    assert_string_equal(settings_nearest("scna", names), "scan");
    assert_string_equal(settings_nearest("statsu", names), "status");
    assert_null(settings_nearest("help", names));
    assert_null(settings_nearest("", names));
    assert_null(settings_nearest("scan", none));
}

static enum status gather(void *context, const char *section, const char *key, const char *value,
                          int line, struct error *why)
{
    char **text = context;

    if (strcmp(key, "bad") == 0)
        return error_set(why, STATUS_REJECT, "is bad");
    *text = arena_printf(arena, "%s%s/%s=%s@%d ", *text, section, key, value, line);
    return STATUS_OK;
}

static void lists_keep_order_repeats_and_lines(void **state)
{
    char *text = arena_strdup(arena, "");
    const char *path = conf("[phase 1]\nband = a\n\nband = b\n[phase 2]\nband=c");
    (void)state;

    assert_int_equal(settings_parse(path, gather, &text, &error), STATUS_OK);
    assert_string_equal(text, "phase 1/band=a@2 phase 1/band=b@4 phase 2/band=c@6 ");
    path = conf("[x]\na = 1\nbad = 2\n");
    assert_int_equal(settings_parse(path, gather, &text, &error), STATUS_REJECT);
    assert_string_equal(error.text, arena_printf(arena, "%s:3: is bad", path));
}

static int set_up(void **state)
{
    static const char *const names[] = {"TRIES", "POLICY", "PATH", "MODEL", "TRYS"};

    if (scratch_open(state) != 0)
        return -1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(arena_printf(arena, "SOHOA_OCR_%s", names[i]));
    settings = settings_new();
    settings_add(settings, "ocr", ocr_rows, &ocr);
    settings_add(settings, "store", store_rows, &store);
    return 0;
}

static int tear_down(void **state)
{
    settings_free(settings);
    settings_free(NULL);
    return scratch_close(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults_hold_before_anything_is_read),
        TEST(file_with_all_its_freedoms_is_read),
        TEST(yes_and_no_have_many_words),
        TEST(unknown_names_are_told_with_the_nearest),
        TEST(wrong_types_and_limits_are_told),
        TEST(broken_lines_are_told),
        TEST(absent_binary_and_huge_files_are_refused),
        TEST(later_sources_win_and_are_named),
        TEST(environment_is_checked_like_a_file),
        TEST(assignments_are_checked_like_a_file),
        TEST(nearest_name_is_within_half_its_length),
        TEST(lists_keep_order_repeats_and_lines),
    };

    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
