/*
 * How well a text answers: the query's syllables are aligned with the best window of the text
 * (Smith-Waterman over syllables), and each pair is worth what it tells:
 *
 *   1          the same with marks
 *   .98        the same, the query has no marks
 *   up to .97  how likely the word stood where the text has another spelling (channel.h); without a
 *              channel .74 when the text has no marks there, .56 when it has others
 *   .1 - .4    similar: same skeleton, or one or two letters apart
 *   up to .5   other consonants, behind two words that fit: what is no syllable itself
 *
 * A mismatch costs .6, an extra syllable of the text .35, a skipped one of the query .5, one that
 * is missing at an end .2: else who lacks it would stand above who has it misread. The sum is
 * divided by the number of syllables. Words that stand apart are weighed by what their being there
 * tells: to find a rare one tells more. So the score, 0..1, is comparable between candidates
 * however they were found, and one threshold ends the search for more. Less than half of the
 * query's syllables is no answer at all (score 0).
 */
#ifndef SOHOA_INDEX_RANK_H
#define SOHOA_INDEX_RANK_H

#include "index/index.h"
#include "index/text/query.h"
#include "index/text/token.h"

enum { PAGE_BYTES = 1 << 17 }; /* of a text are looked at */

struct match {
    double score;
    double together;   /* of the window alone: the words as a phrase */
    enum hit_why why;  /* EXACT, FOLDED or SIMILAR */
    bool complete;     /* the window has every syllable of the query, in order, nothing between */
    size_t start, end; /* bytes of the window */
};

struct ranker;

/* For one sequence of words in up to three variants (the best one counts). syllables is the table
 * that texts are cut with; it must not be trimmed while the ranker lives. */
struct ranker *ranker_new(const struct query_words *variants, size_t count,
                          struct syllables *syllables);
void ranker_free(struct ranker *ranker); /* NULL is fine */

/* scattered: words that stand apart count too (0.9 of them, 0.1 of the best window). tokens: to
 * work in, used again from text to text. */
struct match rank_text(struct ranker *ranker, const char *text, bool scattered,
                       struct tokens *tokens);

/* A name against words typed in any order: 1 the whole name with its marks. */
double rank_name(const struct query_words *words, const char *name, struct syllables *syllables,
                 struct tokens *tokens);

/* About 160 bytes about the window, the hit between \x02 and \x03, white space as blanks. */
char *rank_snippet(struct arena *arena, const char *text, size_t start, size_t end);

#endif
