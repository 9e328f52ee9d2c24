/* The parts of an evidence record, shared by what makes and what judges one. */
#ifndef SOHOA_ARCHIVE_EVIDENCE_RECORD_H
#define SOHOA_ARCHIVE_EVIDENCE_RECORD_H

#include "archive/proof/der.h"
#include "archive/evidence.h"
#include "core/buffer.h"
#include "core/hash.h"

#define RECORD_MAX (32 << 20) /* bytes */
#define RECORD_HASH HASH_SHA256

struct stamp {                      /* ArchiveTimeStamp */
    struct der whole, lists, token; /* lists: empty without a tree */
};
struct record {
    struct stamp stamps[EVIDENCE_STAMPS_MAX];
    size_t count;
};

/* What is lent stays with bytes. */
bool record_read(const void *bytes, size_t size, struct record *record);
/* EvidenceRecord with one chain: the first so many stamps of record, then one more (may be NULL).
 */
void record_put(const struct record *record, size_t count, const struct buffer *more,
                struct buffer *out);
/* ArchiveTimeStamp. */
void stamp_put(const struct der *lists, const struct buffer *token, struct buffer *out);
/* Hash of these hashes in binary ascending order (RFC 4998 4.2); sorts them. */
void record_hash(uint8_t (*hashes)[HASH_SIZE], size_t count, uint8_t out[HASH_SIZE]);

#endif
