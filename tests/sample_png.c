#include "tests/sample_png.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>

#include <png.h>

static void fail(png_structp png, png_const_charp message)
{
    (void)message;
    longjmp(*(jmp_buf *)png_get_error_ptr(png), 1);
}

static void write_pixels(png_structp png, png_infop info, const struct image *image)
{
    static const uint16_t probe = 1;
    png_set_IHDR(png, info, (png_uint_32)image->width_px, (png_uint_32)image->height_px,
                 image->bits, image->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (image->dpi_x > 0 && image->dpi_y > 0)
        png_set_pHYs(png, info, (png_uint_32)lround(image->dpi_x / 0.0254),
                     (png_uint_32)lround(image->dpi_y / 0.0254), PNG_RESOLUTION_METER);
    png_write_info(png, info);
    if (image->bits == 1)
        png_set_invert_mono(png);
    if (image->bits == 16 && *(const uint8_t *)&probe == 1)
        png_set_swap(png);
    for (int y = 0; y < image->height_px; y++)
        png_write_row(png, image->data + (size_t)y * image->stride);
    png_write_end(png, info);
}

bool sample_png(const struct image *image, const char *path)
{
    jmp_buf jump;
    FILE *file = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &jump, fail, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    volatile bool done = false;
    if (file && info && setjmp(jump) == 0) {
        png_init_io(png, file);
        write_pixels(png, info, image);
        done = true;
    }
    png_destroy_write_struct(&png, &info);
    return file && fclose(file) == 0 && done;
}
