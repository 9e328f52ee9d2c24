/*
 * The noun report: a document of paragraphs and tables whose figures can be counted again.
 *
 * Every figure that is printed has a key of its own, says by which definition it was counted, and
 * stands in report.json (docs/formats.md) with numerator and denominator; facts say at which moment
 * of the journal, by which plan. The PDF and the spreadsheet show the same blocks and carry that
 * file.
 */
#ifndef SOHOA_CORE_REPORT_H
#define SOHOA_CORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/json.h"
#include "core/status.h"

#define REPORT_JSON "report.json"
#define REPORT_FORMAT 1

struct report_figure {
    const char *key;        /* "progress.papers_due band=2006-2015 unit= procedure=" */
    const char *definition; /* id in facts' definitions */
    bool known;             /* false: N/A, nothing to divide by */
    double value;
    int decimals;
    int64_t numerator, denominator; /* -1: it is no share */
};

struct report_cell {
    const char *text;
    int figure; /* index; -1: words */
};

struct report_column {
    const char *head;
    bool right; /* figures */
};

struct report_table {
    const char *id, *title;
    struct report_column *columns;
    size_t column_count;
    struct report_cell *cells; /* row by row */
    size_t row_count, room;
};

enum report_kind { REPORT_PARAGRAPH, REPORT_HEADING, REPORT_TABLE };

/* 1: a heading may stand alone at the end of a page; 2: the kind of paper stands on one line with
 * what it is about, and the agency's name is broken wherever its line is full; 3: a figure that is
 * not known is "N/A" in every language. */
enum { REPORT_LAYOUT = 4 };

struct report_block {
    enum report_kind kind;
    const char *text;
    struct report_table *table;
};

struct report {
    struct arena *arena;
    const char *title, *subtitle;
    const char *parent, *agency; /* above and of who reports; "" */
    const char *number;          /* "Số: .../BC-UBND", as it is printed */
    const char *place;           /* of the date */
    const char *made_at;         /* ISO */
    const char *signer;          /* who signs: "CHỦ TỊCH" */
    bool vietnamese;             /* how figures are written; of the program's language */
    int layout;    /* how it is laid on pages: REPORT_LAYOUT, or less of what was made before */
    json_t *facts; /* position, plan, definitions ...; owned */
    struct report_block *blocks;
    size_t block_count, block_room;
    struct report_figure *figures;
    size_t figure_count, figure_room;
};

/* Texts that are handed in are copied, but for those of struct report itself. */
struct report *report_new(void);
void report_free(struct report *report); /* NULL is fine */

void report_paragraph(struct report *report, const char *text);
void report_heading(struct report *report, const char *text);
/* heads: NULL-terminated; one that starts with '>' is of figures. */
struct report_table *report_table(struct report *report, const char *id, const char *title,
                                  const char *const *heads);
/* The cells of the next row, as many as columns, for the caller to fill. */
struct report_cell *report_row(struct report *report, struct report_table *table);

struct report_cell report_words(struct report *report, const char *text); /* NULL is "" */
/* A figure and its cell: a count; a share in percent (denominator 0: N/A); a measure. */
struct report_cell report_count(struct report *report, const char *key, const char *definition,
                                int64_t value);
struct report_cell report_share(struct report *report, const char *key, const char *definition,
                                int64_t numerator, int64_t denominator);
struct report_cell report_measure(struct report *report, const char *key, const char *definition,
                                  double value, int decimals);
/* As it is printed: "1.234,50", "chưa có" in Vietnamese, "1,234.50", "n/a" in English. In the
 * report's arena. */
const char *report_shown(const struct report *report, const struct report_figure *figure);

json_t *report_json(const struct report *report);
/* REJECT: it is no report of ours, or of a newer format. */
enum status report_from_json(const json_t *json, struct report **out, struct error *error);

#endif
