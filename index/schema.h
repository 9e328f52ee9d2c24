/* The tables of the catalogue: portable SQL, with a version and the steps from each to the next. */
#ifndef SOHOA_INDEX_SCHEMA_H
#define SOHOA_INDEX_SCHEMA_H

#include "core/db.h"

/* Makes or upgrades the tables; writes nothing when they are up to date. FATAL when they come from
 * a newer program. Not inside a transaction. */
enum status schema_ensure(struct db *db, struct error *error);

/* Small facts about the derived data ("tokens", "procedures"). NULL: not there. */
enum status meta_get(struct db *db, const char *key, struct arena *arena, const char **value,
                     struct error *error);
enum status meta_put(struct db *db, const char *key, const char *value, struct error *error);

/* The version of the tables that are there; 0: there are none. */
enum status schema_version(struct db *db, long *version, struct error *error);

bool schema_is_current(struct db *db);

/* A catalogue of an earlier version that is open for looking only does not know what images take.
 */
bool schema_has_images(struct db *db);

#endif
