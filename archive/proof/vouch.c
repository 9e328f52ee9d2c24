#include "archive/proof/vouch.h"

#include <stdlib.h>
#include <string.h>

#include "archive/proof/timestamp.h"
#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "core/message.h"

#define ONE_MAX (1 << 20) /* of a proof that goes into each record */

/* What was heard of one authority's chain. */
struct heard {
    struct heard *next;
    X509 *authority;
    enum status status;
    struct error why;
    struct proof *proofs; /* OK: of each certificate of the chain but its root */
    X509 **about;
    size_t count;
    bool given_up; /* REJECT: by the authority itself, and for no reason that its key gave */
    time_t since;  /* REJECT: when it was revoked */
};

struct vouching {
    X509_STORE *roots;
    struct rest *rest;
    struct revocation *revocation;
    struct heard *heard;
};

struct vouching *vouching_new(X509_STORE *roots, double timeout_s)
{
    struct vouching *vouching = memory_new(sizeof *vouching);
    X509_STORE_up_ref(roots);
    vouching->roots = roots;
    vouching->rest = rest_new();
    vouching->revocation = revocation_new(timeout_s, vouching->rest);
    return vouching;
}

static void heard_free(struct heard *heard)
{
    for (size_t i = 0; i < heard->count; i++) {
        buffer_clear(&heard->proofs[i].der);
        X509_free(heard->about[i]);
    }
    free(heard->proofs);
    free(heard->about);
    X509_free(heard->authority);
    free(heard);
}

void vouching_free(struct vouching *vouching)
{
    if (!vouching)
        return;
    while (vouching->heard) {
        struct heard *one = vouching->heard;
        vouching->heard = one->next;
        heard_free(one);
    }
    revocation_free(vouching->revocation);
    rest_free(vouching->rest);
    X509_STORE_free(vouching->roots);
    free(vouching);
}

/* ---------------------------------------------------------------- of one authority */

static enum status nobody_to_ask(X509 *one, struct error *error)
{
    char who[150];
    certificate_name(X509_get_subject_name(one), who, sizeof who);
    return error_set(error, STATUS_END,
                     _("The certificate of %s does not say where its revocation can be asked "
                       "about."),
                     who);
}

static enum status ask_one(struct vouching *vouching, struct heard *heard, X509 *one, X509 *issuer)
{
    struct proof *proof = &heard->proofs[heard->count];
    enum status status = revocation_ask(vouching->revocation, one, issuer, proof, &heard->why);
    X509_up_ref(one);
    heard->about[heard->count++] = one;
    if (status == STATUS_END)
        return nobody_to_ask(one, &heard->why);
    if (status == STATUS_REJECT) {
        struct proof_saying saying = proof_says(proof, one, issuer);
        heard->given_up = heard->count == 1 && proof_is_given_up(&saying);
        heard->since = saying.revoked;
    }
    if (status == STATUS_OK && proof->der.size > ONE_MAX)
        status = error_set(&heard->why, STATUS_END,
                           _("The list of revoked certificates of a time-stamp authority is too "
                             "long for an evidence record (%.1f MB)."),
                           (double)proof->der.size / 1e6);
    return status;
}

static void ask(struct vouching *vouching, struct heard *heard,
                const struct timestamp_reading *reading)
{
    STACK_OF(X509) *chain = NULL;
    int code =
        chain_build(vouching->roots, reading->certificate, reading->others, reading->time, &chain);
    size_t length = code == X509_V_OK ? (size_t)sk_X509_num(chain) : 0;
    heard->status = STATUS_OK;
    if (code != X509_V_OK)
        heard->status = error_set(&heard->why, STATUS_REJECT, _("A time-stamp is not trusted: %s."),
                                  chain_fault(code));
    heard->proofs = memory_new((length + 1) * sizeof *heard->proofs);
    heard->about = memory_new((length + 1) * sizeof *heard->about);
    for (size_t i = 0; i + 1 < length && heard->status == STATUS_OK; i++)
        heard->status = ask_one(vouching, heard, sk_X509_value(chain, (int)i),
                                sk_X509_value(chain, (int)i + 1));
    sk_X509_pop_free(chain, X509_free);
}

static const struct heard *hear(struct vouching *vouching, const struct timestamp_reading *reading)
{
    for (struct heard *one = vouching->heard; one; one = one->next)
        if (X509_cmp(one->authority, reading->certificate) == 0)
            return one;
    struct heard *heard = memory_new(sizeof *heard);
    X509_up_ref(reading->certificate);
    heard->authority = reading->certificate;
    heard->next = vouching->heard;
    vouching->heard = heard;
    ask(vouching, heard, reading);
    return heard;
}

/* ---------------------------------------------------------------- of one token */

/* Does what was heard hold for the moment of this token? */
static bool covers(const struct heard *heard, const struct vouching *vouching,
                   const struct timestamp_reading *reading)
{
    struct signature_proofs proofs;
    signature_proofs_read(NULL, &proofs);
    for (size_t i = 0; i < heard->count; i++)
        signature_proofs_add(&proofs, heard->proofs[i].ocsp, &heard->proofs[i].der, 0);
    bool good = heard->status == STATUS_OK &&
                signature_proofs_cover(&proofs, 0, vouching->roots, reading->certificate,
                                       reading->others, reading->time);
    signature_proofs_clear(&proofs);
    return good;
}

static bool is_covered(const struct der *token, const struct vouching *vouching,
                       const struct timestamp_reading *reading)
{
    struct signature_proofs proofs;
    token_proofs(token, &proofs);
    bool is =
        !proofs.damaged && signature_proofs_cover(&proofs, 0, vouching->roots, reading->certificate,
                                                  reading->others, reading->time);
    signature_proofs_clear(&proofs);
    return is;
}

enum status vouch(struct vouching *vouching, const struct der *token, struct buffer *out,
                  struct error *error)
{
    struct buffer bare = {0};
    struct timestamp_reading reading = {.size = 0};
    enum status status = STATUS_OK;
    if (!token_bare(token, &bare) || !timestamp_read(bare.data, bare.size, &reading)) {
        buffer_add(out, token->bytes, token->size);
        status = error_set(error, STATUS_END, _("A time-stamp is not readable."));
        goto end;
    }
    const struct heard *heard = hear(vouching, &reading);
    status = heard->status;
    if (status == STATUS_REJECT && !(heard->given_up && reading.time < heard->since)) {
        error_set(error, status, "%s", heard->why.text);
    } else if (covers(heard, vouching, &reading)) {
        token_put(token, heard->proofs, heard->count, out);
    } else {
        bool covered = is_covered(token, vouching, &reading);
        buffer_add(out, token->bytes, token->size);
        if (covered)
            status = STATUS_OK;
        else if (status == STATUS_OK || status == STATUS_REJECT)
            status = error_set(error, STATUS_END,
                               _("Nothing proves any more that a time-stamp authority was not "
                                 "revoked when it stamped."));
        else
            error_set(error, status, "%s", heard->why.text);
    }
end:
    timestamp_reading_clear(&reading);
    buffer_clear(&bare);
    return status;
}
