/* The table of spellings, each with its forms. */
#include "index/text/syllables.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

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
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        free(table->stood[engine]);
    arena_free(table->arena);
}

void syllables_free(struct syllables *table)
{
    if (!table)
        return;
    drop_blocks(table);
    free(table->slots);
    arena_free(table->scratch);
    free(table);
}

struct arena *syllables_scratch(struct syllables *table)
{
    return table->scratch;
}

size_t syllables_count(const struct syllables *table)
{
    return table->count;
}

struct syllable *syllables_at(const struct syllables *table, uint32_t id)
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

uint32_t syllables_mended(uint32_t code)
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
        to += text_put(syllables_mended(code), to);
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
    struct syllable *syllable = syllables_at(table, id);
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
    syllable->pack = skeleton_pack(syllable->skeleton);
    syllable->known = number || !table->channel || channel_knows(table->channel, syllable->folded);
    syllable->folded_size = (uint16_t)strlen(syllable->folded);
    syllable->exact_size = (uint16_t)strlen(syllable->exact);
    syllable->folded_hash = token_hash(syllable->folded, syllable->folded_size);
    syllable->exact_hash = token_hash(syllable->exact, syllable->exact_size);
}

const struct slot *syllables_slot(struct syllables *table, const char *raw, size_t size,
                                  bool number)
{
    struct slot wanted = {.hash = hash_of(raw, size, number), .size = (uint16_t)size};
    size_t at = wanted.hash & (table->slot_count - 1);
    size_t part = size < sizeof wanted.head ? size : sizeof wanted.head;
    memcpy(&wanted.head, raw, part);
    memcpy(&wanted.tail, raw + size - part, part);
    for (struct slot *slot; (slot = &table->slots[at])->id != 0;
         at = (at + 1) & (table->slot_count - 1))
        if (slot->hash == wanted.hash && slot->head == wanted.head && slot->tail == wanted.tail &&
            slot->size == size && slot->number == number &&
            (size <= 2 * sizeof wanted.head || memcmp(table->raws[slot->id - 1], raw, size) == 0)) {
            slot->uses += slot->uses < UINT16_MAX;
            return slot;
        }
    if (table->count * 2 > table->slot_count) {
        grow_slots(table);
        return syllables_slot(table, raw, size, number);
    }
    struct syllable *syllable = add(table, raw, size);
    form(table, syllable, number);
    wanted.id = syllable->id + 1;
    wanted.uses = 1;
    wanted.number = number;
    wanted.beyond = syllable->beyond;
    wanted.empty = syllable->folded_size == 0;
    table->slots[at] = wanted;
    return &table->slots[at];
}

const struct syllable *syllables_intern(struct syllables *table, const char *raw, size_t size,
                                        bool number)
{
    return syllables_at(table, syllables_slot(table, raw, size, number)->id - 1);
}

/* ---------------------------------------------------------------- what may have stood there */

static struct stood **stood_of(struct syllables *table, uint32_t id, enum engine engine)
{
    if (id >= table->stood_room[engine]) {
        size_t room = table->room > 4096 ? 2 * table->room : 4096;
        table->stood[engine] =
            memory_resize(table->stood[engine], room * sizeof *table->stood[engine]);
        memset(table->stood[engine] + table->stood_room[engine], 0,
               (room - table->stood_room[engine]) * sizeof *table->stood[engine]);
        table->stood_room[engine] = room;
    }
    return &table->stood[engine][id];
}

const struct stood *syllables_stood(struct syllables *table, const struct syllable *syllable,
                                    enum engine engine)
{
    if (!table->channel || syllable->number)
        return NULL;
    struct stood **stood = stood_of(table, syllable->id, engine);
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

/* ---------------------------------------------------------------- what is kept */

static size_t used_at_least(const struct syllables *table, unsigned uses)
{
    size_t count = 0;
    for (size_t i = 0; i < table->slot_count; i++)
        count += table->slots[i].id && table->slots[i].uses >= uses;
    return count;
}

/* The spelling of a slot of another table, with all that is known of it. */
static void take_over(struct syllables *table, const struct syllables *from, struct slot slot)
{
    uint32_t old = slot.id - 1;
    const struct syllable *known = syllables_at(from, old);
    struct syllable *syllable = add(table, from->raws[old], slot.size);
    const char *raw = table->raws[syllable->id];
    uint32_t id = syllable->id;
    *syllable = *known;
    syllable->id = id;
    syllable->folded = known->number ? raw : arena_strdup(table->arena, known->folded);
    syllable->exact =
        known->exact == known->folded ? syllable->folded : arena_strdup(table->arena, known->exact);
    syllable->read =
        known->read == known->folded ? syllable->folded : arena_strdup(table->arena, known->read);
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        if (old < from->stood_room[engine] && from->stood[engine][old]) {
            struct stood *stood = arena_alloc(table->arena, sizeof *stood);
            *stood = *from->stood[engine][old];
            *stood_of(table, id, engine) = stood;
        }
    slot.id = id + 1;
    slot.uses = 1;
    size_t at = slot.hash & (table->slot_count - 1);
    while (table->slots[at].id)
        at = (at + 1) & (table->slot_count - 1);
    table->slots[at] = slot;
}

bool syllables_trim(struct syllables *table, size_t limit)
{
    unsigned uses = 2;
    if (table->count <= limit)
        return false;
    while (used_at_least(table, uses) > limit / 2 && uses < UINT16_MAX)
        uses *= 2;
    struct syllables old = *table;
    *table = (struct syllables){.channel = old.channel,
                                .scratch = old.scratch,
                                .arena = arena_new(),
                                .slot_count = old.slot_count,
                                .slots = memory_new(old.slot_count * sizeof *old.slots)};
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].id && old.slots[i].uses >= uses)
            take_over(table, &old, old.slots[i]);
    drop_blocks(&old);
    free(old.slots);
    return true;
}
