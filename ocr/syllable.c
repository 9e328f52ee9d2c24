#include "ocr/syllable.h"

#include <string.h>

#include "core/text.h"

/* ---------------------------------------------------------------- letters */

/* Each vowel with its six tones, in the order of syllable_letter(). */
static const uint32_t vowels[][6] = {
    {'a', 0xE0, 0xE1, 0x1EA3, 0xE3, 0x1EA1},
    {0x103, 0x1EB1, 0x1EAF, 0x1EB3, 0x1EB5, 0x1EB7}, /* ă */
    {0xE2, 0x1EA7, 0x1EA5, 0x1EA9, 0x1EAB, 0x1EAD},  /* â */
    {'e', 0xE8, 0xE9, 0x1EBB, 0x1EBD, 0x1EB9},
    {0xEA, 0x1EC1, 0x1EBF, 0x1EC3, 0x1EC5, 0x1EC7}, /* ê */
    {'i', 0xEC, 0xED, 0x1EC9, 0x129, 0x1ECB},
    {'o', 0xF2, 0xF3, 0x1ECF, 0xF5, 0x1ECD},
    {0xF4, 0x1ED3, 0x1ED1, 0x1ED5, 0x1ED7, 0x1ED9},  /* ô */
    {0x1A1, 0x1EDD, 0x1EDB, 0x1EDF, 0x1EE1, 0x1EE3}, /* ơ */
    {'u', 0xF9, 0xFA, 0x1EE7, 0x169, 0x1EE5},
    {0x1B0, 0x1EEB, 0x1EE9, 0x1EED, 0x1EEF, 0x1EF1}, /* ư */
    {'y', 0x1EF3, 0xFD, 0x1EF7, 0x1EF9, 0x1EF5},
};
#define VOWELS (sizeof vowels / sizeof *vowels)

/* Capitals of these letters stand 32 before them in Latin 1, else one. */
static uint32_t lower_letter(uint32_t code)
{
    if ((code >= 'A' && code <= 'Z') || (code >= 0xC0 && code <= 0xDE && code != 0xD7))
        return code + 32;
    if (code == 0x1AF) /* Ư */
        return 0x1B0;
    bool paired = (code >= 0x100 && code <= 0x137) || code == 0x1A0 || code >= 0x1E00;
    return paired && code <= 0x1EFF && code % 2 == 0 ? code + 1 : code;
}

uint32_t syllable_letter(uint32_t code, int *tone)
{
    code = lower_letter(code);
    *tone = 0;
    if (code < 0x80)
        return code;
    for (size_t i = 0; i < VOWELS; i++)
        for (int t = 0; t < 6; t++)
            if (vowels[i][t] == code) {
                *tone = t;
                return vowels[i][0];
            }
    return code;
}

uint32_t syllable_base(uint32_t letter)
{
    switch (letter) {
    case 0x103:
    case 0xE2:
        return 'a';
    case 0xEA:
        return 'e';
    case 0xF4:
    case 0x1A1:
        return 'o';
    case 0x1B0:
        return 'u';
    case 0x111:
        return 'd';
    default:
        return letter;
    }
}

/* ---------------------------------------------------------------- parts of a syllable */

/* Marked letters are written here as in Telex: aw ă, aa â, dd đ, ee ê, oo ô, ow ơ, uw ư. One of
 * them stands in one byte, so that a part is a plain string. */
#define A_BREVE 'A'
#define A_HAT 'B'
#define D_BAR 'D'
#define E_HAT 'E'
#define O_HAT 'O'
#define O_HORN 'P'
#define U_HORN 'U'

/* A ă, B â, E ê, O ô, P ơ, U ư. Single rhymes, then those that glide in with o or u. */
static const char plain_rhymes[] =
    " a ac ach ai am an ang anh ao ap at au ay Ac Am An Ang Ap At Bc Bm Bn Bng Bp Bt Bu By"
    " e ec em en eng eo ep et E Ech Em En Enh Ep Et Eu"
    " i ia ich im in inh ip it iu iEc iEm iEn iEng iEp iEt iEu"
    " o oc oi om on ong ooc oong op ot O Oc Oi Om On Ong Op Ot P Pi Pm Pn Pp Pt"
    " u ua uc ui um un ung up ut uOc uOi uOm uOn uOng uOt"
    " U Ua Uc Ui Ung Ut Uu UPc UPi UPm UPn UPng UPp UPt UPu"
    " y yEm yEn yEng yEt yEu ";
static const char gliding_rhymes[] =
    " oa oac oach oai oam oan oang oanh oao oap oat oay oAc oAm oAn oAng oAt"
    " oe oem oen oeo oet uBn uBng uBt uBy uE uEch uEnh uEu uP uy uya uych uyn uynh uyp uyt uyu"
    " uyEn uyEt ";
/* After qu, whose u is the glide. */
static const char q_rhymes[] =
    " a ac ach ai am an ang anh ao ap at au ay Ac Am An Ang Ap At Bn Bng Bt By"
    " e en eng eo et E Ech En Enh Et i ich in inh it iu iEn iEt Oc P Pn y ych yn ynh yp yt yEn "
    "yEt ";
static const char onsets[] = " b c ch d D g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x ";
static const char y_onsets[] = " h k l m s t v "; /* lý beside lí */
static const char lip_onsets[] = " b m p ph v ";  /* no glide follows them */

static bool listed(const char *list, const char *part, size_t length)
{
    char wanted[16] = " ";
    if (length == 0 || length > sizeof wanted - 3)
        return false;
    memcpy(wanted + 1, part, length);
    memcpy(wanted + 1 + length, " ", 2);
    return strstr(list, wanted) != NULL;
}

/* g, gh; c, k; ng, ngh: which is written says the letter behind it. */
static bool spelled_right(const char *onset, size_t length, const char *rhyme)
{
    bool front = strchr("eEiy", *rhyme) != NULL;
    bool only_front = listed(" gh ngh ", onset, length) || (length == 1 && *onset == 'k');
    bool only_back = listed(" c g ng ", onset, length);
    return !(only_front && !front) && !(only_back && front);
}

static bool rhyme_follows(const char *onset, size_t onset_length, const char *rhyme)
{
    size_t length = strlen(rhyme);
    if (onset_length == 0)
        return (listed(plain_rhymes, rhyme, length) && strncmp(rhyme, "iE", 2) != 0) ||
               listed(gliding_rhymes, rhyme, length);
    if (!listed(onsets, onset, onset_length) || !spelled_right(onset, onset_length, rhyme))
        return false;
    if (*rhyme == 'y')
        return length == 1 && listed(y_onsets, onset, onset_length);
    return listed(plain_rhymes, rhyme, length) ||
           (listed(gliding_rhymes, rhyme, length) && !listed(lip_onsets, onset, onset_length));
}

/* Where the rhyme begins in the syllable; -1: these parts do not go together. */
static int cut(const char *letters)
{
    size_t length = strlen(letters);
    if (strncmp(letters, "qu", 2) == 0)
        return listed(q_rhymes, letters + 2, length - 2) ? 2
               : strcmp(letters, "quOc") == 0            ? 1
                                                         : -1;
    if (strncmp(letters, "gi", 2) == 0) { /* gi writes its own i only once: gì, gìn, giếng */
        if (listed(" i in im ip it ich ", letters + 1, length - 1))
            return 1;
        if (letters[2] == 'E' && listed(plain_rhymes, letters + 1, length - 1))
            return 1;
        return letters[2] && !strchr("iy", letters[2]) && rhyme_follows("gi", 2, letters + 2) ? 2
                                                                                              : -1;
    }
    size_t onset = strcspn(letters, "aABeEioOPuUy");
    return onset < length && rhyme_follows(letters, onset, letters + onset) ? (int)onset : -1;
}

/* ---------------------------------------------------------------- tone */

static bool ends_in_stop(const char *rhyme)
{
    size_t length = strlen(rhyme);
    return strchr("cpt", rhyme[length - 1]) ||
           (length > 1 && strcmp(rhyme + length - 2, "ch") == 0);
}

/* The letter of the rhyme that bears the tone; in oa, oe, uy without a final it may be either. */
static bool bears_tone(const char *rhyme, size_t at)
{
    size_t count = strspn(rhyme, "aABeEioOPuUy"), right = 0;
    size_t marked = 0;
    for (size_t i = 0; i < count; i++)
        if (strchr("ABEOPU", rhyme[i]))
            marked = i + 1;
    if (marked)
        right = marked - 1;
    else if (rhyme[count]) /* a final consonant */
        right = count - 1;
    else if (count == 3)
        right = 1;
    else if (strcmp(rhyme, "oa") == 0 || strcmp(rhyme, "oe") == 0 || strcmp(rhyme, "uy") == 0)
        return at < 2;
    return at == right;
}

/* ---------------------------------------------------------------- the whole */

static char as_byte(uint32_t letter)
{
    static const uint32_t marked[] = {0x103, 0xE2, 0x111, 0xEA, 0xF4, 0x1A1, 0x1B0};
    static const char bytes[] = {A_BREVE, A_HAT, D_BAR, E_HAT, O_HAT, O_HORN, U_HORN};
    for (size_t i = 0; i < sizeof bytes; i++)
        if (marked[i] == letter)
            return bytes[i];
    return letter >= 'a' && letter <= 'z' ? (char)letter : 0;
}

bool syllable_possible(const char *text)
{
    char letters[SYLLABLE_LETTERS] = "";
    size_t count = 0, at = 0;
    int tone = 0;
    for (uint32_t code; (code = text_next(&text));) {
        int own = 0;
        char byte = as_byte(syllable_letter(code, &own));
        if (!byte || count + 1 == sizeof letters || (own && tone))
            return false;
        at = own ? count : at;
        tone = own ? own : tone;
        letters[count++] = byte;
    }
    letters[count] = 0;
    int from = count ? cut(letters) : -1;
    if (from < 0 || (tone && at < (size_t)from))
        return false;
    const char *rhyme = letters + from;
    if (ends_in_stop(rhyme) && tone != 2 && tone != 5)
        return false;
    return !tone || bears_tone(rhyme, at - (size_t)from);
}
