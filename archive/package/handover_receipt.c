/* The receipt comes back: whether it is the receiver's word about what went out from here. */
#include <string.h>
#include <time.h>

#include "archive/package/handover_parts.h"
#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/cms.h"
#include "archive/sign/keys.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* ---------------------------------------------------------------- who signed it */

static enum status not_theirs(struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("The receipt is not the receiver's: its signature does not hold."));
}

/* By a certificate that is fit for it and not revoked, below a root that is trusted, and that is
 * not our own: what one writes oneself is no receipt. */
static enum status check_signer(const struct cms_reading *reading,
                                const struct archive_settings *settings, struct error *error)
{
    X509_STORE *roots = NULL;
    struct error warning = {""};
    const struct signer signer = {.certificate = reading->certificate, .chain = reading->others};
    X509 *own = signer_known(settings, false);
    bool ours = own && X509_cmp(own, reading->certificate) == 0;
    X509_free(own);
    if (ours)
        return error_set(error, STATUS_REJECT,
                         _("The receipt is signed by the key of this archive itself, which handed "
                           "over; it is not kept. The receiver signs it."));
    if (!*archive_roots(settings))
        return STATUS_OK;
    enum status status = chain_roots(archive_roots(settings), &roots, error);
    if (status == STATUS_OK &&
        chain_build(roots, reading->certificate, reading->others, time(NULL), NULL) != X509_V_OK)
        status = error_set(error, STATUS_REJECT,
                           _("The receipt is signed, and whole, by somebody whom this archive "
                             "does not trust; it is not kept. If it is the receiver, add its "
                             "root certificate to the file that archive.trust names."));
    X509_STORE_free(roots);
    if (status == STATUS_OK)
        status = signer_ask(settings, &signer, &warning, error);
    if (*warning.text)
        log_write(LOG_WARNING, "receipt that came back: revocation not asked: %s", warning.text);
    return status;
}

/* The receiver's signature beside it, when there is one. */
static enum status check_signature(const char *receipt, const struct archive_settings *settings,
                                   struct arena *arena,
                                   void (*finding)(void *context, const char *sentence),
                                   void *context, struct handover_sum *out, struct error *error)
{
    const char *path = handover_signature(receipt, arena);
    char *bytes = NULL, *blob = NULL, who[200];
    size_t size = 0, blob_size = 0;
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind = HASH_SHA256;
    struct cms_reading reading = {.size = 0};
    out->is_signed = file_exists(path);
    if (!out->is_signed)
        return STATUS_OK;
    enum status status = file_read(receipt, RECEIPT_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK)
        status = file_read(path, RECEIPT_MAX, arena, &blob, &blob_size, error);
    if (status != STATUS_OK)
        return status;
    bool good = cms_digest((const uint8_t *)blob, blob_size, &kind, finding, context);
    if (good) {
        handover_digest(kind, bytes, size, digest);
        good = cms_check((const uint8_t *)blob, blob_size, CMS_BASELINE, kind, digest, &reading,
                         finding, context);
    }
    status = good ? check_signer(&reading, settings, error) : not_theirs(error);
    if (status == STATUS_OK) {
        certificate_name(X509_get_subject_name(reading.certificate), who, sizeof who);
        out->signer = arena_strdup(arena, who);
    }
    cms_reading_clear(&reading);
    return status;
}

/* ---------------------------------------------------------------- what it says */

/* Its lines are those of the list, one for each package, and it counts them as they are. */
static bool agrees(const json_t *handed, const json_t *receipt)
{
    static const char *const same[] = {"transfer", "giver", "receiver", NULL};
    const json_t *packages = json_object_get(handed, "packages");
    const json_t *lines = json_object_get(receipt, "packages");
    size_t count = json_array_size(packages);
    int64_t taken = 0;
    bool good = json_array_size(lines) == count &&
                strcmp(word(handed, "at"), word(receipt, "handed_at")) == 0;
    for (const char *const *key = same; *key && good; key++)
        good = strcmp(word(handed, *key), word(receipt, *key)) == 0;
    for (size_t i = 0; i < count && good; i++) {
        const json_t *package = json_array_get(packages, i), *line = json_array_get(lines, i);
        const char *result = word(line, "result");
        for (const char *const *key = handover_line_keys; *key && good; key++)
            good = json_equal(json_object_get(package, *key), json_object_get(line, *key)) == 1;
        good = good && (strcmp(result, "taken") == 0 || strcmp(result, "differs") == 0 ||
                        strcmp(result, "not_taken") == 0);
        taken += strcmp(result, "taken") == 0;
    }
    return good && json_int(receipt, "packages_handed", -1) == (int64_t)count &&
           json_int(receipt, "packages_taken", -1) == taken &&
           json_is_true(json_object_get(receipt, "complete")) ==
               (count > 0 && taken == (int64_t)count);
}

/* A receipt for all of it is not given up for one that says less, nor a signed one for one that is
 * not. */
static enum status check_kept(const char *own, const struct handover_sum *sum, struct arena *arena,
                              struct error *error)
{
    json_t *kept = NULL;
    const char *path = file_join(arena, own, HANDOVER_RECEIPT);
    if (!file_exists(path))
        return STATUS_OK;
    if (!sum->is_signed && file_exists(handover_signature(path, arena)))
        return error_set(error, STATUS_REJECT,
                         _("The receipt that is kept is signed; this one is not, and is not "
                           "kept."));
    if (sum->complete || json_read(path, &kept, NULL) != STATUS_OK)
        return STATUS_OK;
    bool complete = json_is_true(json_object_get(kept, "complete"));
    json_decref(kept);
    return complete ? error_set(error, STATUS_REJECT,
                                _("The receipt that is kept says that all was taken over; this one "
                                  "says less and is not kept."))
                    : STATUS_OK;
}

/* Package by package: what we handed over against what they say they took. */
static void reconcile(const json_t *receipt, struct arena *arena,
                      void (*finding)(void *context, const char *sentence), void *context,
                      struct handover_sum *out)
{
    const json_t *lines = json_object_get(receipt, "packages");
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        bool taken = strcmp(word(line, "result"), "taken") == 0;
        out->handed++;
        out->taken += taken;
        out->not_taken += !taken;
        if (!taken)
            finding(context,
                    arena_printf(arena, _("%s v%lld was handed over and is not taken over."),
                                 word(line, "id"), (long long)json_int(line, "version", 0)));
    }
    out->complete = out->handed > 0 && out->not_taken == 0;
}

/* ---------------------------------------------------------------- both */

/* Is it for a list of ours? Then handed is that list, to be given back. */
static enum status find_list(const char *own, const char *transfer, const json_t *said,
                             struct arena *arena, json_t **handed, struct error *error)
{
    const char *list = file_join(arena, own, HANDOVER_HANDED);
    char hex[HASH_HEX_SIZE];
    if (!handover_is_transfer(transfer) || !file_exists(list))
        return error_set(error, STATUS_REJECT,
                         _("This is no receipt for a hand-over that went out from here."));
    enum status status = hash_file(list, hex, error);
    if (status == STATUS_OK && strcmp(hex, word(said, "handed_sha256")) != 0)
        return error_set(error, STATUS_REJECT,
                         _("The receipt is for another list than the one that was handed over."));
    return status == STATUS_OK ? json_read(list, handed, error) : status;
}

static enum status keep(const char *own, const char *receipt, const json_t *said,
                        struct arena *arena, struct handover_sum *out, struct error *error)
{
    out->path = file_join(arena, own, HANDOVER_RECEIPT);
    enum status status = file_copy(receipt, out->path, error);
    if (status == STATUS_OK && out->is_signed)
        status = file_copy(handover_signature(receipt, arena), handover_signature(out->path, arena),
                           error);
    return status == STATUS_OK ? handover_record(file_join(arena, own, "record.txt"), said, error)
                               : status;
}

enum status handover_accept(const char *folder, const char *receipt,
                            const struct archive_settings *settings, struct arena *arena,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct handover_sum *out, struct error *error)
{
    json_t *said = NULL, *handed = NULL;
    *out = (struct handover_sum){.signer = ""};
    enum status status = json_read(receipt, &said, error);
    if (status != STATUS_OK)
        return status;
    out->transfer = arena_strdup(arena, word(said, "transfer"));
    const char *own = file_join(arena, folder, out->transfer);
    status = find_list(own, out->transfer, said, arena, &handed, error);
    if (status == STATUS_OK)
        status = check_signature(receipt, settings, arena, finding, context, out, error);
    if (status == STATUS_OK && !agrees(handed, said))
        status = error_set(error, STATUS_REJECT,
                           _("The receipt does not agree with itself or with the list that was "
                             "handed over: its packages, counts or names are others; it is not "
                             "kept."));
    if (status == STATUS_OK) {
        reconcile(said, arena, finding, context, out);
        status = check_kept(own, out, arena, error);
    }
    if (status == STATUS_OK)
        status = keep(own, receipt, said, arena, out, error);
    json_decref(handed);
    json_decref(said);
    return status;
}
