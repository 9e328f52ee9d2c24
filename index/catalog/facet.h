/* Counts by band, type, procedure, unit, place, state and owner over what a search finds. */
#ifndef SOHOA_INDEX_FACET_H
#define SOHOA_INDEX_FACET_H

#include "index/text/search.h"

/* Of everything the filter lets through: exact from the totals when nothing narrows it, else of the
 * first TOTAL_LIMIT. day: what the filter takes as in force, NULL: all. */
enum status facet_filtered(struct search *search, const char *day, struct search_result *out,
                           struct error *error);
/* Of the papers found. */
enum status facet_found(struct search *search, struct search_result *out, struct error *error);
/* Of the papers that match (index/text/full_text.h), up to TOTAL_LIMIT. */
enum status facet_matched(struct search *search, enum text_table table, const char *match,
                          struct search_result *out, struct error *error);

#endif
