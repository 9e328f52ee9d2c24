/* What both fonts need: the Type0 frame and the way back from codes to Unicode. */
#include "archive/pdf/pdf.h"

#include "core/text.h"

void pdf_font_parts(struct pdf *pdf, const char *base_font, struct pdf_font_parts *out)
{
    out->descriptor = pdf_object(pdf, "FontDescriptor");
    HPDF_Dict_AddName(out->descriptor, "FontName", base_font);

    out->descendant = pdf_object(pdf, "Font");
    HPDF_Dict_AddName(out->descendant, "Subtype", "CIDFontType2");
    HPDF_Dict_AddName(out->descendant, "BaseFont", base_font);
    HPDF_Dict system = pdf_inline(out->descendant, "CIDSystemInfo");
    pdf_plain_string(system, "Registry", "Adobe");
    pdf_plain_string(system, "Ordering", "Identity");
    HPDF_Dict_AddNumber(system, "Supplement", 0);
    HPDF_Dict_Add(out->descendant, "FontDescriptor", out->descriptor);

    out->font = pdf_object(pdf, "Font");
    HPDF_Dict_AddName(out->font, "Subtype", "Type0");
    HPDF_Dict_AddName(out->font, "BaseFont", base_font);
    HPDF_Dict_AddName(out->font, "Encoding", "Identity-H");
    HPDF_Array_Add(pdf_array(out->font, "DescendantFonts"), out->descendant);
}

static void utf16_hex(struct buffer *out, uint32_t code)
{
    if (code > 0xFFFF)
        buffer_printf(out, "%04X%04X", 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF));
    else
        buffer_printf(out, "%04X", code);
}

/* One bfchar a code: ranges may not cross the low byte of a code and save little. */
HPDF_Dict pdf_to_unicode(struct pdf *pdf, const uint32_t *codes, size_t count)
{
    struct buffer out = {0};
    buffer_text(&out, "/CIDInit /ProcSet findresource begin\n"
                      "12 dict begin\n"
                      "begincmap\n"
                      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
                      "/CMapName /Adobe-Identity-UCS def\n"
                      "/CMapType 2 def\n"
                      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
    for (size_t start = 0; start < count; start += 100) {
        size_t end = count - start > 100 ? start + 100 : count;
        buffer_printf(&out, "%zu beginbfchar\n", end - start);
        for (size_t i = start; i < end; i++) {
            buffer_printf(&out, "<%04zX> <", i + 1);
            utf16_hex(&out, codes[i]);
            buffer_text(&out, ">\n");
        }
        buffer_text(&out, "endbfchar\n");
    }
    buffer_text(&out, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    HPDF_Dict stream = pdf_stream(pdf, out.data, out.size, HPDF_STREAM_FILTER_FLATE_DECODE);
    buffer_clear(&out);
    return stream;
}
