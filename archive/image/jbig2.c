#include "archive/image/jbig2.h"

#include <stdlib.h>
#include <string.h>

#include "archive/image/mq.h"
#include "core/message.h"

#define SEGMENT_PAGE 48        /* page information, 7.4.8 */
#define SEGMENT_REGION 39      /* immediate lossless generic region, 7.4.6 */
#define CONTEXTS 65536         /* template 0 has 16 pixels */
#define CONTEXT_TYPICAL 0x9B25 /* figure 8 */
#define CONTEXT_STAYS 0x7BF7   /* without the three pixels that leave when the window moves on */
#define MARGIN 4               /* white pixels beside each row, so that the window needs no ifs */
#define PAGE_BYTES 19          /* of page information */
#define REGION_BYTES (17 + 1 + 8) /* region information, flags, adaptive pixels */
#define HEADER_BYTES 11           /* of a segment */

/* The four adaptive pixels where they make template 0 a compact window (figure 3). */
static const uint8_t adaptive[8] = {0x03, 0xFF, 0xFD, 0xFF, 0x02, 0xFE, 0xFE, 0xFE};

/* Three rows of pixels as bytes, with margins: the row in hand and the two above it. */
struct window {
    size_t width;
    uint8_t *rows[3]; /* two above, one above, this */
    uint8_t *memory;
};

static void window_open(struct window *window, int width_px)
{
    size_t room = (size_t)width_px + 8 + 2 * MARGIN; /* 8: whole bytes are unpacked */
    window->width = (size_t)width_px;
    window->memory = memory_new(3 * room);
    for (size_t i = 0; i < 3; i++)
        window->rows[i] = window->memory + i * room + MARGIN;
}

static void window_move(struct window *window)
{
    uint8_t *first = window->rows[0];
    window->rows[0] = window->rows[1];
    window->rows[1] = window->rows[2];
    window->rows[2] = first;
}

/* The context of the pixel before the first: one step from there, as from any other. */
static uint32_t context_before(const struct window *window)
{
    const uint8_t *two = window->rows[0], *one = window->rows[1];
    return (uint32_t)(one[0] << 6 | one[1] << 5 | one[2] << 4 | two[0] << 12 | two[1] << 11);
}

static uint32_t context_next(const struct window *window, uint32_t context, size_t x, int before)
{
    return (context & CONTEXT_STAYS) << 1 | (uint32_t)before |
           (uint32_t)window->rows[1][x + 3] << 4 | (uint32_t)window->rows[0][x + 2] << 11;
}

/* ---------------------------------------------------------------- writing */

static void put32(struct buffer *out, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    buffer_add(out, bytes, sizeof bytes);
}

static void put_segment(struct buffer *out, uint32_t number, uint8_t type, size_t size)
{
    const uint8_t rest[3] = {type, 0, 1}; /* refers to nothing; page 1 */
    put32(out, number);
    buffer_add(out, rest, sizeof rest);
    put32(out, (uint32_t)size);
}

static void put_heads(struct buffer *out, const struct image *image, size_t data_size)
{
    static const uint8_t page_rest[11] = {[8] = 1}; /* resolution unknown; in the end lossless */
    static const uint8_t region_rest[10] = {[9] = 0x08}; /* at 0,0; OR; template 0, typical */
    put_segment(out, 0, SEGMENT_PAGE, PAGE_BYTES);
    put32(out, (uint32_t)image->width_px);
    put32(out, (uint32_t)image->height_px);
    buffer_add(out, page_rest, sizeof page_rest);
    put_segment(out, 1, SEGMENT_REGION, REGION_BYTES + data_size);
    put32(out, (uint32_t)image->width_px);
    put32(out, (uint32_t)image->height_px);
    buffer_add(out, region_rest, sizeof region_rest);
    buffer_add(out, adaptive, sizeof adaptive);
}

static void unpack_row(const struct image *image, size_t y, uint8_t *row)
{
    const uint8_t *bits = image->data + y * image->stride;
    size_t width = (size_t)image->width_px;
    for (size_t x = 0; x < width; x += 8)
        for (size_t i = 0; i < 8; i++)
            row[x + i] = bits[x / 8] >> (7 - i) & 1;
    memset(row + width, 0, 8 + MARGIN); /* also what stands behind the last pixel */
}

/* How many pixels from x on are white with nothing black in their windows. */
static size_t white_run(const struct window *window, size_t x)
{
    size_t start = x;
    uint64_t two, one, this;
    for (;;) {
        memcpy(&two, window->rows[0] + x + 2, 8);
        memcpy(&one, window->rows[1] + x + 3, 8);
        memcpy(&this, window->rows[2] + x, 8);
        if ((two | one | this) != 0 || x + 8 > window->width)
            return x - start;
        x += 8;
    }
}

static void encode_row(struct mq_encoder *mq, mq_context *contexts, const struct window *window)
{
    const uint8_t *row = window->rows[2];
    uint32_t context = context_before(window);
    int before = 0;
    for (size_t x = 0; x < window->width;) {
        context = context_next(window, context, x, before);
        size_t run = context == 0 ? white_run(window, x) : 0;
        if (run > 0) {
            mq_encode_run(mq, &contexts[0], 0, run);
            x += run;
            before = 0;
            continue;
        }
        before = row[x++];
        mq_encode(mq, &contexts[context], before);
    }
}

void jbig2_encode(const struct image *image, struct buffer *out)
{
    struct window window;
    struct mq_encoder mq;
    struct buffer data = {0};
    mq_context *contexts = memory_new(CONTEXTS);
    bool was_typical = false;
    window_open(&window, image->width_px);
    mq_encode_start(&mq, &data);
    for (size_t y = 0; y < (size_t)image->height_px; y++) {
        window_move(&window);
        unpack_row(image, y, window.rows[2]);
        bool typical = memcmp(window.rows[2], window.rows[1], window.width) == 0;
        mq_encode(&mq, &contexts[CONTEXT_TYPICAL], typical != was_typical);
        was_typical = typical;
        if (!typical)
            encode_row(&mq, contexts, &window);
    }
    mq_encode_end(&mq);
    put_heads(out, image, data.size);
    buffer_add(out, data.data, data.size);
    buffer_clear(&data);
    free(contexts);
    free(window.memory);
}

/* ---------------------------------------------------------------- reading */

/* The heads must be, byte for byte, those that we write for this size. */
static bool heads_are_ours(const uint8_t *bytes, size_t size, const struct image *image)
{
    const size_t heads = 2 * HEADER_BYTES + PAGE_BYTES + REGION_BYTES;
    if (size < heads)
        return false;
    struct buffer right = {0};
    put_heads(&right, image, size - heads);
    bool same = right.size == heads && memcmp(right.data, bytes, heads) == 0;
    buffer_clear(&right);
    return same;
}

static void decode_row(struct mq_decoder *mq, mq_context *contexts, const struct window *window)
{
    uint8_t *row = window->rows[2];
    uint32_t context = context_before(window);
    int before = 0;
    for (size_t x = 0; x < window->width; x++) {
        context = context_next(window, context, x, before);
        before = mq_decode(mq, &contexts[context]);
        row[x] = (uint8_t)before;
    }
}

static void pack_row(const uint8_t *row, struct image *image, size_t y)
{
    uint8_t *bits = image->data + y * image->stride;
    for (size_t i = 0; i < image->stride; i++, row += 8)
        bits[i] = (uint8_t)(row[0] << 7 | row[1] << 6 | row[2] << 5 | row[3] << 4 | row[4] << 3 |
                            row[5] << 2 | row[6] << 1 | row[7]);
}

enum status jbig2_decode(const uint8_t *bytes, size_t size, int width_px, int height_px,
                         struct image *out, struct error *error)
{
    const size_t heads = 2 * HEADER_BYTES + PAGE_BYTES + REGION_BYTES;
    struct window window;
    struct mq_decoder mq;
    bool typical = false;
    image_init(out, width_px, height_px, 1, 1);
    if (!heads_are_ours(bytes, size, out)) {
        image_clear(out);
        return error_set(error, STATUS_REJECT,
                         _("The JBIG2 image is damaged or of a form that is not used here."));
    }
    mq_context *contexts = memory_new(CONTEXTS);
    window_open(&window, width_px);
    mq_decode_start(&mq, bytes + heads, size - heads);
    for (size_t y = 0; y < (size_t)height_px; y++) {
        window_move(&window);
        typical ^= mq_decode(&mq, &contexts[CONTEXT_TYPICAL]) != 0;
        if (typical)
            memcpy(window.rows[2], window.rows[1], window.width);
        else
            decode_row(&mq, contexts, &window);
        pack_row(window.rows[2], out, y);
    }
    free(contexts);
    free(window.memory);
    return STATUS_OK;
}
