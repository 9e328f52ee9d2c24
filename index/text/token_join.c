/* Tokens that are read as one: identifiers printed in groups, numbers with their signs. */
#include "index/text/token.h"

#include <string.h>

#include "index/number.h"

static void push_join(struct tokens *out, const struct syllable *syllable, size_t first,
                      size_t last)
{
    if (out->join_count == out->join_room) {
        out->join_room = out->join_room ? 2 * out->join_room : 32;
        out->joins = memory_resize(out->joins, out->join_room * sizeof *out->joins);
    }
    out->joins[out->join_count++] = (struct join){syllable, (uint32_t)first, (uint32_t)last};
}

/* What stands between token i and the next: the sign ('/', '-', '.', ' ') when it is at most one
 * sign with blanks about it, 0 when it is more, 1 when there is nothing. */
static char between(const struct tokens *tokens, const char *text, size_t i)
{
    char sign = 1;
    uint32_t gap = tokens->at[i + 1].start - tokens->at[i].end;
    if (gap > 3)
        return 0;
    for (uint32_t at = tokens->at[i].end; at < tokens->at[i + 1].start; at++) {
        char c = text[at];
        if (c == ' ')
            sign = sign == 1 ? ' ' : sign;
        else if (strchr("/-.,", c) && c && (sign == 1 || sign == ' '))
            sign = c == ',' ? '.' : c;
        else
            return 0;
    }
    return sign;
}

/* Groups of digits that together have the length of an identifier or of a date. */
static void join_digits(struct syllables *table, const char *text, struct tokens *out, size_t i)
{
    char digits[16] = "";
    size_t length = 0;
    for (size_t j = i; j < out->count && out->at[j].number; j++) {
        size_t more = strlen(out->at[j].syllable->folded);
        if (length + more > 13 || (j > i && !between(out, text, j - 1)))
            return;
        memcpy(digits + length, out->at[j].syllable->folded, more + 1);
        length += more;
        if (j > i && (length == 8 || number_is_identifier(digits)))
            push_join(out, syllables_intern(table, digits, length, true), i, j);
    }
}

static void push_sign(struct syllables *table, struct arena *scratch, const char *text,
                      struct tokens *out, size_t i, size_t j)
{
    const char *slice =
        arena_strndup(scratch, text + out->at[i].start, out->at[j].end - out->at[i].start);
    const char *key = number_key(scratch, slice);
    if (*key)
        push_join(out, syllables_intern(table, key, strlen(key), true), i, j);
    arena_clear(scratch);
}

/* A number and sign that starts at token i: digits, then groups held together by / or -.
 * Recognition loses a sign here and there, so capitals may follow after a blank. */
static void join_sign(struct syllables *table, struct arena *scratch, const char *text,
                      struct tokens *out, size_t i)
{
    bool letters = false;
    for (size_t j = i; j < i + 8 && j + 1 < out->count; j++) {
        char sign = between(out, text, j);
        const struct syllable *next = out->at[j + 1].syllable;
        bool held = sign == '/' || sign == '-' || sign == 1;
        if (letters && !held)
            push_sign(table, scratch, text, out, i, j);
        if (!held && !(sign == ' ' && next->capitals))
            return;
        letters = letters || !next->number;
        if (letters && j + 2 == out->count)
            push_sign(table, scratch, text, out, i, j + 1);
    }
}

void tokens_join(struct syllables *table, struct arena *scratch, const char *text,
                 struct tokens *out)
{
    for (size_t i = 0; i + 1 < out->count; i++)
        if (out->at[i].number) {
            join_digits(table, text, out, i);
            join_sign(table, scratch, text, out, i);
        }
}
