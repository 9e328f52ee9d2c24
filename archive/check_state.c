/* Graphics state (6.2.5, 6.2.6, 6.2.10) and what else a catalog or page may not say. */
#include <string.h>

#include "archive/check.h"
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
    bool good = is_among(mode, modes);
    for (size_t i = 0; mode->kind == PDF_ARRAY && i < mode->size; i++)
        good = good || is_among(pdf_resolve(check->file, &mode->items[i]), modes);
    if (!good)
        check_tell(check, _("%s: a blend mode is unknown (6.2.10)."), where);
}

void check_state(struct check *check, const struct pdf_value *state, const char *where)
{
    struct pdf_file *file = check->file;
    const struct pdf_value *transfer = pdf_get(file, state, "TR2");
    const struct pdf_value *halftone = pdf_get(file, state, "HT");
    const struct pdf_value *type = pdf_get(file, halftone, "HalftoneType");
    if (pdf_get(file, state, "TR")->kind != PDF_NULL ||
        (transfer->kind != PDF_NULL && !pdf_is_name(transfer, "Default")))
        check_tell(check, _("%s: a transfer function changes the tones (6.2.5)."), where);
    if (pdf_get(file, state, "HTP")->kind != PDF_NULL ||
        (halftone->kind == PDF_DICT && type->number != 1 && type->number != 5) ||
        pdf_get(file, halftone, "HalftoneName")->kind != PDF_NULL)
        check_tell(check, _("%s: a halftone is not allowed (6.2.5)."), where);
    if (pdf_get(file, state, "RI")->kind != PDF_NULL)
        check_intent(check, pdf_get(file, state, "RI"), where);
    if (pdf_get(file, state, "BM")->kind != PDF_NULL)
        check_blend(check, pdf_get(file, state, "BM"), where);
}

/* ---------------------------------------------------------------- optional content, 6.9 */

static void check_configuration(struct check *check, const struct pdf_value *configuration)
{
    if (pdf_get(check->file, configuration, "Name")->kind != PDF_STRING)
        check_tell(check, _("A configuration of optional content has no name (6.9)."));
    if (pdf_get(check->file, configuration, "AS")->kind != PDF_NULL)
        check_tell(check, _("Optional content is switched by itself (6.9)."));
}

void check_optional(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *properties = pdf_get(check->file, catalog, "OCProperties");
    const struct pdf_value *others = pdf_get(check->file, properties, "Configs");
    if (properties->kind == PDF_NULL)
        return;
    check_configuration(check, pdf_get(check->file, properties, "D"));
    for (size_t i = 0; others->kind == PDF_ARRAY && i < others->size; i++)
        check_configuration(check, pdf_resolve(check->file, &others->items[i]));
}
