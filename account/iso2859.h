/*
 * Sampling plans of ISO 2859-1:1999 (TCVN 7790-1): inspection by attributes, lot by lot, single
 * sampling. Percent nonconforming, so acceptance quality limits (AQL) up to 10.
 *
 * Table 1 gives a code letter for the size of a lot and an inspection level; tables 2-A, 2-B and
 * 2-C give sample size and acceptance number for the letter and the AQL. Each column of these
 * tables is one diagonal of acceptance numbers that starts at another letter; where there is no
 * number, an arrow leads to the next plan above or below, which brings its own sample size.
 *
 * Table 1, the sample sizes and the row of acceptance numbers of 2-A were held against published
 * prints. Where 2-B and 2-C put theirs was not: known plans and what must hold between the three
 * tables (tests/unit/account_sampling.c) speak for them. Whoever has the standard at hand should
 * compare table 2-C before relying on reduced inspection.
 */
#ifndef SOHOA_ACCOUNT_ISO2859_H
#define SOHOA_ACCOUNT_ISO2859_H

#include <stdbool.h>
#include <stdint.h>

enum iso_level { ISO_S1, ISO_S2, ISO_S3, ISO_S4, ISO_I, ISO_II, ISO_III };
enum iso_severity { ISO_NORMAL, ISO_TIGHTENED, ISO_REDUCED };

/* "S-1" .. "S-4", "I", "II", "III"; -1: it is none. */
int iso_level_find(const char *word);
const char *iso_level_word(enum iso_level level);
const char *iso_severity_word(enum iso_severity severity); /* "normal", "tightened", "reduced" */
int iso_severity_find(const char *word);
/* Index of an AQL of the standard ("1.0", "1,0", "0.65"); -1: it is none. */
int iso_aql_find(const char *word);
const char *iso_aql_word(int aql);

struct iso_plan {
    char letter;    /* of the plan that is used: 'A' .. 'S' */
    int64_t sample; /* the whole lot when that is not larger */
    int accept, reject;
};

/* 'A' .. 'R'; I, O are no letters. lot: at least 2; a single one is like 2. */
char iso_letter(int64_t lot, enum iso_level level);
struct iso_plan iso_plan(int64_t lot, enum iso_level level, int aql, enum iso_severity severity);

/* ---- switching (clause 9.3) */

struct iso_lot { /* on original inspection, in order */
    bool accepted;
    bool would_pass_tighter; /* also by the AQL one step tighter, where accept is 2 or more */
    int accept;              /* of its plan */
    enum iso_severity severity;
};
struct iso_state {
    enum iso_severity severity; /* for the next lot */
    int score;                  /* the switching score, on normal inspection */
    int in_row;                 /* accepted in succession, on tightened inspection */
    int refused;                /* on tightened inspection, in all */
    bool stopped;               /* five were: inspection is discontinued until something is done */
};
/* Where the lots so far lead. reduced: the responsible authority finds production steady and
 * reduced inspection desirable. */
struct iso_state iso_switch(const struct iso_lot *lots, int count, bool reduced);

#endif
