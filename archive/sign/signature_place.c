/* Signatures as the reader sees them: object, field, revision. */
#include <string.h>

#include "archive/sign/signature_parts.h"

#define FIELDS_MAX 100000

struct place {
    int64_t number, offset;
    bool old; /* it was taken by a newer definition */
};

/* The object that begins last before a byte. */
static struct place object_before(const struct pdf_file *file, int64_t at)
{
    struct place best = {.number = 0};
    for (size_t i = 1; i < file->slot_count; i++) {
        const struct pdf_slot *slot = &file->slots[i];
        if (slot->used && slot->stream == 0 && slot->offset < at && slot->offset > best.offset)
            best = (struct place){(int64_t)i, slot->offset, false};
    }
    for (size_t i = 0; i < file->old_count; i++) {
        const struct pdf_old *old = &file->olds[i];
        if (old->offset < at && old->offset > best.offset)
            best = (struct place){old->number, old->offset, true};
    }
    return best;
}

static bool is_signature(const struct pdf_value *value)
{
    return pdf_raw(value, "ByteRange")->kind == PDF_ARRAY &&
           pdf_raw(value, "Contents")->kind == PDF_STRING;
}

/* Is the place within the bytes of the stream that the object is? */
static bool in_stream(struct pdf_file *file, const struct place *place, int64_t at)
{
    const uint8_t *bytes;
    size_t size;
    const struct pdf_value *value = pdf_object_at(file, place->number);
    return !place->old && place->number > 0 && pdf_stream_raw(file, value, &bytes, &size) &&
           at > value->stream_at && at < value->stream_at + (int64_t)size;
}

struct search {
    struct pdf_file *file;
    int64_t number; /* of the signature; or of the field that holds it as a direct value */
    int fields;     /* that may still be looked at */
};

/* The field among the kids of a signature field (or of the form) whose value it is; its name comes
 * from itself or from above. */
static bool find_field(struct search *search, const struct pdf_value *list, bool signature,
                       const struct pdf_value **name, int depth)
{
    enum { DEPTH_MAX = 32 };
    bool found = false;
    list = pdf_resolve(search->file, list);
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size && !found; i++) {
        const struct pdf_value *field = pdf_resolve(search->file, &list->items[i]);
        const struct pdf_value *kind = pdf_get(search->file, field, "FT");
        const struct pdf_value *value = pdf_raw(field, "V"),
                               *own = pdf_get(search->file, field, "T");
        const struct pdf_value *below = own->kind == PDF_STRING ? own : *name;
        bool is = kind->kind == PDF_NULL ? signature : pdf_is_name(kind, "Sig");
        if (list->items[i].kind != PDF_REF || search->fields-- <= 0)
            return false;
        found = is && (value->kind == PDF_REF
                           ? value->number == search->number
                           : value->kind == PDF_DICT && list->items[i].number == search->number);
        if (!found && depth < DEPTH_MAX)
            found = find_field(search, pdf_raw(field, "Kids"), is, &below, depth + 1);
        if (found)
            *name = below;
    }
    return found;
}

/* A usage right (12.8.2.3) is a signature of Adobe's for its reader, of no field. */
static bool is_right(const struct pdf_value *rights, int64_t number)
{
    const struct pdf_value *one = pdf_raw(rights, "UR3"), *old = pdf_raw(rights, "UR");
    return (one->kind == PDF_REF && one->number == number) ||
           (old->kind == PDF_REF && old->number == number);
}

static void name_one(struct pdf_file *file, struct arena *arena, int64_t number,
                     struct sigdict *one)
{
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *rights = pdf_get(file, catalog, "Perms");
    const struct pdf_value *certifying = pdf_raw(rights, "DocMDP");
    const struct pdf_value *form = pdf_get(file, catalog, "AcroForm"), *name = pdf_raw(form, "");
    struct search search = {file, number, FIELDS_MAX};
    /* programs escape what they like in a string */
    const struct pdf_value *time = pdf_get(file, pdf_object_at(file, number), "M");
    if (time->kind == PDF_STRING)
        sigdict_time(time->text, time->size, one->time);
    one->certifies = certifying->kind == PDF_REF && certifying->number == number;
    if (find_field(&search, pdf_raw(form, "Fields"), false, &name, 0))
        one->field = name->kind == PDF_STRING
                         ? arena_strndup(arena, name->text, strnlen(name->text, name->size))
                         : "";
    one->unnamed = !one->field && !is_right(rights, number);
}

/* Objects that are signatures, but were not found by their bytes. */
static size_t count_hidden(struct pdf_file *file, const int64_t *numbers, size_t count,
                           struct sigdict *hidden, size_t room)
{
    size_t more = 0;
    for (size_t i = 1; i < file->slot_count && more < room; i++) {
        bool known = false;
        if (!file->slots[i].used || !is_signature(pdf_object_at(file, (int64_t)i)))
            continue;
        for (size_t k = 0; k < count; k++)
            known |= numbers[k] == (int64_t)i;
        if (!known)
            hidden[more++] = (struct sigdict){.doubtful = true};
    }
    return more;
}

void signature_place(struct pdf_file *file, struct arena *arena, struct sigdict **found,
                     size_t *count)
{
    enum { HIDDEN_MAX = 16 };
    struct sigdict *kept = arena_array(arena, *count + HIDDEN_MAX, sizeof *kept);
    int64_t *numbers = arena_array(arena, *count + 1, sizeof *numbers);
    size_t all = 0;
    for (size_t i = 0; i < *count; i++) {
        const struct sigdict *one = &(*found)[i];
        struct place place = object_before(file, one->range_at);
        if (in_stream(file, &place, one->range_at))
            continue;
        kept[all] = *one;
        kept[all].taken_out = place.old;
        numbers[all] = place.old ? 0 : place.number;
        if (!place.old)
            name_one(file, arena, place.number, &kept[all]);
        all++;
    }
    *count = all + count_hidden(file, numbers, all, kept + all, HIDDEN_MAX);
    *found = kept;
}

int signature_revision(const struct pdf_file *file, int64_t end)
{
    int revisions = 0;
    for (const struct pdf_section *at = file->sections; at; at = at->next)
        /* the two sections of a linearized file are one revision: the newer stands first */
        revisions += at->end <= end && (!at->next || at->next->offset < at->offset);
    return revisions;
}
