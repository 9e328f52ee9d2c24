#include "index/text/token.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct slot {
    uint64_t head, tail; /* the first eight bytes of the spelling and, of more, the last eight */
    uint32_t id;         /* + 1, 0 free */
    uint32_t hash;
    uint16_t size;
    bool number;
};

struct syllables {
    const struct channel *channel;
    struct arena *arena;      /* spellings and forms */
    struct arena *scratch;    /* of one folding */
    struct syllable **blocks; /* so that what was lent stays where it is */
    size_t block_count;
    const char **raws;
    size_t count, room;
    struct stood **stood[ENGINE_COUNT]; /* by id; NULL: not turned yet */
    size_t stood_room[ENGINE_COUNT];
    struct slot *slots; /* open addressing */
    size_t slot_count;
};

enum { BLOCK = 1024 };

struct syllables *syllables_new(const struct channel *channel)
{
    struct syllables *table = memory_new(sizeof *table);
    table->channel = channel;
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
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        free(table->stood[engine]);
        table->stood[engine] = NULL;
        table->stood_room[engine] = 0;
    }
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

bool syllables_trim(struct syllables *table, size_t limit)
{
    if (table->count <= limit)
        return false;
    drop_blocks(table);
    arena_clear(table->arena);
    memset(table->slots, 0, table->slot_count * sizeof *table->slots);
    return true;
}

size_t syllables_count(const struct syllables *table)
{
    return table->count;
}

static struct syllable *syllable_at(const struct syllables *table, uint32_t id)
{
    return &table->blocks[id / BLOCK][id % BLOCK];
}

uint64_t token_hash(const char *text, size_t size)
{
    uint64_t hash = size;
    for (size_t at = 0; at < size; at += sizeof hash) {
        uint64_t piece = 0;
        memcpy(&piece, text + at, size - at < sizeof piece ? size - at : sizeof piece);
        hash = (hash ^ piece) * 0x9E3779B97F4A7C15u; /* the golden ratio's bits */
        hash ^= hash >> 29;
    }
    return hash | 1;
}

static uint32_t hash_of(const char *raw, size_t size, bool number)
{
    uint64_t hash = token_hash(raw, size);
    return (uint32_t)(hash ^ hash >> 32) + number;
}

static void grow_slots(struct syllables *table)
{
    size_t count = 2 * table->slot_count;
    struct slot *slots = memory_new(count * sizeof *slots);
    for (size_t i = 0; i < table->slot_count; i++) {
        size_t at = table->slots[i].hash;
        if (!table->slots[i].id)
            continue;
        while (slots[at & (count - 1)].id)
            at++;
        slots[at & (count - 1)] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
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

/* Letters that are in no alphabet but those with Vietnamese: above Latin-1, or its eth. */
static bool is_beyond(uint32_t code)
{
    return (code >= 0x102 && code < 0x1B1) || (code >= 0x1EA0 && code < 0x1F00);
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
        syllable->folded = syllable->exact = syllable->read = folded;
    } else {
        const char *text = mend(table->scratch, raw);
        syllable->folded =
            arena_strdup(table->arena, without_blanks(text_fold(table->scratch, text)));
        syllable->exact =
            arena_strdup(table->arena, without_blanks(text_tone_last(table->scratch, text)));
        syllable->read = arena_strdup(table->arena, text_lower(table->scratch, raw));
        for (const char *at = syllable->read; *at && !syllable->beyond;)
            syllable->beyond = is_beyond(text_next(&at));
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

static void form(struct syllables *table, struct syllable *syllable, bool number)
{
    const char *raw = table->raws[syllable->id];
    syllable->number = number;
    if (number)
        syllable->folded = syllable->exact = syllable->read = raw;
    else
        form_word(table, syllable, raw);
    skeleton_of(syllable->folded, number, syllable->skeleton);
    syllable->known = number || !table->channel || channel_knows(table->channel, syllable->folded);
    syllable->folded_size = (uint16_t)strlen(syllable->folded);
    syllable->exact_size = (uint16_t)strlen(syllable->exact);
    syllable->folded_hash = token_hash(syllable->folded, syllable->folded_size);
    syllable->exact_hash = token_hash(syllable->exact, syllable->exact_size);
}

const struct syllable *syllables_intern(struct syllables *table, const char *raw, size_t size,
                                        bool number)
{
    struct slot wanted = {.hash = hash_of(raw, size, number), .size = (uint16_t)size};
    size_t at = wanted.hash & (table->slot_count - 1);
    size_t part = size < sizeof wanted.head ? size : sizeof wanted.head;
    memcpy(&wanted.head, raw, part);
    memcpy(&wanted.tail, raw + size - part, part);
    for (const struct slot *slot; (slot = &table->slots[at])->id != 0;
         at = (at + 1) & (table->slot_count - 1))
        if (slot->hash == wanted.hash && slot->head == wanted.head && slot->tail == wanted.tail &&
            slot->size == size && slot->number == number &&
            (size <= 2 * sizeof wanted.head || memcmp(table->raws[slot->id - 1], raw, size) == 0))
            return syllable_at(table, slot->id - 1);
    struct syllable *syllable = add(table, raw, size);
    form(table, syllable, number);
    wanted.id = syllable->id + 1;
    wanted.number = number;
    table->slots[at] = wanted;
    if (table->count * 2 > table->slot_count)
        grow_slots(table);
    return syllable;
}

/* ---------------------------------------------------------------- what may have stood there */

const struct stood *syllables_stood(struct syllables *table, const struct syllable *syllable,
                                    enum engine engine)
{
    if (!table->channel || syllable->number)
        return NULL;
    if (syllable->id >= table->stood_room[engine]) {
        size_t room = table->room > 4096 ? 2 * table->room : 4096;
        table->stood[engine] =
            memory_resize(table->stood[engine], room * sizeof *table->stood[engine]);
        memset(table->stood[engine] + table->stood_room[engine], 0,
               (room - table->stood_room[engine]) * sizeof *table->stood[engine]);
        table->stood_room[engine] = room;
    }
    struct stood **stood = &table->stood[engine][syllable->id];
    if (!*stood) {
        *stood = arena_alloc(table->arena, sizeof **stood);
        channel_turn(table->channel, engine, syllable->read, syllable->skeleton, *stood);
    }
    return *stood;
}

enum { REPAIR_LEAST = STOOD_ONE * 12 / 100 };

size_t syllables_repair(struct syllables *table, const struct syllable *syllable,
                        const char *forms[REPAIRS])
{
    uint32_t chances[STOOD] = {0};
    const char *known[STOOD];
    size_t count = 0, kept = 0;
    const struct stood *stood =
        syllable->known ? NULL : syllables_stood(table, syllable, ENGINE_LATIN);
    for (size_t i = 0; stood && i < STOOD && stood->chance[i]; i++) {
        const char *folded = channel_folded(table->channel, stood->syllable[i]);
        size_t j = 0;
        while (j < count && strcmp(known[j], folded) != 0)
            j++;
        known[j] = folded;
        chances[j] += stood->chance[i];
        count += j == count;
    }
    while (kept < REPAIRS) {
        size_t best = 0;
        for (size_t j = 1; j < count; j++)
            best = chances[j] > chances[best] ? j : best;
        if (count == 0 || chances[best] < REPAIR_LEAST)
            break;
        forms[kept++] = known[best];
        chances[best] = 0;
    }
    return kept;
}

const struct channel *syllables_channel(const struct syllables *table)
{
    return table->channel;
}

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
    if (code < 0x2100 && mended(code) < 0x80)
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

static void push(struct tokens *out, const struct syllable *syllable, size_t start, size_t end)
{
    if (syllable->folded_size == 0)
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
    tokens_cut_apart(table, text, size, out);
    tokens_join(table, table->scratch, text, out);
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
        words += !tokens->at[i].syllable->number;
        beyond += tokens->at[i].syllable->beyond;
    }
    return 4 * beyond >= words ? ENGINE_VN : ENGINE_LATIN;
}
