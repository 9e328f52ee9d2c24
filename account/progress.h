/*
 * Plan against done, by band × unit × procedure, in papers, pages, sheets and metres of shelf.
 *
 * A paper fills the inventory only for its own band, unit and procedure, and only what is not
 * exempt; what is done beyond that is outside, so that papers nobody planned never make up for
 * planned ones that are missing. Metres done are the inventory's metres of a unit, procedure and
 * band in the share in which its papers are done.
 *
 * Units meet by name without "UBND", with its marks; a name that no unit has so by its folded form,
 * when just one unit answers to it; procedures by code or folded name, papers without a procedure
 * by their type. Units that were merged are one from the day that the plan says, whatever name
 * papers and inventory bear; of one that was divided nobody knows which paper went where, so it
 * counts once, where the plan names it or by its own name. Pages are written pages: blank backs do
 * not count. A sheet is a sheet of paper, whatever is on it.
 */
#ifndef SOHOA_ACCOUNT_PROGRESS_H
#define SOHOA_ACCOUNT_PROGRESS_H

#include "account/account.h"
#include "index/roadmap.h"

struct progress_row {
    const char *band, *unit, *procedure;   /* labels; NULL where summed over */
    const char *unit_key, *procedure_key;  /* "" where summed over */
    int64_t papers_planned, pages_planned; /* inventory */
    int64_t papers_exempt;                 /* of those, not to be digitised */
    int64_t papers_due;                    /* the rest: what must be done */
    int64_t papers_done, pages_done;       /* in the store */
    int64_t papers_outside;                /* of those done: more than is due where they belong */
    int64_t papers_twice; /* beside those done: there already, not counted again (twins.h) */
    int64_t sheets_planned, sheets_done; /* planned: as far as they were counted */
    double metres_planned, metres_done;  /* as far as they were measured */
    double percent;                      /* of papers due; -1 when nothing is (N/A) */
    const char *deadline;                /* of the band, "" none */
    double target_percent;
};
/* Always by band. AS_PRINTED: units that the plan counts as one (roadmap.h, [unit NAME]) each by
 * its own name. */
enum { PROGRESS_BY_UNIT = 1, PROGRESS_BY_PROCEDURE = 2, PROGRESS_AS_PRINTED = 4 };

/* One row a band (× unit × procedure, where there is anything), unknown year last, then a total row
 * (band NULL). */
enum status progress_each(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          int by,
                          enum status (*visit)(void *context, const struct progress_row *row,
                                               struct error *error),
                          void *context, struct error *error);

/* What the papers done are counted by: SQL that can be run as it stands. */
const char *progress_query(const struct account_at *at, struct arena *arena);
/* Versions whose sheets are not known (entered by an earlier program); the index made again knows
 * them. */
enum status progress_unknown_sheets(struct db *db, int64_t *versions, struct error *error);

#endif
