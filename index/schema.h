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
/* In catalog_meta: the tables are this program's. */
enum status schema_say_current(struct db *db, struct error *error);

/* whole.c. FATAL with the sentence of what to do: a table or an index of the catalogue or of its
 * full text is missing, though it was made. An earlier program's tables are not looked at. db may
 * be open for looking only. */
enum status schema_whole(struct db *db, struct error *error);
/* Makes what is missing again, empty: the catalogue is to be made again after that, and the rows of
 * records. Nothing when it is whole. Not inside a transaction. */
enum status schema_mend(struct db *db, struct error *error);

/* A catalogue of an earlier version that is open for looking only does not know what images take.
 */
bool schema_has_images(struct db *db);

#endif
