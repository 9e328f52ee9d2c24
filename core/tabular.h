/*
 * A table on its way out of the program: a title, columns, rows of text and numbers, in one of the
 * formats that are known by the end of a file's name.
 *
 * A format is a struct of functions, so that those which need a library of their own (XLSX, PDF)
 * stand where its door is, and whoever writes the table does not know which it is.
 */
#ifndef SOHOA_CORE_TABULAR_H
#define SOHOA_CORE_TABULAR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"

enum tabular_kind {
    TABULAR_TEXT,
    TABULAR_NUMBER,
    TABULAR_DAY
}; /* a day: ISO text, shown as D/M/Y */

struct tabular_column {
    const char *head;
    enum tabular_kind kind;
    bool aside; /* left out where width is scarce: on paper */
};

struct tabular {
    const char *title;
    const char *const *notes; /* lines under the title, NULL-terminated; may be NULL */
    const struct tabular_column *columns;
    size_t column_count;
    const char *const *const *rows; /* row_count times column_count cells; NULL: empty */
    size_t row_count;
};

struct tabular_format {
    const char *ending; /* ".csv" */
    /* Durable, or not there. context: what the formats of this program work with. */
    enum status (*write)(void *context, const struct tabular *sheet, const char *path,
                         struct error *error);
};

/* UTF-8 with a byte order mark (spreadsheets take it for Latin-1 else), RFC 4180. A text that a
 * spreadsheet would run as a formula (=, +, -, @, tab or line break first) gets an apostrophe
 * before it. */
extern const struct tabular_format tabular_csv;

/* By the end of path, among formats (NULL-terminated). REJECT: none has it, with those there are.
 */
enum status tabular_write(const struct tabular *sheet, const struct tabular_format *const *formats,
                          void *context, const char *path, struct error *error);

#endif
