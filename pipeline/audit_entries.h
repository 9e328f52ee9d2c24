/* What the journal says of documents, read once (audit.c). */
#ifndef SOHOA_PIPELINE_AUDIT_ENTRIES_H
#define SOHOA_PIPELINE_AUDIT_ENTRIES_H

#include "core/hash.h"
#include "core/journal.h"

/* How often a document is named. */
struct named {
    char id[37];
    int64_t entries;
    bool stored, is_signed;
};

/* An entry that names the hash of a version: of its tagmanifest-sha256.txt, or of its evidence
 * record. */
struct bond {
    char id[37];
    int version;
    int64_t sequence;
    char place[60];           /* "<year>/<id>/v<version>" */
    char hash[HASH_HEX_SIZE]; /* "" when it says that there is none any more */
};
struct bonds {
    struct bond *list; /* sorted by id and version once all is read */
    size_t count, room;
};

struct entries {
    struct named *named; /* sorted by id once all is read */
    size_t count, room;
    struct bonds packages; /* of each version the first: what it was when it came */
    struct bonds records;  /* of each version the last: what it is since */
};

/* For journal_read: context is struct entries. Then entries_gather, once. */
enum status entries_take(void *context, const struct journal_record *record, struct error *error);
void entries_gather(struct entries *entries);
void entries_clear(struct entries *entries);

/* NULL: it names none. */
const struct named *entries_named(const struct entries *entries, const char *id);
const struct bond *bonds_find(const struct bonds *bonds, const char *id, int version);
bool bonds_know_older(const struct bonds *bonds, const char *id, int version);

#endif
