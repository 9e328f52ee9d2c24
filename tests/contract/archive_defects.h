/* The defects: each breaks one rule, in one place of one good file. Included by archive_defects.c
 * alone. */
#ifndef SOHOA_TESTS_ARCHIVE_DEFECTS_H
#define SOHOA_TESTS_ARCHIVE_DEFECTS_H

#include <stdbool.h>
#include <stddef.h>

enum base {
    PLAIN,   /* two pages without field */
    FIELD,   /* with a signature field that nobody has asked to be signed */
    WAITING, /* with the room for a signature: no PDF/A until it is filled */
    ATTACHED /* 3u with ALTO */
};

enum where {
    OBJECT,  /* in the text of the object that holds marker: old -> new */
    STREAM,  /* in its decoded stream: old -> new, written without filter */
    CONTENT, /* new behind the content of page 1; old -> new of the same in its object: "extra" */
    HEAD,    /* "N 0 obj" of the object with marker becomes "N " new */
    KEYWORD, /* its "stream" and end of line become new */
    LENGTH,  /* its Length is one too large */
    FRAME    /* in the bytes of the whole file, once it is written */
};

struct defect {
    const char *name, *rule;
    enum base base;
    enum where where;
    const char *marker, *old, *new;
    const char *told;  /* what our checker says of it */
    bool ours_only;    /* veraPDF does not look there */
    const char *extra; /* CONTENT: text put in for "/Resources <<" */
};

#define CATALOG "/Type /Catalog"
#define IN_CATALOG(name, rule, text, told)                                                         \
    {                                                                                              \
        name, rule, PLAIN, OBJECT, CATALOG, CATALOG, CATALOG " " text, told, false, NULL           \
    }
#define IN_CONTENT(name, rule, text, told)                                                         \
    {                                                                                              \
        name, rule, PLAIN, CONTENT, NULL, NULL, text, told, false, NULL                            \
    }
#define IN_PAGE(name, rule, text, told)                                                            \
    {                                                                                              \
        name, rule, PLAIN, OBJECT, "/MediaBox", "/MediaBox", text " /MediaBox", told, false, NULL  \
    }
#define ANNOTATION(kind, box, more)                                                                \
    "/Annots [ << /Type /Annot /Subtype " kind " /F 4 /Rect [" box "] " more " >> ]"
#define WITH(name, rule, text, resources, told)                                                    \
    {                                                                                              \
        name, rule, PLAIN, CONTENT, NULL, NULL, text, told, false, "/Resources << " resources      \
    }
#define SHADING                                                                                    \
    "<< /ShadingType 2 /ColorSpace /DeviceCMYK /Coords [0 0 1 1] /Function << /FunctionType 2"     \
    " /Domain [0 1] /C0 [0 0 0 0] /C1 [1 1 1 1] /N 1 >> >>"
#define STATE(name, rule, text, told)                                                              \
    {                                                                                              \
        name, rule, PLAIN, CONTENT, NULL, NULL, "/G gs", told, false,                              \
            "/Resources << /ExtGState << /G << /Type /ExtGState " text " >> >>"                    \
    }
#define IN_XMP(name, rule, old, new, told)                                                         \
    {                                                                                              \
        name, rule, PLAIN, STREAM, "/Type /Metadata", old, new, told, false, NULL                  \
    }
#define IN_IMAGE(name, rule, text, told)                                                           \
    {                                                                                              \
        name, rule, PLAIN, OBJECT, "/Subtype /Image", "/Subtype /Image", "/Subtype /Image " text,  \
            told, false, NULL                                                                      \
    }
#define IN_WIDGET(name, rule, old, new, told)                                                      \
    {                                                                                              \
        name, rule, FIELD, OBJECT, "/Subtype /Widget", old, new, told, false, NULL                 \
    }
#define IN_FORM(name, rule, text, told)                                                            \
    {                                                                                              \
        name, rule, FIELD, OBJECT, "/Subtype /Form", "/Subtype /Form", "/Subtype /Form " text,     \
            told, false, NULL                                                                      \
    }

static const struct defect defects[] = {
    {"header", "6.1.2", PLAIN, FRAME, NULL, "%PDF-1.7", "%PDF-1.8", "(6.1.2)", 0, 0},
    {"comment", "6.1.2", PLAIN, FRAME, NULL, "%\xE2\xE3\xCF\xD3", "%abcd", "(6.1.2)", 0, 0},
    {"no-id", "6.1.3", PLAIN, FRAME, NULL, "/ID [", "/IX [", "(6.1.3)", 0, 0},
    {"encrypted", "6.1.3", PLAIN, FRAME, NULL, "/ID [",
     "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (12345678901234567890123456789012) "
     "/U (12345678901234567890123456789012) >> /ID [",
     "(6.1.3)", 0, 0},
    {"tail", "6.1.3", PLAIN, FRAME, NULL, "%%EOF", "%%EOF\nmore", "(6.1.3)", 0, 0},
    {"table-blank", "6.1.4", PLAIN, FRAME, NULL, "\nxref\n", "\nxref \n", "(6.1.4)", 0, 0},
    {"table-head", "6.1.4", PLAIN, FRAME, NULL, "\nxref\n0 ", "\nxref\n0  ", "(6.1.4)", true, 0},
    IN_CATALOG("name-hash", "6.1.2", "/#F 1", "(ISO 32000-1 7.3.5)"),
    {"name-hash-value", "6.1.2", PLAIN, OBJECT, CATALOG, CATALOG, CATALOG " /Odd /#G1",
     "(ISO 32000-1 7.3.5)", true, NULL},
    IN_CATALOG("hex-odd", "6.1.6", "/Odd <ABC>", "(6.1.6)"),
    IN_CATALOG("hex-letter", "6.1.6", "/Odd <AXC0>", "not whole"),
    {"length", "6.1.7.1", PLAIN, LENGTH, "/Type /Metadata", 0, 0, "(6.1.7.1)", 0, 0},
    {"stream-cr", "6.1.7.1", PLAIN, KEYWORD, "/Type /Metadata", 0, "stream\r", "not whole", 0, 0},
    {"outside", "6.1.7.1", PLAIN, OBJECT, "/Type /Metadata", "/Type /Metadata",
     "/Type /Metadata /F (other.xml)", "(6.1.7.1)", 0, 0},
    {"lzw", "6.1.7.2", PLAIN, OBJECT, "/Subtype /Image", "/DCTDecode", "/LZWDecode", "(6.1.7.2)", 0,
     0},
    {"object-tail", "6.1.9", PLAIN, FRAME, NULL, "\nendobj", " endobj", "(6.1.9)", 0, 0},
    {"object-head", "6.1.9", PLAIN, HEAD, CATALOG, 0, " 0 obj\n", "(6.1.9)", 0, 0},
    IN_CATALOG("permission", "6.1.12", "/Perms << /Other << >> >>", "unknown permissions"),
    IN_CATALOG("large-number", "6.1.13", "/Big 2147483648", "(6.1.13)"),
    IN_CATALOG("large-real", "6.1.13", "/Big 400000000000000000000000000000000000000.5",
               "(6.1.13)"),
    IN_CATALOG("long-string", "6.1.13", "/Big (@32768)", "(6.1.13)"),
    IN_CATALOG("long-name", "6.1.13", "/Big /@128", "(6.1.13)"),
    IN_CONTENT(
        "deep", "6.1.13",
        "q q q q q q q q q q q q q q q q q q q q q q q q q q q q q Q Q Q Q Q Q Q Q Q Q Q Q Q Q Q Q "
        "Q Q Q Q Q Q Q Q Q Q Q Q Q",
        "(6.1.13)"),
    {"page-size", "6.1.13", PLAIN, OBJECT, "/MediaBox", "/MediaBox [ 0 0 ",
     "/MediaBox [ 0 0 14401 14401 ] /Old [", "(6.1.13)", 0, 0},
    IN_CONTENT("operator", "6.2.2", "1 2 bogus", "(6.2.2)"),
    {"no-resources", "6.2.2", PLAIN, OBJECT, "/MediaBox", "/Resources", "/Resourcez", "(6.2.2)",
     true, 0},
    {"profile-n", "6.2.3", PLAIN, OBJECT, "/N 3", "/N 3", "/N 4", "(6.2.3)", true, 0},
    {"profile-kind", "6.2.3", PLAIN, STREAM, "/N 3", "mntrRGB", "scnrRGB", "(6.2.3)", 0, 0},
    {"two-profiles", "6.2.3", PLAIN, OBJECT, CATALOG, "/OutputIntents [",
     "/OutputIntents [ << /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier (x) "
     "/DestOutputProfile @metadata >>",
     "(6.2.3)", 0, 0},
    {"no-intent", "6.2.4.3", PLAIN, OBJECT, CATALOG, "/OutputIntents", "/OutputIntentz",
     "(6.2.4.3)", 0, 0},
    IN_CONTENT("cmyk-text", "6.2.4.3", "0 0 0 1 k 0 0 1 1 re f", "(6.2.4.3)"),
    {"cmyk-image", "6.2.4.3", PLAIN, OBJECT, "/Subtype /Image", "/DeviceRGB", "/DeviceCMYK",
     "not what its dictionary says", 0, 0},
    STATE("transfer", "6.2.5", "/TR /Identity", "(6.2.5)"),
    STATE("transfer-2", "6.2.5", "/TR2 /Identity", "(6.2.5)"),
    STATE("halftone-phase", "6.2.5", "/HTP [0 0]", "(6.2.5)"),
    STATE("halftone", "6.2.5", "/HT << /Type /Halftone /HalftoneType 10 /Xsquare 1 /Ysquare 1 >>",
          "(6.2.5)"),
    STATE("state-intent", "6.2.6", "/RI /Other", "(6.2.6)"),
    IN_CONTENT("intent", "6.2.6", "/Other ri", "(6.2.6)"),
    IN_IMAGE("image-intent", "6.2.6", "/Intent /Other", "(6.2.6)"),
    IN_IMAGE("interpolate", "6.2.8", "/Interpolate true", "(6.2.8)"),
    IN_IMAGE("alternates", "6.2.8", "/Alternates [ ]", "(6.2.8)"),
    IN_IMAGE("opi", "6.2.8", "/OPI << >>", "(6.2.8)"),
    {"depth", "6.2.8", PLAIN, OBJECT, "/Subtype /Image", "/BitsPerComponent 8",
     "/BitsPerComponent 7", "(6.2.8)", 0, 0},
    IN_FORM("form-opi", "6.2.9", "/OPI << >>", "(6.2.9)"),
    IN_FORM("form-ps", "6.2.9", "/Subtype2 /PS", "(6.2.9)"),
    IN_FORM("form-ref", "6.2.9", "/Ref << >>", "(6.2.9)"),
    STATE("blend", "6.2.10", "/BM /Other", "(6.2.10)"),
    {"font-kind", "6.2.11.2", PLAIN, OBJECT, "/CIDFontType2", "/BaseFont", "/BaseFond",
     "(6.2.11.2)", 0, 0},
    {"no-gid-map", "6.2.11.3", PLAIN, OBJECT, "/CIDFontType2", "/CIDToGIDMap", "/CIDToGIDMaq",
     "(6.2.11.3)", 0, 0},
    {"not-embedded", "6.2.11.4", FIELD, OBJECT, "+LiberationSerif\n/Flags", "/FontFile2",
     "/FontFileX", "(6.2.11.4)", 0, 0},
    {"cid-set", "6.2.11.4.2", FIELD, OBJECT, "+LiberationSerif\n/Flags", "/FontFile2",
     "/CIDSet @metadata /FontFile2", "(6.2.11.4.2)", 0, 0},
    {"widths", "6.2.11.5", FIELD, OBJECT, "/W [ 1 [", "/W [ 1 [ ", "/W [ 1 [ 1", "(6.2.11.5)", 0,
     0},
    {"no-unicode", "6.2.11.7.2", PLAIN, OBJECT, "/Subtype /Type0", "/ToUnicode", "/ToUnicodd",
     "(6.2.11.7.2)", 0, 0},
    {"unicode-zero", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "<0001> <0043>", "<0001> <0000>",
     "(6.2.11.7.2)", 0, 0},
    {"unicode-feff", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "<0001> <0043>", "<0001> <FEFF>",
     "(6.2.11.7.2)", 0, 0},
    {"unicode-gap", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "<0001> <0043>", "<FFF0> <0043>",
     "(6.2.11.7.2)", 0, 0},
    IN_CONTENT("notdef", "6.2.11.8", "BT 3 Tr /T 9 Tf <0000> Tj ET", "(6.2.11.8)"),
    IN_WIDGET("annotation-kind", "6.3.1", "/Subtype /Widget", "/Subtype /Screen", "(6.3.1)"),
    IN_WIDGET("no-flags", "6.3.2", "/F 132", "/G 132", "(6.3.2)"),
    IN_WIDGET("hidden", "6.3.2", "/F 132", "/F 134", "(6.3.2)"),
    IN_WIDGET("not-printed", "6.3.2", "/F 132", "/F 128", "(6.3.2)"),
    IN_WIDGET("no-appearance", "6.3.3", "/AP <<", "/AQ <<", "(6.3.3)"),
    IN_WIDGET("appearance-down", "6.3.3", "/AP <<", "/AP << /D @metadata", "(6.3.3)"),
    {"need-appearances", "6.4.1", FIELD, OBJECT, CATALOG, "/SigFlags 3", "/NeedAppearances true",
     "(6.4.1)", 0, 0},
    IN_WIDGET("widget-action", "6.4.1", "/FT /Sig", "/FT /Sig /A << /S /GoTo /D [ 1 0 R /Fit ] >>",
              "(6.4.1)"),
    IN_WIDGET("widget-actions", "6.4.1", "/FT /Sig",
              "/FT /Sig /AA << /E << /S /GoTo /D [ 1 0 R /Fit ] >> >>", "(6.5.2)"),
    {"xfa", "6.4.2", FIELD, OBJECT, CATALOG, "/SigFlags 3", "/XFA @metadata", "(6.4.2)", 0, 0},
    IN_CATALOG("late", "6.4.2", "/NeedsRendering true", "(6.4.2)"),
    {"unsigned", "6.4.3", WAITING, OBJECT, CATALOG, CATALOG, CATALOG, "(6.4.3)", 0, 0},
    IN_CATALOG("script", "6.5.1", "/OpenAction << /S /JavaScript /JS (1) >>", "(6.5.1)"),
    IN_CATALOG("launch", "6.5.1", "/OpenAction << /S /Launch /F (x) >>", "(6.5.1)"),
    IN_CATALOG("named", "6.5.1", "/OpenAction << /S /Named /N /Print >>", "(6.5.1)"),
    IN_CATALOG("actions", "6.5.2", "/AA << /WC << /S /GoTo /D [ 1 0 R /Fit ] >> >>", "(6.5.2)"),
    {"page-actions", "6.5.2", PLAIN, OBJECT, "/MediaBox", "/MediaBox",
     "/AA << /O << /S /GoTo /D [ 1 0 R /Fit ] >> >> /MediaBox", "(6.5.2)", 0, 0},
    {"no-metadata", "6.6.2.1", PLAIN, OBJECT, CATALOG, "/Metadata", "/Metadatb", "(6.6.2.1)", 0, 0},
    {"metadata-kind", "6.6.2.1", PLAIN, OBJECT, "/Type /Metadata", "/Subtype /XML", "/SubType /XML",
     "(6.6.2.1)", 0, 0},
    IN_XMP("xmp-bytes", "6.6.2.1", " id=\"W5M0", " bytes=\"9\" id=\"W5M0", "(6.6.2.1)"),
    IN_XMP("xmp-encoding", "6.6.2.1", " id=\"W5M0", " encoding=\"UTF-8\" id=\"W5M0", "(6.6.2.1)"),
    IN_XMP("xmp-broken", "6.6.2.1", "</dc:title>", "</dc:titel>", "(6.6.2.1)"),
    IN_XMP("xmp-ampersand", "6.6.2.1", "khai sinh</rdf", "khai & sinh</rdf", "(6.6.2.1)"),
    IN_XMP("undeclared", "6.6.2.3", "<sohoa:batch>", "<sohoa:other>1</sohoa:other><sohoa:batch>",
           "(6.6.2.3)"),
    IN_XMP("no-description", "6.6.2.3",
           "<pdfaProperty:description>Run of the scanner that the pages come "
           "from</pdfaProperty:description>",
           "", "(6.6.2.3)"),
    IN_XMP("unknown-type", "6.6.2.3", "<pdfaProperty:valueType>Text<",
           "<pdfaProperty:valueType>Tekst<", "(6.6.2.3)"),
    IN_XMP("no-schema-prefix", "6.6.2.3", "<pdfaSchema:prefix>sohoa</pdfaSchema:prefix>", "",
           "(6.6.2.3)"),
    IN_XMP("no-part", "6.6.4", "<pdfaid:part>2</pdfaid:part>", "", "(6.6.4)"),
    IN_XMP("other-part", "6.6.4", "<pdfaid:part>2<", "<pdfaid:part>1<", "(6.6.4)"),
    IN_XMP("no-level", "6.6.4", "<pdfaid:conformance>U<", "<pdfaid:conformance>X<", "(6.6.4)"),
    IN_XMP("xmp-twice", "6.6.2.1", "<pdfaid:part>2</pdfaid:part>",
           "<pdfaid:part>2</pdfaid:part><pdfaid:part>2</pdfaid:part>", "(6.6.2.1)"),
    IN_XMP("xmp-no-rdf", "6.6.2.1", "rdf:parseType=\"Resource\"", "rdf:parseType=\"Resourze\"",
           "(6.6.2.1)"),
    IN_XMP("part-in-comment", "6.6.4", "<pdfaid:part>2</pdfaid:part>",
           "<!--<pdfaid:part>2</pdfaid:part>-->", "(6.6.4)"),
    IN_XMP("id-namespace", "6.6.4", "\"http://www.aiim.org/pdfa/ns/id/\"",
           "\"http://www.aiim.org/pdfa/ns/ix/\"", "(6.6.4)"),
    IN_XMP("own-namespace", "6.6.2.3", "xmlns:sohoa=\"urn:x-sohoa:archive:1#\"",
           "xmlns:sohoa=\"urn:x-sohoa:archive:2#\"", "(6.6.2.3)"),
    IN_XMP("schema-namespace", "6.6.2.3", "<pdfaSchema:namespaceURI>urn:x-sohoa",
           "<pdfaSchema:namespaceURI>urn:y-sohoa", "(6.6.2.3)"),
    IN_XMP("pdf-namespace", "6.6.2.3", "\"http://ns.adobe.com/pdf/1.3/\"",
           "\"http://ns.adobe.com/pdf/1.4/\"", "(6.6.2.3)"),
    IN_XMP("unknown-property", "6.6.2.3", "<xmp:CreatorTool>",
           "<xmp:Zz>1</xmp:Zz><xmp:CreatorTool>", "(6.6.2.3)"),
    IN_XMP("no-date", "6.6.2.3", "<xmp:MetadataDate>2", "<xmp:MetadataDate>yesterday 2",
           "(6.6.2.3)"),
    IN_XMP("no-text", "6.6.2.3", "<dc:format>application/pdf</dc:format>",
           "<dc:format><rdf:Bag><rdf:li>application/pdf</rdf:li></rdf:Bag></dc:format>",
           "(6.6.2.3)"),
    IN_XMP("category", "6.6.2.3", "<pdfaProperty:category>external<",
           "<pdfaProperty:category>ebternal<", "(6.6.2.3)"),
    IN_XMP("schema-field", "6.6.2.3", "<pdfaSchema:prefix>",
           "<pdfaSchema:other>1</pdfaSchema:other><pdfaSchema:prefix>", "(6.6.2.3)"),
    {"font-descendant", "6.2.11.2", PLAIN, OBJECT, "/CIDFontType2", "/CIDFontType2",
     "/ZIDFontType2", "(6.2.11)", 0, 0},
    {"font-subtype", "6.2.11.2", PLAIN, OBJECT, "/CIDFontType2", "/Subtype /CIDFontType2",
     "/Zubtype /CIDFontType2", "(6.2.11)", 0, 0},
    {"font-encoding", "6.2.11.3", PLAIN, OBJECT, "/Subtype /Type0", "/Identity-H", "/Identity-X",
     "(6.2.11)", 0, 0},
    {"attached", "6.8", ATTACHED, STREAM, "/Type /Metadata", "<pdfaid:part>3<", "<pdfaid:part>2<",
     "(6.8)", 0, 0},
    {"relation", "6.8", ATTACHED, OBJECT, "/AFRelationship", "/AFRelationship /Supplement",
     "/AFRelatiomship /Supplement", "(6.8)", 0, 0},
    {"no-uf", "6.8", ATTACHED, OBJECT, "/AFRelationship", "/UF <", "/UG <", "(6.8)", 0, 0},
    {"file-kind", "6.8", ATTACHED, OBJECT, "/Type /EmbeddedFile", "/Subtype", "/Subtypf", "(6.8)",
     0, 0},
    {"unrelated", "6.8", ATTACHED, OBJECT, CATALOG, "/AF [", "/AG [", "(6.8)", 0, 0},
    IN_CATALOG("optional-name", "6.9", "/OCProperties << /OCGs [ ] /D << >> >>", "(6.9)"),
    IN_CATALOG("optional-switch", "6.9", "/OCProperties << /OCGs [ ] /D << /Name (x) /AS [ ] >> >>",
               "(6.9)"),
    IN_CATALOG("alternate", "6.10", "/Names << /AlternatePresentations << >> >>", "(6.10)"),
    {"steps", "6.10", PLAIN, OBJECT, "/MediaBox", "/MediaBox", "/PresSteps << >> /MediaBox",
     "(6.10)", 0, 0},
    IN_CATALOG("requirement", "6.11", "/Requirements [ << /S /EnableJavaScripts >> ]", "(6.11)"),
    /* what only files of others hold, wherever it stands */
    IN_PAGE("key-length", "6.1.13", "/@200 1", "(6.1.13)"),
    IN_PAGE("number-tiny", "6.1.13", "/Zz 0.00000000000000000000000000000000000001", "(6.1.13)"),
    IN_PAGE("number-wide", "6.1.13", "/Zz 99999999999999999999", "(6.1.13)"),
    IN_PAGE("crop", "6.1.13", "/CropBox [0 0 1 1]", "(6.1.13)"),
    IN_PAGE("group", "6.2.4.3", "/Group << /S /Transparency /CS /DeviceCMYK >>", "(6.2.4)"),
    IN_PAGE("annotation-unknown", "6.3.1", ANNOTATION("/Foo", "0 0 0 0", ""), "(6.3.1)"),
    IN_PAGE("annotation-flat", "6.3.3", ANNOTATION("/Square", "9 9 9 99", ""), "(6.3.3)"),
    IN_PAGE("annotation-named", "6.3.3", ANNOTATION("/Square", "/Zz 0 0 0", ""), "(6.3.3)"),
    IN_PAGE("annotation-boxless", "6.3.3", ANNOTATION("/Square", "9 9", ""), "(6.3.3)"),
    IN_PAGE("action-unknown", "6.5.1", ANNOTATION("/Link", "0 0 0 0", "/A << /S /Zz >>"),
            "(6.5.1)"),
    IN_PAGE("action-next", "6.5.1",
            ANNOTATION("/Link", "0 0 0 0", "/A << /S /URI /URI (a) /Next [ << /S /Zz >> ] >>"),
            "(6.5.1)"),
    IN_PAGE("embedded-elsewhere", "6.8", "/AF [ << /Type /Filespec /EF << /F @metadata >> >> ]",
            "(6.8)"),
    IN_CONTENT("operand-name", "6.1.13", "/@200 BMC EMC", "(6.1.13)"),
    IN_CONTENT("operand-number", "6.1.13", "3000000000 0 m n", "(6.1.13)"),
    IN_CONTENT("operand-string", "6.1.13", "/A << /B (@32768) >> BDC EMC", "(6.1.13)"),
    WITH("shading", "6.2.4.3", "/S sh", "/Shading << /S " SHADING " >>", "(6.2.4)"),
    WITH("shading-pattern", "6.2.4.3", "/Pattern cs /P scn 0 0 9 9 re f",
         "/Pattern << /P << /PatternType 2 /Shading " SHADING " >> >>", "(6.2.4)"),
    WITH("space-indexed", "6.2.4.3", "/C cs 1 scn 0 0 9 9 re f",
         "/ColorSpace << /C [ /Indexed /DeviceCMYK 1 <0000000000000000> ] >>", "(6.2.4)"),
    WITH("space-profile", "6.2.4.2", "/C cs 1 0 0 scn 0 0 9 9 re f",
         "/ColorSpace << /C [ /ICCBased @metadata ] >>", "(6.2.4)"),
    WITH("space-default", "6.2.4.2", "1 0 0 rg 0 0 9 9 re f",
         "/ColorSpace << /DefaultRGB [ /ICCBased @metadata ] >>", "(6.2.4)"),
    STATE("halftone-tones", "6.2.5",
          "/HT << /HalftoneType 1 /Frequency 1 /Angle 1 /SpotFunction /Round"
          " /TransferFunction /Identity >>",
          "(6.2.5)"),
    STATE("halftone-within", "6.2.5", "/HT << /HalftoneType 5 /Default << /HalftoneType 6 >> >>",
          "(6.2.5)"),
    STATE("blend-list", "6.2.10", "/BM [ /Zz /Normal ]", "(6.2.10)"),
    {"jpx", "6.2.8", PLAIN, OBJECT, "/Subtype /Image", "/DCTDecode", "/JPXDecode", "JPEG 2000", 0,
     0},
    {"intent-lab", "6.2.3", PLAIN, STREAM, "/N 3", "RGB XYZ", "Lab XYZ", "(6.2.3)", 0, 0},
    {"font-bytes", "6.1.8", PLAIN, OBJECT, "/CIDFontType2", "/BaseFont /", "/BaseFont /#FF",
     "(6.1.8)", 0, 0},
    {"font-file-kind", "6.2.11.2", PLAIN, OBJECT, "/Length1", "/Length1", "/Subtype /Zz /Length1",
     "(6.2.11.4)", 0, 0},
    {"unicode-codespace", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "1 begincodespacerange",
     "2 begincodespacerange", "(6.2.11.7.2)", 0, 0},
    {"unicode-begin", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "1 begincodespacerange", "1ge",
     "(6.2.11.7.2)", 0, 0},
    {"unicode-end", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "endcodespacerange", " ",
     "(6.2.11.7.2)", 0, 0},
    {"unicode-later", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "endcmap",
     "1 beginbfchar <0001> <0000> endbfchar endcmap", "(6.2.11.7.2)", 0, 0},
    {"unicode-count", "6.2.11.7.2", PLAIN, STREAM, "@unicode", "endcmap",
     "1 beginbfchar <0001> <0041> <0002> <0042> endbfchar endcmap", "(6.2.11.7.2)", true, 0},
    IN_XMP("part-cdata", "6.6.4", "<pdfaid:part>2<", "<pdfaid:part><![CDATA[2]]><", "(6.6.2.1)"),
    IN_XMP("part-instruction", "6.6.4", "<pdfaid:part>2<", "<pdfaid:part><?x y?>2<", "(6.6.2.1)"),
    {"file-mime", "6.8", ATTACHED, OBJECT, "/Type /EmbeddedFile", "/application#2Fxml",
     "/application", "(6.8)", 0, 0},
    {"file-unlisted", "6.8", ATTACHED, OBJECT, "/MediaBox", "/MediaBox",
     "/AF [ << /Type /Filespec /EF << /F @metadata >> >> ] /MediaBox", "(6.8)", 0, 0},
    IN_CATALOG("optional-nameless", "6.9", "/OCProperties << /OCGs [ ] /D << /Name () >> >>",
               "(6.9)"),
    IN_CATALOG("optional-twins", "6.9",
               "/OCProperties << /OCGs [ ] /D << /Name (x) >> /Configs [ << /Name (x) >> ] >>",
               "(6.9)"),
    IN_CATALOG("optional-order", "6.9",
               "/OCProperties << /OCGs [ @metadata ] /D << /Name (x) /Order [ ] >> >>", "(6.9)"),
    /* where veraPDF does not look, and we must */
    {"certified-digest", "6.1.12", PLAIN, OBJECT, CATALOG, CATALOG,
     CATALOG " /Perms << /DocMDP << /Reference [ << /DigestMethod /MD5 >> ] >> >>", "(6.1.12)",
     true, 0},
    {"jpeg-size", "6.2.8", PLAIN, OBJECT, "/Subtype /Image", "/Width 827", "/Width 828",
     "not what its dictionary says", true, 0},
    {"jpeg-cut", "6.2.8", PLAIN, STREAM, "/Subtype /Image", "\xFF\xD9", "\xFF\x00", "cut off", true,
     0},
    {"gid-notdef", "6.2.11.8", PLAIN, STREAM, "@gids", "@zeros", 0, "(6.2.11.8)", true, 0},
    {"cap-height", "ISO 32000-1 9.8.1", PLAIN, OBJECT, "/FontDescriptor", "/CapHeight",
     "/CapHeighu", "CapHeight", true, 0},
    {"title-differs", "6.6.3", PLAIN, STREAM, "/Type /Metadata", "khai sinh</rdf", "khai tinh</rdf",
     "disagree", true, 0},
    {"page-node", "ISO 32000-1 7.7.3", PLAIN, OBJECT, "/Kids [", "/Type /Pages", "/Type /Pagez",
     "page tree", true, 0},
    {"page-count", "ISO 32000-1 7.7.3", PLAIN, OBJECT, "/Kids [", "/Count 2", "/Count 3",
     "count of pages", true, 0},
};
#define DEFECT_COUNT (sizeof defects / sizeof *defects)

#endif
