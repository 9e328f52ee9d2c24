#include "archive/sign/room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/signature.h"
#include "core/message.h"

#define CHUNK (1 << 20)

void room_keys(struct buffer *out)
{
    char *zeros = memory_new(2 * ROOM_SIZE + 1);
    memset(zeros, '0', 2 * ROOM_SIZE);
    buffer_printf(out, "%s [0 %d %d %d] /Contents <", SIGDICT_KEY, SIGDICT_ROOM, SIGDICT_ROOM,
                  SIGDICT_ROOM);
    buffer_add(out, zeros, 2 * ROOM_SIZE);
    buffer_text(out, ">");
    free(zeros);
}

/* ---------------------------------------------------------------- finding it */

static enum status cannot_read(const char *name, struct error *error)
{
    return error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), name, message_errno(errno));
}

static bool all_digit_zero(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] != '0')
            return false;
    return true;
}

/* Contents must be nothing but zeros: room that somebody filled is not ours. */
static enum status check_empty(FILE *file, const char *name, const struct sigdict *room,
                               struct error *error)
{
    char chunk[4096];
    int64_t left = room->contents_size - 2;
    if (room->doubtful || left < 2 || left % 2 != 0 ||
        fseeko(file, (off_t)room->contents_at + 1, SEEK_SET) != 0)
        return error_set(error, STATUS_REJECT, _("%s: the room for a signature is damaged."), name);
    while (left > 0) {
        size_t size = left < (int64_t)sizeof chunk ? (size_t)left : sizeof chunk;
        if (fread(chunk, 1, size, file) != size)
            return cannot_read(name, error);
        if (!all_digit_zero(chunk, size))
            return error_set(error, STATUS_REJECT, _("%s: the room for a signature is not empty."),
                             name);
        left -= (int64_t)size;
    }
    return STATUS_OK;
}

enum status room_find(FILE *file, const char *name, struct sigdict *out, struct error *error)
{
    struct sigdict *found = NULL;
    size_t count = 0, empty = 0;
    int64_t size = 0;
    struct arena *arena = arena_new();
    enum status status = sigdict_find(file, name, arena, &found, &count, &size, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (sigdict_is_empty(&found[i])) {
            *out = found[i];
            empty++;
        }
    arena_free(arena);
    if (status != STATUS_OK)
        return status;
    if (empty == 0)
        return error_set(error, STATUS_REJECT,
                         count ? _("%s is signed already.")
                               : _("%s has no room for a signature: it was packed without one."),
                         name);
    if (empty > 1)
        return error_set(error, STATUS_REJECT, _("%s has room for more than one signature."), name);
    return check_empty(file, name, out, error);
}

/* ---------------------------------------------------------------- closing and filling it */

static enum status hash_range(FILE *file, const char *name, int64_t at, int64_t size, char *chunk,
                              struct hash *hash, struct error *error)
{
    if (fseeko(file, (off_t)at, SEEK_SET) != 0)
        return cannot_read(name, error);
    while (size > 0) {
        size_t wanted = size < CHUNK ? (size_t)size : CHUNK;
        if (fread(chunk, 1, wanted, file) != wanted)
            return cannot_read(name, error);
        hash_add(hash, chunk, wanted);
        size -= (int64_t)wanted;
    }
    return STATUS_OK;
}

enum status room_close(FILE *file, const char *name, const struct sigdict *room,
                       enum hash_kind kind, uint8_t digest[HASH_SIZE_MAX], struct error *error)
{
    char text[100];
    int64_t behind = room->contents_at + room->contents_size;
    if (fseeko(file, 0, SEEK_END) != 0)
        return cannot_read(name, error);
    int64_t rest = (int64_t)ftello(file) - behind;
    int size = snprintf(text, sizeof text, "[0 %" PRId64 " %" PRId64 " %" PRId64, room->contents_at,
                        behind, rest);
    if (size + 1 > room->range_size || room->range_size >= (int64_t)sizeof text)
        return error_set(error, STATUS_REJECT, _("%s: the room for a signature is damaged."), name);
    memset(text + size, ' ', (size_t)(room->range_size - size));
    text[room->range_size - 1] = ']';
    if (fseeko(file, (off_t)room->range_at, SEEK_SET) != 0 ||
        fwrite(text, 1, (size_t)room->range_size, file) != (size_t)room->range_size ||
        fflush(file) != 0)
        return cannot_read(name, error);

    struct hash *hash = hash_new_kind(kind);
    char *chunk = memory_new(CHUNK);
    enum status status = hash_range(file, name, 0, room->contents_at, chunk, hash, error);
    if (status == STATUS_OK)
        status = hash_range(file, name, behind, rest, chunk, hash, error);
    hash_end(hash, digest);
    free(chunk);
    return status;
}

enum status room_fill(FILE *file, const struct sigdict *room, const struct buffer *blob,
                      struct error *error)
{
    int64_t least = (room->contents_size - 2) / 2;
    if ((int64_t)blob->size > least)
        return error_set(
            error, STATUS_REJECT,
            _("The signature has %zu bytes and only %lld were kept for it: the chain in "
              "archive.certificate is too long."),
            blob->size, (long long)least);
    char *hex = memory_new(blob->size * 2 + 1);
    hash_hex(blob->data, blob->size, hex);
    if (fseeko(file, (off_t)room->contents_at + 1, SEEK_SET) == 0)
        fwrite(hex, 1, blob->size * 2, file); /* a failure shows at file_commit */
    free(hex);
    fflush(file);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- all of it */

static void keep_first(void *context, const char *sentence)
{
    char *kept = context;
    if (!kept[0])
        snprintf(kept, 300, "%s", sentence);
}

/* What was written is judged from its bytes, as anybody else would. */
static enum status read_back(const char *path, struct error *error)
{
    struct archive_verdict verdict = {.signatures = 0};
    char fault[300] = "";
    enum status status = signature_check(path, NULL, &verdict, keep_first, fault, error);
    if (status == STATUS_REJECT || (status == STATUS_OK && !verdict.intact))
        return error_set(error, STATUS_RETRY,
                         _("The signed file does not hold when read back and was thrown away: %s"),
                         fault);
    return status;
}

enum status room_commit(struct file_writer *writer, const char *name, enum hash_kind kind,
                        room_make_fn *make, void *context, struct error *error)
{
    FILE *file = file_stream(writer);
    struct buffer blob = {0};
    struct sigdict room;
    uint8_t digest[HASH_SIZE_MAX];
    enum status status = STATUS_OK;
    if (fflush(file) != 0 || ferror(file)) { /* the disk; file_commit says what */
        status = file_commit(writer, error);
        return status == STATUS_OK ? STATUS_RETRY : status;
    }
    status = room_find(file, name, &room, error);
    if (status == STATUS_OK)
        status = room_close(file, name, &room, kind, digest, error);
    if (status == STATUS_OK)
        status = make(context, digest, hash_kind_size(kind), &blob, error);
    if (status == STATUS_OK)
        status = room_fill(file, &room, &blob, error);
    if (status == STATUS_OK && !ferror(file))
        status = read_back(file_part(writer), error);
    buffer_clear(&blob);
    if (status == STATUS_OK)
        return file_commit(writer, error);
    file_abandon(writer);
    return status;
}
