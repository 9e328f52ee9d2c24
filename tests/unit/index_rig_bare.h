/*
 * A folder in which catalogues are made to try things on, for the tests of index/ and account/: a
 * group is run with rig_begin_bare and rig_end_bare, and closes what it opens. index_rig.h has one
 * catalogue open for the whole group.
 */
#ifndef SOHOA_TESTS_INDEX_RIG_BARE_H
#define SOHOA_TESTS_INDEX_RIG_BARE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/db.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/record.h"
#include "index/index.h"

static char folder[] = "/tmp/sohoa-index-XXXXXX";
static struct arena *arena;
static struct roadmap roadmap;
static struct error error;
/* What went wrong is worth more than a number. */
#define GOOD(call)                                                                                 \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            fail_msg("%s: %s", #call, error.text);                                                 \
    } while (0)

/* A catalogue in the rig's folder. What is tested is not the disk. */
static inline struct db *rig_open(const char *name, struct index **index)
{
    struct db *opened = NULL;
    GOOD(db_open(file_join(arena, folder, name), true, &opened, &error));
    GOOD(db_run(opened, "PRAGMA synchronous = OFF", &error));
    GOOD(index_open(opened, &roadmap, "config", index, &error));
    return opened;
}

/* A folder, an arena and the shipped plan. */
static inline int rig_begin_bare(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    if (!mkdtemp(folder))
        return -1;
    GOOD(roadmap_read("config/roadmap.conf", arena, &roadmap, &error));
    return 0;
}

static inline int rig_end_bare(void **state)
{
    (void)state;
    arena_free(arena);
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

/* What makes the rows of a record. */
typedef enum status rig_rows(struct db *db, const struct record *record, struct error *error);

/* As a warehouse would: a record's rows in one transaction; a refused one leaves none. Takes data.
 */
static inline enum status rig_record_on(struct db *on, int64_t number, const char *kind,
                                        rig_rows *rows, json_t *data)
{
    const struct record record = {.number = number,
                                  .kind = kind,
                                  .at = "2026-11-30T09:00:00+07:00",
                                  .actor = "lan",
                                  .role = "",
                                  .data = data};
    enum status status = db_begin(on, &error);
    if (status == STATUS_OK)
        status = rows(on, &record, &error);
    if (status == STATUS_OK)
        status = db_commit(on, &error);
    else
        db_rollback(on);
    json_decref(data);
    return status;
}

/* A text in a file of the rig's folder. */
static inline const char *rig_file(const char *name, const char *text)
{
    const char *path = file_join(arena, folder, name);
    GOOD(file_write(path, text, strlen(text), &error));
    return path;
}

#endif
