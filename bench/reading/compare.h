/*
 * Two texts of a page, as a corpus scores them: quotes and dashes are one, dot leaders say nothing,
 * white space is one blank.
 */
#ifndef SOHOA_BENCH_READING_COMPARE_H
#define SOHOA_BENCH_READING_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Code points, or numbers of words. */
struct symbols {
    uint32_t *at;
    size_t count;
};

/* NFC, one kind of quotes and dashes, without leaders; runs of white space are one blank. */
char *compare_tidy(struct arena *arena, const char *text);
/* The same without regard to letter case, punctuation and the place of a tone. */
char *compare_folded(struct arena *arena, const char *text);

struct symbols compare_letters(struct arena *arena, const char *tidy);

/* Words of several texts: each distinct one has a number. */
struct vocabulary;
struct vocabulary *vocabulary_new(void);
void vocabulary_free(struct vocabulary *vocabulary);
/* Runs of letters and digits, also with a full stop, slash or hyphen within. */
struct symbols compare_words(struct arena *arena, struct vocabulary *vocabulary, const char *tidy);

/* Insertions, deletions and changes from a to b (Myers' bit vectors, in blocks). */
size_t compare_distance(struct symbols a, struct symbols b);
/* How many of a are in b, each as often as it is in both. */
size_t compare_shared(struct symbols a, struct symbols b);

#endif
