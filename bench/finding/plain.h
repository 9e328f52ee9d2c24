/*
 * The baseline of the same run: FTS5 with unicode61 remove_diacritics 2, the words as a phrase,
 * else all of them, else any, ranked by bm25.
 */
#ifndef SOHOA_BENCH_FINDING_PLAIN_H
#define SOHOA_BENCH_FINDING_PLAIN_H

#include "core/db.h"
#include "bench/finding/paper.h"

void plain_open(const char *path, struct db **out);
void plain_put(struct db *db, uint32_t paper, const char *text);
/* The index of all that was put. */
void plain_make(struct db *db);
/* One more when the index is there. */
void plain_put_more(struct db *db, uint32_t paper, const char *text);
/* Paper numbers into found[10]. */
size_t plain_ask(struct db *db, const char *words, uint32_t found[10], struct arena *arena);

#endif
