/*
 * The FTS5 tokenizer "sohoa" (door: SQLite's FTS5). Its argument says which tokens it makes; each
 * comes once for a row, for the tables hold no positions:
 *
 *   text    "duong"    folded syllables, numbers
 *           "đương1"   the same with marks, of pages that an engine with Vietnamese read
 *           "~latin"   of the others
 *           "145-qdubnd", "079083001234"   numbers with signs, identifiers in groups
 *           "duong"    of "dudmg": what an unknown spelling may stand for (channel.h)
 *           "S..."     skeletons of three neighbours, a byte each: adjacency without positions;
 *                      the last two of a text have that of nothing for the third, so that their
 *                      first two find all pairs
 *   names   "duong"    folded syllables
 *           "-dung"    one letter left out: two that share one are a letter apart
 *           "~DN"      skeletons
 *
 * In a query the tokens are given ready made, divided by blanks: the planner makes them.
 */
#ifndef SOHOA_INDEX_TOKENIZER_H
#define SOHOA_INDEX_TOKENIZER_H

#include "core/db.h"
#include "index/text/channel.h"

/* For this connection. It shares channel (may be NULL) until the connection closes. */
enum status tokenizer_register(struct db *db, const struct channel *channel, struct error *error);
/* Changes with every change of what the tokenizer makes: the full text is then made anew. */
const char *tokenizer_version(const struct channel *channel, struct arena *arena);

#endif
