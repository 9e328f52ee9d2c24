/* What a spelling in a text is worth for a word that is asked for. For rank.c. */
#ifndef SOHOA_INDEX_WORTH_H
#define SOHOA_INDEX_WORTH_H

#include "index/text/query.h"
#include "index/text/token.h"

/* As a gain of the alignment, and as the probability that the word stood there. */
enum kind { SIMILAR, FOLDED, EXACT };
struct worth {
    float gain, chance;
    enum kind kind;
};

/* Below this gain a spelling is only a little like the word. */
#define WORTH_ALIKE 0.388f

/* marked: the query was typed with marks, they count. */
struct worth worth_of(struct syllables *syllables, enum engine engine,
                      const struct query_word *word, bool marked, const struct syllable *found);
/* The gain of a spelling that lost consonants ("eu" for "cu"), where its neighbours fit. */
float worth_far(struct syllables *syllables, enum engine engine, const struct query_word *word,
                const struct syllable *found);
/* The gain of a syllable of a name: slips of the finger are forgiven. */
float worth_in_name(const struct query_word *word, bool marked, const struct syllable *found);
/* The chance that a page has the word without its being seen: small for a rare one. */
float worth_unseen(const struct syllables *syllables, const struct query_word *word, bool marked);

#endif
