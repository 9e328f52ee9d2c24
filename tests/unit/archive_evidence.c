/* Evidence records and the proofs in their time-stamps: what they say of the authority is heard,
 * and taking them out again gives the token as it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "archive/proof/evidence_record.h"
#include "archive/proof/vouch.h"
#include "core/file.h"
#include "tests/made_proofs.h"
#include "tests/scratch.h"

static const time_t now = 1795000000; /* 2026-11-18 */
static struct made_key root, other_root, authority, other_authority, responder;
static const char *trust, *object, *record;
static struct buffer token;

static int set_up(void **state)
{
    struct error error;
    struct hash *hash = hash_new();
    uint8_t digest[HASH_SIZE_MAX];
    setenv("SOHOA_NOW", "2026-11-20T08:00:00+07:00", 1);
    if (scratch_open(state) != 0)
        return 1;
    trust = in("ca.pem");
    object = in("object");
    record = in("object.er");
    made_key(&root, NULL, "test root", "ca", true, NULL);
    made_key(&other_root, NULL, "test root", "ca", true, NULL);
    made_key(&authority, &root, "authority", "tsa", true, "URI:http://127.0.0.1/crl");
    made_key(&other_authority, &other_root, "authority", "tsa", true, "URI:http://127.0.0.1/crl");
    made_key(&responder, &root, "responder", "ocsp", false, NULL);
    FILE *pem = fopen(trust, "w");
    PEM_write_X509(pem, root.certificate);
    fclose(pem);
    hash_add(hash, "abc", 3);
    hash_end(hash, digest);
    made_token(&authority, &root, digest, EVP_sha256(), now, &token);
    return file_write(object, "abc", 3, &error) == STATUS_OK ? 0 : 1;
}

static int tear_down(void **state)
{
    struct made_key *const all[] = {&root, &other_root, &authority, &other_authority, &responder};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        made_key_clear(all[i]);
    buffer_clear(&token);
    return scratch_close(state);
}

/* A record of one time-stamp that brings these proofs. */
static void write_record(const struct proof *proofs, size_t count)
{
    const struct der der = {token.data, token.size}, no_tree = {NULL, 0};
    static const struct record none;
    struct buffer with = {0}, stamp = {0}, out = {0};
    struct error error;
    assert_true(token_put(&der, proofs, count, &with));
    stamp_put(&no_tree, &with, &stamp);
    record_put(&none, 0, &stamp, &out);
    assert_int_equal(file_write(record, out.data, out.size, &error), STATUS_OK);
    buffer_clear(&with);
    buffer_clear(&stamp);
    buffer_clear(&out);
}

static struct evidence_verdict judge_list(const struct made_key *by, const struct made_list *list,
                                          struct error *error)
{
    struct evidence_verdict verdict;
    struct proof proof = {.ocsp = false};
    made_list(by, list, &proof.der);
    write_record(&proof, 1);
    error->text[0] = '\0';
    evidence_check(object, record, trust, &verdict, error);
    buffer_clear(&proof.der);
    return verdict;
}

static void without_proofs_it_holds_and_says_so(void **state)
{
    struct evidence_verdict verdict;
    struct error error;
    (void)state;
    write_record(NULL, 0);
    assert_int_equal(evidence_check(object, record, trust, &verdict, &error), STATUS_OK);
    assert_true(verdict.trusted && verdict.unproven == 1 && verdict.last_unproven);
}

static void a_list_is_heard(void **state)
{
    struct error error;
    (void)state;
    struct evidence_verdict verdict =
        judge_list(&root, &(struct made_list){.from = now, .until = now + 86400 * 3}, &error);
    assert_true(verdict.trusted && verdict.unproven == 0);
    /* over before the time-stamp was made: it is no proof */
    verdict = judge_list(&root, &(struct made_list){.from = now - 86400 * 9, .until = now - 86400},
                         &error);
    assert_true(verdict.trusted && verdict.unproven == 1);
    /* of another authority of that name */
    verdict = judge_list(&other_root, &(struct made_list){.from = now}, &error);
    assert_true(!verdict.intact && strstr(error.text, "did not give"));
}

static void an_authority_that_lost_its_key_is_not_trusted(void **state)
{
    struct error error;
    (void)state;
    struct made_list list = {
        .from = now + 3600, .revoked = authority.certificate, .revoked_at = now + 60, .reason = 1};
    struct evidence_verdict verdict = judge_list(&root, &list, &error);
    assert_true(verdict.intact && !verdict.trusted && strstr(error.text, "was revoked"));
    list.reason = 5; /* cessation of operation */
    verdict = judge_list(&root, &list, &error);
    assert_true(verdict.intact && verdict.trusted && verdict.unproven == 1);
}

static void both_kinds_go_in_and_come_out(void **state)
{
    const struct made_answer said = {
        .about = authority.certificate, .from = now, .until = now + 86400 * 3};
    const struct der der = {token.data, token.size};
    struct proof proofs[2] = {{.ocsp = true}, {.ocsp = false}};
    struct buffer with = {0}, bare = {0}, again = {0};
    struct signature_proofs found;
    struct evidence_verdict verdict;
    struct error error;
    (void)state;
    made_answer(&responder, &root, &said, &proofs[0].der);
    made_list(&root, &(struct made_list){.from = now, .until = now + 86400}, &proofs[1].der);
    assert_true(token_put(&der, proofs, 2, &with));
    const struct der whole = {with.data, with.size};
    token_proofs(&whole, &found);
    assert_true(found.count == 2 && !found.damaged);
    signature_proofs_clear(&found);
    assert_true(token_bare(&whole, &bare));
    assert_int_equal(bare.size, token.size);
    assert_memory_equal(bare.data, token.data, token.size);
    assert_true(token_put(&whole, proofs, 2, &again)); /* in place of those that are there */
    assert_int_equal(again.size, with.size);
    assert_memory_equal(again.data, with.data, with.size);
    write_record(proofs, 2);
    assert_int_equal(evidence_check(object, record, trust, &verdict, &error), STATUS_OK);
    assert_int_equal(verdict.unproven, 0);
    for (size_t i = 0; i < 2; i++)
        buffer_clear(&proofs[i].der);
    buffer_clear(&with);
    buffer_clear(&bare);
    buffer_clear(&again);
}

static void its_name_does_not_depend_on_proofs(void **state)
{
    struct proof proof = {.ocsp = false};
    char before[HASH_HEX_SIZE], after[HASH_HEX_SIZE], whole[HASH_HEX_SIZE];
    struct error error;
    (void)state;
    made_list(&root, &(struct made_list){.from = now}, &proof.der);
    write_record(NULL, 0);
    assert_true(evidence_name(record, before));
    assert_int_equal(hash_file(record, whole, &error), STATUS_OK);
    assert_string_equal(before, whole);
    write_record(&proof, 1);
    assert_true(evidence_name(record, after));
    assert_string_equal(after, before);
    assert_true(evidence_goes_on_from(record, before));
    before[0] = before[0] == '0' ? '1' : '0';
    assert_false(evidence_goes_on_from(record, before));
    buffer_clear(&proof.der);
}

/* Of a record whose time-stamp is signed by one and brings the root of another. */
static struct evidence_verdict judge_brought(const struct made_key *by,
                                             const struct made_key *brings,
                                             const struct made_key *list_by, enum status *status,
                                             struct error *error)
{
    uint8_t digest[HASH_SIZE_MAX];
    struct evidence_verdict verdict;
    struct hash *hash = hash_new();
    struct proof proof = {.ocsp = false};
    const struct buffer kept = token;
    token = (struct buffer){0};
    hash_add(hash, "abc", 3);
    hash_end(hash, digest);
    made_token(by, brings, digest, EVP_sha256(), now, &token);
    if (list_by)
        made_list(list_by, &(struct made_list){.from = now, .until = now + 86400 * 3}, &proof.der);
    write_record(&proof, list_by ? 1 : 0);
    error->text[0] = '\0';
    *status = evidence_check(object, record, trust, &verdict, error);
    buffer_clear(&proof.der);
    buffer_clear(&token);
    token = kept;
    return verdict;
}

static void an_exchanged_root_in_it_neither_proves_nor_disproves(void **state)
{
    struct error error;
    enum status status, other;
    (void)state;
    /* of a good authority: the root that is trusted is the one of the settings */
    for (int list = 0; list < 2; list++) {
        struct evidence_verdict own =
            judge_brought(&authority, &root, list ? &root : NULL, &status, &error);
        struct evidence_verdict exchanged =
            judge_brought(&authority, &other_root, list ? &root : NULL, &other, &error);
        assert_int_equal(status, STATUS_OK);
        assert_int_equal(other, STATUS_OK);
        assert_true(own.trusted && exchanged.trusted && exchanged.intact);
        assert_int_equal(exchanged.unproven, own.unproven);
        assert_string_equal(exchanged.since, own.since);
        assert_string_equal(exchanged.until, own.until);
    }
    /* of one that nobody trusts: it stays so whatever comes with it */
    const struct made_key *const roots[] = {&root, &other_root};
    for (size_t i = 0; i < 2; i++) {
        struct evidence_verdict verdict =
            judge_brought(&other_authority, roots[i], NULL, &status, &error);
        assert_int_equal(status, STATUS_REJECT);
        assert_false(verdict.trusted);
    }
    /* a list that such a root gave counts for as much as none */
    struct evidence_verdict none = judge_brought(&authority, &root, NULL, &status, &error);
    struct evidence_verdict verdict =
        judge_brought(&authority, &other_root, &other_root, &other, &error);
    assert_int_equal(other, status);
    assert_true(none.unproven == 1 && verdict.unproven == 1 && verdict.last_unproven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_proofs_it_holds_and_says_so),
        cmocka_unit_test(a_list_is_heard),
        cmocka_unit_test(an_authority_that_lost_its_key_is_not_trusted),
        cmocka_unit_test(both_kinds_go_in_and_come_out),
        cmocka_unit_test(its_name_does_not_depend_on_proofs),
        cmocka_unit_test(an_exchanged_root_in_it_neither_proves_nor_disproves),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
