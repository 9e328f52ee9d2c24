/* CCITT Group 4 (T.6) in memory, coded and decoded by libtiff. */
#include <stdlib.h>
#include <string.h>

#include "core/image_codec.h"
#include "core/image_tiff.h"
#include "core/message.h"

struct memory_file {
    struct buffer bytes;
    size_t at;
};

static tmsize_t memory_read(thandle_t handle, void *to, tmsize_t size)
{
    struct memory_file *file = handle;
    size_t left = file->at < file->bytes.size ? file->bytes.size - file->at : 0;
    size_t count = (size_t)size < left ? (size_t)size : left;
    if (count)
        memcpy(to, file->bytes.data + file->at, count);
    file->at += count;
    return (tmsize_t)count;
}

static tmsize_t memory_write(thandle_t handle, void *from, tmsize_t size)
{
    struct memory_file *file = handle;
    static const uint8_t zero[64] = {0};
    while (file->bytes.size < file->at) {
        size_t gap = file->at - file->bytes.size;
        buffer_add(&file->bytes, zero, gap < sizeof zero ? gap : sizeof zero);
    }
    size_t over = file->bytes.size - file->at;
    over = over < (size_t)size ? over : (size_t)size;
    if (over)
        memcpy(file->bytes.data + file->at, from, over);
    buffer_add(&file->bytes, (const uint8_t *)from + over, (size_t)size - over);
    file->at += (size_t)size;
    return size;
}

static toff_t memory_seek(thandle_t handle, toff_t offset, int whence)
{
    struct memory_file *file = handle;
    size_t base = whence == SEEK_CUR ? file->at : whence == SEEK_END ? file->bytes.size : 0;
    file->at = base + (size_t)offset;
    return file->at;
}

static int memory_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t memory_size(thandle_t handle)
{
    return ((struct memory_file *)handle)->bytes.size;
}

static TIFF *memory_open(struct memory_file *file, const char *mode, struct tiff_state *state)
{
    TIFFOpenOptions *options = tiff_options(state);
    TIFF *tiff =
        options ? TIFFClientOpenExt("memory", mode, file, memory_read, memory_write, memory_seek,
                                    memory_close, memory_size, NULL, NULL, options)
                : NULL;
    TIFFOpenOptionsFree(options);
    return tiff;
}

/* The rows decoded again are the image's; what lies behind a row's end does not count. */
static bool same_rows(TIFF *tiff, const struct image *image)
{
    uint8_t *row = memory_new(image->stride);
    const uint8_t spare = (uint8_t)(0xff << (image->stride * 8 - (size_t)image->width_px));
    bool same = TIFFScanlineSize(tiff) == (tmsize_t)image->stride;
    const uint8_t *from = image->data;
    for (int y = 0; same && y < image->height_px; y++, from += image->stride)
        same = TIFFReadScanline(tiff, row, (uint32_t)y, 0) == 1 &&
               memcmp(row, from, image->stride - 1) == 0 &&
               ((row[image->stride - 1] ^ from[image->stride - 1]) & spare) == 0;
    free(row);
    return same;
}

/* The one strip of the TIFF in file, as it is; decoded again, it must be the image. */
static bool raw_strip(struct memory_file *file, struct tiff_state *state, const struct image *image,
                      struct buffer *out)
{
    file->at = 0;
    TIFF *tiff = memory_open(file, "rm", state);
    if (!tiff)
        return false;
    tmsize_t size = TIFFRawStripSize(tiff, 0);
    uint8_t *strip = memory_new(size > 0 ? (size_t)size : 1);
    bool good =
        size > 0 && TIFFReadRawStrip(tiff, 0, strip, size) == size && same_rows(tiff, image);
    if (good)
        buffer_add(out, strip, (size_t)size);
    free(strip);
    TIFFClose(tiff);
    return good && !state->failed;
}

enum status image_encode_g4(const struct image *image, struct buffer *out, struct error *error)
{
    struct tiff_state state = {0};
    struct memory_file file = {0};
    if (image->bits != 1 || image->channels != 1)
        return error_set(error, STATUS_FATAL, _("G4 holds black and white only"));
    TIFF *tiff = memory_open(&file, "wl", &state);
    bool good = tiff != NULL;
    if (good) {
        tiff_set_fields(tiff, image, NULL);
        good = tiff_write_rows(tiff, image);
        TIFFClose(tiff);
    }
    good = good && !state.failed && raw_strip(&file, &state, image, out);
    buffer_clear(&file.bytes);
    return good ? STATUS_OK : error_set(error, STATUS_FATAL, _("cannot write G4: %s"), state.cause);
}

/* ---------------------------------------------------------------- decoding */

static bool read_rows(TIFF *tiff, struct image *out)
{
    bool good = TIFFScanlineSize(tiff) == (tmsize_t)out->stride;
    uint8_t *row = out->data;
    for (int y = 0; good && y < out->height_px; y++, row += out->stride)
        good = TIFFReadScanline(tiff, row, (uint32_t)y, 0) == 1;
    return good;
}

/* The strip gets a TIFF of its own around it, which is then read as any other. */
enum status image_decode_g4(const void *bytes, size_t size, int width_px, int height_px,
                            struct image *out, struct error *error)
{
    struct tiff_state state = {0};
    struct memory_file file = {0};
    enum status status = image_check_size((uint64_t)width_px, (uint64_t)height_px, error);
    if (status != STATUS_OK)
        return status;
    image_init(out, width_px, height_px, 1, 1);
    TIFF *tiff = memory_open(&file, "wl", &state);
    bool good = tiff != NULL;
    if (good) {
        tiff_set_fields(tiff, out, NULL);
        good = TIFFWriteRawStrip(tiff, 0, (void *)(uintptr_t)bytes, (tmsize_t)size) ==
                   (tmsize_t)size &&
               TIFFWriteDirectory(tiff) == 1;
        TIFFClose(tiff);
    }
    file.at = 0;
    tiff = good ? memory_open(&file, "rm", &state) : NULL;
    state.decoding = true; /* a strip that breaks off is no image */
    good = tiff != NULL && read_rows(tiff, out) && !state.failed;
    if (tiff)
        TIFFClose(tiff);
    buffer_clear(&file.bytes);
    image_trim_rows(out);
    if (!good) {
        image_clear(out);
        status = image_damaged(state.cause, error);
    }
    return status;
}
