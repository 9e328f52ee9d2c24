/*
 * The plan: year bands over the day of issue, phases, deadlines, targets; and the accounts against
 * it.
 *
 * config/roadmap.conf, as in plan 244/KH-UBND of Đông Sơn district:
 *   [roadmap]  title, plan
 *   [phase 1]  title, start, deadline: what the plan does when, also where no band is worked on
 *   [band 2006-2015]
 *   from, to          years, inclusive; "-" for "and earlier" (the first band only) and "and later"
 *                     (the last band only)
 *   phase             its number; 0 or absent: none
 *   start, deadline   days, DD/MM/YYYY
 *   target            percent of the inventory, 0..100; absent: 100
 *   [target NAME]     what a unit must have reached by when
 *   unit              its name; absent: every unit
 *   measure           "papers" (of what is due, the default) or an indicator of indicators.conf
 *   band              of a measure "papers": its id; absent: all
 *   year, deadline    by the end of that year, or by that day; one of the two
 *   percent           0..100
 *   source            the plan that says so
 *   [unit NAME]       a unit that others were merged into: from a day on they count as one
 *   former            their names, divided by "|", as they stand on papers and in the inventory
 *   since             the day; absent: always
 * Refused with a sentence that names file, line and value: a date that does not exist (31/6/2025),
 * overlapping bands, a gap, an open end in the middle, deadline before start, a target over 100; a
 * band of a phase that is not there, or whose days lie outside of that phase; two targets for the
 * same that differ, or of which the later asks for less; a unit that is counted under two others.
 */
#ifndef SOHOA_INDEX_ROADMAP_H
#define SOHOA_INDEX_ROADMAP_H

#include "core/arena.h"
#include "core/db.h"
#include "core/status.h"

#define BAND_UNKNOWN "unknown" /* "chưa rõ năm" */

struct band {
    const char *id; /* "2006-2015" */
    int from, to;   /* years, inclusive; INT_MIN / INT_MAX when open */
    int phase;
    char start[11], deadline[11]; /* ISO; "" when not given */
    double target_percent;
};

struct phase {
    int number;
    const char *title;            /* "" when not given */
    char start[11], deadline[11]; /* ISO; "" when not given */
};

struct target {
    const char *name;
    const char *unit;    /* "": every unit */
    const char *measure; /* "papers", or the id of an indicator */
    const char *band;    /* id; "": all */
    char by[11];         /* ISO day */
    double percent;
    const char *source; /* "" when not given */
};

/* Of a unit that was divided the papers count where the plan names it, once, or under its own name.
 */
struct unit_group {
    const char *name;
    const char **former; /* names */
    size_t former_count;
    char since[11];                /* ISO day; "" always */
    const char *key, **former_key; /* of the names (index/procedures.h) */
};

struct roadmap {
    struct band *bands; /* by year, earliest first */
    size_t band_count;
    struct phase *phases; /* as in the file */
    size_t phase_count;
    struct target *targets; /* as in the file */
    size_t target_count;
    struct unit_group *units; /* as in the file */
    size_t unit_count;
    const char *title, *plan; /* of [roadmap]: name and number of the plan */
};

enum status roadmap_read(const char *path, struct arena *arena, struct roadmap *out,
                         struct error *error);
/* The band of an ISO date or a bare year; BAND_UNKNOWN when it is NULL, no date, or a year of no
 * band. */
const char *roadmap_band(const struct roadmap *roadmap, const char *iso_date);

/* Fills the keys of a group, and of each group of a plan looks whether a unit is named twice: then
 * REJECT, with its name. */
void unit_group_keys(struct unit_group *group, struct arena *arena);
enum status roadmap_check_units(const struct roadmap *roadmap, struct error *error);
/* Names divided by "|" into group->former. */
void unit_group_former(struct unit_group *group, const char *names, struct arena *arena);
/* The group that a unit (by its key, unit_key()) is counted under on a day; NULL: it is counted by
 * its own name. former: only when it is one of those that were merged. */
const struct unit_group *roadmap_group(const struct roadmap *roadmap, const char *key,
                                       const char *day, bool former);

#endif
