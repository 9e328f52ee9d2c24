#include "archive/xmp.h"

#include <string.h>

#define XMP_MAX (4u << 20)

char *xmp_property(struct arena *arena, const char *xmp, const char *name)
{
    char *open = arena_printf(arena, "<%s>", name), *close = arena_printf(arena, "</%s>", name);
    char *attribute = arena_printf(arena, " %s=\"", name);
    const char *start = strstr(xmp, open), *end = NULL;
    if (start != NULL) {
        start += strlen(open);
        end = strstr(start, close);
    } else if ((start = strstr(xmp, attribute)) != NULL) {
        start += strlen(attribute);
        end = strchr(start, '"');
    }
    if (start == NULL || end == NULL)
        return NULL;
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    char *out = arena_alloc(arena, (size_t)(end - start) + 1), *to = out;
    for (const char *at = start; at < end;) {
        if (*at == '<') {
            const char *past = memchr(at, '>', (size_t)(end - at));
            at = past == NULL ? end : past + 1;
            continue;
        }
        size_t i = 0;
        while (i < 5 && strncmp(at, entities[i].name, strlen(entities[i].name)) != 0)
            i++;
        *to++ = i < 5 ? entities[i].c : *at;
        at += i < 5 ? strlen(entities[i].name) : 1;
    }
    return out;
}

char *xmp_packet(struct pdf_file *file, struct arena *arena)
{
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    struct buffer bytes = {0};
    char *packet = NULL;
    if (pdf_stream_decoded(file, pdf_get(file, catalog, "Metadata"), XMP_MAX, &bytes) &&
        bytes.size > 0 && strlen((char *)bytes.data) == bytes.size)
        packet = arena_strndup(arena, (char *)bytes.data, bytes.size);
    buffer_clear(&bytes);
    return packet;
}
