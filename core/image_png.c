/* The door to libpng. */
#include "core/image_codec.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "core/file.h"
#include "core/message.h"

/* As in image_jpeg.c: what a longjmp must not lose. */
struct png_state {
    jmp_buf jump;
    char cause[120];
    png_structp png;
    png_infop info;
    FILE *file;
    png_bytepp rows;
    uint8_t *wide; /* all rows, when they come with alpha */
};

static void png_fail(png_structp png, png_const_charp message)
{
    struct png_state *state = png_get_error_ptr(png);
    snprintf(state->cause, sizeof state->cause, "%s", message);
    longjmp(state->jump, 1);
}

/* libpng only warns when image data is missing but its checksums are right. */
static void png_warn(png_structp png, png_const_charp message)
{
    if (strstr(message, "IDAT") || strstr(message, "ot enough"))
        png_fail(png, message);
}

static void png_state_clear(struct png_state *state)
{
    png_destroy_read_struct(&state->png, &state->info, NULL);
    if (state->file)
        fclose(state->file);
    free(state->rows);
    free(state->wide);
}

static enum status state_open(struct png_state *state, const char *path, struct error *error)
{
    *state = (struct png_state){0};
    enum status status = image_open(path, &state->file, error);
    if (status != STATUS_OK)
        return status;
    state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state, png_fail, png_warn);
    state->info = state->png ? png_create_info_struct(state->png) : NULL;
    if (!state->info) {
        png_state_clear(state);
        return error_set(error, STATUS_FATAL, _("libpng does not start"));
    }
    return STATUS_OK;
}

/* ---------------------------------------------------------------- reading */

static int orientation_of(struct png_state *state)
{
    png_bytep bytes = NULL;
    png_uint_32 size = 0;
    struct image_exif exif = {.orientation = ORIENTATION_UPRIGHT};
    if (png_get_eXIf_1(state->png, state->info, &size, &bytes) && bytes)
        image_exif_parse(bytes, size, &exif);
    return exif.orientation;
}

/* Size, and the form the pixels will have: grey or RGB of 1, 8 or 16 bits. */
static enum status read_head(struct png_state *state, struct image *facts, struct error *error)
{
    png_structp png = state->png;
    png_init_io(png, state->file);
    /* Our own sentence is better than libpng's, so that its limit is above ours. */
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_malloc_max(png, 16 << 20);
    png_set_chunk_cache_max(png, 100);
    png_read_info(png, state->info);
    png_uint_32 width = png_get_image_width(png, state->info);
    png_uint_32 height = png_get_image_height(png, state->info);
    int kind = png_get_color_type(png, state->info);
    int depth = png_get_bit_depth(png, state->info);
    enum status status = image_check_size(width, height, error);
    if (status != STATUS_OK)
        return status;
    bool clear = png_get_valid(png, state->info, PNG_INFO_tRNS) || (kind & PNG_COLOR_MASK_ALPHA);
    *facts = (struct image){.width_px = (int)width, .height_px = (int)height};
    facts->channels = kind & PNG_COLOR_MASK_COLOR ? 3 : 1;
    facts->bits = depth == 16 ? 16 : depth == 1 && kind == PNG_COLOR_TYPE_GRAY && !clear ? 1 : 8;
    png_uint_32 per_m_x = 0, per_m_y = 0;
    int unit = PNG_RESOLUTION_UNKNOWN;
    if (png_get_pHYs(png, state->info, &per_m_x, &per_m_y, &unit) && unit == PNG_RESOLUTION_METER) {
        /* Whole dots a metre cannot say 300 dpi: 11811 is 299.9994. */
        facts->dpi_x = image_sane_dpi(round(per_m_x * 0.0254 * 100) / 100);
        facts->dpi_y = image_sane_dpi(round(per_m_y * 0.0254 * 100) / 100);
    }
    return STATUS_OK;
}

static void lay_on_white(const struct image *facts, const uint8_t *from, uint8_t *to)
{
    size_t channels = (size_t)facts->channels;
    for (size_t x = 0; x < (size_t)facts->width_px; x++)
        for (size_t i = 0; i < channels; i++) {
            size_t at = x * (channels + 1) + i, behind = x * (channels + 1) + channels;
            if (facts->bits == 8) {
                to[x * channels + i] = image_on_white(from[at], from[behind]);
                continue;
            }
            uint16_t sample, alpha;
            memcpy(&sample, from + 2 * at, 2);
            memcpy(&alpha, from + 2 * behind, 2);
            uint64_t sum = (uint64_t)sample * alpha + 65535ull * (65535u - alpha);
            sample = (uint16_t)((sum + 32767) / 65535);
            memcpy(to + 2 * (x * channels + i), &sample, 2);
        }
}

static void read_pixels(struct png_state *state, struct image *out)
{
    static const uint16_t probe = 1;
    png_structp png = state->png;
    bool little = *(const uint8_t *)&probe == 1;
    if (out->bits == 1)
        png_set_invert_mono(png); /* 1 is black with us */
    else
        png_set_expand(png);
    if (out->bits == 16 && little)
        png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, state->info);

    struct image facts = *out;
    image_init(out, facts.width_px, facts.height_px, facts.channels, facts.bits);
    out->dpi_x = facts.dpi_x;
    out->dpi_y = facts.dpi_y;
    size_t stride = png_get_rowbytes(png, state->info);
    size_t height = (size_t)out->height_px;
    bool alpha = png_get_channels(png, state->info) > out->channels;
    size_t expected =
        alpha ? out->stride / (size_t)out->channels * (size_t)(out->channels + 1) : out->stride;
    if (stride != expected)
        png_fail(png, "unexpected row size");
    if (alpha)
        state->wide = memory_new(stride * height);
    state->rows = memory_new(height * sizeof *state->rows);
    for (size_t y = 0; y < height; y++)
        state->rows[y] = alpha ? state->wide + y * stride : out->data + y * stride;
    png_read_image(png, state->rows);
    png_read_end(png, NULL);
    for (size_t y = 0; alpha && y < height; y++)
        lay_on_white(out, state->rows[y], out->data + y * out->stride);
}

enum status image_png_probe(const char *path, struct image *facts, struct error *error)
{
    struct png_state state;
    *facts = (struct image){0};
    enum status status = state_open(&state, path, error);
    if (status != STATUS_OK)
        return status;
    if (setjmp(state.jump) == 0) {
        status = read_head(&state, facts, error);
        image_upright(facts, orientation_of(&state));
    } else {
        status = image_damaged(state.cause, error);
    }
    png_state_clear(&state);
    return status;
}

enum status image_png_read(const char *path, struct image *out, struct error *error)
{
    struct png_state state;
    *out = (struct image){0};
    enum status status = state_open(&state, path, error);
    if (status != STATUS_OK)
        return status;
    if (setjmp(state.jump) == 0) {
        status = read_head(&state, out, error);
        if (status == STATUS_OK) {
            read_pixels(&state, out);
            image_trim_rows(out);
            image_upright(out, orientation_of(&state));
        }
    } else {
        image_clear(out);
        status = image_damaged(state.cause, error);
    }
    png_state_clear(&state);
    return status;
}
