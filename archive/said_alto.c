/* The text of an ALTO file: CONTENT of its Strings, in their order. XML without DTD and network. */
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <string.h>

#include "archive/said.h"
#include "core/buffer.h"
#include "core/file.h"

#define ALTO_MAX ((size_t)64 * 1024 * 1024)
#define ALTO_SPACE "http://www.loc.gov/standards/alto/ns-v4#"

static void ignore(void *context, xmlErrorPtr fault)
{
    (void)context; /* it is told that the file says something else */
    (void)fault;
}

static bool is_string(xmlTextReaderPtr reader)
{
    const xmlChar *space = xmlTextReaderConstNamespaceUri(reader);
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT && space &&
           strcmp((const char *)space, ALTO_SPACE) == 0 &&
           strcmp((const char *)xmlTextReaderConstLocalName(reader), "String") == 0;
}

static bool take_texts(xmlTextReaderPtr reader, struct buffer *out)
{
    int state;
    while ((state = xmlTextReaderRead(reader)) == 1) {
        if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_DOCUMENT_TYPE)
            return false;
        if (!is_string(reader))
            continue;
        xmlChar *text = xmlTextReaderGetAttribute(reader, BAD_CAST "CONTENT");
        buffer_text(out, text ? (const char *)text : "");
        buffer_text(out, " ");
        xmlFree(text);
    }
    return state == 0;
}

const char *said_alto(const char *path, struct arena *arena)
{
    char *bytes = NULL;
    size_t size = 0;
    struct buffer out = {0};
    if (file_read(path, ALTO_MAX, arena, &bytes, &size, NULL) != STATUS_OK)
        return NULL;
    xmlTextReaderPtr reader =
        xmlReaderForMemory(bytes, (int)size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    if (reader)
        xmlTextReaderSetStructuredErrorHandler(reader, ignore, NULL);
    bool good = reader && take_texts(reader, &out);
    xmlFreeTextReader(reader);
    const char *text =
        good ? arena_strndup(arena, out.data ? (const char *)out.data : "", out.size) : NULL;
    buffer_clear(&out);
    return text;
}
