/*
 * Tables as a spreadsheet (.xlsx). Door: libxlsxwriter.
 *
 * Of a report: a first sheet with its words, a sheet for each table (title in row 1, heads in row
 * 3, rows from 4 on; figures as numbers), and a hidden sheet "report.json" with that file, in
 * column A, in pieces.
 */
#ifndef SOHOA_ACCOUNT_XLSX_H
#define SOHOA_ACCOUNT_XLSX_H

#include "core/report.h"

#define XLSX_PIECE 30000 /* bytes of report.json in a cell; Excel takes 32,767 characters */
#define XLSX_HEAD_ROW 2  /* from 0 */

/* The lines of the first sheet, in column A, from row 1 on. In the arena. */
const char **xlsx_words(const struct report *report, struct arena *arena, size_t *count);
/* Durably; the same report gives the same cells. */
enum status xlsx_write(const struct report *report, const char *path, struct error *error);

#endif
