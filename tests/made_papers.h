/*
 * Invented administrative papers for tests and benches of the index: the same ones for the same
 * seed. Each has its true fields, its true text and the text as recognition would have given it.
 */
#ifndef SOHOA_TESTS_MADE_PAPERS_H
#define SOHOA_TESTS_MADE_PAPERS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/document.h"

enum made_noise {
    MADE_CLEAN,
    MADE_LIGHT, /* an engine with Vietnamese: a wrong mark here and there */
    MADE_HEAVY  /* an engine without: most marks lost, letters and separators wrong */
};

struct made_paper {
    struct document document; /* one page, or two */
    const char *text[2];      /* as recognised */
    const char *clean;        /* of both pages */
    const char *phrase;       /* six words of the clean text that no other paper has in a row */
    const char *mother, *mother_id; /* stand in the text only */
    int year;                       /* 0: the paper has no certain date */
    enum made_noise noise;
};

/* number: from 0; papers of one seed differ by it. About one in twelve has no date. */
void made_paper(uint32_t seed, uint32_t number, enum made_noise noise, struct arena *arena,
                struct made_paper *out);

/* Random numbers of the tests: below limit, from *state. */
uint32_t made_random(uint64_t *state, uint32_t limit);

/* Text as an engine would misread it. */
char *made_misread(const char *text, enum made_noise noise, uint64_t *state, struct arena *arena);

#endif
