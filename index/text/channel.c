#include "index/text/channel_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "index/text/token.h"

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
    length = (int)channel_letters((struct channel *)(uintptr_t)channel, raw, false, letters);
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
    asked.length = (uint8_t)channel_letters(lent, syllable, false, asked.letters);
    size_t length = channel_letters(lent, raw, false, letters);
    if (asked.length == 0 || length == 0)
        return 0;
    int cost = ASKED + way(&channel->reading[engine], &asked, letters, (int)length, 1 << 14);
    int more = cost - stood->cost; /* than all others together */
    uint64_t own = probability(more < 0 ? 0 : more), others = probability(more < 0 ? -more : 0);
    return own + others ? (uint8_t)(own * STOOD_ONE / (own + others)) : 0;
}

static const struct syllable_known *find_exact(const struct channel *channel, const char *exact)
{
    uint32_t hash = channel_mix(2166136261u, exact);
    for (; channel->exact[hash % SLOTS]; hash++) {
        const struct syllable_known *known = &channel->known[channel->exact[hash % SLOTS] - 1];
        if (strcmp(known->exact, exact) == 0)
            return known;
    }
    return NULL;
}

bool channel_has(const struct channel *channel, const char *exact)
{
    return find_exact(channel, exact) != NULL;
}

int channel_surprise(const struct channel *channel, const char *exact)
{
    const struct syllable_known *known = find_exact(channel, exact);
    return known ? known->cost : ASKED;
}

int channel_evidence(const struct channel *channel, enum engine engine, const char *exact,
                     const char *syllable, const char *raw, const struct stood *stood)
{
    struct channel *lent = (struct channel *)(uintptr_t)channel;
    const struct syllable_known *known = find_exact(channel, exact);
    struct syllable_known asked = {0};
    uint8_t letters[LENGTH];
    size_t length = channel_letters(lent, raw, false, letters);
    if (!known) {
        asked.length = (uint8_t)channel_letters(lent, syllable, false, asked.letters);
        known = &asked;
    }
    return known->length == 0 || length == 0
               ? -NEVER
               : stood->cost - way(&channel->reading[engine], known, letters, (int)length, 1 << 14);
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
    return *channel_slot(channel, folded) != 0;
}

int channel_rarity(const struct channel *channel, const char *folded)
{
    uint32_t slot = channel ? *channel_slot(channel, folded) : 0;
    return slot ? channel->rarity[slot - 1] : RAREST;
}
