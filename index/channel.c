#include "index/channel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "index/token.h"

/* Costs are -log2 of a probability in eighths. */
enum {
    TABLE_MAX = 16 << 20,
    LETTERS = 256, /* different letters and signs; 0: any other */
    CODES = 0x2000,
    LENGTH = 10,       /* letters of a spelling */
    SYLLABLES = 12000, /* of the inventory */
    SLOTS = 1 << 15,   /* of folded forms */
    UNSEEN_VOWEL = 72, /* a vowel read as another */
    UNSEEN = 104,      /* any letter read as any other */
    UNSEEN_PAIR = 120, /* ... as two */
    LOST = 72,
    ADDED = 80,
    NO_SYLLABLE = 48, /* a spelling that stands for none, */
    NO_LETTER = 34,   /* and each of its letters */
    OTHER_MARK = 20,  /* a mark that no row tells of, on the same letter */
    RAREST = 176,     /* a syllable that was never counted */
    ASKED = 104,      /* ... but that somebody asks for */
    NEVER = 255,
    ONE_BITS = 40 /* probabilities have so many bits */
};

struct pair {
    uint8_t letter, first, second, cost;
};

struct reading {
    uint8_t one[LETTERS][LETTERS]; /* [letter][read] */
    uint8_t lost[LETTERS];
    struct pair *pairs; /* one letter read as two, by letter */
    size_t pair_count;
    uint16_t first_pair[LETTERS + 1];
};

struct syllable_known {
    const char *exact, *folded;
    uint8_t letters[LENGTH], length;
    uint8_t cost; /* of being written */
};

struct group {
    uint16_t *at;
    size_t count, room;
};

struct channel {
    struct arena *arena; /* it lies in it itself */
    int *users;
    struct reading reading[ENGINE_COUNT];
    uint32_t codes[LETTERS]; /* letters by number */
    uint8_t by_code[CODES];  /* numbers of those below CODES, small and capital */
    size_t code_count;
    struct syllable_known *known;
    size_t count;
    struct group groups[128][128]; /* by skeleton */
    uint32_t slots[SLOTS];         /* folded forms: the first syllable of each + 1 */
    uint32_t exact[SLOTS];         /* exact forms likewise */
    uint8_t *rarity;               /* by that syllable */
    uint64_t *counts;              /* while reading */
    uint32_t version;
};

/* ---------------------------------------------------------------- reading the tables */

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

static uint32_t mix(uint32_t hash, const char *text)
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
    channel->version = mix(channel->version, text);
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

static uint32_t *slot_of(const struct channel *channel, const char *folded)
{
    uint32_t hash = mix(2166136261u, folded);
    for (;; hash++) {
        const uint32_t *slot = &channel->slots[hash % SLOTS];
        if (!*slot || strcmp(channel->known[*slot - 1].folded, folded) == 0)
            return (uint32_t *)(uintptr_t)slot;
    }
}

static size_t cut_letters(struct channel *channel, const char *text, bool add,
                          uint8_t letters[LENGTH])
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
        channel->count < SYLLABLES ? cut_letters(channel, text, true, known->letters) : 0;
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
    channel->version = mix(channel->version, text);
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
        uint32_t hash = mix(2166136261u, channel->known[i].exact);
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
        uint32_t *slot = slot_of(channel, known->folded);
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

/* ---------------------------------------------------------------- turning around */

static int pair_cost(const struct reading *reading, uint8_t letter, uint8_t first, uint8_t second)
{
    for (size_t i = reading->first_pair[letter]; i < reading->first_pair[letter + 1]; i++)
        if (reading->pairs[i].first == first && reading->pairs[i].second == second)
            return reading->pairs[i].cost;
    return UNSEEN_PAIR;
}

/* The cheapest way from the syllable to what was read; more than limit when it costs more. */
static int way(const struct reading *reading, const struct syllable_known *from, const uint8_t *to,
               int length, int limit)
{
    int rows[2][LENGTH + 1];
    rows[0][0] = 0;
    for (int j = 1; j <= length; j++)
        rows[0][j] = rows[0][j - 1] + ADDED;
    for (int i = 1; i <= from->length; i++) {
        const int *above = rows[(i - 1) & 1];
        int *row = rows[i & 1];
        uint8_t letter = from->letters[i - 1];
        const uint8_t *one = reading->one[letter];
        int least = row[0] = above[0] + reading->lost[letter];
        for (int j = 1; j <= length; j++) {
            int best = above[j - 1] + one[to[j - 1]], lost = above[j] + reading->lost[letter],
                added = row[j - 1] + ADDED;
            best = lost < best ? lost : best;
            best = added < best ? added : best;
            if (j > 1 && above[j - 2] < best) {
                int pair = above[j - 2] + pair_cost(reading, letter, to[j - 2], to[j - 1]);
                best = pair < best ? pair : best;
            }
            row[j] = best;
            least = best < least ? best : least;
        }
        if (least > limit)
            return least;
    }
    return rows[from->length & 1][length];
}

/* 2^(ONE_BITS - cost / 8) */
static uint64_t probability(int cost)
{
    static const uint32_t parts[8] = {32768, 30048, 27554, 25268, 23170, 21247, 19484, 17867};
    int bits = ONE_BITS - cost / 8;
    return bits < 0 ? 0 : ((uint64_t)parts[cost % 8] << bits) >> 15;
}

/* The other way round. */
static int cost_in_eighths(uint64_t value)
{
    int bits = 0;
    while (value >> (bits + 1))
        bits++;
    return value ? 8 * (ONE_BITS - bits) : 8 * ONE_BITS;
}

static void keep(struct stood *out, uint64_t values[STOOD], uint16_t syllable, uint64_t value)
{
    if (value <= values[STOOD - 1])
        return;
    size_t at = STOOD - 1;
    for (; at > 0 && values[at - 1] < value; at--) {
        values[at] = values[at - 1];
        out->syllable[at] = out->syllable[at - 1];
    }
    values[at] = value;
    out->syllable[at] = syllable;
}

void channel_turn(const struct channel *channel, enum engine engine, const char *raw,
                  const char skeleton[3], struct stood *out)
{
    uint8_t letters[LENGTH];
    uint64_t values[STOOD] = {0}, all = 0;
    int length = 0;
    *out = (struct stood){0};
    length = (int)cut_letters((struct channel *)(uintptr_t)channel, raw, false, letters);
    if (length == 0)
        return;
    const struct group *group = &channel->groups[skeleton[0] & 127][skeleton[1] & 127];
    int garbage = NO_SYLLABLE + NO_LETTER * length, best = garbage;
    all = probability(garbage);
    for (size_t i = 0; i < group->count; i++) {
        const struct syllable_known *known = &channel->known[group->at[i]];
        if (known->length > length + 2 || length > known->length + 3)
            continue;
        int cost = known->cost +
                   way(&channel->reading[engine], known, letters, length, best + 64 - known->cost);
        if (cost > best + 64)
            continue;
        best = cost < best ? cost : best;
        all += probability(cost);
        keep(out, values, group->at[i], probability(cost));
    }
    for (size_t i = 0; i < STOOD && all; i++)
        out->chance[i] = (uint8_t)(values[i] * STOOD_ONE / all);
    out->cost = (int16_t)cost_in_eighths(all);
}

uint8_t channel_chance(const struct channel *channel, enum engine engine, const char *syllable,
                       const char *raw, const struct stood *stood)
{
    struct channel *lent = (struct channel *)(uintptr_t)channel;
    struct syllable_known asked = {0};
    uint8_t letters[LENGTH];
    asked.length = (uint8_t)cut_letters(lent, syllable, false, asked.letters);
    size_t length = cut_letters(lent, raw, false, letters);
    if (asked.length == 0 || length == 0)
        return 0;
    int cost = ASKED + way(&channel->reading[engine], &asked, letters, (int)length, 1 << 14);
    int more = cost - stood->cost; /* than all others together */
    uint64_t own = probability(more < 0 ? 0 : more), others = probability(more < 0 ? -more : 0);
    return own + others ? (uint8_t)(own * STOOD_ONE / (own + others)) : 0;
}

bool channel_has(const struct channel *channel, const char *exact)
{
    uint32_t hash = mix(2166136261u, exact);
    for (; channel->exact[hash % SLOTS]; hash++)
        if (strcmp(channel->known[channel->exact[hash % SLOTS] - 1].exact, exact) == 0)
            return true;
    return false;
}

const char *channel_exact(const struct channel *channel, uint16_t syllable)
{
    return channel->known[syllable].exact;
}

const char *channel_folded(const struct channel *channel, uint16_t syllable)
{
    return channel->known[syllable].folded;
}

bool channel_knows(const struct channel *channel, const char *folded)
{
    return *slot_of(channel, folded) != 0;
}

int channel_rarity(const struct channel *channel, const char *folded)
{
    uint32_t slot = channel ? *slot_of(channel, folded) : 0;
    return slot ? channel->rarity[slot - 1] : RAREST;
}
