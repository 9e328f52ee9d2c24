#include "archive/proof/evidence_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/proof/timestamp.h"
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
    if (lists.size)
        der_put(out, 0xA2, lists.data, lists.size);
    buffer_clear(&lists);
}

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

/* ---------------------------------------------------------------- making */

enum plan { LEAVE, BEGIN, BEGIN_ANEW, EXTEND };

/* One item on its way into the tree. */
struct branch {
    const struct evidence_item *item;
    enum plan plan;
    char until[26], why[300]; /* of the record that is there */
    size_t leaf;
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

/* A record is judged before it is gone on from: a token over a bad one would be wasted. */
static enum status look(struct branch *branch, const char *roots, struct error *error)
{
    const struct evidence_item *item = branch->item;
    struct evidence_verdict verdict;
    struct error why = {""};
    branch->plan = BEGIN;
    if (!file_exists(item->record))
        return STATUS_OK;
    enum status status = evidence_check(item->object, item->record, roots, &verdict, &why);
    if (status == STATUS_OK && item->refused)
        status = error_set(&why, STATUS_REJECT, "%s", item->refused);
    if (status == STATUS_OK && verdict.timestamps == EVIDENCE_STAMPS_MAX)
        status = error_set(&why, STATUS_REJECT,
                           _("The evidence record %s has %d time-stamps, and gets no more."),
                           file_name(item->record), verdict.timestamps);
    if (status != STATUS_OK && status != STATUS_REJECT)
        return error_set(error, status, "%s", why.text);
    branch->plan = status == STATUS_OK ? EXTEND : item->anew ? BEGIN_ANEW : LEAVE;
    memcpy(branch->until, verdict.until, sizeof branch->until);
    snprintf(branch->why, sizeof branch->why, "%.*s", (int)sizeof branch->why - 1, why.text);
    return STATUS_OK;
}

/* What a tree proves for this item: the object, or the newest token of the record it has. */
static enum status leaf_of(const struct branch *branch, uint8_t out[HASH_SIZE], struct error *error)
{
    struct arena *arena = arena_new();
    struct hash *hash = hash_new();
    enum status status = STATUS_OK;
    if (branch->plan == EXTEND) {
        struct record *record = arena_alloc(arena, sizeof *record);
        status = read_whole(branch->item->record, arena, record, error);
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

static enum status write_record(const struct branch *branch, const struct tree *tree,
                                const struct buffer *token, struct error *error)
{
    const char *path = branch->item->record;
    struct arena *arena = arena_new();
    struct record *record = arena_alloc(arena, sizeof *record);
    struct buffer stamp = {0}, out = {0};
    enum status status = STATUS_OK;
    record->count = 0;
    if (branch->plan == EXTEND)
        status = read_whole(path, arena, record, error);
    if (status == STATUS_OK) {
        put_stamp(tree, branch->leaf, token, &stamp);
        record_put(record, record->count, &stamp, &out);
        status = file_mkdirs(arena_strndup(arena, path, (size_t)(file_name(path) - path)), error);
    }
    if (status == STATUS_OK && out.size > RECORD_MAX)
        status = error_set(error, STATUS_FATAL, _("The evidence record %s would be too large."),
                           file_name(path));
    if (status == STATUS_OK)
        status = file_write(path, out.data, out.size, error);
    buffer_clear(&stamp);
    buffer_clear(&out);
    arena_free(arena);
    return status;
}

/* In this order, so that whoever is told of it knows at every moment what has to be there. */
static enum status finish(const struct branch *branch, const struct tree *tree,
                          const struct buffer *token, const char *until,
                          const struct evidence_listener *listener, struct error *error)
{
    const struct evidence_item *item = branch->item;
    enum status status = STATUS_OK;
    if (branch->plan == EXTEND && strcmp(until, branch->until) <= 0) {
        listener->left(listener->context, item, true,
                       _("The new time-stamp would not end later than the one it has."));
        return STATUS_OK;
    }
    if (branch->plan == BEGIN_ANEW) {
        struct arena *arena = arena_new();
        status = listener->set_aside(listener->context, item, branch->why, error);
        if (status == STATUS_OK)
            status = file_rename(item->record, arena_printf(arena, "%s" EVIDENCE_BAD, item->record),
                                 error);
        arena_free(arena);
    }
    if (status == STATUS_OK)
        status = write_record(branch, tree, token, error);
    return status == STATUS_OK ? listener->written(listener->context, item, error) : status;
}

/* The branches that get a leaf; the others are told. */
static enum status plan_all(const struct evidence_item *items, size_t count, const char *roots,
                            const struct evidence_listener *listener, struct branch *branches,
                            size_t *planned, struct error *error)
{
    enum status status = STATUS_OK;
    *planned = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct branch *branch = &branches[*planned];
        *branch = (struct branch){.item = &items[i], .leaf = *planned};
        status = look(branch, roots, error);
        if (status == STATUS_OK && branch->plan == LEAVE)
            listener->left(listener->context, &items[i], false, branch->why);
        *planned += branch->plan != LEAVE;
    }
    return status;
}

enum status evidence_make(const struct archive_settings *settings,
                          const struct evidence_item *items, size_t count,
                          const struct evidence_listener *listener, int *tokens,
                          struct error *error)
{
    struct tree tree = {.levels = 0};
    struct buffer token = {0};
    char until[26] = "";
    size_t planned = 0;
    struct branch *branches = memory_new((count + 1) * sizeof *branches);
    uint8_t(*leaves)[HASH_SIZE] = memory_new((count + 1) * HASH_SIZE);
    *tokens = 0;
    enum status status =
        plan_all(items, count, archive_roots(settings), listener, branches, &planned, error);
    for (size_t i = 0; i < planned && status == STATUS_OK; i++)
        status = leaf_of(&branches[i], leaves[i], error);
    if (status == STATUS_OK && planned > 0) {
        tree_grow(&tree, leaves, planned);
        leaves = NULL;
        const struct archive_settings patient = timestamp_patient(settings);
        status = timestamp_get(&patient, NULL, NULL, RECORD_HASH,
                               tree.nodes[tree.starts[tree.levels - 1]], &token, error);
    }
    if (status == STATUS_OK && planned > 0) {
        timestamp_until(token.data, token.size, until);
        ++*tokens;
    }
    for (size_t i = 0; i < planned && status == STATUS_OK; i++) {
        status = finish(&branches[i], &tree, &token, until, listener, error);
        listener->progress(listener->context, i + 1, planned);
    }
    free(branches);
    free(leaves);
    free(tree.nodes);
    buffer_clear(&token);
    return status;
}
