/*
 * Where the journal ended, kept a second time as one row of sohoa.db: a chain does not protect its
 * own end, and what was entered since the last anchor (archive/anchor.h) has no other witness.
 *
 *   journal_mark (id 1, sequence, hash)      the last entry's, as of the end of the last command
 *
 * The file is durable first, the row second: a crash between leaves the row behind the file, which
 * is no fault. A row ahead of the file, or with another hash than the entry of its number, is: the
 * end was cut off. The row never goes back, and never passes an entry that it does not find again.
 */
#ifndef SOHOA_CORE_JOURNAL_MARK_H
#define SOHOA_CORE_JOURNAL_MARK_H

#include "core/db.h"
#include "core/journal.h"

struct journal_mark {
    int64_t sequence; /* 0: there is no row */
    char hash[HASH_HEX_SIZE];
};

/* Read it before the journal: others append meanwhile. A database without the table has no row. */
enum status journal_mark_read(struct db *db, struct journal_mark *mark, struct error *error);
/* OK: the journal has the row's entry, or there is no row. REJECT, with a sentence: its end was cut
 * off, or cut off and written anew. Quick: only the end is read. */
enum status journal_mark_check(struct db *db, const char *folder, struct error *error);
/* The row goes on to the end of the journal as it stands, when it leads there. Several may at once.
 * OK also when it does not: it stays then, and anchor_check tells it. */
enum status journal_mark_keep(struct db *db, const char *folder, struct error *error);

#endif
