#include "tools/feeder/feeder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

#define CONFIG_NAME "sohoafeeder.conf"

void feeder_debug(const char *format, ...)
{
    const char *level = getenv("SANE_DEBUG_SOHOAFEEDER");
    if (!level || atoi(level) < 1)
        return;
    va_list arguments;
    va_start(arguments, format);
    fputs("[sohoafeeder] ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* SANE's rule: the folders of SANE_CONFIG_DIR, separated by colons; the current folder and the
 * system's when it is unset, or after them when it ends with a colon. */
static char *config_find(struct arena *arena)
{
    const char *given = getenv("SANE_CONFIG_DIR");
    size_t length = given ? strlen(given) : 0;
    char *folders = arena_printf(arena, "%s%s", given ? given : "",
                                 length == 0 || given[length - 1] == ':' ? ".:/etc/sane.d" : "");
    for (char *folder; (folder = strsep(&folders, ":"));) {
        char *path = file_join(arena, folder, CONFIG_NAME);
        if (*folder && file_exists(path))
            return path;
    }
    return NULL;
}

static void read_fault(struct config *config, const char *text, const char *line)
{
    char kind[32];
    struct fault fault = {FAULT_NONE, 1, 1};
    if (sscanf(text, "%31s %d %d", kind, &fault.sheet, &fault.side) >= 1)
        fault.kind = fault_find(kind);
    if (fault.kind == FAULT_NONE || fault.kind == FAULT_KINDS)
        feeder_debug("%s: not understood: %s", CONFIG_NAME, line);
    else if (config->fault_count < FEEDER_FAULTS_MAX)
        config->faults[config->fault_count++] = fault;
}

static char *word_of(char **text)
{
    *text += strspn(*text, " \t");
    char *word = strsep(text, " \t");
    if (!*text)
        *text = word + strlen(word);
    *text += strspn(*text, " \t");
    return word;
}

static void read_line(struct config *config, struct options *options, struct arena *arena,
                      const char *folder, char *line)
{
    char *rest = arena_strdup(arena, line);
    size_t length = strlen(rest);
    while (length > 0 && strchr(" \t\r", rest[length - 1]))
        rest[--length] = 0;
    char *key = word_of(&rest);
    if (!*key || *key == '#')
        return;
    if (strcmp(key, "folder") == 0) {
        config->folder = *rest == '/' ? rest : file_join(arena, folder, rest);
    } else if (strcmp(key, "state") == 0) {
        config->state = *rest == '/' ? rest : file_join(arena, folder, rest);
    } else if (strcmp(key, "fault") == 0) {
        read_fault(config, rest, line);
    } else if (strcmp(key, "option") == 0) {
        char *name = word_of(&rest);
        if (!options_set_text(options, name, rest))
            feeder_debug("%s: no such option or value: %s", CONFIG_NAME, line);
    } else {
        feeder_debug("%s: not understood: %s", CONFIG_NAME, line);
    }
}

void config_read(struct config *config, struct options *options, struct arena *arena)
{
    char *path = config_find(arena);
    char *text = NULL;
    struct error error = {{0}};
    if (path && file_read(path, 1 << 16, arena, &text, NULL, &error) == STATUS_OK) {
        char *folder = arena_strndup(arena, path, (size_t)(file_name(path) - path - 1));
        for (char *line; (line = strsep(&text, "\n"));)
            read_line(config, options, arena, folder, line);
    } else if (path) {
        feeder_debug("%s", error.text);
    }
    const char *override = getenv("SOHOA_FEEDER");
    if (override && *override)
        config->folder = arena_strdup(arena, override);
}
