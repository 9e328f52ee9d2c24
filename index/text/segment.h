/*
 * A segment of an FTS5 table, written term by term in the format that FTS5 itself reads and writes
 * (its file format 4, detail=none; fts5_index.c of SQLite describes it). For tables that are made
 * anew: FTS5 takes a token at a time into a table of its own, sorts that whenever it is full, and
 * joins the segments in the end, which is most of the time of an index made anew. Here the rows of
 * a term come together and in order, and are written once.
 *
 * Blocks in TABLE_data, by number: leaves of terms, each with the rows that have it, all as
 * differences; for rows that go on over many leaves a list of their first rows. TABLE_idx has the
 * least term of each leaf that has one. A list of all segments and the sums of the rows end it.
 *
 * Only for a table that this connection has just made and not yet read: FTS5 knows nothing of what
 * is written beside it.
 */
#ifndef SOHOA_INDEX_SEGMENT_H
#define SOHOA_INDEX_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db.h"

struct segment;

/* Is the table, which was just made, of the format that is written here? */
enum status segments_known(struct db *db, const char *table, bool *known, struct error *error);

/* number: from 1. Terms come in the order of their bytes, each with at least one row, rows in
 * ascending order. Faults are told at the end. */
struct segment *segment_new(struct db *db, const char *table, uint32_t number);
void segment_term(struct segment *segment, const char *term, size_t size);
void segment_row(struct segment *segment, int64_t row);
/* Writes what is left and frees; *leaves for segments_finish. */
enum status segment_end(struct segment *segment, uint32_t *leaves, struct error *error);

/* Segments 1 to count, of so many leaves, are what the table has: rows rows, tokens given. */
enum status segments_finish(struct db *db, const char *table, const uint32_t *leaves, size_t count,
                            int64_t rows, int64_t tokens, struct error *error);

#endif
