/*
 * lattice: of what a line can be read as, what Vietnamese would say. For each syllable the
 * candidates are the readings of the engine and syllables a few strokes away; the path through them
 * is taken that letters and language together make likeliest, and only where it is clearly better
 * than what was read.
 *
 * Numbers, codes and names are never made likelier than they were read: words with digits stay;
 * words with a capital stay unless the change makes a fixed phrase of the language, and always in
 * what looks like a name of a person or place.
 */
#ifndef SOHOA_OCR_LATTICE_H
#define SOHOA_OCR_LATTICE_H

#include "core/words.h"
#include "ocr/language.h"

/* before: the last word of the line before it in the same block; NULL: none. What was read becomes
 * the first of a changed word's other readings, and .changed says why. */
void lattice_correct(const struct speech *language, struct line *line, const struct word *before,
                     struct arena *arena);

/* The word is read as letters only, and Vietnamese has no such syllable. */
bool lattice_impossible(const struct speech *language, const struct word *word,
                        struct arena *arena);

#endif
