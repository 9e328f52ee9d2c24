#include "bench/finding/noise.h"

#include <ctype.h>
#include <string.h>

#include "bench/finding/lexicon.h"
#include "core/text.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* One letter with all its marks: base, hat, then the five tones of each hat. */
static const char *const families[] = {"aàáảãạ", "ăằắẳẵặ", "âầấẩẫậ", "eèéẻẽẹ", "êềếểễệ", "iìíỉĩị",
                                       "oòóỏõọ", "ôồốổỗộ", "ơờớởỡợ", "uùúủũụ", "ưừứửữự", "yỳýỷỹỵ"};
enum { FAMILIES = 12, TONES = 6 };
/* Families with the same base, one after the other. */
static const struct {
    int first, count;
} bases[] = {{0, 3}, {3, 2}, {5, 1}, {6, 3}, {9, 2}, {11, 1}};
static const char base_letters[] = "aeiouy";

struct letter {
    int family, tone; /* family -1: no vowel */
    bool upper;
};

static uint32_t table[FAMILIES][TONES];

static void make_table(void)
{
    for (int family = 0; family < FAMILIES; family++) {
        const char *at = families[family];
        for (int tone = 0; tone < TONES; tone++)
            table[family][tone] = text_next(&at);
    }
}

static struct letter letter_of(uint32_t code)
{
    if (code < 0x80 && !strchr("aeiouyAEIOUY", (int)code))
        return (struct letter){-1, 0, code < 0x80 && isupper((int)code)};
    for (int family = 0; family < FAMILIES; family++)
        for (int tone = 0; tone < TONES; tone++) {
            if (table[family][tone] == code)
                return (struct letter){family, tone, false};
            if (text_upper_letter(table[family][tone]) == code)
                return (struct letter){family, tone, true};
        }
    return (struct letter){-1, 0, false};
}

static int base_of(int family)
{
    for (int base = 0; base < (int)COUNT(bases); base++)
        if (family >= bases[base].first && family < bases[base].first + bases[base].count)
            return base;
    return 0;
}

static void put(uint32_t code, bool upper, struct buffer *out)
{
    char bytes[4];
    buffer_add(out, bytes, text_put(upper ? text_upper_letter(code) : code, bytes));
}

/* What an engine without Vietnamese sees in a marked vowel, besides its base: by base letter. */
static const char *const debris[] = {"4|3|&|é|d|e", "é|&|c|6|8|g",     "f|l|1|j|t|!",
                                     "6|b|s|g|d|§", "ir|it|tr|i|n|tt", "v|j|g|ÿ|¥|f"};
/* And the letters with a mark that it has. */
static const char *const latin[] = {"áàâäå", "éèêë", "íìîï", "óòôöõ", "úùûü", "ýÿ"};

static void pick(const char *list, uint64_t *state, struct buffer *out)
{
    size_t count = 1;
    for (const char *at = list; *at; at++)
        count += *at == '|';
    for (uint32_t skip = chance(state, (uint32_t)count); skip; list++)
        skip -= *list == '|';
    buffer_add(out, list, strcspn(list, "|"));
}

static void latin_vowel(struct letter letter, uint32_t percent, uint64_t *state, struct buffer *out)
{
    int base = base_of(letter.family);
    bool marked = letter.tone || letter.family != bases[base].first;
    uint32_t dice = chance(state, 1000), wrong = (marked ? 240 : 30) * percent / 100;
    if (dice < wrong) {
        pick(debris[base], state, out);
    } else if (dice < wrong + (marked ? 330 : 220)) {
        const char *at = latin[base];
        uint32_t code = 0;
        for (uint32_t i = chance(state, (uint32_t)text_length(at)) + 1; i; i--)
            code = text_next(&at);
        put(code, letter.upper, out);
    } else {
        put((unsigned char)base_letters[base], letter.upper, out);
    }
}

static void vn_vowel(struct letter letter, uint32_t percent, uint64_t *state, struct buffer *out)
{
    int base = base_of(letter.family);
    uint32_t dice = chance(state, 10000);
    if (dice < 80 * percent / 100) {
        base = (int)chance(state, COUNT(bases));
        letter.family = bases[base].first;
    } else if (dice < 330 * percent / 100) {
        letter.family = bases[base].first + (int)chance(state, (uint32_t)bases[base].count);
    } else if (dice < 830 * percent / 100) {
        letter.tone = (int)chance(state, TONES);
    }
    put(table[letter.family][letter.tone], letter.upper, out);
}

static void consonant(uint32_t code, enum noise noise, uint32_t percent, uint64_t *state,
                      struct buffer *out)
{
    uint32_t dice = chance(state, 10000) * 100 / percent;
    if (code == 0x111 || code == 0x110) { /* đ */
        bool upper = code == 0x110;
        if (noise == NOISE_VN && dice >= 500)
            put(code, false, out);
        else
            put(noise == NOISE_LATIN && upper && dice < 4500 ? 'P' : upper ? 'D' : 'd', false, out);
    } else if (noise == NOISE_LATIN && code == 'l' && dice < 400) {
        pick("1|I", state, out);
    } else if (noise == NOISE_LATIN && code == 'c' && dice < 250) {
        pick("e|¢", state, out);
    } else if (code < 0x80 && isalpha((int)code) && dice < (noise == NOISE_LATIN ? 35 : 60)) {
        put('a' + chance(state, 26), isupper((int)code), out);
    } else if (code < 0x80 && isdigit((int)code) && dice < 40) {
        put('0' + chance(state, 10), false, out);
    } else {
        put(code, false, out);
    }
}

static void syllable(const char *text, size_t size, enum noise noise, uint32_t percent,
                     uint64_t *state, struct buffer *out)
{
    const char *at = text;
    while (at < text + size) {
        uint32_t code = text_next(&at);
        struct letter letter = letter_of(code);
        if (letter.family < 0)
            consonant(code, noise, percent, state, out);
        else if (noise == NOISE_LATIN)
            latin_vowel(letter, percent, state, out);
        else
            vn_vowel(letter, percent, state, out);
        if (chance(state, 1000) < 1) /* split */
            buffer_text(out, " ");
    }
}

static void count(const char *text, size_t size, const struct buffer *out, size_t from,
                  struct noise_counts *counts)
{
    struct arena *arena = arena_new();
    const char *read = arena_strndup(arena, (const char *)out->data + from, out->size - from);
    const char *clean = arena_strndup(arena, text, size);
    counts->all++;
    counts->exact += strcmp(read, clean) == 0;
    counts->folded += strcmp(text_fold(arena, read), text_fold(arena, clean)) == 0;
    arena_free(arena);
}

void noise_add(const char *text, enum noise noise, uint32_t percent, uint64_t *state,
               struct buffer *out, struct noise_counts *counts)
{
    if (!table[0][0])
        make_table();
    while (*text) {
        size_t size = strcspn(text, " \n"), from = out->size;
        syllable(text, size, noise, percent, state, out);
        bool word = size > 0 && !isdigit((unsigned char)*text) && !ispunct((unsigned char)*text);
        if (counts && word && chance(state, 50) == 0)
            count(text, size, out, from, counts);
        text += size;
        if (!*text)
            return;
        uint32_t dice = chance(state, 1000);
        if (dice < 3 && *text == ' ')
            text++; /* joined */
        else {
            if (dice < 6)
                buffer_text(out, dice < 5 ? " ." : " '");
            buffer_add(out, text++, 1);
        }
    }
}
