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

#define FUZZ_SEED(text)                                                                            \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }
#define FUZZ_SEEDS_END                                                                             \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

#endif
