#include "index/text/token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "index/text/syllables.h"

/* ---------------------------------------------------------------- where tokens begin and end */

enum kind { OTHER, LETTER, DIGIT, NOISE };

static enum kind kind_of(uint32_t code)
{
    if (code < 0x80) {
        if (code - '0' < 10)
            return DIGIT;
        if ((code | 32) - 'a' < 26)
            return LETTER;
        return code == '&' || code == '@' ? NOISE : OTHER;
    }
    if (code < 0x2100 && syllables_mended(code) < 0x80)
        return NOISE;
    if (code == 0xAA || code == 0xB5 || code == 0xBA ||
        (code >= 0xC0 && code != 0xD7 && code != 0xF7 && code < 0x2000))
        return LETTER;
    if (code < 0x2C00 || (code >= 0x3000 && code < 0x3040) || code >= 0xE000)
        return OTHER;
    return LETTER;
}

/* The code point of size bytes (2 to 4) at at, which end does not cut; 0 when they are not UTF-8.
 */
static uint32_t decode(const unsigned char *at, size_t size)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = at[0] & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3F);
    }
    bool valid = code >= least[size] && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
    return valid ? code : 0;
}

/* One code point at *at, before end; bytes that are not UTF-8 count as one OTHER each. */
static enum kind step(const char **at, const char *end)
{
    unsigned char c = (unsigned char)**at;
    if (c < 0x80) {
        ++*at;
        return kind_of(c);
    }
    size_t size = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t code = c >= 0xC0 && c < 0xF8 && size <= (size_t)(end - *at)
                        ? decode((const unsigned char *)*at, size)
                        : 0;
    *at += code ? size : 1;
    return code ? kind_of(code) : OTHER;
}

static void push(struct syllables *table, const char *raw, size_t size, bool number, size_t start,
                 size_t end, struct tokens *out)
{
    const struct slot *slot = syllables_slot(table, raw, size, number);
    if (slot->empty)
        return;
    if (out->count == out->room) {
        out->room = out->room ? 2 * out->room : 256;
        out->at = memory_resize(out->at, out->room * sizeof *out->at);
    }
    out->at[out->count++] = (struct token){.syllable = syllables_at(table, slot->id - 1),
                                           .start = (uint32_t)start,
                                           .end = (uint32_t)end,
                                           .id = slot->id - 1,
                                           .number = slot->number,
                                           .beyond = slot->beyond};
}

/* Digits of a run in which letters stand for digits ("0l2O45"); "" when it is no such run. */
static void repaired_digits(const char *run, size_t size, char digits[TOKEN_CHARS + 1])
{
    static const char look_alikes[] = "oOQDlIi|zZsSBb", values[] = "00001111225588";
    size_t real = 0;
    digits[0] = 0;
    if (size < 6 || size > TOKEN_CHARS)
        return;
    for (size_t i = 0; i < size; i++) {
        const char *alike = strchr(look_alikes, run[i]);
        if (isdigit((unsigned char)run[i]))
            real++;
        else if (!alike || !run[i]) {
            digits[0] = 0;
            return;
        }
        digits[i] = isdigit((unsigned char)run[i]) ? run[i] : values[alike - look_alikes];
    }
    digits[real * 10 >= size * 6 ? size : 0] = 0;
}

/* A run of letters and digits between separators: a number, a syllable, or both glued together. */
static void cut_run(struct syllables *table, const char *text, size_t start, size_t end,
                    struct tokens *out)
{
    const char *run = text + start;
    size_t size = end - start, lead = 0, tail = 0;
    while (lead < size && isdigit((unsigned char)run[lead]))
        lead++;
    if (lead == size) {
        push(table, run, size, true, start, end, out);
        return;
    }
    char digits[TOKEN_CHARS + 1];
    repaired_digits(run, size, digits);
    if (digits[0]) {
        push(table, digits, size, true, start, end, out);
        return;
    }
    while (isdigit((unsigned char)run[size - 1 - tail]))
        tail++;
    lead = lead >= 2 ? lead : 0; /* one digit is a letter misread: "1ê", "ngay4" */
    tail = tail >= 2 ? tail : 0;
    if (lead)
        push(table, run, lead, true, start, start + lead, out);
    push(table, run + lead, size - lead - tail, false, start + lead, end - tail, out);
    if (tail)
        push(table, run + size - tail, tail, true, end - tail, end, out);
}

static void cut_runs(struct syllables *table, const char *text, size_t size, struct tokens *out)
{
    const char *at = text, *end = text + size, *start = NULL;
    size_t chars = 0;
    bool solid = false; /* more than stray signs */
    while (at < end || start) {
        const char *before = at;
        enum kind kind = at < end ? step(&at, end) : OTHER;
        if (kind != OTHER && chars < TOKEN_CHARS) {
            start = start ? start : before;
            solid = solid || kind != NOISE;
            chars++;
            continue;
        }
        if (start && solid)
            cut_run(table, text, (size_t)(start - text), (size_t)(before - text), out);
        start = NULL;
        chars = 0;
        solid = false;
        if (kind != OTHER) {
            start = before;
            solid = kind != NOISE;
            chars = 1;
        }
    }
}

void tokens_cut(struct syllables *table, const char *text, size_t size, struct tokens *out)
{
    tokens_cut_apart(table, text, size, out);
    tokens_join(table, syllables_scratch(table), text, out);
}

void tokens_cut_apart(struct syllables *table, const char *text, size_t size, struct tokens *out)
{
    out->count = out->join_count = 0;
    cut_runs(table, text, size, out);
}

void tokens_clear(struct tokens *tokens)
{
    free(tokens->at);
    free(tokens->joins);
    *tokens = (struct tokens){0};
}

bool tokens_part(const struct tokens *tokens, const char *text, size_t i)
{
    uint32_t gap = tokens->at[i + 1].start - tokens->at[i].end;
    return gap > 0 && memchr(text + tokens->at[i].end, '\f', gap) != NULL;
}

enum engine tokens_engine(const struct tokens *tokens)
{
    size_t words = 0, beyond = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        words += !tokens->at[i].number;
        beyond += tokens->at[i].beyond;
    }
    return 4 * beyond >= words ? ENGINE_VN : ENGINE_LATIN;
}
