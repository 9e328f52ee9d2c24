/*
 * Evidence records (RFC 4998): one time-stamp over the hash tree of many packages.
 *
 *                     root  <- one RFC 3161 token
 *                   /      \
 *                n1          n2          Each inner node is the hash of its children's hashes,
 *               /  \        /  \         sorted. A package's record keeps only its own way up:
 *             h1    h2    h3    h4       of h3 {h3 h4} {n1}, and the token.
 *
 * The data object of a package is its tagmanifest-sha256.txt, which stands for every byte of it.
 * A record whose token ages is extended: the old token becomes a leaf of a new tree.
 * Each token brings what proves that its authority was not revoked when it stamped (RFC 5652 crls;
 * archive/proof/vouch.h): asked for when it is new, and once more before the next one covers it.
 *
 *   first token                       last token
 *   |---- since ----------------------|------------- until
 *   what the object stands for was there at `since`; the chain proves that up to `until`
 */
#ifndef SOHOA_ARCHIVE_EVIDENCE_H
#define SOHOA_ARCHIVE_EVIDENCE_H

#include "archive/archive.h"
#include "core/hash.h"

struct evidence_item {
    const char *object;  /* the file that is proven */
    const char *record;  /* its .er file: made when absent, else extended */
    const char *refused; /* why the record that is there must not be extended; NULL: judge it */
    bool complete; /* its newest time-stamp gets the proofs that it lacks, and it no other one */
    void *own;     /* the caller's */
};

/* What is told while records are made; all are given, and a failing one ends the work. */
struct evidence_listener {
    /* A record that cannot be extended is set aside and a new one begun, for what the old one
     * proved is proven by the package itself, too? */
    bool (*may_begin_anew)(void *context, const struct evidence_item *item);
    /* The record that is there gets ".bad" behind its name next; why: a sentence. */
    enum status (*set_aside)(void *context, const struct evidence_item *item, const char *why,
                             struct error *error);
    /* It lies there durably. */
    enum status (*written)(void *context, const struct evidence_item *item, struct error *error);
    /* It stays as it is; gain: only because the new time-stamp would not end later. */
    void (*left)(void *context, const struct evidence_item *item, bool gain, const char *why);
    /* It is written, or left as it is, and nothing in it proves that the authority of its newest
     * time-stamp was not revoked. RETRY: nobody answered; END: nothing more can be had. */
    void (*unproven)(void *context, const struct evidence_item *item, enum status status,
                     const char *why);
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
};

/* One tree and one token over all items (at most EVIDENCE_ITEMS_MAX), then each record durably.
 * A record that is there is judged before: one that is damaged, for something else, over, or not
 * trusted is not gone on from, nor one with EVIDENCE_STAMPS_MAX time-stamps, nor one whose newest
 * authority was revoked meanwhile so that its time-stamps prove nothing any more; the others go on.
 * *tokens: how many were taken. Stopped in the middle, the records that are there are good, and the
 * others are made by the next call. RETRY: no authority gave a token, the disk. FATAL: no trusted
 * roots. */
#define EVIDENCE_ITEMS_MAX 100000
#define EVIDENCE_STAMPS_MAX 256
enum status evidence_make(const struct archive_settings *settings,
                          const struct evidence_item *items, size_t count,
                          const struct evidence_listener *listener, int *tokens,
                          struct error *error);

struct evidence_verdict {
    int timestamps; /* in the chain */
    bool intact;    /* it is one, for this object, and every time-stamp stamps what it must */
    bool trusted; /* intact, and each time-stamp's chain ended in a root when the next one came, the
                     last one's does now; false when no roots were given */
    int unproven; /* of the time-stamps, how many bring no proof that their authority was not
                     revoked; counted only when roots were given */
    bool last_unproven; /* the newest is one of them: it can be completed yet */
    char since[26];     /* the time that is proven: of the first token; "" unless intact */
    char until[26];     /* when the last token's certificate ends; "" unless intact */
};
/* Does record prove that object was there, as it is now? trust: roots as chain_roots takes them;
 * NULL or "": whether its authorities are trusted is not judged. REJECT with the sentence when it
 * is not intact, or not trusted though roots were given; an authority that the record itself proves
 * to have been revoked is not trusted, and a proof that no authority gave is a fault. RETRY: a file
 * cannot be read. */
enum status evidence_check(const char *object, const char *record, const char *trust,
                           struct evidence_verdict *verdict, struct error *error);
/* What names a record in the journal: the SHA-256 of it with the newest time-stamp as its authority
 * gave it, so that proofs may come later. False: it cannot be read. */
bool evidence_name(const char *record, char hex[HASH_HEX_SIZE]);
/* Is record the one that hex names (or whose SHA-256 that is), or that one with more time-stamps?
 */
bool evidence_goes_on_from(const char *record, const char *hex);

/* ---- evidence_travel.c: with the package it is about */

#define EVIDENCE_FOLDER "evidence" /* of a warehouse */
#define EVIDENCE_SUFFIX ".er"
#define EVIDENCE_BAD ".bad" /* behind the name of one that was set aside */

/* FOLDER/3f/3f...-v2.er: a million names do not stand in one folder. */
char *evidence_path(const char *folder, const char *id, int version, struct arena *arena);
/* Keeps a record that came, durably. Of two the one that proves the earlier time stays, as long as
 * it can be renewed; one that is there and does not hold gets ".bad" behind its name. REJECT: the
 * record is damaged or for something else than object. */
enum status evidence_keep(const char *object, const char *record, const char *kept,
                          struct arena *arena, struct error *error);

#endif
