/* What the files of backup and restore share. */
#ifndef SOHOA_PIPELINE_BACKUP_PRIVATE_H
#define SOHOA_PIPELINE_BACKUP_PRIVATE_H

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "pipeline/audit.h"
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

/* Adds the lines of a manifest of SHA-256; strings in the arena, the list is the caller's to free.
 */
void backup_read_sums(struct arena *arena, const char *path, struct backup_sums *out);
/* Is it there, and has it this SHA-256? */
bool backup_has_hash(const char *path, const char *hash);

struct backup_name {
    const char *name;
    int64_t size; /* of a file of the journal */
};

struct backup_names {
    struct backup_name *list;
    size_t count, room;
};

/* The moment that the backup shows (backup_cut.c). */
struct backup_cut {
    struct arena *arena; /* as long as the backup */
    int lock;
    struct db *rows;              /* the database as it stood; NULL once it was copied */
    const char *mirror;           /* folder of second names of the spool's files */
    struct backup_names finished; /* batches whose files lie in the spool alone */
    struct backup_names journal;  /* its files, in their order */
    struct backup_names there;    /* packages that were there before, sorted by their places */
    int64_t sequence;             /* of the journal's last entry */
    int64_t records;              /* number of the last record */
    struct warehouse warehouse;   /* for the audit */
    struct audit *audit;          /* of the journal as it goes on */
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
    struct arena *arena;     /* of one package or folder */
    const char *below;       /* the package that is taken, relative: "store/2026/<id>/v1" */
    json_t *public_files;    /* for backup.json */
    struct backup_sums told; /* what the package in hand says of its files */
    struct backup_cut cut;
};

/* Makes the cut; backup_cut_end lets go of it. */
enum status backup_cut(struct backup *backup, struct error *error);
void backup_cut_end(struct backup *backup);
/* Does it hold this package? Only after backup_take_journal. */
bool backup_in_cut(const struct backup *backup, const char *package);
/* What stands at the cut goes in: the database, the journal, the spool. */
enum status backup_take_rows(struct backup *backup, struct error *error);
enum status backup_take_journal(struct backup *backup, struct error *error);
enum status backup_take_spool(struct backup *backup, struct error *error);
/* Do database, journal, packages, records and hand-overs that went in speak of each other? What
 * they do not is told. */
enum status backup_check(struct backup *backup, struct error *error);

/* ---- backup_kept.c */
enum status backup_take_evidence(struct backup *backup, struct error *error);
enum status backup_take_records(struct backup *backup, struct error *error);
/* The journal only grows, and so do its anchors: what the snapshot before has stands in this one,
 * too. That snapshot is the witness that is not in the warehouse. */
enum status backup_check_journal(struct backup *backup, struct error *error);
/* Records and hand-overs of a warehouse or snapshot against its journal; places in findings are
 * relative to it. */
enum status backup_check_kept(const struct warehouse *warehouse, backup_finding *finding,
                              void *context, struct error *error);

/* The same warehouse, in which no root is looked for. */
struct warehouse backup_trusting_nobody(const struct warehouse *warehouse);
/* For who wants no findings. */
void backup_pass_over(void *context, const char *path, const char *sentence);

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

/* One file, or all below a folder: source and from are relative to the warehouse. What is gone by
 * then is not missed. */
enum status backup_take_file(struct backup *backup, const char *source, const char *relative,
                             struct error *error);
enum status backup_take_below(struct backup *backup, const char *from, const char *to,
                              struct error *error);

/* A file that was written by ourselves. */
void backup_count(struct backup *backup, const char *relative, const char *hash, int64_t bytes);

/* The certificates that settings name. */
enum status backup_take_public(struct backup *backup, struct error *error);

/* Every package of the cut, and those that should be in the store. */
enum status backup_packages(struct backup *backup, struct error *error);

#endif
