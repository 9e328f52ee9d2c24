/* What giving, receiving and the receipt that comes back share (handover.h is their door). */
#ifndef SOHOA_ARCHIVE_HANDOVER_PARTS_H
#define SOHOA_ARCHIVE_HANDOVER_PARTS_H

#include "archive/handover.h"
#include "core/hash.h"

#define RECEIPT_MAX ((size_t)64 * 1024 * 1024)

/* The signature beside a receipt; in the arena. */
const char *handover_signature(const char *json, struct arena *arena);
/* A receipt in words (biên bản giao nhận), for the two to sign on paper as well. */
enum status handover_record(const char *path, const json_t *receipt, struct error *error);
void handover_digest(enum hash_kind kind, const void *bytes, size_t size,
                     uint8_t digest[HASH_SIZE_MAX]);
/* What a line of a receipt has of the list, NULL at the end; result is its own. */
extern const char *const handover_line_keys[];

#endif
