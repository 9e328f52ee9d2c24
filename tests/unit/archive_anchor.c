/* Signed heads of the journal: a cut end and a journal written anew show by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive/anchor.h"
#include "core/file.h"
#include "tests/scratch.h"

static char *journal, *told;
static struct error error;
static struct archive_settings settings;
static struct signer *signer;

static const char *key_file(const char *name)
{
    return arena_printf(arena, "%s/keys/%s", folder, name);
}

static int make_keys(void **state)
{
    char *pass = NULL;
    if (scratch_open(state) != 0 || file_mkdirs(key_file(""), &error) != STATUS_OK ||
        archive_test_keys(key_file(""), "UBND xã Thử", &error) != STATUS_OK ||
        file_read(key_file("agency.pass"), 1000, arena, &pass, NULL, &error) != STATUS_OK)
        return 1;
    pass[strcspn(pass, "\n")] = '\0';
    settings =
        (struct archive_settings){.key = arena_printf(arena, "file:%s", key_file("agency.p12")),
                                  .certificate = "",
                                  .trust = key_file("ca.pem"),
                                  .pkcs11_module = "",
                                  .pin_command = "",
                                  .tsa = ""};
    return signer_open(&settings, pass, &signer, &error) == STATUS_OK ? 0 : 1;
}

static int drop_keys(void **state)
{
    signer_close(signer);
    return scratch_close(state);
}

static void fill(int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(journal_append(journal,
                                        &(struct journal_entry){"show", "document", NULL, NULL},
                                        &error),
                         STATUS_OK);
}

static const char *anchor_now(void)
{
    const char *path = NULL;
    assert_int_equal(anchor_make(&settings, signer, journal, arena, &path, &error), STATUS_OK);
    return path;
}

/* Two anchors, after 3 and after 6 more entries. */
static int start(void **state)
{
    static int count;
    (void)state;
    journal = arena_printf(arena, "%s/journal-%d", folder, count++);
    fill(3);
    if (!anchor_now())
        return 1;
    fill(5);
    if (!anchor_now())
        return 1;
    fill(1);
    return 0;
}

static void note(void *context, const char *place, const char *sentence)
{
    (void)context;
    told = arena_printf(arena, "%s%s %s\n", told, place, sentence);
}

static enum status check(struct anchor_report *report, const char *copies)
{
    told = arena_strdup(arena, "");
    const struct anchor_witness witness = {.copies = copies, .trust = settings.trust};
    return anchor_check(journal, &witness, report, note, NULL, &error);
}

static char *segment(void)
{
    char **names = NULL;
    size_t count = 0;
    assert_int_equal(file_list(journal, arena, &names, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (strstr(names[i], ".jsonl"))
            return file_join(arena, journal, names[i]);
    fail();
    return NULL;
}

static void anchors_hold_on_a_whole_journal(void **state)
{
    struct anchor_report report;
    char time[26];
    int64_t sequence = 0;
    (void)state;
    assert_int_equal(check(&report, NULL), STATUS_OK);
    assert_string_equal(told, "");
    assert_int_equal(report.anchors, 2);
    assert_int_equal(report.waiting, 2);
    assert_int_equal(report.covered, 9);
    assert_int_equal(report.behind, 2); /* the entry of the anchor itself, and one more */
    assert_true(anchor_last(journal, time, &sequence));
    assert_int_equal(sequence, 9);
}

static void nothing_new_makes_no_anchor(void **state)
{
    (void)state;
    assert_non_null(anchor_now());
    assert_null(anchor_now());
}

static void a_cut_end_is_found_by_the_anchor(void **state)
{
    struct anchor_report report;
    struct journal_summary summary;
    char *text = NULL;
    (void)state;
    assert_int_equal(file_read(segment(), 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    size_t size = (size_t)(strstr(text, "{\"seq\":8,") - text);
    assert_int_equal(file_write(segment(), text, size, &error), STATUS_OK);
    assert_int_equal(journal_read(journal, NULL, NULL, NULL, &summary, &error), STATUS_OK);
    assert_int_equal(check(&report, NULL), STATUS_REJECT);
    assert_non_null(strstr(told, "000000000009.json"));
    assert_non_null(strstr(told, "ends with entry 7"));
}

static void a_journal_written_anew_is_found_between_two_anchors(void **state)
{
    struct anchor_report report;
    struct journal_summary summary;
    char *text = NULL;
    (void)state;
    assert_int_equal(file_read(segment(), 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    size_t size = (size_t)(strstr(text, "{\"seq\":6,") - text);
    assert_int_equal(file_write(segment(), text, size, &error), STATUS_OK);
    fill(8); /* sound links, all of them */
    assert_int_equal(journal_read(journal, NULL, NULL, NULL, &summary, &error), STATUS_OK);
    assert_int_equal(check(&report, NULL), STATUS_REJECT);
    assert_non_null(strstr(told, "between the entries 4 and 9"));
}

static void removed_and_changed_anchors_are_found(void **state)
{
    struct anchor_report report;
    char *first = arena_printf(arena, "%s/anchors/000000000003.json", journal), *text = NULL;
    (void)state;
    assert_int_equal(file_read(first, 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    assert_int_equal(file_remove(first, &error), STATUS_OK);
    assert_int_equal(check(&report, NULL), STATUS_REJECT);
    assert_non_null(strstr(told, "000000000003.json The anchor that entry 4 speaks of is missing"));
    *strstr(text, "\"time\": \"2") = ' ';
    assert_int_equal(file_write(first, text, strlen(text), &error), STATUS_OK);
    assert_int_equal(check(&report, NULL), STATUS_REJECT);
}

/* Journal and anchors cut off together: only what lies elsewhere tells. */
static void copies_tell_what_was_cut_off_together(void **state)
{
    struct anchor_report report;
    const char *copies = arena_printf(arena, "%s-copies", journal);
    char *text = NULL;
    int copied = 0;
    (void)state;
    assert_int_equal(anchor_export(journal, copies, &copied, &error), STATUS_OK);
    assert_int_equal(copied, 4);
    assert_int_equal(anchor_export(journal, copies, &copied, &error), STATUS_OK);
    assert_int_equal(copied, 0);
    assert_int_equal(file_read(segment(), 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    size_t size = (size_t)(strstr(text, "{\"seq\":4,") - text);
    assert_int_equal(file_write(segment(), text, size, &error), STATUS_OK);
    assert_int_equal(file_remove_tree(file_join(arena, journal, "anchors"), &error), STATUS_OK);
    assert_int_equal(check(&report, NULL), STATUS_OK);
    assert_int_equal(check(&report, copies), STATUS_REJECT);
    assert_non_null(strstr(told, "cut off"));
}

static void a_broken_chain_is_not_signed(void **state)
{
    const char *path = NULL;
    char *text = NULL;
    (void)state;
    assert_int_equal(file_read(segment(), 1 << 20, arena, &text, NULL, &error), STATUS_OK);
    memcpy(strstr(text, "document"), "DOCUMENT", 8);
    assert_int_equal(file_write(segment(), text, strlen(text), &error), STATUS_OK);
    assert_int_equal(anchor_make(&settings, signer, journal, arena, &path, &error), STATUS_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(anchors_hold_on_a_whole_journal, start),
        cmocka_unit_test_setup(nothing_new_makes_no_anchor, start),
        cmocka_unit_test_setup(a_cut_end_is_found_by_the_anchor, start),
        cmocka_unit_test_setup(a_journal_written_anew_is_found_between_two_anchors, start),
        cmocka_unit_test_setup(removed_and_changed_anchors_are_found, start),
        cmocka_unit_test_setup(copies_tell_what_was_cut_off_together, start),
        cmocka_unit_test_setup(a_broken_chain_is_not_signed, start),
    };
    return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
