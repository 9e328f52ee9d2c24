#include "archive/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/sign/certificate.h"
#include "archive/sign/cms.h"
#include "archive/sign/keys.h"
#include "archive/sign/room.h"
#include "archive/proof/timestamp.h"
#include "archive/pdf/update.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "core/text.h"

#define CHUNK (1 << 20)

/* A signature that waits for its time-stamp is worth more than none: authorities get a short time
 * here, and after a failure are left alone for a while. What is missing is added later
 * (archive_prove). */
#define STAMP_TIMEOUT_S 3.0
#define STAMP_REST_MS 60000

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum status make_stamp(void *context, const uint8_t *signature, size_t size,
                              struct buffer *token, struct error *error)
{
    struct signer *signer = context;
    struct archive_settings settings = *signer->stamps;
    struct error why = {""};
    uint8_t digest[HASH_SIZE_MAX];
    (void)error;
    if (monotonic_ms() < signer->stamp_again_ms)
        return STATUS_OK;
    if (settings.tsa_timeout_s > STAMP_TIMEOUT_S)
        settings.tsa_timeout_s = STAMP_TIMEOUT_S;
    struct hash *hash = hash_new_kind(signer->digest);
    hash_add(hash, signature, size);
    hash_end(hash, digest);
    if (!signer->revocation) {
        signer->rest = rest_new();
        signer->revocation = revocation_new(settings.tsa_timeout_s, signer->rest);
    }
    if (timestamp_get(&settings, NULL, signer->revocation, signer->digest, digest, token, &why) !=
        STATUS_OK) {
        signer->stamp_again_ms = monotonic_ms() + STAMP_REST_MS;
        log_write(LOG_WARNING, "signed without a time-stamp: %s", why.text);
    }
    return STATUS_OK;
}

static enum status make_signature(void *context, const uint8_t *digest, size_t size,
                                  struct buffer *blob, struct error *error)
{
    struct signer *signer = context;
    return cms_write(signer, digest, size, signer->stamps ? make_stamp : NULL, signer, blob, error);
}

static enum status copy_all(FILE *source, const char *name, FILE *to, struct error *error)
{
    enum status status = STATUS_OK;
    char *chunk = memory_new(CHUNK);
    size_t size;
    rewind(source);
    while ((size = fread(chunk, 1, CHUNK, source)) > 0)
        fwrite(chunk, 1, size, to); /* a failure shows at file_commit */
    if (ferror(source))
        status =
            error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), name, message_errno(errno));
    free(chunk);
    return status;
}

static enum status check_signer(const struct signer *signer, const char *moment, const char *name,
                                struct error *error)
{
    if (signer->token && signer->process != getpid())
        return error_set(error, STATUS_FATAL,
                         _("The token was opened by another process and cannot sign here."));
    if (!moment[0])
        return error_set(error, STATUS_REJECT, _("%s does not say when it is signed."), name);
    return certificate_check(signer->certificate, moment, error);
}

enum status archive_sign(struct signer *signer, const char *from, const char *to,
                         struct error *error)
{
    struct file_writer *writer = NULL;
    struct sigdict room;
    FILE *source = file_open_stream(from);
    if (!source)
        return error_set(error, errno == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                         _("%s cannot be read: %s."), from, message_errno(errno));
    /* Looked at before anything is written: what cannot be signed costs nothing. */
    enum status status = room_find(source, from, &room, error);
    if (status == STATUS_OK)
        status = check_signer(signer, room.time, from, error);
    if (status == STATUS_OK)
        status = file_create(to, &writer, error);
    if (status == STATUS_OK)
        status = copy_all(source, from, file_stream(writer), error);
    fclose(source);
    if (status == STATUS_OK)
        return room_commit(writer, from, signer->digest, make_signature, signer, error);
    file_abandon(writer);
    return status;
}

/* "2026-11-22T14:05:09+07:00" as D:20261122140509+07'00' */
static void put_moment(struct buffer *out, const char *iso)
{
    buffer_printf(out, "(D:%.4s%.2s%.2s%.2s%.2s%.2s%.3s'%.2s')", iso, iso + 5, iso + 8, iso + 11,
                  iso + 14, iso + 17, iso + 19, iso + 23);
}

static void put_name(struct buffer *out, const char *name)
{
    buffer_text(out, " /Name <FEFF");
    while (*name) {
        uint32_t code = text_next(&name);
        if (code > 0xFFFF)
            buffer_printf(out, "%04X%04X", 0xD800 + ((code - 0x10000) >> 10),
                          0xDC00 + (code & 0x3FF));
        else
            buffer_printf(out, "%04X", code);
    }
    buffer_text(out, ">");
}

enum status archive_countersign(struct signer *signer, const char *field, const char *name,
                                const char *moment, const char *from, const char *to,
                                struct error *error)
{
    struct update *update = NULL;
    struct file_writer *writer = NULL;
    struct buffer body = {0};
    enum status status = check_signer(signer, strlen(moment) == 25 ? moment : "", from, error);
    if (status == STATUS_OK)
        status = update_open(from, &update, error);
    if (status != STATUS_OK)
        return status;
    int64_t value = update_number(update);
    buffer_text(&body, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ");
    put_moment(&body, moment);
    if (name && *name)
        put_name(&body, name);
    buffer_text(&body, " ");
    room_keys(&body);
    buffer_text(&body, " >>");
    update_put(update, value, &body);
    buffer_clear(&body);
    status = update_fill_field(update, field, value, error);
    if (status == STATUS_OK)
        status = file_create(to, &writer, error);
    if (status == STATUS_OK) {
        update_write(update, file_stream(writer));
        status = room_commit(writer, from, signer->digest, make_signature, signer, error);
    }
    update_close(update);
    return status;
}
