/* A sentence that was written down in one language, told in the other: found in the catalogue from
 * behind, by what stands between its parameters. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/message_private.h"

enum { PARAMETERS = 9, LETTERS_MIN = 6, DEEP = 4, STEPS = 20000 };

struct capture {
    const char *at;
    size_t size;
};
struct match {
    struct capture captures[PARAMETERS];
    int steps;
};

/* The parameter that "%..." at at is ("%2$s": 1; else the next one); its length. -1: it is "%%". */
static int parameter(const char *at, int *next, size_t *length)
{
    size_t size = 1 + strspn(at + 1, "0123456789");
    int number = at[size] == '$' && size > 1 ? at[1] - '1' : -1;
    if (number >= 0)
        size++;
    else
        size = 1;
    size += strspn(at + size, "-+ #0123456789.*hljzt");
    *length = size + (at[size] != '\0');
    if (at[size] == '%')
        return -1;
    if (number < 0)
        number = (*next)++;
    return number < PARAMETERS ? number : PARAMETERS - 1;
}

/* Does text say what pattern says, with anything in the places of its parameters? */
static bool says(const char *pattern, const char *text, int next, struct match *match)
{
    for (; *pattern && *pattern != '%'; pattern++, text++)
        if (*pattern != *text)
            return false;
    if (!*pattern)
        return !*text;
    size_t length = 0;
    int number = parameter(pattern, &next, &length);
    const char *rest = pattern + length;
    if (number < 0)
        return *text == '%' && says(rest, text + 1, next, match);
    for (size_t size = 1; text[0] && text[size - 1] && ++match->steps < STEPS; size++) {
        if ((*rest && *rest != '%' && text[size] != *rest) || (!*rest && text[size]))
            continue;
        if (says(rest, text + size, next, match)) {
            match->captures[number] = (struct capture){text, size};
            return true;
        }
    }
    return false;
}

/* What tells a pattern from others. */
static int letters_of(const char *pattern)
{
    int letters = 0, next = 0;
    for (size_t length = 1; *pattern; pattern += length) {
        length = 1;
        if (*pattern == '%')
            parameter(pattern, &next, &length);
        else
            letters += isalpha((unsigned char)*pattern) || (unsigned char)*pattern >= 0x80;
    }
    return letters;
}

static const char *again(struct arena *arena, const char *text, int deep);

static const char *filled(struct arena *arena, const char *pattern, const struct match *match,
                          int deep)
{
    struct buffer out = {0};
    int next = 0;
    for (size_t length = 1; *pattern; pattern += length) {
        length = 1;
        int number = *pattern == '%' ? parameter(pattern, &next, &length) : -1;
        if (number < 0) {
            buffer_add(&out, pattern, 1);
            continue;
        }
        const struct capture *capture = &match->captures[number];
        const char *part = arena_strndup(arena, capture->at ? capture->at : "", capture->size);
        buffer_text(&out, again(arena, part, deep + 1));
    }
    const char *text = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return text;
}

/* The whole text by the pattern that has most in common with it; NULL: none. */
static const char *whole(struct arena *arena, const char *text, int deep)
{
    bool english = message_language() == LANGUAGE_ENGLISH;
    const char *id = NULL, *translated = NULL, *best = NULL;
    struct match best_match = {.steps = 0};
    int best_letters = LETTERS_MIN - 1;
    for (uint32_t i = 0; (id = message_entry(message_vi, message_vi_size, i, &translated)) != NULL;
         i++) {
        const char *from = english ? translated : id, *to = english ? id : translated;
        struct match match = {.steps = 0};
        if (!*id || !*translated)
            continue;
        if (strcmp(from, text) == 0)
            return to;
        if (*from != '%' && *from != *text)
            continue;
        int letters = letters_of(from);
        if (letters > best_letters && strchr(from, '%') && says(from, text, 0, &match)) {
            best = to;
            best_letters = letters;
            best_match = match;
        }
    }
    return best ? filled(arena, best, &best_match, deep) : NULL;
}

/* Several with "; " between them, which may also stand within one. */
static const char *again(struct arena *arena, const char *text, int deep)
{
    const char *found = deep < DEEP ? whole(arena, text, deep) : NULL;
    const char *first = strstr(text, "; ");
    if (found || !first || deep >= DEEP)
        return found ? found : text;
    size_t size = (size_t)(first - text);
    const char *head = NULL;
    for (const char *end = first; end && !head; end = strstr(end + 2, "; ")) {
        head = whole(arena, arena_strndup(arena, text, (size_t)(end - text)), deep);
        size = head ? (size_t)(end - text) : size;
    }
    if (!head)
        head = arena_strndup(arena, text, size);
    return arena_printf(arena, "%s; %s", head, again(arena, text + size + 2, deep));
}

const char *message_again(struct arena *arena, const char *text)
{
    return text && *text ? again(arena, text, 0) : text;
}
