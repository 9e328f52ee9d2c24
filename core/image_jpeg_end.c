/* Where a JPEG ends in its file (ISO/IEC 10918-1, B.1.1). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/image_codec.h"
#include "core/message.h"

enum { STUFFED = 0x00, TEM = 0x01, RST0 = 0xD0, RST7 = 0xD7, SOI = 0xD8, EOI = 0xD9 };
enum { BLOCK = 1 << 16 };

/* The code of the next marker, whatever stands before it; EOF: there is none. Within a scan FF 00
 * and restarts are data. */
static int next_marker(FILE *file)
{
    for (;;) {
        int byte = getc_unlocked(file);
        while (byte != 0xFF && byte != EOF)
            byte = getc_unlocked(file);
        while (byte == 0xFF)
            byte = getc_unlocked(file);
        if (byte != STUFFED && byte != TEM && (byte < RST0 || byte > RST7))
            return byte;
    }
}

/* 0: there is no end. */
static int64_t find_end(FILE *file)
{
    if (getc(file) != 0xFF || getc(file) != SOI)
        return 0;
    for (;;) {
        int code = next_marker(file);
        if (code == EOI)
            return ftello(file);
        if (code == EOF || code == SOI)
            return 0;
        int high = getc(file), low = getc(file);
        if (low == EOF || fseeko(file, high * 256 + low - 2, SEEK_CUR) != 0)
            return 0;
    }
}

size_t image_jpeg_end(const void *bytes, size_t size)
{
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)bytes, size, "rb") : NULL;
    int64_t end = file ? find_end(file) : 0;
    if (file)
        fclose(file);
    return end > 0 && (size_t)end <= size ? (size_t)end : 0;
}

enum status image_jpeg_own(const char *path, int64_t *size, char sha256[65], struct error *error)
{
    FILE *file = NULL;
    uint8_t digest[HASH_SIZE];
    enum status status = image_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    int64_t end = find_end(file);
    struct hash *hash = hash_new();
    uint8_t *block = memory_new(BLOCK);
    size_t got = 1;
    rewind(file);
    for (*size = 0; got > 0 && (end == 0 || *size < end); *size += (int64_t)got) {
        size_t want = end > 0 && end - *size < BLOCK ? (size_t)(end - *size) : BLOCK;
        got = fread(block, 1, want, file);
        hash_add(hash, block, got);
    }
    hash_end(hash, digest);
    hash_hex(digest, sizeof digest, sha256);
    if (ferror(file) || *size < end)
        status = error_set(error, STATUS_RETRY, _("cannot be read: %s"), message_errno(errno));
    free(block);
    fclose(file);
    return status;
}
