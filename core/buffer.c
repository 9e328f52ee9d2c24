#include "core/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

void buffer_clear(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}

/* Room for size more bytes and the 0 behind them. */
static void reserve(struct buffer *buffer, size_t size)
{
    size_t need, room;

    if (__builtin_add_overflow(buffer->size, size, &need) ||
        __builtin_add_overflow(need, (size_t)1, &need))
        need = SIZE_MAX; /* memory_resize ends the process with its sentence */
    if (need <= buffer->room)
        return;
    room = buffer->room < 64 ? 64 : buffer->room;
    while (room < need && room <= SIZE_MAX / 2)
        room *= 2;
    if (room < need)
        room = need;
    buffer->data = memory_resize(buffer->data, room);
    buffer->room = room;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    reserve(buffer, size);
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = 0;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length <= 0)
        return;
    reserve(buffer, (size_t)length);
    va_start(arguments, format);
    vsnprintf((char *)buffer->data + buffer->size, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)length;
}

/* XML 1.0 has no way to write U+FFFE and U+FFFF (EF BF BE, EF BF BF) nor surrogates (ED A0..BF). */
static size_t forbidden_length(const unsigned char *at)
{
    if (at[0] < 0x20)
        return at[0] != '\t' && at[0] != '\n' && at[0] != '\r';
    if (at[0] == 0xEF && at[1] == 0xBF && (at[2] == 0xBE || at[2] == 0xBF))
        return 3;
    if (at[0] == 0xED && at[1] >= 0xA0 && at[1] <= 0xBF && at[2] != 0)
        return 3;
    return 0;
}

void buffer_xml(struct buffer *buffer, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != 0) {
        size_t forbidden = forbidden_length(at);
        if (forbidden > 0) {
            at += forbidden;
            continue;
        }
        switch (*at) {
        case '&':
            buffer_text(buffer, "&amp;");
            break;
        case '<':
            buffer_text(buffer, "&lt;");
            break;
        case '>':
            buffer_text(buffer, "&gt;");
            break;
        case '"':
            buffer_text(buffer, "&quot;");
            break;
        default:
            buffer_add(buffer, at, 1);
        }
        at++;
    }
}
