/* Is a certificate still good? Asked of its authority by OCSP (RFC 6960) and CRL (RFC 5280). */
#ifndef SOHOA_ARCHIVE_REVOCATION_H
#define SOHOA_ARCHIVE_REVOCATION_H

#include <stdbool.h>
#include <time.h>

#include <openssl/x509.h>

#include "archive/rest.h"
#include "core/buffer.h"
#include "core/status.h"

/* What was asked in this process: an answer is used again for some minutes, a CRL until its next
 * update (an hour at most). */
struct revocation;
/* rest: outlives it; NULL: every authority is asked each time. */
struct revocation *revocation_new(double timeout_s, struct rest *rest);
void revocation_free(struct revocation *revocation); /* NULL is fine */

/* What a DSS keeps of it. */
struct revocation_proof {
    bool ocsp;         /* else a CRL */
    struct buffer der; /* complete OCSPResponse or CRL */
};

/* Asks about one certificate: OCSP first, then its CRL. The answer must be signed by the issuer, or
 * by a responder that the issuer made for it, and be of now. OK: it is good, and proof says so.
 * END: it names nobody that could be asked. REJECT: revoked, with the time. RETRY: nobody answers,
 * or nobody in a way that can be believed. proof is to be cleared by the caller. */
enum status revocation_ask(struct revocation *revocation, X509 *one, X509 *issuer,
                           X509_STORE *roots, struct revocation_proof *proof, struct error *error);

/* Does this proof (DER of either kind, of any time) say that it was revoked before when? A list
 * that its issuer did not sign says nothing, nor does an answer that neither the issuer nor a
 * responder of its signed. */
bool revocation_says_revoked(const struct revocation_proof *proof, X509 *one, X509 *issuer,
                             X509_STORE *roots, time_t when);

#endif
