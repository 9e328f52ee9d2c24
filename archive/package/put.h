/* A described package built anywhere, by the same hands as those of the store. */
#ifndef SOHOA_ARCHIVE_PUT_H
#define SOHOA_ARCHIVE_PUT_H

#include "archive/store.h"

/* A durable copy of all files below a folder. */
enum status put_copy(const char *from, const char *to, struct error *error);

/* Builds it in site, which is emptied first, from items of the package in store, and gives it the
 * name final, which must not be there. type: "SIP", "DIP". Nothing is shared with the store. */
enum status put_elsewhere(const char *store, const char *config, const char *type,
                          const struct document *document, const struct store_item *items,
                          size_t item_count, const char *site, const char *final,
                          struct error *error);

#endif
