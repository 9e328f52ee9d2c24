/*
 * Page images. Faithful: a JPEG goes in byte for byte, up to its end marker, or re-coded without
 * loss, a bilevel master as CCITT G4 or JBIG2 without loss, any other as JPEG or as Flate without
 * loss. Layered pages are pdf_layered.c's. The master itself is kept beside the PDF in the package.
 *
 * ISO 19005-2 under an sRGB output intent: no CMYK (6.2.4.3), no 12-bit JPEG; the JPEG filter of
 * ISO 32000-1 knows Huffman coding only. PDF ignores EXIF's orientation, so the drawing matrix does
 * it.
 */
#include "archive/pdf/pdf.h"

#include <string.h>

#include "archive/pdf/flate.h"
#include "archive/image/jbig2.h"
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
                        const struct pdf_image_job *job)
{
    int turn_deg = job->page->turn_deg;
    double fallback_dpi = job->page->words == NULL ? 0 : job->page->words->dpi;
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
    out->dpi = dpi_x;
}

/* ---------------------------------------------------------------- image objects */

static void describe_image(HPDF_Dict object, int width_px, int height_px, int channels, int bits)
{
    HPDF_Dict_AddName(object, "Type", "XObject");
    HPDF_Dict_AddName(object, "Subtype", "Image");
    HPDF_Dict_AddNumber(object, "Width", width_px);
    HPDF_Dict_AddNumber(object, "Height", height_px);
    if (channels > 0)
        HPDF_Dict_AddName(object, "ColorSpace", channels == 1 ? "DeviceGray" : "DeviceRGB");
    else
        HPDF_Dict_AddBoolean(object, "ImageMask", HPDF_TRUE);
    HPDF_Dict_AddNumber(object, "BitsPerComponent", bits);
}

static int number_of(HPDF_Dict object, const char *key)
{
    HPDF_Number number = HPDF_Dict_GetItem(object, key, HPDF_OCLASS_NUMBER);
    return number == NULL ? 0 : (int)number->value;
}

/* libharu's own filters append their parameters in another object and know neither JBIG2 nor
 * predictors; here they are written as the dictionary's last entries. BlackIs1 false: black comes
 * out as 0, which is black in DeviceGray; JBIG2Decode does so of itself. */
static HPDF_STATUS write_ccitt(HPDF_Dict object, HPDF_Stream stream)
{
    char entry[128];
    snprintf(
        entry, sizeof entry,
        "/Filter /CCITTFaxDecode\n/DecodeParms <</K -1 /Columns %d /Rows %d /BlackIs1 false>>\n",
        number_of(object, "Width"), number_of(object, "Height"));
    return HPDF_Stream_WriteStr(stream, entry);
}

static HPDF_STATUS write_jbig2(HPDF_Dict object, HPDF_Stream stream)
{
    (void)object;
    return HPDF_Stream_WriteStr(stream, "/Filter /JBIG2Decode\n");
}

static HPDF_STATUS write_flate(HPDF_Dict object, HPDF_Stream stream)
{
    char entry[160];
    bool gray =
        strcmp(((HPDF_Name)HPDF_Dict_GetItem(object, "ColorSpace", HPDF_OCLASS_NAME))->value,
               "DeviceGray") == 0;
    snprintf(entry, sizeof entry,
             "/Filter /FlateDecode\n/DecodeParms <</Predictor 15 /Colors %d /BitsPerComponent %d "
             "/Columns %d>>\n",
             gray ? 1 : 3, number_of(object, "BitsPerComponent"), number_of(object, "Width"));
    return HPDF_Stream_WriteStr(stream, entry);
}

static const struct coding {
    const char *filter;
    HPDF_UINT harus;
    HPDF_STATUS (*write)(HPDF_Dict, HPDF_Stream);
} codings[] = {
    [PDF_DCT] = {"DCTDecode", HPDF_STREAM_FILTER_DCT_DECODE, NULL},
    [PDF_G4] = {"CCITTFaxDecode", HPDF_STREAM_FILTER_NONE, write_ccitt},
    [PDF_JBIG2] = {"JBIG2Decode", HPDF_STREAM_FILTER_NONE, write_jbig2},
    [PDF_FLATE] = {"FlateDecode", HPDF_STREAM_FILTER_NONE, write_flate},
};

HPDF_Dict pdf_image_object(struct pdf *pdf, const struct buffer *bytes, enum pdf_coding coding,
                           const struct image *like, const char *role, struct page_report *report)
{
    char sha256[HASH_HEX_SIZE];
    hash_bytes(bytes->data, bytes->size, sha256);
    page_report_stream(report, role, codings[coding].filter, like->width_px, like->height_px,
                       bytes->size, sha256);
    HPDF_Dict object = pdf_stream(pdf, bytes->data, bytes->size, codings[coding].harus);
    bool mask = strcmp(role, "mask") == 0;
    describe_image(object, like->width_px, like->height_px, mask ? 0 : like->channels, like->bits);
    object->write_fn = codings[coding].write;
    return object;
}

enum status pdf_image_bilevel(struct pdf *pdf, const struct image *image, int mask_coding,
                              const char *role, HPDF_Dict *out, struct page_report *report,
                              struct error *error)
{
    struct buffer bytes = {0};
    struct image again = {0};
    enum status status = STATUS_OK;
    if (mask_coding == MASK_G4) {
        status = image_encode_g4(image, &bytes, error);
    } else {
        jbig2_encode(image, &bytes);
        status =
            jbig2_decode(bytes.data, bytes.size, image->width_px, image->height_px, &again, error);
        if (status == STATUS_OK &&
            memcmp(again.data, image->data, image->stride * (size_t)image->height_px) != 0)
            status = error_set(error, STATUS_FATAL,
                               _("A coded page image does not come back as it was."));
    }
    if (status == STATUS_OK)
        *out = pdf_image_object(pdf, &bytes, mask_coding == MASK_G4 ? PDF_G4 : PDF_JBIG2, image,
                                role, report);
    image_clear(&again);
    buffer_clear(&bytes);
    return status;
}

/* ---------------------------------------------------------------- faithful */

static void paint_whole(struct pdf_image *out, HPDF_Dict object)
{
    out->paint_count = 1;
    out->paints[0] = (struct pdf_paint){.object = object, .name = "I"};
    memcpy(out->paints[0].matrix, out->matrix, sizeof out->matrix);
}

/* The frame's marker: C0 baseline, C1 extended, C2 progressive are Huffman-coded; the rest are
 * lossless, hierarchical or arithmetic. 0 when there is none. */
static int jpeg_frame(const char *path)
{
    FILE *file = file_open_stream(path);
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

/* What place_image needs of a JPEG's own head: its raster as stored, EXIF's turn done by the
 * matrix. */
static void place_jpeg(const struct pdf_image_job *job, const struct image_jpeg_facts *facts,
                       struct pdf_image *out)
{
    struct image stored = {.width_px = facts->width_px,
                           .height_px = facts->height_px,
                           .dpi_x = facts->dpi_x,
                           .dpi_y = facts->dpi_y};
    int orientation = facts->orientation >= 1 && facts->orientation <= 8 ? facts->orientation : 1;
    place_image(out, &stored, orientation, job);
}

/* What follows the JPEG's end marker stays in the master alone. */
static enum status add_passed(struct pdf *pdf, const struct pdf_image_job *job,
                              const struct image *like, struct pdf_image *out,
                              struct page_report *report, struct error *error)
{
    const char *path = job->page->image_path;
    char sha256[HASH_HEX_SIZE];
    int64_t size = 0;
    enum status status = image_jpeg_own(path, &size, sha256, error);
    if (status != STATUS_OK)
        return status;
    if (size <= 0 || size > PDF_BYTES_MAX)
        return error_set(error, STATUS_REJECT,
                         _("The image file is empty or too large for a PDF."));
    HPDF_Dict object = pdf_file_stream(pdf, path, (size_t)size, HPDF_STREAM_FILTER_DCT_DECODE);
    describe_image(object, like->width_px, like->height_px, like->channels, 8);
    page_report_stream(report, "page", codings[PDF_DCT].filter, like->width_px, like->height_px,
                       (size_t)size, sha256);
    report->coding = PAGE_PASSED;
    paint_whole(out, object);
    return STATUS_OK;
}

/* The same pixels must come back, or the master's own bytes go in. */
static enum status add_transcoded(struct pdf *pdf, const struct pdf_image_job *job,
                                  const struct image *like, const struct image *raster,
                                  int orientation, struct pdf_image *out,
                                  struct page_report *report, struct error *error)
{
    struct buffer bytes = {0};
    struct image again = {0};
    char sha256[HASH_HEX_SIZE];
    int64_t own = 0;
    enum status status = image_transcode_jpeg(job->page->image_path, &bytes, error);
    if (status == STATUS_OK)
        status = image_jpeg_own(job->page->image_path, &own, sha256, error);
    if (status == STATUS_OK)
        status = image_decode_jpeg(bytes.data, bytes.size, &again, error);
    if (status == STATUS_OK) {
        image_upright(&again, orientation);
        bool same =
            again.stride == raster->stride && again.height_px == raster->height_px &&
            memcmp(again.data, raster->data, raster->stride * (size_t)raster->height_px) == 0;
        if (same && (int64_t)bytes.size < own) {
            report->coding = PAGE_TRANSCODED;
            paint_whole(out, pdf_image_object(pdf, &bytes, PDF_DCT, like, "page", report));
        } else {
            report->reason = same ? "no_gain" : "not_same";
            status = add_passed(pdf, job, like, out, report, error);
        }
    }
    buffer_clear(&bytes);
    image_clear(&again);
    return status;
}

/* The raster is as it is seen but for turn_deg: image_read has applied the file's own
 * orientation. */
static enum status add_raster(struct pdf *pdf, const struct pdf_image_job *job,
                              const struct image *raster, struct pdf_image *out,
                              struct page_report *report, struct error *error)
{
    const struct archive_settings *settings = job->settings;
    struct buffer bytes = {0};
    struct image narrow = {0};
    bool flate = settings->raster_coding == RASTER_FLATE;
    if (raster->bits != 8 && (!flate || pdf->flavour == ARCHIVE_PDFA_1B))
        image_to_8bit(raster, &narrow); /* PDF 1.4 has no 16 bits, nor has JPEG */
    const struct image *image = narrow.data != NULL ? &narrow : raster;
    enum status status = flate ? flate_encode(image, &bytes, error)
                               : image_encode_jpeg(image, settings->jpeg_quality, &bytes, error);
    report->coding = flate ? PAGE_LOSSLESS : PAGE_ENCODED;
    report->quality = flate ? 0 : settings->jpeg_quality;
    if (status == STATUS_OK)
        paint_whole(
            out, pdf_image_object(pdf, &bytes, flate ? PDF_FLATE : PDF_DCT, image, "page", report));
    buffer_clear(&bytes);
    image_clear(&narrow);
    return status;
}

static enum status add_bilevel(struct pdf *pdf, const struct pdf_image_job *job,
                               const struct image *raster, struct pdf_image *out,
                               struct page_report *report, struct error *error)
{
    HPDF_Dict object = NULL;
    bool layered = job->settings->page_profile == PROFILE_LAYERED;
    report->coding = PAGE_LOSSLESS;
    enum status status =
        pdf_image_bilevel(pdf, raster, layered ? job->settings->mask_coding : MASK_G4, "page",
                          &object, report, error);
    if (status == STATUS_OK)
        paint_whole(out, object);
    return status;
}

static enum status add_faithful(struct pdf *pdf, const struct pdf_image_job *job,
                                const struct image *raster, const struct image_jpeg_facts *jpeg,
                                struct pdf_image *out, struct page_report *report,
                                struct error *error)
{
    if (jpeg != NULL) {
        const struct image like = {.width_px = jpeg->width_px,
                                   .height_px = jpeg->height_px,
                                   .channels = jpeg->channels,
                                   .bits = 8};
        place_jpeg(job, jpeg, out);
        return job->settings->jpeg_transcode
                   ? add_transcoded(pdf, job, &like, raster, jpeg->orientation, out, report, error)
                   : add_passed(pdf, job, &like, out, report, error);
    }
    return raster->bits == 1 ? add_bilevel(pdf, job, raster, out, report, error)
                             : add_raster(pdf, job, raster, out, report, error);
}

enum status pdf_image_add(struct pdf *pdf, const struct pdf_image_job *job, struct pdf_image *out,
                          struct image *upright, struct page_report *report, struct error *error)
{
    const char *path = job->page->image_path;
    struct image image = {0}, facts = {0};
    struct image_jpeg_facts jpeg = {0};
    enum image_format format = IMAGE_UNKNOWN;
    int pages = 0;
    *out = (struct pdf_image){0};
    *report = (struct page_report){0};
    /* Decoded whole even when its bytes go in as they are: a damaged JPEG is refused here, not
     * discovered by a reader years later. */
    enum status status = image_probe(path, &facts, &format, &pages, error);
    if (status == STATUS_OK && format == IMAGE_JPEG)
        status = image_jpeg_probe(path, &jpeg, error);
    if (status == STATUS_OK && format == IMAGE_JPEG)
        status = check_jpeg(path, &jpeg, error);
    if (status == STATUS_OK)
        status = hash_file(path, report->master_sha256, error);
    if (status == STATUS_OK)
        status = image_read(path, 0, &image, error);
    if (status == STATUS_OK) {
        place_image(out, &image, 1, job);
        report->channels = image.channels;
        report->bits = image.bits;
        report->width_px = image.width_px;
        report->height_px = image.height_px;
        report->dpi = out->dpi;
        if (job->settings->page_profile == PROFILE_LAYERED && image.bits != 1)
            status = pdf_image_layered(pdf, job, &image, out, report, error);
    }
    if (status == STATUS_OK && out->paint_count == 0)
        status =
            add_faithful(pdf, job, &image, format == IMAGE_JPEG ? &jpeg : NULL, out, report, error);
    if (status == STATUS_OK && upright != NULL)
        image_turn(&image, job->page->turn_deg, upright);
    image_clear(&facts);
    image_clear(&image);
    return status;
}
