#include "archive/signature.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "archive/certificate.h"
#include "archive/cms.h"
#include "archive/keys.h"
#include "archive/sigdict.h"
#include "core/file.h"
#include "core/message.h"

#define CHUNK (1 << 20)
#define CONTENTS_MAX                                                                               \
    65536 /* hex digits and brackets: ISO 19005-2 lets a string have 32,767 bytes */

struct judge {
    const char *path;
    FILE *file;
    int64_t file_bytes;
    X509_STORE *roots; /* NULL: chains are not judged */
    struct archive_verdict *verdict;
    void (*finding)(void *context, const char *sentence);
    void *context;
    int faults;
};

static void tell(void *context, const char *sentence)
{
    struct judge *judge = context;
    judge->faults++;
    judge->finding(judge->context, sentence);
}

static enum status cannot_read(const struct judge *judge, struct error *error)
{
    return error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), judge->path,
                     ferror(judge->file) ? message_errno(errno)
                                         : _("it became shorter while reading"));
}

static enum status hash_range(const struct judge *judge, struct hash *hash, int64_t start,
                              int64_t size, uint8_t *chunk, struct error *error)
{
    if (fseeko(judge->file, (off_t)start, SEEK_SET) != 0)
        return cannot_read(judge, error);
    while (size > 0) {
        size_t wanted = size < CHUNK ? (size_t)size : CHUNK;
        if (fread(chunk, 1, wanted, judge->file) != wanted)
            return cannot_read(judge, error);
        hash_add(hash, chunk, wanted);
        size -= (int64_t)wanted;
    }
    return STATUS_OK;
}

static enum status hash_ranges(const struct judge *judge, const int64_t range[4],
                               uint8_t digest[HASH_SIZE], struct error *error)
{
    uint8_t *chunk = memory_new(CHUNK);
    struct hash *hash = hash_new();
    enum status status = hash_range(judge, hash, range[0], range[1], chunk, error);
    if (status == STATUS_OK)
        status = hash_range(judge, hash, range[2], range[3], chunk, error);
    hash_end(hash, digest);
    free(chunk);
    return status;
}

/* A revision ends with %%EOF and at most one line end. */
static bool ends_revision(const struct judge *judge, int64_t end)
{
    char tail[8] = "";
    size_t size = 7;
    if (end < 7 || fseeko(judge->file, (off_t)end - 7, SEEK_SET) != 0 ||
        fread(tail, 1, size, judge->file) != size)
        return false;
    while (size > 5 && (tail[size - 1] == '\n' || tail[size - 1] == '\r'))
        size--;
    return memcmp(tail + size - 5, "%%EOF", 5) == 0;
}

/* Do the ranges leave out exactly the Contents of this dictionary? */
static bool check_ranges(struct judge *judge, const struct sigdict *one, bool last)
{
    int64_t gap_end = one->contents_at + one->contents_size;
    if (one->doubtful || one->contents_size < 4) {
        tell(judge, _("A signature's dictionary is damaged or ambiguous."));
        return false;
    }
    if (one->range[0] != 0 || one->range[1] != one->contents_at || one->range[2] != gap_end ||
        one->range[3] < 0 || one->range[2] + one->range[3] > judge->file_bytes) {
        tell(judge, _("A signature does not cover all of the document around itself."));
        return false;
    }
    int64_t end = one->range[2] + one->range[3];
    if (last && end != judge->file_bytes) {
        tell(judge, _("Something was added to the document after it was signed."));
        return false;
    }
    if (!ends_revision(judge, end)) {
        tell(judge, _("A signature ends in the middle of the document."));
        return false;
    }
    return true;
}

/* The Contents as bytes; the padding stays on. Programs write either ABCDEF or abcdef: both
 * together mean the same bytes, but somebody changed the file. */
static enum status read_contents(const struct judge *judge, const struct sigdict *one,
                                 struct buffer *out, bool *readable, struct error *error)
{
    *readable = false;
    if (one->contents_size > CONTENTS_MAX)
        return STATUS_OK;
    size_t size = (size_t)one->contents_size;
    char *hex = memory_new(size + 1);
    bool upper = false, lower = false;
    enum status status = STATUS_OK;
    if (fseeko(judge->file, (off_t)one->contents_at, SEEK_SET) != 0 ||
        fread(hex, 1, size, judge->file) != size) {
        status = cannot_read(judge, error);
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

static bool all_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

/* The one among certificates, or in the roots, that may have issued this one; NULL: none. */
static X509 *find_issuer(X509_STORE_CTX *chain, STACK_OF(X509) * certificates, X509 *one)
{
    X509 *issuer = NULL;
    for (int i = 0; i < sk_X509_num(certificates) && !issuer; i++)
        if (X509_check_issued(sk_X509_value(certificates, i), one) == X509_V_OK)
            issuer = sk_X509_value(certificates, i);
    if (issuer)
        X509_up_ref(issuer);
    else if (X509_STORE_CTX_get1_issuer(&issuer, chain, one) != 1)
        issuer = NULL;
    return issuer;
}

/* Nothing signs the certificates that come with a signature beside the signer's own; each must
 * therefore hold against its issuer. */
static bool others_hold(X509_STORE_CTX *chain, STACK_OF(X509) * certificates)
{
    bool hold = true;
    for (int i = 0; i < sk_X509_num(certificates) && hold; i++) {
        X509 *one = sk_X509_value(certificates, i);
        X509 *issuer = find_issuer(chain, certificates, one);
        hold = issuer && X509_verify(one, X509_get0_pubkey(issuer)) == 1;
        X509_free(issuer);
    }
    return hold;
}

/* Was the certificate fit at the time, and does its chain end in a root we trust? */
static bool check_chain(struct judge *judge, const struct cms_reading *reading, const char *when)
{
    struct error fault = {""};
    time_t seconds = 0;
    if (certificate_check(reading->certificate, when, &fault) != STATUS_OK) {
        tell(judge, fault.text);
        return false;
    }
    if (!judge->roots || !certificate_seconds(when, &seconds))
        return false;
    X509_STORE_CTX *chain = X509_STORE_CTX_new();
    int code = X509_V_ERR_OUT_OF_MEM;
    bool whole = false;
    if (chain && X509_STORE_CTX_init(chain, judge->roots, reading->certificate, reading->others)) {
        X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(chain);
        X509_VERIFY_PARAM_set_time(rules, seconds);
        X509_VERIFY_PARAM_set_auth_level(rules, 2); /* 112 bits: no SHA-1, no RSA below 2048 */
        code = X509_verify_cert(chain) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(chain);
        whole = code == X509_V_OK && others_hold(chain, reading->others);
    }
    X509_STORE_CTX_free(chain);
    ERR_clear_error();
    if (code == X509_V_OK && !whole)
        tell(judge, _("A certificate that comes with the signature is damaged or has no issuer."));
    if (code == X509_V_OK)
        return whole;
    char sentence[300], who[150];
    certificate_name(X509_get_subject_name(reading->certificate), who, sizeof who);
    snprintf(sentence, sizeof sentence,
             _("The signer %s is not trusted: no chain of certificates to a trusted root (%s)."),
             who, X509_verify_cert_error_string(code));
    tell(judge, sentence);
    return false;
}

static void describe(struct archive_verdict *verdict, const struct cms_reading *reading,
                     const struct sigdict *one)
{
    certificate_name(X509_get_subject_name(reading->certificate), verdict->signer,
                     sizeof verdict->signer);
    certificate_name(X509_get_issuer_name(reading->certificate), verdict->issuer,
                     sizeof verdict->issuer);
    certificate_time(X509_get0_notAfter(reading->certificate), verdict->certificate_until);
    memcpy(verdict->signed_at, one->time, sizeof verdict->signed_at);
}

/* The signature itself, once its ranges are known to be sound. */
static enum status check_contents(struct judge *judge, const struct sigdict *one, bool last,
                                  struct error *error)
{
    struct cms_reading reading = {.size = 0};
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE];
    bool readable = false;
    enum status status = read_contents(judge, one, &blob, &readable, error);
    if (status == STATUS_OK)
        status = hash_ranges(judge, one->range, digest, error);
    if (status != STATUS_OK)
        goto done;
    if (!readable) {
        tell(judge,
             _("The signature is not readable: its Contents is no proper hexadecimal string."));
        judge->verdict->intact = judge->verdict->trusted = false;
        goto done;
    }
    if (!cms_check(blob.data, blob.size, digest, &reading, tell, judge))
        judge->verdict->intact = false;
    if (reading.size && !all_zero(blob.data + reading.size, blob.size - reading.size)) {
        tell(judge,
             _("Something is hidden behind the signature, in the room that was kept for it."));
        judge->verdict->intact = false;
    }
    if (!one->time[0])
        tell(judge, _("The signature does not say when it was made."));
    if (!reading.certificate || !one->time[0] || !check_chain(judge, &reading, one->time))
        judge->verdict->trusted = false;
    if (reading.certificate && last)
        describe(judge->verdict, &reading, one);
done:
    buffer_clear(&blob);
    cms_reading_clear(&reading);
    return status;
}

static enum status check_one(struct judge *judge, const struct sigdict *one, bool last,
                             struct error *error)
{
    if (sigdict_is_empty(one)) {
        tell(judge, _("Room was kept for a signature, but the document was never signed."));
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    judge->verdict->signatures++;
    if (strcmp(one->sub_filter, "ETSI.CAdES.detached") != 0 &&
        strcmp(one->sub_filter, "adbe.pkcs7.detached") != 0) {
        tell(judge, _("A signature is of a kind that is not judged here."));
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    if (!check_ranges(judge, one, last)) {
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    return check_contents(judge, one, last, error);
}

static enum status check_all(struct judge *judge, struct arena *arena, struct error *error)
{
    struct sigdict *found = NULL;
    size_t count = 0, last = 0;
    enum status status =
        sigdict_find(judge->file, judge->path, arena, &found, &count, &judge->file_bytes, error);
    if (status == STATUS_REJECT) {
        tell(judge, error->text);
        return STATUS_OK;
    }
    for (size_t i = 1; i < count && status == STATUS_OK; i++)
        if (found[i].range[2] + found[i].range[3] >= found[last].range[2] + found[last].range[3])
            last = i;
    judge->verdict->intact = count > 0;
    judge->verdict->trusted = count > 0 && judge->roots;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = check_one(judge, &found[i], i == last, error);
    return status;
}

enum status signature_check(const char *path, const char *trust, struct archive_verdict *verdict,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct error *error)
{
    struct judge judge = {.path = path, .verdict = verdict, .finding = finding, .context = context};
    struct arena *arena = arena_new();
    struct error own;
    enum status status = STATUS_OK;
    if (!error)
        error = &own;
    verdict->signatures = 0;
    verdict->intact = verdict->trusted = false;
    verdict->signer[0] = verdict->issuer[0] = '\0';
    verdict->signed_at[0] = verdict->certificate_until[0] = '\0';
    judge.file = fopen(path, "rbe");
    if (!judge.file) {
        status = error_set(error, errno == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                           _("%s cannot be read: %s."), path, message_errno(errno));
        goto done;
    }
    if (trust && !*trust)
        trust = NULL;
    judge.roots = trust ? X509_STORE_new() : NULL;
    if (trust && (!judge.roots || X509_STORE_load_file(judge.roots, trust) != 1)) {
        status = error_set(error, STATUS_FATAL,
                           _("The trusted roots in %s cannot be read (%s): correct archive.trust."),
                           trust, certificate_fault());
        goto done;
    }
    status = check_all(&judge, arena, error);
    if (status == STATUS_OK && judge.faults > 0)
        status = error_set(error, STATUS_REJECT, _("%s: %d faults were found in its signatures."),
                           file_name(path), judge.faults);
done:
    if (judge.file)
        fclose(judge.file);
    X509_STORE_free(judge.roots);
    arena_free(arena);
    return status;
}
