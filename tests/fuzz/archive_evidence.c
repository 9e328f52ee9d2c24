/* Any bytes as an evidence record, and as a time-stamp token with its proofs: no crash, and proofs
 * taken out and put in again change nothing. */
#include <string.h>

#include "archive/proof/evidence_record.h"
#include "archive/proof/vouch.h"
#include "core/file.h"
#include "tests/fuzz/driver/fuzz.h"
#include "tests/made_proofs.h"

const unsigned fuzz_rounds = 4000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x30\x80"),
    FUZZ_SEED("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"),
    FUZZ_SEEDS_END,
};

static struct buffer good; /* a record with a list and an answer */
static const char *object, *record;

static void make_good(void)
{
    const struct der no_tree = {NULL, 0};
    static const struct record none;
    static const uint8_t digest[HASH_SIZE] = {7};
    const time_t now = 1795000000;
    struct made_key root, authority, responder;
    struct proof proofs[2] = {{.ocsp = true}, {.ocsp = false}};
    struct buffer token = {0}, with = {0}, stamp = {0};
    struct arena *arena = arena_new();
    made_key(&root, NULL, "test root", "ca", true, NULL);
    made_key(&authority, &root, "authority", "tsa", true, NULL);
    made_key(&responder, &root, "responder", "ocsp", false, NULL);
    made_token(&authority, &root, digest, EVP_sha256(), now, &token);
    made_answer(&responder, &root,
                &(struct made_answer){.about = authority.certificate, .from = now}, &proofs[0].der);
    made_list(&root, &(struct made_list){.from = now}, &proofs[1].der);
    fuzz_check(token_put(&(struct der){token.data, token.size}, proofs, 2, &with), "it is a token");
    stamp_put(&no_tree, &with, &stamp);
    record_put(&none, 0, &stamp, &good);
    object = strdup(file_join(arena, fuzz_folder(), "object"));
    record = strdup(file_join(arena, fuzz_folder(), "object.er"));
    fuzz_check(file_write(object, "abc", 3, NULL) == STATUS_OK, "the object is written");
    for (size_t i = 0; i < 2; i++)
        buffer_clear(&proofs[i].der);
    made_key_clear(&root);
    made_key_clear(&authority);
    made_key_clear(&responder);
    buffer_clear(&token);
    buffer_clear(&with);
    buffer_clear(&stamp);
    arena_free(arena);
}

static void look(const uint8_t *bytes, size_t size)
{
    static struct record read;
    struct evidence_verdict verdict;
    if (record_read(bytes, size, &read)) {
        struct signature_proofs proofs;
        struct buffer bare = {0}, again = {0};
        token_proofs(&read.stamps[0].token, &proofs);
        signature_proofs_clear(&proofs);
        if (token_bare(&read.stamps[0].token, &bare)) {
            fuzz_check(token_bare(&(struct der){bare.data, bare.size}, &again) &&
                           again.size == bare.size && memcmp(again.data, bare.data, bare.size) == 0,
                       "what is bare stays so");
        }
        buffer_clear(&bare);
        buffer_clear(&again);
    }
    fuzz_check(file_write(record, bytes, size, NULL) == STATUS_OK, "the record is written");
    evidence_check(object, record, NULL, &verdict, NULL);
}

/* The input itself, and the good record with some of its bytes put over it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (good.size == 0)
        make_good();
    look(bytes, size);
    if (size > 3) {
        struct buffer changed = {0};
        buffer_add(&changed, good.data, good.size);
        size_t at = (size_t)(bytes[0] << 8 | bytes[1]) % good.size;
        size_t length = bytes[2] % 4 + 1u;
        for (size_t i = 0; i < length && at + i < changed.size && i + 3 < size; i++)
            changed.data[at + i] = bytes[i + 3];
        look(changed.data, changed.size);
        buffer_clear(&changed);
    }
    return 0;
}
