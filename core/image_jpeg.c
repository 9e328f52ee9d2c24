/* The door to libjpeg. */
#include "core/image_codec.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "core/message.h"

#define SCANS_MAX 200 /* of a progressive file; a hostile one has thousands to burn time */

/* libjpeg asks for an error handler that does not come back. All that must be freed after the jump
 * is in here, not in locals, whose values a longjmp may lose. */
struct jpeg_state {
    struct jpeg_error_mgr manager; /* first: libjpeg's err points at it */
    struct jpeg_progress_mgr progress;
    jmp_buf jump;
    char cause[JMSG_LENGTH_MAX];
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    FILE *file;
    uint8_t *row;         /* CMYK */
    unsigned char *bytes; /* encoded; libjpeg's malloc */
    unsigned long size;
};

static void jpeg_fail(j_common_ptr common)
{
    struct jpeg_state *state = (struct jpeg_state *)common->err;
    common->err->format_message(common, state->cause);
    longjmp(state->jump, 1);
}

/* libjpeg only warns of a file that is cut short and fills the rest with grey: for us that page is
 * lost, so most warnings are failures. These two say nothing about the pixels. */
static void jpeg_message(j_common_ptr common, int level)
{
    int code = common->err->msg_code;
    if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR)
        jpeg_fail(common);
}

static void jpeg_silent(j_common_ptr common)
{
    (void)common;
}

static void jpeg_watch(j_common_ptr common)
{
    j_decompress_ptr in = (j_decompress_ptr)common;
    if (in->input_scan_number > SCANS_MAX) {
        common->err->msg_code = JERR_BAD_PROGRESSION;
        jpeg_fail(common);
    }
}

static void jpeg_state_init(struct jpeg_state *state)
{
    *state = (struct jpeg_state){0};
    state->in.err = jpeg_std_error(&state->manager);
    state->out.err = &state->manager;
    state->manager.error_exit = jpeg_fail;
    state->manager.emit_message = jpeg_message;
    state->manager.output_message = jpeg_silent;
    state->progress.progress_monitor = jpeg_watch;
}

static void jpeg_state_clear(struct jpeg_state *state)
{
    jpeg_destroy_decompress(&state->in);
    jpeg_destroy_compress(&state->out);
    if (state->file)
        fclose(state->file);
    free(state->row);
    free(state->bytes);
}

/* After the jump. Another precision is no damage: libjpeg is built for one. */
static enum status refuse(const struct jpeg_state *state, struct error *error)
{
    if (state->manager.msg_code != JERR_BAD_PRECISION)
        return image_damaged(state->cause, error);
    return error_set(
        error, STATUS_REJECT,
        _("the JPEG has %d bits a colour where 8 are needed; save it with 8 or scan the "
          "sheet again"),
        state->manager.msg_parm.i[0]);
}

/* ---------------------------------------------------------------- reading */

static void find_facts(j_decompress_ptr in, struct image_jpeg_facts *facts)
{
    struct image_exif exif = {.orientation = ORIENTATION_UPRIGHT};
    for (jpeg_saved_marker_ptr marker = in->marker_list; marker; marker = marker->next)
        if (marker->data_length > 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
            image_exif_parse(marker->data + 6, marker->data_length - 6, &exif);
            break;
        }
    double per_inch = in->density_unit == 1 ? 1 : in->density_unit == 2 ? 2.54 : 0;
    double dpi_x = in->saw_JFIF_marker ? image_sane_dpi(in->X_density * per_inch) : 0;
    double dpi_y = in->saw_JFIF_marker ? image_sane_dpi(in->Y_density * per_inch) : 0;
    *facts = (struct image_jpeg_facts){
        .width_px = (int)in->image_width,
        .height_px = (int)in->image_height,
        .channels = in->num_components,
        .bits = in->data_precision,
        .orientation = exif.orientation,
        .cmyk = in->num_components == 4,
        .dpi_x = dpi_x > 0 ? dpi_x : exif.dpi_x,
        .dpi_y = dpi_y > 0 ? dpi_y : exif.dpi_y,
    };
}

static enum status read_head(struct jpeg_state *state, struct image_jpeg_facts *facts,
                             struct error *error)
{
    state->in.progress = &state->progress;
    jpeg_save_markers(&state->in, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&state->in, TRUE);
    find_facts(&state->in, facts);
    enum status status = image_check_size(state->in.image_width, state->in.image_height, error);
    int channels = facts->channels;
    if (status == STATUS_OK && channels != 1 && channels != 3 && channels != 4)
        status = error_set(error, STATUS_REJECT,
                           _("the JPEG has %d colour channels; save it as grey or RGB"), channels);
    return status;
}

/* What is done with a JPEG whose head is read; to: the caller's. */
typedef void jpeg_use(struct jpeg_state *state, const struct image_jpeg_facts *facts, void *to);

/* bytes NULL: the file. Errors of libjpeg jump back into this function. */
static enum status jpeg_open(struct jpeg_state *state, const char *path, const void *bytes,
                             size_t size, struct image_jpeg_facts *facts, jpeg_use *use, void *to,
                             struct error *error)
{
    enum status status = STATUS_OK;
    jpeg_state_init(state);
    if (!bytes && (status = image_open(path, &state->file, error)) != STATUS_OK)
        return status;
    if (setjmp(state->jump) == 0) {
        jpeg_create_decompress(&state->in);
        if (bytes)
            jpeg_mem_src(&state->in, bytes, (unsigned long)size);
        else
            jpeg_stdio_src(&state->in, state->file);
        status = read_head(state, facts, error);
        if (status == STATUS_OK && use)
            use(state, facts, to);
    } else {
        status = refuse(state, error);
    }
    jpeg_state_clear(state);
    return status;
}

enum status image_jpeg_probe(const char *path, struct image_jpeg_facts *out, struct error *error)
{
    struct jpeg_state state;
    *out = (struct image_jpeg_facts){0};
    return jpeg_open(&state, path, NULL, 0, out, NULL, NULL, error);
}

/* Adobe writes CMYK inverted and says so by its marker; then 255 is no ink. */
static void cmyk_to_rgb(const struct jpeg_state *state, uint8_t *to)
{
    unsigned flip = state->in.saw_Adobe_marker ? 0 : 255;
    for (size_t x = 0; x < state->in.output_width; x++) {
        const uint8_t *ink = state->row + 4 * x;
        unsigned key = ink[3] ^ flip;
        for (size_t i = 0; i < 3; i++)
            to[3 * x + i] = (uint8_t)(((ink[i] ^ flip) * key + 127) / 255);
    }
}

static void read_pixels(struct jpeg_state *state, const struct image_jpeg_facts *facts, void *to)
{
    struct image *out = to;
    j_decompress_ptr in = &state->in;
    in->out_color_space = facts->cmyk ? JCS_CMYK : facts->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(in);
    image_init(out, facts->width_px, facts->height_px, facts->channels == 1 ? 1 : 3, 8);
    out->dpi_x = facts->dpi_x;
    out->dpi_y = facts->dpi_y;
    if (facts->cmyk)
        state->row = memory_new((size_t)facts->width_px * 4);
    while (in->output_scanline < in->output_height) {
        uint8_t *line = out->data + (size_t)in->output_scanline * out->stride;
        JSAMPROW row = facts->cmyk ? state->row : line;
        jpeg_read_scanlines(in, &row, 1);
        if (facts->cmyk)
            cmyk_to_rgb(state, line);
    }
    jpeg_finish_decompress(in);
}

static enum status read_image(const char *path, const void *bytes, size_t size, struct image *out,
                              int *orientation, struct error *error)
{
    struct jpeg_state state;
    struct image_jpeg_facts facts = {0};
    *out = (struct image){0};
    enum status status = jpeg_open(&state, path, bytes, size, &facts, read_pixels, out, error);
    if (status != STATUS_OK)
        image_clear(out);
    *orientation = facts.orientation;
    return status;
}

enum status image_jpeg_read(const char *path, struct image *out, struct error *error)
{
    int orientation;
    enum status status = read_image(path, NULL, 0, out, &orientation, error);
    if (status == STATUS_OK)
        image_upright(out, orientation);
    return status;
}

enum status image_decode_jpeg(const void *bytes, size_t size, struct image *out,
                              struct error *error)
{
    int orientation;
    return read_image(NULL, bytes, size, out, &orientation, error);
}

/* ---------------------------------------------------------------- writing */

/* The standard's own table K.2, scaled as libjpeg scales its tables. */
static void set_color_quality(j_compress_ptr out, int quality)
{
    static const unsigned table[DCTSIZE2] = {
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99,
        99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};
    jpeg_add_quant_table(out, 1, table, jpeg_quality_scaling(quality), TRUE);
}

static void write_head(struct jpeg_state *state, const struct image *image,
                       const struct image_jpeg_way *way)
{
    j_compress_ptr out = &state->out;
    jpeg_create_compress(out);
    jpeg_mem_dest(out, &state->bytes, &state->size);
    out->image_width = (JDIMENSION)image->width_px;
    out->image_height = (JDIMENSION)image->height_px;
    out->input_components = image->channels;
    out->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(out);
    jpeg_set_quality(out, way->quality, TRUE);
    if (way->color_quality > 0)
        set_color_quality(out, way->color_quality);
    out->optimize_coding = TRUE;
    if (way->full_chroma)
        out->comp_info[0].h_samp_factor = out->comp_info[0].v_samp_factor = 1;
    if (way->progressive)
        jpeg_simple_progression(out);
    if (image->dpi_x > 0 && image->dpi_y > 0) {
        out->density_unit = 1;
        out->X_density = (UINT16)lround(image->dpi_x);
        out->Y_density = (UINT16)lround(image->dpi_y);
    }
}

static void write_pixels(struct jpeg_state *state, const struct image *image)
{
    j_compress_ptr out = &state->out;
    jpeg_start_compress(out, TRUE);
    while (out->next_scanline < out->image_height) {
        JSAMPROW row = image->data + (size_t)out->next_scanline * image->stride;
        jpeg_write_scanlines(out, &row, 1);
    }
    jpeg_finish_compress(out);
}

static bool encode(struct jpeg_state *state, const struct image *image,
                   const struct image_jpeg_way *way, struct buffer *out)
{
    if (setjmp(state->jump) != 0)
        return false;
    write_head(state, image, way);
    write_pixels(state, image);
    buffer_add(out, state->bytes, state->size);
    return true;
}

enum status image_encode_jpeg_way(const struct image *image, const struct image_jpeg_way *way,
                                  struct buffer *out, struct error *error)
{
    struct jpeg_state state;
    struct image copy = {0};
    if (image->bits != 8)
        image_to_8bit(image, &copy);
    jpeg_state_init(&state);
    bool good = encode(&state, copy.data ? &copy : image, way, out);
    jpeg_state_clear(&state);
    image_clear(&copy);
    return good ? STATUS_OK
                : error_set(error, STATUS_FATAL, _("cannot write a JPEG: %s"), state.cause);
}

enum status image_encode_jpeg(const struct image *image, int quality, struct buffer *out,
                              struct error *error)
{
    const struct image_jpeg_way way = {
        .quality = quality, .full_chroma = quality >= 90, /* the red of seals keeps its edges */
    };
    return image_encode_jpeg_way(image, &way, out, error);
}

/* ---------------------------------------------------------------- the same coefficients */

static void transcode(struct jpeg_state *state, const struct image_jpeg_facts *facts, void *to)
{
    (void)facts;
    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(&state->in);
    jpeg_create_compress(&state->out);
    jpeg_mem_dest(&state->out, &state->bytes, &state->size);
    jpeg_copy_critical_parameters(&state->in, &state->out);
    state->out.optimize_coding = TRUE;
    jpeg_simple_progression(&state->out);
    jpeg_write_coefficients(&state->out, coefficients);
    jpeg_finish_compress(&state->out);
    jpeg_finish_decompress(&state->in);
    buffer_add(to, state->bytes, state->size);
}

enum status image_transcode_jpeg(const char *path, struct buffer *out, struct error *error)
{
    struct jpeg_state state;
    struct image_jpeg_facts facts;
    return jpeg_open(&state, path, NULL, 0, &facts, transcode, out, error);
}
