/* A described package built anywhere, by the same hands as those of the store. */
#ifndef SOHOA_ARCHIVE_PUT_H
#define SOHOA_ARCHIVE_PUT_H

#include "archive/store.h"

/* Makes the folder, takes it for this process alone and empties it of what an interrupted run left.
 * The lock goes with the folder when it is renamed, and with the process when that dies. RETRY:
 * another process has it. The caller closes *lock when it is not -1. */
enum status put_take_site(const char *site, struct arena *arena, int *lock, struct error *error);

/* A durable copy of all files below a folder. */
enum status put_copy(const char *from, const char *to, struct error *error);

/* Builds it in site, which is emptied first, from items of the package in store, and gives it the
 * name final, which must not be there. type: "SIP", "DIP". Nothing is shared with the store. */
enum status put_elsewhere(const char *store, const char *config, const char *type,
                          const struct document *document, const struct store_item *items,
                          size_t item_count, const char *site, const char *final,
                          struct error *error);

#endif
