/*
 * What a proof says of a certificate: a list of the revoked ones (CRL, RFC 5280 5) or an answer
 * about one (OCSP, RFC 6960). Only bytes are looked at; revocation.h asks for them.
 */
#ifndef SOHOA_ARCHIVE_PROOF_H
#define SOHOA_ARCHIVE_PROOF_H

#include <stdbool.h>
#include <time.h>

#include <openssl/x509.h>

#include "core/buffer.h"

/* What a DSS keeps of it. */
struct proof {
    bool ocsp;         /* else a CRL */
    struct buffer der; /* complete OCSPResponse or CRL */
};

enum proof_word {
    PROOF_NOTHING, /* nothing that may be believed, or nothing about this certificate */
    PROOF_UNKNOWN, /* the responder does not know the certificate */
    PROOF_GOOD,
    PROOF_REVOKED
};

struct proof_saying {
    enum proof_word word;
    time_t from, until;  /* of what moment it speaks; until 0: it names no end */
    time_t revoked;      /* when; 0 unless REVOKED */
    char revoked_at[26]; /* the same in Vietnam time */
    int reason;          /* CRL_REASON_...; -1: none is given */
};

/* Is it a CRL, or an OCSP response that gives an answer? */
bool proof_is_readable(const struct proof *proof);

/* A list must be signed by the issuer with a key that may sign lists; an answer by the issuer, or
 * by a responder whose certificate the issuer made for that and that was fit then. REVOKED is heard
 * from any such. GOOD only from what speaks of all reasons and of certificates like this one: no
 * delta, no list of another scope (IssuingDistributionPoint), nothing critical that is not known
 * here, nothing signed by MD5 or SHA-1. Whether it is of the right time is for the caller. */
struct proof_saying proof_says(const struct proof *proof, X509 *one, X509 *issuer);

/* REVOKED because its holder gave it up, not because somebody else may have the key? */
bool proof_is_given_up(const struct proof_saying *saying);

/* Does a GOOD word hold for the moment when: was it given later, while the certificate was valid,
 * or not yet outdated then? */
bool proof_covers(const struct proof_saying *saying, X509 *one, time_t when);

#endif
