/* Every value of every object: its size, and what it may not be wherever it stands. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "archive/check/check.h"
#include "core/message.h"
#include "core/text.h"

#define STRING_MAX 32767 /* 6.1.13 */
#define NAME_MAX_BYTES 127
#define REAL_MAX 3.403e38
#define REAL_LEAST 1.175e-38 /* but for 0 */
#define WALK_DEPTH 70

/* ---------------------------------------------------------------- sizes */

static bool is_number_fit(const struct pdf_value *value)
{
    if (value->kind == PDF_INT)
        return value->number <= INT32_MAX && value->number >= INT32_MIN;
    double size = fabs(value->real);
    return value->kind != PDF_REAL ||
           (!value->odd && size <= REAL_MAX && (size == 0 || size >= REAL_LEAST));
}

/* NULL: it is within the limits of 6.1.13 and 6.1.6, and names are names; else what it is. Not of
 * what is in it. */
static const char *misfit(const struct pdf_value *value)
{
    if (value->kind == PDF_STRING && value->size > STRING_MAX)
        return _("a string above 32,767 bytes (6.1.13)");
    if (value->kind == PDF_STRING && value->odd)
        return _("an odd number of hexadecimal digits (6.1.6)");
    if ((value->kind == PDF_NAME || value->kind == PDF_DICT) && value->odd)
        return _("a name with a # that no two hexadecimal digits follow (ISO 32000-1 7.3.5)");
    if (value->kind == PDF_NAME && value->size > NAME_MAX_BYTES)
        return _("a name above 127 bytes (6.1.13)");
    if (value->kind == PDF_INT && !is_number_fit(value))
        return _("a number above 31 bits (6.1.13)");
    return is_number_fit(value) ? NULL : _("a number above 3.403e38, or too near 0 (6.1.13)");
}

void check_operand(struct check *check, const struct pdf_value *value, const char *where)
{
    const char *fault = misfit(value);
    if (fault != NULL)
        check_tell(check, _("%s: the content holds %s."), where, fault);
    for (size_t i = 0; value->kind == PDF_ARRAY && i < value->size; i++)
        check_operand(check, &value->items[i], where);
    for (size_t i = 0; value->kind == PDF_DICT && i < value->size; i++)
        check_operand(check, &value->entries[i].value, where);
}

/* ---------------------------------------------------------------- actions, 6.5 */

static bool is_one_of(const struct pdf_value *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (pdf_is_name(name, *list))
            return true;
    return false;
}

/* A named action is one of four. */
static bool is_wrong_name(struct check *check, const struct pdf_value *action)
{
    static const char *const names[] = {"NextPage", "PrevPage", "FirstPage", "LastPage", NULL};
    return pdf_is_name(pdf_get(check->file, action, "S"), "Named") &&
           !is_one_of(pdf_get(check->file, action, "N"), names);
}

/* Wherever it stands: under a key that is not known here, too. */
static const char *const forbidden[] = {"Launch",      "Sound",     "Movie",      "ResetForm",
                                        "ImportData",  "Hide",      "Trans",      "JavaScript",
                                        "SetOCGState", "Rendition", "GoTo3DView", NULL};

static const char *const allowed[] = {"GoTo", "GoToR", "GoToE",      "Thread",
                                      "URI",  "Named", "SubmitForm", NULL};

static bool is_allowed(struct check *check, const struct pdf_value *action)
{
    return is_one_of(pdf_get(check->file, action, "S"), allowed) && !is_wrong_name(check, action);
}

/* Those that follow it. What follows these is asked where they stand themselves, once: two that
 * each follow twice would be 2^n ways. */
static bool are_next_allowed(struct check *check, const struct pdf_value *action)
{
    const struct pdf_value *next = pdf_get(check->file, action, "Next");
    bool good = next->kind != PDF_DICT || is_allowed(check, next);
    for (size_t i = 0; next->kind == PDF_ARRAY && i < next->size && good; i++)
        good = is_allowed(check, pdf_resolve(check->file, &next->items[i]));
    return good;
}

/* A stands for an action in annotations and outlines, for attributes in the structure tree. */
static void check_actions(struct check *check, const struct pdf_value *dict, long long number)
{
    static const char *const keys[] = {"A", "PA"};
    const struct pdf_value *kind = pdf_get(check->file, dict, "S");
    bool good = pdf_raw(dict, "JS")->kind == PDF_NULL &&
                pdf_raw(dict, "JavaScript")->kind == PDF_NULL && !is_one_of(kind, forbidden) &&
                !is_wrong_name(check, dict);
    bool holder = kind->kind != PDF_NAME;
    for (size_t i = 0; i < 2 && good && holder; i++) {
        const struct pdf_value *action = pdf_get(check->file, dict, keys[i]);
        good = action->kind != PDF_DICT || is_allowed(check, action);
    }
    if (good && is_one_of(kind, allowed))
        good = are_next_allowed(check, dict);
    if (!good)
        check_tell(check, _("Object %lld holds an action that PDF/A forbids (6.5.1)."), number);
    if (pdf_raw(dict, "AA")->kind != PDF_NULL)
        check_tell(check, _("Object %lld has additional actions (6.5.2)."), number);
}

/* ---------------------------------------------------------------- dictionaries */

static bool is_utf8(const struct pdf_value *name)
{
    return name->kind != PDF_NAME || text_valid(name->text, name->size);
}

static void check_dict(struct check *check, const struct pdf_value *dict, long long number)
{
    static const char *const names[] = {"BaseFont", "FontName", "S"};
    check_actions(check, dict, number);
    for (size_t i = 0; i < dict->size; i++)
        if (strlen(dict->entries[i].key) > NAME_MAX_BYTES)
            check_tell(check, _("Object %lld holds %s."), number,
                       _("a name above 127 bytes (6.1.13)"));
    for (size_t i = 0; i < 3; i++)
        if (!is_utf8(pdf_raw(dict, names[i])))
            check_tell(check, _("Object %lld has a name that is no UTF-8 (6.1.8)."), number);
    check->embedded += pdf_raw(dict, "EF")->kind != PDF_NULL;
    if (pdf_raw(dict, "Metadata")->kind != PDF_NULL &&
        !pdf_is_name(pdf_get(check->file, dict, "Type"), "Catalog"))
        check_other_metadata(check, pdf_get(check->file, dict, "Metadata"), number);
}

static void walk(struct check *check, const struct pdf_value *value, long long number, int depth)
{
    const char *fault = misfit(value);
    if (depth > WALK_DEPTH)
        return;
    if (fault != NULL)
        check_tell(check, _("Object %lld holds %s."), number, fault);
    if (value->kind == PDF_REF &&
        (value->number <= 0 || (size_t)value->number >= check->file->slot_count ||
         !check->file->slots[value->number].used))
        check_tell(check, _("Object %lld names object %lld, which is not there."), number,
                   (long long)value->number);
    if (value->kind == PDF_ARRAY)
        for (size_t i = 0; i < value->size; i++)
            walk(check, &value->items[i], number, depth + 1);
    if (value->kind != PDF_DICT)
        return;
    check_dict(check, value, number);
    for (size_t i = 0; i < value->size; i++)
        walk(check, &value->entries[i].value, number, depth + 1);
}

void check_object(struct check *check, const struct pdf_value *value, long long number)
{
    walk(check, value, number, 0);
}
