/*
 * Fixity: every package is looked at again, the one longest not looked at first. What should be
 * there is known from the store, the catalogue, the journal and the checks before, so that what was
 * taken away as a whole is missed even when it was never looked at. What was found when is kept in
 * the database (it is lost with it: then all counts as never looked at, and is looked at again); a
 * check that fails, dies, or does not come at all, shows in `sohoa status` and in exit codes.
 */
#ifndef SOHOA_PIPELINE_FIXITY_H
#define SOHOA_PIPELINE_FIXITY_H

#include "pipeline/pipeline.h"

struct fixity_state {
    int64_t packages; /* in the store, and recorded without being there */
    int64_t missing;  /* of them: recorded in the catalogue or by a check, and not in the store */
    int64_t checked;  /* of them looked at within within_days */
    int64_t never;    /* not looked at since they were stored */
    int64_t ahead;    /* of them: their look is dated later than today, so that it says nothing */
    int64_t failed;   /* that were not whole when last looked at, or are gone */
    int64_t oldest_days;     /* age of the oldest look (of one never looked at: since it was seen
                                first); 0 when there is no package */
    char last_run[26];       /* when the last check ended, not later than today; "" never */
    bool running;            /* a check is at work just now */
    bool unfinished;         /* the last check began, did not end and is not at work any more */
    char failed_at[26];      /* of the newest failure; "" none */
    const char *failed_path; /* in the arena; NULL none */
    const char *failed_why;
    bool overdue; /* the last check, before the first the oldest package, is run_days old; or some
                     package waits longer than within_days */
};

struct fixity_limits {
    int packages;       /* at most so many; 0: no limit */
    int minutes;        /* and no new one after so many; 0: no limit */
    bool (*stop)(void); /* asked between two packages; NULL: never */
};

struct fixity_report {
    int64_t packages, bytes, failed;
    int64_t journal_faults;
};

/* Is something not as it should be: failed, missing, died or overdue? */
bool fixity_is_wrong(const struct fixity_state *state);

/* Looks at packages until a limit is reached: whole by themselves, and those that the journal says
 * were stored. finding() gets path and sentence of each fault. Each result is durable before the
 * next package. OK: those looked at are whole, and the journal is. REJECT: some are not. */
enum status fixity_run(const struct warehouse *warehouse, struct db *db,
                       const struct fixity_limits *limits,
                       void (*finding)(void *context, const char *path, const char *sentence),
                       void (*progress)(void *context, int64_t done, int64_t total), void *context,
                       struct fixity_report *report, struct error *error);

/* What is recorded, judged at this moment; looks at no package. */
enum status fixity_state(const struct warehouse *warehouse, struct db *db, struct arena *arena,
                         struct fixity_state *out, struct error *error);

/* Puts right the package at place ("2026/<id>/v1") and its evidence record from copies: a store, a
 * warehouse, a backup or a folder of backups (all of them, the newest first). Where the journal
 * names the package's hash, each file is taken from the first copy that has it as the manifests
 * say, the store's own counting as one, and signers need not be trusted any more; else one copy
 * must be whole and trusted. A record must be the one that the journal names, or go on from it.
 * What was made is verified before it takes its place, and all is judged again, as fixity_run does,
 * before OK; what was there is kept below <root>/aside/. REJECT: not put right, with the reason; or
 * there is nothing to repair. */
enum status fixity_repair(const struct warehouse *warehouse, struct db *db, const char *place,
                          const char *copies, struct error *error);
/* The places that failed when last looked at, in the arena. */
enum status fixity_each_failed(struct db *db, struct arena *arena, const char ***places,
                               size_t *count, struct error *error);

#endif
