/* The narrow rows that filters and counts are made from, and the totals over them. For this folder
 * only. */
#ifndef SOHOA_INDEX_FACET_ROWS_H
#define SOHOA_INDEX_FACET_ROWS_H

#include "core/document.h"
#include "index/validity.h"

enum facet_kind {
    FACET_YEAR, /* told as bands */
    FACET_TYPE,
    FACET_PROCEDURE,
    FACET_UNIT,
    FACET_PLACE, /* box and shelf */
    FACET_STATE,
    FACET_OWNER,
    FACET_COUNT
};
enum { FACET_SLOTS = 8 }; /* id of a total = value * FACET_SLOTS + facet */

/* What a paper's row is made of. */
struct facet_row {
    int64_t entry;
    const char *document_id, *date, *type, *procedure, *suffix, *unit, *box_code, *shelf;
    enum validity_state made; /* draft, checked or signed */
};

enum status facets_put(struct db *db, const struct facet_row *row, struct error *error);
enum status facets_remove(struct db *db, int64_t entry, struct error *error);
/* Whether it is in force as class and records say now. document_id NULL: of every paper of the
 * type; type NULL too: of all papers that records speak of. */
enum status facets_refresh(struct db *db, const char *document_id, const char *type,
                           struct error *error);
/* The row of one entry of which only the catalogue knows. */
enum status facets_make(struct db *db, int64_t entry, struct error *error);
/* Rows and totals of all entries: of an upgraded database. */
enum status facets_make_anew(struct db *db, struct error *error);

#endif
