#include "archive/signature_parts.h"

#include "archive/certificate.h"
#include "archive/chain.h"
#include "archive/revocation.h"
#include "core/message.h"

#define PROOF_MAX ((size_t)16 * 1024 * 1024)

/* Does a proof of the DSS's list say that one was revoked before when? */
static bool list_says(struct pdf_file *pdf, const char *list, bool ocsp, X509 *one, X509 *issuer,
                      X509_STORE *roots, time_t when)
{
    const struct pdf_value *catalog = pdf_get(pdf, pdf->trailer, "Root");
    const struct pdf_value *proofs = pdf_get(pdf, pdf_get(pdf, catalog, "DSS"), list);
    bool revoked = false;
    for (size_t i = 0; proofs->kind == PDF_ARRAY && i < proofs->size && !revoked; i++) {
        struct revocation_proof proof = {.ocsp = ocsp};
        if (pdf_stream_decoded(pdf, pdf_resolve(pdf, &proofs->items[i]), PROOF_MAX, &proof.der))
            revoked = revocation_says_revoked(&proof, one, issuer, roots, when);
        buffer_clear(&proof.der);
    }
    return revoked;
}

static bool is_revoked(struct pdf_file *pdf, X509_STORE *roots, STACK_OF(X509) * chain, time_t when,
                       char who[150])
{
    bool revoked = false;
    for (int i = 0; pdf && i + 1 < sk_X509_num(chain) && !revoked; i++) {
        X509 *one = sk_X509_value(chain, i), *issuer = sk_X509_value(chain, i + 1);
        revoked = list_says(pdf, "CRLs", false, one, issuer, roots, when) ||
                  list_says(pdf, "OCSPs", true, one, issuer, roots, when);
        if (revoked)
            certificate_name(X509_get_subject_name(one), who, 150);
    }
    return revoked;
}

/* Why the chain does not end in a root that is trusted. */
static void say_why(X509 *signer, int code, char out[400])
{
    char who[150];
    certificate_name(X509_get_subject_name(signer), who, sizeof who);
    if (certificate_is_test(signer))
        snprintf(out, 400,
                 _("The signer %s is not trusted (a TEST certificate, without legal value)."), who);
    else if (code == X509_V_ERR_CERT_HAS_EXPIRED)
        snprintf(out, 400,
                 _("The certificate of %s has expired, and no time-stamp proves that the signature "
                   "is older."),
                 who);
    else
        snprintf(out, 400, _("The signer %s is not trusted: %s."), who, chain_fault(code));
}

bool signature_trusted(struct pdf_file *pdf, X509_STORE *roots, X509 *signer,
                       STACK_OF(X509) * others, time_t when, char why[400])
{
    STACK_OF(X509) *chain = NULL;
    char who[150];
    why[0] = '\0';
    int code = chain_build(roots, signer, others, when, &chain);
    if (code != X509_V_OK) {
        say_why(signer, code, why);
        return false;
    }
    bool revoked = is_revoked(pdf, roots, chain, when, who);
    if (revoked)
        snprintf(why, 400,
                 _("The certificate of %s was revoked, and nothing proves that the signature is "
                   "older; a proof in the file itself says so."),
                 who);
    sk_X509_pop_free(chain, X509_free);
    return !revoked && chain_others_hold(roots, others);
}
