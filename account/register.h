/* Registers (sổ đăng ký) and exports of one-stop systems: what was issued, told by others, to be
 * held against what is in the store. Records of kind "register". */
#ifndef SOHOA_ACCOUNT_REGISTER_H
#define SOHOA_ACCOUNT_REGISTER_H

#include "account/account.h"
#include "core/json.h"

#define KIND_REGISTER "register"

/* Which headers mean what, of config/register.conf ([columns] key = Name | Other name). An absent
 * file: our own names ("dossier", "number" ...) alone. REJECT with file and line. */
struct register_columns;
enum status register_columns_read(const char *path, struct arena *arena,
                                  struct register_columns **out, struct error *error);

/* unit: for rows that name none; may be NULL. REJECT with the line of the first bad row: a date
 * that does not exist, a row with neither dossier nor number nor owner. ignored: heads of columns
 * that mean nothing, in the arena; "" none. */
enum status register_read(struct db *db, const char *csv_path,
                          const struct register_columns *columns, const char *unit, json_t **data,
                          int *rows, struct arena *arena, const char **ignored,
                          struct error *error);
/* A later register's word on a dossier, or on a number of that day and unit, replaces. Within one
 * register the rows of a dossier with different numbers are as many results. */
enum status register_apply(struct db *db, const struct record *record, struct error *error);
/* How many results counted until this record's register, which has their dossiers with other
 * numbers only: whoever enters it is told. */
enum status register_replaced(struct db *db, int64_t record, int64_t *count, struct error *error);

#endif
