#include "archive/sign/signature.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/cms.h"
#include "archive/sign/revision.h"
#include "archive/sign/signature_parts.h"
#include "archive/proof/timestamp.h"
#include "core/file.h"
#include "core/message.h"

struct judge {
    const char *path;
    const char *moment; /* NULL: now */
    FILE *file;
    int64_t file_bytes;
    X509_STORE *roots; /* NULL: chains are not judged */
    struct pdf_file pdf;
    bool readable; /* pdf is open: what was added to a revision can be judged */
    struct signature_proofs proofs;
    struct signature_stamp *stamps; /* document time-stamps around it that hold, innermost first */
    time_t proven;    /* the moment at which what is judged next is known to have been there */
    unsigned allowed; /* changes behind a signature */
    struct arena *arena;
    struct archive_signature *one, *list; /* judged now; all so far, newest first */
    bool mild;                            /* the fault of one is of trust only */
    bool several;                         /* which of them it is about is said */
    struct archive_verdict *verdict;
    void (*finding)(void *context, const char *sentence);
    void *context;
    int faults;
};

static void tell_of(struct judge *judge, const char *sentence, bool mild)
{
    judge->faults++;
    if (judge->one && (!judge->one->fault || (judge->mild && !mild))) {
        judge->one->fault = arena_strdup(judge->arena, sentence);
        judge->mild = mild;
    }
    if (judge->several && judge->one && judge->one->field[0])
        sentence = arena_printf(judge->arena, "%s: %s", judge->one->field, sentence);
    judge->finding(judge->context, sentence);
}

static void tell(void *context, const char *sentence)
{
    tell_of(context, sentence, false);
}

/* Of certificates: what is told of the signature is rather that something was changed. */
static void tell_mildly(struct judge *judge, const char *sentence)
{
    tell_of(judge, sentence, true);
}

static void tell_distrust(struct judge *judge, bool over, const char *sentence)
{
    judge->verdict->trust_faults++;
    judge->verdict->over_faults += over;
    tell_mildly(judge, sentence);
}

static void keep_last(void *context, const char *sentence)
{
    snprintf(context, 400, "%s", sentence);
}

/* Whether it is whole and whether its authority is trusted are two things. False: it proves
 * nothing. */
static bool stamp_holds(struct judge *judge, const struct buffer *token, enum hash_kind kind,
                        const uint8_t *digest, struct timestamp_reading *reading)
{
    char sentence[400] = "";
    if (timestamp_check(token->data, token->size, kind, digest, judge->roots,
                        judge->roots ? judge->proven : 0, reading, keep_last, sentence) &&
        (!judge->roots ||
         signature_stamp_trusted(&judge->proofs, judge->roots, reading->certificate,
                                 reading->others, reading->time, judge->proven, sentence)))
        return true;
    if (reading->intact)
        tell_distrust(judge, reading->over, sentence);
    else
        tell(judge, sentence);
    judge->verdict->intact &= reading->intact;
    judge->verdict->trusted = false;
    return false;
}

/* Do the ranges leave out exactly the Contents of this dictionary, up to the end of a revision, and
 * is what follows only what may follow? */
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
    if (!signature_ends_revision(judge->file, end)) {
        tell(judge, _("A signature ends in the middle of the document."));
        return false;
    }
    judge->one->whole = end == judge->file_bytes;
    if (judge->one->whole && !judge->readable)
        return true;
    if (judge->readable) {
        judge->one->revision = signature_revision(&judge->pdf, end);
        judge->one->revisions = signature_revision(&judge->pdf, judge->file_bytes);
    } else {
        tell(judge,
             _("Something stands behind a signature and cannot be judged here: the document's "
               "tables cannot be read."));
        return false;
    }
    if (judge->one->whole)
        return true;
    if (last && judge->pdf.end != judge->file_bytes) {
        tell(judge, _("Something was added to the document after it was signed."));
        return false;
    }
    return revision_check(&judge->pdf, end, judge->allowed, &judge->one->changes, tell, judge);
}

/* Was the certificate fit when the signature says it was made, and did its chain end in a root we
 * trust at the moment that is proven? */
static bool check_chain(struct judge *judge, const struct cms_reading *reading, const char *when,
                        time_t proven)
{
    struct error fault = {""};
    if (certificate_check(reading->certificate, when, &fault) != STATUS_OK) {
        judge->verdict->fit = false;
        judge->one->unfit = true;
        judge->verdict->old_algorithm |= certificate_is_old(reading->certificate);
        tell_mildly(judge, fault.text);
        return false;
    }
    if (!judge->roots)
        return false;
    char sentence[400] = "";
    bool over = false;
    if (signature_trusted(&judge->proofs, judge->roots, reading->certificate, reading->others,
                          proven, &over, sentence))
        return true;
    if (sentence[0])
        tell_distrust(judge, over, sentence);
    else
        tell_mildly(judge,
                    _("A certificate that comes with the signature is damaged or has no issuer."));
    return false;
}

/* The time-stamp inside the signature, which moves what is proven back to its time; false: there is
 * none that holds. */
static bool check_inner_stamp(struct judge *judge, const struct cms_reading *reading,
                              struct timestamp_reading *stamp)
{
    enum hash_kind kind;
    uint8_t digest[HASH_SIZE_MAX];
    if (reading->token.size == 0)
        return false;
    judge->verdict->timestamps++;
    if (!timestamp_digest(reading->token.data, reading->token.size, &kind, tell, judge)) {
        judge->verdict->intact = judge->verdict->trusted = false;
        return false;
    }
    struct hash *hash = hash_new_kind(kind);
    hash_add(hash, reading->signature.data, reading->signature.size);
    hash_end(hash, digest);
    if (!stamp_holds(judge, &reading->token, kind, digest, stamp))
        return false;
    memcpy(judge->verdict->stamped_at, stamp->iso, sizeof stamp->iso);
    judge->one->stamped_at = arena_strdup(judge->arena, stamp->iso);
    return true;
}

/* When a signature was made: as it says, unless a time-stamp around it is older. Then the clock of
 * who signed stood ahead, and the time-stamp's time is nearer. */
static const char *time_made(struct judge *judge, const char *said, time_t proven, bool stamped)
{
    time_t when = 0;
    if (!stamped || !certificate_seconds(said, &when) || when <= proven + TIMESTAMP_SKEW_S)
        return said;
    judge->one->clock_ahead = judge->verdict->clock_ahead = true;
    return judge->verdict->stamped_at;
}

/* The Contents, its digest; false: told, or status says why. */
static enum status open_contents(struct judge *judge, const struct sigdict *one,
                                 struct buffer *blob, bool *readable, struct error *error)
{
    enum status status = signature_contents(judge->file, judge->path, one, blob, readable, error);
    if (status != STATUS_OK || *readable)
        return status;
    tell(judge, _("The signature is not readable: its Contents is no proper hexadecimal string."));
    judge->verdict->intact = judge->verdict->trusted = false;
    return STATUS_OK;
}

static void check_padding(struct judge *judge, const struct buffer *blob, size_t used)
{
    if (!used || signature_is_padding(blob->data + used, blob->size - used))
        return;
    tell(judge, _("Something is hidden behind the signature, in the room that was kept for it."));
    judge->verdict->intact = false;
}

/* The signature itself, once its ranges are known to be sound. */
static enum status check_contents(struct judge *judge, const struct sigdict *one, bool last,
                                  struct error *error)
{
    struct cms_reading reading = {.size = 0};
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind;
    bool readable = false;
    struct timestamp_reading stamp = {.size = 0};
    enum status status = open_contents(judge, one, &blob, &readable, error);
    if (status != STATUS_OK || !readable)
        goto done;
    if (!cms_digest(blob.data, blob.size, &kind, tell, judge)) {
        judge->verdict->old_algorithm |= cms_is_old(blob.data, blob.size);
        judge->verdict->fit = false;
        judge->one->unfit = true;
        judge->verdict->intact = judge->verdict->trusted = false;
        goto done;
    }
    if ((status = signature_hash(judge->file, judge->path, one->range, kind, digest, error)) !=
        STATUS_OK)
        goto done;
    bool plain = strcmp(one->sub_filter, "adbe.pkcs7.detached") == 0;
    if (!cms_check(blob.data, blob.size, plain ? CMS_PLAIN : CMS_BASELINE, kind, digest, &reading,
                   tell, judge))
        judge->verdict->intact = false;
    check_padding(judge, &blob, reading.size);
    if (!one->time[0])
        tell(judge, _("The signature does not say when it was made."));
    bool stamped = check_inner_stamp(judge, &reading, &stamp);
    time_t proven = stamped ? stamp.time : judge->proven;
    const char *made = time_made(judge, one->time, proven, stamped || judge->stamps != NULL);
    if (!reading.certificate || !one->time[0] || !check_chain(judge, &reading, made, proven))
        judge->verdict->trusted = false;
    enum archive_level level =
        signature_level(&judge->proofs, judge->file_bytes, judge->roots, judge->stamps, &reading,
                        proven, stamped ? &stamp : NULL);
    if (last || level < judge->verdict->level)
        judge->verdict->level = level;
    if (reading.certificate)
        signature_describe(judge->one, judge->arena, reading.certificate, one->time);
    if (reading.certificate && last)
        signature_describe_last(judge->verdict, judge->one, reading.certificate);
    if (!judge->verdict->provable_until[0] && stamped)
        certificate_time(X509_get0_notAfter(stamp.certificate), judge->verdict->provable_until);
    else if (!judge->verdict->provable_until[0])
        memcpy(judge->verdict->provable_until, judge->verdict->certificate_until, 26);
done:
    buffer_clear(&blob);
    timestamp_reading_clear(&stamp);
    cms_reading_clear(&reading);
    return status;
}

/* Takes what was read. */
static void keep_stamp(struct judge *judge, struct timestamp_reading *reading, int64_t end)
{
    struct signature_stamp *kept = arena_alloc(judge->arena, sizeof *kept);
    *kept = (struct signature_stamp){judge->stamps, *reading, end};
    judge->stamps = kept;
    *reading = (struct timestamp_reading){.size = 0};
}

/* A document time-stamp: all that stands before it was there at its time. */
static enum status check_stamp(struct judge *judge, const struct sigdict *one, struct error *error)
{
    struct timestamp_reading reading = {.size = 0};
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind;
    bool readable = false;
    enum status status = open_contents(judge, one, &blob, &readable, error);
    if (status != STATUS_OK || !readable)
        goto done;
    judge->verdict->timestamps++;
    if (!timestamp_digest(blob.data, blob.size, &kind, tell, judge)) {
        judge->verdict->intact = judge->verdict->trusted = false;
        goto done;
    }
    if ((status = signature_hash(judge->file, judge->path, one->range, kind, digest, error)) !=
        STATUS_OK)
        goto done;
    bool holds = stamp_holds(judge, &blob, kind, digest, &reading);
    if (reading.intact)
        check_padding(judge, &blob, reading.size);
    if (reading.certificate)
        signature_describe(judge->one, judge->arena, reading.certificate, reading.iso);
    if (!holds)
        goto done;
    judge->proven = reading.time;
    memcpy(judge->verdict->stamped_at, reading.iso, sizeof reading.iso);
    if (!judge->verdict->provable_until[0])
        certificate_time(X509_get0_notAfter(reading.certificate), judge->verdict->provable_until);
    keep_stamp(judge, &reading, one->range[2] + one->range[3]);
done:
    buffer_clear(&blob);
    timestamp_reading_clear(&reading);
    return status;
}

static enum status check_one(struct judge *judge, const struct sigdict *one, bool outermost,
                             struct error *error)
{
    bool stamp = strcmp(one->sub_filter, "ETSI.RFC3161") == 0;
    if (sigdict_is_empty(one)) {
        tell(judge, _("Room was kept for a signature, but the document was never signed."));
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    if (one->unnamed) {
        tell(judge, _("A signature stands in the document that no field of the form names: other "
                      "programs do not show it."));
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    judge->verdict->signatures += !stamp;
    if (!stamp && strcmp(one->sub_filter, "ETSI.CAdES.detached") != 0 &&
        strcmp(one->sub_filter, "adbe.pkcs7.detached") != 0) {
        tell(judge, _("A signature is of a kind that is not judged here."));
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    if (!check_ranges(judge, one, outermost)) {
        judge->verdict->intact = judge->verdict->trusted = false;
        return STATUS_OK;
    }
    return stamp ? check_stamp(judge, one, error)
                 : check_contents(judge, one, judge->verdict->signatures == 1, error);
}

/* The same, with an entry of its own in the list. */
static enum status check_listed(struct judge *judge, const struct sigdict *one, bool outermost,
                                struct error *error)
{
    struct archive_verdict *verdict = judge->verdict;
    const bool intact = verdict->intact, trusted = verdict->trusted;
    const int over = verdict->over_faults, others = verdict->trust_faults - over;
    struct archive_signature *entry = arena_alloc(judge->arena, sizeof *entry);
    *entry = (struct archive_signature){.next = judge->list,
                                        .role = one->certifies ? "certification" : "approval",
                                        .field = one->field ? one->field : "",
                                        .signer = "",
                                        .organization = "",
                                        .issuer = "",
                                        .signed_at = "",
                                        .stamped_at = ""};
    if (strcmp(one->sub_filter, "ETSI.RFC3161") == 0)
        entry->role = "timestamp";
    judge->list = judge->one = entry;
    judge->mild = false;
    verdict->intact = true;
    verdict->trusted = judge->roots != NULL;
    if (one->taken_out) {
        tell(judge, _("A signature was taken out of the document after it was made."));
        verdict->intact = verdict->trusted = false;
    }
    enum status status = check_one(judge, one, outermost, error);
    entry->intact = verdict->intact;
    entry->trusted = verdict->trusted;
    entry->over =
        verdict->over_faults > over && verdict->trust_faults - verdict->over_faults == others;
    verdict->intact &= intact;
    verdict->trusted &= trusted;
    judge->one = NULL;
    return status;
}

/* The outermost first: a time-stamp proves when what it covers was there. */
static int by_end(const void *a, const void *b)
{
    const struct sigdict *first = a, *second = b;
    int64_t left = first->range[2] + first->range[3], right = second->range[2] + second->range[3];
    return left > right ? -1 : left < right;
}

static enum status check_all(struct judge *judge, struct arena *arena, struct error *error)
{
    struct sigdict *found = NULL;
    size_t count = 0;
    char now[26];
    enum status status =
        sigdict_find(judge->file, judge->path, arena, &found, &count, &judge->file_bytes, error);
    if (status == STATUS_REJECT) {
        tell(judge, error->text);
        return STATUS_OK;
    }
    file_now(now);
    certificate_seconds(judge->moment ? judge->moment : now, &judge->proven);
    if (judge->readable)
        signature_place(&judge->pdf, arena, &found, &count);
    if (count > 1)
        qsort(found, count, sizeof *found, by_end);
    judge->several = count > 1;
    judge->verdict->intact = judge->verdict->fit = count > 0;
    judge->verdict->trusted = count > 0 && judge->roots;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = check_listed(judge, &found[i], i == 0, error);
    judge->verdict->over = judge->verdict->over_faults > 0 &&
                           judge->verdict->over_faults == judge->verdict->trust_faults;
    return status;
}

enum status signature_list(const char *path, const char *trust, const char *moment,
                           unsigned allowed, struct archive_verdict *verdict, struct arena *arena,
                           struct archive_signature **list,
                           void (*finding)(void *context, const char *sentence), void *context,
                           struct error *error)
{
    struct judge judge = {.path = path,
                          .moment = moment,
                          .allowed = allowed,
                          .arena = arena,
                          .verdict = verdict,
                          .finding = finding,
                          .context = context};
    struct error own;
    enum status status = STATUS_OK;
    if (!error)
        error = &own;
    verdict->signatures = verdict->trust_faults = verdict->over_faults = 0;
    verdict->over = false;
    verdict->intact = verdict->trusted = verdict->fit = verdict->old_algorithm = false;
    verdict->clock_ahead = verdict->by_record = false;
    verdict->record_since[0] = verdict->record_until[0] = '\0';
    verdict->signer[0] = verdict->issuer[0] = '\0';
    verdict->signed_at[0] = verdict->certificate_until[0] = '\0';
    verdict->stamped_at[0] = verdict->provable_until[0] = '\0';
    verdict->timestamps = 0;
    verdict->level = ARCHIVE_B_B;
    judge.file = file_open_stream(path);
    if (!judge.file) {
        status = error_set(error, errno == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                           _("%s cannot be read: %s."), path, message_errno(errno));
        goto done;
    }
    if ((status = chain_roots(trust, &judge.roots, error)) != STATUS_OK)
        goto done;
    judge.readable = pdf_file_open(path, &judge.pdf, NULL) == STATUS_OK;
    if (judge.readable)
        judge.allowed &= revision_permits(&judge.pdf);
    signature_proofs_read(judge.readable ? &judge.pdf : NULL, &judge.proofs);
    if (judge.proofs.damaged)
        tell(&judge, _("The proofs that the document brings (DSS) are damaged: one of them cannot "
                       "be read."));
    status = check_all(&judge, arena, error);
    if (status == STATUS_OK && judge.faults > 0)
        status =
            error_set(error, STATUS_REJECT,
                      message_count("%s: %lld fault was found in its signatures.",
                                    "%s: %lld faults were found in its signatures.", judge.faults),
                      file_name(path), (long long)judge.faults);
done:
    if (judge.file)
        fclose(judge.file);
    for (struct signature_stamp *one = judge.stamps; one; one = one->next)
        timestamp_reading_clear(&one->reading);
    signature_proofs_clear(&judge.proofs);
    if (judge.readable)
        pdf_file_close(&judge.pdf);
    X509_STORE_free(judge.roots);
    *list = judge.list;
    return status;
}

enum status signature_check(const char *path, const char *trust, struct archive_verdict *verdict,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct error *error)
{
    struct archive_signature *list = NULL;
    struct arena *arena = arena_new();
    enum status status = signature_list(path, trust, NULL, REVISION_OURS, verdict, arena, &list,
                                        finding, context, error);
    arena_free(arena);
    return status;
}
