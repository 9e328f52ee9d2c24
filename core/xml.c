#include "core/xml.h"

#include <assert.h>

static void indent(struct xml *xml)
{
    buffer_text(xml->out, "\n");
    for (int i = 0; i < xml->depth; i++)
        buffer_text(xml->out, " ");
}

static void finish_tag(struct xml *xml)
{
    if (xml->tag_open)
        buffer_text(xml->out, ">");
    xml->tag_open = false;
}

void xml_begin(struct xml *xml, struct buffer *out)
{
    *xml = (struct xml){.out = out};
    buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

void xml_open(struct xml *xml, const char *name)
{
    assert(xml->depth < XML_DEPTH);
    finish_tag(xml);
    if (xml->depth == 0 || !xml->text[xml->depth - 1])
        indent(xml);
    buffer_printf(xml->out, "<%s", name);
    xml->tag_open = true;
    xml->text[xml->depth] = false;
    xml->open[xml->depth++] = name;
}

void xml_attribute(struct xml *xml, const char *name, const char *value)
{
    assert(xml->tag_open);
    if (!value)
        return;
    buffer_printf(xml->out, " %s=\"", name);
    buffer_xml(xml->out, value);
    buffer_text(xml->out, "\"");
}

void xml_text(struct xml *xml, const char *text)
{
    finish_tag(xml);
    xml->text[xml->depth - 1] = true;
    buffer_xml(xml->out, text);
}

void xml_close(struct xml *xml)
{
    const char *name = xml->open[--xml->depth];
    if (xml->tag_open) {
        buffer_text(xml->out, "/>");
        xml->tag_open = false;
        return;
    }
    if (!xml->text[xml->depth])
        indent(xml);
    buffer_printf(xml->out, "</%s>", name);
}

void xml_leaf(struct xml *xml, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    xml_open(xml, name);
    xml_text(xml, text);
    xml_close(xml);
}

void xml_end(struct xml *xml)
{
    while (xml->depth > 0)
        xml_close(xml);
    buffer_text(xml->out, "\n");
}
