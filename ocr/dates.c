#include "ocr/dates.h"

#include <string.h>

#include "core/text.h"

/* The word without punctuation around it, folded; "" when it is long. */
static const char *key_of(struct arena *arena, const struct word *word)
{
    char *fold = text_fold(arena, word->text), *end = fold + strlen(fold);
    while (end > fold && strchr(",.;:", end[-1]))
        *--end = 0;
    return fold;
}

static bool is_key(struct arena *arena, const struct word *word, const char *key)
{
    return text_distance(key_of(arena, word), key) <= 1;
}

/* ] | l I Ì are what a 1 is misread as, O D Ó a 0, ố ồ ổ ỗ, two rings, an 8. Only where a number
 * must stand. */
static char digit_for(uint32_t code)
{
    static const char ones[] = "]|lI!", noughts[] = "OoD";
    if (code >= '0' && code <= '9')
        return (char)code;
    if ((code < 0x80 && strchr(ones, (int)code)) || (code >= 0xCC && code <= 0xCF))
        return '1';
    if (code >= 0x1ED0 && code <= 0x1ED7)
        return '8';
    return (code < 0x80 && strchr(noughts, (int)code)) || (code >= 0xD2 && code <= 0xD5) ? '0' : 0;
}

/* Digits of the word with at most `most`, into digits; false when it is no number, *changed when it
 * was not one as read. */
static bool as_number(const char *text, size_t most, char *digits, bool *changed)
{
    size_t count = 0;
    *changed = false;
    for (uint32_t code; (code = text_next(&text));) {
        char digit = digit_for(code);
        if (!digit || count == most)
            return false;
        *changed = *changed || (uint32_t)digit != code;
        digits[count++] = digit;
    }
    digits[count] = 0;
    return count > 0;
}

static void mend_word(struct word *word, const char *digits, struct arena *arena)
{
    struct alternative *all = arena_array(arena, word->alternative_count + 1, sizeof *all);
    size_t count = 0;
    all[count++] = (struct alternative){word->text, word->confidence};
    for (size_t i = 0; i < word->alternative_count; i++)
        if (strcmp(word->alternatives[i].text, digits) != 0) /* it is the reading now */
            all[count++] = word->alternatives[i];
    word->text = arena_strdup(arena, digits);
    word->alternatives = all;
    word->alternative_count = count;
    word->changed = "date";
}

void dates_mend(struct line *line, struct arena *arena)
{
    static const struct {
        const char *before, *after;
        size_t digits;
    } parts[] = {{"ngay", "thang", 2}, {"thang", "nam", 2}};
    for (size_t i = 1; i + 1 < line->word_count; i++)
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++) {
            char digits[8];
            bool changed;
            if (as_number(line->words[i].text, parts[j].digits, digits, &changed) && changed &&
                is_key(arena, &line->words[i - 1], parts[j].before) &&
                is_key(arena, &line->words[i + 1], parts[j].after))
                mend_word(&line->words[i], digits, arena);
        }
}
