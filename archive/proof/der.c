#include "archive/proof/der.h"

void der_put(struct buffer *out, uint8_t tag, const void *content, size_t size)
{
    uint8_t head[6] = {tag};
    size_t used = 1;
    if (size < 128) {
        head[used++] = (uint8_t)size;
    } else {
        int bytes = size < 256 ? 1 : size < 65536 ? 2 : size < 16777216 ? 3 : 4;
        head[used++] = (uint8_t)(0x80 | bytes);
        for (int i = bytes - 1; i >= 0; i--)
            head[used++] = (uint8_t)(size >> (8 * i));
    }
    buffer_add(out, head, used);
    buffer_add(out, content, size);
}

bool der_next_whole(struct der *from, uint8_t tag, struct der *whole, struct der *content)
{
    const uint8_t *b = from->bytes;
    size_t at = 2;
    if (from->size < 2 || b[0] != tag)
        return false;
    size_t size = b[1];
    if (size & 0x80) {
        size_t bytes = size & 0x7F;
        if (bytes < 1 || bytes > 4 || from->size < 2 + bytes || b[2] == 0)
            return false;
        size = 0;
        for (size_t i = 0; i < bytes; i++)
            size = size << 8 | b[at++];
        if (size < 128)
            return false;
    }
    if (size > from->size - at)
        return false;
    if (whole)
        *whole = (struct der){b, at + size};
    if (content)
        *content = (struct der){b + at, size};
    from->bytes += at + size;
    from->size -= at + size;
    return true;
}

bool der_next(struct der *from, uint8_t tag, struct der *content)
{
    return der_next_whole(from, tag, NULL, content);
}
