/*
 * Where the signatures of a PDF stand: found by their ByteRange, without trusting its xref.
 *
 *   12 0 obj
 *   << /Type /Sig ... /ByteRange [0 840 33610 1220] /Contents <3082...0000> /M (D:2026...) >>
 *                                ^range_at                    ^contents_at
 */
#ifndef SOHOA_ARCHIVE_SIGDICT_H
#define SOHOA_ARCHIVE_SIGDICT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/status.h"

#define SIGDICT_KEY "/ByteRange"
#define SIGDICT_ROOM 2147483647 /* the number that keeps room in an unsigned ByteRange */

struct sigdict {
    int64_t range[4];
    int64_t range_at, range_size;       /* from '[' to behind ']' */
    int64_t contents_at, contents_size; /* from '<' to behind '>'; size 0: there is none */
    char filter[40], sub_filter[40];    /* names without the slash, "" when absent */
    char time[26];                      /* M as ISO with +07:00, "" when absent or no time */
    const char *field;                  /* its name; NULL: not known (signature_place) */
    bool certifies;                     /* the catalog's DocMDP names it */
    bool unnamed;                       /* it is the value of no field of the form */
    bool taken_out;                     /* a later revision has something else in its place */
    bool doubtful;                      /* a key stands twice, or ByteRange is not four numbers */
};

/* All signature dictionaries in file order, in the arena. What only looks like one (inside a stream
 * or a string) is left out. file is read by its descriptor. RETRY: it cannot be read.
 * REJECT: far more of them than any file has. */
enum status sigdict_find(FILE *file, const char *path, struct arena *arena, struct sigdict **found,
                         size_t *count, int64_t *file_size_bytes, struct error *error);

/* The dictionary of whose keys one stands at data + wanted, read forward from each object start
 * before it, nearest first, until one reading comes to it as a key; a key inside a string is never
 * come to. data is size bytes of a file from offset on, without streams. False: no such dictionary.
 */
bool sigdict_read(const char *data, size_t size, int64_t offset, size_t wanted,
                  struct sigdict *out);

/* "D:20251122123005+07'00'" as ISO in Vietnam time; a missing zone counts as UTC. */
void sigdict_time(const char *text, size_t size, char iso[26]);

/* Is room kept there for a signature that has not been made? */
bool sigdict_is_empty(const struct sigdict *one);

#endif
