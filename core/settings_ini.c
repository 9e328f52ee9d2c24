/* The INI reader: lines to (section, key, value), with the line number of every fault. */
#include "core/settings.h"

#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define FILE_LIMIT ((size_t)4 * 1024 * 1024)

struct reader {
    const char *section; /* NULL before the first [section] */
    enum status (*visit)(void *context, const char *section, const char *key, const char *value,
                         int line, struct error *error);
    void *context;
    int line;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts blanks off both ends, in place. */
static char *trim(char *text)
{
    size_t length;

    while (is_blank(*text))
        text++;
    for (length = strlen(text); length > 0 && is_blank(text[length - 1]); length--)
        text[length - 1] = '\0';
    return text;
}

static enum status read_section(struct reader *reader, char *line, struct error *error)
{
    size_t length = strlen(line);

    if (line[length - 1] != ']')
        return error_set(error, STATUS_REJECT, _("a section is written [name], not \"%s\"."), line);
    line[length - 1] = '\0';
    reader->section = trim(line + 1);
    if (reader->section[0] == '\0')
        return error_set(error, STATUS_REJECT, _("the section has no name between [ and ]."));
    return STATUS_OK;
}

static enum status read_line(struct reader *reader, char *line, struct error *error)
{
    char *equals, *key;

    if (!text_valid(line, strlen(line)))
        return error_set(error, STATUS_REJECT,
                         _("this line is not UTF-8: save the file as UTF-8 (Unicode)."));
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return STATUS_OK;
    if (line[0] == '[')
        return read_section(reader, line, error);
    equals = strchr(line, '=');
    if (equals == NULL || equals == line)
        return error_set(error, STATUS_REJECT, _("a setting is written key = value, not \"%s\"."),
                         line);
    *equals = '\0';
    key = trim(line);
    if (reader->section == NULL)
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" stands before any [section]: put its section above it."), key);
    return reader->visit(reader->context, reader->section, key, trim(equals + 1), reader->line,
                         error);
}

enum status settings_parse(const char *path,
                           enum status (*visit)(void *context, const char *section, const char *key,
                                                const char *value, int line, struct error *error),
                           void *context, struct error *error)
{
    struct reader reader = {NULL, visit, context, 0};
    struct arena *arena = arena_new();
    char *bytes = NULL, *next;
    size_t size = 0;
    enum status status = file_read(path, FILE_LIMIT, arena, &bytes, &size, error);

    if (status != STATUS_OK)
        goto done;
    if (memchr(bytes, '\0', size) != NULL) {
        status = error_set(error, STATUS_REJECT, _("%s is not a text file."), path);
        goto done;
    }
    if (strncmp(bytes, "\xEF\xBB\xBF", 3) == 0) /* Notepad's byte order mark */
        bytes += 3;
    for (; bytes != NULL && status == STATUS_OK; bytes = next) {
        next = strchr(bytes, '\n');
        if (next != NULL)
            *next++ = '\0';
        reader.line++;
        status = read_line(&reader, bytes, error);
        if (status != STATUS_OK)
            error_add(error, status, "%s:%d", path, reader.line);
    }
done:
    arena_free(arena);
    return status;
}
