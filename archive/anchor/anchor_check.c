/* Journal and anchors, held against each other. */
#include <stdlib.h>
#include <string.h>

#include "archive/anchor.h"
#include "archive/anchor_signer.h"
#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/cms.h"
#include "archive/proof/timestamp.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"

enum { ANCHOR_MAX = 1 << 20 };

struct anchor {
    const char *path; /* of the .json */
    int64_t sequence;
    const char *head, *time, *previous;
    char sha256[HASH_HEX_SIZE];
    size_t signer; /* in the list of signers; ANCHOR_SIGNERS_MAX: not known, which is told */
    bool own;      /* lies beside the journal, is no copy */
    bool met;      /* the entry with that number was read */
};

struct checking {
    struct arena *arena;
    X509_STORE *roots;
    time_t now;
    struct anchor_signers signers;
    struct anchor *anchors;   /* by sequence */
    size_t count, room, next; /* next: the first that no entry was met for yet */
    struct anchor_report *report;
    const struct journal_mark *mark; /* NULL: there is none */
    char last_place[64];             /* of the last entry */
    const char *folder;              /* of our own anchors */
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    const char *place; /* what is looked at just now */
    int faults;
    int64_t good_until; /* last sequence where journal and anchor agree */
};

static void tell_at(struct checking *checking, const char *place, const char *sentence)
{
    checking->faults++;
    checking->finding(checking->context, place, sentence);
}

static void tell(void *context, const char *sentence)
{
    struct checking *checking = context;
    tell_at(checking, checking->place, sentence);
}

static void tell_place(void *context, const char *place, const char *sentence)
{
    tell_at(context, place, sentence);
}

/* ---------------------------------------------------------------- one anchor */

static void digest_of(enum hash_kind kind, const char *bytes, size_t size, uint8_t *digest)
{
    struct hash *hash = hash_new_kind(kind);
    hash_add(hash, bytes, size);
    hash_end(hash, digest);
}

/* Fit at its time, and from a root we trust. */
static void check_signer(struct checking *checking, const struct cms_reading *reading,
                         const char *when)
{
    struct error fault = {""};
    time_t seconds = 0;
    if (certificate_check(reading->certificate, when, &fault) != STATUS_OK)
        tell(checking, fault.text);
    else if (checking->roots && certificate_seconds(when, &seconds) &&
             chain_build(checking->roots, reading->certificate, reading->others, seconds, NULL) !=
                 X509_V_OK)
        tell(checking, _("The signer of this anchor is not trusted."));
}

static void check_token(struct checking *checking, const struct anchor *anchor, const char *path,
                        const char *signature, size_t size)
{
    struct timestamp_reading reading = {.size = 0};
    struct error fault = {""};
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind;
    char *token = NULL, ahead[400];
    size_t token_size = 0;
    if (!file_exists(path)) {
        checking->report->waiting += anchor->own;
        return;
    }
    checking->place = file_name(path);
    if (file_read(path, ANCHOR_MAX, checking->arena, &token, &token_size, &fault) != STATUS_OK) {
        tell(checking, fault.text);
        return;
    }
    const uint8_t *bytes = (const uint8_t *)token;
    if (timestamp_digest(bytes, token_size, &kind, tell, checking)) {
        digest_of(kind, signature, size, digest);
        bool good = timestamp_check(bytes, token_size, kind, digest, checking->roots, 0, &reading,
                                    tell, checking);
        if (good && timestamp_is_ahead(&reading, checking->now, ahead))
            tell(checking, ahead);
        else if (good && anchor->own) {
            checking->report->stamped++;
            checking->report->stamped_until = anchor->sequence; /* read in their order */
        }
    }
    timestamp_reading_clear(&reading);
}

static void check_signature(struct checking *checking, struct anchor *anchor, const char *bytes,
                            size_t size)
{
    struct cms_reading reading = {.size = 0};
    struct error fault = {""};
    uint8_t digest[HASH_SIZE_MAX];
    enum hash_kind kind;
    char *blob = NULL;
    size_t blob_size = 0;
    const char *stem =
        arena_strndup(checking->arena, anchor->path, strlen(anchor->path) - strlen(".json"));
    const char *path = arena_printf(checking->arena, "%s.p7s", stem);
    checking->place = file_name(path);
    if (file_read(path, ANCHOR_MAX, checking->arena, &blob, &blob_size, &fault) != STATUS_OK) {
        tell(checking, fault.text);
        return;
    }
    if (cms_digest((const uint8_t *)blob, blob_size, &kind, tell, checking)) {
        digest_of(kind, bytes, size, digest);
        if (cms_check((const uint8_t *)blob, blob_size, CMS_BASELINE, kind, digest, &reading, tell,
                      checking)) {
            check_signer(checking, &reading, anchor->time);
            anchor->signer = anchor_signers_add(&checking->signers, reading.certificate);
        }
    }
    cms_reading_clear(&reading);
    check_token(checking, anchor, arena_printf(checking->arena, "%s.tst", stem), blob, blob_size);
}

static void take_anchor(struct checking *checking, const char *path, bool own)
{
    struct arena *arena = checking->arena;
    struct error fault = {""};
    struct anchor anchor = {.path = path, .own = own, .signer = ANCHOR_SIGNERS_MAX};
    json_t *json = NULL;
    char *bytes = NULL;
    size_t size = 0;
    checking->place = file_name(path);
    if (file_read(path, ANCHOR_MAX, arena, &bytes, &size, &fault) != STATUS_OK ||
        json_read(path, &json, &fault) != STATUS_OK) {
        tell(checking, fault.text);
        return;
    }
    anchor.sequence = json_int(json, "sequence", 0);
    anchor.head = json_text(json, "head", arena);
    anchor.time = json_text(json, "time", arena);
    anchor.previous = json_text(json, "previous", arena);
    json_decref(json);
    if (anchor.sequence < 1 || !anchor.head || !anchor.time || !anchor.previous) {
        tell(checking, _("This is no anchor of a journal."));
        return;
    }
    hash_bytes(bytes, size, anchor.sha256);
    check_signature(checking, &anchor, bytes, size);
    checking->report->anchors += own;
    if (checking->count == checking->room) {
        checking->room = checking->room ? 2 * checking->room : 64;
        checking->anchors =
            memory_resize(checking->anchors, checking->room * sizeof *checking->anchors);
    }
    checking->anchors[checking->count++] = anchor;
    if (own) {
        checking->report->covered = anchor.sequence;
        snprintf(checking->report->last_time, sizeof checking->report->last_time, "%s",
                 anchor.time);
    }
}

/* The same anchor stands before it: they are in the order of their sequences. */
static bool is_copy(const struct checking *checking, size_t at)
{
    const struct anchor *one = &checking->anchors[at];
    for (size_t i = at; i > 0 && checking->anchors[i - 1].sequence == one->sequence; i--)
        if (strcmp(checking->anchors[i - 1].sha256, one->sha256) == 0 &&
            checking->anchors[i - 1].signer == one->signer)
            return true;
    return false;
}

/* A trusted root says that somebody signed; that it was the agency its certificates say. */
static void check_signers(struct checking *checking, const struct anchor_witness *witness)
{
    struct anchor_report *report = checking->report;
    anchor_signers_judge(&checking->signers, witness);
    report->agency_known = checking->signers.known;
    report->signer_count = checking->signers.count;
    for (size_t i = 0; i < report->signer_count; i++) {
        struct anchor_signer *one = &report->signers[i];
        const X509_NAME *name = X509_get_subject_name(checking->signers.list[i].certificate);
        certificate_name(name, one->name, sizeof one->name);
        certificate_organization(name, one->organization, sizeof one->organization);
        one->agency = checking->signers.list[i].agency;
    }
    for (size_t i = 0; i < checking->count; i++)
        if (checking->anchors[i].signer < report->signer_count && !is_copy(checking, i))
            report->signers[checking->anchors[i].signer].anchors++;
    for (size_t i = 0; i < checking->count && report->agency_known; i++) {
        const struct anchor *anchor = &checking->anchors[i];
        if (anchor->signer < report->signer_count && !report->signers[anchor->signer].agency)
            tell_at(checking, file_name(anchor->path),
                    arena_printf(checking->arena,
                                 _("This anchor was signed by %s: that is neither the certificate "
                                   "of the settings (archive.key, archive.certificate) nor one "
                                   "that signed a document of the store for the agency."),
                                 report->signers[anchor->signer].name));
    }
}

static enum status take_folder(struct checking *checking, const char *folder, bool own,
                               struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    if (own && !file_is_folder(folder))
        return STATUS_OK;
    enum status status = file_list(folder, checking->arena, &names, &count, error);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(names[i]);
        if (size > 5 && strcmp(names[i] + size - 5, ".json") == 0)
            take_anchor(checking, file_join(checking->arena, folder, names[i]), own);
    }
    return status;
}

/* ---------------------------------------------------------------- against the journal */

static int by_sequence(const void *a, const void *b)
{
    const struct anchor *one = a, *other = b;
    return one->sequence < other->sequence ? -1 : one->sequence > other->sequence;
}

/* The file that an entry "anchor" or "anchor_stamped" speaks of is there and is that one. */
static void check_named(struct checking *checking, const struct journal_record *record,
                        const char *missing, const char *other)
{
    char hex[HASH_HEX_SIZE];
    struct error fault = {""};
    struct arena *arena = arena_new();
    const char *name = file_name(record->object);
    const char *path = file_join(arena, checking->folder, name);
    bool there = hash_file(path, hex, &fault) == STATUS_OK;
    if (!there || !strstr(record->detail, hex))
        tell_at(checking, name,
                arena_printf(arena, there ? other : missing, (long long)record->sequence));
    arena_free(arena);
}

static void check_entry(struct checking *checking, const struct journal_record *record)
{
    struct anchor_report *report = checking->report;
    if (strcmp(record->action, ANCHOR_MADE) == 0) {
        check_named(checking, record, _("The anchor that entry %lld speaks of is missing."),
                    _("This is not the anchor that entry %lld speaks of."));
    } else if (strcmp(record->action, ANCHOR_STAMPED) == 0) {
        check_named(checking, record,
                    _("The time-stamp of this anchor, which entry %lld speaks of, is missing."),
                    _("This is not the time-stamp that the anchor had by entry %lld."));
    } else {
        if (record->sequence > report->covered)
            anchor_earlier(report->unsigned_since, record->time);
        if (record->sequence > report->stamped_until)
            anchor_earlier(report->unstamped_since, record->time);
    }
}

/* The day it was signed, as people write it. */
static const char *day_of(const struct anchor *anchor, char out[MESSAGE_DATE_SIZE])
{
    char day[11];
    snprintf(day, sizeof day, "%.10s", anchor->time);
    const char *shown = message_date(day, out);
    return shown == out ? out : strcpy(out, day);
}

/* The entry that was once the last. */
static void check_mark(struct checking *checking, const struct journal_record *record)
{
    snprintf(checking->last_place, sizeof checking->last_place, "%s:%lld", record->segment,
             (long long)record->line);
    if (checking->mark && record->sequence == checking->mark->sequence &&
        strcmp(record->hash, checking->mark->hash) != 0)
        tell_at(checking, checking->last_place,
                arena_printf(checking->arena,
                             _("Entry %lld of the journal is another than the one that the "
                               "database remembers: the end was cut off and written anew."),
                             (long long)record->sequence));
}

static enum status compare(void *context, const struct journal_record *record, struct error *error)
{
    struct checking *checking = context;
    (void)error;
    check_entry(checking, record);
    check_mark(checking, record);
    while (checking->next < checking->count &&
           checking->anchors[checking->next].sequence < record->sequence)
        checking->next++;
    for (; checking->next < checking->count &&
           checking->anchors[checking->next].sequence == record->sequence;
         checking->next++) {
        struct anchor *anchor = &checking->anchors[checking->next];
        char shown[MESSAGE_DATE_SIZE];
        anchor->met = true;
        if (strcmp(anchor->head, record->hash) == 0)
            checking->good_until = record->sequence;
        else
            tell_at(checking, file_name(anchor->path),
                    arena_printf(checking->arena,
                                 _("The journal was written anew: entry %lld is another than the "
                                   "one that was signed on %s; what was changed lies between "
                                   "the entries %lld and %lld."),
                                 (long long)anchor->sequence, day_of(anchor, shown),
                                 (long long)checking->good_until + 1, (long long)anchor->sequence));
    }
    return STATUS_OK;
}

/* Our own anchors name each other, so that one taken out of the middle is missed. */
static void check_row(struct checking *checking)
{
    const struct anchor *before = NULL;
    for (size_t i = 0; i < checking->count; i++) {
        const struct anchor *anchor = &checking->anchors[i];
        if (!anchor->own)
            continue;
        if (strcmp(anchor->previous, before ? before->sha256 : "") != 0)
            tell_at(checking, file_name(anchor->path),
                    _("The anchor before this one is missing or another."));
        before = anchor;
    }
}

static void check_cut(struct checking *checking)
{
    const struct journal_summary *journal = &checking->report->journal;
    if (checking->mark && checking->mark->sequence > journal->sequence)
        tell_at(checking, *checking->last_place ? checking->last_place : "sohoa.db",
                arena_printf(
                    checking->arena,
                    message_count("%lld entry after entry %lld of the journal is missing: its end "
                                  "was cut off.",
                                  "%lld entries after entry %lld of the journal are missing: its "
                                  "end was cut off.",
                                  checking->mark->sequence - journal->sequence),
                    (long long)(checking->mark->sequence - journal->sequence),
                    (long long)journal->sequence));
    for (size_t i = 0; i < checking->count; i++) {
        const struct anchor *anchor = &checking->anchors[i];
        char shown[MESSAGE_DATE_SIZE];
        if (!anchor->met && anchor->sequence > journal->sequence)
            tell_at(checking, file_name(anchor->path),
                    arena_printf(checking->arena,
                                 _("The journal was cut off: it ends with entry %lld, but on "
                                   "%s it had %lld."),
                                 (long long)journal->sequence, day_of(anchor, shown),
                                 (long long)anchor->sequence));
    }
}

enum status anchor_check(const char *journal, const struct anchor_witness *witness,
                         struct anchor_report *report,
                         void (*finding)(void *context, const char *place, const char *sentence),
                         void *context, struct error *error)
{
    struct checking checking = {
        .arena = arena_new(), .report = report, .finding = finding, .context = context};
    char iso[26];
    *report = (struct anchor_report){0};
    file_now(iso);
    certificate_seconds(iso, &checking.now);
    if (witness->mark && witness->mark->sequence > 0) {
        checking.mark = witness->mark;
        report->marked = witness->mark->sequence;
    }
    checking.folder = file_join(checking.arena, journal, ANCHOR_FOLDER);
    enum status status = chain_roots(witness->trust, &checking.roots, error);
    if (status == STATUS_OK)
        status = take_folder(&checking, checking.folder, true, error);
    if (status == STATUS_OK && witness->copies)
        status = take_folder(&checking, witness->copies, false, error);
    if (status != STATUS_OK)
        goto done;
    if (checking.count > 0)
        qsort(checking.anchors, checking.count, sizeof *checking.anchors, by_sequence);
    status = journal_read(journal, compare, tell_place, &checking, &report->journal, error);
    if (status != STATUS_OK && status != STATUS_REJECT)
        goto done;
    check_signers(&checking, witness);
    check_row(&checking);
    check_cut(&checking);
    report->behind = report->journal.sequence > report->covered
                         ? report->journal.sequence - report->covered
                         : 0; /* an end that was cut off is told */
    status = checking.faults == 0
                 ? STATUS_OK
                 : error_set(error, STATUS_REJECT,
                             message_count("%lld fault was found in the journal and its anchors.",
                                           "%lld faults were found in the journal and its anchors.",
                                           checking.faults),
                             (long long)checking.faults);
done:
    X509_STORE_free(checking.roots);
    anchor_signers_clear(&checking.signers);
    free(checking.anchors);
    arena_free(checking.arena);
    return status;
}
