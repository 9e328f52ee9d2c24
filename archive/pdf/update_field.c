/* Signature fields in an incremental update: the form's list, the page's, the field itself. */
#include "archive/pdf/update.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/message.h"

#define WIDGET_FLAGS 132 /* Print, Locked */

/* ---------------------------------------------------------------- lists that grow by one */

/* Issues the owner of a list again with one reference more: the list's own object when it has one,
 * else the dictionary that holds it. */
static void grow_list(struct update *update, int64_t owner, const struct pdf_value *dict,
                      const char *key, int64_t added)
{
    const struct pdf_value *raw = pdf_raw(dict, key);
    const struct pdf_value *list = pdf_resolve(update_file(update), raw);
    const char *const except[] = {key, NULL};
    struct buffer body = {0};
    if (raw->kind != PDF_REF) {
        update_dictionary(&body, dict, except);
        buffer_printf(&body, " /%s ", key);
    }
    buffer_text(&body, "[");
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++) {
        update_value(&body, &list->items[i]);
        buffer_text(&body, " ");
    }
    buffer_printf(&body, "%" PRId64 " 0 R]", added);
    if (raw->kind != PDF_REF)
        buffer_text(&body, " >>");
    update_put(update, raw->kind == PDF_REF ? raw->number : owner, &body);
    buffer_clear(&body);
}

/* The form may be missing, stand in the catalog, or be an object of its own. */
static void grow_form(struct update *update, int64_t catalog_number, int64_t added)
{
    struct pdf_file *file = update_file(update);
    const struct pdf_value *catalog = pdf_object_at(file, catalog_number);
    const struct pdf_value *raw = pdf_raw(catalog, "AcroForm");
    const struct pdf_value *form = pdf_resolve(file, raw);
    static const char *const form_keys[] = {"Fields", "SigFlags", NULL};
    static const char *const catalog_keys[] = {"AcroForm", NULL};
    const struct pdf_value *fields = pdf_raw(form, "Fields");
    struct buffer body = {0};
    if (fields->kind == PDF_REF && pdf_get(file, form, "SigFlags")->number == 3) {
        grow_list(update, fields->number, form, "Fields", added);
        return;
    }
    if (raw->kind != PDF_REF) {
        update_dictionary(&body, catalog, catalog_keys);
        buffer_text(&body, " /AcroForm ");
    }
    fields = pdf_resolve(file, fields);
    update_dictionary(&body, form, form_keys);
    buffer_text(&body, " /SigFlags 3 /Fields [");
    for (size_t i = 0; fields->kind == PDF_ARRAY && i < fields->size; i++) {
        update_value(&body, &fields->items[i]);
        buffer_text(&body, " ");
    }
    buffer_printf(&body, "%" PRId64 " 0 R] >>%s", added, raw->kind == PDF_REF ? "" : " >>");
    update_put(update, raw->kind == PDF_REF ? raw->number : catalog_number, &body);
    buffer_clear(&body);
}

/* ---------------------------------------------------------------- fields */

/* The field of that name in the form's list, NULL when there is none; its number. */
static const struct pdf_value *find_field(struct pdf_file *file, const char *name, int64_t *number)
{
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *form = pdf_get(file, catalog, "AcroForm");
    const struct pdf_value *fields = pdf_get(file, form, "Fields");
    for (size_t i = 0; fields->kind == PDF_ARRAY && i < fields->size; i++) {
        const struct pdf_value *field = pdf_resolve(file, &fields->items[i]);
        const struct pdf_value *title = pdf_get(file, field, "T");
        if (fields->items[i].kind == PDF_REF && title->kind == PDF_STRING &&
            title->size == strlen(name) && memcmp(title->text, name, title->size) == 0) {
            *number = fields->items[i].number;
            return field;
        }
    }
    return NULL;
}

enum status update_add_field(struct update *update, const char *name, int64_t value,
                             struct error *error)
{
    int64_t catalog = 0, page = 0, other = 0;
    char title[64];
    enum status status = update_catalog(update, &catalog, error);
    if (status == STATUS_OK)
        status = update_first_page(update, &page, error);
    if (status != STATUS_OK)
        return status;
    snprintf(title, sizeof title, "%s", name);
    for (int i = 2; find_field(update_file(update), title, &other); i++)
        snprintf(title, sizeof title, "%s%d", name, i);
    int64_t widget = update_number(update);
    struct buffer body = {0};
    buffer_printf(&body,
                  "<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F %d /Rect [0 0 0 0] /P "
                  "%" PRId64 " 0 R /V %" PRId64 " 0 R >>",
                  title, WIDGET_FLAGS, page, value);
    update_put(update, widget, &body);
    buffer_clear(&body);
    grow_form(update, catalog, widget);
    grow_list(update, page, pdf_object_at(update_file(update), page), "Annots", widget);
    return STATUS_OK;
}

enum status update_fill_field(struct update *update, const char *name, int64_t value,
                              struct error *error)
{
    struct pdf_file *file = update_file(update);
    int64_t number = 0;
    const struct pdf_value *field = find_field(file, name, &number);
    struct buffer body = {0};
    if (!field || !pdf_is_name(pdf_get(file, field, "FT"), "Sig"))
        return error_set(error, STATUS_REJECT, _("The file has no signature field %s."), name);
    if (pdf_get(file, field, "V")->kind != PDF_NULL)
        return error_set(error, STATUS_REJECT, _("The signature field %s is filled already."),
                         name);
    update_dictionary(&body, field, NULL);
    buffer_printf(&body, " /V %" PRId64 " 0 R >>", value);
    update_put(update, number, &body);
    buffer_clear(&body);
    return STATUS_OK;
}
