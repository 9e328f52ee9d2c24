#include "archive/sign/signature_parts.h"

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "core/message.h"

/* Was one of the chain revoked before when? */
static bool is_revoked(const struct signature_proofs *proofs, STACK_OF(X509) * chain, time_t when,
                       char who[150])
{
    bool revoked = false;
    for (int i = 0; i + 1 < sk_X509_num(chain) && !revoked; i++) {
        struct proof_saying saying;
        X509 *one = sk_X509_value(chain, i);
        revoked = signature_proofs_revoked(proofs, one, sk_X509_value(chain, i + 1), &saying) &&
                  saying.revoked < when;
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
    if (code == X509_V_ERR_CERT_HAS_EXPIRED) /* found only when the chain is complete */
        snprintf(out, 400,
                 _("The certificate of %s has expired, and no time-stamp proves that the signature "
                   "is older."),
                 who);
    else if (certificate_is_test(signer))
        snprintf(out, 400,
                 _("The signer %s is not trusted (a TEST certificate, without legal value)."), who);
    else
        snprintf(out, 400, _("The signer %s is not trusted: %s."), who, chain_fault(code));
}

bool signature_trusted(const struct signature_proofs *proofs, X509_STORE *roots, X509 *signer,
                       STACK_OF(X509) * others, time_t when, bool *over, char why[400])
{
    STACK_OF(X509) *chain = NULL;
    char who[150];
    why[0] = '\0';
    int code = chain_build(roots, signer, others, when, &chain);
    *over = code == X509_V_ERR_CERT_HAS_EXPIRED;
    if (code != X509_V_OK) {
        say_why(signer, code, why);
        return false;
    }
    bool revoked = is_revoked(proofs, chain, when, who);
    if (revoked)
        snprintf(why, 400,
                 _("The certificate of %s was revoked, and nothing proves that the signature is "
                   "older; a proof in the file itself says so."),
                 who);
    sk_X509_pop_free(chain, X509_free);
    bool hold = revoked || chain_others_hold(roots, others);
    if (!hold) {
        certificate_name(X509_get_subject_name(signer), who, sizeof who);
        snprintf(why, 400,
                 _("A certificate that comes along with the signature of %s cannot be checked: it "
                   "was changed, or who issued it is not known here."),
                 who);
    }
    return !revoked && hold;
}

/* A key that was given up for another reason than that somebody may have it. */
static bool was_given_up(const struct signature_proofs *proofs, STACK_OF(X509) * chain,
                         time_t stamped)
{
    struct proof_saying saying;
    return signature_proofs_revoked(proofs, sk_X509_value(chain, 0), sk_X509_value(chain, 1),
                                    &saying) &&
           proof_is_given_up(&saying) && stamped < saying.revoked;
}

bool signature_stamp_trusted(const struct signature_proofs *proofs, X509_STORE *roots,
                             X509 *authority, STACK_OF(X509) * others, time_t stamped, time_t when,
                             char why[400])
{
    STACK_OF(X509) *chain = NULL;
    char who[150];
    why[0] = '\0';
    if (chain_build(roots, authority, others, when, &chain) != X509_V_OK)
        return true; /* timestamp_check has told what is wrong with it */
    bool revoked = is_revoked(proofs, chain, when, who);
    if (revoked && was_given_up(proofs, chain, stamped)) {
        X509 *leaf = sk_X509_shift(chain);
        revoked = is_revoked(proofs, chain, when, who);
        X509_free(leaf);
    }
    if (revoked)
        snprintf(why, 400,
                 _("The certificate of %s was revoked, and nothing proves that the time-stamp is "
                   "older; a proof in the file itself says so."),
                 who);
    sk_X509_pop_free(chain, X509_free);
    return !revoked;
}
