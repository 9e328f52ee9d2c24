#include "core/image_tiff.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/image_codec.h"
#include "core/message.h"

#define PAGES_MAX 5000 /* directories in one file; a hostile file chains any number */
#define STRIP_BYTES (256 * 1024)
#define DEFLATE_LEVEL 3 /* measured on colour pages: the size of 6 in a third of its time */

static int on_error(TIFF *tiff, void *context, const char *module, const char *format,
                    va_list arguments)
{
    (void)tiff, (void)module;
    struct tiff_state *state = context;
    if (!state->failed)
        vsnprintf(state->cause, sizeof state->cause, format, arguments);
    state->failed = true;
    return 1;
}

/* A fax page that breaks off, or JPEG data that does, is only a warning to libtiff, and the rest of
 * the page comes out white or grey. LZW writers that forget the end code lose nothing. */
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format,
                      va_list arguments)
{
    struct tiff_state *state = context;
    if (state->decoding && strncmp(module ? module : "", "LZW", 3) != 0)
        on_error(tiff, context, module, format, arguments);
    return 1;
}

TIFFOpenOptions *tiff_options(struct tiff_state *state)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options)
        return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, state);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, state);
    /* No single piece needs more than all pixels at 16-bit RGB. */
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)(IMAGE_PIXELS_MAX * 6));
    return options;
}

/* mode "m" where reading: without mmap, so that a file that shrinks meanwhile is an error and not a
 * SIGBUS. */
static TIFF *tiff_open(const char *path, const char *mode, struct tiff_state *state)
{
    TIFFOpenOptions *options = tiff_options(state);
    TIFF *tiff = options ? TIFFOpenExt(path, mode, options) : NULL;
    TIFFOpenOptionsFree(options);
    return tiff;
}

/* ---------------------------------------------------------------- one directory */

struct layout {
    uint32_t width, height;
    uint16_t bits, samples, photometric, planar, format, orientation, extra;
};

static void read_layout(TIFF *tiff, struct layout *layout)
{
    uint16_t *kinds = NULL;
    *layout = (struct layout){0};
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout->bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &layout->planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &layout->format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &layout->orientation);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &layout->extra, &kinds);
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout->photometric))
        layout->photometric = layout->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISWHITE;
}

static void read_dpi(TIFF *tiff, struct image *image)
{
    float x = 0, y = 0;
    uint16_t unit = RESUNIT_INCH;
    TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x);
    TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    double per_inch = unit == RESUNIT_INCH ? 1 : unit == RESUNIT_CENTIMETER ? 2.54 : 0;
    image->dpi_x = image_sane_dpi(round(x * per_inch * 1000) / 1000);
    image->dpi_y = image_sane_dpi(round(y * per_inch * 1000) / 1000);
}

static bool is_gray(const struct layout *layout)
{
    return layout->photometric == PHOTOMETRIC_MINISWHITE ||
           layout->photometric == PHOTOMETRIC_MINISBLACK;
}

/* Grey or RGB whose samples we can take as they are; the rest goes through libtiff's conversion to
 * 8-bit RGBA. */
static bool is_plain(const struct layout *layout)
{
    bool gray = is_gray(layout) && layout->samples == 1 &&
                (layout->bits == 1 || layout->bits == 8 || layout->bits == 16);
    bool color = layout->photometric == PHOTOMETRIC_RGB && layout->samples == 3 &&
                 (layout->bits == 8 || layout->bits == 16);
    return layout->extra == 0 && (gray || color);
}

static enum status check_layout(const struct layout *layout, struct error *error)
{
    enum status status = image_check_size(layout->width, layout->height, error);
    if (status != STATUS_OK)
        return status;
    if (layout->samples < 1 || layout->samples > 8 || layout->bits < 1 || layout->bits > 16 ||
        (layout->format != SAMPLEFORMAT_UINT && layout->format != SAMPLEFORMAT_VOID))
        return error_set(
            error, STATUS_REJECT,
            _("the TIFF has %d samples of %d bits a pixel; save it as grey or RGB of 8 "
              "or 16 bits"),
            layout->samples, layout->bits);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- pixels */

static bool read_scanlines(TIFF *tiff, const struct layout *layout, struct image *out)
{
    bool separate = layout->planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
    size_t size = separate ? out->stride / layout->samples : out->stride;
    if ((size_t)TIFFScanlineSize(tiff) != size)
        return false;
    for (uint32_t y = 0; y < layout->height && !separate; y++)
        if (TIFFReadScanline(tiff, out->data + y * out->stride, y, 0) != 1)
            return false;
    if (!separate)
        return true;

    uint8_t *row = memory_new(size);
    size_t sample_size = layout->bits / 8u;
    bool good = true;
    for (uint16_t sample = 0; good && sample < layout->samples; sample++)
        for (uint32_t y = 0; good && y < layout->height; y++) {
            good = TIFFReadScanline(tiff, row, y, sample) == 1;
            uint8_t *to = out->data + y * out->stride + sample * sample_size;
            for (size_t x = 0; good && x < layout->width; x++)
                memcpy(to + x * layout->samples * sample_size, row + x * sample_size, sample_size);
        }
    free(row);
    return good;
}

/* A tile's width is a multiple of 16, so that even bilevel tiles begin at a byte. */
static bool read_tiles(TIFF *tiff, const struct layout *layout, struct image *out)
{
    uint32_t width = 0, height = 0;
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &height);
    size_t row_size = (size_t)TIFFTileRowSize(tiff);
    size_t pixel_bits = (size_t)layout->samples * layout->bits;
    bool odd = layout->planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
    if (odd || width == 0 || width % 16 || height == 0 || width > 2 * IMAGE_SIDE_MAX ||
        height > 2 * IMAGE_SIDE_MAX || row_size != width * pixel_bits / 8)
        return false;
    uint8_t *tile = memory_new(row_size * height);
    bool good = true;
    for (uint32_t y = 0; good && y < layout->height; y += height)
        for (uint32_t x = 0; good && x < layout->width; x += width) {
            good = TIFFReadTile(tiff, tile, x, y, 0, 0) > 0;
            size_t at = x * pixel_bits / 8;
            size_t part = out->stride - at < row_size ? out->stride - at : row_size;
            for (uint32_t i = 0; good && i < height && y + i < layout->height; i++)
                memcpy(out->data + (y + i) * out->stride + at, tile + i * row_size, part);
        }
    free(tile);
    return good;
}

static bool read_plain(TIFF *tiff, const struct layout *layout, struct image *out)
{
    bool good =
        TIFFIsTiled(tiff) ? read_tiles(tiff, layout, out) : read_scanlines(tiff, layout, out);
    /* Ours: 1 bit is black where set, more bits are white where high. */
    bool flip =
        is_gray(layout) && (layout->bits == 1) == (layout->photometric == PHOTOMETRIC_MINISBLACK);
    for (size_t i = 0; good && flip && i < out->stride * layout->height; i++)
        out->data[i] = (uint8_t)~out->data[i];
    return good;
}

/* Palettes, CMYK, YCbCr, 2 and 4 bits, alpha. libtiff hands back colours multiplied by alpha. */
static bool read_converted(TIFF *tiff, const struct layout *layout, struct image *out)
{
    size_t count = (size_t)layout->width * layout->height;
    int channels = out->channels == 1 ? 1 : 3;
    uint32_t *pixels = memory_new(count * sizeof *pixels);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); /* turning is image_upright's */
    bool good = TIFFReadRGBAImageOriented(tiff, layout->width, layout->height, pixels,
                                          ORIENTATION_TOPLEFT, 1) == 1;
    for (size_t i = 0; good && i < count; i++) {
        unsigned white = 255 - TIFFGetA(pixels[i]);
        unsigned color[3] = {TIFFGetR(pixels[i]), TIFFGetG(pixels[i]), TIFFGetB(pixels[i])};
        for (int c = 0; c < channels; c++) {
            unsigned value = color[c] + white;
            out->data[i * (size_t)channels + (size_t)c] = (uint8_t)(value > 255 ? 255 : value);
        }
    }
    free(pixels);
    return good;
}

static enum status read_pixels(TIFF *tiff, struct tiff_state *state, const struct layout *layout,
                               struct image *out, struct error *error)
{
    bool plain = is_plain(layout);
    int channels = is_gray(layout) ? 1 : 3;
    image_init(out, (int)layout->width, (int)layout->height, channels, plain ? layout->bits : 8);
    read_dpi(tiff, out);
    state->failed = false;
    state->decoding = true;
    bool good = plain ? read_plain(tiff, layout, out) : read_converted(tiff, layout, out);
    if (good && !state->failed) {
        image_trim_rows(out);
        image_upright(out, layout->orientation);
        return STATUS_OK;
    }
    image_clear(out);
    return image_damaged(state->failed ? state->cause : "unexpected layout", error);
}

/* ---------------------------------------------------------------- reading */

static enum status open_page(const char *path, int page, struct tiff_state *state, TIFF **out,
                             struct layout *layout, struct error *error)
{
    *state = (struct tiff_state){0};
    *out = tiff_open(path, "rm", state);
    if (!*out)
        return image_damaged(state->failed ? state->cause : "no TIFF", error);
    if (page > PAGES_MAX || (page > 0 && !TIFFSetDirectory(*out, (tdir_t)page))) {
        TIFFClose(*out);
        *out = NULL;
        return error_set(error, STATUS_REJECT, _("the image has no page %d"), page + 1);
    }
    read_layout(*out, layout);
    enum status status = check_layout(layout, error);
    if (status != STATUS_OK) {
        TIFFClose(*out);
        *out = NULL;
    }
    return status;
}

enum status image_tiff_probe(const char *path, struct image *facts, int *pages, struct error *error)
{
    struct tiff_state state;
    struct layout layout = {0};
    TIFF *tiff = NULL;
    *pages = 0;
    enum status status = open_page(path, 0, &state, &tiff, &layout, error);
    if (tiff == NULL)
        return status;
    *facts = (struct image){.width_px = (int)layout.width, .height_px = (int)layout.height};
    facts->channels = is_gray(&layout) ? 1 : 3;
    facts->bits = is_plain(&layout) ? layout.bits : 8;
    read_dpi(tiff, facts);
    image_upright(facts, layout.orientation);
    do
        ++*pages;
    while (*pages <= PAGES_MAX && TIFFReadDirectory(tiff));
    TIFFClose(tiff);
    if (*pages > PAGES_MAX)
        status = error_set(error, STATUS_REJECT, _("the TIFF has more than %d pages; split it"),
                           PAGES_MAX);
    return status;
}

enum status image_tiff_read(const char *path, int page, struct image *out, struct error *error)
{
    struct tiff_state state;
    struct layout layout = {0};
    TIFF *tiff = NULL;
    *out = (struct image){0};
    enum status status = open_page(path, page, &state, &tiff, &layout, error);
    if (tiff == NULL)
        return status;
    status = read_pixels(tiff, &state, &layout, out, error);
    TIFFClose(tiff);
    return status;
}

/* ---------------------------------------------------------------- writing */

static void set_text(TIFF *tiff, uint32_t tag, const char *text)
{
    if (text && *text)
        TIFFSetField(tiff, tag, text);
}

void tiff_set_fields(TIFF *tiff, const struct image *image, const struct image_tags *tags)
{
    bool bilevel = image->bits == 1;
    size_t rows = STRIP_BYTES / image->stride;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)image->width_px);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)image->height_px);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, image->bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, image->channels);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
                 bilevel                ? PHOTOMETRIC_MINISWHITE
                 : image->channels == 1 ? PHOTOMETRIC_MINISBLACK
                                        : PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION,
                 bilevel ? COMPRESSION_CCITTFAX4 : COMPRESSION_ADOBE_DEFLATE);
    if (!bilevel) {
        TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
        TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, DEFLATE_LEVEL);
    }
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP,
                 bilevel ? (uint32_t)image->height_px : (uint32_t)(rows ? rows : 1));
    if (image->dpi_x > 0 && image->dpi_y > 0) {
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, image->dpi_x);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, image->dpi_y);
    }
    if (!tags)
        return;
    set_text(tiff, TIFFTAG_IMAGEDESCRIPTION, tags->description);
    set_text(tiff, TIFFTAG_MODEL, tags->device);
    set_text(tiff, TIFFTAG_SOFTWARE, tags->software);
    set_text(tiff, TIFFTAG_DATETIME, tags->datetime);
}

/* libtiff changes the row it is given (predictor), so that it gets a copy. */
bool tiff_write_rows(TIFF *tiff, const struct image *image)
{
    uint8_t *row = memory_new(image->stride);
    bool good = true;
    for (int y = 0; good && y < image->height_px; y++) {
        memcpy(row, image->data + (size_t)y * image->stride, image->stride);
        good = TIFFWriteScanline(tiff, row, (uint32_t)y, 0) == 1;
    }
    free(row);
    return good && TIFFWriteDirectory(tiff);
}

enum status image_write_tiff(const struct image *image, const char *path,
                             const struct image_tags *tags, struct error *error)
{
    struct tiff_state state = {0};
    struct file_writer *writer = NULL;
    enum status status = file_create(path, &writer, error);
    if (status != STATUS_OK)
        return status;
    errno = 0;
    TIFF *tiff = tiff_open(file_part(writer), "wl", &state);
    bool good = tiff != NULL;
    if (good) {
        tiff_set_fields(tiff, image, tags);
        good = tiff_write_rows(tiff, image);
        TIFFClose(tiff);
    }
    if (good && !state.failed)
        return file_commit(writer, error);
    const char *cause = errno ? message_errno(errno) : state.cause;
    status = error_set(error, STATUS_RETRY,
                       _("cannot write the page image (%s); make room on the disk"), cause);
    file_abandon(writer);
    return status;
}
