/* What a report says, out of its bytes. */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_read.h"
#include "archive/report.h"
#include "core/message.h"

#define CONTENT_MAX (64u << 20)
#define NODES_DEPTH 8
#define OPERANDS_MAX 16

/* ---------------------------------------------------------------- report.json */

static const struct pdf_value *find_spec(struct pdf_file *file, const struct pdf_value *node,
                                         int depth)
{
    const struct pdf_value *kids = pdf_get(file, node, "Kids");
    const struct pdf_value *names = pdf_get(file, node, "Names");
    const struct pdf_value *found = NULL;
    for (size_t i = 0; kids->kind == PDF_ARRAY && i < kids->size && !found; i++)
        if (depth < NODES_DEPTH)
            found = find_spec(file, pdf_resolve(file, &kids->items[i]), depth + 1);
    for (size_t i = 1; names->kind == PDF_ARRAY && i < names->size && !found; i += 2) {
        const struct pdf_value *spec = pdf_resolve(file, &names->items[i]);
        const struct pdf_value *name = pdf_get(file, spec, "F");
        if (name->kind == PDF_STRING && name->size == strlen(REPORT_JSON) &&
            memcmp(name->text, REPORT_JSON, name->size) == 0)
            found = spec;
    }
    return found;
}

static enum status read_json(struct pdf_file *file, json_t **json, struct error *error)
{
    struct buffer bytes = {0};
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *tree = pdf_get(file, pdf_get(file, catalog, "Names"), "EmbeddedFiles");
    const struct pdf_value *spec = find_spec(file, tree, 0);
    const struct pdf_value *stream = spec ? pdf_get(file, pdf_get(file, spec, "EF"), "F") : NULL;
    if (stream && pdf_stream_decoded(file, stream, CONTENT_MAX, &bytes))
        *json = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL);
    buffer_clear(&bytes);
    return *json ? STATUS_OK
                 : error_set(error, STATUS_REJECT, _("there is no report of sohoa in it"));
}

/* ---------------------------------------------------------------- words */

struct reading {
    struct pdf_file *file;
    const struct pdf_value *fonts;
    struct pdf_unicode *unicode;
    struct buffer *text;
    bool lost; /* something that archive_report never writes */
};

static void show(struct reading *reading, const struct pdf_value *value)
{
    if (value->kind != PDF_STRING || !reading->unicode) {
        reading->lost = true;
        return;
    }
    for (size_t i = 0; i + 1 < value->size; i += 2) {
        unsigned code = (unsigned)(uint8_t)value->text[i] << 8 | (uint8_t)value->text[i + 1];
        const char *one = pdf_unicode_of(reading->unicode, code);
        reading->lost = reading->lost || !one;
        if (one && strcmp(one, " ") != 0)
            buffer_text(reading->text, one);
    }
}

/* Operators that archive_report writes; a page with others was painted by somebody else. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"w", "G", "m", "l", "S", "BT", "g", "Tf", "Tm", "Tj", "ET"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcmp(ours[i], name) == 0)
            return true;
    return false;
}

static void read_page(struct reading *reading, const struct pdf_value *page)
{
    struct buffer content = {0};
    struct arena *arena = arena_new();
    struct pdf_value operands[OPERANDS_MAX] = {{0}}, value;
    size_t count = 0;
    reading->fonts = pdf_get(reading->file, pdf_get(reading->file, page, "Resources"), "Font");
    reading->lost = reading->lost || !pdf_page_content(reading->file, page, CONTENT_MAX, &content);
    struct pdf_lexer lexer = {.bytes = content.data, .size = content.size, .arena = arena};
    while (!reading->lost && pdf_lexer_next(&lexer, &value)) {
        if (value.kind != PDF_OPERATOR) {
            if (count < OPERANDS_MAX)
                operands[count++] = value;
            continue;
        }
        if (strcmp(value.text, "Tf") == 0 && count > 0 && operands[0].kind == PDF_NAME) {
            pdf_unicode_free(reading->unicode);
            reading->unicode = pdf_unicode_new(
                reading->file, pdf_get(reading->file, reading->fonts, operands[0].text));
        } else if (strcmp(value.text, "Tj") == 0 && count > 0) {
            show(reading, &operands[count - 1]);
        }
        reading->lost = reading->lost || !is_ours(value.text);
        count = 0;
    }
    reading->lost = reading->lost || lexer.failed;
    pdf_unicode_free(reading->unicode);
    reading->unicode = NULL;
    buffer_clear(&content);
    arena_free(arena);
}

enum status archive_report_read(const char *path, struct arena *arena, json_t **json,
                                const char **shown, struct error *error)
{
    struct pdf_file file;
    struct buffer text = {0};
    size_t count = 0;
    *json = NULL;
    enum status status = pdf_file_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    status = read_json(&file, json, error);
    if (status == STATUS_OK) {
        const struct pdf_value **pages = pdf_pages(&file, &count);
        struct reading reading = {.file = &file, .text = &text};
        for (size_t i = 0; i < count; i++)
            read_page(&reading, pages[i]);
        if (reading.lost)
            status = error_set(error, STATUS_REJECT,
                               _("its pages are not as sohoa writes them: something was painted "
                                 "over or changed"));
        *shown = arena_strndup(arena, text.data ? (char *)text.data : "", text.size);
    }
    buffer_clear(&text);
    pdf_file_close(&file);
    return status;
}
