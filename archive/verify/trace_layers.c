#include "archive/verify/trace_layers.h"

#include <math.h>
#include <string.h>

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "archive/pdf/pdf_raster.h"

enum { CONTENT_MAX = 64 << 20, PAINTS_MAX = PATCHES_MAX + 2, CELL_MAX = 16 };

#define POINTS 72.0
#define DPI_NEAR 0.05 /* matrices have four decimals of a point */

/* An image that the content paints. */
struct painted {
    const struct pdf_value *object;
    double matrix[6];
};

struct reading {
    struct pdf_file *pdf;
    const struct image *master;
    struct painted paints[PAINTS_MAX];
    size_t paint_count;
    const struct pdf_value *mask; /* of the ink; NULL: a blank page */
    struct layered layers;
    double dpi;
};

/* ---------------------------------------------------------------- the content */

static void take_matrix(const struct pdf_value *operands, size_t count, double matrix[6])
{
    for (size_t i = 0; i < 6; i++)
        matrix[i] = count == 6 ? operands[i].real : 0;
}

/* False: it paints more than a layered page of ours does. */
static bool add_paint(struct reading *reading, const struct pdf_value *page,
                      const struct pdf_value *name, const double matrix[6])
{
    const struct pdf_value *objects =
        pdf_get(reading->pdf, pdf_get(reading->pdf, page, "Resources"), "XObject");
    if (name->kind != PDF_NAME || reading->paint_count == PAINTS_MAX)
        return false;
    struct painted *paint = &reading->paints[reading->paint_count++];
    paint->object = pdf_get(reading->pdf, objects, name->text);
    memcpy(paint->matrix, matrix, sizeof paint->matrix);
    return pdf_is_name(pdf_get(reading->pdf, paint->object, "Subtype"), "Image");
}

static bool read_paints(struct reading *reading, const struct pdf_value *page)
{
    struct buffer content = {0};
    struct arena *arena = arena_new();
    struct pdf_value operands[6], value;
    double matrix[6] = {0};
    size_t count = 0;
    bool good = pdf_page_content(reading->pdf, page, CONTENT_MAX, &content);
    struct pdf_lexer lexer = {
        .bytes = (const uint8_t *)content.data, .size = content.size, .arena = arena};
    while (good && pdf_lexer_next(&lexer, &value)) {
        if (value.kind != PDF_OPERATOR) {
            if (count == 6)
                memmove(operands, operands + 1, sizeof operands - sizeof *operands);
            count -= count == 6;
            operands[count++] = value;
            continue;
        }
        if (strcmp(value.text, "cm") == 0)
            take_matrix(operands, count, matrix);
        else if (strcmp(value.text, "Do") == 0)
            good = count > 0 && add_paint(reading, page, &operands[count - 1], matrix);
        count = 0;
        arena_clear(arena);
    }
    good = good && !lexer.failed && reading->paint_count > 0;
    arena_free(arena);
    buffer_clear(&content);
    return good;
}

/* ---------------------------------------------------------------- the layers */

static int side_of(const struct reading *reading, const struct pdf_value *object, const char *key)
{
    const struct pdf_value *value = pdf_get(reading->pdf, object, key);
    return value->kind == PDF_INT && value->number > 0 && value->number <= IMAGE_SIDE_MAX
               ? (int)value->number
               : 0;
}

static bool lacks(const struct reading *reading, const struct pdf_value *object,
                  const char *const *keys)
{
    for (; *keys; keys++)
        if (pdf_get(reading->pdf, object, *keys)->kind != PDF_NULL)
            return false;
    return true;
}

/* The JPEG of a layer whose dictionary changes nothing of what is seen. */
static bool take_jpeg(struct reading *reading, const struct pdf_value *object, struct buffer *out)
{
    static const char *const changing[] = {"Decode",      "SMask",       "ImageMask",
                                           "SMaskInData", "DecodeParms", NULL};
    const char *space = reading->master->channels == 1 ? "DeviceGray" : "DeviceRGB";
    const uint8_t *bytes = NULL;
    size_t size = 0;
    if (!lacks(reading, object, changing) ||
        !pdf_is_name(pdf_image_filter(reading->pdf, object), "DCTDecode") ||
        !pdf_is_name(pdf_get(reading->pdf, object, "ColorSpace"), space) ||
        !pdf_stream_raw(reading->pdf, object, &bytes, &size))
        return false;
    buffer_add(out, bytes, size);
    return true;
}

/* A stencil: what decodes to 0, which is black, paints. */
static bool take_mask(struct reading *reading)
{
    static const char *const changing[] = {"Decode", "Mask", "SMask", "ColorSpace", NULL};
    struct pdf_file *pdf = reading->pdf;
    struct image *mask = &reading->layers.mask;
    const struct pdf_value *object = reading->mask, *filter = pdf_image_filter(pdf, object);
    const struct pdf_value *parameters = pdf_get(pdf, object, "DecodeParms");
    const struct pdf_value *black = pdf_get(pdf, parameters, "BlackIs1");
    const uint8_t *bytes = NULL;
    size_t size = 0;
    int width = side_of(reading, object, "Width"), height = side_of(reading, object, "Height");
    if (!lacks(reading, object, changing) || pdf_get(pdf, object, "ImageMask")->number != 1 ||
        (int64_t)width * height == 0 || (int64_t)width * height > IMAGE_PIXELS_MAX ||
        !pdf_stream_raw(pdf, object, &bytes, &size))
        return false;
    if (pdf_is_name(filter, "JBIG2Decode"))
        return parameters->kind == PDF_NULL &&
               jbig2_decode(bytes, size, width, height, mask, NULL) == STATUS_OK;
    return pdf_is_name(filter, "CCITTFaxDecode") && black->number == 0 &&
           pdf_get(pdf, parameters, "K")->number == -1 &&
           pdf_get(pdf, parameters, "Columns")->number == width &&
           image_decode_g4(bytes, size, width, height, mask, NULL) == STATUS_OK;
}

static bool cells_fit(const struct layered *layers, int cell_px)
{
    return (layers->width_px + cell_px - 1) / cell_px == layers->cells_x &&
           (layers->height_px + cell_px - 1) / cell_px == layers->cells_y;
}

/* Background, mask and ink are of whole cells that cover the master. */
static bool take_layers(struct reading *reading)
{
    struct layered *layers = &reading->layers;
    const struct pdf_value *first = reading->paints[0].object;
    const struct pdf_value *last = reading->paints[reading->paint_count - 1].object;
    const struct pdf_value *mask = pdf_get(reading->pdf, last, "Mask");
    reading->mask = mask->kind == PDF_DICT && reading->paint_count > 1 ? mask : NULL;
    layers->width_px = reading->master->width_px;
    layers->height_px = reading->master->height_px;
    layers->channels = reading->master->channels;
    layers->cells_x = side_of(reading, first, "Width");
    layers->cells_y = side_of(reading, first, "Height");
    layers->cell_px = 2;
    while (layers->cell_px < CELL_MAX && !cells_fit(layers, layers->cell_px))
        layers->cell_px++;
    if (!cells_fit(layers, layers->cell_px) || !take_jpeg(reading, first, &layers->background))
        return false;
    if (reading->mask)
        return take_jpeg(reading, last, &layers->ink) && take_mask(reading) &&
               layers->mask.width_px == layers->cells_x * layers->cell_px &&
               layers->mask.height_px == layers->cells_y * layers->cell_px;
    image_init(&layers->mask, layers->cells_x * layers->cell_px, layers->cells_y * layers->cell_px,
               1, 1);
    buffer_add(&layers->ink, layers->background.data, layers->background.size); /* is not seen */
    return true;
}

/* ---------------------------------------------------------------- places */

/* inner as seen from outer, whose unit square is the whole. False: turned against it, or flat. */
static bool place_in(const double outer[6], const double inner[6], double place[4])
{
    double area = outer[0] * outer[3] - outer[1] * outer[2];
    double x = inner[4] - outer[4], y = inner[5] - outer[5];
    if (fabs(area) < 1)
        return false;
    place[0] = (x * outer[3] - y * outer[2]) / area;
    place[1] = (y * outer[0] - x * outer[1]) / area;
    place[2] = (inner[0] * outer[3] - inner[1] * outer[2]) / area;
    place[3] = (inner[3] * outer[0] - inner[2] * outer[1]) / area;
    double skew = fabs(inner[1] * outer[0] - inner[0] * outer[1]) +
                  fabs(inner[2] * outer[3] - inner[3] * outer[2]);
    return skew / fabs(area) < 1e-3;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 0.5;
}

static bool take_patch(struct reading *reading, const struct painted *paint)
{
    struct layered *layers = &reading->layers;
    struct patch *patch = &layers->patches[layers->patch_count];
    double place[4], wide = layers->mask.width_px, high = layers->mask.height_px;
    static const char *const masks[] = {"Mask", NULL};
    if (!lacks(reading, paint->object, masks) ||
        !place_in(reading->paints[0].matrix, paint->matrix, place))
        return false;
    patch->width_px = side_of(reading, paint->object, "Width");
    patch->height_px = side_of(reading, paint->object, "Height");
    patch->x_px = (int)lround(place[0] * wide);
    patch->y_px = (int)lround((1 - place[1] - place[3]) * high);
    layers->patch_count++;
    return patch->width_px > 0 && patch->height_px > 0 && patch->x_px >= 0 && patch->y_px >= 0 &&
           patch->x_px + patch->width_px <= layers->width_px &&
           patch->y_px + patch->height_px <= layers->height_px &&
           near(place[2] * wide, patch->width_px) && near(place[3] * high, patch->height_px) &&
           take_jpeg(reading, paint->object, &patch->jpeg);
}

/* The guard sees patches above the ink, a reader sees the ink above patches. */
static bool ink_in_patches(const struct layered *layers)
{
    const struct image *mask = &layers->mask;
    for (size_t i = 0; i < layers->patch_count; i++) {
        const struct patch *patch = &layers->patches[i];
        for (int y = patch->y_px; y < patch->y_px + patch->height_px; y++)
            for (int x = patch->x_px; x < patch->x_px + patch->width_px; x++)
                if (mask->data[(size_t)y * mask->stride + (size_t)(x / 8)] & (0x80 >> x % 8))
                    return true;
    }
    return false;
}

/* Where all is, and how fine: the master's own dpi when the matrix says the same. */
static bool take_places(struct reading *reading)
{
    const double *whole = reading->paints[0].matrix;
    size_t patches = reading->paint_count - 1 - (reading->mask != NULL);
    double place[4];
    for (size_t i = 0; i < patches; i++)
        if (i == PATCHES_MAX || !take_patch(reading, &reading->paints[1 + i]))
            return false;
    if (reading->mask &&
        (!place_in(whole, reading->paints[reading->paint_count - 1].matrix, place) ||
         fabs(place[0]) + fabs(place[1]) + fabs(place[2] - 1) + fabs(place[3] - 1) > 1e-3))
        return false;
    reading->dpi = reading->layers.mask.width_px * POINTS / hypot(whole[0], whole[1]);
    if (fabs(reading->dpi - reading->master->dpi_x) < DPI_NEAR)
        reading->dpi = reading->master->dpi_x;
    else
        reading->dpi = round(reading->dpi / DPI_NEAR) * DPI_NEAR;
    return !ink_in_patches(&reading->layers);
}

bool trace_layers(struct pdf_file *pdf, const struct pdf_value *page, const struct image *master,
                  struct guard_figures *figures)
{
    struct reading reading = {.pdf = pdf, .master = master};
    struct shown shown = {0};
    const char *reason = NULL;
    *figures = (struct guard_figures){.judged = false};
    bool good = read_paints(&reading, page) && take_layers(&reading) && take_places(&reading) &&
                shown_open(&reading.layers, NULL, MASK_G4, &shown, NULL) == STATUS_OK;
    if (good)
        guard_judge(master, reading.dpi, &shown, figures, &reason, NULL);
    shown_close(&shown);
    layered_clear(&reading.layers);
    return good;
}
