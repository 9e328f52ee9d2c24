/* What a hand-over list may not hold. */
#include <string.h>

#include "core/text.h"
#include "tools/packages.h"

enum status list_check_quotes(const char *text, const char *path, struct error *error)
{
    int line = 1, opened = 0;
    bool begins = true;
    for (; *text; text++) {
        if (*text == '"' && (opened || begins))
            opened = opened ? 0 : line;
        begins = strchr(",;\t\n", *text) || (begins && *text == ' ');
        line += *text == '\n';
    }
    return opened ? error_set(error, STATUS_REJECT,
                              _("%s:%d: the quotation mark that opens here is never closed"), path,
                              opened)
                  : STATUS_OK;
}

enum status list_check_line(char *line, const char *path, int number, struct error *error)
{
    size_t size = strlen(line);
    if (size > 0 && line[size - 1] == '\r')
        line[size - 1] = '\0';
    for (char *at = line; *at; at++)
        *at = *at == '\t' ? ';' : *at;
    uint32_t hidden = text_hidden(line);
    return hidden ? error_set(error, STATUS_REJECT,
                              _("%s:%d: there is a character that is not seen (U+%04X)"), path,
                              number, (unsigned)hidden)
                  : STATUS_OK;
}
