#include "archive/image/guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/image/guard_strokes.h"
#include "archive/image/jbig2.h"
#include "core/message.h"

#define REGION_INCH 0.2
/* Levels by which a lost pixel is lighter than it was: half of what ink is darker than paper there,
 * within these. */
#define LOST_MIN 56
#define LOST_MAX 100
#define GAINED 110 /* levels by which a gained one is darker */

/* Shares are of the larger amount, or of these when a region has less: about a letter full of ink,
 * a letter full of colour. In level-pixels at 300 dpi. */
#define INK_FLOOR 24000.0
#define COLOR_FLOOR 24000.0

/* figure              risk from, refused from */
static const struct limit {
    double risk, refused;
} limits[] = {{0.25, 0.50}, {0.30, 0.40}, {0.30, 0.40}, {6, 16},
              {30, 120},    {0.35, 0.50}, {3.0, 3.0}};
enum { INK, RED, BLUE, LOST, MORE, FADED, BROKEN, FIGURES };
static const char *const reasons[FIGURES] = {"ink",    "red",   "blue",  "lost",
                                             "gained", "faded", "broken"};

/* ---------------------------------------------------------------- what is shown */

static enum status decode_layer(const struct buffer *jpeg, int width, int height, int channels,
                                struct image *out, struct error *error)
{
    enum status status = image_decode_jpeg(jpeg->data, jpeg->size, out, error);
    if (status == STATUS_OK &&
        (out->width_px != width || out->height_px != height || out->channels != channels))
        status = error_set(error, STATUS_REJECT, _("A layer of the page has the wrong size."));
    return status;
}

enum status shown_open(const struct layered *layers, const struct buffer *mask, int mask_coding,
                       struct shown *out, struct error *error)
{
    *out = (struct shown){.layers = layers};
    enum status status = STATUS_OK;
    if (mask_coding == MASK_JBIG2)
        status = jbig2_decode(mask->data, mask->size, layers->mask.width_px, layers->mask.height_px,
                              &out->mask, error);
    if (status == STATUS_OK)
        status = decode_layer(&layers->background, layers->cells_x, layers->cells_y,
                              layers->channels, &out->background, error);
    if (status == STATUS_OK)
        status = decode_layer(&layers->ink, layers->cells_x, layers->cells_y, layers->channels,
                              &out->ink, error);
    for (size_t i = 0; i < layers->patch_count && status == STATUS_OK; i++)
        status =
            decode_layer(&layers->patches[i].jpeg, layers->patches[i].width_px,
                         layers->patches[i].height_px, layers->channels, &out->patches[i], error);
    return status;
}

void shown_close(struct shown *shown)
{
    image_clear(&shown->mask);
    image_clear(&shown->background);
    image_clear(&shown->ink);
    for (size_t i = 0; i < PATCHES_MAX; i++)
        image_clear(&shown->patches[i]);
}

/* G4 was decoded and compared when it was made (image_encode_g4). */
static const struct image *mask_of(const struct shown *shown)
{
    return shown->mask.data != NULL ? &shown->mask : &shown->layers->mask;
}

static void paint_cells(const struct shown *shown, int y, uint8_t *row)
{
    const struct layered *layers = shown->layers;
    size_t cell_row = (size_t)(y / layers->cell_px) * shown->background.stride;
    const uint8_t *paper = shown->background.data + cell_row, *ink = shown->ink.data + cell_row;
    const struct image *mask = mask_of(shown);
    const uint8_t *bits = mask->data + (size_t)y * mask->stride;
    int width = layers->width_px, cell_px = layers->cell_px, color = layers->channels == 3;
    for (int x = 0; x < width; paper += layers->channels, ink += layers->channels) {
        int end = x + cell_px < width ? x + cell_px : width;
        for (; x < end; x++) {
            const uint8_t *from = bits[x >> 3] >> (7 - (x & 7)) & 1 ? ink : paper;
            *row++ = from[0];
            if (color) {
                *row++ = from[1];
                *row++ = from[2];
            }
        }
    }
}

void shown_row(const struct shown *shown, int y, uint8_t *row)
{
    const struct layered *layers = shown->layers;
    paint_cells(shown, y, row);
    for (size_t i = 0; i < layers->patch_count; i++) {
        const struct patch *patch = &layers->patches[i];
        const struct image *from = &shown->patches[i];
        if (y >= patch->y_px && y < patch->y_px + patch->height_px)
            memcpy(row + patch->x_px * layers->channels,
                   from->data + (size_t)(y - patch->y_px) * from->stride, from->stride);
    }
}

void shown_image(const struct shown *shown, const struct image *master, struct image *out)
{
    image_init(out, master->width_px, master->height_px, master->channels, 8);
    out->dpi_x = master->dpi_x;
    out->dpi_y = master->dpi_y;
    for (int y = 0; y < out->height_px; y++)
        shown_row(shown, y, out->data + (size_t)y * out->stride);
}

/* ---------------------------------------------------------------- measuring */

/* Sums over a region's pixels, channel by channel: what noise there is cancels out in them, and a
 * layer that is coarse but right has the same. */
struct sums {
    uint32_t channel[3];
};
struct region {
    struct sums was, is;        /* the master, what is shown */
    uint8_t paper[3];           /* its lightest background */
    uint8_t paper_low, ink_low; /* darkest channels of paper and of the darkest ink */
    int pixels, lost, gained;
};

struct measure {
    const struct image *master;
    int side_px, across, down;
    struct region *regions;
    uint8_t *row;
    uint8_t *marks, *marks_above; /* 1 lost, 2 gained */
    struct strokes *strokes;
};

static int low(const uint8_t *pixel, int channels)
{
    int least = pixel[0];
    if (channels == 1)
        return least;
    least = pixel[1] < least ? pixel[1] : least;
    return pixel[2] < least ? pixel[2] : least;
}

static void find_paper(struct measure *measure, const struct shown *shown)
{
    const struct image *background = &shown->background;
    size_t channels = (size_t)background->channels;
    int cell_px = shown->layers->cell_px;
    for (int i = 0; i < measure->across * measure->down; i++)
        measure->regions[i].ink_low = 255;
    for (int y = 0; y < background->height_px; y++)
        for (int x = 0; x < background->width_px; x++) {
            size_t at = (size_t)y * background->stride + (size_t)x * channels;
            const uint8_t *paper = background->data + at;
            int value = low(paper, (int)channels), ink = low(shown->ink.data + at, (int)channels);
            int ry = y * cell_px / measure->side_px, rx = x * cell_px / measure->side_px;
            if (ry >= measure->down)
                continue;
            rx = rx < measure->across ? rx : measure->across - 1;
            struct region *region = &measure->regions[ry * measure->across + rx];
            region->ink_low = ink < region->ink_low ? (uint8_t)ink : region->ink_low;
            if (value <= region->paper_low)
                continue;
            region->paper_low = (uint8_t)value;
            memcpy(region->paper, paper, channels);
        }
}

/* Of the page: the mean of its regions'. */
static void page_paper(const struct measure *measure, int paper[3])
{
    int count = measure->across * measure->down;
    for (int c = 0; c < 3; c++) {
        int64_t sum = 0;
        for (int i = 0; i < count; i++)
            sum += measure->regions[i].paper[c];
        paper[c] = (int)(sum / count);
    }
}

static void add_sums(const uint8_t *from, int count, int channels, struct sums *sums)
{
    uint32_t a = 0, b = 0, c = 0;
    if (channels == 1) {
        for (int i = 0; i < count; i++)
            a += from[i];
    } else {
        for (int i = 0; i < count; i++) {
            a += from[3 * i];
            b += from[3 * i + 1];
            c += from[3 * i + 2];
        }
    }
    sums->channel[0] += a;
    sums->channel[1] += b;
    sums->channel[2] += c;
}

static void mark_span(const uint8_t *was, const uint8_t *is, int count, int channels, int lost,
                      uint8_t *restrict marks)
{
    for (int i = 0; i < count; i++, was += channels, is += channels) {
        int lighter = low(is, channels) - low(was, channels);
        marks[i] = (uint8_t)((lighter > lost) | (lighter < -GAINED) << 1);
    }
}

/* The pixels of one row within one region. */
static void add_span(struct measure *measure, struct region *region, const uint8_t *was,
                     const uint8_t *is, int x, int end)
{
    int channels = measure->master->channels, contrast = (region->paper_low - region->ink_low) / 2;
    int lost = contrast < LOST_MIN ? LOST_MIN : contrast > LOST_MAX ? LOST_MAX : contrast;
    region->pixels += end - x;
    add_sums(was, end - x, channels, &region->was);
    add_sums(is, end - x, channels, &region->is);
    if (channels == 1)
        mark_span(was, is, end - x, 1, lost, measure->marks + x);
    else
        mark_span(was, is, end - x, 3, lost, measure->marks + x);
}

/* Marks count where two by two pixels bear them: edges that got sharper are one pixel wide. */
static void count_marks(const struct measure *measure, struct region *region, int x, int end)
{
    const uint8_t *here = measure->marks, *above = measure->marks_above;
    for (x = x == 0 ? 1 : x; x < end; x++) {
        int both = here[x] & here[x - 1] & above[x] & above[x - 1];
        region->lost += both & 1;
        region->gained += both >> 1;
    }
}

static void measure_row(struct measure *measure, const struct shown *shown, int y)
{
    const struct image *master = measure->master;
    const uint8_t *from = master->data + (size_t)y * master->stride;
    size_t first = (size_t)(y / measure->side_px) * (size_t)measure->across;
    int channels = master->channels;
    shown_row(shown, y, measure->row);
    strokes_row(measure->strokes, y, from, measure->row, channels);
    for (int i = 0, x = 0; i < measure->across; i++, x += measure->side_px) {
        int end = i + 1 == measure->across ? master->width_px : x + measure->side_px;
        struct region *region = &measure->regions[first + (size_t)i];
        size_t at = (size_t)x * (size_t)channels;
        add_span(measure, region, from + at, measure->row + at, x, end);
        count_marks(measure, region, x, end);
    }
    uint8_t *done = measure->marks_above;
    measure->marks_above = measure->marks;
    measure->marks = done;
}

/* ---------------------------------------------------------------- judging */

/* Darkness below the paper: of all, of red beyond the others, of blue beyond the others. */
struct amounts {
    double ink, red, blue;
};

static struct amounts amounts_of(const struct region *region, const struct sums *sums, int channels)
{
    double dark[3];
    for (int c = 0; c < 3; c++) {
        int from = channels == 3 ? c : 0;
        dark[c] = (double)region->paper[from] * region->pixels - sums->channel[from];
    }
    return (struct amounts){.ink = (dark[0] + dark[1] + dark[2]) / 3,
                            .red = (dark[1] + dark[2]) / 2 - dark[0],
                            .blue = (dark[0] + dark[1]) / 2 - dark[2]};
}

static double difference(double was, double is, double floor)
{
    return fabs(was - is) / fmax(floor, fmax(fabs(was), fabs(is)));
}

/* Figures of one region; the worst of the page follow, and its place when it is not surely good. */
static void judge_region(const struct measure *measure, double dpi, int index, double faded,
                         double broken_mm, double worst[FIGURES], struct guard_places *places)
{
    const struct region *region = &measure->regions[index];
    double scale = dpi * dpi / (300.0 * 300.0);
    int channels = measure->master->channels, side = measure->side_px;
    struct amounts was = amounts_of(region, &region->was, channels);
    struct amounts is = amounts_of(region, &region->is, channels);
    const double own[FIGURES] = {[INK] = difference(was.ink, is.ink, INK_FLOOR * scale),
                                 [RED] = difference(was.red, is.red, COLOR_FLOOR * scale),
                                 [BLUE] = difference(was.blue, is.blue, COLOR_FLOOR * scale),
                                 [LOST] = region->lost,
                                 [MORE] = region->gained,
                                 [FADED] = faded,
                                 [BROKEN] = broken_mm};
    bool good = true;
    for (int i = 0; i < FIGURES; i++) {
        worst[i] = fmax(worst[i], own[i]);
        good = good && own[i] < limits[i].risk;
    }
    if (good || places == NULL)
        return;
    int x = index % measure->across * side, y = index / measure->across * side;
    int end = (index + 1) % measure->across == 0 ? measure->master->width_px : x + side;
    places->boxes[places->count++] = (struct box){x, y, end - x, side};
}

static void judge_regions(const struct measure *measure, double dpi, double worst[FIGURES],
                          struct guard_places *places)
{
    int count = measure->across * measure->down;
    double *faded = memory_new((size_t)count * sizeof *faded);
    double *broken_mm = memory_new((size_t)count * sizeof *broken_mm);
    strokes_faded(measure->strokes, measure->across, measure->down, faded);
    strokes_broken(measure->strokes, measure->across, measure->down, broken_mm);
    if (places != NULL)
        places->boxes = memory_new((size_t)count * sizeof *places->boxes);
    for (int i = 0; i < count; i++)
        judge_region(measure, dpi, i, faded[i], broken_mm[i], worst, places);
    free(faded);
    free(broken_mm);
}

void guard_places_clear(struct guard_places *places)
{
    free(places->boxes);
    *places = (struct guard_places){0};
}

static bool masks_differ(const struct shown *shown)
{
    const struct image *meant = &shown->layers->mask;
    return memcmp(mask_of(shown)->data, meant->data, meant->stride * (size_t)meant->height_px) != 0;
}

enum guard_verdict guard_judge(const struct image *master, double dpi, const struct shown *shown,
                               struct guard_figures *figures, const char **reason,
                               struct guard_places *places)
{
    enum guard_verdict verdict = GUARD_GOOD;
    double worst[FIGURES] = {0};
    int paper[3];
    struct measure measure = {.master = master, .side_px = (int)fmax(8, dpi * REGION_INCH)};
    size_t width = (size_t)master->width_px;
    figures->judged = true;
    *reason = NULL;
    if (masks_differ(shown)) {
        *reason = "mask";
        return GUARD_REFUSED;
    }
    measure.across = master->width_px < measure.side_px ? 1 : master->width_px / measure.side_px;
    measure.down = (master->height_px + measure.side_px - 1) / measure.side_px;
    size_t count = (size_t)measure.across * (size_t)measure.down;
    measure.regions = memory_new(count * sizeof *measure.regions);
    uint8_t *rows = memory_new(2 * width + width * (size_t)master->channels);
    measure.marks = rows;
    measure.marks_above = measure.marks + width;
    measure.row = measure.marks_above + width;
    find_paper(&measure, shown);
    page_paper(&measure, paper);
    measure.strokes = strokes_new(master->width_px, master->height_px, dpi, measure.side_px, paper);
    for (int y = 0; y < master->height_px; y++)
        measure_row(&measure, shown, y);
    judge_regions(&measure, dpi, worst, places);
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++) {
        enum guard_verdict own = worst[i] >= limits[i].refused ? GUARD_REFUSED
                                 : worst[i] >= limits[i].risk  ? GUARD_RISK
                                                               : GUARD_GOOD;
        *reason = own > verdict ? reasons[i] : *reason;
        verdict = own > verdict ? own : verdict;
    }
    figures->ink = worst[INK];
    figures->red = worst[RED];
    figures->blue = worst[BLUE];
    figures->lost_px = (int)worst[LOST];
    figures->gained_px = (int)worst[MORE];
    figures->faded = worst[FADED];
    figures->broken_mm = worst[BROKEN];
    strokes_free(measure.strokes);
    free(measure.regions);
    free(rows);
    return verdict;
}

bool guard_refuses(const struct guard_figures *figures)
{
    const double worst[] = {
        [INK] = figures->ink,         [RED] = figures->red,        [BLUE] = figures->blue,
        [LOST] = figures->lost_px,    [MORE] = figures->gained_px, [FADED] = figures->faded,
        [BROKEN] = figures->broken_mm};
    bool refuses = figures->reread && figures->words_lost > 0;
    for (size_t i = 0; i < sizeof worst / sizeof *worst; i++)
        refuses = refuses || !(worst[i] < limits[i].refused);
    return refuses;
}
