#include "archive/proof/evidence_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/proof/timestamp.h"
#include "archive/proof/vouch.h"
#include "archive/sign/chain.h"
#include "core/file.h"
#include "core/message.h"

/* ---------------------------------------------------------------- the tree */

/* All levels one after the other, leaves first. */
struct tree {
    uint8_t (*nodes)[HASH_SIZE];
    size_t starts[40], sizes[40]; /* of the levels */
    int levels;
};

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
                record_hash(pair, 2, tree->nodes[to + i / 2]);
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
    buffer_add(out, lists.data, lists.size);
    buffer_clear(&lists);
}

/* ---------------------------------------------------------------- making */

enum plan { LEAVE, BEGIN, BEGIN_ANEW, EXTEND, COMPLETE };

/* One item on its way into the tree. */
struct branch {
    const struct evidence_item *item;
    enum plan plan;
    char until[26], why[300]; /* of the record that is there */
    size_t leaf;
};

/* What all items share. */
struct making {
    const struct evidence_listener *listener;
    const char *roots;
    struct vouching *vouching;
    struct tree tree;
    struct buffer token;       /* with its proofs */
    enum status proven;        /* is it? */
    struct error unproven_why; /* when not */
    char until[26];
};

static enum status read_whole(const char *path, struct arena *arena, struct record *record,
                              struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    enum status status = file_read(path, RECORD_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK && !record_read(bytes, size, record))
        status = error_set(error, STATUS_REJECT, _("The evidence record %s is damaged."),
                           file_name(path));
    return status;
}

static const uint8_t *lend(struct arena *arena, const void *bytes, size_t size)
{
    return memcpy(arena_alloc(arena, size), bytes, size);
}

/* The record that is there, its newest token with the proofs of now. Both live in arena, or lend
 * from it. REJECT: its authority was revoked. changed: it had others. status: is it proven? */
static enum status complete(const struct branch *branch, struct vouching *vouching,
                            struct arena *arena, struct record *record, bool *changed,
                            enum status *proven, struct error *error)
{
    struct buffer token = {0}, stamp = {0};
    enum status status = read_whole(branch->item->record, arena, record, error);
    if (status != STATUS_OK)
        return status;
    struct stamp *last = &record->stamps[record->count - 1];
    *proven = vouch(vouching, &last->token, &token, error);
    if (*proven == STATUS_REJECT)
        return STATUS_REJECT;
    *changed =
        token.size != last->token.size || memcmp(token.data, last->token.bytes, token.size) != 0;
    stamp_put(&last->lists, &token, &stamp);
    last->token = (struct der){lend(arena, token.data, token.size), token.size};
    last->whole = (struct der){lend(arena, stamp.data, stamp.size), stamp.size};
    buffer_clear(&token);
    buffer_clear(&stamp);
    return STATUS_OK;
}

/* A record is judged before it is gone on from: a token over a bad one would be wasted. */
static enum status look(struct branch *branch, const struct making *making, struct error *error)
{
    const struct evidence_item *item = branch->item;
    struct evidence_verdict verdict;
    struct error why = {""};
    branch->plan = BEGIN;
    if (!file_exists(item->record))
        return STATUS_OK;
    enum status status = evidence_check(item->object, item->record, making->roots, &verdict, &why);
    if (status == STATUS_OK && item->refused)
        status = error_set(&why, STATUS_REJECT, "%s", item->refused);
    if (status == STATUS_OK && verdict.timestamps == EVIDENCE_STAMPS_MAX && !item->complete)
        status = error_set(&why, STATUS_REJECT,
                           _("The evidence record %s has %d time-stamps, and gets no more."),
                           file_name(item->record), verdict.timestamps);
    if (status == STATUS_OK) {
        struct arena *arena = arena_new();
        struct record *record = arena_alloc(arena, sizeof *record);
        enum status proven = STATUS_OK;
        bool changed = false;
        status = complete(branch, making->vouching, arena, record, &changed, &proven, &why);
        arena_free(arena);
    }
    if (status != STATUS_OK && status != STATUS_REJECT)
        return error_set(error, status, "%s", why.text);
    if (status == STATUS_OK)
        branch->plan = item->complete ? COMPLETE : EXTEND;
    else
        branch->plan =
            making->listener->may_begin_anew(making->listener->context, item) ? BEGIN_ANEW : LEAVE;
    memcpy(branch->until, verdict.until, sizeof branch->until);
    snprintf(branch->why, sizeof branch->why, "%.*s", (int)sizeof branch->why - 1, why.text);
    return STATUS_OK;
}

/* What a tree proves for this item: the object, or the newest token of the record it has. */
static enum status leaf_of(const struct branch *branch, const struct making *making,
                           uint8_t out[HASH_SIZE], struct error *error)
{
    struct arena *arena = arena_new();
    struct hash *hash = hash_new();
    enum status status = STATUS_OK;
    if (branch->plan == EXTEND) {
        struct record *record = arena_alloc(arena, sizeof *record);
        enum status proven = STATUS_OK;
        bool changed = false;
        status = complete(branch, making->vouching, arena, record, &changed, &proven, error);
        if (status == STATUS_OK)
            hash_add(hash, record->stamps[record->count - 1].token.bytes,
                     record->stamps[record->count - 1].token.size);
    } else {
        char *bytes = NULL;
        size_t size = 0;
        status = file_read(branch->item->object, RECORD_MAX, arena, &bytes, &size, error);
        if (status == STATUS_OK)
            hash_add(hash, bytes, size);
    }
    hash_end(hash, out);
    arena_free(arena);
    return status;
}

static enum status write_record(const struct branch *branch, const struct record *record,
                                const struct buffer *more, struct error *error)
{
    const char *path = branch->item->record;
    struct arena *arena = arena_new();
    struct buffer out = {0};
    record_put(record, record->count, more, &out);
    enum status status =
        file_mkdirs(arena_strndup(arena, path, (size_t)(file_name(path) - path)), error);
    if (status == STATUS_OK && out.size > RECORD_MAX)
        status = error_set(error, STATUS_FATAL, _("The evidence record %s would be too large."),
                           file_name(path));
    if (status == STATUS_OK)
        status = file_write(path, out.data, out.size, error);
    buffer_clear(&out);
    arena_free(arena);
    return status;
}

static enum status written(const struct branch *branch, const struct making *making,
                           enum status proven, const char *why, struct error *error)
{
    const struct evidence_listener *listener = making->listener;
    if (proven != STATUS_OK)
        listener->unproven(listener->context, branch->item, proven, why);
    return listener->written(listener->context, branch->item, error);
}

/* No new time-stamp: at most the proofs of the one it has. */
static enum status write_completed(const struct branch *branch, const struct making *making,
                                   struct error *error)
{
    const struct evidence_listener *listener = making->listener;
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    struct error why = {""};
    enum status proven = STATUS_OK;
    bool changed = false;
    enum status status = complete(branch, making->vouching, arena, record, &changed, &proven, &why);
    if (status != STATUS_OK)
        error_set(error, status, "%s", why.text);
    else if (changed)
        status = write_record(branch, record, NULL, error);
    if (status == STATUS_OK && changed)
        status = written(branch, making, proven, why.text, error);
    else if (status == STATUS_OK && proven != STATUS_OK)
        listener->unproven(listener->context, branch->item, proven, why.text);
    arena_free(arena);
    return status;
}

static enum status write_stamped(const struct branch *branch, const struct making *making,
                                 struct error *error)
{
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    struct buffer way = {0}, stamp = {0};
    enum status status = STATUS_OK, proven = STATUS_OK;
    bool changed = false;
    record->count = 0;
    if (branch->plan == EXTEND)
        status = complete(branch, making->vouching, arena, record, &changed, &proven, error);
    put_way(&making->tree, branch->leaf, &way);
    stamp_put(&(struct der){way.data, way.size}, &making->token, &stamp);
    if (status == STATUS_OK)
        status = write_record(branch, record, &stamp, error);
    if (status == STATUS_OK)
        status = written(branch, making, making->proven, making->unproven_why.text, error);
    buffer_clear(&way);
    buffer_clear(&stamp);
    arena_free(arena);
    return status;
}

/* In this order, so that whoever is told of it knows at every moment what has to be there. */
static enum status finish(const struct branch *branch, const struct making *making,
                          struct error *error)
{
    const struct evidence_item *item = branch->item;
    const struct evidence_listener *listener = making->listener;
    enum status status = STATUS_OK;
    if (branch->plan == COMPLETE)
        return write_completed(branch, making, error);
    if (branch->plan == EXTEND && strcmp(making->until, branch->until) <= 0) {
        listener->left(listener->context, item, true,
                       _("The new time-stamp would not end later than the one it has."));
        return write_completed(branch, making, error);
    }
    if (branch->plan == BEGIN_ANEW) {
        struct arena *arena = arena_new();
        status = listener->set_aside(listener->context, item, branch->why, error);
        if (status == STATUS_OK)
            status = file_rename(item->record, arena_printf(arena, "%s" EVIDENCE_BAD, item->record),
                                 error);
        arena_free(arena);
    }
    return status == STATUS_OK ? write_stamped(branch, making, error) : status;
}

/* The branches that get a leaf, and those that are completed; the others are told. */
static enum status plan_all(const struct evidence_item *items, size_t count,
                            const struct making *making, struct branch *branches, size_t *planned,
                            struct error *error)
{
    enum status status = STATUS_OK;
    *planned = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct branch *branch = &branches[*planned];
        *branch = (struct branch){.item = &items[i]};
        status = look(branch, making, error);
        if (status == STATUS_OK && branch->plan == LEAVE)
            making->listener->left(making->listener->context, &items[i], false, branch->why);
        *planned += branch->plan != LEAVE;
    }
    return status;
}

/* One tree and one token over all that need one; none when none does. */
static enum status stamp(const struct archive_settings *settings, struct making *making,
                         struct branch *branches, size_t count, int *tokens, struct error *error)
{
    const struct archive_settings patient = timestamp_patient(settings);
    struct buffer token = {0};
    size_t leaf = 0;
    uint8_t(*leaves)[HASH_SIZE] = memory_new((count + 1) * HASH_SIZE);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        branches[i].leaf = leaf;
        if (branches[i].plan != COMPLETE)
            status = leaf_of(&branches[i], making, leaves[leaf++], error);
    }
    if (status != STATUS_OK || leaf == 0) {
        free(leaves);
        return status;
    }
    struct tree *tree = &making->tree;
    tree_grow(tree, leaves, leaf);
    status = timestamp_get(&patient, NULL, NULL, RECORD_HASH,
                           tree->nodes[tree->starts[tree->levels - 1]], &token, error);
    if (status == STATUS_OK) {
        const struct der der = {token.data, token.size};
        timestamp_until(token.data, token.size, making->until);
        making->proven = vouch(making->vouching, &der, &making->token, &making->unproven_why);
        if (making->proven == STATUS_REJECT) /* revoked since it was asked about */
            status = error_set(error, STATUS_RETRY, "%s", making->unproven_why.text);
        ++*tokens;
    }
    buffer_clear(&token);
    return status;
}

enum status evidence_make(const struct archive_settings *settings,
                          const struct evidence_item *items, size_t count,
                          const struct evidence_listener *listener, int *tokens,
                          struct error *error)
{
    struct making making = {.listener = listener, .roots = archive_roots(settings)};
    size_t planned = 0;
    struct branch *branches = memory_new((count + 1) * sizeof *branches);
    X509_STORE *roots = NULL;
    *tokens = 0;
    enum status status = chain_roots(making.roots, &roots, error);
    if (status == STATUS_OK && !roots)
        status = timestamp_no_roots(error);
    if (status == STATUS_OK) {
        making.vouching = vouching_new(roots, settings->tsa_timeout_s);
        status = plan_all(items, count, &making, branches, &planned, error);
    }
    if (status == STATUS_OK)
        status = stamp(settings, &making, branches, planned, tokens, error);
    for (size_t i = 0; i < planned && status == STATUS_OK; i++) {
        status = finish(&branches[i], &making, error);
        listener->progress(listener->context, i + 1, planned);
    }
    X509_STORE_free(roots);
    vouching_free(making.vouching);
    free(branches);
    free(making.tree.nodes);
    buffer_clear(&making.token);
    return status;
}
