#include "ocr/doubt.h"

#include <string.h>

#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/lattice.h"
#include "ocr/letters.h"
#include "ocr/syllable.h"

#define HARD_TO_READ 0.5
#define ABBREVIATION_LETTERS 6 /* UBND, HĐND, TTHC, QSDĐ */

struct spelling {
    size_t letters, digits;
    bool vowel, tone;
};

static struct spelling spell(const char *text)
{
    struct spelling out = {0};
    while (*text) {
        uint32_t code = text_next(&text);
        int tone = 0;
        uint32_t base = syllable_base(syllable_letter(code, &tone));
        out.digits += code >= '0' && code <= '9';
        if (!text_is_letter(code))
            continue;
        out.letters++;
        out.tone = out.tone || tone > 0;
        out.vowel = out.vowel || (base < 128 && strchr("aeiouy", (int)base) != NULL);
    }
    return out;
}

/* Capitals alone do not make an abbreviation where everything is written in them. */
static bool in_capitals(const struct line *line)
{
    for (size_t i = 0; i < line->word_count; i++)
        if (spell(line->words[i].text).letters > 1 && !is_upper(line->words[i].text))
            return false;
    return true;
}

static bool abbreviated(const char *text, const struct spelling *spelling, bool capitals)
{
    return is_upper(text) && spelling->letters <= ABBREVIATION_LETTERS && !spelling->tone &&
           (!spelling->vowel || !capitals);
}

void doubt_line(const struct speech *language, struct line *line, struct arena *arena)
{
    bool capitals = in_capitals(line);
    for (size_t i = 0; i < line->word_count; i++) {
        struct word *word = &line->words[i];
        struct spelling spelling = spell(word->text);
        if (language && spelling.letters > 1 && lattice_impossible(language, word, arena) &&
            !abbreviated(word->text, &spelling, capitals))
            word->doubt = "syllable";
        else if (spelling.letters + spelling.digits > 0 && word->confidence < HARD_TO_READ)
            word->doubt = "reading";
    }
}
