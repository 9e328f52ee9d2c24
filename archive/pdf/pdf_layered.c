/*
 * Layered pages: made, guarded, and only then put into the PDF. The background is painted first,
 * patches over it, the ink through its mask last. /Mask, not /SMask: PDF/A-1 allows no other.
 */
#include "archive/pdf/pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "core/message.h"

#define COARSE_DPI 250 /* strokes have so few pixels below it that a mask may cost a mark */

/* The layers as they are coded, and what the guard says of them. */
struct look {
    struct shown shown;
    struct buffer mask;
    enum guard_verdict verdict;
    struct guard_places places; /* that are not surely good */
};

static void look_clear(struct look *look)
{
    shown_close(&look->shown);
    buffer_clear(&look->mask);
    guard_places_clear(&look->places);
}

/* look: of an earlier look, which is cleared. */
static enum status look_at(const struct pdf_image_job *job, const struct image *master,
                           const struct layered *layers, double dpi, struct look *look,
                           struct page_report *report, struct error *error)
{
    int coding = job->settings->mask_coding;
    enum status status = STATUS_OK;
    look_clear(look);
    if (coding == MASK_G4)
        status = image_encode_g4(&layers->mask, &look->mask, error);
    else
        jbig2_encode(&layers->mask, &look->mask);
    if (status == STATUS_OK)
        status = shown_open(layers, &look->mask, coding, &look->shown, error);
    if (status == STATUS_OK)
        look->verdict =
            guard_judge(master, dpi, &look->shown, &report->guard, &report->reason, &look->places);
    return status;
}

/* Reads the page again as it will be shown. A page that must be read and cannot be is refused. */
static enum status read_again(const struct pdf_image_job *job, const struct image *master,
                              struct look *look, struct guard_places *lost,
                              struct page_report *report, struct error *error)
{
    int when = job->settings->reread;
    bool coarse = report->dpi < COARSE_DPI, risk = look->verdict == GUARD_RISK;
    bool wanted = risk || when == REREAD_ALWAYS || (when == REREAD_RISK && coarse);
    const struct words *words = job->page->words;
    struct guard_figures *figures = &report->guard;
    struct image image = {0};
    bool blank = words == NULL || words->line_count == 0;
    if (look->verdict == GUARD_REFUSED || !wanted || (blank && !risk))
        return STATUS_OK;
    if (when == REREAD_NEVER || job->source->reread == NULL || blank) {
        report->reason = risk ? report->reason : "not_read";
        look->verdict = GUARD_REFUSED;
        return STATUS_OK;
    }
    lost->boxes = memory_new((words_count(words) + 1) * sizeof *lost->boxes);
    shown_image(&look->shown, master, &image);
    enum status status = job->source->reread(job->source->context, master, &image, words,
                                             lost->boxes, &lost->count, error);
    image_clear(&image);
    figures->reread = true;
    figures->words_read = words_count(words);
    figures->words_lost = lost->count;
    look->verdict = lost->count > 0 ? GUARD_REFUSED : GUARD_GOOD;
    report->reason = lost->count > 0 ? "words" : NULL;
    return status;
}

/* From the upright page to the master as it lies. */
static struct box lying(const struct box *box, int turn_deg, const struct image *master)
{
    int width = master->width_px, height = master->height_px;
    switch (turn_deg) {
    case 90:
        return (struct box){box->y, height - box->x - box->width, box->height, box->width};
    case 180:
        return (struct box){width - box->x - box->width, height - box->y - box->height, box->width,
                            box->height};
    case 270:
        return (struct box){width - box->y - box->height, box->x, box->height, box->width};
    default:
        return *box;
    }
}

/* Words that would be lost are shown by their own pixels. */
static bool keep_words(const struct pdf_image_job *job, const struct image *master,
                       const struct guard_places *lost, double dpi, struct layered *layers,
                       struct page_report *report)
{
    for (size_t i = 0; i < lost->count; i++)
        lost->boxes[i] = lying(&lost->boxes[i], job->page->words->turn_deg, master);
    if (!layered_keep(master, dpi, lost->boxes, lost->count, layers))
        return false;
    report->guard.words_kept = lost->count;
    report->guard.words_lost = 0;
    return true;
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
        char name[4];
        snprintf(name, sizeof name, "P%u", (unsigned)(i % 100));
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

/* Places that are not surely good, then words that would be lost, are shown by their own pixels;
 * what still is not good after that is refused. */
static enum status guard_and_add(struct pdf *pdf, const struct pdf_image_job *job,
                                 const struct image *master, struct layered *layers,
                                 struct pdf_image *out, struct page_report *report,
                                 struct error *error)
{
    struct look look = {0};
    struct guard_places lost = {0};
    enum status status = look_at(job, master, layers, out->dpi, &look, report, error);
    report->guard.places_kept = look.places.count;
    if (status == STATUS_OK && look.places.count > 0 &&
        layered_keep(master, out->dpi, look.places.boxes, look.places.count, layers))
        status = look_at(job, master, layers, out->dpi, &look, report, error);
    if (status == STATUS_OK)
        status = read_again(job, master, &look, &lost, report, error);
    /* what was lost is shown by its own pixels then, and the rest as it was read */
    if (status == STATUS_OK && lost.count > 0 &&
        keep_words(job, master, &lost, out->dpi, layers, report)) {
        status = look_at(job, master, layers, out->dpi, &look, report, error);
        look.verdict = look.verdict == GUARD_RISK ? GUARD_GOOD : look.verdict;
    }
    if (status == STATUS_OK && look.verdict == GUARD_GOOD) {
        report->reason = NULL;
        add_layers(pdf, layers, &look.mask, job->settings->mask_coding, out, report);
    }
    look_clear(&look);
    guard_places_clear(&lost);
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
