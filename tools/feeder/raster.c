#include "tools/feeder/feeder.h"

#include <math.h>
#include <string.h>

#include "core/message.h"

#define MM_PER_INCH 25.4

static int to_px(SANE_Word fixed_mm, double dpi)
{
    return (int)lround(SANE_UNFIX(fixed_mm) / MM_PER_INCH * dpi);
}

static int at_least_1(long px)
{
    return px < 1 ? 1 : (int)px;
}

static void place_window(struct raster *raster, const struct options *options, double dpi)
{
    const SANE_Word *words = options->words;
    SANE_Word left = words[OPTION_TL_X], right = words[OPTION_BR_X];
    SANE_Word top = words[OPTION_TL_Y], bottom = words[OPTION_BR_Y];
    raster->left_px = to_px(left < right ? left : right, dpi);
    raster->top_px = to_px(top < bottom ? top : bottom, dpi);
    long end_x = to_px(left < right ? right : left, dpi);
    long end_y = to_px(top < bottom ? bottom : top, dpi);
    if (words[OPTION_AUTO_SIZE]) {
        end_x = end_x < raster->paper_width_px ? end_x : raster->paper_width_px;
        end_y = end_y < raster->paper_height_px ? end_y : raster->paper_height_px;
    }
    raster->width_px = at_least_1(end_x - raster->left_px);
    raster->height_px = at_least_1(end_y - raster->top_px);
}

enum status raster_open(struct raster *raster, const struct sheet *sheet, int side,
                        const struct options *options, bool read, struct error *error)
{
    const char *path = sheet->sides[side];
    const char *measured =
        path ? path : sheet->sides[!side]; /* a white side is as big as the other */
    struct image facts = {0};
    enum image_format format;
    int pages;
    enum status status;
    *raster = (struct raster){0};
    if (read && path) {
        status = image_read(path, 0, &raster->image, error);
        facts = raster->image;
    } else if (!measured) {
        facts = (struct image){.width_px = 2480, .height_px = 3508}; /* white A4 */
        status = STATUS_OK;
    } else {
        status = image_probe(measured, &facts, &format, &pages, error);
    }
    if (status != STATUS_OK)
        return status;
    double dpi = options->words[OPTION_RESOLUTION];
    double dpi_x = facts.dpi_x > 0 ? facts.dpi_x : FEEDER_DPI;
    double dpi_y = facts.dpi_y > 0 ? facts.dpi_y : FEEDER_DPI;
    raster->step_x = dpi_x / dpi;
    raster->step_y = dpi_y / dpi;
    /* Files keep dpi in several units: what differs by rounding only is the same resolution, and
     * then the pixels pass unchanged. */
    if (fabs(raster->step_x - 1) < 0.002)
        raster->step_x = 1;
    if (fabs(raster->step_y - 1) < 0.002)
        raster->step_y = 1;
    raster->paper_width_px = at_least_1(lround(facts.width_px / raster->step_x));
    raster->paper_height_px = at_least_1(lround(facts.height_px / raster->step_y));
    raster->mode = (enum feeder_mode)options->words[OPTION_MODE];
    raster->depth_bits = raster->mode == FEEDER_LINEART ? 1 : options->words[OPTION_DEPTH];
    place_window(raster, options, dpi);
    return STATUS_OK;
}

void raster_clear(struct raster *raster)
{
    image_clear(&raster->image);
    *raster = (struct raster){0};
}

static int samples_per_pixel(const struct raster *raster, int channel)
{
    return raster->mode == FEEDER_COLOR && channel < 0 ? 3 : 1;
}

size_t raster_stride(const struct raster *raster, int channel)
{
    size_t samples = (size_t)raster->width_px * (size_t)samples_per_pixel(raster, channel);
    return raster->depth_bits == 1 ? (samples + 7) / 8 : samples * (size_t)(raster->depth_bits / 8);
}

/* One sample of the paper as 16 bits. */
static unsigned sample(const struct image *image, int x, int y, int channel)
{
    const uint8_t *row = image->data + (size_t)y * image->stride;
    size_t at = (size_t)x * (size_t)image->channels + (size_t)(image->channels == 3 ? channel : 0);
    uint16_t wide;
    switch (image->bits) {
    case 1:
        return row[x >> 3] & (0x80 >> (x & 7)) ? 0 : 65535;
    case 8:
        return row[at] * 257U;
    default:
        memcpy(&wide, row + 2 * at, sizeof wide);
        return wide;
    }
}

/* The part of the paper that one scanned pixel covers, from..to exclusive. */
struct span {
    int from, to;
};

static struct span span_of(int at, double step, int size)
{
    struct span span = {(int)(at * step), (int)ceil((at + 1) * step - 1e-9)};
    span.from = span.from < size ? span.from : size - 1;
    span.to = span.to <= span.from ? span.from + 1 : span.to;
    span.to = span.to < size ? span.to : size;
    return span;
}

/* Mean over the covered part: smaller resolutions average, larger ones repeat. */
static void pixel(const struct raster *raster, struct span across, struct span down,
                  unsigned rgb[3])
{
    const struct image *image = &raster->image;
    uint64_t sums[3] = {0};
    uint64_t count = (uint64_t)(across.to - across.from) * (uint64_t)(down.to - down.from);
    for (int y = down.from; y < down.to; y++)
        for (int x = across.from; x < across.to; x++)
            for (int channel = 0; channel < image->channels; channel++)
                sums[channel] += sample(image, x, y, channel);
    for (int channel = 0; channel < 3; channel++)
        rgb[channel] = (unsigned)((sums[image->channels == 3 ? channel : 0] + count / 2) / count);
}

/* The light that reaches the head there; beyond the paper is the white of the lid. */
static void look(const struct raster *raster, int x, int y, unsigned rgb[3])
{
    rgb[0] = rgb[1] = rgb[2] = 65535;
    x += raster->left_px;
    y += raster->top_px;
    if (raster->image.data && x < raster->paper_width_px && y < raster->paper_height_px)
        pixel(raster, span_of(x, raster->step_x, raster->image.width_px),
              span_of(y, raster->step_y, raster->image.height_px), rgb);
}

static unsigned luma(const struct raster *raster, const unsigned rgb[3])
{
    if (raster->image.channels != 3)
        return rgb[0];
    return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000;
}

static void put(uint8_t *row, size_t at, unsigned value, int depth_bits)
{
    uint16_t wide = (uint16_t)value;
    if (depth_bits == 16)
        memcpy(row + 2 * at, &wide, sizeof wide); /* SANE: the machine's own byte order */
    else if (depth_bits == 8)
        row[at] = (uint8_t)((value + 128) / 257);
    else if (value < 32768)
        row[at / 8] |= (uint8_t)(0x80 >> (at % 8)); /* SANE: a set bit is black */
}

void raster_row(const struct raster *raster, int channel, int y, uint8_t *row)
{
    int samples = samples_per_pixel(raster, channel);
    memset(row, 0, raster_stride(raster, channel));
    for (int x = 0; x < raster->width_px; x++) {
        unsigned rgb[3];
        look(raster, x, y, rgb);
        if (raster->mode != FEEDER_COLOR)
            put(row, (size_t)x, luma(raster, rgb), raster->depth_bits);
        else if (samples == 1)
            put(row, (size_t)x, rgb[channel], raster->depth_bits);
        else
            for (int i = 0; i < 3; i++)
                put(row, 3 * (size_t)x + (size_t)i, rgb[i], raster->depth_bits);
    }
}
