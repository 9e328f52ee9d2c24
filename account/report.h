/*
 * Reports of a month, a quarter or a year: the figures, and counting them again.
 *
 * All that a figure depends on stands in the report's facts (docs/formats.md): the moment of the
 * journal, the plan, the definitions of the indicators, the period. Counting again takes these from
 * the report and nothing from today's configuration.
 */
#ifndef SOHOA_ACCOUNT_REPORT_H
#define SOHOA_ACCOUNT_REPORT_H

#include "account/account.h"
#include "account/indicators.h"
#include "core/report.h"
#include "index/roadmap.h"

#define REPORT_DETAILS "details" /* the table by unit and procedure */

#define KIND_REPORT "report"

enum report_period { REPORT_MONTH, REPORT_QUARTER, REPORT_YEAR };
/* "month", "quarter", "year"; -1: none of them. */
int report_period_find(const char *word);
const char *report_period_word(enum report_period kind);

/* The days of a period named "2026-11", "2026-Q4" or "2026"; "" is the one that day lies in.
 * closes: the day of the month on which the period's last month ends (20: from the 21st on); 0: the
 * calendar's. REJECT: it is no such period. */
enum status report_days(enum report_period kind, const char *name, const char *day, int closes,
                        char from[11], char until[11], char period[8], struct error *error);

struct report_order {
    enum report_period kind;
    const char *period, *from, *until; /* ISO */
    struct account_at at;
    const struct roadmap *roadmap;
    const struct indicators *indicators;
    const json_t *files; /* SHA-256 of the configuration's files, by name */
    const char *parent, *agency, *number, *place, *signer, *made_at;
};
enum status account_report(struct db *db, const struct report_order *order, struct report **out,
                           struct error *error);

/* The same figures again, as the report's facts say; at: the moment that they name (position). */
enum status account_report_again(struct db *db, const struct report *told, struct report **out,
                                 struct error *error);
/* Holds what was told against what was counted again, and what is printed against what is told;
 * finding() gets each figure that differs: its key and a sentence. Returns how many. renamed: the
 * catalogue is another today, and procedures may be called otherwise. */
int account_report_compare(const struct report *told, const struct report *again, bool renamed,
                           void (*finding)(void *context, const char *place, const char *sentence),
                           void *context);

/* That a report was made: kind, period, position, SHA-256 of the file. For the record. */
enum status report_apply(struct db *db, const struct record *record, struct error *error);

/* ---- plan.c: the plan inside of a report */
json_t *plan_json(const struct roadmap *roadmap);
enum status plan_from_json(const json_t *json, struct arena *arena, struct roadmap *out,
                           struct error *error);

#endif
