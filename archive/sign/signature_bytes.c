/* What a signature's dictionary points to in the file: signed bytes, Contents. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/signature.h"
#include "archive/sign/signature_parts.h"
#include "core/file.h"
#include "core/message.h"

#define CHUNK (1 << 20)
#define CONTENTS_MAX                                                                               \
    65536 /* hex digits and brackets: ISO 19005-2 lets a string have 32,767 bytes */

static enum status cannot_read(FILE *file, const char *path, struct error *error)
{
    return error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), path,
                     ferror(file) ? message_errno(errno) : _("it became shorter while reading"));
}

static enum status hash_range(FILE *file, const char *path, struct hash *hash, int64_t start,
                              int64_t size, uint8_t *chunk, struct error *error)
{
    if (fseeko(file, (off_t)start, SEEK_SET) != 0)
        return cannot_read(file, path, error);
    while (size > 0) {
        size_t wanted = size < CHUNK ? (size_t)size : CHUNK;
        if (fread(chunk, 1, wanted, file) != wanted)
            return cannot_read(file, path, error);
        hash_add(hash, chunk, wanted);
        size -= (int64_t)wanted;
    }
    return STATUS_OK;
}

enum status signature_hash(FILE *file, const char *path, const int64_t range[4],
                           enum hash_kind kind, uint8_t digest[HASH_SIZE_MAX], struct error *error)
{
    uint8_t *chunk = memory_new(CHUNK);
    struct hash *hash = hash_new_kind(kind);
    enum status status = hash_range(file, path, hash, range[0], range[1], chunk, error);
    if (status == STATUS_OK)
        status = hash_range(file, path, hash, range[2], range[3], chunk, error);
    hash_end(hash, digest);
    free(chunk);
    return status;
}

/* A revision ends with %%EOF and at most one line end. */
bool signature_ends_revision(FILE *file, int64_t end)
{
    char tail[8] = "";
    size_t size = 7;
    if (end < 7 || fseeko(file, (off_t)end - 7, SEEK_SET) != 0 ||
        fread(tail, 1, size, file) != size)
        return false;
    while (size > 5 && (tail[size - 1] == '\n' || tail[size - 1] == '\r'))
        size--;
    return memcmp(tail + size - 5, "%%EOF", 5) == 0;
}

/* The Contents as bytes; the padding stays on. Programs write either ABCDEF or abcdef: both
 * together mean the same bytes, but somebody changed the file. */
enum status signature_contents(FILE *file, const char *path, const struct sigdict *one,
                               struct buffer *out, bool *readable, struct error *error)
{
    *readable = false;
    if (one->contents_size > CONTENTS_MAX)
        return STATUS_OK;
    size_t size = (size_t)one->contents_size;
    char *hex = memory_new(size + 1);
    bool upper = false, lower = false;
    enum status status = STATUS_OK;
    if (fseeko(file, (off_t)one->contents_at, SEEK_SET) != 0 || fread(hex, 1, size, file) != size) {
        status = cannot_read(file, path, error);
        goto done;
    }
    for (size_t i = 1; i + 1 < size; i += 2) {
        if (!isxdigit((unsigned char)hex[i]) || !isxdigit((unsigned char)hex[i + 1]))
            goto done;
        upper |= isupper((unsigned char)hex[i]) || isupper((unsigned char)hex[i + 1]);
        lower |= islower((unsigned char)hex[i]) || islower((unsigned char)hex[i + 1]);
        char pair[3] = {hex[i], hex[i + 1], 0};
        uint8_t byte = (uint8_t)strtoul(pair, NULL, 16);
        buffer_add(out, &byte, 1);
    }
    *readable = size % 2 == 0 && hex[0] == '<' && hex[size - 1] == '>' && !(upper && lower);
done:
    free(hex);
    return status;
}

enum status signature_each(const char *path,
                           enum status (*visit)(void *context, const char *sub_filter,
                                                const uint8_t *bytes, size_t size,
                                                struct error *error),
                           void *context, struct error *error)
{
    struct sigdict *found = NULL;
    size_t count = 0;
    int64_t size_bytes = 0;
    FILE *file = file_open_stream(path);
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (!file)
        status = error_set(error, errno == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                           _("%s cannot be read: %s."), path, message_errno(errno));
    if (status == STATUS_OK)
        status = sigdict_find(file, path, arena, &found, &count, &size_bytes, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct buffer blob = {0};
        bool readable = false;
        status = signature_contents(file, path, &found[i], &blob, &readable, error);
        if (status == STATUS_OK && !readable)
            status = error_set(error, STATUS_REJECT,
                               _("The signature is not readable: its Contents is no proper "
                                 "hexadecimal string."));
        if (status == STATUS_OK)
            status = visit(context, found[i].sub_filter, blob.data, blob.size, error);
        buffer_clear(&blob);
    }
    if (file)
        fclose(file);
    arena_free(arena);
    return status;
}

bool signature_is_padding(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}
