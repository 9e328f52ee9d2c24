/* The catalogue in an order, page by page: each page goes on behind the last row of the one before,
 * so that nothing is skipped or doubled when papers come in between. */
#ifndef SOHOA_INDEX_LISTING_H
#define SOHOA_INDEX_LISTING_H

#include "index/text/search.h"

/* Keeps in search the papers that pass its filter, in the order asked for, from behind the cursor
 * (else from the offset), limit of them and one more when there is one. REJECT: no cursor of
 * this order. */
enum status listing_read(struct search *search, const struct search_query *asked, int limit,
                         enum hit_why why, struct error *error);
/* Sorts what a search with words has found, and says where its page begins. */
enum status listing_order(struct search *search, const struct search_query *asked, size_t *first,
                          struct error *error);
/* The cursor behind this paper. */
const char *listing_cursor(const struct search *search, const struct search_query *asked,
                           const struct found *last);

#endif
