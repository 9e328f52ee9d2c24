/* Chains of certificates to trusted roots. */
#ifndef SOHOA_ARCHIVE_CHAIN_H
#define SOHOA_ARCHIVE_CHAIN_H

#include <stdbool.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "core/status.h"

/* The roots of a PEM file. trust NULL or "": *out is NULL, chains are not judged. FATAL: the file
 * cannot be read. */
enum status chain_roots(const char *trust, X509_STORE **out, struct error *error);

/* A chain from one by way of others to a root, as it stood at when; nothing weaker than 112 bits.
 * Gives X509_V_OK and, when chain is not NULL, the chain with the root at its end (the caller frees
 * it with sk_X509_pop_free); else the code of what is wrong. */
int chain_build(X509_STORE *roots, X509 *one, STACK_OF(X509) * others, time_t when,
                STACK_OF(X509) * *chain);
/* Nothing signs the certificates that come along: does each hold against its issuer? */
bool chain_others_hold(X509_STORE *roots, STACK_OF(X509) * others);

#endif
