/* Versions of a package: what they share, what is refused, what describes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive/package/bag.h"
#include "archive/package/mets_read.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/package.h"
#include "tests/scratch.h"

#define ID "0f7afa41-1814-8ac9-b699-0337870134c8"
#define NOW "2026-11-22T14:05:09+07:00"
#define LATER "2027-01-05T08:00:00+07:00"
#define CONFIG "config"

static struct document document;
static struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
static struct store_item items[4];
static const char *store;

static void must(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s", error->text);
}

static void spill(const char *path, const char *text)
{
    struct error error = {""};
    must(file_write(path, text, strlen(text), &error), &error);
}

static int set_up(void **state)
{
    struct error error = {""};
    if (scratch_open(state) != 0)
        return -1;
    setenv("SOHOA_NOW", NOW, 1);
    store = in("store");
    document = (struct document){.version = 1,
                                 .batch = "20261122T140509-3fa9",
                                 .custodian = "UBND xã <Đông> & Sơn",
                                 .fonds = "H30.81",
                                 .retention = "01",
                                 .access = "3",
                                 .scanned_at = NOW,
                                 .signed_at = NOW,
                                 .pages = &page,
                                 .page_count = 1};
    strcpy(document.id, ID);
    for (int i = 0; i < FIELD_COUNT; i++)
        document.fields[i].page = -1;
    spill(in("document.pdf"), "%PDF first");
    spill(in("master.tif"), "master");
    must(document_write(&document, in("document.json"), &error), &error);
    struct event event = {.type = EVENT_STORING, .at = NOW, .agent = EVENT_SOHOA};
    must(event_append(folder, ID, &event, &error), &error);
    items[0] = (struct store_item){in("document.pdf"), package_part(PACKAGE_PDF)};
    items[1] = (struct store_item){in("document.json"), package_part(PACKAGE_DOCUMENT)};
    items[2] = (struct store_item){in("master.tif"),
                                   package_page(PACKAGE_MASTER, "0001-1.scan.tif", arena)};
    items[3] = (struct store_item){in("events.jsonl"), package_part(PACKAGE_EVENTS)};
    return 0;
}

static const char *put(void)
{
    const char *path = NULL;
    struct error error = {""};
    must(store_package(store, CONFIG, &document, items, 4, arena, &path, &error), &error);
    return path;
}

static enum status revise(const char *package, const char **path, struct error *error)
{
    struct event event = {.type = "timestamp",
                          .at = LATER,
                          .agent = "http://tsa.test",
                          .outcome = "success",
                          .object = package_part(PACKAGE_PDF)};
    struct store_item pdf = {in("second.pdf"), package_part(PACKAGE_PDF)};
    spill(in("second.pdf"), "%PDF first and a time-stamp");
    return store_revise(store, CONFIG, package, NULL, "time-stamp", &pdf, 1, &event, 1, arena, path,
                        error);
}

static ino_t inode(const char *package, const char *path)
{
    struct stat about;
    assert_int_equal(stat(package_path(arena, package, path), &about), 0);
    return about.st_ino;
}

static int fault_count;
static void count_fault(void *context, const char *sentence)
{
    (void)context;
    fault_count++;
    print_message("# %s\n", sentence);
}

static int faults(const char *package)
{
    struct bag_report report;
    struct error error = {""};
    fault_count = 0;
    must(bag_check(package, &report, count_fault, NULL, &error), &error);
    return fault_count;
}

/* ---------------------------------------------------------------- versions */

static void a_new_version_shares_what_did_not_change(void **state)
{
    struct error error = {""};
    struct document read;
    const char *first = put(), *second = NULL;
    (void)state;
    must(revise(first, &second, &error), &error);
    assert_string_equal(second, in("store/2026/" ID "/v2"));
    assert_true(inode(first, items[2].to) == inode(second, items[2].to));
    assert_false(inode(first, package_part(PACKAGE_PDF)) ==
                 inode(second, package_part(PACKAGE_PDF)));
    assert_int_equal(faults(first), 0);
    assert_int_equal(faults(second), 0);
    must(document_read(package_part_path(arena, second, PACKAGE_DOCUMENT), arena, &read, &error),
         &error);
    assert_int_equal(read.version, 2);
    assert_string_equal(read.supersedes, ID "/v1");
    assert_string_equal(read.reason, "time-stamp");
    assert_false(file_exists(in("store/.revising-" ID "-v2")));
}

static void its_events_are_those_of_before_and_the_new_ones(void **state)
{
    struct error error = {""};
    struct event *events = NULL;
    size_t count = 0;
    const char *first = put(), *second = NULL;
    (void)state;
    must(revise(first, &second, &error), &error);
    must(event_read(package_part_path(arena, second, PACKAGE_EVENTS), arena, &events, &count,
                    &error),
         &error);
    assert_int_equal(count, 2);
    assert_string_equal(events[0].type, EVENT_STORING);
    assert_string_equal(events[1].type, "timestamp");
}

static void damage_is_not_carried_into_a_new_version(void **state)
{
    struct error error = {""};
    const char *first = put(), *second = NULL;
    (void)state;
    spill(package_path(arena, first, items[2].to), "mastex");
    assert_int_equal(revise(first, &second, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "not what its manifest says"));
    assert_false(file_exists(in("store/2026/" ID "/v2")));
}

static void a_removed_version_leaves_the_other_whole(void **state)
{
    struct error error = {""};
    const char *first = put(), *second = NULL;
    (void)state;
    must(revise(first, &second, &error), &error);
    must(file_remove_tree(first, &error), &error);
    assert_int_equal(faults(second), 0);
}

static void an_interrupted_revision_is_done_again(void **state)
{
    struct error error = {""};
    const char *first = put(), *second = NULL;
    (void)state;
    must(file_mkdirs(in("store/.revising-" ID "-v2"), &error), &error);
    must(file_mkdirs(in("store/.building-" ID "-v2/data/x"), &error), &error);
    assert_int_equal(
        link(package_path(arena, first, items[2].to), in("store/.building-" ID "-v2/data/x/half")),
        0);
    must(revise(first, &second, &error), &error);
    assert_int_equal(faults(first), 0);
    assert_int_equal(faults(second), 0);
}

/* ---------------------------------------------------------------- the description */

static void the_same_content_is_described_the_same(void **state)
{
    const char *first = put();
    size_t size = 0;
    struct error error = {""};
    char *before = NULL, *after = NULL;
    (void)state;
    must(file_read(file_join(arena, first, BAG_MANIFEST), 1 << 20, arena, &before, &size, &error),
         &error);
    setenv("SOHOA_NOW", LATER, 1);
    assert_string_equal(put(), first); /* there already, the same */
    must(file_remove_tree(first, &error), &error);
    put();
    must(file_read(file_join(arena, first, BAG_MANIFEST), 1 << 20, arena, &after, &size, &error),
         &error);
    assert_string_equal(before, after);
}

static void mets_names_every_file_with_its_hash(void **state)
{
    struct mets mets;
    struct error error = {""};
    const char *package = put();
    size_t found = 0;
    char hash[HASH_HEX_SIZE];
    (void)state;
    must(mets_read(package_part_path(arena, package, PACKAGE_METS), arena, &mets, &error), &error);
    assert_string_equal(mets.objid, "urn:H30.81:uuid:0F7AFA41-1814-8AC9-B699-0337870134C8");
    assert_string_equal(mets.type, "AIP");
    for (size_t i = 0; i < mets.count; i++) {
        const char *path = package_path(arena, package, mets.entries[i].path);
        must(hash_file(path, hash, &error), &error);
        assert_string_equal(hash, mets.entries[i].checksum);
        assert_int_equal(file_size(path), mets.entries[i].bytes);
        found += strcmp(mets.entries[i].path, package_part(PACKAGE_PREMIS)) == 0 ||
                 strcmp(mets.entries[i].path, package_part(PACKAGE_EAD)) == 0;
    }
    assert_int_equal(found, 2);
}

static void a_fonds_that_cannot_stand_in_a_name_is_refused(void **state)
{
    static const char *const codes[] = {"a b", "a/b", "a:b", "phông"};
    struct error error = {""};
    const char *path = NULL;
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        document.fonds = codes[i];
        assert_int_equal(store_package(store, CONFIG, &document, items, 4, arena, &path, &error),
                         STATUS_FATAL);
    }
}

static void a_mapping_that_is_wrong_is_named_with_its_line(void **state)
{
    struct error error = {""};
    const char *path = NULL;
    (void)state;
    must(file_mkdirs(in("config"), &error), &error);
    spill(in("config/package.tsv"), "# x\nmets\tprofile\tx\nnonsense\n");
    assert_int_equal(store_package(store, in("config"), &document, items, 4, arena, &path, &error),
                     STATUS_FATAL);
    assert_non_null(strstr(error.text, "package.tsv:3"));
    assert_int_equal(store_package(store, in("none"), &document, items, 4, arena, &path, &error),
                     STATUS_FATAL);
}

static void doubtful_xml_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "<a", "<mets xmlns='http://www.loc.gov/METS/'/>", "<a/>",
        "<!DOCTYPE m [<!ENTITY a 'x'>]><mets xmlns='http://www.loc.gov/METS/' OBJID='&a;'/>"};
    struct mets mets;
    struct error error = {""};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        spill(in("METS.xml"), texts[i]);
        assert_int_equal(mets_read(in("METS.xml"), arena, &mets, &error), STATUS_REJECT);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_close)
    const struct CMUnitTest tests[] = {
        TEST(a_new_version_shares_what_did_not_change),
        TEST(its_events_are_those_of_before_and_the_new_ones),
        TEST(damage_is_not_carried_into_a_new_version),
        TEST(a_removed_version_leaves_the_other_whole),
        TEST(an_interrupted_revision_is_done_again),
        TEST(the_same_content_is_described_the_same),
        TEST(mets_names_every_file_with_its_hash),
        TEST(a_fonds_that_cannot_stand_in_a_name_is_refused),
        TEST(a_mapping_that_is_wrong_is_named_with_its_line),
        TEST(doubtful_xml_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
