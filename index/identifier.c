#include "index/identifier.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"

static const char *const kind_names[] = {
    [ID_NONE] = "none",   [ID_CMND9] = "cmnd9", [ID_CCCD12] = "cccd12",
    [ID_MST10] = "mst10", [ID_MST13] = "mst13", [ID_OTHER] = "other"};
enum { KINDS = sizeof kind_names / sizeof *kind_names };

enum identifier_kind identifier_kind(const char *digits)
{
    size_t length = digits ? strlen(digits) : 0;
    if (length == 0)
        return ID_NONE;
    if (digits[strspn(digits, "0123456789")])
        return ID_OTHER;
    switch (length) {
    case 9:
        return ID_CMND9;
    case 10:
        return ID_MST10;
    case 12:
        return ID_CCCD12;
    case 13:
        return ID_MST13;
    default:
        return ID_OTHER;
    }
}

const char *identifier_kind_name(enum identifier_kind kind)
{
    return (unsigned)kind < KINDS ? kind_names[kind] : kind_names[ID_OTHER];
}

const char *identifier_kind_label(enum identifier_kind kind)
{
    switch (kind) {
    case ID_CMND9:
        return "CMND";
    case ID_CCCD12:
        return "CCCD";
    case ID_MST10:
    case ID_MST13:
        return _("tax number");
    case ID_NONE:
    case ID_OTHER:
        break;
    }
    return _("another kind of number");
}

enum identifier_kind identifier_kind_find(const char *name)
{
    for (size_t i = 1; i < KINDS; i++)
        if (strcmp(kind_names[i], name) == 0)
            return (enum identifier_kind)i;
    return ID_NONE;
}

int mst_check_digit(const char *nine_digits)
{
    static const int weights[] = {31, 29, 23, 19, 17, 13, 7, 5, 3};
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += weights[i] * (nine_digits[i] - '0');
    return sum % 11 == 0 ? -1 : 10 - sum % 11;
}

int cccd_year(const char *digits)
{
    int century = 1900 + (digits[3] - '0') / 2 * 100;
    return century + (digits[4] - '0') * 10 + (digits[5] - '0');
}

char cccd_sex(const char *digits)
{
    return (digits[3] - '0') % 2 == 0 ? 'm' : 'f';
}

/* The 63 codes of the provinces before 1/7/2025: numbers given under them never change. */
static bool is_place(const char *digits)
{
    static const char codes[] =
        "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 "
        "035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 "
        "070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096 ";
    char code[] = {digits[0], digits[1], digits[2], ' ', 0};
    return strstr(codes, code) != NULL;
}

static enum identifier_fault cccd_fault(const char *digits, const char *birth_date, char sex)
{
    char *end = NULL;
    long year = birth_date ? strtol(birth_date, &end, 10) : 0;
    if (year > 0 && (*end == 0 || *end == '-') && cccd_year(digits) != year)
        return ID_WRONG_BIRTH;
    if (sex && cccd_sex(digits) != sex)
        return ID_WRONG_SEX;
    return is_place(digits) ? ID_SOUND : ID_STRANGE_PLACE;
}

enum identifier_fault identifier_fault(const char *digits, const char *birth_date, char sex)
{
    switch (identifier_kind(digits)) {
    case ID_NONE:
    case ID_CMND9:
        return ID_SOUND;
    case ID_CCCD12:
        return cccd_fault(digits, birth_date, sex);
    case ID_MST13:
        if (strcmp(digits + 10, "000") == 0)
            return ID_WRONG_BRANCH;
        /* fall through */
    case ID_MST10:
        return mst_check_digit(digits) == digits[9] - '0' ? ID_SOUND : ID_WRONG_CHECK;
    case ID_OTHER:
        break;
    }
    return ID_WRONG_LENGTH;
}

const char *identifier_fault_label(enum identifier_fault fault)
{
    switch (fault) {
    case ID_SOUND:
        break;
    case ID_WRONG_LENGTH:
        return _("no identifier has this many digits");
    case ID_WRONG_CHECK:
        return _("the check digit of the tax number is wrong");
    case ID_WRONG_BRANCH:
        return _("branches of a tax number are counted from 001");
    case ID_WRONG_BIRTH:
        return _("the number says another year of birth than the paper");
    case ID_WRONG_SEX:
        return _("the number says another sex than the paper");
    case ID_STRANGE_PLACE:
        return _("no province has this number's first three digits");
    }
    return "";
}

bool identifier_is_strong(enum identifier_kind kind, enum identifier_fault fault)
{
    return kind != ID_NONE && kind != ID_OTHER && (fault == ID_SOUND || fault == ID_STRANGE_PLACE);
}
