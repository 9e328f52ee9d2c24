/*
 * index: package -> catalogue -> search result.
 *
 * The catalogue and the full text are derived data: they can be made again from the store at any
 * time (index_package for each package). SQL is portable; what is SQLite's own (FTS5, the
 * tokenizer) is in text_fts5.c and tokenizer.c.
 */
#ifndef SOHOA_INDEX_INDEX_H
#define SOHOA_INDEX_INDEX_H

#include "core/db.h"
#include "core/document.h"
#include "core/words.h"
#include "index/roadmap.h"

struct index;

/* On an open database; makes or upgrades its tables. roadmap is kept by reference and gives each
 * entry its band. config_folder: catalogues (procedures.csv, units.csv, abbreviations). */
enum status index_open(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                       struct index **out, struct error *error);
/* Folder of counts.tsv and confusions.tsv for each index opened from then on whose config_folder
 * has no language/ of its own; kept by reference. Without them misread words are not repaired. */
void index_use_language(const char *folder);
/* What a database needs before anything looks into it: tables made or upgraded, names of procedures
 * as configured. Quick when there is nothing to do; the rest is done by whoever opens the index. */
enum status index_prepare(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                          struct error *error);
void index_close(struct index *index); /* NULL is fine; the database stays open */

/* Enters a package, replacing an earlier entry of the same document, in the caller's transaction
 * when one is open, else in its own. Idempotent. REJECT: the package cannot be read. */
enum status index_package(struct index *index, const char *package, struct error *error);
/* The same with what index_package reads from the package: path is relative to the store, text[i]
 * what was read on document->pages[i] ("" nothing). An older version than the one there changes
 * nothing. */
enum status index_document(struct index *index, const struct document *document, const char *path,
                           const char *const *text, struct error *error);

/* Many packages in a row: between these two calls the full text is left aside (searching finds
 * names of owners, numbers and fields only), then made of all of them at once, which takes a third
 * of the time. When the second call never comes, the next index_open does its work. In the caller's
 * transaction or their own. */
enum status index_bulk_begin(struct index *index, struct error *error);
enum status index_bulk_end(struct index *index, struct error *error);

/* What is recorded, on a database that may be open for looking only. Every document with its newest
 * version and its package (relative to the store), in the order of the ids; ends with the first
 * outcome of visit that is not OK. */
enum status index_each(struct db *db,
                       enum status (*visit)(void *context, const char *document_id, int version,
                                            const char *path, struct error *error),
                       void *context, struct error *error);
/* The version in the catalogue; 0: the document is not there. */
enum status index_version(struct db *db, const char *document_id, int *version,
                          struct error *error);

/* text with "###" in place of each name of a person of the catalogue, in whatever spelling; text
 * itself when there is none. The database may be open for looking only. */
const char *index_hide_names(struct db *db, const char *text, struct arena *arena);

/* What the images in the packages' PDFs take, from their packing.json. */
enum { INDEX_CLASSES = 3 };
struct index_images {
    const char *class; /* "color", "gray", "bilevel": of the masters */
    int64_t pages, bytes;
    int64_t over_budget; /* pages above [archive] budget_*_kb as it was then */
};
/* Over the whole catalogue, on a database that may be open for looking only. */
enum status index_image_sizes(struct db *db, struct index_images out[INDEX_CLASSES],
                              struct error *error);

/* SORT_RELEVANCE of a search without words is SORT_DATE: newest first. Of a search with words the
 * best 400 of each way of looking are sorted. */
enum search_sort { SORT_RELEVANCE, SORT_DATE, SORT_NUMBER, SORT_OWNER };

/* What a person asked. text is free: names, numbers, words, in any order, with or without marks;
 * nothing a person types is a syntax error. Recognised in it: `số:`, `cccd:`, `tên:`, "quoted
 * phrase", a 9 or 12 digit number, a year. Filters narrow; NULL or 0 does not. */
struct search_query {
    const char *text;
    const char *band;      /* band id of the roadmap; "unknown" for chưa rõ năm */
    const char *procedure; /* code, or words of its name */
    const char *type;      /* slug; REJECT when nobody knows it */
    const char *unit;      /* words of its name */
    const char *number;    /* document number and sign */
    const char *owner;     /* name */
    const char *owner_id;
    int year_from, year_to;
    int limit, offset;               /* limit 0: 10; REJECT when negative */
    const char *date_from, *date_to; /* days of issue */
    const char *place;               /* box or shelf */
    const char *state;               /* validity_state_name() */
    const char *owner_ref;           /* an owner's id (index/owner.h) */
    const char *valid_on;            /* only what is in force on this ISO day; NULL: all */
    bool unit_exact;                 /* not under the names before and after it, too */
    enum search_sort sort;
    const char *after; /* the cursor of the page before: goes on behind it */
    bool facets;       /* count what is found by band, type, ... */
};

/* HIT_SIMILAR: not all that was asked for is there, or only something like it. */
enum hit_why { HIT_IDENTIFIER, HIT_NAME, HIT_EXACT, HIT_FOLDED, HIT_SIMILAR, HIT_FILTER };

#define SEARCH_OWNERS 3 /* told by name in a list */

struct search_hit {
    const char *document_id, *path; /* package folder, relative to the store */
    int version;
    const char *title, *type, *procedure, *number, *date, *agency, *unit, *owner, *owner_id, *band;
    const char *birth_date;                /* of the first owner, ISO; NULL: not known */
    const char *owners[SEARCH_OWNERS + 1]; /* the first of them, NULL behind; how many there are */
    int64_t owner_count;
    /* of the catalogue of procedures; NULL when the code is not in it */
    const char *procedure_name;
    double score;     /* 0..1 */
    enum hit_why why; /* how it was found */
    bool whole;       /* words stand together as they were asked for; else they are apart, or some
                         are not there, and it may be another person's */
    /* the place in the text, the hit between \x02 and \x03; "" when there is none */
    const char *snippet;
    int page; /* of the snippet, from 0 */
    /* the hit among the words of the page, in reading order; word_count 0: it stands in the checked
     * fields, or there is none */
    size_t first_word, word_count;
    const char *ends;  /* last day in force; NULL: for ever */
    const char *state; /* validity_state_name() */
};

/* One value of a facet and how many of the papers found have it. */
struct search_count {
    const char *value; /* "2006-2015", "khai_sinh", "1.001193", "Xã Đông Hòa"; "": not known */
    const char *label; /* for people; NULL: the value */
    int64_t count;
};
struct search_facet {
    const char *name; /* "band", "type", "procedure", "unit", "place", "state", "owner" */
    struct search_count *counts; /* most first; at most 50 */
    size_t count;
    size_t others; /* further values */
};

struct search_result {
    struct search_hit *hits;
    size_t hit_count;
    int64_t total; /* all matches; counting stops at 10,000; of what only resembles at 1,000, and
                      without facets it does not begin: as many as were looked at */
    bool more;     /* ... and it stopped: there may be more than total */
    const char *after;   /* cursor of the next page; NULL: this is the last */
    const char *unknown; /* a sentence: no type, unit or procedure is called as was typed; or NULL
                          */
    struct search_facet *facets;
    size_t facet_count;
    int64_t counted; /* papers the facets count: all matches, or 10,000 of them */
    bool capped;     /* there are more than were counted */
};

/* Memory in the arena. OK also when nothing is found (hit_count 0). */
enum status index_search(struct index *index, const struct search_query *query, struct arena *arena,
                         struct search_result *result, struct error *error);

/* Where a hit stands on its page: the boxes of its words, in px of the page turned upright
 * (core/words.h). */
struct hit_place {
    const char *page; /* its name */
    int width_px, height_px;
    double dpi;
    struct box *boxes;
    size_t box_count;
};
/* From the package; END: it stands nowhere. */
enum status index_place(const char *package, const struct search_hit *hit, struct arena *arena,
                        struct hit_place *out, struct error *error);

/* Names of owners that begin as typed, with and without marks, in whatever order the words are
 * given; the last word may be incomplete. */
struct suggestion {
    const char *name;
    int64_t persons; /* entries that bear it */
    bool from_left;  /* it begins so; else its words do */
};
/* limit 0: 10; at most 100. Memory in the arena; words of nothing but signs suggest nothing. */
enum status index_suggest(struct index *index, const char *typed, size_t limit, struct arena *arena,
                          struct suggestion **out, size_t *count, struct error *error);

/* Is there a paper that was in force only until before this ISO day? */
enum status index_has_ended(struct db *db, const char *day, bool *ended, struct error *error);

/* Cross-check: every package of the catalogue is in the full text and vice versa, FTS integrity.
 * REJECT: something is wrong, error says what. RETRY: the database is busy, nothing is known. */
enum status index_check(struct index *index, struct error *error);
/* Takes away what belongs to no package and makes the full text anew of what the catalogue keeps;
 * what the catalogue itself has lost comes back by index_package. In one transaction of its own. */
enum status index_mend(struct index *index, struct error *error);

/* May a person write this into the field (values.c)? REJECT, with the nearest that is known: a type
 * of paper that types.tsv of config_folder does not have, a code of a procedure that the catalogue
 * does not have. Where there is no catalogue any value will do. */
enum status index_check_value(struct db *db, const char *config_folder, enum field_id field,
                              const char *value, struct error *error);

/* The slug of a type of paper as people call it ("Giấy khai sinh" is khai_sinh), or the nearest to
 * one. */
enum status index_type(struct db *db, const char *type, struct arena *arena, const char **slug,
                       struct error *error);

/* What tells one paper from another (type, number, day of issue, owner) in 64 hex digits; NULL:
 * number, day or owner is not known. */
const char *index_paper_key(const struct document *document, struct arena *arena);
/* Another document of the catalogue that is the same paper by that (a sheet that was scanned again,
 * a folder that was imported again), the one that was entered first; NULL: none. */
enum status index_twin(struct db *db, const struct document *document, struct arena *arena,
                       const char **other, struct error *error);

#endif
