#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/package/bag.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/package.h"
#include "tests/scratch.h"

#define NOW "2026-11-22T14:05:09+07:00"
#define ID "b0000000-1111-8222-9333-444444444444"

/* A signed document of one page, ready to be stored, and the store; made anew for each test. */
static struct document document;
static struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
static struct store_item items[3];
static const char *store, *trust;

static enum status give_page(void *context, size_t index, struct arena *memory,
                             struct archive_page *out, struct error *error)
{
    (void)index;
    (void)memory;
    (void)error;
    *out = (struct archive_page){.image_path = context};
    return STATUS_OK;
}

static void must(enum status status, const struct error *error)
{
    if (status != STATUS_OK)
        fail_msg("%s: %s", status_name(status), error->text);
}

static void make_master(const char *path)
{
    struct image image = {0};
    struct error error = {""};
    struct image_tags tags = {.description = "page"};
    image_init(&image, 200, 280, 1, 8);
    image.dpi_x = image.dpi_y = 50;
    for (int y = 0; y < 280; y++)
        for (int x = 0; x < 200; x++)
            image.data[(size_t)y * image.stride + (size_t)x] =
                (uint8_t)(y > 150 && y % 9 < 3 && x > 20 && x < 180 ? 20 : 250);
    must(image_write_tiff(&image, path, &tags, &error), &error);
    image_clear(&image);
}

static void make_document(void)
{
    document = (struct document){.version = 1,
                                 .batch = "20261122T140509-3fa9",
                                 .box_code = "H1",
                                 .shelf = "K1",
                                 .custodian = "UBND xã Đông Sơn",
                                 .operator_name = "an",
                                 .scanned_at = NOW,
                                 .approved_by = "policy",
                                 .approved_at = NOW,
                                 .signed_at = NOW,
                                 .pages = &page,
                                 .page_count = 1};
    strcpy(document.id, ID);
    for (int i = 0; i < FIELD_COUNT; i++)
        document.fields[i].page = -1;
}

static void make_pdf(const char *master, const char *pdf)
{
    struct archive_settings settings = {
        .custodian = "UBND xã Đông Sơn",
        .copy_form = "SAO Y",
        .key = arena_printf(arena, "file:%s/agency.p12", in("keys")),
        .certificate = "",
        .pin_command = arena_printf(arena, "cat %s/agency.pass", in("keys")),
        .font = "",
        .icc = "",
        .jpeg_quality = 85};
    struct archive_source source = {.page_count = 1, .page = give_page, .context = (void *)master};
    struct archive_report report;
    struct signer *signer = NULL;
    struct error error = {""};
    must(archive_build(&settings, ARCHIVE_PDFA_2U, true, &document, &source, in("plain.pdf"),
                       &report, &error),
         &error);
    must(signer_open(&settings, NULL, &signer, &error), &error);
    must(archive_sign(signer, in("plain.pdf"), pdf, &error), &error);
    signer_close(signer);
}

static int set_up(void **state)
{
    struct error error = {""};
    if (scratch_open(state) != 0)
        return -1;
    store = in("store");
    trust = in("keys/ca.pem");
    must(archive_test_keys(in("keys"), "UBND xã Đông Sơn", &error), &error);
    make_document();
    make_master(in("0001-1.scan.tif"));
    make_pdf(in("0001-1.scan.tif"), in("document.pdf"));
    must(document_write(&document, in("document.json"), &error), &error);
    items[0] = (struct store_item){in("document.pdf"), "representations/rep1/data/document.pdf"};
    items[1] = (struct store_item){in("document.json"), "metadata/other/document.json"};
    items[2] =
        (struct store_item){in("0001-1.scan.tif"), "representations/rep2/data/0001-1.scan.tif"};
    return 0;
}

/* Three items, seven files that describe them, four tag files. */
#define FILES 14

static const char *put(void)
{
    const char *path = NULL;
    struct error error = {""};
    must(store_package(store, "config", &document, items, 3, arena, &path, &error), &error);
    return path;
}

struct told {
    int count;
    char first[600];
    char all[8000];
};

static void hear(void *context, const char *path, const char *sentence)
{
    struct told *told = context;
    if (told->count++ == 0)
        snprintf(told->first, sizeof told->first, "%s: %s", path, sentence);
    size_t size = strlen(told->all);
    snprintf(told->all + size, sizeof told->all - size, "%s: %s\n", path, sentence);
}

static int faults(const char *path, struct told *told, struct store_verdict *verdict)
{
    struct error error = {""};
    memset(told, 0, sizeof *told);
    enum status status = store_verify(path, &(struct archive_trust){.own = trust}, verdict, hear,
                                      NULL, told, &error);
    assert_int_equal(status, verdict->faults ? STATUS_REJECT : STATUS_OK);
    assert_int_equal(told->count, verdict->faults);
    return verdict->faults;
}

static void finds(const char *path, const char *words)
{
    struct told told;
    struct store_verdict verdict;
    assert_true(faults(path, &told, &verdict) > 0);
    if (!strstr(told.all, words))
        fail_msg("\"%s\" does not say \"%s\"", told.all, words);
}

static char *slurp(const char *path, size_t *size)
{
    struct error error = {""};
    char *bytes = NULL;
    must(file_read(path, 1 << 24, arena, &bytes, size, &error), &error);
    return bytes;
}

static void spill(const char *path, const char *bytes, size_t size)
{
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(bytes, 1, size, to), size);
    assert_int_equal(fclose(to), 0);
}

/* ---------------------------------------------------------------- putting */

static void a_stored_package_is_whole(void **state)
{
    struct told told;
    struct store_verdict verdict;
    (void)state;
    const char *path = put();
    assert_string_equal(path, in("store/2026/" ID "/v1"));
    if (faults(store, &told, &verdict))
        fail_msg("%s", told.first);
    assert_int_equal(verdict.packages, 1);
    assert_int_equal(verdict.files, FILES);
    assert_int_equal(verdict.signed_documents, 1);
    assert_int_equal(verdict.unsigned_documents, 0);
    assert_int_equal(verdict.untrusted, 0);
    assert_true(verdict.bytes > file_size(in("document.pdf")));
    assert_int_equal(faults(path, &told, &verdict), 0);
    assert_int_equal(faults(arena_printf(arena, "%s/", path), &told, &verdict), 0);
}

static void a_bag_has_the_files_of_rfc_8493(void **state)
{
    size_t size = 0;
    (void)state;
    const char *path = put();
    assert_string_equal(slurp(file_join(arena, path, "bagit.txt"), &size),
                        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    char *info = slurp(file_join(arena, path, "bag-info.txt"), &size);
    assert_non_null(strstr(info, "Bagging-Date: 2026-11-22\n"));
    assert_non_null(strstr(info, "External-Identifier: " ID "/v1\n"));
    assert_non_null(strstr(info, "Payload-Oxum: "));
    char *manifest = slurp(file_join(arena, path, "manifest-sha256.txt"), &size);
    char hash[HASH_HEX_SIZE];
    struct error error;
    must(hash_file(items[2].from, hash, &error), &error);
    assert_non_null(
        strstr(manifest,
               arena_printf(arena, "%s  data/representations/rep2/data/0001-1.scan.tif\n", hash)));
}

static void putting_again_changes_nothing(void **state)
{
    size_t before = 0, after = 0;
    (void)state;
    const char *path = put();
    char *first = slurp(file_join(arena, path, "tagmanifest-sha256.txt"), &before);
    setenv("SOHOA_NOW", "2027-01-01T00:00:00+07:00", 1);
    assert_string_equal(put(), path);
    setenv("SOHOA_NOW", NOW, 1);
    char *second = slurp(file_join(arena, path, "tagmanifest-sha256.txt"), &after);
    assert_int_equal(before, after);
    assert_memory_equal(first, second, before);
}

static void other_content_under_the_same_version_is_refused(void **state)
{
    const char *path = NULL;
    struct error error = {""};
    struct told told;
    struct store_verdict verdict;
    (void)state;
    put();
    FILE *to = fopen(items[1].from, "ab");
    fputs("\n", to);
    fclose(to);
    assert_int_equal(store_package(store, "config", &document, items, 3, arena, &path, &error),
                     STATUS_REJECT);
    assert_non_null(strstr(error.text, "already with other content"));
    assert_int_equal(store_package(store, "config", &document, items, 2, arena, &path, &error),
                     STATUS_REJECT);
    assert_int_equal(faults(store, &told, &verdict), 0);
}

static void what_an_interrupted_run_left_is_cleared(void **state)
{
    struct told told;
    struct store_verdict verdict;
    struct error error;
    (void)state;
    must(file_mkdirs(in("store/.building-" ID "-v1/data/representations/rep2/data"), &error),
         &error);
    spill(in("store/.building-" ID "-v1/data/representations/rep2/data/half.tif"), "half", 4);
    spill(in("store/.building-" ID "-v1/manifest-sha256.txt.part"), "x", 1);
    put();
    assert_int_equal(faults(store, &told, &verdict), 0);
    assert_int_equal(verdict.files, FILES);
    assert_false(file_exists(in("store/.building-" ID "-v1")));
}

static void a_new_version_stands_beside_the_old(void **state)
{
    struct told told;
    struct store_verdict verdict;
    struct error error = {""};
    const char *first = put(), *found = NULL;
    (void)state;
    document.version = 2;
    document.supersedes = ID "/v1";
    document.reason = "sửa số";
    must(document_write(&document, items[1].from, &error), &error);
    const char *second = put();
    assert_string_equal(second, in("store/2026/" ID "/v2"));
    must(store_find(store, ID, 0, arena, &found, &error), &error);
    assert_string_equal(found, second);
    must(store_find(store, ID, 1, arena, &found, &error), &error);
    assert_string_equal(found, first);
    assert_int_equal(store_find(store, ID, 3, arena, &found, &error), STATUS_REJECT);
    assert_int_equal(store_find(store, "../../etc", 0, arena, &found, &error), STATUS_REJECT);
    assert_int_equal(faults(store, &told, &verdict), 0);
    assert_int_equal(verdict.packages, 2);
    must(file_remove_tree(first, &error), &error);
    finds(store, "Of 2 versions only 1");
}

static void hostile_names_are_refused(void **state)
{
    static const char *const names[] = {"../x", "/etc/passwd", "a//b", "a/./b", "a/../b",
                                        "",     "a\nb",        "a\rb", "a\\b",  "~root",
                                        "c:x",  "\xff\xfe",    "a/",   "a\x7f", "a%0Ab"};
    const char *path = NULL;
    struct error error = {""};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct store_item one = {items[0].from, names[i]};
        assert_int_equal(store_package(store, "config", &document, &one, 1, arena, &path, &error),
                         STATUS_FATAL);
    }
    struct store_item twice[2] = {items[0], items[0]};
    assert_int_equal(store_package(store, "config", &document, twice, 2, arena, &path, &error),
                     STATUS_FATAL);
    assert_int_equal(store_package(store, "config", &document, items, 0, arena, &path, &error),
                     STATUS_FATAL);
    strcpy(document.id, "../../../x");
    assert_int_equal(store_package(store, "config", &document, items, 3, arena, &path, &error),
                     STATUS_FATAL);
    assert_false(file_exists(store));
}

static void a_missing_source_leaves_nothing(void **state)
{
    const char *path = NULL;
    struct error error = {""};
    (void)state;
    items[2].from = in("none.tif");
    assert_int_equal(store_package(store, "config", &document, items, 3, arena, &path, &error),
                     STATUS_REJECT);
    assert_false(file_exists(in("store/2026/" ID)));
}

/* ---------------------------------------------------------------- tampering */

struct file_list {
    char **names;
    size_t count, room;
};

static enum status note(void *context, const char *relative, struct error *error)
{
    struct file_list *list = context;
    (void)error;
    assert_true(list->count < list->room);
    list->names[list->count++] = arena_strdup(arena, relative);
    return STATUS_OK;
}

/* 1,000 random places: half of them over all bytes, half over all files alike, so that the small
 * ones get their share. */
static void a_byte_changed_anywhere_is_found(void **state)
{
    struct file_list list = {.room = 20};
    struct told told;
    struct store_verdict verdict;
    struct error error;
    (void)state;
    const char *path = put();
    list.names = arena_array(arena, list.room, sizeof *list.names);
    must(file_walk(path, note, &list, &error), &error);
    const size_t files = FILES;
    assert_int_equal(list.count, files);
    unsigned seed = 20261122;
    int64_t all = 0;
    for (size_t i = 0; i < files; i++)
        all += file_size(file_join(arena, path, list.names[i]));
    for (int round = 0; round < 1000; round++) {
        size_t size = 0, which = (size_t)round / 2 % files;
        if (round % 2 == 0) { /* the file that holds a random byte of the whole package */
            int64_t left = rand_r(&seed) % all;
            for (which = 0; left >= file_size(file_join(arena, path, list.names[which])); which++)
                left -= file_size(file_join(arena, path, list.names[which]));
        }
        const char *file = file_join(arena, path, list.names[which]);
        char *bytes = slurp(file, &size);
        size_t at = (size_t)rand_r(&seed) % size;
        char change = (char)(1 + rand_r(&seed) % 255);
        bytes[at] = (char)(bytes[at] ^ change);
        spill(file, bytes, size);
        if (faults(path, &told, &verdict) == 0)
            fail_msg("byte %zu of %s, changed by %02x, was not found", at, file, change & 0xFF);
        bytes[at] = (char)(bytes[at] ^ change);
        spill(file, bytes, size);
    }
    assert_int_equal(faults(path, &told, &verdict), 0);
}

static void a_file_cut_short_is_found(void **state)
{
    struct file_list list = {.room = 20};
    struct told told;
    struct store_verdict verdict;
    struct error error;
    (void)state;
    const char *path = put();
    list.names = arena_array(arena, list.room, sizeof *list.names);
    must(file_walk(path, note, &list, &error), &error);
    for (size_t i = 0; i < list.count; i++) {
        size_t size = 0;
        const char *file = file_join(arena, path, list.names[i]);
        char *bytes = slurp(file, &size);
        spill(file, bytes, size - 1);
        assert_true(faults(path, &told, &verdict) > 0);
        spill(file, bytes, 0);
        assert_true(faults(path, &told, &verdict) > 0);
        assert_int_equal(unlink(file), 0);
        assert_true(faults(path, &told, &verdict) > 0);
        spill(file, bytes, size);
    }
    assert_int_equal(faults(path, &told, &verdict), 0);
}

static void missing_and_extra_files_are_named(void **state)
{
    (void)state;
    const char *path = put();
    spill(file_join(arena, path, "data/note.txt"), "x", 1);
    finds(path, "data/note.txt is extra");
    unlink(file_join(arena, path, "data/note.txt"));
    spill(file_join(arena, path, "note.txt"), "x", 1);
    finds(path, "note.txt is extra");
    unlink(file_join(arena, path, "note.txt"));
    assert_int_equal(symlink("/etc/passwd", file_join(arena, path, "data/link")), 0);
    finds(path, "data/link is no ordinary file");
    unlink(file_join(arena, path, "data/link"));
    assert_int_equal(mkfifo(file_join(arena, path, "data/pipe"), 0600), 0);
    finds(path, "data/pipe is no ordinary file");
    unlink(file_join(arena, path, "data/pipe"));
    unlink(file_join(arena, path, "data/representations/rep2/data/0001-1.scan.tif"));
    finds(path, "data/representations/rep2/data/0001-1.scan.tif is missing");
}

static void a_pipe_in_place_of_a_file_does_not_hang(void **state)
{
    static const char *const names[] = {"bagit.txt", "manifest-sha256.txt",
                                        "data/metadata/other/document.json",
                                        "data/representations/rep1/data/document.pdf"};
    (void)state;
    const char *path = put();
    for (size_t i = 0; i < 4; i++) {
        const char *file = file_join(arena, path, names[i]);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(mkfifo(file, 0600), 0);
        finds(path, "no ordinary file");
    }
}

/* Somebody who edits a file and all sums with it: what the sums cannot show, the content does. */
static void reseal(const char *path)
{
    struct file_list list = {.room = 20};
    struct error error;
    struct bag_file payload[20];
    size_t count = 0;
    struct bag_info info = {.identifier = ID "/v1"};
    list.names = arena_array(arena, list.room, sizeof *list.names);
    must(file_walk(file_join(arena, path, "data"), note, &list, &error), &error);
    for (size_t i = 0; i < list.count; i++) {
        payload[count].path = arena_printf(arena, "data/%s", list.names[i]);
        const char *file = file_join(arena, path, payload[count].path);
        must(hash_file(file, payload[count].hash, &error), &error);
        payload[count++].bytes = file_size(file);
    }
    bag_sort(payload, count);
    must(bag_write(path, payload, count, &info, &error), &error);
}

static void a_resealed_package_is_judged_by_its_content(void **state)
{
    struct error error;
    struct told told;
    struct store_verdict verdict;
    size_t size = 0;
    (void)state;
    const char *path = put(), *json = file_join(arena, path, "data/metadata/other/document.json");
    reseal(path);
    assert_int_equal(faults(path, &told, &verdict), 0);
    char *pdf = slurp(file_join(arena, path, "data/representations/rep1/data/document.pdf"), &size);
    pdf[size / 2] ^= 1;
    spill(file_join(arena, path, "data/representations/rep1/data/document.pdf"), pdf, size);
    reseal(path);
    assert_true(faults(path, &told, &verdict) > 0);
    pdf[size / 2] ^= 1;
    spill(file_join(arena, path, "data/representations/rep1/data/document.pdf"), pdf, size);
    spill(json, "{", 1);
    reseal(path);
    assert_true(faults(path, &told, &verdict) > 0);
    struct document_page two[2] = {page, page};
    two[1].name = "0002-1";
    document.pages = two;
    document.page_count = 2;
    must(document_write(&document, json, &error), &error);
    reseal(path);
    finds(path, "has 1 pages, document.json tells of 2");
    document.page_count = 1;
    document.id[0] = 'c';
    must(document_write(&document, json, &error), &error);
    reseal(path);
    finds(path, "folder of another document");
    unlink(json);
    reseal(path);
    finds(path, "no document.json");
}

/* A package that tells of the page: the hash at its scan, and how the PDF's image was made. */
static const char *tell_of_page(const char *scanned, const char *source, const char *stream)
{
    struct error error;
    const char *path = NULL;
    const char *facts = arena_printf(arena, "{\"sha256\": \"%s\"}", scanned);
    const char *packing = arena_printf(arena,
                                       "{\"pages\": [{\"master\": \"0001-1.scan.tif\", "
                                       "\"master_sha256\": \"%s\", \"coding\": \"encoded\", "
                                       "\"streams\": [{\"sha256\": \"%s\"}]}]}",
                                       source, stream);
    spill(in("facts.json"), facts, strlen(facts));
    spill(in("packing.json"), packing, strlen(packing));
    const struct store_item all[] = {
        items[0],
        items[1],
        items[2],
        {in("facts.json"), package_page(PACKAGE_FACTS, "0001-1", arena)},
        {in("packing.json"), package_part(PACKAGE_PACKING)}};
    must(file_remove_tree(store, &error), &error);
    must(store_package(store, "config", &document, all, 5, arena, &path, &error), &error);
    return path;
}

/* SHA-256 of the JPEG between stream and endstream. */
static void image_hash(const char *pdf, char hex[HASH_HEX_SIZE])
{
    size_t size = 0, start = 0, end = 0;
    char *bytes = slurp(pdf, &size);
    for (size_t i = 0; i + 10 < size && !start; i++)
        if (memcmp(bytes + i, "stream", 6) == 0 && memcmp(bytes + i - 3, "end", 3) != 0) {
            size_t at = i + 6 + (bytes[i + 6] == '\r') + 1;
            if (memcmp(bytes + at, "\xff\xd8", 2) == 0)
                start = at;
        }
    for (end = start; memcmp(bytes + end, "endstream", 9) != 0;)
        end++;
    while (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')
        end--;
    hash_bytes(bytes + start, end - start, hex);
}

/* Sums that fit do not make up for a description that is missing or tells of other files. */
static void a_package_is_held_against_its_description(void **state)
{
    static const char *const told[] = {"data/METS.xml", "data/metadata/preservation/PREMIS.xml",
                                       "data/metadata/descriptive/EAD.xml",
                                       "data/representations/rep2/METS.xml"};
    (void)state;
    const char *path = put();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        size_t size = 0;
        const char *file = file_join(arena, path, told[i]);
        char *bytes = slurp(file, &size);
        unlink(file);
        reseal(path);
        finds(path, "is missing, or too large");
        if (i < 3) { /* of another document */
            assert_non_null(strstr(bytes, "B0000000"));
            for (char *at = bytes; (at = strstr(at, "B0000000")) != NULL; at++)
                *at = 'A';
            spill(file, bytes, size);
            reseal(path);
            finds(path, "and document.json name different documents");
            for (char *at = bytes; (at = strstr(at, "A0000000")) != NULL; at++)
                *at = 'B';
        }
        spill(file, bytes, size);
        reseal(path);
    }
    spill(file_join(arena, path, "data/representations/rep2/data/more.tif"), "x", 1);
    reseal(path);
    finds(path, "more.tif is named by no METS.xml");
    finds(path, "more.tif is not named by PREMIS.xml");
}

static void a_page_is_traced_from_its_scan_to_the_pdf(void **state)
{
    struct error error;
    struct told told;
    struct store_verdict verdict;
    char master[HASH_HEX_SIZE], stream[HASH_HEX_SIZE], other[HASH_HEX_SIZE];
    (void)state;
    const char *path = put();
    assert_int_equal(faults(path, &told, &verdict), 0);
    assert_int_equal(verdict.pages, 1);
    assert_int_equal(verdict.traced_pages, 0); /* nothing tells how its image was made */
    must(hash_file(in("0001-1.scan.tif"), master, &error), &error);
    image_hash(in("document.pdf"), stream);
    hash_bytes("another", 7, other);
    path = tell_of_page(master, master, stream);
    assert_int_equal(faults(path, &told, &verdict), 0);
    assert_int_equal(verdict.traced_pages, 1);
    finds(tell_of_page(other, master, stream), "not the image that was scanned");
    finds(tell_of_page(master, other, stream), "made of another image");
    finds(tell_of_page(master, master, other), "not the one that was made of the scan");
}

static void what_does_not_belong_in_a_store_is_found(void **state)
{
    struct error error;
    (void)state;
    put();
    spill(in("store/notes.txt"), "x", 1);
    finds(store, "notes.txt does not belong here");
    unlink(in("store/notes.txt"));
    must(file_mkdirs(in("store/2026/Nguyen"), &error), &error);
    finds(store, "Nguyen does not belong here");
    must(file_remove_tree(in("store/2026/Nguyen"), &error), &error);
    must(file_rename(in("store/2026/" ID),
                     in("store/2026/c"
                        "0000000-1111-8222-9333-444444444444"),
                     &error),
         &error);
    finds(store, "folder of another document");
}

static void a_place_without_packages_is_told_apart(void **state)
{
    struct told told = {0};
    struct store_verdict verdict;
    struct error error;
    (void)state;
    must(file_mkdirs(in("empty"), &error), &error);
    assert_int_equal(faults(in("empty"), &told, &verdict), 0);
    assert_int_equal(verdict.packages, 0);
    assert_int_equal(store_verify(in("nowhere"), &(struct archive_trust){.own = trust}, &verdict,
                                  hear, NULL, &told, &error),
                     STATUS_REJECT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_stored_package_is_whole),
        TEST(a_bag_has_the_files_of_rfc_8493),
        TEST(putting_again_changes_nothing),
        TEST(other_content_under_the_same_version_is_refused),
        TEST(what_an_interrupted_run_left_is_cleared),
        TEST(a_new_version_stands_beside_the_old),
        TEST(hostile_names_are_refused),
        TEST(a_missing_source_leaves_nothing),
        TEST(a_byte_changed_anywhere_is_found),
        TEST(a_file_cut_short_is_found),
        TEST(missing_and_extra_files_are_named),
        TEST(a_pipe_in_place_of_a_file_does_not_hang),
        TEST(a_resealed_package_is_judged_by_its_content),
        TEST(a_package_is_held_against_its_description),
        TEST(a_page_is_traced_from_its_scan_to_the_pdf),
        TEST(what_does_not_belong_in_a_store_is_found),
        TEST(a_place_without_packages_is_told_apart),
    };
    setenv("SOHOA_LANG", "en", 1);
    setenv("SOHOA_NOW", NOW, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
