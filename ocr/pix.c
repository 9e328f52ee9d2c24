#include "ocr/pix.h"

#include <string.h>

#define RED_START 12 /* excess of red over green and blue from which it counts as coloured */
#define RED_FULL 60  /* excess from which the red channel alone is taken */

static void say_nothing(const char *text)
{
    (void)text;
}

void pix_silence(void)
{
    setMsgSeverity(L_SEVERITY_NONE);
    leptSetStderrHandler(say_nothing);
}

static uint8_t luminance_without_red(const uint8_t *rgb)
{
    int red = rgb[0], green = rgb[1], blue = rgb[2];
    int luma = (299 * red + 587 * green + 114 * blue) / 1000;
    int excess = red - (green > blue ? green : blue) - RED_START;
    if (excess <= 0)
        return (uint8_t)luma;
    if (excess > RED_FULL - RED_START)
        excess = RED_FULL - RED_START;
    return (uint8_t)(luma + (red - luma) * excess / (RED_FULL - RED_START));
}

/* Leptonica keeps the bytes of a 32-bit word in the machine's order: written as plain bytes, then
 * swapped where needed. */
static PIX *copy_rows(const struct image *image, int depth)
{
    PIX *pix = pixCreateNoInit(image->width_px, image->height_px, depth);
    if (!pix)
        return NULL;
    size_t row_bytes = 4 * (size_t)pixGetWpl(pix);
    size_t used = ((size_t)image->width_px * (size_t)depth + 7) / 8;
    uint8_t *to = (uint8_t *)pixGetData(pix);
    for (int y = 0; y < image->height_px; y++, to += row_bytes) {
        const uint8_t *from = image->data + (size_t)y * image->stride;
        memset(to + row_bytes - 4, 0, 4);
        if (image->channels == 3)
            for (int x = 0; x < image->width_px; x++)
                to[x] = luminance_without_red(from + 3 * (size_t)x);
        else
            memcpy(to, from, used);
    }
    pixEndianByteSwap(pix);
    pixSetPadBits(pix, 0);
    return pix;
}

PIX *pix_from_image(const struct image *image, double scale)
{
    struct image narrow = {0};
    if (image->bits == 16) {
        image_to_8bit(image, &narrow);
        image = &narrow;
    }
    PIX *pix = copy_rows(image, image->bits == 1 ? 1 : 8);
    image_clear(&narrow);
    if (!pix || scale == 1)
        return pix;

    PIX *scaled = NULL;
    if (pixGetDepth(pix) == 1 && scale < 1)
        scaled = pixScaleToGray(pix, (l_float32)scale);
    else
        scaled = pixScale(pix, (l_float32)scale, (l_float32)scale);
    pixDestroy(&pix);
    return scaled;
}

struct box *pix_components(PIX *binary, struct arena *arena, size_t *count)
{
    *count = 0;
    BOXA *boxa = pixConnCompBB(binary, 8);
    int found = boxa ? boxaGetCount(boxa) : 0;
    struct box *boxes = found ? arena_array(arena, (size_t)found, sizeof *boxes) : NULL;
    for (int i = 0; i < found; i++)
        boxaGetBoxGeometry(boxa, i, &boxes[i].x, &boxes[i].y, &boxes[i].width, &boxes[i].height);
    *count = (size_t)found;
    boxaDestroy(&boxa);
    return boxes;
}

static bool cut_to(PIX *pix, struct box *box)
{
    int right = box->x + box->width, bottom = box->y + box->height;
    int width = pixGetWidth(pix), height = pixGetHeight(pix);
    box->x = box->x < 0 ? 0 : box->x;
    box->y = box->y < 0 ? 0 : box->y;
    box->width = (right > width ? width : right) - box->x;
    box->height = (bottom > height ? height : bottom) - box->y;
    return box->width > 0 && box->height > 0;
}

void pix_erase(PIX *pix, struct box box)
{
    if (!cut_to(pix, &box))
        return;
    int white = pixGetDepth(pix) == 1 ? PIX_CLR : PIX_SET;
    pixRasterop(pix, box.x, box.y, box.width, box.height, white, NULL, 0, 0);
}

PIX *pix_part(PIX *pix, struct box *box)
{
    if (!cut_to(pix, box))
        return NULL;
    PIX *part = pixCreate(box->width, box->height, pixGetDepth(pix));
    if (part)
        pixRasterop(part, 0, 0, box->width, box->height, PIX_SRC, pix, box->x, box->y);
    return part;
}
