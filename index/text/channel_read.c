#include "index/text/channel_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "index/text/token.h"

static uint8_t letter_of(struct channel *channel, uint32_t code, bool add)
{
    if (code < CODES && (channel->by_code[code] || !add))
        return channel->by_code[code];
    for (size_t i = 1; i <= channel->code_count; i++)
        if (channel->codes[i] == code)
            return (uint8_t)i;
    if (!add || channel->code_count + 1 == LETTERS)
        return 0;
    channel->codes[++channel->code_count] = code;
    if (code < CODES) {
        uint32_t upper = text_upper_letter(code);
        channel->by_code[code] = (uint8_t)channel->code_count;
        channel->by_code[upper < CODES ? upper : code] = (uint8_t)channel->code_count;
    }
    return (uint8_t)channel->code_count;
}

static bool is_vowel(uint32_t code)
{
    return code > 0x80 ? code != 0x111 && code != 0xA7 && code != 0xA2
                       : code && strchr("aeiouy", (int)code);
}

static uint8_t cost_of(double probability)
{
    double cost = -8 * log2(probability);
    return (uint8_t)(cost < 0 ? 0 : cost > NEVER - 1 ? NEVER - 1 : lround(cost));
}

uint32_t channel_mix(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static int by_letter(const void *a, const void *b)
{
    const struct pair *first = a, *second = b;
    return first->letter - second->letter;
}

/* One row of confusions.tsv: engine, letter, reading, share. */
static void add_reading(struct channel *channel, const char *letter, const char *read, long share,
                        struct reading *reading)
{
    uint8_t from = letter_of(channel, text_next(&letter), true), cost = cost_of(share / 10000.0);
    if (strcmp(read, "-") == 0) {
        reading->lost[from] = cost;
        return;
    }
    uint8_t first = letter_of(channel, text_next(&read), true);
    if (!*read) {
        reading->one[from][first] = cost;
        return;
    }
    uint8_t second = letter_of(channel, text_next(&read), true);
    reading->pairs =
        memory_resize(reading->pairs, (reading->pair_count + 1) * sizeof *reading->pairs);
    reading->pairs[reading->pair_count++] = (struct pair){from, first, second, cost};
}

static enum status read_confusions(struct channel *channel, const char *path, struct error *error)
{
    char *text = NULL, *rows = NULL;
    enum status status = file_read(path, TABLE_MAX, channel->arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    channel->version = channel_mix(channel->version, text);
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        memset(channel->reading[engine].one, NEVER, sizeof channel->reading[engine].one);
        memset(channel->reading[engine].lost, NEVER, sizeof channel->reading[engine].lost);
    }
    for (char *row = strtok_r(text, "\n", &rows); row; row = strtok_r(NULL, "\n", &rows)) {
        char *rest = NULL, *engine = strtok_r(row, "\t", &rest);
        char *letter = strtok_r(NULL, "\t", &rest), *read = strtok_r(NULL, "\t", &rest),
             *share = strtok_r(NULL, "\t", &rest);
        if (!share || *engine == '#')
            continue;
        add_reading(channel, letter, read, strtol(share, NULL, 10),
                    &channel->reading[strcmp(engine, "vn") == 0 ? ENGINE_VN : ENGINE_LATIN]);
    }
    return STATUS_OK;
}

/* The number of the letter without its marks; 0 when it has none or is no letter. */
static uint8_t base_of(struct channel *channel, uint8_t letter)
{
    char text[5] = "";
    if (channel->codes[letter] < 0x80)
        return letter;
    text_put(channel->codes[letter], text);
    const char *folded = text_fold(channel->arena, text);
    return folded[0] && !folded[1] ? letter_of(channel, (unsigned char)folded[0], false) : 0;
}

/* What no row tells of. */
static void fill(struct channel *channel, struct reading *reading)
{
    for (size_t from = 0; from < LETTERS; from++) {
        for (size_t to = 0; to < LETTERS; to++) {
            bool vowels = is_vowel(channel->codes[from]) && is_vowel(channel->codes[to]);
            uint8_t unseen = from && from == to ? 4 : vowels ? UNSEEN_VOWEL : UNSEEN;
            if (reading->one[from][to] > unseen)
                reading->one[from][to] = unseen;
        }
        if (reading->lost[from] > LOST)
            reading->lost[from] = LOST;
    }
    for (size_t to = 1; to <= channel->code_count; to++) {
        uint8_t base = base_of(channel, (uint8_t)to);
        for (size_t from = 1; base && base != to && from <= channel->code_count; from++)
            if (from != to && reading->one[from][to] > reading->one[from][base] + OTHER_MARK)
                reading->one[from][to] = (uint8_t)(reading->one[from][base] + OTHER_MARK);
    }
    if (reading->pair_count)
        qsort(reading->pairs, reading->pair_count, sizeof *reading->pairs, by_letter);
    for (size_t letter = 0, at = 0; letter <= LETTERS; letter++) {
        reading->first_pair[letter] = (uint16_t)at;
        while (letter < LETTERS && at < reading->pair_count && reading->pairs[at].letter == letter)
            at++;
    }
}

uint32_t *channel_slot(const struct channel *channel, const char *folded)
{
    uint32_t hash = channel_mix(2166136261u, folded);
    for (;; hash++) {
        const uint32_t *slot = &channel->slots[hash % SLOTS];
        if (!*slot || strcmp(channel->known[*slot - 1].folded, folded) == 0)
            return (uint32_t *)(uintptr_t)slot;
    }
}

size_t channel_letters(struct channel *channel, const char *text, bool add, uint8_t letters[LENGTH])
{
    size_t length = 0;
    for (uint32_t code; (code = text_next(&text)) != 0; length++) {
        if (length == LENGTH)
            return 0;
        letters[length] = letter_of(channel, code, add);
    }
    return length;
}

static void add_syllable(struct channel *channel, const char *text, uint64_t count)
{
    struct syllable_known *known = &channel->known[channel->count];
    size_t length =
        channel->count < SYLLABLES ? channel_letters(channel, text, true, known->letters) : 0;
    if (length == 0)
        return;
    known->length = (uint8_t)length;
    known->exact = text_tone_last(channel->arena, text);
    known->folded = text_fold(channel->arena, text);
    channel->counts[channel->count++] = count;
}

/* Rows "syllable <tab> count"; a syllable of the forms comes once more. Pairs have three fields. */
static enum status read_counts(struct channel *channel, const char *path, struct error *error)
{
    char *text = NULL, *rows = NULL;
    enum status status = file_read(path, TABLE_MAX, channel->arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    channel->version = channel_mix(channel->version, text);
    for (char *row = strtok_r(text, "\n", &rows); row; row = strtok_r(NULL, "\n", &rows)) {
        char *rest = NULL, *syllable = strtok_r(row, "\t", &rest),
             *count = strtok_r(NULL, "\t", &rest);
        if (!count || strtok_r(NULL, "\t", &rest) || *syllable == '#' || *syllable == '<')
            continue;
        add_syllable(channel, syllable, strtoull(count, NULL, 10));
    }
    return STATUS_OK;
}

/* The same syllable twice (of forms, of both tone placements): its counts together. */
static void join_counts(struct channel *channel)
{
    size_t kept = 0;
    uint32_t *first = channel->exact;
    for (size_t i = 0; i < channel->count; i++) {
        uint32_t hash = channel_mix(2166136261u, channel->known[i].exact);
        while (first[hash % SLOTS] &&
               strcmp(channel->known[first[hash % SLOTS] - 1].exact, channel->known[i].exact) != 0)
            hash++;
        if (first[hash % SLOTS]) {
            channel->counts[first[hash % SLOTS] - 1] += channel->counts[i];
            continue;
        }
        channel->known[kept] = channel->known[i];
        channel->counts[kept] = channel->counts[i];
        first[hash % SLOTS] = (uint32_t)++kept;
    }
    channel->count = kept;
}

static void add_to_group(struct channel *channel, uint16_t i)
{
    char skeleton[3];
    skeleton_of(channel->known[i].folded, false, skeleton);
    struct group *group = &channel->groups[skeleton[0] & 127][skeleton[1] & 127];
    if (group->count == group->room) {
        size_t room = group->room ? 2 * group->room : 8;
        uint16_t *at = arena_array(channel->arena, room, sizeof *at);
        if (group->count)
            memcpy(at, group->at, group->count * sizeof *at);
        group->at = at;
        group->room = room;
    }
    group->at[group->count++] = i;
}

static void weigh(struct channel *channel)
{
    double all = 0;
    uint64_t *folded = memory_new((channel->count + 1) * sizeof *folded);
    channel->rarity = arena_alloc(channel->arena, channel->count + 1);
    for (size_t i = 0; i < channel->count; i++)
        all += (double)channel->counts[i] + 1;
    for (size_t i = 0; i < channel->count; i++) {
        struct syllable_known *known = &channel->known[i];
        known->cost = cost_of(((double)channel->counts[i] + 1) / all);
        uint32_t *slot = channel_slot(channel, known->folded);
        *slot = *slot ? *slot : (uint32_t)i + 1;
        folded[*slot - 1] += channel->counts[i];
        add_to_group(channel, (uint16_t)i);
    }
    for (size_t i = 0; i < channel->count; i++)
        channel->rarity[i] = cost_of(((double)folded[i] + 1) / all);
    free(folded);
}

enum status channel_read(const char *folder, struct channel **out, struct error *error)
{
    struct arena *arena = arena_new();
    const char *confusions = file_join(arena, folder, "confusions.tsv");
    const char *counts = file_join(arena, folder, "counts.tsv");
    *out = NULL;
    if (!file_exists(confusions) || !file_exists(counts)) {
        arena_free(arena);
        return STATUS_OK;
    }
    struct channel *channel = arena_alloc(arena, sizeof *channel);
    *channel = (struct channel){.arena = arena, .version = 2166136261u};
    channel->users = arena_alloc(arena, sizeof *channel->users);
    *channel->users = 1;
    channel->known = arena_array(arena, SYLLABLES + 1, sizeof *channel->known);
    channel->counts = memory_new((SYLLABLES + 1) * sizeof *channel->counts);
    for (uint32_t code = 0xE0; code <= 0xFF; code++) /* other alphabets' marks */
        letter_of(channel, code, true);
    enum status status = read_confusions(channel, confusions, error);
    if (status == STATUS_OK)
        status = read_counts(channel, counts, error);
    if (status == STATUS_OK) {
        join_counts(channel);
        weigh(channel);
        for (int engine = 0; engine < ENGINE_COUNT; engine++) {
            struct reading *reading = &channel->reading[engine];
            struct pair *pairs = reading->pairs;
            fill(channel, reading);
            reading->pairs = arena_array(arena, reading->pair_count + 1, sizeof *pairs);
            if (reading->pair_count)
                memcpy(reading->pairs, pairs, reading->pair_count * sizeof *pairs);
            free(pairs);
        }
        *out = channel;
    } else {
        for (int engine = 0; engine < ENGINE_COUNT; engine++)
            free(channel->reading[engine].pairs);
    }
    free(channel->counts);
    channel->counts = NULL;
    if (status != STATUS_OK)
        channel_release(channel);
    return status;
}

const struct channel *channel_share(const struct channel *channel)
{
    if (channel)
        ++*channel->users;
    return channel;
}

void channel_release(const struct channel *channel)
{
    if (channel && --*channel->users == 0)
        arena_free(channel->arena);
}

uint32_t channel_version(const struct channel *channel)
{
    return channel ? channel->version : 0;
}
