/*
 * The FTS5 tokenizer "sohoa" (door: SQLite's FTS5). Its first argument says which tokens it makes:
 *   words      folded syllables; digits and numbers with signs also joined
 *   skeletons  skeletons of 2 and of 3 neighbours as one token each: adjacency without positions
 *   names      folded syllables, and each one's skeleton behind "~"
 * In a query the tokens are given ready made, divided by blanks: the planner makes them.
 */
#ifndef SOHOA_INDEX_TOKENIZER_H
#define SOHOA_INDEX_TOKENIZER_H

#include "core/db.h"

/* For this connection. */
enum status tokenizer_register(struct db *db, struct error *error);
/* Changes with every change of what the tokenizer makes: the full text is then made anew. */
extern const char tokenizer_version[];

#endif
