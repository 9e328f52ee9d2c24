/*
 * What recognition makes of clean text, as ../shared facts counted it; a model of the bench's own,
 * which the product's tables were not made from.
 *   latin  an engine that knows no Vietnamese: marks and vowels go, consonants stay
 *   vn     an engine with Vietnamese: a wrong tone or mark here and there
 */
#ifndef SOHOA_BENCH_FINDING_NOISE_H
#define SOHOA_BENCH_FINDING_NOISE_H

#include <stdint.h>

#include "core/buffer.h"

enum noise { NOISE_VN, NOISE_LATIN };

struct noise_counts { /* of syllables */
    uint64_t all, exact, folded;
};

/* Appends. percent: 100 as counted, 150 an older paper. counts may be NULL. */
void noise_add(const char *text, enum noise noise, uint32_t percent, uint64_t *state,
               struct buffer *out, struct noise_counts *counts);

#endif
