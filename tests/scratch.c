#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/message.h"
#include "tests/scratch.h"

char folder[512];
struct arena *arena;

int scratch_open(void **state)
{
    const char *below = getenv("TMPDIR");
    (void)state;
    message_use("en");
    arena = arena_new();
    snprintf(folder, sizeof folder, "%s/sohoa-unit.XXXXXX", below && *below ? below : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

int scratch_close(void **state)
{
    (void)state;
    arena_free(arena);
    arena = NULL;
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : -1;
}

char *in(const char *name)
{
    return file_join(arena, folder, name);
}
