#include "index/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

char *number_key(struct arena *arena, const char *printed)
{
    const char *folded = text_fold(arena, printed ? printed : "");
    char *key = arena_alloc(arena, 2 * strlen(folded) + 1);
    char *to = key;
    char last = 0; /* kind of the last group: 'd' digits, 'l' letters */
    bool separated = true;
    for (const char *at = folded; *at; at++) {
        unsigned char c = (unsigned char)*at;
        if (!isalnum(c) || c >= 0x80) {
            separated = true;
            continue;
        }
        char kind = isdigit(c) ? 'd' : 'l';
        if (last && (kind != last || (kind == 'd' && separated)))
            *to++ = '-';
        if (c == '0' &&
            (last != 'd' || separated)) { /* a leading zero, unless it is all there is */
            if (isdigit((unsigned char)at[1])) {
                if (to > key && to[-1] == '-')
                    to--;
                continue;
            }
        }
        *to++ = (char)c;
        last = kind;
        separated = false;
    }
    if (to > key && to[-1] == '-')
        to--;
    *to = 0;
    if (strncmp(key, "so-", 3) == 0) /* "Số: 145/QĐ" copied with its label */
        memmove(key, key + 3, strlen(key + 3) + 1);
    return key;
}

bool number_is_identifier(const char *digits)
{
    size_t length = strlen(digits);
    return length == 9 || length == 10 || length == 12 || length == 13;
}

int number_year(const char *date)
{
    if (!date)
        return 0;
    char iso[11];
    bool bare = strlen(date) == 4 && strspn(date, "0123456789") == 4;
    if (!bare && !text_date(date, iso))
        return 0;
    int year = (int)strtol(bare ? date : iso, NULL, 10);
    return year >= 1800 && year <= 2199 ? year : 0;
}
