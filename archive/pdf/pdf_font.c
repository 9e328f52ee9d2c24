/*
 * A subset of a TrueType font for what is painted: libharu's reader and subsetter inside a Type0
 * font of our own (its own fonts carry widths of all glyphs and a ToUnicode that PDF/A refuses).
 */
#include "archive/pdf/pdf.h"

#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"

#define CHARACTERS_MAX 512 /* of a block; CIDs in the order of first use */

struct pdf_font {
    HPDF_FontDef definition;
    uint32_t codes[CHARACTERS_MAX];
    uint16_t glyphs[CHARACTERS_MAX];
    int widths[CHARACTERS_MAX]; /* thousandths */
    size_t count;
};

/* Times' metrics. Version 2 has the Vietnamese letters; version 1, in Debian 12's other package of
 * nearly the same name, has not. */
static const char *const packaged[] = {
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
};

static const char *packaged_font(void)
{
    for (size_t i = 0; i < sizeof packaged / sizeof *packaged; i++)
        if (access(packaged[i], R_OK) == 0)
            return packaged[i];
    return packaged[0];
}

enum status pdf_font_open(struct pdf *pdf, const char *path, struct pdf_font **out,
                          struct error *error)
{
    if (path == NULL || path[0] == 0)
        path = packaged_font();
    *out = NULL;
    if (access(path, R_OK) != 0)
        return error_set(
            error, STATUS_FATAL,
            _("The font %s is missing; install fonts-liberation2 or set archive.font."), path);
    HPDF_Stream stream = HPDF_FileReader_New(pdf->memory, path);
    HPDF_FontDef definition =
        stream == NULL ? NULL : HPDF_TTFontDef_Load(pdf->memory, stream, HPDF_TRUE);
    if (definition == NULL) {
        HPDF_Error_Reset(&pdf->error);
        return error_set(
            error, STATUS_FATAL,
            _("The font %s is damaged or must not be embedded; set archive.font to another "
              "TrueType file."),
            path);
    }
    *out = memory_new(sizeof **out);
    (*out)->definition = definition;
    return STATUS_OK;
}

void pdf_font_close(struct pdf_font *font)
{
    if (font == NULL)
        return;
    HPDF_FontDef_Free(font->definition);
    free(font);
}

static uint16_t glyph_of(struct pdf_font *font, uint32_t code)
{
    return code > 0xFFFF ? 0 : HPDF_TTFontDef_GetGlyphid(font->definition, (HPDF_UINT16)code);
}

double pdf_font_width(struct pdf_font *font, const char *text)
{
    double width = 0;
    for (const char *at = text; *at != 0;) {
        uint16_t glyph = glyph_of(font, text_next(&at));
        if (glyph != 0)
            width += HPDF_TTFontDef_GetGidWidth(font->definition, glyph) / 1000.0;
    }
    return width;
}

/* The CID of a character, taken into the subset at first use; 0 when the font has none. */
static size_t use_character(struct pdf_font *font, uint32_t code)
{
    for (size_t i = 0; i < font->count; i++)
        if (font->codes[i] == code)
            return i + 1;
    uint16_t glyph = glyph_of(font, code);
    if (glyph == 0 || font->count == CHARACTERS_MAX)
        return 0;
    font->codes[font->count] = code;
    font->glyphs[font->count] = glyph;
    /* asking for the width is what marks the glyph, with its components, for the subset */
    font->widths[font->count] = HPDF_TTFontDef_GetCharWidth(font->definition, (HPDF_UINT16)code);
    return ++font->count;
}

enum status pdf_font_show(struct pdf_font *font, const char *text, struct buffer *content,
                          struct error *error)
{
    buffer_text(content, "<");
    for (const char *at = text; *at != 0;) {
        uint32_t code = text_next(&at);
        size_t cid = use_character(font, code);
        if (cid == 0)
            return error_set(error, STATUS_REJECT,
                             _("The font of the visible block has no character U+%04X; correct the "
                               "agency's name or set archive.font."),
                             (unsigned)code);
        buffer_printf(content, "%04zX", cid);
    }
    buffer_text(content, ">");
    return STATUS_OK;
}

/* Six capitals that stand for this set of characters (ISO 32000-1 9.6.4). */
static void subset_tag(const struct pdf_font *font, char tag[7])
{
    struct hash *hash = hash_new();
    uint8_t digest[HASH_SIZE];
    hash_add(hash, font->glyphs, font->count * sizeof *font->glyphs);
    hash_end(hash, digest);
    for (int i = 0; i < 6; i++)
        tag[i] = (char)('A' + digest[i] % 26);
    tag[6] = 0;
}

static HPDF_Dict font_file(struct pdf_font *font, struct pdf *pdf)
{
    HPDF_Stream stream = HPDF_MemStream_New(pdf->memory, 0);
    struct buffer bytes = {0};
    HPDF_TTFontDef_SaveFontData(font->definition, stream);
    for (HPDF_UINT i = 0; i < HPDF_MemStream_GetBufCount(stream); i++) {
        HPDF_UINT size = 0;
        HPDF_BYTE *part = HPDF_MemStream_GetBufPtr(stream, i, &size);
        buffer_add(&bytes, part, size);
    }
    HPDF_Stream_Free(stream);
    HPDF_Dict file = pdf_stream(pdf, bytes.data, bytes.size, HPDF_STREAM_FILTER_FLATE_DECODE);
    HPDF_Dict_AddNumber(file, "Length1", (HPDF_INT32)bytes.size);
    buffer_clear(&bytes);
    return file;
}

static void describe_font(struct pdf_font *font, struct pdf *pdf, HPDF_Dict descriptor)
{
    HPDF_FontDef from = font->definition;
    HPDF_Dict_AddNumber(descriptor, "Flags", 4); /* characters outside the Latin standard set */
    pdf_box(descriptor, "FontBBox", from->font_bbox.left, from->font_bbox.bottom,
            from->font_bbox.right, from->font_bbox.top);
    HPDF_Dict_AddNumber(descriptor, "ItalicAngle", from->italic_angle);
    HPDF_Dict_AddNumber(descriptor, "Ascent", from->ascent);
    HPDF_Dict_AddNumber(descriptor, "Descent", from->descent);
    HPDF_Dict_AddNumber(descriptor, "CapHeight", from->cap_height > 0 ? from->cap_height : 660);
    HPDF_Dict_AddNumber(descriptor, "StemV", 80);
    HPDF_Dict_Add(descriptor, "FontFile2", font_file(font, pdf));
    if (pdf->flavour != ARCHIVE_PDFA_1B)
        return; /* optional since part 2, and listing less than the font holds is a fault there */
    uint8_t set[CHARACTERS_MAX / 8 + 1] = {0};
    for (size_t cid = 0; cid <= font->count; cid++)
        set[cid / 8] |= (uint8_t)(0x80 >> cid % 8);
    HPDF_Dict_Add(descriptor, "CIDSet",
                  pdf_stream(pdf, set, font->count / 8 + 1, HPDF_STREAM_FILTER_FLATE_DECODE));
}

HPDF_Dict pdf_font_finish(struct pdf_font *font, struct pdf *pdf)
{
    char tag[7], name[HPDF_LIMIT_MAX_NAME_LEN + 1];
    struct pdf_font_parts parts;
    subset_tag(font, tag);
    HPDF_TTFontDef_SetTagName(font->definition,
                              tag); /* puts it before the names in the font, too */
    HPDF_TTFontDefAttr attr = font->definition->attr;
    snprintf(name, sizeof name, "%s", attr->base_font);
    pdf_font_parts(pdf, name, &parts);
    describe_font(font, pdf, parts.descriptor);

    struct buffer map = {0};
    buffer_add(&map, "\0", 2);
    HPDF_Array widths = HPDF_Array_New(pdf->memory);
    for (size_t i = 0; i < font->count; i++) {
        buffer_add(&map, (uint8_t[2]){(uint8_t)(font->glyphs[i] >> 8), (uint8_t)font->glyphs[i]},
                   2);
        HPDF_Array_AddNumber(widths, font->widths[i]);
    }
    HPDF_Array w = pdf_array(parts.descendant, "W");
    HPDF_Array_AddNumber(w, 1);
    HPDF_Array_Add(w, widths);
    HPDF_Dict_AddNumber(parts.descendant, "DW", 1000);
    HPDF_Dict_Add(parts.descendant, "CIDToGIDMap",
                  pdf_stream(pdf, map.data, map.size, HPDF_STREAM_FILTER_FLATE_DECODE));
    buffer_clear(&map);
    HPDF_Dict_Add(parts.font, "ToUnicode", pdf_to_unicode(pdf, font->codes, font->count));
    return parts.font;
}
