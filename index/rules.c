#include "index/rules.h"

#include <string.h>

#include "core/file.h"

enum { FILE_LIMIT = 1 << 20 };

static void take_line(char *line, const char *const *names, struct arena *arena, json_t *out)
{
    const char *name = strsep(&line, "\t"), *since = strsep(&line, "\t");
    for (; *names; names++)
        if (*name != '#' && strcmp(*names, name) == 0 && line)
            json_put_text(out, name, arena_printf(arena, "%s: %s", since, line));
}

enum status rules_read(const char *path, const char *const *names, json_t **out,
                       struct error *error)
{
    struct arena *arena = arena_new();
    char *text = NULL;
    *out = json_object();
    enum status status =
        file_exists(path) ? file_read(path, FILE_LIMIT, arena, &text, NULL, error) : STATUS_OK;
    while (status == STATUS_OK && text && *text)
        take_line(strsep(&text, "\n"), names, arena, *out);
    arena_free(arena);
    return status;
}
