/* What narrows a search, as SQL: conditions on catalog_entry e with their parameters. */
#ifndef SOHOA_INDEX_FILTER_H
#define SOHOA_INDEX_FILTER_H

#include "core/db.h"
#include "index/index.h"
#include "index/text/query.h"

struct filter_value {
    const char *text; /* NULL: number */
    int64_t number;
};

struct filter {
    const char *sql; /* " AND e.year >= ? AND ..."; "" when there is none */
    struct filter_value *values;
    size_t value_count;
    const char *days; /* what sql says of years, said again of days, for who reads in their order */
    const struct filter *rows; /* sql and values said of catalog_facet f alone; NULL: they cannot be
                                */
    bool narrow; /* something is asked for (leaving out by -word does not count); when not, the
                    conditions are on e.id alone */
    bool empty;  /* cannot be passed: no unit, procedure ... of that name is known */
};

/* From the filters of the search and the fields typed in its text (query).
 * REJECT: a band that the roadmap does not have. */
enum status filter_build(struct db *db, const struct roadmap *roadmap,
                         const struct search_query *search, const struct query *query,
                         struct arena *arena, struct filter *out, struct error *error);

/* As a slug, the most first words of what was typed that name a unit (by old or new name), a
 * procedure (or are its code); NULL: none do. */
enum status named_unit(struct db *db, const char *typed, struct arena *arena, const char **slug,
                       struct error *error);
enum status named_procedure(struct db *db, const char *typed, struct arena *arena,
                            const char **slug, struct error *error);

/* Binds the values from parameter first on; returns the parameter after the last. */
int filter_bind(const struct filter *filter, struct db_query *query, int first);

#endif
