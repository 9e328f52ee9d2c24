/*
 * vote: two readings of one line by different networks, put together word by word.
 *
 * Two networks that were taught apart err in different places: what both read is nearly always
 * right, and where they differ one look at the paper pays most.
 */
#ifndef SOHOA_OCR_VOTE_H
#define SOHOA_OCR_VOTE_H

#include "core/words.h"
#include "ocr/language.h"

/* Words at the same place are compared: what both read the same becomes surer; of two readings the
 * one is taken that is read more surely, or that Vietnamese has where it has not the other, and the
 * other one becomes the first of its other readings. Such a word is no surer than their difference
 * makes it. Words that the other reading cuts otherwise stay as they are. language may be NULL;
 * texts come to be the arena's. */
void vote_line(const struct speech *language, struct line *line, const struct line *second,
               struct arena *arena);

/* The same with a further reading by a network that has read the line already: that it reads the
 * same makes nothing surer. */
void vote_again(const struct speech *language, struct line *line, const struct line *second,
                struct arena *arena);

struct span {
    size_t from, to; /* words from..to-1 */
    bool number;     /* a long number is among them, which is worth a third witness */
};

/* The parts of a line that a second reading could make surer: doubtful words, each with its
 * neighbours, which the network sees them between. spans has room for all words. Returns how many
 * parts there are; 0: nothing pays. */
size_t vote_spans(const struct line *line, struct arena *arena, struct span *spans);

#endif
