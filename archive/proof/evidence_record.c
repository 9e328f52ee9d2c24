#include "archive/proof/evidence_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/proof/timestamp.h"
#include "archive/proof/vouch.h"
#include "core/file.h"
#include "core/message.h"

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, HASH_SIZE);
}

void record_hash(uint8_t (*hashes)[HASH_SIZE], size_t count, uint8_t out[HASH_SIZE])
{
    struct hash *hash = hash_new();
    qsort(hashes, count, HASH_SIZE, by_bytes);
    for (size_t i = 0; i < count; i++)
        hash_add(hash, hashes[i], HASH_SIZE);
    hash_end(hash, out);
}

/* ---------------------------------------------------------------- a record's parts */

static const uint8_t sha256_algorithm[] = {0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48,
                                           0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

void record_put(const struct record *record, size_t count, const struct buffer *more,
                struct buffer *out)
{
    struct buffer body = {0}, chain = {0}, sequence = {0}, stamps = {0};
    for (size_t i = 0; i < count; i++)
        buffer_add(&stamps, record->stamps[i].whole.bytes, record->stamps[i].whole.size);
    if (more)
        buffer_add(&stamps, more->data, more->size);
    der_put(&body, 0x02, "\x01", 1);
    der_put(&body, 0x30, sha256_algorithm, sizeof sha256_algorithm);
    der_put(&chain, 0x30, stamps.data, stamps.size);
    der_put(&sequence, 0x30, chain.data, chain.size);
    buffer_add(&body, sequence.data, sequence.size);
    der_put(out, 0x30, body.data, body.size);
    buffer_clear(&body);
    buffer_clear(&chain);
    buffer_clear(&sequence);
    buffer_clear(&stamps);
}

void stamp_put(const struct der *lists, const struct buffer *token, struct buffer *out)
{
    struct buffer body = {0};
    if (lists->size)
        der_put(&body, 0xA2, lists->bytes, lists->size);
    buffer_add(&body, token->data, token->size);
    der_put(out, 0x30, body.data, body.size);
    buffer_clear(&body);
}

static bool read_stamp(struct der *from, struct stamp *out)
{
    struct der body;
    if (!der_next_whole(from, 0x30, &out->whole, &body))
        return false;
    if (!der_next(&body, 0xA2, &out->lists))
        out->lists = (struct der){NULL, 0};
    return der_next_whole(&body, 0x30, &out->token, NULL) && body.size == 0;
}

bool record_read(const void *bytes, size_t size, struct record *record)
{
    struct der all = {bytes, size}, body, version, algorithms, one, sequence, chain;
    record->count = 0;
    if (!der_next(&all, 0x30, &body) || all.size || !der_next(&body, 0x02, &version) ||
        version.size != 1 || version.bytes[0] != 1 || !der_next(&body, 0x30, &algorithms) ||
        !der_next_whole(&algorithms, 0x30, &one, NULL) || one.size < sizeof sha256_algorithm ||
        memcmp(one.bytes + 2, sha256_algorithm + 2, sizeof sha256_algorithm - 2) != 0 ||
        !der_next(&body, 0x30, &sequence) || body.size || !der_next(&sequence, 0x30, &chain) ||
        sequence.size)
        return false;
    while (chain.size && record->count < EVIDENCE_STAMPS_MAX)
        if (!read_stamp(&chain, &record->stamps[record->count++]))
            return false;
    return record->count > 0 && chain.size == 0;
}

/* ---------------------------------------------------------------- judging */

/* Goes up the reduced tree from hash, which must stand in its first list; gives the root. */
static bool go_up(struct der lists, uint8_t hash[HASH_SIZE])
{
    struct der list, one;
    for (bool first = true; lists.size; first = false) {
        uint8_t hashes[64][HASH_SIZE];
        size_t count = 0;
        bool found = false;
        if (!der_next(&lists, 0x30, &list))
            return false;
        while (list.size && count < 63) {
            if (!der_next(&list, 0x04, &one) || one.size != HASH_SIZE)
                return false;
            found |= memcmp(one.bytes, hash, HASH_SIZE) == 0;
            memcpy(hashes[count++], one.bytes, HASH_SIZE);
        }
        if (list.size || count == 0 || (first && !found))
            return false;
        if (!first)
            memcpy(hashes[count++], hash, HASH_SIZE);
        record_hash(hashes, count, hash);
    }
    return true;
}

struct telling {
    char first[300];
};

static void keep_first(void *context, const char *sentence)
{
    struct telling *telling = context;
    if (!*telling->first)
        snprintf(telling->first, sizeof telling->first, "%s", sentence);
}

/* All certificates that may have a say: of the chain, of the token, and those that are trusted. A
 * root that came later must not make another chain the only one. */
static STACK_OF(X509) * known_of(X509_STORE *roots, const struct timestamp_reading *reading)
{
    STACK_OF(X509) *known = X509_STORE_get1_all_certs(roots);
    if (!known)
        known = sk_X509_new_null();
    X509_add_cert(known, reading->certificate, X509_ADD_FLAG_UP_REF);
    X509_add_certs(known, reading->others, X509_ADD_FLAG_UP_REF);
    return known;
}

/* Do its proofs hold, and what do they say of the chain that ended in a root at its time? False:
 * told, and it is not trusted. */
static bool check_proofs(const struct stamp *stamp, X509_STORE *roots, time_t when,
                         const struct timestamp_reading *reading, struct evidence_verdict *verdict,
                         struct telling *telling)
{
    struct signature_proofs proofs;
    STACK_OF(X509) *chain = NULL;
    char why[400] = "";
    token_proofs(&stamp->token, &proofs);
    chain_build(roots, reading->certificate, reading->others, reading->time, &chain);
    STACK_OF(X509) *known = known_of(roots, reading);
    if (chain && !signature_proofs_are_heard(&proofs, known)) {
        keep_first(telling, _("A time-stamp brings proofs that its authorities did not give."));
        verdict->intact = false;
    }
    bool good =
        verdict->intact && signature_stamp_trusted(&proofs, roots, reading->certificate,
                                                   reading->others, reading->time, when, why);
    if (*why)
        keep_first(telling, why);
    verdict->unproven += !signature_proofs_cover(&proofs, 0, roots, reading->certificate,
                                                 reading->others, reading->time);
    sk_X509_pop_free(chain, X509_free);
    sk_X509_pop_free(known, X509_free);
    signature_proofs_clear(&proofs);
    return good;
}

/* One time-stamp at the moment of the one behind it. False: told. */
static bool check_stamp(const struct stamp *stamp, const uint8_t root[HASH_SIZE], X509_STORE *roots,
                        time_t when, struct timestamp_reading *reading,
                        struct evidence_verdict *verdict, struct telling *telling)
{
    struct buffer bare = {0};
    if (!token_bare(&stamp->token, &bare))
        buffer_add(&bare, stamp->token.bytes, stamp->token.size);
    bool good = timestamp_check(bare.data, bare.size, RECORD_HASH, root, roots, roots ? when : 0,
                                reading, keep_first, telling);
    buffer_clear(&bare);
    /* without roots nothing but the token itself is judged, so that any fault is one of its own */
    verdict->intact &= good || (roots && reading->intact);
    if (roots && reading->certificate)
        good &= check_proofs(stamp, roots, when, reading, verdict, telling);
    verdict->trusted &= good;
    return good;
}

/* The newest first: what it proves is the moment at which the one before is judged. */
static enum status check_stamps(const struct record *record, uint8_t (*tops)[HASH_SIZE],
                                X509_STORE *roots, const char *name,
                                struct evidence_verdict *verdict, struct error *error)
{
    char now[26];
    time_t when = 0;
    struct telling telling = {""};
    file_now(now);
    certificate_seconds(now, &when);
    verdict->intact = verdict->trusted = true;
    for (size_t i = record->count; i-- > 0 && verdict->intact;) {
        struct timestamp_reading reading;
        check_stamp(&record->stamps[i], tops[i], roots, when, &reading, verdict, &telling);
        when = reading.time;
        if (i + 1 == record->count)
            verdict->last_unproven = verdict->unproven > 0;
        memcpy(verdict->since, reading.iso, sizeof verdict->since);
        if (i + 1 == record->count && reading.certificate)
            certificate_time(X509_get0_notAfter(reading.certificate), verdict->until);
        timestamp_reading_clear(&reading);
    }
    if (!verdict->intact)
        verdict->since[0] = verdict->until[0] = '\0';
    verdict->trusted &= verdict->intact && roots;
    return verdict->intact && (verdict->trusted || !roots)
               ? STATUS_OK
               : error_set(error, STATUS_REJECT, _("The evidence record %s does not hold: %s"),
                           name, telling.first);
}

/* What each time-stamp must stamp. REJECT: a way up begins with something else. */
static enum status find_tops(const struct record *record, const char *data, size_t size,
                             const char *name, uint8_t (*tops)[HASH_SIZE], struct error *error)
{
    for (size_t i = 0; i < record->count; i++) {
        struct hash *hash = hash_new();
        if (i == 0)
            hash_add(hash, data, size);
        else
            hash_add(hash, record->stamps[i - 1].token.bytes, record->stamps[i - 1].token.size);
        hash_end(hash, tops[i]);
        if (!go_up(record->stamps[i].lists, tops[i]))
            return error_set(error, STATUS_REJECT,
                             _("The evidence record %s is for something else: what it proves is "
                               "not as it was, or not this."),
                             name);
    }
    return STATUS_OK;
}

enum status evidence_check(const char *object, const char *record_path, const char *trust,
                           struct evidence_verdict *verdict, struct error *error)
{
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    char *bytes = NULL, *data = NULL;
    size_t size = 0, data_size = 0;
    uint8_t(*tops)[HASH_SIZE] = arena_alloc(arena, EVIDENCE_STAMPS_MAX * HASH_SIZE);
    X509_STORE *roots = NULL;
    const char *name = file_name(record_path);
    memset(verdict, 0, sizeof *verdict);
    enum status status = file_read(record_path, RECORD_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK)
        status = file_read(object, RECORD_MAX, arena, &data, &data_size, error);
    if (status == STATUS_OK)
        status = chain_roots(trust, &roots, error);
    if (status == STATUS_OK && !record_read(bytes, size, record))
        status = error_set(error, STATUS_REJECT, _("The evidence record %s is damaged."), name);
    if (status == STATUS_OK)
        status = find_tops(record, data, data_size, name, tops, error);
    verdict->timestamps = (int)record->count;
    if (status == STATUS_OK)
        status = check_stamps(record, tops, roots, name, verdict, error);
    X509_STORE_free(roots);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- one and the one before */

/* The first count time-stamps as a record; bare: the last without its proofs. */
static void put_prefix(const struct record *record, size_t count, bool bare, struct buffer *out)
{
    struct record *prefix = memory_new(sizeof *prefix);
    struct buffer token = {0}, last = {0};
    const struct stamp *stamp = &record->stamps[count - 1];
    memcpy(prefix->stamps, record->stamps, count * sizeof *prefix->stamps);
    if (bare && token_bare(&stamp->token, &token)) {
        stamp_put(&stamp->lists, &token, &last);
        prefix->stamps[count - 1].whole = (struct der){last.data, last.size};
    }
    record_put(prefix, count, NULL, out);
    buffer_clear(&token);
    buffer_clear(&last);
    free(prefix);
}

static void hash_prefix(const struct record *record, size_t count, bool bare,
                        char hex[HASH_HEX_SIZE])
{
    struct buffer prefix = {0};
    put_prefix(record, count, bare, &prefix);
    hash_bytes(prefix.data, prefix.size, hex);
    buffer_clear(&prefix);
}

static bool open_record(const char *path, struct arena *arena, struct record *record)
{
    char *bytes = NULL;
    size_t size = 0;
    record->count = 0;
    return file_read(path, RECORD_MAX, arena, &bytes, &size, NULL) == STATUS_OK &&
           record_read(bytes, size, record);
}

bool evidence_name(const char *path, char hex[HASH_HEX_SIZE])
{
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    bool good = open_record(path, arena, record);
    if (good)
        hash_prefix(record, record->count, true, hex);
    arena_free(arena);
    return good;
}

bool evidence_goes_on_from(const char *path, const char *hex)
{
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    char own[HASH_HEX_SIZE] = "";
    bool does = hash_file(path, own, NULL) == STATUS_OK && strcmp(own, hex) == 0;
    if (!does)
        open_record(path, arena, record);
    for (size_t i = record->count; i > 0 && !does; i--) {
        for (int bare = 0; bare < 2 && !does; bare++) {
            hash_prefix(record, i, bare == 1, own);
            does = strcmp(own, hex) == 0;
        }
    }
    arena_free(arena);
    return does;
}
