/* Mentions that any rule or record may connect, and the records that speak of them: what has to be
 * looked at together. For index/owner/owner_settle.c. */
#ifndef SOHOA_INDEX_OWNER_CLOSURE_H
#define SOHOA_INDEX_OWNER_CLOSURE_H

#include "index/owner/owner_private.h"

enum act_kind { ACT_MERGE, ACT_SPLIT, ACT_LINK };
struct owner_act { /* mentions as positions in the closure; SIZE_MAX: not in the catalogue */
    int64_t record;
    enum act_kind kind;
    size_t mention, other; /* other: of a merge */
    const char *digits;    /* of a link */
};

struct closure {
    struct db *db;
    struct arena *arena;
    struct mention *mentions;
    size_t count, room;
    struct owner_act *acts;
    size_t act_count, act_room;
    const char **keys; /* groups that were taken in already; open addressing */
    size_t key_count, key_room;
    bool has_acts; /* there is any record at all */
};

enum status closure_read(struct closure *closure, const int64_t *mentions, size_t count,
                         struct error *error);
void closure_clear(struct closure *closure);

#endif
