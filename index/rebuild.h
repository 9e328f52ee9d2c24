/*
 * The catalogue made anew beside the one in use, which answers meanwhile.
 *
 * All that is derived from packages is built in a database file of its own, in parts that are
 * committed one by one: killed at any point, it goes on where it stopped. Then one transaction of
 * the live database puts it in the place of the old, brings in what came meanwhile, and lays the
 * records' decisions on it again. Readers see the old one until that commit, and the new one after.
 *
 * What has no package any more (entered from PDFs alone) is carried over as it stands.
 */
#ifndef SOHOA_INDEX_REBUILD_H
#define SOHOA_INDEX_REBUILD_H

#include "core/db.h"
#include "index/index.h"

struct rebuild;

/* path: of the file, beside the live database. One that is there goes on, unless another program or
 * other catalogues began it, or it has done its work already. */
enum status rebuild_open(struct db *live, const char *path, const struct roadmap *roadmap,
                         const char *config_folder, struct rebuild **out, struct error *error);
/* One more package. done: it was there already. Commits by itself now and then. */
enum status rebuild_add(struct rebuild *rebuild, const char *document_id, int version,
                        const char *package, bool *done, struct error *error);
/* In the place of the old, in live, in which no transaction is open. store: its folder. The file is
 * forgotten when that is done; rebuild is to be closed all the same. kept: documents without a
 * package. */
enum status rebuild_swap(struct rebuild *rebuild, struct db *live, const char *store, int64_t *kept,
                         struct error *error);
/* What was done so far stays. NULL is fine. */
void rebuild_close(struct rebuild *rebuild);

#endif
