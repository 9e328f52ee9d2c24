/* Reports written as PDF/A-3u. */
#include "archive/report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/sign/block.h"
#include "archive/report/report_layout.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"

#define FONT_FOLDER "/usr/share/fonts/truetype/liberation2/"
#define BLOCK_SIZE 10.0

struct making {
    const struct archive_settings *settings;
    const struct report *report;
    struct pdf pdf;
    struct pdf_font *fonts[LAYOUT_FONTS];
    struct report_layout layout;
    struct arena *arena;
};

/* The office's own font, if it has set one, is plain, bold and italic at once. */
static enum status open_fonts(struct making *making, struct error *error)
{
    const char *own = making->settings->font ? making->settings->font : "";
    static const char *const others[LAYOUT_FONTS] = {
        [LAYOUT_BOLD] = FONT_FOLDER "LiberationSerif-Bold.ttf",
        [LAYOUT_ITALIC] = FONT_FOLDER "LiberationSerif-Italic.ttf"};
    enum status status = STATUS_OK;
    for (int i = 0; i < LAYOUT_FONTS && status == STATUS_OK; i++) {
        const char *path = others[i] && !*own && access(others[i], R_OK) == 0 ? others[i] : own;
        status = pdf_font_open(&making->pdf, path, &making->fonts[i], error);
    }
    return status;
}

static enum status begin(struct making *making, const char *target, struct error *error)
{
    enum status status = pdf_open(&making->pdf, ARCHIVE_PDFA_3U, target, error);
    if (status == STATUS_OK)
        status = open_fonts(making, error);
    if (status == STATUS_OK)
        report_layout(making->report, making->fonts, making->arena, &making->layout);
    return status;
}

static void end(struct making *making)
{
    report_layout_free(&making->layout);
    for (size_t i = 0; i < LAYOUT_FONTS; i++)
        pdf_font_close(making->fonts[i]);
    pdf_close(&making->pdf);
    arena_free(making->arena);
}

/* ---------------------------------------------------------------- pages */

static void put_rules(const struct report_layout *layout, size_t page, struct buffer *content)
{
    buffer_text(content, "0.5 w 0 G\n");
    for (size_t i = 0; i < layout->rule_count; i++) {
        const struct layout_rule *rule = &layout->rules[i];
        if (rule->page != page)
            continue;
        pdf_number(content, rule->left);
        buffer_text(content, " ");
        pdf_number(content, layout->height - rule->top);
        buffer_text(content, " m ");
        pdf_number(content, rule->right);
        buffer_text(content, " ");
        pdf_number(content, layout->height - rule->bottom);
        buffer_text(content, " l S\n");
    }
}

static enum status put_marks(struct making *making, size_t page, struct buffer *content,
                             struct error *error)
{
    const struct report_layout *layout = &making->layout;
    enum status status = STATUS_OK;
    buffer_text(content, "BT 0 g\n");
    for (size_t i = 0; i < layout->mark_count && status == STATUS_OK; i++) {
        const struct layout_mark *mark = &layout->marks[i];
        if (mark->page != page)
            continue;
        buffer_printf(content, "/F%d ", mark->font);
        pdf_number(content, mark->size);
        buffer_text(content, " Tf 1 0 0 1 ");
        pdf_number(content, mark->left);
        buffer_text(content, " ");
        pdf_number(content, layout->height - mark->down);
        buffer_text(content, " Tm ");
        status = pdf_font_show(making->fonts[mark->font], mark->text, content, error);
        buffer_text(content, " Tj\n");
    }
    buffer_text(content, "ET\n");
    return status;
}

static enum status put_pages(struct making *making, HPDF_Dict *pages, struct error *error)
{
    struct pdf *pdf = &making->pdf;
    enum status status = STATUS_OK;
    HPDF_Dict root = pdf_object(pdf, "Pages");
    HPDF_Array kids = pdf_array(root, "Kids");
    HPDF_Dict_Add(pdf->catalog, "Pages", root);
    for (size_t i = 0; i < making->layout.pages && status == STATUS_OK; i++) {
        struct buffer content = {0};
        pages[i] = pdf_object(pdf, "Page");
        HPDF_Dict_Add(pages[i], "Parent", root);
        pdf_box(pages[i], "MediaBox", 0, 0, making->layout.width, making->layout.height);
        HPDF_Array_Add(kids, pages[i]);
        put_rules(&making->layout, i, &content);
        status = put_marks(making, i, &content, error);
        HPDF_Dict_Add(pages[i], "Contents",
                      pdf_stream(pdf, content.data, content.size, HPDF_STREAM_FILTER_FLATE_DECODE));
        buffer_clear(&content);
    }
    HPDF_Dict_AddNumber(root, "Count", (HPDF_INT32)making->layout.pages);
    return status;
}

/* The subsets are known when all is shown. A page names all fonts, whatever it uses. */
static void put_fonts(struct making *making, HPDF_Dict *pages)
{
    HPDF_Dict fonts[LAYOUT_FONTS];
    for (int i = 0; i < LAYOUT_FONTS; i++)
        fonts[i] = pdf_font_finish(making->fonts[i], &making->pdf);
    for (size_t p = 0; p < making->layout.pages; p++) {
        HPDF_Dict resources = pdf_inline(pdf_inline(pages[p], "Resources"), "Font");
        HPDF_Dict_Add(resources, "F0", fonts[LAYOUT_PLAIN]);
        HPDF_Dict_Add(resources, "F1", fonts[LAYOUT_BOLD]);
        HPDF_Dict_Add(resources, "F2", fonts[LAYOUT_ITALIC]);
    }
}

/* ---------------------------------------------------------------- signature, attachment */

static enum status put_signature(struct making *making, HPDF_Dict page, struct error *error)
{
    struct pdf_font *font = NULL;
    const char *custodian = text_tidy(making->arena, making->settings->custodian);
    struct block_place place = {
        .left = making->layout.block_left,
        .top = making->layout.block_top,
        .width = LAYOUT_BLOCK_WIDTH,
        .height = LAYOUT_BLOCK_HEIGHT,
        .size = BLOCK_SIZE,
        .lines = {_("Signed digitally by"), custodian, making->report->made_at},
        .line_count = 3};
    enum status status = pdf_font_open(&making->pdf, making->settings->font, &font, error);
    if (status == STATUS_OK && *custodian) {
        double wide = pdf_font_width(font, custodian) * place.size;
        if (wide > place.width) /* a long name in smaller letters */
            place.size *= place.width / wide;
    }
    if (status == STATUS_OK)
        status = pdf_signature_add(&making->pdf, font, page, making->layout.height, &place, NULL,
                                   custodian, making->report->made_at, false, error);
    pdf_font_close(font);
    return status;
}

static enum status put_json(struct making *making, char *bytes, struct error *error)
{
    struct pdf_attachments attachments = {0};
    const struct pdf_attachment attachment = {.name = REPORT_JSON,
                                              .bytes = bytes,
                                              .size = strlen(bytes),
                                              .date = making->report->made_at,
                                              .type = "application/json",
                                              .description = "Figures of this report",
                                              .relation = "Data"};
    return pdf_attach_file(&making->pdf, &attachments, &attachment, error);
}

static enum status write_report(struct making *making, bool sign, const char *path,
                                struct error *error)
{
    char id[37];
    size_t size = 0;
    json_t *json = report_json(making->report);
    char *bytes = json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
    json_decref(json);
    hash_uuid(bytes, id);
    const struct pdf_facts facts = {.id = id,
                                    .title = making->report->title,
                                    .author = making->report->agency,
                                    .date = making->report->made_at};
    HPDF_Dict *pages = arena_array(making->arena, making->layout.pages, sizeof(HPDF_Dict));
    enum status status = put_pages(making, pages, error);
    if (status == STATUS_OK) {
        put_fonts(making, pages);
        status = put_json(making, bytes, error);
    }
    if (status == STATUS_OK && sign)
        status = put_signature(making, pages[making->layout.pages - 1], error);
    if (status == STATUS_OK)
        status = pdf_metadata_plain(&making->pdf, making->settings, &facts, error);
    if (status == STATUS_OK)
        status = pdf_write(&making->pdf, path, &size, error);
    free(bytes);
    return status;
}

enum status archive_report(const struct archive_settings *settings, const struct report *report,
                           bool sign, const char *path, struct error *error)
{
    struct making making = {.settings = settings, .report = report, .arena = arena_new()};
    enum status status = begin(&making, path, error);
    if (status == STATUS_OK && strlen(report->made_at) != 25)
        status =
            error_set(error, STATUS_FATAL, _("The time of signing is not set on the document."));
    if (status == STATUS_OK)
        status = write_report(&making, sign, path, error);
    end(&making);
    return status;
}

enum status archive_report_shown(const struct archive_settings *settings,
                                 const struct report *report, struct arena *arena,
                                 const char **shown, struct error *error)
{
    struct making making = {.settings = settings, .report = report, .arena = arena_new()};
    struct buffer text = {0};
    enum status status = begin(&making, "/tmp/report", error);
    for (size_t p = 0; status == STATUS_OK && p < making.layout.pages; p++)
        for (size_t i = 0; i < making.layout.mark_count; i++)
            if (making.layout.marks[i].page == p)
                for (const char *at = making.layout.marks[i].text; *at; at++)
                    if (*at != ' ')
                        buffer_add(&text, at, 1);
    *shown = arena_strndup(arena, text.data ? (char *)text.data : "", text.size);
    buffer_clear(&text);
    end(&making);
    return status;
}
