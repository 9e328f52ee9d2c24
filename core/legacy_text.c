/*
 * Text of the years before Unicode: TCVN3 (the "ABC" fonts) and VNI, as it looks when its bytes are
 * taken for Latin-1: "NguyÔn V¨n An", "Nguyeãn Vaên An".
 */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

enum encoding { UNICODE, TCVN3, VNI, ENCODINGS };
enum { WORD = 48 }; /* bytes of a word that may be a syllable */

/* TCVN 5712:1993 VN3 from 0xA1 on; 0: not used. Capitals with tones are small letters in a font of
 * capitals. */
static const uint16_t tcvn3[] = {
    0x102,  0xC2,   0xCA,   0xD4,   0x1A0,  0x1AF,  0x110,  0x103,  0xE2,   0xEA,   0xF4,   0x1A1,
    0x1B0,  0x111,  0,      0,      0,      0,      0,      0,      0xE0,   0x1EA3, 0xE3,   0xE1,
    0x1EA1, 0,      0x1EB1, 0x1EB3, 0x1EB5, 0x1EAF, 0,      0,      0,      0,      0,      0,
    0,      0x1EB7, 0x1EA7, 0x1EA9, 0x1EAB, 0x1EA5, 0x1EAD, 0xE8,   0,      0x1EBB, 0x1EBD, 0xE9,
    0x1EB9, 0x1EC1, 0x1EC3, 0x1EC5, 0x1EBF, 0x1EC7, 0xEC,   0x1EC9, 0,      0,      0,      0x129,
    0xED,   0x1ECB, 0xF2,   0,      0x1ECF, 0xF5,   0xF3,   0x1ECD, 0x1ED3, 0x1ED5, 0x1ED7, 0x1ED1,
    0x1ED9, 0x1EDD, 0x1EDF, 0x1EE1, 0x1EDB, 0x1EE3, 0xF9,   0,      0x1EE7, 0x169,  0xFA,   0x1EE5,
    0x1EEB, 0x1EED, 0x1EEF, 0x1EE9, 0x1EF1, 0x1EF3, 0x1EF7, 0x1EF9, 0xFD,   0x1EF5};

/* VNI: a sign behind the letter it belongs to, as combining marks, */
static const struct {
    uint16_t sign;       /* small; capitals are 0x20 lower */
    const char *letters; /* that it may follow */
    uint16_t marks[2];
} vni_marks[] = {
    {0xF8, "aeouyôö", {0x300}},    {0xF9, "aeouyôö", {0x301}},    {0xFB, "aeouyôö", {0x309}},
    {0xF5, "aeouyôö", {0x303}},    {0xEF, "aeouyôö", {0x323}},    {0xE2, "aeo", {0x302}},
    {0xE0, "aeo", {0x302, 0x300}}, {0xE1, "aeo", {0x302, 0x301}}, {0xE5, "aeo", {0x302, 0x309}},
    {0xE3, "aeo", {0x302, 0x303}}, {0xE4, "aeo", {0x302, 0x323}}, {0xEA, "a", {0x306}},
    {0xE8, "a", {0x306, 0x300}},   {0xE9, "a", {0x306, 0x301}},   {0xFA, "a", {0x306, 0x309}},
    {0xFC, "a", {0x306, 0x303}},   {0xEB, "a", {0x306, 0x323}},
};
/* and signs that are letters. */
static const struct {
    uint16_t sign, letter;
} vni_letters[] = {{0xF4, 0x1A1},  {0xF6, 0x1B0}, {0xF1, 0x111},  {0xEC, 0xEC},  {0xED, 0xED},
                   {0xE6, 0x1EC9}, {0xF3, 0x129}, {0xF2, 0x1ECB}, {0xEE, 0x1EF5}};

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---------------------------------------------------------------- is it a syllable */

static const char onsets[] = "||b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|r|s|t|th|tr|v|x|";
static const char vowels[] =
    "|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ue|ui|"
    "uo|uô|uơ|ưa|ưi|ươ|ưu|uy|yê|ya|oai|oay|oao|oeo|iêu|uai|uay|uây|uôi|ươi|ươu|uya|uyê|uyu|yêu|ieu|"
    "ue|uă|uao|";
static const char codas[] = "||c|ch|m|n|ng|nh|p|t|";

/* Letters with a tone, five of each letter of the alphabet's vowels, and what has none. */
static const uint16_t toned[] = {
    0xE0,   0xE1,   0x1EA3, 0xE3,   0x1EA1, 0x1EB1, 0x1EAF, 0x1EB3, 0x1EB5, 0x1EB7, 0x1EA7, 0x1EA5,
    0x1EA9, 0x1EAB, 0x1EAD, 0xE8,   0xE9,   0x1EBB, 0x1EBD, 0x1EB9, 0x1EC1, 0x1EBF, 0x1EC3, 0x1EC5,
    0x1EC7, 0xEC,   0xED,   0x1EC9, 0x129,  0x1ECB, 0xF2,   0xF3,   0x1ECF, 0xF5,   0x1ECD, 0x1ED3,
    0x1ED1, 0x1ED5, 0x1ED7, 0x1ED9, 0x1EDD, 0x1EDB, 0x1EDF, 0x1EE1, 0x1EE3, 0xF9,   0xFA,   0x1EE7,
    0x169,  0x1EE5, 0x1EEB, 0x1EE9, 0x1EED, 0x1EEF, 0x1EF1, 0x1EF3, 0xFD,   0x1EF7, 0x1EF9, 0x1EF5};
static const uint16_t toneless[] = {'a', 0x103, 0xE2,  'e', 0xEA,  'i',
                                    'o', 0xF4,  0x1A1, 'u', 0x1B0, 'y'};
enum { D_BAR = 0x111 };

static bool is_listed(const char *list, const char *part, size_t size)
{
    char row[16] = "|";
    if (size + 3 > sizeof row)
        return false;
    memcpy(row + 1, part, size);
    row[size + 1] = '|';
    row[size + 2] = 0;
    return strstr(list, row) != NULL;
}

/* A word on its way: its letters without their tones. */
struct bare {
    uint32_t at[WORD];
    size_t count, tones;
};

static uint32_t small_letter(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    if (code < 0x100)
        return code >= 0xC0 && code < 0xDF && code != 0xD7 ? code + 0x20 : code;
    return code == 0x1AF                                     ? 0x1B0
           : code == 0x1A0 || code < 0x180 || code >= 0x1E00 ? code | 1
                                                             : code;
}

/* A combining mark changes the letter before it: a hat or a bow makes it another, the rest are
 * tones. */
static void put_mark(struct bare *bare, uint32_t mark)
{
    uint32_t *letter = &bare->at[bare->count - 1];
    if (mark == 0x306)
        *letter = 0x103;
    else if (mark == 0x302)
        *letter = *letter == 'a' ? 0xE2 : *letter == 'e' ? 0xEA : 0xF4;
    else
        bare->tones++;
}

static void put_bare(struct bare *bare, uint32_t code)
{
    if (code >= 0x300 && code < 0x340 && bare->count > 0) {
        put_mark(bare, code);
        return;
    }
    code = small_letter(code);
    uint32_t letter = code < 0x80 || code == D_BAR ? code : '?'; /* '?': another language's */
    for (size_t i = 0; letter == '?' && i < COUNT(toneless); i++)
        letter = toneless[i] == code ? code : letter;
    for (size_t i = 0; letter == '?' && i < COUNT(toned); i++)
        if (toned[i] == code) {
            letter = toneless[i / 5];
            bare->tones++;
        }
    bare->at[bare->count++] = letter;
}

/* Small letters of a Vietnamese syllable with at most one tone. */
static bool is_syllable(const struct bare *word)
{
    char bare[4 * WORD + 1] = "";
    size_t size = 0, first, last;
    for (size_t i = 0; i < word->count; i++)
        size += text_put(word->at[i], bare + size);
    for (first = 0; first < size && strchr("bcdghklmnpqrstvx\xC4\x91", bare[first]); first++)
        if (bare[first] == '\xC4' && bare[first + 1] != '\x91')
            break;
    for (last = size; last > first && strchr("cghmnpt", bare[last - 1]); last--)
        ;
    bool gi = first == 1 && bare[0] == 'g' && bare[1] == 'i';
    return word->tones <= 1 && is_listed(onsets, bare, first) &&
           is_listed(codas, bare + last, size - last) &&
           (is_listed(vowels, bare + first, last - first) ||
            (gi && is_listed(vowels, bare + 2, last - 2)));
}

/* ---------------------------------------------------------------- converting */

static uint32_t from_tcvn3(uint32_t code)
{
    uint16_t letter = code >= 0xA1 && code - 0xA1 < COUNT(tcvn3) ? tcvn3[code - 0xA1] : 0;
    return letter ? letter : code;
}

static bool follows(uint32_t before, const char *letters)
{
    for (uint32_t code; (code = text_next(&letters)) != 0;)
        if (code == before)
            return true;
    return false;
}

enum { LETTER_CODES = 3 }; /* a letter and its marks */

/* One sign of VNI behind the (small) letter before it. */
static size_t from_vni(uint32_t before, uint32_t code, uint32_t out[LETTER_CODES])
{
    bool capital = code >= 0xC0 && code < 0xE0 && code != 0xDF;
    uint32_t small = capital ? code + 0x20 : code;
    size_t count = 0;
    for (size_t i = 0; i < COUNT(vni_marks); i++)
        if (vni_marks[i].sign == small && follows(before, vni_marks[i].letters)) {
            for (size_t m = 0; m < 2 && vni_marks[i].marks[m]; m++)
                out[count++] = vni_marks[i].marks[m];
            return count;
        }
    out[0] = code;
    for (size_t i = 0; i < COUNT(vni_letters); i++)
        if (vni_letters[i].sign == small)
            out[0] = capital ? text_upper_letter(vni_letters[i].letter) : vni_letters[i].letter;
    return 1;
}

/* What code is in that encoding, behind the letter before it; how many codes it is. */
static size_t read_code(enum encoding encoding, uint32_t before, uint32_t code,
                        uint32_t out[LETTER_CODES])
{
    if (code >= 0x80 && encoding == VNI)
        return from_vni(before, code, out);
    out[0] = code >= 0x80 && encoding == TCVN3 ? from_tcvn3(code) : code;
    return 1;
}

static char *convert(struct arena *arena, const char *text, enum encoding encoding)
{
    struct buffer out = {0};
    uint32_t before = 0, codes[LETTER_CODES];
    for (uint32_t code; (code = text_next(&text)) != 0; before = small_letter(code)) {
        size_t count = read_code(encoding, before, code, codes);
        for (size_t i = 0; i < count; i++) {
            char bytes[4];
            buffer_add(&out, bytes, text_put(codes[i], bytes));
        }
    }
    char *made = text_nfc(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return made;
}

/* ---------------------------------------------------------------- which one it is */

struct votes {
    size_t words; /* with other letters than ASCII's */
    size_t valid[ENCODINGS];
};

static void vote(struct votes *votes, const char *word, size_t size)
{
    votes->words++;
    for (int encoding = 0; encoding < ENCODINGS && size < WORD; encoding++) {
        const char *at = word;
        uint32_t before = 0, codes[LETTER_CODES];
        struct bare bare = {.count = 0};
        while (at < word + size) {
            uint32_t code = text_next(&at);
            size_t count = read_code((enum encoding)encoding, before, code, codes);
            for (size_t i = 0; i < count; i++)
                put_bare(&bare, codes[i]);
            before = small_letter(code);
        }
        votes->valid[encoding] += is_syllable(&bare);
    }
}

static bool is_part(unsigned char c)
{
    return c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static enum encoding best_of(const struct votes *votes)
{
    return votes->valid[VNI] > votes->valid[TCVN3] ? VNI : TCVN3;
}

static struct votes count_votes(const char *text)
{
    enum { ENOUGH = 400 };
    struct votes votes = {0};
    while (*text && votes.words < ENOUGH) {
        size_t size = 0;
        bool other = false;
        for (; is_part((unsigned char)text[size]); size++)
            other = other || (unsigned char)text[size] >= 0x80;
        if (other)
            vote(&votes, text, size);
        text += size ? size : 1;
    }
    return votes;
}

/* Nine in ten words must be syllables that way, and fewer of them as they stand. */
static enum encoding encoding_of(const char *text)
{
    const char *at = text;
    bool other = false;
    for (uint32_t code; (code = text_next(&at)) != 0;) {
        if ((code >= 0x100 && code < 0x2000 && code != 0x152 && code != 0x153) || code == 0xFFFD)
            return UNICODE; /* no byte of those years looks so */
        other = other || code >= 0x80;
    }
    if (!other)
        return UNICODE;
    struct votes votes = count_votes(text);
    enum encoding best = best_of(&votes);
    bool sure = 10 * votes.valid[best] >= 9 * votes.words &&
                votes.valid[best] > votes.valid[UNICODE] && 2 * votes.valid[UNICODE] <= votes.words;
    return votes.words > 0 && sure ? best : UNICODE;
}

char *text_unicode(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    if (!text_valid(text, size)) { /* its bytes as they were */
        char *latin = arena_alloc(arena, 2 * size + 1), *to = latin;
        for (size_t i = 0; i < size; i++)
            to += text_put((unsigned char)text[i], to);
        enum encoding encoding = encoding_of(latin);
        return encoding == UNICODE ? text_nfc(arena, text) : convert(arena, latin, encoding);
    }
    enum encoding encoding = encoding_of(text);
    return encoding == UNICODE ? text_nfc(arena, text) : convert(arena, text, encoding);
}
