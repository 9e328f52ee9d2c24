/*
 * Page images: a JPEG goes in byte for byte, a bilevel master as CCITT G4 without loss, any other
 * as JPEG. The master itself is kept beside the PDF in the package.
 *
 * ISO 19005-2 under an sRGB output intent: no CMYK (6.2.4.3), no 12-bit JPEG; the JPEG filter of
 * ISO 32000-1 knows Huffman coding only. PDF ignores EXIF's orientation, so the drawing matrix does
 * it.
 */
#include "archive/pdf.h"

#include <string.h>

#include "core/file.h"
#include "core/message.h"

#define DPI_OTHERWISE 300.0
#define UNITS_MIN 3.0 /* sides of a page, ISO 19005-2 6.1.13 */
#define UNITS_MAX 14400.0

/* ---------------------------------------------------------------- which way up */

/* (U, V) = a*(u, v) + b, both from 0 to 1, right and down: stored image -> page as it is seen. */
struct turn {
    double uu, uv, u, vu, vv, v;
};

/* EXIF 2.3, tag 0x0112. */
static const struct turn orientations[9] = {
    {1, 0, 0, 0, 1, 0},   {1, 0, 0, 0, 1, 0},   {-1, 0, 1, 0, 1, 0},
    {-1, 0, 1, 0, -1, 1}, {1, 0, 0, 0, -1, 1},  {0, 1, 0, 1, 0, 0},
    {0, -1, 1, 1, 0, 0},  {0, -1, 1, -1, 0, 1}, {0, 1, 0, -1, 0, 1},
};

static struct turn turn_clockwise(struct turn from)
{
    return (struct turn){-from.vu, -from.vv, 1 - from.v, from.uu, from.uv, from.u};
}

/* PDF's unit square has its origin at the bottom left, as has the page. */
static void drawing_matrix(const struct turn *turn, double width, double height, double matrix[6])
{
    matrix[0] = width * turn->uu;
    matrix[1] = -height * turn->vu;
    matrix[2] = -width * turn->uv;
    matrix[3] = height * turn->vv;
    matrix[4] = width * (turn->uv + turn->u);
    matrix[5] = height * (1 - turn->vv - turn->v);
}

static bool dpi_fits(double dpi, int px)
{
    return dpi > 0 && px * PDF_POINTS / dpi >= UNITS_MIN && px * PDF_POINTS / dpi <= UNITS_MAX;
}

/* Fills out from the stored image's size and the turns. */
static void place_image(struct pdf_image *out, const struct image *stored, int orientation,
                        int turn_deg, double fallback_dpi)
{
    double dpi_x = stored->dpi_x, dpi_y = stored->dpi_y > 0 ? stored->dpi_y : stored->dpi_x;
    if (!dpi_fits(dpi_x, stored->width_px) || !dpi_fits(dpi_y, stored->height_px)) {
        dpi_x = fallback_dpi;
        if (!dpi_fits(dpi_x, stored->width_px) || !dpi_fits(dpi_x, stored->height_px))
            dpi_x = DPI_OTHERWISE;
        dpi_y = dpi_x;
    }
    struct turn turn = orientations[orientation];
    for (int degrees = ((turn_deg % 360) + 360) % 360; degrees >= 90; degrees -= 90)
        turn = turn_clockwise(turn);
    bool swapped = turn.uu == 0;
    double width = stored->width_px * PDF_POINTS / dpi_x;
    double height = stored->height_px * PDF_POINTS / dpi_y;
    out->width_pt = swapped ? height : width;
    out->height_pt = swapped ? width : height;
    out->width_px = swapped ? stored->height_px : stored->width_px;
    out->height_px = swapped ? stored->width_px : stored->height_px;
    drawing_matrix(&turn, out->width_pt, out->height_pt, out->matrix);
}

/* ---------------------------------------------------------------- image objects */

static void describe_image(HPDF_Dict object, int width_px, int height_px, bool gray, int bits)
{
    HPDF_Dict_AddName(object, "Type", "XObject");
    HPDF_Dict_AddName(object, "Subtype", "Image");
    HPDF_Dict_AddNumber(object, "Width", width_px);
    HPDF_Dict_AddNumber(object, "Height", height_px);
    HPDF_Dict_AddName(object, "ColorSpace", gray ? "DeviceGray" : "DeviceRGB");
    HPDF_Dict_AddNumber(object, "BitsPerComponent", bits);
}

/* libharu's own CCITT filter appends its parameters in another object; here they are written as the
 * dictionary's last entries. BlackIs1 false: black comes out as 0, which is black in DeviceGray. */
static HPDF_STATUS write_ccitt(HPDF_Dict object, HPDF_Stream stream)
{
    HPDF_Number width = HPDF_Dict_GetItem(object, "Width", HPDF_OCLASS_NUMBER);
    HPDF_Number height = HPDF_Dict_GetItem(object, "Height", HPDF_OCLASS_NUMBER);
    char entry[128];
    snprintf(
        entry, sizeof entry,
        "/Filter /CCITTFaxDecode\n/DecodeParms <</K -1 /Columns %d /Rows %d /BlackIs1 false>>\n",
        (int)width->value, (int)height->value);
    return HPDF_Stream_WriteStr(stream, entry);
}

/* The frame's marker: C0 baseline, C1 extended, C2 progressive are Huffman-coded; the rest are
 * lossless, hierarchical or arithmetic. 0 when there is none. */
static int jpeg_frame(const char *path)
{
    FILE *file = fopen(path, "rbe");
    int frame = 0;
    if (file == NULL)
        return 0;
    fseeko(file, 2, SEEK_SET);
    for (;;) {
        int mark = fgetc(file), code = fgetc(file);
        while (code == 0xFF)
            code = fgetc(file);
        if (mark != 0xFF || code == EOF)
            break;
        if (code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC) {
            frame = code;
            break;
        }
        int high = fgetc(file), low = fgetc(file);
        if (low == EOF || fseeko(file, high * 256 + low - 2, SEEK_CUR) != 0)
            break;
    }
    fclose(file);
    return frame;
}

static enum status check_jpeg(const char *path, const struct image_jpeg_facts *facts,
                              struct error *error)
{
    if (facts->cmyk || (facts->channels != 1 && facts->channels != 3))
        return error_set(
            error, STATUS_REJECT,
            _("The image is a CMYK JPEG, which may not stand in PDF/A beside sRGB; save it "
              "as RGB or scan the sheet again."));
    if (facts->bits != 8)
        return error_set(error, STATUS_REJECT,
                         _("The image is a JPEG of %d bits, PDF allows 8; scan the sheet again."),
                         facts->bits);
    int frame = jpeg_frame(path);
    if (frame < 0xC0 || frame > 0xC2)
        return error_set(
            error, STATUS_REJECT,
            _("The JPEG's coding (marker %02X) is not allowed in PDF; save it as baseline "
              "JPEG or scan the sheet again."),
            (unsigned)frame);
    return STATUS_OK;
}

static enum status add_jpeg(struct pdf *pdf, const char *path, int turn_deg, double fallback_dpi,
                            struct pdf_image *out, struct error *error)
{
    struct image_jpeg_facts facts;
    enum status status = image_jpeg_probe(path, &facts, error);
    if (status == STATUS_OK)
        status = check_jpeg(path, &facts, error);
    if (status != STATUS_OK)
        return status;
    int64_t size = file_size(path);
    if (size <= 0 || size > PDF_BYTES_MAX)
        return error_set(error, STATUS_REJECT,
                         _("The image file is empty or too large for a PDF."));
    out->object = pdf_file_stream(pdf, path, (size_t)size, HPDF_STREAM_FILTER_DCT_DECODE);
    describe_image(out->object, facts.width_px, facts.height_px, facts.channels == 1, 8);
    struct image stored = {.width_px = facts.width_px,
                           .height_px = facts.height_px,
                           .dpi_x = facts.dpi_x,
                           .dpi_y = facts.dpi_y};
    int orientation = facts.orientation >= 1 && facts.orientation <= 8 ? facts.orientation : 1;
    place_image(out, &stored, orientation, turn_deg, fallback_dpi);
    return STATUS_OK;
}

/* The raster is as it is seen but for turn_deg: image_read has applied the file's own
 * orientation. */
static enum status add_raster(struct pdf *pdf, const struct image *image, int turn_deg,
                              double fallback_dpi, int jpeg_quality, struct pdf_image *out,
                              struct error *error)
{
    struct buffer bytes = {0};
    bool bilevel = image->bits == 1;
    enum status status = bilevel ? image_encode_g4(image, &bytes, error)
                                 : image_encode_jpeg(image, jpeg_quality, &bytes, error);
    if (status == STATUS_OK) {
        out->object = pdf_stream(pdf, bytes.data, bytes.size,
                                 bilevel ? HPDF_STREAM_FILTER_NONE : HPDF_STREAM_FILTER_DCT_DECODE);
        describe_image(out->object, image->width_px, image->height_px, image->channels == 1,
                       bilevel ? 1 : 8);
        if (bilevel)
            out->object->write_fn = write_ccitt;
        place_image(out, image, 1, turn_deg, fallback_dpi);
    }
    buffer_clear(&bytes);
    return status;
}

enum status pdf_image_add(struct pdf *pdf, const char *path, int turn_deg, double fallback_dpi,
                          int jpeg_quality, struct pdf_image *out, struct image *upright,
                          struct error *error)
{
    struct image image = {0}, facts = {0};
    enum image_format format = IMAGE_UNKNOWN;
    int pages = 0;
    *out = (struct pdf_image){0};
    /* Decoded whole even when its bytes go in as they are: a damaged JPEG is refused here, not
     * discovered by a reader years later. */
    enum status status = image_probe(path, &facts, &format, &pages, error);
    if (status == STATUS_OK && format == IMAGE_JPEG)
        status = add_jpeg(pdf, path, turn_deg, fallback_dpi, out, error);
    if (status == STATUS_OK)
        status = image_read(path, 0, &image, error);
    if (status == STATUS_OK && format != IMAGE_JPEG)
        status = add_raster(pdf, &image, turn_deg, fallback_dpi, jpeg_quality, out, error);
    if (status == STATUS_OK && upright != NULL)
        image_turn(&image, turn_deg, upright);
    image_clear(&facts);
    image_clear(&image);
    return status;
}
