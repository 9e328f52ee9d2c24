/* Bytes that grow: append, append, append, then use data and size. */
#ifndef SOHOA_CORE_BUFFER_H
#define SOHOA_CORE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *data; /* always followed by one 0 byte that size does not count; NULL when empty */
    size_t size;   /* bytes */
    size_t room;   /* private */
};

void buffer_clear(struct buffer *buffer); /* frees, back to {0} */
void buffer_add(struct buffer *buffer, const void *bytes, size_t size);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text as XML character data: & < > " escaped, characters that XML 1.0 forbids dropped. */
void buffer_xml(struct buffer *buffer, const char *text);

#endif
