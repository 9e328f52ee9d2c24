/*
 * What a person typed, as a tree. Nothing is a syntax error: what is no field, phrase or number is
 * words, and what has no letters and digits is nothing.
 *
 *   số:145/QĐ-UBND   cccd:079083001234   tên:Nguyễn Văn An   sinh:12/5/1964   năm:1998
 *   từ:2006   đến:31/12/2015   loại:khai sinh   đơn vị:Đông Hòa   thủ tục:kết hôn   hộp:H12
 *   "quoted phrase"   -word
 *
 * Fields also without marks, in capitals, with blanks about the colon. A value goes on to the next
 * field, phrase or exclusion; in quotation marks it ends with them, that of loại with the longest
 * name of a type that it begins with.
 */
#ifndef SOHOA_INDEX_QUERY_H
#define SOHOA_INDEX_QUERY_H

#include "core/arena.h"
#include "core/status.h"
#include "index/text/token.h"

#define QUERY_SYLLABLES 64 /* of a sequence; what is typed beyond them is not looked for */
#define QUERY_VALUES 16    /* of a kind; likewise */

struct query_word {
    const char *folded, *exact, *read;
    uint64_t folded_hash, exact_hash; /* as in token.h */
    char skeleton[3];
    bool number;
};

/* Words in order. */
struct query_words {
    struct query_word *at;
    size_t count;
    bool marked; /* typed with marks: they count */
};

struct query_list {
    const char *at[QUERY_VALUES];
    size_t count;
};

struct query {
    /* Free words: as typed, with abbreviations written out, with long forms abbreviated. */
    struct query_words words[3];
    size_t variant_count; /* 0: there are none */
    struct query_words phrases[QUERY_VALUES];
    size_t phrase_count;
    struct query_words excluded[QUERY_VALUES];
    size_t excluded_count;
    struct query_list numbers, identifiers, names;    /* named with their field: must be so */
    struct query_list seen_numbers, seen_identifiers; /* by their looks: looked for there first */
    size_t sign_words;        /* so many of the free words are parts of seen_numbers */
    int year;                 /* of the field năm; 0 none */
    const char *from, *until; /* ISO dates or years of the fields từ and đến; NULL none */
    const char *type, *unit, *procedure, *box; /* as typed; NULL none */
    int seen_year;                             /* a bare year among other words; 0 none */
    const char *born; /* a date among other words or behind a name, ISO, or its year; NULL none */
    struct query_words name; /* free words that may be a name: those without digits; none when there
                                are digits that are no date or year */
};

struct abbreviations;

/* config/abbreviations.tsv: "UBND<tab>ủy ban nhân dân", # comments. Absent: none. */
enum status abbreviations_read(const char *path, struct arena *arena, struct abbreviations **out,
                               struct error *error);

/* What there is of types, units and procedures, as slugs (index/catalog/types.h), NULL at the end:
 * where the longest of them ends, words begin. NULL: none are known, all is the name. */
struct query_names {
    const char *const *types, *const *units, *const *procedures;
};

/* Numbers are keys of index/number.h, identifiers digits, names as typed. Memory in the arena;
 * abbreviations and names may be NULL. */
struct query *query_parse(const char *text, const struct abbreviations *abbreviations,
                          const struct query_names *names, struct arena *arena);

/* The same with seen_year as the year of issue instead of a word. */
struct query *query_without_year(const struct query *query,
                                 const struct abbreviations *abbreviations, struct arena *arena);

/* Text as words. */
struct query_words query_words(const char *text, struct arena *arena);

/* What the full text is asked for so that these words, three or two neighbours, stand there one
 * behind the other, whatever reading did to their vowels. */
enum { QUERY_NEIGHBOURS = 8 };
void query_neighbours(const struct query_word *words, size_t count, char match[QUERY_NEIGHBOURS]);

#endif
