/*
 * Vietnamese letters taken apart: base letter, shape mark, tone mark.
 *
 *   ộ  =  o  +  circumflex (the shape: ô is another letter than o)  +  dot below (the tone: nặng)
 *
 * Shapes are hat (â ê ô), breve (ă) and horn (ơ ư); đ is a letter of its own in Unicode and does
 * not decompose. A tone belongs to the whole syllable, and people write it on either vowel of a
 * pair (hoà, hòa), so it is compared apart from the letters.
 */
#include "core/text.h"

#include "core/text_private.h"

/* Tone digit of a combining mark, 0 for any other code point. */
static char tone_digit(uint32_t code)
{
    switch (code) {
    case 0x0300: /* grave */
        return '1';
    case 0x0301: /* acute */
        return '2';
    case 0x0309: /* hook above */
        return '3';
    case 0x0303: /* tilde */
        return '4';
    case 0x0323: /* dot below */
        return '5';
    default:
        return 0;
    }
}

/* Lower case, and the letters that stand for đ: typists and old fonts take the Icelandic eth and
 * the African d, whose capitals look the same. */
static uint32_t plain_letter(uint32_t code)
{
    code = text_code_lower(code);
    return code == 0x00F0 || code == 0x0256 ? 0x0111 : code;
}

/* Punctuation outside ASCII as its look-alike, 0 when there is none. */
static uint32_t plain_sign(uint32_t code)
{
    static const struct {
        uint32_t first, last;
        char like;
    } signs[] = {
        {0x00AB, 0x00AB, '"'},  {0x00B7, 0x00B7, '.'},  {0x00BB, 0x00BB, '"'},
        {0x02B9, 0x02B9, '\''}, {0x02BA, 0x02BA, '"'},  {0x02BB, 0x02BD, '\''},
        {0x2010, 0x2015, '-'},  {0x2018, 0x201B, '\''}, {0x201C, 0x201F, '"'},
        {0x2032, 0x2032, '\''}, {0x2039, 0x203A, '\''}, {0x2043, 0x2043, '-'},
        {0x2044, 0x2044, '/'},  {0x2212, 0x2212, '-'},  {0x2215, 0x2215, '/'},
        {0x2236, 0x2236, ':'},
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (code >= signs[i].first && code <= signs[i].last)
            return (unsigned char)signs[i].like;
    }
    return 0;
}

/* A code point as the folded forms have it: 0 drops it, ' ' is blank. Marks come back unchanged. */
static uint32_t plain(uint32_t code)
{
    uint32_t sign = plain_sign(code);

    if (sign != 0)
        return sign;
    switch (text_kind(code)) {
    case TEXT_LETTER:
    case TEXT_NUMBER:
        return plain_letter(code);
    case TEXT_MARK:
        return code;
    case TEXT_SIGN:
        return code < 0x80 ? code : ' ';
    case TEXT_NOTHING:
        return 0;
    case TEXT_BLANK:
        break;
    }
    return ' ';
}

/* Adds code; blanks come singly, none at the start. */
static void add_plain(struct codes *out, uint32_t code)
{
    if (code == ' ' && (out->count == 0 || out->at[out->count - 1] == ' '))
        return;
    codes_add(out, code);
}

static char *finish(struct arena *arena, struct codes *out)
{
    if (out->count > 0 && out->at[out->count - 1] == ' ')
        out->count--;
    return text_compose(arena, out);
}

char *text_fold(struct arena *arena, const char *text)
{
    struct codes codes, out = {0};

    text_decompose(text, true, &codes);
    for (size_t i = 0; i < codes.count; i++) {
        uint32_t code = plain(codes.at[i]);
        if (code == 0x0111)
            code = 'd';
        if (code != 0 && text_kind(code) != TEXT_MARK)
            add_plain(&out, code);
    }
    codes_clear(&codes);
    return finish(arena, &out);
}

/* The tones met in a syllable, written behind it. A second one can only be a misreading; it is
 * kept, so that what differs stays different. */
struct tones {
    char digits[8];
    size_t count;
};

static void end_syllable(struct codes *out, struct tones *tones)
{
    for (size_t i = 0; i < tones->count; i++)
        codes_add(out, (unsigned char)tones->digits[i]);
    tones->count = 0;
}

char *text_tone_last(struct arena *arena, const char *text)
{
    struct codes codes, out = {0};
    struct tones tones = {0};

    text_decompose(text, true, &codes);
    for (size_t i = 0; i < codes.count; i++) {
        uint32_t code = plain(codes.at[i]);
        enum text_kind kind = code == 0 ? TEXT_NOTHING : text_kind(code);
        char digit = tone_digit(code);
        if (kind == TEXT_NOTHING)
            continue;
        if (digit != 0) {
            if (tones.count < sizeof tones.digits)
                tones.digits[tones.count++] = digit;
            continue;
        }
        if (kind != TEXT_LETTER && kind != TEXT_MARK)
            end_syllable(&out, &tones);
        add_plain(&out, code);
    }
    end_syllable(&out, &tones);
    codes_clear(&codes);
    return finish(arena, &out);
}
