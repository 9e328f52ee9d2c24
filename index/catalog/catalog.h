/* The catalogue's rows: what is known of each package. For this folder only. */
#ifndef SOHOA_INDEX_CATALOG_H
#define SOHOA_INDEX_CATALOG_H

#include "index/index.h"
#include "index/text/abbreviations.h"
#include "index/text/query.h"
#include "index/text/token.h"

struct index {
    struct db *db;
    const struct roadmap *roadmap;
    struct arena *arena; /* as long as the index */
    struct abbreviations *abbreviations;
    const char *const *types;    /* slugs of config/types.tsv, NULL at the end */
    struct channel *channel;     /* NULL: none in the configuration */
    struct syllables *syllables; /* of queries and candidates */
    struct tokens tokens;
    bool bulk; /* the full text comes later */
};

/* A package as it goes in. text[i] belongs to document->pages[i], "" when nothing was read. */
struct entry {
    const struct document *document;
    const char *path; /* relative to the store */
    const char *const *text;
    const struct index_images *images; /* INDEX_CLASSES of them; NULL: nothing is known */
};

/* In the caller's transaction. Replaces what is there of the same document, unless that is
 * newer. */
enum status catalog_put(struct index *index, const struct entry *entry, struct error *error);

/* Folded syllables of a name in alphabetical order: the same in whatever order they are given. */
char *catalog_ordered(struct arena *arena, const char *base);
/* "1.001193.000.00.00.H56" -> "1.001193": what local systems add is not the procedure's. */
const char *procedure_base(struct arena *arena, const char *code);
/* Papers are counted by their written pages: a blank back is kept, but it is no page of the
 * paper. */
int64_t catalog_pages(const struct document *document);

/* The row with this id as a hit: its fields in the arena, nothing of score and snippet. */
enum status catalog_hit(struct index *index, int64_t id, struct arena *arena,
                        struct search_hit *hit, struct error *error);

#endif
