/* Whose anchors are: a chain to a trusted root says that somebody signed, not that the agency did.
 */
#ifndef SOHOA_ARCHIVE_ANCHOR_SIGNER_H
#define SOHOA_ARCHIVE_ANCHOR_SIGNER_H

#include "archive/anchor.h"
#include "archive/sign/certificate.h"

/* Those who signed, each once. */
struct anchor_signers {
    struct {
        X509 *certificate;
        bool agency;
    } list[ANCHOR_SIGNERS_MAX];
    size_t count;
    bool known; /* there was a certificate of the agency to compare with */
};

/* Place of the certificate in the list; ANCHOR_SIGNERS_MAX: there is no room for one more. */
size_t anchor_signers_add(struct anchor_signers *signers, X509 *certificate);
/* Which of them are the agency: its certificate of the settings, or one with the same names by the
 * same authority (renewed); one that signed a document of the store in the agency's field; TEST
 * certificates of archive_test_keys, which say so. witness: settings and store, or NULL. */
void anchor_signers_judge(struct anchor_signers *signers, const struct anchor_witness *witness);
void anchor_signers_clear(struct anchor_signers *signers);

#endif
