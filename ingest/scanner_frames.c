#include "ingest/scanner.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST 4096 /* A4 at 300 dpi has 3508 */

static bool is_pass(const struct scanner_frame *frame)
{
    return frame->channels >= SCANNER_RED;
}

/* Bytes of a row that hold pixels; the device may pad rows. */
static size_t row_size(const struct scanner_frame *frame)
{
    size_t samples = (size_t)frame->width_px * (frame->channels == SCANNER_RGB ? 3 : 1);
    return frame->depth_bits == 1 ? (samples + 7) / 8 : samples * (size_t)(frame->depth_bits / 8);
}

static bool is_sane(const struct scanner_frame *frame)
{
    bool depth = frame->depth_bits == 8 || frame->depth_bits == 16 ||
                 (frame->depth_bits == 1 && frame->channels == SCANNER_GRAY);
    if (!depth || frame->channels < SCANNER_GRAY || frame->channels > SCANNER_BLUE)
        return false;
    if (frame->width_px < 1 || frame->width_px > IMAGE_SIDE_MAX || frame->lines > IMAGE_SIDE_MAX)
        return false;
    if (frame->lines == 0 || frame->lines < -1 || frame->stride > 16 * IMAGE_SIDE_MAX)
        return false;
    return frame->stride > 0 && (size_t)frame->stride >= row_size(frame);
}

bool scanner_page_frame(struct scanner_page *page, const struct scanner_frame *frame)
{
    if (!is_sane(frame))
        return false;
    if (page->frames == 0) {
        page->rows_room = frame->lines > 0 ? frame->lines : ROWS_FIRST;
        page->lines = -1;
        if ((int64_t)frame->width_px * page->rows_room > IMAGE_PIXELS_MAX)
            return false;
        image_init(&page->image, frame->width_px, page->rows_room,
                   frame->channels == SCANNER_GRAY ? 1 : 3, frame->depth_bits);
    } else if (!is_pass(frame) || !is_pass(&page->frame) ||
               frame->width_px != page->image.width_px || frame->depth_bits != page->image.bits ||
               (page->seen & 1U << (frame->channels - SCANNER_RED))) {
        return false; /* only the passes of one page may follow each other, each once */
    }
    if (is_pass(frame))
        page->seen |= 1U << (frame->channels - SCANNER_RED);
    page->frame = *frame;
    page->frames++;
    page->row = 0;
    page->row_bytes = 0;
    page->line = memory_resize(page->line, (size_t)frame->stride);
    return true;
}

static bool make_room(struct scanner_page *page)
{
    if (page->row < page->rows_room)
        return true;
    int room = page->rows_room < IMAGE_SIDE_MAX / 2 ? 2 * page->rows_room : IMAGE_SIDE_MAX;
    if (page->frame.lines > 0 || room == page->rows_room || page->lines >= 0 ||
        (int64_t)room * page->image.width_px > IMAGE_PIXELS_MAX)
        return false;
    size_t before = (size_t)page->rows_room * page->image.stride;
    page->image.data = memory_resize(page->image.data, (size_t)room * page->image.stride);
    memset(page->image.data + before, 0, (size_t)room * page->image.stride - before);
    page->rows_room = page->image.height_px = room;
    return true;
}

static void put_row(struct scanner_page *page)
{
    const struct scanner_frame *frame = &page->frame;
    uint8_t *row = page->image.data + (size_t)page->row * page->image.stride;
    size_t wide = (size_t)frame->depth_bits / 8;
    if (!is_pass(frame)) {
        memcpy(row, page->line, row_size(frame));
        if (frame->depth_bits == 1 && frame->width_px % 8)
            row[frame->width_px / 8] &= (uint8_t)(0xff00 >> (frame->width_px % 8));
        return;
    }
    row += (size_t)(frame->channels - SCANNER_RED) * wide;
    for (int x = 0; x < frame->width_px; x++)
        memcpy(row + 3 * wide * (size_t)x, page->line + wide * (size_t)x, wide);
}

bool scanner_page_data(struct scanner_page *page, const uint8_t *bytes, size_t size)
{
    size_t stride = (size_t)page->frame.stride;
    while (size > 0) {
        size_t part = stride - page->row_bytes < size ? stride - page->row_bytes : size;
        memcpy(page->line + page->row_bytes, bytes, part);
        page->row_bytes += part;
        bytes += part;
        size -= part;
        if (page->row_bytes < stride)
            break;
        if (!make_room(page))
            return false;
        put_row(page);
        page->row++;
        page->row_bytes = 0;
    }
    return true;
}

bool scanner_page_frame_end(struct scanner_page *page)
{
    if (page->row_bytes != 0 || page->row == 0)
        return false;
    if (page->frame.lines > 0 && page->row != page->frame.lines)
        return false;
    if (page->lines >= 0 && page->row != page->lines)
        return false; /* passes of different length */
    page->lines = page->row;
    return true;
}

bool scanner_page_end(struct scanner_page *page)
{
    if (page->frames == 0 || page->lines <= 0 || (is_pass(&page->frame) && page->seen != 7))
        return false;
    page->image.height_px = page->lines;
    page->image.dpi_x = page->frame.dpi_x;
    page->image.dpi_y = page->frame.dpi_y;
    return page->image.width_px >= IMAGE_SIDE_MIN && page->image.height_px >= IMAGE_SIDE_MIN;
}

double scanner_page_share(const struct scanner_page *page)
{
    if (page->frames == 0)
        return 0;
    if (page->frame.lines <= 0)
        return -1;
    double frame = (double)page->row / page->frame.lines;
    return is_pass(&page->frame) ? (page->frames - 1 + frame) / 3 : frame;
}

void scanner_page_clear(struct scanner_page *page)
{
    image_clear(&page->image);
    free(page->line);
    *page = (struct scanner_page){0};
}
