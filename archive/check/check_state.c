/* Graphics state (6.2.5, 6.2.6, 6.2.10) and what else a catalog or page may not say. */
#include <string.h>

#include "archive/check/check.h"
#include "archive/sign/revision_parts.h"
#include "core/message.h"

static bool is_among(const struct pdf_value *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (pdf_is_name(name, *list))
            return true;
    return false;
}

void check_intent(struct check *check, const struct pdf_value *intent, const char *where)
{
    static const char *const intents[] = {"RelativeColorimetric", "AbsoluteColorimetric",
                                          "Perceptual", "Saturation", NULL};
    if (!is_among(intent, intents))
        check_tell(check, _("%s: a rendering intent is none of the four (6.2.6)."), where);
}

static void check_blend(struct check *check, const struct pdf_value *mode, const char *where)
{
    static const char *const modes[] = {
        "Normal",    "Compatible", "Multiply",   "Screen",    "Overlay",    "Darken",
        "Lighten",   "ColorDodge", "ColorBurn",  "HardLight", "SoftLight",  "Difference",
        "Exclusion", "Hue",        "Saturation", "Color",     "Luminosity", NULL};
    bool good = mode->kind == PDF_ARRAY ? mode->size > 0 : is_among(mode, modes);
    for (size_t i = 0; mode->kind == PDF_ARRAY && i < mode->size; i++)
        good = good && is_among(pdf_resolve(check->file, &mode->items[i]), modes);
    if (!good)
        check_tell(check, _("%s: a blend mode is unknown (6.2.10)."), where);
}

/* Of type 1, or 5 made of these; its tones and its name are not said (6.2.5). */
static bool is_halftone(struct check *check, const struct pdf_value *halftone, bool within)
{
    struct pdf_file *file = check->file;
    const int64_t type = pdf_get(file, halftone, "HalftoneType")->number;
    bool good = (type == 1 || (type == 5 && !within)) && halftone->stream_at <= 0 &&
                pdf_get(file, halftone, "TransferFunction")->kind == PDF_NULL &&
                pdf_get(file, halftone, "HalftoneName")->kind == PDF_NULL;
    for (size_t i = 0; type == 5 && good && i < halftone->size; i++) {
        const struct pdf_value *one = pdf_resolve(file, &halftone->entries[i].value);
        good = one->kind != PDF_DICT || is_halftone(check, one, true);
    }
    return good;
}

void check_state(struct check *check, const struct pdf_value *state, const char *where)
{
    struct pdf_file *file = check->file;
    const struct pdf_value *transfer = pdf_get(file, state, "TR2");
    const struct pdf_value *halftone = pdf_get(file, state, "HT");
    if (pdf_get(file, state, "TR")->kind != PDF_NULL ||
        (transfer->kind != PDF_NULL && !pdf_is_name(transfer, "Default")))
        check_tell(check, _("%s: a transfer function changes the tones (6.2.5)."), where);
    if (pdf_get(file, state, "HTP")->kind != PDF_NULL ||
        (halftone->kind == PDF_DICT && !is_halftone(check, halftone, false)))
        check_tell(check, _("%s: a halftone is not allowed (6.2.5)."), where);
    if (pdf_get(file, state, "RI")->kind != PDF_NULL)
        check_intent(check, pdf_get(file, state, "RI"), where);
    const struct pdf_value *mask = pdf_get(file, state, "SMask");
    if (mask->kind == PDF_DICT)
        check_form(check, pdf_get(file, mask, "G"), where);
    if (pdf_get(file, state, "BM")->kind != PDF_NULL)
        check_blend(check, pdf_get(file, state, "BM"), where);
}

/* ---------------------------------------------------------------- optional content, 6.9 */

#define ORDER_DEPTH 20
#define LOOKS_MAX 5000000 /* lists that name one another would be looked at for ever */

struct order {
    struct check *check;
    long left; /* looks */
};

/* Does the order, a list of groups and of further lists, name this one? */
static bool is_in_order(struct order *at, const struct pdf_value *order, int64_t group, int depth)
{
    order = pdf_resolve(at->check->file, order);
    bool in = false;
    for (size_t i = 0; order->kind == PDF_ARRAY && i < order->size && depth < ORDER_DEPTH && !in &&
                       at->left-- > 0;
         i++)
        in = order->items[i].kind == PDF_REF && order->items[i].number == group
                 ? true
                 : is_in_order(at, &order->items[i], group, depth + 1);
    return in;
}

static void check_configuration(struct order *at, const struct pdf_value *properties,
                                const struct pdf_value *configuration)
{
    struct check *check = at->check;
    const struct pdf_value *groups = pdf_get(check->file, properties, "OCGs");
    const struct pdf_value *name = pdf_get(check->file, configuration, "Name");
    const struct pdf_value *order = pdf_get(check->file, configuration, "Order");
    bool all = true;
    if (name->kind != PDF_STRING || name->size == 0)
        check_tell(check, _("A configuration of optional content has no name (6.9)."));
    if (pdf_get(check->file, configuration, "AS")->kind != PDF_NULL)
        check_tell(check, _("Optional content is switched by itself (6.9)."));
    for (size_t i = 0; groups->kind == PDF_ARRAY && i < groups->size && all; i++)
        all = order->kind == PDF_NULL || (groups->items[i].kind == PDF_REF &&
                                          is_in_order(at, order, groups->items[i].number, 0));
    if (!all)
        check_tell(check, _("A configuration of optional content leaves a group out (6.9)."));
}

static const struct pdf_value *name_of(struct check *check, const struct pdf_value *others,
                                       size_t i)
{
    return pdf_get(check->file, pdf_resolve(check->file, &others->items[i]), "Name");
}

void check_optional(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *properties = pdf_get(check->file, catalog, "OCProperties");
    const struct pdf_value *others = pdf_get(check->file, properties, "Configs");
    const struct pdf_value *first = pdf_get(check->file, properties, "D");
    struct order at = {check, LOOKS_MAX};
    bool twice = false;
    if (properties->kind == PDF_NULL)
        return;
    check_configuration(&at, properties, first);
    for (size_t i = 0; others->kind == PDF_ARRAY && i < others->size && at.left > 0; i++) {
        const struct pdf_value *name = name_of(check, others, i);
        check_configuration(&at, properties, pdf_resolve(check->file, &others->items[i]));
        twice = twice || revision_equal(name, pdf_get(check->file, first, "Name"), 0);
        for (size_t k = 0; k < i && !twice && at.left-- > 0; k++)
            twice = revision_equal(name, name_of(check, others, k), 0);
    }
    if (twice)
        check_tell(check, _("Two configurations of optional content have one name (6.9)."));
    if (at.left <= 0)
        check_tell(check, _("There is too much optional content to be judged (6.9)."));
}
