#include "archive/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/certificate.h"
#include "archive/chain.h"
#include "archive/der.h"
#include "archive/timestamp.h"
#include "core/file.h"
#include "core/message.h"

#define RECORD_MAX (4 << 20)
#define CHAIN_MAX 64
#define HASH HASH_SHA256

/* ---------------------------------------------------------------- the tree */

/* All levels one after the other, leaves first. */
struct tree {
    uint8_t (*nodes)[HASH_SIZE];
    size_t starts[40], sizes[40]; /* of the levels */
    int levels;
};

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, HASH_SIZE);
}

/* Hash of these hashes in binary ascending order (RFC 4998 4.2). */
static void hash_sorted(uint8_t (*hashes)[HASH_SIZE], size_t count, uint8_t out[HASH_SIZE])
{
    struct hash *hash = hash_new();
    qsort(hashes, count, HASH_SIZE, by_bytes);
    for (size_t i = 0; i < count; i++)
        hash_add(hash, hashes[i], HASH_SIZE);
    hash_end(hash, out);
}

/* leaves are taken over. A node without a sibling goes up as it is. */
static void tree_grow(struct tree *tree, uint8_t (*leaves)[HASH_SIZE], size_t count)
{
    tree->nodes = memory_resize(leaves, (2 * count + 40) * HASH_SIZE);
    tree->sizes[0] = count;
    tree->levels = 1;
    for (size_t size = count; size > 1; tree->levels++) {
        size_t from = tree->starts[tree->levels - 1], to = from + size;
        for (size_t i = 0; i < size; i += 2) {
            uint8_t pair[2][HASH_SIZE];
            memcpy(pair, tree->nodes[from + i], i + 1 < size ? 2 * HASH_SIZE : HASH_SIZE);
            if (i + 1 < size)
                hash_sorted(pair, 2, tree->nodes[to + i / 2]);
            else
                memcpy(tree->nodes[to + i / 2], pair[0], HASH_SIZE);
        }
        tree->starts[tree->levels] = to;
        size = (size + 1) / 2;
        tree->sizes[tree->levels] = size;
    }
}

/* The reduced tree of leaf i: its own pair first, then each sibling on the way up. */
static void put_way(const struct tree *tree, size_t i, struct buffer *out)
{
    struct buffer lists = {0};
    bool first = true;
    for (int level = 0; level + 1 < tree->levels; level++, i /= 2) {
        size_t sibling = i ^ 1;
        if (sibling >= tree->sizes[level])
            continue;
        struct buffer list = {0};
        if (first) /* at a higher level when the leaf had no sibling: it went up unchanged */
            der_put(&list, 0x04, tree->nodes[tree->starts[level] + i], HASH_SIZE);
        der_put(&list, 0x04, tree->nodes[tree->starts[level] + sibling], HASH_SIZE);
        der_put(&lists, 0x30, list.data, list.size);
        buffer_clear(&list);
        first = false;
    }
    if (lists.size)
        der_put(out, 0xA2, lists.data, lists.size);
    buffer_clear(&lists);
}

/* ---------------------------------------------------------------- a record's parts */

static const uint8_t sha256_algorithm[] = {0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48,
                                           0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

/* ArchiveTimeStamp: the reduced tree and the token. */
static void put_stamp(const struct tree *tree, size_t leaf, const struct buffer *token,
                      struct buffer *out)
{
    struct buffer body = {0};
    put_way(tree, leaf, &body);
    buffer_add(&body, token->data, token->size);
    der_put(out, 0x30, body.data, body.size);
    buffer_clear(&body);
}

/* EvidenceRecord with one chain. */
static void put_record(const struct buffer *stamps, struct buffer *out)
{
    struct buffer body = {0}, chain = {0}, sequence = {0};
    der_put(&body, 0x02, "\x01", 1);
    der_put(&body, 0x30, sha256_algorithm, sizeof sha256_algorithm);
    der_put(&chain, 0x30, stamps->data, stamps->size);
    der_put(&sequence, 0x30, chain.data, chain.size);
    buffer_add(&body, sequence.data, sequence.size);
    der_put(out, 0x30, body.data, body.size);
    buffer_clear(&body);
    buffer_clear(&chain);
    buffer_clear(&sequence);
}

struct stamp {
    struct der whole, lists, token; /* lists: empty without a tree */
};
struct record {
    struct stamp stamps[CHAIN_MAX];
    size_t count;
};

static bool read_stamp(struct der *from, struct stamp *out)
{
    struct der body;
    if (!der_next_whole(from, 0x30, &out->whole, &body))
        return false;
    if (!der_next(&body, 0xA2, &out->lists))
        out->lists = (struct der){NULL, 0};
    return der_next_whole(&body, 0x30, &out->token, NULL) && body.size == 0;
}

static bool read_record(const void *bytes, size_t size, struct record *record)
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
    while (chain.size && record->count < CHAIN_MAX)
        if (!read_stamp(&chain, &record->stamps[record->count++]))
            return false;
    return record->count > 0 && chain.size == 0;
}

/* ---------------------------------------------------------------- making */

/* What a tree proves for this item: the object, or the newest token of the record it has. */
static enum status leaf_of(const struct evidence_item *item, uint8_t out[HASH_SIZE],
                           struct error *error)
{
    struct arena *arena = arena_new();
    struct record record;
    char *bytes = NULL;
    size_t size = 0;
    bool old = file_exists(item->record);
    enum status status =
        file_read(old ? item->record : item->object, RECORD_MAX, arena, &bytes, &size, error);
    struct hash *hash = hash_new();
    if (status == STATUS_OK && !old)
        hash_add(hash, bytes, size);
    else if (status == STATUS_OK && read_record(bytes, size, &record))
        hash_add(hash, record.stamps[record.count - 1].token.bytes,
                 record.stamps[record.count - 1].token.size);
    else if (status == STATUS_OK)
        status =
            error_set(error, STATUS_REJECT, _("The evidence record %s is damaged."), item->record);
    hash_end(hash, out);
    arena_free(arena);
    return status;
}

static enum status write_record(const struct evidence_item *item, const struct tree *tree,
                                size_t leaf, const struct buffer *token, struct error *error)
{
    struct arena *arena = arena_new();
    struct record record = {.count = 0};
    struct buffer stamps = {0}, out = {0};
    char *bytes = NULL;
    size_t size = 0;
    enum status status = STATUS_OK;
    if (file_exists(item->record))
        status = file_read(item->record, RECORD_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK && bytes && !read_record(bytes, size, &record))
        status =
            error_set(error, STATUS_REJECT, _("The evidence record %s is damaged."), item->record);
    for (size_t i = 0; i < record.count && status == STATUS_OK; i++)
        buffer_add(&stamps, record.stamps[i].whole.bytes, record.stamps[i].whole.size);
    if (status == STATUS_OK) {
        put_stamp(tree, leaf, token, &stamps);
        put_record(&stamps, &out);
        char *folder =
            arena_strndup(arena, item->record, (size_t)(file_name(item->record) - item->record));
        status = file_mkdirs(folder, error);
    }
    if (status == STATUS_OK)
        status = file_write(item->record, out.data, out.size, error);
    buffer_clear(&stamps);
    buffer_clear(&out);
    arena_free(arena);
    return status;
}

enum status evidence_make(const struct archive_settings *settings,
                          const struct evidence_item *items, size_t count,
                          void (*progress)(void *context, size_t done, size_t total), void *context,
                          struct error *error)
{
    struct tree tree = {.levels = 0};
    struct buffer token = {0};
    enum status status = STATUS_OK;
    if (count == 0)
        return STATUS_OK;
    uint8_t(*leaves)[HASH_SIZE] = memory_new(count * HASH_SIZE);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = leaf_of(&items[i], leaves[i], error);
    tree_grow(&tree, leaves, count);
    if (status == STATUS_OK)
        status = timestamp_get(settings, NULL, NULL, HASH, tree.nodes[tree.starts[tree.levels - 1]],
                               &token, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = write_record(&items[i], &tree, i, &token, error);
        if (progress)
            progress(context, i + 1, count);
    }
    free(tree.nodes);
    buffer_clear(&token);
    return status;
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
        hash_sorted(hashes, count, hash);
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

/* The newest first: what it proves is the moment at which the one before is judged. */
static enum status check_stamps(const struct record *record, uint8_t roots_of[][HASH_SIZE],
                                X509_STORE *roots, const char *name,
                                struct evidence_verdict *verdict, struct error *error)
{
    char now[26];
    time_t when = 0;
    file_now(now);
    certificate_seconds(now, &when);
    for (size_t i = record->count; i-- > 0;) {
        const struct stamp *stamp = &record->stamps[i];
        struct timestamp_reading reading;
        struct telling telling = {""};
        bool good = timestamp_check(stamp->token.bytes, stamp->token.size, HASH, roots_of[i], roots,
                                    roots ? when : 0, &reading, keep_first, &telling);
        when = reading.time;
        memcpy(verdict->since, reading.iso, sizeof verdict->since);
        if (i + 1 == record->count && reading.certificate)
            certificate_time(X509_get0_notAfter(reading.certificate), verdict->until);
        timestamp_reading_clear(&reading);
        if (!good)
            return error_set(error, STATUS_REJECT, _("The evidence record %s does not hold: %s"),
                             name, telling.first);
    }
    return STATUS_OK;
}

enum status evidence_check(const char *object, const char *record_path, const char *trust,
                           struct evidence_verdict *verdict, struct error *error)
{
    struct arena *arena = arena_new();
    struct record record = {.count = 0};
    char *bytes = NULL, *data = NULL;
    size_t size = 0, data_size = 0;
    uint8_t tops[CHAIN_MAX][HASH_SIZE];
    X509_STORE *roots = NULL;
    const char *name = file_name(record_path);
    memset(verdict, 0, sizeof *verdict);
    enum status status = file_read(record_path, RECORD_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK)
        status = file_read(object, RECORD_MAX, arena, &data, &data_size, error);
    if (status == STATUS_OK)
        status = chain_roots(trust, &roots, error);
    if (status == STATUS_OK && !read_record(bytes, size, &record))
        status = error_set(error, STATUS_REJECT, _("The evidence record %s is damaged."), name);
    for (size_t i = 0; i < record.count && status == STATUS_OK; i++) {
        struct hash *hash = hash_new();
        if (i == 0)
            hash_add(hash, data, data_size);
        else
            hash_add(hash, record.stamps[i - 1].token.bytes, record.stamps[i - 1].token.size);
        hash_end(hash, tops[i]);
        if (!go_up(record.stamps[i].lists, tops[i]))
            status = error_set(error, STATUS_REJECT,
                               _("The evidence record %s is for something else: what it proves is "
                                 "not as it was, or not this."),
                               name);
    }
    verdict->timestamps = (int)record.count;
    if (status == STATUS_OK)
        status = check_stamps(&record, tops, roots, name, verdict, error);
    X509_STORE_free(roots);
    arena_free(arena);
    return status;
}
