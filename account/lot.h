/*
 * Acceptance of what was digitised, lot by lot: a lot is chosen, a sample drawn from it by a seed
 * that anyone can draw with again, judged by a person, and accepted or not after ISO 2859-1
 * (account/iso2859.h). Records of kind "lot" and "verdict".
 *
 * Drawing: each document of the lot (the newest versions at the lot's entry of the journal) gets
 * the SHA-256 of "<seed> <document id>/v<version>" in hex; those with the smallest are the sample.
 * Without a seed of the caller's the hash of that entry is the seed, which nobody could choose.
 */
#ifndef SOHOA_ACCOUNT_LOT_H
#define SOHOA_ACCOUNT_LOT_H

#include "account/account.h"
#include "account/iso2859.h"
#include "core/json.h"

#define KIND_LOT "lot"
#define KIND_VERDICT "verdict"

struct lot_order { /* NULL: any */
    const char *batch, *box, *unit, *procedure;
    const char *from, *until; /* days of scanning, ISO */
    const char *series;       /* whose lots decide how strictly the next is inspected */
    const char *seed;         /* NULL: the entry's hash */
    enum iso_level level;
    int aql;
    bool reduced;  /* reduced inspection is allowed when it is earned */
    int64_t again; /* the lot that was refused and is offered again; 0: original inspection */
};

/* Draws: data for the record. at: with its hash. REJECT: the lot is empty; the lot offered again
 * was not refused; inspection is discontinued. */
enum status lot_draw(struct db *db, const struct account_at *at, const struct lot_order *order,
                     json_t **data, struct error *error);
enum status lot_apply(struct db *db, const struct record *record, struct error *error);
/* The data of a lot as it was recorded; the caller's. REJECT: there is none of that number. */
enum status lot_find(struct db *db, int64_t lot, json_t **data, struct error *error);
/* The data of its verdict; NULL: it has none yet. */
enum status lot_verdict(struct db *db, int64_t lot, json_t **data, struct error *error);
/* Draws again from what the store has told, and compares: OK the same. REJECT: another frame or
 * sample. */
enum status lot_redraw(struct db *db, const json_t *lot, struct error *error);

/* Judged from a CSV with columns document (tai_lieu), result (ket_qua: good/fault, đạt/lỗi), fault
 * (loi: what kind) and note; a document may have several rows. csv_path NULL: all are good. REJECT:
 * a document that was not drawn, one drawn without a verdict, judged already. */
enum status lot_judge(struct db *db, int64_t lot, const char *csv_path, json_t **data,
                      struct error *error);
/* What is signed of a verdict: its data without words and signature, as one line of JSON. free().
 */
char *lot_words(const json_t *verdict);
enum status verdict_apply(struct db *db, const struct record *record, struct error *error);

/* Where the series stands for its next lot. */
enum status lot_state(struct db *db, const char *series, bool reduced, struct iso_state *out,
                      struct error *error);

struct lot_row {
    int64_t lot, size, sample;
    const char *series;
    const char *severity, *aql, *level;
    int64_t accept;
    int64_t verdict; /* its record; 0: not judged */
    int64_t faulty;
    bool accepted;
};
enum status lot_each(struct db *db, const struct account_at *at,
                     enum status (*visit)(void *context, const struct lot_row *row,
                                          struct error *error),
                     void *context, struct error *error);

/* Faults of what was inspected, by one of: fault, operator, scanner, day, procedure, type, unit. */
struct lot_stat {
    const char *key; /* "": not known */
    int64_t inspected, faulty;
    double percent, low, high; /* of 100; low..high: 95 in 100 (Wilson) */
};
/* NULL-terminated. */
extern const char *const lot_stat_words[];
enum status lot_stats(struct db *db, const struct account_at *at, const char *by,
                      enum status (*visit)(void *context, const struct lot_stat *stat,
                                           struct error *error),
                      void *context, struct error *error);

/* Lots judged on the days from..until. */
struct lot_sum {
    int64_t lots, accepted, inspected, faulty;
};
enum status lot_sums(struct db *db, const struct account_at *at, const char *from,
                     const char *until, struct lot_sum *out, struct error *error);

#endif
