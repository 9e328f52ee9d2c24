/* Golden files: what a format looked like when a person last looked at it. expected/NAME is
 * compared with what the program makes now; `make golden-update` shows the difference and takes the
 * new one. Included by one .c file each, after cmocka.h. */
#ifndef SOHOA_TESTS_GOLDEN_GOLDEN_H
#define SOHOA_TESTS_GOLDEN_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/file.h"

#define GOLDEN_FOLDER "tests/golden/expected" /* from the root, where tests run */

/* Fails with the difference, unless GOLDEN_UPDATE is set: then the new bytes become expected. */
static inline void golden(const char *name, const void *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    const char *expected = arena_printf(arena, "%s/%s", GOLDEN_FOLDER, name);
    char now[] = "/tmp/sohoa-golden-XXXXXX";
    int descriptor = mkstemp(now);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
    /* to stderr: stdout is TAP */
    int differs = system(arena_printf(arena, "diff -uN %s %s 1>&2", expected, now));
    unlink(now);
    if (differs != 0 && getenv("GOLDEN_UPDATE") != NULL)
        assert_int_equal(file_write(expected, bytes, size, &error), STATUS_OK);
    else if (differs != 0)
        fail_msg("%s is another than before; if that is meant: make golden-update", name);
    arena_free(arena);
}

#endif
