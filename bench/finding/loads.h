/* The bench and what it does besides asking: writing page by page, readers beside a writer, memory,
 * a cold cache, long papers, type-ahead. */
#ifndef SOHOA_BENCH_FINDING_LOADS_H
#define SOHOA_BENCH_FINDING_LOADS_H

#include "bench/finding/question.h"
#include "core/db.h"
#include "index/index.h"

struct bench {
    struct lexicon *lexicon;
    uint64_t seed;
    uint32_t papers;
    const struct roadmap *roadmap;
    const struct questions *questions;
    struct others *others;
    const char *folder, *path; /* path: of ours */
    struct db *ours, *plain;
    struct index *index;
    size_t text_bytes;
    double put_ms, make_ms, plain_ms;
};

/* Paper numbers into found[10]. */
size_t ours_ask(struct index *index, const char *text, uint32_t found[10], struct arena *arena);
/* Says what was asked and what came first instead. */
void bench_miss(const struct question *question, const uint32_t *found, size_t count);
/* The first column of the first row. */
double bench_number(struct db *db, const char *sql);
/* Bytes of the tables and indexes whose name is like names. */
double bench_bytes(struct db *db, const char *names);
void loads(struct bench *bench);

#endif
