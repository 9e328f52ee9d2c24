/* The table of spellings from within, for token.c. */
#ifndef SOHOA_INDEX_SYLLABLES_H
#define SOHOA_INDEX_SYLLABLES_H

#include "index/text/token.h"

struct slot {
    uint64_t head, tail; /* the first eight bytes of the spelling and, of more, the last eight */
    uint32_t id;         /* + 1, 0 free */
    uint32_t hash;
    uint16_t size, uses;        /* uses: since it was last asked what is worth keeping */
    bool number, beyond, empty; /* empty: nothing is left of it when folded */
};

/* The slot of a spelling, as syllables_intern; lent until the next one. */
const struct slot *syllables_slot(struct syllables *table, const char *raw, size_t size,
                                  bool number);
struct syllable *syllables_at(const struct syllables *table, uint32_t id);
/* What an engine without Vietnamese puts for a letter, as the letter. */
uint32_t syllables_mended(uint32_t code);

/* To work in; whoever uses it clears it. */
struct arena *syllables_scratch(struct syllables *table);

#endif
