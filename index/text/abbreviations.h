/* Abbreviations of offices, at query time only: "UBND" also looks for "ủy ban nhân dân" and
 * back. */
#ifndef SOHOA_INDEX_ABBREVIATIONS_H
#define SOHOA_INDEX_ABBREVIATIONS_H

#include "index/text/query.h"

/* Sets variants 1 and 2 of the free words beside 0, as far as they differ, and variant_count. */
void query_variants(struct query *query, const struct abbreviations *abbreviations,
                    struct arena *arena);

#endif
