#include "bench/reading/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define LEADERS 3 /* so many dots or underscores are none of the text */

/* ---------------------------------------------------------------- texts */

static uint32_t plain(uint32_t code)
{
    static const uint32_t quotes[] = {0x201C, 0x201D, 0x201E, 0x201F, 0xAB, 0xBB, 0};
    static const uint32_t singles[] = {0x2018, 0x2019, 0x201A, 0x201B, 0x60, 0xB4, 0};
    static const uint32_t dashes[] = {0x2013, 0x2014, 0x2212, 0x2010, 0x2011, 0};
    static const uint32_t dots[] = {0x2022, 0xB7, 0x25CF, 0};
    static const uint32_t blanks[] = {0x25AA, 0x25A0, 0x25A1, 0xA0, 0xC, '\n', '\r', '\t', 0};
    static const struct {
        const uint32_t *codes;
        uint32_t as;
    } kinds[] = {{quotes, '"'}, {singles, '\''}, {dashes, '-'}, {dots, '.'}, {blanks, ' '}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (const uint32_t *at = kinds[i].codes; *at; at++)
            if (*at == code)
                return kinds[i].as;
    return code;
}

static bool is_leader(uint32_t code)
{
    return code == '.' || code == '_';
}

/* Codes of a run of leaders that begins at i, blanks between them counted; 0: none is there. */
static size_t leaders_at(const uint32_t *codes, size_t count, size_t i)
{
    size_t end = i, dots = 0;
    while (end < count && (is_leader(codes[end]) || (codes[end] == ' ' && dots > 0 &&
                                                     end + 1 < count && is_leader(codes[end + 1]))))
        dots += is_leader(codes[end++]);
    return dots >= LEADERS ? end - i : 0;
}

char *compare_tidy(struct arena *arena, const char *text)
{
    const char *at = text_nfc(arena, text);
    uint32_t *codes = arena_array(arena, 3 * strlen(at) + 1, sizeof *codes);
    char *out = arena_alloc(arena, 3 * strlen(at) + 1), *to = out;
    size_t count = 0;
    for (uint32_t code; (code = text_next(&at)) != 0;) {
        for (int i = 0; code == 0x2026 && i < 2; i++)
            codes[count++] = '.';
        if (code != 0xAD && code != 0xFEFF)
            codes[count++] = code == 0x2026 ? '.' : plain(code);
    }
    for (size_t i = 0; i < count; i++) {
        size_t leaders = leaders_at(codes, count, i);
        uint32_t code = leaders > 0 ? ' ' : codes[i];
        i += leaders > 0 ? leaders - 1 : 0;
        if (code != ' ' || (to > out && to[-1] != ' '))
            to += text_put(code, to);
    }
    to -= to > out && to[-1] == ' ';
    *to = '\0';
    return out;
}

char *compare_folded(struct arena *arena, const char *text)
{
    char *spoken = text_tone_last(arena, compare_tidy(arena, text));
    for (char *at = spoken; *at; at++)
        if (strchr(".,;:", *at))
            *at = ' ';
    return text_tidy(arena, spoken);
}

struct symbols compare_letters(struct arena *arena, const char *tidy)
{
    struct symbols out = {arena_array(arena, strlen(tidy) + 1, sizeof *out.at), 0};
    for (uint32_t code; (code = text_next(&tidy)) != 0;)
        out.at[out.count++] = code;
    return out;
}

/* ---------------------------------------------------------------- words */

struct vocabulary {
    struct arena *arena;
    const char **words; /* a table of hashes */
    uint32_t *numbers;
    size_t room, count;
};

struct vocabulary *vocabulary_new(void)
{
    struct vocabulary *vocabulary = memory_new(sizeof *vocabulary);
    vocabulary->arena = arena_new();
    vocabulary->room = 1 << 18; /* words of a page, and of what was read of it */
    vocabulary->words = memory_new(vocabulary->room * sizeof *vocabulary->words);
    vocabulary->numbers = memory_new(vocabulary->room * sizeof *vocabulary->numbers);
    return vocabulary;
}

void vocabulary_free(struct vocabulary *vocabulary)
{
    arena_free(vocabulary->arena);
    free(vocabulary->words);
    free(vocabulary->numbers);
    free(vocabulary);
}

static uint32_t number_of(struct vocabulary *vocabulary, const char *word, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)word[i]) * 16777619u;
    size_t at = hash % vocabulary->room;
    for (; vocabulary->words[at]; at = (at + 1) % vocabulary->room)
        if (strncmp(vocabulary->words[at], word, size) == 0 && !vocabulary->words[at][size])
            return vocabulary->numbers[at];
    if (vocabulary->count + 1 == vocabulary->room)
        abort(); /* no corpus has so many words */
    vocabulary->words[at] = arena_strndup(vocabulary->arena, word, size);
    return vocabulary->numbers[at] = (uint32_t)++vocabulary->count;
}

static bool is_letter(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
           (code >= 'a' && code <= 'z') || (code >= 0xC0 && code != 0xD7 && code != 0xF7);
}

struct symbols compare_words(struct arena *arena, struct vocabulary *vocabulary, const char *tidy)
{
    struct symbols out = {arena_array(arena, strlen(tidy) + 1, sizeof *out.at), 0};
    while (*tidy) {
        const char *start = tidy, *end = tidy, *next = tidy;
        while (is_letter(text_next(&next))) {
            end = next;
            const char *behind = next;
            uint32_t mark = text_next(&behind);
            const char *after = behind;
            if ((mark == '.' || mark == '/' || mark == '-') && is_letter(text_next(&after)))
                next = behind;
        }
        if (end > start)
            out.at[out.count++] = number_of(vocabulary, start, (size_t)(end - start));
        tidy = end > start ? end : next;
    }
    return out;
}

/* ---------------------------------------------------------------- distances */

static int by_value(const void *a, const void *b)
{
    uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    return (p > q) - (p < q);
}

static uint32_t *sorted(struct symbols symbols)
{
    uint32_t *out = memory_new((symbols.count + 1) * sizeof *out);
    memcpy(out, symbols.at, symbols.count * sizeof *out);
    qsort(out, symbols.count, sizeof *out, by_value);
    return out;
}

/* Of a's symbols, where each stands: a row of bits for each distinct one. */
struct pattern {
    uint32_t *distinct;
    uint64_t *bits;
    size_t count, blocks;
};

static size_t row_of(const struct pattern *pattern, uint32_t symbol)
{
    size_t low = 0, high = pattern->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pattern->distinct[middle] < symbol)
            low = middle + 1;
        else
            high = middle;
    }
    return low < pattern->count && pattern->distinct[low] == symbol ? low : pattern->count;
}

static struct pattern pattern_of(struct symbols a)
{
    struct pattern out = {.distinct = sorted(a), .blocks = (a.count + 63) / 64};
    for (size_t i = 0; i < a.count; i++)
        if (i == 0 || out.distinct[i] != out.distinct[out.count - 1])
            out.distinct[out.count++] = out.distinct[i];
    out.bits = memory_new((out.count + 1) * out.blocks * sizeof *out.bits); /* the last: of none */
    for (size_t i = 0; i < a.count; i++)
        out.bits[row_of(&out, a.at[i]) * out.blocks + i / 64] |= (uint64_t)1 << (i % 64);
    return out;
}

size_t compare_distance(struct symbols a, struct symbols b)
{
    if (a.count == 0 || b.count == 0)
        return a.count + b.count;
    struct pattern pattern = pattern_of(a);
    uint64_t *up = memory_new(pattern.blocks * sizeof *up);
    uint64_t *down = memory_new(pattern.blocks * sizeof *down);
    memset(up, 0xFF, pattern.blocks * sizeof *up);
    uint64_t last = (uint64_t)1 << ((a.count - 1) % 64);
    size_t distance = a.count;
    for (size_t j = 0; j < b.count; j++) {
        const uint64_t *row = &pattern.bits[row_of(&pattern, b.at[j]) * pattern.blocks];
        uint64_t more = 1, less = 0; /* what comes in from the block above: one more a column */
        for (size_t i = 0; i < pattern.blocks; i++) {
            uint64_t equal = row[i] | less, vertical = row[i] | down[i];
            uint64_t same = (((equal & up[i]) + up[i]) ^ up[i]) | equal;
            uint64_t plus = down[i] | ~(same | up[i]), minus = up[i] & same;
            if (i + 1 == pattern.blocks) {
                distance += (plus & last) != 0;
                distance -= (minus & last) != 0;
            }
            uint64_t more_out = plus >> 63, less_out = minus >> 63;
            plus = plus << 1 | more;
            minus = minus << 1 | less;
            up[i] = minus | ~(vertical | plus);
            down[i] = plus & vertical;
            more = more_out;
            less = less_out;
        }
    }
    free(up);
    free(down);
    free(pattern.bits);
    free(pattern.distinct);
    return distance;
}

size_t compare_shared(struct symbols a, struct symbols b)
{
    uint32_t *one = sorted(a), *other = sorted(b);
    size_t shared = 0;
    for (size_t i = 0, j = 0; i < a.count && j < b.count;) {
        if (one[i] == other[j]) {
            shared++;
            i++;
            j++;
        } else if (one[i] < other[j]) {
            i++;
        } else {
            j++;
        }
    }
    free(one);
    free(other);
    return shared;
}
