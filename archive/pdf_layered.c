/*
 * Layered pages: made, guarded, and only then put into the PDF. The background is painted first,
 * patches over it, the ink through its mask last. /Mask, not /SMask: PDF/A-1 allows no other.
 */
#include "archive/pdf.h"

#include <string.h>

#include "archive/guard.h"
#include "archive/jbig2.h"
#include "core/message.h"

#define COARSE_DPI 250 /* strokes have so few pixels below it that a mask may cost a mark */

/* Reads the page again when the guard is in doubt or the settings want it always. */
static enum status read_again(const struct pdf_image_job *job, const struct image *master,
                              const struct shown *shown, enum guard_verdict *verdict,
                              struct page_report *report, struct error *error)
{
    int when = job->settings->reread;
    bool always = when == REREAD_ALWAYS || (when == REREAD_RISK && report->dpi < COARSE_DPI);
    const struct words *words = job->page->words;
    struct guard_figures *figures = &report->guard;
    struct image image = {0};
    bool blank = words == NULL || words->line_count == 0;
    if (*verdict == GUARD_REFUSED || (*verdict == GUARD_GOOD && (!always || blank)))
        return STATUS_OK;
    if (when == REREAD_NEVER || job->source->reread == NULL || blank) {
        if (*verdict == GUARD_GOOD) /* all was to be read, and nobody can */
            report->reason = "not_read";
        *verdict = GUARD_REFUSED;
        return STATUS_OK;
    }
    shown_image(shown, master, &image);
    enum status status =
        job->source->reread(job->source->context, &image, words, &figures->words_lost, error);
    image_clear(&image);
    figures->reread = true;
    figures->words_read = words_count(words);
    *verdict = figures->words_lost > 0 ? GUARD_REFUSED : GUARD_GOOD;
    report->reason = figures->words_lost > 0 ? "words" : NULL;
    return status;
}

static void paint(struct pdf_image *out, HPDF_Dict object, const char *name, double left,
                  double top, double width, double height)
{
    const double *page = out->matrix;
    struct pdf_paint *paint = &out->paints[out->paint_count++];
    double bottom = 1 - top - height; /* of the unit square, upwards */
    paint->object = object;
    strncpy(paint->name, name, sizeof paint->name - 1);
    const double matrix[6] = {width * page[0],
                              width * page[1],
                              height * page[2],
                              height * page[3],
                              left * page[0] + bottom * page[2] + page[4],
                              left * page[1] + bottom * page[3] + page[5]};
    memcpy(paint->matrix, matrix, sizeof matrix);
}

static void add_patches(struct pdf *pdf, const struct layered *layers, struct pdf_image *out,
                        struct page_report *report)
{
    for (size_t i = 0; i < layers->patch_count; i++) {
        const struct patch *patch = &layers->patches[i];
        const struct image like = {.width_px = patch->width_px,
                                   .height_px = patch->height_px,
                                   .channels = layers->channels,
                                   .bits = 8};
        const char name[4] = {'P', (char)('0' + i)};
        HPDF_Dict object = pdf_image_object(pdf, &patch->jpeg, PDF_DCT, &like, "patch", report);
        paint(out, object, name, (double)patch->x_px / layers->width_px,
              (double)patch->y_px / layers->height_px, (double)patch->width_px / layers->width_px,
              (double)patch->height_px / layers->height_px);
    }
}

static void add_layers(struct pdf *pdf, const struct layered *layers, const struct buffer *mask,
                       int mask_coding, struct pdf_image *out, struct page_report *report)
{
    const struct image like = {.width_px = layers->cells_x,
                               .height_px = layers->cells_y,
                               .channels = layers->channels,
                               .bits = 8};
    /* whole cells: they may pass the page's right and lower edge, where nothing is seen */
    double width = (double)layers->mask.width_px / layers->width_px;
    double height = (double)layers->mask.height_px / layers->height_px;
    paint(out, pdf_image_object(pdf, &layers->background, PDF_DCT, &like, "background", report),
          "B", 0, 0, width, height);
    add_patches(pdf, layers, out, report);
    report->coding = PAGE_LAYERED;
    if (layers->ink_px == 0)
        return; /* a blank page */
    HPDF_Dict ink = pdf_image_object(pdf, &layers->ink, PDF_DCT, &like, "ink", report);
    HPDF_Dict_Add(ink, "Mask",
                  pdf_image_object(pdf, mask, mask_coding == MASK_G4 ? PDF_G4 : PDF_JBIG2,
                                   &layers->mask, "mask", report));
    paint(out, ink, "I", 0, 0, width, height);
}

static enum status guard_and_add(struct pdf *pdf, const struct pdf_image_job *job,
                                 const struct image *master, const struct layered *layers,
                                 struct pdf_image *out, struct page_report *report,
                                 struct error *error)
{
    struct shown shown = {0};
    struct buffer mask = {0};
    int coding = job->settings->mask_coding;
    enum status status = STATUS_OK;
    if (coding == MASK_G4)
        status = image_encode_g4(&layers->mask, &mask, error);
    else
        jbig2_encode(&layers->mask, &mask);
    if (status == STATUS_OK)
        status = shown_open(layers, &mask, coding, &shown, error);
    if (status == STATUS_OK) {
        enum guard_verdict verdict =
            guard_judge(master, out->dpi, &shown, &report->guard, &report->reason);
        status = read_again(job, master, &shown, &verdict, report, error);
        if (status == STATUS_OK && verdict == GUARD_GOOD)
            add_layers(pdf, layers, &mask, coding, out, report);
    }
    shown_close(&shown);
    buffer_clear(&mask);
    return status;
}

enum status pdf_image_layered(struct pdf *pdf, const struct pdf_image_job *job,
                              const struct image *image, struct pdf_image *out,
                              struct page_report *report, struct error *error)
{
    struct layered layers;
    struct image narrow = {0};
    enum status status = STATUS_OK;
    if (image->bits != 8)
        image_to_8bit(image, &narrow);
    const struct image *master = narrow.data != NULL ? &narrow : image;
    report->reason = layered_make(master, out->dpi, job->settings->layer_quality, &layers);
    if (report->reason == NULL)
        status = guard_and_add(pdf, job, master, &layers, out, report, error);
    layered_clear(&layers);
    image_clear(&narrow);
    return status;
}
