#include "archive/privacy.h"

#include <string.h>

#include "core/text.h"

#define DIGITS_MIN 6 /* fewer are no number of a person */

/* ---------------------------------------------------------------- who is known */

static bool has_name(struct arena *arena, const char *text, const char *name)
{
    const char *folded = name ? text_fold(arena, name) : "";
    return *folded && strstr(text_fold(arena, text), folded) != NULL;
}

/* What was misread is no name unless it has two words: one may stand in any title. */
static bool has_words(struct arena *arena, const char *text, const char *name)
{
    return name && strchr(text_tidy(arena, name), ' ') && has_name(arena, text, name);
}

static bool has_number(struct arena *arena, const char *text, const char *number)
{
    const char *digits = number ? text_digits(arena, number) : "";
    return strlen(digits) >= DIGITS_MIN && strstr(text_digits(arena, text), digits) != NULL;
}

static bool has_field(struct arena *arena, const struct document *document, const char *text)
{
    const struct field *name = &document->fields[FIELD_OWNER];
    const struct field *number = &document->fields[FIELD_OWNER_ID];
    return has_name(arena, text, name->value) || has_words(arena, text, name->printed) ||
           has_number(arena, text, number->value) || has_number(arena, text, number->printed);
}

static bool has_act(struct arena *arena, const struct document_act *act, const char *text)
{
    if (!act->field)
        return false;
    if (strcmp(act->field, "owner") == 0)
        return has_words(arena, text, act->from) || has_words(arena, text, act->to);
    return strcmp(act->field, "owner_id") == 0 &&
           (has_number(arena, text, act->from) || has_number(arena, text, act->to));
}

/* ---------------------------------------------------------------- who is addressed */

/* A word of the text without punctuation around it. */
struct word {
    const char *bare;  /* as it stands */
    const char *lower; /* in lower case */
    bool ends;         /* punctuation behind it: what follows is no part of the same name */
};

static struct word next_word(struct arena *arena, const char **at)
{
    static const char marks[] = "()[],;:.!?/\"'-";
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    char *bare = arena_strndup(arena, *at, size);
    *at += size;
    bare += strspn(bare, marks);
    size_t length = strlen(bare), kept = length;
    while (kept > 0 && strchr(marks, bare[kept - 1]))
        kept--;
    bare[kept] = '\0';
    return (struct word){bare, text_lower(arena, bare), kept < length};
}

static bool is_capital(const struct word *word)
{
    const char *own = word->bare, *lower = word->lower;
    return *own && text_next(&own) != text_next(&lower);
}

/* A capital "Anh", "Chị" begins many a thing that is no person ("Anh hùng"). */
static bool is_address(const struct word *word)
{
    static const char *const always[] = {"ông", "bà", "ông/bà", "ông(bà", "cháu", "cụ"};
    static const char *const small[] = {"anh", "chị", "em"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(word->lower, always[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (strcmp(word->bare, small[i]) == 0)
            return true;
    return false;
}

/* "... ông (bà) Vũ Văn Lộc": a form of address, then two words or more with capitals. */
static bool addresses_person(struct arena *arena, const char *text)
{
    bool addressed = false;
    int capitals = 0;
    for (const char *at = text_nfc(arena, text); *(at += strspn(at, " "));) {
        struct word word = next_word(arena, &at);
        if (is_address(&word)) {
            addressed = true;
            capitals = 0;
            continue;
        }
        capitals = addressed && is_capital(&word) ? capitals + 1 : 0;
        if (capitals >= 2)
            return true;
        addressed = capitals > 0 && !word.ends;
    }
    return false;
}

/* ---------------------------------------------------------------- both */

bool privacy_names_person(struct arena *arena, const struct document *document, const char *text)
{
    bool named = has_field(arena, document, text) || addresses_person(arena, text);
    for (size_t i = 0; i < document->owner_count && !named; i++)
        named = has_name(arena, text, document->owners[i].name) ||
                has_number(arena, text, document->owners[i].id);
    for (size_t i = 0; i < document->act_count && !named; i++)
        named = has_act(arena, &document->acts[i], text);
    return named;
}
