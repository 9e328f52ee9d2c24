/*
 * What a page is found by: its terms, each once however often the page has it.
 *
 * Words are kept once with a number each; a spelling knows the numbers of its forms, so a page is
 * looked up by spellings and nothing is compared by its letters. Skeletons of three neighbours are
 * numbers themselves, made of a byte each. Both ways into the full text go through here, row by row
 * (tokenizer.h) and many rows at once (segment.h), so they cannot disagree; tokenizer.h lists what
 * there is.
 */
#ifndef SOHOA_INDEX_TERMS_H
#define SOHOA_INDEX_TERMS_H

#include "index/text/token.h"

struct terms;

struct page_terms { /* lent until the next page */
    const uint32_t *words;
    size_t word_count;
    const uint32_t *skeletons; /* first << 16 | second << 8 | third, packed */
    size_t skeleton_count;
};

/* channel may be NULL; kept by reference. */
struct terms *terms_new(const struct channel *channel);
void terms_free(struct terms *terms); /* NULL is fine */
/* text: size bytes of UTF-8. */
void terms_of_page(struct terms *terms, const char *text, size_t size, struct page_terms *out);
size_t terms_count(const struct terms *terms); /* of words; their numbers count from 0 */
const char *terms_word(const struct terms *terms, uint32_t word, size_t *size);
/* All words go, and their numbers are given anew. */
void terms_forget(struct terms *terms);

/* A token of skeletons: TERMS_SKELETON, then a byte for each (skeleton_pack), so that they stand in
 * the order of their numbers, and the first two find all that begin with them. */
enum { TERMS_SKELETON = 'S', TERMS_SKELETON_SIZE = 4 };
void terms_skeleton(uint32_t skeleton, char token[TERMS_SKELETON_SIZE]);

#endif
