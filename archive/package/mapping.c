#include "archive/package/mapping.h"

#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define FILE_LIMIT ((size_t)1024 * 1024)
#define NAME "package.tsv"

static const char *const tables[] = {"mets", "ead", "event", "rights", "retention"};

/* A step of a path below archdesc: a name and attributes in brackets, none of it markup. */
static bool path_allowed(const char *path)
{
    return *path && *path != '/' && path[strlen(path) - 1] != '/' && !strpbrk(path, "<>&\"' ") &&
           !strstr(path, "//");
}

static bool row_allowed(const struct mapping_row *row)
{
    bool known = false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        known = known || strcmp(row->table, tables[i]) == 0;
    return known && *row->name && *row->value &&
           (strcmp(row->table, "ead") != 0 || path_allowed(row->value));
}

/* Cuts a line at its two tabs. */
static bool cut(char *line, struct mapping_row *row)
{
    char *name = strchr(line, '\t');
    char *value = name ? strchr(name + 1, '\t') : NULL;
    if (!value || strchr(value + 1, '\t'))
        return false;
    *name = *value = '\0';
    *row = (struct mapping_row){line, name + 1, value + 1};
    return row_allowed(row);
}

enum status mapping_read(const char *config_folder, struct arena *arena, struct mapping *out,
                         struct error *error)
{
    char *text = NULL;
    size_t size = 0, lines = 1;
    *out = (struct mapping){0};
    enum status status =
        file_read(file_join(arena, config_folder, NAME), FILE_LIMIT, arena, &text, &size, error);
    if (status != STATUS_OK)
        return status == STATUS_REJECT ? STATUS_FATAL : status;
    if (!text_valid(text, size))
        return error_set(error, STATUS_FATAL, _("%s/%s: the text is not UTF-8"), config_folder,
                         NAME);
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    out->rows = arena_array(arena, lines, sizeof *out->rows);
    int number = 0;
    for (char *line = text, *next; line; line = next) {
        number++;
        if ((next = strchr(line, '\n')))
            *next++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        if (!*line || *line == '#')
            continue;
        if (!cut(line, &out->rows[out->count++]))
            return error_set(error, STATUS_FATAL,
                             _("%s/%s:%d: a row is mets, ead, event, rights or retention, a name "
                               "and a value, separated by tabs"),
                             config_folder, NAME, number);
    }
    return STATUS_OK;
}

const char *mapping_find(const struct mapping *mapping, const char *table, const char *name)
{
    for (size_t i = 0; i < mapping->count; i++)
        if (strcmp(mapping->rows[i].table, table) == 0 && strcmp(mapping->rows[i].name, name) == 0)
            return mapping->rows[i].value;
    return NULL;
}
