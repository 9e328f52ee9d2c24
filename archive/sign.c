#include "archive/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/certificate.h"
#include "archive/cms.h"
#include "archive/keys.h"
#include "archive/room.h"
#include "core/file.h"
#include "core/message.h"

#define CHUNK (1 << 20)

static enum status make_signature(void *context, const uint8_t *digest, size_t size,
                                  struct buffer *blob, struct error *error)
{
    return cms_write(context, digest, size, NULL, NULL, blob, error);
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
    FILE *source = fopen(from, "rbe");
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
