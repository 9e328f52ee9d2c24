/* Whether a folder lies in the warehouse, whatever it is called by. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "tools/command.h"

/* The real path of what is there of it, and behind that the names that are still to be made. */
static char *real_path(const char *path, struct arena *arena)
{
    char *found = realpath(path, NULL);
    if (found) {
        char *copy = arena_strdup(arena, found);
        free(found);
        return copy;
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *parent = !slash          ? "."
                         : slash == path ? "/"
                                         : arena_strndup(arena, path, (size_t)(slash - path));
    if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
        return arena_strdup(arena, path);
    char *above = real_path(parent, arena);
    if (!*name || strcmp(name, ".") == 0)
        return above;
    if (strcmp(name, "..") != 0)
        return arena_printf(arena, "%s/%s", strcmp(above, "/") == 0 ? "" : above, name);
    char *last = strrchr(above, '/');
    last[last == above] = '\0';
    return above;
}

static bool is_below(const char *path, const char *folder, struct arena *arena)
{
    const char *real = real_path(folder, arena);
    size_t size = strlen(real);
    return strncmp(path, real, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

bool cli_outside(struct cli *cli, const char *folder)
{
    const struct warehouse *warehouse = &cli->warehouse;
    const char *path = real_path(folder, cli->arena);
    if (!is_below(path, warehouse->root, cli->arena) &&
        !is_below(path, warehouse->store, cli->arena) &&
        !is_below(path, warehouse->spool, cli->arena))
        return true;
    fprintf(stderr,
            _("sohoa: %s lies in the warehouse itself; name a folder outside it, best on another "
              "disk\n"),
            folder);
    return false;
}

void cli_say_same_disk(struct cli *cli, const char *folder)
{
    printf(
        _("• %s lies on the same disk as the warehouse, which takes both with it when it fails. Is "
          "another medium mounted there?\n"),
        real_path(folder, cli->arena));
}
