/* Where a test works: a folder and an arena of its own, made anew for each test or group and gone
 * after it. A program that includes this has the two by their short names. */
#ifndef SOHOA_TESTS_SCRATCH_H
#define SOHOA_TESTS_SCRATCH_H

#include "core/arena.h"

/* Below $TMPDIR or /tmp; empty before scratch_open. */
extern char folder[512];
extern struct arena *arena;

/* Set-up and tear-down of cmocka: 0 when done. Sentences are English. scratch_close fails when what
 * the test left cannot be removed. */
int scratch_open(void **state);
int scratch_close(void **state);

/* The path of name in the folder; the arena's. */
char *in(const char *name);

#endif
