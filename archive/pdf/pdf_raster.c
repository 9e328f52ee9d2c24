#include "archive/pdf/pdf_raster.h"

#include <string.h>

#include "archive/pdf/flate.h"
#include "archive/image/jbig2.h"
#include "core/message.h"

/* ---------------------------------------------------------------- what stands on a page */

static size_t add_image(struct pdf_file *file, const struct pdf_value *object,
                        struct pdf_shown *out, size_t count, size_t room)
{
    const uint8_t *bytes = NULL;
    size_t size = 0;
    if (count < room) {
        out[count] = (struct pdf_shown){.object = object};
        if (pdf_stream_raw(file, object, &bytes, &size))
            hash_bytes(bytes, size, out[count].sha256);
    }
    return count + 1;
}

size_t pdf_page_images(struct pdf_file *file, const struct pdf_value *page, struct pdf_shown *out,
                       size_t room)
{
    static const char *const masks[] = {"Mask", "SMask"};
    const struct pdf_value *resources = pdf_get(file, page, "Resources");
    const struct pdf_value *objects = pdf_get(file, resources, "XObject");
    size_t count = 0;
    for (size_t i = 0; objects->kind == PDF_DICT && i < objects->size; i++) {
        const struct pdf_value *object = pdf_resolve(file, &objects->entries[i].value);
        if (object->kind != PDF_DICT || !pdf_is_name(pdf_get(file, object, "Subtype"), "Image"))
            continue;
        count = add_image(file, object, out, count, room);
        for (size_t j = 0; j < sizeof masks / sizeof *masks; j++) {
            const struct pdf_value *mask = pdf_get(file, object, masks[j]);
            if (mask->kind == PDF_DICT)
                count = add_image(file, mask, out, count, room);
        }
    }
    return count;
}

/* ---------------------------------------------------------------- its pixels */

static int number_of(struct pdf_file *file, const struct pdf_value *dict, const char *key)
{
    const struct pdf_value *value = pdf_get(file, dict, key);
    return value->kind == PDF_INT && value->number > 0 && value->number <= IMAGE_SIDE_MAX
               ? (int)value->number
               : 0;
}

static bool parameter_is(struct pdf_file *file, const struct pdf_value *parameters, const char *key,
                         int64_t wanted)
{
    const struct pdf_value *value = pdf_get(file, parameters, key);
    return value->kind == PDF_INT && value->number == wanted;
}

/* What would change how the pixels are seen. */
static bool is_plain(struct pdf_file *file, const struct pdf_value *object)
{
    static const char *const keys[] = {"Decode", "Mask", "SMask", "ImageMask", "SMaskInData"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (pdf_get(file, object, keys[i])->kind != PDF_NULL)
            return false;
    return true;
}

/* The raster's form after the dictionary; false: none that we write. */
static bool read_form(struct pdf_file *file, const struct pdf_value *object, struct image *form)
{
    const struct pdf_value *space = pdf_get(file, object, "ColorSpace");
    *form = (struct image){.width_px = number_of(file, object, "Width"),
                           .height_px = number_of(file, object, "Height"),
                           .bits = number_of(file, object, "BitsPerComponent"),
                           .channels = pdf_is_name(space, "DeviceGray")  ? 1
                                       : pdf_is_name(space, "DeviceRGB") ? 3
                                                                         : 0};
    bool bits = form->bits == 8 || (form->bits == 1 && form->channels == 1) || form->bits == 16;
    return form->width_px > 0 && form->height_px > 0 && form->channels > 0 && bits &&
           (int64_t)form->width_px * form->height_px <= IMAGE_PIXELS_MAX && is_plain(file, object);
}

static bool is_group_4(struct pdf_file *file, const struct pdf_value *parameters,
                       const struct image *form)
{
    const struct pdf_value *black = pdf_get(file, parameters, "BlackIs1");
    const struct pdf_value *align = pdf_get(file, parameters, "EncodedByteAlign");
    return form->bits == 1 && parameter_is(file, parameters, "K", -1) &&
           parameter_is(file, parameters, "Columns", form->width_px) &&
           parameter_is(file, parameters, "Rows", form->height_px) &&
           (black->kind == PDF_NULL || black->number == 0) && align->kind == PDF_NULL;
}

static bool has_predictors(struct pdf_file *file, const struct pdf_value *parameters,
                           const struct image *form)
{
    const struct pdf_value *predictor = pdf_get(file, parameters, "Predictor");
    return form->bits != 1 && predictor->kind == PDF_INT && predictor->number >= 10 &&
           parameter_is(file, parameters, "Colors", form->channels) &&
           parameter_is(file, parameters, "BitsPerComponent", form->bits) &&
           parameter_is(file, parameters, "Columns", form->width_px);
}

static enum status decode_jpeg(const uint8_t *bytes, size_t size, const struct image *form,
                               struct image *out, struct error *error)
{
    enum status status = image_decode_jpeg(bytes, size, out, error);
    if (status == STATUS_OK &&
        (out->width_px != form->width_px || out->height_px != form->height_px || form->bits != 8 ||
         out->channels != form->channels)) {
        image_clear(out);
        status =
            error_set(error, STATUS_REJECT, _("The image is not of the size that the PDF says."));
    }
    return status;
}

const struct pdf_value *pdf_image_filter(struct pdf_file *file, const struct pdf_value *object)
{
    const struct pdf_value *filter = pdf_get(file, object, "Filter");
    return filter->kind == PDF_ARRAY && filter->size == 1 ? pdf_resolve(file, &filter->items[0])
                                                          : filter;
}

enum status pdf_image_decode(struct pdf_file *file, const struct pdf_value *object,
                             struct image *out, struct error *error)
{
    const uint8_t *bytes = NULL;
    size_t size = 0;
    struct image form;
    const struct pdf_value *filter = pdf_image_filter(file, object);
    const struct pdf_value *parameters = pdf_get(file, object, "DecodeParms");
    enum status status;
    *out = (struct image){0};
    if (!read_form(file, object, &form) || !pdf_stream_raw(file, object, &bytes, &size))
        goto strange;
    if (pdf_is_name(filter, "DCTDecode"))
        return decode_jpeg(bytes, size, &form, out, error);
    if (pdf_is_name(filter, "CCITTFaxDecode") && is_group_4(file, parameters, &form))
        return image_decode_g4(bytes, size, form.width_px, form.height_px, out, error);
    if (pdf_is_name(filter, "JBIG2Decode") && form.bits == 1 && parameters->kind == PDF_NULL)
        return jbig2_decode(bytes, size, form.width_px, form.height_px, out, error);
    if (pdf_is_name(filter, "FlateDecode") && has_predictors(file, parameters, &form)) {
        image_init(out, form.width_px, form.height_px, form.channels, form.bits);
        status = flate_decode(bytes, size, out, error);
        if (status != STATUS_OK)
            image_clear(out);
        return status;
    }
strange:
    return error_set(error, STATUS_REJECT, _("The image is not of a form that we write."));
}
