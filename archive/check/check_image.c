/* Images: what PDF/A allows of them, and that a JPEG is what its dictionary says. */
#include "archive/check/check.h"

#include <string.h>

#include "core/image.h"
#include "core/message.h"

/* The frame header of a JPEG. False: there is none. */
static bool jpeg_frame(const uint8_t *b, size_t size, int *code, int *bits, int *width, int *height,
                       int *channels)
{
    size_t at = 2;
    if (size < 4 || b[0] != 0xFF || b[1] != 0xD8)
        return false;
    while (at + 9 < size && b[at] == 0xFF) {
        if (b[at + 1] == 0xFF) {
            at++;
            continue;
        }
        *code = b[at + 1];
        if (*code >= 0xC0 && *code <= 0xCF && *code != 0xC4 && *code != 0xC8 && *code != 0xCC) {
            *bits = b[at + 4];
            *height = b[at + 5] << 8 | b[at + 6];
            *width = b[at + 7] << 8 | b[at + 8];
            *channels = b[at + 9];
            return true;
        }
        at += 2 + ((size_t)b[at + 2] << 8 | b[at + 3]);
    }
    return false;
}

static void check_jpeg(struct check *check, const struct pdf_value *image, int64_t width,
                       int64_t height, int components, const char *where)
{
    const uint8_t *bytes;
    size_t size;
    int code, bits, real_width, real_height, channels;
    if (!pdf_stream_raw(check->file, image, &bytes, &size) ||
        !jpeg_frame(bytes, size, &code, &bits, &real_width, &real_height, &channels)) {
        check_tell(check, _("%s: the JPEG image is damaged."), where);
        return;
    }
    if (real_width != width || real_height != height || channels != components || bits != 8 ||
        code > 0xC2)
        check_tell(check, _("%s: the JPEG image is not what its dictionary says."), where);
    if (image_jpeg_end(bytes, size) == 0)
        check_tell(check, _("%s: the JPEG image is cut off."), where);
}

static void check_fax(struct check *check, const struct pdf_value *image, int64_t width,
                      int64_t height, const char *where)
{
    const struct pdf_value *parameters = pdf_get(check->file, image, "DecodeParms");
    if (parameters->kind == PDF_ARRAY && parameters->size == 1)
        parameters = pdf_resolve(check->file, &parameters->items[0]);
    const struct pdf_value *columns = pdf_get(check->file, parameters, "Columns");
    const struct pdf_value *rows = pdf_get(check->file, parameters, "Rows");
    int64_t wide = columns->kind == PDF_INT ? columns->number : 1728;
    if (wide != width || (rows->kind == PDF_INT && rows->number != 0 && rows->number != height))
        check_tell(check, _("%s: the fax-coded image is not what its dictionary says."), where);
}

static uint32_t big32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The page information segment (T.88, 7.4.8) of an embedded stream comes first, unless the globals
 * hold it. */
static void check_jbig2(struct check *check, const struct pdf_value *image, int64_t width,
                        int64_t height, const char *where)
{
    const uint8_t *bytes;
    size_t size;
    bool right = pdf_stream_raw(check->file, image, &bytes, &size) && size >= 30;
    if (right && (bytes[4] & 63) == 48) {
        uint32_t rows = big32(bytes + 15);
        right = big32(bytes + 11) == width && (rows == height || rows == UINT32_MAX);
    }
    if (!right)
        check_tell(
            check,
            _("%s: the JBIG2 image is damaged or has another size than its dictionary says."),
            where);
}

static void check_deflated(struct check *check, const struct pdf_value *image, int64_t width,
                           int components, const char *where)
{
    const struct pdf_value *parameters = pdf_get(check->file, image, "DecodeParms");
    if (parameters->kind == PDF_ARRAY && parameters->size == 1)
        parameters = pdf_resolve(check->file, &parameters->items[0]);
    const struct pdf_value *predictor = pdf_get(check->file, parameters, "Predictor");
    const struct pdf_value *columns = pdf_get(check->file, parameters, "Columns");
    const struct pdf_value *colors = pdf_get(check->file, parameters, "Colors");
    if (predictor->kind != PDF_INT || predictor->number < 2)
        return;
    int64_t wide = columns->kind == PDF_INT ? columns->number : 1;
    int64_t channels = colors->kind == PDF_INT ? colors->number : 1;
    if (wide != width || (components > 0 && channels != components))
        check_tell(check, _("%s: the deflated image's parameters do not fit its dictionary."),
                   where);
}

/* An explicit mask is an image with ImageMask (ISO 32000-1, 8.9.6.3); an array is a colour key. */
static void check_mask(struct check *check, const struct pdf_value *image, const char *where)
{
    const struct pdf_value *mask = pdf_get(check->file, image, "Mask");
    if (mask->kind == PDF_NULL || mask->kind == PDF_ARRAY)
        return;
    const struct pdf_value *stencil = pdf_get(check->file, mask, "ImageMask");
    const struct pdf_value *bits = pdf_get(check->file, mask, "BitsPerComponent");
    if (stencil->kind != PDF_BOOL || stencil->number == 0 ||
        (bits->kind != PDF_NULL && bits->number != 1))
        check_tell(check, _("%s: an image's mask is not a one-bit image mask (6.2.8)."), where);
    else if (pdf_get(check->file, mask, "Mask")->kind == PDF_NULL)
        check_image(check, mask, where);
}

/* A soft mask is an image, too, of one grey component, and has none itself. */
static void check_soft_mask(struct check *check, const struct pdf_value *image, const char *where)
{
    const struct pdf_value *mask = pdf_get(check->file, image, "SMask");
    if (mask->kind == PDF_NULL)
        return;
    if (!pdf_is_name(pdf_get(check->file, mask, "ColorSpace"), "DeviceGray") ||
        pdf_get(check->file, mask, "SMask")->kind != PDF_NULL ||
        pdf_get(check->file, mask, "Mask")->kind != PDF_NULL)
        check_tell(check, _("%s: an image's soft mask is no grey image (6.2.8)."), where);
    else
        check_image(check, mask, where);
}

static void check_data(struct check *check, const struct pdf_value *image, int components,
                       const char *where)
{
    int64_t width = pdf_get(check->file, image, "Width")->number;
    int64_t height = pdf_get(check->file, image, "Height")->number;
    const struct pdf_value *filter = pdf_get(check->file, image, "Filter");
    if (filter->kind == PDF_ARRAY && filter->size == 1)
        filter = pdf_resolve(check->file, &filter->items[0]);
    if (pdf_is_name(filter, "DCTDecode"))
        check_jpeg(check, image, width, height, components, where);
    else if (pdf_is_name(filter, "CCITTFaxDecode"))
        check_fax(check, image, width, height, where);
    else if (pdf_is_name(filter, "JBIG2Decode"))
        check_jbig2(check, image, width, height, where);
    else if (pdf_is_name(filter, "FlateDecode"))
        check_deflated(check, image, width, components, where);
}

static bool has_filter(struct check *check, const struct pdf_value *image, const char *name)
{
    const struct pdf_value *filter = pdf_get(check->file, image, "Filter");
    bool has = pdf_is_name(filter, name);
    for (size_t i = 0; filter->kind == PDF_ARRAY && i < filter->size; i++)
        has = has || pdf_is_name(pdf_resolve(check->file, &filter->items[i]), name);
    return has;
}

void check_image(struct check *check, const struct pdf_value *image, const char *where)
{
    struct pdf_file *file = check->file;
    const struct pdf_value *width = pdf_get(file, image, "Width"),
                           *height = pdf_get(file, image, "Height");
    const struct pdf_value *mask = pdf_get(file, image, "ImageMask");
    const struct pdf_value *bits = pdf_get(file, image, "BitsPerComponent");
    bool stencil = mask->kind == PDF_BOOL && mask->number != 0;
    if (image->stream_at <= 0 || width->kind != PDF_INT || height->kind != PDF_INT ||
        width->number < 1 || height->number < 1) {
        check_tell(check, _("%s: an image has no size or no data."), where);
        return;
    }
    int components = check_space(check, pdf_get(file, image, "ColorSpace"));
    if (has_filter(check, image, "JPXDecode"))
        check_tell(check, _("%s: JPEG 2000 is not judged by this checker."), where);
    if (components == 0 && !stencil)
        check_tell(check, _("%s: an image's colour space is not allowed (6.2.4)."), where);
    if (!(stencil && bits->kind == PDF_NULL) &&
        (bits->kind != PDF_INT || (bits->number != 1 && bits->number != 2 && bits->number != 4 &&
                                   bits->number != 8 && bits->number != 16)))
        check_tell(check, _("%s: an image's depth is not allowed (6.2.8)."), where);
    const struct pdf_value *smooth = pdf_get(file, image, "Interpolate");
    if (smooth->kind == PDF_BOOL && smooth->number != 0)
        check_tell(check, _("%s: an image asks to be interpolated (6.2.8)."), where);
    if (pdf_get(file, image, "Intent")->kind != PDF_NULL)
        check_intent(check, pdf_get(file, image, "Intent"), where);
    if (pdf_get(file, image, "Alternates")->kind != PDF_NULL ||
        pdf_get(file, image, "OPI")->kind != PDF_NULL)
        check_tell(check, _("%s: an image has alternates (6.2.8)."), where);
    check_data(check, image, components, where);
    check_mask(check, image, where);
    check_soft_mask(check, image, where);
}
