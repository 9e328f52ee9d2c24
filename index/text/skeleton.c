#include "index/text/token.h"

#include <string.h>

/* A spelling at the start or the end of a syllable and its class. Longer ones stand first. */
struct spelling {
    const char *text;
    char class;
};

static const struct spelling onsets[] = {
    {"ngh", 'N'}, {"ng", 'N'}, {"nh", 'Y'}, {"kh", 'K'}, {"ch", 'H'}, {"ph", 'F'},
    {"qu", 'Q'},  {"th", 'W'}, {"tr", 'Z'}, {"gh", 'G'}, {"b", 'B'},  {"c", 'C'},
    {"k", 'C'},   {"q", 'C'},  {"d", 'D'},  {"p", 'D'}, /* Đ is read as P */
    {"f", 'F'},   {"g", 'G'},  {"h", 'J'},  {"l", 'L'},  {"m", 'M'},  {"n", 'n'},
    {"r", 'R'},   {"s", 'S'},  {"t", 'T'},  {"v", 'V'},  {"x", 'X'},
};

static const struct spelling codas[] = {
    {"ng", 'N'}, {"nh", 'Y'}, {"ch", 'H'}, {"c", 'C'}, {"k", 'C'},
    {"m", 'M'},  {"n", 'n'},  {"p", 'P'},  {"t", 'T'},
};

static bool is_vowel(char c)
{
    return c && strchr("aeiouy", c) != NULL;
}

/* The class of the onset; *rest is moved past it. */
static char onset_class(const char **rest)
{
    const char *at = *rest;
    if ((at[0] == '1' || at[0] == 'i') && is_vowel(at[1])) { /* l read as 1 or I */
        *rest = at + 1;
        return 'L';
    }
    if ((at[0] == '5' || at[0] == '8') && at[1]) {
        *rest = at + 1;
        return 'S';
    }
    if (strcmp(at, "tr") == 0) { /* "tư" with a broken vowel */
        *rest = at + 2;
        return 'T';
    }
    for (size_t i = 0; i < sizeof onsets / sizeof *onsets; i++) {
        size_t length = strlen(onsets[i].text);
        if (strncmp(at, onsets[i].text, length) == 0) {
            *rest = at + length;
            return onsets[i].class;
        }
    }
    return '-';
}

static char coda_class(const char *rest)
{
    size_t length = strlen(rest);
    /* ư and ữ break into "ir", "it", "tt": no consonant stood there. */
    if (length >= 2 &&
        (strcmp(rest + length - 2, "it") == 0 || strcmp(rest + length - 2, "tt") == 0) &&
        (length == 2 || !is_vowel(rest[length - 3])))
        return '-';
    for (size_t i = 0; i < sizeof codas / sizeof *codas; i++) {
        size_t coda = strlen(codas[i].text);
        if (length >= coda && strcmp(rest + length - coda, codas[i].text) == 0)
            return codas[i].class;
    }
    return '-';
}

void skeleton_of(const char *folded, bool number, char skeleton[3])
{
    skeleton[0] = skeleton[1] = '#';
    skeleton[2] = 0;
    if (number)
        return;
    skeleton[0] = onset_class(&folded);
    skeleton[1] = coda_class(folded);
}

static unsigned position(const char *classes, char class)
{
    const char *at = strchr(classes, class);
    return at ? (unsigned)(at - classes) : 0;
}

unsigned char skeleton_pack(const char *skeleton)
{
    static const char onset_classes[] = "-BCDFGHJKLMNQRSTVWXYZn", coda_classes[] = "-CHMNPTYn";
    enum { NOTHING = 0x30, NUMBER, OTHERS, CODAS = sizeof coda_classes - 1 };
    if (!skeleton[0])
        return NOTHING;
    if (skeleton[0] == '#')
        return NUMBER;
    return (unsigned char)(OTHERS + position(onset_classes, skeleton[0]) * CODAS +
                           position(coda_classes, skeleton[1]));
}

bool name_less(const char *folded, size_t left_out, char *less)
{
    size_t size = strlen(folded);
    if (size < 2 || left_out > size ||
        (left_out > 0 && left_out < size && folded[left_out] == folded[left_out - 1]))
        return false; /* of two equal letters one is enough */
    *less++ = '-';
    for (size_t i = 0; i < size; i++)
        if (i != left_out)
            *less++ = folded[i];
    *less = 0;
    return true;
}
