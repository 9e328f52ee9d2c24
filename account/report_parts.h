/* What the files of a report share. Inside account/ only. */
#ifndef SOHOA_ACCOUNT_REPORT_PARTS_H
#define SOHOA_ACCOUNT_REPORT_PARTS_H

#include "account/report.h"

struct report_making {
    struct db *db;
    const struct report_order *order;
    struct report *report;
    struct arena *arena; /* the report's */
    json_t *definitions; /* of facts */
};

/* A definition that figures name: how it is counted, in words or as a query. */
void report_define(struct report_making *making, const char *id, int version, const char *title,
                   const char *query);

/* The version of what is counted by: 3, each result that a register tells of; of reports of before
 * 2, each paper once (twins.h), and 1. */
int report_counting(const struct account_at *at);

/* report_parts.c: the sections, each with its tables; a section without anything to say is left
 * out. */
enum status report_bands(struct report_making *making, struct error *error);
enum status report_period_flow(struct report_making *making, struct error *error);
enum status report_details(struct report_making *making, struct error *error);
enum status report_exempt(struct report_making *making, struct error *error);
enum status report_forecast(struct report_making *making, struct error *error);
/* report_measures.c */
enum status report_indicators(struct report_making *making, struct error *error);
enum status report_targets(struct report_making *making, struct error *error);
enum status report_twins(struct report_making *making, struct error *error);
enum status report_completeness(struct report_making *making, struct error *error);
enum status report_acceptance(struct report_making *making, struct error *error);

#endif
