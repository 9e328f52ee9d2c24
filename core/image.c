#include "core/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/image_codec.h"
#include "core/message.h"

/* ---------------------------------------------------------------- memory */

void image_init(struct image *image, int width_px, int height_px, int channels, int bits)
{
    *image = (struct image){
        .width_px = width_px, .height_px = height_px, .channels = channels, .bits = bits};
    image->stride = ((size_t)width_px * (size_t)channels * (size_t)bits + 7) / 8;
    image->data = memory_new(image->stride * (size_t)height_px);
}

void image_clear(struct image *image)
{
    free(image->data);
    *image = (struct image){0};
}

/* ---------------------------------------------------------------- what doors share */

enum status image_open(const char *path, FILE **out, struct error *error)
{
    struct stat facts;
    *out = NULL;
    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode))
        return error_set(error, STATUS_REJECT, _("this is not a file"));
    *out = fopen(path, "rbe");
    if (*out)
        return STATUS_OK;
    bool lasting = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG || errno == ELOOP ||
                   errno == EACCES;
    return error_set(error, lasting ? STATUS_REJECT : STATUS_RETRY, _("cannot be opened: %s"),
                     message_errno(errno));
}

enum status image_check_size(uint64_t width_px, uint64_t height_px, struct error *error)
{
    if (width_px < IMAGE_SIDE_MIN || height_px < IMAGE_SIDE_MIN)
        return error_set(error, STATUS_REJECT,
                         _("the image has %llu × %llu pixels; that is no page"),
                         (unsigned long long)width_px, (unsigned long long)height_px);
    if (width_px > IMAGE_SIDE_MAX || height_px > IMAGE_SIDE_MAX ||
        width_px * height_px > IMAGE_PIXELS_MAX)
        return error_set(
            error, STATUS_REJECT,
            _("the image has %llu × %llu pixels, more than a page can have (%d a side, "
              "%lld in all); scan it at a lower resolution"),
            (unsigned long long)width_px, (unsigned long long)height_px, IMAGE_SIDE_MAX,
            IMAGE_PIXELS_MAX);
    return STATUS_OK;
}

enum status image_damaged(const char *cause, struct error *error)
{
    char plain[160];
    size_t used = 0;
    for (const char *at = cause; *at && used + 1 < sizeof plain; at++)
        plain[used++] = *at >= ' ' && *at < 127 ? *at : '?';
    plain[used] = '\0';
    return error_set(error, STATUS_REJECT,
                     _("the image is damaged or cut short (%s); scan the page again"), plain);
}

double image_sane_dpi(double dpi)
{
    return dpi >= 10 && dpi <= 10000 ? dpi : 0;
}

/* By the first bytes, not by the name. */
static enum image_format format_of(const void *bytes, size_t size)
{
    const uint8_t *b = bytes;
    static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (size >= 8 && memcmp(b, png, 8) == 0)
        return IMAGE_PNG;
    if (size >= 3 && b[0] == 0xff && b[1] == 0xd8 && b[2] == 0xff)
        return IMAGE_JPEG;
    if (size >= 4 && (memcmp(b, "II*\0", 4) == 0 || memcmp(b, "MM\0*", 4) == 0 ||
                      memcmp(b, "II+\0", 4) == 0 || memcmp(b, "MM\0+", 4) == 0))
        return IMAGE_TIFF;
    return IMAGE_UNKNOWN;
}

static enum status format_of_file(const char *path, enum image_format *format, struct error *error)
{
    FILE *file = NULL;
    uint8_t head[16];
    *format = IMAGE_UNKNOWN;
    enum status status = image_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    size_t size = fread(head, 1, sizeof head, file);
    if (ferror(file))
        status = error_set(error, STATUS_RETRY, _("cannot be read: %s"), message_errno(errno));
    else if (size == 0)
        status = error_set(error, STATUS_REJECT, _("the file is empty; scan the page again"));
    else
        *format = format_of(head, size);
    fclose(file);
    if (status == STATUS_OK && *format == IMAGE_UNKNOWN)
        status = error_set(error, STATUS_REJECT, _("this is no TIFF, JPEG or PNG image"));
    return status;
}

enum status image_probe(const char *path, struct image *facts, enum image_format *format,
                        int *pages, struct error *error)
{
    enum image_format kind = IMAGE_UNKNOWN;
    int count = 1;
    *facts = (struct image){0};
    enum status status = format_of_file(path, &kind, error);
    if (status == STATUS_OK && kind == IMAGE_TIFF)
        status = image_tiff_probe(path, facts, &count, error);
    if (status == STATUS_OK && kind == IMAGE_PNG)
        status = image_png_probe(path, facts, error);
    if (status == STATUS_OK && kind == IMAGE_JPEG) {
        struct image_jpeg_facts jpeg;
        status = image_jpeg_probe(path, &jpeg, error);
        if (status == STATUS_OK) {
            *facts = (struct image){.width_px = jpeg.width_px,
                                    .height_px = jpeg.height_px,
                                    .channels = jpeg.cmyk ? 3 : jpeg.channels,
                                    .bits = jpeg.bits,
                                    .dpi_x = jpeg.dpi_x,
                                    .dpi_y = jpeg.dpi_y};
            image_upright(facts, jpeg.orientation);
        }
    }
    if (format)
        *format = kind;
    if (pages)
        *pages = count;
    return status;
}

enum status image_read(const char *path, int page, struct image *out, struct error *error)
{
    enum image_format kind = IMAGE_UNKNOWN;
    *out = (struct image){0};
    enum status status = format_of_file(path, &kind, error);
    if (status != STATUS_OK)
        return status;
    if (kind == IMAGE_TIFF)
        return image_tiff_read(path, page, out, error);
    if (page != 0)
        return error_set(error, STATUS_REJECT, _("the image has no page %d"), page + 1);
    return kind == IMAGE_JPEG ? image_jpeg_read(path, out, error)
                              : image_png_read(path, out, error);
}

/* ---------------------------------------------------------------- EXIF */

struct exif_reader {
    const uint8_t *bytes;
    size_t size;
    bool big;
};

static uint32_t exif_int(const struct exif_reader *reader, size_t at, int size)
{
    uint32_t value = 0;
    if (at > reader->size || (size_t)size > reader->size - at)
        return 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | reader->bytes[at + (size_t)(reader->big ? i : size - 1 - i)];
    return value;
}

static double exif_rational(const struct exif_reader *reader, size_t entry)
{
    size_t at = exif_int(reader, entry + 8, 4);
    uint32_t below = exif_int(reader, at + 4, 4);
    return below ? (double)exif_int(reader, at, 4) / below : 0;
}

void image_exif_parse(const uint8_t *bytes, size_t size, struct image_exif *out)
{
    *out = (struct image_exif){.orientation = ORIENTATION_UPRIGHT};
    if (format_of(bytes, size) != IMAGE_TIFF || size < 8)
        return;
    struct exif_reader reader = {bytes, size, bytes[0] == 'M'};
    size_t folder = exif_int(&reader, 4, 4);
    uint32_t count = exif_int(&reader, folder, 2);
    double unit_per_inch = 1;
    for (uint32_t i = 0; i < count && folder + 2 + 12 * (size_t)(i + 1) <= size; i++) {
        size_t entry = folder + 2 + 12 * (size_t)i;
        uint32_t tag = exif_int(&reader, entry, 2);
        uint32_t value = exif_int(&reader, entry + 8, 2);
        if (tag == 0x0112 && value >= 1 && value <= ORIENTATION_LAST)
            out->orientation = (int)value;
        if (tag == 0x011a)
            out->dpi_x = exif_rational(&reader, entry);
        if (tag == 0x011b)
            out->dpi_y = exif_rational(&reader, entry);
        if (tag == 0x0128)
            unit_per_inch = value == 3 ? 2.54 : value == 2 ? 1 : 0;
    }
    out->dpi_x = image_sane_dpi(out->dpi_x * unit_per_inch);
    out->dpi_y = image_sane_dpi(out->dpi_y * unit_per_inch);
}

/* ---------------------------------------------------------------- copies */

static bool bit_get(const uint8_t *row, int x)
{
    return row[x >> 3] >> (7 - (x & 7)) & 1;
}

static void bit_set(uint8_t *row, int x)
{
    row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

void image_trim_rows(struct image *image)
{
    int spare = (int)(image->stride * 8) - image->width_px;
    for (int y = 0; image->bits == 1 && spare && y < image->height_px; y++)
        image->data[((size_t)y + 1) * image->stride - 1] &= (uint8_t)(0xff << spare);
}

static uint8_t sample_8bit(const struct image *image, const uint8_t *row, size_t at)
{
    if (image->bits == 1)
        return bit_get(row, (int)at) ? 0 : 255;
    if (image->bits == 8)
        return row[at];
    uint16_t sample;
    memcpy(&sample, row + 2 * at, 2);
    return (uint8_t)((sample * 255u + 32895u) >> 16);
}

void image_to_8bit(const struct image *image, struct image *out)
{
    image_init(out, image->width_px, image->height_px, image->channels, 8);
    out->dpi_x = image->dpi_x;
    out->dpi_y = image->dpi_y;
    for (int y = 0; y < image->height_px; y++) {
        const uint8_t *from = image->data + (size_t)y * image->stride;
        uint8_t *to = out->data + (size_t)y * out->stride;
        if (image->bits == 8)
            memcpy(to, from, out->stride);
        else
            for (size_t i = 0; i < out->stride; i++)
                to[i] = sample_8bit(image, from, i);
    }
}

void image_to_gray(const struct image *image, struct image *out)
{
    if (image->channels == 1) {
        image_to_8bit(image, out);
        return;
    }
    image_init(out, image->width_px, image->height_px, 1, 8);
    out->dpi_x = image->dpi_x;
    out->dpi_y = image->dpi_y;
    for (int y = 0; y < image->height_px; y++) {
        const uint8_t *from = image->data + (size_t)y * image->stride;
        uint8_t *to = out->data + (size_t)y * out->stride;
        for (size_t x = 0; x < (size_t)image->width_px; x++) {
            unsigned red = sample_8bit(image, from, 3 * x);
            unsigned green = sample_8bit(image, from, 3 * x + 1);
            unsigned blue = sample_8bit(image, from, 3 * x + 2);
            to[x] = (uint8_t)((red * 19595u + green * 38470u + blue * 7471u + 32768u) >> 16);
        }
    }
}

/* Copies the image with every pixel (x, y) moved to where turn and mirror put it. */
static void image_move(const struct image *image, int turn_deg, bool mirror, struct image *out)
{
    int width = image->width_px, height = image->height_px;
    bool lies = turn_deg == 90 || turn_deg == 270;
    size_t pixel = (size_t)image->channels * (size_t)image->bits / 8;
    image_init(out, lies ? height : width, lies ? width : height, image->channels, image->bits);
    out->dpi_x = lies ? image->dpi_y : image->dpi_x;
    out->dpi_y = lies ? image->dpi_x : image->dpi_y;
    for (int y = 0; y < height; y++) {
        const uint8_t *row = image->data + (size_t)y * image->stride;
        for (int x = 0; x < width; x++) {
            int mx = mirror ? width - 1 - x : x;
            int to_x = turn_deg == 0     ? mx
                       : turn_deg == 90  ? height - 1 - y
                       : turn_deg == 180 ? width - 1 - mx
                                         : y;
            int to_y = turn_deg == 0     ? y
                       : turn_deg == 90  ? mx
                       : turn_deg == 180 ? height - 1 - y
                                         : width - 1 - mx;
            uint8_t *to = out->data + (size_t)to_y * out->stride;
            if (image->bits == 1) {
                if (bit_get(row, x))
                    bit_set(to, to_x);
            } else {
                memcpy(to + (size_t)to_x * pixel, row + (size_t)x * pixel, pixel);
            }
        }
    }
}

void image_turn(const struct image *image, int degrees_clockwise, struct image *out)
{
    int turn = (degrees_clockwise % 360 + 360) % 360;
    image_move(image, turn - turn % 90, false, out);
}

void image_upright(struct image *image, int orientation)
{
    static const int turns[ORIENTATION_LAST + 1] = {0, 0, 0, 180, 180, 270, 90, 90, 270};
    if (orientation <= ORIENTATION_UPRIGHT || orientation > ORIENTATION_LAST)
        return;
    bool mirror = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
    if (image->data) {
        struct image upright;
        image_move(image, turns[orientation], mirror, &upright);
        image_clear(image);
        *image = upright;
    } else if (orientation >= ORIENTATION_LIES) {
        struct image old = *image;
        image->width_px = old.height_px;
        image->height_px = old.width_px;
        image->dpi_x = old.dpi_y;
        image->dpi_y = old.dpi_x;
    }
}
