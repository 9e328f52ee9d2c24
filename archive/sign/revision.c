#include "archive/sign/revision.h"

#include <stdio.h>
#include <string.h>

#include "archive/package/masters.h"
#include "archive/sign/revision_parts.h"
#include "archive/pdf/xmp.h"
#include "core/message.h"

#define PROOF_MAX ((size_t)16 * 1024 * 1024)
#define PROOFS_MAX 4096

struct comparison {
    struct pdf_file *older, *newer;
    int64_t catalog, form, fields; /* numbers in the older one; 0: no object of its own */
    int64_t info, metadata;
    unsigned allowed, changes;
    struct revision_locks locks;
    const char *why; /* of what is told next; NULL: no more than that it was changed */
    void (*finding)(void *context, const char *sentence);
    void *context;
    bool good;
};

static void tell(struct comparison *at, const char *sentence)
{
    at->good = false;
    at->finding(at->context, sentence);
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

/* What is read beside a page hides nothing of it; all else is drawn on it, some by each reader in
 * its own way. */
static unsigned note_kind(struct comparison *at, const struct pdf_value *annotation)
{
    const struct pdf_value *kind = pdf_get(at->newer, annotation, "Subtype");
    bool beside = pdf_is_name(kind, "Text") || pdf_is_name(kind, "Popup");
    if (beside && pdf_get(at->newer, annotation, "AP")->kind == PDF_NULL)
        return CHANGED_ANNOTATIONS;
    at->why = _("Something was drawn on a page behind a signature, which does not allow it: it may "
                "hide what was signed.");
    return CHANGED_MARKS;
}

/* A signature or time-stamp that came in, with its field. What it draws may hide the page. */
static unsigned signed_kind(struct comparison *at, const struct pdf_value *field)
{
    const struct pdf_value *value = pdf_get(at->newer, field, "V");
    bool stamp = pdf_is_name(pdf_get(at->newer, value, "SubFilter"), "ETSI.RFC3161");
    unsigned kind = stamp ? CHANGED_TIMESTAMP : CHANGED_SIGNATURE;
    if (!revision_is_seen(at->newer, field))
        return kind;
    at->why = _("A signature or time-stamp that came later shows something on a page: it may hide "
                "what was signed.");
    return kind | (stamp ? (unsigned)CHANGED_MARKS : REVISION_SHOWN);
}

/* What it means that this came into a list of fields or annotations. */
static unsigned added_kind(struct comparison *at, const struct pdf_value *added)
{
    const struct pdf_value *one = pdf_resolve(at->newer, added);
    if (added->kind != PDF_REF || one->kind != PDF_DICT)
        return CHANGED_CONTENT;
    if (is_signed_field(at->newer, one))
        return signed_kind(at, one);
    if (is_signature_field(at->newer, one))
        return CHANGED_FORM;
    const struct pdf_value *kind = pdf_get(at->newer, one, "Subtype");
    return kind->kind == PDF_NAME && !pdf_is_name(kind, "Widget") ? note_kind(at, one)
                                                                  : CHANGED_CONTENT;
}

/* A list of references that kept all it had, in order, and grew at its end. */
static unsigned list_kind(struct comparison *at, const struct pdf_value *older,
                          const struct pdf_value *newer)
{
    unsigned kinds = 0;
    older = pdf_resolve(at->older, older);
    newer = pdf_resolve(at->newer, newer);
    size_t before = older->kind == PDF_ARRAY ? older->size : 0;
    if (newer->kind != PDF_ARRAY)
        return before == 0 && newer->kind == PDF_NULL ? 0 : CHANGED_CONTENT;
    if (newer->size < before)
        return CHANGED_CONTENT;
    for (size_t i = 0; i < newer->size; i++)
        if (i >= before)
            kinds |= added_kind(at, &newer->items[i]);
        else if (!revision_equal(&older->items[i], &newer->items[i], 0))
            return CHANGED_CONTENT;
    return kinds;
}

/* Signed, and to be added to only (12.7.2): what was said of the document is not taken back. */
static bool keeps_flags(struct comparison *at, const struct pdf_value *older,
                        const struct pdf_value *newer)
{
    const struct pdf_value *before = pdf_get(at->older, older, "SigFlags");
    const struct pdf_value *now = pdf_get(at->newer, newer, "SigFlags");
    return before->kind != PDF_INT ||
           (now->kind == PDF_INT && (before->number & ~now->number) == 0);
}

static unsigned form_kind(struct comparison *at, const struct pdf_value *older,
                          const struct pdf_value *newer)
{
    static const char *const grows[] = {"Fields", "SigFlags", NULL};
    static const char *const filled[] = {"Fields", "SigFlags", "NeedAppearances", "DR", "DA", NULL};
    static const struct pdf_value nothing = {.kind = PDF_DICT};
    older = pdf_resolve(at->older, older);
    newer = pdf_resolve(at->newer, newer);
    if (older->kind == PDF_NULL && newer->kind == PDF_NULL)
        return 0;
    if (older->kind == PDF_NULL)
        older = &nothing;
    if (!keeps_flags(at, older, newer))
        return CHANGED_CONTENT;
    unsigned kinds = list_kind(at, pdf_raw(older, "Fields"), pdf_raw(newer, "Fields"));
    if (revision_equal_but(older, newer, grows))
        return kinds;
    return revision_equal_but(older, newer, filled) ? kinds | CHANGED_FORM : CHANGED_CONTENT;
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

static bool is_untouched(const struct comparison *at, int64_t number)
{
    return number > 0 && (size_t)number < at->older->slot_count &&
           (size_t)number < at->newer->slot_count &&
           same_place(at, &at->older->slots[number], &at->newer->slots[number]);
}

/* ---------------------------------------------------------------- one object */

/* Is one of the older list in the newer one, the same object or another with its bytes? place:
 * where it stood. */
static bool has_proof(struct comparison *at, const struct pdf_value *one, size_t place,
                      const struct pdf_value *list)
{
    struct buffer bytes = {0}, other = {0};
    bool found = one->kind == PDF_REF && place < list->size &&
                 revision_equal(one, &list->items[place], 0) && is_untouched(at, one->number);
    bool readable =
        found || pdf_stream_decoded(at->older, pdf_resolve(at->older, one), PROOF_MAX, &bytes);
    for (size_t i = 0; i < list->size && readable && !found; i++) {
        buffer_clear(&other);
        found = pdf_stream_decoded(at->newer, pdf_resolve(at->newer, &list->items[i]), PROOF_MAX,
                                   &other) &&
                other.size == bytes.size &&
                (bytes.size == 0 || memcmp(other.data, bytes.data, bytes.size) == 0);
    }
    buffer_clear(&bytes);
    buffer_clear(&other);
    return found;
}

/* Proofs are added to a DSS, never taken from it. */
static bool dss_grows(struct comparison *at, const struct pdf_value *older,
                      const struct pdf_value *newer)
{
    static const char *const lists[] = {"Certs", "CRLs", "OCSPs"};
    static const struct pdf_value nothing = {.kind = PDF_ARRAY};
    older = pdf_get(at->older, older, "DSS");
    newer = pdf_get(at->newer, newer, "DSS");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct pdf_value *before = pdf_get(at->older, older, lists[i]);
        const struct pdf_value *now = pdf_get(at->newer, newer, lists[i]);
        size_t count = before->kind == PDF_ARRAY ? before->size : 0;
        if (count > PROOFS_MAX)
            return false;
        for (size_t k = 0; k < count; k++)
            if (!has_proof(at, &before->items[k], k, now->kind == PDF_ARRAY ? now : &nothing))
                return false;
    }
    return true;
}

static unsigned catalog_kind(struct comparison *at, const struct pdf_value *older,
                             const struct pdf_value *newer)
{
    static const char *const grows[] = {"AcroForm", "DSS", "Extensions", NULL};
    static const char *const told[] = {"AcroForm", "DSS",      "Extensions",
                                       "Version",  "Metadata", NULL};
    unsigned kinds = form_kind(at, pdf_raw(older, "AcroForm"), pdf_raw(newer, "AcroForm"));
    if (!dss_grows(at, older, newer))
        return CHANGED_CONTENT;
    if (!revision_equal(pdf_raw(older, "DSS"), pdf_raw(newer, "DSS"), 0))
        kinds |= CHANGED_PROOFS;
    if (revision_equal_but(older, newer, grows))
        return kinds;
    return revision_equal_but(older, newer, told) ? kinds | CHANGED_METADATA : CHANGED_CONTENT;
}

/* Of a field that is no signature: its value, or what it shows. */
static unsigned filled_kind(struct comparison *at, const struct pdf_value *older)
{
    if (!revision_is_locked(&at->locks, older))
        return CHANGED_FORM;
    at->why = _("A field of the form was changed that a signature locks.");
    return CHANGED_CONTENT;
}

/* A signature field that was empty and is signed now: what it shows stays, or is part of signing.
 * Any other field: its value and what it shows. 0: neither. */
static unsigned field_kind(struct comparison *at, const struct pdf_value *older,
                           const struct pdf_value *newer)
{
    static const char *const signing[] = {"V", NULL};
    static const char *const filling[] = {"V", "AP", "AS", "MK", "F", NULL};
    const struct pdf_value *kind = pdf_get(at->older, older, "FT");
    if (kind->kind == PDF_NULL)
        kind = pdf_get(at->older, pdf_get(at->older, older, "Parent"), "FT");
    if (kind->kind != PDF_NAME || !revision_equal_but(older, newer, filling))
        return 0;
    if (!pdf_is_name(kind, "Sig"))
        return filled_kind(at, older);
    if (pdf_get(at->older, older, "V")->kind != PDF_NULL || !is_signed_field(at->newer, newer))
        return 0;
    return CHANGED_SIGNATURE | (revision_equal_but(older, newer, signing) ? 0 : CHANGED_FORM);
}

static unsigned page_kind(struct comparison *at, const struct pdf_value *older,
                          const struct pdf_value *newer)
{
    static const char *const grows[] = {"Annots", NULL};
    if (!pdf_is_name(pdf_get(at->older, older, "Type"), "Page") ||
        !revision_equal_but(older, newer, grows))
        return 0;
    return list_kind(at, pdf_raw(older, "Annots"), pdf_raw(newer, "Annots"));
}

/* An annotation that is no field stays one of its kind. */
static unsigned annotation_kind(struct comparison *at, const struct pdf_value *older,
                                const struct pdf_value *newer)
{
    static const char *const types[] = {
        "Text",  "FreeText", "Highlight", "Underline", "StrikeOut", "Squiggly", "Stamp", "Ink",
        "Popup", "Line",     "Square",    "Circle",    "Polygon",   "PolyLine", "Caret", NULL};
    const struct pdf_value *type = pdf_get(at->older, older, "Subtype");
    return type->kind == PDF_NAME && revision_is_among(type->text, types) &&
                   revision_equal(type, pdf_get(at->newer, newer, "Subtype"), 0) &&
                   pdf_get(at->older, older, "Rect")->kind == PDF_ARRAY
               ? note_kind(at, newer)
               : 0;
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

/* The form field whose appearance it is; NULL: of none. */
static const struct pdf_value *shown_by(struct comparison *at, int64_t number)
{
    for (size_t i = 1; i < at->older->slot_count; i++) {
        const struct pdf_value *widget = pdf_object_at(at->older, (int64_t)i);
        if (!pdf_is_name(pdf_raw(widget, "Subtype"), "Widget"))
            continue;
        const struct pdf_value *shown = pdf_raw(pdf_get(at->older, widget, "AP"), "N");
        if (shown->kind == PDF_REF && shown->number == number &&
            !is_signature_field(at->older, widget))
            return widget;
    }
    return NULL;
}

static bool is_metadata(struct comparison *at, int64_t number, const struct pdf_value *newer)
{
    if (number == at->info)
        return newer->kind == PDF_DICT && newer->stream_at <= 0;
    return number == at->metadata && pdf_is_name(pdf_raw(newer, "Type"), "Metadata");
}

static unsigned change_kind(struct comparison *at, int64_t number)
{
    const struct pdf_value *older = pdf_object_at(at->older, number);
    const struct pdf_value *newer = pdf_object_at(at->newer, number);
    if (!pdf_object_sound(at->newer, number)) /* what others make of it is not known */
        return CHANGED_CONTENT;
    if (revision_equal(older, newer, 0) && older->stream_at <= 0)
        return 0;
    if (number == at->catalog)
        return catalog_kind(at, older, newer);
    if (number == at->form)
        return form_kind(at, older, newer);
    if (is_of_dss(at, number)) /* it may be an object of its own, which the catalogue only names */
        return newer->kind != PDF_NULL && dss_grows(at, pdf_object_at(at->older, at->catalog),
                                                    pdf_object_at(at->newer, at->catalog))
                   ? CHANGED_PROOFS
                   : CHANGED_CONTENT;
    if (older->kind == PDF_ARRAY)
        return is_growing_list(at, number) ? list_kind(at, older, newer) : CHANGED_CONTENT;
    if (is_metadata(at, number, newer))
        return CHANGED_METADATA;
    unsigned kind = field_kind(at, older, newer);
    kind = kind ? kind : page_kind(at, older, newer);
    kind = kind ? kind : annotation_kind(at, older, newer);
    const struct pdf_value *widget = !kind && older->stream_at > 0 ? shown_by(at, number) : NULL;
    if (widget)
        kind = filled_kind(at, widget);
    return kind ? kind : CHANGED_CONTENT;
}

/* ---------------------------------------------------------------- all */

static bool same_trailer(struct comparison *at)
{
    const struct pdf_value *older = at->older->trailer, *newer = at->newer->trailer;
    const struct pdf_value *first = pdf_get(at->older, older, "ID");
    const struct pdf_value *second = pdf_get(at->newer, newer, "ID");
    if (first->kind == PDF_ARRAY && first->size > 0 &&
        (second->kind != PDF_ARRAY || second->size == 0 ||
         !revision_equal(&first->items[0], &second->items[0], 0)))
        return false;
    return revision_equal(pdf_raw(older, "Root"), pdf_raw(newer, "Root"), 0) &&
           revision_equal(pdf_raw(older, "Info"), pdf_raw(newer, "Info"), 0) &&
           pdf_raw(newer, "Encrypt")->kind == pdf_raw(older, "Encrypt")->kind;
}

static int64_t own_number(const struct pdf_value *value)
{
    return value->kind == PDF_REF ? value->number : 0;
}

static void take(struct comparison *at, size_t number, unsigned kinds)
{
    char sentence[200];
    at->changes |= kinds & ~REVISION_SHOWN;
    if (!(kinds & ~at->allowed))
        return;
    if (at->why) {
        tell(at, at->why);
        return;
    }
    snprintf(sentence, sizeof sentence,
             _("Object %zu was changed behind a signature in a way that no later signature "
               "or proof needs."),
             number);
    tell(at, sentence);
}

/* Does the value name an object that the older one has not, and the newer one has? */
static bool names_added(const struct comparison *at, const struct pdf_value *value, int depth)
{
    if (value->kind == PDF_REF && value->number > 0) {
        size_t number = (size_t)value->number;
        return number < at->newer->slot_count && at->newer->slots[number].used &&
               !(number < at->older->slot_count && at->older->slots[number].used);
    }
    bool added = false;
    for (size_t i = 0; value->kind == PDF_ARRAY && i < value->size && depth < 64 && !added; i++)
        added = names_added(at, &value->items[i], depth + 1);
    for (size_t i = 0; value->kind == PDF_DICT && i < value->size && depth < 64 && !added; i++)
        added = names_added(at, &value->entries[i].value, depth + 1);
    return added;
}

static void compare_all(struct comparison *at)
{
    for (size_t i = 1; i < at->older->slot_count; i++) {
        const struct pdf_slot *before = &at->older->slots[i];
        const struct pdf_slot *now = i < at->newer->slot_count ? &at->newer->slots[i] : NULL;
        if (!before->used)
            continue;
        at->why = NULL;
        if (!now || !now->used || names_added(at, pdf_object_at(at->older, (int64_t)i), 0))
            take(at, i, CHANGED_CONTENT);
        else if (!same_place(at, before, now))
            take(at, i, change_kind(at, (int64_t)i));
    }
}

static void compare(struct comparison *at)
{
    const struct pdf_value *catalog = pdf_get(at->older, at->older->trailer, "Root");
    const struct pdf_value *form = pdf_get(at->older, catalog, "AcroForm");
    at->catalog = own_number(pdf_raw(at->older->trailer, "Root"));
    at->form = own_number(pdf_raw(catalog, "AcroForm"));
    at->fields = own_number(pdf_raw(form, "Fields"));
    at->info = own_number(pdf_raw(at->older->trailer, "Info"));
    at->metadata = own_number(pdf_raw(catalog, "Metadata"));
    revision_locks(at->older, &at->locks);
    at->allowed &= at->locks.allowed;
    if (!same_trailer(at)) {
        at->changes |= CHANGED_CONTENT;
        tell(at, _("What was added behind a signature replaces the document."));
    }
    compare_all(at);
}

bool revision_check(struct pdf_file *whole, int64_t end, unsigned allowed, unsigned *changes,
                    void (*finding)(void *context, const char *sentence), void *context)
{
    struct pdf_file older;
    struct comparison at = {.older = &older,
                            .newer = whole,
                            .allowed = allowed,
                            .finding = finding,
                            .context = context,
                            .good = true};
    if (pdf_file_bytes(whole->bytes, (size_t)end, &older, NULL) != STATUS_OK) {
        tell(&at, _("What a signature covers is no whole document by itself."));
        return false;
    }
    compare(&at);
    *changes = at.changes;
    pdf_file_close(&older);
    return at.good;
}

unsigned revision_permits(struct pdf_file *file)
{
    const bool ours = xmp_property(xmp_of(file, file->arena), MASTERS_PROPERTY) != NULL;
    const unsigned shown = ours ? REVISION_SHOWN : 0;
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *one = pdf_get(file, pdf_get(file, catalog, "Perms"), "DocMDP");
    const struct pdf_value *list = pdf_get(file, one, "Reference");
    if (list->kind != PDF_ARRAY || list->size == 0)
        return ~0u & ~CHANGED_MARKS & ~shown;
    const struct pdf_value *reference = pdf_resolve(file, &list->items[0]);
    const struct pdf_value *level = pdf_get(file, pdf_get(file, reference, "TransformParams"), "P");
    return revision_level(level->kind == PDF_INT ? level->number : 2) & ~shown;
}
