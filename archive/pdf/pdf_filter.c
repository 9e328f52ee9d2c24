/* Streams, decoded. Door: zlib. */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "archive/pdf/flate.h"
#include "archive/pdf/pdf_parse.h"

#define INFLATED_MAX ((size_t)256 << 20) /* for tables and object streams of one file */
#define COLORS_MAX 32
#define COLUMNS_MAX 10000000

enum { PREDICTOR_NONE = 1, PREDICTOR_TIFF = 2, PREDICTOR_PNG = 10, PREDICTOR_LAST = 15 };

struct predictor {
    int kind;
    int colors, bits;
    size_t row, pixel; /* bytes; a pixel has one at least */
};

static bool inflate_all(const uint8_t *bytes, size_t size, size_t limit, struct buffer *out)
{
    z_stream stream = {0};
    uint8_t part[16384];
    int code = Z_OK;
    if (size > UINT32_MAX || inflateInit(&stream) != Z_OK)
        return false;
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    while (code == Z_OK && out->size <= limit) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        code = inflate(&stream, Z_NO_FLUSH);
        buffer_add(out, part, sizeof part - stream.avail_out);
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END && out->size <= limit;
}

/* ---------------------------------------------------------------- predictors, 7.4.4.4 */

static int64_t number_of(struct pdf_file *file, const struct pdf_value *parms, const char *key,
                         int64_t usual)
{
    const struct pdf_value *value = pdf_get(file, parms, key);
    return value->kind == PDF_NULL ? usual : value->kind == PDF_INT ? value->number : -1;
}

static bool read_predictor(struct pdf_file *file, const struct pdf_value *parms,
                           struct predictor *out)
{
    int64_t kind = number_of(file, parms, "Predictor", PREDICTOR_NONE);
    int64_t colors = number_of(file, parms, "Colors", 1);
    int64_t bits = number_of(file, parms, "BitsPerComponent", 8);
    int64_t columns = number_of(file, parms, "Columns", 1);
    if (kind != PREDICTOR_NONE && kind != PREDICTOR_TIFF &&
        (kind < PREDICTOR_PNG || kind > PREDICTOR_LAST))
        return false;
    if (colors < 1 || colors > COLORS_MAX || columns < 1 || columns > COLUMNS_MAX ||
        (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16))
        return false;
    *out = (struct predictor){.kind = (int)kind,
                              .colors = (int)colors,
                              .bits = (int)bits,
                              .row = (size_t)((colors * bits * columns + 7) / 8),
                              .pixel = (size_t)((colors * bits + 7) / 8)};
    return true;
}

/* Rows become shorter by the byte that names their predictor. */
static bool undo_png(const struct predictor *predictor, struct buffer *data)
{
    const size_t row = predictor->row;
    size_t count = data->size / (row + 1);
    uint8_t *above = memory_new(row);
    bool good = data->size % (row + 1) == 0;
    for (size_t i = 0; i < count && good; i++) {
        const uint8_t *before = i > 0 ? data->data + (i - 1) * row : above;
        uint8_t *from = data->data + i * (row + 1), kind = from[0];
        memmove(data->data + i * row, from + 1, row);
        good = flate_undo(kind, before, data->data + i * row, row, predictor->pixel);
    }
    data->size = good ? count * row : data->size;
    free(above);
    return good;
}

/* Sample at place i of a row, bits wide, most significant first. */
static unsigned sample_at(const uint8_t *row, size_t i, int bits)
{
    if (bits == 16)
        return (unsigned)row[2 * i] << 8 | row[2 * i + 1];
    size_t bit = i * (size_t)bits;
    return row[bit / 8] >> (8 - bits - (int)(bit % 8)) & ((1u << bits) - 1);
}

static void set_sample(uint8_t *row, size_t i, int bits, unsigned value)
{
    if (bits == 16) {
        row[2 * i] = (uint8_t)(value >> 8);
        row[2 * i + 1] = (uint8_t)value;
        return;
    }
    size_t bit = i * (size_t)bits;
    int shift = 8 - bits - (int)(bit % 8);
    unsigned mask = ((1u << bits) - 1) << shift;
    row[bit / 8] = (uint8_t)((row[bit / 8] & ~mask) | (value << shift & mask));
}

static bool undo_tiff(const struct predictor *predictor, struct buffer *data)
{
    const size_t colors = (size_t)predictor->colors;
    const size_t samples = predictor->row * 8 / (size_t)predictor->bits;
    for (size_t at = 0; at + predictor->row <= data->size; at += predictor->row)
        for (size_t i = colors; i < samples; i++)
            set_sample(data->data + at, i, predictor->bits,
                       sample_at(data->data + at, i, predictor->bits) +
                           sample_at(data->data + at, i - colors, predictor->bits));
    return data->size % predictor->row == 0;
}

/* ---------------------------------------------------------------- all */

/* The only member of an array, or what is no array. */
static const struct pdf_value *only(struct pdf_file *file, const struct pdf_value *value)
{
    if (value->kind == PDF_ARRAY && value->size == 1)
        return pdf_resolve(file, &value->items[0]);
    return value;
}

bool pdf_stream_decoded(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out)
{
    const uint8_t *bytes;
    size_t size;
    struct predictor predictor;
    struct buffer data = {0};
    if (!pdf_stream_raw(file, dict, &bytes, &size))
        return false;
    const struct pdf_value *filter = only(file, pdf_get(file, dict, "Filter"));
    const struct pdf_value *parms = only(file, pdf_get(file, dict, "DecodeParms"));
    bool plain = filter->kind == PDF_NULL || (filter->kind == PDF_ARRAY && filter->size == 0);
    if (plain && size <= limit)
        buffer_add(out, bytes, size);
    if (plain)
        return size <= limit;
    if (!pdf_is_name(filter, "FlateDecode") ||
        (parms->kind != PDF_DICT && parms->kind != PDF_NULL) ||
        !read_predictor(file, parms, &predictor))
        return false;
    /* what is behind a predictor is longer by a byte a row */
    bool png = predictor.kind >= PREDICTOR_PNG;
    bool good = inflate_all(bytes, size, png ? 2 * limit : limit, &data) &&
                (!png || undo_png(&predictor, &data)) &&
                (predictor.kind != PREDICTOR_TIFF || undo_tiff(&predictor, &data)) &&
                data.size <= limit;
    if (good)
        buffer_add(out, data.data, data.size);
    buffer_clear(&data);
    return good;
}

bool pdf_stream_counted(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out)
{
    size_t left = INFLATED_MAX - file->inflated;
    size_t room = left < limit ? left : limit;
    bool good = pdf_stream_decoded(file, dict, room, out);
    file->inflated += good ? out->size : room; /* a failure took time, too */
    return good;
}
