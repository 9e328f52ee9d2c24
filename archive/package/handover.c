#include "archive/handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/package/handover_parts.h"
#include "archive/sign/cms.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/journal.h"
#include "core/log.h"
#include "core/message.h"

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

const char *handover_signature(const char *json, struct arena *arena)
{
    return arena_printf(arena, "%.*s.p7s", (int)(strlen(json) - strlen(".json")), json);
}

bool handover_is_transfer(const char *name)
{
    return strlen(name) == 32 && strspn(name, "0123456789abcdef") == 32;
}

/* ---------------------------------------------------------------- giving */

/* The same packages, whichever of them had been written before. */
static bool same_packages(const json_t *one, const json_t *other)
{
    bool same = json_array_size(one) == json_array_size(other);
    for (size_t i = 0; i < json_array_size(one) && same; i++) {
        json_t *first = json_deep_copy(json_array_get(one, i));
        json_t *second = json_deep_copy(json_array_get(other, i));
        json_object_del(first, "there");
        json_object_del(second, "there");
        same = json_equal(first, second) == 1;
        json_decref(first);
        json_decref(second);
    }
    return same;
}

/* The receiver and the packages, in one word. */
static void name_transfer(const json_t *list, char hex[HASH_HEX_SIZE])
{
    struct buffer subject = {0};
    const json_t *packages = json_object_get(list, "packages");
    buffer_printf(&subject, "%s\n", word(list, "receiver"));
    for (size_t i = 0; i < json_array_size(packages); i++) {
        const json_t *package = json_array_get(packages, i);
        buffer_printf(&subject, "%s %lld %s\n", word(package, "id"),
                      (long long)json_int(package, "version", 0), word(package, "package_sha256"));
    }
    hash_bytes(subject.data, subject.size, hex);
    buffer_clear(&subject);
    hex[32] = '\0';
}

/* How far the journal has come; nothing of one that is empty. */
static enum status name_journal(const char *journal, json_t *summary, struct error *error)
{
    char head[HASH_HEX_SIZE];
    int64_t sequence = 0;
    enum status status = journal_end(journal, &sequence, head, error);
    if (status == STATUS_OK && sequence > 0)
        json_object_set_new(
            summary, "journal",
            json_pack("{s:I, s:s}", "sequence", (json_int_t)sequence, "hash", head));
    return status;
}

enum status handover_give(const char *folder, const char *journal, json_t *summary,
                          struct error *error)
{
    struct arena *arena = arena_new();
    char hex[HASH_HEX_SIZE];
    const json_t *packages = json_object_get(summary, "packages");
    name_transfer(summary, hex);
    json_put_text(summary, "transfer", hex);
    if (strcmp(word(summary, "supersedes"), hex) == 0)
        json_object_del(summary, "supersedes");
    const char *own = file_join(arena, folder, hex);
    const char *handed = file_join(arena, own, HANDOVER_HANDED);
    json_t *before = NULL;
    enum status status = file_mkdirs(own, error);
    if (status == STATUS_OK)
        status = name_journal(journal, summary, error);
    if (status == STATUS_OK && file_exists(handed))
        status = json_read(handed, &before, error);
    if (status == STATUS_OK && before &&
        same_packages(json_object_get(before, "packages"), packages))
        json_object_update(summary, before); /* the same again: the first list may be on its way */
    else if (status == STATUS_OK)
        status = json_write(handed, summary, error);
    json_decref(before);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- receiving */

static const struct handover_taken *find_taken(const struct handover_taken *taken, size_t count,
                                               const json_t *package)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(taken[i].id, word(package, "id")) == 0 &&
            taken[i].version == json_int(package, "version", 0))
            return &taken[i];
    return NULL;
}

const char *const handover_line_keys[] = {"id",    "version", "name",           "files",
                                          "pages", "bytes",   "package_sha256", NULL};

/* The line of the receipt about one package that was handed over. */
static json_t *receipt_line(const json_t *package, const struct handover_taken *taken,
                            struct handover_sum *sum)
{
    json_t *line = json_object();
    for (const char *const *key = handover_line_keys; *key; key++)
        json_object_set(line, *key, json_object_get(package, *key));
    const char *result = "not_taken";
    if (taken && strcmp(taken->package_sha256, word(package, "package_sha256")) == 0)
        result = "taken";
    else if (taken)
        result = "differs";
    json_put_text(line, "result", result);
    sum->handed++;
    if (strcmp(result, "taken") == 0)
        sum->taken++;
    else
        sum->not_taken++;
    return line;
}

static json_t *make_receipt(const struct handover_receiver *receiver, const json_t *handed,
                            const char *handed_sha256, const struct handover_taken *taken,
                            size_t count, struct handover_sum *sum)
{
    char now[26];
    json_t *receipt = json_object(), *lines = json_array();
    const json_t *packages = json_object_get(handed, "packages");
    file_now(now);
    for (size_t i = 0; i < json_array_size(packages); i++) {
        const json_t *package = json_array_get(packages, i);
        json_array_append_new(lines, receipt_line(package, find_taken(taken, count, package), sum));
    }
    sum->complete = sum->handed > 0 && sum->not_taken == 0;
    json_put_text(receipt, "transfer", word(handed, "transfer"));
    json_put_text(receipt, "giver", word(handed, "giver"));
    json_put_text(receipt, "receiver", word(handed, "receiver"));
    json_put_text(receipt, "handed_at", word(handed, "at"));
    json_put_text(receipt, "handed_sha256", handed_sha256);
    json_put_text(receipt, "received_at", now);
    json_put_text(receipt, "received_by", receiver->actor);
    json_put_text(receipt, "received_agency", receiver->agency);
    json_object_set_new(receipt, "packages_handed", json_integer(sum->handed));
    json_object_set_new(receipt, "packages_taken", json_integer(sum->taken));
    json_object_set_new(receipt, "complete", json_boolean(sum->complete));
    json_object_set_new(receipt, "packages", lines);
    return receipt;
}

static int64_t total(const json_t *lines, const char *key, bool taken)
{
    int64_t sum = 0;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        if (!taken || strcmp(word(line, "result"), "taken") == 0)
            sum += json_int(line, key, 0);
    }
    return sum;
}

/* As people write it; what is no time stays as it is. */
static const char *spoken(struct arena *arena, const char *iso)
{
    int year, month, day, hour, minute;
    if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d", &year, &month, &day, &hour, &minute) != 5)
        return iso;
    return arena_printf(arena, _("%02d:%02d on %02d/%02d/%04d"), hour, minute, day, month, year);
}

enum status handover_record(const char *path, const json_t *receipt, struct error *error)
{
    struct buffer out = {0};
    struct arena *arena = arena_new();
    const json_t *lines = json_object_get(receipt, "packages");
    buffer_printf(&out, _("RECORD OF HANDING OVER AND TAKING OVER DIGITAL ARCHIVAL DOCUMENTS\n\n"));
    buffer_printf(&out, _("Hand-over: %s\n"), word(receipt, "transfer"));
    buffer_printf(&out, _("Giver: %s, at %s\n"), word(receipt, "giver"),
                  spoken(arena, word(receipt, "handed_at")));
    buffer_printf(&out, _("Receiver: %s (%s), at %s\n"), word(receipt, "received_agency"),
                  word(receipt, "received_by"), spoken(arena, word(receipt, "received_at")));
    buffer_printf(&out, _("List of what was handed over: SHA-256 %s\n\n"),
                  word(receipt, "handed_sha256"));
    static const char *const rows[] = {N_("Handed over: %lld packages, %lld pages, %lld files, "
                                          "%lld bytes\n"),
                                       N_("Taken over: %lld packages, %lld pages, %lld files, "
                                          "%lld bytes\n\n")};
    for (int i = 0; i < 2; i++)
        buffer_printf(&out, _(rows[i]),
                      (long long)json_int(receipt, i ? "packages_taken" : "packages_handed", 0),
                      (long long)total(lines, "pages", i), (long long)total(lines, "files", i),
                      (long long)total(lines, "bytes", i));
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        const char *result = word(line, "result");
        buffer_printf(&out, "%4zu. %s v%lld  %s\n      SHA-256 %s\n", i + 1, word(line, "id"),
                      (long long)json_int(line, "version", 0),
                      strcmp(result, "taken") == 0     ? _("taken over")
                      : strcmp(result, "differs") == 0 ? _("NOT taken over: other content")
                                                       : _("NOT taken over"),
                      word(line, "package_sha256"));
    }
    buffer_printf(&out, "\n%s\n\n",
                  json_is_true(json_object_get(receipt, "complete"))
                      ? _("All that was handed over was taken over, whole.")
                      : _("Not all that was handed over was taken over."));
    buffer_printf(&out, _("For the giver (signature, name)          For the receiver (signature, "
                          "name)\n"));
    enum status status = file_write(path, out.data, out.size, error);
    buffer_clear(&out);
    arena_free(arena);
    return status;
}

void handover_digest(enum hash_kind kind, const void *bytes, size_t size,
                     uint8_t digest[HASH_SIZE_MAX])
{
    struct hash *hash = hash_new_kind(kind);
    hash_add(hash, bytes, size);
    hash_end(hash, digest);
}

static enum status sign_receipt(const struct archive_settings *settings, const char *json,
                                const char *to, struct arena *arena, struct error *error)
{
    struct buffer blob = {0};
    struct signer *signer = NULL;
    uint8_t digest[HASH_SIZE_MAX];
    char *bytes = NULL;
    size_t size = 0;
    struct error warning = {""};
    enum status status = signer_open(settings, NULL, &signer, error);
    if (status == STATUS_OK)
        status = signer_ask(settings, signer, &warning, error);
    if (*warning.text)
        log_write(LOG_WARNING, "receipt: revocation not asked: %s", warning.text);
    if (status == STATUS_OK)
        status = file_read(json, RECEIPT_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK) {
        handover_digest(signer->digest, bytes, size, digest);
        status =
            cms_write(signer, digest, hash_kind_size(signer->digest), NULL, NULL, &blob, error);
    }
    if (status == STATUS_OK)
        status = file_write(to, blob.data, blob.size, error);
    if (signer)
        signer_close(signer);
    buffer_clear(&blob);
    return status;
}

const char *handover_twice(const json_t *packages, struct arena *arena)
{
    const char *twice = NULL;
    json_t *seen = json_object();
    for (size_t i = 0; i < json_array_size(packages) && !twice; i++) {
        const json_t *package = json_array_get(packages, i);
        const char *name = arena_printf(arena, "%s v%lld", word(package, "id"),
                                        (long long)json_int(package, "version", 0));
        twice = json_object_get(seen, name) ? name : NULL;
        json_object_set_new(seen, name, json_true());
    }
    json_decref(seen);
    return twice;
}

/* A receipt is signed: it says nothing of a list that is not what a giver writes, nor does it take
 * the place of one for another list that has the same name. */
static enum status check_offer(const json_t *list, const char *hex, const char *kept,
                               struct arena *arena, struct error *error)
{
    const json_t *packages = json_object_get(list, "packages");
    const int64_t count = (int64_t)json_array_size(packages);
    char name[HASH_HEX_SIZE];
    json_t *receipt = NULL;
    name_transfer(list, name);
    if (strcmp(name, word(list, "transfer")) != 0 || handover_twice(packages, arena) ||
        json_int(list, "packages_count", count) != count)
        return error_set(error, STATUS_REJECT,
                         _("The list of the hand-over does not agree with itself (its number, its "
                           "packages): there is no receipt for it. Ask who hands over for the list "
                           "as it was written."));
    if (!file_exists(kept))
        return STATUS_OK;
    enum status status = json_read(kept, &receipt, error);
    if (status == STATUS_OK && strcmp(word(receipt, "handed_sha256"), hex) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("There is a receipt for another list of the same hand-over already: "
                             "it stays, and there is none for this list."));
    json_decref(receipt);
    return status;
}

/* Written and signed beside its place, so that a receipt that is there stays when there is no key;
 * the signature is never beside another receipt than its own. */
static enum status put_receipt(const struct handover_receiver *receiver, const json_t *receipt,
                               const char *own, const char *path, struct arena *arena,
                               struct error *error)
{
    const char *fresh = file_join(arena, own, "fresh.json");
    const char *fresh_signature = handover_signature(fresh, arena),
               *signature = handover_signature(path, arena);
    bool sign = receiver->settings->key && *receiver->settings->key;
    enum status status = json_write(fresh, receipt, error);
    if (status == STATUS_OK && sign)
        status = sign_receipt(receiver->settings, fresh, fresh_signature, arena, error);
    if (status != STATUS_OK) {
        file_remove(fresh, NULL);
        return status;
    }
    status = file_remove(signature, error);
    if (status == STATUS_OK)
        status = file_remove(path, error);
    if (status == STATUS_OK)
        status = handover_record(file_join(arena, own, "record.txt"), receipt, error);
    if (status == STATUS_OK)
        status = file_rename(fresh, path, error);
    if (status == STATUS_OK && sign)
        status = file_rename(fresh_signature, signature, error);
    return status;
}

enum status handover_receive(const struct handover_receiver *receiver, const char *handed,
                             const struct handover_taken *taken, size_t count, struct arena *arena,
                             struct handover_sum *out, struct error *error)
{
    json_t *list = NULL;
    char hex[HASH_HEX_SIZE];
    *out = (struct handover_sum){0};
    enum status status = json_read(handed, &list, error);
    if (status != STATUS_OK)
        return status;
    if (!handover_is_transfer(word(list, "transfer"))) {
        json_decref(list);
        return STATUS_OK;
    }
    out->transfer = arena_strdup(arena, word(list, "transfer"));
    const char *own = file_join(arena, receiver->folder, out->transfer);
    const char *path = file_join(arena, own, HANDOVER_RECEIPT);
    status = hash_file(handed, hex, error);
    if (status == STATUS_OK)
        status = check_offer(list, hex, path, arena, error);
    out->refused = status == STATUS_REJECT;
    json_t *receipt = make_receipt(receiver, list, hex, taken, count, out);
    if (status == STATUS_OK)
        status = file_mkdirs(own, error);
    if (status == STATUS_OK)
        status = file_copy(handed, file_join(arena, own, "offered.json"), error);
    out->is_signed = receiver->settings->key && *receiver->settings->key;
    if (status == STATUS_OK)
        status = put_receipt(receiver, receipt, own, path, arena, error);
    out->path = path;
    json_decref(receipt);
    json_decref(list);
    return status;
}
