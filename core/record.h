/*
 * What people counted or decided and no package tells: the inventory, a register, two citizens who
 * are one, a result that was used again, a sample and its verdict. Each is one file of the
 * warehouse, written once; rows of the database are made of them, in their order, and can be made
 * again (pipeline/records.h).
 *
 *   <warehouse>/records/000/00000017.json
 *   {"record": 17, "kind": "owner-merge", "at": "2026-11-30T09:01:02+07:00", "actor": "lan",
 *    "role": "văn thư", "previous": "<SHA-256 of the bytes of record 16; 64 zeros for record 1>",
 *    "data": {...}}
 *
 * Numbers start at 1 and have no gaps; a thousand records lie in a folder (000: 1 to 999). Nothing
 * of a citizen stands in a name; what stands in data may be personal, as what lies in the store.
 * There is no function that changes or removes one: what was wrong is taken back by another record.
 */
#ifndef SOHOA_CORE_RECORD_H
#define SOHOA_CORE_RECORD_H

#include "core/arena.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/status.h"

#define RECORD_FOLDER "records"

struct record { /* lent during a visit */
    int64_t number;
    const char *kind; /* small letters, digits and "-" */
    const char *at, *actor, *role;
    const json_t *data;
    char hash[HASH_HEX_SIZE]; /* SHA-256 of the file's bytes */
};

/* The number of the last record, looked for from one that is known to be there (0: none is). */
int64_t record_last(const char *folder, int64_t known);

/* The record that follows the last one (record_last), with its moment and who acts (the journal's).
 * Its texts live in the arena, its data is the caller's; hash is "" until it is written. FATAL:
 * kind is none. */
enum status record_next(int64_t last, const char *kind, const json_t *data, struct arena *arena,
                        struct record *out, struct error *error);
/* Writes it durably and gives it its hash. Who writes must be alone (pipeline_record_add holds the
 * database's write lock). RETRY also when that number is there already. */
enum status record_write(const char *folder, struct record *record, struct error *error);

/* The records after this number, in order, until one is not there. REJECT with the place: one that
 * is no record, bears another number or does not follow its predecessor's bytes. Ends with the
 * first outcome of visit that is not OK. */
enum status record_each(const char *folder, int64_t after,
                        enum status (*visit)(void *context, const struct record *record,
                                             struct error *error),
                        void *context, struct error *error);

#endif
