/*
 * Files that break exactly one rule of ISO 19005-2, made from good ones: what our writer, our
 * signer or a damaged disk could make. Called without arguments it holds our checker against all of
 * them; with "--write FOLDER" it writes them, and FOLDER/list tells: name, rule, whether veraPDF
 * looks at that rule; archive_defects.sh and bench/conformance.sh show them to veraPDF.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/words.h"
#include "tests/unit/archive_probe.h"

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
    IN_CATALOG("hex-odd", "6.1.6", "/Odd <ABC>", "(6.1.6)"),
    IN_CATALOG("hex-letter", "6.1.6", "/Odd <AXC0>", "not whole"),
    {"length", "6.1.7.1", PLAIN, LENGTH, "/Type /Metadata", 0, 0, "(6.1.7.1)", 0, 0},
    {"stream-cr", "6.1.7.1", PLAIN, KEYWORD, "/Type /Metadata", 0, "stream\r", "not whole", 0, 0},
    {"outside", "6.1.7.1", PLAIN, OBJECT, "/Type /Metadata", "/Type /Metadata",
     "/Type /Metadata /F (other.xml)", "(6.1.7.1)", 0, 0},
    {"lzw", "6.1.7.2", PLAIN, OBJECT, "/Subtype /Image", "/DCTDecode", "/LZWDecode", "(6.1.7.2)", 0,
     0},
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
    /* where veraPDF does not look, and we must */
    {"jpeg-size", "6.2.8", PLAIN, OBJECT, "/Subtype /Image", "/Width 827", "/Width 828",
     "not what its dictionary says", true, 0},
    {"jpeg-cut", "6.2.8", PLAIN, STREAM, "/Subtype /Image", "\xFF\xD9", "\xFF\x00", "cut off", true,
     0},
    {"gid-notdef", "6.2.11.8", PLAIN, STREAM, "@gids", "@zeros", 0, "(6.2.11.8)", true, 0},
    {"cap-height", "ISO 32000-1 9.8.1", PLAIN, OBJECT, "/FontDescriptor", "/CapHeight",
     "/CapHeighu", "CapHeight", true, 0},
    {"title-differs", "6.6.3", PLAIN, STREAM, "/Type /Metadata", "khai sinh</rdf", "khai tinh</rdf",
     "disagree", true, 0},
    {"page-count", "ISO 32000-1 7.7.3", PLAIN, OBJECT, "/Kids [", "/Count 2", "/Count 3",
     "count of pages", true, 0},
};
#define DEFECT_COUNT (sizeof defects / sizeof *defects)

/* ---------------------------------------------------------------- writing a file anew */

static const char *const base_names[] = {"plain.pdf", "field.pdf", "waiting.pdf", "attached.pdf"};

struct rewrite {
    struct pdf_file file;
    const struct defect *defect; /* NULL: nothing is changed */
    struct buffer out;
    size_t *offsets;
    int64_t target; /* number of the object that is changed */
    bool done;
};

static int64_t number_of(struct rewrite *rewrite, const char *dict_marker)
{
    struct pdf_file *file = &rewrite->file;
    for (size_t i = 1; i < file->slot_count; i++) {
        if (!file->slots[i].used)
            continue;
        const char *text = (const char *)file->bytes + file->slots[i].offset;
        const char *end = memmem(text, file->size - (size_t)file->slots[i].offset, "endobj", 6);
        const struct pdf_value *value = pdf_object_at(file, (int64_t)i);
        if (value->kind == PDF_DICT && value->stream_at > 0)
            end = (const char *)file->bytes + value->stream_at;
        if (memmem(text, (size_t)(end - text), dict_marker, strlen(dict_marker)) != NULL)
            return (int64_t)i;
    }
    fail_msg("no object with %s", dict_marker);
    return 0;
}

/* The object a reference in another one names: ToUnicode or the map of the text layer. */
static int64_t named_in(struct rewrite *rewrite, const char *marker, const char *key)
{
    return pdf_raw(pdf_object_at(&rewrite->file, number_of(rewrite, marker)), key)->number;
}

static int64_t find_target(struct rewrite *rewrite)
{
    const struct defect *defect = rewrite->defect;
    if (defect == NULL || defect->where == FRAME)
        return 0;
    if (defect->where == CONTENT)
        return named_in(rewrite, "/MediaBox", "Contents");
    if (strcmp(defect->marker, "@unicode") == 0)
        return named_in(rewrite, "/Subtype /Type0", "ToUnicode");
    if (strcmp(defect->marker, "@gids") == 0)
        return named_in(rewrite, "/CIDFontType2", "CIDToGIDMap");
    return number_of(rewrite, defect->marker);
}

/* @metadata: a reference; @N: N letters. */
static const char *expand(struct rewrite *rewrite, const char *text)
{
    const char *mark = text == NULL ? NULL : strchr(text, '@');
    if (mark == NULL)
        return text;
    char *rest = NULL;
    long letters = strtol(mark + 1, &rest, 10);
    struct buffer out = {0};
    buffer_add(&out, text, (size_t)(mark - text));
    for (long i = 0; i < letters; i++)
        buffer_text(&out, "x");
    if (letters == 0) {
        buffer_printf(&out, "%d 0 R", (int)number_of(rewrite, "/Type /Metadata"));
        rest = (char *)(uintptr_t)mark + strlen("@metadata");
    }
    buffer_text(&out, rest);
    char *kept = arena_strndup(arena, (char *)out.data, out.size);
    buffer_clear(&out);
    return kept;
}

static void replace(struct rewrite *rewrite, struct buffer *bytes, const char *old, const char *new)
{
    struct buffer out = {0};
    const char *place =
        bytes->size == 0 ? NULL : memmem(bytes->data, bytes->size, old, strlen(old));
    if (place == NULL)
        fail_msg("%s: there is no %s", rewrite->defect->name, old);
    new = expand(rewrite, new);
    size_t before = (size_t)(place - (const char *)bytes->data);
    buffer_add(&out, bytes->data, before);
    buffer_text(&out, new);
    if (memcmp(new, "\xFF", 2) == 0) /* a zero byte is meant, too */
        buffer_add(&out, "", 1);
    buffer_add(&out, place + strlen(old), bytes->size - before - strlen(old));
    buffer_clear(bytes);
    *bytes = out;
    rewrite->done = true;
}

/* ---------------------------------------------------------------- objects */

/* The stream's bytes; decoded when the defect changes them, and then the filter goes. */
static void stream_of(struct rewrite *rewrite, const struct pdf_value *value, bool decode,
                      struct buffer *dict, struct buffer *bytes)
{
    const uint8_t *raw;
    size_t size;
    assert_true(pdf_stream_raw(&rewrite->file, value, &raw, &size));
    if (decode && pdf_stream_decoded(&rewrite->file, value, 1 << 28, bytes)) {
        char *filter = strstr((char *)dict->data, "/Filter");
        if (filter != NULL)
            memcpy(filter, "/Nilter", 7);
        return;
    }
    buffer_add(bytes, raw, size);
}

static void zero_map(struct buffer *bytes)
{
    for (size_t i = 0; i < bytes->size; i++)
        bytes->data[i] = 0;
}

static void change(struct rewrite *rewrite, struct buffer *dict, struct buffer *bytes)
{
    const struct defect *defect = rewrite->defect;
    if (defect->where == OBJECT) {
        replace(rewrite, dict, defect->old, defect->new);
    } else if (defect->where == CONTENT) {
        buffer_printf(bytes, "\n%s\n", defect->new);
        rewrite->done = true;
    } else if (defect->where == STREAM && strcmp(defect->old, "@zeros") == 0) {
        zero_map(bytes);
        rewrite->done = true;
    } else if (defect->where == STREAM) {
        replace(rewrite, bytes, defect->old, defect->new);
    }
}

static void put_length(struct buffer *dict, size_t size)
{
    char *length = strstr((char *)dict->data, "/Length ");
    size_t at = (size_t)(length - (char *)dict->data) + strlen("/Length ");
    struct buffer out = {0};
    buffer_add(&out, dict->data, at);
    buffer_printf(&out, "%zu", size);
    const char *rest = (char *)dict->data + at;
    rest += strspn(rest, "0123456789");
    buffer_text(&out, strncmp(rest, " 0 R", 4) == 0 ? rest + 4 : rest);
    buffer_clear(dict);
    *dict = out;
}

static void put_object(struct rewrite *rewrite, int64_t number)
{
    struct pdf_file *file = &rewrite->file;
    const struct defect *defect = rewrite->defect;
    const struct pdf_value *value = pdf_object_at(file, number);
    const char *text = (const char *)file->bytes + file->slots[number].offset;
    const char *start = strstr(text, "obj") + 3;
    const bool target = number == rewrite->target, has_stream = value->stream_at > 0;
    struct buffer dict = {0}, bytes = {0};
    const char *end = has_stream ? (const char *)file->bytes + value->stream_at
                                 : memmem(text, file->size, "endobj", 6);
    while (has_stream && memcmp(end, "stream", 6) != 0)
        end--;
    buffer_add(&dict, start, (size_t)(end - start));
    if (has_stream)
        stream_of(rewrite, value, target && (defect->where == STREAM || defect->where == CONTENT),
                  &dict, &bytes);
    if (target)
        change(rewrite, &dict, &bytes);
    if (defect != NULL && defect->extra != NULL &&
        memmem(dict.data, dict.size, "/MediaBox", 9) != NULL && strstr((char *)dict.data, "/I "))
        replace(rewrite, &dict, "/Resources <<", defect->extra);
    if (has_stream)
        put_length(&dict, bytes.size + (target && defect->where == LENGTH ? 1 : 0));
    rewrite->offsets[number] = rewrite->out.size;
    bool head = target && defect->where == HEAD, keyword = target && defect->where == KEYWORD;
    rewrite->done = rewrite->done || head || keyword || (target && defect->where == LENGTH);
    buffer_printf(&rewrite->out, "%d %s", (int)number, head ? defect->new : "0 obj");
    buffer_add(&rewrite->out, dict.data, dict.size);
    if (has_stream) {
        buffer_text(&rewrite->out, keyword ? defect->new : "stream\r\n");
        buffer_add(&rewrite->out, bytes.data, bytes.size);
        buffer_text(&rewrite->out, "\nendstream\n");
    }
    buffer_text(&rewrite->out, "endobj\n");
    buffer_clear(&dict);
    buffer_clear(&bytes);
}

/* ---------------------------------------------------------------- the file */

static void put_end(struct rewrite *rewrite)
{
    struct pdf_file *file = &rewrite->file;
    const char *trailer = memmem(file->bytes, file->size, "\ntrailer", 8);
    const char *last = memmem(trailer, 4000, "startxref", 9);
    size_t table = rewrite->out.size;
    buffer_printf(&rewrite->out, "xref\n0 %zu\n0000000000 65535 f \n", file->slot_count);
    for (size_t i = 1; i < file->slot_count; i++)
        buffer_printf(&rewrite->out, "%010zu 00000 n \n", rewrite->offsets[i]);
    buffer_add(&rewrite->out, trailer + 1, (size_t)(last - trailer) - 1);
    buffer_printf(&rewrite->out, "startxref\n%zu\n%%%%EOF\n", table);
}

static void rewrite_file(const char *from, const struct defect *defect, const char *to)
{
    struct rewrite rewrite = {.file = open_pdf(from), .defect = defect};
    rewrite.target = find_target(&rewrite);
    rewrite.offsets = arena_array(arena, rewrite.file.slot_count, sizeof *rewrite.offsets);
    buffer_text(&rewrite.out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    for (size_t i = 1; i < rewrite.file.slot_count; i++)
        put_object(&rewrite, (int64_t)i);
    put_end(&rewrite);
    if (defect != NULL && defect->where == FRAME)
        replace(&rewrite, &rewrite.out, defect->old, defect->new);
    if (defect != NULL && !rewrite.done)
        fail_msg("%s: nothing was changed", defect->name);
    assert_int_equal(file_write(at(to), rewrite.out.data, rewrite.out.size, &fault), STATUS_OK);
    buffer_clear(&rewrite.out);
    pdf_file_close(&rewrite.file);
}

/* A field that is not signed and does not ask for it is PDF/A. */
static const struct defect without_value = {
    "field", "", WAITING, OBJECT, "/Subtype /Widget", "/V ", "/Nothing ", "", 0, 0};

static const struct defect without_room = {"field",      "",         WAITING, OBJECT, "/ByteRange",
                                           "/ByteRange", "/Nothing", "",      0,      0};

static void write_bases(void)
{
    set_up(NULL);
    add("p.jpg", SAMPLE_COLOR, 0, true);
    add("q.tif", SAMPLE_BILEVEL, 0, false);
    sample.document.signed_at = getenv("SOHOA_NOW");
    build(false, "p.pdf");
    build(true, "w.pdf");
    for (int i = 0; i < 2; i++) {
        const char *alto = at(arena_printf(arena, "%d.alto.xml", i));
        words_write_alto(sample.pages[i].words, "p", alto, &fault);
        sample.pages[i].alto_path = alto;
        sample.pages[i].name = arena_printf(arena, "%04d-1", i + 1);
    }
    assert_int_equal(sample_build(&sample, ARCHIVE_PDFA_3U, false, at("a.pdf"), &report, &fault),
                     STATUS_OK);
    rewrite_file("p.pdf", NULL, base_names[PLAIN]);
    rewrite_file("w.pdf", NULL, base_names[WAITING]);
    rewrite_file("w.pdf", &without_value, "f.pdf");
    rewrite_file("f.pdf", &without_room, base_names[FIELD]);
    rewrite_file("a.pdf", NULL, base_names[ATTACHED]);
}

static void write_defects(void)
{
    FILE *list = fopen(at("list"), "w");
    for (size_t i = 0; i < DEFECT_COUNT; i++) {
        const struct defect *defect = &defects[i];
        const char *name = arena_printf(arena, "defect-%s.pdf", defect->name);
        rewrite_file(base_names[defect->base], defect, name);
        fprintf(list, "%s %s %s\n", name, defect->ours_only ? "ours" : "both", defect->rule);
    }
    fclose(list);
}

/* ---------------------------------------------------------------- our checker */

static struct buffer told;

static void keep_finding(void *context, const char *sentence)
{
    (void)context;
    buffer_printf(&told, "%s\n", sentence);
}

static void the_files_they_are_made_from_are_good(void **state)
{
    (void)state;
    write_bases();
    assert_pdfa("plain.pdf");
    assert_pdfa("field.pdf");
    assert_pdfa("attached.pdf");
}

static void every_defect_is_found_by_its_rule(void **state)
{
    int missed = 0;
    (void)state;
    write_bases();
    write_defects();
    for (size_t i = 0; i < DEFECT_COUNT; i++) {
        struct archive_verdict verdict;
        const char *path = at(arena_printf(arena, "defect-%s.pdf", defects[i].name));
        buffer_clear(&told);
        buffer_text(&told, "");
        enum status status = archive_check(path, NULL, &verdict, keep_finding, NULL, &fault);
        const char *said = told.data == NULL ? "" : (const char *)told.data;
        if (status == STATUS_REJECT && !verdict.pdfa_2u && strstr(said, defects[i].told) != NULL)
            continue;
        missed++;
        print_message("%s: nobody says %s but: %s\n", defects[i].name, defects[i].told, said);
    }
    buffer_clear(&told);
    assert_int_equal(missed, 0);
    assert_true(DEFECT_COUNT >= 40);
}

/* "--check FILE...": PASS or FAIL of each by our checker, as veraPDF prints it. */
static int check_files(char **paths, int count)
{
    for (int i = 0; i < count; i++) {
        struct archive_verdict verdict;
        archive_check(paths[i], NULL, &verdict, NULL, NULL, &fault);
        printf("%s %s\n", verdict.pdfa_2u ? "PASS" : "FAIL", paths[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    message_use("en");
    if (argc > 2 && strcmp(argv[1], "--check") == 0)
        return check_files(argv + 2, argc - 2);
    if (argc == 3 && strcmp(argv[1], "--write") == 0) {
        if (chdir(argv[2]) != 0)
            return 1;
        strcpy(folder, ".");
        write_bases();
        write_defects();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        PROBE_TEST(the_files_they_are_made_from_are_good),
        PROBE_TEST(every_defect_is_found_by_its_rule),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    file_remove_tree(folder, NULL);
    return failed;
}
