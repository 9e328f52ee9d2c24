/* Reports of the accounts: made, signed, recorded; and counted again. */
#ifndef SOHOA_PIPELINE_REPORT_H
#define SOHOA_PIPELINE_REPORT_H

#include "account/report.h"
#include "pipeline/pipeline.h"

/* The figures of a period ("" the one that the day of at lies in). at->sequence 0: the last entry
 * up to the period's end, or the last there is. The report is the caller's. */
enum status pipeline_report(const struct warehouse *warehouse, struct db *db,
                            enum report_period kind, const char *period,
                            const struct account_at *at, struct report **out, struct error *error);
/* Writes it as path says: .pdf, signed with the agency's key, or .xlsx. The file has its record.
 * REJECT: another ending, a file that is there. FATAL: no key to sign with. */
enum status pipeline_report_write(const struct warehouse *warehouse, struct db *db,
                                  const struct report *report, const char *path,
                                  struct error *error);

struct report_verdict {
    bool is_pdf, intact, trusted;
    const char *signer, *signed_at; /* "" where there is none */
    const char *title, *period;
    int64_t sequence, record;
    size_t figures;    /* that were counted again */
    int faults;        /* told to finding() */
    int64_t recorded;  /* the record that tells of this file; 0: none does */
    bool plan_changed; /* the configuration is another today; the report was counted by its own */
};
/* Signature, figures counted again at the report's entry of the journal, and what is printed.
 * finding() gets each difference. Texts in the arena. REJECT: there were differences, or it is no
 * report that can be read. */
enum status pipeline_report_verify(
    const struct warehouse *warehouse, struct db *db, const char *path,
    void (*finding)(void *context, const char *place, const char *sentence), void *context,
    struct arena *arena, struct report_verdict *out, struct error *error);

#endif
