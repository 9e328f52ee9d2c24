/*
 * One catalogue to try things on for a whole group of tests, which is run with rig_begin and
 * rig_end. What a test opens beside it, it closes itself.
 */
#ifndef SOHOA_TESTS_INDEX_RIG_H
#define SOHOA_TESTS_INDEX_RIG_H

#include "tests/unit/index_rig_bare.h"

static struct db *db;
static struct index *index_;
static int64_t records; /* so many were made */

/* The rig's own catalogue, empty; the one before it is closed. */
static inline void rig_open_new(const char *name)
{
    index_close(index_);
    db_close(db);
    index_ = NULL;
    db = NULL;
    records = 0;
    db = rig_open(name, &index_);
}

static inline int rig_begin(void **state)
{
    if (rig_begin_bare(state) != 0)
        return -1;
    rig_open_new("t.db");
    return 0;
}

static inline int rig_end(void **state)
{
    index_close(index_);
    db_close(db);
    return rig_end_bare(state);
}

/* The next record, by its rows. The number of one that was refused is given again. Takes data. */
static inline enum status rig_record(const char *kind, rig_rows *rows, json_t *data)
{
    enum status status = rig_record_on(db, records + 1, kind, rows, data);
    records += status == STATUS_OK;
    return status;
}

#endif
