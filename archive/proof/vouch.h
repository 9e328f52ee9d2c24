/*
 * What proves within a time-stamp token that its authority was not revoked when it stamped.
 *
 *   ContentInfo
 *     SignedData  version 3 (5 with an OCSP response)
 *       certificates [0]   of the authority
 *       crls         [1]   lists as they are; OCSP responses as RFC 5940 has them
 *       signerInfos        sign none of this, so that it can be added later
 *
 * RFC 5652 5.1 and EN 319 122-1 5.5.3 have them there. The next time-stamp of an evidence record
 * covers the whole token, and with it these proofs. OpenSSL's time-stamp verifier reads lists there
 * and no OCSP responses, so a token is judged as its authority gave it: token_bare().
 */
#ifndef SOHOA_ARCHIVE_VOUCH_H
#define SOHOA_ARCHIVE_VOUCH_H

#include <openssl/x509.h>

#include "archive/proof/der.h"
#include "archive/proof/revocation.h"
#include "archive/sign/signature_parts.h"

/* ---- vouch_token.c: only bytes are looked at */

/* Appends the token without its proofs. False: it is not SignedData in DER; nothing is added. */
bool token_bare(const struct der *token, struct buffer *out);
/* Appends the token with these proofs, and no others. */
bool token_put(const struct der *token, const struct proof *proofs, size_t count,
               struct buffer *out);
/* The proofs that it brings; out is cleared by the caller in any case. What is neither a list nor
 * an OCSP response makes it damaged. */
void token_proofs(const struct der *token, struct signature_proofs *out);

/* ---- vouch.c: asking for them */

/* Authorities that were asked about: each once, so that a hundred thousand records of one get the
 * same proofs. */
struct vouching;
struct vouching *vouching_new(X509_STORE *roots, double timeout_s);
void vouching_free(struct vouching *vouching); /* NULL is fine */

/* Appends token with the proofs of now; as it is when it has those that cover its time and no newer
 * ones are to be had, or its authority has only given up its certificate since. RETRY: nobody
 * answers about it, END: its certificate names nobody that could be asked; out is the token as it
 * was then, too, and error says why unless it has proofs that cover its time. REJECT: it was
 * revoked so that its time-stamps prove nothing any more; out is empty. */
enum status vouch(struct vouching *vouching, const struct der *token, struct buffer *out,
                  struct error *error);

#endif
