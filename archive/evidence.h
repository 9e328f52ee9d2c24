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
 */
#ifndef SOHOA_ARCHIVE_EVIDENCE_H
#define SOHOA_ARCHIVE_EVIDENCE_H

#include "archive/archive.h"

struct evidence_item {
    const char *object; /* the file that is proven */
    const char *record; /* its .er file: made when absent, else extended */
};

/* One tree and one token over all items (at most EVIDENCE_ITEMS_MAX), then each record durably.
 * progress may be NULL. Stopped in the middle, the records that are there are good, and the others
 * are made by the next call. RETRY: no authority gave a token, the disk; REJECT: a record that is
 * there is damaged. */
#define EVIDENCE_ITEMS_MAX 100000
enum status evidence_make(const struct archive_settings *settings,
                          const struct evidence_item *items, size_t count,
                          void (*progress)(void *context, size_t done, size_t total), void *context,
                          struct error *error);

struct evidence_verdict {
    int timestamps; /* in the chain */
    char since[26]; /* the time that is proven: of the first token */
    char until[26]; /* when the last token's certificate ends; "" unless it was readable */
};
/* Does record prove that object was there, as it is now? Each time-stamp is judged at the time of
 * the next one, the last now; chains only when trust is given. REJECT with the sentence when not.
 */
enum status evidence_check(const char *object, const char *record, const char *trust,
                           struct evidence_verdict *verdict, struct error *error);

/* ---- evidence_travel.c: with the package it is about */

#define EVIDENCE_SUFFIX ".er"

/* FOLDER/3f/3f...-v2.er: a million names do not stand in one folder. */
char *evidence_path(const char *folder, const char *id, int version, struct arena *arena);
/* Keeps a record that came, durably. Of two the one that proves the earlier time stays, as long as
 * it can be renewed; one that is there and does not hold gets ".bad" behind its name. REJECT: the
 * record is damaged or for something else than object. */
enum status evidence_keep(const char *object, const char *record, const char *kept,
                          struct arena *arena, struct error *error);

#endif
