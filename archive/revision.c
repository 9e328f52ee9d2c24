#include "archive/revision.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"

struct comparison {
    struct pdf_file *older, *newer;
    int64_t catalog, form, fields; /* numbers in the older one; 0: no object of its own */
    void (*finding)(void *context, const char *sentence);
    void *context;
    bool good;
};

static void tell(struct comparison *at, const char *sentence)
{
    at->good = false;
    at->finding(at->context, sentence);
}

/* ---------------------------------------------------------------- equal values */

static bool equal(const struct pdf_value *a, const struct pdf_value *b, int depth)
{
    if (a->kind != b->kind || depth > 64)
        return false;
    switch (a->kind) {
    case PDF_NULL:
        return true;
    case PDF_REAL:
        return a->real - b->real < 1e-6 && b->real - a->real < 1e-6;
    case PDF_STRING:
    case PDF_NAME:
    case PDF_OPERATOR:
        return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
    case PDF_ARRAY:
        if (a->size != b->size)
            return false;
        for (size_t i = 0; i < a->size; i++)
            if (!equal(&a->items[i], &b->items[i], depth + 1))
                return false;
        return true;
    case PDF_DICT:
        if (a->size != b->size || (a->stream_at > 0) != (b->stream_at > 0))
            return false;
        for (size_t i = 0; i < a->size; i++)
            if (!equal(&a->entries[i].value, pdf_raw(b, a->entries[i].key), depth + 1))
                return false;
        return true;
    default:
        return a->number == b->number;
    }
}

static bool is_among(const char *key, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}

/* Equal but for the entries named in except. */
static bool equal_but(const struct pdf_value *older, const struct pdf_value *newer,
                      const char *const *except)
{
    if (older->kind != PDF_DICT || newer->kind != PDF_DICT || older->stream_at > 0 ||
        newer->stream_at > 0)
        return false;
    for (size_t i = 0; i < older->size; i++)
        if (!is_among(older->entries[i].key, except) &&
            !equal(&older->entries[i].value, pdf_raw(newer, older->entries[i].key), 0))
            return false;
    for (size_t i = 0; i < newer->size; i++)
        if (!is_among(newer->entries[i].key, except) &&
            pdf_raw(older, newer->entries[i].key)->kind != newer->entries[i].value.kind)
            return false;
    return true;
}

/* ---------------------------------------------------------------- signature fields */

static bool is_signature_field(struct pdf_file *file, const struct pdf_value *field)
{
    return pdf_is_name(pdf_get(file, field, "FT"), "Sig");
}

static bool is_signed_field(struct pdf_file *file, const struct pdf_value *field)
{
    const struct pdf_value *value = pdf_get(file, field, "V");
    return is_signature_field(file, field) && value->kind == PDF_DICT &&
           pdf_get(file, value, "ByteRange")->kind == PDF_ARRAY;
}

/* A list of references that kept all it had, in order, and got only signed fields at its end. */
static bool list_grew(struct comparison *at, const struct pdf_value *older,
                      const struct pdf_value *newer)
{
    older = pdf_resolve(at->older, older);
    newer = pdf_resolve(at->newer, newer);
    size_t before = older->kind == PDF_ARRAY ? older->size : 0;
    if (newer->kind != PDF_ARRAY)
        return before == 0 && newer->kind == PDF_NULL;
    if (newer->size < before)
        return false;
    for (size_t i = 0; i < newer->size; i++) {
        const struct pdf_value *one = &newer->items[i];
        if (i < before
                ? !equal(&older->items[i], one, 0)
                : one->kind != PDF_REF || !is_signed_field(at->newer, pdf_resolve(at->newer, one)))
            return false;
    }
    return true;
}

static bool form_grew(struct comparison *at, const struct pdf_value *older,
                      const struct pdf_value *newer)
{
    static const char *const grows[] = {"Fields", "SigFlags", NULL};
    static const struct pdf_value nothing = {.kind = PDF_DICT};
    older = pdf_resolve(at->older, older);
    newer = pdf_resolve(at->newer, newer);
    if (older->kind == PDF_NULL && newer->kind == PDF_NULL)
        return true;
    return equal_but(older->kind == PDF_NULL ? &nothing : older, newer, grows) &&
           list_grew(at, pdf_raw(older, "Fields"), pdf_raw(newer, "Fields"));
}

/* ---------------------------------------------------------------- one object */

static bool catalog_grew(struct comparison *at, const struct pdf_value *older,
                         const struct pdf_value *newer)
{
    static const char *const grows[] = {"AcroForm", "DSS", "Extensions", NULL};
    return equal_but(older, newer, grows) &&
           form_grew(at, pdf_raw(older, "AcroForm"), pdf_raw(newer, "AcroForm"));
}

/* A signature field that was empty and is signed now: what it shows stays. */
static bool field_signed(struct comparison *at, const struct pdf_value *older,
                         const struct pdf_value *newer)
{
    static const char *const grows[] = {"V", NULL};
    return is_signature_field(at->older, older) &&
           pdf_get(at->older, older, "V")->kind == PDF_NULL && is_signed_field(at->newer, newer) &&
           equal_but(older, newer, grows);
}

static bool page_grew(struct comparison *at, const struct pdf_value *older,
                      const struct pdf_value *newer)
{
    static const char *const grows[] = {"Annots", NULL};
    return pdf_is_name(pdf_get(at->older, older, "Type"), "Page") &&
           equal_but(older, newer, grows) &&
           list_grew(at, pdf_raw(older, "Annots"), pdf_raw(newer, "Annots"));
}

/* Objects of the older DSS itself: it is no part of what the document shows, and only grows. */
static bool is_of_dss(struct comparison *at, int64_t number)
{
    const struct pdf_value *catalog = pdf_object_at(at->older, at->catalog);
    const struct pdf_value *raw = pdf_raw(catalog, "DSS");
    const struct pdf_value *dss = pdf_resolve(at->older, raw);
    if (raw->kind == PDF_REF && raw->number == number)
        return true;
    for (size_t i = 0; dss->kind == PDF_DICT && i < dss->size; i++)
        if (dss->entries[i].value.kind == PDF_REF && dss->entries[i].value.number == number)
            return true;
    return false;
}

/* A list of fields or annotations that is an object of its own. */
static bool is_growing_list(struct comparison *at, int64_t number)
{
    if (number == at->fields)
        return true;
    for (size_t i = 1; i < at->older->slot_count; i++) {
        const struct pdf_value *page = pdf_object_at(at->older, (int64_t)i);
        const struct pdf_value *list = pdf_raw(page, "Annots");
        if (list->kind == PDF_REF && list->number == number &&
            pdf_is_name(pdf_get(at->older, page, "Type"), "Page"))
            return true;
    }
    return false;
}

static bool change_allowed(struct comparison *at, int64_t number)
{
    const struct pdf_value *older = pdf_object_at(at->older, number);
    const struct pdf_value *newer = pdf_object_at(at->newer, number);
    if (!pdf_object_sound(at->newer, number)) /* what others make of it is not known */
        return false;
    if (equal(older, newer, 0) && older->stream_at <= 0)
        return true;
    if (number == at->catalog)
        return catalog_grew(at, older, newer);
    if (number == at->form)
        return form_grew(at, older, newer);
    if (is_of_dss(at, number))
        return newer->kind != PDF_NULL;
    if (older->kind == PDF_ARRAY)
        return is_growing_list(at, number) && list_grew(at, older, newer);
    return field_signed(at, older, newer) || page_grew(at, older, newer);
}

/* ---------------------------------------------------------------- all */

static bool same_trailer(struct comparison *at)
{
    const struct pdf_value *older = at->older->trailer, *newer = at->newer->trailer;
    const struct pdf_value *first = pdf_get(at->older, older, "ID");
    const struct pdf_value *second = pdf_get(at->newer, newer, "ID");
    if (first->kind == PDF_ARRAY && first->size > 0 &&
        (second->kind != PDF_ARRAY || second->size == 0 ||
         !equal(&first->items[0], &second->items[0], 0)))
        return false;
    return equal(pdf_raw(older, "Root"), pdf_raw(newer, "Root"), 0) &&
           equal(pdf_raw(older, "Info"), pdf_raw(newer, "Info"), 0) &&
           pdf_raw(newer, "Encrypt")->kind == pdf_raw(older, "Encrypt")->kind;
}

static int64_t own_number(const struct pdf_value *value)
{
    return value->kind == PDF_REF ? value->number : 0;
}

/* Neither the object nor the object stream it stands in was written again. */
static bool same_place(const struct comparison *at, const struct pdf_slot *before,
                       const struct pdf_slot *now)
{
    if (!now->used || now->offset != before->offset || now->generation != before->generation ||
        now->stream != before->stream)
        return false;
    return before->stream == 0 ||
           ((size_t)before->stream < at->older->slot_count &&
            same_place(at, &at->older->slots[before->stream], &at->newer->slots[before->stream]));
}

static void compare(struct comparison *at)
{
    char sentence[200];
    const struct pdf_value *catalog = pdf_get(at->older, at->older->trailer, "Root");
    const struct pdf_value *form = pdf_get(at->older, catalog, "AcroForm");
    at->catalog = own_number(pdf_raw(at->older->trailer, "Root"));
    at->form = own_number(pdf_raw(catalog, "AcroForm"));
    at->fields = own_number(pdf_raw(form, "Fields"));
    if (!same_trailer(at))
        tell(at, _("What was added behind a signature replaces the document."));
    for (size_t i = 1; i < at->older->slot_count; i++) {
        const struct pdf_slot *before = &at->older->slots[i];
        const struct pdf_slot *now = i < at->newer->slot_count ? &at->newer->slots[i] : NULL;
        if (!before->used || (now && same_place(at, before, now)))
            continue;
        if (!now || !now->used || !change_allowed(at, (int64_t)i)) {
            snprintf(sentence, sizeof sentence,
                     _("Object %zu was changed behind a signature in a way that no later signature "
                       "or proof needs."),
                     i);
            tell(at, sentence);
        }
    }
}

bool revision_check(struct pdf_file *whole, int64_t end,
                    void (*finding)(void *context, const char *sentence), void *context)
{
    struct pdf_file older;
    struct comparison at = {
        .older = &older, .newer = whole, .finding = finding, .context = context, .good = true};
    if (pdf_file_bytes(whole->bytes, (size_t)end, &older, NULL) != STATUS_OK) {
        tell(&at, _("What a signature covers is no whole document by itself."));
        return false;
    }
    compare(&at);
    pdf_file_close(&older);
    return at.good;
}

bool revision_has_proofs(const struct pdf_file *whole, int64_t end)
{
    struct pdf_file older;
    if (pdf_file_bytes(whole->bytes, (size_t)end, &older, NULL) != STATUS_OK)
        return false;
    const struct pdf_value *catalog = pdf_get(&older, older.trailer, "Root");
    const struct pdf_value *dss = pdf_get(&older, catalog, "DSS");
    const struct pdf_value *ocsps = pdf_get(&older, dss, "OCSPs");
    const struct pdf_value *crls = pdf_get(&older, dss, "CRLs");
    bool there = (ocsps->kind == PDF_ARRAY && ocsps->size > 0) ||
                 (crls->kind == PDF_ARRAY && crls->size > 0);
    pdf_file_close(&older);
    return there;
}
