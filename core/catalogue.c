#include "core/catalogue.h"

#include "core/file.h"
#include "core/message.h"

#define CATALOGUE_MAX (64 << 20) /* bytes */
#define CELLS_MAX 32

/* One cell: ends it with a 0 and returns what follows, or NULL at the end of the file. *last: the
 * record ends here. */
static char *next_cell(char *at, char separator, char **cell, bool *last)
{
    char *to = at;
    bool quoted = separator == ',' && *at == '"';
    *cell = at;
    if (quoted) {
        *cell = to = ++at;
        for (; *at && !(*at == '"' && at[1] != '"'); at++) {
            at += *at == '"';
            *to++ = *at;
        }
        at += *at == '"';
    }
    while (*at && *at != separator && *at != '\n')
        *to++ = *at++;
    char end = *at;
    if (to > *cell && to[-1] == '\r')
        to--;
    *to = 0;
    *last = end != separator;
    return end ? at + 1 : NULL;
}

enum status catalogue_read(const char *folder, const char *name, char separator,
                           struct arena *arena, catalogue_visit *visit, void *context,
                           struct error *error)
{
    char *at = NULL;
    enum status status =
        file_read(file_join(arena, folder, name), CATALOGUE_MAX, arena, &at, NULL, error);
    if (status != STATUS_OK)
        return error_set(error, STATUS_FATAL,
                         _("the catalogue %s cannot be read in the folder %s; copy it there from "
                           "the program's config folder"),
                         name, folder);
    bool header = separator == ',';
    while (at && *at) {
        char *cells[CELLS_MAX];
        size_t count = 0;
        bool comment = *at == '#', last = false;
        while (at && !last && count < CELLS_MAX)
            at = next_cell(at, separator, &cells[count++], &last);
        if (!comment && !header && (count > 1 || *cells[0]))
            visit(context, cells, count);
        header = header && comment;
    }
    return STATUS_OK;
}
