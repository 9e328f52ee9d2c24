/* Between repair.c and repair_copies.c. */
#ifndef SOHOA_PIPELINE_REPAIR_PRIVATE_H
#define SOHOA_PIPELINE_REPAIR_PRIVATE_H

#include "pipeline/audit.h"
#include "pipeline/fixity_private.h"

struct repair_copy {
    const char *store, *evidence; /* folders; either may be absent */
};

struct repair {
    const struct warehouse *warehouse;
    struct audit *audit;
    struct fixity_ear *ear; /* of the audit */
    struct arena *arena;
    const char *place; /* "2026/<id>/v1" */
    const char *path;  /* of it in the store */
    const char *from;  /* what was named, for sentences */
    struct repair_copy *copies;
    size_t count;
};

/* What was named: a store, a warehouse, a backup, or a folder of backups, the newest first. */
enum status repair_find(struct repair *repair, struct error *error);

/* Whole by itself, and the one that was stored. That signers are not trusted (any more) is no
 * reason against one whose every byte the journal stands for. */
enum status repair_verify(const struct repair *repair, const char *path, struct error *error);

/* Makes the package in the folder made: each file from the first copy that has it as the journal's
 * entry says, through the manifests; one that no entry names from the first copy that is whole. */
enum status repair_make(const struct repair *repair, const char *made, struct error *error);

/* The first evidence record of the copies that the journal stands for. REJECT: none does. */
enum status repair_record(const struct repair *repair, const char **record, struct error *error);

#endif
