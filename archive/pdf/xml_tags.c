#include "archive/pdf/xml_tags.h"

/* <!-- --> and <![CDATA[ ]]> are no tags and may be as long as they like. */
static void take(struct xml_tags *tags, char c)
{
    if (tags->begun) { /* behind < */
        tags->begun = false;
        tags->open = c != '!' && c != '?';
        tags->length = 0;
        tags->count += tags->open && c != '/';
    } else if (tags->open) {
        tags->open = c != '>';
        tags->length++;
    } else {
        tags->begun = c == '<';
    }
}

bool xml_tags_fit(struct xml_tags *tags, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && tags->length <= XML_TAG_MAX; i++)
        take(tags, bytes[i]);
    return tags->length <= XML_TAG_MAX;
}

size_t xml_tags_count(const struct xml_tags *tags)
{
    return tags->count;
}
