/*
 * A TrueType font (ISO/IEC 14496-22) with two glyphs that paint nothing: 0 is .notdef, which PDF/A
 * forbids to show, and 1 stands for every character. All widths are half an em; all heights an em
 * and a quarter, what Vietnamese letters take from the dot below to the marks above.
 */
#include "archive/pdf/pdf.h"

#include <string.h>

#define EM 1000
#define WIDTH ((unsigned)(EM * PDF_TEXT_WIDTH))
#define HEIGHT ((unsigned)(EM * PDF_TEXT_HEIGHT))

static void add16(struct buffer *out, unsigned value)
{
    buffer_add(out, (uint8_t[2]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void add32(struct buffer *out, uint32_t value)
{
    add16(out, value >> 16);
    add16(out, value & 0xFFFF);
}

static void add_values(struct buffer *out, const uint16_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add16(out, values[i]);
}
#define ADD_ALL(out, ...)                                                                          \
    add_values(out, (const uint16_t[]){__VA_ARGS__},                                               \
               sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

/* An outline without contours: instructionLength 0. A glyf table of no bytes at all upsets
 * readers. */
static void table_glyf(struct buffer *out)
{
    ADD_ALL(out, 0, 0, 0, WIDTH, HEIGHT, 0);
}

static void table_head(struct buffer *out)
{
    add32(out, 0x00010000);                      /* version */
    add32(out, 0x00010000);                      /* revision */
    add32(out, 0);                               /* checkSumAdjustment, filled in at the end */
    add32(out, 0x5F0F3CF5);                      /* magic */
    ADD_ALL(out, 0, EM, 0, 0, 0, 0, 0, 0, 0, 0); /* flags, em, created, modified: never */
    ADD_ALL(out, 0, 0, WIDTH, HEIGHT, 0, 8, 2, 0,
            0); /* box, style, smallest size, direction, formats */
}

static void table_hhea(struct buffer *out)
{
    add32(out, 0x00010000);
    ADD_ALL(out, HEIGHT, 0, 0, WIDTH, 0, 0, WIDTH, 1, 0, 0, 0, 0, 0, 0, 0, 2); /* 2 metrics */
}

static void table_hmtx(struct buffer *out)
{
    ADD_ALL(out, WIDTH, 0, WIDTH, 0);
}

/* In half-bytes of glyf: glyph 0 has its 12 bytes, glyph 1 none. */
static void table_loca(struct buffer *out)
{
    ADD_ALL(out, 0, 6, 6);
}

static void table_maxp(struct buffer *out)
{
    add32(out, 0x00010000);
    ADD_ALL(out, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}

static void table_post(struct buffer *out)
{
    add32(out, 0x00030000); /* no glyph names */
    for (int i = 0; i < 7; i++)
        add32(out, i == 2 ? 1 : 0); /* fixed pitch */
}

static const struct {
    const char *tag;
    void (*write)(struct buffer *out);
} tables[] = {
    {"glyf", table_glyf}, {"head", table_head}, {"hhea", table_hhea}, {"hmtx", table_hmtx},
    {"loca", table_loca}, {"maxp", table_maxp}, {"post", table_post},
};
#define TABLE_COUNT (sizeof tables / sizeof *tables)

static uint32_t checksum(const struct buffer *bytes, size_t start, size_t end)
{
    uint32_t sum = 0;
    for (size_t i = start; i < end; i++)
        sum += (uint32_t)bytes->data[i] << (8 * (3 - (i - start) % 4));
    return sum;
}

static void pad(struct buffer *out)
{
    while (out->size % 4 != 0)
        buffer_add(out, "", 1);
}

void pdf_glyphless_font(struct buffer *out)
{
    struct buffer body = {0};
    size_t body_start = 12 + 16 * TABLE_COUNT, head_at = 0;
    add32(out, 0x00010000);
    ADD_ALL(out, TABLE_COUNT, 64, 2, 16 * TABLE_COUNT - 64); /* search fields for 4 of them */
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        size_t start = body.size;
        tables[i].write(&body);
        size_t end = body.size;
        pad(&body);
        if (memcmp(tables[i].tag, "head", 4) == 0)
            head_at = body_start + start;
        buffer_text(out, tables[i].tag);
        add32(out, checksum(&body, start, end));
        add32(out, (uint32_t)(body_start + start));
        add32(out, (uint32_t)(end - start));
    }
    buffer_add(out, body.data, body.size);
    buffer_clear(&body);
    uint32_t adjustment = 0xB1B0AFBA - checksum(out, 0, out->size);
    for (int i = 0; i < 4; i++)
        out->data[head_at + 8 + i] = (uint8_t)(adjustment >> (24 - 8 * i));
}
