/* Where a JPEG ends in its file (ISO/IEC 10918-1, B.1.1). */
#include <stdbool.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/image.h"

#define JPEG_BYTES_MAX ((size_t)2 << 30)

enum { STUFFED = 0x00, TEM = 0x01, RST0 = 0xD0, RST7 = 0xD7, SOI = 0xD8, EOI = 0xD9, SOS = 0xDA };

/* The next marker from at on, whatever stands before it; code 0: there is none. Within a scan FF 00
 * and restarts are data. */
static size_t next_marker(const uint8_t *bytes, size_t size, size_t at, int *code)
{
    *code = 0;
    while (at + 1 < size) {
        const uint8_t *mark = memchr(bytes + at, 0xFF, size - at - 1);
        if (!mark)
            break;
        at = (size_t)(mark - bytes) + 1;
        if (bytes[at] == 0xFF || bytes[at] == STUFFED || bytes[at] == TEM ||
            (bytes[at] >= RST0 && bytes[at] <= RST7))
            continue;
        *code = bytes[at];
        return at + 1;
    }
    return size;
}

size_t image_jpeg_end(const void *from, size_t size)
{
    const uint8_t *bytes = from;
    int code = 0;
    if (size < 4 || bytes[0] != 0xFF || bytes[1] != SOI)
        return 0;
    for (size_t at = 2; at < size;) {
        at = next_marker(bytes, size, at, &code);
        if (code == EOI)
            return at;
        if (code == 0 || code == SOI || at + 2 > size)
            return 0;
        at += (size_t)bytes[at] << 8 | bytes[at + 1];
    }
    return 0;
}

enum status image_jpeg_own(const char *path, size_t *size, char sha256[65], struct error *error)
{
    struct arena *arena = arena_new();
    char *bytes = NULL;
    enum status status = file_read(path, JPEG_BYTES_MAX, arena, &bytes, size, error);
    if (status == STATUS_OK) {
        size_t end = image_jpeg_end(bytes, *size);
        *size = end ? end : *size;
        hash_bytes(bytes, *size, sha256);
    }
    arena_free(arena);
    return status;
}
