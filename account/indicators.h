/*
 * Indicators as definitions with versions: numerator over denominator, each the rows of a source
 * that meet named conditions. config/indicators.conf says which there are.
 *
 * A definition becomes two queries in plain SQL, with the moment and the period in them; the figure
 * is what they count, and the list behind it is what they select, so anybody can count again.
 */
#ifndef SOHOA_ACCOUNT_INDICATORS_H
#define SOHOA_ACCOUNT_INDICATORS_H

#include "account/account.h"
#include "core/json.h"

struct indicator {
    const char *id; /* "4.2" */
    int version;    /* of the definition */
    char since[11]; /* ISO; "": from the start */
    const char *title, *source, *period, *filter, *numerator, *denominator, *legal;
    double full; /* percent that is worth the full score; 0: not said */
};

struct indicators {
    struct indicator *at; /* in the order of the file */
    size_t count;
};

/* REJECT with file and line: an unknown source, period or condition, two sections of one id and
 * version. An absent file has none. */
enum status indicators_read(const char *path, struct arena *arena, struct indicators *out,
                            struct error *error);
/* The definition of an id that is in force on a day (ISO): of those that begin by then the highest
 * version. NULL: there is none. */
const struct indicator *indicator_on(const struct indicators *indicators, const char *id,
                                     const char *day);

/* As report.json keeps a definition, and back, so that a report is counted again by the one it was
 * made by. REJECT: it is none. */
json_t *indicator_json(const struct indicator *indicator);
enum status indicator_from_json(const json_t *json, struct arena *arena, struct indicator *out,
                                struct error *error);

struct indicator_value {
    int64_t numerator, denominator;
    double percent; /* -1: nothing to divide by (N/A) */
};
/* Of the days from..until (ISO, with both); unit "": all, else its name. */
struct indicator_scope {
    const char *from, *until, *unit;
    const struct unit_group *group; /* that unit counts for these, too; NULL: itself alone */
};
enum status indicator_count(struct db *db, const struct account_at *at,
                            const struct indicator *indicator, const struct indicator_scope *scope,
                            struct indicator_value *out, struct error *error);

enum indicator_part { INDICATOR_NUMERATOR, INDICATOR_DENOMINATOR };
/* The query whose rows a part counts: id (a dossier, or a document), number, date, unit. */
enum status indicator_query(const struct account_at *at, const struct indicator *indicator,
                            const struct indicator_scope *scope, enum indicator_part part,
                            struct arena *arena, const char **sql, struct error *error);
struct indicator_row {
    const char *id, *number, *date, *unit; /* "" where not known */
};
enum status indicator_each(struct db *db, const struct account_at *at,
                           const struct indicator *indicator, const struct indicator_scope *scope,
                           enum indicator_part part,
                           enum status (*visit)(void *context, const struct indicator_row *row,
                                                struct error *error),
                           void *context, struct error *error);

#endif
