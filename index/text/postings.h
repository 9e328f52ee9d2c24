/*
 * The full text of many pages at once: term by term, as an index has it, instead of page by page.
 *
 * Pages are gathered, four bytes for each of their terms, until there are so many; then they are
 * sorted, piece by piece, and written as one segment (segment.h).
 */
#ifndef SOHOA_INDEX_POSTINGS_H
#define SOHOA_INDEX_POSTINGS_H

#include "core/db.h"
#include "index/text/channel.h"

/* Fills the FTS5 table, which was just made and holds nothing, with the terms of what sql gives:
 * ids, ascending, and texts. *segments: of how many segments it is now. channel may be NULL. */
enum status postings_fill(struct db *db, const char *table, const char *sql,
                          const struct channel *channel, size_t *segments, struct error *error);

#endif
