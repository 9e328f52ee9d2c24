/* Papers that are there twice: a sheet that was scanned again, a folder that was imported again. */
#ifndef SOHOA_INDEX_TWINS_H
#define SOHOA_INDEX_TWINS_H

#include "core/db.h"

/* The document of the same type, number, day of issue and person that came first; NULL: none, or
 * this one has no number or no day. */
enum status index_twin(struct db *db, const char *document_id, struct arena *arena,
                       const char **other, struct error *error);

#endif
