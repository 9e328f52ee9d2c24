/*
 * What a fuzz test is: LLVMFuzzerTestOneInput, which takes any bytes and calls fuzz_check on what
 * must hold, and a few seeds to start from.
 *
 * With main.c beside this it is a test that does the same every time: some thousand changed seeds,
 * a few seconds. Without main.c it is a libFuzzer target that may run for days:
 *
 *   make CC=clang SANITIZE=fuzzer-no-link,address,undefined build/clang/sanitize/libcore.a
 *   clang -fsanitize=fuzzer,address -I. tests/fuzz/core_text.c build/clang/sanitize/libcore.a ...
 */
#ifndef SOHOA_TESTS_FUZZ_H
#define SOHOA_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/file.h"

struct fuzz_seed {
    const void *bytes;
    size_t size;
};

extern const struct fuzz_seed fuzz_seeds[]; /* ends with a NULL */
extern const unsigned fuzz_rounds;          /* changed seeds to try */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static inline void fuzz_check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

static char fuzz_room[64];

static inline void fuzz_leave(void)
{
    file_remove_tree(fuzz_room, NULL);
}

/* A folder for the test's files, where fsync costs nothing when there is such a place; the same one
 * each time, and gone at the end. */
static inline const char *fuzz_folder(void)
{
    if (!*fuzz_room) {
        snprintf(fuzz_room, sizeof fuzz_room, "%s/sohoa-fuzz.XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        fuzz_check(mkdtemp(fuzz_room) != NULL, "there is room for a folder");
        atexit(fuzz_leave);
    }
    return fuzz_room;
}

#define FUZZ_SEED(text)                                                                            \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }
#define FUZZ_SEEDS_END                                                                             \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

#endif
