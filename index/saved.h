/* Questions kept by name, for the whole office. Record "saved-search": {"name": "Đông Hòa 1994",
 * "query":
 * {"band": "1986-1995", ...}}, without a query: forgotten. The members of a query are those of the
 * command line (docs/sohoa.1, search). */
#ifndef SOHOA_INDEX_SAVED_H
#define SOHOA_INDEX_SAVED_H

#include "core/db.h"
#include "core/record.h"

struct saved_search {
    const char *name, *query, *actor, *at; /* query: JSON */
};

enum status saved_search_apply(struct db *db, const struct record *record, struct error *error);
/* By name, folded: marks do not count. REJECT: there is none, with the nearest. */
enum status saved_search_find(struct db *db, const char *name, struct arena *arena,
                              struct saved_search *out, struct error *error);
enum status saved_search_list(struct db *db, struct arena *arena, struct saved_search **out,
                              size_t *count, struct error *error);

#endif
