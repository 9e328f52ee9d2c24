#include "index/text/segment.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"

/* FTS5's own numbers. */
enum {
    LEAF = 4050,      /* bytes, unless one term needs more */
    TERM_MAX = 32768, /* longer tokens are cut off */
    HEAD = 4,         /* of a leaf: where its first row stands, where its list of terms begins */
    LONG_ROWS = 4,    /* leaves without a term: then their first rows are listed */
    VARINT = 9,       /* bytes at most */
    SUMS = 1,         /* blocks */
    STRUCTURE = 10,
    FORMAT = 4,
    PREFIX = '0' /* before each term: the index of whole terms */
};

struct segment {
    struct db *db;
    struct db_query *block, *first_term;
    enum status status;
    struct error error;
    uint32_t number, leaf; /* leaf: counts from 1 */
    uint8_t bytes[LEAF + TERM_MAX + 64], places[LEAF + TERM_MAX + 64];
    size_t size, places_size; /* places: where terms begin, as differences */
    size_t last_place;
    bool no_term, no_row; /* nothing of the kind is on the leaf */
    bool new_term;        /* no row of it yet */
    uint8_t term[1 + TERM_MAX];
    size_t term_size;
    int64_t row;
    uint8_t least[1 + TERM_MAX]; /* term of the last leaf that has one */
    size_t least_size;
    uint32_t least_leaf, without; /* leaves without a term since */
    struct buffer long_rows;      /* their first rows */
    uint32_t long_leaf;           /* where their term stands */
    int64_t long_row;
};

static size_t put_number(uint8_t *to, uint64_t value)
{
    uint8_t bytes[VARINT];
    size_t count = 0;
    if (value >> 56) { /* the ninth byte has eight bits */
        to[8] = (uint8_t)value;
        value >>= 8;
        for (int i = 7; i >= 0; i--, value >>= 7)
            to[i] = (uint8_t)((value & 0x7f) | 0x80);
        return VARINT;
    }
    do
        bytes[count++] = (uint8_t)((value & 0x7f) | 0x80);
    while ((value >>= 7) != 0);
    bytes[0] &= 0x7f;
    for (size_t i = 0; i < count; i++)
        to[i] = bytes[count - 1 - i];
    return count;
}

static void add_number(struct buffer *buffer, uint64_t value)
{
    uint8_t bytes[VARINT];
    buffer_add(buffer, bytes, put_number(bytes, value));
}

static void put_two(uint8_t *to, size_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

enum status segments_known(struct db *db, const char *table, bool *known, struct error *error)
{
    char sql[128];
    int64_t format = 0;
    snprintf(sql, sizeof sql, "SELECT v FROM %s_config WHERE k = 'version'", table);
    enum status status = db_first_int(db, &format, error, sql, "");
    *known = status == STATUS_OK && format == FORMAT;
    return status == STATUS_END ? STATUS_OK : status;
}

struct segment *segment_new(struct db *db, const char *table, uint32_t number)
{
    struct segment *segment = memory_new(sizeof *segment);
    char sql[128];
    segment->db = db;
    segment->number = number;
    segment->leaf = segment->least_leaf = 1;
    segment->size = HEAD;
    segment->no_term = true;
    snprintf(sql, sizeof sql, "INSERT INTO %s_data (id, block) VALUES (?, ?)", table);
    segment->status = db_prepare(db, sql, &segment->block, &segment->error);
    snprintf(sql, sizeof sql, "INSERT INTO %s_idx (segid, term, pgno) VALUES (?, ?, ?)", table);
    if (segment->status == STATUS_OK)
        segment->status = db_prepare(db, sql, &segment->first_term, &segment->error);
    return segment;
}

/* ---------------------------------------------------------------- blocks */

static void step(struct segment *segment, struct db_query *query)
{
    enum status status = db_step(query, &segment->error);
    segment->status = status == STATUS_END ? STATUS_OK : status;
    db_reset(query);
}

static void put_block(struct segment *segment, bool of_long_rows, uint32_t leaf, const void *bytes,
                      size_t size)
{
    if (segment->status != STATUS_OK)
        return;
    db_bind_int(segment->block, 1,
                (int64_t)segment->number << 37 | (int64_t)of_long_rows << 36 | leaf);
    db_bind_bytes(segment->block, 2, bytes, size);
    step(segment, segment->block);
}

/* What is known of the last leaf with a term, now that the next one has come. */
static void put_least(struct segment *segment)
{
    bool is_long = segment->long_rows.size > 0 && segment->without >= LONG_ROWS;
    if (segment->least_leaf == 0)
        return;
    if (is_long)
        put_block(segment, true, segment->long_leaf, segment->long_rows.data,
                  segment->long_rows.size);
    segment->long_rows.size = 0;
    segment->without = 0;
    if (segment->status == STATUS_OK) {
        db_bind_int(segment->first_term, 1, segment->number);
        db_bind_bytes(segment->first_term, 2, segment->least, segment->least_size);
        db_bind_int(segment->first_term, 3, (int64_t)segment->least_leaf << 1 | is_long);
        step(segment, segment->first_term);
    }
    segment->least_leaf = 0;
}

static void end_leaf(struct segment *segment)
{
    put_two(segment->bytes + 2, segment->size);
    if (segment->no_term) {
        if (segment->no_row && segment->long_rows.size > 0)
            add_number(&segment->long_rows, 0);
        segment->without++;
    } else {
        memcpy(segment->bytes + segment->size, segment->places, segment->places_size);
        segment->size += segment->places_size;
    }
    put_block(segment, false, segment->leaf++, segment->bytes, segment->size);
    memset(segment->bytes, 0, HEAD);
    segment->size = HEAD;
    segment->places_size = segment->last_place = 0;
    segment->no_term = segment->no_row = true;
}

/* ---------------------------------------------------------------- terms and rows */

void segment_term(struct segment *segment, const char *term, size_t size)
{
    size_t shared = 1, own;
    size = size < TERM_MAX ? size : TERM_MAX;
    if (segment->places_size + segment->size + size + 3 >= LEAF && segment->size > HEAD)
        end_leaf(segment);
    segment->places_size +=
        put_number(segment->places + segment->places_size, segment->size - segment->last_place);
    segment->last_place = segment->size;
    while (shared < segment->term_size && shared <= size &&
           segment->term[shared] == (uint8_t)term[shared - 1])
        shared++;
    if (segment->term_size == 0)
        shared = 0;
    memcpy(segment->term + 1, term, size);
    segment->term[0] = PREFIX;
    segment->term_size = 1 + size;
    if (segment->no_term && segment->leaf > 1) { /* enough of it to tell it from the one before */
        put_least(segment);
        segment->least_size = shared + 1;
        memcpy(segment->least, segment->term, segment->least_size);
        segment->least_leaf = segment->leaf;
    }
    if (segment->no_term)
        shared = 0;
    else
        segment->size += put_number(segment->bytes + segment->size, shared);
    own = segment->term_size - shared;
    segment->size += put_number(segment->bytes + segment->size, own);
    memcpy(segment->bytes + segment->size, segment->term + shared, own);
    segment->size += own;
    segment->no_term = segment->no_row = false;
    segment->new_term = true;
    segment->long_leaf = segment->leaf;
}

/* The first row of a leaf that begins in the middle of a term's rows. */
static void list_row(struct segment *segment, int64_t row)
{
    if (segment->long_rows.size == 0) {
        add_number(&segment->long_rows, 0); /* there is no list above this one */
        add_number(&segment->long_rows, segment->leaf);
        add_number(&segment->long_rows, (uint64_t)row);
    } else {
        add_number(&segment->long_rows, (uint64_t)(row - segment->long_row));
    }
    segment->long_row = row;
}

void segment_row(struct segment *segment, int64_t row)
{
    if (segment->size + segment->places_size >= LEAF)
        end_leaf(segment);
    if (segment->no_row) {
        put_two(segment->bytes, segment->size);
        list_row(segment, row);
    }
    bool whole = segment->new_term || segment->no_row;
    segment->size +=
        put_number(segment->bytes + segment->size, (uint64_t)(whole ? row : row - segment->row));
    segment->row = row;
    segment->new_term = segment->no_row = false;
}

enum status segment_end(struct segment *segment, uint32_t *leaves, struct error *error)
{
    if (segment->size > HEAD)
        end_leaf(segment);
    *leaves = segment->leaf - 1;
    if (*leaves > 0)
        put_least(segment);
    enum status status = segment->status;
    if (status != STATUS_OK && error)
        *error = segment->error;
    db_finish(segment->block);
    db_finish(segment->first_term);
    buffer_clear(&segment->long_rows);
    free(segment);
    return status;
}

/* ---------------------------------------------------------------- the end */

static enum status replace_block(struct db *db, const char *table, int64_t block,
                                 const struct buffer *bytes, struct error *error)
{
    struct db_query *query = NULL;
    char sql[128];
    snprintf(sql, sizeof sql, "REPLACE INTO %s_data (id, block) VALUES (?, ?)", table);
    enum status status = db_prepare(db, sql, &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, block);
        db_bind_bytes(query, 2, bytes->data, bytes->size);
        status = db_step(query, error);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status segments_finish(struct db *db, const char *table, const uint32_t *leaves, size_t count,
                            int64_t rows, int64_t tokens, struct error *error)
{
    struct buffer bytes = {0};
    size_t written = 0, level = 0; /* as if they had been joined of leaves, by fours */
    add_number(&bytes, (uint64_t)rows);
    add_number(&bytes, (uint64_t)tokens); /* of its one column */
    enum status status = replace_block(db, table, SUMS, &bytes, error);
    bytes.size = 0;
    for (size_t i = 0; i < count; i++)
        written += leaves[i];
    while (written >> 2 * level)
        level++;
    buffer_add(&bytes, "\0\0\0\0", 4); /* the settings were not changed yet */
    add_number(&bytes, level + 1);
    add_number(&bytes, count);
    add_number(&bytes, 0);
    for (size_t i = 0; i < level; i++)
        buffer_add(&bytes, "\0\0", 2);
    add_number(&bytes, 0); /* none is being joined */
    add_number(&bytes, count);
    for (size_t i = 0; i < count; i++) {
        add_number(&bytes, i + 1);
        add_number(&bytes, 1); /* leaves, from to */
        add_number(&bytes, leaves[i]);
    }
    if (status == STATUS_OK)
        status = replace_block(db, table, STRUCTURE, &bytes, error);
    buffer_clear(&bytes);
    return status;
}
