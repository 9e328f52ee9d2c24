/*
 * Pale strokes on layered pages: which of them an eye sees in the master, and what the page shows.
 *
 *   strokes table [DPI [each]]
 *       on sheets of their own, by contrast, width and grain: how well they are seen in a piece of
 *       1 mm, their share that is shown before and after places are kept, and how many are broken
 *       for 3 mm and more
 *
 *   strokes on IMAGE OUT.ppm CONTRAST WIDTH TEXTURE X Y W H [SHAPE]
 *       one on a page: master, shown, shown with places kept, enlarged
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

static const char *const verdicts[] = {"good", "risk", "refused"};

/* ---------------------------------------------------------------- table */

/* A stroke on a sheet of its own. */
struct trial {
    int dpi;
    double contrast, width_px, grain;
    bool old; /* yellowed paper, scanned as JPEG */
    enum pencil_shape shape;
    unsigned seed;
};

static void make_sheet(const struct trial *trial, struct image *image, struct stroke *stroke)
{
    static const uint8_t papers[][3] = {{250, 250, 248}, {236, 222, 180}};
    int dpi = trial->dpi;
    const struct pencil pencil = {.contrast = trial->contrast,
                                  .width_px = trial->width_px,
                                  .texture = trial->old ? 0.4 : 0.7,
                                  .seed = trial->seed};
    struct box box = {dpi, dpi, dpi * 2, dpi * 8 / 10};
    struct buffer jpeg = {0};
    image_init(image, dpi * 4, dpi * 3, 3, 8);
    for (size_t i = 0; i < image->stride * (size_t)image->height_px; i++)
        image->data[i] = papers[trial->old][i % 3];
    if (trial->shape == PENCIL_TICK)
        box = (struct box){dpi * 2, dpi, dpi * 3 / 10, dpi * 3 / 10};
    if (trial->shape == PENCIL_DIGITS)
        box = (struct box){dpi, dpi, dpi * 8 / 10, dpi * 3 / 10};
    pencil_draw(image, dpi, &box, trial->shape, &pencil, stroke);
    pencil_grain(image, trial->grain, trial->seed + 9);
    if (trial->old && image_encode_jpeg(image, 85, &jpeg, NULL) == STATUS_OK) {
        image_clear(image);
        image_decode_jpeg(jpeg.data, jpeg.size, image, NULL);
    }
    buffer_clear(&jpeg);
}

/* Strokes that an eye sees alike well. */
struct tally {
    double from_d; /* times grain, a piece of them */
    int strokes, refused, kept, broken_before, broken_after, broken_jpeg;
    double shown_before, shown_after, shown_jpeg;
};
static struct tally tallies[] = {
    {.from_d = 30}, {.from_d = 15}, {.from_d = 10}, {.from_d = 7}, {.from_d = 5}, {.from_d = 3},
};
enum { TALLIES = sizeof tallies / sizeof *tallies };
#define BROKEN_MM 3.0   /* without a break: as guard.c */
#define JPEG_QUALITY 75 /* what sizes are compared with */
#define VISIBLE_MM 6.0  /* strokes of which less is seen are not counted */

/* What the same sheet as one JPEG shows. */
static void through_jpeg(const struct image *master, struct image *shown)
{
    struct buffer jpeg = {0};
    if (image_encode_jpeg(master, JPEG_QUALITY, &jpeg, NULL) == STATUS_OK)
        image_decode_jpeg(jpeg.data, jpeg.size, shown, NULL);
    buffer_clear(&jpeg);
}

static void try_stroke(const struct trial *trial, bool each)
{
    static struct stroke stroke;
    struct image master, first = {0}, last = {0}, jpeg = {0};
    struct outcome outcome;
    make_sheet(trial, &master, &stroke);
    through_jpeg(&master, &jpeg);
    pack(&master, trial->dpi, &outcome, &first, &last);
    const struct stroke_seen before = stroke_compare(&stroke, &master, &first);
    const struct stroke_seen after = stroke_compare(&stroke, &master, &last);
    const struct stroke_seen plain = stroke_compare(&stroke, &master, &jpeg);
    struct tally *tally = tallies;
    while (tally + 1 < tallies + TALLIES && before.d < tally->from_d)
        tally++;
    if (each)
        printf("%d\t%.0f\t%.1f\t%.0f\t%d\t%d\t%.1f\t%.1f\t%.2f\t%.1f\t%s\t%.2f\t%.1f\t%.2f\t%.1f\n",
               trial->dpi, trial->contrast, trial->width_px, trial->grain, trial->old,
               (int)trial->shape, before.d, before.visible_mm, before.shown, before.longest_gap_mm,
               verdicts[outcome.last], after.shown, after.longest_gap_mm, plain.shown,
               plain.longest_gap_mm);
    if (before.visible_mm >= VISIBLE_MM && before.d >= tally->from_d) {
        bool refused = outcome.last == GUARD_REFUSED;
        tally->strokes++;
        tally->refused += refused;
        tally->kept += !refused && outcome.patches > 0;
        tally->shown_before += before.shown;
        tally->shown_after += refused ? 1 : after.shown;
        tally->broken_before += before.longest_gap_mm >= BROKEN_MM;
        tally->shown_jpeg += plain.shown;
        tally->broken_jpeg += plain.longest_gap_mm >= BROKEN_MM;
        tally->broken_after += !refused && after.longest_gap_mm >= BROKEN_MM;
    }
    image_clear(&master);
    image_clear(&first);
    image_clear(&last);
    image_clear(&jpeg);
}

static void table(int dpi, bool each)
{
    static const double contrasts[] = {4, 6, 8, 12, 16, 22, 30, 45}, widths[] = {1.5, 2, 3, 4, 5},
                        grains[] = {0, 2, 4, 8};
    for (unsigned i = 0; i < 8 * 5 * 4 * 2; i++) {
        unsigned c = i % 8, w = i / 8 % 5, g = i / 40 % 4;
        const struct trial trial = {.dpi = dpi,
                                    .contrast = contrasts[c],
                                    .width_px = widths[w],
                                    .grain = grains[g],
                                    .old = i / 160,
                                    .shape = (enum pencil_shape)((c + w + g) % PENCIL_SHAPES),
                                    .seed = i};
        try_stroke(&trial, each);
    }
    printf("Pale strokes at %d dpi, contrast 4 to 45, width 1.5 to 5 px, grain 0 to 8\n\n"
           "%-13s %8s %8s %8s %9s %9s | %13s %6s %8s\n",
           dpi, "seen, x grain", "strokes", "refused", "kept", "shown", "JPEG q75", "broken before",
           "after", "JPEG q75");
    for (const struct tally *tally = tallies; tally < tallies + TALLIES; tally++)
        if (tally->strokes > 0)
            printf("from %-8.0f %8d %8d %8d %.2f %.2f %9.2f | %13d %6d %8d\n", tally->from_d,
                   tally->strokes, tally->refused, tally->kept,
                   tally->shown_before / tally->strokes, tally->shown_after / tally->strokes,
                   tally->shown_jpeg / tally->strokes, tally->broken_before, tally->broken_after,
                   tally->broken_jpeg);
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
    table(argc > 2 ? atoi(argv[2]) : 300, argc > 3);
    return 0;
}
