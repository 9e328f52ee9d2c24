/* A row for every version of every document, so that accounts can be asked as of an earlier moment.
 * For this folder only; account/ counts the rows by SQL. */
#ifndef SOHOA_INDEX_VERSION_H
#define SOHOA_INDEX_VERSION_H

#include "index/catalog/catalog.h"

/* Enters a version, or again, whatever newer one there is. In the caller's transaction. */
enum status version_put(struct index *index, const struct entry *entry, struct error *error);
/* What its pages came through, of a row that is there. */
enum status version_scanner(struct index *index, const struct document *document,
                            const char *scanner, struct error *error);

/* Whom it is for, the first of several, as catalog_version.owner_key has it; NULL: not known. */
const char *version_owner(const struct document *document, struct arena *arena);

#endif
