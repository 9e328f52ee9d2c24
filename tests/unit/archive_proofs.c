/* By which algorithms a signature or time-stamp may be made, and what lists and answers about
 * certificates prove. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "archive/sign/cms.h"
#include "archive/proof/proof.h"
#include "archive/sign/signature_parts.h"
#include "core/hash.h"
#include "tests/made_proofs.h"

#define DAY ((time_t)24 * 3600)

static const time_t now = 1795000000; /* 2026-11-18 */
static struct made_key root, other_root, signer, authority, responder, ca_without_lists, below;
static uint8_t digest[32];

static int set_up(void **state)
{
    (void)state;
    made_key(&root, NULL, "test root", "ca", true, NULL);
    made_key(&other_root, NULL, "test root", "ca", true, NULL);
    made_key(&signer, &root, "signer", "signer", false, "URI:http://127.0.0.1/crl");
    made_key(&authority, &root, "authority", "tsa", true, "URI:http://127.0.0.1/crl");
    made_key(&responder, &root, "responder", "ocsp", false, NULL);
    made_key(&ca_without_lists, &root, "no lists", "ca-without-lists", false, NULL);
    made_key(&below, &ca_without_lists, "below", "signer", false, NULL);
    memset(digest, 7, sizeof digest);
    return 0;
}

static int tear_down(void **state)
{
    struct made_key *const all[] = {&root,      &other_root,       &signer, &authority,
                                    &responder, &ca_without_lists, &below};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        made_key_clear(all[i]);
    return 0;
}

static void keep_first(void *context, const char *sentence)
{
    char *kept = context;
    if (!kept[0])
        snprintf(kept, 300, "%s", sentence);
}

/* ---------------------------------------------------------------- lists */

static enum proof_word word_of(const struct made_list *list, const struct made_key *by, X509 *one)
{
    struct proof proof = {.ocsp = false};
    made_list(by, list, &proof.der);
    struct proof_saying saying = proof_says(&proof, one, root.certificate);
    buffer_clear(&proof.der);
    return saying.word;
}

static void only_a_full_list_of_the_issuer_says_good(void **state)
{
    const struct {
        struct made_list list;
        enum proof_word of_signer, of_ca;
    } cases[] = {
        {{.from = now}, PROOF_GOOD, PROOF_GOOD},
        {{.from = now, .md = EVP_sha384()}, PROOF_GOOD, PROOF_GOOD},
        {{.from = now, .md = EVP_sha1()}, PROOF_NOTHING, PROOF_NOTHING},
        {{.from = now, .md = EVP_md5()}, PROOF_NOTHING, PROOF_NOTHING},
        {{.from = now, .delta = true}, PROOF_NOTHING, PROOF_NOTHING},
        {{.from = now, .strange = true}, PROOF_NOTHING, PROOF_NOTHING},
        {{.from = now, .scope = "critical,onlyCA:TRUE"}, PROOF_NOTHING, PROOF_GOOD},
        {{.from = now, .scope = "critical,onlyuser:TRUE"}, PROOF_GOOD, PROOF_NOTHING},
        {{.from = now, .scope = "critical,onlyAA:TRUE"}, PROOF_NOTHING, PROOF_NOTHING},
        {{.from = now, .scope = "critical,onlysomereasons:keyCompromise"},
         PROOF_NOTHING,
         PROOF_NOTHING},
        {{.from = now, .scope = "critical,fullname:URI:http://127.0.0.1/crl"},
         PROOF_GOOD,
         PROOF_NOTHING},
        {{.from = now, .scope = "critical,fullname:URI:http://127.0.0.1/other"},
         PROOF_NOTHING,
         PROOF_NOTHING},
        {{.from = now, .revoked = authority.certificate, .reason = 1}, PROOF_GOOD, PROOF_GOOD},
        {{.from = now, .revoked = authority.certificate, .reason = 1, .strange_entry = true},
         PROOF_NOTHING,
         PROOF_NOTHING}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum proof_word of_signer = word_of(&cases[i].list, &root, signer.certificate);
        enum proof_word of_ca = word_of(&cases[i].list, &root, ca_without_lists.certificate);
        if (of_signer != cases[i].of_signer || of_ca != cases[i].of_ca)
            fail_msg("list %zu says %d and %d", i, (int)of_signer, (int)of_ca);
        assert_int_equal(word_of(&cases[i].list, &other_root, signer.certificate), PROOF_NOTHING);
    }
}

static void a_ca_that_may_not_sign_lists_says_nothing(void **state)
{
    struct proof proof = {.ocsp = false};
    (void)state;
    made_list(&ca_without_lists, &(struct made_list){.from = now}, &proof.der);
    struct proof_saying saying =
        proof_says(&proof, below.certificate, ca_without_lists.certificate);
    assert_int_equal(saying.word, PROOF_NOTHING);
    buffer_clear(&proof.der);
}

/* A weak list or one of another scope proves nothing good, but nobody else can have made it. */
static void revoked_is_heard_from_every_list_of_the_issuer(void **state)
{
    const struct made_list lists[] = {{.md = EVP_sha1()},
                                      {.delta = true},
                                      {.strange = true},
                                      {.scope = "critical,onlyCA:TRUE"},
                                      {.reason = CRL_REASON_SUPERSEDED}};
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct made_list list = lists[i];
        list.from = now;
        list.revoked = signer.certificate;
        list.revoked_at = now - DAY;
        struct proof proof = {.ocsp = false};
        made_list(&root, &list, &proof.der);
        struct proof_saying saying = proof_says(&proof, signer.certificate, root.certificate);
        assert_int_equal(saying.word, PROOF_REVOKED);
        assert_int_equal(saying.revoked, now - DAY);
        assert_int_equal(saying.reason, lists[i].reason);
        buffer_clear(&proof.der);
        assert_int_equal(word_of(&list, &other_root, signer.certificate), PROOF_NOTHING);
    }
}

static void a_word_holds_for_its_own_time(void **state)
{
    const struct {
        time_t from, until;
        bool covers;
    } cases[] = {{now + DAY, 0, true},
                 {now - DAY, now + DAY, true},
                 {now - 30 * DAY, now - 2 * DAY, false},
                 {now - 3600, 0, true}, /* names no end */
                 {now - 3 * DAY, 0, false},
                 {now + 4000 * DAY, 0, false}}; /* the certificate has expired: it may be gone */
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct proof_saying saying = {
            .word = PROOF_GOOD, .from = cases[i].from, .until = cases[i].until};
        if (proof_covers(&saying, signer.certificate, now) != cases[i].covers)
            fail_msg("case %zu", i);
        saying.word = PROOF_NOTHING;
        assert_false(proof_covers(&saying, signer.certificate, now));
    }
}

/* ---------------------------------------------------------------- answers */

static void an_answer_comes_from_whom_the_issuer_made_for_it(void **state)
{
    const struct {
        const struct made_key *by;
        time_t revoked_at;
        const EVP_MD *md;
        enum proof_word word;
    } cases[] = {{&root, 0, NULL, PROOF_GOOD},
                 {&responder, 0, NULL, PROOF_GOOD},
                 {&responder, now - DAY, NULL, PROOF_REVOKED},
                 {&responder, 0, EVP_sha1(), PROOF_NOTHING},
                 {&other_root, 0, NULL, PROOF_NOTHING},
                 {&authority, 0, NULL, PROOF_NOTHING}}; /* made for something else */
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct proof proof = {.ocsp = true};
        struct made_answer answer = {.about = signer.certificate,
                                     .from = now,
                                     .revoked_at = cases[i].revoked_at,
                                     .md = cases[i].md};
        made_answer(cases[i].by, &root, &answer, &proof.der);
        assert_true(proof_is_readable(&proof));
        struct proof_saying saying = proof_says(&proof, signer.certificate, root.certificate);
        if (saying.word != cases[i].word)
            fail_msg("answer %zu says %d", i, (int)saying.word);
        saying = proof_says(&proof, authority.certificate, root.certificate);
        assert_int_equal(saying.word, PROOF_NOTHING);
        buffer_clear(&proof.der);
    }
}

/* ---------------------------------------------------------------- algorithms */

static void what_is_left(const char *what, size_t size, size_t missed, size_t last)
{
    if (missed)
        fail_msg("%s: %zu changed bits of %zu bytes were not found, the last at byte %zu", what,
                 missed, size, last);
}

/* The certificates a token brings beside its authority's are bound by nothing but their own
 * signatures. */
static bool is_of_root(const struct buffer *token, size_t at)
{
    unsigned char *der = NULL;
    int size = i2d_X509(root.certificate, &der);
    const uint8_t *found = memmem(token->data, token->size, der, (size_t)size);
    OPENSSL_free(der);
    assert_non_null(found);
    size_t start = (size_t)(found - token->data);
    return at >= start && at < start + (size_t)size;
}

static void every_bit_of_a_time_stamp_counts(void **state)
{
    struct timestamp_reading reading;
    struct buffer token = {0};
    X509_STORE *roots = X509_STORE_new();
    size_t missed = 0, last = 0;
    char told[300] = "";
    (void)state;
    X509_STORE_add_cert(roots, root.certificate);
    made_token(&authority, &root, digest, EVP_sha256(), now, &token);
    bool good = timestamp_check(token.data, token.size, HASH_SHA256, digest, roots, 0, &reading,
                                keep_first, told);
    assert_string_equal(told, "");
    assert_true(good && reading.size == token.size);
    timestamp_reading_clear(&reading);
    for (size_t i = 0; i < token.size; i++) {
        if (is_of_root(&token, i))
            continue;
        for (int bit = 0; bit < 8; bit++) {
            token.data[i] ^= (uint8_t)(1 << bit);
            if (timestamp_check(token.data, token.size, HASH_SHA256, digest, roots, 0, &reading,
                                keep_first, told) &&
                reading.size == token.size) {
                missed++;
                last = i;
            }
            timestamp_reading_clear(&reading);
            token.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    what_is_left("time-stamp", token.size, missed, last);
    buffer_clear(&token);
    X509_STORE_free(roots);
}

/* Of an authority that stamps ahead, or one that is stamped again by one that stamps back. */
static void a_time_after_its_moment_is_not_believed(void **state)
{
    static const struct {
        int after_s;
        bool good;
    } all[] = {{0, true}, {-3600, true}, {500, true}, {700, false}, {365 * 86400, false}};
    X509_STORE *roots = X509_STORE_new();
    (void)state;
    X509_STORE_add_cert(roots, root.certificate);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct timestamp_reading reading;
        struct buffer token = {0};
        char told[300] = "";
        made_token(&authority, &root, digest, EVP_sha256(), now + all[i].after_s, &token);
        bool good = timestamp_check(token.data, token.size, HASH_SHA256, digest, roots, now,
                                    &reading, keep_first, told);
        assert_int_equal(good, all[i].good);
        assert_true(reading.intact); /* it is about these bytes, and its authority's */
        assert_true(good || strstr(told, "after that at which it was there"));
        timestamp_reading_clear(&reading);
        buffer_clear(&token);
    }
    X509_STORE_free(roots);
}

static void an_old_digest_makes_no_time_stamp(void **state)
{
    const EVP_MD *const all[] = {EVP_md5(), EVP_sha1(), EVP_sha256(), EVP_sha512()};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct timestamp_reading reading;
        struct buffer token = {0};
        char told[300] = "";
        made_token(&authority, &root, digest, all[i], now, &token);
        assert_int_equal(timestamp_check(token.data, token.size, HASH_SHA256, digest, NULL, 0,
                                         &reading, keep_first, told),
                         i >= 2);
        assert_true(i >= 2 || strstr(told, "old digest"));
        timestamp_reading_clear(&reading);
        buffer_clear(&token);
    }
}

/* All that stands in a SignerInfo behind its certificate's, for one kind of key. */
static void every_bit_counts(const struct made_key *key, enum hash_kind kind, bool pss)
{
    uint8_t wanted[HASH_SIZE_MAX] = {1};
    struct signer by = {.key = key->key,
                        .certificate = key->certificate,
                        .chain = NULL,
                        .digest = kind,
                        .pss = pss};
    struct cms_reading reading;
    struct buffer blob = {0};
    struct error error = {""};
    char told[300] = "";
    size_t missed = 0, last = 0;
    assert_int_equal(cms_write(&by, wanted, hash_kind_size(kind), NULL, NULL, &blob, &error),
                     STATUS_OK);
    assert_true(
        cms_check(blob.data, blob.size, CMS_BASELINE, kind, wanted, &reading, keep_first, told));
    cms_reading_clear(&reading);
    unsigned char *der = NULL;
    int size = i2d_X509(key->certificate, &der);
    const uint8_t *bound = memmem(blob.data, blob.size, der, (size_t)size); /* by ESS */
    for (uint8_t *at = blob.data; at < blob.data + blob.size; at++) {
        at += at == bound ? size : 0;
        for (int bit = 0; bit < 8; bit++) {
            enum hash_kind found = kind;
            *at ^= (uint8_t)(1 << bit);
            if (cms_digest(blob.data, blob.size, &found, keep_first, told) && found == kind &&
                cms_check(blob.data, blob.size, CMS_BASELINE, kind, wanted, &reading, keep_first,
                          told) &&
                reading.size == blob.size) {
                missed++;
                last = (size_t)(at - blob.data);
            }
            cms_reading_clear(&reading);
            *at ^= (uint8_t)(1 << bit);
        }
    }
    OPENSSL_free(der);
    what_is_left("signature", blob.size, missed, last);
    buffer_clear(&blob);
}

static void every_bit_of_a_signature_counts(void **state)
{
    (void)state;
    every_bit_counts(&authority, HASH_SHA256, false); /* RSA, whatever it is for */
    every_bit_counts(&authority, HASH_SHA384, true);
    every_bit_counts(&signer, HASH_SHA256, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_full_list_of_the_issuer_says_good),
        cmocka_unit_test(a_ca_that_may_not_sign_lists_says_nothing),
        cmocka_unit_test(revoked_is_heard_from_every_list_of_the_issuer),
        cmocka_unit_test(a_word_holds_for_its_own_time),
        cmocka_unit_test(an_answer_comes_from_whom_the_issuer_made_for_it),
        cmocka_unit_test(every_bit_of_a_time_stamp_counts),
        cmocka_unit_test(a_time_after_its_moment_is_not_believed),
        cmocka_unit_test(an_old_digest_makes_no_time_stamp),
        cmocka_unit_test(every_bit_of_a_signature_counts),
    };
    setenv("SOHOA_LANG", "en", 1);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
