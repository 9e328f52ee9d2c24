/*
 * Completeness: which results of the registers are in the store, and which were never scanned.
 *
 * Rows with the same number and day, of which dossier, unit, procedure and owner say nothing else,
 * tell of one result: the commune's book and an export of the one-stop system.
 *
 * A row of a register (that has a paper result) meets a document by its number, else by its owner;
 * day, unit, procedure and owner then speak for or against it. Each document answers for one row
 * only, the surest first. What is neither sure nor nothing is doubtful, for a person to look at.
 */
#ifndef SOHOA_ACCOUNT_MISSING_H
#define SOHOA_ACCOUNT_MISSING_H

#include "account/account.h"

#define MISSING_SURE 0.85
#define MISSING_DOUBTFUL 0.6

enum missing_state { MISSING_FOUND, MISSING_DOUBT, MISSING_NEVER };

struct missing_row {
    int64_t record, line;                                           /* of the register */
    const char *dossier, *number, *date, *unit, *procedure, *owner; /* "" where it does not say */
    enum missing_state state;
    const char *document_id; /* "" never scanned */
    double score;
};

struct missing_sum {
    int64_t expected, found, doubtful, never;
    int64_t told_again; /* further rows about results that are expected already */
};

/* All results that should be there on paper, in the order of the registers, as of a moment; sum and
 * visit may be NULL. */
enum status missing_each(struct db *db, const struct account_at *at,
                         enum status (*visit)(void *context, const struct missing_row *row,
                                              struct error *error),
                         void *context, struct missing_sum *sum, struct error *error);

#endif
