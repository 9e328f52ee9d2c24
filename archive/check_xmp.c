/*
 * Metadata (6.6.2, 6.6.4): the packet is XML, says part 2 level U, describes every property of its
 * own schema, and says the same as Info.
 */
#include "archive/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/xmp.h"
#include "core/message.h"
#include "core/text.h"

#define XMP_MAX (4u << 20)
#define XML_DEPTH 64

/* ---------------------------------------------------------------- is it XML? */

struct xml {
    const char *at, *end;
    const char *open[XML_DEPTH]; /* names of the open elements */
    size_t open_size[XML_DEPTH];
    int depth;
};

static size_t name_size(const char *at, const char *end)
{
    size_t size = 0;
    while (at + size < end && strchr(" \t\r\n/>=<&\"'", at[size]) == NULL)
        size++;
    return size;
}

static bool starts(const struct xml *xml, const char *word)
{
    size_t size = strlen(word);
    return (size_t)(xml->end - xml->at) >= size && memcmp(xml->at, word, size) == 0;
}

static bool skip_past(struct xml *xml, const char *word)
{
    for (; xml->at < xml->end; xml->at++)
        if (starts(xml, word)) {
            xml->at += strlen(word);
            return true;
        }
    return false;
}

static void skip_space(struct xml *xml)
{
    while (xml->at < xml->end && strchr(" \t\r\n", *xml->at) != NULL && *xml->at != 0)
        xml->at++;
}

/* & must begin one of the five names or a number. */
static bool skip_reference(struct xml *xml)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (size_t i = 0; i < 5; i++)
        if (starts(xml, known[i])) {
            xml->at += strlen(known[i]);
            return true;
        }
    return starts(xml, "&#") && skip_past(xml, ";");
}

static bool skip_attributes(struct xml *xml)
{
    for (;;) {
        skip_space(xml);
        if (xml->at >= xml->end)
            return false;
        if (*xml->at == '>' || *xml->at == '/')
            return true;
        size_t size = name_size(xml->at, xml->end);
        xml->at += size;
        skip_space(xml);
        if (size == 0 || xml->at >= xml->end || *xml->at++ != '=')
            return false;
        skip_space(xml);
        if (xml->at >= xml->end || (*xml->at != '"' && *xml->at != '\''))
            return false;
        char quote = *xml->at++;
        while (xml->at < xml->end && *xml->at != quote)
            if (*xml->at == '<' || (*xml->at == '&' && !skip_reference(xml)))
                return false;
            else if (*xml->at != quote)
                xml->at++;
        if (xml->at++ >= xml->end)
            return false;
    }
}

static bool skip_tag(struct xml *xml)
{
    if (starts(xml, "<?"))
        return skip_past(xml, "?>");
    if (starts(xml, "<!--"))
        return skip_past(xml, "-->");
    bool closing = starts(xml, "</");
    xml->at += closing ? 2 : 1;
    const char *name = xml->at;
    size_t size = name_size(xml->at, xml->end);
    xml->at += size;
    if (size == 0)
        return false;
    if (closing) {
        skip_space(xml);
        xml->depth--;
        return xml->depth >= 0 && xml->at < xml->end && *xml->at++ == '>' &&
               xml->open_size[xml->depth] == size && memcmp(xml->open[xml->depth], name, size) == 0;
    }
    if (!skip_attributes(xml))
        return false;
    if (*xml->at == '/')
        return ++xml->at < xml->end && *xml->at++ == '>';
    xml->at++;
    if (xml->depth == XML_DEPTH)
        return false;
    xml->open[xml->depth] = name;
    xml->open_size[xml->depth++] = size;
    return true;
}

static bool is_xml(const char *bytes, size_t size)
{
    struct xml xml = {.at = bytes, .end = bytes + size};
    if (!text_valid(bytes, size))
        return false;
    while (xml.at < xml.end) {
        unsigned char c = (unsigned char)*xml.at;
        if (c == '<' ? !skip_tag(&xml) : c == '&' ? !skip_reference(&xml) : false)
            return false;
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r')
            return false;
        if (c != '<' && c != '&')
            xml.at++;
    }
    return xml.depth == 0;
}

/* ---------------------------------------------------------------- what it says */

/* A text string of Info as UTF-8. */
static char *info_text(struct arena *arena, const struct pdf_value *value)
{
    const uint8_t *b = (const uint8_t *)value->text;
    if (value->size < 2 || b[0] != 0xFE || b[1] != 0xFF)
        return arena_strndup(arena, value->text,
                             value->size); /* ASCII is the same in PDFDocEncoding */
    char *out = arena_alloc(arena, value->size * 2 + 1), *to = out;
    for (size_t i = 2; i + 1 < value->size; i += 2) {
        uint32_t code = (uint32_t)b[i] << 8 | b[i + 1];
        if (code >= 0xD800 && code < 0xDC00 && i + 3 < value->size) {
            uint32_t low = (uint32_t)b[i + 2] << 8 | b[i + 3];
            code = 0x10000 + ((code - 0xD800) << 10) + (low & 0x3FF);
            i += 2;
        }
        to += text_put(code, to);
    }
    return out;
}

/* D:20261122140509+07'00' and 2026-11-22T14:05:09+07:00 hold the same digits. */
static bool same_date(struct arena *arena, const char *info, const char *xmp)
{
    return strcmp(text_digits(arena, info), text_digits(arena, xmp)) == 0;
}

static void compare_info(struct check *check, struct arena *arena, const char *xmp)
{
    static const struct {
        const char *info, *xmp;
        bool date;
    } pairs[] = {{"Title", "dc:title", false},
                 {"Author", "dc:creator", false},
                 {"Producer", "pdf:Producer", false},
                 {"Creator", "xmp:CreatorTool", false},
                 {"CreationDate", "xmp:CreateDate", true},
                 {"ModDate", "xmp:ModifyDate", true}};
    const struct pdf_value *info = pdf_get(check->file, check->file->trailer, "Info");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct pdf_value *value = pdf_get(check->file, info, pairs[i].info);
        if (value->kind != PDF_STRING)
            continue;
        const char *ours = info_text(arena, value),
                   *theirs = xmp_property(arena, xmp, pairs[i].xmp);
        bool same = theirs != NULL &&
                    (pairs[i].date ? same_date(arena, ours, theirs) : strcmp(ours, theirs) == 0);
        if (!same)
            check_tell(check, _("Info and XMP disagree about %s."), pairs[i].info);
    }
}

/* Kind, category and a sentence; ours are all texts. */
static bool is_described(struct arena *arena, const char *row)
{
    const char *type = xmp_property(arena, row, "pdfaProperty:valueType");
    const char *category = xmp_property(arena, row, "pdfaProperty:category");
    return type != NULL && strcmp(type, "Text") == 0 && category != NULL &&
           (strcmp(category, "external") == 0 || strcmp(category, "internal") == 0) &&
           xmp_property(arena, row, "pdfaProperty:description") != NULL;
}

/* Properties of a schema of our own must be described in the packet (6.6.2.3). */
static void check_extension(struct check *check, struct arena *arena, const char *xmp)
{
    for (const char *at = strstr(xmp, "<sohoa:"); at != NULL; at = strstr(at + 1, "<sohoa:")) {
        const char *name = at + strlen("<sohoa:");
        size_t size = strcspn(name, " />");
        const char *row =
            arena_printf(arena, "<pdfaProperty:name>%.*s</pdfaProperty:name>", (int)size, name);
        const char *found = strstr(xmp, row);
        const char *end = found == NULL ? NULL : strstr(found, "</rdf:li>");
        if (end == NULL || !is_described(arena, arena_strndup(arena, found, (size_t)(end - found))))
            check_tell(check, _("The XMP property sohoa:%.*s is not described (6.6.2.3)."),
                       (int)size, name);
    }
    static const char *const needed[] = {"pdfaSchema:schema", "pdfaSchema:namespaceURI",
                                         "pdfaSchema:prefix"};
    for (size_t i = 0; strstr(xmp, "<sohoa:") != NULL && i < 3; i++)
        if (xmp_property(arena, xmp, needed[i]) == NULL)
            check_tell(check, _("The XMP schema lacks %s (6.6.2.3)."), needed[i]);
}

static void check_packet(struct check *check, struct arena *arena, const char *xmp, size_t size)
{
    if (strlen(xmp) != size || !is_xml(xmp, size) || strstr(xmp, "<?xpacket begin=") == NULL) {
        check_tell(check, _("The XMP metadata is not well-formed (6.6.2.1)."));
        return;
    }
    size_t header = strcspn(strstr(xmp, "<?xpacket begin="), ">");
    const char *head = arena_strndup(arena, strstr(xmp, "<?xpacket begin="), header);
    if (strstr(head, " bytes=") != NULL || strstr(head, " encoding=") != NULL)
        check_tell(check, _("The XMP packet tells its size or encoding (6.6.2.1)."));
    const char *part = xmp_property(arena, xmp, "pdfaid:part");
    const char *level = xmp_property(arena, xmp, "pdfaid:conformance");
    if (part == NULL || level == NULL || strcmp(level, "U") != 0 ||
        (strcmp(part, "2") != 0 && strcmp(part, "3") != 0))
        check_tell(check, _("The file does not claim PDF/A-2u but part %s level %s (6.6.4)."),
                   part == NULL ? "-" : part, level == NULL ? "-" : level);
    else
        snprintf(check->flavour, sizeof check->flavour, "%su", part);
    check_extension(check, arena, xmp);
    compare_info(check, arena, xmp);
}

void check_metadata(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *metadata = pdf_get(check->file, catalog, "Metadata");
    struct buffer bytes = {0};
    if (!pdf_is_name(pdf_get(check->file, metadata, "Type"), "Metadata") ||
        !pdf_is_name(pdf_get(check->file, metadata, "Subtype"), "XML") ||
        !pdf_stream_decoded(check->file, metadata, XMP_MAX, &bytes) || bytes.size == 0) {
        check_tell(check, _("The catalog has no readable XMP metadata (6.6.2.1)."));
    } else {
        struct arena *arena = arena_new();
        check_packet(check, arena, (const char *)bytes.data, bytes.size);
        arena_free(arena);
    }
    buffer_clear(&bytes);
}
