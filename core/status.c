#include "core/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef error_set /* see status.h */
#undef error_add

/* The longest prefix of text that fits in room bytes and ends between two code points. */
static size_t whole_prefix(const char *text, size_t room)
{
    size_t end = strnlen(text, room + 1);

    if (end <= room)
        return end;
    end = room;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

/* Formats into text, one line, cut at a whole character. The scratch is longer than the sentence so
 * that the cut is ours and not vsnprintf's. */
static void format_line(char *text, size_t size, const char *format, va_list arguments)
{
    char scratch[1024];
    size_t length;

    if (vsnprintf(scratch, sizeof scratch, format, arguments) < 0)
        scratch[0] = '\0';
    length = whole_prefix(scratch, size - 1);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)((unsigned char)scratch[i] < ' ' ? ' ' : scratch[i]);
    text[length] = '\0';
}

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    va_list arguments;

    if (error == NULL)
        return status;
    va_start(arguments, format);
    format_line(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return status;
}

enum status error_add(struct error *error, enum status status, const char *format, ...)
{
    char place[sizeof error->text], sentence[sizeof error->text];
    va_list arguments;

    if (error == NULL)
        return status;
    memcpy(sentence, error->text, sizeof sentence);
    sentence[sizeof sentence - 1] = '\0';
    va_start(arguments, format);
    format_line(place, sizeof place, format, arguments);
    va_end(arguments);
    if (sentence[0] == '\0')
        return error_set(error, status, "%s", place);
    return error_set(error, status, "%s: %s", place, sentence);
}

const char *status_name(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_END:
        return "end";
    case STATUS_RETRY:
        return "retry";
    case STATUS_REJECT:
        return "reject";
    case STATUS_FATAL:
        return "fatal";
    }
    return "unknown";
}
