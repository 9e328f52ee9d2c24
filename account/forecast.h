/*
 * How fast it goes, and where that leads: burn-down and forecast of each band to its deadline.
 *
 * The rate is the mean of the last working days (Monday to Friday, and other days on which
 * something was done) since the band's first paper, with the interval in which that mean lies in 95
 * of 100 cases (Student's t). A document counts on the day on which its first version came into the
 * store. Papers outside of the inventory lower nothing, so the rate is taken in the share in which
 * papers done were due.
 */
#ifndef SOHOA_ACCOUNT_FORECAST_H
#define SOHOA_ACCOUNT_FORECAST_H

#include "account/account.h"
#include "index/roadmap.h"

enum { FORECAST_DAYS = 20, FORECAST_LEAST = 5 }; /* days that are looked at; fewer say nothing */

enum forecast_state {
    FORECAST_NOTHING_DUE, /* the inventory has nothing for this band */
    FORECAST_DONE,
    FORECAST_TOO_FEW, /* days to judge by */
    FORECAST_STANDS_STILL,
    FORECAST_OPEN,    /* it has no deadline */
    FORECAST_ON_TIME, /* also at the slow end of the interval */
    FORECAST_UNSURE,  /* the deadline lies within the interval */
    FORECAST_LATE     /* also at the quick end */
};

struct forecast {
    const char *band; /* id, or BAND_UNKNOWN; NULL: all */
    int64_t due, done, left;
    double share;           /* of the papers that came in: that were due */
    int days;               /* that were looked at */
    double rate, low, high; /* papers a working day */
    double needed;          /* papers a working day to the deadline; -1: no deadline, or past */
    char deadline[11];      /* "" none */
    char finish[11], earliest[11], latest[11]; /* "" not known; latest "": never, at the slow end */
    bool overdue;                              /* the deadline has passed and papers are left */
    enum forecast_state state;
};

/* Each band of the roadmap, then unknown, then all. */
enum status forecast_each(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          enum status (*visit)(void *context, const struct forecast *forecast,
                                               struct error *error),
                          void *context, struct error *error);
/* The sentence for a person, in the arena. */
const char *forecast_sentence(const struct forecast *forecast, struct arena *arena);

/* Papers of all bands by month ("2026-11"), the latest so many months up to the moment: how many
 * came in, and how many were left at its end by the inventory of the moment. */
struct burn {
    const char *month;
    int64_t done, left;
};
enum status forecast_burn(struct db *db, const struct roadmap *roadmap, const struct account_at *at,
                          int months, struct arena *arena, struct burn **list, size_t *count,
                          struct error *error);

#endif
