#include "archive/pdf/flate.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/message.h"

#define PREDICTOR_PAETH 4 /* PNG, 9.4 */
#define CHUNK 65536

static int paeth(int left, int above, int corner)
{
    int guess = left + above - corner;
    int to_left = abs(guess - left), to_above = abs(guess - above), to_corner = abs(guess - corner);
    if (to_left <= to_above && to_left <= to_corner)
        return left;
    return to_above <= to_corner ? above : corner;
}

/* The row's bytes as PDF has them. */
static void plain_row(const struct image *image, size_t y, uint8_t *row)
{
    const uint8_t *from = image->data + y * image->stride;
    if (image->bits == 8) {
        memcpy(row, from, image->stride);
        return;
    }
    for (size_t i = 0; i + 1 < image->stride; i += 2) {
        uint16_t sample;
        memcpy(&sample, from + i, 2);
        row[i] = (uint8_t)(sample >> 8);
        row[i + 1] = (uint8_t)sample;
    }
}

static bool squeeze(z_stream *zip, const uint8_t *bytes, size_t size, int flush, struct buffer *out)
{
    uint8_t chunk[CHUNK];
    int code;
    zip->next_in = (Bytef *)bytes;
    zip->avail_in = (uInt)size;
    do {
        zip->next_out = chunk;
        zip->avail_out = sizeof chunk;
        code = deflate(zip, flush);
        buffer_add(out, chunk, sizeof chunk - zip->avail_out);
    } while (zip->avail_out == 0 && code == Z_OK);
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

enum status flate_encode(const struct image *image, struct buffer *out, struct error *error)
{
    z_stream zip = {0};
    size_t pixel = (size_t)(image->channels * image->bits / 8), size = image->stride;
    if (deflateInit(&zip, 6) != Z_OK)
        return error_set(error, STATUS_RETRY, _("There is not enough memory to make a PDF."));
    uint8_t *above = memory_new(size), *row = memory_new(size), *coded = memory_new(size + 1);
    bool good = true;
    coded[0] = PREDICTOR_PAETH;
    for (size_t y = 0; y < (size_t)image->height_px && good; y++) {
        plain_row(image, y, row);
        for (size_t i = 0; i < size; i++) {
            int left = i < pixel ? 0 : row[i - pixel], corner = i < pixel ? 0 : above[i - pixel];
            coded[i + 1] = (uint8_t)(row[i] - paeth(left, above[i], corner));
        }
        good = squeeze(&zip, coded, size + 1, Z_NO_FLUSH, out);
        uint8_t *last = above;
        above = row;
        row = last;
    }
    good = good && squeeze(&zip, NULL, 0, Z_FINISH, out);
    deflateEnd(&zip);
    free(above);
    free(row);
    free(coded);
    return good ? STATUS_OK
                : error_set(error, STATUS_FATAL, _("The page's raster cannot be compressed."));
}

/* ---------------------------------------------------------------- and back */

bool flate_undo(int predictor, const uint8_t *above, uint8_t *row, size_t size, size_t pixel)
{
    for (size_t i = 0; i < size && predictor > 0; i++) {
        int left = i < pixel ? 0 : row[i - pixel], corner = i < pixel ? 0 : above[i - pixel];
        int guess = predictor == 1   ? left
                    : predictor == 2 ? above[i]
                    : predictor == 3 ? (left + above[i]) / 2
                                     : paeth(left, above[i], corner);
        row[i] = (uint8_t)(row[i] + guess);
    }
    return predictor >= 0 && predictor <= PREDICTOR_PAETH;
}

/* The row's samples as struct image has them. */
static void take_row(struct image *image, size_t y, const uint8_t *row)
{
    uint8_t *to = image->data + y * image->stride;
    if (image->bits == 8) {
        memcpy(to, row, image->stride);
        return;
    }
    for (size_t i = 0; i + 1 < image->stride; i += 2) {
        uint16_t sample = (uint16_t)(row[i] << 8 | row[i + 1]);
        memcpy(to + i, &sample, 2);
    }
}

static bool unfold(z_stream *zip, uint8_t *to, size_t size)
{
    int code = Z_OK;
    zip->next_out = to;
    zip->avail_out = (uInt)size;
    while (zip->avail_out > 0 && code == Z_OK)
        code = inflate(zip, Z_NO_FLUSH);
    return zip->avail_out == 0;
}

enum status flate_decode(const uint8_t *bytes, size_t size, struct image *out, struct error *error)
{
    z_stream zip = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)size};
    size_t pixel = (size_t)(out->channels * out->bits / 8), length = out->stride;
    if (size > UINT32_MAX || inflateInit(&zip) != Z_OK)
        return error_set(error, STATUS_REJECT, _("The page's raster cannot be read back."));
    uint8_t *above = memory_new(length + 1), *row = memory_new(length + 1), more = 0;
    bool good = true;
    for (size_t y = 0; y < (size_t)out->height_px && good; y++) {
        good =
            unfold(&zip, row, length + 1) && flate_undo(row[0], above + 1, row + 1, length, pixel);
        if (good)
            take_row(out, y, row + 1);
        uint8_t *last = above;
        above = row;
        row = last;
    }
    good = good && !unfold(&zip, &more, 1);
    inflateEnd(&zip);
    free(above);
    free(row);
    return good ? STATUS_OK
                : error_set(error, STATUS_REJECT, _("The page's raster cannot be read back."));
}
