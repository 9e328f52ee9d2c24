/* PDF syntax (ISO 32000-1 7.2, 7.3): bytes -> values. */
#include "archive/pdf/pdf_read.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define ITEMS_MAX 4000000 /* of one array or dictionary */

static bool parse_value(struct pdf_lexer *lexer, struct pdf_value *out, int depth);

static bool is_blank(int c)
{
    return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static bool is_delimiter(int c)
{
    return c > 0 && strchr("()<>[]{}/%", c) != NULL;
}

static bool is_regular(int c)
{
    return c >= 0 && !is_blank(c) && !is_delimiter(c);
}

static int peek(const struct pdf_lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->size ? lexer->bytes[lexer->at + ahead] : -1;
}

static bool fail(struct pdf_lexer *lexer)
{
    lexer->failed = true;
    return false;
}

void pdf_lexer_skip_blanks(struct pdf_lexer *lexer)
{
    for (;; lexer->at++) {
        int c = peek(lexer, 0);
        if (c == '%')
            while (peek(lexer, 1) >= 0 && peek(lexer, 1) != '\n' && peek(lexer, 1) != '\r')
                lexer->at++;
        else if (c < 0 || !is_blank(c))
            return;
    }
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* ---------------------------------------------------------------- atoms */

static bool parse_name(struct pdf_lexer *lexer, struct pdf_value *out)
{
    size_t start = ++lexer->at;
    while (is_regular(peek(lexer, 0)))
        lexer->at++;
    char *text = arena_alloc(lexer->arena, lexer->at - start + 1);
    size_t size = 0;
    bool odd = false;
    for (size_t i = start; i < lexer->at; i++) {
        int c = lexer->bytes[i];
        if (c == '#' && i + 2 < lexer->at && hex_digit(lexer->bytes[i + 1]) >= 0 &&
            hex_digit(lexer->bytes[i + 2]) >= 0) {
            c = hex_digit(lexer->bytes[i + 1]) * 16 + hex_digit(lexer->bytes[i + 2]);
            i += 2;
        } else if (c == '#') {
            odd = true;
        }
        text[size++] = (char)c;
    }
    *out = (struct pdf_value){.kind = PDF_NAME, .odd = odd, .text = text, .size = size};
    return true;
}

static bool parse_hex_string(struct pdf_lexer *lexer, struct pdf_value *out)
{
    size_t start = ++lexer->at;
    while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '>')
        lexer->at++;
    if (peek(lexer, 0) < 0)
        return fail(lexer);
    char *text = arena_alloc(lexer->arena, (lexer->at - start) / 2 + 2);
    size_t digits = 0;
    for (size_t i = start; i < lexer->at; i++) {
        int digit = hex_digit(lexer->bytes[i]);
        if (digit < 0 && !is_blank(lexer->bytes[i]))
            return fail(lexer);
        if (digit >= 0) {
            text[digits / 2] |= (char)(digits % 2 == 0 ? digit << 4 : digit);
            digits++;
        }
    }
    lexer->at++;
    *out = (struct pdf_value){.kind = PDF_STRING,
                              .hex = true,
                              .odd = digits % 2 != 0,
                              .text = text,
                              .size = (digits + 1) / 2};
    return true;
}

/* The byte that a backslash stands before; -1: nothing (a broken line). */
static int parse_escape(struct pdf_lexer *lexer)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    int c = peek(lexer, 0);
    lexer->at++;
    const char *known = c > 0 ? strchr(from, c) : NULL;
    if (known != NULL)
        return to[known - from];
    if (c == '\r' && peek(lexer, 0) == '\n')
        lexer->at++;
    if (c == '\r' || c == '\n')
        return -1;
    if (c < '0' || c > '7')
        return c;
    int value = c - '0';
    for (int i = 0; i < 2 && peek(lexer, 0) >= '0' && peek(lexer, 0) <= '7'; i++, lexer->at++)
        value = value * 8 + peek(lexer, 0) - '0';
    return value & 0xFF;
}

static bool parse_string(struct pdf_lexer *lexer, struct pdf_value *out)
{
    struct buffer text = {0};
    int open = 1;
    lexer->at++;
    while (open > 0 && peek(lexer, 0) >= 0) {
        int c = peek(lexer, 0);
        lexer->at++;
        if (c == '\\')
            c = parse_escape(lexer);
        else if (c == '(')
            open++;
        else if (c == ')' && --open == 0)
            break;
        if (c >= 0)
            buffer_add(&text, &(uint8_t){(uint8_t)c}, 1);
    }
    char *kept = arena_alloc(lexer->arena, text.size + 1);
    if (text.size > 0)
        memcpy(kept, text.data, text.size);
    *out = (struct pdf_value){.kind = PDF_STRING, .text = kept, .size = text.size};
    buffer_clear(&text);
    return open == 0 || fail(lexer);
}

/* [+-]digits[.digits]; false (and nothing taken) when the token is none. */
static bool number_of(const char *token, size_t size, struct pdf_value *out)
{
    size_t i = token[0] == '+' || token[0] == '-', digits = 0, points = 0;
    double value = 0, unit = 1;
    for (; i < size; i++) {
        if (token[i] == '.') {
            points++;
            continue;
        }
        if (token[i] < '0' || token[i] > '9')
            return false;
        digits++;
        value = value * 10 + (token[i] - '0');
        unit = points > 0 ? unit * 10 : unit;
    }
    if (digits == 0 || digits > 40 || points > 1)
        return false;
    value = (token[0] == '-' ? -value : value) / unit;
    bool whole = points == 0 && value < 9e15 && value > -9e15;
    *out = (struct pdf_value){.kind = whole ? PDF_INT : PDF_REAL,
                              .odd = points == 0 && !whole,
                              .number = whole ? (int64_t)value : 0,
                              .real = value};
    return true;
}

/* "12 0 R" behind the integer 12: takes it. */
static bool take_reference(struct pdf_lexer *lexer, struct pdf_value *out)
{
    size_t back = lexer->at;
    pdf_lexer_skip_blanks(lexer);
    size_t start = lexer->at;
    while (peek(lexer, 0) >= '0' && peek(lexer, 0) <= '9')
        lexer->at++;
    size_t end = lexer->at;
    pdf_lexer_skip_blanks(lexer);
    if (end > start && end - start <= 5 && lexer->at > end && peek(lexer, 0) == 'R' &&
        !is_regular(peek(lexer, 1))) {
        lexer->at++;
        out->kind = PDF_REF;
        for (size_t i = start; i < end; i++)
            out->size = out->size * 10 + (size_t)(lexer->bytes[i] - '0');
        return true;
    }
    lexer->at = back;
    return false;
}

static bool parse_token(struct pdf_lexer *lexer, struct pdf_value *out)
{
    size_t start = lexer->at;
    while (is_regular(peek(lexer, 0)))
        lexer->at++;
    size_t size = lexer->at - start;
    if (size == 0 || size > 4096)
        return fail(lexer);
    char *token = arena_strndup(lexer->arena, (const char *)lexer->bytes + start, size);
    if (number_of(token, size, out)) {
        if (lexer->references && out->kind == PDF_INT && out->number >= 0)
            take_reference(lexer, out);
        return true;
    }
    *out = (struct pdf_value){.kind = PDF_OPERATOR, .text = token, .size = size};
    if (strcmp(token, "true") == 0 || strcmp(token, "false") == 0)
        *out = (struct pdf_value){.kind = PDF_BOOL, .number = token[0] == 't'};
    else if (strcmp(token, "null") == 0)
        *out = (struct pdf_value){.kind = PDF_NULL};
    return true;
}

/* ---------------------------------------------------------------- collections */

static bool parse_array(struct pdf_lexer *lexer, struct pdf_value *out, int depth)
{
    struct pdf_value *items = NULL;
    size_t count = 0, room = 0;
    bool good = true;
    lexer->at++;
    for (;;) {
        pdf_lexer_skip_blanks(lexer);
        if (peek(lexer, 0) == ']' || peek(lexer, 0) < 0 || count == ITEMS_MAX)
            break;
        if (count == room) {
            room = room == 0 ? 8 : room * 2;
            items = memory_resize(items, room * sizeof *items);
        }
        good = parse_value(lexer, &items[count], depth + 1) && items[count].kind != PDF_OPERATOR;
        if (!good)
            break;
        count++;
    }
    good = good && peek(lexer, 0) == ']';
    lexer->at++;
    *out = (struct pdf_value){.kind = PDF_ARRAY, .size = count};
    out->items = arena_array(lexer->arena, count, sizeof *items);
    if (count > 0)
        memcpy(out->items, items, count * sizeof *items);
    free(items);
    return good || fail(lexer);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct pdf_entry *)a)->key, ((const struct pdf_entry *)b)->key);
}

/* A key that stands twice means to one reader what its first value says and to another what its
 * last does (ISO 32000-1 7.3.7 leaves it open): such a dictionary means nothing. */
static bool has_twins(const struct pdf_entry *entries, size_t count)
{
    bool twins = false;
    if (count < 2)
        return false;
    struct pdf_entry *sorted = memory_new(count * sizeof *sorted);
    memcpy(sorted, entries, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 1; i < count && !twins; i++)
        twins = by_key(&sorted[i - 1], &sorted[i]) == 0;
    free(sorted);
    return twins;
}

static bool parse_dict(struct pdf_lexer *lexer, struct pdf_value *out, int depth)
{
    struct pdf_entry *entries = NULL;
    size_t count = 0, room = 0;
    bool good = true, odd = false;
    lexer->at += 2;
    for (;;) {
        pdf_lexer_skip_blanks(lexer);
        if (peek(lexer, 0) != '/' || count == ITEMS_MAX)
            break;
        if (count == room) {
            room = room == 0 ? 8 : room * 2;
            entries = memory_resize(entries, room * sizeof *entries);
        }
        struct pdf_value key;
        parse_name(lexer, &key);
        entries[count].key = key.text;
        odd = odd || key.odd;
        good = strlen(key.text) == key.size &&
               parse_value(lexer, &entries[count].value, depth + 1) &&
               entries[count].value.kind != PDF_OPERATOR;
        if (!good)
            break;
        count++;
    }
    good = good && peek(lexer, 0) == '>' && peek(lexer, 1) == '>' && !has_twins(entries, count);
    lexer->at += 2;
    *out = (struct pdf_value){.kind = PDF_DICT, .odd = odd, .size = count};
    out->entries = arena_array(lexer->arena, count, sizeof *entries);
    if (count > 0)
        memcpy(out->entries, entries, count * sizeof *entries);
    free(entries);
    return good || fail(lexer);
}

static bool parse_value(struct pdf_lexer *lexer, struct pdf_value *out, int depth)
{
    *out = (struct pdf_value){0};
    pdf_lexer_skip_blanks(lexer);
    int c = peek(lexer, 0);
    if (c < 0)
        return false;
    if (depth > DEPTH_MAX)
        return fail(lexer);
    if (c == '/')
        return parse_name(lexer, out);
    if (c == '(')
        return parse_string(lexer, out);
    if (c == '[')
        return parse_array(lexer, out, depth);
    if (c == '<')
        return peek(lexer, 1) == '<' ? parse_dict(lexer, out, depth) : parse_hex_string(lexer, out);
    return parse_token(lexer, out);
}

bool pdf_lexer_next(struct pdf_lexer *lexer, struct pdf_value *out)
{
    return !lexer->failed && parse_value(lexer, out, 0);
}
