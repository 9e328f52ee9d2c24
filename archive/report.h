/*
 * Reports (core/report.h) as signed PDF/A, and what can be taken out of one again.
 *
 * A4, the head of NĐ 30/2020 (Quốc hiệu, agency, number, place and date), page numbers from page 2
 * on; PDF/A-3u with report.json attached as its data. Nothing else is attached or invisible.
 */
#ifndef SOHOA_ARCHIVE_REPORT_H
#define SOHOA_ARCHIVE_REPORT_H

#include "archive/archive.h"
#include "core/report.h"

/* Writes path durably; the same report gives the same bytes. sign: with a signature field over its
 * visible block at the end and room for the signature, to be filled by archive_sign; the time is
 * report->made_at. FATAL: no font, no colour profile. */
enum status archive_report(const struct archive_settings *settings, const struct report *report,
                           bool sign, const char *path, struct error *error);

/* What a PDF carries: its report.json, and the words that a reader sees, all of them in the order
 * of the content, without blanks. Memory in the arena; json is the caller's. REJECT: no PDF that
 * can be read, or no report. */
enum status archive_report_read(const char *path, struct arena *arena, json_t **json,
                                const char **shown, struct error *error);
/* What archive_report would show of this report, in the same form. */
enum status archive_report_shown(const struct archive_settings *settings,
                                 const struct report *report, struct arena *arena,
                                 const char **shown, struct error *error);

/* ---- spreadsheets (.xlsx) */

struct spread_cell {
    int sheet, row, column; /* from 0 */
    bool number;
    double value;     /* of a number */
    const char *text; /* of words; of a number as it stands in the file */
};
/* All cells that hold something, in the order of sheets and rows. Formulas are refused: a figure
 * that is computed where it is shown is no figure of ours. REJECT: no spreadsheet that can be
 * read. */
enum status archive_spreadsheet(const char *path, struct arena *arena, struct spread_cell **cells,
                                size_t *count, struct error *error);

/* ---- words that are signed by themselves: verdicts */

/* A detached CMS signature of the agency's key over the bytes, as hex digits in the arena. RETRY:
 * the token does not sign. */
enum status archive_sign_words(const struct signer *signer, const void *bytes, size_t size,
                               struct arena *arena, const char **hex, struct error *error);
/* Does it hold, by whom, and does that signer's chain end in a trusted root? REJECT: it does not
 * hold, with what is wrong. signer: in the arena. */
enum status archive_check_words(const struct archive_settings *settings, const void *bytes,
                                size_t size, const char *hex, struct arena *arena,
                                const char **signer, bool *trusted, struct error *error);

#endif
