/*
 * What the file says about itself: XMP, Info, output intent, language.
 *
 * Nobody is named here: metadata is copied, indexed and logged by programs that know nothing of
 * privacy. What is said of the paper is of closed lists and shapes (closed.h), and of its words no
 * more than their places in the text layer (places.h).
 */
#include "archive/pdf/pdf.h"

#include <string.h>
#include <unistd.h>

#include "archive/pdf/closed.h"
#include "archive/pdf/places.h"
#include "archive/pdf/xmp.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define ICC_BYTES_MAX (4 << 20)
#define PRODUCER "sohoa " SOHOA_VERSION

/* ---------------------------------------------------------------- output intent */

static const char *const packaged[] = {
    "/usr/share/color/icc/sRGB.icc",
    "/usr/share/color/icc/ghostscript/srgb.icc",
};

static const char *packaged_profile(void)
{
    for (size_t i = 0; i < sizeof packaged / sizeof *packaged; i++)
        if (access(packaged[i], R_OK) == 0)
            return packaged[i];
    return packaged[0];
}

/* ISO 19005-2 6.2.3: a monitor or printer profile below version 5; ours must be RGB. */
static bool profile_fits(const char *bytes, size_t size)
{
    return size > 128 && memcmp(bytes + 36, "acsp", 4) == 0 && bytes[8] < 5 &&
           memcmp(bytes + 16, "RGB ", 4) == 0 &&
           (memcmp(bytes + 12, "mntr", 4) == 0 || memcmp(bytes + 12, "prtr", 4) == 0);
}

enum status pdf_output_intent(struct pdf *pdf, const char *path, struct arena *arena,
                              struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    if (path == NULL || path[0] == 0)
        path = packaged_profile();
    if (file_read(path, ICC_BYTES_MAX, arena, &bytes, &size, NULL) != STATUS_OK)
        return error_set(error, STATUS_FATAL,
                         _("The colour profile %s cannot be read; install icc-profiles-free or set "
                           "archive.icc."),
                         path);
    if (!profile_fits(bytes, size))
        return error_set(
            error, STATUS_FATAL,
            _("%s is no RGB monitor profile of version 2 or 4; set archive.icc to another."), path);
    HPDF_Dict profile = pdf_stream(pdf, bytes, size, HPDF_STREAM_FILTER_FLATE_DECODE);
    HPDF_Dict_AddNumber(profile, "N", 3);

    HPDF_Dict intent = pdf_object(pdf, "OutputIntent");
    HPDF_Dict_AddName(intent, "S", "GTS_PDFA1");
    pdf_plain_string(intent, "OutputConditionIdentifier", "sRGB IEC61966-2.1");
    pdf_plain_string(intent, "Info", "sRGB IEC61966-2.1");
    pdf_plain_string(intent, "RegistryName", "http://www.color.org");
    HPDF_Dict_Add(intent, "DestOutputProfile", profile);
    HPDF_Array_Add(pdf_array(pdf->catalog, "OutputIntents"), intent);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- what may be said */

static const char *value_or_empty(const char *value)
{
    return value == NULL ? "" : value;
}

/* ---------------------------------------------------------------- XMP */

/* Our own properties, each with the description that PDF/A asks of a schema it does not know
 * (ISO 19005-1 6.7.8, 19005-2 6.6.2.3). */
static const struct {
    const char *name, *description;
} properties[] = {
    {"documentId", "Identifier of the document in the archive"},
    {"documentVersion", "Version of the document, from 1"},
    {"documentType", "Type of paper"},
    {"procedure", "National code of the administrative procedure"},
    {"book", "Book of the register"},
    {"unit", "Unit that the paper is counted under"},
    {"number", "Number and sign of the paper"},
    {"issued", "Day of issue"},
    {"agency", "Issuing agency"},
    {"fieldPlaces", "Where the fields stand in the text: name, page, numbers of its words, form"},
    {"custodian", "Agency that keeps the paper and made this copy"},
    {"copyForm", "Form of the copy"},
    {"converted", "Time of the conversion from paper"},
    {"batch", "Run of the scanner that the pages come from"},
    {"box", "Box that the paper lies in"},
    {"shelf", "Shelf of the box"},
    {"scanned", "Time of scanning"},
    {"supersedes", "Version that this one takes the place of"},
    {"pageCount", "Pages of the document"},
    {"volume", "Number of this volume of the document"},
    {"firstPage", "Number of the first page of this volume"},
    {"mastersDigest",
     "SHA-256 over the lines 'SHA-256, two blanks, file name' of all scanned images"},
    {"descriptionDigest",
     "SHA-256 over the lines 'path, blank, value' of what document.json says of the paper"},
    {"receivedDigest", "SHA-256 of the PDF that the document came in as"},
};
#define PROPERTY_COUNT (sizeof properties / sizeof *properties)

static bool is_told(const char *const *values, size_t i)
{
    return values[i] != NULL && values[i][0] != 0;
}

/* Of what came on paper nothing is said about a PDF that came in. */
static bool is_described(const char *const *values, size_t i)
{
    return is_told(values, i) || strcmp(properties[i].name, "receivedDigest") != 0;
}

static void add_schema(struct buffer *out, const char *const *values)
{
    buffer_text(out, "<rdf:Description rdf:about=\"\""
                     " xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
                     " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
                     " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
                     "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n"
                     "<pdfaSchema:schema>Digitised administrative paper</pdfaSchema:schema>\n"
                     "<pdfaSchema:namespaceURI>" XMP_SOHOA "</pdfaSchema:namespaceURI>\n"
                     "<pdfaSchema:prefix>sohoa</pdfaSchema:prefix>\n"
                     "<pdfaSchema:property><rdf:Seq>\n");
    for (size_t i = 0; i < PROPERTY_COUNT; i++)
        if (is_described(values, i))
            buffer_printf(
                out,
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>%s</pdfaProperty:name>"
                "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
                "<pdfaProperty:category>external</pdfaProperty:category>"
                "<pdfaProperty:description>%s</pdfaProperty:description></rdf:li>\n",
                properties[i].name, properties[i].description);
    buffer_text(out, "</rdf:Seq></pdfaSchema:property>\n"
                     "</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n");
}

static void add_properties(struct buffer *out, const char *const *values)
{
    buffer_text(out, "<rdf:Description rdf:about=\"\" xmlns:sohoa=\"" XMP_SOHOA "\">\n");
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        if (!is_told(values, i))
            continue;
        buffer_printf(out, "<sohoa:%s>", properties[i].name);
        buffer_xml(out, values[i]);
        buffer_printf(out, "</sohoa:%s>\n", properties[i].name);
    }
    buffer_text(out, "</rdf:Description>\n");
}

static void add_standard(struct buffer *out, const struct pdf *pdf, const struct pdf_facts *facts)
{
    const char *name = archive_flavour_name(pdf->flavour);
    buffer_printf(
        out,
        "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
        "<pdfaid:part>%c</pdfaid:part>\n<pdfaid:conformance>%s</pdfaid:conformance>\n"
        "</rdf:Description>\n",
        name[0], name[1] == 'b' ? "B" : "U");
    buffer_text(out,
                "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
                "<dc:format>application/pdf</dc:format>\n"
                "<dc:language><rdf:Bag><rdf:li>vi-VN</rdf:li></rdf:Bag></dc:language>\n"
                "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    buffer_xml(out, facts->title);
    buffer_text(out, "</rdf:li></rdf:Alt></dc:title>\n");
    if (facts->author[0] != 0) {
        buffer_text(out, "<dc:creator><rdf:Seq><rdf:li>");
        buffer_xml(out, facts->author);
        buffer_text(out, "</rdf:li></rdf:Seq></dc:creator>\n");
    }
    buffer_printf(out,
                  "</rdf:Description>\n"
                  "<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n"
                  "<xmp:CreatorTool>" PRODUCER "</xmp:CreatorTool>\n"
                  "<xmp:CreateDate>%s</xmp:CreateDate>\n<xmp:ModifyDate>%s</xmp:ModifyDate>\n"
                  "<xmp:MetadataDate>%s</xmp:MetadataDate>\n</rdf:Description>\n",
                  facts->date, facts->date, facts->date);
    buffer_printf(
        out,
        "<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
        "<pdf:Producer>" PRODUCER "</pdf:Producer>\n</rdf:Description>\n"
        "<rdf:Description rdf:about=\"\" xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\n"
        "<xmpMM:DocumentID>uuid:%s</xmpMM:DocumentID>\n</rdf:Description>\n",
        facts->id);
}

/* values: of our properties; NULL: none */
static void add_xmp(struct pdf *pdf, const struct pdf_facts *facts, const char *const *values)
{
    struct buffer out = {0};
    buffer_text(&out, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
                      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n");
    add_standard(&out, pdf, facts);
    if (values != NULL) {
        add_schema(&out, values);
        add_properties(&out, values);
    }
    buffer_text(&out, "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n");
    /* no filter: other programs look for the packet's plain text */
    HPDF_Dict metadata = pdf_stream(pdf, out.data, out.size, HPDF_STREAM_FILTER_NONE);
    HPDF_Dict_AddName(metadata, "Type", "Metadata");
    HPDF_Dict_AddName(metadata, "Subtype", "XML");
    HPDF_Dict_Add(pdf->catalog, "Metadata", metadata);
    buffer_clear(&out);
}

static void add_info(struct pdf *pdf, const struct pdf_facts *facts)
{
    HPDF_Dict info = pdf_object(pdf, NULL);
    pdf_text_string(info, "Title", facts->title);
    if (facts->author[0] != 0)
        pdf_text_string(info, "Author", facts->author);
    pdf_plain_string(info, "Creator", PRODUCER);
    pdf_plain_string(info, "Producer", PRODUCER);
    pdf_date_string(info, "CreationDate", facts->date);
    pdf_date_string(info, "ModDate", facts->date);
    HPDF_Dict_Add(pdf->xref->trailer, "Info", info);
}

static enum status add_all(struct pdf *pdf, const struct archive_settings *settings,
                           const struct pdf_facts *facts, const char *const *values,
                           struct arena *arena, struct error *error)
{
    add_xmp(pdf, facts, values);
    add_info(pdf, facts);
    pdf_plain_string(pdf->catalog, "Lang", "vi-VN");
    HPDF_Dict_AddBoolean(pdf_inline(pdf->catalog, "MarkInfo"), "Marked", HPDF_FALSE);
    HPDF_Dict_AddBoolean(pdf_inline(pdf->catalog, "ViewerPreferences"), "DisplayDocTitle",
                         HPDF_TRUE);
    return pdf_output_intent(pdf, settings->icc, arena, error);
}

enum status pdf_metadata_plain(struct pdf *pdf, const struct archive_settings *settings,
                               const struct pdf_facts *facts, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = add_all(pdf, settings, facts, NULL, arena, error);
    arena_free(arena);
    return status;
}

/* Of what the text shows elsewhere than it was read (an agency whose name was taken from the
 * catalogue of units) no place is told. */
static bool needs_units(const struct document *document, const char *places)
{
    return (document->fields[FIELD_UNIT].value != NULL && !places_tell(places, "unit")) ||
           (document->fields[FIELD_AGENCY].value != NULL && !places_tell(places, "agency"));
}

enum status pdf_metadata_add(struct pdf *pdf, const struct archive_settings *settings,
                             const struct document *document, const struct pdf_volume *volume,
                             struct error *error)
{
    struct arena *arena = arena_new();
    struct closed closed;
    char now[26];
    file_now(now);
    const char *author = value_or_empty(document->custodian);
    if (author[0] == 0)
        author = value_or_empty(settings->custodian);
    enum status status = closed_read(settings->config, document,
                                     needs_units(document, volume->places), arena, &closed, error);
    const struct pdf_facts facts = {
        .id = document->id,
        .title = closed_volume(arena, closed.title, volume->split, volume->number),
        .author = text_tidy(arena, author),
        .date =
            document->signed_at != NULL && document->signed_at[0] != 0 ? document->signed_at : now,
    };
    const char *const values[PROPERTY_COUNT] = {
        document->id,
        arena_printf(arena, "%d", document->version),
        closed.type,
        closed.procedure,
        closed.book,
        closed.unit,
        closed.number,
        closed.issued,
        closed.agency,
        volume->places,
        facts.author,
        settings->copy_form,
        facts.date,
        closed.batch,
        closed.box,
        closed.shelf,
        closed.scanned,
        closed.supersedes,
        arena_printf(arena, "%zu", volume->page_count),
        arena_printf(arena, "%d", volume->number),
        arena_printf(arena, "%zu", volume->first + 1),
        volume->masters,
        volume->description,
        volume->received,
    };
    if (status == STATUS_OK)
        status = add_all(pdf, settings, &facts, values, arena, error);
    arena_free(arena);
    return status;
}
