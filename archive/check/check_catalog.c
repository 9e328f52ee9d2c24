/* The catalog: output intent, form, attachments. */
#include "archive/check/check.h"

#include <string.h>

#include "core/message.h"

/* ---------------------------------------------------------------- output intent */

static void check_output_intent(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *intents = pdf_get(check->file, catalog, "OutputIntents");
    const struct pdf_value *profile = NULL;
    int found = 0;
    for (size_t i = 0; intents->kind == PDF_ARRAY && i < intents->size; i++) {
        const struct pdf_value *intent = pdf_resolve(check->file, &intents->items[i]);
        const struct pdf_value *own = pdf_get(check->file, intent, "DestOutputProfile");
        if (own->kind == PDF_DICT && profile != NULL && own != profile)
            check_tell(check, _("Two output intents have different profiles (6.2.3)."));
        profile = own->kind == PDF_DICT ? own : profile;
        if (pdf_get(check->file, intent, "DestOutputProfileRef")->kind != PDF_NULL)
            check_tell(check, _("The output intent's profile is in another file (6.2.3)."));
        if (!pdf_is_name(pdf_get(check->file, intent, "S"), "GTS_PDFA1"))
            continue;
        found++;
        if (pdf_get(check->file, intent, "OutputConditionIdentifier")->kind != PDF_STRING)
            check_tell(check, _("The output intent does not name its condition (6.2.3)."));
        /* ours must be RGB: all page images rest on it */
        if (!check_profile(check, pdf_get(check->file, intent, "DestOutputProfile"), 3, false))
            check_tell(check, _("The output intent has no good RGB colour profile (6.2.3)."));
    }
    if (found == 0)
        check_tell(check, _("There is no PDF/A output intent (6.2.4.3)."));
}

/* ---------------------------------------------------------------- form */

static void check_form_dict(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *form = pdf_get(check->file, catalog, "AcroForm");
    if (form->kind != PDF_DICT)
        return;
    const struct pdf_value *need = pdf_get(check->file, form, "NeedAppearances");
    if (need->kind == PDF_BOOL && need->number != 0)
        check_tell(check, _("The form asks readers to draw its fields (6.4.1)."));
    if (pdf_get(check->file, form, "XFA")->kind != PDF_NULL)
        check_tell(check, _("The form holds XFA (6.4.2)."));
    if (pdf_get(check->file, form, "Fields")->kind != PDF_ARRAY)
        check_tell(check, _("The form has no list of fields."));
}

/* ---------------------------------------------------------------- attachments of a 3u */

#define LEAVES_DEPTH 8

/* "application/xml" */
static bool is_mime(const struct pdf_value *type)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-";
    if (type->kind != PDF_NAME)
        return false;
    size_t first = strspn(type->text, letters);
    size_t second = type->text[first] == '/' ? strspn(type->text + first + 1, letters) : 0;
    return first > 0 && second > 0 && first + 1 + second == type->size;
}

/* ISO 19005-3 6.8: kind, both names, relationship; and some object must say it belongs to it. */
static void check_filespec(struct check *check, const struct pdf_value *spec,
                           const struct pdf_value *associated)
{
    static const char *const relations[] = {"Source", "Data", "Alternative", "Supplement",
                                            "Unspecified"};
    struct pdf_file *file = check->file;
    const struct pdf_value *embedded = pdf_get(file, spec, "EF");
    const struct pdf_value *stream = pdf_get(file, embedded, "F");
    bool related = false, listed = false;
    for (size_t i = 0; i < 5; i++)
        related = related || pdf_is_name(pdf_get(file, spec, "AFRelationship"), relations[i]);
    for (size_t i = 0; associated->kind == PDF_ARRAY && i < associated->size && !listed; i++)
        listed = pdf_resolve(file, &associated->items[i]) == spec;
    if (stream->stream_at <= 0 || !is_mime(pdf_get(file, stream, "Subtype")))
        check_tell(check, _("An attachment does not say what kind of file it is (6.8)."));
    if (pdf_get(file, spec, "F")->kind != PDF_STRING ||
        pdf_get(file, spec, "UF")->kind != PDF_STRING)
        check_tell(check, _("An attachment does not have both its names (6.8)."));
    if (!related)
        check_tell(check, _("An attachment does not say how it belongs to the document (6.8)."));
    if (!listed)
        check_tell(check, _("An attachment belongs to nothing in the document (6.8)."));
    const struct pdf_value *facts = pdf_get(file, stream, "Params");
    if (pdf_get(file, facts, "ModDate")->kind != PDF_STRING)
        check_tell(check, _("An attachment does not say when it was changed (6.8)."));
}

/* Name tree: leaves hold keys and values by turns. */
static void check_leaves(struct check *check, const struct pdf_value *node,
                         const struct pdf_value *associated, int depth)
{
    const struct pdf_value *kids = pdf_get(check->file, node, "Kids");
    const struct pdf_value *names = pdf_get(check->file, node, "Names");
    if (depth > LEAVES_DEPTH || (kids->kind != PDF_ARRAY && names->kind != PDF_ARRAY)) {
        check_tell(check, _("The list of attachments is broken (6.8)."));
        return;
    }
    for (size_t i = 0; kids->kind == PDF_ARRAY && i < kids->size; i++) {
        const struct pdf_value *one = &kids->items[i], *kid = pdf_resolve(check->file, one);
        if (one->kind != PDF_REF || kid->kind != PDF_DICT || check->seen[one->number]) {
            check_tell(check, _("The list of attachments is broken (6.8)."));
            return;
        }
        check->seen[one->number] = true;
        check_leaves(check, kid, associated, depth + 1);
    }
    for (size_t i = 1; names->kind == PDF_ARRAY && i < names->size; i += 2) {
        const struct pdf_value *one = &names->items[i], *spec = pdf_resolve(check->file, one);
        bool known = one->kind == PDF_REF && spec->kind == PDF_DICT && check->seen[one->number];
        if (one->kind == PDF_REF && spec->kind == PDF_DICT)
            check->seen[one->number] = true;
        check->embedded -= !known && pdf_raw(spec, "EF")->kind != PDF_NULL;
        check_filespec(check, spec, associated);
    }
}

static void check_attachments(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *names = pdf_get(check->file, catalog, "Names");
    const struct pdf_value *tree = pdf_get(check->file, names, "EmbeddedFiles");
    if (tree->kind != PDF_NULL)
        check_leaves(check, tree, pdf_get(check->file, catalog, "AF"), 0);
    if (check->embedded > 0)
        check_tell(check, _("A file is embedded that is not in the list of attachments (6.8)."));
}

/* 6.1.12: what a certification refers to has no digest of its own. */
static void check_permissions(struct check *check, const struct pdf_value *perms)
{
    static const char *const digests[] = {"DigestLocation", "DigestMethod", "DigestValue"};
    for (size_t i = 0; perms->kind == PDF_DICT && i < perms->size; i++)
        if (strcmp(perms->entries[i].key, "UR3") != 0 &&
            strcmp(perms->entries[i].key, "DocMDP") != 0)
            check_tell(check, _("The file has unknown permissions (6.1.12)."));
    const struct pdf_value *list =
        pdf_get(check->file, pdf_get(check->file, perms, "DocMDP"), "Reference");
    bool digest = false;
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++)
        for (size_t k = 0; k < 3; k++)
            digest =
                digest ||
                pdf_get(check->file, pdf_resolve(check->file, &list->items[i]), digests[k])->kind !=
                    PDF_NULL;
    if (digest)
        check_tell(check, _("The certification names a digest of its own (6.1.12)."));
}

static void check_names(struct check *check, const struct pdf_value *catalog)
{
    const struct pdf_value *names = pdf_get(check->file, catalog, "Names");
    if (strcmp(check->flavour, "3u") == 0)
        check_attachments(check, catalog);
    else if (pdf_get(check->file, names, "EmbeddedFiles")->kind != PDF_NULL ||
             pdf_get(check->file, catalog, "AF")->kind != PDF_NULL || check->embedded > 0)
        check_tell(check, _("The file has attachments, which must be PDF/A themselves (6.8)."));
    if (pdf_get(check->file, names, "AlternatePresentations")->kind != PDF_NULL)
        check_tell(check, _("The file has alternate presentations (6.10)."));
    const struct pdf_value *open = pdf_get(check->file, catalog, "OpenAction");
    if (open->kind == PDF_DICT)
        check_tell(check, _("The file starts an action when it is opened."));
    if (pdf_get(check->file, catalog, "Requirements")->kind != PDF_NULL)
        check_tell(check, _("The file makes requirements of the reader (6.11)."));
    check_permissions(check, pdf_get(check->file, catalog, "Perms"));
}

void check_catalog(struct check *check, const struct pdf_value *catalog)
{
    check_output_intent(check, catalog);
    check_form_dict(check, catalog);
    check_optional(check, catalog);
    const struct pdf_value *late = pdf_get(check->file, catalog, "NeedsRendering");
    if (late->kind == PDF_BOOL && late->number != 0)
        check_tell(check, _("The file asks to be drawn anew when it is opened (6.4.2)."));
    check_names(check, catalog);
}
