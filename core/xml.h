/*
 * XML into a buffer: open, attributes, text or children, close. What is written is well-formed
 * whatever texts come in: they are escaped, and characters that XML forbids are dropped.
 */
#ifndef SOHOA_CORE_XML_H
#define SOHOA_CORE_XML_H

#include <stdbool.h>

#include "core/buffer.h"

#define XML_DEPTH 32

struct xml { /* private */
    struct buffer *out;
    const char *open[XML_DEPTH];
    bool text[XML_DEPTH]; /* text stands in it: its end tag follows at once */
    int depth;
    bool tag_open;
};

void xml_begin(struct xml *xml, struct buffer *out); /* with the declaration */
/* Names are lent until their element is closed. */
void xml_open(struct xml *xml, const char *name);
/* Of the element just opened. A value that is NULL is left out. */
void xml_attribute(struct xml *xml, const char *name, const char *value);
void xml_text(struct xml *xml, const char *text);
void xml_close(struct xml *xml);
/* <name>text</name>; nothing at all when text is NULL or "". */
void xml_leaf(struct xml *xml, const char *name, const char *text);
void xml_end(struct xml *xml); /* closes what is open; a newline at the end */

#endif
