/*
 * Backups: a snapshot of the warehouse in a folder of its own on another medium, in which what has
 * not changed shares its bytes with the snapshot before (hard links, where the file system has
 * them).
 *
 *   <target>/<20261124T071500>/backup.json   id, time, what it holds, head of the journal, SHA-256
 * of the manifest manifest-sha256.txt   every file; `sha256sum -c` reads it sohoa.db store/ spool/
 * journal/ *.conf ...   the warehouse itself
 *
 * Of keys/ only certificates are in it: the roots and the signers' that settings name, each
 * where it stood, or as keys/public/<setting>.pem when it stood outside of the warehouse. A key
 * never is (keys are kept apart from backups), nor is log/. Nothing is ever removed.
 */
#ifndef SOHOA_PIPELINE_BACKUP_H
#define SOHOA_PIPELINE_BACKUP_H

#include "pipeline/pipeline.h"

#define BACKUP_PUBLIC "keys/public"

struct backup_report {
    const char *path, *id; /* in the arena */
    int64_t packages, files, bytes;
    int64_t copied_files, copied_bytes; /* the rest is shared with the snapshot before */
    int64_t faults;  /* told: files and packages, here and in the snapshot before */
    int64_t seconds; /* that it took */
};

typedef void backup_finding(void *context, const char *path, const char *sentence);

/* Makes a snapshot of one moment (backup_cut.c): others may go on working meanwhile. It gets its
 * name only when all of it is there and every byte that was copied was read back. Of each package
 * the store's files and those of the snapshot before are read and held against its manifest: the
 * good one goes in, by a link when it is the snapshot's, and what is not good in either place is
 * told; so no rot is handed on from snapshot to snapshot. A package that is missing (the catalogue,
 * a fixity check or the snapshot before knows it) is told and taken from the snapshot before. That
 * costs reading the store and the snapshot once each. In the end its database, journal and packages
 * are held against each other. OK; REJECT: made, with faults. RETRY: another backup of this
 * warehouse, or into this target, is being made. */
enum status backup_make(const struct warehouse *warehouse, const char *target,
                        backup_finding *finding,
                        void (*progress)(void *context, int64_t files, int64_t bytes),
                        void *context, struct arena *arena, struct backup_report *report,
                        struct error *error);

/* The newest snapshot in target, or target itself when it is one. REJECT: none. */
enum status backup_find(const char *target, struct arena *arena, const char **path,
                        struct error *error);

/* What a restore would bring back, tried without changing anything. */
struct drill_report {
    char id[64], time[26];
    int64_t files, bytes, wrong_files;       /* against the snapshot's manifest */
    int64_t packages, wrong_packages;        /* verified as in a store */
    int64_t rows, wrong_rows;                /* of its catalogue against its packages */
    int64_t journal_entries, journal_faults; /* its journal: chain, anchors */
    int64_t kept_faults; /* of records and of what is kept of hand-overs, against its journal */
    int64_t public_files, public_missing; /* certificates its settings name: there, not there */
    bool compared;                        /* with a living warehouse */
    int64_t live_rows, lost_rows; /* of the living catalogue; not in the snapshot, or others */
    int64_t live_entries;         /* of the living journal; those after the snapshot */
    bool journal_continues;       /* the snapshot's head is an entry of the living one */
};

/* live: the warehouse it is compared with, NULL: none. OK: it could be restored; REJECT: not whole.
 */
enum status backup_drill(const char *snapshot, const struct warehouse *live,
                         backup_finding *finding,
                         void (*progress)(void *context, int64_t files, int64_t bytes),
                         void *context, struct drill_report *report, struct error *error);

/* Brings a snapshot back into a folder that is absent or empty; every byte is held against the
 * manifest. finding NULL: one that is not what it says ends it (REJECT). Else a backup that is
 * damaged comes back as far as it is there: what is wrong is told, what is gone is left out, and a
 * damaged database is begun anew (its rows can be made again, and a broken one spoils more). Leases
 * end, and documents that its store and journal have and its rows lack wait for the next run (those
 * of a backup from before there was a cut). The keys have to be put into keys/ by hand. */
struct backup_restored {
    int64_t files;
    int64_t documents; /* that wait for the next run */
    int64_t faults;    /* told */
    bool no_rows;      /* its database was damaged */
};
enum status backup_restore(const char *snapshot, const char *to, backup_finding *finding,
                           void (*progress)(void *context, int64_t files, int64_t bytes),
                           void *context, struct backup_restored *out, struct error *error);

/* The files of certificates that the settings of a restored warehouse (or of the snapshot itself)
 * name: path as it is looked for, place in the backup, NULL when it is not in there. */
enum status backup_public(const char *snapshot, const char *root,
                          void (*visit)(void *context, const char *setting, const char *path,
                                        const char *place),
                          void *context, struct error *error);

#endif
