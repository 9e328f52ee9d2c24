/*
 * Fonts: of the one kind that our writer knows, TrueType by Identity-H, any other is refused;
 * embedded (6.2.11.4), every code that is shown has its Unicode (6.2.11.7.2), no .notdef
 * (6.2.11.8), widths as in the font program (6.2.11.5).
 */
#include "archive/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"

#define CODES 65536
#define CMAP_MAX (8u << 20)

struct check_font {
    struct check_font *next;
    const struct pdf_value *dict;
    bool judged;           /* its codes are, of two bytes each */
    uint8_t *mapped;       /* bit by code: has a Unicode */
    uint8_t *told;         /* bit by code: faults of it were told */
    struct buffer gids;    /* CIDToGIDMap; empty: identity */
    struct buffer program; /* TrueType */
    const struct pdf_value *descendant;
    int glyphs, metrics, em;
    size_t hmtx, hmtx_size;
};

static bool bit(const uint8_t *bits, unsigned at)
{
    return bits[at / 8] >> at % 8 & 1;
}

static void set_bit(uint8_t *bits, unsigned at)
{
    bits[at / 8] |= (uint8_t)(1 << at % 8);
}

/* ---------------------------------------------------------------- ToUnicode */

/* U+0000, U+FEFF and U+FFFE are no Unicode values here. */
static bool is_unicode(unsigned unit)
{
    return unit != 0 && unit != 0xFEFF && unit != 0xFFFE;
}

static bool target_good(const uint8_t *utf16, size_t size, unsigned plus)
{
    bool good = size >= 2 && size % 2 == 0;
    for (size_t i = 0; good && i < size; i += 2) {
        unsigned unit = (unsigned)utf16[i] << 8 | utf16[i + 1];
        good = is_unicode(i + 2 == size ? (unit + plus) & 0xFFFF : unit);
    }
    return good;
}

/* Of a code that stands twice the later counts. */
static void map_code(void *context, unsigned code, const uint8_t *utf16, size_t size, unsigned plus)
{
    struct check_font *font = context;
    font->mapped[code / 8] &= (uint8_t) ~(1 << code % 8);
    if (target_good(utf16, size, plus))
        set_bit(font->mapped, code);
}

/* ---------------------------------------------------------------- the font program */

static unsigned u16(const struct buffer *bytes, size_t at)
{
    return at + 2 <= bytes->size ? (unsigned)bytes->data[at] << 8 | bytes->data[at + 1] : 0;
}

static size_t u32(const struct buffer *bytes, size_t at)
{
    return (size_t)u16(bytes, at) << 16 | u16(bytes, at + 2);
}

/* Offset of a table that lies whole in the program, 0 when there is none. */
static size_t find_table(const struct buffer *bytes, const char *tag, size_t *size)
{
    for (unsigned i = 0; i < u16(bytes, 4); i++) {
        size_t row = 12 + 16 * (size_t)i, at = u32(bytes, row + 8);
        *size = u32(bytes, row + 12);
        if (row + 16 <= bytes->size && memcmp(bytes->data + row, tag, 4) == 0)
            return at <= bytes->size && *size <= bytes->size - at ? at : 0;
    }
    return 0;
}

static bool read_program(struct check *check, struct check_font *font,
                         const struct pdf_value *stream)
{
    size_t size;
    const struct pdf_value *length = pdf_get(check->file, stream, "Length1");
    if (!pdf_stream_decoded(check->file, stream, CHECK_STREAM_MAX, &font->program) ||
        pdf_get(check->file, stream, "Subtype")->kind != PDF_NULL || length->kind != PDF_INT ||
        (size_t)length->number != font->program.size)
        return false;
    static const char *const needed[] = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (find_table(&font->program, needed[i], &size) == 0)
            return false;
    font->em = (int)u16(&font->program, find_table(&font->program, "head", &size) + 18);
    font->metrics = (int)u16(&font->program, find_table(&font->program, "hhea", &size) + 34);
    font->glyphs = (int)u16(&font->program, find_table(&font->program, "maxp", &size) + 4);
    font->hmtx = find_table(&font->program, "hmtx", &font->hmtx_size);
    return font->em > 0 && font->metrics > 0 && (size_t)font->metrics * 4 <= font->hmtx_size;
}

static unsigned glyph_of(const struct check_font *font, unsigned cid)
{
    return font->gids.size == 0 ? cid : u16(&font->gids, (size_t)cid * 2);
}

/* Width of a CID as the dictionary says. */
static double width_of(struct check *check, const struct check_font *font, unsigned cid)
{
    const struct pdf_value *w = pdf_get(check->file, font->descendant, "W");
    const struct pdf_value *otherwise = pdf_get(check->file, font->descendant, "DW");
    for (size_t i = 0; w->kind == PDF_ARRAY && i + 1 < w->size;) {
        const struct pdf_value *second = pdf_resolve(check->file, &w->items[i + 1]);
        int64_t first = w->items[i].number;
        if (second->kind == PDF_ARRAY) {
            if (cid >= first && cid - first < (int64_t)second->size)
                return second->items[cid - first].real;
            i += 2;
        } else {
            if (i + 2 < w->size && cid >= first && cid <= second->number)
                return w->items[i + 2].real;
            i += 3;
        }
    }
    return otherwise->kind == PDF_NULL ? 1000 : otherwise->real;
}

static bool width_agrees(struct check *check, const struct check_font *font, unsigned cid,
                         unsigned glyph)
{
    unsigned row = glyph < (unsigned)font->metrics ? glyph : (unsigned)font->metrics - 1;
    double real = u16(&font->program, font->hmtx + row * 4) * 1000.0 / font->em;
    double difference = real - width_of(check, font, cid);
    return difference <= 1.01 && difference >= -1.01;
}

/* ---------------------------------------------------------------- one font */

/* 6.2.11.4.2: a CIDSet, which is optional, must name every glyph of the program. Ours write none,
 * so one that is there is judged by the CIDs that show a glyph. */
static void check_cid_set(struct check *check, const struct check_font *font,
                          const struct pdf_value *descriptor, const char *where)
{
    const struct pdf_value *set = pdf_get(check->file, descriptor, "CIDSet");
    struct buffer bytes = {0};
    if (set->kind == PDF_NULL)
        return;
    bool good = pdf_stream_decoded(check->file, set, CHECK_STREAM_MAX, &bytes);
    for (unsigned cid = 0; good && cid * 2 + 1 < font->gids.size; cid++) {
        bool listed = cid / 8 < bytes.size && (bytes.data[cid / 8] >> (7 - cid % 8) & 1) != 0;
        good = listed == (cid == 0 || glyph_of(font, cid) != 0);
    }
    if (!good)
        check_tell(check, _("%s: a CIDSet does not name the glyphs of its font (6.2.11.4.2)."),
                   where);
    buffer_clear(&bytes);
}

static void open_composite(struct check *check, struct check_font *font, const char *where)
{
    struct pdf_file *file = check->file;
    const struct pdf_value *list = pdf_get(file, font->dict, "DescendantFonts");
    if (list->kind != PDF_ARRAY || list->size != 1) {
        check_tell(check, _("%s: a font has no descendant."), where);
        return;
    }
    font->descendant = pdf_resolve(file, &list->items[0]);
    if (pdf_get(file, font->dict, "BaseFont")->kind != PDF_NAME ||
        pdf_get(file, font->descendant, "BaseFont")->kind != PDF_NAME ||
        !pdf_is_name(pdf_get(file, font->descendant, "Type"), "Font"))
        check_tell(check, _("%s: a font does not say what it is (6.2.11.2)."), where);
    const struct pdf_value *descriptor = pdf_get(file, font->descendant, "FontDescriptor");
    const struct pdf_value *map = pdf_get(file, font->descendant, "CIDToGIDMap");
    bool truetype = pdf_is_name(pdf_get(file, font->descendant, "Subtype"), "CIDFontType2");
    if (!pdf_is_name(pdf_get(file, font->dict, "Encoding"), "Identity-H") || !truetype) {
        check_tell(check, _("%s: a font is of a kind that is not judged here (6.2.11)."), where);
        return;
    }
    if (map->kind == PDF_DICT ? !pdf_stream_decoded(file, map, CMAP_MAX, &font->gids)
                              : !pdf_is_name(map, "Identity"))
        check_tell(check, _("%s: a font has no map from codes to glyphs (6.2.11.3)."), where);
    const struct pdf_value *program = pdf_get(file, descriptor, "FontFile2");
    if (program->kind != PDF_DICT)
        check_tell(check, _("%s: a font is not embedded (6.2.11.4)."), where);
    else if (!read_program(check, font, program))
        check_tell(check, _("%s: an embedded font is damaged (6.2.11.4)."), where);
    else
        font->judged = true;
    check_cid_set(check, font, descriptor, where);
    if (pdf_get(file, descriptor, "CapHeight")->kind != PDF_INT &&
        pdf_get(file, descriptor, "CapHeight")->kind != PDF_REAL)
        check_tell(check, _("%s: a font descriptor has no CapHeight (ISO 32000-1 9.8.1)."), where);
    if (pdf_get(file, font->descendant, "CIDSystemInfo")->kind != PDF_DICT)
        check_tell(check, _("%s: a font does not name its character collection (6.2.11.3)."),
                   where);
}

struct check_font *check_font(struct check *check, const struct pdf_value *dict, const char *where)
{
    if (!pdf_is_name(pdf_get(check->file, dict, "Type"), "Font"))
        return NULL;
    for (struct check_font *font = check->fonts; font != NULL; font = font->next)
        if (font->dict == dict)
            return font;
    struct check_font *font = memory_new(sizeof *font);
    font->dict = dict;
    font->mapped = memory_new(CODES / 8);
    font->told = memory_new(CODES / 8);
    font->next = check->fonts;
    check->fonts = font;
    if (!pdf_unicode_each(check->file, dict, map_code, font))
        check_tell(check, _("%s: a font has no ToUnicode (6.2.11.7.2)."), where);
    else if (!pdf_unicode_sound(check->file, dict))
        check_tell(check,
                   _("%s: a font's ToUnicode rests on another map, or counts its entries wrongly "
                     "(6.2.11.7.2)."),
                   where);
    if (pdf_is_name(pdf_get(check->file, dict, "Subtype"), "Type0"))
        open_composite(check, font, where);
    else
        check_tell(check, _("%s: a font is of a kind that is not judged here (6.2.11)."), where);
    return font;
}

static void check_code(struct check *check, struct check_font *font, unsigned code,
                       const char *where)
{
    if (bit(font->told, code))
        return;
    set_bit(font->told, code);
    if (!bit(font->mapped, code))
        check_tell(check, _("%s: code %04X is shown but has no Unicode (6.2.11.7.2)."), where,
                   code);
    unsigned glyph = glyph_of(font, code);
    if (code == 0 || glyph == 0 || (int)glyph >= font->glyphs)
        check_tell(check, _("%s: code %04X shows no glyph of its font (6.2.11.8)."), where, code);
    else if (!width_agrees(check, font, code, glyph))
        check_tell(check, _("%s: the width of code %04X is not that of the font (6.2.11.5)."),
                   where, code);
}

void check_shown(struct check *check, struct check_font *font, const char *bytes, size_t size,
                 const char *where)
{
    if (!font->judged)
        return;
    if (size % 2 != 0)
        check_tell(check, _("%s: text of a two-byte font has an odd number of bytes."), where);
    for (size_t i = 0; i + 1 < size; i += 2)
        check_code(check, font, (unsigned)(uint8_t)bytes[i] << 8 | (uint8_t)bytes[i + 1], where);
}

void check_fonts_free(struct check *check)
{
    while (check->fonts != NULL) {
        struct check_font *font = check->fonts;
        check->fonts = font->next;
        buffer_clear(&font->gids);
        buffer_clear(&font->program);
        free(font->mapped);
        free(font->told);
        free(font);
    }
}
