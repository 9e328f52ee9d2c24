/* Tables as text: RFC 4180 quoting, `,`, `;` or tabs (whichever the first line has most of), UTF-8
 * with or without a byte order mark, LF, CR LF or CR. Empty lines are no rows. */
#ifndef SOHOA_INDEX_CSV_H
#define SOHOA_INDEX_CSV_H

#include "core/arena.h"
#include "core/status.h"

struct csv_row {
    int line;            /* where it begins, from 1 */
    const char **fields; /* trimmed of blanks at the ends */
    size_t count;
};

struct csv {
    struct csv_row *rows; /* the first is the header */
    size_t count;
};

/* REJECT with path:line: a quote that is not closed, text behind a closing quote, bytes that are
 * not UTF-8, no row at all, a field longer than a cell of a spreadsheet can be. name stands in the
 * sentences. */
enum status csv_parse(const char *bytes, size_t size, const char *name, struct arena *arena,
                      struct csv *out, struct error *error);
enum status csv_read(const char *path, struct arena *arena, struct csv *out, struct error *error);

/* The column whose header, folded, is one of names (NULL-terminated); -1 when there is none. */
int csv_column(const struct csv *csv, const char *const *names, struct arena *arena);
/* The same, the next one behind column. */
int csv_column_after(const struct csv *csv, int column, const char *const *names,
                     struct arena *arena);
/* The field of a row; "" when the row is too short or column is -1. */
const char *csv_field(const struct csv_row *row, int column);

#endif
