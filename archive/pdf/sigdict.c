#include "archive/pdf/sigdict.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define DEPTH_MAX 16
#define STARTS_MAX 64 /* objects tried for one key */

/* ---------------------------------------------------------------- a small PDF reader */

/* A piece of the file in memory; offset is where it starts there. */
struct slice {
    const char *data;
    size_t size, at;
    int64_t offset;
};

static int peek(const struct slice *slice)
{
    return slice->at < slice->size ? (unsigned char)slice->data[slice->at] : -1;
}

static bool is_space(int c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool is_delimiter(int c)
{
    return c > 0 && strchr("()<>[]{}/%", c) != NULL;
}

static void skip_space(struct slice *slice)
{
    for (;;) {
        while (is_space(peek(slice)))
            slice->at++;
        if (peek(slice) != '%')
            return;
        while (peek(slice) >= 0 && peek(slice) != '\n' && peek(slice) != '\r')
            slice->at++;
    }
}

/* (text): brackets nest, a backslash hides the next byte. */
static bool skip_string(struct slice *slice)
{
    int depth = 0;
    do {
        int c = peek(slice);
        if (c < 0)
            return false;
        if (c == '\\')
            slice->at++;
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        slice->at++;
    } while (depth > 0);
    return true;
}

static bool skip_hex(struct slice *slice)
{
    slice->at++;
    while (isxdigit(peek(slice)) || is_space(peek(slice)))
        slice->at++;
    if (peek(slice) != '>')
        return false;
    slice->at++;
    return true;
}

static bool skip_word(struct slice *slice)
{
    size_t start = slice->at;
    if (peek(slice) == '/')
        slice->at++;
    while (peek(slice) >= 0 && !is_space(peek(slice)) && !is_delimiter(peek(slice)))
        slice->at++;
    return slice->at > start;
}

struct reading {
    size_t wanted; /* the key's place in the slice */
    bool found;
    struct sigdict *out;
};

static bool read_dictionary(struct slice *slice, int depth, struct reading *reading);

static bool skip_value(struct slice *slice, int depth, struct reading *reading)
{
    skip_space(slice);
    if (depth > DEPTH_MAX)
        return false;
    switch (peek(slice)) {
    case -1:
    case '>':
    case ']':
        return false;
    case '(':
        return skip_string(slice);
    case '<':
        if (slice->at + 1 < slice->size && slice->data[slice->at + 1] == '<')
            return read_dictionary(slice, depth + 1, reading);
        return skip_hex(slice);
    case '[':
        slice->at++;
        for (skip_space(slice); peek(slice) != ']'; skip_space(slice))
            if (!skip_value(slice, depth + 1, reading))
                return false;
        slice->at++;
        return true;
    default:
        return skip_word(slice);
    }
}

/* ---------------------------------------------------------------- what the dictionary says */

/* [a b c d] with digits only; anything else is doubtful. */
static bool read_range(const char *text, size_t size, int64_t range[4])
{
    size_t at = 1;
    for (int i = 0; i < 4; i++) {
        while (at < size && is_space((unsigned char)text[at]))
            at++;
        int64_t value = 0;
        size_t start = at;
        for (; at < size && isdigit((unsigned char)text[at]) && at - start < 15; at++)
            value = value * 10 + (text[at] - '0');
        if (at == start)
            return false;
        range[i] = value;
    }
    while (at < size && is_space((unsigned char)text[at]))
        at++;
    return text[0] == '[' && at + 1 == size && text[at] == ']';
}

void sigdict_time(const char *text, size_t size, char iso[26])
{
    char copy[40] = "";
    struct tm tm = {0}, local;
    char sign = 'Z';
    int zone_h = 0, zone_min = 0;
    memcpy(copy, text, size < sizeof copy ? size : sizeof copy - 1);
    int got = sscanf(copy, "D:%4d%2d%2d%2d%2d%2d%c%2d'%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &sign, &zone_h, &zone_min);
    if (got < 6)
        return;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    time_t zone_s = (zone_h * 60 + zone_min) * 60;
    time_t seconds = timegm(&tm) - (sign == '+' ? zone_s : sign == '-' ? -zone_s : 0) + 7 * 3600;
    if (!gmtime_r(&seconds, &local) || local.tm_year + 1900 > 9999 ||
        strftime(iso, 26, "%Y-%m-%dT%H:%M:%S+07:00", &local) != 25)
        iso[0] = '\0';
}

static void read_name(const char *text, size_t size, char *out, size_t room)
{
    if (size < 2 || text[0] != '/' || size - 1 >= room)
        return;
    memcpy(out, text + 1, size - 1);
    out[size - 1] = '\0';
}

static bool is_key(const char *name, size_t length, const char *wanted)
{
    return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

/* One entry of a dictionary that may turn out to be the one we look for. */
static void take_entry(const struct slice *slice, const char *name, size_t length, size_t start,
                       struct sigdict *out)
{
    const char *value = slice->data + start;
    size_t size = slice->at - start;
    if (is_key(name, length, SIGDICT_KEY)) {
        out->doubtful |= out->range_size != 0 || !read_range(value, size, out->range);
        out->range_at = slice->offset + (int64_t)start;
        out->range_size = (int64_t)size;
    } else if (is_key(name, length, "/Contents")) {
        out->doubtful |= out->contents_size != 0 || value[0] != '<';
        out->contents_at = slice->offset + (int64_t)start;
        out->contents_size = (int64_t)size;
    } else if (is_key(name, length, "/Filter")) {
        read_name(value, size, out->filter, sizeof out->filter);
    } else if (is_key(name, length, "/SubFilter")) {
        read_name(value, size, out->sub_filter, sizeof out->sub_filter);
    } else if (is_key(name, length, "/M")) {
        sigdict_time(value + 1, size - 1, out->time);
    }
}

/* After a value: numbers may go on as a reference "7 0 R". */
static void skip_reference(struct slice *slice)
{
    size_t back = slice->at;
    for (int i = 0; i < 2; i++) {
        skip_space(slice);
        if (i == 0 ? !isdigit(peek(slice)) : peek(slice) != 'R') {
            slice->at = back;
            return;
        }
        skip_word(slice);
    }
}

static bool read_dictionary(struct slice *slice, int depth, struct reading *reading)
{
    struct sigdict here = {.range_at = 0};
    bool wanted = false;
    slice->at += 2;
    for (skip_space(slice); peek(slice) != '>'; skip_space(slice)) {
        size_t name = slice->at;
        if (peek(slice) != '/' || !skip_word(slice))
            return false;
        size_t length = slice->at - name;
        skip_space(slice);
        size_t start = slice->at;
        bool number = isdigit(peek(slice));
        if (!skip_value(slice, depth, reading))
            return false;
        take_entry(slice, slice->data + name, length, start, &here);
        if (number)
            skip_reference(slice);
        wanted |= name == reading->wanted;
    }
    slice->at++;
    if (peek(slice) != '>')
        return false;
    slice->at++;
    if (wanted) {
        *reading->out = here;
        reading->found = true;
    }
    return true;
}

/* Does "N G obj" end at end? Gives true and leaves the slice behind it. */
static bool is_object_start(const struct slice *slice, size_t end)
{
    size_t at = end - 3;
    for (int i = 0; i < 2; i++) {
        size_t spaces = at;
        while (at > 0 && is_space((unsigned char)slice->data[at - 1]))
            at--;
        size_t digits = at;
        while (at > 0 && isdigit((unsigned char)slice->data[at - 1]))
            at--;
        if (spaces == digits || digits == at)
            return false;
    }
    return true;
}

bool sigdict_read(const char *data, size_t size, int64_t offset, size_t wanted, struct sigdict *out)
{
    struct slice piece = {.data = data, .size = size, .offset = offset}, *slice = &piece;
    struct reading reading = {.wanted = wanted, .out = out};
    int tries = 0;
    for (size_t end = wanted; end >= 3 && tries < STARTS_MAX; end--) {
        if (memcmp(slice->data + end - 3, "obj", 3) != 0 || !is_object_start(slice, end))
            continue;
        tries++;
        slice->at = end;
        skip_space(slice);
        if (peek(slice) == '<' && skip_value(slice, 0, &reading) && reading.found)
            return true;
    }
    return false;
}

bool sigdict_is_empty(const struct sigdict *one)
{
    return !one->doubtful && one->range[0] == 0 && one->range[1] == SIGDICT_ROOM &&
           one->range[2] == SIGDICT_ROOM && one->range[3] == SIGDICT_ROOM;
}
