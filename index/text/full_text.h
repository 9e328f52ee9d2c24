/*
 * Full text over catalog_page and over the distinct names of catalog_person: candidates for the
 * planner.
 *
 * What is SQLite's own stands in text_fts5.c. The tables there are derived from what the catalogue
 * keeps (external content), hold no positions and no column sizes, and are never asked for a rank:
 * they give ids, newest first, and index/text/rank.h orders them by the text itself. catalog_name,
 * the distinct names with their number of persons, is derived with them.
 */
#ifndef SOHOA_INDEX_FULL_TEXT_H
#define SOHOA_INDEX_FULL_TEXT_H

#include "core/db.h"
#include "index/catalog/catalog.h"
#include "index/text/channel.h"
#include "index/catalog/filter.h"

enum text_table { TEXT_PAGES, TEXT_NAMES };

/* Registers the tokenizer, makes the tables, makes their contents anew when an older tokenizer, or
 * one with other tables of the channel (may be NULL), made them. */
enum status text_open(struct db *db, const struct channel *channel, struct error *error);

/* Pages and persons of one entry, before their rows go and after they have come. */
enum status text_remove(struct db *db, int64_t entry, struct error *error);
enum status text_insert(struct db *db, int64_t entry, struct error *error);

/* Condition on catalog_entry e for documents of which a page (of TEXT_NAMES: a person) has what
 * match asks; takes one parameter, the match. */
const char *text_entry_condition(enum text_table table);

/* Rows of catalog_page that have what match asks and whose entry passes the filter, newest first;
 * of TEXT_NAMES: rows of catalog_name, whatever the filter, those of most persons first. ids has
 * room for limit. */
enum status text_candidates(struct index *index, enum text_table table, const char *match,
                            const struct filter *filter, size_t limit, int64_t *ids, size_t *count,
                            struct error *error);
/* SQL that gives columns of catalog_facet f of those documents as they are found, of a document
 * once for each page (person): a reader that has enough stops. Its parameters: the match, those of
 * the filter's rows, or of the filter where it has none. */
struct buffer;
void text_matching(enum text_table table, const struct filter *filter, const char *columns,
                   struct buffer *sql);
/* How many they are; stops counting at limit. */
enum status text_count(struct db *db, enum text_table table, const char *match,
                       const struct filter *filter, int64_t limit, int64_t *count,
                       struct error *error);

/* Many entries in a row go in faster without their full text, which is made of all of them at the
 * end: until text_make_anew the tables are empty, and opening makes them anew when that never
 * came. */
enum status text_put_off(struct db *db, struct error *error);
/* Says so once more with each entry: somebody who opened meanwhile made them anew. */
enum status text_is_old(struct db *db, struct error *error);
/* All contents made again of what the catalogue keeps, in the caller's transaction. */
enum status text_make_anew(struct db *db, const struct channel *channel, struct error *error);

/* All contents against the text they were made of. REJECT: they differ. RETRY: somebody else
 * writes, nothing is known. */
enum status text_check(struct db *db, struct error *error);

#endif
