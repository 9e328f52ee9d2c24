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
 *
 *   first token                       last token
 *   |---- since ----------------------|------------- until
 *   what the object stands for was there at `since`; the chain proves that up to `until`
 */
#ifndef SOHOA_ARCHIVE_EVIDENCE_H
#define SOHOA_ARCHIVE_EVIDENCE_H

#include "archive/archive.h"

struct evidence_item {
    const char *object;  /* the file that is proven */
    const char *record;  /* its .er file: made when absent, else extended */
    const char *refused; /* why the record that is there must not be extended; NULL: judge it */
    bool anew; /* a record that cannot be extended is set aside and a new one is begun: what
                  the old one proved is proven by the package itself, too */
    void *own; /* the caller's */
};

/* What is told while records are made; all are given, and a failing one ends the work. */
struct evidence_listener {
    /* The record that is there gets ".bad" behind its name next; why: a sentence. */
    enum status (*set_aside)(void *context, const struct evidence_item *item, const char *why,
                             struct error *error);
    /* It lies there durably. */
    enum status (*written)(void *context, const struct evidence_item *item, struct error *error);
    /* It stays as it is; gain: only because the new time-stamp would not end later. */
    void (*left)(void *context, const struct evidence_item *item, bool gain, const char *why);
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
};

/* One tree and one token over all items (at most EVIDENCE_ITEMS_MAX), then each record durably.
 * A record that is there is judged before: one that is damaged, for something else, over, or not
 * trusted is not gone on from, nor one with EVIDENCE_STAMPS_MAX time-stamps; the others go on.
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
    char since[26]; /* the time that is proven: of the first token; "" unless intact */
    char until[26]; /* when the last token's certificate ends; "" unless intact */
};
/* Does record prove that object was there, as it is now? trust: roots as chain_roots takes them;
 * NULL or "": whether its authorities are trusted is not judged. REJECT with the sentence when it
 * is not intact, or not trusted though roots were given. RETRY: a file cannot be read. */
enum status evidence_check(const char *object, const char *record, const char *trust,
                           struct evidence_verdict *verdict, struct error *error);
/* Is record the one whose SHA-256 is hex, or that one with more time-stamps? */
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
