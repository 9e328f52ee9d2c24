/* Between backup.c and backup_packages.c. */
#ifndef SOHOA_PIPELINE_BACKUP_PRIVATE_H
#define SOHOA_PIPELINE_BACKUP_PRIVATE_H

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "pipeline/backup.h"

#define MANIFEST "manifest-sha256.txt"
#define TAG_MANIFEST "tagmanifest-sha256.txt"

struct backup_sum { /* a line of a package's manifest */
    const char *path, *hash;
};

struct backup_sums {
    struct backup_sum *sums; /* sorted by path */
    size_t count, room;
};

struct backup {
    const struct warehouse *warehouse;
    const char *to;     /* <target>/<id>.part */
    const char *before; /* the snapshot before; NULL: none */
    FILE *manifest;
    backup_finding *finding;
    void (*progress)(void *context, int64_t files, int64_t bytes);
    void *context;
    struct backup_report *report;
    struct arena *arena;  /* of one package or folder */
    const char *below;    /* the folder that is walked, relative: "spool", "store/2026/<id>/v1" */
    json_t *public_files; /* for backup.json */
    struct backup_sums told; /* what the package in hand says of its files */
};

/* A fault on the way; the backup is made all the same. */
void backup_tell(struct backup *backup, const char *path, const char *sentence);
/* The folder that path stands in. */
enum status backup_parent(struct backup *backup, const char *path, struct error *error);
/* Shares the bytes of like, when the file system can; hash is of them. */
bool backup_link(struct backup *backup, const char *like, const char *relative, const char *hash,
                 int64_t bytes);
/* The same, when they are the right ones. */
bool backup_share(struct backup *backup, const char *like, const char *relative, const char *hash,
                  int64_t bytes);
/* from: whole path; hash: of its bytes. */
enum status backup_copy(struct backup *backup, const char *from, const char *relative,
                        const char *hash, struct error *error);

/* A file that was written by ourselves. */
void backup_count(struct backup *backup, const char *relative, const char *hash, int64_t bytes);

/* The certificates that settings name. */
enum status backup_take_public(struct backup *backup, struct error *error);

/* Every package of the store, and those that should be in it. */
enum status backup_packages(struct backup *backup, struct error *error);

#endif
