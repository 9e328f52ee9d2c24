/* Words that are signed by themselves, beside no file. */
#include <string.h>
#include <time.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/cms.h"
#include "archive/report.h"
#include "core/message.h"

static size_t digest_of(enum hash_kind kind, const void *bytes, size_t size,
                        uint8_t digest[HASH_SIZE_MAX])
{
    struct hash *hash = hash_new_kind(kind);
    hash_add(hash, bytes, size);
    hash_end(hash, digest);
    return hash_kind_size(kind);
}

enum status archive_sign_words(const struct signer *signer, const void *bytes, size_t size,
                               struct arena *arena, const char **hex, struct error *error)
{
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE_MAX];
    size_t digest_size = digest_of(signer->digest, bytes, size, digest);
    enum status status = cms_write(signer, digest, digest_size, NULL, NULL, &blob, error);
    if (status == STATUS_OK) {
        char *text = arena_alloc(arena, 2 * blob.size + 1);
        hash_hex(blob.data, blob.size, text);
        *hex = text;
    }
    buffer_clear(&blob);
    return status;
}

static void hear(void *context, const char *sentence)
{
    struct error *first = context;
    if (!*first->text)
        error_set(first, STATUS_REJECT, "%s", sentence);
}

/* False: no hex digits. */
static bool read_hex(const char *hex, struct arena *arena, uint8_t **bytes, size_t *size)
{
    static const char digits[] = "0123456789abcdef";
    *size = strlen(hex) / 2;
    *bytes = arena_alloc(arena, *size + 1);
    if (*size == 0 || strlen(hex) % 2 || hex[strspn(hex, digits)])
        return false;
    for (size_t i = 0; i < *size; i++)
        (*bytes)[i] = (uint8_t)((strchr(digits, hex[2 * i]) - digits) * 16 +
                                (strchr(digits, hex[2 * i + 1]) - digits));
    return true;
}

static bool is_trusted(const struct archive_settings *settings, const struct cms_reading *reading)
{
    X509_STORE *roots = NULL;
    bool good =
        *archive_roots(settings) &&
        chain_roots(archive_roots(settings), &roots, NULL) == STATUS_OK &&
        chain_build(roots, reading->certificate, reading->others, time(NULL), NULL) == X509_V_OK;
    X509_STORE_free(roots);
    return good;
}

enum status archive_check_words(const struct archive_settings *settings, const void *bytes,
                                size_t size, const char *hex, struct arena *arena,
                                const char **signer, bool *trusted, struct error *error)
{
    uint8_t *blob = NULL, digest[HASH_SIZE_MAX];
    size_t blob_size = 0;
    char name[256] = "";
    enum hash_kind kind = HASH_SHA256;
    struct error why = {""};
    struct cms_reading reading = {.size = 0};
    bool good =
        read_hex(hex, arena, &blob, &blob_size) && cms_digest(blob, blob_size, &kind, hear, &why);
    *trusted = false;
    if (good) {
        digest_of(kind, bytes, size, digest);
        good = cms_check(blob, blob_size, CMS_BASELINE, kind, digest, &reading, hear, &why);
    }
    if (reading.certificate)
        certificate_name(X509_get_subject_name(reading.certificate), name, sizeof name);
    *signer = arena_strdup(arena, name);
    *trusted = good && reading.certificate && is_trusted(settings, &reading);
    cms_reading_clear(&reading);
    if (good)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT, _("the signature does not hold: %s"),
                     *why.text ? why.text : _("it is no signature"));
}
