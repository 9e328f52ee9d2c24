/* Between channel.c, which asks, and channel_read.c, which reads the tables. */
#ifndef SOHOA_INDEX_CHANNEL_PRIVATE_H
#define SOHOA_INDEX_CHANNEL_PRIVATE_H

#include "index/text/channel.h"

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

/* The place of a folded form in slots; of a form in exact the caller finds its own. */
uint32_t *channel_slot(const struct channel *channel, const char *folded);
/* A spelling as numbers of letters; add: those that were never met get one. */
size_t channel_letters(struct channel *channel, const char *text, bool add,
                       uint8_t letters[LENGTH]);
/* FNV-1a of a text, going on from hash. */
uint32_t channel_mix(uint32_t hash, const char *text);

#endif
