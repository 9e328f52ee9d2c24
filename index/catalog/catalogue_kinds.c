/* The kinds of catalogues, and how their codes look. */
#include <ctype.h>
#include <string.h>

#include "index/catalog/catalogue_lay.h"
#include "index/procedures.h"

enum { CODE_LONGEST = 120 };

static bool is_procedure(const char *code)
{
    return strlen(code) == 8 && procedure_is_code(code);
}

static bool is_result(const char *code) /* KQ.G15.000031 */
{
    return strlen(code) == 13 && strncmp(code, "KQ.", 3) == 0 && isupper((unsigned char)code[3]) &&
           isdigit((unsigned char)code[4]) && isdigit((unsigned char)code[5]) && code[6] == '.' &&
           strspn(code + 7, "0123456789") == 6;
}

static bool is_any(const char *code)
{
    return *code && strlen(code) <= CODE_LONGEST;
}

static bool is_slug(const char *code)
{
    return *code && !code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

const struct catalogue_kind_row catalogue_kinds[] = {
    {"unit", NULL, "parent", is_any, "16378"},
    {"procedure", NULL, NULL, is_procedure, "1.001193"},
    {"result-type", NULL, NULL, is_result, "KQ.G15.000031"},
    {"validity-class", NULL, NULL, is_slug, "khai_sinh"},
    {"unit-succession", "unit", NULL, is_any, "16378"},
    {"procedure-succession", "procedure", NULL, is_procedure, "1.001193"},
    {NULL, NULL, NULL, NULL, NULL}};

const struct catalogue_kind_row *catalogue_kind_of(const char *kind)
{
    const struct catalogue_kind_row *row = catalogue_kinds;
    while (row->kind && strcmp(row->kind, kind) != 0)
        row++;
    return row;
}
