/* Numbers that a seed fixes: the same seed draws the same pages on every machine. */
#ifndef SOHOA_TEACH_RANDOM_H
#define SOHOA_TEACH_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t chance_next(struct chance *chance)
{
    uint64_t z = (chance->state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static inline double chance_unit(struct chance *chance) /* 0..1 */
{
    return (double)(chance_next(chance) >> 11) / 9007199254740992.0;
}

static inline double chance_between(struct chance *chance, double low, double high)
{
    return low + (high - low) * chance_unit(chance);
}

static inline int chance_int(struct chance *chance, int low, int high) /* both included */
{
    return low + (int)(chance_next(chance) % (uint64_t)(high - low + 1));
}

static inline bool chance_hit(struct chance *chance, double share)
{
    return chance_unit(chance) < share;
}

/* About normal, mean 0, deviation 1. */
static inline double chance_normal(struct chance *chance)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += chance_unit(chance);
    return sum;
}

#endif
