/*
 * What the papers of the search bench are made of: counted pairs of syllables (config/lexicon),
 * personal names (teach/texts/names.tsv), communes (config/units.csv), rare syllables that no
 * count has.
 */
#ifndef SOHOA_BENCH_FINDING_LEXICON_H
#define SOHOA_BENCH_FINDING_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/status.h"

struct lexicon;

enum name_part { NAME_FAMILY, NAME_MIDDLE, NAME_GIVEN };

/* From the root of the repository. Memory in the arena. */
enum status lexicon_read(struct arena *arena, struct lexicon **out, struct error *error);

/* Random numbers below limit, from *state. */
uint32_t chance(uint64_t *state, uint32_t limit);

/* Appends so many syllables, each with a blank behind it; about one in ten is rare. */
void lexicon_walk(const struct lexicon *lexicon, uint64_t *state, size_t syllables,
                  struct buffer *out);
const char *lexicon_name(const struct lexicon *lexicon, uint64_t *state, enum name_part part);
/* One of the 250 syllables that stand in most texts. */
bool lexicon_is_common(const struct lexicon *lexicon, const char *word);
/* "Xã Đông Hòa" */
const char *lexicon_unit(const struct lexicon *lexicon, uint64_t *state);

#endif
