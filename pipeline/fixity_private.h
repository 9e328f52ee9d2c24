/* What fixity.c and fixity_state.c share. */
#ifndef SOHOA_PIPELINE_FIXITY_PRIVATE_H
#define SOHOA_PIPELINE_FIXITY_PRIVATE_H

#include "pipeline/audit.h"
#include "pipeline/fixity.h"

extern const char fixity_tables[]; /* SQL that makes them when they are not there */
/* Who hears of faults: the first is kept. */
struct fixity_ear {
    void (*finding)(void *context, const char *path, const char *sentence); /* NULL: nobody else */
    void *context;
    char fault[400]; /* "" none */
};
void fixity_hear(void *ear, const char *path, const char *sentence);

/* Is the package at path whole, by itself and by what the journal says of it and of its evidence
 * record? Whom a signer is trusted by is another question. audit: opened with fixity_hear and ear.
 */
enum status fixity_judge(const struct warehouse *warehouse, struct audit *audit, const char *path,
                         struct fixity_ear *ear, bool *whole, int64_t *bytes, struct error *error);

/* A time later than this is none: the clock was ahead. A day, for ages are told in days. */
void fixity_latest(char latest[26]);
/* The one number that sql gives. */
enum status fixity_number(struct db *db, const char *sql, int64_t *out, struct error *error);
/* Whoever checks holds it shared; who cannot have it alone knows that a check is at work. how: of
 * flock(). The open file, to be closed; -1 and errno. */
int fixity_lock(const struct warehouse *warehouse, int how);

#endif
