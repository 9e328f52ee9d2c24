/*
 * Full text over catalog_page and names over catalog_person: candidates for the planner.
 *
 * What is SQLite's own stands in text_fts5.c. The tables there are derived from the text that the
 * catalogue keeps (external content), hold no positions and no column sizes, and are never asked
 * for a rank: they give ids, newest first, and index/rank.h orders them by the text itself.
 */
#ifndef SOHOA_INDEX_FULL_TEXT_H
#define SOHOA_INDEX_FULL_TEXT_H

#include "core/db.h"
#include "index/filter.h"

enum text_table { TEXT_WORDS, TEXT_SKELETONS, TEXT_NAMES };

/* Registers the tokenizer, makes the tables, makes their contents anew when an older tokenizer made
 * them. */
enum status text_open(struct db *db, struct error *error);

/* Pages and persons of one entry, before their rows go and after they have come. */
enum status text_remove(struct db *db, int64_t entry, struct error *error);
enum status text_insert(struct db *db, int64_t entry, struct error *error);

/* Condition on catalog_entry e for documents of which a page (of TEXT_NAMES: a person) has what
 * match asks; takes one parameter, the match. */
const char *text_entry_condition(enum text_table table);

/* Rows (of catalog_page, of TEXT_NAMES: catalog_person) that have what match asks and whose entry
 * passes the filter, newest first. ids has room for limit. */
enum status text_candidates(struct db *db, enum text_table table, const char *match,
                            const struct filter *filter, size_t limit, int64_t *ids, size_t *count,
                            struct error *error);
/* Documents among all of those; stops counting at limit. */
enum status text_count(struct db *db, enum text_table table, const char *match,
                       const struct filter *filter, int64_t limit, int64_t *count,
                       struct error *error);

/* All contents made again of the text that the catalogue keeps, in the caller's transaction. */
enum status text_make_anew(struct db *db, struct error *error);

/* All contents against the text they were made of. REJECT: they differ. RETRY: somebody else
 * writes, nothing is known. */
enum status text_check(struct db *db, struct error *error);

#endif
