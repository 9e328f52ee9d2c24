/* archive_build: pages and words -> PDF/A. */
#include <stdlib.h>
#include <string.h>

#include "archive/sign/block.h"
#include "archive/package/masters.h"
#include "archive/pdf/pdf.h"
#include "archive/pdf/places.h"
#include "archive/sign/said.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "core/text.h"

#define KIDS_MAX 64 /* pages of one node of the page tree */

struct build {
    const struct archive_settings *settings;
    const struct document *document;
    struct pdf pdf;
    struct pdf_text *text;
    struct pdf_font *font; /* NULL: nothing visible */
    HPDF_Dict root, node;  /* page tree */
    HPDF_Array root_kids, node_kids;
    HPDF_Number node_count; /* /Count of node */
    struct pdf_attachments attachments;
    struct arena *page_arena, *arena;
    struct packing *packing;
    struct master *masters; /* of all pages of the document */
    struct buffer places;   /* of fields, in the text */
    struct archive_report report;
};

/* ---------------------------------------------------------------- page tree */

static void start_tree(struct build *build)
{
    build->root = pdf_object(&build->pdf, "Pages");
    build->root_kids = pdf_array(build->root, "Kids");
    HPDF_Dict_Add(build->pdf.catalog, "Pages", build->root);
}

static HPDF_Dict add_page_object(struct build *build, const struct pdf_image *image)
{
    if (build->report.pages % KIDS_MAX == 0) {
        build->node = pdf_object(&build->pdf, "Pages");
        HPDF_Dict_Add(build->node, "Parent", build->root);
        build->node_kids = pdf_array(build->node, "Kids");
        build->node_count = HPDF_Number_New(build->pdf.memory, 0);
        HPDF_Dict_Add(build->node, "Count", build->node_count);
        HPDF_Array_Add(build->root_kids, build->node);
    }
    HPDF_Dict page = pdf_object(&build->pdf, "Page");
    HPDF_Dict_Add(page, "Parent", build->node);
    pdf_box(page, "MediaBox", 0, 0, image->width_pt, image->height_pt);
    HPDF_Array_Add(build->node_kids, page);
    build->node_count->value++;
    build->report.pages++;
    return page;
}

/* ---------------------------------------------------------------- one page */

static void draw_image(const struct pdf_image *image, HPDF_Dict resources, struct buffer *content)
{
    HPDF_Dict objects = pdf_inline(resources, "XObject");
    for (size_t i = 0; i < image->paint_count; i++) {
        const struct pdf_paint *paint = &image->paints[i];
        HPDF_Dict_Add(objects, paint->name, paint->object);
        buffer_text(content, "q ");
        for (size_t k = 0; k < 6; k++) {
            pdf_number(content, paint->matrix[k]);
            buffer_text(content, " ");
        }
        buffer_printf(content, "cm /%s Do Q\n", paint->name);
    }
}

/* Words of another raster would lie in wrong places without anyone noticing. */
static enum status check_words(const struct words *words, const struct pdf_image *image,
                               struct error *error)
{
    if (words == NULL || words->line_count == 0 ||
        (words->width_px == image->width_px && words->height_px == image->height_px))
        return STATUS_OK;
    return error_set(
        error, STATUS_REJECT,
        _("The text was read from an image of %dx%d px, the page has %dx%d; read the page "
          "again."),
        words->width_px, words->height_px, image->width_px, image->height_px);
}

static enum status add_content(struct build *build, HPDF_Dict page, const struct pdf_image *image,
                               const struct words *words, struct error *error)
{
    struct buffer content = {0};
    HPDF_Dict resources = pdf_inline(page, "Resources");
    draw_image(image, resources, &content);
    size_t written = 0;
    if (words != NULL)
        written = pdf_text_page(build->text, words, image->width_pt, image->height_pt,
                                build->page_arena, &content);
    if (written > 0)
        HPDF_Dict_Add(pdf_inline(resources, "Font"), "T", pdf_text_font(build->text, &build->pdf));
    build->report.words += written;
    HPDF_Dict_Add(
        page, "Contents",
        pdf_stream(&build->pdf, content.data, content.size, HPDF_STREAM_FILTER_FLATE_DECODE));
    buffer_clear(&content);
    return pdf_failed(&build->pdf, error);
}

/* ---------------------------------------------------------------- visible block */

static double text_width(void *context, const char *text)
{
    return pdf_font_width(context, text);
}

static const char *custodian_of(const struct build *build)
{
    const char *name = build->document->custodian;
    if (name == NULL || name[0] == 0)
        name = build->settings->custodian;
    return name == NULL ? "" : text_tidy(build->arena, name);
}

static enum status add_block(struct build *build, HPDF_Dict page, const struct pdf_image *image,
                             const struct image *upright, struct error *error)
{
    const char *picture = build->settings->seal_image;
    struct pdf_seal seal = {.aspect = 0};
    if (picture && *picture) {
        enum status status = pdf_seal_open(&build->pdf, picture, &seal, error);
        if (status != STATUS_OK)
            return status;
    }
    double wide = seal.object ? build->settings->seal_width_mm * 72 / 25.4 : 0;
    const struct block_text text = {
        .picture_width = wide,
        .picture_height = wide * seal.aspect,
        .form = build->settings->copy_form == NULL
                    ? ""
                    : text_tidy(build->arena, build->settings->copy_form),
        .agency = custodian_of(build),
        .time = build->document->signed_at,
    };
    struct ink ink;
    struct block_place place;
    ink_measure(upright, image->width_pt, image->height_pt, build->page_arena, &ink);
    block_place(&ink, &text, text_width, build->font, build->page_arena, &place);
    if (place.ink > 0)
        log_write(LOG_WARNING,
                  "document %s: no free space for the visible block on page 1, %.0f %% "
                  "of its place carries ink",
                  build->document->id, place.ink * 100);
    build->report.has_signature_field = true;
    return pdf_signature_add(&build->pdf, build->font, page, image->height_pt, &place,
                             seal.object ? &seal : NULL, text.agency, text.time,
                             build->settings->officer_key && *build->settings->officer_key, error);
}

/* ---------------------------------------------------------------- the document */

static enum status attach_alto(struct build *build, const struct archive_page *page, size_t index,
                               struct error *error)
{
    const char *date = build->document->signed_at, *name = page->name;
    char now[26];
    if (build->pdf.flavour != ARCHIVE_PDFA_3U || page->alto_path == NULL)
        return STATUS_OK;
    file_now(now);
    if (name == NULL)
        name = arena_printf(build->page_arena, "%06zu", index + 1);
    return pdf_attach(&build->pdf, &build->attachments, name, page->alto_path,
                      date == NULL || date[0] == 0 ? now : date, error);
}

static enum status add_page(struct build *build, const struct archive_source *source, size_t index,
                            bool with_block, struct error *error)
{
    struct archive_page page = {0};
    struct pdf_image image = {0};
    struct image upright = {0};
    arena_clear(build->page_arena);
    enum status status = source->page(source->context, index, build->page_arena, &page, error);
    if (status == STATUS_OK) {
        const struct pdf_image_job job = {build->settings, &page, source};
        struct page_report image_report;
        status = pdf_image_add(&build->pdf, &job, &image, with_block ? &upright : NULL,
                               &image_report, error);
        if (status == STATUS_OK) {
            packing_add(build->packing, page.image_path, &image_report);
            struct master *master = &build->masters[index];
            master->name = arena_strdup(build->arena, file_name(page.image_path));
            memcpy(master->sha256, image_report.master_sha256, sizeof master->sha256);
        }
    }
    if (status == STATUS_OK)
        status = check_words(page.words, &image, error);
    if (status == STATUS_OK) {
        HPDF_Dict object = add_page_object(build, &image);
        status = add_content(build, object, &image, page.words, error);
        places_add(&build->places, build->document, index, build->report.pages, page.words,
                   build->page_arena);
        if (status == STATUS_OK && with_block)
            status = add_block(build, object, &image, &upright, error);
        if (status == STATUS_OK)
            status = attach_alto(build, &page, index, error);
    }
    image_clear(&upright);
    if (status == STATUS_OK && build->pdf.expected > PDF_BYTES_MAX)
        return error_set(error, STATUS_REJECT,
                         _("The PDF would pass 1.9 GiB; set archive.volume_mb lower."));
    return status == STATUS_OK ? status : error_add(error, status, _("page %zu"), index + 1);
}

/* The pages of the other volumes, of which nothing but the master's hash is wanted here. */
static enum status add_other_masters(struct build *build, const struct archive_source *source,
                                     struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < source->page_count && status == STATUS_OK; i++) {
        struct archive_page page = {0};
        struct master *master = &build->masters[i];
        if (master->name)
            continue;
        arena_clear(build->page_arena);
        status = source->page(source->context, i, build->page_arena, &page, error);
        if (status == STATUS_OK)
            status = hash_file(page.image_path, master->sha256, error);
        if (status == STATUS_OK)
            master->name = arena_strdup(build->arena, file_name(page.image_path));
    }
    return status;
}

static enum status build_document(struct build *build, bool sign,
                                  const struct archive_source *source, const char *path,
                                  struct error *error)
{
    enum status status = STATUS_OK;
    if (sign)
        status = pdf_font_open(&build->pdf, build->settings->font, &build->font, error);
    start_tree(build);
    const int64_t room = (int64_t)build->settings->volume_mb << 20; /* 0: no limit but libharu's */
    for (size_t i = source->first; i < source->page_count && status == STATUS_OK; i++) {
        if (room > 0 && build->pdf.expected > room)
            break; /* this volume is full; the caller asks for the next one */
        status = add_page(build, source, i, sign && i == source->first, error);
    }
    if (status != STATUS_OK)
        return status;
    if ((status = add_other_masters(build, source, error)) != STATUS_OK)
        return status;
    char masters[HASH_HEX_SIZE], description[HASH_HEX_SIZE], received[HASH_HEX_SIZE] = "";
    masters_digest(build->masters, source->page_count, masters);
    said_digest(build->document, description);
    if (source->received && (status = hash_file(source->received, received, error)) != STATUS_OK)
        return status;
    const struct pdf_volume volume = {.number = source->volume < 1 ? 1 : source->volume,
                                      .split = (size_t)build->report.pages < source->page_count,
                                      .first = source->first,
                                      .page_count = source->page_count,
                                      .masters = masters,
                                      .description = description,
                                      .received = received,
                                      .places = (const char *)build->places.data};
    HPDF_Dict_AddNumber(build->root, "Count", (HPDF_INT32)build->report.pages);
    pdf_text_finish(build->text, &build->pdf);
    status = pdf_metadata_add(&build->pdf, build->settings, build->document, &volume, error);
    if (status == STATUS_OK && source->packing != NULL)
        status = packing_write(build->packing, source->packing, error);
    if (status == STATUS_OK)
        status = pdf_write(&build->pdf, path, &build->report.bytes, error);
    return status;
}

enum status archive_build(const struct archive_settings *settings, enum archive_flavour flavour,
                          bool sign, const struct document *document,
                          const struct archive_source *source, const char *path,
                          struct archive_report *report, struct error *error)
{
    if (source->first >= source->page_count)
        return error_set(error, STATUS_REJECT, _("A document without pages cannot be packed."));
    if (sign && (document->signed_at == NULL || strlen(document->signed_at) != 25))
        return error_set(error, STATUS_FATAL, _("The time of signing is not set on the document."));
    struct build build = {.settings = settings,
                          .document = document,
                          .text = pdf_text_new(),
                          .packing = packing_new(settings),
                          .arena = arena_new(),
                          .page_arena = arena_new()};
    build.masters = arena_array(build.arena, source->page_count, sizeof *build.masters);
    enum status status = pdf_open(&build.pdf, flavour, path, error);
    if (status == STATUS_OK)
        status = build_document(&build, sign, source, path, error);
    packing_sum(build.packing, &build.report);
    if (report != NULL)
        *report = build.report;
    pdf_font_close(build.font);
    pdf_text_free(build.text);
    packing_free(build.packing);
    buffer_clear(&build.places);
    pdf_close(&build.pdf);
    arena_free(build.page_arena);
    arena_free(build.arena);
    return status;
}
