/*
 * The words by which a search finds one document, against those that its package has. The tokens of
 * a package are listed from a full text that holds nothing else (the mirror's, in memory), and each
 * is asked for in the one that is searched, at the row that stands for its page: what is not found
 * there is not found by anybody. What stands there besides shows by the sum over all documents.
 */
#ifndef SOHOA_INDEX_WORDS_CHECK_H
#define SOHOA_INDEX_WORDS_CHECK_H

#include "core/db.h"
#include "index/text/channel.h"

/* Makes ready what the others need on both connections; there may be open for looking only.
 * *comparable: the full text that is searched was made by this program's tokenizer, and not put
 * off. */
enum status words_open(struct db *there, struct db *here, const struct channel *channel,
                       bool *comparable, struct error *error);
/* here holds the document alone. *difference: the first place whose words are not found, in the
 * arena; untouched when all are. *count gets the number of its words (each once a page) added. */
enum status words_compare(struct db *there, struct db *here, const char *document_id,
                          struct arena *arena, const char **difference, int64_t *count,
                          struct error *error);
/* How many documents there are at this moment, and how many words (each once a page) the full text
 * that is searched holds in all. */
enum status words_total(struct db *there, int64_t *documents, int64_t *count, struct error *error);

#endif
