#include "archive/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/certificate.h"
#include "archive/cms.h"
#include "archive/keys.h"
#include "archive/sigdict.h"
#include "archive/signature.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"

#define CHUNK (1 << 20)

/* The job of one signature: where it goes and the two texts that go there. */
struct job {
    const char *from;
    FILE *source;
    int64_t source_bytes;
    struct sigdict place;
    char *range; /* what stands at place.range_at, place.range_size bytes */
};

/* ---------------------------------------------------------------- the room for it */

static bool all_digit_zero(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] != '0')
            return false;
    return true;
}

/* Contents must be nothing but zeros: room that somebody filled is not ours. */
static enum status check_room(const struct job *job, struct error *error)
{
    const struct sigdict *place = &job->place;
    char chunk[4096];
    int64_t left = place->contents_size - 2;
    if (place->doubtful || left < 2 || left % 2 != 0 ||
        fseeko(job->source, (off_t)place->contents_at + 1, SEEK_SET) != 0)
        return error_set(error, STATUS_REJECT, _("%s: the room for a signature is damaged."),
                         job->from);
    while (left > 0) {
        size_t size = left < (int64_t)sizeof chunk ? (size_t)left : sizeof chunk;
        if (fread(chunk, 1, size, job->source) != size)
            return error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), job->from,
                             message_errno(errno));
        if (!all_digit_zero(chunk, size))
            return error_set(error, STATUS_REJECT, _("%s: the room for a signature is not empty."),
                             job->from);
        left -= (int64_t)size;
    }
    return STATUS_OK;
}

static enum status find_room(struct job *job, struct arena *arena, struct error *error)
{
    struct sigdict *found = NULL;
    size_t count = 0, empty = 0;
    enum status status =
        sigdict_find(job->source, job->from, arena, &found, &count, &job->source_bytes, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (sigdict_is_empty(&found[i])) {
            job->place = found[i];
            empty++;
        }
    if (empty == 0)
        return error_set(error, STATUS_REJECT,
                         count ? _("%s is signed already.")
                               : _("%s has no room for a signature: it was packed without one."),
                         job->from);
    if (empty > 1)
        return error_set(error, STATUS_REJECT, _("%s has room for more than one signature."),
                         job->from);
    return check_room(job, error);
}

/* ByteRange in the width that was kept for it, filled up with blanks. */
static enum status make_range(struct job *job, struct arena *arena, struct error *error)
{
    int64_t behind = job->place.contents_at + job->place.contents_size;
    char *text = arena_printf(arena, "[0 %" PRId64 " %" PRId64 " %" PRId64, job->place.contents_at,
                              behind, job->source_bytes - behind);
    size_t size = strlen(text), room = (size_t)job->place.range_size;
    if (size + 1 > room)
        return error_set(error, STATUS_REJECT, _("%s: the room for a signature is damaged."),
                         job->from);
    job->range = arena_alloc(arena, room + 1);
    memset(job->range, ' ', room);
    memcpy(job->range, text, size);
    job->range[room - 1] = ']';
    return STATUS_OK;
}

/* ---------------------------------------------------------------- copying and hashing */

/* Lays text over the part of the chunk at offset that it falls on. */
static void overlay(uint8_t *chunk, int64_t offset, int64_t size, const char *text, int64_t at,
                    int64_t length)
{
    int64_t start = at > offset ? at : offset;
    int64_t end = at + length < offset + size ? at + length : offset + size;
    if (start < end)
        memcpy(chunk + (start - offset), text + (start - at), (size_t)(end - start));
}

/* Hashes the part of the chunk that lies outside the gap [at, at + length). */
static void hash_outside(struct hash *hash, const uint8_t *chunk, int64_t offset, int64_t size,
                         int64_t at, int64_t length)
{
    int64_t first_end = at < offset + size ? at : offset + size;
    int64_t second = at + length > offset ? at + length : offset;
    if (first_end > offset)
        hash_add(hash, chunk, (size_t)(first_end - offset));
    if (second < offset + size)
        hash_add(hash, chunk + (second - offset), (size_t)(offset + size - second));
}

static enum status copy_patched(const struct job *job, FILE *to, uint8_t digest[HASH_SIZE],
                                struct error *error)
{
    const struct sigdict *place = &job->place;
    enum status status = STATUS_OK;
    uint8_t *chunk = memory_new(CHUNK);
    struct hash *hash = hash_new();
    rewind(job->source);
    for (int64_t offset = 0; offset < job->source_bytes;) {
        int64_t left = job->source_bytes - offset;
        size_t size = left < CHUNK ? (size_t)left : CHUNK;
        if (fread(chunk, 1, size, job->source) != size) {
            status = error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), job->from,
                               message_errno(errno));
            break;
        }
        overlay(chunk, offset, (int64_t)size, job->range, place->range_at, place->range_size);
        hash_outside(hash, chunk, offset, (int64_t)size, place->contents_at, place->contents_size);
        fwrite(chunk, 1, size, to); /* a failure shows at file_commit */
        offset += (int64_t)size;
    }
    hash_end(hash, digest);
    free(chunk);
    return status;
}

static enum status write_blob(const struct job *job, const struct buffer *blob, FILE *to,
                              struct error *error)
{
    int64_t room = (job->place.contents_size - 2) / 2;
    if ((int64_t)blob->size > room)
        return error_set(
            error, STATUS_REJECT,
            _("The signature has %zu bytes and only %lld were kept for it: the chain in "
              "archive.certificate is too long."),
            blob->size, (long long)room);
    char *hex = memory_new(blob->size * 2 + 1);
    hash_hex(blob->data, blob->size, hex);
    if (fseeko(to, (off_t)job->place.contents_at + 1, SEEK_SET) == 0)
        fwrite(hex, 1, blob->size * 2, to);
    free(hex);
    fflush(to);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- reading back */

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

enum status archive_sign(struct signer *signer, const char *from, const char *to,
                         struct error *error)
{
    if (signer->token && signer->process != getpid())
        return error_set(error, STATUS_FATAL,
                         _("The token was opened by another process and cannot sign here."));
    struct arena *arena = arena_new();
    struct file_writer *writer = NULL;
    struct buffer blob = {0};
    struct job job = {.from = from};
    uint8_t digest[HASH_SIZE];
    enum status status = STATUS_OK;
    job.source = fopen(from, "rbe");
    if (!job.source) {
        status = error_set(error, errno == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                           _("%s cannot be read: %s."), from, message_errno(errno));
        goto done;
    }
    if ((status = find_room(&job, arena, error)) != STATUS_OK ||
        (status = make_range(&job, arena, error)) != STATUS_OK)
        goto done;
    if (!job.place.time[0]) {
        status = error_set(error, STATUS_REJECT, _("%s does not say when it is signed."), from);
        goto done;
    }
    if ((status = certificate_check(signer->certificate, job.place.time, error)) != STATUS_OK ||
        (status = file_create(to, &writer, error)) != STATUS_OK ||
        (status = copy_patched(&job, file_stream(writer), digest, error)) != STATUS_OK ||
        (status = cms_write(signer, digest, &blob, error)) != STATUS_OK ||
        (status = write_blob(&job, &blob, file_stream(writer), error)) != STATUS_OK)
        goto done;
    if (!ferror(file_stream(writer)))
        status = read_back(file_part(writer), error);
    if (status == STATUS_OK) {
        status = file_commit(writer, error);
        writer = NULL;
    }
done:
    file_abandon(writer);
    if (job.source)
        fclose(job.source);
    buffer_clear(&blob);
    arena_free(arena);
    return status;
}
