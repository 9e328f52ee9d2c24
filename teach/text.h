/*
 * text: what stands on Vietnamese administrative paper, drawn by chance: patterns with slots
 * (texts/patterns.tsv), names, units of config/units.csv, and sentences that follow the counted
 * pairs of syllables (texts/bigrams.tsv).
 */
#ifndef SOHOA_TEACH_TEXT_H
#define SOHOA_TEACH_TEXT_H

#include "core/arena.h"
#include "teach/random.h"

struct texts;

/* NULL when a file is missing; the sentence is printed. All is in the arena. */
struct texts *texts_load(const char *folder, const char *units, struct arena *arena);

/* One text of the kind: agency, title, number, field, sentence, cell, signer, recipient, list. */
char *texts_draw(const struct texts *texts, const char *kind, struct chance *chance,
                 struct arena *arena);

#endif
