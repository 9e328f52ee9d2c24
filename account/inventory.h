/* The inventory (rà soát, phân loại, kiểm đếm): how many papers there are to digitise, by unit,
 * procedure, year and, where it was noted, shelf. Records of kind "inventory". */
#ifndef SOHOA_ACCOUNT_INVENTORY_H
#define SOHOA_ACCOUNT_INVENTORY_H

#include "account/account.h"
#include "core/json.h"

#define KIND_INVENTORY "inventory"

/* A CSV file with a header line, columns unit, procedure, year, papers, pages (or don_vi, thu_tuc,
 * nam, so_giay_to, so_trang) and, where they were counted, sheets (so_to), shelf (ke, gia), metres
 * (met_gia), in any order; year may be empty (chưa rõ năm). The first bad row is REJECT with its
 * line; twice the same unit, procedure, year and shelf is a bad row. data: for the record; rows:
 * how many. */
enum status inventory_read(struct db *db, const char *csv_path, json_t **data, int *rows,
                           struct error *error);
/* Counting a unit, procedure, year and shelf again replaces what was counted before. */
enum status inventory_apply(struct db *db, const struct record *record, struct error *error);

/* What a catalogue of before holds that no record tells, for one; NULL: nothing. */
enum status inventory_old(struct db *db, json_t **data, struct error *error);

struct inventory_row {
    const char *unit, *procedure, *shelf; /* shelf "": not noted */
    int year;                             /* 0: unknown */
    int64_t papers, pages, sheets;        /* sheets -1: not counted */
    double metres;                        /* -1: not measured */
    int64_t record;                       /* that told it last */
};
/* As it stands at a moment, by unit, procedure, year, shelf. */
enum status inventory_each(struct db *db, const struct account_at *at,
                           enum status (*visit)(void *context, const struct inventory_row *row,
                                                struct error *error),
                           void *context, struct error *error);

#endif
