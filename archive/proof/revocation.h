/* Is a certificate still good? Asked of its authority by OCSP (RFC 6960) and CRL (RFC 5280). */
#ifndef SOHOA_ARCHIVE_REVOCATION_H
#define SOHOA_ARCHIVE_REVOCATION_H

#include <openssl/x509.h>

#include "archive/proof/proof.h"
#include "archive/proof/rest.h"
#include "core/status.h"

/* What was asked in this process: an answer is used again for some minutes, a CRL until its next
 * update (an hour at most). */
struct revocation;
/* rest: outlives it; NULL: every authority is asked each time. */
struct revocation *revocation_new(double timeout_s, struct rest *rest);
void revocation_free(struct revocation *revocation); /* NULL is fine */

/* Asks about one certificate: OCSP first, then its CRL. The answer must be one to be believed
 * (proof.h) and be of now. OK: it is good, and proof says so.
 * END: it names nobody that could be asked. REJECT: revoked, with the time. RETRY: nobody answers,
 * or nobody in a way that can be believed. proof is to be cleared by the caller. */
enum status revocation_ask(struct revocation *revocation, X509 *one, X509 *issuer,
                           struct proof *proof, struct error *error);

#endif
