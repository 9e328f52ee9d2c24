/*
 * One search on its way: what is asked, what was found so far. For plan.c (the order of things),
 * lookup.c (identifiers, numbers), names.c and tiers.c (free text).
 */
#ifndef SOHOA_INDEX_SEARCH_H
#define SOHOA_INDEX_SEARCH_H

#include "index/catalog/catalog.h"
#include "index/catalog/filter.h"
#include "index/text/full_text.h"
#include "index/text/rank.h"

enum {
    CANDIDATES = 400,    /* of a tier */
    TOTAL_LIMIT = 10000, /* counting stops */
    LOOSE_LIMIT = 1000   /* ... of what only resembles */
};
#define STOP_SCORE 0.55 /* good enough: no wider tier is asked */
#define KEEP_SCORE 0.35 /* of a page */
#define NAME_KEEP_SCORE 0.5

/* A document found, with its best place. */
struct found {
    int64_t entry, page_id; /* page_id 0: no place in the text */
    int page;
    double score;
    enum hit_why why;
    bool whole;                     /* as in search_hit */
    size_t start, end;              /* bytes of the hit */
    const char *date, *document_id; /* for the order of equals */
};

struct search {
    struct index *index;
    const struct query *query;
    struct filter filter;
    struct arena *arena;
    struct ranker *words, *phrases[QUERY_VALUES];
    struct found *found;
    size_t count, room;
    int64_t *seen; /* pages ranked already, open addressing; 0 free */
    size_t seen_room, seen_count;
    struct db_query *page;  /* reads one page: id -> entry, page, text */
    struct db_query *entry; /* id -> date, document id */
    int64_t total;          /* of the widest tier that was cut off */
    double best;            /* score of free text */
    double ceiling;         /* what is found now comes behind that; 0: it may come first */
    const char *counted;    /* the match of that tier; NULL: none was cut off */
    bool uncounted;         /* ... total does not know of it yet */
    const char *widest;     /* the last tier of pages that was cut off */
    bool widest_loose;      /* ... asks for less than all words */
    bool total_more;        /* there are more than total */
    bool facets;            /* counts are asked for */
    enum text_table counted_table;
};

/* Notes a document with this score, unless it is known by a better one. Lent until the next. */
struct found *search_keep(struct search *search, int64_t entry, double score, enum hit_why why,
                          const char *date, const char *document_id);
/* Whether a page was not ranked before; it is from now on. */
bool search_first_time(struct search *search, int64_t page);
/* Best first; of equals the newest. */
void search_sort(struct search *search);
void search_clear(struct search *search);

/* lookup.c: by the catalogue's own tables. */
enum status lookup_identifier(struct search *search, const char *digits, struct error *error);
enum status lookup_number(struct search *search, const char *key, struct error *error);

/* names.c: persons by name: those that have it as typed, those of names that are like it. */
enum status lookup_name(struct search *search, const struct query_words *words, bool as_typed,
                        bool alike, struct error *error);

/* tiers.c: pages by free text and phrases. */
enum status tiers_search(struct search *search, struct error *error);
/* These pages by what they say; scattered: words that stand apart count. */
enum status tiers_rank(struct search *search, const int64_t *pages, size_t count, bool scattered,
                       struct error *error);

#endif
