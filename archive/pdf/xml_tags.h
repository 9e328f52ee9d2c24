/* What bounds the time that reading XML takes. A parser compares the attributes of an element each
 * with each, and a name with many of those before it, so that a few megabytes made for it keep it
 * busy for hours; what people and programs write stays far below. */
#ifndef SOHOA_ARCHIVE_XML_TAGS_H
#define SOHOA_ARCHIVE_XML_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#define XML_TAG_MAX 65536   /* bytes of a tag with its attributes */
#define XML_NAMES_MAX 50000 /* different names in a file */

struct xml_tags { /* private; {0} to begin with */
    size_t length, count;
    bool open, begun;
};

/* The next bytes of a file. False: a tag is longer than XML_TAG_MAX. */
bool xml_tags_fit(struct xml_tags *tags, const char *bytes, size_t size);
/* So many tags have begun. */
size_t xml_tags_count(const struct xml_tags *tags);

#endif
