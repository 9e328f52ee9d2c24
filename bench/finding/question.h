/*
 * Questions drawn from papers, and which papers answer them, judged on the clean text and the true
 * names: phrases to the syllable and mark (at most 3 papers), everything else at most 10.
 */
#ifndef SOHOA_BENCH_FINDING_QUESTION_H
#define SOHOA_BENCH_FINDING_QUESTION_H

#include "bench/finding/paper.h"

enum question_class {
    ASK_PHRASE,
    ASK_PHRASE_BARE, /* typed without marks */
    ASK_WORDS,       /* three to five words of a paper in any order */
    ASK_HARD,        /* a line of a hard paper */
    ASK_HARD_BARE,
    ASK_HARD_WORDS,
    ASK_SIX, /* so many classes are of text: the mean of six */
    ASK_NAME = ASK_SIX,
    ASK_NAME_BARE,
    ASK_NAME_TYPO,
    ASK_NAME_TURNED, /* given name first */
    ASK_NAME_BORN,   /* with the date of birth */
    ASK_IDENTIFIER,
    ASK_OTHER_IDENTIFIER, /* the other number of the same person */
    ASK_NUMBER,
    ASK_ABSENT, /* a number that nobody has */
    ASK_CLASSES
};
extern const char *const question_classes[ASK_CLASSES];

enum { ANSWERS = 10 };

struct question {
    enum question_class class;
    const char *text;          /* as a person types it into our search */
    const char *words;         /* the bare words, for other engines */
    uint32_t answers[ANSWERS]; /* paper numbers */
    size_t answer_count;       /* more than ANSWERS: too many, not asked */
    uint32_t *syllables;       /* what the judge looks for; see question.c */
    size_t syllable_count;
    const char *key; /* name, digits or number */
};

struct questions {
    struct question *at;
    size_t count, room;
    size_t each; /* questions of a class */
};

struct judge;

/* Twice as many as are wanted, from the first papers of the seed. */
void questions_draw(const struct lexicon *lexicon, uint64_t seed, uint32_t papers, size_t each,
                    struct arena *arena, struct questions *out);
struct judge *judge_new(struct questions *questions);
/* One more paper of all that there are. */
void judge_paper(struct judge *judge, const struct paper *paper);
/* Drops those with too many answers or none, and those beyond what was wanted. */
void judge_end(struct judge *judge);

/* Judging takes all papers; what it came to can be kept. Load: false when the file is not there. */
void questions_save(const struct questions *questions, const char *path);
bool questions_load(const char *path, struct arena *arena, struct questions *out);

#endif
