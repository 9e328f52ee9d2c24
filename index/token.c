#include "index/token.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct syllables {
    struct arena *arena;      /* spellings and forms */
    struct arena *scratch;    /* of one folding */
    struct syllable **blocks; /* so that what was lent stays where it is */
    size_t block_count;
    const char **raws;
    size_t count, room;
    uint32_t *slots; /* open addressing: id + 1, 0 free */
    size_t slot_count;
};

enum { BLOCK = 1024 };

struct syllables *syllables_new(void)
{
    struct syllables *table = memory_new(sizeof *table);
    table->arena = arena_new();
    table->scratch = arena_new();
    table->slot_count = 4096;
    table->slots = memory_new(table->slot_count * sizeof *table->slots);
    return table;
}

static void drop_blocks(struct syllables *table)
{
    for (size_t i = 0; i < table->block_count; i++)
        free(table->blocks[i]);
    free(table->blocks);
    free(table->raws);
    table->blocks = NULL;
    table->raws = NULL;
    table->block_count = table->count = table->room = 0;
}

void syllables_free(struct syllables *table)
{
    if (!table)
        return;
    drop_blocks(table);
    free(table->slots);
    arena_free(table->arena);
    arena_free(table->scratch);
    free(table);
}

void syllables_trim(struct syllables *table, size_t limit)
{
    if (table->count <= limit)
        return;
    drop_blocks(table);
    arena_clear(table->arena);
    memset(table->slots, 0, table->slot_count * sizeof *table->slots);
}

static struct syllable *syllable_at(const struct syllables *table, uint32_t id)
{
    return &table->blocks[id / BLOCK][id % BLOCK];
}

static uint64_t hash_of(const char *raw, size_t size, bool number)
{
    uint64_t hash = number ? 0x84222325cbf29ce4u : 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)raw[i]) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

static void grow_slots(struct syllables *table)
{
    table->slot_count *= 2;
    free(table->slots);
    table->slots = memory_new(table->slot_count * sizeof *table->slots);
    for (uint32_t id = 0; id < table->count; id++) {
        const char *raw = table->raws[id];
        size_t slot = hash_of(raw, strlen(raw), syllable_at(table, id)->number);
        while (table->slots[slot & (table->slot_count - 1)])
            slot++;
        table->slots[slot & (table->slot_count - 1)] = id + 1;
    }
}

/* What an engine without Vietnamese puts for a letter, as the letter. */
static uint32_t mended(uint32_t code)
{
    switch (code) {
    case 0xA2: /* cent */
        return 'c';
    case 0xA3:   /* pound */
    case 0x20AC: /* euro */
        return 'e';
    case 0xA5: /* yen */
        return 'y';
    case 0xA7: /* section */
        return 's';
    case '&':
    case '@':
        return 'a';
    case 0xD0: /* eth, looks like Đ */
        return 0x110;
    case 0xF0:
        return 0x111;
    default:
        return code;
    }
}

static const char *mend(struct arena *scratch, const char *raw)
{
    char *mended_text = arena_alloc(scratch, 4 * strlen(raw) + 1), *to = mended_text;
    for (uint32_t code; (code = text_next(&raw)) != 0;)
        to += text_put(mended(code), to);
    *to = 0;
    return mended_text;
}

static const char *without_blanks(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++)
        if (*from != ' ')
            *to++ = *from;
    *to = 0;
    return text;
}

static void form_word(struct syllables *table, struct syllable *syllable, const char *raw)
{
    bool ascii = true, lower = false, letter = false;
    for (const char *at = raw; *at; at++) {
        ascii = ascii && isalnum((unsigned char)*at) && !((unsigned char)*at & 0x80);
        lower = lower || islower((unsigned char)*at);
        letter = letter || isalpha((unsigned char)*at);
    }
    syllable->capitals = letter && !lower && strlen(raw) >= 2;
    if (ascii) {
        char *folded = arena_strdup(table->arena, raw);
        for (char *at = folded; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        syllable->folded = syllable->exact = folded;
    } else {
        const char *text = mend(table->scratch, raw);
        syllable->folded =
            arena_strdup(table->arena, without_blanks(text_fold(table->scratch, text)));
        syllable->exact =
            arena_strdup(table->arena, without_blanks(text_tone_last(table->scratch, text)));
        arena_clear(table->scratch);
    }
    syllable->marked = strcmp(syllable->folded, syllable->exact) != 0;
}

static struct syllable *add(struct syllables *table, const char *raw, size_t size)
{
    if (table->count == table->room) {
        table->blocks =
            memory_resize(table->blocks, (table->block_count + 1) * sizeof *table->blocks);
        table->blocks[table->block_count++] = memory_new(BLOCK * sizeof(struct syllable));
        table->room += BLOCK;
        table->raws = memory_resize(table->raws, table->room * sizeof *table->raws);
    }
    uint32_t id = (uint32_t)table->count++;
    table->raws[id] = arena_strndup(table->arena, raw, size);
    struct syllable *syllable = syllable_at(table, id);
    *syllable = (struct syllable){.id = id};
    return syllable;
}

const struct syllable *syllables_intern(struct syllables *table, const char *raw, size_t size,
                                        bool number)
{
    size_t slot = hash_of(raw, size, number);
    for (uint32_t id; (id = table->slots[slot & (table->slot_count - 1)]) != 0; slot++) {
        const struct syllable *old = syllable_at(table, id - 1);
        const char *known = table->raws[id - 1];
        if (old->number == number && strncmp(known, raw, size) == 0 && !known[size])
            return old;
    }
    struct syllable *syllable = add(table, raw, size);
    syllable->number = number;
    if (number)
        syllable->folded = syllable->exact = table->raws[syllable->id];
    else
        form_word(table, syllable, table->raws[syllable->id]);
    skeleton_of(syllable->folded, number, syllable->skeleton);
    table->slots[slot & (table->slot_count - 1)] = syllable->id + 1;
    if (table->count * 2 > table->slot_count)
        grow_slots(table);
    return syllable;
}

/* ---------------------------------------------------------------- where tokens begin and end */

enum kind { OTHER, LETTER, DIGIT, NOISE };

static enum kind kind_of(uint32_t code)
{
    if (code < 0x80) {
        if (code >= '0' && code <= '9')
            return DIGIT;
        if (isalpha((int)code))
            return LETTER;
        return code == '&' || code == '@' ? NOISE : OTHER;
    }
    if (mended(code) < 0x80)
        return NOISE;
    if (code == 0xAA || code == 0xB5 || code == 0xBA ||
        (code >= 0xC0 && code != 0xD7 && code != 0xF7 && code < 0x2000))
        return LETTER;
    if (code < 0x2C00 || (code >= 0x3000 && code < 0x3040) || code >= 0xE000)
        return code >= 0x1F00 && code < 0x2000 ? LETTER : OTHER;
    return LETTER;
}

/* One code point at *at, before end; bytes that are not UTF-8 count as one OTHER each. */
static enum kind step(const char **at, const char *end)
{
    unsigned char c = (unsigned char)**at;
    size_t size = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (c == 0 || size > (size_t)(end - *at) || (c >= 0x80 && !text_valid(*at, size))) {
        ++*at;
        return OTHER;
    }
    if (c < 0x80)
        return kind_of((unsigned char)*(*at)++);
    uint32_t code = c & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++)
        code = code << 6 | ((unsigned char)(*at)[i] & 0x3F);
    *at += size;
    return kind_of(code);
}

static void push(struct tokens *out, const struct syllable *syllable, size_t start, size_t end)
{
    if (!syllable->folded[0])
        return;
    if (out->count == out->room) {
        out->room = out->room ? 2 * out->room : 256;
        out->at = memory_resize(out->at, out->room * sizeof *out->at);
    }
    out->at[out->count++] = (struct token){syllable, (uint32_t)start, (uint32_t)end};
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
        push(out, syllables_intern(table, run, size, true), start, end);
        return;
    }
    char digits[TOKEN_CHARS + 1];
    repaired_digits(run, size, digits);
    if (digits[0]) {
        push(out, syllables_intern(table, digits, size, true), start, end);
        return;
    }
    while (isdigit((unsigned char)run[size - 1 - tail]))
        tail++;
    lead = lead >= 2 ? lead : 0; /* one digit is a letter misread: "1ê", "ngay4" */
    tail = tail >= 2 ? tail : 0;
    if (lead)
        push(out, syllables_intern(table, run, lead, true), start, start + lead);
    push(out, syllables_intern(table, run + lead, size - lead - tail, false), start + lead,
         end - tail);
    if (tail)
        push(out, syllables_intern(table, run + size - tail, tail, true), end - tail, end);
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
    out->count = out->join_count = 0;
    cut_runs(table, text, size, out);
    tokens_join(table, table->scratch, text, out);
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
