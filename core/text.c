#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "core/text_private.h"

#define REPLACEMENT 0xFFFDU
#define JOINER 0x034FU /* COMBINING GRAPHEME JOINER */

/* ---------------------------------------------------------------- UTF-8 */

/* RFC 3629: bytes used by the code point at the start of at[size], 0 when ill-formed.
 *
 *   00..7F | C2..DF 80..BF | E0 A0..BF 80..BF | E1..EF 80..BF 80..BF, not ED A0..BF (surrogates)
 *   F0 90..BF .. | F1..F3 80..BF .. | F4 80..8F ..                                            */
static size_t decode(const unsigned char *at, size_t size, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80   ? 1
                    : at[0] < 0xC2 ? 0
                    : at[0] < 0xE0 ? 2
                    : at[0] < 0xF0 ? 3
                    : at[0] < 0xF5 ? 4
                                   : 0;

    if (length == 0 || length > size)
        return 0;
    *code = length == 1 ? at[0] : at[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (at[i] & 0x3FU);
    }
    if (*code < least[length] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
        return 0;
    return length;
}

bool text_valid(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;

    while (size > 0) {
        uint32_t code;
        size_t used = decode(at, size, &code);
        if (used == 0)
            return false;
        at += used;
        size -= used;
    }
    return true;
}

uint32_t text_next(const char **at)
{
    uint32_t code = REPLACEMENT;
    size_t used;

    if (**at == '\0')
        return 0;
    /* The final 0 is no continuation byte, so decode never looks past it. */
    used = decode((const unsigned char *)*at, 4, &code);
    *at += used == 0 ? 1 : used;
    return used == 0 ? REPLACEMENT : code;
}

uint32_t text_hidden(const char *text)
{
    static const uint32_t ranges[][2] = {
        {0x01, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x061C, 0x061C}, {0x180E, 0x180E},
        {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    };
    if (!text_valid(text, strlen(text)))
        return REPLACEMENT;
    for (uint32_t code; (code = text_next(&text)) != 0;)
        for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
            if (code >= ranges[i][0] && code <= ranges[i][1])
                return code;
    return 0;
}

size_t text_put(uint32_t code, char *to)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3F));
        to[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | (code >> 18 & 0x07));
    to[1] = (char)(0x80 | (code >> 12 & 0x3F));
    to[2] = (char)(0x80 | (code >> 6 & 0x3F));
    to[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

size_t text_length(const char *text)
{
    size_t length = 0;

    while (text_next(&text) != 0)
        length++;
    return length;
}

/* ---------------------------------------------------------------- normal forms */

void codes_add(struct codes *codes, uint32_t code)
{
    if (codes->count == codes->room) {
        codes->room = codes->room == 0 ? 64 : codes->room * 2;
        codes->at = memory_resize(codes->at, codes->room * sizeof *codes->at);
    }
    codes->at[codes->count++] = code;
}

void codes_clear(struct codes *codes)
{
    free(codes->at);
    *codes = (struct codes){0};
}

enum text_kind text_kind(uint32_t code)
{
    if ((code >= '\t' && code <= '\r') || code == 0x85)
        return TEXT_BLANK;
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return TEXT_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return TEXT_NUMBER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return TEXT_MARK;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return TEXT_BLANK;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
        return TEXT_NOTHING;
    default:
        return TEXT_SIGN;
    }
}

uint32_t text_code_lower(uint32_t code)
{
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

/* Valid UTF-8 on the heap. A run of more than 30 marks is broken by a joiner, as UAX #15
 * (Stream-Safe Text Format) has it: no writing needs so many, and sorting a hostile run takes
 * quadratic time. */
static char *make_safe(const char *text, size_t *size)
{
    char *safe =
        memory_new(strlen(text) * 3 + 1); /* U+FFFD takes 3 bytes for 1, a joiner 2 per 30 */
    unsigned marks = 0;
    uint32_t code;

    *size = 0;
    while ((code = text_next(&text)) != 0) {
        marks = utf8proc_get_property((utf8proc_int32_t)code)->combining_class != 0 ? marks + 1 : 0;
        if (marks > 30) {
            *size += text_put(JOINER, safe + *size);
            marks = 1;
        }
        *size += text_put(code, safe + *size);
    }
    return safe;
}

void text_decompose(const char *text, bool compatible, struct codes *out)
{
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (compatible ? UTF8PROC_COMPAT : 0);
    utf8proc_ssize_t need;
    size_t size;
    char *safe = make_safe(text, &size);
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)safe;

    /* Marks seldom are more than the bytes that letters take beyond one each. */
    *out = (struct codes){.room = size + 16};
    out->at = memory_new(out->room * sizeof *out->at);
    need = utf8proc_decompose(bytes, (utf8proc_ssize_t)size, (utf8proc_int32_t *)out->at,
                              (utf8proc_ssize_t)out->room, options);
    if (need > (utf8proc_ssize_t)out->room) {
        out->room = (size_t)need;
        out->at = memory_resize(out->at, out->room * sizeof *out->at);
        need = utf8proc_decompose(bytes, (utf8proc_ssize_t)size, (utf8proc_int32_t *)out->at, need,
                                  options);
    }
    out->count = need > 0 ? (size_t)need : 0;
    free(safe);
}

static char *encode(const struct codes *codes, char *text)
{
    char *to = text;

    for (size_t i = 0; i < codes->count; i++)
        to += text_put(codes->at[i], to);
    *to = '\0';
    return text;
}

char *text_compose(struct arena *arena, struct codes *codes)
{
    char *loose = encode(codes, memory_new(codes->count * 4 + 1)), *text;

    /* Whoever dropped something between two marks has put them side by side: sort them anew. */
    codes_clear(codes);
    text_decompose(loose, false, codes);
    free(loose);
    if (codes->count > 0)
        codes->count = (size_t)utf8proc_normalize_utf32((utf8proc_int32_t *)codes->at,
                                                        (utf8proc_ssize_t)codes->count,
                                                        UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    text = encode(codes, arena_alloc(arena, codes->count * 4 + 1));
    codes_clear(codes);
    return text;
}

/* Of letters that stay as they are whatever stands beside them: Latin and Vietnamese, composed,
 * and common signs. So nearly every text is. */
static bool is_composed(const char *text)
{
    for (uint32_t code; (code = text_next(&text)) != 0;)
        if (code >= 0x180 && code != 0x1A0 && code != 0x1A1 && code != 0x1AF && code != 0x1B0 &&
            (code < 0x1EA0 || code > 0x1EF9) && (code < 0x2010 || code > 0x2027))
            return false;
    return true;
}

char *text_nfc(struct arena *arena, const char *text)
{
    struct codes codes;

    if (is_composed(text))
        return arena_strdup(arena, text);
    text_decompose(text, false, &codes);
    return text_compose(arena, &codes);
}

/* ---------------------------------------------------------------- forms for people */

uint32_t text_upper_letter(uint32_t code)
{
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)code);
}

char *text_lower(struct arena *arena, const char *text)
{
    struct codes codes;

    text_decompose(text, false, &codes);
    for (size_t i = 0; i < codes.count; i++)
        codes.at[i] = text_code_lower(codes.at[i]);
    return text_compose(arena, &codes);
}

char *text_upper(struct arena *arena, const char *text)
{
    struct codes codes;

    text_decompose(text, false, &codes);
    for (size_t i = 0; i < codes.count; i++)
        codes.at[i] = text_upper_letter(codes.at[i]);
    return text_compose(arena, &codes);
}

char *text_tidy(struct arena *arena, const char *text)
{
    struct codes codes, tidy = {0};
    bool blank = false;

    text_decompose(text, false, &codes);
    for (size_t i = 0; i < codes.count; i++) {
        enum text_kind kind = text_kind(codes.at[i]);
        if (kind == TEXT_BLANK)
            blank = tidy.count > 0;
        if (kind == TEXT_BLANK || kind == TEXT_NOTHING)
            continue;
        if (blank)
            codes_add(&tidy, ' ');
        blank = false;
        codes_add(&tidy, codes.at[i]);
    }
    codes_clear(&codes);
    return text_compose(arena, &tidy);
}

char *text_title(struct arena *arena, const char *text)
{
    struct codes codes;
    bool inside = false;

    text_decompose(text, false, &codes);
    for (size_t i = 0; i < codes.count; i++) {
        enum text_kind kind = text_kind(codes.at[i]);
        if (kind == TEXT_LETTER && !inside)
            codes.at[i] = (uint32_t)utf8proc_totitle((utf8proc_int32_t)codes.at[i]);
        else
            codes.at[i] = text_code_lower(codes.at[i]);
        inside = kind == TEXT_LETTER || (inside && kind == TEXT_MARK);
    }
    return text_compose(arena, &codes);
}

char *text_digits(struct arena *arena, const char *text)
{
    char *digits = arena_alloc(arena, strlen(text) + 1), *to = digits;

    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9')
            *to++ = *text;
    }
    return digits;
}
