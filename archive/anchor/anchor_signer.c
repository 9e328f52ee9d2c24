#include "archive/anchor_signer.h"

#include <string.h>

#include "archive/sign/cms.h"
#include "archive/sign/keys.h"
#include "archive/sign/signature_parts.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/package.h"

size_t anchor_signers_add(struct anchor_signers *signers, X509 *certificate)
{
    size_t i = 0;
    while (i < signers->count && X509_cmp(signers->list[i].certificate, certificate) != 0)
        i++;
    if (i == ANCHOR_SIGNERS_MAX)
        return i;
    if (i == signers->count) {
        X509_up_ref(certificate);
        signers->list[signers->count++].certificate = certificate;
    }
    return i;
}

void anchor_signers_clear(struct anchor_signers *signers)
{
    for (size_t i = 0; i < signers->count; i++)
        X509_free(signers->list[i].certificate);
    signers->count = 0;
}

/* ---------------------------------------------------------------- the settings */

static void compare_settings(struct anchor_signers *signers,
                             const struct archive_settings *settings)
{
    X509 *own = settings ? signer_known(settings, false) : NULL;
    for (size_t i = 0; own && i < signers->count; i++) {
        X509 *one = signers->list[i].certificate;
        signers->list[i].agency =
            signers->list[i].agency || X509_cmp(one, own) == 0 ||
            (X509_NAME_cmp(X509_get_subject_name(one), X509_get_subject_name(own)) == 0 &&
             X509_NAME_cmp(X509_get_issuer_name(one), X509_get_issuer_name(own)) == 0);
    }
    signers->known = signers->known || own;
    X509_free(own);
}

/* ---------------------------------------------------------------- the store */

static void say_nothing(void *context, const char *sentence)
{
    (void)context; /* whether documents hold is not asked here */
    (void)sentence;
}

/* By one signature, which must hold. */
static void compare_signature(struct anchor_signers *signers, FILE *file, const char *path,
                              const struct sigdict *one)
{
    struct cms_reading reading = {.size = 0};
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind;
    bool readable = false;
    if (signature_contents(file, path, one, &blob, &readable, NULL) == STATUS_OK && readable &&
        cms_digest(blob.data, blob.size, &kind, say_nothing, NULL) &&
        signature_hash(file, path, one->range, kind, digest, NULL) == STATUS_OK &&
        cms_check(blob.data, blob.size, CMS_BASELINE, kind, digest, &reading, say_nothing, NULL)) {
        signers->known = true;
        for (size_t i = 0; i < signers->count; i++)
            signers->list[i].agency =
                signers->list[i].agency ||
                X509_cmp(signers->list[i].certificate, reading.certificate) == 0;
    }
    buffer_clear(&blob);
    cms_reading_clear(&reading);
}

static bool all_known(const struct anchor_signers *signers)
{
    for (size_t i = 0; i < signers->count; i++)
        if (!signers->list[i].agency)
            return false;
    return true;
}

/* END: nobody is looked for any more. */
static enum status compare_package(void *context, const char *package, struct error *error)
{
    struct anchor_signers *signers = context;
    struct arena *arena = arena_new();
    struct sigdict *found = NULL;
    struct pdf_file pdf;
    size_t count = 0;
    int64_t bytes = 0;
    (void)error;
    const char *path = package_part_path(arena, package, PACKAGE_PDF);
    if (!file_exists(path)) /* the volumes of a document have one signer */
        path = package_path(arena, package, package_volume(PACKAGE_PDF, 1, arena));
    FILE *file = file_exists(path) ? file_open_stream(path) : NULL;
    if (file && sigdict_find(file, path, arena, &found, &count, &bytes, NULL) == STATUS_OK &&
        pdf_file_open(path, &pdf, NULL) == STATUS_OK) {
        signature_place(&pdf, arena, &found, &count);
        for (size_t i = 0; i < count; i++)
            if (found[i].field && strcmp(found[i].field, ARCHIVE_AGENCY_FIELD) == 0 &&
                !found[i].taken_out && !found[i].doubtful)
                compare_signature(signers, file, path, &found[i]);
        pdf_file_close(&pdf);
    }
    if (file)
        fclose(file);
    arena_free(arena);
    return all_known(signers) ? STATUS_END : STATUS_OK;
}

void anchor_signers_judge(struct anchor_signers *signers, const struct anchor_witness *witness)
{
    for (size_t i = 0; i < signers->count; i++)
        signers->list[i].agency = certificate_is_test(signers->list[i].certificate);
    compare_settings(signers, witness->settings);
    if (!all_known(signers) && witness->store && file_is_folder(witness->store))
        store_each(witness->store, compare_package, signers, NULL);
}
