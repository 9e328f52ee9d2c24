/* One import laid upon the rows that earlier ones made (index/catalogue.h). */
#ifndef SOHOA_INDEX_CATALOGUE_LAY_H
#define SOHOA_INDEX_CATALOGUE_LAY_H

#include "index/catalogue.h"

struct catalogue_kind_row {
    const char *kind;
    const char *rows;   /* of a succession: the kind whose codes it joins; else NULL */
    const char *parent; /* column that names another row of the kind, or NULL */
    bool (*is_code)(const char *code);
    const char *like; /* a code as it should look */
};
extern const struct catalogue_kind_row catalogue_kinds[]; /* ends with a NULL kind */
const struct catalogue_kind_row *catalogue_kind_of(const char *kind);

#define LAY_TRIED INT64_MAX /* as record: it is only tried, and may be refused for more */

struct lay {
    struct db *db;
    const struct catalogue_kind_row *kind;
    const char *date; /* of the catalogue, ISO */
    int64_t record;
    bool whole;
    struct arena *arena;
    struct catalogue_report *report;
};

enum status lay_clear(struct db *db, const char *kind, struct error *error);
enum status lay_rows(const struct lay *lay, const char *csv, struct error *error);
/* Every paper's last day as the classes are now. */
enum status lay_refresh_validity(struct db *db, struct error *error);

#endif
