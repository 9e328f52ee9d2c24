/* The picture of a seal for the visible block. */
#include "core/image.h"

#include "archive/image/page_report.h"
#include "archive/pdf/pdf.h"
#include "core/file.h"
#include "core/message.h"

#define PAPER 200      /* of 255: the darkest channel of what is still paper */
#define SHARE_MIN 0.01 /* of the picture that a seal covers, */
#define SHARE_MAX 0.85 /* and more is a picture with its background */

static const uint8_t *pixel(const struct image *image, int x, int y)
{
    return image->data + (size_t)y * image->stride + (size_t)x * (size_t)image->channels;
}

static int darkest(const struct image *image, const uint8_t *at)
{
    int least = 255;
    for (int i = 0; i < image->channels; i++)
        least = at[i] < least ? at[i] : least;
    return least;
}

/* What is not paper becomes 1 in shape; color is its mean. Returns its share of the picture. */
static double cut_out(const struct image *image, struct image *shape, double color[3])
{
    double sums[3] = {0, 0, 0};
    int64_t count = 0;
    image_init(shape, image->width_px, image->height_px, 1, 1);
    for (int y = 0; y < image->height_px; y++)
        for (int x = 0; x < image->width_px; x++) {
            const uint8_t *at = pixel(image, x, y);
            if (darkest(image, at) >= PAPER)
                continue;
            shape->data[(size_t)y * shape->stride + (size_t)x / 8] |= (uint8_t)(0x80 >> (x % 8));
            for (int i = 0; i < 3; i++)
                sums[i] += at[image->channels == 3 ? i : 0];
            count++;
        }
    for (int i = 0; i < 3; i++)
        color[i] = count ? sums[i] / (255.0 * (double)count) : 0;
    return (double)count / ((double)image->width_px * image->height_px);
}

enum status pdf_seal_open(struct pdf *pdf, const char *path, struct pdf_seal *out,
                          struct error *error)
{
    struct image image = {0}, shape = {0};
    struct page_report none = {.bytes = 0}; /* it is no page's image */
    enum status status = image_read(path, 0, &image, error);
    if (status == STATUS_OK && image.bits != 8)
        status = error_set(error, STATUS_REJECT, _("a seal has 8 bits a channel"));
    if (status == STATUS_OK) {
        double share = cut_out(&image, &shape, out->color);
        out->aspect = (double)image.height_px / image.width_px;
        if (share < SHARE_MIN || share > SHARE_MAX)
            status = error_set(error, STATUS_REJECT,
                               _("a seal stands on white or transparent ground; here %.0f %% is "
                                 "painted"),
                               share * 100);
    }
    if (status == STATUS_OK)
        status = pdf_image_bilevel(pdf, &shape, MASK_G4, "mask", &out->object, &none, error);
    image_clear(&image);
    image_clear(&shape);
    if (status == STATUS_OK)
        return status;
    return error_add(error, status == STATUS_RETRY ? status : STATUS_FATAL, "archive.seal_image %s",
                     file_name(path));
}
