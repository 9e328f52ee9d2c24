/* A document and its package whose pages, time and id are fixed: the PDF before its signature as a
 * readable dump, and the tag files of the package. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive/store.h"
#include "core/hash.h"
#include "tests/golden/golden.h"
#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- a PDF as text */

static void put_string(struct buffer *out, const struct pdf_value *value)
{
    if (value->size > 200) { /* the room for the signature */
        buffer_printf(out, "<%zu bytes>", value->size);
        return;
    }
    buffer_text(out, "(");
    for (size_t i = 0; i < value->size; i++) {
        unsigned char byte = (unsigned char)value->text[i];
        if (byte >= ' ' && byte < 127 && byte != '\\')
            buffer_printf(out, "%c", byte);
        else
            buffer_printf(out, "\\%02x", byte);
    }
    buffer_text(out, ")");
}

static void put_value(struct buffer *out, const struct pdf_value *value, int depth)
{
    switch (value->kind) {
    case PDF_BOOL:
        buffer_text(out, value->number ? "true" : "false");
        break;
    case PDF_INT:
        buffer_printf(out, "%lld", (long long)value->number);
        break;
    case PDF_REAL:
        buffer_printf(out, "%.4f", value->real);
        break;
    case PDF_STRING:
        put_string(out, value);
        break;
    case PDF_NAME:
        buffer_printf(out, "/%s", value->text);
        break;
    case PDF_REF:
        buffer_printf(out, "%lld R", (long long)value->number);
        break;
    case PDF_ARRAY:
        buffer_text(out, "[");
        for (size_t i = 0; i < value->size; i++) {
            buffer_text(out, i ? " " : "");
            put_value(out, &value->items[i], depth + 1);
        }
        buffer_text(out, "]");
        break;
    case PDF_DICT:
        buffer_text(out, "<<");
        for (size_t i = 0; i < value->size; i++) {
            buffer_printf(out, "\n%*s/%s ", 2 * depth + 2, "", value->entries[i].key);
            put_value(out, &value->entries[i].value, depth + 1);
        }
        buffer_text(out, " >>");
        break;
    default:
        buffer_text(out, "null");
    }
}

/* Text as it stands; anything else as its size and digest. */
static void put_stream(struct buffer *out, struct pdf_file *file, const struct pdf_value *dict)
{
    struct buffer decoded = {0};
    char hex[HASH_HEX_SIZE];
    const uint8_t *raw = NULL;
    size_t size = 0;
    assert_true(pdf_stream_raw(file, dict, &raw, &size));
    bool plain = pdf_stream_decoded(file, dict, 20000, &decoded);
    for (size_t i = 0; plain && i < decoded.size; i++)
        plain = decoded.data[i] >= ' ' || decoded.data[i] == '\n' || decoded.data[i] == '\r';
    if (plain) {
        buffer_text(out, "\nstream\n");
        buffer_add(out, decoded.data, decoded.size);
        buffer_text(out, "\nend");
    } else {
        hash_bytes(raw, size, hex);
        buffer_printf(out, "\nstream of %zu bytes, SHA-256 %s", size, hex);
    }
    buffer_clear(&decoded);
}

static void dump(const char *name, struct buffer *out)
{
    char hex[HASH_HEX_SIZE];
    struct pdf_file file = open_pdf(name);
    assert_int_equal(hash_file(in(name), hex, &fault), STATUS_OK);
    buffer_printf(out, "%zu bytes, SHA-256 %s\ntrailer ", file.size, hex);
    put_value(out, file.trailer, 0);
    for (size_t i = 1; i < file.slot_count; i++) {
        const struct pdf_value *value = pdf_object_at(&file, (int64_t)i);
        buffer_printf(out, "\n\n%zu ", i);
        put_value(out, value, 0);
        if (value->kind == PDF_DICT && value->stream_at)
            put_stream(out, &file, value);
    }
    buffer_text(out, "\n");
    pdf_file_close(&file);
}

/* ---------------------------------------------------------------- tests */

static void fixed_document(void)
{
    static struct alternative readings[] = {{"Nguyên", 0.4}};
    static struct word words[] = {{"Họ", 0.9, {100, 600, 40, 30}, NULL, 0, NULL, NULL},
                                  {"tên:", 0.9, {150, 600, 60, 30}, NULL, 0, NULL, NULL},
                                  {"Nguyễn", 0.8, {220, 600, 120, 30}, readings, 1, NULL, NULL},
                                  {"Đà", 0.7, {350, 600, 40, 30}, NULL, 0, NULL, NULL}};
    static struct line line = {{100, 600, 290, 30}, 1, words, 4};
    static struct words text = {.width_px = 827,
                                .height_px = 1169,
                                .dpi = DPI,
                                .engine = "tesseract 5.3.0",
                                .model = "Vietnamese",
                                .lines = &line,
                                .line_count = 1};
    add("1.tif", SAMPLE_BILEVEL, 0, false);
    add("2.jpg", SAMPLE_GRAY, 90, true);
    sample.pages[0].words = &text;
    sample.pages[1].words = NULL;
}

static void the_pdf_before_its_signature_is_as_before(void **state)
{
    struct buffer out = {0};
    (void)state;
    fixed_document();
    build(true, "document.pdf");
    dump("document.pdf", &out);
    golden("document.pdf.txt", out.data, out.size);
    buffer_clear(&out);
}

static void the_tag_files_of_a_package_are_as_before(void **state)
{
    static const char *const names[] = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt",
                                        "tagmanifest-sha256.txt",
                                        "data/metadata/other/document.json"};
    struct buffer out = {0};
    const char *package = NULL;
    (void)state;
    assert_int_equal(file_write(in("a"), "one", 3, &fault), STATUS_OK);
    assert_int_equal(file_write(in("b"), "two", 3, &fault), STATUS_OK);
    assert_int_equal(document_write(&sample.document, in("document.json"), &fault), STATUS_OK);
    const struct store_item items[] = {{in("a"), "representations/rep2/data/0001-1.scan.tif"},
                                       {in("b"), "representations/rep3/data/0001-1.words.json"},
                                       {in("document.json"), "metadata/other/document.json"}};
    assert_int_equal(
        store_package(in("store"), "config", &sample.document, items, 3, arena, &package, &fault),
        STATUS_OK);
    buffer_printf(&out, "%s\n", package + strlen(folder) + 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = NULL;
        size_t size = 0;
        assert_int_equal(file_read(arena_printf(arena, "%s/%s", package, names[i]), 1 << 20, arena,
                                   &text, &size, &fault),
                         STATUS_OK);
        buffer_printf(&out, "\n---- %s\n", names[i]);
        buffer_add(&out, text, size);
    }
    golden("package.txt", out.data, out.size);
    buffer_clear(&out);
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(the_pdf_before_its_signature_is_as_before),
    PROBE_TEST(the_tag_files_of_a_package_are_as_before),
};

PROBE_MAIN(tests)
