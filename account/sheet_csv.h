/* CSV files that people fill in, in Vietnamese or English: their columns found and checked. */
#ifndef SOHOA_ACCOUNT_SHEET_CSV_H
#define SOHOA_ACCOUNT_SHEET_CSV_H

#include <stdbool.h>

#include "core/json.h"
#include "index/csv.h"
#include "index/procedures.h"

enum { SHEET_COLUMNS_MAX = 24, SHEET_NAMES_MAX = 6, SHEET_NEEDED = -2 };

struct sheet_column {
    const char *names[SHEET_NAMES_MAX]; /* the first is ours, the second Vietnamese; folded */
    bool needed;
};

struct sheet {
    const char *path;
    struct csv csv;
    int at[SHEET_COLUMNS_MAX]; /* of each column; -1: not there */
    const struct procedures *procedures;
    struct arena *arena;
};

/* Reads and checks the file: every needed column there, none twice, no row with more fields than
 * the first line or without one that is needed. REJECT with path, line, and what is wrong. */
enum status sheet_open(struct db *db, const char *path, const struct sheet_column *columns,
                       size_t count, struct arena *arena, struct sheet *out, struct error *error);

/* The heads of columns that mean nothing here, "; " between them, in the arena; "" when all do. */
const char *sheet_ignored(const struct sheet *sheet, size_t column_count);

const char *sheet_text(const struct sheet *sheet, size_t row, int column);
/* A whole number without separators; an empty one is otherwise, unless that is SHEET_NEEDED. */
enum status sheet_count(const struct sheet *sheet, size_t row, int column, const char *name,
                        int64_t otherwise, int64_t *value, struct error *error);
/* 0 for an empty one. */
enum status sheet_year(const struct sheet *sheet, size_t row, int column, int *year,
                       struct error *error);
/* "" for an empty one. */
enum status sheet_date(const struct sheet *sheet, size_t row, int column, char iso[11],
                       struct error *error);
/* Puts unit, unit_key, procedure (its name where the catalogue knows it) and procedure_key. */
enum status sheet_subject(const struct sheet *sheet, size_t row, int unit, int procedure,
                          json_t *into, struct error *error);
enum status sheet_refuse(const struct sheet *sheet, size_t row, struct error *error,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A whole file as the data of a record: {"file": its name, "rows": [...]}. row makes one of a line,
 * and the key by which two lines are about the same; what: what that is, for people. */
enum status sheet_read(struct db *db, const char *path, const struct sheet_column *columns,
                       size_t column_count,
                       enum status (*row)(const struct sheet *sheet, size_t at, json_t *into,
                                          const char **key, struct error *error),
                       const char *what, json_t **data, int *rows, struct error *error);

#endif
