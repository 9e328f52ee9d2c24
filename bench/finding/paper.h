/*
 * Invented result papers of a commune with their true text and what was read: heading, the template
 * of one of 18 procedures, persons, addresses, numbers, and stretches of counted language with rare
 * syllables. The same paper for the same seed and number.
 */
#ifndef SOHOA_BENCH_FINDING_PAPER_H
#define SOHOA_BENCH_FINDING_PAPER_H

#include "bench/finding/lexicon.h"
#include "bench/finding/noise.h"
#include "core/document.h"

struct paper_person {
    const char *name, *keyed; /* keyed: as a clerk entered it, right in 85 of 100 */
    const char *birth;        /* ISO */
    const char *digits;       /* of the paper: CMND before 2016, CCCD from then on */
};

struct paper {
    uint32_t number;
    struct document document;
    struct paper_person persons[3];
    size_t person_count;
    const char *clean, *text; /* text: NULL when only the clean text was asked for */
    const char *free[2];      /* the stretches, clean: phrases are taken from them */
    int year;
    enum noise noise;
    bool hard; /* prose read by an engine without Vietnamese from an old sheet */
};

/* Of a hundred papers number 50 is for the owner of number 49, under another number. One in 500 is
 * hard. */
void paper_make(const struct lexicon *lexicon, uint64_t seed, uint32_t number, bool read,
                struct arena *arena, struct paper *out, struct noise_counts *counts);

#endif
