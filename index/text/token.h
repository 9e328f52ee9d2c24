/*
 * Text cut into tokens, each spelling with the forms that search compares.
 *
 *   raw "Đường"   folded "duong"   exact "đương1"   skeleton "DN": onset class and coda class
 *
 * The skeleton drops what recognition destroys first (marks and vowels) and keeps what it leaves
 * alone (98.8 % of the consonants); one selects nothing, three in a row select like a rare word.
 * Tokenizer, query parser and reranker all go through here, so they cannot disagree.
 */
#ifndef SOHOA_INDEX_TOKEN_H
#define SOHOA_INDEX_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "index/text/channel.h"

#define TOKEN_CHARS 40 /* longer runs of letters are cut into pieces */

/* One distinct spelling; kept once in the table however often the text has it. */
struct syllable {
    uint32_t id;                      /* counts from 0 in its table */
    uint16_t folded_size, exact_size; /* bytes */
    uint64_t folded_hash, exact_hash; /* the same for the same form, in every table */
    const char *read;                 /* small letters, composed */
    const char *folded;
    const char *exact;
    char skeleton[3];
    unsigned char pack; /* the skeleton as one byte */
    bool number;        /* digits only; look-alikes among at least six digits are repaired */
    bool known;         /* a number, or its folded form is a syllable's */
    bool marked;        /* has Vietnamese letters: exact is not folded */
    bool beyond;        /* has letters that only an engine with Vietnamese writes */
    bool capitals;      /* "UBND", "QĐ" */
};

/* id, number and beyond are the syllable's: whoever goes through a text does without its memory. */
struct token {
    const struct syllable *syllable;
    uint32_t start, end; /* bytes in the text */
    uint32_t id;
    bool number, beyond;
};

/* Tokens read as one: an identifier printed in groups ("079.083 001234"), a number and sign
 * ("145/QĐ-UBND" under its key, see number.h). */
struct join {
    const struct syllable *syllable;
    uint32_t first, last; /* tokens */
};

struct tokens { /* {0} to start with; used again and again; tokens_clear frees */
    struct token *at;
    size_t count, room;
    struct join *joins; /* by first */
    size_t join_count, join_room;
};

struct syllables; /* the table */

/* channel may be NULL: then nothing is repaired. It is kept by reference. */
struct syllables *syllables_new(const struct channel *channel);
void syllables_free(struct syllables *table); /* NULL is fine */
/* When the table holds more than limit, what was asked for once goes, and as much more as is needed
 * to halve it; what it lent is gone then, ids are others. Whether it did. */
bool syllables_trim(struct syllables *table, size_t limit);
size_t syllables_count(const struct syllables *table);
/* The syllable of a spelling. number: raw is the token itself (digits, or the key of a number and
 * sign), nothing is folded. */
const struct syllable *syllables_intern(struct syllables *table, const char *raw, size_t size,
                                        bool number);

/* What may have stood where it was read; NULL when there is no channel. As long as the table. */
const struct stood *syllables_stood(struct syllables *table, const struct syllable *syllable,
                                    enum engine engine);
/* Folded forms that an unknown spelling may stand for, likeliest first. */
enum { REPAIRS = 3 };
size_t syllables_repair(struct syllables *table, const struct syllable *syllable,
                        const char *forms[REPAIRS]);
const struct channel *syllables_channel(const struct syllables *table);

/* Of a token's bytes; odd. */
uint64_t token_hash(const char *text, size_t size);

/* text: size bytes of UTF-8; what is not well-formed separates. */
void tokens_cut(struct syllables *table, const char *text, size_t size, struct tokens *out);
/* The same without joins: nobody asks for a number. */
void tokens_cut_apart(struct syllables *table, const char *text, size_t size, struct tokens *out);
void tokens_clear(struct tokens *tokens);
/* The joins of tokens that were cut; tokens_cut calls it. scratch is cleared. */
void tokens_join(struct syllables *table, struct arena *scratch, const char *text,
                 struct tokens *out);
/* The engine that read such a text, by its letters. */
enum engine tokens_engine(const struct tokens *tokens);
/* Whether a form feed stands between token i and the next: nothing is adjacent across it. */
bool tokens_part(const struct tokens *tokens, const char *text, size_t i);

/* The folded form of at most so many letters behind "-" and without its letter left_out; with
 * left_out past the last one it is whole. less has room for it; false: there is no such one. */
enum { NAME_LETTERS = 8 };
bool name_less(const char *folded, size_t left_out, char *less);

/* Onset and coda class of a folded syllable; "##" for a number. */
void skeleton_of(const char *folded, bool number, char skeleton[3]);
/* The same as one byte, of "" too: nothing follows there. Never 0, nor one that a question is
 * divided or quoted by. */
unsigned char skeleton_pack(const char *skeleton);

#endif
