/*
 * Which syllables a spelling may stand for: what reading does to letters, turned around.
 *
 *   P(syllable | spelling)  ~  P(spelling | syllable) * how often the syllable is written
 *
 * P(spelling | syllable) comes letter by letter from config/language/confusions.tsv (what engines
 * with and without Vietnamese were seen to read, teach/confusions.c), the other factor from
 * config/language/counts.tsv. Only syllables of the same skeleton are thought of: consonants
 * survive. All arithmetic is of integers, so that an index made anew is the same everywhere.
 */
#ifndef SOHOA_INDEX_CHANNEL_H
#define SOHOA_INDEX_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"

struct channel;
enum engine { ENGINE_LATIN, ENGINE_VN, ENGINE_COUNT };

enum { STOOD = 8, STOOD_ONE = 255 };
struct stood {
    uint16_t syllable[STOOD]; /* of the inventory, likeliest first */
    uint8_t chance[STOOD];    /* of STOOD_ONE; 0 ends the list */
    int16_t cost;             /* of all that may have stood there together */
};

/* folder: of confusions.tsv and counts.tsv; without them there is nothing to turn around and *out
 * is NULL. Its first user is the caller. */
enum status channel_read(const char *folder, struct channel **out, struct error *error);
/* One more user, one less: a connection's tokenizer outlives the index that brought the channel.
 * NULL is fine; with the last user it is gone. */
const struct channel *channel_share(const struct channel *channel);
void channel_release(const struct channel *channel);
/* Changes with what was read. */
uint32_t channel_version(const struct channel *channel); /* NULL: 0 */

/* What may have stood where raw was read (small or capital letters). */
void channel_turn(const struct channel *channel, enum engine engine, const char *raw,
                  const char skeleton[3], struct stood *out);
/* The same for a syllable that the inventory does not have, in small letters: of STOOD_ONE. */
uint8_t channel_chance(const struct channel *channel, enum engine engine, const char *syllable,
                       const char *raw, const struct stood *stood);
/* How much raw tells of a syllable (both in small letters; exact: its form as in token.h), in 1/8
 * bits: log2 of P(raw | syllable) / P(raw). Negative: it tells against it. */
int channel_evidence(const struct channel *channel, enum engine engine, const char *exact,
                     const char *syllable, const char *raw, const struct stood *stood);
/* ... and how much seeing it for certain would: how rare it is. */
int channel_surprise(const struct channel *channel, const char *exact);
/* Forms of a syllable of the inventory as in token.h. */
const char *channel_exact(const struct channel *channel, uint16_t syllable);
const char *channel_folded(const struct channel *channel, uint16_t syllable);
/* Whether a form is one of the inventory's. */
bool channel_has(const struct channel *channel, const char *exact);
bool channel_knows(const struct channel *channel, const char *folded);
/* How rare a folded form is: the share of all syllables in 1/8 bits (0 all, 8 half, 80 one in
 * 1,024 ...); what the inventory does not have is as rare as its rarest. */
int channel_rarity(const struct channel *channel, const char *folded);

#endif
