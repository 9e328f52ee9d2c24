/*
 * Pale strokes on layered pages: which an eye sees in the master, and what the page shows of them.
 *
 *   strokes table [DPI]              invented pages: contrast by width by grain, a line each
 *   strokes on IMAGE OUT.ppm CONTRAST WIDTH TEXTURE X Y W H [SHAPE]   a stroke on a page, beside
 *                                    what is shown of it before and after places are kept, enlarged
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "archive/image/layered.h"
#include "core/file.h"
#include "core/message.h"
#include "tests/pencil.h"

#define QUALITY 50 /* layer_quality */

struct outcome {
    enum guard_verdict first, last;
    const char *reason;
    struct guard_figures figures;
    size_t places, patches;
    double area, extra; /* kept places: share of page; bytes */
};

static enum guard_verdict judge(const struct image *master, double dpi, struct layered *layers,
                                struct outcome *out, struct guard_places *places,
                                struct image *image)
{
    struct buffer mask = {0};
    struct shown shown = {0};
    enum guard_verdict verdict = GUARD_REFUSED;
    jbig2_encode(&layers->mask, &mask);
    if (shown_open(layers, &mask, MASK_JBIG2, &shown, NULL) == STATUS_OK) {
        verdict = guard_judge(master, dpi, &shown, &out->figures, &out->reason, places);
        image_clear(image);
        shown_image(&shown, master, image);
    }
    shown_close(&shown);
    buffer_clear(&mask);
    return verdict;
}

/* As packing does, but for reading again. first: as shown before places are kept. */
static bool pack(const struct image *master, double dpi, struct outcome *out, struct image *first,
                 struct image *last)
{
    struct layered layers;
    struct guard_places places = {0};
    *out = (struct outcome){0};
    const char *reason = layered_make(master, dpi, QUALITY, &layers);
    if (reason == NULL) {
        out->first = judge(master, dpi, &layers, out, &places, first);
        out->places = places.count;
        if (places.count > 0 && layered_keep(master, dpi, places.boxes, places.count, &layers)) {
            out->patches = layers.patch_count;
            for (size_t i = 0; i < layers.patch_count; i++) {
                out->extra += (double)layers.patches[i].jpeg.size;
                out->area += (double)layers.patches[i].width_px * layers.patches[i].height_px /
                             layers.width_px / layers.height_px;
            }
        }
        out->last = judge(master, dpi, &layers, out, NULL, last);
    } else
        out->reason = reason;
    guard_places_clear(&places);
    layered_clear(&layers);
    return reason == NULL;
}

/* ---------------------------------------------------------------- table */

static void paper(struct image *image, int dpi, const uint8_t color[3])
{
    image_init(image, dpi * 4, dpi * 3, 3, 8);
    image->dpi_x = image->dpi_y = dpi;
    for (size_t i = 0; i < image->stride * (size_t)image->height_px; i++)
        image->data[i] = color[i % 3];
}

static void through_jpeg(struct image *image, int quality)
{
    struct buffer jpeg = {0};
    double dpi = image->dpi_x;
    if (image_encode_jpeg(image, quality, &jpeg, NULL) == STATUS_OK) {
        image_clear(image);
        image_decode_jpeg(jpeg.data, jpeg.size, image, NULL);
        image->dpi_x = image->dpi_y = dpi;
    }
    buffer_clear(&jpeg);
}

static const char *const verdicts[] = {"good", "risk", "refused"};

static void table(int dpi)
{
    static const double contrasts[] = {4, 6, 8, 12, 16, 22, 30, 45}, widths[] = {1.5, 2, 3, 4, 5},
                        grains[] = {0, 2, 4, 8};
    static const uint8_t papers[][3] = {{250, 250, 248}, {236, 222, 180}};
    static struct stroke stroke;
    printf("paper jpeg grain width contrast shape  seen_contrast d visible_mm | first shown gap | "
           "last shown gap patches reason\n");
    for (size_t p = 0; p < 2; p++)
        for (size_t g = 0; g < 4; g++)
            for (size_t w = 0; w < 5; w++)
                for (size_t c = 0; c < 8; c++) {
                    enum pencil_shape shape = (enum pencil_shape)((c + w + g) % PENCIL_SHAPES);
                    struct image master, first = {0}, last = {0};
                    struct outcome outcome;
                    const struct pencil pencil = {.contrast = contrasts[c],
                                                  .width_px = widths[w],
                                                  .texture = p == 0 ? 0.7 : 0.4,
                                                  .seed = (unsigned)(100 * p + 10 * g + w)};
                    paper(&master, dpi, papers[p]);
                    struct box box = {dpi, dpi, dpi * 2, dpi * 8 / 10};
                    if (shape == PENCIL_TICK)
                        box = (struct box){dpi * 2, dpi, dpi * 3 / 10, dpi * 3 / 10};
                    if (shape == PENCIL_DIGITS)
                        box = (struct box){dpi, dpi, dpi * 8 / 10, dpi * 3 / 10};
                    pencil_draw(&master, dpi, &box, shape, &pencil, &stroke);
                    pencil_grain(&master, grains[g], 9 + (unsigned)g);
                    if (p == 1)
                        through_jpeg(&master, 85);
                    pack(&master, dpi, &outcome, &first, &last);
                    struct stroke_seen before = stroke_compare(&stroke, &master, &first);
                    struct stroke_seen after = stroke_compare(&stroke, &master, &last);
                    printf("%zu %s g%.0f w%.1f c%2.0f s%d  %5.1f %5.1f %6.1f | %-7s %.2f %5.1f | "
                           "%-7s %.2f %5.1f %zu %s\n",
                           p, p == 1 ? "j" : "-", grains[g], widths[w], contrasts[c], (int)shape,
                           before.contrast, before.d, before.visible_mm, verdicts[outcome.first],
                           before.shown, before.longest_gap_mm, verdicts[outcome.last], after.shown,
                           after.longest_gap_mm, outcome.patches,
                           outcome.reason == NULL ? "-" : outcome.reason);
                    image_clear(&master);
                    image_clear(&first);
                    image_clear(&last);
                }
}

/* ---------------------------------------------------------------- looking */

enum { ZOOM = 3, MARGIN = 30 };

static void paste(const struct image *from, const struct box *cut, struct image *to, int top)
{
    for (int y = 0; y < cut->height * ZOOM; y++)
        for (int x = 0; x < cut->width * ZOOM; x++)
            for (int c = 0; c < 3; c++) {
                int value = from->data[(size_t)(cut->y + y / ZOOM) * from->stride +
                                       (size_t)((cut->x + x / ZOOM) * from->channels +
                                                (from->channels == 3 ? c : 0))];
                to->data[(size_t)(top + y) * to->stride + (size_t)(3 * x + c)] = (uint8_t)value;
            }
}

static int on(char **argv, int argc)
{
    static struct stroke stroke;
    struct image master = {0}, first = {0}, last = {0}, sheet;
    struct error error = {""};
    struct outcome outcome;
    struct buffer jpeg = {0};
    if (image_read(argv[0], 0, &master, &error) != STATUS_OK)
        return 1;
    double dpi = master.dpi_x > 0 ? master.dpi_x : 300;
    struct pencil pencil = {
        .contrast = atof(argv[2]), .width_px = atof(argv[3]), .texture = atof(argv[4]), .seed = 3};
    struct box box = {atoi(argv[5]), atoi(argv[6]), atoi(argv[7]), atoi(argv[8])};
    if (pencil.contrast > 0)
        pencil_draw(&master, dpi, &box, argc > 9 ? (enum pencil_shape)atoi(argv[9]) : 0, &pencil,
                    &stroke);
    pack(&master, dpi, &outcome, &first, &last);
    struct stroke_seen before = stroke_compare(&stroke, &master, &first);
    struct stroke_seen after = stroke_compare(&stroke, &master, &last);
    printf("seen %.1f d %.1f visible %.1f mm | %s shown %.2f gap %.1f | %s shown %.2f gap %.1f "
           "places %zu patches %zu area %.3f bytes %.0f %s faded %.2f\n",
           before.contrast, before.d, before.visible_mm, verdicts[outcome.first], before.shown,
           before.longest_gap_mm, verdicts[outcome.last], after.shown, after.longest_gap_mm,
           outcome.places, outcome.patches, outcome.area, outcome.extra,
           outcome.reason == NULL ? "-" : outcome.reason, outcome.figures.faded);
    struct box cut = {box.x - MARGIN, box.y - MARGIN, box.width + 2 * MARGIN,
                      box.height + 2 * MARGIN};
    image_init(&sheet, cut.width * ZOOM, (cut.height * ZOOM + 10) * 3, 3, 8);
    paste(&master, &cut, &sheet, 0);
    if (first.data != NULL) {
        paste(&first, &cut, &sheet, cut.height * ZOOM + 10);
        paste(&last, &cut, &sheet, 2 * (cut.height * ZOOM + 10));
    }
    char head[40];
    snprintf(head, sizeof head, "P6\n%d %d\n255\n", sheet.width_px, sheet.height_px);
    buffer_add(&jpeg, head, strlen(head));
    buffer_add(&jpeg, sheet.data, sheet.stride * (size_t)sheet.height_px);
    return file_write(argv[1], jpeg.data, jpeg.size, &error) != STATUS_OK;
}

int main(int argc, char **argv)
{
    message_use("en");
    if (argc > 10 && strcmp(argv[1], "on") == 0)
        return on(argv + 2, argc - 2);
    table(argc > 2 ? atoi(argv[2]) : 300);
    return 0;
}
