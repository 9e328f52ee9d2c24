/* Between filter.c and filter_named.c. */
#ifndef SOHOA_INDEX_FILTER_PRIVATE_H
#define SOHOA_INDEX_FILTER_PRIVATE_H

#include "core/buffer.h"
#include "index/catalog/filter.h"

struct builder {
    struct buffer sql, days; /* days: what the years asked for say of days, see filter.h */
    struct arena *arena;
    struct filter_value *values;
    size_t count, room;
    bool empty;
    struct builder *rows; /* the same said of catalog_facet f; NULL in itself */
    size_t said;          /* bytes of sql that rows says: when not all, it is of no use */
};

void builder_bind(struct builder *builder, struct filter_value value);
void builder_bind_text(struct builder *builder, const char *text); /* copied */

/* A procedure by code, with or without what a local system adds, and those that it was or is asked
 * as; or by words of its name. */
enum status builder_procedure(struct builder *builder, struct db *db, const char *procedure,
                              struct error *error);
/* A unit as printed, or (not with exact) by the name of what it was before or is now. */
enum status builder_unit(struct builder *builder, struct db *db, const char *unit, bool exact,
                         struct error *error);

#endif
