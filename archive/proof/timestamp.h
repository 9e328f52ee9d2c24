/*
 * Time-stamps of RFC 3161: asking an authority for one, and judging one.
 *
 * An authority is not believed because it answers: the token must carry the digest and the nonce
 * that were sent, be signed by a certificate that is made for time-stamping only and that the
 * signature names, end in a trusted root, and say a time near ours.
 */
#ifndef SOHOA_ARCHIVE_TIMESTAMP_H
#define SOHOA_ARCHIVE_TIMESTAMP_H

#include <openssl/x509.h>

#include "archive/archive.h"
#include "archive/proof/rest.h"
#include "archive/proof/revocation.h"
#include "core/buffer.h"
#include "core/hash.h"

#define TIMESTAMP_SKEW_S 300 /* our clock and the authority's may be that far apart */

/* ---- timestamp_ask.c */

/* Asks the authorities of settings->tsa one after the other for a token over the digest, but for
 * those that rest (may be NULL). One whose certificate was revoked, as revocation is told (NULL: it
 * is asked just for this), is passed over; who cannot be asked about is not. RETRY: none gave one
 * that holds; the sentence says what the last one did. FATAL: settings->trust cannot be read, or
 * settings->tsa is empty. */
enum status timestamp_get(const struct archive_settings *settings, struct rest *rest,
                          struct revocation *revocation, enum hash_kind kind, const uint8_t *digest,
                          struct buffer *token, struct error *error);
/* FATAL, with the sentence that says where they are named. */
enum status timestamp_no_roots(struct error *error);
/* The settings of who can wait as long as archive.tsa_patience_s. */
struct archive_settings timestamp_patient(const struct archive_settings *settings);
/* RETRY: all of them rest, with the last one's sentence. */
enum status timestamp_rests(const struct archive_settings *settings, const struct rest *rest,
                            struct error *error);

/* ---- timestamp.c: judging */

/* By which digest a token says it stamps. False (and told) when it is none. */
bool timestamp_digest(const uint8_t *bytes, size_t size, enum hash_kind *kind,
                      void (*finding)(void *context, const char *sentence), void *context);

/* When the certificate of the authority that signed it ends; "" when it is not readable. */
void timestamp_until(const uint8_t *bytes, size_t size, char until[26]);

struct timestamp_reading {
    X509 *certificate;       /* of the authority */
    STACK_OF(X509) * others; /* all certificates in the token */
    time_t time;             /* that it proves */
    char iso[26];            /* the same in Vietnam time */
    size_t size;             /* bytes of DER that were read */
    bool intact;             /* it stamps this digest and is signed by certificate; trust apart */
    bool over;               /* its chain ends in a root, and a certificate of it was over */
};

/* Does the token stamp this digest, is it signed as it must be and by no old digest, and, when
 * roots is not NULL, did its chain end there at the moment when (0: at the token's own time), and
 * is its time not after that moment? Each fault goes to finding(). False when anything was told.
 * reading is to be cleared in any case. */
bool timestamp_check(const uint8_t *bytes, size_t size, enum hash_kind kind, const uint8_t *digest,
                     X509_STORE *roots, time_t when, struct timestamp_reading *reading,
                     void (*finding)(void *context, const char *sentence), void *context);
/* What a token says, not judged. False: it is none, or does not bring its authority's certificate.
 * reading is to be cleared in any case. */
bool timestamp_read(const uint8_t *bytes, size_t size, struct timestamp_reading *reading);
/* Does it say a time after the moment when it is known to have been there (its authority stamps
 * ahead, or what covers it is stamped back)? Then the sentence tells so. */
bool timestamp_is_ahead(const struct timestamp_reading *reading, time_t when, char sentence[400]);
void timestamp_reading_clear(struct timestamp_reading *reading);

#endif
