/* Chains of certificates to trusted roots. */
#ifndef SOHOA_ARCHIVE_CHAIN_H
#define SOHOA_ARCHIVE_CHAIN_H

#include <stdbool.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "archive/archive.h"
#include "core/status.h"

/* The roots of a PEM file. trust NULL or "": *out is NULL, chains are not judged. FATAL: the file
 * cannot be read. */
enum status chain_roots(const char *trust, X509_STORE **out, struct error *error);

/* A chain from one by way of others to a root, as it stood at when; nothing weaker than 112 bits.
 * Gives X509_V_OK and, when chain is not NULL, the chain with the root at its end (the caller frees
 * it with sk_X509_pop_free); else the code of what is wrong. */
int chain_build(X509_STORE *roots, X509 *one, STACK_OF(X509) * others, time_t when,
                STACK_OF(X509) * *chain);
/* The chain from one as far as issuers are known, of whatever time, with the root at its end; roots
 * may be NULL. NULL when it ends neither in roots nor in one that signs itself. The caller frees it
 * with sk_X509_pop_free. */
STACK_OF(X509) * chain_known(X509_STORE *roots, X509 *one, STACK_OF(X509) * others);
/* Leaves in others who issued one, who issued those and so on, the nearest first; frees the rest,
 * which a key file may hold as well. */
void chain_keep_issuers(X509 *one, STACK_OF(X509) * others);
/* Nothing signs the certificates that come along: does each hold against its issuer? */
bool chain_others_hold(X509_STORE *roots, STACK_OF(X509) * others);

/* What X509_V_ERR_... means, to stand within a sentence: "the root of its chain is not among the
 * trusted ones". Lent, forever. */
const char *chain_fault(int code);

/* judge.c: the sets of roots that are given, in the order they are asked in, and then all of them
 * again at the moment that is proven otherwise, when there is one; one without roots when there are
 * none. Returns how many. */
#define TRUST_SETS 6
struct trust_set {
    const char *roots;
    const char *moment;       /* NULL: now, by what the file itself has */
    const char *moment_until; /* how long that can be proven */
    enum archive_chain chain; /* what a signer stands on that is trusted by it */
};
size_t trust_sets(const struct archive_trust *trust, struct trust_set sets[TRUST_SETS]);
/* Says in the verdict, when it is trusted, by which of them. set: NULL when it is not. */
void trust_found(const struct trust_set *set, struct archive_verdict *verdict);

#endif
