#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/signature_parts.h"

#define PROOF_MAX ((size_t)16 * 1024 * 1024)
#define LINE_END 2 /* bytes behind %%EOF that are of the revision or not */

/* ---------------------------------------------------------------- reading */

void signature_proofs_add(struct signature_proofs *out, bool ocsp, const struct buffer *der,
                          int64_t end)
{
    for (size_t i = 0; i < out->count; i++) {
        struct signature_proof *one = &out->items[i];
        if (one->proof.ocsp == ocsp && one->proof.der.size == der->size &&
            memcmp(one->proof.der.data, der->data, der->size) == 0) {
            one->first = end < one->first ? end : one->first;
            one->last = end > one->last ? end : one->last;
            return;
        }
    }
    if (out->count == out->room) {
        out->room = out->room ? 2 * out->room : 16;
        out->items = memory_resize(out->items, out->room * sizeof *out->items);
    }
    struct signature_proof *added = &out->items[out->count];
    *added = (struct signature_proof){.proof.ocsp = ocsp, .first = end, .last = end};
    buffer_add(&added->proof.der, der->data, der->size);
    if (proof_is_readable(&added->proof)) {
        out->count++;
    } else {
        out->damaged = true;
        buffer_clear(&added->proof.der);
    }
}

static void add_certificate(struct signature_proofs *out, const struct buffer *der)
{
    X509 *one = certificate_read(der->data, der->size);
    bool known = false;
    for (int i = 0; one && i < sk_X509_num(out->certificates) && !known; i++)
        known = X509_cmp(sk_X509_value(out->certificates, i), one) == 0;
    out->damaged |= one == NULL;
    if (known || !one || sk_X509_push(out->certificates, one) <= 0)
        X509_free(one);
}

static void read_list(struct pdf_file *pdf, const char *name, int64_t end,
                      struct signature_proofs *out)
{
    const struct pdf_value *catalog = pdf_get(pdf, pdf->trailer, "Root");
    const struct pdf_value *list = pdf_get(pdf, pdf_get(pdf, catalog, "DSS"), name);
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++) {
        struct buffer der = {0};
        if (!pdf_stream_decoded(pdf, pdf_resolve(pdf, &list->items[i]), PROOF_MAX, &der))
            out->damaged = true;
        else if (strcmp(name, "Certs") == 0)
            add_certificate(out, &der);
        else
            signature_proofs_add(out, strcmp(name, "OCSPs") == 0, &der, end);
        buffer_clear(&der);
    }
}

static void read_revision(struct pdf_file *pdf, int64_t end, struct signature_proofs *out)
{
    read_list(pdf, "Certs", end, out);
    read_list(pdf, "CRLs", end, out);
    read_list(pdf, "OCSPs", end, out);
}

void signature_proofs_read(struct pdf_file *pdf, struct signature_proofs *out)
{
    *out = (struct signature_proofs){.certificates = sk_X509_new_null()};
    if (!pdf || !out->certificates)
        return;
    read_revision(pdf, (int64_t)pdf->size, out);
    for (const struct pdf_section *at = pdf->sections; at; at = at->next) {
        struct pdf_file older;
        if (at->end >= pdf->end ||
            pdf_file_bytes(pdf->bytes, (size_t)at->end, &older, NULL) != STATUS_OK)
            continue; /* the newest again, or the first half of a linearized file */
        read_revision(&older, at->end, out);
        pdf_file_close(&older);
    }
}

void signature_proofs_clear(struct signature_proofs *proofs)
{
    for (size_t i = 0; i < proofs->count; i++) {
        struct signature_proof *item = &proofs->items[i];
        for (size_t k = 0; k < item->heard_count; k++) {
            X509_free(item->heard[k].one);
            X509_free(item->heard[k].issuer);
        }
        free(item->heard);
        buffer_clear(&item->proof.der);
    }
    free(proofs->items);
    sk_X509_pop_free(proofs->certificates, X509_free);
    *proofs = (struct signature_proofs){.items = NULL};
}

/* ---------------------------------------------------------------- what they say */

static struct proof_saying hear(struct signature_proof *item, X509 *one, X509 *issuer)
{
    for (size_t i = 0; i < item->heard_count; i++)
        if (X509_cmp(item->heard[i].one, one) == 0 && X509_cmp(item->heard[i].issuer, issuer) == 0)
            return item->heard[i].saying;
    struct signature_heard new = {one, issuer, proof_says(&item->proof, one, issuer)};
    item->heard = memory_resize(item->heard, (item->heard_count + 1) * sizeof *item->heard);
    item->heard[item->heard_count++] = new;
    X509_up_ref(one);
    X509_up_ref(issuer);
    return new.saying;
}

bool signature_proofs_revoked(const struct signature_proofs *proofs, X509 *one, X509 *issuer,
                              struct proof_saying *out)
{
    bool revoked = false;
    for (size_t i = 0; i < proofs->count; i++) {
        struct proof_saying saying = hear(&proofs->items[i], one, issuer);
        if (saying.word != PROOF_REVOKED || (revoked && out->revoked <= saying.revoked))
            continue;
        *out = saying;
        revoked = true;
    }
    return revoked;
}

static bool is_good(const struct signature_proofs *proofs, int64_t end, X509 *one, X509 *issuer,
                    time_t when)
{
    for (size_t i = 0; i < proofs->count; i++) {
        struct signature_proof *item = &proofs->items[i];
        if (item->first > end + LINE_END || item->last + LINE_END < end)
            continue;
        struct proof_saying saying = hear(item, one, issuer);
        if (proof_covers(&saying, one, when))
            return true;
    }
    return false;
}

static STACK_OF(X509) * all_known(const struct signature_proofs *proofs, STACK_OF(X509) * others)
{
    STACK_OF(X509) *all = sk_X509_dup(proofs->certificates);
    for (int i = 0; all && i < sk_X509_num(others); i++)
        sk_X509_push(all, sk_X509_value(others, i));
    return all;
}

bool signature_proofs_cover(const struct signature_proofs *proofs, int64_t end, X509_STORE *roots,
                            X509 *one, STACK_OF(X509) * others, time_t when)
{
    if (proofs->count == 0)
        return false;
    STACK_OF(X509) *known = all_known(proofs, others), *chain = NULL;
    if (!roots || chain_build(roots, one, known, when, &chain) != X509_V_OK)
        chain = chain_known(roots, one, known);
    bool good = chain != NULL;
    for (int i = 0; i + 1 < sk_X509_num(chain) && good; i++)
        good = is_good(proofs, end, sk_X509_value(chain, i), sk_X509_value(chain, i + 1), when);
    sk_X509_pop_free(chain, X509_free);
    sk_X509_free(known);
    return good;
}

/* Of any of them whose issuer is among them. */
static bool is_heard(struct signature_proof *item, STACK_OF(X509) * known)
{
    for (int k = 0; k < sk_X509_num(known); k++)
        for (int m = 0; m < sk_X509_num(known); m++) {
            X509 *one = sk_X509_value(known, k), *issuer = sk_X509_value(known, m);
            if (k != m && certificate_may_be_of(one, issuer) &&
                hear(item, one, issuer).word != PROOF_NOTHING)
                return true;
        }
    return false;
}

bool signature_proofs_are_heard(const struct signature_proofs *proofs, STACK_OF(X509) * known)
{
    bool all = !proofs->damaged;
    for (size_t i = 0; i < proofs->count && all; i++)
        all = is_heard(&proofs->items[i], known);
    return all;
}

/* ---------------------------------------------------------------- the level */

static bool covers_both(const struct signature_proofs *proofs, int64_t end, X509_STORE *roots,
                        const struct cms_reading *reading, time_t proven,
                        const struct timestamp_reading *stamp)
{
    return signature_proofs_cover(proofs, end, roots, reading->certificate, reading->others,
                                  proven) &&
           signature_proofs_cover(proofs, end, roots, stamp->certificate, stamp->others,
                                  stamp->time);
}

enum archive_level signature_level(const struct signature_proofs *proofs, int64_t file_bytes,
                                   X509_STORE *roots, const struct signature_stamp *around,
                                   const struct cms_reading *reading, time_t proven,
                                   const struct timestamp_reading *inner)
{
    const struct timestamp_reading *stamp = inner ? inner : around ? &around->reading : NULL;
    if (!stamp)
        return ARCHIVE_B_B;
    if (!reading->certificate || !covers_both(proofs, file_bytes, roots, reading, proven, stamp))
        return ARCHIVE_B_T;
    for (; around; around = around->next)
        if (covers_both(proofs, around->end, roots, reading, proven, stamp))
            return ARCHIVE_B_LTA;
    return ARCHIVE_B_LT;
}
