/* What an upgrade of the tables makes for the papers that are there already. */
#ifndef SOHOA_INDEX_UPGRADE_H
#define SOHOA_INDEX_UPGRADE_H

#include "core/db.h"

/* Owners, validity and facets of the entries that an earlier program made. That kept the names of a
 * paper and its numbers apart: when there are as many of both they belong together in their order;
 * else the catalogue notes that making it again would tell more ("owners" in its meta table). */
enum status upgrade_owners(struct db *db, struct error *error);
/* The same of one entry whose package is lost. */
enum status upgrade_entry(struct db *db, int64_t entry, struct error *error);

#endif
